"""Memos of a REFI-QDA project: notes that its parts refer to, and the descriptions of its segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.synthesise.left_out import LeftOut
from tasks.synthesise.qda_archive import Element, QdaArchive, child, children, guid, local, parse_datetime, text_of
from tasks.synthesise.qda_ids import Ids
from tasks.synthesise.qda_text import Text


class Memos:
    """Collects `rows` (schemas.coding.Memo). A note that several things refer to gives a row for each of them.

    `left_out` collects what is not carried over.
    """

    def __init__(
        self, archive: QdaArchive, ids: Ids, users: Mapping[str, str], left_out: LeftOut, notes: Element | None
    ) -> None:
        self.rows: list[dict[str, Any]] = []
        self._archive, self._ids, self._users, self._left_out = archive, ids, users, left_out
        self._notes = {guid(note.get("guid")): note for note in children(notes, "Note")}
        self._used: set[str] = set()

    def add_from(self, element: Element, *, target: str, **on: Any) -> bool:
        """The notes that an element refers to; for a segment or the project its description too. True if any."""
        any_note = False
        for reference in children(element, "NoteRef"):
            key = guid(reference.get("targetGUID"))
            if key in self._notes:
                self._note(key, target, **on)
                any_note = True
            else:
                self._left_out.add("references to memos that the project does not hold", key)
        description = text_of(element, "Description") if target in ("segment", "project") else None
        if description:
            self._add(guid(element.get("guid")), "description", description, element, target, **on)
        return any_note or description is not None

    def add_unreferenced(self) -> None:
        """The notes that nothing referred to."""
        for key, note in self._notes.items():
            if key not in self._used:
                self._note(key, "none")
            self._left_out.add(
                "codings of memos", note.get("name"), sum(1 for inner in note.iter() if local(inner) == "Coding")
            )

    def _note(self, key: str, target: str, **on: Any) -> None:
        self._used.add(key)
        note = self._notes[key]
        path, content = note.get("plainTextPath"), child(note, "PlainTextContent")
        text = self._archive.text(path) if path else None
        if text is None and content is not None:
            text = "".join(content.itertext())
        # ATLAS.ti puts a comment on the memo into its description.
        parts = [part for part in (text_of(note, "Description"), text) if part and part.strip()]
        if not parts:
            self._left_out.add("texts of memos that are not in the file", note.get("name"))
        self._add(key, (note.get("name") or "").strip(), "\n\n".join(parts) or None, note, target, **on)

    def _add(self, key: str, name: str, text: str | None, element: Element, target: str, **on: Any) -> None:
        author = guid(element.get("creatingUser"))
        self.rows.append(
            {
                "memo_id": self._ids.memo(key, f"{name}\x1f{text or ''}", repr((target, sorted(on.items())))),
                "target": target,
                "name": name or None,
                "text": None if text is None else Text.of(text).kept,
                "author": self._users.get(author) or author or None,
                "created_at": parse_datetime(element.get("creationDateTime")),
                **on,
            }
        )

"""What the pages of coding share: the workroom as it is now, and a text as one coder sees it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends, Request

from schemas.event_coding import CodingAdded, CodingMoved
from tasks.review.roles import Role
from tasks.review.workroom import TextToCode, Workroom
from tasks.synthesise.coding_work import WorkCode
from warehouse.log import Entry
from web import stripes
from web.access import Form, Page, RefusedError, Visitor, form_of, needs, page_of

_RECENT = 9
_opening = threading.Lock()

KEYS = {
    "← →": "the word before, the next word; with Shift, further",
    "↑ ↓": "the line before, the next line; with Shift, further",
    "C": "code what is selected: type a few letters, Enter",
    "Q": "the last code again",
    "R": "recent codes, by their number",
    "V": "in vivo: the words themselves become a code",
    "N": "a new code; a / b puts it below a",
    "O": "through the codings at the caret, and on",
    "U": "unmark the coding that is chosen",
    "B": "the selection becomes the place of the coding that is chosen",
    "M": "memo on the coding that is chosen",
    "Z, Y": "take back, do again",
    "Esc": "back to the text",
    "?": "these keys",
}

Coder = Annotated[Visitor, Depends(needs(Role.CODER))]
Sent = Annotated[Form, Depends(form_of(Role.CODER))]


@dataclass(frozen=True)
class Room:
    """The workroom, beside what all routes share."""

    page: Page
    work: Workroom

    def do(self, note: Callable[[], Entry]) -> Entry:
        """Notes a step; what other people do waits until it is known."""
        return self.work.do(note, self.page.desk.reading)

    def text(self, document_id: str) -> TextToCode:
        """A document that has a text. Raises RefusedError where it is none."""
        text = self.work.texts.get(document_id)
        if text is None or not text.length:
            raise RefusedError("There is no such text.", 404)
        return text

    def read(self, document_id: str) -> str:
        """Its text."""
        return self.work.read_text(document_id, self.page.desk.reading)

    def lay_out(self, document_id: str, person: str) -> stripes.Page:
        """A text with what a person may see of its codings."""
        text = self.read(document_id)
        noted = {memo.on for memo in self.work.work.memos.values() if memo.target == "coding"}
        own = self.work.name_of(person)
        marks = [
            stripes.Mark(
                c.id, c.start, c.end, c.code, self.work.path_of(c.code), self.work.work.codes[c.code].name, c.coder, c.coder == own,
                c.id in noted,
            )
            for c in self.work.list_codings(person, document_id)
            if c.start is not None and c.end is not None and c.end <= len(text)
        ]  # fmt: skip
        return stripes.lay_out(text, _split(text), marks, f"/code/text/{document_id}")

    def list_recent(self, person: str) -> list[WorkCode]:
        """The codes that a person used last."""
        known = {code.id: code for code, _ in self.work.list_codes(person) if code.is_codable and not code.retired}
        found: dict[str, WorkCode] = {}
        for entry in reversed(self.work.list_steps()):
            if entry.actor == person and isinstance(entry.event, CodingAdded | CodingMoved):
                code = self.work.work.resolve(entry.event.code_id)
                if code in known:
                    found.setdefault(code, known[code])
            if len(found) == _RECENT:
                break
        return list(found.values())

    def name_recent(self, person: str) -> list[dict[str, Any]]:
        """The same, as they are shown: by name, where no other is called so."""
        recent = self.list_recent(person)
        names = Counter(code.name for code in recent)
        paths = {code.id: self.work.path_of(code.id) for code in recent}
        return [
            {
                "name": code.name if names[code.name] == 1 else paths[code.id], "path": paths[code.id],
                "colour": stripes.choose_colour(code.id),
            }
            for code in recent
        ]  # fmt: skip

    def list_paths(self, person: str) -> list[str]:
        """The paths of all codes that a person can code with."""
        codes = self.work.list_codes(person)
        return [self.work.path_of(code.id) for code, _ in codes if code.is_codable and not code.retired]

    def describe(self, document_id: str, person: str) -> dict[str, Any]:
        """Who codes a text, who is done, and what a person may do with it."""
        text, work = self.work.texts[document_id], self.work
        planned, done = work.planned(document_id), work.done(document_id)
        own = [c for c in work.list_codings(person, document_id) if c.coder == work.name_of(person)]
        differences = work.list_differences(document_id) if len(planned) != 1 or set(planned) <= done else []
        settled = work.list_settlements()
        return {
            "text": text, "planned": planned, "done": done, "own": len(own), "mine": person in planned or not planned,
            "is_done": person in done, "waiting": work.is_waiting(document_id),
            "may_code": bool(text.length) and person not in done and (person in planned or not planned),
            "differences": len(differences), "open": sum(d.id not in settled for d in differences),
            "last": max((c.end for c in own if c.end is not None), default=0),
        }  # fmt: skip


@lru_cache(maxsize=16)
def _split(text: str) -> list[stripes.Line]:
    return stripes.split_lines(text)


def _find_room(request: Request) -> Room:
    page, state = page_of(request), request.app.state
    with _opening:
        if not hasattr(state, "workroom"):
            state.workroom = Workroom(page.desk.review, lambda: page.desk.protocol.coding)
    room = Room(page, state.workroom)
    room.work.catch_up(page.desk.reading)
    return room


InRoom = Annotated[Room, Depends(_find_room)]

"""Write a REFI-QDA project (.qdpx) or codebook (.qdc), version 1.0 to 1.5: what `refi_qda` reads back as the same rows.

Every text goes as a plain text of its own file, whatever it was in the software; ids that are UUIDs stay, others get one that
is made of them, so that the same rows always come out as the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import polars as pl
from lxml import etree

from tasks.synthesise.left_out import LeftOut
from tasks.synthesise.qda_ids import is_universal
from tasks.synthesise.qda_text import STANDARD, Dialect

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
_MADE_OF = UUID("6f0d3d0e-8a55-4c57-9d0c-0b5a8f0a7f10")
#: What XML 1.0 cannot hold.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Characters that UTF-16 holds in two units.
_WIDE = re.compile("[\U00010000-\U0010ffff]")
#: The coder whom a project does not name.
_NOBODY = "unknown"
#: How much of a segment its name shows.
_NAMED = 60
_DATED = (1980, 1, 1, 0, 0, 0)
Row = dict[str, Any]


@dataclass(frozen=True)
class ProjectParts:
    """What is written, as in schemas/coding.py: DocumentShown, Code, Coding, Memo, DocumentValue, Coder.

    Codes whose parent is not among them stand at the top; codings and memos of documents and codes that are not, are left out.
    """

    name: str
    document: pl.DataFrame
    code: pl.DataFrame
    coding: pl.DataFrame
    memo: pl.DataFrame
    value: pl.DataFrame
    coder: pl.DataFrame


def write_codebook(code: pl.DataFrame, *, origin: str) -> bytes:
    """The codes as a .qdc."""
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap=_as_default(CODEBOOK), origin=origin)
    _Codes(code).write(_add(root, "Codes"), {})
    return _serialise(root)


def write_project(parts: ProjectParts, *, origin: str, dialect: Dialect = STANDARD) -> tuple[bytes, LeftOut]:
    """The project as a .qdpx, and what of it the format, or this program, does not carry."""
    writer = _ProjectWriter(parts, dialect)
    xml = writer.write(origin)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"project.qde": xml, **writer.texts}.items():
            member = zipfile.ZipInfo(name, _DATED)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return packed.getvalue(), writer.left_out


class _Codes:
    """The code tree. `guids`: of each code; `by_path`: the same by its path."""

    def __init__(self, frame: pl.DataFrame) -> None:
        rows = frame.sort("position", "code_id").to_dicts()
        self.guids = {row["code_id"]: guid for row, guid in _give_guids("code", rows, "code_id")}
        self.by_path = {row["path"]: self.guids[row["code_id"]] for row in reversed(rows)}
        self._below: dict[str | None, list[Row]] = defaultdict(list)
        for row in rows:
            self._below[row["parent_id"] if row["parent_id"] in self.guids else None].append(row)

    def write(self, element: Any, notes: Mapping[str, Iterable[str]]) -> None:
        """Writes the codes under an element, from the top down; `notes`: code → GUIDs of its memos. Deep trees need no recursion."""
        waiting: list[tuple[Any, str | None]] = [(element, None)]
        while waiting:
            above, code_id = waiting.pop()
            for row in self._below[code_id]:
                color = {"color": row["color"]} if row["color"] else {}
                code = _add(
                    above, "Code", guid=self.guids[row["code_id"]], name=row["name"],
                    isCodable="true" if row["is_codable"] else "false", **color,
                )  # fmt: skip
                _describe(code, row["description"])
                _refer_to_notes(code, notes.get(row["code_id"], ()))
                waiting.append((code, row["code_id"]))


class _ProjectWriter:
    """One project being written; `texts` has its files, `left_out` what is not carried."""

    def __init__(self, parts: ProjectParts, dialect: Dialect) -> None:
        self.texts: dict[str, bytes] = {}
        self.left_out = LeftOut()
        self._name, self._dialect = parts.name, dialect
        self._documents = parts.document.to_dicts()
        self._guids = {
            row["document_id"]: guid for row, guid in _give_guids("document", self._documents, "document_id")
        }
        self._codes = _Codes(parts.code)
        self._codings = [row for row in parts.coding.to_dicts() if self._is_known(row)]
        self._users = _name_users(parts)
        self._values = parts.value.to_dicts()
        self._variables = {row["field"]: _guid("variable", row["field"]) for row in self._values if not _is_group(row)}
        self._notes: list[tuple[str, Row]] = []
        #: What memos are on → their GUIDs: ("code", id), ("document", id), ("segment", document, start, end), ("coding", its id).
        self._notes_on: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        self._place_memos(parts.memo.to_dicts())

    def write(self, origin: str) -> bytes:
        """The project's XML, its parts in the standard's order."""
        root = etree.Element(
            f"{{{PROJECT}}}Project", nsmap=_as_default(PROJECT), name=_legal(self._name), origin=origin
        )
        if self._users:
            users = _add(root, "Users")
            for name, guid in self._users.items():
                _add(users, "User", guid=guid, name=name)
        if self._codes.guids:
            notes = {key[1]: guids for key, guids in self._notes_on.items() if key[0] == "code"}
            self._codes.write(_add(_add(root, "CodeBook"), "Codes"), notes)
        if self._variables:
            variables = _add(root, "Variables")
            for name, guid in self._variables.items():
                _add(variables, "Variable", guid=guid, name=name, typeOfVariable="Text")
        self._write_cases(root)
        if self._documents:
            sources = _add(root, "Sources")
            for row in self._documents:
                self._write_document(sources, row)
        if self._notes:
            notes_element = _add(root, "Notes")
            for guid, row in self._notes:
                self._write_note(notes_element, guid, row)
        self._write_sets(root)
        _refer_to_notes(root, self._notes_on["project",])
        return _serialise(root)

    def _is_known(self, coding: Row) -> bool:
        known = coding["document_id"] in self._guids and coding["code_id"] in self._codes.guids
        self.left_out.add("codings of documents or codes that are not exported", coding["quote"], not known)
        return known

    # Documents ---------------------------------------------------------------------------------

    def _write_document(self, sources: Any, row: Row) -> None:
        document, text, guid = row["document_id"], row["text"], self._guids[row["document_id"]]
        path = f"internal://{guid}.txt" if text is not None else row["source_path"] or f"internal://{guid}.txt"
        source = _add(sources, "TextSource", guid=guid, name=row["name"], plainTextPath=path)
        _describe(source, row["description"])
        if text is not None:
            self.texts[f"sources/{guid}.txt"] = _encode(text)
        self.left_out.add("PDF files (exported as their text)", row["name"], row["kind"] == "pdf")
        codings = [coding for coding in self._codings if coding["document_id"] == document]
        on_place, on_document = _part(codings, lambda coding: text is not None and coding["start_char"] is not None)
        spans: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for coding in on_place:
            spans[coding["start_char"], coding["end_char"]].append(coding)
        for key in self._notes_on:
            if key[:2] == ("segment", document):
                spans.setdefault((key[2], key[3]), [])
        if text is not None:
            self._write_segments(source, document, text, spans)
        for coding in on_document:
            self._write_coding(source, coding)
            self.left_out.add(
                "places of codings on pages (kept: document and code)", coding["quote"], coding["page"] is not None
            )
        _refer_to_notes(source, self._notes_on["document", document])
        for value in self._values:
            if value["document_id"] == document and value["case_name"] is None and not _is_group(value):
                self._write_value(source, value)

    def _write_segments(self, source: Any, document: str, text: str, spans: dict[tuple[int, int], list[Row]]) -> None:
        wide = [match.start() for match in _WIDE.finditer(text)] if self._dialect.utf16 else []
        for start, end in sorted(spans):
            place = {"startPosition": start + bisect_left(wide, start), "endPosition": end + bisect_left(wide, end)}
            segment = _add(
                source, "PlainTextSelection", guid=_guid("segment", document, start, end),
                name=" ".join(text[start : min(end, start + _NAMED)].split()), **{k: str(v) for k, v in place.items()},
            )  # fmt: skip
            for coding in spans[start, end]:
                self._write_coding(segment, coding)
                self.left_out.add(
                    "pages of codings (kept: their place in the text)", coding["quote"], coding["page"] is not None
                )
            _refer_to_notes(segment, self._notes_on["segment", document, start, end])

    def _write_coding(self, above: Any, row: Row) -> None:
        more = {} if row["coder"] == _NOBODY else {"creatingUser": self._users[row["coder"]]}
        if row["created_at"] is not None:
            more["creationDateTime"] = _moment(row["created_at"])
        coding = _add(above, "Coding", guid=_guid("coding", row["coding_id"]), **more)
        _add(coding, "CodeRef", targetGUID=self._codes.guids[row["code_id"]])
        _refer_to_notes(coding, self._notes_on["coding", row["coding_id"]])

    # Memos -------------------------------------------------------------------------------------

    def _place_memos(self, memos: list[Row]) -> None:
        """Notes which memo is on what. One whose segment is not in a text that is exported, is on its document."""
        coded: dict[tuple[Any, ...], str] = {}
        for coding in self._codings:
            coded.setdefault(_place_of(coding), coding["coding_id"])
        texts = {row["document_id"] for row in self._documents if row["text"] is not None}
        for row in memos:
            on: tuple[Any, ...] = (row["target"],)
            if row["target"] == "code":
                on = ("code", row["code_id"]) if row["code_id"] in self._codes.guids else ("none",)
            elif row["target"] == "coding" and _place_of(row) in coded:
                on = ("coding", coded[_place_of(row)])
            elif row["target"] == "segment" and row["start_char"] is not None and row["document_id"] in texts:
                on = ("segment", row["document_id"], row["start_char"], row["end_char"])
            elif row["document_id"] is not None:
                known = row["document_id"] in self._guids
                self.left_out.add(
                    "places of memos (kept: their document)", row["name"], known and row["target"] != "document"
                )
                on = ("document", row["document_id"]) if known else ("none",)
            guid = _guid("memo", row["memo_id"])
            self._notes.append((guid, row))
            self._notes_on[on].append(guid)

    def _write_note(self, notes: Any, guid: str, row: Row) -> None:
        more = {"name": row["name"]} if row["name"] else {}
        if row["author"]:
            more["creatingUser"] = self._users[row["author"]]
        if row["created_at"] is not None:
            more["creationDateTime"] = _moment(row["created_at"])
        as_file = row["text"] is not None and _ILLEGAL.search(row["text"]) is not None
        if as_file:
            more["plainTextPath"] = f"internal://{guid}.txt"
            self.texts[f"sources/{guid}.txt"] = _encode(row["text"])
        note = _add(notes, "Note", guid=guid, **more)
        if row["text"] is not None and not as_file:
            _add(note, "PlainTextContent").text = row["text"]

    # Variables, cases and sets -----------------------------------------------------------------

    def _write_value(self, above: Any, row: Row) -> None:
        value = _add(above, "VariableValue")
        _add(value, "VariableRef", targetGUID=self._variables[row["field"]])
        _add(value, "TextValue").text = _legal(row["value"])

    def _write_cases(self, root: Any) -> None:
        """A case for each name; where what holds of its documents differs, one for each set of documents of which the same does."""
        holds: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
        for row in self._values:
            if row["case_name"] is not None:
                holds[row["case_name"], row["document_id"]].append(row)
        alike: dict[tuple[str, tuple[tuple[str, str], ...]], list[str | None]] = defaultdict(list)
        for (name, document), rows in holds.items():
            alike[name, tuple((row["field"], row["value"]) for row in rows)].append(document)
        cases = _add(root, "Cases") if alike else None
        for number, ((name, said), documents) in enumerate(alike.items()):
            case = _add(cases, "Case", guid=_guid("case", name, number), name=name)
            for field, value in said:
                if field == "code of case" and value in self._codes.by_path:
                    _add(case, "CodeRef", targetGUID=self._codes.by_path[value])
            for row in holds[name, documents[0]]:
                if not _is_group(row):
                    self._write_value(case, row)
            for document in documents:
                if document in self._guids:
                    _add(case, "SourceRef", targetGUID=self._guids[document])

    def _write_sets(self, root: Any) -> None:
        members: dict[str, list[str]] = defaultdict(list)
        for row in self._values:
            if row["case_name"] is None and row["field"] == "set" and row["document_id"] in self._guids:
                members[row["value"]].append(self._guids[row["document_id"]])
        sets = _add(root, "Sets") if members else None
        for name, guids in members.items():
            group = _add(sets, "Set", guid=_guid("set", name), name=name)
            for guid in guids:
                _add(group, "MemberSource", targetGUID=guid)


def _name_users(parts: ProjectParts) -> dict[str, str]:
    """Whoever coded or wrote a memo → GUID."""
    known = dict(parts.coder.select("coder", "guid").rows())
    names = {*known, *parts.coding["coder"], *parts.memo["author"].drop_nulls()} - {_NOBODY}
    rows = [{"coder": name, "guid": known.get(name)} for name in sorted(names)]
    return {row["coder"]: guid for row, guid in _give_guids("user", rows, "coder")}


def _is_group(row: Row) -> bool:
    """Whether a value is membership of a case, a case's code, or membership of a set, and no variable's."""
    if row["case_name"] is None:
        return bool(row["field"] == "set")
    return bool(row["field"] == "code of case" or (row["field"] == "case" and row["value"] == row["case_name"]))


def _give_guids(kind: str, rows: Iterable[Row], key: str) -> Iterator[tuple[Row, str]]:
    """Each row with its GUID: its own where that is a UUID that no earlier row has, else one made of its key."""
    taken: set[str] = set()
    for row in rows:
        own = row["guid"]
        guid = own if own and is_universal(own) and own not in taken else _guid(kind, row[key])
        taken.add(guid)
        yield row, guid


def _guid(kind: str, *parts: object) -> str:
    return str(uuid5(_MADE_OF, "\x1f".join([kind, *map(str, parts)])))


def _place_of(row: Row) -> tuple[Any, ...]:
    return row["document_id"], row["code_id"], row["start_char"], row["end_char"]


def _part(rows: Iterable[Row], holds: Callable[[Row], bool]) -> tuple[list[Row], list[Row]]:
    parted: tuple[list[Row], list[Row]] = ([], [])
    for row in rows:
        parted[0 if holds(row) else 1].append(row)
    return parted


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encode(text: str) -> bytes:
    """UTF-8; a text that starts with what a reader takes for a byte order mark gets one of its own."""
    return text.encode("utf-8-sig" if text.startswith("\ufeff") else "utf-8")


def _as_default(namespace: str) -> Any:
    return {None: namespace}


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _add(above: Any, tag: str, /, **attributes: str) -> Any:
    namespace = etree.QName(above).namespace
    return etree.SubElement(above, f"{{{namespace}}}{tag}", {key: _legal(value) for key, value in attributes.items()})


def _describe(element: Any, description: str | None) -> None:
    if description:
        _add(element, "Description").text = _legal(description)


def _refer_to_notes(element: Any, guids: Iterable[str]) -> None:
    for guid in guids:
        _add(element, "NoteRef", targetGUID=guid)


def _serialise(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))

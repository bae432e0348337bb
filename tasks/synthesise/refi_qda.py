"""Read a REFI-QDA project (.qdpx, version 1.0 to 1.5): what it says as frames, and a list of what is not carried over.

The standard's section 7 asks an importer to name what it leaves out; here everything that the project holds is either
in a frame or counted in `not_carried`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from schemas.coding import Code, Coder, Coding, Document, DocumentValue, Memo
from schemas.frames import frame_of
from schemas.problem import Problem
from tasks.synthesise.left_out import LeftOut
from tasks.synthesise.qda_archive import (
    Element,
    QdaArchive,
    child,
    children,
    guid,
    integer,
    local,
    open_archive,
    parse_datetime,
    parse_xml,
    text_of,
)
from tasks.synthesise.qda_codes import Codebook, code_rows, looks_like_xml, read_codebook
from tasks.synthesise.qda_ids import Ids, is_own, tool_of
from tasks.synthesise.qda_memos import Memos
from tasks.synthesise.qda_text import (
    ALL,
    STANDARD,
    Choice,
    Dialect,
    Positions,
    Text,
    choose_dialect,
    hash_text,
    parse_dialect,
)
from tasks.synthesise.qda_values import Values
from warehouse.snapshots import digest

_ORDER = (
    "Users",
    "CodeBook",
    "Variables",
    "Cases",
    "Sources",
    "Notes",
    "Links",
    "Sets",
    "Graphs",
    "Description",
    "NoteRef",
)
_MEDIA = {"PictureSource": "pictures", "AudioSource": "audio", "VideoSource": "video"}


#: What is carried over once and stands twice: as a segment of the text, and as a region of its page.
MERGED = "codings of regions that are the text's"
_TextCodings = dict[tuple[str, str, str], dict[str, Any]]
"""Codings of a document's plain text by their selection (its GUID, and its name), code and coder."""


@dataclass(frozen=True)
class QdaProject:
    """A project, read. Frames: document, code, coding, memo, value (DocumentValue), coder, as in schemas/coding.py.

    `carried` gives what and how many, in the order in which to show them; `left_out` what was not, element by element.
    """

    file: str
    name: str
    origin: str | None
    choice: Choice
    document: pl.DataFrame
    code: pl.DataFrame
    coding: pl.DataFrame
    memo: pl.DataFrame
    value: pl.DataFrame
    coder: pl.DataFrame
    carried: list[tuple[str, int]]
    left_out: LeftOut
    problems: tuple[Problem, ...]

    @property
    def tool(self) -> str:
        """The software that wrote it, without its version."""
        return tool_of(self.origin)

    @property
    def not_carried(self) -> list[tuple[str, int]]:
        """What was left out, by kind, with how many."""
        return self.left_out.count_by_kind()


def read_project(path: Path, *, name: str | None = None, positions: str | None = None) -> QdaProject:
    """Read a .qdpx, or a .qdc as a project of codes alone; `name` is what messages call it; `positions`: the dialect in
    which it counts, where somebody says so.

    Raises `UserError` where it is neither.
    """
    name = name or path.name
    if path.is_file() and looks_like_xml(path):
        return _project_of_codebook(read_codebook(path, name=name))
    with open_archive(path, name) as archive:
        root = parse_xml(archive.xml, "Project", name)
        return _ProjectReader(archive, root, digest(path), parse_dialect(positions) if positions else None).run()


def _project_of_codebook(book: Codebook) -> QdaProject:
    models = {"document": Document, "coding": Coding, "memo": Memo, "value": DocumentValue, "coder": Coder}
    empty = {name: frame_of(model, []) for name, model in models.items()}
    return QdaProject(
        book.name,
        Path(book.name).stem,
        book.origin,
        Choice(STANDARD, "there are no positions in a codebook"),
        code=book.code,
        carried=[("codes", book.code.height)],
        left_out=LeftOut([("sets of codes", name) for name in book.sets]),
        problems=(),
        **empty,
    )


@dataclass
class _Source:
    """A document on its way: its row, its text, and the element that holds its selections."""

    row: dict[str, Any]
    text: Text | None
    element: Element
    holder: Element


@dataclass
class _ProjectReader:
    """One project being read. Lists grow; `run` walks the parts in the order in which they need each other."""

    archive: QdaArchive
    root: Element
    file_key: str
    dialect: Dialect | None
    problems: list[Problem] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    codings: list[dict[str, Any]] = field(default_factory=list)
    merged: int = 0

    def run(self) -> QdaProject:
        self._check_order()
        origin, project = self.root.get("origin"), self.root.get("name") or "(without a name)"
        tool = tool_of(origin)
        self.ids = Ids(self.file_key)
        self.users = self._read_users()
        self.memos = Memos(self.archive, self.ids, self.users, self.left_out, child(self.root, "Notes"))

        codebook = child(self.root, "CodeBook")
        codes = code_rows(codebook, self.ids)
        self.codes = {row["guid"]: row["code_id"] for row, _ in codes}
        sources = self._read_sources()
        self.documents = {guid(source.element.get("guid")): source.row["document_id"] for source in sources}
        self.values = Values(self.root, self.documents, {row["guid"]: row["path"] for row, _ in codes}, self.left_out)
        self.selections: dict[str, str] = {}

        self.choice = choose_dialect(
            tool, [seen for source in sources for seen in _selections_as_evidence(source)], self.dialect,
            certain=is_own(origin),
        )  # fmt: skip
        if self.choice.doubt:
            self._warn(
                f"its positions may be counted in another way than {self.choice.dialect}: {self.choice.doubt}; look at some "
                "quotes, and say in the note beside the file, which takes precedence: "
                f"positions = {' or '.join(repr(str(dialect)) for dialect in ALL)}"
                if self.choice.can_tell
                else f"its positions, however they are counted, may be of other texts: {self.choice.doubt}; look at some quotes"
            )
        for source in sources:
            self._read_document(source)
        for row, element in codes:
            self.memos.add_from(element, target="code", code_id=row["code_id"])
        self.values.add_cases(self.selections)
        self._read_rest()

        frames = {
            "document": frame_of(Document, [source.row for source in sources]),
            "code": frame_of(Code, [row for row, _ in codes]),
            "coding": frame_of(Coding, self.codings),
            "memo": frame_of(Memo, self.memos.rows),
            "value": frame_of(DocumentValue, self.values.rows),
            "coder": frame_of(Coder, [{"guid": key, "coder": name} for key, name in self.users.items()]),
        }
        cases = len(children(child(self.root, "Cases"), "Case"))
        carried = [
            ("codes", frames["code"].height),
            ("codings", frames["coding"].height),
            ("documents", frames["document"].height),
            ("memos", frames["memo"].height),
            ("cases", cases),
            ("values of variables", self.values.of_variables),
            ("coders", frames["coder"].height),
        ]
        if self.merged:
            carried.append((MERGED, self.merged))
        return QdaProject(
            self.archive.name,
            project,
            origin,
            self.choice,
            carried=carried,
            left_out=self.left_out,
            problems=tuple(self.problems),
            **frames,
        )

    # The parts of the project -------------------------------------------------------------------------------------

    def _read_users(self) -> dict[str, str]:
        users: dict[str, str] = {}
        for user in children(child(self.root, "Users"), "User"):
            key = guid(user.get("guid"))
            name = (user.get("name") or user.get("id") or key or "unknown").strip()
            users[key] = f"{name} ({user.get('id') or key[:8]})" if name in users.values() else name
        return users

    def _read_sources(self) -> list[_Source]:
        sources = []
        for element in children(child(self.root, "Sources")):
            kind = local(element)
            if kind in _MEDIA:
                name = element.get("name")
                self.left_out.add(f"{_MEDIA[kind]} (sources)", name)
                codings = sum(1 for e in element.iter() if local(e) == "Coding")
                self.left_out.add(f"codings of {_MEDIA[kind]}", name, codings)
                self.left_out.add("transcripts", name, len(children(element, "Transcript")))
                self.left_out.add("variable values of media", name, len(children(element, "VariableValue")))
                continue
            if kind not in ("TextSource", "PDFSource"):
                self.left_out.add(f"sources of an unknown kind ({kind})", element.get("name"))
                continue
            holder = element if kind == "TextSource" else child(element, "Representation")
            where = (holder.get("plainTextPath") if holder is not None else None) or element.get("path")
            name = (element.get("name") or "").strip() or _file_name(where) or guid(element.get("guid"))
            raw = None if holder is None else self._text(holder, name)
            if element.get("richTextPath"):
                self.left_out.add("formatted versions of texts", name)
            if kind == "PDFSource":
                self.left_out.add("PDF files (their text is carried over)" if raw is not None else "PDF files", name)
            text = None if raw is None else Text.of(raw)
            row = {
                "document_id": self.ids.document(guid(element.get("guid")), name),
                "guid": guid(element.get("guid")) or None,
                "name": name,
                "kind": "text" if kind == "TextSource" else "pdf",
                "source_path": where,
                "description": text_of(element, "Description"),
                "text": None if text is None else text.kept,
                "text_hash": None if text is None else hash_text(text.kept),
            }
            sources.append(_Source(row, text, element, holder))
        return sources

    def _text(self, holder: Element, name: str) -> str | None:
        path = holder.get("plainTextPath")
        raw = self.archive.text(path) if path else None
        if raw is None:
            # The standard allows the text in one place only; where both stand, the file is what positions count in.
            content = child(holder, "PlainTextContent")
            raw = None if content is None else "".join(content.itertext())
        if raw is None:
            message = f"its text {path} is not in the file" if path else "it has no text"
            self._warn(f"document {name!r}: {message}; its codings are kept without positions")
        elif not raw.strip():
            self._warn(f"document {name!r}: its text is empty")
        return raw

    def _read_document(self, source: _Source) -> None:
        document_id, element = source.row["document_id"], source.element
        positions = None if source.text is None else source.text.reader(self.choice.dialect)
        textual: _TextCodings = {}
        if source.holder is not None:
            for selection in children(source.holder, "PlainTextSelection"):
                self._read_selection(source, selection, positions, textual)
            for coding in children(source.holder, "Coding"):
                self._read_coding(document_id, coding, element, {})
            self.memos.add_from(source.holder, target="document", document_id=document_id)
        if element is not source.holder:
            for coding in children(element, "Coding"):
                self._read_coding(document_id, coding, element, {})
            self.memos.add_from(element, target="document", document_id=document_id)
            for region in children(element, "PDFSelection"):
                self._read_region(document_id, region, textual)
        for value in children(element, "VariableValue"):
            self.values.add_value(value, document_id, None)

    def _read_selection(
        self, source: _Source, selection: Element, positions: Positions | None, textual: _TextCodings
    ) -> None:
        document_id, name = source.row["document_id"], source.row["name"]
        self.selections[guid(selection.get("guid"))] = document_id
        span: dict[str, Any] = {}
        if source.text is not None and positions is not None:
            places = self._span(selection, source.text, positions, name)
            if places is None:
                self.left_out.add(
                    "codings whose positions lie outside the text", name, len(children(selection, "Coding"))
                )
                return
            start, end = places
            span = {"start_char": start, "end_char": end, "quote": source.text.kept[start:end]}
        codings = children(selection, "Coding")
        noted = self.memos.add_from(selection, target="segment", document_id=document_id, **_place(span))
        if not codings and not noted:
            self.left_out.add("marked segments without a code", selection.get("name"))
        for coding in codings:
            row = self._read_coding(document_id, coding, selection, span)
            if row is not None:
                for key in filter(None, (guid(selection.get("guid")), selection.get("name"))):
                    textual[key, row["code_id"], row["coder"]] = row

    def _span(self, selection: Element, text: Text, positions: Positions, name: str) -> tuple[int, int] | None:
        try:
            start, end = int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
        except ValueError:
            self._refuse(f"document {name!r}: a segment has no positions", selection)
            return None
        first, last = positions.kept(start), positions.kept(end, end=True)
        # Some software lets a segment that runs to the end of the text end after a final line end that is not there.
        if first < positions.length < last <= positions.length + 2:
            last = positions.length
        if not 0 <= first < last <= positions.length:
            self._refuse(
                f"document {name!r}: a segment from {start} to {end} lies outside its {len(text.kept):,} characters",
                selection,
            )
            return None
        return first, last

    def _read_region(self, document_id: str, region: Element, textual: _TextCodings) -> None:
        """A rectangle on a page. Where the same coding also stands in the plain text, it only gives that its page."""
        self.selections[guid(region.get("guid"))] = document_id
        page = integer(region.get("page"))
        quote = text_of(child(region, "Representation"), "PlainTextContent")
        codings = children(region, "Coding")
        if not self.memos.add_from(region, target="segment", document_id=document_id) and not codings:
            self.left_out.add("marked regions of PDFs without a code", region.get("name"))
        for coding in codings:
            code_id, coder = self._code_of(coding), self._coder_of(coding, region)
            twin = None
            for key in filter(None, (guid(region.get("guid")), region.get("name"))):
                twin = twin or textual.get((key, code_id or "", coder))
            if twin is not None:
                twin["page"] = page if twin.get("page") is None else twin["page"]
                self.merged += 1
            else:
                row = self._read_coding(document_id, coding, region, {"page": page, "quote": quote})
                self.left_out.add(
                    "positions of PDF regions (kept: code, page, text)", region.get("name"), row is not None
                )

    def _read_coding(
        self, document_id: str, coding: Element, around: Element, span: dict[str, Any]
    ) -> dict[str, Any] | None:
        code_id = self._code_of(coding)
        if code_id is None:
            self._refuse("a coding names a code that the codebook does not hold", coding)
            self.left_out.add("codings with an unknown code")
            return None
        coder = self._coder_of(coding, around)
        place = (span.get("start_char"), span.get("end_char"))
        # Without a span, page and words tell two codings of one code apart.
        identity = place if place[0] is not None else (span.get("page"), span.get("quote") or around.get("name"))
        row = {
            "coding_id": self.ids.coding(document_id, code_id, coder, *identity),
            "document_id": document_id,
            "code_id": code_id,
            "coder": coder,
            "created_at": parse_datetime(coding.get("creationDateTime") or around.get("creationDateTime")),
            **span,
        }
        self.codings.append(row)
        self.memos.add_from(coding, target="coding", document_id=document_id, code_id=code_id, **_place(span))
        return row

    def _code_of(self, coding: Element) -> str | None:
        reference = child(coding, "CodeRef")
        return None if reference is None else self.codes.get(guid(reference.get("targetGUID")))

    def _coder_of(self, coding: Element, around: Element) -> str:
        key = guid(coding.get("creatingUser") or around.get("creatingUser") or around.get("modifyingUser"))
        return self.users.get(key) or key or "unknown"

    # The rest ---------------------------------------------------------------------------------

    def _read_rest(self) -> None:
        self.memos.add_from(self.root, target="project")
        links = children(child(self.root, "Links"), "Link")
        for link in links:
            self.left_out.add("links", link.get("name"))
        self.memos.add_unreferenced()
        self.values.add_sets()
        for graph in children(child(self.root, "Graphs"), "Graph"):
            self.left_out.add("graphs", graph.get("name"))
        for element in children(self.root):
            if local(element) not in _ORDER:
                self.left_out.add(f"parts outside the standard ({local(element)})")

    def _check_order(self) -> None:
        names = [local(element) for element in children(self.root) if local(element) in _ORDER]
        if names != sorted(names, key=_ORDER.index):
            self._warn(
                f"its parts are not in the standard's order ({', '.join(dict.fromkeys(names))}); read all the same"
            )

    def _warn(self, message: str) -> None:
        self.problems.append(Problem(self.archive.name, None, message, "warning"))

    def _refuse(self, message: str, element: Element) -> None:
        self.problems.append(Problem(self.archive.name, element.sourceline, message))


def _selections_as_evidence(source: _Source) -> list[tuple[Text, int, int, str]]:
    """A document's selections as evidence for the dialect."""
    if source.text is None or source.holder is None:
        return []
    evidence = []
    for selection in children(source.holder, "PlainTextSelection"):
        start, end = integer(selection.get("startPosition")), integer(selection.get("endPosition"))
        if start is not None and end is not None:
            evidence.append((source.text, start, end, selection.get("name") or ""))
    return evidence


def _place(span: dict[str, Any]) -> dict[str, Any]:
    return {key: span.get(key) for key in ("start_char", "end_char")}


def _file_name(path: str | None) -> str:
    return (path or "").rsplit("/", 1)[-1]

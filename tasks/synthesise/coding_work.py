"""The work of coders on the page: codes, codings and memos as they stand after the steps that the log has. Pure.

It starts from what imported projects hold and applies each step in the log's order. A step that names what is not there
changes nothing, so that any order of steps comes to a result. A coding keeps the code that it was given: what a merge did is
followed when it is asked for, so that a merge that is taken back gives every coding its own code again.

Of one coder's codings that are the same in code and place, as after a merge, one counts; others that overlap all stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.event_base import Event
from schemas.event_coding import (
    CodeCreated,
    CodeRenamed,
    CodesMerged,
    CodesMoved,
    CodeSplit,
    CodesRetired,
    CodeUndo,
    CodingAdded,
    CodingMoved,
    CodingsRemoved,
    MemoWritten,
)
from tasks.synthesise.qda_codes import SEPARATOR
from warehouse.log import Entry

#: The events that this module reads.
STEPS: tuple[type[Event], ...] = (
    CodeCreated, CodeRenamed, CodesMoved, CodesMerged, CodeSplit, CodesRetired, CodingAdded, CodingMoved, CodingsRemoved,
    MemoWritten, CodeUndo,
)  # fmt: skip


@dataclass
class WorkCode:
    """A code. `maker`, `born_in`: who made it on the page, and before which document; None where a project brought it."""

    id: str
    guid: str
    name: str
    parent: str | None
    order: int
    color: str | None = None
    description: str | None = None
    is_codable: bool = True
    maker: str | None = None
    born_in: str | None = None
    into: str | None = None
    retired: bool = False


@dataclass
class WorkCoding:
    """A coding. `code`: the one that it was given; `by_page`: whether a step made it or changed it."""

    id: str
    document: str
    code: str
    coder: str
    start: int | None
    end: int | None
    page: int | None = None
    quote: str | None = None
    created_at: datetime | None = None
    by_page: bool = False


@dataclass
class WorkMemo:
    """A memo. `on`: the id of the coding, code or document that it is on."""

    id: str
    target: str
    on: str
    text: str
    author: str
    at: datetime


@dataclass(frozen=True)
class Change:
    """What a step did, as the view code_change has it. `codings`: those that it concerns."""

    at: datetime
    kind: str
    code: str
    into: str | None = None
    old_path: str | None = None
    new_path: str | None = None
    coding: str | None = None
    document: str | None = None
    coder: str | None = None
    codings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Start:
    """What projects hold, under the ids by which the review knows it. `same`: what (code, document, coder) and its id or name by the
    deliveries alone → the id by which it is known, where that is another, since it was ruled to be the same as that one."""

    codes: tuple[WorkCode, ...] = ()
    codings: tuple[WorkCoding, ...] = ()
    same: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def find(self, element: str, id: str) -> str:
        """The id by which something is known."""
        return self.same.get((element, id), id)


@dataclass
class CodingWork:
    """What stands. `name_coder`: the name under which codings of an actor stand, which projects may have given her."""

    start: Start
    name_coder: Callable[[str], str] = str
    codes: dict[str, WorkCode] = field(default_factory=dict)
    codings: dict[str, WorkCoding] = field(default_factory=dict)
    memos: dict[str, WorkMemo] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    _listed: dict[str, list[WorkCoding]] | None = None

    def __post_init__(self) -> None:
        self.codes |= {code.id: replace(code) for code in self.start.codes}
        for (element, id), known_as in self.start.same.items():
            if element == "code" and id not in self.codes:  # as if it were merged, so that steps about it go on
                self.codes[id] = WorkCode(id, "", id, None, 0, into=known_as)
        self.codings |= {coding.id: replace(coding) for coding in self.start.codings}

    # --- What is asked ----------------------------------------------------------------------------

    def resolve(self, code_id: str) -> str:
        """The code that this one is now, by all merges."""
        code = self.codes.get(code_id)
        while code is not None and code.into is not None:
            code_id, code = code.into, self.codes.get(code.into)
        return code_id

    def parent_of(self, code_id: str) -> str | None:
        """The code above it that is still there."""
        above = self.codes[code_id].parent
        while above is not None:
            above = self.resolve(above)
            code = self.codes.get(above)
            if code is None or above == code_id:
                return None
            if not code.retired:
                return above
            above = code.parent
        return None

    def path_of(self, code_id: str) -> str:
        """The names from the top down."""
        names: list[str] = []
        at: str | None = code_id
        while at is not None and len(names) < len(self.codes):
            names.append(self.codes[at].name)
            at = self.parent_of(at)
        return SEPARATOR.join(reversed(names))

    def is_within(self, code_id: str | None, above: str) -> bool:
        """Whether a code is another one, or below it."""
        steps = 0
        while code_id is not None and steps <= len(self.codes):
            if code_id == above:
                return True
            code_id, steps = self.parent_of(code_id), steps + 1
        return False

    def list_codes(self) -> list[tuple[WorkCode, int]]:
        """The codes that are there, from the top down, each with its depth."""
        borne = {self.resolve(coding.code) for coding in self.codings.values()}
        below: dict[str | None, list[WorkCode]] = defaultdict(list)
        for code in self.codes.values():
            if code.into is None and (not code.retired or code.id in borne):
                below[self.parent_of(code.id)].append(code)
        found: list[tuple[WorkCode, int]] = []
        waiting = [(code, 0) for code in _backwards(below[None])]
        while waiting:
            code, depth = waiting.pop()
            found.append((code, depth))
            waiting += [(child, depth + 1) for child in _backwards(below[code.id])]
        return found

    def list_codings(self, document: str | None = None) -> list[WorkCoding]:
        """The codings that count, under the codes that they bear now; of one document, or of all."""
        if self._listed is None:
            twins = self.find_twins()
            self._listed = defaultdict(list)
            for coding in self.codings.values():
                code = self.resolve(coding.code)
                if coding.id not in twins and code in self.codes:
                    self._listed[coding.document].append(replace(coding, code=code))
        if document is not None:
            return self._listed.get(document, [])
        return [coding for codings in self._listed.values() for coding in codings]

    def find_twins(self) -> dict[str, str]:
        """Codings that are another one of the same coder, code and place → that one. Two of a project are left as they are."""
        first: dict[tuple[object, ...], WorkCoding] = {}
        twins: dict[str, str] = {}
        for coding in sorted(self.codings.values(), key=lambda coding: not coding.by_page):
            code = self.resolve(coding.code)
            place = (coding.start, coding.end) if coding.start is not None else (coding.page, coding.quote)
            key = (coding.coder, coding.document, code, *place)
            other = first.setdefault(key, coding)
            if other is not coding and (other.by_page or other.code != code or coding.code != code):
                twins[coding.id] = other.id
        return twins

    def find_hidden(self, waiting: Collection[str]) -> set[str]:
        """The codes that are known to their makers alone while these documents wait for other coders: those that were thought of
        before one of them (were they merged or taken back since), or retired and still borne, and that are borne by no coding that
        is shown, nor are above or in the place of one that is known.
        """
        shown = {self.resolve(c.code) for c in self.codings.values() if c.document not in waiting}
        known = [
            code.id for code in self.codes.values()
            if code.id in shown or (code.born_in not in waiting and not (code.retired and code.into is None))
        ]  # fmt: skip
        seen: set[str] = set()
        while known:
            id = known.pop()
            if id in seen or id not in self.codes:
                continue
            seen.add(id)
            known += [above for above in (self.parent_of(id), self.codes[id].into) if above is not None]
        there = {code.id for code, _ in self.list_codes()}
        return {
            id for id, code in self.codes.items()
            if id not in seen and (id in there or code.born_in in waiting)
        }  # fmt: skip

    # --- What is done -----------------------------------------------------------------------------

    def apply(self, entry: Entry) -> None:
        """Applies one step, which was not taken back."""
        self._listed = None
        match entry.event:
            case CodeCreated() as event:
                self._create(
                    WorkCode(
                        event.code_id,
                        event.guid,
                        event.name,
                        event.parent_id,
                        0,
                        None,
                        event.description or None,
                        True,
                        entry.actor,
                        event.document_id,
                    )
                )
                self._note(entry, "created", event.code_id, new_path=self.path_of(event.code_id))
            case CodeRenamed() as event if code := self.codes.get(event.code_id):
                old = self.path_of(code.id)
                code.name, code.description = event.name, event.description or None
                if old != self.path_of(code.id):
                    self._note(entry, "renamed", code.id, old_path=old, new_path=self.path_of(code.id))
            case CodesMoved() as event:
                for code in self._find(event.code_ids):
                    self._move(entry, code, event.parent_id)
            case CodesMerged() as event:
                for code in self._find(event.code_ids):
                    self._merge(entry, code, self.resolve(event.into_id))
            case CodeSplit() as event if code := self.codes.get(event.code_id):
                self._split(entry, event, code)
            case CodesRetired() as event:
                for code in self._find(event.code_ids):
                    self._note(entry, "retired", code.id, old_path=self.path_of(code.id))
                    code.retired = True
            case _:
                self._apply_to_coding(entry)

    def remember_code(self, entry: Entry) -> None:
        """A code that was taken back is retired: a colleague may have coded with it meanwhile, and loses nothing."""
        match entry.event:
            case CodeCreated(code_id=id, guid=guid, name=name, parent_id=parent, document_id=born):
                self._create(WorkCode(id, guid, name, parent, 0, maker=entry.actor, born_in=born, retired=True))
            case CodeSplit(code_id=old, new_id=id, guid=guid, name=name) if old in self.codes:
                parent, born = self.codes[old].parent, self._find_birth(entry.event, self.codes[old])
                self._create(WorkCode(id, guid, name, parent, 0, maker=entry.actor, born_in=born, retired=True))

    def _apply_to_coding(self, entry: Entry) -> None:
        match entry.event:
            case CodingAdded() as event:
                made = WorkCoding(
                    event.coding_id, self.start.find("document", event.document_id), event.code_id,
                    self.name_coder(entry.actor), event.start_char,
                    event.end_char, None, event.quote, entry.at, by_page=True,
                )  # fmt: skip
                self.codings[made.id] = made
                self._note_coding(entry, "coded", made)
            case CodingMoved() as event if coding := self.codings.get(event.coding_id):
                old = self.resolve(coding.code)
                coding.code, coding.by_page = event.code_id, True
                if event.start_char is not None:
                    coding.start, coding.end, coding.quote = event.start_char, event.end_char, event.quote
                    self._note_coding(entry, "span_moved", coding)
                if self.resolve(event.code_id) != old:
                    self._note_coding(entry, "recoded", coding, old)
            case CodingsRemoved() as event:
                for coding_id in event.coding_ids:
                    if gone := self.codings.pop(coding_id, None):
                        self.removed.add(coding_id)
                        self._note_coding(entry, "uncoded", gone)
            case MemoWritten() as event:
                self.memos.pop(event.memo_id, None)
                if event.text.strip():
                    self.memos[event.memo_id] = WorkMemo(
                        event.memo_id, event.target, event.id, event.text, entry.actor, entry.at
                    )

    def _find(self, code_ids: Iterable[str]) -> list[WorkCode]:
        return [code for id in code_ids if (code := self.codes.get(id)) is not None and code.into is None]

    def _create(self, code: WorkCode) -> None:
        """Adds a code, as the last one below its parent; one that a project has by now is as the project has it."""
        if code.id in self.codes:
            return
        if code.parent not in self.codes:
            code.parent = None
        code.order = max((other.order for other in self.codes.values()), default=0) + 1
        self.codes[code.id] = code

    def _move(self, entry: Entry, code: WorkCode, parent: str | None) -> None:
        if parent is not None and (parent not in self.codes or self.is_within(self.resolve(parent), code.id)):
            return
        old = self.path_of(code.id)
        code.parent = parent
        if old != self.path_of(code.id):
            self._note(entry, "moved", code.id, old_path=old, new_path=self.path_of(code.id))

    def _merge(self, entry: Entry, code: WorkCode, into: str) -> None:
        if into not in self.codes or self.is_within(into, code.id):
            return
        codings = tuple(coding.id for coding in self.codings.values() if self.resolve(coding.code) == code.id)
        old = self.path_of(code.id)
        code.into = into
        self._note(entry, "merged", code.id, into=into, old_path=old, new_path=self.path_of(into), codings=codings)

    def _split(self, entry: Entry, event: CodeSplit, code: WorkCode) -> None:
        born = self._find_birth(event, code)
        self._create(WorkCode(event.new_id, event.guid, event.name, code.parent, 0, maker=entry.actor, born_in=born))
        moved = []
        for coding_id in event.coding_ids:
            coding = self.codings.get(coding_id)
            if coding is not None and self.resolve(coding.code) == self.resolve(code.id):
                coding.code, coding.by_page = event.new_id, True
                moved.append(coding_id)
        paths = {"old_path": self.path_of(code.id), "new_path": self.path_of(event.new_id)}
        self._note(entry, "split", code.id, into=event.new_id, codings=tuple(moved), **paths)

    def _find_birth(self, event: CodeSplit, code: WorkCode) -> str | None:
        """The document before which a code was thought of that takes some codings of another: that of the first of them."""
        return next((self.codings[id].document for id in event.coding_ids if id in self.codings), code.born_in)

    def _note(self, entry: Entry, kind: str, code: str, **more: object) -> None:
        self.changes.append(Change(entry.at, kind, code, **more))  # type: ignore[arg-type]

    def _note_coding(self, entry: Entry, kind: str, coding: WorkCoding, old: str | None = None) -> None:
        code = self.resolve(coding.code)
        if code in self.codes:
            path = self.path_of(code)
            self._note(
                entry, kind, old or code, into=None if kind == "uncoded" else code,
                old_path=None if kind == "coded" else self.path_of(old) if old in self.codes else path,
                new_path=None if kind == "uncoded" else path,
                coding=coding.id, document=coding.document, coder=coding.coder, codings=(coding.id,),
            )  # fmt: skip


def do_work(start: Start, entries: Iterable[Entry], name_coder: Callable[[str], str] = str) -> CodingWork:
    """What stands after these steps, from nothing."""
    work, entries = CodingWork(start, name_coder), list(entries)
    dead = find_dead_steps(entries)
    for entry in entries:
        if entry.seq not in dead:
            work.apply(entry)
        else:
            work.remember_code(entry)
    return work


def find_dead_steps(entries: Sequence[Entry]) -> set[int]:
    """The steps that were taken back, and not done again."""
    dead: set[int] = set()
    for entry in reversed(entries):
        if isinstance(entry.event, CodeUndo) and entry.seq not in dead:
            dead.add(entry.event.event)
    return dead


def find_undo(entries: Iterable[Entry], actor: str) -> tuple[list[int], list[int]]:
    """The events that somebody can take back, and those that she took back and can do again; the next one last."""
    undo: list[int] = []
    redo: dict[int, int] = {}
    for entry in entries:
        if entry.actor != actor:
            continue
        if not isinstance(entry.event, CodeUndo):
            undo.append(entry.seq)
            redo.clear()
        elif entry.event.event in redo:
            undo.append(redo.pop(entry.event.event))
        elif entry.event.event in undo:
            undo.remove(entry.event.event)
            redo[entry.seq] = entry.event.event
    return undo, list(redo)


def find_name(actor: str, coders: Iterable[str], spellings: Mapping[str, str | None]) -> str:
    """The name under which codings of an actor stand: hers where a project has it, else the first of hers that one has.

    `spellings`: each coder of a project → the protocol's name of that person.
    """
    coders = sorted(coders)
    if actor in coders:
        return actor
    return next((coder for coder in coders if spellings.get(coder) == actor), actor)


def _backwards(codes: Iterable[WorkCode]) -> list[WorkCode]:
    return sorted(codes, key=lambda code: (code.order, code.id), reverse=True)

"""The workroom: texts, codes and codings as they stand now, kept in memory, for coders who work on the page.

What projects hold, who codes what and the texts come from the private copy; what was done since comes from the log, as the
derivation applies it. Of a text that several code, nobody sees what others coded before all have declared it done.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import duckdb

from schemas.errors import UserError
from schemas.event_base import Event
from schemas.event_coding import CodeUndo
from schemas.event_synthesis import CodingDone, CodingSettlement, CodingUndo
from schemas.protocol_coding import Coding
from tasks.synthesise.coding_work import (
    STEPS,
    CodingWork,
    Start,
    WorkCode,
    WorkCoding,
    WorkMemo,
    find_undo,
)
from tasks.synthesise.load_plan import find_done
from tasks.synthesise.load_settlements import Settlements, find_standing_settlements
from tasks.synthesise.load_work import open_work, read_start
from tasks.synthesise.rounds import find_later_rounds
from tasks.synthesise.settle_codings import Difference, MadeCoding, find_differences, find_left_out
from tasks.synthesise.statements import EVENTS as STATEMENTS
from tasks.synthesise.statements import Statements, read_statements
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

_DOCUMENTS = """
SELECT d.document_id, d.name, d.report_id, r.title, r.study_id, s.label, length(d.text)
FROM document AS d LEFT JOIN report AS r USING (report_id) LEFT JOIN study AS s USING (study_id)
ORDER BY d.name, d.document_id
"""
_PLAN = "SELECT report_id, coder, planned, double FROM core.coding_plan WHERE planned OR double ORDER BY ALL"
_MEMOS = """
SELECT m.memo_id, m.target, m.document_id, m.code_id, m.text, m.author, m.created_at
FROM memo AS m WHERE m.arrival_id > 0 AND m.text IS NOT NULL AND (m.target = 'code' OR m.target = 'document') ORDER BY ALL
"""
_KEPT = 50
_FOLLOWED: tuple[type[Event], ...] = (*STEPS, CodingDone, CodingUndo, CodingSettlement, *STATEMENTS)


@dataclass(frozen=True)
class TextToCode:
    """A document that is to be coded, or was. `length`: in code points; None where its project does not carry the text."""

    id: str
    name: str
    report_id: str | None
    title: str | None
    study_id: str | None
    study: str | None
    length: int | None


@dataclass(frozen=True)
class _Copy:
    """What the private copy gives. `plan`: who codes a report; `sharing`: of one that several code, or would, all of them."""

    texts: dict[str, TextToCode]
    plan: dict[str, list[str]]
    sharing: dict[str, set[str]]
    start: Start
    memos: tuple[WorkMemo, ...]


class Workroom:
    """The work on the texts of one review. Every method may be called from any thread."""

    def __init__(self, review: Review, coding: Callable[[], Coding]) -> None:
        self.review = review
        self._coding = coding
        self._lock = threading.RLock()
        self._stamp: tuple[object, ...] = ()
        self._seq = 0
        self._entries: list[Entry] = []
        self._contents: dict[str, str] = {}
        self._done: set[tuple[str, str]] = set()
        self._copy = _Copy({}, {}, {}, Start(), ())
        self._work = CodingWork(Start())
        self._differences: dict[str, list[Difference]] = {}

    # --- How it keeps up --------------------------------------------------------------------------

    def catch_up(self, reading: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        """Reads what is new in the log, and the private copy where another was published. `reading`: entered while a copy is read."""
        with self._lock:
            stamp = (*self._find_stamp(), self._coding().model_dump_json())
            if stamp != self._stamp:
                with reading():
                    self._read_copy()
                self._stamp, self._seq, self._entries = stamp, 0, []
            head = self.review.log.head().seq
            if head > self._seq or not self._seq:
                newer = list(self.review.log.entries(*_FOLLOWED, after=self._seq, upto=head))
                self._entries += newer
                self._differences.clear()
                self._apply(newer, anew=not self._seq)
                if not self._seq or any(isinstance(e.event, CodingDone | CodingUndo) for e in newer):
                    with reading():
                        self._read_done()
                self._seq = head

    def do(self, note: Callable[[], Entry], reading: Callable[[], AbstractContextManager[None]] = nullcontext) -> Entry:
        """Notes something, with nobody else between what it rests on and what it says."""
        with self._lock:
            self.catch_up(reading)
            entry = note()
            self.catch_up(reading)
            return entry

    def _find_stamp(self) -> tuple[int, int]:
        try:
            found = self.review.private_warehouse.stat()
        except OSError:
            return (0, 0)
        return found.st_ino, found.st_mtime_ns

    def _read_copy(self) -> None:
        try:
            self._read_all()
        except duckdb.CatalogException:
            raise UserError(
                "what is published is of an older living-review", hint="living-review refresh makes it anew"
            ) from None

    def _read_all(self) -> None:
        with reader(self.review.private_warehouse) as con:
            texts = {row[0]: TextToCode(*row) for row in con.execute(_DOCUMENTS).fetchall()}
            plan: dict[str, list[str]] = defaultdict(list)
            sharing: dict[str, set[str]] = defaultdict(set)
            for report_id, coder, planned, double in con.execute(_PLAN).fetchall():
                if planned:
                    plan[report_id].append(coder)
                if double:
                    sharing[report_id].add(coder)
            memos = tuple(
                WorkMemo(id, target, document or code, text, author or "", at)
                for id, target, document, code, text, author, at in con.execute(_MEMOS).fetchall()
                if document or code
            )
            self._copy = _Copy(texts, dict(plan), dict(sharing), read_start(con), memos)
        self._contents.clear()

    def _read_done(self) -> None:
        entries = [e for e in self._entries if isinstance(e.event, CodingDone | CodingUndo)]
        with reader(self.review.private_warehouse) as con:
            self._done = set(find_done(con, entries))

    def _apply(self, newer: list[Entry], *, anew: bool) -> None:
        steps = [e for e in newer if isinstance(e.event, STEPS)]
        if anew or any(isinstance(e.event, CodeUndo) for e in steps):
            self._work = open_work(self._copy.start, self.list_steps(), self._coding())
        else:
            for entry in steps:
                self._work.apply(entry)

    # --- What is asked ----------------------------------------------------------------------------

    @property
    def work(self) -> CodingWork:
        """All that stands, whoever may see it."""
        return self._work

    @property
    def texts(self) -> dict[str, TextToCode]:
        """The documents, by id, in the order of their names."""
        return self._copy.texts

    def list_steps(self) -> list[Entry]:
        """The steps of coders that the log has."""
        return [e for e in self._entries if isinstance(e.event, STEPS)]

    def find_undo(self, person: str) -> tuple[list[int], list[int]]:
        """The steps that a person can take back, and do again; the next one last."""
        return find_undo(self.list_steps(), person)

    def find_step(self, seq: int) -> Entry | None:
        """A step by its place in the log."""
        return next((e for e in self.list_steps() if e.seq == seq), None)

    def read_text(self, document_id: str, reading: Callable[[], AbstractContextManager[None]] = nullcontext) -> str:
        """The text of a document; empty where its project does not carry it."""
        with self._lock:
            if document_id not in self._contents:
                while len(self._contents) >= _KEPT:
                    self._contents.pop(next(iter(self._contents)))
                with reading(), reader(self.review.private_warehouse) as con:
                    row = con.execute("SELECT text FROM document WHERE document_id = ?", [document_id]).fetchone()
                self._contents[document_id] = (row and row[0]) or ""
            return self._contents[document_id]

    def name_of(self, person: str) -> str:
        """The name under which a person's codings stand."""
        return self._work.name_coder(person)

    def planned(self, document_id: str) -> list[str]:
        """Who codes a document, by the plan; nobody where there is none."""
        return self._copy.plan.get(self.texts[document_id].report_id or "", [])

    def sharing(self, document_id: str) -> set[str]:
        """Who code a document that several code, or would if its report were included; nobody where one does."""
        return self._copy.sharing.get(self.texts[document_id].report_id or "", set())

    def done(self, document_id: str) -> set[str]:
        """Who has declared a document done."""
        report = self.texts[document_id].report_id
        return {coder for of, coder in self._done if of == report}

    def find_done_event(self, document_id: str, person: str) -> int | None:
        """The event by which a person declared a document done."""
        report, seq = self.texts[document_id].report_id, None
        for entry in self._entries:
            if isinstance(entry.event, CodingUndo) and entry.event.event == seq:
                seq = None
            elif isinstance(e := entry.event, CodingDone) and e.report_id == report and entry.actor == person:
                seq = seq or entry.seq
        return seq

    def is_waiting(self, document_id: str) -> bool:
        """Whether what was coded in a document is its coder's alone for now."""
        if document_id not in self.texts or not self._coding().independent:
            return False
        return not self.sharing(document_id) <= self.done(document_id)

    def list_waiting(self) -> set[str]:
        """The documents of which that holds."""
        return {id for id in self.texts if self.is_waiting(id)}

    def list_codings(self, person: str, document_id: str | None = None) -> list[WorkCoding]:
        """The codings that a person may see; of one document, or of all that are there."""
        own, waiting = self.name_of(person), self.list_waiting()
        return [
            coding
            for coding in self._work.list_codings(document_id)
            if coding.document in self.texts and (coding.coder == own or coding.document not in waiting)
        ]

    def list_codes(self, person: str) -> list[tuple[WorkCode, int]]:
        """The codes that a person knows of, from the top down, each with its depth."""
        work, own = self._work, self.name_of(person)
        hidden = work.find_hidden(self.list_waiting())
        if hidden:
            borne = {work.resolve(coding.code) for coding in work.codings.values() if coding.coder == own}
            hidden = {id for id in hidden if work.codes[id].maker != person and id not in borne}
        found, above = [], [False] * (len(work.codes) + 1)
        for code, depth in work.list_codes():
            above[depth] = code.id in hidden
            if not above[depth]:
                found.append((code, depth - sum(above[:depth])))
        return found

    def path_of(self, code_id: str) -> str:
        """A code's names from the top down; only for a code that whoever asks knows of."""
        return self._work.path_of(code_id)

    def list_memos(self, person: str, target: str, on: str) -> list[WorkMemo]:
        """The memos on a code, coding or document that a person may see, who may see what they are on."""
        memos = [m for m in (*self._copy.memos, *self._work.memos.values()) if m.target == target and m.on == on]
        if target == "document" and self.is_waiting(on):
            memos = [m for m in memos if m.author in (person, self.name_of(person))]
        return memos

    # --- Where coders differ ----------------------------------------------------------------------

    def list_differences(self, document_id: str) -> list[Difference]:
        """Where coders of a document differ, once it waits for nobody."""
        if self.is_waiting(document_id) or not self.texts[document_id].length:
            return []
        if document_id in self._differences:
            return self._differences[document_id]
        made = self._make_first(self._work.list_codings(document_id))
        coded = {self._coding().find_coder(c.coder) or c.coder for c in made}
        self._differences[document_id] = find_differences(document_id, made, self.done(document_id) - coded)
        return self._differences[document_id]

    def _make_first(self, codings: Iterable[WorkCoding]) -> list[MadeCoding]:
        """The codings of a document without those of later rounds: nobody differs from herself."""
        made = _make(codings)
        later = find_later_rounds({one.coder for one in made}, self._coding())
        return [one for one in made if one.coder not in later]

    def list_settlements(self) -> Settlements:
        """What was settled, by difference."""
        return find_standing_settlements(e for e in self._entries if isinstance(e.event, CodingSettlement | CodingUndo))

    def list_final(self) -> list[WorkCoding]:
        """The codings that count, as the view coding_final has them: of texts that wait for nobody, each thing once."""
        settlements, waiting = self.list_settlements(), self.list_waiting()
        by_text: dict[str, list[WorkCoding]] = defaultdict(list)
        for coding in self._work.list_codings():
            if coding.document in self.texts and coding.document not in waiting:
                by_text[coding.document].append(coding)
        found: list[WorkCoding] = []
        for document_id, codings in by_text.items():
            settled = [(d, settlements[d.id][0]) for d in self.list_differences(document_id) if d.id in settlements]
            first = self._make_first(codings)
            left_out = find_left_out(first, [(d, event.choice) for d, event in settled])
            counting = {one.id for one in first} - left_out.keys()
            found += [coding for coding in codings if coding.id in counting]
            found += [
                WorkCoding("", document_id, self._work.resolve(code), "", event.start_char, event.end_char)
                for _, event in settled
                for code in event.codes
            ]
        return found

    def read_statements(self) -> Statements:
        """Themes and findings as they stand."""
        return read_statements(e for e in self._entries if isinstance(e.event, STATEMENTS))


def _make(codings: Iterable[WorkCoding]) -> list[MadeCoding]:
    return [
        MadeCoding(c.id, c.code, c.coder, None, (c.page, c.quote))
        if c.start is None or c.end is None
        else MadeCoding(c.id, c.code, c.coder, (c.start, c.end))
        for c in codings
    ]


def count_by_code(codings: Iterable[WorkCoding]) -> dict[str, int]:
    """How many codings each code bears."""
    counts: dict[str, int] = defaultdict(int)
    for coding in codings:
        counts[coding.code] += 1
    return dict(counts)

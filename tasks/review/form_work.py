"""Form work: the studies to extract and the reports to appraise, with what was answered of each, as it is now.

What is included, and what sheets say, comes from the private copy; what was answered on the page from the log. Who asks sees
of others only what is complete: `find_view` is the one place that decides it.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import duckdb

from schemas.errors import UserError
from schemas.protocol import Protocol
from schemas.protocol_screening import fold_name
from tasks.review.roles import Role, find_roles
from tasks.synthesise.answer_book import CONSENSUS, AnswerBook, Given, Sheet, Subjects, find_standing
from tasks.synthesise.load_given_answers import EVENTS
from tasks.synthesise.questions import Form, Question, Reading, differ, read_answer, read_answers, read_forms
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

_SQL = {
    name: Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
    for name in ("form_units", "form_known", "form_texts", "sheet_answers")
}
_REPORTS = """
SELECT report_id, report_id, study_id FROM main.report
UNION ALL SELECT a.alias, a.report_id, r.study_id FROM main.report_alias AS a JOIN main.report AS r USING (report_id)
"""
State = Literal["open", "begun", "done", "taken", "differing", "complete"]
"""Of one person's form: to do; begun by her; done by her, while others are not; begun by as many others as are asked; all done, with
differences, or without."""


@dataclass(frozen=True)
class Unit:
    """An included study, or of a checklist an included report. `reports`: its reports' ids; `reference`: to know it by."""

    subject: str
    reports: tuple[str, ...]
    name: str
    reference: str


@dataclass(frozen=True)
class Text:
    """A text of a report: its words, or an address where it stands open."""

    report_id: str
    name: str
    words: str | None
    address: str | None


@dataclass(frozen=True)
class Shown:
    """One person's answer to a question: as it was written, and what it means by the question of today."""

    text: str = ""
    reason: str = ""
    given: Given | None = None
    reading: Reading | None = None


@dataclass(frozen=True)
class Row:
    """A question with what the person who looks may see: her own answer, what is known from elsewhere, what she said before; and,
    once all are done, everybody's answers, whether they differ, and how that was settled."""

    question: Question
    own: Shown
    known: tuple[str, ...] = ()
    history: tuple[Given, ...] = ()
    answers: dict[str, Shown] = field(default_factory=dict)
    differs: bool = False
    settled: Shown | None = None
    settling: tuple[Given, ...] = ()


@dataclass(frozen=True)
class View:
    """A form about one study or report, as one person sees it. `done`: how many are done; `done_seq`: her own declaration."""

    form: Form
    unit: Unit
    state: State
    rows: tuple[Row, ...]
    done: int
    done_seq: int | None

    @property
    def is_complete(self) -> bool:
        """Whether all who are asked are done, so that everybody's answers are shown."""
        return self.state in ("differing", "complete")

    @property
    def is_hers(self) -> bool:
        """Whether she may answer: not once she has said that she is done; who is done by a sheet may take it up here."""
        return self.state in ("open", "begun") or (self.state == "done" and self.done_seq is None)

    @property
    def missing(self) -> list[Question]:
        """The required questions that she has not answered, or not so that it counts."""
        return [
            row.question
            for row in self.rows
            if row.question.required and (not row.own.text or (row.own.reading and row.own.reading.wrong))
        ]

    @property
    def answered(self) -> int:
        """How many questions she has answered."""
        return sum(bool(row.own.text) for row in self.rows)

    @property
    def differences(self) -> int:
        """How many differences are to be settled."""
        return sum(row.differs and row.settled is None for row in self.rows)


class FormWork:
    """The forms of one review. Every method may be called from any thread, while nobody else reads the copy."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self._lock = threading.RLock()
        self._stamp: tuple[int, int] | None = None
        self._seq = 0
        self._subjects = Subjects()
        self._book = AnswerBook(self._subjects)
        self._units: dict[bool, dict[str, Unit]] = {True: {}, False: {}}
        self._sheets: dict[tuple[str, str], dict[str, dict[str, Given]]] = {}
        self._unnamed: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._forms: tuple[Protocol | None, dict[str, Form]] = None, {}
        self._readings: dict[str, dict[tuple[str, str], Reading]] = {}
        self._views: dict[tuple[str, str, str], tuple[int, View]] = {}

    def is_behind(self) -> bool:
        """Whether the copy is another than the one that was read."""
        return self._find_stamp() != self._stamp

    def _find_stamp(self) -> tuple[int, int] | None:
        with suppress(OSError):
            found = self.review.private_warehouse.stat()
            return found.st_ino, found.st_mtime_ns
        return None

    def catch_up(self) -> None:
        """Takes in what the log says by now, and the copy where it is another. Raises UserError where nothing is published."""
        with self._lock:
            stamp = self._find_stamp()
            if stamp is None or stamp != self._stamp:
                try:
                    self._read_copy()
                    self._stamp = stamp
                except (UserError, duckdb.Error):  # an update is just writing it: it is read a moment later
                    if self._stamp is None:
                        raise
            head = self.review.log.head().seq
            if head > self._seq:
                self._book.follow(self.review.log.entries(*EVENTS, after=self._seq, upto=head))
                self._seq = head

    @property
    def seq(self) -> int:
        """The last event of the log that is known here."""
        return self._seq

    def forms(self, protocol: Protocol) -> dict[str, Form]:
        """The protocol's forms by name."""
        with self._lock:
            if self._forms[0] is not protocol:
                self._forms = protocol, read_forms(protocol)
                self._readings.clear()
                self._views.clear()
            return self._forms[1]

    def list_units(self, form: Form) -> list[Unit]:
        """What the form is to be filled in about, in the order of inclusion."""
        with self._lock:
            return list(self._units[form.is_extraction].values())

    def find_entry(self, seq: int) -> Entry | None:
        """The answer or declaration at a place in the log."""
        with self._lock:
            return self._book.find_entry(seq)

    def find_view(self, form: Form, subject: str, who: str, protocol: Protocol) -> View | None:
        """A form about a study or report as one person may see it; None where that is not included."""
        with self._lock:
            unit = self._find_unit(form, subject)
            if unit is None:
                return None
            key = form.name, unit.subject
            sheet = self._book.sheet(*key)
            known = self._views.get((*key, fold_name(who)))
            if known and known[0] == sheet.changed:
                return known[1]
            case = _Case(form, unit.subject, sheet, self._sheets.get(key, {}))
            rows = tuple(self._make_row(case, question, fold_name(who)) for question in form.questions)
            own_done = case.sheet.done.get(fold_name(who))
            state = _find_state(case, rows, fold_name(who), protocol)
            view = View(form, unit, state, rows, len(case.done), own_done.seq if own_done else None)
            self._views[*key, fold_name(who)] = sheet.changed, view
            return view

    def _find_unit(self, form: Form, subject: str) -> Unit | None:
        """By the id of today, or one that it had before a report was merged."""
        units = self._units[form.is_extraction]
        report = re.sub("^stu_", "rep_", subject)
        return units.get(subject) or units.get(self._subjects.find(form.name, report) or "")

    def _make_row(self, case: _Case, question: Question, own: str) -> Row:
        known = self._unnamed.get((case.form.name, case.subject), {}).get(question.key, [])
        row = Row(question, self._show(case, question, own), tuple(known), tuple(case.history(question, own)))
        if not case.is_complete:
            return row
        answers = {case.names[who]: self._show(case, question, who) for who in sorted(case.done)}
        settled = self._show(case, question, CONSENSUS)
        readings = [shown.reading if shown.reading and not shown.reading.wrong else None for shown in answers.values()]
        return replace(
            row, answers=answers, differs=differ(readings, question), settled=settled if settled.text else None,
            settling=tuple(case.history(question, CONSENSUS)),
        )  # fmt: skip

    def _show(self, case: _Case, question: Question, who: str) -> Shown:
        """The newer of what somebody said on the page and what her sheet says."""
        said = find_standing(case.history(question, who)), case.by_sheet.get(who, {}).get(question.key)
        last = max((each for each in said if each), key=lambda each: each.seq, default=None)
        if last is None or not last.answer:
            return Shown(given=last, reason=last.reason if last else "")
        return Shown(last.answer, last.reason, last, self._read(case.form, question, last.answer))

    def _read(self, form: Form, question: Question, text: str) -> Reading:
        """What an answer means. All of a form are read when the first is asked for: to read one costs as much as to read many."""
        if form.name not in self._readings:
            texts: dict[str, set[str]] = defaultdict(set)
            for name, _, sheet in self._book.list_sheets():
                for (_, key), said in sheet.histories(form).items() if name == form.name else ():
                    texts[key].update(given.answer for given in said if given.answer)
            self._readings[form.name] = {
                (key, each): reading
                for key, asked in form.by_key.items()
                for each, reading in read_answers(asked, sorted(texts[key])).items()
            }
        readings = self._readings[form.name]
        if (question.key, text) not in readings:
            readings[question.key, text] = read_answer(question, text)
        return readings[question.key, text]

    def _read_copy(self) -> None:
        with reader(self.review.private_warehouse) as con:
            reports = con.execute(_REPORTS).fetchall()
            self._subjects = Subjects({name: r for name, r, _ in reports}, {r: study for _, r, study in reports})
            units = con.execute(_SQL["form_units"]).fetchall()
            self._units = {
                kind: {row[1]: Unit(row[1], tuple(row[2]), row[3], row[4]) for row in units if row[0] is kind}
                for kind in (True, False)
            }
            self._sheets = _group_sheets(con.execute(_SQL["sheet_answers"]).fetchall())
            unnamed: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
            for form, subject, item, value in con.execute(_SQL["form_known"]).fetchall():
                unnamed[form, subject][item].append(value)
            self._unnamed = {key: dict(values) for key, values in unnamed.items()}
        self._book, self._seq = AnswerBook(self._subjects), 0
        self._views.clear()


def read_texts_of(review: Review, reports: Sequence[str]) -> list[Text]:
    """The texts of reports that were coded, and where others stand open."""
    with reader(review.private_warehouse) as con:
        return [Text(*row) for row in con.execute(_SQL["form_texts"], [list(reports)]).fetchall()]


def is_of(form: Form, who: str, protocol: Protocol) -> bool:
    """Whether a form is a person's to fill in, by the protocol."""
    return (Role.EXTRACTOR if form.is_extraction else Role.APPRAISER) in find_roles(who, protocol)


@dataclass(frozen=True)
class _Case:
    """All that is known of a form about one study or report. `by_sheet`: folded name → item → what a sheet says."""

    form: Form
    subject: str
    sheet: Sheet
    by_sheet: Mapping[str, Mapping[str, Given]]

    @cached_property
    def done(self) -> set[str]:
        """The folded names of those who are done."""
        return self.sheet.find_done(name for name in self.by_sheet if name != CONSENSUS)

    @property
    def is_complete(self) -> bool:
        """Whether as many are done as are asked."""
        return len(self.done) >= self.form.asked

    @cached_property
    def names(self) -> dict[str, str]:
        """Folded name → name."""
        by_sheet = {who: next(iter(items.values())).who for who, items in self.by_sheet.items()}
        return by_sheet | {who: entry.actor for who, entry in self.sheet.done.items()}

    @cached_property
    def _histories(self) -> dict[tuple[str, str], list[Given]]:
        return self.sheet.histories(self.form)

    def history(self, question: Question, who: str) -> list[Given]:
        """What somebody ever said on the page to a question."""
        return self._histories.get((who, question.key), [])


def _find_state(case: _Case, rows: Sequence[Row], own: str, protocol: Protocol) -> State:
    if case.is_complete:
        return "differing" if any(row.differs and row.settled is None for row in rows) else "complete"
    if own in case.done:
        return "done"
    people = case.sheet.list_people()
    if own in people:
        return "begun"
    # Who has begun and is no longer among the form's people takes nobody's place.
    busy = case.done | {fold for fold, name in people.items() if is_of(case.form, name, protocol)}
    return "taken" if len(busy) >= case.form.asked else "open"


def _group_sheets(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, str], dict[str, dict[str, Given]]]:
    """(form, subject) → folded name → item → what a sheet says."""
    found: dict[tuple[str, str], dict[str, dict[str, Given]]] = defaultdict(lambda: defaultdict(dict))
    for form, subject, item, person, arrival_id, at, value, reason in rows:
        who = CONSENSUS if person.lower() == CONSENSUS else person
        found[form, subject][fold_name(who)][item] = Given(arrival_id, at, who, who, "", item, value, reason or "")
    return {key: dict(people) for key, people in found.items()}

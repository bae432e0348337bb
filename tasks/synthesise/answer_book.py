"""Answers given on the page, as the log has them: what each person says of a study or report, who is done, and what counts.

Nobody's answers count, or are shown to anybody else, before as many people as the protocol asks for have declared the form done:
an answer of somebody who has not is a draft. Whoever answered by a sheet, and not here, is done by it. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.event_answers import EXTRACTION, AnswerGiven, AnswerUndo, FormDone
from schemas.protocol_screening import fold_name
from tasks.synthesise.questions import Form
from warehouse.log import Entry

CONSENSUS = "consensus"
"""Under whose name a settled answer stands."""


@dataclass(frozen=True)
class Given:
    """An answer. `who`: whose it is, 'consensus' where it was settled; `actor`: who gave it; `undone`: the event that took it back."""

    seq: int
    at: datetime
    who: str
    actor: str
    report_id: str
    item: str
    answer: str
    reason: str
    undone: int | None = None


@dataclass(frozen=True)
class Subjects:
    """Which report an id means today, and which study a report is of."""

    report_of: Mapping[str, str] = field(default_factory=dict)
    study_of: Mapping[str, str] = field(default_factory=dict)

    def find(self, form: str, report_id: str) -> str | None:
        """What an answer about a report is about: its study, or, of a checklist, the report; None where it is not known any more."""
        report = self.report_of.get(report_id)
        return self.study_of.get(report or "") if form == EXTRACTION else report


@dataclass
class Sheet:
    """A form about one study or report, as it stands. `answers`: by folded name and item, in the log's order; `changed`: the last
    event about it."""

    answers: defaultdict[str, dict[str, list[Given]]] = field(default_factory=lambda: defaultdict(dict))
    done: dict[str, Entry] = field(default_factory=dict)
    changed: int = 0

    def histories(self, form: Form) -> dict[tuple[str, str], list[Given]]:
        """(folded name, key of today) → what somebody ever said to a question, taken back or not, in order."""
        found: defaultdict[tuple[str, str], list[Given]] = defaultdict(list)
        for who, items in self.answers.items():
            for item, said in items.items():
                found[who, form.key_of(item)] += said
        return {key: sorted(said, key=lambda given: given.seq) for key, said in found.items()}

    def list_people(self) -> dict[str, str]:
        """Folded name → name, of those who have answered or are done."""
        people = {entry.actor for entry in self.done.values()} | {
            given.who
            for items in self.answers.values()
            for said in items.values()
            for given in said
            if not given.undone
        }
        return {fold_name(name): name for name in sorted(people) if name != CONSENSUS}

    def find_done(self, by_sheet: Iterable[str]) -> set[str]:
        """The folded names of those who are done, here or by a sheet."""
        return self.done.keys() | ({fold_name(name) for name in by_sheet} - self.list_people().keys())

    def is_complete(self, form: Form, by_sheet: Iterable[str]) -> bool:
        """Whether as many are done as the protocol asks for."""
        return len(self.find_done(by_sheet)) >= form.asked


class AnswerBook:
    """All answers of a log; `follow` takes in what is new."""

    def __init__(self, subjects: Subjects, entries: Iterable[Entry] = ()) -> None:
        self._subjects = subjects
        self._sheets: defaultdict[tuple[str, str], Sheet] = defaultdict(Sheet)
        self._places: dict[int, tuple[Sheet, Entry]] = {}
        self.lost: list[Entry] = []
        self.follow(entries)

    def follow(self, entries: Iterable[Entry]) -> None:
        """Takes in further events, in the log's order. `lost`: those about a report that is not known any more."""
        for entry in entries:
            event = entry.event
            if isinstance(event, AnswerUndo):
                self._take_back(event.event, entry.seq)
            elif isinstance(event, AnswerGiven | FormDone):
                subject = self._subjects.find(event.form, event.report_id)
                if subject is None:
                    self.lost.append(entry)
                    continue
                sheet = self._sheets[event.form, subject]
                self._places[entry.seq] = sheet, entry
                sheet.changed = entry.seq
                if isinstance(event, FormDone):
                    sheet.done.setdefault(fold_name(entry.actor), entry)
                else:
                    given = _read(entry, event)
                    sheet.answers[fold_name(given.who)].setdefault(event.item, []).append(given)

    def sheet(self, form: str, subject: str) -> Sheet:
        """A form about one study or report; an empty one where nobody began it."""
        return self._sheets.get((form, subject)) or Sheet()

    def list_sheets(self) -> Iterator[tuple[str, str, Sheet]]:
        """(form, subject, sheet) of each that was begun."""
        for (form, subject), sheet in self._sheets.items():
            yield form, subject, sheet

    def find_entry(self, seq: int) -> Entry | None:
        """The answer or declaration at a place in the log."""
        found = self._places.get(seq)
        return found[1] if found else None

    def _take_back(self, seq: int, by: int) -> None:
        if seq not in self._places:
            return
        sheet, entry = self._places[seq]
        sheet.changed = by
        if isinstance(entry.event, AnswerGiven):
            given = _read(entry, entry.event)
            said = sheet.answers[fold_name(given.who)][given.item]
            place = next(n for n, one in enumerate(said) if one.seq == seq)
            said[place] = _read(entry, entry.event, by)
        elif sheet.done.get(fold_name(entry.actor)) is entry:
            del sheet.done[fold_name(entry.actor)]


def find_standing(history: Iterable[Given]) -> Given | None:
    """The last answer that was not taken back."""
    return next((given for given in reversed(list(history)) if not given.undone), None)


def list_counting(sheet: Sheet, form: Form, by_sheet: Iterable[str]) -> list[Given]:
    """The answers that count, or did before a later one of the same person: of those who are done, once enough are."""
    if not sheet.is_complete(form, by_sheet):
        return []
    return [
        given
        for who, items in sheet.answers.items()
        if who in sheet.done or who == CONSENSUS
        for said in items.values()
        for given in said
        if not given.undone
    ]


def _read(entry: Entry, event: AnswerGiven, undone: int | None = None) -> Given:
    who = CONSENSUS if event.consensus else entry.actor
    return Given(entry.seq, entry.at, who, entry.actor, event.report_id, event.item, event.answer, event.reason, undone)

"""Write the answers given on the page beside those of sheets, where they count as these do; anew at each run, from the log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from schemas.characteristic import BaseGivenAnswer, CoreAppraisal, CoreCharacteristic
from schemas.event_answers import AnswerGiven, AnswerUndo, FormDone
from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.protocol import Protocol
from schemas.protocol_screening import fold_name
from schemas.words import counted, did_you_mean
from tasks.synthesise.answer_book import CONSENSUS, AnswerBook, Given, Subjects, list_counting
from tasks.synthesise.questions import Form, Reading, read_answers, read_forms
from warehouse.log import Entry
from warehouse.write import fill_table, insert_frame

EVENTS = (AnswerGiven, FormDone, AnswerUndo)
_SHEET_PEOPLE = Path(__file__).with_name("sheet_people.sql").read_text(encoding="utf-8")
#: Every name of these reports: what it means today, and the study.
_REPORTS = """
WITH alias AS (SELECT alias, report_id FROM main.report_alias WHERE list_contains($1, alias))
SELECT report_id, report_id, study_id FROM main.report WHERE list_contains($1, report_id) OR report_id IN (SELECT report_id FROM alias)
UNION ALL
SELECT a.alias, a.report_id, r.study_id FROM alias AS a JOIN main.report AS r USING (report_id)
"""
_LINK = """
INSERT INTO core.sheet_link
SELECT g.arrival_id, g.report_id, 'r' || substr(coalesce(a.report_id, g.report_id), 5), 'matched', 'given on the page'
FROM core.given_answer AS g LEFT JOIN main.report_alias AS a ON a.alias = g.report_id
"""
_TABLES = ("core.characteristic", "core.appraisal", "core.sheet_link")


def read_subjects(con: duckdb.DuckDBPyConnection, reports: Iterable[str]) -> Subjects:
    """What these ids of reports mean today."""
    rows = con.execute(_REPORTS, [sorted(set(reports))]).fetchall()
    return Subjects({name: report for name, report, _ in rows}, {report: study for _, report, study in rows})


def read_sheet_people(con: duckdb.DuckDBPyConnection) -> Mapping[tuple[str, str], set[str]]:
    """(form, study or report) → who answered it by a sheet that counts."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for form, subject, person in con.execute(_SHEET_PEOPLE).fetchall():
        found[form, subject].add(person)
    return found


def find_misspelt_people(con: duckdb.DuckDBPyConnection, protocol: Protocol) -> list[str]:
    """A line for each person who answered a form by a sheet, under a name that the protocol has nearly: her answers stand beside those
    of the one who was meant."""
    forms = read_forms(protocol)
    found = {
        (form, person) for (form, _), people in read_sheet_people(con).items() if form in forms for person in people
    }
    return [
        f"{forms[form].title}: answers of '{person}', whom the protocol does not name; {hint}"
        for form, person in sorted(found)
        if fold_name(person) not in map(fold_name, forms[form].people)
        and (hint := did_you_mean(person, forms[form].people))
    ]


def write_given_answers(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry], protocol: Protocol) -> list[Problem]:
    """Replaces the answers given on the page, after `link`; a line for each report that is gone, and each answer that no longer
    fits its question. The caller holds the transaction."""
    for table in _TABLES:
        con.execute(f"DELETE FROM {table} WHERE arrival_id IN (SELECT arrival_id FROM core.given_answer)")  # noqa: S608
    con.execute("DELETE FROM core.given_answer")
    entries = list(entries)
    if not entries:
        return []
    named = [e.report_id for entry in entries if isinstance(e := entry.event, AnswerGiven | FormDone)]
    book = AnswerBook(read_subjects(con, named), entries)
    by_sheet, forms = read_sheet_people(con), read_forms(protocol)
    problems = [
        Problem("", None, f"{counted(n, 'answer')} given on the page: report {report} is not known any more", "warning")
        for report, n in _count_lost(book.lost)
    ]
    given = [
        (form, one)
        for name, subject, sheet in book.list_sheets()
        if (form := forms.get(name))
        for one in list_counting(sheet, form, by_sheet.get((name, subject), ()))
    ]
    given.sort(key=lambda each: each[1].seq)
    fill_table(con, BaseGivenAnswer, (
        (one.seq, "characteristics" if form.is_extraction else "appraisal", one.report_id, one.actor, one.who == CONSENSUS, one.at)
        for form, one in given
    ))  # fmt: skip
    readings = _read_all(given)
    of_studies = [row for form, one in given if form.is_extraction for row in _list_values(form, one, readings)]
    insert_frame(con, "core.characteristic", frame_of(CoreCharacteristic, of_studies))
    of_reports = [_make_answer(form, one, readings) for form, one in given if not form.is_extraction]
    insert_frame(con, "core.appraisal", frame_of(CoreAppraisal, [row for row in of_reports if row]))
    con.execute(_LINK)
    return problems + _list_misfits(given, readings)


_Readings = Mapping[tuple[str, str, str], Reading]
"""(form, key, text) → what it means; nothing for what is no question of the form."""


def _read_all(given: Iterable[tuple[Form, Given]]) -> _Readings:
    """What all answers mean by today's questions; each text of a question is read once."""
    texts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    forms = {}
    for form, one in given:
        forms[form.name] = form
        if one.answer:
            texts[form.name, form.key_of(one.item)].append(one.answer)
    return {
        (name, key, text): reading
        for (name, key), said in texts.items()
        if (question := forms[name].by_key.get(key))
        for text, reading in read_answers(question, said).items()
    }


def _list_values(form: Form, one: Given, readings: _Readings) -> list[dict[str, Any]]:
    """The rows of core.characteristic of an answer, as a cell of a sheet would give them; of a field that the protocol does not
    declare, the text as it stands."""
    field = form.key_of(one.item)
    settled = one.who == CONSENSUS
    about = {
        "arrival_id": one.seq, "row": one.seq, "key": one.report_id, "field": field, "extractor": one.who, "whole_study": True,
        "place": f"the page, settled by {one.actor}" if settled else "the page",
    }  # fmt: skip
    if not one.answer:
        return [{**about, "status": "emptied"}]
    reading = readings.get((form.name, field, one.answer))
    if reading is None:
        return [{**about, "value": one.answer, "status": "reported"}]
    if reading.wrong:
        return [{**about, "value": one.answer, "status": "invalid"}]
    answer = reading.answer
    return [
        {**about, "value": value, "status": answer.status, "number": answer.number, "qualifier": answer.qualifier}
        for value in answer.values
    ]


def _make_answer(form: Form, one: Given, readings: _Readings) -> dict[str, Any] | None:
    """The row of core.appraisal of an answer; none where it is no answer to the item of today."""
    reading = readings.get((form.name, one.item, one.answer))
    if one.item not in form.by_key or (reading and reading.wrong):
        return None
    return {
        "arrival_id": one.seq, "row": one.seq, "key": one.report_id, "checklist": form.name, "item": int(one.item),
        "answer": reading.answer.values[0] if reading else None, "reason": one.reason or None, "reviewer": one.who,
    }  # fmt: skip


def _count_lost(lost: Iterable[Entry]) -> list[tuple[str, int]]:
    reports = Counter(e.report_id for entry in lost if isinstance(e := entry.event, AnswerGiven))
    return sorted(reports.items())


def _list_misfits(given: Iterable[tuple[Form, Given]], readings: _Readings) -> list[Problem]:
    """A line for each question of which last answers no longer fit, since the protocol asks it otherwise."""
    last = {(form.name, form.key_of(one.item), one.report_id, one.who): one.answer for form, one in given}
    misfits = Counter(
        (name, key, readings[name, key, text].wrong)
        for (name, key, _, _), text in last.items()
        if (name, key, text) in readings and readings[name, key, text].wrong
    )
    return [
        Problem(
            "", None, f"{name}, {key}: {counted(n, 'answer')} given on the page, {wrong}; it does not count", "warning"
        )
        for (name, key, wrong), n in sorted(misfits.items())
    ]

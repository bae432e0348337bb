"""Write who codes which report: the protocol's plan, what was declared done, and what was coded, side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import duckdb

from schemas.coding_agreement import BaseCodingPlan
from schemas.event_synthesis import CodingDone, CodingUndo
from schemas.problem import Problem
from schemas.protocol_coding import Coding, CodingAssignment
from tasks.synthesise.plan_codings import plan_codings
from tasks.synthesise.rounds import find_later_rounds
from warehouse.log import Entry
from warehouse.write import fill_table

_REPORTS = """
SELECT p.report_id, p.place = 'included', coalesce(list(a.alias ORDER BY a.alias) FILTER (a.alias IS NOT NULL), [])
FROM main.report_path AS p LEFT JOIN main.report_alias AS a USING (report_id)
WHERE p.place = 'included' OR p.report_id IN (SELECT report_id FROM main.document) GROUP BY ALL ORDER BY ALL
"""
_KNOWN = """
SELECT DISTINCT report_id FROM core.report_record WHERE report_id = $1
UNION SELECT report_id FROM main.report_alias WHERE alias = $1
UNION SELECT report_id FROM main.record
WHERE record_id = $1 OR accession = $1 OR lower(doi) = lower($1) OR pmid = $1 ORDER BY ALL
"""
_NAMES = """
SELECT name, report_id
FROM (SELECT report_id AS name, report_id FROM core.report_record UNION SELECT alias, report_id FROM main.report_alias)
WHERE list_contains($1, name) ORDER BY ALL
"""
_WAITING = """
INSERT INTO core.waiting_document
SELECT i.arrival_id, i.id
FROM core.element_identity AS i
JOIN (SELECT document_id, report_id FROM main.document) AS d ON i.element = 'document' AND i.known_as = d.document_id
SEMI JOIN (
    SELECT report_id FROM core.coding_plan WHERE double GROUP BY report_id HAVING bool_or(state <> 'done')
) USING (report_id)
"""
_WAITING_FILES = Path(__file__).with_name("waiting.sql").read_text(encoding="utf-8")
_CODED = "SELECT report_id, coder, sum(codings)::BIGINT FROM main.coding_coverage WHERE report_id IS NOT NULL GROUP BY ALL ORDER BY ALL"

#: (report id, coder) → when it was declared done, and the event's place in the log.
Done = Mapping[tuple[str, str], tuple[datetime, int]]


def find_done(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> Done:
    """What was declared done and not taken back, under the ids that the reports have now; the first declaration counts."""
    standing: dict[int, Entry] = {}
    for entry in entries:
        if isinstance(entry.event, CodingUndo):
            standing.pop(entry.event.event, None)
        else:
            standing[entry.seq] = entry
    declared = [(entry, e.report_id) for entry in standing.values() if isinstance(e := entry.event, CodingDone)]
    done: dict[tuple[str, str], tuple[datetime, int]] = {}
    if declared:
        names = dict(con.execute(_NAMES, [[name for _, name in declared]]).fetchall())
        for entry, name in declared:
            if name in names:
                done.setdefault((names[name], entry.actor), (entry.at, entry.seq))
    return done


def write_plan(con: duckdb.DuckDBPyConnection, coding: Coding, done: Done) -> list[Problem]:
    """Fills core.coding_plan; returns a line for each assignment that is about no known report, or about several.

    Of a report that is not included and whose text is there, it holds who would be asked if it were: what one of several codes of
    it is as much her own until all are done, since it may be included yet.
    """
    problems = []
    assigned: dict[str, CodingAssignment] = {}
    for assignment in coding.assignment:
        found = _find_reports(con, assignment.report)
        if len(found) != 1:
            what = "no report" if not found else f"{len(found)} reports"
            text = f"[[coding.assignment]] '{assignment.report}': {what} known by this; name one by its id"
            problems.append(Problem("review.toml", None, text, "warning"))
        else:
            assigned[found[0]] = assignment
    codings: Counter[tuple[str, str]] = Counter()
    coded: dict[str, dict[str, int]] = defaultdict(dict)
    for report_id, coder, n in con.execute(_CODED).fetchall():
        coded[report_id][coder] = n
    for report_id, by_coder in coded.items():
        later = find_later_rounds(by_coder, coding)
        for coder, n in by_coder.items():
            codings[report_id, coding.find_round(coder)[0]] += 0 if coder in later else n
    begun: dict[str, set[str]] = defaultdict(set)
    for report_id, coder in codings.keys() | done.keys():
        begun[report_id].add(coder)
    reports = {report_id: (included, names) for report_id, included, names in con.execute(_REPORTS).fetchall()}
    names_of = {report_id: names for report_id, (_, names) in reports.items()}
    plan = {
        (p.report_id, p.coder): p
        for p in plan_codings(names_of, coding, assigned, begun)
        if p.double or reports[p.report_id][0]
    }
    rows = []
    for key in sorted(plan.keys() | codings.keys() | done.keys()):
        asked, (done_at, seq) = plan.get(key), done.get(key, (None, None))
        planned = asked if asked and reports[key[0]][0] else None
        rows.append((
            *key, planned is not None, planned and planned.part, bool(asked and asked.double), planned and planned.drawn,
            codings[key], "done" if seq else "begun" if codings[key] else "open", done_at, seq,
        ))  # fmt: skip
    fill_table(con, BaseCodingPlan, rows)
    return problems


def clear_waiting(con: duckdb.DuckDBPyConnection) -> None:
    """Nothing waits: so that the plan sees who has begun."""
    for table in ("waiting_document", "waiting_file", "waiting_code"):
        con.execute(f"DELETE FROM core.{table}")  # noqa: S608 - a name from our own code


def write_waiting(con: duckdb.DuckDBPyConnection) -> bool:
    """Notes, after `write_plan`, the documents whose codings wait until all coders are done, and the files and codes that wait with
    them; returns whether there are any."""
    con.execute(_WAITING)
    con.execute(_WAITING_FILES)
    return bool(con.execute("SELECT count(*) > 0 FROM core.waiting_document").fetchall()[0][0])


def _find_reports(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    return [row[0] for row in con.execute(_KNOWN, [name]).fetchall()]

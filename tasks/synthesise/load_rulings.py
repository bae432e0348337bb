"""What people said of documents, rows of sheets and studies: which of it stands, and which reports are one study by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from schemas.event_synthesis import LinkUndo, ReportLinked, StudyRuled
from warehouse.log import Entry

_KNOWN = """
SELECT name, report_id
FROM (SELECT report_id AS name, report_id FROM core.report_record UNION SELECT alias, report_id FROM main.report_alias)
WHERE list_contains($1, name)
"""
#: Each report's records, its name should a study be named after it, and the study that sheets give it.
_REPORTS = """
SELECT m.report_id, list(m.record_id ORDER BY m.record_id), any_value(split_part(r.authors[1], ',', 1)), any_value(r.year),
    (SELECT min(l.study) FROM core.study_link AS l JOIN core.report_record AS n USING (record_id) WHERE n.report_id = m.report_id)
FROM core.report_record AS m
JOIN core.record AS r ON r.record_id = 'r' || substr(m.report_id, 5)
WHERE list_contains($1, m.report_id)
GROUP BY m.report_id
"""
_OF_STUDIES = """
SELECT DISTINCT l.study, m.report_id FROM core.study_link AS l JOIN core.report_record AS m USING (record_id) ORDER BY ALL
"""


def find_standing_rulings(entries: Iterable[Entry]) -> list[Entry]:
    """Links and rulings on studies that were not taken back, in the log's order."""
    standing: dict[int, Entry] = {}
    for entry in entries:
        if isinstance(entry.event, LinkUndo):
            standing.pop(entry.event.event, None)
        else:
            standing[entry.seq] = entry
    return list(standing.values())


def find_links(standing: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """("document", its id) or ("key", as the sheet has it) → the report that it was last linked to."""
    return {(e.what, e.id): e.report_id for entry in standing if isinstance(e := entry.event, ReportLinked)}


def find_verdicts(standing: Iterable[Entry], known: Mapping[str, str]) -> dict[frozenset[str], str]:
    """Two reports → the last verdict on them, under the ids that they have now (`known`: any id → today's)."""
    verdicts: dict[frozenset[str], str] = {}
    for entry in standing:
        if isinstance(event := entry.event, StudyRuled):
            reports = sorted({known[name] for name in event.report_ids if name in known})
            for place, report in enumerate(reports):
                verdicts |= {frozenset((report, other)): event.verdict for other in reports[place + 1 :]}
    return verdicts


def read_known(con: duckdb.DuckDBPyConnection, standing: Iterable[Entry]) -> dict[str, str]:
    """Every id of a report that was ruled on → the id that it has now."""
    named = sorted({name for entry in standing if isinstance(e := entry.event, StudyRuled) for name in e.report_ids})
    return dict(con.execute(_KNOWN, [named]).fetchall()) if named else {}


def write_study_rulings(con: duckdb.DuckDBPyConnection, standing: list[Entry]) -> None:
    """Adds to core.study_link what people ruled, after the sheets' own: whatever two reports that were ruled to be of one study
    are linked to is one study."""
    con.execute("DELETE FROM core.study_link WHERE arrival_id IS NULL")
    verdicts = find_verdicts(standing, read_known(con, standing))
    same = [set(pair) for pair, verdict in verdicts.items() if verdict == "same"]
    if not same:
        return
    by_study: dict[str, set[str]] = {}
    for study, report in con.execute(_OF_STUDIES).fetchall():
        by_study.setdefault(study, set()).add(report)
    ruled = set().union(*same)
    groups = [group for group in join_groups([*same, *by_study.values()]) if group & ruled]
    taken = set(by_study)
    for group in groups:
        rows = sorted(con.execute(_REPORTS, [sorted(group)]).fetchall())
        labels = sorted(label for *_, label in rows if label)
        label = labels[0] if labels else _name_study(rows, taken)
        taken.add(label)
        records = [record for _, of_report, *_ in rows for record in of_report]
        con.execute("DELETE FROM core.study_link WHERE list_contains(?, record_id)", [records])
        con.execute("INSERT INTO core.study_link SELECT NULL, unnest(?::VARCHAR[]), ?", [records, label])


def join_groups(groups: Iterable[set[str]]) -> list[set[str]]:
    """The groups, those with a member in common joined."""
    joined: list[set[str]] = []
    for group in groups:
        touching = [other for other in joined if other & group]
        joined = [other for other in joined if not other & group]
        joined.append(set(group).union(*touching))
    return joined


def _name_study(rows: list[tuple[str, list[str], str | None, int | None, str | None]], taken: set[str]) -> str:
    """A study's name after the first author and year of its earliest report; numbered where another study has it."""
    report, _, author, year, _ = min(rows, key=lambda row: (row[3] or 9999, row[0]))
    name = " ".join(str(part) for part in (author or report, year) if part)
    return next(n for n in (name, *(f"{name} ({k})" for k in range(2, len(taken) + 3))) if n not in taken)

"""Rule on links: which report a coded document, or a row of a sheet, is of; and which reports are of one study."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from schemas.errors import UserError
from schemas.event import ReportNames
from schemas.event_synthesis import LinkUndo, ReportLinked, StudyRuled
from schemas.words import did_you_mean
from tasks.review.judge import check_undo, find_report
from tasks.synthesise.load_rulings import find_standing_rulings, find_verdicts, read_known
from tasks.synthesise.suggest_studies import ReportFacts, StudySuggestion, suggest_studies
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

EVENTS = (ReportLinked, StudyRuled, LinkUndo)
_DOCUMENTS = """
SELECT d.document_id, d.name FROM document AS d JOIN core.arrival AS n USING (arrival_id)
WHERE (d.document_id = $1 OR lower(d.name) = lower($1))
    AND ($2 IS NULL OR n.file_name IN ($2, 'coding/' || $2, 'documents/' || $2)) ORDER BY ALL
"""
_KEYS = "SELECT DISTINCT key FROM core.sheet_link JOIN extraction_sheet USING (arrival_id) ORDER BY 1"
_INCLUDED = """
SELECT r.report_id, r.study_id, r.title, r.authors, r.year, concat_ws(' ', r.abstract, array_to_string(n.accessions, ' ')) AS text
FROM report AS r
JOIN report_path AS p USING (report_id)
LEFT JOIN (SELECT report_id, list(accession) AS accessions FROM record GROUP BY report_id) AS n USING (report_id)
WHERE p.place = 'included' ORDER BY r.report_id
"""
_FACTS = "SELECT study_id, field, value FROM study_characteristic WHERE value IS NOT NULL AND status = 'reported' ORDER BY ALL"


def link_document(
    review: Review, document: str, report: str, who: str, *, file: str | None = None
) -> tuple[Entry, str, ReportNames]:
    """Notes which report a coded document is the text of; returns the event, the document's name, and the report's names.

    `document`: its name or id; `file`: the delivery that holds it, where several have the name. Raises UserError where either is not
    known, or several are meant.
    """
    with reader(review.published_warehouse) as con:
        found = con.execute(_DOCUMENTS, [document, file]).fetchall()
        if not found:
            known = [name for (name,) in con.execute("SELECT DISTINCT name FROM document").fetchall()]
            raise UserError(f"no document is called '{document}'", path=review.root, hint=did_you_mean(document, known))
    if len(found) > 1:
        ids = ", ".join(id for id, _ in found[:4])
        raise UserError(
            f"'{document}' can mean {len(found)} documents: {ids}",
            path=review.root,
            hint="name one by its id, or its file with --file",
        )
    report_id, names = find_report(review, report)
    return (
        review.log.append(ReportLinked(what="document", id=found[0][0], report_id=report_id), who),
        found[0][1],
        names,
    )


def link_key(review: Review, key: str, report: str, who: str) -> tuple[Entry, ReportNames]:
    """Notes which report the rows of sheets are about that name it so. Raises UserError where no sheet does."""
    with reader(review.published_warehouse) as con:
        keys = [name for (name,) in con.execute(_KEYS).fetchall()]
    if key not in keys:
        raise UserError(f"no sheet has a row for '{key}'", path=review.root, hint=did_you_mean(key, keys))
    report_id, names = find_report(review, report)
    return review.log.append(ReportLinked(what="key", id=key, report_id=report_id), who), names


def rule_on_studies(review: Review, reports: Sequence[str], verdict: str, who: str, *, reason: str = "") -> Entry:
    """Notes that reports are of one study (same), or that two are not (distinct). Raises UserError where they are not two."""
    found = {find_report(review, report)[0] for report in reports}
    if len(found) < 2:
        raise UserError("these are one report", hint="name two or more")
    if verdict == "distinct" and len(found) > 2:
        raise UserError("distinct is said of two reports at a time")
    event = StudyRuled(report_ids=tuple(sorted(found)), verdict=verdict, reason=reason.strip())  # type: ignore[arg-type]
    return review.log.append(event, who)


def undo_link(review: Review, seq: int, who: str) -> Entry:
    """Takes a link, or a ruling on studies, back. Raises UserError where it is none, or was taken back."""
    check_undo(review, seq, (ReportLinked, StudyRuled), LinkUndo, "link, and no ruling on studies")
    return review.log.append(LinkUndo(event=seq), who)


def list_suggestions(review: Review) -> list[StudySuggestion]:
    """The included reports that may be of one study, but for those that are, and those on which somebody ruled."""
    with reader(review.published_warehouse) as con:
        standing = find_standing_rulings(review.log.entries(*EVENTS))
        ruled = find_verdicts(standing, read_known(con, standing))
        reports, study_of = read_facts(con)
    return [
        suggestion
        for suggestion in suggest_studies(reports)
        if study_of[suggestion.report_a] != study_of[suggestion.report_b]
        and frozenset((suggestion.report_a, suggestion.report_b)) not in ruled
    ]


def read_facts(con: duckdb.DuckDBPyConnection) -> tuple[list[ReportFacts], dict[str, str]]:
    """What is known of each included report, and its study."""
    facts: dict[str, dict[str, str]] = {}
    for study, field, value in con.execute(_FACTS).fetchall():
        facts.setdefault(study, {})[field] = value
    rows = con.execute(_INCLUDED).fetchall()
    reports = [
        ReportFacts(report, title or "", tuple(authors or ()), year, text or "", facts.get(study, {}))
        for report, study, title, authors, year, text in rows
    ]
    return reports, {row[0]: row[1] for row in rows}

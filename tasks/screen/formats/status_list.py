"""Lists that hold one status of screening each: Covidence's exports (CSV, RIS), EPPI-Reviewer's RIS, and any RIS or table.

They have no column of a decision. Covidence names its files review_<number>_<status>_csv_<time>; else the status is a folder
inside decisions/<stage>/, a word of the file's name, or `verdict` in the note beside the file. Full-text exclusions of
Covidence bear a reason in every row, which says it too.

What such a list says is what screening came to: it settles the votes, unless the note beside it says who decided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.errors import UserError
from tasks.screen.decisions import NO_VERDICT, DecisionCollector, DecisionFile, FileFacts
from tasks.screen.reports import folded, report_of
from tasks.screen.words import verdict_of
from tasks.tabular import Tabular, fold


@dataclass(frozen=True)
class Status:
    """A status of a list. `stage`: '' where the folder has to say it; `verdict`: '' where nobody has decided yet."""

    stage: str
    verdict: str


_COVIDENCE = {
    "screen": Status("title-abstract", ""),
    "irrelevant": Status("title-abstract", "exclude"),
    "select": Status("title-abstract", "include"),
    "excluded": Status("full-text", "exclude"),
    "included": Status("full-text", "include"),
    "extract": Status("full-text", "include"),
}
"""The words of Covidence's own file names. Select lists what waits for full-text review: it passed title and abstract."""
_WORDS = {
    "irrelevant": _COVIDENCE["irrelevant"],
    "select": _COVIDENCE["select"],
    **{word: Status("", "include") for word in ("include", "included", "relevant", "eligible")},
    **{word: Status("", "exclude") for word in ("exclude", "excluded", "ineligible", "rejected")},
    "maybe": Status("", "maybe"),
    "not-retrieved": Status("", "not-retrieved"),
}
"""The words of a path that say a status. Words that stand in names for other reasons ('no', 'in', 'text') are not among them."""
_COVIDENCE_NAME = re.compile(
    rf"(?:^|/)review_\d+_({'|'.join(_COVIDENCE)})\w*_(?:csv|ris|refworks|endnote|zotero|mendeley)", re.I
)
_REASON = re.compile(r"Exclusion reason:\s*(.*?)\s*;\s*", re.DOTALL)
_ASK = (
    "say it by a folder, such as decisions/title-abstract/exclude/, by the file's name (excluded, included, irrelevant, "
    "select), or by verdict in the note beside it"
)


def is_covidence(table: Tabular) -> bool:
    """Whether a table is one of Covidence's lists: by its number of each study, in RIS by the tag NS, which names the study."""
    return "covidence#" in {fold(column) for column in table.header} or (is_ris_list(table) and "NS" in table.header)


def is_ris_list(table: Tabular) -> bool:
    """Whether a table is made of RIS."""
    return "TY" in table.header


def is_named_list(table: Tabular, facts: FileFacts) -> bool:
    """Whether a table names reports, and its name, folder or note says what was decided on them."""
    columns = {fold(column) for column in table.header}
    return bool({"title", "doi", "reportid", "accession"} & columns) and bool(facts.verdict or _words(table.name))


def _words(name: str) -> list[str]:
    """The words that say a status in a file's name and the folders that it lies in, but for the drop folder's own."""
    inside = name.split("/")[1:] if "/" in name else [name]
    return [word for word in re.findall(r"not-retrieved|[a-z]+", "/".join(inside).lower()) if word in _WORDS]


def read_list(table: Tabular, facts: FileFacts) -> DecisionFile:
    """Read a list, all of whose reports have one status. Raises `UserError` where nothing says which, or two things do."""
    covidence = is_covidence(table)
    rows = [(line, folded(cells)) for line, cells in table.records()]
    status = _status(table.name, facts, reasons=bool(rows) and covidence and all(_reasons(row) for _, row in rows))
    tool = "covidence" if covidence else "ris" if is_ris_list(table) else "list"
    collector = DecisionCollector.of_table(table, tool)
    for line, row in rows:
        report = report_of(line, row, key=_key(row))
        if not report["key"]:
            collector.refuse(line, "does not say which report it is about")
            continue
        collector.reports[line] = report
        if not status.verdict:
            collector.without[NO_VERDICT] += 1
            continue
        reasons = "; ".join(_reasons(row)) or None
        stage, verdict = status.stage, status.verdict
        if (stage, verdict) == ("full-text", "exclude") and verdict_of(reasons or "") == "not-retrieved":
            stage, verdict = "retrieval", "not-retrieved"
        if covidence and status.stage == "full-text":  # in Covidence nothing comes to full-text review any other way
            collector.add(report, verdict="include", stage="title-abstract", reviewer=facts.reviewer)
        tags = [tag.strip() for tag in re.split(r"[;\n]", row.get("tags", "")) if tag.strip()]
        collector.add(
            report,
            verdict=verdict,
            stage=stage,
            reviewer=facts.reviewer,
            reason=reasons,
            labels=tags or None,
            note=_REASON.sub("", _notes(row)).strip(" ;\n") or None,
        )
    return collector.finish()


def _key(row: dict[str, str]) -> str:
    return row.get("covidence#") or (f"eppi-{row['u1']}" if row.get("u1", "").isdigit() else "")


def _notes(row: dict[str, str]) -> str:
    return row.get("notes") or row.get("n1") or ""


def _reasons(row: dict[str, str]) -> list[str]:
    return [reason for reason in _REASON.findall(f"{_notes(row)};") if reason]


def _status(name: str, facts: FileFacts, *, reasons: bool) -> Status:
    """The status of a list, by all that speaks of it; `reasons`: every row says why it was excluded at full text."""
    found: dict[Status, str] = {}
    if facts.verdict:
        found[Status("", facts.verdict)] = "verdict in the note beside it"
    official = _COVIDENCE_NAME.search(name)
    if official:
        found[_COVIDENCE[official[1].lower()]] = "its name"
    if not found:
        for word in _words(name):
            found.setdefault(_WORDS[word], f"'{word}' in its name")
    if not found and reasons:
        found[_COVIDENCE["excluded"]] = "the reasons in its rows"
    if not found:
        raise UserError("does not say what was decided on the reports that it lists", path=name, hint=_ASK)
    if len({status.verdict for status in found}) > 1 or len({status.stage for status in found} - {""}) > 1:
        raise UserError(f"says two things of what was decided: {' and '.join(found.values())}", path=name, hint=_ASK)
    verdict = next(iter(found)).verdict
    stage = next((status.stage for status in found if status.stage), "")
    if stage and facts.stage and stage != facts.stage:
        raise UserError(
            f"lies in decisions/{facts.stage}/, but by {next(iter(found.values()))} it is of {stage}",
            path=name,
            hint=f"put it into decisions/{stage}/, or say verdict in the note beside it",
        )
    if not stage and not facts.stage:
        raise UserError(
            "does not say the stage of its decisions",
            path=name,
            hint="put it into decisions/title-abstract/ or decisions/full-text/, or say stage in the note beside it",
        )
    return Status(stage or facts.stage, verdict)

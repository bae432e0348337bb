"""Decisions from EPPI-Reviewer: its JSON (codes on references) and its Excel list of items.

In JSON, screening is coding: codes of the types Include and Exclude, or, where a code has no such type, codes whose names
begin with these words. The stage stands in the names of the code, of those above it or of the set ("Screening on title &
abstract"), else it is the folder's. Codes that are exported are of completed coding: they settle the votes, unless the note
beside the file says who decided. An exclude code's name, without its first words, is the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.errors import UserError
from tasks.screen.decisions import NO_VERDICT, DecisionCollector, DecisionFile, FileFacts, require_stage
from tasks.screen.reports import folded, report_of
from tasks.tabular import Tabular, fold

_TYPES = {"include": "include", "exclude": "exclude"}
_NAMED = re.compile(
    r"\s*(include|exclude)d?\b(?:\s+(?:on|based on|because of|due to|as|by|at|for)\b)?\s*[:\-–]?\s*(.*)",
    re.I | re.DOTALL,
)
_FULL_TEXT = re.compile(r"\bfull[\s-]*text", re.I)
_TITLE_ABSTRACT = re.compile(r"\btitles?\b|\babstracts?\b|\bt\s*(?:&|/|and)\s*a\b|\bti\W?ab\b", re.I)
_FLAGS = {"i": "include", "e": "exclude"}


@dataclass(frozen=True)
class _Code:
    stage: str
    verdict: str
    reason: str


def is_json(text: str) -> bool:
    """Whether a text can be EPPI-Reviewer's JSON."""
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def is_items(table: Tabular) -> bool:
    """Whether a table is EPPI-Reviewer's list of items."""
    return {"included", "id", "shorttitle", "title"} <= {fold(column) for column in table.header}


def read_items(table: Tabular, facts: FileFacts) -> DecisionFile:
    """Read the Excel list. Its flag I is also on what nobody has screened yet, which is told."""
    stage = require_stage(facts, table.name, "EPPI-Reviewer")
    collector = DecisionCollector.of_table(table, "eppi-items")
    for line, cells in table.records():
        row = folded(cells)
        report = report_of(line, row, key=f"eppi-{row['id']}" if row["id"] else "")
        collector.reports[line] = report
        verdict = _FLAGS.get(row["included"].strip().lower()[:1])
        if not report["key"]:
            collector.refuse(line, "does not say which report it is about")
        elif verdict is None:
            collector.without["deleted, or a duplicate" if row["included"] else NO_VERDICT] += 1
        else:
            collector.add(report, verdict=verdict, stage=stage, reviewer=facts.reviewer)
    if any(not decision["consensus"] or decision["verdict"] == "include" for decision in collector.decisions):
        collector.warn(
            None,
            "EPPI-Reviewer's flag I stands also on items that nobody has screened yet: drop such a list when all are",
        )
    return collector.finish()


def read_json(text: str, name: str, facts: FileFacts) -> DecisionFile:
    """Read the JSON. Raises `UserError` where it is another JSON, has no screening codes, or leaves the stage open."""
    try:
        content = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", None)
        raise UserError(
            "is not well-formed JSON: it is cut off or damaged", path=name, line=line, hint="export it again"
        ) from None
    if not isinstance(content, dict) or not isinstance(content.get("References"), list):
        raise UserError("is JSON, but not EPPI-Reviewer's: it has no References", path=name)
    codes = {code_id: code for code_set in content.get("CodeSets") or [] for code_id, code in _codes_of_set(code_set)}
    if not codes:
        raise UserError(
            "has no codes of screening: none is of type Include or Exclude, or named so", path=name,
            hint="export it with the coding tools for screening",
        )  # fmt: skip
    if any(not code.stage for code in codes.values()):
        require_stage(facts, name, "EPPI-Reviewer")
    collector = DecisionCollector(name, "eppi-json", rows=len(content["References"]))
    for place, reference in enumerate(content["References"], start=1):
        if not isinstance(reference, dict):
            collector.refuse(place, "is no reference")
            continue
        row = folded({key: str(value) for key, value in reference.items() if isinstance(value, str | int)})
        report = report_of(place, row, key=f"eppi-{row['itemid']}" if row.get("itemid") else "")
        collector.reports[place] = report
        applied = [c for c in reference.get("Codes") or [] if isinstance(c, dict) and c.get("AttributeId") in codes]
        _decide(collector, report, [(codes[c["AttributeId"]], c) for c in applied], facts)
    return collector.finish()


def _decide(
    collector: DecisionCollector,
    report: Mapping[str, Any],
    applied: list[tuple[_Code, Mapping[str, Any]]],
    facts: FileFacts,
) -> None:
    """The decisions that codes on a reference make: one a stage."""
    by_stage: dict[str, list[tuple[_Code, Mapping[str, Any]]]] = {}
    for code, given in applied:
        by_stage.setdefault(code.stage or facts.stage, []).append((code, given))
    if not applied:
        collector.without[NO_VERDICT] += 1
    elif not report["key"]:
        collector.refuse(report["row"], "does not say which report it is about")
    elif any(len({code.verdict for code, _ in codes}) > 1 for codes in by_stage.values()):
        collector.refuse(report["row"], f"{report['key']} has codes of one stage that contradict each other")
    else:
        for stage, codes in by_stage.items():
            verdict = codes[0][0].verdict
            reasons = dict.fromkeys(code.reason for code, _ in codes if code.reason)
            notes = dict.fromkeys(str(given.get("AdditionalText") or "").strip() for _, given in codes)
            collector.add(
                report,
                verdict=verdict,
                stage=stage,
                reviewer=facts.reviewer,
                reason=("; ".join(reasons) or None) if verdict == "exclude" else None,
                note="\n".join(filter(None, notes)) or None,
            )


def _codes_of_set(code_set: Mapping[str, Any]) -> Iterator[tuple[Any, _Code]]:
    yield from _codes(code_set.get("Attributes"), (str(code_set.get("SetName") or ""),))


def _codes(attributes: Any, above: tuple[str, ...]) -> Iterator[tuple[Any, _Code]]:
    """The screening codes below these names, with their ids."""
    for attribute in (attributes or {}).get("AttributesList") or []:
        name = str(attribute.get("AttributeName") or "")
        named = _NAMED.match(name)
        verdict = _TYPES.get(str(attribute.get("AttributeType") or "").split("(")[0].strip().lower())
        verdict = verdict or (named[1].lower() if named else None)
        path = (*above, name)
        if verdict:
            reason = (named[2] if named else name).strip()
            yield attribute.get("AttributeId"), _Code(_stage(path), verdict, reason if not _is_stage(reason) else "")
        yield from _codes(attribute.get("Attributes"), path)


def _stage(path: tuple[str, ...]) -> str:
    """The stage that the nearest of the names says, '' where none does."""
    for name in reversed(path):
        if _FULL_TEXT.search(name):
            return "full-text"
        if _TITLE_ABSTRACT.search(name):
            return "title-abstract"
    return ""


def _is_stage(reason: str) -> bool:
    """Whether what is left of a code's name only says the stage: 'Exclude on title and abstract'."""
    rest = re.sub(r"\b(?:and|on|the|screening|full|text)\b|[\W_]", "", _TITLE_ABSTRACT.sub("", reason).lower())
    return not rest

"""Amendments: what each version of the protocol changed of the review's question and methods, from the log's protocols.

Only what a reader may ask about is compared: no names, addresses, mailboxes or seeds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from schemas.errors import UserError
from schemas.event import Arrival, Content
from schemas.protocol import Protocol, read_protocol
from tasks.review.state import ReviewState
from warehouse.write import replace_rows

#: What is compared: section → keys of it, empty for all.
_COMPARED: Mapping[str, frozenset[str]] = {
    "review": frozenset({"title", "question", "registration"}),
    "eligibility": frozenset(),
    "deduplication": frozenset(),
    "extraction": frozenset({"extractors_per_study", "field"}),
    "appraisal": frozenset({"appraisers_per_report", "checklist", "own"}),
    "coding": frozenset({"double_coded", "part", "independent", "order", "speaker"}),
    "synthesis": frozenset(),
    "schedule": frozenset(),
    "living": frozenset(),
}
_OF_SOURCE = (
    "database",
    "platform",
    "method",
    "service",
    "window_from",
    "window_to",
    "strategy",
    "limits",
    "every_days",
)
_OF_SCREENING = {"title_abstract": "title-abstract", "full_text": "full-text"}
Change = tuple[str, str | None, str | None]
"""Key of the protocol, its value before, and after; None where there was none."""


def list_settings(protocol: Protocol) -> dict[str, str]:
    """What is compared of a protocol: key, as 'source.medline.strategy', and value as text."""
    data = protocol.model_dump(mode="json", include={*_COMPARED, "screening"})
    found = dict(
        _flatten("", {name: _take(section, _COMPARED[name]) for name, section in data.items() if name != "screening"})
    )
    for name, stage in _OF_SCREENING.items():
        found |= _flatten(f"screening.{stage}", data["screening"][name])
    for source in protocol.source:
        values = source.model_dump(mode="json", include=set(_OF_SOURCE))
        found |= _flatten(f"source.{source.name}", {key: values[key] for key in _OF_SOURCE})
    return found


def compare_protocols(before: Protocol, after: Protocol) -> list[Change]:
    """What the later one changed, in the order of its keys; what is gone stands last."""
    then, now = list_settings(before), list_settings(after)
    keys = [*now, *(key for key in then if key not in now)]
    return [(key, then.get(key), now.get(key)) for key in keys if then.get(key) != now.get(key)]


def write_protocol_changes(con: duckdb.DuckDBPyConnection, state: ReviewState) -> None:
    """Replaces the rows of core.protocol_change. A protocol that this program cannot read any more is passed over."""
    rows: list[tuple[object, ...]] = []
    last: Protocol | None = None
    for entry in state.entries(Arrival):
        if not isinstance(entry.event, Arrival) or entry.event.content is not Content.PROTOCOL:
            continue
        try:
            protocol = read_protocol(state.review.snapshots.path(entry.event.sha256)).protocol
        except UserError:
            continue
        if last is not None:
            rows += [(entry.seq, entry.at, *change) for change in compare_protocols(last, protocol)]
        last = protocol
    replace_rows(con, "core.protocol_change", rows)


def _take(section: dict[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in section.items() if not keys or key in keys}


def _flatten(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Each value that is set, with its key; of a list of tables by the name that each bears."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _flatten(f"{name}.{key}" if name else key, part)
    elif isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        for number, part in enumerate(value, start=1):
            called = part.get("name") or part.get("reason") or str(number)
            yield from _flatten(
                f"{name}.{called}",
                {key: one for key, one in part.items() if one != called and one is not None} or {"stands": True},
            )
    elif isinstance(value, list):
        if value:
            yield name, "; ".join(map(str, value))
    elif value is not None:
        yield name, value.strip() if isinstance(value, str) else json.dumps(value)

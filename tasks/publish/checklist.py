"""Reporting checklists as data (checklists/*.toml, with a key to their fields in entreq.toml), and an item filled in.

What fills an item is a query over the published copy, or a fact of the protocol; what only people can know is asked of them, and never
made up.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.protocol import Protocol
from schemas.words import did_you_mean
from tasks.publish.protocol_facts import FACTS

_FOLDER = Path(__file__).with_name("checklists")
Status = Literal["filled by query", "said by the team", "open"]


@dataclass(frozen=True)
class Item:
    """An item as its checklist has it; entreq.toml says what each field means."""

    item: str
    asks: str
    rows: str
    where: str
    section: str = ""
    heading: str = ""
    says: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    none: str = ""
    missing: str = ""
    team: str = ""
    team_when: Literal["always", "some"] = "always"


@dataclass(frozen=True)
class Checklist:
    """A reporting checklist. `method`: the method of synthesis that it is for, where it is for one."""

    name: str
    title: str
    cite: str
    items: tuple[Item, ...]
    method: str = ""


@dataclass(frozen=True)
class ReportedItem:
    """An item with what is reported of it, a line a statement. `missing`: what somebody still has to say; `rows`: the query that lists what
    is behind it, or its place in review.toml; `where`: its place in a manuscript."""

    item: str
    section: str
    heading: str
    asks: str
    status: Status
    reported: str
    missing: str
    rows: str
    where: str


def list_checklists() -> list[str]:
    """The names of the checklists, in alphabetical order."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


@cache
def load_checklist(name: str) -> Checklist:
    """The checklist of this name. Raises UserError where there is none."""
    if name not in list_checklists():
        hint = did_you_mean(name, list_checklists()) or f"there is: {', '.join(list_checklists())}"
        raise UserError(f"there is no checklist '{name}'", hint=hint)
    table = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    items = [
        {**item, "says": tuple(item.get("says", ())), "also": tuple(item.get("also", ()))} for item in table.pop("item")
    ]
    return Checklist(**table, items=tuple(Item(**item) for item in items))


def find_unknown_statement(protocol: Protocol) -> tuple[tuple[str, ...], str] | None:
    """The place in [reporting] that names a checklist or item that there is not, and what is wrong with it; None where all are known."""
    for name, statements in protocol.reporting.items():
        if name not in list_checklists():
            return ("reporting", name), f"there is no checklist '{name}'; there is: {', '.join(list_checklists())}"
        known = {item.item for item in load_checklist(name).items}
        for number in statements.keys() - known:
            return ("reporting", name, number), f"{name} has no item '{number}'"
    return None


def list_fitting(protocol: Protocol) -> list[str]:
    """The names of the checklists that are for every method, or for the protocol's."""
    return [name for name in list_checklists() if load_checklist(name).method in ("", protocol.synthesis.method)]


def fill_checklist(
    con: duckdb.DuckDBPyConnection,
    protocol: Protocol,
    checklist: Checklist,
    statements: Mapping[str, str],
    answers: dict[str, list[str]],
) -> list[ReportedItem]:
    """Each item with what the copy and the protocol say of it, and the team's own words, put first.

    `answers`: what queries answered before, by their names, for checklists that ask the same: most of what one costs is the planning of
    its queries, since views rest on views.
    """

    def ask(name: str) -> list[str]:
        kind, _, fact = name.rpartition(":")
        if kind == "protocol":
            return FACTS[fact](protocol)
        if name not in answers:
            query = (_FOLDER / "says" / f"{name}.sql").read_text(encoding="utf-8")
            answers[name] = [str(says) for (says,) in con.execute(query).fetchall()]
        return answers[name]

    return [_fill(item, ask, statements.get(item.item, "").strip()) for item in checklist.items]


def _fill(item: Item, ask: Callable[[str], list[str]], statement: str) -> ReportedItem:
    answers = [ask(name) for name in item.says]
    lines = list(dict.fromkeys(line for answer in [*answers, *map(ask, item.also)] for line in answer))
    found = bool(answers) and all(answers)
    asked = bool(item.team) and (item.team_when == "always" or found)
    if not found and item.none:
        lines, found = [item.none], True
    status: Status = "filled by query" if found and not asked else "open"
    if statement and status == "open":
        status = "said by the team"
    missing = (item.team if asked else item.missing) if status == "open" else ""
    return report_item(item, status, [statement, *lines] if statement else lines, missing)


def report_item(item: Item, status: Status, lines: Sequence[str], missing: str) -> ReportedItem:
    """An item with these lines, each of one line."""
    reported = "\n".join(re.sub(r"\s*\n\s*", " ", line).strip() for line in lines)
    return ReportedItem(
        item.item, item.section, item.heading, item.asks, status, reported, missing, item.rows, item.where
    )


def count_items(items: Sequence[ReportedItem]) -> dict[str, int]:
    """How many items have each status."""
    statuses = ("filled by query", "said by the team", "open")
    return {status: sum(item.status == status for item in items) for status in statuses}


def frame_items(items: Sequence[ReportedItem]) -> pl.DataFrame:
    """The items as a table."""
    return pl.DataFrame([asdict(item) for item in items], schema=dict.fromkeys(ReportedItem.__annotations__, pl.String))

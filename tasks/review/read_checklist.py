"""A reporting checklist of a review, filled in by its published copy and its protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from schemas.protocol import Protocol
from tasks.publish.checklist import ReportedItem, Status, fill_checklist, load_checklist, report_item
from tasks.search.prisma_s import prisma_s

_DUPLICATES = "SELECT coalesce(sum(n), 0)::BIGINT FROM prisma_flow WHERE box IN ('removed_duplicates', 'removed_duplicates_other')"
_SEARCHES = "FROM search ORDER BY executed_at, search_id"


def read_checklists(
    con: duckdb.DuckDBPyConnection, protocol: Protocol, names: Iterable[str]
) -> dict[str, list[ReportedItem]]:
    """The items of several checklists, by name: what two of them ask is asked once. Raises UserError for an unknown name."""
    known: dict[str, list[str]] = {}
    return {name: read_checklist(con, protocol, name, known) for name in names}


def read_checklist(
    con: duckdb.DuckDBPyConnection, protocol: Protocol, name: str, known: dict[str, list[str]] | None = None
) -> list[ReportedItem]:
    """The items of a checklist, in its order, as the copy `con` and the protocol fill them; `known`: what queries answered before.

    Raises UserError for an unknown name.
    """
    checklist = load_checklist(name)
    statements = protocol.list_statements(name)
    if name != "prisma-s":
        return fill_checklist(con, protocol, checklist, statements, {} if known is None else known)
    said = {int(number): text for number, text in statements.items()}
    duplicates = con.execute(_DUPLICATES).fetchall()[0][0]
    filled = prisma_s(protocol, con.sql(_SEARCHES).pl().to_dicts(), duplicates, said)
    items = [
        replace(item, section=one.section, heading=one.heading)
        for item, one in zip(checklist.items, filled, strict=True)
    ]
    return [
        report_item(item, _status(one.missing, said.get(one.item)), one.text.splitlines(), one.missing)
        for item, one in zip(items, filled, strict=True)
    ]


def _status(missing: str, statement: str | None) -> Status:
    if missing:
        return "open"
    return "said by the team" if statement else "filled by query"

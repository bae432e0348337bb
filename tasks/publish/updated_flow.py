"""The PRISMA flow of an updated review: what an earlier version included, and what is new since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

_MEMBERS = Path(__file__).with_name("updated_members.sql")
#: Where `list_since` puts who is in each box.
MEMBERS = "updated_member"


@dataclass(frozen=True)
class Earlier:
    """What a version knew: how each record counted in its flow, the ids of what could not be loaded, reports and studies included."""

    records: pl.DataFrame
    failed: pl.DataFrame
    included: pl.DataFrame


def read_earlier(con: duckdb.DuckDBPyConnection) -> Earlier:
    """What there is to know of a warehouse, to tell later what is new since."""
    return Earlier(
        con.sql("SELECT id, record_id, report_id, place FROM core.prisma_record").pl(),
        con.sql("SELECT id FROM prisma_member WHERE box IN ('removed_other', 'removed_other_other')").pl(),
        con.sql(
            "SELECT m.id AS report_id, coalesce(s.study_id, 'stu_' || substr(m.id, 5)) AS study_id "
            "FROM prisma_member AS m LEFT JOIN report_study AS s ON s.report_id = m.id WHERE m.box = 'total_reports'"
        ).pl(),
    )


def list_since(con: duckdb.DuckDBPyConnection, earlier: Earlier) -> None:
    """Puts who is in each box of the flow since then into the temporary table `updated_member`, as prisma_member has them."""
    frames = {"then_record": earlier.records, "then_failed": earlier.failed, "then_included": earlier.included}
    for name, frame in frames.items():
        con.register(name, frame)
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {MEMBERS} AS {_MEMBERS.read_text(encoding='utf-8')}")
    finally:
        for name in frames:
            con.unregister(name)

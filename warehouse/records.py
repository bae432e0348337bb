"""Load records into the warehouse: staged file by file, merged in one transaction a search.

Loading is idempotent and does not depend on order: a record is its source and identity; the version shown is the one of
the latest search (then of the greater hash), the search that found it is the earliest (then of the smaller id).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.problem import Problem
from warehouse.record_versions import list_spoiled_changes, set_apart, write_record_changes

_HERE = Path(__file__).parent
_STAGE, _MERGE, _ALIASES = (
    (_HERE / f"{name}.sql").read_text(encoding="utf-8") for name in ("stage_records", "merge_records", "record_aliases")
)


@dataclass(frozen=True)
class SearchFacts:
    """What is known of one search beside its records. Times are UTC.

    `executed_at_known`: whether somebody said when it was run; if not, `executed_at` is the time of receipt.
    """

    key: str
    event_id: int
    source: str
    platform: str
    strategy: str | None
    window_from: date | None
    window_to: date | None
    executed_at: datetime
    executed_at_known: bool
    hits: int | None
    complete: bool
    reason: str = ""

    def search_id(self, source: str) -> str:
        """The search's id: one search of several databases at once is one search for each of them."""
        return "q" + hashlib.sha256(f"{self.key}\n{source}".encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Loaded:
    """What a search brought, over all its files.

    `problems`: warnings about its files, each with the file's arrival: records whose accession is another
    record's, and values that were known and are worse now. The caller notes them (write_problems).
    """

    found: int
    loaded: int
    quarantined: int
    new: int
    problems: list[tuple[int, Problem]] = field(default_factory=list)


def clear_stage(con: duckdb.DuckDBPyConnection) -> None:
    """Empties the staging tables (temporary, of this connection)."""
    con.execute(_STAGE)


def stage_records(
    con: duckdb.DuckDBPyConnection, arrival_id: int, source: str, records: pl.DataFrame, quarantine: pl.DataFrame
) -> None:
    """Adds one batch: `records` as ParsedRecord with the protocol's source, `quarantine` as QuarantinedRecord."""
    con.register("batch_record", records)
    con.execute("INSERT INTO stage_record BY NAME SELECT ? AS arrival_id, * FROM batch_record", [arrival_id])
    con.unregister("batch_record")
    con.register("batch_quarantine", quarantine)
    con.execute(
        "INSERT INTO stage_quarantine BY NAME SELECT ? AS arrival_id, ? AS source, * FROM batch_quarantine",
        [arrival_id, source],
    )
    con.unregister("batch_quarantine")


def merge_records(con: duckdb.DuckDBPyConnection, facts: SearchFacts, former_sources: Sequence[str] = ()) -> Loaded:
    """Merges what is staged as one search and empties the stage. The caller holds the transaction.

    The same accession with a wholly different title is another record: it gets an identity of its own (set_apart.sql).
    `former_sources`: names of sources for which the same files counted before; the ids that their records bore there
    become aliases of today's.
    """
    sources = [
        row[0]
        for row in con.execute("SELECT source FROM stage_record UNION SELECT source FROM stage_quarantine").fetchall()
    ] or [facts.source]
    search = pl.DataFrame(
        [
            {
                "search_id": facts.search_id(source),
                "event_id": facts.event_id,
                "source": source,
                "platform": facts.platform,
                "strategy": facts.strategy,
                "window_from": facts.window_from,
                "window_to": facts.window_to,
                "executed_at": facts.executed_at,
                "executed_at_known": facts.executed_at_known,
                # The hits that were noted are those of the whole file; shared out, they would be a guess.
                "hits": facts.hits if len(sources) == 1 else None,
                "complete": facts.complete,
                "reason": facts.reason,
            }
            for source in sources
        ],
        schema_overrides={
            "strategy": pl.String, "window_from": pl.Date, "window_to": pl.Date, "hits": pl.Int64,
            "executed_at": pl.Datetime("us", "UTC"),
        },
    )  # fmt: skip
    before = _count(con)
    problems = set_apart(con)
    con.register("stage_search", search)
    write_record_changes(con)
    con.execute(_MERGE)
    con.unregister("stage_search")
    if former_sources:
        con.execute("SET VARIABLE former_sources = ?", [list(former_sources)])
        con.execute(_ALIASES)
    for source in sources:
        problems += list_spoiled_changes(con, facts.search_id(source))
    found, loaded, quarantined = con.execute(
        "SELECT coalesce(sum(found), 0), coalesce(sum(loaded), 0), coalesce(sum(quarantined), 0) FROM core.search "
        "WHERE list_contains(?, search_id)",
        [[facts.search_id(source) for source in sources]],
    ).fetchall()[0]
    clear_stage(con)
    return Loaded(int(found), int(loaded), int(quarantined), _count(con) - before, problems)


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("SELECT count(*) FROM core.record").fetchall()[0][0])

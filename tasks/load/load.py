"""From snapshots to records in the warehouse: one search at a time, whole or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.problem import Problem
from schemas.protocol import Protocol, SearchSource
from tasks.load.databases import known
from tasks.load.identity import record_id
from tasks.load.read import Reading, read
from warehouse.records import Loaded, SearchFacts, clear_stage, merge, note_problems, note_snapshot, stage
from warehouse.snapshots import Snapshot


@dataclass(frozen=True)
class LoadedSearch:
    """What loading one search came to. `refused` names the files that were refused whole."""

    source: str
    files: int
    loaded: Loaded
    problems: list[Problem] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def load_search(
    con: duckdb.DuckDBPyConnection,
    head: Snapshot,
    files: Sequence[Snapshot],
    protocol: Protocol,
    *,
    complete: bool = True,
    expected: int | None = None,
    reason: str = "",
) -> LoadedSearch:
    """Loads the files of one search (one export, or all pages of one service's answer) in one transaction.

    `head` says what is known of the search: the export itself, or the note on the service's answer, with what the
    service `expected`, whether all of it came (`complete`) and the `reason` if not. A file that cannot be read, or whose
    count of records differs from its count of record starts, is refused whole and noted with its reason; the other files
    of the search are loaded.
    """
    source = _source(protocol, head)
    problems: list[Problem] = []
    refused: list[str] = []
    platform = source.platform
    con.execute("BEGIN")
    try:
        clear_stage(con)
        if head not in files:
            short = [Problem(f"search of {source.name}", None, reason)] if reason else []
            note_snapshot(con, head, "loaded", short)
            problems += short
        for snapshot in files:
            reading: Reading | None = None
            noted: list[Problem] = []
            state = "loaded"
            try:
                reading = read(snapshot.path, name=snapshot.delivery.file_name)
                platform = reading.platform or platform
                strangers: Counter[str] = Counter()
                for batch in reading:
                    named = _sourced(batch.records, source, protocol)
                    strangers += _strangers(batch.records, named, source)
                    stage(con, snapshot.arrival_id, source.name, named, batch.quarantine)
                noted += [_strange(snapshot, database, n, source) for database, n in sorted(strangers.items())]
                noted += [Problem(snapshot.delivery.file_name, None, text, "warning") for text in reading.warnings]
                noted += _quarantined(con, snapshot)
                for line, text in reading.cut:
                    noted = [one for one in noted if one.line != line]
                    noted.append(Problem(snapshot.delivery.file_name, line, text))
                    complete = False
            except UserError as error:
                state = "refused"
                noted.append(Problem(snapshot.delivery.file_name, error.line, _reason(error)))
                refused.append(snapshot.delivery.file_name)
                con.execute("DELETE FROM stage_record WHERE arrival_id = ?", [snapshot.arrival_id])
                con.execute("DELETE FROM stage_quarantine WHERE arrival_id = ?", [snapshot.arrival_id])
            if (
                state == "loaded"
                and reading
                and snapshot.delivery.hits not in (None, reading.found)
                and snapshot is head
            ):
                noted.append(_hits(snapshot, reading.found))
            note_snapshot(
                con, snapshot, state, noted,
                format=reading.format if reading else None, encoding=reading.encoding if reading else None,
            )  # fmt: skip
            problems += noted
        if not files or len(refused) < len(files):
            loaded = merge(con, _facts(head, source, platform, complete=complete and not refused, expected=expected))
            note_problems(con, loaded.told)
            problems += [problem for _, problem in loaded.told]
        else:
            loaded = Loaded(0, 0, 0, 0)
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    return LoadedSearch(source.name, len(files), loaded, problems, refused)


def _facts(head: Snapshot, source: SearchSource, platform: str, *, complete: bool, expected: int | None) -> SearchFacts:
    said = head.delivery
    return SearchFacts(
        key=said.search_key or head.arrival_id,
        source=source.name,
        platform=platform,
        strategy=said.strategy or source.strategy,
        window_from=said.window_from or source.window_from,
        window_to=said.window_to or source.window_to,
        executed_at=said.executed_at or head.received_at,
        executed_at_known=said.executed_at is not None,
        hits=expected if expected is not None else said.hits,
        complete=complete,
    )


def _source(protocol: Protocol, snapshot: Snapshot) -> SearchSource:
    for source in protocol.source:
        if source.name == snapshot.delivery.source:
            return source
    raise UserError(
        f"source '{snapshot.delivery.source}' is not in the protocol",
        path=snapshot.delivery.file_name,
        hint="add it to review.toml as a [[source]]",
    )


def _sourced(records: pl.DataFrame, source: SearchSource, protocol: Protocol) -> pl.DataFrame:
    """The records with the protocol's source instead of the database's name, and their ids by it.

    One export can mix databases of a platform. A record whose database is that of another source of the protocol, on the
    same platform, is that source's; every other record is the source's in whose folder it lies.
    """
    others = {
        _plain(other.database): other.name
        for other in protocol.source
        if other.method in ("database", "register") and _plain(other.platform) == _plain(source.platform)
    }
    names = records.get_column("source").unique().to_list()
    own = _plain(source.database)
    moved = {
        name: others.get(_plain(name), source.name)
        if source.method in ("database", "register") and _plain(name) != own
        else source.name
        for name in names
    }
    named = records.with_columns(pl.col("source").replace_strict(moved, return_dtype=pl.String))
    return named.with_columns(record_id(named.get_column("source"), named.get_column("identity")).alias("record_id"))


def _strangers(records: pl.DataFrame, named: pl.DataFrame, source: SearchSource) -> Counter[str]:
    """How many records that count for the source say that they are of another database, by that database."""
    own = known(source.database)
    if own is None or source.method not in ("database", "register"):
        return Counter()
    databases = records.get_column("source").filter(named.get_column("source") == source.name)
    return Counter(name for name in databases.to_list() if known(name) not in (own, None))


def _strange(snapshot: Snapshot, database: str, n: int, source: SearchSource) -> Problem:
    what = "1 record says that it is" if n == 1 else f"{n:,} records say that they are"
    text = f"{what} of {database}, and count for {source.database}; is it in the wrong folder, or a [[source]] missing in review.toml?"
    return Problem(snapshot.delivery.file_name, None, text, "warning")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _quarantined(con: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> list[Problem]:
    n, line, reason = con.execute(
        "SELECT count(*), nullif(arg_min(line, position), 0), arg_min(reason, position) FROM stage_quarantine WHERE arrival_id = ?",
        [snapshot.arrival_id],
    ).fetchall()[0]
    if not n:
        return []
    what = "a record is" if n == 1 else f"{n:,} records are"
    text = f"{what} kept in quarantine, not loaded: {reason}"
    return [Problem(snapshot.delivery.file_name, line, text, "warning")]


def _hits(snapshot: Snapshot, found: int) -> Problem:
    hits = snapshot.delivery.hits or 0
    return Problem(
        snapshot.delivery.file_name,
        None,
        f"the search reported {hits} hits, the file holds {found} records"
        + ("; is a part of the export missing?" if found < hits else ""),
        "warning",
    )


def _reason(error: UserError) -> str:
    return error.message + (f" ({error.hint})" if error.hint else "")

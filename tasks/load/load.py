"""From snapshots to records in the warehouse: one search at a time, whole or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.problem import Problem, problem_of
from schemas.protocol import Protocol, SearchSource
from tasks.load.databases import known
from tasks.load.identity import record_id
from tasks.load.open_exports import OpenedFile, open_exports
from warehouse.arrivals import write_loaded_search, write_problems, write_reading
from warehouse.plan import PlannedFile, PlannedSearch
from warehouse.records import Loaded, SearchFacts, clear_stage, merge_records, stage_records
from warehouse.write import transaction


@dataclass(frozen=True)
class LoadedSearch:
    """What loading one search came to. `refused` names the files that were refused whole."""

    source: str
    search: PlannedSearch
    loaded: Loaded
    problems: list[Problem] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def load_search(
    con: duckdb.DuckDBPyConnection, planned: PlannedSearch, protocol: Protocol, path_of: Callable[[str], Path]
) -> LoadedSearch:
    """Loads the files of one search (one export, or all pages of one service's answer) in one transaction.

    A file that cannot be read, or whose count of records differs from its count of record starts, is refused whole and
    noted with its reason; the other files of the search are loaded. `path_of`: where the bytes of a hash lie.
    """
    source = planned.source
    problems: list[Problem] = []
    refused: list[str] = []
    platform, complete = source.platform, planned.complete
    with transaction(con):
        clear_stage(con)
        for file in planned.files:
            read_file = _stage_file(con, file, path_of(file.sha256), planned, protocol)
            platform, complete = read_file.platform or platform, complete and read_file.whole
            problems += read_file.problems
            if read_file.refused:
                refused.append(file.name)
        if planned.files and len(refused) == len(planned.files):
            loaded = Loaded(0, 0, 0, 0)
        else:
            loaded = merge_records(con, _facts(planned, platform, complete=complete), planned.former_sources)
            write_problems(con, loaded.problems)
            problems += [problem for _, problem in loaded.problems]
        write_loaded_search(con, planned.event_id, planned.fingerprint(protocol.source))
    return LoadedSearch(source.name, planned, loaded, problems, refused)


@dataclass(frozen=True)
class _ReadFile:
    """What came of reading one file into the stage. `whole`: nothing of it is missing."""

    platform: str | None
    problems: list[Problem]
    refused: bool
    whole: bool


def _stage_file(
    con: duckdb.DuckDBPyConnection, file: PlannedFile, path: Path, planned: PlannedSearch, protocol: Protocol
) -> _ReadFile:
    source, problems = planned.source, list[Problem]()
    cut: list[tuple[int, str]] = []
    opened, refused = OpenedFile(), False
    try:
        with open_exports(path, file.name) as opened:
            moved: Counter[tuple[str, str]] = Counter()
            foreign: Counter[str] = Counter()
            for number, reading in enumerate(opened.readings):
                before = sum(other.found for other in opened.readings[:number])
                for batch in reading:
                    records = _with_source(batch.records, source, protocol)
                    moved += _moved_records(batch.records, records, source)
                    foreign += _foreign_databases(batch.records, records, source)
                    stage_records(
                        con, file.arrival_id, source.name, _after(records, before), _after(batch.quarantine, before)
                    )
                cut += reading.cut
        found = opened.found
        problems += [_moved_problem(file, *which, n, found) for which, n in sorted(moved.items())]
        problems += [_foreign_problem(file, database, n, source) for database, n in sorted(foreign.items())]
        problems += [Problem(file.name, None, text, "warning") for text in opened.warnings]
        problems += [Problem(r.name, None, text, "warning") for r in opened.readings for text in r.warnings]
        problems += _quarantined(con, file)
        for line, text in cut:
            problems = [one for one in problems if one.line != line]
            problems.append(Problem(file.name, line, text))
        if file.hits not in (None, found):
            problems.append(_hits(file, found))
    except UserError as error:
        refused = True
        problems.append(problem_of(file.name, error))
        con.execute("DELETE FROM stage_record WHERE arrival_id = ?", [file.arrival_id])
        con.execute("DELETE FROM stage_quarantine WHERE arrival_id = ?", [file.arrival_id])
    first = next(iter(opened.readings), None)
    write_reading(
        con, file.arrival_id, "", "refused" if refused else "loaded", problems,
        format=first.format if first else None, encoding=first.encoding if first else None,
    )  # fmt: skip
    return _ReadFile(first.platform if first else None, problems, refused, not cut and not refused)


def _after(records: pl.DataFrame, n: int) -> pl.DataFrame:
    """Records of a file's later export, counted on from the earlier ones."""
    return records.with_columns(pl.col("position") + n) if n else records


def _facts(planned: PlannedSearch, platform: str, *, complete: bool) -> SearchFacts:
    return SearchFacts(
        key=planned.key, event_id=planned.event_id, source=planned.source.name, platform=platform, strategy=planned.strategy,
        window_from=planned.window_from, window_to=planned.window_to, executed_at=planned.executed_at,
        executed_at_known=planned.executed_at_known, hits=planned.hits, complete=complete, reason=planned.reason,
    )  # fmt: skip


def _with_source(records: pl.DataFrame, source: SearchSource, protocol: Protocol) -> pl.DataFrame:
    """The records with the protocol's source instead of the database's name, and their ids by it.

    One export can mix databases of a platform. A record whose database is that of another source of the protocol, on the
    same platform, is that source's; every other record is the source's in whose folder it lies.
    """
    moved = {name: _source_of(name, source, protocol) for name in records.get_column("source").unique().to_list()}
    named = records.with_columns(pl.col("source").replace_strict(moved, return_dtype=pl.String))
    return named.with_columns(record_id(named.get_column("source"), named.get_column("identity")).alias("record_id"))


def _source_of(database: str, source: SearchSource, protocol: Protocol) -> str:
    """The source that records of this database count for, which lie in the folder of `source`.

    A protocol may say 'Ovid MEDLINE(R) ALL' where the records say 'MEDLINE': where no source bears the database's own
    name, the one does that is of the database under any of its names, if there is one such.
    """
    if source.method not in ("database", "register") or _plain(database) == _plain(source.database):
        return source.name
    there = [
        other
        for other in protocol.source
        if other.method in ("database", "register") and _plain(other.platform) == _plain(source.platform)
    ]
    named = [other.name for other in there if _plain(other.database) == _plain(database)]
    meant = [other.name for other in there if known(database) and known(other.database) == known(database)]
    if named:
        return named[-1]
    return meant[0] if len(meant) == 1 else source.name


def _moved_records(records: pl.DataFrame, named: pl.DataFrame, source: SearchSource) -> Counter[tuple[str, str]]:
    """How many records count for another source than that in whose folder they lie, by their database and that source."""
    both = pl.DataFrame({"database": records.get_column("source"), "counts_for": named.get_column("source")})
    moved = both.filter(pl.col("counts_for") != source.name).group_by("database", "counts_for").len()
    return Counter({(database, other): n for database, other, n in moved.iter_rows()})


def _moved_problem(file: PlannedFile, database: str, other: str, n: int, of: int) -> Problem:
    says = "says that it is" if n == 1 else "say that they are"
    text = (
        f"{n:,} of its {_records(of)} {says} of {database}, and {'counts' if n == 1 else 'count'} for '{other}'; if the "
        f"whole file is: living-review deliveries assign {file.arrival_id} {other}"
    )
    return Problem(file.name, None, text, "warning")


def _records(n: int) -> str:
    return "1 record" if n == 1 else f"{n:,} records"


def _foreign_databases(records: pl.DataFrame, named: pl.DataFrame, source: SearchSource) -> Counter[str]:
    """How many records that count for the source say that they are of another database, by that database."""
    own = known(source.database)
    if own is None or source.method not in ("database", "register"):
        return Counter()
    databases = records.get_column("source").filter(named.get_column("source") == source.name)
    return Counter(name for name in databases.to_list() if known(name) not in (own, None))


def _foreign_problem(file: PlannedFile, database: str, n: int, source: SearchSource) -> Problem:
    what = "1 record says that it is" if n == 1 else f"{n:,} records say that they are"
    count = "counts" if n == 1 else "count"
    text = f"{what} of {database}, and {count} for {source.database}; is it in the wrong folder, or a [[source]] missing in review.toml?"
    return Problem(file.name, None, text, "warning")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _quarantined(con: duckdb.DuckDBPyConnection, file: PlannedFile) -> list[Problem]:
    n, line, reason = con.execute(
        "SELECT count(*), nullif(arg_min(line, position), 0), arg_min(reason, position) FROM stage_quarantine WHERE arrival_id = ?",
        [file.arrival_id],
    ).fetchall()[0]
    if not n:
        return []
    what = "a record is" if n == 1 else f"{n:,} records are"
    text = f"{what} kept in quarantine, not loaded: {reason}"
    return [Problem(file.name, line, text, "warning")]


def _hits(file: PlannedFile, found: int) -> Problem:
    hits = file.hits or 0
    return Problem(
        file.name,
        None,
        f"the search reported {hits} hits, the file holds {found} records"
        + ("; is a part of the export missing?" if found < hits else ""),
        "warning",
    )

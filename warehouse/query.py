"""An analyst's query: one statement that reads, its rows as a frame, its mistakes with their place."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import TypeVar

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.words import counted, did_you_mean

T = TypeVar("T")
_BATCH = 2048
_CANDIDATES = re.compile(r"\s*Candidate (?:bindings|tables): (.*)")
_SUGGESTED = re.compile(r'\s*Did you mean "([^"]*)"\?')
_UNKNOWN = re.compile(
    r'column "(?P<name>[^"]+)" not found|not have a column named "(?P<column>[^"]+)"'
    r'|Referenced table "(?P<alias>[^"]+)" not found|Table with name (?P<table>\S+) does not exist'
)


class QueryError(UserError):
    """A mistake in a query: one line that says it, then the line of the query it is in, with its place marked below."""

    def __init__(self, message: str, picture: str = "") -> None:
        super().__init__(message, path="query")
        self.picture = picture

    def __str__(self) -> str:
        return super().__str__() + (f"\n{self.picture}" if self.picture else "")


def _all(rows: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    frame: pl.DataFrame = rows.pl()
    return frame


def fetch_rows(con: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The rows of one query. Raises QueryError for a mistake in it, or where it is not allowed.

    An interrupt (KeyboardInterrupt) ends it at once.
    """
    return _run(con, query, _all)


def fetch_first_rows(con: duckdb.DuckDBPyConnection, query: str, n: int) -> tuple[pl.DataFrame, int]:
    """The first `n` rows of one query, and how many more there are; these are counted and never held. As `ask` else."""

    def first(rows: duckdb.DuckDBPyRelation) -> tuple[pl.DataFrame, int]:
        reader = rows.to_arrow_reader(_BATCH)
        kept = pl.DataFrame(pl.from_arrow(reader.schema.empty_table()))
        seen = 0
        for batch in reader:
            if kept.height < n:
                kept = pl.concat([kept, pl.DataFrame(pl.from_arrow(batch))]).head(n)
            seen += batch.num_rows
        return kept, seen - kept.height

    return _run(con, query, first)


def _run(con: duckdb.DuckDBPyConnection, query: str, take: Callable[[duckdb.DuckDBPyRelation], T]) -> T:
    """What `take` makes of the rows, in a thread: a query runs in C, where an interrupt would wait for its end."""
    got: list[T] = []
    failed: list[BaseException] = []
    finished = threading.Event()

    def work() -> None:
        try:
            got.append(take(_relation(con, query)))
        except duckdb.Error as error:
            failed.append(_explained(con, error))
        except BaseException as error:  # whatever it is, it is the caller's
            failed.append(error)
        finally:
            finished.set()

    threading.Thread(target=work, daemon=True).start()
    try:
        # Not Thread.join, which an interrupt lets believe that the thread has ended (Python 3.11); and not without a limit,
        # since a signal may reach another thread than this one, which then would not wake.
        while not finished.wait(0.1):
            pass
    except KeyboardInterrupt:
        con.interrupt()
        finished.wait(2)
        raise
    if failed:
        raise failed[0] from None
    return got[0]


def _relation(con: duckdb.DuckDBPyConnection, query: str) -> duckdb.DuckDBPyRelation:
    statements = con.extract_statements(query)
    if len(statements) != 1:
        raise QueryError(f"holds {counted(len(statements), 'statement')}; give one")
    try:
        answer = con.sql(query)
    except (duckdb.BinderException, duckdb.CatalogException):
        # DuckDB gives the place of a mistake only where the statement is executed.
        con.execute(query)
        raise
    if answer is None:
        raise QueryError("gives no rows; the published warehouse is for reading")
    return answer


def _explained(con: duckdb.DuckDBPyConnection, error: duckdb.Error) -> QueryError:
    """DuckDB's message in one line, what was meant, and its picture of the query."""
    lines = str(error).splitlines()
    at = next((n for n, line in enumerate(lines) if line.startswith("LINE ")), len(lines))
    messages = [line.strip() for line in lines[:at] if line.strip()]
    known = [
        names for line in messages if (match := _CANDIDATES.match(line)) for names in re.findall(r'"([^"]*)"', match[1])
    ]
    suggested = [match[1] for line in messages if (match := _SUGGESTED.match(line))]
    message = " ".join(line for line in messages if not _CANDIDATES.match(line) and not _SUGGESTED.match(line))
    unknown = _UNKNOWN.search(message)
    meant = ""
    if unknown:
        word = next(filter(None, unknown.groups())).rpartition(".")[2]
        if unknown["table"] and _is_declared(word):
            return QueryError(
                f"{word} is not in this copy, which another version of living-review made; living-review refresh makes it anew"
            )
        meant = did_you_mean(word, known) or did_you_mean(word, _names(con, "column" if unknown["column"] else "table"))
        meant = meant or (f"there is: {', '.join(known)}" if known else "living-review dictionary lists the tables")
    elif suggested:
        meant = f"did you mean '{suggested[0]}'?"
    message = re.sub(r"^[\w ]+ Error: ", "", message)
    return QueryError(message.rstrip("!.") + (f"; {meant}" if meant else ""), "\n".join(lines[at:]).rstrip())


def _is_declared(view: str) -> bool:
    from warehouse.other_version import is_declared  # noqa: PLC0415  slow to import, and only mistakes ask

    return is_declared(view)


def _names(con: duckdb.DuckDBPyConnection, kind: str) -> list[str]:
    """The names of all tables, or of all columns, that a query can read."""
    try:
        rows = con.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    except duckdb.Error:
        return []
    return sorted({table if kind == "table" else column for table, column in rows})

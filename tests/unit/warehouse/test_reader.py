"""Readers of the published warehouse: they read it, and nothing else; their mistakes are one line."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from schemas.errors import UserError
from warehouse.connect import memory, reader, writer
from warehouse.query import QueryError, fetch_first_rows, fetch_rows
from warehouse.schema import create_schema


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "warehouse.duckdb"
    with writer(path) as con:
        con.execute("CREATE TABLE report AS SELECT 'rep_' || i AS report_id, i AS year FROM range(3) AS r (i)")
    (path.parent / "secret.csv").write_text("a,b\n1,2\n")
    return path


@pytest.fixture
def con(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with reader(published) as found:
        yield found


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM report",
        "FROM report",
        "WITH r AS (FROM report) SELECT max(year) FROM r",
        "SUMMARIZE report",
        "DESCRIBE report",
        "SHOW TABLES",
        "EXPLAIN FROM report",
        "FROM duckdb_columns()",
        "-- a note\nSELECT 1;",
    ],
)
def test_reading_is_allowed(con, query: str) -> None:
    assert fetch_rows(con, query).height > 0


@pytest.mark.parametrize(
    "query",
    [
        "FROM read_csv('{folder}/secret.csv')",
        "FROM read_text('/etc/passwd')",
        "FROM '{folder}/secret.csv'",
        "FROM glob('{folder}/*')",
        "FROM read_parquet('https://example.org/a.parquet')",
        "COPY report TO '{folder}/out.csv'",
        "COPY (FROM report) TO '{folder}/out.parquet'",
        "EXPORT DATABASE '{folder}/out'",
        "IMPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/other.duckdb'",
        "ATTACH ':memory:' AS m; CREATE TABLE m.t AS FROM read_text('/etc/passwd')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET enable_external_access",
        "PRAGMA enable_external_access = true",
        "INSERT INTO report VALUES ('rep_9', 9)",
        "UPDATE report SET year = 0",
        "DELETE FROM report",
        "DROP TABLE report",
        "CREATE TABLE t AS SELECT 1",
        "CREATE OR REPLACE VIEW report AS SELECT 1",
        "CREATE SECRET (TYPE s3)",
    ],
)
def test_everything_else_is_refused_in_one_line(con, published: Path, query: str) -> None:
    before = sorted(published.parent.iterdir())
    with pytest.raises(UserError) as error:
        fetch_rows(con, query.format(folder=published.parent))
    assert str(error.value).startswith("query: ")
    assert "\n" not in str(error.value)
    assert sorted(published.parent.iterdir()) == before
    assert fetch_rows(con, "SELECT count(*) AS n FROM report")["n"].to_list() == [3]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT nothing FROM report", "nothing"),
        ("FROM zzz", "living-review dictionary lists the tables"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("", "0 statements"),
        ("SELECT year / FROM report", "syntax error"),
        ("SELECT CAST(report_id AS INTEGER) FROM report", "rep_0"),
    ],
)
def test_a_mistake_is_said_in_one_line_above_the_place(con, query: str, says: str) -> None:
    with pytest.raises(QueryError, match=says) as error:
        fetch_rows(con, query)
    first, *picture = str(error.value).splitlines()
    assert first.startswith("query: ")
    assert "LINE" not in first
    assert not picture or picture[0].startswith("LINE 1: ")


@pytest.mark.parametrize(
    ("query", "line", "marked"),
    [
        ("SELECT 1 AS a,\n  yaer\nFROM report", "LINE 2:   yaer", "yaer"),
        ("FROM\n reprots", "LINE 2:  reprots", "reprots"),
        ("SELECT 1 +\n, 2", "LINE 2: , 2", ","),
    ],
)
def test_a_mistake_is_marked_below_its_line(con, query: str, line: str, marked: str) -> None:
    with pytest.raises(QueryError) as error:
        fetch_rows(con, query)
    shown, below = error.value.picture.splitlines()
    assert shown == line
    assert below == " " * line.index(marked) + "^" * len(marked)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("FROM reprots", "report"),
        ("FROM Reports", "report"),
        ("SELECT yaer FROM report", "year"),
        ("SELECT r.reportid FROM report AS r", "report_id"),
        ("SELECT reprt.year FROM report", "report"),
        ("SELECT cuont(*) FROM report", "count"),
    ],
)
def test_a_name_that_is_close_is_suggested(con, query: str, meant: str) -> None:
    with pytest.raises(QueryError, match=f"did you mean '{meant}'"):
        fetch_rows(con, query)


class TestTheFirstRows:
    def test_and_how_many_more_there_are(self, con) -> None:
        frame, more = fetch_first_rows(con, "SELECT range AS n FROM range(10000)", 3)
        assert (frame["n"].to_list(), more) == ([0, 1, 2], 9997)

    def test_are_all_where_there_are_no_more(self, con) -> None:
        frame, more = fetch_first_rows(con, "FROM report ORDER BY year", 3)
        assert (frame["year"].to_list(), more) == ([0, 1, 2], 0)

    def test_of_none_have_their_columns(self, con) -> None:
        frame, more = fetch_first_rows(con, "FROM report WHERE false", 3)
        assert (frame.columns, frame.height, more) == (["report_id", "year"], 0, 0)


@pytest.fixture
def heeds_interrupts() -> Iterator[None]:
    """Where the tests were started in the background, the shell has had ctrl-c ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_interrupts")
def test_an_interrupt_ends_a_query_that_would_take_hours(con) -> None:
    """As ctrl-c does, by the signal; afterwards the connection answers again."""
    asked = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    asked.start()
    with pytest.raises(KeyboardInterrupt):
        fetch_rows(con, "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b")
    assert fetch_rows(con, "SELECT 1 AS one")["one"].to_list() == [1]


def test_what_has_no_room_in_memory_is_not_put_beside_the_warehouse(con, published: Path) -> None:
    place = fetch_rows(con, "SELECT current_setting('temp_directory') AS place")["place"].item()
    assert not Path(place).is_relative_to(published.parent)
    asked = "SELECT current_setting('temp_directory')"
    with closing(memory()) as one, closing(memory()) as other:
        places = [Path(made.execute(asked).fetchall()[0][0]) for made in (one, other)]
    assert places[0] != places[1] and all(path.is_absolute() for path in places)


def test_no_connection_draws_progress_between_the_rows(con, tmp_path: Path) -> None:
    with writer(tmp_path / "new.duckdb") as written:
        for one in (con, written, memory()):
            assert one.execute("SELECT current_setting('enable_progress_bar')").fetchall() == [(False,)]


def test_a_warehouse_that_is_not_there_or_broken_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="living-review update"), reader(tmp_path / "none.duckdb"):
        pass
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"this is not a database" * 1000)
    with pytest.raises(UserError, match="the next living-review update makes it again") as error, writer(broken):
        pass
    assert "\n" not in str(error.value)


def test_a_copy_of_another_version_is_told_in_one_line_with_the_way_out(published: Path, tmp_path: Path) -> None:
    """After an upgrade, until something is published: a view or column that the program asks for is not there yet."""
    old = tmp_path / "published" / "warehouse.duckdb"
    old.parent.mkdir()
    old.write_bytes(published.read_bytes())
    for query in ("FROM source_cover", "SELECT title FROM report"):
        with pytest.raises(UserError, match=r"another version of living-review.*refresh") as error, reader(old) as con:
            con.execute(query)
        assert f"living-review refresh {tmp_path}" in str(error.value)
        assert "\n" not in str(error.value)
    with reader(old) as con, pytest.raises(QueryError, match="living-review refresh"):
        fetch_rows(con, "FROM source_cover")


def test_a_mistake_in_todays_copy_stays_a_mistake(tmp_path: Path) -> None:
    today = tmp_path / "published" / "warehouse.duckdb"
    today.parent.mkdir()
    with writer(today) as con:
        create_schema(con)
    with pytest.raises(duckdb.CatalogException), reader(today) as con:
        con.execute("FROM no_such_view")

"""A copy that is renewed holds what one made from nothing holds, and keeps nothing that is to be hidden again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dictionary import tables
from tests.support.handmade import Handmade
from warehouse import publish as publishing
from warehouse.connect import reader, writer
from warehouse.materialise import materialise
from warehouse.publish import publish
from warehouse.renew_copy import renew_rows
from warehouse.schema import empty_warehouse

#: Few values, so that rows stand more than once on either side.
ROWS = st.lists(st.tuples(st.none() | st.integers(0, 2), st.none() | st.sampled_from(["", "a"])), max_size=8)


def two_databases(here: list[tuple[object, ...]], there: list[tuple[object, ...]]) -> duckdb.DuckDBPyConnection:
    """A table of two columns with these rows, and one in an attached database."""
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS published")
    for table, rows in (("main.t", here), ("published.main.t", there)):
        con.execute(f"CREATE TABLE {table} (number INTEGER, text VARCHAR)")
        for row in rows:
            con.execute(f"INSERT INTO {table} VALUES (?, ?)", row)
    return con


def held(con: duckdb.DuckDBPyConnection) -> Counter[tuple[object, ...]]:
    return Counter(con.execute("FROM published.main.t").fetchall())


@given(here=ROWS, there=ROWS)
def test_whatever_the_copy_held_it_holds_the_rows_of_the_select(here, there) -> None:
    con = two_databases(here, there)
    assert renew_rows(con, "published", {"main.t": "SELECT * FROM main.t WHERE number IS DISTINCT FROM 1"}, set())
    assert held(con) == Counter(row for row in here if row[0] != 1)


@given(here=ROWS, there=ROWS)
def test_a_masked_table_only_grows(here, there) -> None:
    con = two_databases(here, there)
    renewed = renew_rows(con, "published", {"main.t": "FROM main.t"}, {"main.t"})
    # Of a row that stands another number of times, all are taken out and put in again: that too is no growing.
    counts = Counter(here)
    assert renewed == all(counts[row] == n for row, n in Counter(there).items())
    assert not renewed or held(con) == counts


def test_a_copy_of_another_schema_is_not_renewed() -> None:
    con = two_databases([], [])
    con.execute("ALTER TABLE published.main.t ADD COLUMN more INTEGER")
    assert not renew_rows(con, "published", {"main.t": "FROM main.t"}, set())


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Handmade]:
    """A small warehouse, of which copies are renewed as of a large one."""
    monkeypatch.setattr(publishing, "_WORTH_RENEWING", 0)
    (tmp_path / "w.duckdb").write_bytes(empty_warehouse())
    with writer(tmp_path / "w.duckdb") as con:
        made = Handmade(con)
        for name in ("a", "b"):
            made.record(name)
        made.vote("a", "Ada", "exclude", reason="TOLD")
        made.vote("a", "Ben", "exclude", reason="TOLD")
        yield made


def contents(path: Path) -> dict[str, list[str]]:
    """The rows of every table and view of a copy, as texts, whatever their order."""
    with reader(path) as con:
        return {name: sorted(str(row) for row in con.execute(f"FROM {name}").fetchall()) for name in tables()}


def published(made: Handmade, path: Path) -> dict[str, list[str]]:
    materialise(made.con)
    publish(made.con, path)
    return contents(path)


def is_renewed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What each renewal says from now on: whether it could be done."""
    said: list[bool] = []

    def renew(*args) -> bool:
        said.append(renew_rows(*args))
        return said[-1]

    monkeypatch.setattr(publishing, "renew_rows", renew)
    return said


def test_what_is_new_comes_into_the_copy(made: Handmade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(made, tmp_path / "copy.duckdb")
    said = is_renewed(monkeypatch)
    made.record("c")
    assert published(made, tmp_path / "copy.duckdb") == published(made, tmp_path / "fresh.duckdb")
    assert said == [True]


def test_votes_that_end_a_report_s_waiting_come_into_the_copy(
    made: Handmade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published(made, tmp_path / "copy.duckdb")["core.screening_status"]
    said = is_renewed(monkeypatch)
    made.vote("b", "Ada", "include")
    assert published(made, tmp_path / "copy.duckdb")["core.screening_status"] == before, (
        "one of two votes shows nowhere"
    )
    made.vote("b", "Ben", "include")
    after = published(made, tmp_path / "copy.duckdb")
    assert after == published(made, tmp_path / "fresh.duckdb")
    assert after["core.screening_status"] != before
    assert said == [True, True]


def test_a_vote_that_is_to_be_hidden_again_is_not_in_the_file(
    made: Handmade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(made, tmp_path / "copy.duckdb")
    assert b"TOLD" in (tmp_path / "copy.duckdb").read_bytes()
    said = is_renewed(monkeypatch)
    made.con.execute("DELETE FROM core.decision WHERE reviewer = 'Ben'")
    assert published(made, tmp_path / "copy.duckdb")["core.decision"] == []
    assert b"TOLD" not in (tmp_path / "copy.duckdb").read_bytes()
    assert said == [False]


def test_a_copy_that_somebody_changed_is_put_right(made: Handmade, tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    right = published(made, copy)
    copy.chmod(0o600)
    with writer(copy) as con:
        con.execute("UPDATE core.record SET title = 'Another'; DELETE FROM core.report_record")
    assert contents(copy) != right
    assert published(made, copy) == right


@pytest.mark.parametrize("bytes_", [b"", b"no database at all"])
def test_a_damaged_copy_is_made_anew(made: Handmade, tmp_path: Path, bytes_: bytes) -> None:
    copy = tmp_path / "copy.duckdb"
    right = published(made, copy)
    copy.chmod(0o600)
    copy.write_bytes(bytes_)
    assert published(made, copy) == right

"""However records of one source are split into files: each row is a record or a repeat of one with a similar title."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.staged import load
from warehouse.connect import memory
from warehouse.content import hash_tables
from warehouse.schema import create_schema

#: Wholly different titles, each as several exports write it.
TITLES = (
    ("What orchard keepers say about apples in autumn", "WHAT ORCHARD KEEPERS SAY ABOUT APPLES IN AUTUMN."),
    ("Pear growers and the weather: an interview study", "Pear growers and the weather"),
    ("Décider ensemble : récits de soignants", "D?cider ensemble : r?cits de soignants"),
    ("Editorial", "Editorial."),
)
ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, len(TITLES) - 1), st.integers(0, 1), st.integers(0, 2)),
    min_size=1,
    max_size=14,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = memory()
    create_schema(con)
    yield con
    con.close()


def live(con: duckdb.DuckDBPyConnection, rows) -> dict[str, str]:
    """Loads the rows in their files, one after the other, and looks at every promise; the tables' content comes back."""
    con.execute("BEGIN")
    try:
        for file in range(3):
            of_file = [
                {"accession": str(accession), "title": TITLES[title][version], "authors": [f"Author{title}, A"]}
                for accession, title, version, at in rows
                if at == file
            ]
            loaded = load(con, f"f{file}", of_file, day=file)
            assert loaded.found == loaded.loaded == len(of_file)
        # Each row leads to a record of its accession whose title is one of the ways to write the row's own.
        found = con.execute(
            "SELECT d.arrival_id, d.position, r.record_id, r.accession, r.title "
            "FROM core.found_record AS d JOIN core.record AS r USING (record_id)"
        ).fetchall()
        assert len(found) == len(rows)
        position = dict.fromkeys(range(3), 0)
        expected = {}
        for accession, title, _, at in sorted(rows, key=lambda row: row[3]):
            position[at] += 1
            expected[at + 1, position[at]] = (str(accession), title)
        for file, place, _, accession, shown in found:
            assert expected[file, place] == (accession, next(n for n, ways in enumerate(TITLES) if shown in ways))
        # And two rows are one record exactly where they are of one accession and one title.
        assert len({record for _, _, record, _, _ in found}) == len(set(expected.values()))
        return hash_tables(con)
    finally:
        con.execute("ROLLBACK")


@settings(
    max_examples=examples(6, 12),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)
@given(ROWS)
def test_no_row_is_lost_and_a_rebuild_gives_the_same(con, rows) -> None:
    assert live(con, rows) == live(con, rows)

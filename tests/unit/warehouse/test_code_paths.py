"""A code's path: the names of all that is above it, as rulings on codes leave them, whatever delivery each of them is from."""

from __future__ import annotations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.schema import view_files

TABLES = """
CREATE SCHEMA core;
CREATE TABLE core.code (
    arrival_id BIGINT, code_id VARCHAR, guid VARCHAR, name VARCHAR, parent_id VARCHAR, path VARCHAR, position INTEGER, color VARCHAR,
    description VARCHAR, is_codable BOOLEAN
);
CREATE TABLE core.element_identity (arrival_id BIGINT, element VARCHAR, id VARCHAR, delivered_as VARCHAR, known_as VARCHAR);
CREATE TABLE core.set_aside (element VARCHAR, id VARCHAR);
CREATE TABLE core.unshared_code (code_id VARCHAR);
CREATE TABLE coding_project AS SELECT n AS arrival_id, TIMESTAMPTZ '2020-01-01 00:00:00Z' + INTERVAL 1 DAY * n AS received_at
FROM range(1, 4) AS r (n);
"""
CODES = 9
#: Of each code the one above it, by number (none: itself or a later one), and its project.
TREES = st.lists(st.tuples(st.integers(0, CODES - 1), st.integers(1, 3)), min_size=CODES, max_size=CODES)
RULINGS = st.lists(st.tuples(st.integers(0, CODES - 1), st.integers(0, CODES - 1)), max_size=4)


def fill(con: duckdb.DuckDBPyConnection, tree: list[tuple[int, int]], rulings: list[tuple[int, int]]) -> None:
    """Projects with these trees; each ruling has its second code, and what was ruled to be that one, known as its first."""
    known = list(range(CODES))
    for kept, other in rulings:
        known = [known[kept] if now == known[other] else now for now in known]
    paths: list[str] = []
    for n, (above, project) in enumerate(tree):
        parent = above if above < n and tree[above][1] == project else None
        paths.append(f"n{n}" if parent is None else f"{paths[parent]} / n{n}")
        code = [project, f"c{n}", f"g{n}", f"n{n}", None if parent is None else f"c{parent}", paths[n], n + 1]
        con.execute("INSERT INTO core.code VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, true)", code)
        con.execute(
            "INSERT INTO core.element_identity VALUES (?, 'code', ?, ?, ?)", [project, f"c{n}", f"c{n}", f"c{known[n]}"]
        )


@given(tree=TREES, rulings=RULINGS)
@settings(max_examples=60, deadline=None)
def test_a_path_is_the_names_of_all_that_is_above_at_every_step(
    tree: list[tuple[int, int]], rulings: list[tuple[int, int]]
) -> None:
    views = dict(view_files())
    with duckdb.connect() as con:
        con.execute(TABLES)
        fill(con, tree, rulings)
        con.execute(views["code"])
        con.execute(views["code_ancestor"])
        above = {
            id: (name, parent)
            for id, name, parent in con.execute("SELECT code_id, name, parent_id FROM code").fetchall()
        }
        by_ancestors = """
        SELECT a.code_id, string_agg(k.name, ' / ' ORDER BY a.depth DESC)
        FROM code_ancestor AS a JOIN code AS k ON k.code_id = a.ancestor_id GROUP BY ALL
        """
        paths = dict(con.execute("SELECT code_id, path FROM code").fetchall())
        assert paths == dict(con.execute(by_ancestors).fetchall())
    for id, path in paths.items():
        names, at, passed = [], id, set()
        while at is not None and at not in passed:
            passed.add(at)
            names.insert(0, above[at][0])
            at = above[at][1]
        assert path == " / ".join(names)


def test_two_rulings_one_above_the_other_are_both_in_the_path() -> None:
    """Project 1: n0, below it n1, below that n2. Project 2: n3, below it n4; project 3: n5. n1 is n4, and n3 is n5."""
    tree = [(0, 1), (0, 1), (1, 1), (3, 2), (3, 2), (5, 3), (6, 3), (7, 3), (8, 3)]
    views = dict(view_files())
    with duckdb.connect() as con:
        con.execute(TABLES)
        fill(con, tree, [(4, 1), (5, 3)])
        con.execute(views["code"])
        assert con.execute("SELECT path FROM code WHERE code_id IN ('c2', 'c4') ORDER BY 1").fetchall() == [
            ("n5 / n4",), ("n5 / n4 / n2",)
        ]  # fmt: skip

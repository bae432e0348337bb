"""The codebook where two codes of projects were ruled to be one."""

from __future__ import annotations

from tests.support.handmade import Handmade


def test_what_was_below_a_code_that_is_another_now_is_below_that_one(made: Handmade) -> None:
    projects = {
        7: [("t", "Trust", None, "t"), ("s", "Trust / slow", "t", "s")],
        8: [
            ("r", "Reliance", None, "t"),
            ("b", "Reliance / blind", "r", "b"),
            ("a", "Reliance / blind / again", "b", "a"),
        ],
    }
    for arrival, codes in projects.items():
        made.arrival(arrival)
        made.con.execute("INSERT INTO core.project VALUES (?, 'P', 'T', NULL, 'd')", [arrival])
        made.con.execute(
            "INSERT INTO core.project_relation VALUES (?, ?, 'first', true, NULL, false, '')", [arrival, f"p{arrival}"]
        )
        for position, (id, path, parent, known_as) in enumerate(codes, start=1):
            name = path.split(" / ")[-1]
            row = [arrival, id, id, name, parent, path, position]
            made.con.execute("INSERT INTO core.code VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, true)", row)
            made.con.execute(
                "INSERT INTO core.element_identity VALUES (?, 'code', ?, ?, ?)", [arrival, id, id, known_as]
            )
    assert made.con.execute("SELECT path, parent_id FROM code ORDER BY path").fetchall() == [
        ("Trust", None), ("Trust / blind", "t"), ("Trust / blind / again", "b"), ("Trust / slow", "t")
    ]  # fmt: skip

"""Cover of sources: shares with exact intervals, and the cheapest set that found every included report."""

from __future__ import annotations

from itertools import chain, combinations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.publish.cover import read_cover
from tasks.screen import cover
from tasks.screen.cover import FoundBySet, find_cheapest_set, measure_cover
from tests.support.handmade import Handmade

SOURCES = "abcde"
found_sets = st.dictionaries(
    st.frozensets(st.sampled_from(SOURCES), min_size=1), st.tuples(st.integers(1, 9), st.integers(0, 9)), max_size=12
).map(lambda rows: [FoundBySet(sources, max(n, k), k) for sources, (n, k) in rows.items()])


def cost(found: list[FoundBySet], chosen: frozenset[str]) -> int:
    return sum(one.reports for one in found if one.sources & chosen)


def covers(found: list[FoundBySet], chosen: frozenset[str]) -> bool:
    return all(one.sources & chosen for one in found if one.included)


@given(found_sets)
def test_the_cheapest_set_is_the_cheapest_of_all(found: list[FoundBySet]) -> None:
    best = find_cheapest_set(found)
    every = [frozenset(s) for s in chain.from_iterable(combinations(SOURCES, n) for n in range(1, len(SOURCES) + 1))]
    costs = [cost(found, chosen) for chosen in every if covers(found, chosen)]
    if not any(one.included for one in found):
        assert best is None
    else:
        assert best is not None
        assert covers(found, frozenset(best.sources))
        assert best.reports == cost(found, frozenset(best.sources)) == min(costs)


@given(found_sets)
def test_a_set_that_is_built_step_by_step_finds_all_too(found: list[FoundBySet]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cover, "MOST_TRIED", 0)
        best = find_cheapest_set(found)
    assert best is None or covers(found, frozenset(best.sources))


@pytest.fixture
def made(empty: duckdb.DuckDBPyConnection) -> Handmade:
    """Four included reports: two that MEDLINE alone found, one that both, one that only Embase or the registry found."""
    made = Handmade(empty)
    for number, (report, source) in enumerate(
        (
            ("a", "medline"),
            ("b", "medline"),
            ("c", "medline"),
            ("c", "embase"),
            ("d", "embase"),
            ("d", "registry"),
            ("x", "registry"),
        )
    ):
        made.record(
            f"{report}{number}",
            report=f"{report}{next(n for n, (r, _) in enumerate(ORDER) if r == report)}",
            source=source,
        )
    for report in ("a0", "b1", "c2", "d4"):
        for stage in ("title-abstract", "full-text"):
            made.vote(report, "Ada", "include", stage)
            made.vote(report, "Ben", "include", stage)
    return made


ORDER = (("a", ""), ("b", ""), ("c", ""), ("c", ""), ("d", ""), ("d", ""), ("x", ""))


def test_what_each_source_and_set_found_alone(made: Handmade) -> None:
    from warehouse.materialise import materialise

    materialise(made.con)
    measure_cover(made.con)
    query = "SELECT source, included, found, alone, round(alone_low, 3), round(alone_high, 3) FROM source_cover"
    assert made.con.execute(query).fetchall() == [
        ("medline", 4, 3, 2, 0.068, 0.932),
        ("embase", 4, 2, 0, 0.0, 0.602),
        ("registry", 4, 1, 0, 0.0, 0.602),
    ]  # fmt: skip
    sets = dict(made.con.execute("SELECT array_to_string(sources, '+'), within FROM source_set_cover").fetchall())
    assert sets == {"medline": 2, "embase+medline": 3, "embase+registry": 1, "registry": 0}
    assert made.con.execute("FROM cheapest_sources").fetchall() == [(["embase", "medline"], 4, 5, 4, True)]
    (sentence,) = read_cover(made.con).sentences()
    assert sentence == (
        "embase + medline is the cheapest set of sources that would have found every one of 4 included reports: 4 of 5 reports to screen."
    )


def test_it_is_measured_anew_only_where_something_changed(made: Handmade, monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse.materialise import materialise

    materialise(made.con)
    measure_cover(made.con)
    monkeypatch.setattr(cover, "exact_interval", lambda *_: pytest.fail("measured again"))
    measure_cover(made.con)

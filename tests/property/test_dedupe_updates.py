"""However the records came, in whatever batches and order, and whatever was ruled and undone meanwhile: the reports are the same."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.dedupe.generate import Record, records
from tasks.deduplicate import run, standalone, weights
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.run import deduplicate

#: Records that meet and clash in many ways: generated ones, and the table of traps, whose records share title, authors and DOI.
TRAPS = tomllib.loads((Path(__file__).parents[1] / "unit" / "deduplicate" / "pairs.toml").read_text(encoding="utf-8"))
POOL = [
    *records(50, seed=7),
    *(
        Record(f"t{n}{side}", 0, **{f: (TRAPS["base"] | pair.get(side, {})).get(f) or None for f in Record._fields[2:]})
        for n, pair in enumerate(TRAPS["pair"])
        for side in "ab"
    ),
]
FIELDS = ("id", "source", "author", "title", "year", "journal", "volume", "number", "pages", "abstract", "doi", "isbn")
Outcome = tuple[list[tuple[str, str]], list[tuple[object, ...]], list[tuple[object, ...]]]


@pytest.fixture(autouse=True)
def _low_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over-full keys among a hundred records, so that they come and go in the test."""
    monkeypatch.setattr(weights, "CAP", 12)


def connect() -> duckdb.DuckDBPyConnection:
    con = standalone.connect()
    con.execute("CREATE TABLE said (id_a VARCHAR, id_b VARCHAR, verdict VARCHAR)")
    return con


def put(con: duckdb.DuckDBPyConnection, batch: list[Record]) -> None:
    con.executemany("DELETE FROM dedupe_input WHERE id = ?", [[record.id] for record in batch])
    rows = [[getattr(record, field) for field in FIELDS] for record in batch]
    con.executemany(f"INSERT INTO dedupe_input ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})", rows)


def outcome(con: duckdb.DuckDBPyConnection) -> Outcome:
    return (
        con.execute("SELECT id, cluster FROM dedupe.cluster ORDER BY ALL").fetchall(),
        con.execute("SELECT id_a, id_b, outcome, round(score, 6), why FROM dedupe.verdict ORDER BY ALL").fetchall(),
        con.execute("SELECT * FROM dedupe.overfull ORDER BY ALL").fetchall(),
    )


def history(random: Random, updates: int) -> None:
    """A pool of records in some updates, with strangers and rulings that come and go, against all of it at once."""
    pool = random.sample(POOL, len(POOL))
    pairs = sorted(tuple(sorted(random.sample([r.id for r in pool], 2))) for _ in range(6))
    rulings = [(a, b, random.choice(["same", "distinct"])) for a, b in pairs]

    grown = connect()
    passing = pool[0]._replace(title="An interim title that a source gave and took back")
    put(grown, [passing, *random.sample(pool[1:], 3)])
    deduplicate(grown)
    for n in range(updates):
        share = pool[n * len(pool) // updates : (n + 1) * len(pool) // updates]
        put(grown, share)
        strangers = [record._replace(id=f"x{record.id}") for record in random.sample(pool, 5)]
        put(grown, strangers)
        grown.execute("DELETE FROM said")
        grown.executemany("INSERT INTO said VALUES (?, ?, ?)", random.sample(rulings, 3))
        deduplicate(grown, rulings="said")
        grown.executemany("DELETE FROM dedupe_input WHERE id = ?", [[record.id] for record in strangers])
    grown.execute("DELETE FROM said")
    grown.executemany("INSERT INTO said VALUES (?, ?, ?)", rulings)
    deduplicate(grown, rulings="said")

    fresh = connect()
    put(fresh, random.sample(pool, len(pool)))
    fresh.executemany("INSERT INTO said VALUES (?, ?, ?)", rulings)
    deduplicate(fresh, rulings="said")

    assert outcome(grown) == outcome(fresh)


HISTORIES = given(st.randoms(use_true_random=False), st.integers(1, 3))
QUIET = [HealthCheck.function_scoped_fixture]


@settings(max_examples=2, suppress_health_check=QUIET)
@HISTORIES
def test_any_history_gives_the_reports_that_all_at_once_gives(random: Random, updates: int) -> None:
    history(random, updates)


@pytest.mark.soak
@settings(max_examples=100, suppress_health_check=QUIET)
@HISTORIES
def test_many_histories(random: Random, updates: int) -> None:
    history(random, updates)


def test_a_second_run_on_the_same_records_changes_nothing() -> None:
    con = connect()
    put(con, POOL)
    deduplicate(con)
    before = outcome(con)
    summary = deduplicate(con)
    assert (summary.indexed, summary.removed, summary.compared) == (0, 0, 0)
    assert outcome(con) == before


def test_another_policy_is_a_full_rerun_and_back_again() -> None:
    con = connect()
    put(con, POOL)
    deduplicate(con)
    before = outcome(con)
    merged = deduplicate(con, replace(Policy(), preprint="merge", conference_abstract="merge", erratum="merge"))
    assert merged.reports < len({cluster for _, cluster in before[0]})
    deduplicate(con)
    assert outcome(con) == before


def test_rulings_override_and_their_undoing_restores() -> None:
    con = connect()
    put(con, POOL)
    deduplicate(con)
    before = outcome(con)
    by_cluster: dict[str, list[str]] = {}
    for record, cluster in before[0]:
        by_cluster.setdefault(cluster, []).append(record)
    together = next(members for members in by_cluster.values() if len(members) == 2)
    apart = sorted(by_cluster)[:2]
    con.execute("INSERT INTO said VALUES (?, ?, 'distinct'), (?, ?, 'same')", [*together, *apart])
    deduplicate(con, rulings="said")
    home = dict(con.execute("SELECT id, cluster FROM dedupe.cluster").fetchall())
    assert home[together[0]] != home[together[1]]
    assert home[apart[0]] == home[apart[1]]
    con.execute("DELETE FROM said")
    deduplicate(con, rulings="said")
    assert outcome(con) == before


def test_a_run_that_died_is_made_good_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = connect()
    put(fresh, POOL)
    deduplicate(fresh)
    con = connect()
    put(con, POOL[:40])
    deduplicate(con)
    put(con, POOL)
    with monkeypatch.context() as broken:
        broken.setattr(run, "resolve", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deduplicate(con)
    deduplicate(con)
    assert outcome(con) == outcome(fresh)


def of_one_title(first: int, last: int) -> list[Record]:
    """Records of one title that share no other key and no place: their pairs stand and fall with the title's key."""
    title = "Annual report of the fictional device registry to its members"
    nothing = dict.fromkeys(Record._fields[2:])
    return [Record(f"k{n:02}", 0, **nothing | {"title": title, "year": str(1950 + n)}) for n in range(first, last)]


def test_a_key_that_becomes_over_full_takes_its_pairs_with_it_and_gives_them_back() -> None:
    few, more = of_one_title(0, 8), of_one_title(8, 16)
    few[1] = few[1]._replace(year=None)  # nothing against it: it is in a pair with each of the others
    con = connect()
    put(con, few)
    deduplicate(con)
    with_few = outcome(con)
    assert with_few[1]
    put(con, more)
    deduplicate(con)
    all_at_once = connect()
    put(all_at_once, [*few, *more])
    deduplicate(all_at_once)
    assert outcome(con) == outcome(all_at_once)
    assert not outcome(con)[1]
    con.executemany("DELETE FROM dedupe_input WHERE id = ?", [[record.id] for record in more])
    deduplicate(con)
    assert outcome(con) == with_few


def test_a_ruling_joins_what_was_certain_whole_and_shows_what_gave_way() -> None:
    nothing = dict.fromkeys(Record._fields[2:])
    place = {"year": "2014", "journal": "Northern Nursing", "volume": "7", "number": "1", "pages": "55-61"}
    one = (
        nothing
        | place
        | {"title": "Night alarms and the sleep of spouses: diaries from forty households", "author": "Brandt, Otto"}
    )
    other = one | {
        "year": "2016",
        "volume": "9",
        "pages": "120-128",
    }  # another place: a veto against each of the first two
    con = connect()
    put(
        con,
        [
            Record(f"{side}{n}", 0, **fields | {"source": f"source {n}"})
            for side, fields in (("a", one), ("b", other))
            for n in (1, 2)
        ],
    )
    deduplicate(con)
    before = outcome(con)
    assert before[0] == [("a1", "a1"), ("a2", "a1"), ("b1", "b1"), ("b2", "b1")]
    con.execute("INSERT INTO said VALUES ('a1', 'b2', 'same')")
    deduplicate(con, rulings="said")
    assert outcome(con)[0] == [(record, "a1") for record in ("a1", "a2", "b1", "b2")]
    verdicts = {(a, b): (found, why) for a, b, found, _, why in outcome(con)[1]}
    assert verdicts["a1", "b2"][1].endswith("ruled same")
    for pair in (("a1", "b1"), ("a2", "b1"), ("a2", "b2")):
        assert verdicts[pair][0] == "same"
        assert verdicts[pair][1].endswith("gives way to the ruling that a1 and b2 are the same")
    con.execute("DELETE FROM said")
    deduplicate(con, rulings="said")
    assert outcome(con) == before

"""Merging a search: who found a record first, and which version of it stands, whatever the order in which files come."""

from __future__ import annotations

import itertools

import pytest

from tests.support.staged import load

OLD = {"accession": "1", "title": "Of apples", "volume": "1"}
NEW = {"accession": "1", "title": "Of apples and pears", "volume": "2"}


@pytest.fixture
def con(empty):
    return empty


def record_of(con, accession: str) -> tuple:
    query = (
        "SELECT 'f' || event_id - 1, title, volume, date_diff('day', first_executed_at, last_executed_at) "
        "FROM core.record JOIN core.search USING (search_id) WHERE accession = ?"
    )
    (row,) = con.execute(query, [accession]).fetchall()
    return row


def record(con) -> tuple:
    return record_of(con, "1")


@pytest.mark.parametrize("order", list(itertools.permutations(["f0", "f5", "f9"])), ids="".join)
def test_the_first_search_found_it_and_the_last_says_what_it_is(con, order: tuple[str, ...]) -> None:
    said = {"f0": OLD, "f5": OLD | {"title": "Of Apples"}, "f9": NEW}
    for file in order:
        load(con, file, [said[file]], day=int(file[1:]))
    assert record(con) == ("f0", "Of apples and pears", "2", 9)


@pytest.mark.parametrize("order", ["f1 f2", "f2 f1"])
def test_of_two_searches_at_one_time_the_order_of_loading_does_not_decide(con, order: str) -> None:
    for file in order.split():
        load(con, file, [{"f1": OLD, "f2": NEW}[file]])
    query = "SELECT (SELECT min(search_id) FROM core.search), (SELECT max(raw_sha256) FROM core.record_raw)"
    assert con.execute("SELECT search_id, raw_sha256 FROM core.record").fetchall() == con.execute(query).fetchall()


def test_of_two_versions_in_one_search_one_stands_whatever_their_order(con) -> None:
    load(con, "f1", [OLD, NEW])
    first = record(con)
    load(con, "f2", [NEW, OLD], day=1)
    assert record(con)[1:3] == first[1:3]
    assert con.execute("SELECT raw_sha256 FROM core.record").fetchall() == [
        max(con.execute("SELECT raw_sha256 FROM core.record_raw").fetchall())
    ]


def test_every_delivery_is_kept_and_every_text_once(con) -> None:
    load(con, "f1", [OLD, NEW])
    load(con, "f2", [OLD], day=1)
    found = con.execute(
        "SELECT 'f' || event_id - 1, position FROM core.found_record JOIN core.search USING (search_id) ORDER BY ALL"
    ).fetchall()
    assert found == [("f1", 1), ("f1", 2), ("f2", 1)]
    assert con.execute("SELECT count(*) FROM core.record_raw").fetchall() == [(2,)]


def test_a_search_says_what_it_found(con) -> None:
    load(con, "f1", [OLD, OLD | {"accession": "2"}])
    load(con, "f2", [], day=1)
    load(con, "f3", [NEW], day=2)
    counts = con.execute(
        "SELECT 'f' || event_id - 1, found, loaded, quarantined FROM core.search ORDER BY ALL"
    ).fetchall()
    assert counts == [("f1", 2, 2, 0), ("f2", 0, 0, 0), ("f3", 1, 1, 0)]


@pytest.mark.parametrize("day", [1, 9], ids=["an earlier search", "a later search"])
def test_another_record_is_left_alone(con, day: int) -> None:
    load(con, "f5", [OLD, OLD | {"accession": "2"}], day=5)
    query = "SELECT * FROM core.record WHERE accession = '2'"
    before = con.execute(query).fetchall()
    load(con, f"f{day}", [NEW], day=day)
    assert con.execute(query).fetchall() == before != []
    assert record_of(con, "1")[0] == min("f5", f"f{day}")


def test_one_search_of_two_databases_counts_each_by_itself(con) -> None:
    records = [OLD, OLD | {"accession": "2"}, OLD | {"source": "embase"}]
    loaded = load(con, "f1", records, failed={"medline": 1, "embase": 3, "registry": 2})
    assert (loaded.found, loaded.loaded, loaded.quarantined, loaded.new) == (9, 3, 6, 3)
    counts = con.execute("SELECT source, found, loaded, quarantined FROM core.search ORDER BY ALL").fetchall()
    assert counts == [("embase", 4, 1, 3), ("medline", 3, 2, 1), ("registry", 2, 0, 2)]
    kept = con.execute(
        "SELECT q.source, s.source, count(*) FROM core.quarantine AS q JOIN core.search AS s USING (search_id) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert kept == [("embase", "embase", 3), ("medline", "medline", 1), ("registry", "registry", 2)]
    delivered = con.execute(
        "SELECT source, count(*) FROM core.found_record JOIN core.search USING (search_id) GROUP BY ALL ORDER BY ALL"
    )
    assert delivered.fetchall() == [("embase", 1), ("medline", 2)]

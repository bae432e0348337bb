"""The same accession with a wholly different title is another record: kept apart, and told."""

from __future__ import annotations

import pytest

from tests.support.staged import load

APPLES = {"accession": "1", "title": "What orchard keepers say about apples in autumn", "authors": ["Testperson, Tess"]}
PEARS = {"accession": "1", "title": "Pear growers and the weather: an interview study", "authors": ["Beispiel, Bo"]}
PLUMS = {"accession": "1", "title": "Plum brandy", "authors": ["Ficticia, Fe"]}
WHERE = {"year": 2019, "volume": "12", "pages": "244-258", "journal": "Journal of Invented Care"}
ABSTRACT = {
    "abstract": "Twelve orchard keepers in Nowhereland told how they decide when apples are ripe, and what frost does."
}


@pytest.fixture
def con(migrated):
    migrated.execute("BEGIN")
    yield migrated
    migrated.execute("ROLLBACK")


def titles(con) -> list[tuple[str, str]]:
    return con.execute("SELECT identity, title FROM core.record ORDER BY identity").fetchall()


def test_in_one_file(con):
    loaded = load(con, "a", [APPLES, PEARS, PLUMS, PEARS])
    assert (loaded.found, loaded.loaded, loaded.new) == (4, 4, 3)
    assert titles(con) == [("acc2:1", PEARS["title"]), ("acc3:1", PLUMS["title"]), ("acc:1", APPLES["title"])]
    ((file, problem),) = loaded.problems
    assert (file, problem.severity, problem.line) == (1, "warning", 2)
    assert problem.message.startswith("3 records bear the accession of another record, with a wholly different title")
    assert PEARS["title"] in problem.message


def test_in_a_later_file_and_again_in_one_after_it(con):
    assert load(con, "a", [APPLES]).problems == []
    assert load(con, "b", [PEARS], day=1).new == 1
    assert load(con, "c", [{**PEARS, "title": PEARS["title"].upper()}, APPLES], day=2).new == 0
    assert titles(con) == [("acc2:1", PEARS["title"].upper()), ("acc:1", APPLES["title"])]


def test_each_is_a_record_of_its_own_with_its_raw_text_and_its_deliveries(con):
    load(con, "a", [APPLES, PEARS])
    for table in ("found_record", "record_raw"):
        rows = con.execute(f"SELECT count(*), count(DISTINCT record_id) FROM core.{table}").fetchall()
        assert rows == [(2, 2)], table


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({**APPLES, "title": "WHAT ORCHARD KEEPERS SAY ABOUT APPLES IN AUTUMN."}, id="letters and signs"),
        pytest.param({**APPLES, "title": "Apples in autumn"}, id="fewer words"),
        pytest.param({**APPLES, "title": "Wh?t ?rch?rd k??p?rs s?y ?bout ?ppl?s in ?utumn"}, id="letters lost"),
        pytest.param({**APPLES, "title": "???? ???????"}, id="all letters lost"),
        pytest.param({**PEARS, "title": None}, id="no title"),
        pytest.param({**PEARS, "doi": "10.5555/apples"}, id="its DOI"),
        pytest.param({**PEARS, **ABSTRACT}, id="its abstract"),
        pytest.param(
            {**APPLES, **WHERE, "title": "Mitä hedelmätarhurit kertovat"}, id="its authors, year, volume and page"
        ),
        pytest.param({**PEARS, **WHERE}, id="its journal, year, volume and page"),
    ],
)
def test_what_is_the_same_record_all_the_same(con, other):
    load(con, "a", [{**APPLES, **WHERE, **ABSTRACT, "doi": "10.5555/apples"}])
    problems = load(con, "b", [other], day=1).problems
    assert [problem for _, problem in problems if "accession" in problem.message] == []
    assert len(titles(con)) == 1


def test_another_author_on_the_same_page_number_is_no_proof(con):
    load(con, "a", [{**APPLES, "pages": "1-9"}, {**PEARS, "pages": "1-9"}])
    assert len(titles(con)) == 2


def test_identities_that_are_a_hash_of_the_fields_are_left_alone(con):
    rows = [{**APPLES, "identity": f"sha:{'1' * 64}"}] * 2
    assert load(con, "a", rows).problems == []

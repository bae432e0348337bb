"""The known-item check: which source missed which study."""

from __future__ import annotations

import duckdb
import pytest

from schemas.errors import UserError
from tasks.search.known_items import check_known, list_missed, read_known


@pytest.fixture
def warehouse():
    """Two sources with records, and one that was searched and found nothing."""
    con = duckdb.connect()
    con.execute("CREATE TABLE main.search (source VARCHAR)")
    con.execute("INSERT INTO main.search VALUES ('medline'), ('cinahl'), ('hmic')")
    con.execute("CREATE TABLE main.record (source VARCHAR, doi VARCHAR, pmid VARCHAR, title VARCHAR)")
    con.executemany(
        "INSERT INTO main.record VALUES (?, ?, ?, ?)",
        [
            ["medline", "10.5555/a", "90000001", "Doors: a study"],
            ["cinahl", None, None, "Doors — A Study."],
            ["cinahl", None, "90000002", "Qué dicen las enfermeras"],
        ],
    )
    yield con
    con.close()


@pytest.fixture
def listed(tmp_path):
    def read(text):
        file = tmp_path / "known.csv"
        file.write_text(text, encoding="utf-8")
        return read_known(file)

    return read


def test_each_known_item_is_looked_for_in_each_source(warehouse, listed):
    known, problems = listed(
        "DOI,PMID,Title\n"
        "https://doi.org/10.5555/A,,Doors: a study\n"
        ",,QUE DICEN LAS ENFERMERAS\n"
        "10.5555/nowhere,,A study that nobody found\n"
        ",,\n,0,\n"
    )
    checked = check_known(warehouse, known)
    found = {(row["line"], row["source"]): row["recognised_by"] for row in checked.filter("found").to_dicts()}
    assert found == {(2, "medline"): "doi", (2, "cinahl"): "title", (3, "cinahl"): "title"}
    assert checked.height == 9
    assert list_missed(checked) == ["line 4: A study that nobody found was found by no source"]
    assert [str(problem) for problem in problems] == ["known.csv:6: names no DOI, no PMID and no title"]


def test_a_pmid_alone_is_enough(warehouse, listed):
    known, _ = listed("pmid\n90000002\n")
    assert check_known(warehouse, known).filter("found")["source"].to_list() == ["cinahl"]


def test_a_list_of_something_else_is_refused(listed):
    with pytest.raises(UserError, match="none of the columns doi, pmid, title"):
        listed("colour,size\nred,1\n")

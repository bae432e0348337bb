"""A file that counts for another source than before: the ids that its records bore lead to today's."""

from __future__ import annotations

import polars as pl
import pytest

from tasks.identify import identify
from tasks.load.identity import record_id
from tests.support.staged import load

APPLES = {"accession": "1", "title": "What orchard keepers say about apples in autumn", "authors": ["Testperson, Tess"]}
PEARS = {"accession": "1", "title": "Pear growers and the weather: an interview study", "authors": ["Beispiel, Bo"]}


@pytest.fixture
def con(migrated):
    migrated.execute("BEGIN")
    yield migrated
    migrated.execute("ROLLBACK")


def named(source: str, identity: str) -> str:
    return str(record_id(pl.Series([source]), pl.Series([identity]))[0])


def reports(con) -> None:
    con.execute("DELETE FROM core.report_record")
    con.execute("INSERT INTO core.report_record SELECT record_id, 'rep_' || substr(record_id, 2) FROM core.record")


def test_a_decision_about_the_old_id_is_about_todays_record(con):
    load(con, "a", [APPLES, PEARS], former_sources=["embase", "old-name"])
    reports(con)
    for identity in ("acc:1", "acc2:1"):
        today = named("medline", identity)
        for source in ("embase", "old-name"):
            old = named(source, identity)
            for key in (old, "rep_" + old[1:], "stu_" + old[1:]):
                answer = identify(con, pl.DataFrame([{"key": key}])).row(0, named=True)
                assert (answer["match"], answer["record_id"]) == ("matched", today), key


def test_the_name_that_it_has_is_no_alias(con):
    load(con, "a", [APPLES], former_sources=["medline"])
    assert con.execute("FROM core.record_alias").fetchall() == []


def test_an_id_that_another_record_bears_today_is_that_records(con):
    load(con, "a", [APPLES], former_sources=["embase"])
    load(con, "b", [APPLES], source="embase")
    reports(con)
    bears = named("embase", "acc:1")
    assert con.execute("FROM record_alias").fetchall() == []
    assert con.execute("FROM report_alias").fetchall() == []
    assert identify(con, pl.DataFrame([{"key": bears}])).row(0, named=True)["record_id"] == bears

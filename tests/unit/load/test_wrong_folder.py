"""An export that lies in another source's folder: its records count there, and somebody is told."""

from __future__ import annotations

from tests.support.exports import Rec, ovid
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import writer

RECORDS = [Rec("2019-10001-001", "Of apples"), Rec("2019-10002-002", "Of pears")]
PSYCINFO = '\n[[source]]\nname = "psycinfo"\ndatabase = "PsycINFO"\nplatform = "Ovid"\n\n[eligibility]'


def sources(small: SmallReview) -> list[tuple[str, int]]:
    with writer(small.review.warehouse) as con:
        return con.execute("SELECT source, count(*) FROM core.record GROUP BY ALL ORDER BY ALL").fetchall()


def test_records_of_a_database_that_the_protocol_lacks_count_for_the_folder_and_are_told(tmp_path):
    small = SmallReview(tmp_path)
    small.drop("exports/medline/mistaken.ris", ovid(RECORDS, database="psyc16"))
    (said,) = small.update()
    assert (said.severity, said.name) == ("warning", "exports/medline/mistaken.ris")
    assert said.message.startswith("2 records say that they are of PsycINFO, and count for MEDLINE")
    assert sources(small) == [("medline", 2)]


def test_records_of_another_source_of_the_protocol_are_that_sources(tmp_path):
    small = SmallReview(tmp_path, PROTOCOL.replace("\n[eligibility]", PSYCINFO))
    small.drop("exports/medline/mixed.ris", ovid(RECORDS, database="psyc16"))
    assert small.update() == []
    assert sources(small) == [("psycinfo", 2)]


def test_records_of_the_folders_own_database_need_no_word(tmp_path):
    small = SmallReview(tmp_path)
    small.search("medline", "right", [Rec("1", "Of apples")])
    small.search("pubmed", "right", [Rec("2", "Of pears")])
    assert small.update() == []

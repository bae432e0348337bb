"""An export that lies in another source's folder: its records count there, and somebody is told."""

from __future__ import annotations

from tasks.review.manage_deliveries import assign_delivery
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


def test_records_of_another_source_of_the_protocol_are_that_sources_and_told(tmp_path):
    small = SmallReview(tmp_path, PROTOCOL.replace("\n[eligibility]", PSYCINFO))
    small.drop("exports/medline/mixed.ris", ovid(RECORDS, database="psyc16") + ovid([Rec("3", "Of plums")], first=3))
    (said,) = small.update()
    ((delivery,),) = small.rows("SELECT arrival_id FROM core.arrival WHERE kind = 'export'")
    assert (said.severity, said.name) == ("warning", "exports/medline/mixed.ris")
    assert said.message == (
        "2 of its 3 records say that they are of PsycINFO, and count for 'psycinfo'; if the whole file is: "
        f"living-review deliveries assign {delivery} psycinfo"
    )
    assert sources(small) == [("medline", 1), ("psycinfo", 2)]


def test_a_file_assigned_to_the_source_that_its_records_name_needs_no_word(tmp_path):
    small = SmallReview(tmp_path, PROTOCOL.replace("\n[eligibility]", PSYCINFO))
    small.drop("exports/medline/mistaken.ris", ovid(RECORDS, database="psyc16"))
    assert len(small.update()) == 1
    assign_delivery(small.review, "exports/medline/mistaken.ris", "psycinfo", "Ada")
    assert small.update() == []
    assert sources(small) == [("psycinfo", 2)]


def test_a_source_is_the_database_under_any_of_its_names(tmp_path):
    protocol = PROTOCOL.replace('database = "MEDLINE"', 'database = "Ovid MEDLINE(R) ALL"')
    small = SmallReview(tmp_path, protocol.replace("\n[eligibility]", PSYCINFO))
    small.drop("exports/psycinfo/mistaken.ris", ovid([Rec("1", "Of apples")], database="med26"))
    small.drop("exports/medline/right.ris", ovid([Rec("2", "Of pears")], database="med26"))
    (said,) = small.update()
    assert said.message.startswith("1 of its 1 record says that it is of MEDLINE, and counts for 'medline'; ")
    assert sources(small) == [("medline", 2)]


def test_a_piece_of_a_search_may_hold_records_of_two_sources(tmp_path):
    small = SmallReview(tmp_path, PROTOCOL.replace("\n[eligibility]", PSYCINFO))
    small.drop(
        "exports/medline/mixed 51-53.ris",
        ovid(RECORDS, first=51, database="psyc16") + ovid([Rec("3", "Of plums")], first=53),
    )
    assert len(small.update()) == 2
    assert small.rows("SELECT position, count(DISTINCT search_id) FROM split_search GROUP BY ALL") == [(1, 2)]


def test_records_of_the_folders_own_database_need_no_word(tmp_path):
    small = SmallReview(tmp_path)
    small.search("medline", "right", [Rec("1", "Of apples")])
    small.search("pubmed", "right", [Rec("2", "Of pears")])
    assert small.update() == []

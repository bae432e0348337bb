"""Report ids: named after the record that was found first, and no id that was ever given is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from schemas.event import DuplicateRuling, DuplicateUndo
from tests.support.exports import Rec
from tests.support.reviews import SmallReview

APPLES = Rec("1", "What orchard keepers say about apples in autumn", doi="10.5555/apples")
SAME = Rec("9000001", "What orchard keepers say about apples in autumn.", doi="10.5555/apples")
PEARS = Rec("2", "Pear growers and the weather: an interview study", ("Beispiel, Bo",), 2015, pages=("1", "9"))


@pytest.fixture
def small(tmp_path: Path) -> SmallReview:
    return SmallReview(tmp_path)


def reports(small: SmallReview) -> dict[str, str]:
    """Accession of each record → the report that it stands for."""
    return dict(small.rows("SELECT accession, report_id FROM record"))


def known(small: SmallReview) -> dict[str, str]:
    """Every id that may be used → the report it means today."""
    return dict(small.rows("SELECT report_id, report_id FROM report UNION ALL FROM report_alias"))


def rule(small: SmallReview, one: str, other: str, verdict: str) -> int:
    ids = dict(small.rows("SELECT accession, record_id FROM record"))
    ruling = DuplicateRuling(record_id_a=ids[one], record_id_b=ids[other], verdict=verdict)
    return small.review.log.append(ruling, "Ada").seq


def test_a_report_is_named_after_the_record_that_was_found_first(small: SmallReview) -> None:
    small.search("medline", "a", [APPLES, PEARS], date(2020, 2, 1))
    small.search("cinahl", "b", [SAME], date(2020, 1, 1))
    small.update()
    found = reports(small)
    (founder,) = small.rows("SELECT 'rep_' || substr(record_id, 2) FROM record WHERE accession = '9000001'")
    assert found == {"1": founder[0], "9000001": founder[0], "2": found["2"]}
    assert found["2"] != founder[0]


def test_a_later_delivery_does_not_rename_it(small: SmallReview) -> None:
    small.search("medline", "a", [APPLES], date(2020, 1, 1))
    small.update()
    before = reports(small)["1"]
    small.search("cinahl", "b", [SAME], date(2020, 2, 1))
    small.update()
    assert set(reports(small).values()) == {before}


def test_an_older_search_that_comes_in_late_does_and_the_old_id_is_an_alias(small: SmallReview) -> None:
    small.search("medline", "a", [APPLES], date(2020, 2, 1))
    small.update()
    before = reports(small)["1"]
    small.search("cinahl", "b", [SAME], date(2020, 1, 1))
    small.update()
    (now,) = set(reports(small).values())
    assert now != before
    assert known(small) == {now: now, before: now}


def test_ids_live_through_a_merge_a_split_and_a_ruling_taken_back(small: SmallReview) -> None:
    small.search("medline", "a", [APPLES, PEARS])
    small.update()
    apples, pears = reports(small)["1"], reports(small)["2"]

    ruling = rule(small, "1", "2", "same")
    small.update()
    (merged,) = set(reports(small).values())
    assert merged in (apples, pears)
    assert known(small) == {apples: merged, pears: merged}

    small.review.log.append(DuplicateUndo(ruling=ruling), "Ada")
    small.update()
    assert reports(small) == {"1": apples, "2": pears}
    assert known(small) == {apples: apples, pears: pears}


def test_a_ruling_splits_what_was_joined_and_each_half_keeps_its_name(small: SmallReview) -> None:
    small.search("medline", "a", [APPLES], date(2020, 1, 1))
    small.search("cinahl", "b", [SAME], date(2020, 1, 2))
    small.update()
    (joined,) = set(reports(small).values())
    rule(small, "1", "9000001", "distinct")
    small.update()
    found = reports(small)
    assert found["1"] == joined
    assert found["9000001"] != joined
    assert known(small) == {report: report for report in found.values()}


def test_decisions_stay_with_the_record_that_they_were_made_on(small: SmallReview) -> None:
    small.search("medline", "a", [APPLES, PEARS])
    small.update()
    before = reports(small)
    small.drop(
        "decisions/title-abstract/ada.csv",
        f"report_id,reviewer,verdict\n{before['1']},Ada,include\n{before['2']},Ada,exclude\n",
    )
    small.update()
    ruling = rule(small, "1", "2", "same")
    small.update()
    assert small.rows("SELECT count(DISTINCT report_id), count(*) FROM screening_decision") == [(1, 2)]
    small.review.log.append(DuplicateUndo(ruling=ruling), "Ada")
    small.update()
    assert dict(small.rows("SELECT report_id, verdict FROM screening_decision")) == {
        before["1"]: "include",
        before["2"]: "exclude",
    }


def test_what_its_first_record_leaves_out_another_record_says(small: SmallReview) -> None:
    small.search("medline", "a", [replace(APPLES, doi="")], date(2020, 1, 1))
    small.search("cinahl", "b", [SAME], date(2020, 2, 1))
    small.update()
    assert small.rows("SELECT records, title, doi FROM report") == [(2, APPLES.title, "10.5555/apples")]

"""Corrections: a value put right stays right, says who and why, and is taken back as easily; what came in stays as it is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from flows.commands.correct import FIELDS
from schemas.errors import UserError
from schemas.event import RecordCorrection, Withdrawal
from tasks.review.correct import correct_record, read_value, undo_correction
from tests.support.exports import Rec
from tests.support.reviews import SmallReview

APPLES = Rec("1", "What orchard keepers say about apples", doi="10.5555/apples", abstract="As the source has it.")
PEARS = Rec("2", "Pear growers and the weather", ("Ficticia, Fe",), 2015, pages=("1", "9"))
WHY = "the journal's page says so"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    small = SmallReview(tmp_path_factory.mktemp("correct") / "review")
    small.search("medline", "january", [APPLES, PEARS])
    small.update()
    small.publish()
    return small


@pytest.fixture
def small(made: SmallReview, tmp_path: Path) -> SmallReview:
    """Two records of MEDLINE, published."""
    shutil.copytree(made.review.root, tmp_path / "review")
    return SmallReview(tmp_path / "review")


def correct(small: SmallReview, field: str, value: str, key: str = "1") -> int:
    made = correct_record(small.review, key, field=field, value=value, why=WHY, reviewer="ada")
    return made.entry.seq


def shown(small: SmallReview, field: str, accession: str = "1") -> tuple:
    """The value in record and report, and whether each says that it was corrected."""
    query = f"SELECT r.{field}, p.{field}, r.corrected, p.corrected FROM record r JOIN report p USING (report_id) WHERE r.accession = ?"
    (row,) = small.rows(query.replace("?", f"'{accession}'"))
    return row


def deliver(small: SmallReview, month: int, *records: Rec) -> None:
    """The source's export again, of a later month."""
    small.search("medline", f"month-{month}", records, date(2020, month, 6))


def state(small: SmallReview) -> list[str]:
    return [row[0] for row in small.rows("SELECT state FROM record_correction")]


def test_what_is_missing_is_completed_and_says_who_when_and_why(small: SmallReview) -> None:
    seq = correct(small, "abstract", " Growers  tell of hail.\n\n And of frost. ", key="2")
    assert small.update() == []
    assert shown(small, "abstract", "2") == ("Growers tell of hail.\nAnd of frost.",) * 2 + (["abstract"],) * 2
    assert small.rows("SELECT seq, field, source_value, reviewer, why, state FROM record_correction") == [
        (seq, "abstract", None, "Ada", WHY, "holds")
    ]


def test_what_came_in_stays_as_it_is(small: SmallReview) -> None:
    raw = small.rows("SELECT raw FROM core.record_raw ORDER BY record_id")
    correct(small, "title", "What orchard keepers do not say")
    small.update()
    assert small.rows("SELECT raw FROM core.record_raw ORDER BY record_id") == raw


@pytest.mark.parametrize(
    ("field", "value", "held"),
    [
        ("authors", "Beispiel, Bo; Ejemplo, Eva", ["Beispiel, Bo", "Ejemplo, Eva"]),
        ("year", "2018", 2018),
        ("doi", "https://doi.org/10.5555/APPLES-2.", "10.5555/apples-2"),
        ("doi", "", None),
    ],
)
def test_values_are_held_as_records_hold_them(small: SmallReview, field: str, value: str, held: object) -> None:
    correct(small, field, value)
    small.update()
    assert shown(small, field)[0] == held


def test_it_acts_before_records_are_compared(small: SmallReview) -> None:
    """A record that stood for the apples turns out to be of plums."""
    small.search("pubmed", "a", [replace(APPLES, accession="98000001")])
    small.update()
    small.publish()
    assert len(small.rows("FROM report")) == 2
    correct(small, "title", "Plums: a survey of gardeners in Nowhereland", key="98000001")
    correct(small, "doi", "10.5555/plums", key="98000001")
    small.update()
    assert small.derived.anew == ""
    assert len(small.rows("FROM report")) == 3
    assert small.hashes() == small.rebuilt()


def test_it_outlives_new_deliveries_and_grown_and_derived_anew_are_the_same(small: SmallReview) -> None:
    correct(small, "abstract", "As it is.")
    small.update()
    deliver(small, 3, replace(APPLES, volume="13"))
    assert small.update() == []
    assert small.derived.anew == ""
    assert shown(small, "abstract")[0] == "As it is."
    assert shown(small, "volume")[0] == "13"
    assert small.hashes() == small.rebuilt()


def test_a_delivery_that_gives_the_corrected_value_ends_it_as_needless(small: SmallReview) -> None:
    correct(small, "abstract", "As it is.")
    small.update()
    deliver(small, 3, replace(APPLES, abstract="As it is."))
    assert small.update() == []
    assert state(small) == ["needless"]
    assert shown(small, "abstract") == ("As it is.", "As it is.", None, None)
    assert small.hashes() == small.rebuilt()


def test_a_delivery_that_gives_another_value_is_told_and_the_correction_holds(small: SmallReview) -> None:
    seq = correct(small, "abstract", "As it is.")
    small.update()
    deliver(small, 3, replace(APPLES, abstract="Something else."))
    (told,) = small.update()
    assert "'Something else.'; the correction holds" in told.message
    assert f"living-review correct {seq} --undo" in told.message
    assert shown(small, "abstract")[0] == "As it is."
    assert small.hashes() == small.rebuilt()
    small.publish()
    correct(small, "abstract", "As it is.")
    assert small.update() == []
    assert state(small) == ["holds"]


def test_what_searches_changed_is_told_by_what_the_source_gave(small: SmallReview) -> None:
    correct(small, "abstract", "As it is.")
    small.update()
    deliver(small, 3, replace(APPLES, abstract="As the source has it now."))
    small.update()
    assert small.rows("SELECT before, after FROM record_change") == [
        ("As the source has it.", "As the source has it now.")
    ]


def test_it_is_taken_back_and_the_one_before_it_counts_again(small: SmallReview) -> None:
    first = correct(small, "abstract", "First.")
    second = correct(small, "abstract", "Second.")
    small.update()
    assert shown(small, "abstract")[0] == "Second."
    undo_correction(small.review, second, "Ada")
    small.update()
    assert shown(small, "abstract")[0] == "First."
    undo_correction(small.review, first, "Ada")
    small.update()
    assert shown(small, "abstract") == ("As the source has it.", "As the source has it.", None, None)
    with pytest.raises(UserError, match="taken back already"):
        undo_correction(small.review, first, "Ada")


def test_a_correction_of_a_record_that_is_gone_is_kept_and_told(small: SmallReview) -> None:
    correct(small, "abstract", "As it is.")
    small.update()
    (arrival,) = small.rows("SELECT arrival_id FROM core.arrival WHERE kind = 'export'")
    small.review.log.append(Withdrawal(arrival=arrival[0]), "Ada")
    told = [problem.message for problem in small.update() if "corrects abstract" in problem.message]
    assert len(told) == 1
    assert state(small) == ["no record"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("year", "spring", "'spring' is no year"),
        ("year", "20190", "'20190' is no year"),
        ("doi", "apples", "'apples' is no doi"),
        ("pmid", "apples", "'apples' is no pmid"),
        ("type", "novel", "'novel' is no type"),
        ("issn", "1", "'1' is no issn"),
    ],
)
def test_a_value_that_its_field_cannot_hold_is_refused(field: str, value: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        read_value(field, value)


def test_what_is_refused_is_not_logged(small: SmallReview) -> None:
    head = small.review.log.head()
    for key, field, value, says in (
        ("1", "doi", "10.5555/apples", "its source gives that doi already"),
        ("nobody", "doi", "10.5555/x", "no record is known as 'nobody'"),
    ):
        with pytest.raises(UserError, match=says):
            correct(small, field, value, key)
    assert small.review.log.head() == head


def test_the_command_offers_the_events_fields() -> None:
    assert get_args(RecordCorrection.model_fields["field"].annotation) == FIELDS

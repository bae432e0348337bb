"""The gates of reading: no row comes in that its model does not vouch for, and none is lost there."""

from __future__ import annotations

import pandera.errors
import polars as pl
import pytest

from schemas.frames import dtypes, frame_of
from schemas.record import ParsedRecord
from tasks.load.validate import UNUSABLE, validate
from tests.support.staged import parsed


def frame(*records: dict) -> pl.DataFrame:
    """Records as they come from a reader, unchecked."""
    rows = [
        parsed({"source": "medline", "accession": str(n), "title": "Of apples"} | record, n)
        for n, record in enumerate(records, start=1)
    ]
    return pl.DataFrame(rows, schema=dtypes(ParsedRecord), orient="row")


def test_what_keeps_the_contract_comes_in_as_it_is() -> None:
    records = frame({"doi": "10.5555/a", "year": 2019}, {})
    good, bad, aside = validate(records)
    assert good.equals(records)
    assert (bad.height, aside.height) == (0, 0)


@pytest.mark.parametrize(
    ("field", "value"), [("doi", "apples"), ("pmid", "12x"), ("year", 3019), ("issn", "12"), ("type", "pamphlet")]
)
def test_a_value_that_breaks_its_contract_is_set_aside_and_told_and_the_record_comes_in(
    field: str, value: object
) -> None:
    good, bad, aside = validate(frame({}, {field: value, "volume": "7"}))
    assert good.select(field, "volume").rows() == [(None, None), (None, "7")]
    assert bad.height == 0
    assert aside.rows() == [(2, f"not a {field}", str(value))]


@pytest.mark.parametrize(
    ("field", "value"), [("record_id", "r1"), ("identity", "1"), ("raw_sha256", "x"), ("position", 0)]
)
def test_a_record_whose_own_marks_are_wrong_is_quarantined_with_the_reason(field: str, value: object) -> None:
    good, bad, _ = validate(frame({}, {field: value}))
    assert good.height == bad.height == 1
    assert field in bad["reason"][0]
    assert bad["raw"].to_list() == ["TI  - Of apples"]


def test_a_record_without_anything_that_identifies_it_is_quarantined() -> None:
    empty = frame({}).with_columns(title=None, accession=None).cast({"title": pl.String, "accession": pl.String})
    assert validate(empty)[1]["reason"].to_list() == [UNUSABLE]
    for field, value in (("doi", "10.5555/a"), ("pmid", "7"), ("abstract", "Of apples"), ("title", "Of apples")):
        assert validate(empty.with_columns(pl.lit(value).alias(field)))[0].height == 1


def test_a_bad_doi_is_nothing_that_identifies_a_record() -> None:
    empty = (
        frame({"doi": "apples"})
        .with_columns(title=None, accession=None)
        .cast({"title": pl.String, "accession": pl.String})
    )
    good, bad, aside = validate(empty)
    assert (good.height, bad["reason"].to_list(), aside.height) == (0, [UNUSABLE], 1)


def test_rows_of_our_own_making_that_break_their_model_are_refused() -> None:
    with pytest.raises(pandera.errors.SchemaErrors):
        frame_of(
            ParsedRecord, [parsed({"source": "medline", "accession": "1", "title": "Of apples", "doi": "apples"}, 1)]
        )

"""Codings go out: as a project that this review takes for its own, and as tables that count nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tasks.review.export_codings import export_project, read_matrix, read_memos, read_quotes
from tasks.synthesise.refi_qda import read_project
from tests.support.cli import living_review
from tests.support.codings import write_project
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import reader

TITLE = "Nurses on community care for personality disorder"
OTHER = "A talk that nobody coded"
TALK = "Trust grows slowly. Doubt stays on the ward. Hope is a plan. " * 4
CODED = [("Ada", TITLE, "hope", 45, 60), ("Ben", TITLE, "hope", 45, 58), ("Ada", TITLE, "trust", 0, 19)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallReview]:
    """Two included reports' texts: one that Ada and Ben coded, one segment alike, and one that nobody coded."""
    small = SmallReview(tmp_path_factory.mktemp("export") / "review")
    small.search("medline", "a", [Rec("1", TITLE), Rec("2", OTHER)])
    votes = [
        f"{n},{stage},{who},include"
        for n in (1, 2)
        for stage in ("title-abstract", "full-text")
        for who in ("Ada", "Ben")
    ]
    small.drop("decisions/votes.csv", "\n".join(["id,stage,reviewer,verdict", *votes]))
    small.drop("coding/talk.qdpx", write_project({TITLE: TALK, OTHER: "Nothing."}, CODED, codes=["fear"]))
    small.update()
    small.publish()
    yield small


def test_an_exported_project_names_documents_and_codes_as_the_review_does(small: SmallReview, tmp_path: Path) -> None:
    out = tmp_path / "out.qdpx"
    with reader(small.review.published_warehouse) as con:
        export_project(con, out, name="Invented talk")
    found = read_project(out)
    columns = ["document_id", "code_id", "coder", "start_char", "end_char", "quote"]
    of_review = small.rows(f"SELECT {', '.join(columns)} FROM coding ORDER BY ALL")
    assert found.coding.select(columns).sort(columns).rows() == of_review
    assert found.code["name"].to_list() == ["fear", "hope", "trust"]


def test_what_is_exported_can_be_one_coders_or_what_counts(small: SmallReview, tmp_path: Path) -> None:
    with reader(small.review.published_warehouse) as con:
        ben, _ = export_project(con, tmp_path / "ben.qdpx", name="x", coders=["ben"])
        final, _ = export_project(con, tmp_path / "final.qdpx", name="x", final=True)
    assert ben.coding["coder"].to_list() == ["Ben"]
    assert sorted(final.coding.select("coder", "start_char").rows()) == [("Ada", 0), ("Ada", 45)]


def test_tables_hold_each_quote_once_and_every_case(small: SmallReview) -> None:
    with reader(small.review.published_warehouse) as con:
        assert read_quotes(con).select("code", "coder", "quote").rows() == [
            ("hope", "Ada", "Hope is a plan."),
            ("trust", "Ada", "Trust grows slowly."),
        ]
        by_document = read_matrix(con, case="document", counts=False).drop("document_id")
        assert by_document.to_dicts() == [
            {"document": OTHER, "fear": 0, "hope": 0, "trust": 0},
            {"document": TITLE, "fear": 0, "hope": 1, "trust": 1},
        ]
        for case in ("study", "report", "coder"):
            counted = read_matrix(con, case=case, counts=True)
            assert counted.select(pl.sum_horizontal("fear", "hope", "trust").sum()).item() == 2
        assert read_memos(con).height == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["x.foo"], "'x.foo' ends in none of .qdpx"),
        (["x.qdc", "--final"], "--final goes with a project"),
        (["x.qdpx", "--counts"], "--counts goes with a table"),
        (["x.qdpx", "--of", "Bern"], "did you mean 'Ben'?"),
    ],
)
def test_a_mistake_is_one_line(small: SmallReview, arguments: list[str], says: str) -> None:
    done = living_review("coding", "export", str(small.review.root), *arguments)
    assert done.code != 0
    assert says in done.err

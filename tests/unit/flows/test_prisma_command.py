"""The flow of each version as a view, and of what is new since one (`prisma --since`), from the command line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.cli import living_review
from tests.support.exports import Rec
from tests.support.reviews import SmallReview


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """One version: of two reports one is included by both reviewers and waits for its full text, one waits for a vote."""
    small = SmallReview(tmp_path_factory.mktemp("prisma") / "orchards")
    small.search("medline", "first", [Rec("1", "Of apples"), Rec("2", "Of pears")])
    small.drop(
        "decisions/title-abstract/votes.csv", "id,reviewer,verdict\n1,Ada,include\n1,Ben,include\n2,Ada,exclude\n"
    )
    small.update()
    small.publish_version()
    return small


@pytest.fixture
def root(small: SmallReview) -> Path:
    return small.review.root


def test_the_view_of_versions_has_what_as_of_gives(small: SmallReview, root: Path) -> None:
    past = csv.DictReader(io.StringIO(living_review("prisma", root, "--as-of", "1", "--format", "csv").out))
    counted = Counter()
    for row in past:
        counted[row["box"]] += int(row["n"])
    assert dict(small.rows("SELECT box, n FROM prisma_version WHERE version = 1")) == counted


def test_what_is_new_since_a_version(root: Path) -> None:
    said = living_review("prisma", root, "--since", "1", "--format", "csv")
    n = {row["box"]: row["n"] for row in csv.DictReader(io.StringIO(said.out))}
    assert (n["identified_databases"], n["carried_over"], n["awaiting_screening"]) == ("0", "2", "1")
    waits = living_review("prisma", root, "--since", "1", "--list", "carried_over").out
    assert waits.count("awaiting a verdict then") == 2
    assert "Previous studies" in living_review("prisma", root, "--since", "1").out


def test_a_version_that_comes_after_the_other(root: Path) -> None:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    said = living_review("prisma", root, "--since", today, "--as-of", "1")
    assert said.code == 2
    assert "lies after" in said.line

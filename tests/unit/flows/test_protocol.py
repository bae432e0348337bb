"""review.toml: a mistake is one line with the file and the line it stands on, whatever command meets it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from schemas.protocol_screening import Screening
from tests.support.cli import living_review
from tests.support.reviews import PROTOCOL, SmallReview


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('question = "What', 'registraton = "X"\nquestion = "What', 3, "registraton"),
        ('title = "A small review"\n', "", 1, "'review.title' is missing"),
        ('question = "What', "question = What", 3, "not valid TOML"),
        ('platform = "EBSCO"', "platform = 7", 13, "source.1.platform"),
        ('platform = "EBSCO"', 'platform = "EBSCO"\nwindow_to = "June"', 14, "window_to"),
        ('platform = "EBSCO"', 'platform = "EBSCO"\nwindow_from = 2020-01-01\nwindow_to = 2019-01-01', 10, "is after"),
        ('platform = "EBSCO"', 'platform = "EBSCO"\nwindow_to = 2020-02-30', 14, "not valid TOML"),
        ('platform = "EBSCO"', 'platform = "EBSCO"\nservice = "gopher"', 14, "service"),
        ('platform = "EBSCO"', 'platform = "EBSCO"\nservice = "ncbi"', 10, "needs a strategy"),
        ('name = "cinahl"', 'name = "medline"', 11, "source 'medline' stands twice"),
        ('question = "What', 'qestion = "What', 3, "did you mean 'question'?"),
        ('platform = "EBSCO"', 'platform = "EBSCO"\nwindow_to = 31.12.2019', 14, "a date is written as 2020-01-31"),
        ('name = "cinahl"', 'name = "CINAHL!"', 11, "source.1.name"),
        ('method = "websites"', 'method = "dreams"', 24, "source.3.method"),
        ("[screening]", "[screning]", 41, "screning"),
        ('include = ["Anything."]', "include = []", 27, "eligibility.include"),
        ('reviewers = ["Ada", "Ben"]', "[screening.title-abstract]\nvotes = 9", 43, "votes"),
        ('reviewers = ["Ada", "Ben"]', "[screening.title-abstract]\nsecond_vote_of_excluded = 0.2", 42, "votes = 1"),
        ('reviewers = ["Ada", "Ben"]', '[schedule]\ncron = "daily"', 43, "cron"),
        ('reviewers = ["Ada", "Ben"]', '[schedule]\ncron = "99 6 1 * *"', 43, "Bad minute"),
        ('reviewers = ["Ada", "Ben"]', '[schedule]\ncron = "0 6 31 2 *"', 43, "cron"),
        ('reviewers = ["Ada", "Ben"]', '[schedule]\ntimezone = "Europe/Nowhere"', 43, "no time zone"),
        ('reviewers = ["Ada", "Ben"]', '[appraisal]\nchecklist = "caps"', 43, "there is no checklist 'caps'"),
    ],
)
def test_names_the_line(tmp_path: Path, old: str, new: str, line: int | None, says: str) -> None:
    assert old in PROTOCOL
    SmallReview(tmp_path, PROTOCOL.replace(old, new, 1))
    said = living_review("update", tmp_path)
    assert said.code == 2
    assert says in said.line
    where = f"review.toml:{line}: " if line else "review.toml:"
    assert where in said.line, said.line
    assert not (tmp_path / "warehouse.duckdb").exists()
    assert living_review("status", tmp_path).line == said.line, "status says what would stop the next update"


def test_a_platform_that_is_nearly_a_known_one_is_a_warning(tmp_path: Path) -> None:
    small = SmallReview(tmp_path, PROTOCOL.replace('platform = "EBSCO"', 'platform = "EBSC0"'))
    (warning,) = small.review.protocol().warnings
    assert "review.toml:13: source 'cinahl': platform 'EBSC0' is not known; is it 'EBSCO'?" in warning


def test_any_other_name_is_a_platform(tmp_path: Path) -> None:
    small = SmallReview(tmp_path, PROTOCOL.replace('platform = "EBSCO"', 'platform = "OvidSP"'))
    assert small.review.protocol().warnings == []


def test_another_encoding_is_named(tmp_path: Path) -> None:
    small = SmallReview(tmp_path)
    small.review.protocol_path.write_bytes(PROTOCOL.replace("invented", "erfündene").encode("latin-1"))
    said = living_review("status", tmp_path)
    assert said.code == 2
    assert "UTF-8" in said.line


def test_a_window_that_ends_before_the_others_is_a_warning(example: Path, tmp_path: Path) -> None:
    """The odd end date of ASSIA in the published protocol."""
    small = SmallReview(tmp_path, (example / "review.toml").read_text(encoding="utf-8"))
    (warning,) = small.review.protocol().warnings
    assert "review.toml:" in warning
    assert "source 'assia': its window ends 2019-01-31, while others end 2019-12-31" in warning


@pytest.mark.parametrize("table", ["", "[screening.full-text]\nvotes = 1\n[screening.title-abstract]\nvotes = 1\n"])
def test_a_rule_that_says_one_thing_leaves_the_others_as_they_are_without_it(table: str) -> None:
    screening = Screening.model_validate(tomllib.loads(table).get("screening", {}))
    assert (screening.full_text.reasons, screening.full_text.maybe) == ("required", "conflict")
    assert (screening.title_abstract.reasons, screening.title_abstract.maybe) == ("optional", "include")

"""A small review whose reports are included, with a form and a checklist that two people fill in for each."""

from __future__ import annotations

from pathlib import Path

from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview, made_once

FORMS = """
[extraction]
extractors = ["Ada", "Ben", "Cem"]
extractors_per_study = 2

[[extraction.field]]
name = "country"
label = "Country"
required = true

[[extraction.field]]
name = "sample"
label = "Number of people"
type = "number"
unit = "people"

[[extraction.field]]
name = "setting"
label = "Setting"
type = "choice"
options = ["ward", "community"]

[[extraction.field]]
name = "methods"
label = "Methods"
type = "choices"
options = ["interviews", "focus groups"]

[appraisal]
checklist = "two-questions"
appraisers = ["Ada", "Ben"]
appraisers_per_report = 2

[[appraisal.own]]
name = "two-questions"
title = "Two questions"
answers = { yes = ["y"], no = ["n"], unclear = [] }

[[appraisal.own.item]]
number = 1
short = "aims"
question = "Were the aims clear?"

[[appraisal.own.item]]
number = 2
short = "strengths"
question = "What are its strengths?"
open = true
"""
TITLES = ("Apples and nurses", "Pears on the ward", "Plums at home", "Quinces in spring")


@made_once
def make_included_review(root: Path, protocol: str = PROTOCOL + FORMS) -> SmallReview:
    """A published review with an included report of each title; both screened all."""
    small = SmallReview(root, protocol)
    records = [
        Rec(str(n), title, (f"Author{n}, A",), 2000 + n, pages=(str(n), "99")) for n, title in enumerate(TITLES, 1)
    ]
    small.search("medline", "a", records)
    votes = "".join(
        f"{n},{stage},{who},include\n"
        for n in range(1, len(TITLES) + 1) for stage in ("title-abstract", "full-text") for who in ("Ada", "Ben")
    )  # fmt: skip
    small.drop("decisions/votes.csv", f"id,stage,reviewer,verdict\n{votes}")
    assert refresh(small.review, "test", Steps()).errors == []
    return small

"""A small review whose texts are to be coded on the page: one by Ada and Ben both, one by Ada alone, one that is no report's."""

from __future__ import annotations

from pathlib import Path

from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.codings import Coded, write_project
from tests.support.exports import Rec
from tests.support.page import TEAM
from tests.support.reviews import SmallReview, made_once

BOTH = "Nurses on community care for personality disorder"
HERS = "Time on the ward and what people make of it"
NOBODYS = "Field notes"
#: With letters beyond the basic plane, and accents that are characters of their own.
TALK = (
    "Trust 🌱 grows slowly, the cafe\u0301 says.\nDoubt stays on the ward.\n\n👩‍⚕️ Hope is a plan, said 𝒜nna; hope again.\n"
    * 3
)
PLAN = """
[coding]
coders = ["Ada", { name = "Ben", aliases = ["BE"] }, "Cora"]
double_coded = 0
independent = true

[[coding.assignment]]
report = "1"
coders = ["Ada", "Ben"]

[[coding.assignment]]
report = "2"
coders = ["Ada"]
"""
OLD = (("BE", HERS, "hope", 0, 5), ("Ada", HERS, "trust", 8, 20))


@made_once
def make_coding_review(root: Path, codings: tuple[Coded, ...] = OLD, talk: str = TALK) -> SmallReview:
    """The review, published: two included reports, their texts in a project that already holds a few codings of the second."""
    small = SmallReview(root, TEAM + PLAN)
    small.search(
        "medline", "a", [Rec(str(n), title, pages=(str(n), f"{n}9")) for n, title in enumerate((BOTH, HERS), 1)]
    )
    votes = "".join(
        f"{n},{stage},{who},include\n"
        for n in (1, 2)
        for stage in ("title-abstract", "full-text")
        for who in ("Ada", "Ben")
    )
    small.drop("decisions/votes.csv", f"id,stage,reviewer,verdict\n{votes}")
    small.drop(
        "coding/talk.qdpx", write_project({BOTH: talk, HERS: talk, NOBODYS: talk}, list(codings), codes=["fear"])
    )
    publish(small)
    return small


def publish(small: SmallReview) -> None:
    """Publishes what the log says, for everybody and for the team."""
    assert refresh(small.review, "test", Steps()).errors == []

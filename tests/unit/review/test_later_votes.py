"""A vote shows at once, without a run, exactly as the next run will show it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.event import ScreeningDecision
from tasks.review.judge import clear_decisions, decide, undo_decision
from tasks.review.later_votes import NO_VOTES, read_later_votes
from tasks.review.queue import read_queue
from tasks.review.status import read_status
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.examples import examples
from tests.support.exports import Rec
from tests.support.reviews import SmallReview

TITLES = ("Apples", "Pears", "Plums")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """Three reports; Ada has voted on the apples, by a decision of the command line."""
    small = SmallReview(tmp_path_factory.mktemp("votes"))
    records = [
        Rec(str(n), title, (f"Author{n}, A",), 2000 + n, pages=(str(n), "99")) for n, title in enumerate(TITLES, 1)
    ]
    small.search("medline", "a", records)
    refresh(small.review, "test", Steps())
    decide(small.review, "1", stage="title-abstract", verdict="include", reviewer="Ada")
    assert refresh(small.review, "test", Steps()).errors == []
    return small


@pytest.fixture
def small(published: SmallReview, tmp_path: Path) -> SmallReview:
    shutil.copytree(published.review.root, tmp_path / "review")
    return SmallReview(tmp_path / "review", published.review.protocol_path.read_text())


def overlaid(small: SmallReview) -> dict[tuple[str, str], str]:
    """(title, stage) → status, as published, with what later votes change."""
    query = "SELECT report_id, stage, status FROM screening_status ORDER BY ALL"
    later = read_later_votes(small.review).statuses.rows()
    changed = {report for report, _, _ in later}
    return {(report, stage): status for report, stage, status in small.rows(query) if report not in changed} | {
        (report, stage): status for report, stage, status in later
    }


def queues(small: SmallReview) -> dict[str, list[tuple[str, str, str]]]:
    """Reviewer → (stage, work, report) of what is theirs to do."""
    work = {who: read_queue(small.review, who, ranked=False) for who in ("Ada", "Ben")}
    return {who: frame.select("stage", "work", "report_id").sort(pl.all()).rows() for who, frame in work.items()}


def test_nothing_was_decided_since(small: SmallReview) -> None:
    later = read_later_votes(small.review)
    assert later.statuses.is_empty()
    assert later.updated_by(NO_VOTES).entries == ()


def test_a_second_vote_closes_the_report_and_one_taken_back_opens_it(small: SmallReview) -> None:
    waits = dict(read_status(small.review).waiting.select("waits", "reports").rows())
    assert waits == {"awaiting votes": 3, "for Ada": 2, "for Ben": 3}
    entry, names = decide(small.review, "1", stage="title-abstract", verdict="include", reviewer="Ben")
    assert names.title is not None and names.title.startswith("Apples")
    assert set(read_later_votes(small.review).statuses.get_column("status")) == {"included", "awaiting"}
    waits = read_status(small.review).waiting.select("stage", "waits", "reports").rows()
    assert ("title-abstract", "for Ben", 2) in waits
    assert ("full-text", "for Ben", 1) in waits
    undo_decision(small.review, entry.seq, "Ben")
    (earlier,) = [seq for (seq,) in small.rows("SELECT seq FROM screening_decision")]
    undo_decision(small.review, earlier, "Ada")
    assert read_later_votes(small.review).statuses.rows(named=True)[0]["status"] == "awaiting"


@pytest.mark.parametrize("published_between", [False, True])
def test_the_last_verdict_counts_though_the_clock_was_set_back(small: SmallReview, published_between: bool) -> None:
    (about,) = [report for (report,) in small.rows("SELECT report_id FROM report WHERE title LIKE 'Apples%'")]
    for day, verdict in ((9, "include"), (8, "exclude"), (7, "include"), (6, "exclude")):
        reason = "Wrong population" if verdict == "exclude" else None
        vote = ScreeningDecision(report_id=about, stage="title-abstract", verdict=verdict, reason=reason)
        small.review.log.append(vote, "Ben", at=datetime(2030, 1, day, tzinfo=UTC))
        if published_between and day == 7:
            refresh(small.review, "test", Steps())
    assert ("title-abstract", "conflict") in {row[1:] for row in read_later_votes(small.review).statuses.rows()}
    refresh(small.review, "test", Steps())
    ballot = "SELECT verdict FROM screening_ballot WHERE reviewer = 'Ben' AND stage = 'title-abstract'"
    assert small.rows(ballot) == [("exclude",)]
    assert small.rebuilt() == small.hashes()


votes = st.tuples(
    st.sampled_from("123"), st.sampled_from(["title-abstract", "full-text"]), st.sampled_from(["Ada", "Ben"]),
    st.sampled_from(["include", "exclude", "clear"]), st.booleans(),
)  # fmt: skip


@settings(max_examples=examples(2, 10), deadline=None)
@given(st.lists(votes, min_size=1, max_size=6), st.sets(st.integers(0, 5), max_size=2))
def test_whatever_is_decided_it_shows_as_the_next_run_will(
    published: SmallReview, tmp_path_factory, cast, taken_back
) -> None:
    root = tmp_path_factory.mktemp("any") / "review"
    shutil.copytree(published.review.root, root)
    small = SmallReview(root, published.review.protocol_path.read_text())
    noted = []
    for about, stage, reviewer, verdict, consensus in cast:
        reason = "Wrong population" if verdict == "exclude" else None
        if verdict == "clear":
            entry, _ = clear_decisions(small.review, about, stage=stage, reviewer=reviewer)
        else:
            entry, _ = decide(
                small.review, about, stage=stage, verdict=verdict, reviewer=reviewer, reason=reason, consensus=consensus
            )
        noted.append(entry)
    for place in taken_back:
        if place < len(noted):
            undo_decision(small.review, noted[place].seq, noted[place].actor)
    before, queued = overlaid(small), queues(small)
    refresh(small.review, "test", Steps())
    query = "SELECT report_id, stage, status FROM screening_status"
    assert before == {(report, stage): status for report, stage, status in small.rows(query)}
    assert queued == queues(small)
    # Nobody is asked twice: who has a vote on a report is not asked for another.
    voted = set(
        small.rows("SELECT reviewer, stage, report_id FROM screening_ballot WHERE NOT consensus AND NOT unclear")
    )
    assert not [
        row
        for who, rows in queued.items()
        for stage, work, row in rows
        if work == "vote" and (who, stage, row) in voted
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["Ada", "Ben"]', '["Ada", "Ben", "Cem"]'),
        (
            '["Ada", "Ben"]',
            '["Ada", { name = "Ben", stages = ["full-text"] }, { name = "Cem", stages = [], resolves = true }]',
        ),
        ('reviewers = ["Ada", "Ben"]', 'reviewers = ["Ada", "Ben"]\n\n[screening.title-abstract]\nvotes = 1'),
    ],
)
def test_a_changed_team_or_rule_shows_at_once_as_the_next_run_shows_it(small: SmallReview, old: str, new: str) -> None:
    decide(small.review, "2", stage="title-abstract", verdict="include", reviewer="Ben")
    before = read_queue(small.review, ranked=False)
    path = small.review.protocol_path
    path.write_text(path.read_text().replace(old, new))
    decide(small.review, "2", stage="title-abstract", verdict="exclude", reviewer="Ada")
    shown, status = read_queue(small.review, ranked=False), overlaid(small)
    assert not shown.equals(before)
    refresh(small.review, "test", Steps())
    columns = ["stage", "work", "report_id"]
    again = read_queue(small.review, ranked=False)
    assert shown.select(columns).sort(columns).rows() == again.select(columns).sort(columns).rows()
    assert status == overlaid(small)

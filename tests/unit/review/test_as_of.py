"""As-of: which prefix of the log a version, a day or a time stands for, and that what is derived is what there was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas.errors import UserError
from schemas.event import Arrival, Content, Release
from tasks.review.as_of import find_event_as_of, open_warehouse_as_of
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.log import Log
from warehouse.review import Review


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def arrival(content: Content, name: str) -> Arrival:
    return Arrival(name=name, content=content, sha256="0" * 64, size=1)


def release(number: int, upto: int, head: str) -> Release:
    return Release(number=number, run_id="r", upto=upto, head=head, basis="x", content_hash=str(number), included=())


@pytest.fixture
def review(tmp_path: Path) -> Review:
    """Events 1 (the start) and 2 on 1 January, 3 on the 2nd, 4 (version 1) on the 3rd, 5 in its last microsecond, 6 (version 2)."""
    review = Review(tmp_path)
    log = Log(review.log.path)
    log.append(arrival(Content.PROTOCOL, "review.toml"), "Ada", at=at("2026-01-01 10:00"))
    seen = log.append(arrival(Content.EXPORT, "a.ris"), "Ada", at=at("2026-01-02 10:00"))
    log.append(release(1, 3, seen.hash), "Ada", at=at("2026-01-03 10:00"))
    log.append(arrival(Content.EXPORT, "b.ris"), "Ada", at=at("2026-01-03 23:59:59.999999"))
    log.append(release(2, 5, seen.hash), "Ada", at=at("2026-01-04 00:00"))
    return review


def test_what_came_after_a_moment_is_no_part_of_it_though_the_clock_was_set_back(review: Review) -> None:
    review.log.append(arrival(Content.EXPORT, "c.ris"), "Ada", at=at("2026-01-02 12:00"))
    assert find_event_as_of(review, "2026-01-02") == (3, None)
    assert find_event_as_of(review, "2026-01-04") == (7, None)


@pytest.mark.parametrize(
    ("as_of", "place"),
    [
        ("1", (3, 1)),
        ("2", (5, 2)),
        ("2026-01-02", (3, None)),
        ("2026-01-03", (5, None)),
        ("2026-01-04", (6, None)),
        ("2030-12-31", (6, None)),
        # What happened at that very moment is part of it.
        ("20260102", (3, None)),
        ("2026-01-02T10:00:00", (3, None)),
        ("2026-01-03T09:59:59", (3, None)),
        ("2026-01-03T10:00:00+00:00", (4, None)),
        ("2026-01-03T10:59:59+01:00", (3, None)),
    ],
)
def test_a_moment_is_a_place_in_the_log(review: Review, as_of: str, place: tuple[int, int | None]) -> None:
    assert find_event_as_of(review, as_of) == place


@pytest.mark.parametrize(
    ("as_of", "says"),
    [
        ("3", "there is no version 3"),
        ("2026-01-01", "there was nothing yet before 2026-01-02 00:00 UTC"),
        ("2026-01-02T09:59:59", "there was nothing yet"),
        ("2026-02-30", "neither a version nor a date"),
        ("now", "neither a version nor a date"),
        ("2026", "neither a version nor a date"),
        ("²", "neither a version nor a date"),
        ("yesterday", "neither a version nor a date"),
        ("9999-12-31", "neither a version nor a date"),
        ("9999-12-31T23:59:59.999999", "neither a version nor a date"),
        ("9999-12-31T23:59:59-01:00", "neither a version nor a date"),
    ],
)
def test_what_is_no_moment_of_the_review_is_refused(review: Review, as_of: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as refused:
        find_event_as_of(review, as_of)
    assert as_of != "3" or refused.value.hint == "versions: 1, 2"


def test_a_version_that_has_as_many_digits_as_a_year_is_found(review: Review) -> None:
    review.log.append(release(2026, 5, "0" * 64), "Ada", at=at("2026-01-05 00:00"))
    assert find_event_as_of(review, "2026") == (5, 2026)
    with pytest.raises(UserError, match="there is no version 999"):
        find_event_as_of(review, "999")


def test_a_page_of_a_service_is_the_first_thing_that_comes_in_as_well(tmp_path: Path) -> None:
    review = Review(tmp_path)
    with pytest.raises(UserError, match="nothing yet"):
        find_event_as_of(review, "2026-01-05")
    Log(review.log.path).append(arrival(Content.PAGE, "p"), "Ada", at=at("2026-01-05 10:00"))
    assert find_event_as_of(review, "2026-01-05") == (2, None)


def test_the_past_shows_what_there_was_and_its_own_versions(tmp_path: Path) -> None:
    small = SmallReview(tmp_path / "review")
    log = small.review.log
    small.search("medline", "january", [Rec("1", "Of apples and what they say")], date(2020, 1, 6))
    small.update()
    first = log.head()
    log.append(release(1, first.seq, first.hash), "Ada")
    small.search("medline", "february", [Rec("2", "Of pears and how they grew", pages=("1", "9"))], date(2020, 2, 6))
    small.update()
    second = log.head()
    log.append(release(2, second.seq, second.hash), "Ada")
    small.update()
    small.publish()
    query = "SELECT (SELECT count(*) FROM record), (SELECT list(version ORDER BY version) FROM release)"
    for as_of, seen in ((None, (2, [1, 2])), ("2", (2, [1, 2])), ("1", (1, [1]))):
        with open_warehouse_as_of(small.review, as_of) as con:
            assert con.execute(query).fetchall() == [seen], as_of
    kept = max(
        (small.review.root / ".past").glob("[!.]*.duckdb"), key=lambda path: path.stat().st_mtime_ns
    )  # that of version 1
    left = kept.with_name(f".{kept.name}.99999")
    kept.rename(left)
    with open_warehouse_as_of(small.review, "1"):
        pass
    assert kept.exists() and not left.exists(), "what a killed process left half copied is gone after the next use"

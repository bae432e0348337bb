"""The gate before publishing: what looks wrong beside the last version stops it, until a person lets it pass."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from schemas.event import PublishedAnyway, Withdrawal
from tasks.review.gate import Anyway, GateError
from tasks.review.steps import Steps
from tasks.review.update import refresh, update
from tests.support.cli import living_review
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import writer


def records(n: int, first: int = 1) -> list[Rec]:
    """Records of reports that nobody takes for one."""
    words = [sha256(str(k).encode()).hexdigest() for k in range(first, first + n)]
    return [
        Rec(
            str(k),
            " ".join(word[at : at + 8] for at in range(0, 40, 8)),
            (f"{word[:9]}, Tess",),
            1980 + k % 40,
            pages=(str(k), str(k + 3)),
        )
        for k, word in enumerate(words, start=first)
    ]


def no_http() -> None:
    raise AssertionError("no service is asked")


class Gated(SmallReview):
    def publish_again(self, anyway: Anyway | None = None) -> list[str]:
        lines: list[str] = []
        update(self.review, "test", Steps(lines.append), no_http, anyway=anyway)  # type: ignore[arg-type]
        return [line.removeprefix("gate: ") for line in lines if line.startswith("gate: ")]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    small = Gated(tmp_path_factory.mktemp("gate") / "review")
    small.search("medline", "one", records(8), date(2020, 1, 6))
    small.search("medline", "two", records(7, 9), date(2020, 2, 6))
    refresh(small.review, "test", Steps())
    return small.review.root


@pytest.fixture
def gated(published: Path, tmp_path: Path) -> Gated:
    import shutil

    root = tmp_path / "review"
    shutil.copytree(published, root)
    return Gated(root)


def test_an_update_that_only_adds_passes(gated: Gated) -> None:
    gated.search("medline", "three", records(5, 20), date(2020, 3, 6))
    assert gated.publish_again() == []


def test_a_source_that_found_nothing_is_asked_about_and_a_person_may_let_it_pass(gated: Gated) -> None:
    text = "From: a@b.example\nMessage-ID: <1@b>\nDate: Fri, 6 Mar 2020 06:00:00 +0000\n\nThere are no new results.\n"
    gated.drop("exports/medline/2020-03-06.eml", text)
    before = gated.review.published_warehouse.read_bytes()
    with pytest.raises(
        GateError, match=r"nothing is published, since source medline found nothing, and 7.5 records a search before"
    ):
        gated.publish_again()
    assert gated.review.published_warehouse.read_bytes() == before
    said = living_review("update", gated.review.root)
    assert said.code == 3
    assert "source medline found nothing" in said.err
    assert "--publish-anyway --reason TEXT" in said.err
    said = living_review("update", gated.review.root, "--publish-anyway", "--reason", "a quiet month", "--who", "Ada")
    assert said.code in (0, 1), said.err
    (entry,) = gated.review.log.entries(PublishedAnyway)
    assert (entry.actor, entry.event.reason, len(entry.event.findings)) == ("Ada", "a quiet month", 1)
    told = living_review("status", gated.review.root).out
    assert "version 2: was published anyway by Ada, though source medline found nothing" in told
    assert gated.publish_again() == [], "what was published is what the next version is held against"


def test_a_tenfold_search_is_asked_about(gated: Gated) -> None:
    gated.search("medline", "three", records(110, 20), date(2020, 3, 6))
    with pytest.raises(GateError, match="a search of medline found 110 records, and at most 8 before"):
        gated.publish_again()


def test_records_that_are_gone_are_asked_about_unless_something_was_withdrawn(gated: Gated) -> None:
    with writer(gated.review.warehouse) as con:
        con.execute("DELETE FROM core.record WHERE accession = '3'")
    from tasks.review.gate import find_suspicious
    from tasks.review.state import read_state

    with writer(gated.review.warehouse) as con:
        found = find_suspicious(con, read_state(gated.review))
        assert found == [
            "1 record of the last version can no longer be found under any id",
            "source medline has 14 records and had 15, though nothing was withdrawn or replaced",
        ]
        gated.review.log.append(Withdrawal(arrival=3, reason="a test"), "Ada")
        assert find_suspicious(con, read_state(gated.review)) == []


def test_anyway_needs_a_reason(gated: Gated) -> None:
    assert (
        "--publish-anyway and --reason TEXT go together"
        in living_review("update", gated.review.root, "--publish-anyway").err
    )


def test_what_is_new_is_published_beside_the_copy(gated: Gated) -> None:
    gated.search("medline", "three", records(5, 20), date(2020, 3, 6))
    gated.publish_again()
    page = (gated.review.published / "whats-new.md").read_text()
    assert "# What is new in version 2" in page
    assert "| medline" in page
    assert "| titles and abstracts to screen | 15 | 20 |" in page


def test_what_is_new_says_how_the_protocol_was_amended(gated: Gated) -> None:
    def page() -> str:
        gated.publish_again()
        return (gated.review.published / "whats-new.md").read_text()

    gated.search("medline", "three", records(5, 20), date(2020, 3, 6))
    assert "amended" not in page()
    text = gated.review.protocol_path.read_text(encoding="utf-8")
    more = '[[eligibility.exclusion]]\nreason = "Retracted"\n\n'
    assert "[[eligibility.exclusion]]" in text
    gated.review.protocol_path.write_text(
        text.replace("[[eligibility.exclusion]]", f"{more}[[eligibility.exclusion]]", 1)
    )
    assert "## The protocol was amended\n\n- reason for exclusion added: Retracted" in page()

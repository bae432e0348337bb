"""Full texts that were kept on the page are documents after the next run, of the report that they were kept for."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.event import Withdrawal
from tasks.review.full_texts import FullTexts, Pdf, keep_full_text, undo_full_text
from tasks.review.manage_deliveries import restore_delivery
from tasks.review.put_full_texts import name_file, put_full_texts
from tasks.review.rule_links import undo_link
from tests.support.exports import Rec
from tests.support.pdfs import pdf
from tests.support.reviews import SmallReview

DOCUMENTS = "SELECT name, report_id FROM document ORDER BY name"


@pytest.fixture
def small(tmp_path: Path) -> SmallReview:
    review = SmallReview(tmp_path / "review")
    review.search("medline", "a", [Rec("1", "Of apples and nurses"), Rec("2", "Of pears")])
    review.update(check=False)
    return review


def run(small: SmallReview) -> None:
    put_full_texts(small.review)
    small.update()


def test_a_kept_pdf_is_a_document_of_its_report_and_none_once_it_is_taken_back(small: SmallReview) -> None:
    _, (pears,) = small.rows("SELECT report_id FROM report ORDER BY title")
    content = pdf(["Results", "People said that they wait."])
    # Of this text nothing but the person who kept it says the report.
    keep_full_text(FullTexts(small.review), pears, Pdf("../scan: 7?.PDF", content), "Ada")
    run(small)
    assert small.rows(DOCUMENTS) == [("scan 7.pdf", pears)]
    assert (small.review.root / "documents" / "scan 7.pdf").read_bytes() == content
    head = small.review.log.head()
    put_full_texts(small.review)
    assert small.review.log.head() == head, "what is there is not put there again"

    (kept,) = FullTexts(small.review).list_of(pears)
    undo_full_text(small.review, kept.seq, "Ben")
    run(small)
    assert small.rows(DOCUMENTS) == []
    assert small.hashes() == small.rebuilt()

    (withdrawn,) = small.review.log.entries(Withdrawal)
    restore_delivery(small.review, str(withdrawn.event.arrival), "Ada")
    run(small)
    assert [name for name, _ in small.rows(DOCUMENTS)] == ["scan 7.pdf"], "what was restored stays"


def test_a_link_that_was_taken_back_is_not_said_again(small: SmallReview) -> None:
    ((report,), _) = small.rows("SELECT report_id FROM report ORDER BY title")
    keep_full_text(FullTexts(small.review), report, Pdf("a.pdf", pdf(["Some words."])), "Ada")
    put_full_texts(small.review)
    undo_link(small.review, small.review.log.head().seq, "Ben")
    run(small)
    assert small.rows(DOCUMENTS) == [("a.pdf", None)]


def test_a_pdf_that_cannot_be_read_stays_one_to_look_at(small: SmallReview) -> None:
    ((report,), _) = small.rows("SELECT report_id FROM report ORDER BY title")
    keep_full_text(FullTexts(small.review), report, Pdf("a.pdf", b"%PDF-1.7 and no more"), "Ada")
    put_full_texts(small.review)
    assert small.update() == []
    assert not (small.review.root / "documents").exists()


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("C:\\texts\\a.pdf", "a.pdf"),
        ("..pdf", "full text 7.pdf"),
        ("", "full text 7.pdf"),
        ("a/b/" + "x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ('"><script>.pdf', "script.pdf"),
        (".hidden.pdf", "hidden.pdf"),
    ],
)
def test_the_name_is_one_that_every_system_takes(called: str, name: str) -> None:
    assert name_file(called, 7) == name

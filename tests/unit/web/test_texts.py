"""Full texts on the page: a pile finds its reports, each is kept once, and is given out as nothing but a PDF, to the team alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemas.errors import UserError
from schemas.event import ScreeningDecision
from schemas.event_full_text import FullTextKept
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.page import SmallPage, Visit, make_small_review, open_page
from warehouse.review import check_log_and_snapshots

EVIL = '"><script>alert(1)</script>.pdf'
TITLE = "<dc:title><rdf:Alt><rdf:li>Plums in winter: a story of patience and of loss</rdf:li></rdf:Alt></dc:title>"
TITLES = (
    "Apples and nurses on the long night shift",
    "Pears",
    "Plums in winter, a story of patience and of loss",
    "Quinces",
)


def pdf(text: str = "") -> bytes:
    return f"%PDF-1.7\n<x:xmpmeta>{text}</x:xmpmeta>\n%%EOF".encode()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallPage]:
    with open_page(make_small_review(tmp_path_factory.mktemp("texts"), titles=TITLES)) as page:
        for name in ("Ada", "Ben"):
            visit = page.log_in(name)
            for title in ("Apples", "Pears", "Plums"):
                visit.decide(page.reports[title], "include")
        page.settle_down()
        yield page


@pytest.fixture(scope="module")
def ada(running: SmallPage) -> Visit:
    return running.log_in("Ada")


def send(visit: Visit, path: str, files: list[tuple[str, bytes]], **fields: str) -> tuple[int, str]:
    said = visit.client.post(
        path, data={"csrf": visit.csrf, **fields}, files=[("files", (name, body, "text/html")) for name, body in files]
    )
    return said.status_code, said.text


def kept(running: SmallPage) -> list[FullTextKept]:
    return [entry.event for entry in running.small.review.log.entries(FullTextKept)]


def test_a_pile_finds_its_reports_and_says_so_of_each(running: SmallPage, ada: Visit) -> None:
    status, page = send(
        ada, "/texts",
        [
            ("Author1 2001 - apples and nurses on the long_night-shift.pdf", pdf()),
            ("scan0001.pdf", pdf(TITLE)),
            (EVIL, pdf()),
            ("notes.pdf", b"<html><script>alert(1)</script>"),
        ],
    )  # fmt: skip
    assert status == 200
    assert [event.report_id for event in kept(running)] == [running.reports["Apples"], running.reports["Plums"]]
    assert {event.matched_by for event in kept(running)} == {"title"}
    assert "2 of 4 files kept" in page
    assert "is no PDF" in page
    assert "<script>alert" not in page
    said = [
        (e.actor, e.event.report_id)
        for e in running.small.review.log.entries(ScreeningDecision)
        if e.event.stage == "retrieval"
    ]
    assert said == [("Ada", running.reports["Apples"]), ("Ada", running.reports["Plums"])], (
        "what was sought is retrieved by that"
    )
    assert running.reports["Pears"] in ada.get("/texts?state=awaiting").text
    assert running.reports["Apples"] not in ada.get("/texts?state=awaiting").text
    check_log_and_snapshots(running.small.review)


def test_the_same_bytes_are_kept_once(running: SmallPage, ada: Visit) -> None:
    before = len(kept(running))
    for name in ("a.pdf", "b.pdf"):
        assert send(ada, f"/texts/{running.reports['Pears']}", [(name, pdf("once"))])[0] == 303
    assert len(kept(running)) == before + 1


def test_a_text_is_given_out_as_a_pdf_alone_and_to_the_team(running: SmallPage, ada: Visit) -> None:
    report = running.reports["Apples"]
    send(ada, f"/texts/{report}", [(EVIL, pdf("<script>"))])
    seq = [entry.seq for entry in running.small.review.log.entries(FullTextKept)][-1]
    said = ada.client.get(f"/texts/{report}/{seq}")
    assert (said.status_code, said.headers["content-type"]) == (200, "application/pdf")
    assert said.headers["x-content-type-options"] == "nosniff"
    assert said.headers["content-disposition"] == 'inline; filename="full-text.pdf"'
    assert "default-src 'none'" in said.headers["content-security-policy"]
    assert "script-src" not in said.headers["content-security-policy"]
    assert "<script>" not in ada.get(f"/screen/full-text/{report}").text.replace('<script type="', "")
    assert running.log_in("Dora").client.get(f"/texts/{report}/{seq}").status_code == 403
    for path in (
        f"/texts/{running.reports['Plums']}/{seq}",
        f"/texts/{report}/1",
        f"/texts/{report}/..%2f..%2fledger.sqlite",
    ):
        assert ada.client.get(path).status_code == 404, path


def test_an_address_is_one_of_the_web_and_is_taken_back(running: SmallPage, ada: Visit) -> None:
    report = running.reports["Pears"]
    for bad in ("javascript:alert(1)", "//evil.example", "https://a b", "file:///etc/passwd"):
        assert ada.post(f"/texts/{report}", url=bad).status_code == 400
    assert ada.post(f"/texts/{report}", url="https://example.org/pears.pdf").status_code == 303
    seq = running.small.review.log.head().seq
    while not isinstance(next(running.small.review.log.entries(after=seq - 1, upto=seq)).event, FullTextKept):
        seq -= 1
    assert "https://example.org/pears.pdf" in ada.get(f"/screen/full-text/{report}").text
    assert ada.post(f"/texts/{report}/undo", text=str(seq)).status_code == 303
    assert "https://example.org/pears.pdf" not in ada.get(f"/screen/full-text/{report}").text


def test_the_text_of_a_report_that_is_not_at_retrieval_is_not_sought(running: SmallPage, ada: Visit) -> None:
    assert send(ada, f"/texts/{running.reports['Quinces']}", [("a.pdf", pdf())])[0] == 404


def test_a_text_is_checked_like_every_snapshot_and_an_update_goes_on_with_it(running: SmallPage) -> None:
    review = running.small.review
    path = review.snapshots.path(str(kept(running)[0].sha256))
    path.rename(path.with_suffix(".away"))
    with pytest.raises(UserError, match="lacks 1 of"):
        check_log_and_snapshots(review)
    path.with_suffix(".away").rename(path)
    with running.page.desk.reading():
        assert refresh(review, "test", Steps()).errors == []

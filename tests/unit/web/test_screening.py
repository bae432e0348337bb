"""Screening on the page: a card after the other, each verdict an event, nothing twice; and what each person may see of it."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.event import ReportComment, ScreeningClear, ScreeningDecision
from tests.support.page import SmallPage, Visit, make_small_review, open_page

EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallPage]:
    small = make_small_review(
        tmp_path_factory.mktemp("screening"), titles=("Apples and rats", "Pears", "Plums", "Quinces", f"Cherries {EVIL}", "Medlars")
    )  # fmt: skip
    with open_page(small) as page:
        yield page


def shown(page: str) -> str:
    found = re.search(r'data-report="(rep_\w+)"', page)
    assert found, page
    return found[1]


def decisions(running: SmallPage) -> list[tuple[str, str, str]]:
    """(who, report, verdict) of the log."""
    return [
        (entry.actor, entry.event.report_id, entry.event.verdict)
        for entry in running.small.review.log.entries(ScreeningDecision)
    ]


def test_a_verdict_is_an_event_and_the_next_card_comes(running: SmallPage, ada: Visit) -> None:
    first = shown(ada.get("/screen").text)
    said = ada.decide(first, "include", note="A thought of Ada's")
    assert (said.status_code, said.headers["location"]) == (303, "/screen/title-abstract")
    assert decisions(running)[-1] == ("Ada", first, "include")
    second = shown(ada.get("/screen").text)
    assert second != first
    ada.decide(second, "exclude", reason="wrong POPULATION")
    last = list(running.small.review.log.entries(ScreeningDecision))[-1].event
    assert last.reason == "Wrong population"


def test_a_form_that_is_sent_twice_counts_once(running: SmallPage, ada: Visit) -> None:
    report = shown(ada.get("/screen").text)
    before = len(decisions(running))
    for _ in range(2):
        assert ada.decide(report, "maybe").status_code == 303
    assert len(decisions(running)) == before + 1


def test_the_script_gets_the_card_behind_the_one_at_hand(running: SmallPage, ada: Visit) -> None:
    first = shown(ada.get("/screen").text)
    ahead = shown(ada.get(f"/screen/title-abstract/next?holding={first}").text)
    fields = {"csrf": ada.csrf, "verdict": "exclude", "holding": ahead}
    said = ada.client.post(f"/screen/title-abstract/{first}", data=fields, headers={"X-Card": "1"})
    assert said.status_code == 200
    assert shown(said.text) not in (first, ahead)
    assert int(said.headers["X-Left"]) == 2
    assert ada.post("/undo").headers["location"] == f"/screen/title-abstract/{first}"
    assert shown(ada.get("/screen").text)


def test_undo_takes_back_the_last_verdict_and_shows_its_card(running: SmallPage, ben: Visit) -> None:
    report = shown(ben.get("/screen").text)
    ben.decide(report, "exclude")
    said = ben.post("/undo")
    assert said.headers["location"] == f"/screen/title-abstract/{report}"
    page = ben.get(said.headers["location"]).text
    assert shown(page) == report
    assert "You said" not in page
    assert shown(ben.get("/screen").text) == report
    assert ben.post("/undo").status_code == 404


def test_a_decision_is_found_changed_and_cleared(running: SmallPage, ben: Visit) -> None:
    report = running.reports["Quinces"]
    ben.decide(report, "include", note="To be found")
    running.settle_down()
    assert report in ben.get("/decisions?q=to+be+FOUND&verdict=include").text
    assert report not in ben.get("/decisions?q=to+be+found&verdict=exclude").text
    page = ben.get(f"/screen/title-abstract/{report}").text
    assert "You said" in page
    assert "To be found" in page
    ben.decide(report, "exclude")
    running.settle_down()
    assert report in ben.get("/decisions?verdict=exclude").text
    assert ben.post("/clear", stage="title-abstract", report=report).status_code == 303
    assert report not in ben.get("/decisions").text
    assert isinstance(list(running.small.review.log.entries())[-1].event, ScreeningClear)


def test_no_trace_of_an_open_vote_on_any_page(running: SmallPage, ada: Visit, ben: Visit) -> None:
    report = running.reports["Medlars"]
    ada.decide(report, "exclude", note="secretly sure", reason="Wrong study design")
    ada.post("/comments", report=report, stage="title-abstract", comment="whispered remark")
    running.settle_down()
    assert "whispered remark" in ada.get(f"/screen/title-abstract/{report}").text
    paths = {
        path.format_map(defaultdict(lambda: "none", stage=stage, report_id=report, text="1"))
        for method, path in running.list_routes() for stage in ("title-abstract", "retrieval", "full-text") if method == "GET"
    }  # fmt: skip
    assert len(paths) > 25
    cem = running.log_in("Cem")
    for visit in (ben, cem):
        for path in sorted(paths):
            page = visit.get(path)
            text = re.sub(r"<details class=\"(criteria|reasons)\".*?</details>", "", page.text, flags=re.DOTALL)
            for trace in ("secretly sure", "whispered remark", "Wrong study design", "Ada", "You said"):
                assert trace not in text, (path, trace)
    assert "awaiting_second" not in ada.get("/overview").text
    status = re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", ada.get("/overview").text)
    assert ("awaiting votes", "6") in status, "a report with one vote waits like any other"


def test_comments_are_read_when_all_votes_are_in_and_no_markup_runs(running: SmallPage, ada: Visit, ben: Visit) -> None:
    report = running.reports["Medlars"]
    ben.decide(report, "include", note=EVIL)
    running.settle_down()
    page = ben.get(f"/screen/title-abstract/{report}").text
    assert "whispered remark" in page
    ben.post("/comments", report=report, stage="title-abstract", comment=EVIL)
    page = ada.get(f"/screen/title-abstract/{report}").text
    assert EVIL not in page
    assert "&lt;img" in page
    mine = [e.seq for e in running.small.review.log.entries(ReportComment) if e.actor == "Ada"][-1]
    assert ben.post("/comments/undo", report=report, stage="title-abstract", comment=str(mine)).status_code == 400
    assert ada.post("/comments/undo", report=report, stage="title-abstract", comment=str(mine)).status_code == 303
    assert "whispered remark" not in ada.get(f"/screen/title-abstract/{report}").text


def test_no_title_runs_and_the_protocols_words_are_marked(running: SmallPage, ada: Visit) -> None:
    assert EVIL not in ada.get(f"/screen/title-abstract/{running.reports['Cherries']}").text
    page = ada.get(f"/screen/title-abstract/{running.reports['Apples']}").text
    assert '<mark class="for" title="speaks for it">Apples</mark>' in page
    assert '<mark class="against" title="speaks against it">rats</mark>' in page


def test_a_conflict_is_shown_side_by_side_and_settled_by_who_may(running: SmallPage, ada: Visit, ben: Visit) -> None:
    report, cem = running.reports["Medlars"], running.log_in("Cem")
    assert ben.client.get("/conflicts").status_code == 403
    page = cem.get(f"/conflicts/title-abstract/{report}").text
    assert "secretly sure" in page
    assert re.findall(r'class="who">(\w+)', page) == ["Ada", "Ben"]
    assert 'value="maybe"' not in page
    assert cem.post(f"/conflicts/title-abstract/{report}", verdict="maybe").status_code == 400
    assert cem.post(f"/conflicts/title-abstract/{report}", verdict="include").status_code == 303
    assert cem.client.get(f"/conflicts/title-abstract/{report}").status_code == 404
    assert report in ben.get("/screen/retrieval").text
    assert cem.post("/undo").headers["location"] == f"/conflicts/title-abstract/{report}"
    cem.post(f"/conflicts/title-abstract/{report}", verdict="include")


def test_at_full_text_an_exclusion_needs_a_reason(running: SmallPage, ada: Visit) -> None:
    report = running.reports["Medlars"]
    said = ada.decide(report, "exclude", stage="full-text")
    assert said.status_code == 400
    assert "needs a reason" in said.text
    assert str(running.small.review.root) not in said.text
    assert ada.decide(report, "exclude", stage="full-text", reason="Wrong study design").status_code == 303


def test_no_more_people_hold_a_card_than_it_waits_for(running: SmallPage) -> None:
    """A report that waits for one more vote and is in Ben's hand is not shown to Ada."""
    desk = running.page.desk
    offered = desk.offer("Ben", "title-abstract")
    assert offered is not None
    held = {("title-abstract", offered.report_id): 1}
    desk._missing |= held
    seen = set()
    while (card := desk.offer("Ada", "title-abstract", sorted(seen))) is not None:
        seen.add(card.report_id)
    assert offered.report_id not in seen


def test_each_reviewers_queue_is_there_before_she_asks(tmp_path: Path) -> None:
    with open_page(make_small_review(tmp_path / "review")) as page:
        desk = page.page.desk
        names = {reviewer.name for reviewer in desk.protocol.screening.people}
        patience = time.monotonic() + 60
        while not names <= desk._queues.keys() and time.monotonic() < patience:
            time.sleep(0.05)
        assert len(names) > 1
        assert names <= desk._queues.keys(), "nobody has logged in"


def test_the_desk_knows_what_others_decide_by_the_command_line(running: SmallPage, ben: Visit) -> None:
    from tasks.review.judge import decide

    report = running.reports["Plums"]
    before = running.page.desk.count("Ben", "title-abstract")
    with running.page.desk.reading():
        entry, _ = decide(running.small.review, report, stage="title-abstract", verdict="include", reviewer="Ben")
    running.page.desk.catch_up(entry.seq, patience=60)
    assert running.page.desk.count("Ben", "title-abstract") == (before[0] + 1, before[1] - 1)


def test_what_was_decided_is_published_and_the_page_goes_on(running: SmallPage, ada: Visit, ben: Visit) -> None:
    before = ben.get("/flow").text
    assert ada.post("/publish").status_code == 303
    running.page.publisher.wait(120)
    assert "Published." in ada.get("/overview").text
    running.page.desk._reload()
    assert ben.get("/flow").text != before, "the diagram has another stamp"
    done, left = running.page.desk.count("Ben", "title-abstract")
    assert done + left == 6
    assert running.small.rows("SELECT count(*) FROM screening_ballot WHERE reviewer = 'Ben'") == [(2,)]

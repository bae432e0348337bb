"""What was open while the review changed, what is sent by no page of ours, and a review that is gone: nothing is lost, and all is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from schemas.event import ScreeningDecision
from tasks.review.full_texts import link_full_text
from tasks.review.judge import decide, rule_on_pair, undo_decision
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.page import ADDRESS, SmallPage, Visit, make_small_review, open_page

TITLES = ("Apples and nurses", "Apples and the nurses of long ago", "Pears", "Plums")
WRITTEN = 'Long thoughts, <b>typed</b> & "kept"'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallPage]:
    with open_page(make_small_review(tmp_path_factory.mktemp("stale") / "review", titles=TITLES)) as page:
        yield page


@pytest.fixture(scope="module")
def ada(running: SmallPage) -> Visit:
    return running.log_in("Ada")


def last_decision(running: SmallPage) -> tuple[str, str]:
    """(report, verdict)."""
    event = list(running.small.review.log.entries(ScreeningDecision))[-1].event
    return event.report_id, event.verdict


def test_a_card_that_is_merged_while_it_is_open_is_decided_on_as_what_it_is_now(running: SmallPage, ada: Visit) -> None:
    records = dict(running.small.rows("SELECT title, record_id FROM record"))
    before = {id for (id,) in running.small.rows("SELECT report_id FROM report")}
    a, b = sorted(records[title] for title in TITLES[:2])
    for id in sorted(before):
        link_full_text(running.small.review, id, f"https://example.org/{id}", "Ada")
    with running.page.desk.reading():
        rule_on_pair(running.small.review, a, b, "same", "Ada")
        refresh(running.small.review, "test", Steps())
    running.page.desk._reload()
    (gone,) = before - {id for (id,) in running.small.rows("SELECT report_id FROM report")}
    ((now,),) = running.small.rows(f"SELECT report_id FROM report_alias WHERE alias = '{gone}'")
    assert f'data-report="{now}"' in ada.get(f"/screen/title-abstract/{gone}").text
    assert ada.decide(gone, "include").status_code == 303
    assert last_decision(running) == (now, "include")
    running.settle_down()
    assert "You said" in ada.get(f"/screen/title-abstract/{gone}").text
    assert running.page.desk.count("Ada", "title-abstract") == (1, 2), "one report, one vote"
    ada.post("/undo")
    assert {text.report_id for text in running.page.texts.list_of(now)} == {gone, now}, "its texts came with it"


def test_of_a_report_that_is_gone_the_script_is_told_not_to_ask_again(running: SmallPage, ada: Visit) -> None:
    before = running.small.review.log.head()
    said = ada.client.post(
        "/screen/title-abstract/rep_gone", data={"csrf": ada.csrf, "verdict": "include"}, headers={"X-Card": "1"}
    )
    assert (said.status_code, said.text.startswith("This report is not in the review any more")) == (404, True)
    assert running.small.review.log.head() == before


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/screen/title-abstract/rep_gone", {"verdict": "include", "note": WRITTEN}, 404),
        ("/comments", {"report": "rep_gone", "stage": "title-abstract", "comment": WRITTEN}, 404),
        ("/screen/title-abstract/{pears}", {"verdict": "perhaps", "note": WRITTEN}, 400),
        ("/screen/full-text/{pears}", {"verdict": "exclude", "note": WRITTEN}, 400),
    ],
)
def test_what_was_typed_into_a_form_that_is_refused_is_given_back(
    running: SmallPage, ada: Visit, path: str, fields: dict[str, str], status: int
) -> None:
    """For whoever has no script: also where her session ended while she typed, or she logged in anew meanwhile."""
    path, shown = path.format(pears=running.reports["Pears"]), "&lt;b&gt;typed&lt;/b&gt; &amp; "
    for client, csrf, expected in (
        (ada.client, ada.csrf, status), (ada.client, "of before", 403), (running.stranger(), ada.csrf, 401),
    ):  # fmt: skip
        said = client.post(path, data={"csrf": csrf, **fields})
        assert said.status_code == expected
        assert shown in said.text
        assert WRITTEN not in said.text
    foreign = running.stranger().post(path, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert shown not in foreign.text, "no other site puts words into our pages"


@pytest.mark.parametrize("number", ["²", "9" * 30, "9" * 5000, "-1", "1e3", ""])
def test_what_is_no_number_is_refused_as_anything_else_is(running: SmallPage, ada: Visit, number: str) -> None:
    before, pears = running.small.review.log.head(), running.reports["Pears"]
    for path, fields in (
        ("/comments/undo", {"report": pears, "stage": "title-abstract", "comment": number}),
        ("/duplicates/undo", {"ruling": number}),
        (f"/records/{pears}/undo", {"record": "r", "correction": number}),
        (f"/texts/{pears}/undo", {"text": number}),
        ("/code/themes", {"act": "undo", "seq": number}),
    ):
        assert ada.post(path, **fields).status_code in (400, 404), path
    assert running.small.review.log.head() == before


def test_the_same_verdict_again_counts_again_where_something_else_was_said_meanwhile(
    running: SmallPage, ada: Visit
) -> None:
    """In another window, on another server, by the command line: what she said last stands."""
    pears = running.reports["Pears"]
    ada.decide(pears, "include")
    decide(running.small.review, pears, stage="title-abstract", verdict="exclude", reviewer="Ada")
    ada.decide(pears, "include")
    assert last_decision(running) == (pears, "include")
    seq = running.small.review.log.head().seq
    ada.decide(pears, "include")
    assert running.small.review.log.head().seq == seq, "sent twice, it counts once"
    undo_decision(running.small.review, seq, "Ada")
    ada.decide(pears, "include")
    assert running.small.review.log.head().seq == seq + 2
    ada.post("/undo")


def test_a_review_that_is_not_where_it_was_is_said_and_waited_for(running: SmallPage, ada: Visit) -> None:
    root, pears, csrf = running.small.review.root, running.reports["Pears"], ada.csrf
    away = root.with_name("away")
    root.rename(away)
    try:
        for path, fields in (
            (f"/screen/title-abstract/{pears}", {"verdict": "include", "note": WRITTEN}),
            ("/comments", {"report": pears, "stage": "title-abstract", "comment": WRITTEN}),
        ):
            said = ada.client.post(path, data={"csrf": csrf, **fields})
            assert said.status_code == 503, "so that the script sends it again"
            assert "cannot be reached" in said.text
            assert "&lt;b&gt;typed" in said.text
            assert str(root) not in said.text
        assert ada.get("/decisions").status_code == 503
        assert not root.exists()
    finally:
        away.rename(root)
    assert ada.decide(pears, "include").status_code == 303
    assert last_decision(running) == (pears, "include")


def test_what_nobody_foresaw_is_said_without_a_word_of_the_program(
    running: SmallPage, ada: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("of the program")

    monkeypatch.setattr(running.page.desk, "vote", fail)
    client = TestClient(running.app, base_url=ADDRESS, cookies=ada.client.cookies, raise_server_exceptions=False)
    said = client.post(
        f"/screen/title-abstract/{running.reports['Plums']}",
        data={"csrf": ada.csrf, "verdict": "include", "note": WRITTEN},
    )
    assert said.status_code == 503
    assert "of the program" not in said.text
    assert "&lt;b&gt;typed" in said.text
    assert "default-src" in said.headers["Content-Security-Policy"]

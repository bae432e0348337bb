"""Cards in hand, and decisions that come late from where there was no net: each noted once, and none that nobody waits for."""

from __future__ import annotations

import re

from httpx import Response

from schemas.event import ScreeningDecision
from tests.support.page import SmallPage, Visit
from web.given import GivenVerdicts
from web.hands import ALONG, IN_HAND, Hands

STAGE = "title-abstract"


def send(visit: Visit, report: str, verdict: str, **fields: str) -> Response:
    """As the page's script sends it."""
    data = {"csrf": visit.csrf, "verdict": verdict, "enough": "1", **fields}
    return visit.client.post(f"/screen/{STAGE}/{report}", data=data, headers={"X-Card": "1"})


def noted(running: SmallPage) -> list[tuple[str, str]]:
    return [(entry.actor, entry.event.verdict) for entry in running.small.review.log.entries(ScreeningDecision)]


def test_what_is_sent_twice_is_noted_once_even_if_it_was_taken_back_meanwhile(running: SmallPage, ada: Visit) -> None:
    report, before = running.reports["Pears"], noted(running)
    assert send(ada, report, "include", sending="one").status_code == 200
    assert send(ada, report, "include", sending="one", late="1").status_code == 200
    assert ada.post("/undo").status_code == 303
    assert send(ada, report, "include", sending="one", late="1").status_code == 200
    assert noted(running) == [*before, ("Ada", "include")]
    running.page.desk._given = GivenVerdicts(running.small.review.log)  # as after a start of the server
    assert send(ada, report, "exclude", sending="two", late="1").status_code == 200
    running.settle_down()
    assert send(ada, report, "exclude", sending="three", late="1").status_code == 200
    assert noted(running) == [*before, ("Ada", "include"), ("Ada", "exclude")]


def test_a_late_decision_does_not_overrule_what_she_said_elsewhere(running: SmallPage, ada: Visit) -> None:
    report = running.reports["Plums"]
    send(ada, report, "include")
    running.settle_down()
    before = noted(running)
    said = send(ada, report, "exclude", late="1", sending="other")
    assert (said.status_code, "you decided on it elsewhere" in said.text) == (409, True)
    assert noted(running) == before


def test_a_late_decision_on_what_is_settled_is_told_and_not_noted(running: SmallPage, ada: Visit, ben: Visit) -> None:
    report, cem = running.reports["Quinces"], running.log_in("Cem")
    for visit, verdict in ((ada, "include"), (ben, "exclude")):
        send(visit, report, verdict)
    running.settle_down()
    cem.post(f"/conflicts/{STAGE}/{report}", verdict="include")
    ben.post("/clear", stage=STAGE, report=report)
    running.settle_down()
    before = noted(running)
    said = send(ben, report, "exclude", late="1", sending="late")
    assert (said.status_code, "its votes were all in" in said.text) == (409, True)
    assert noted(running) == before


def test_cards_are_taken_along_and_given_back(running: SmallPage, ada: Visit, ben: Visit) -> None:
    desk = running.page.desk
    for report in running.reports.values():
        desk._missing[STAGE, report] = desk._missing[report, STAGE] = 1
    page = ben.client.get(f"/screen/{STAGE}/along").text
    cards = re.findall(r'data-report="(rep_\w+)" data-stage="title-abstract" data-word="(\w+)"', page)
    assert len(cards) == len(dict(cards)) == desk.count("Ben", STAGE)[1]
    assert desk.offer("Ada", STAGE) is None, "each waits for one vote, and is in Ben's hand"
    assert ada.post("/screen/release", words=",".join(word for _, word in cards)).status_code == 204
    assert desk.offer("Ada", STAGE) is None, "nobody gives back what another holds"
    assert ben.post("/screen/release", words=",".join(word for _, word in cards)).status_code == 204
    assert desk.offer("Ada", STAGE) is not None


def test_a_hand_holds_a_card_for_its_time_and_an_old_page_gives_back_nothing_that_a_new_one_shows() -> None:
    now = 0.0
    hands = Hands(lambda: now)
    hands.take("Ada", STAGE, "r")
    old = hands.find_word("Ada", STAGE, "r")
    hands.take("Ada", STAGE, "r")
    hands.give_back("Ada", {old})
    assert hands.list_others("Ben", STAGE, "r") == {"Ada"}
    assert hands.list_others("Ada", STAGE, "r") == set()
    now = IN_HAND
    assert hands.list_others("Ben", STAGE, "r") == set()
    hands.take("Ada", STAGE, "r", ALONG)
    now = ALONG
    assert hands.list_others("Ben", STAGE, "r") == {"Ada"}
    hands.give_back("Ada", {hands.find_word("Ada", STAGE, "r")})
    assert hands.list_others("Ben", STAGE, "r") == set()
    assert hands.find_word("Ada", STAGE, "r") == ""


def test_who_joins_the_protocols_team_has_cards_without_a_publication_and_who_leaves_has_none(
    running: SmallPage, ben: Visit
) -> None:
    path = running.small.review.protocol_path
    path.write_text(path.read_text().replace('"Ada", "Ben", {', '"Ada", "Eve", {'))
    running.page.desk._reload()  # as its thread does when the file is another
    eve = running.log_in("Eve")
    assert 'data-report="rep_' in eve.get("/screen").text
    assert running.page.desk.count("Eve", STAGE)[1] > 0
    assert ben.client.get("/screen").status_code == 403
    path.write_text("this is no protocol")
    assert eve.client.get(f"/screen/{STAGE}").status_code == 200, "as it stood, while it cannot be read"

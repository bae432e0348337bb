"""The page in a real browser: two reviewers and a conflict, from login to PRISMA; by keys alone; without script; on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.event import ScreeningDecision
from tasks.review.judge import Said
from tests.support.page import PROTOCOL, SmallPage

#: Slow machines are no reason to fail.
PATIENCE = 120_000
PAGES = ("/screen", "/conflicts", "/duplicates", "/texts", "/decisions", "/overview", "/flow", "/settings", "/nowhere")
#: Two records that may be one report: the same in all but what a ruling is needed for.
TITLES = ("Apples and nurses", "Pears", "Plums", "Quinces")


@pytest.fixture(scope="module")
def served(serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallPage, str]:
    found: tuple[SmallPage, str] = serve(tmp_path_factory.mktemp("page") / "review", protocol=PROTOCOL, titles=TITLES)
    return found


def log_in(browser: Any, served: tuple[SmallPage, str], name: str, **kinds: Any) -> Any:
    running, address = served
    page = browser.new_context(base_url=address, **kinds).new_page()
    page.set_default_timeout(PATIENCE)
    running.accounts.add(name)
    page.goto(f"/login/{running.accounts.make_link(name)}")
    page.click("button")
    return page


def decided(served: tuple[SmallPage, str]) -> list[tuple[str, str]]:
    log = served[0].small.review.log
    return [(entry.actor, entry.event.verdict) for entry in log.entries(ScreeningDecision)]


def wait_for_card(page: Any, old: str) -> str:
    page.wait_for_function("old => document.querySelector('.card')?.dataset.report !== old", arg=old)
    return str(page.get_attribute(".card", "data-report")) if page.locator(".card").count() else ""


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]


def test_two_reviewers_from_login_to_prisma_by_keys_alone(browser: Any, served: tuple[SmallPage, str]) -> None:
    running, _ = served
    ada = log_in(browser, served, "Ada")
    ada.focus("button:has-text('Plain')")
    ada.keyboard.press("Enter")
    ada.wait_for_selector("kbd:has-text('V')")
    ada.wait_for_load_state("networkidle")  # a key before the script is there is nobody's
    card = str(ada.get_attribute(".card", "data-report"))
    # Ada includes, takes it back, includes with a note, and excludes the others.
    ada.keyboard.press("v")
    wait_for_card(ada, card)
    ada.keyboard.press("u")
    ada.wait_for_url(f"**/screen/title-abstract/{card}")
    ada.keyboard.press("n")
    ada.keyboard.type("vex")  # letters in a note are no keys
    ada.keyboard.press("Escape")
    ada.keyboard.press("?")
    assert ada.locator("#keys").is_visible()
    ada.keyboard.press("Escape")
    ada.keyboard.press("v")
    second = wait_for_card(ada, card)
    ada.keyboard.press("2")  # the second reason
    third = wait_for_card(ada, second)
    ada.keyboard.press("x")
    wait_for_card(ada, third)
    ada.keyboard.press("x")
    ada.wait_for_selector("h1:has-text('nothing is left for you')")
    assert decided(served) == [
        ("Ada", "include"),
        ("Ada", "include"),
        ("Ada", "exclude"),
        ("Ada", "exclude"),
        ("Ada", "exclude"),
    ]
    notes = [entry.event.note for entry in running.small.review.log.entries(ScreeningDecision)]
    assert notes == [None, "vex", None, None, None]
    # Ben agrees on the first, and not on the second.
    ben = log_in(browser, served, "Ben")
    ben.click("text=As in Rayyan")
    ben.wait_for_selector("kbd:has-text('I')")
    ben.wait_for_load_state("networkidle")
    for report, key in ((card, "i"), (second, "i"), (third, "e"), ("", "e")):
        while ben.get_attribute(".card", "data-report") != report and report:
            ben.goto(f"/screen/title-abstract/{report}")
        old = str(ben.get_attribute(".card", "data-report"))
        ben.keyboard.press(key)
        ben.wait_for_function("old => document.querySelector('.card')?.dataset.report !== old", arg=old)
    ben.wait_for_load_state("networkidle")
    running.settle_down()
    # The conflict, with both votes, settled by Ada with a key.
    ada.goto("/conflicts")
    ada.focus(".rows a")
    ada.keyboard.press("Enter")
    ada.wait_for_selector(".vote")
    assert ada.locator(".vote .who").all_inner_texts() == ["Ada", "Ben"]
    assert "Wrong study design" in ada.inner_text(".votes")
    assert violations(ada) == []
    ada.keyboard.press("v")
    ada.wait_for_selector("text=No conflict waits for you")
    # Full text: retrieved, included by both.
    for page in (ada, ben):
        for stage in ("retrieval", "full-text"):
            page.goto(f"/screen/{stage}")
            if page.locator(".card").count():
                page.click("button[value=include]")
                page.wait_for_load_state("networkidle")
                running.settle_down()
    ada.goto("/overview")
    ada.click("text=Publish now")
    ada.wait_for_selector("text=Published.")
    flow = (running.small.review.published / "prisma.csv").read_text()
    assert re.search(r"screen.*4", flow)
    assert running.small.rows(
        "SELECT count(*) FROM screening_status WHERE stage = 'title-abstract' AND status = 'included'"
    ) == [(2,)]


def test_without_script_every_step_works(browser: Any, served: tuple[SmallPage, str]) -> None:
    running, _ = served
    page = log_in(browser, served, "Ben", java_script_enabled=False)
    page.goto("/decisions")
    before = page.locator(".rows li").count()
    page.click(".rows a >> nth=0")
    address = page.url
    page.click("summary:has-text('Note')")
    page.fill("textarea[name=note]", "Without script")
    page.click("button[value=maybe]")
    page.goto("/decisions?q=without+script")
    running.settle_down()
    page.reload()
    assert page.locator(".rows li:has-text('maybe')").count() == 1
    page.click("text=Clear")
    page.goto("/decisions")
    assert page.locator(".rows li").count() == before - 1
    page.goto(address)
    page.click("button[value=include]")


def test_it_fits_a_phone_with_the_verdicts_in_reach(browser: Any, served: tuple[SmallPage, str]) -> None:
    running, _ = served
    report = running.reports["Pears"]
    page = log_in(browser, served, "Ada", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    for path in (*PAGES, f"/records/{report}", f"/screen/full-text/{report}", f"/screen/title-abstract/{report}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path
    for button in page.locator(".verdict").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
        assert 844 / 2 < box["y"] < 844 - box["height"] + 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_fault_that_axe_knows(browser: Any, served: tuple[SmallPage, str], scheme: str) -> None:
    running, address = served
    page = log_in(browser, served, "Ada", color_scheme=scheme)
    found = []
    for path in (
        *PAGES,
        f"/records/{running.reports['Pears']}",
        f"/screen/full-text/{running.reports['Pears']}",
        f"/screen/title-abstract/{running.reports['Pears']}",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found += violations(page)
    stranger = browser.new_context(base_url=address).new_page()
    for path in ("/", f"/login/{running.accounts.make_link('Ada')}"):
        stranger.goto(path)
        found += violations(stranger)
    assert found == []


def offer_all_again(running: SmallPage, name: str) -> None:
    for report in running.reports.values():
        running.page.desk.clear(name, "title-abstract", report)


def test_a_verdict_that_was_refused_is_told_and_its_card_comes_back(
    browser: Any, served: tuple[SmallPage, str]
) -> None:
    running, _ = served
    page = log_in(browser, served, "Ada")
    offer_all_again(running, "Ada")
    page.goto("/screen/title-abstract")
    page.wait_for_load_state("networkidle")
    before, card = len(decided(served)), str(page.get_attribute(".card", "data-report"))
    page.route("**/screen/title-abstract/rep_*", lambda route: route.fulfill(status=400, body="No such reason."))
    page.click(".note summary")
    page.fill("textarea[name=note]", "kept")
    page.click("button[value=exclude]")
    page.wait_for_selector("#said.wrong:has-text('Excluded was not noted (No such reason)')")
    assert page.get_attribute(".card", "data-report") == card
    assert page.input_value("textarea[name=note]") == "kept"
    assert len(decided(served)) == before


def test_without_a_net_decisions_are_kept_through_a_reload_and_sent_once_each(
    browser: Any, serve: Callable[..., Any], tmp_path: Path
) -> None:
    """Cards are taken along; the net goes; three are decided, the page is loaded again, one is taken back; the net comes back."""
    served = serve(tmp_path / "review", protocol=PROTOCOL, titles=TITLES)
    running, _ = served
    page = log_in(browser, served, "Ben")
    page.goto("/screen/title-abstract")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.click("text=Take 200 cards along")
    page.wait_for_selector("#net:has-text('3 cards in hand')")
    before = decided(served)
    page.context.set_offline(True)
    first = str(page.get_attribute(".card", "data-report"))
    page.click("button[value=exclude]")
    second = wait_for_card(page, first)
    page.click("button[value=maybe]")
    third = wait_for_card(page, second)
    page.wait_for_selector("#net:has-text('2 decisions are kept in this browser')")
    page.reload()
    page.wait_for_selector("#net:has-text('No connection. 2 decisions are kept')")
    assert page.get_attribute(".card", "data-report") == third
    page.click("button[value=include]")
    fourth = wait_for_card(page, third)
    page.click("text=Undo")
    assert wait_for_card(page, fourth) == third
    page.click("button[value=exclude]")
    wait_for_card(page, third)
    if (
        decided(served) != before
    ):  # nothing can come without a net: a service worker that Chromium starts anew may still have it
        pytest.skip("this browser kept its net for a service worker")
    # Meanwhile the second is settled, and Ben's phone has decided on the third as this browser has.
    vote(running, "Ada", second, "exclude", consensus=True)
    vote(running, "Ben", third, "exclude")
    before = decided(served)
    page.context.set_offline(False)
    page.wait_for_selector("#told li:has-text('its votes were all in by then')")
    page.wait_for_function("() => JSON.parse(localStorage.getItem('living-review/Ben/waiting')).length === 0")
    assert decided(served)[len(before) :] == [("Ben", "exclude")]
    page.click("text=Seen")
    assert page.locator("#told li").count() == 0
    assert page.get_attribute(".card", "data-report") == fourth


def vote(running: SmallPage, name: str, report: str, verdict: str, *, consensus: bool = False) -> None:
    desk = running.page.desk
    card = desk.card(report)
    assert card
    entry = desk.vote(card, Said("title-abstract", verdict, name, None, consensus), None)
    desk.catch_up(entry.seq, patience=60)

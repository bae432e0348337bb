"""Coding in a real browser: a text that two code, from selection to a theme; by keys alone; without script, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from schemas.event_coding import CodingAdded
from tests.browser.test_page import log_in, violations
from tests.support.coding import BOTH, HERS, TALK, make_coding_review
from tests.support.page import SmallPage
from warehouse.connect import reader

Served = tuple[SmallPage, str]


@pytest.fixture(scope="module")
def served(serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Served:
    found: Served = serve(tmp_path_factory.mktemp("coding") / "review", make=make_coding_review)
    return found


def quotes(served: Served, who: str) -> list[str]:
    """What somebody coded by the log, held against the text."""
    found = []
    for entry in served[0].small.review.log.entries(CodingAdded):
        if entry.actor == who and isinstance(event := entry.event, CodingAdded):
            assert TALK[event.start_char : event.end_char] == event.quote
            found.append(event.quote)
    return found


def drag(page: Any, words: str) -> None:
    """Selects words with the mouse, from before the first to behind the last letter."""
    box = page.evaluate(
        """async words => {
            const settled = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            await settled();
            const walker = document.createTreeWalker(document.querySelector("#text"), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                walker.currentNode.parentElement.scrollIntoView({ block: "start" });
                await settled();
                const range = document.createRange();
                range.setStart(walker.currentNode, at);
                range.setEnd(walker.currentNode, at + words.length);
                const { left, right, top, bottom } = range.getBoundingClientRect();
                return { left, right, y: (top + bottom) / 2 };
            }
        }""",
        words,
    )
    page.mouse.move(box["left"] + 1, box["y"])
    page.mouse.down()
    page.mouse.move(box["right"], box["y"], steps=4)
    page.mouse.up()


def said(page: Any, words: str) -> None:
    page.wait_for_selector(f"#said:has-text('{words}')")


def test_a_text_that_two_code_from_selection_to_a_changed_theme(browser: Any, served: Served) -> None:
    running, _ = served
    people = {name: log_in(browser, served, name) for name in ("Ada", "Ben")}
    for name, words, code in (("Ada", "𝒜nna; hope", "hope"), ("Ben", "Hope is a plan, said 𝒜nna", "fear")):
        page = people[name]
        page.goto("/code")
        page.click(f"text={BOTH}")
        page.wait_for_load_state("load")
        drag(page, words)
        page.wait_for_function("words => document.querySelector('#selected').textContent.includes(words)", arg=words)
        page.fill("#code", code)
        page.press("#code", "Enter")
        said(page, f"Coded with {code}")
        assert page.locator(".tags a").all_inner_texts()[:1] == [code]
        assert violations(page) == []
        page.click("text=I am done with this text")
    assert quotes(served, "Ada") == ["𝒜nna; hope"]
    assert quotes(served, "Ben") == ["Hope is a plan, said 𝒜nna"]
    # Now both see what the other coded, side by side, and join it.
    ada = people["Ada"]
    ada.goto("/code")
    ada.click("text=1 of 1 difference open")
    assert ada.locator(".side .who").all_inner_texts() == ["Ada", "BE"]
    assert violations(ada) == []
    ada.fill("input[name=reason]", "One thought")
    ada.click("text=Join")
    ada.wait_for_selector("text=One thought")
    ada.goto("/code/book")
    ada.check("[aria-label='Choose fear']")
    ada.fill("[name=theme]", "Fears")
    ada.click("button[value=theme]")
    ada.wait_for_selector("tbody tr")
    row = ada.locator("tbody tr")
    assert row.locator("td").all_inner_texts() == ["Fears", "1", "1", "1"]
    assert violations(ada) == []
    running.page.publisher.start()
    running.page.publisher.wait(120)
    with running.page.desk.reading(), reader(running.small.review.published_warehouse) as con:
        assert con.execute("SELECT name, studies, codings FROM theme_evidence").fetchall() == [("Fears", 1, 1)]


def test_by_keys_alone(browser: Any, served: Served) -> None:
    page = log_in(browser, served, "Ada")
    page.goto("/code")
    page.focus(f"text={HERS}")
    page.keyboard.press("Enter")
    page.wait_for_selector("#text")
    for _ in range(30):
        if page.evaluate("() => document.activeElement.id") == "text":
            break
        page.keyboard.press("Tab")
    before = len(quotes(served, "Ada"))

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    press("ArrowRight", "Shift+ArrowRight")  # the seedling is no word, and is between the two
    press("c")
    page.keyboard.type("hope")
    press("Enter")
    said(page, "Coded with hope")
    press("ArrowDown", "q")  # the next line, with the last code
    page.wait_for_selector("#L2 .m")
    press("ArrowRight", "Shift+ArrowRight", "n")
    page.keyboard.type("people / nurses")
    press("Enter")
    said(page, "New code, and coded with people / nurses")
    press("Shift+ArrowRight", "v")
    said(page, "Coded in vivo")
    press("o")
    said(page, "Chosen")
    press("u")
    said(page, "Unmarked")
    press("z")
    said(page, "Taken back: the removal of 1 coding")
    press("y")
    said(page, "Done again")
    press("ArrowUp", "2")
    said(page, "Coded with people / nurses")
    found = quotes(served, "Ada")[before:]
    assert found[:2] == ["Trust 🌱 grows", "Doubt stays on the ward."]
    assert found[2] == "Hope is"
    press("?")
    assert page.locator("#keys").is_visible()
    press("Escape", "o")
    said(page, "Chosen")
    press("m")
    page.wait_for_selector(".panel textarea:focus")
    page.keyboard.type("U and Z are letters here")
    assert page.locator(".panel textarea").input_value() == "U and Z are letters here"


def test_without_script_on_a_phone_in_the_dark(browser: Any, served: Served) -> None:
    kinds = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    page = log_in(browser, served, "Ada", java_script_enabled=False, **kinds)
    page.goto("/code")
    page.click(f"text={HERS}")
    page.fill("[name=line]", "4")
    page.fill("[name=quote]", "said 𝒜nna")
    page.fill("#code", "trust")
    page.click("button[value=mark]")
    page.wait_for_selector(".panel")
    assert quotes(served, "Ada")[-1] == "said 𝒜nna"
    page.click("button[value=unmark]")
    page.click("button[value=undo]")
    page.wait_for_selector(".panel:has-text('trust')")
    with_script = log_in(browser, served, "Ada", **kinds)
    for path in ("/code", "/code/book", "/code/themes"):
        with_script.goto(path)
        assert violations(with_script) == []
    with_script.goto("/code")
    with_script.click(f"text={HERS}")
    assert violations(with_script) == []
    assert with_script.evaluate("() => document.documentElement.scrollWidth") <= 390

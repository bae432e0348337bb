"""Forms in a real browser: two extractors who differ, what they agree on in study_characteristic; two appraisers, to table_2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.test_page import PATIENCE, log_in, violations
from tests.support.forms import FORMS, make_included_review
from tests.support.page import SmallPage
from tests.support.reviews import PROTOCOL


@pytest.fixture(scope="module")
def served(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallPage, str]]:
    yield serve(tmp_path_factory.mktemp("forms") / "review", make=make_included_review, protocol=PROTOCOL + FORMS)


def test_two_extractors_differ_and_what_they_agree_on_counts(browser: Any, served: tuple[SmallPage, str]) -> None:
    running, _ = served
    ada, ben = log_in(browser, served, "Ada"), log_in(browser, served, "Ben", java_script_enabled=False)
    ada.goto("/forms/extraction")
    ada.click(".rows a >> nth=0")
    address = ada.url
    # Ada, by keys alone: each answer is saved as she leaves it.
    ada.focus("[name='answer.country']")
    ada.keyboard.type("Exemplaria")
    ada.keyboard.press("Tab")
    ada.wait_for_selector("#q-country .state:has-text('Saved')")
    ada.fill("[name='answer.sample']", "12b")
    ada.keyboard.press("Tab")
    ada.wait_for_selector("#q-sample .state.wrong:has-text('is no number')")
    ada.reload()
    ada.wait_for_selector("#q-sample .state.wrong")
    assert ada.input_value("[name='answer.sample']") == "12b", "what was not saved is there after a reload"
    ada.fill("[name='answer.sample']", "at least 12")
    ada.keyboard.press("Control+s")
    ada.wait_for_selector("#said:has-text('All is saved')")
    ada.focus("[value='ward']")
    ada.keyboard.press("Space")
    ada.wait_for_selector("#q-setting .state:has-text('Saved')")
    assert violations(ada) == []
    ada.click("text=Done with this study")
    ada.wait_for_selector("h2:has-text('waiting for a colleague')")
    # Ben, without script.
    ben.goto(address)
    assert "Exemplaria" not in ben.content()
    ben.fill("[name='answer.country']", "Exemplaria")
    ben.fill("[name='answer.sample']", "12")
    ben.check("[value='ward']")
    ben.click("text=Done with this study")
    assert ben.locator("#to-settle").inner_text() == "To settle 1"
    assert violations(ada) == []
    ada.goto(address)
    assert ada.locator("#q-sample .vote .answer").all_inner_texts() == ["at least 12 people", "12 people"]
    assert violations(ada) == []
    ada.click("#q-sample button:has-text('Take this') >> nth=1")
    ada.wait_for_selector("text=all that differed is settled")
    ada.goto("/overview")
    ada.click("text=Publish now")
    ada.wait_for_selector("text=Published.", timeout=PATIENCE)
    query = "SELECT field, value, agreement FROM study_characteristic JOIN study USING (study_id) ORDER BY field"
    assert running.small.rows(query) == [
        ("country", "Exemplaria", "same"), ("sample", "12", "consensus"), ("setting", "ward", "same"),
    ]  # fmt: skip


def test_two_appraisers_come_to_table_2_on_a_phone(browser: Any, served: tuple[SmallPage, str]) -> None:
    running, _ = served
    address = f"/forms/two-questions/{running.reports['Pears']}"
    for name in ("Ada", "Ben"):
        page = log_in(
            browser,
            served,
            name,
            viewport={"width": 390, "height": 844},
            is_mobile=True,
            has_touch=True,
            color_scheme="dark",
        )
        page.goto(address)
        page.tap("label:has-text('yes')")
        page.wait_for_selector("#q-1 .state:has-text('Saved')")
        page.fill("[name='reason.1']", "stated on page 2")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert violations(page) == []
        page.tap("text=Done with this report")
        page.wait_for_selector(
            "h2:has-text('waiting for a colleague')" if name == "Ada" else "text=Complete: nothing differs"
        )
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.goto("/overview")
    page.tap("text=Publish now")
    page.wait_for_selector("text=Published.", timeout=PATIENCE)
    query = "SELECT answer, reason, agreement FROM table_2 JOIN study USING (study_id) WHERE label LIKE 'Author2%' AND item = 1"
    assert running.small.rows(query) == [("yes", "stated on page 2", "same")]

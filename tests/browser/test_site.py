"""The site in a real browser, from a folder: accessible, within the width, light and dark; sorted, filtered, explored; without script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_page import violations
from tests.support.site import list_pages, make_told_review

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_told_review(tmp_path_factory.mktemp("told") / "review").review.published / "site"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with browser.new_context() as context:
        yield context.new_page()


def kinds(site: Path) -> list[Path]:
    """A page of each kind: those of the first folder, and one of every other."""
    pages = list_pages(site)
    return [page for page in pages if page.parent == site] + [
        next(page for page in pages if page.parent.name == folder) for folder in ("studies", "themes", "findings", "codes", "explorer")
    ] + [site / "flow" / "excluded_full_text.html", site / "themes" / "by-country.html"]  # fmt: skip


@pytest.mark.parametrize(
    "kind", [{"color_scheme": "light"}, {"color_scheme": "dark", **PHONE}], ids=["wide and light", "a phone, dark"]
)
def test_every_kind_of_page_is_accessible_and_within_the_width(browser: Any, site: Path, kind: dict[str, Any]) -> None:
    with browser.new_context(**kind) as context:
        page, said = context.new_page(), []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append("a hostile title has run"))
        for path in kinds(site):
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path.name
            assert violations(page) == []
        assert said == []


def test_studies_are_sorted_and_filtered_where_they_stand(page: Any, site: Path) -> None:
    page.goto((site / "studies.html").as_uri())
    names = page.locator("tbody tr:visible th a")
    people = page.locator("thead button:has-text('Number of people')")
    people.click()
    assert names.all_inner_texts() == ["PEARS", "APPLES", "PLUMS"], "most first, and what is not known last"
    people.click()
    assert names.all_inner_texts() == ["APPLES", "PEARS", "PLUMS"]
    assert page.locator("th[aria-sort=ascending]").count() == 1
    page.fill("input[type=search]", "ward exemplaria")
    assert names.all_inner_texts() == ["APPLES", "PLUMS"]
    assert page.locator(".filter [aria-live]").inner_text() == "2 of 3"


def test_codes_and_characteristics_are_stacked_and_the_address_holds_them(page: Any, site: Path) -> None:
    page.goto((site / "explorer.html").as_uri())
    found = page.locator("#results a")
    assert page.inner_text("#found") == "3 studies"
    page.check("label:has-text('trust') input")
    assert found.all_inner_texts() == ["APPLES", "PEARS"]
    page.click("summary:has-text('Setting')")
    page.check("label:has-text('community') input")
    assert page.inner_text("#found") == "1 of 3 studies"
    address = page.url
    page.goto((site / "index.html").as_uri())
    page.goto(address)
    assert found.all_inner_texts() == ["PEARS"]
    assert violations(page) == []
    found.first.click()
    assert page.inner_text("h1") == "PEARS"
    page.go_back()
    page.click("#chosen button >> nth=0")
    page.click("#clear")
    assert page.inner_text("#found") == "3 studies"


def test_a_box_of_the_diagram_leads_to_its_records_without_script(browser: Any, site: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site / "flow.html").as_uri())
        page.click("svg #box-excluded_full_text a")
        assert page.inner_text("h1") == "Reports excluded: 1"
        page.goto((site / "explorer.html").as_uri())
        page.click("text=Country")
        assert page.locator("tbody tr:has-text('trust') td").all_inner_texts() == ["1 of 2", "1 of 1"]

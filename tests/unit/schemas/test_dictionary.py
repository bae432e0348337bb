"""The data dictionary on paper is the one that the models make."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.dictionary import html, markdown, tables

PAGE = Path(__file__).parents[3] / "docs" / "data-dictionary.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == markdown() + "\n", (
        "run: living-review dictionary > docs/data-dictionary.md"
    )


def test_every_column_says_what_it_means():
    for name, model in tables().items():
        assert (model.__doc__ or "").strip(), name
        for column, spec in model.to_schema().columns.items():
            assert spec.description, f"{name}.{column}"


def test_the_page_with_links_leads_everywhere():
    page = html()
    places = re.findall(r'<h3 id="([^"]+)"', page)
    assert sorted(places) == sorted(name.removeprefix("main.") for name in tables())
    assert set(re.findall(r'href="#([^"]+)"', page)) == set(places)

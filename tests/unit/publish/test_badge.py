"""The badge: the state and its day, as a picture that can be read aloud, and as the data that badge services ask for."""

from __future__ import annotations

import json
from datetime import date
from typing import get_args

import pytest
from lxml import etree

from tasks.publish.badge import COLOURS, badge_json, badge_svg, state_files
from tasks.review.living_state import StateName

DAY = date(2026, 11, 28)


def test_every_state_has_a_colour() -> None:
    assert set(COLOURS) == set(get_args(StateName))


@pytest.mark.parametrize("state", COLOURS)
def test_says_state_and_day(state: str) -> None:
    data = json.loads(badge_json(state, DAY))
    assert data == {
        "schemaVersion": 1,
        "label": "living review",
        "message": f"{state} (2026-11-28)",
        "color": COLOURS[state][0],
    }
    picture = etree.fromstring(badge_svg(state, DAY).encode())
    assert picture.get("aria-label") == f"living review: {state} (2026-11-28)"
    assert [text.text for text in picture.iter("{*}text")] == ["living review", f"{state} (2026-11-28)"]


@pytest.mark.parametrize("colour", sorted({drawn for _, drawn in COLOURS.values()}))
def test_white_letters_stand_out(colour: str) -> None:
    def light(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (light(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_the_files_of_a_state_say_the_same() -> None:
    files = state_files({"state": "overdue", "reasons": ["5 reports to screen"]}, DAY)
    assert json.loads(files["living.json"]) == {
        "day": "2026-11-28",
        "state": "overdue",
        "reasons": ["5 reports to screen"],
    }
    assert (files["badge.svg"], files["badge.json"]) == (badge_svg("overdue", DAY), badge_json("overdue", DAY))

"""The review's state for other people's pages: as data, and as a badge (a picture, and the shape that badge services ask for)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from tasks.publish.svg import FONTS, clean, element, number, text_width

LABEL = "living review"
#: State → colour by name, for an endpoint, and as drawn: dark enough for white letters.
COLOURS = {
    "up to date": ("brightgreen", "#2f7d31"),
    "new evidence awaiting": ("blue", "#1f6fb2"),
    "new evidence, conclusions unlikely to change": ("blue", "#1f6fb2"),
    "new evidence, conclusions likely to change": ("orange", "#a85b00"),
    "overdue": ("red", "#b3261e"),
    "retired": ("lightgrey", "#5b6671"),
}
_SIZE, _HEIGHT, _PAD = 11.0, 20.0, 6.0


def state_files(living: Mapping[str, Any], day: date) -> dict[str, str]:
    """The files that say the review's state, by name. `living`: the state as data, found for this day."""
    data = json.dumps({"day": day, **living}, ensure_ascii=False, indent=1, default=str) + "\n"
    return {
        "badge.svg": badge_svg(living["state"], day),
        "badge.json": badge_json(living["state"], day),
        "living.json": data,
    }


def badge_json(state: str, day: date) -> str:
    """The badge as data: the state, and the day for which it was found."""
    found = {"schemaVersion": 1, "label": LABEL, "message": _message(state, day), "color": COLOURS[state][0]}
    return json.dumps(found, ensure_ascii=False) + "\n"


def badge_svg(state: str, day: date) -> str:
    """The badge as a picture."""
    message = _message(state, day)
    left, right = (text_width(words, _SIZE) + 2 * _PAD for words in (LABEL, message))
    width = left + right
    parts = [
        element("title", clean(f"{LABEL}: {message}")),
        element("rect", width=left, height=_HEIGHT, fill="#3e4c59"),
        element("rect", x=left, width=right, height=_HEIGHT, fill=COLOURS[state][1]),
        _words(_PAD, LABEL),
        _words(left + _PAD, message),
    ]
    return (
        element(
            "svg", "".join(parts), xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {number(width)} {number(_HEIGHT)}", width=width,
            height=_HEIGHT, role="img", aria_label=f"{LABEL}: {message}", font_family=FONTS,
        )
        + "\n"
    )  # fmt: skip


def _message(state: str, day: date) -> str:
    return f"{state} ({day})"


def _words(x: float, words: str) -> str:
    return element("text", clean(words), x=x, y=14.0, font_size=_SIZE, fill="#ffffff")

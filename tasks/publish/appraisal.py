"""Critical appraisal in pictures: a mark a study and item (traffic lights), and a bar an item. No picture has a score.

An answer is told by the shape and sign of its mark as well as by its colour, so that it can be read in grey.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb

from tasks.publish import svg

_LIGHTS = Path(__file__).with_name("appraisal.sql").read_text(encoding="utf-8")
_TOTALS = Path(__file__).with_name("appraisal_totals.sql").read_text(encoding="utf-8")
_MARGIN, _SIZE, _RADIUS = 24.0, 12.0, 9.5
_DARK, _PALE = svg.INK, "#ffffff"


@dataclass(frozen=True)
class Mark:
    """How an answer is drawn: its shape, the sign inside it, and both colours."""

    shape: str
    sign: str
    fill: str
    ink: str


_MARKS = {
    "yes": Mark("circle", "+", "#1b6e53", _PALE),
    "can't tell": Mark("square", "?", "#f2c94c", _DARK),
    "unclear": Mark("square", "?", "#f2c94c", _DARK),
    "no": Mark("diamond", "–", "#a63d0a", _PALE),
    "not applicable": Mark("square", "/", "#d3d9df", _DARK),
    "reviewers differ": Mark("hollow circle", "≠", "#ffffff", _DARK),
    "reports differ": Mark("hollow diamond", "≠", "#ffffff", _DARK),
    "not appraised": Mark("hollow square", "", "#ffffff", _DARK),
}
#: Marks for the answers of a checklist of the team's own, in its order; the sign is the answer's first letter.
_OWN = (
    ("circle", "#1b6e53", _PALE),
    ("square", "#f2c94c", _DARK),
    ("diamond", "#a63d0a", _PALE),
    ("square", "#d3d9df", _DARK),
)


def lights_figure(con: duckdb.DuckDBPyConnection, checklist: str) -> str:
    """The traffic-light plot of one checklist: a row a study, a column an item (SVG)."""
    title = f"{_title(con, checklist)}: included studies"
    return lights_svg(
        con.execute(_LIGHTS, {"checklist": checklist}).fetchall(), answers=_answers(con, checklist), title=title
    )


def bars_figure(con: duckdb.DuckDBPyConnection, checklist: str) -> str:
    """The bars of one checklist: of each item, how many reports got each answer (SVG)."""
    title = f"{_title(con, checklist)}: included reports by answer"
    return bars_svg(
        con.execute(_TOTALS, {"checklist": checklist}).fetchall(), answers=_answers(con, checklist), title=title
    )


def lights_svg(rows: Sequence[tuple[str, int, str, str]], *, answers: Sequence[str], title: str) -> str:
    """`rows` are (study, item, the item in a word, answer), ordered by study and item; `answers`: the checklist's."""
    mark_of = _assign_marks(answers)
    items = sorted({(item, short) for _, item, short, _ in rows})
    place = {item: number for number, (item, _) in enumerate(items)}
    studies = [study for study, _ in groupby(rows, key=lambda row: row[0])]
    left = _MARGIN + max([svg.text_width(study, _SIZE) for study in studies], default=0.0) + 18.0
    column, row_high = 34.0, 27.0
    headings = max([svg.text_width(f"{item} {short}", 11) for item, short in items], default=0.0)
    shown = _list_shown(answers, {row[3] for row in rows})
    edge = left + column * len(items)
    right = max(edge + _MARGIN, _legend_width(shown) + 2 * _MARGIN, 360.0)
    parts, y = _heading(title, right)
    top = y + headings + 14.0
    for number, (item, short) in enumerate(items):
        x = left + column * (number + 0.5)
        parts.append(svg.text(x + 4.0, top - 8.0, f"{item} {short}", size=11, turn=True))
    described = []
    for number, (study, answered) in enumerate(groupby(rows, key=lambda row: row[0])):
        middle = top + row_high * (number + 0.5)
        if number % 2 == 0:
            stripe = svg.element(
                "rect", x=_MARGIN, y=middle - row_high / 2, width=edge - _MARGIN, height=row_high, fill="#f3f5f7"
            )
            parts.append(stripe)
        parts.append(svg.text(_MARGIN + 4.0, middle + 4.2, study, size=_SIZE))
        told = []
        for _, item, short, answer in answered:
            x = left + column * (place[item] + 0.5)
            parts.append(svg.group(_draw(mark_of(answer), x, middle), title=f"{study}, {item} {short}: {answer}"))
            told.append(f"{short} {answer}")
        described.append(f"{study}: {', '.join(told)}")
    bottom = top + row_high * len(studies) + 16.0
    parts += _legend(shown, mark_of, bottom)
    return svg.document(right, bottom + 46.0, parts, name="appraisal", title=title, description=". ".join(described))


def bars_svg(rows: Sequence[tuple[int, str, str, int]], *, answers: Sequence[str], title: str) -> str:
    """`rows` are (item, the item in a word, answer, reports), the answers of an item together; `answers`: the checklist's."""
    mark_of = _assign_marks(answers)
    items = [(item, short, list(group)) for (item, short), group in groupby(rows, key=lambda row: (row[0], row[1]))]
    most = max((sum(row[3] for row in group) for _, _, group in items), default=0) or 1
    left = _MARGIN + max([svg.text_width(f"{item} {short}", _SIZE) for item, short, _ in items], default=0.0) + 14.0
    wide, high = 460.0, 24.0
    shown = _list_shown(answers, {row[2] for row in rows})
    right = max(left + wide + _MARGIN, _legend_width(shown) + 2 * _MARGIN)
    parts, y = _heading(title, right)
    described = []
    for item, short, group in items:
        x = left
        parts.append(svg.text(_MARGIN, y + 16.5, f"{item} {short}", size=_SIZE))
        for _, _, answer, n in group:
            mark, length = mark_of(answer), n * wide / most
            label = f"{mark.sign} {n:,}".strip()
            if svg.text_width(label, 11) > length - 4.0:
                label = f"{n:,}" if svg.text_width(f"{n:,}", 11) <= length - 2.0 else ""
            bar = [
                svg.element(
                    "rect", x=x, y=y, width=length, height=high, fill=mark.fill, stroke=_DARK, stroke_width=0.75
                ),
                svg.text(x + length / 2, y + 16.0, label, size=11, fill=mark.ink, anchor="middle"),
            ]
            parts.append(svg.group(bar, title=f"{item} {short}: {n:,} reports {answer}"))
            x += length
        described.append(f"{item} {short}: " + ", ".join(f"{answer} {n:,}" for _, _, answer, n in group))
        y += high + 9.0
    parts += _legend(shown, mark_of, y + 8.0)
    return svg.document(right, y + 54.0, parts, name="appraisal-totals", title=title, description=". ".join(described))


def _title(con: duckdb.DuckDBPyConnection, checklist: str) -> str:
    found = con.execute("SELECT any_value(title) FROM main.checklist_item WHERE checklist = ?", [checklist]).fetchall()
    return str(found[0][0] or checklist)


def _answers(con: duckdb.DuckDBPyConnection, checklist: str) -> list[str]:
    query = "SELECT answers FROM main.checklist_item WHERE checklist = ? AND NOT open ORDER BY item LIMIT 1"
    found = con.execute(query, [checklist]).fetchall()
    return list(found[0][0]) if found else []


def _list_shown(answers: Sequence[str], found: Set[str]) -> list[str]:
    """What the legend explains: the checklist's answers, and of what is no answer what occurs."""
    return [*answers, *(answer for answer in _MARKS if answer not in answers and answer in found)]


def _assign_marks(answers: Sequence[str]) -> Callable[[str], Mark]:
    """The mark of each answer: the usual one, or of a checklist of the team's own one by its place and first letter."""
    own = {
        answer: Mark(shape, answer[:1].upper(), fill, ink)
        for answer, (shape, fill, ink) in zip([a for a in answers if a not in _MARKS], _OWN * 9, strict=False)
    }
    return lambda answer: _MARKS.get(answer) or own.get(answer) or Mark("square", answer[:1].upper(), "#d3d9df", _DARK)


def _draw(mark: Mark, x: float, y: float) -> list[str]:
    r = _RADIUS
    hollow = mark.shape.startswith("hollow")
    shape = mark.shape.removeprefix("hollow ")
    stroke, dash = _DARK if hollow else mark.fill, "3 2" if hollow else None
    if shape == "circle":
        drawn = svg.element("circle", cx=x, cy=y, r=r, fill=mark.fill, stroke=stroke, stroke_dasharray=dash)
    elif shape == "square":
        drawn = svg.element(
            "rect",
            x=x - r + 1,
            y=y - r + 1,
            width=2 * r - 2,
            height=2 * r - 2,
            fill=mark.fill,
            stroke=stroke,
            stroke_dasharray=dash,
        )
    else:
        corners = ((x, y - r - 2), (x + r + 2, y), (x, y + r + 2), (x - r - 2, y))
        path = "M" + " L".join(f"{svg.number(cx)} {svg.number(cy)}" for cx, cy in corners) + " Z"
        drawn = svg.element("path", d=path, fill=mark.fill, stroke=stroke, stroke_dasharray=dash)
    sign = [svg.text(x, y + 4.6, mark.sign, size=13, bold=True, fill=mark.ink, anchor="middle")] if mark.sign else []
    return [drawn, *sign]


def _heading(title: str, right: float) -> tuple[list[str], float]:
    lines = svg.wrap(title, 16, right - 2 * _MARGIN, bold=True)
    texts = [svg.text(_MARGIN, _MARGIN + 14.0 + 22.0 * i, line, size=16, bold=True) for i, line in enumerate(lines)]
    return texts, _MARGIN + 22.0 * len(lines) + 12.0


def _legend(shown: Sequence[str], mark_of: Callable[[str], Mark], y: float) -> list[str]:
    parts, x = [], _MARGIN + _RADIUS
    for answer in shown:
        parts += _draw(mark_of(answer), x, y + _RADIUS)
        parts.append(svg.text(x + _RADIUS + 6.0, y + _RADIUS + 4.2, answer, size=_SIZE))
        x += 2 * _RADIUS + svg.text_width(answer, _SIZE) + 22.0
    return parts


def _legend_width(shown: Sequence[str]) -> float:
    return sum(2 * _RADIUS + svg.text_width(answer, _SIZE) + 22.0 for answer in shown)

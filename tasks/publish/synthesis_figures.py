"""Pictures of the synthesis: saturation with its band, themes by version, and themes by a characteristic of the studies.

Every picture has its numbers in it as text, and can be read in grey.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import duckdb

from tasks.publish import svg

_MARGIN, _SIZE = 24.0, 12.0
_BAND, _BAR, _STRIPE = "#dbe4ec", "#a9c6df", "#f3f5f7"
_NAME_WIDE = 250.0
#: How many versions a picture shows at most: the first, the newest, and before it those in which something changed.
VERSIONS = 12

_SATURATION = """
SELECT s.position, coalesce(u.label, s.study_id), s.new_codes, s.codes, s.low, s.median, s.high
FROM saturation AS s LEFT JOIN study AS u USING (study_id) ORDER BY s.position
"""
_DRIFT = "SELECT version, name, studies, codings FROM theme_drift ORDER BY position, version"
_SUBGROUPS = """
SELECT t.name, coalesce(m.value, '(not extracted)'), m.studies, m.of_studies, m.studies_by_speaker
FROM theme_by_characteristic AS m JOIN theme AS t USING (theme_id)
WHERE m.field = ? ORDER BY t.position, m.value NULLS LAST
"""

Saturation = Sequence[tuple[int, str, int, int, float, float, float]]
"""Position, study, codes that it brought, codes so far; of random orders the lower end, median and upper end."""


def saturation_figure(con: duckdb.DuckDBPyConnection) -> str:
    """How many codes the studies brought, in the order in which they were included, within the band of random orders (SVG)."""
    return saturation_svg(con.execute(_SATURATION).fetchall(), title="Codes by study, in the order of inclusion")


def drift_figure(con: duckdb.DuckDBPyConnection) -> str:
    """How many studies each theme rested on at each version (SVG)."""
    return drift_svg(con.execute(_DRIFT).fetchall(), title="Studies behind each theme, by version")


def subgroups_figure(con: duckdb.DuckDBPyConnection, field: str, label: str) -> str:
    """Of the studies with each value of a characteristic, how many support each theme (SVG)."""
    rows = con.execute(_SUBGROUPS, [field]).fetchall()
    spoken = {(theme, value): n for theme, value, *_, n in rows if n}
    return matrix_svg([row[:4] for row in rows], title=f"Themes by {label[:1].lower()}{label[1:]}", spoken=spoken)


def saturation_svg(rows: Saturation, *, title: str) -> str:
    """The studies' own line is drawn through; the median of random orders is dashed, and their band of 95% is grey."""
    most = max([row[3] for row in rows] + [row[6] for row in rows], default=0) or 1
    column, high = max(28.0, 560.0 / max(len(rows), 1)), 260.0
    left, names = _MARGIN + 44.0, max((svg.text_width(row[1], 11) for row in rows), default=0.0)
    right = max(left + column * max(len(rows) - 1, 1) + 2 * _MARGIN, 660.0)
    parts, top = _heading(title, right)
    top += 26.0
    base = top + high

    def place(index: int, codes: float) -> tuple[float, float]:
        return left + 12.0 + column * index, base - codes * high / most

    for codes in _ticks(most):
        y = place(0, codes)[1]
        parts.append(
            svg.element(
                "path", d=f"M{svg.number(left)} {svg.number(y)} H{svg.number(right - _MARGIN)}", stroke="#d5dbe1"
            )
        )
        parts.append(svg.text(left - 8.0, y + 4.0, f"{codes:,}", size=11, anchor="end"))
    parts.append(svg.text(_MARGIN + 4.0, top - 12.0, "codes", size=11, fill=svg.MUTED))
    if rows:
        upper = [place(i, row[6]) for i, row in enumerate(rows)]
        lower = [place(i, row[4]) for i, row in enumerate(rows)]
        parts.append(svg.element("path", d=f"{_path([*upper, *reversed(lower)])} Z", fill=_BAND))
        median = _path([place(i, row[5]) for i, row in enumerate(rows)])
        parts.append(
            svg.element("path", d=median, fill="none", stroke=svg.MUTED, stroke_width=1.5, stroke_dasharray="5 4")
        )
        parts.append(
            svg.element(
                "path",
                d=_path([place(i, row[3]) for i, row in enumerate(rows)]),
                fill="none",
                stroke=svg.INK,
                stroke_width=2,
            )
        )
    for i, (_, study, new, codes, low, median_of, upper_end) in enumerate(rows):
        x, y = place(i, codes)
        said = f"{study}: {new} new, {codes} in all; {low:g} to {upper_end:g} in random orders"
        dot = svg.element("circle", cx=x, cy=y, r=4.0, fill=svg.INK)
        parts.append(
            svg.group(
                [dot, svg.text(x, y + (19.0 if codes <= median_of else -9.0), f"+{new}", size=11, anchor="middle")],
                title=said,
            )
        )
        parts.append(svg.text(x + 4.0, base + 10.0 + svg.text_width(study, 11), study, size=11, turn=True))
    y = base + names + 34.0
    legend = (
        ("line", "as they were included (+ new codes)"),
        ("dashed", "median of 1,000 random orders"),
        ("band", "95% of them"),
    )
    x = left
    for kind, words in legend:
        if kind == "band":
            parts.append(svg.element("rect", x=x, y=y - 9.0, width=26.0, height=12.0, fill=_BAND))
        else:
            dash = "5 4" if kind == "dashed" else None
            stroke = svg.MUTED if kind == "dashed" else svg.INK
            parts.append(
                svg.element(
                    "path",
                    d=f"M{svg.number(x)} {svg.number(y - 4)} h26",
                    stroke=stroke,
                    stroke_width=2,
                    stroke_dasharray=dash,
                )
            )
        parts.append(svg.text(x + 32.0, y, words, size=11))
        x += 32.0 + svg.text_width(words, 11) + 18.0
    right = max(right, x + _MARGIN)
    told = "; ".join(f"{study} {codes}" for _, study, _, codes, *_ in rows)
    return svg.document(
        right, y + 22.0, parts, name="saturation", title=title, description=f"Codes after each study: {told}."
    )


def drift_svg(rows: Sequence[tuple[int, str, int, int]], *, title: str) -> str:
    """`rows` are (version, theme, studies, codings), a theme's together; a bar and a number a version, outlined where it changed."""
    themes = list(dict.fromkeys(row[1] for row in rows))
    at = {(theme, version): (studies, codings) for version, theme, studies, codings in rows}
    versions = _choose_versions(sorted({row[0] for row in rows}), themes, at)
    most = max((studies for studies, _ in at.values()), default=0) or 1
    column, row_high = 46.0, 62.0
    left = _MARGIN + _NAME_WIDE + 16.0
    right = max(left + column * len(versions) + _MARGIN, 420.0)
    parts, top = _heading(title, right)
    for i, version in enumerate(versions):
        parts.append(
            svg.text(left + column * (i + 0.5), top + 12.0, f"v{version}", size=11, anchor="middle", fill=svg.MUTED)
        )
    top += 22.0
    told = []
    for n, theme in enumerate(themes):
        y = top + row_high * n
        parts += _row_name(theme, y, row_high, right, striped=n % 2 == 0)
        before: tuple[int, int] | None = None
        for i, version in enumerate(versions):
            now = at.get((theme, version))
            if now is None:
                continue
            long = 30.0 * now[0] / most
            changed = before is not None and before != now
            bar = svg.element(
                "rect", x=left + column * i + 10.0, y=y + row_high - 8.0 - long, width=26.0, height=max(long, 1.0), fill=_BAR,
                stroke=svg.INK if changed else None, stroke_width=1.5 if changed else None,
            )  # fmt: skip
            label = svg.text(
                left + column * (i + 0.5),
                y + row_high - 12.0 - long,
                f"{now[0]:,}",
                size=11,
                anchor="middle",
                bold=changed,
            )
            parts.append(
                svg.group([bar, label], title=f"{theme}, version {version}: {now[0]} studies, {now[1]} codings")
            )
            before = now
        told.append(f"{theme}: " + ", ".join(f"v{v} {at[theme, v][0]}" for v in versions if (theme, v) in at))
    y = top + row_high * len(themes) + 22.0
    note = "Studies at each version shown; outlined and bold: studies or codings changed."
    right = max(right, svg.text_width(note, 11) + 2 * _MARGIN)
    parts.append(svg.text(_MARGIN, y, note, size=11, fill=svg.MUTED))
    return svg.document(right, y + 20.0, parts, name="drift", title=title, description=". ".join(told))


def matrix_svg(
    rows: Sequence[tuple[str, str, int, int]], *, title: str, spoken: Mapping[tuple[str, str], int] | None = None
) -> str:
    """`rows` are (theme, value, studies, of how many), a theme's together: a square as large as the share, with both numbers.

    `spoken`: (theme, value) → how many of the studies are counted by who speaks in the theme's segments.
    """
    by_speaker = spoken or {}
    themes, values = list(dict.fromkeys(row[0] for row in rows)), list(dict.fromkeys(row[1] for row in rows))
    values.sort(key=lambda value: (value == "(not extracted)", value))
    found = {(theme, value): (studies, of) for theme, value, studies, of in rows}
    column, row_high, square = 74.0, 54.0, 30.0
    left = _MARGIN + _NAME_WIDE + 16.0
    turned = max((svg.text_width(value, 11) for value in values), default=0.0) > column - 8.0
    headings = max((svg.text_width(value, 11) for value in values), default=0.0) + 10.0 if turned else 20.0
    right = max(left + column * len(values) + _MARGIN, 420.0)
    parts, top = _heading(title, right)
    top += headings
    for i, value in enumerate(values):
        x = left + column * (i + 0.5)
        parts.append(
            svg.text(
                x + (4.0 if turned else 0.0),
                top - 6.0,
                value,
                size=11,
                anchor=None if turned else "middle",
                turn=turned,
            )
        )
    told = []
    for n, theme in enumerate(themes):
        y = top + row_high * n
        parts += _row_name(theme, y, row_high, right, striped=n % 2 == 0)
        for i, value in enumerate(values):
            studies, of = found.get((theme, value), (0, 0))
            side = square * (studies / of if of else 0.0) ** 0.5
            x, middle = left + column * (i + 0.5), y + 21.0
            mark = (
                [
                    svg.element(
                        "rect", x=x - side / 2, y=middle - side / 2, width=side, height=side, fill=_BAR, stroke=svg.INK
                    )
                ]
                if side
                else []
            )
            heard = by_speaker.get((theme, value), 0)
            says = f"{studies} of {of}" + (f" ({heard}†)" if heard else "")
            words = svg.text(x, y + row_high - 6.0, says, size=11, anchor="middle")
            parts.append(svg.group([*mark, words], title=f"{theme}, {value}: {says} studies"))
        told.append(f"{theme}: " + ", ".join("{} {} of {}".format(v, *found.get((theme, v), (0, 0))) for v in values))
    y = top + row_high * len(themes) + 20.0
    notes = ["Of the studies with each value, how many support the theme; the square's area is their share."]
    if by_speaker:
        notes.append("† counted by who speaks in the theme's segments; where that is not known, by the study.")
    right = max(right, *(svg.text_width(note, 11) + 2 * _MARGIN for note in notes))
    parts += [svg.text(_MARGIN, y + 16.0 * n, note, size=11, fill=svg.MUTED) for n, note in enumerate(notes)]
    y += 16.0 * (len(notes) - 1)
    return svg.document(right, y + 20.0, parts, name="subgroups", title=title, description=". ".join(told))


def _choose_versions(
    versions: list[int], themes: Sequence[str], at: dict[tuple[str, int], tuple[int, int]]
) -> list[int]:
    if len(versions) <= VERSIONS:
        return versions
    changed = [
        now for before, now in pairwise(versions) if any(at.get((t, before)) != at.get((t, now)) for t in themes)
    ]
    return sorted({versions[0], versions[-1], *[v for v in changed if v != versions[-1]][-(VERSIONS - 2) :]})


def _row_name(name: str, y: float, high: float, right: float, *, striped: bool) -> list[str]:
    """A row's name, wrapped and in the middle of its height, on a stripe."""
    lines = svg.wrap(name, _SIZE, _NAME_WIDE - 8.0)
    start = y + high / 2 - 7.5 * (len(lines) - 1) + 4.0
    stripe = (
        [svg.element("rect", x=_MARGIN, y=y, width=right - 2 * _MARGIN, height=high, fill=_STRIPE)] if striped else []
    )
    return [*stripe, *(svg.text(_MARGIN + 6.0, start + 15.0 * i, line, size=_SIZE) for i, line in enumerate(lines))]


def _heading(title: str, right: float) -> tuple[list[str], float]:
    lines = svg.wrap(title, 16, right - 2 * _MARGIN, bold=True)
    texts = [svg.text(_MARGIN, _MARGIN + 14.0 + 22.0 * i, line, size=16, bold=True) for i, line in enumerate(lines)]
    return texts, _MARGIN + 22.0 * len(lines) + 10.0


def _ticks(most: float) -> list[int]:
    """Four or five round numbers from 0 up."""
    step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 5000, 10**9) if most / step <= 5)
    return list(range(0, int(most) + 1, step))


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in points)

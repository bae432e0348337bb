"""Figures of where the evidence came from: the overlap between sources as an UpSet plot (Lex et al., IEEE Transactions
on Visualization and Computer Graphics 2014;20:1983-1992), and the records of each search as stacked bars.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from tasks.publish import svg

REPORTS, INCLUDED, DUPLICATES = "#a9c6df", "#b3480f", "#d3d9df"  # apart in grey, too
STRIPE, OFF = "#f3f5f7", "#d5dbe1"
MARGIN = 24.0
SIZE = 12.0


def overlap_svg(
    rows: Iterable[tuple[Sequence[str], int, int]], *, top: int = 20, title: str = "", caption: str = ""
) -> str:
    """Which sources found the same reports, as an UpSet plot.

    `rows` are (sources, reports, included): reports that exactly these sources found, and how many of them the review
    includes. Rows of the same sources are added up. The `top` largest combinations are drawn; how many more there are
    is said. Raises ValueError where more are included than found, for a number below 0, or for a row without source.
    """
    counts: dict[tuple[str, ...], tuple[int, int]] = {}
    for sources, n, included in rows:
        key = tuple(sorted(set(sources)))
        if not key or not 0 <= included <= n:
            raise ValueError(f"not a combination of sources: {key!r}, {n} reports, {included} included")
        before = counts.get(key, (0, 0))
        counts[key] = (before[0] + n, before[1] + included)
    size = {
        source: (
            sum(n for key, (n, _) in counts.items() if source in key),
            sum(k for key, (_, k) in counts.items() if source in key),
        )
        for source in sorted({source for key in counts for source in key})
    }
    names = sorted(size, key=lambda source: (-size[source][0], source))
    order = sorted((key for key in counts if counts[key][0]), key=lambda key: (-counts[key][0], len(key), key))
    shown, rest = order[:top], order[top:]

    row, bars_high, bars_wide = 25.0, 190.0, 170.0
    column = max([34.0, *(svg.text_width(f"{counts[key][0]:,}", 11) + 10.0 for key in shown)])
    label = max((svg.text_width(name, SIZE) for name in names), default=0.0) + 24.0
    number_wide = max((svg.text_width(f"{n:,}", 11) for n, _ in size.values()), default=0.0) + 8.0
    left = MARGIN + number_wide + bars_wide + label
    right = max(left + column * max(len(shown), 1) + MARGIN, 560.0)
    parts, y = _heading(title, right)
    descriptions: list[str] = []
    parts += _legend([("Reports found", REPORTS), ("of these, included in the review", INCLUDED)], MARGIN, y)
    base = y + 50.0 + bars_high
    unit = bars_high / max((counts[key][0] for key in shown), default=1)
    wide = bars_wide / max((n for n, _ in size.values()), default=1)

    grid = base + 16.0
    for i, name in enumerate(names):
        middle = grid + row * (i + 0.5)
        if i % 2 == 0:
            parts.append(
                svg.element("rect", x=MARGIN, y=middle - row / 2, width=right - 2 * MARGIN, height=row, fill=STRIPE)
            )
        n, included = size[name]
        edge = MARGIN + number_wide + bars_wide
        bar = [
            svg.element("rect", x=edge - n * wide, y=middle - 7.0, width=n * wide, height=14.0, fill=REPORTS),
            svg.element(
                "rect", x=edge - included * wide, y=middle - 7.0, width=included * wide, height=14.0, fill=INCLUDED
            ),
            svg.text(edge - n * wide - 5.0, middle + 4.0, f"{n:,}", size=11, anchor="end"),
            svg.text(edge + 10.0, middle + 4.3, name, size=SIZE),
        ]
        descriptions.append(f"{name}: {n:,} reports, {included:,} of them included")
        parts.append(svg.group(bar, title=descriptions[-1]))
    for i, key in enumerate(shown):
        x = left + column * (i + 0.5)
        n, included = counts[key]
        dots = [grid + row * (names.index(name) + 0.5) for name in names]
        on = [dot for dot, name in zip(dots, names, strict=True) if name in key]
        bar = [
            svg.element("rect", x=x - 9.0, y=base - n * unit, width=18.0, height=n * unit, fill=REPORTS),
            svg.element("rect", x=x - 9.0, y=base - included * unit, width=18.0, height=included * unit, fill=INCLUDED),
            *_two_numbers(x, base - n * unit - 5.0, n, included),
            *(svg.element("circle", cx=x, cy=dot, r=5.0, fill=OFF) for dot in dots if dot not in on),
            svg.element(
                "path",
                d=f"M{svg.number(x)} {svg.number(on[0])} V{svg.number(on[-1])}",
                stroke=svg.INK,
                stroke_width=2.0,
            ),
            *(svg.element("circle", cx=x, cy=dot, r=5.5, fill=svg.INK) for dot in on),
        ]
        only = "only " if len(key) == 1 else ""
        descriptions.append(f"{only}{' and '.join(key)}: {n:,} reports, {included:,} of them included")
        parts.append(svg.group(bar, title=descriptions[-1]))
    y = grid + row * len(names) + 22.0
    more = ""
    if rest:
        n, included = (sum(counts[key][i] for key in rest) for i in (0, 1))
        more = f"And {len(rest):,} more combinations with {n:,} reports, {included:,} of them included."
    title = title or "Overlap between sources"
    return _finish(parts, y, right, name="overlap", title=title, descriptions=descriptions, notes=[more, caption])


def sources_svg(rows: Iterable[tuple[str, str, int, int, int]], *, title: str = "", caption: str = "") -> str:
    """The records that each search brought, as a stacked bar a search, in a block a source.

    `rows` are (source, search, included, other, duplicates), disjoint counts of records: those whose report is
    included, the others that stand for a report, and those of a report that another record already stands for. `search`
    (a date, a name) may be empty for one bar a source. Order is kept, rows of a source stand together.
    Raises ValueError for a number below 0.
    """
    bars = list(rows)
    if wrong := [row for row in bars if min(row[2:]) < 0]:
        raise ValueError(f"records counted below 0: {wrong[0]!r}")
    place = {source: i for i, source in reversed(list(enumerate(row[0] for row in bars)))}
    bars.sort(key=lambda row: place[row[0]])
    most = max((sum(row[2:]) for row in bars), default=0) or 1
    source_wide = max((svg.text_width(row[0], SIZE, bold=True) for row in bars), default=0.0) + 18.0
    search_wide = max((svg.text_width(row[1], SIZE) for row in bars), default=0.0)
    left, wide = MARGIN + source_wide + (search_wide + 14.0 if search_wide else 0.0), 420.0
    after = max((svg.text_width(_bar_label(sum(row[2:]), row[2]), 11) for row in bars), default=0.0) + 8.0
    right = left + wide + after + MARGIN
    parts, y = _heading(title, right)
    legend = [
        ("Report included", INCLUDED),
        ("Report not included, or not yet", REPORTS),
        ("Duplicate record", DUPLICATES),
    ]
    parts += _legend(legend, MARGIN, y)
    y += 30.0
    descriptions: list[str] = []
    for source, block in groupby(bars, key=lambda row: row[0]):
        parts.append(svg.text(MARGIN, y + 12.5, source, size=SIZE, bold=True))
        for _, search, included, other, duplicates in block:
            bar, x = [svg.text(MARGIN + source_wide, y + 12.5, search, size=SIZE)] if search else [], left
            for n, fill in ((included, INCLUDED), (other, REPORTS), (duplicates, DUPLICATES)):
                bar.append(svg.element("rect", x=x, y=y, width=n * wide / most, height=17.0, fill=fill))
                x += n * wide / most
            total = included + other + duplicates
            bar.append(svg.text(x + 6.0, y + 12.5, _bar_label(total, included), size=11))
            descriptions.append(
                f"{source} {search}".strip() + f": {total:,} records, {included:,} of them of included reports, "
                f"{other:,} of other reports, {duplicates:,} duplicates"
            )
            parts.append(svg.group(bar, title=descriptions[-1]))
            y += 23.0
        y += 9.0
    title = title or "Records by source and search"
    return _finish(parts, y + 8.0, right, name="sources", title=title, descriptions=descriptions, notes=[caption])


def _bar_label(total: int, included: int) -> str:
    return f"{total:,}" + (f" ({included:,} included)" if included else "")


def _two_numbers(x: float, y: float, n: int, included: int) -> list[str]:
    """The number of reports above a bar, and of included ones above that, where there are any."""
    over = svg.text(x, y - 13.0, f"{included:,}", size=11, bold=True, fill=INCLUDED, anchor="middle")
    return [svg.text(x, y, f"{n:,}", size=11, anchor="middle"), *([over] if included else [])]


def _heading(title: str, right: float) -> tuple[list[str], float]:
    lines = svg.wrap(title, 16, right - 2 * MARGIN, bold=True) if title else []
    texts = [svg.text(MARGIN, MARGIN + 14.0 + 22.0 * i, line, size=16, bold=True) for i, line in enumerate(lines)]
    return texts, MARGIN + (22.0 * len(lines) + 8.0 if lines else 0.0)


def _legend(entries: Iterable[tuple[str, str]], x: float, y: float) -> list[str]:
    parts: list[str] = []
    for wording, fill in entries:
        parts.append(svg.element("rect", x=x, y=y, width=12.0, height=12.0, fill=fill))
        parts.append(svg.text(x + 18.0, y + 10.5, wording, size=SIZE))
        x += 18.0 + svg.text_width(wording, SIZE) + 22.0
    return parts


def _finish(
    parts: list[str],
    y: float,
    right: float,
    *,
    name: str,
    title: str,
    descriptions: Sequence[str],
    notes: Sequence[str],
) -> str:
    """Notes below the figure, and the whole; its description tells what the bars show."""
    note = " ".join(filter(None, notes))
    for line in svg.wrap(note, 11, right - 2 * MARGIN) if note else []:
        parts.append(svg.text(MARGIN, y, line, size=11, fill=svg.MUTED))
        y += 15.0
    return svg.document(
        right, y + MARGIN - 11.0, parts, name=name, title=title, description=". ".join([*descriptions, note])
    )

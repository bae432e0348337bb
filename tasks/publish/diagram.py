"""The PRISMA 2020 flow diagram (Page et al., BMJ 2021;372:n71) as SVG: the form for updated reviews with databases,
registers and other methods. What a review does not have is left out: no column for a previous version or for other
methods without any, no box for what awaits a verdict when nothing does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Literal

from tasks.publish import svg
from tasks.publish.cards import SIZE, Card, Part, counted

Column = Literal["previous", "databases", "other", "included"]
Phase = Literal["identification", "screening", "included"]
Rows = Iterable[tuple[str, str | None, int]]

MARGIN, GAP, BETWEEN = 24.0, 28.0, 36.0  # around the figure; between boxes down, and across
BAR, HEADER = 30.0, 34.0
WIDTH = {"previous": 196.0, "databases": 226.0, "other": 226.0}
SIDE_WIDTH = {"previous": 158.0, "databases": 254.0, "other": 254.0}
HEADERS = {
    "previous": "Previous studies",
    "databases": "Identification of {new}studies via databases and registers",
    "other": "Identification of {new}studies via other methods",
}
BAR_FILL, HEADER_FILL = "#b7d2ea", "#f7d27b"
CREDIT = "Flow diagram after PRISMA 2020 (BMJ 2021;372:n71)."

# The diagram's rows, each in the phase whose bar stands beside it.
STEPS: Mapping[str, Phase] = {
    "identified": "identification",
    "awaiting_screening": "screening",
    "screened": "screening",
    "sought": "screening",
    "awaiting_full_text": "screening",
    "assessed": "screening",
    "included": "included",
    "total": "included",
}


@dataclass(frozen=True)
class Box:
    """One box of the diagram; prisma_boxes.toml says what each field means."""

    name: str
    column: Column
    phase: Phase
    unit: Literal["records", "reports", "studies"]
    wording: str
    means: str
    label: str = ""
    first: str = ""


@cache
def boxes() -> Mapping[str, Box]:
    """All boxes by name, in the diagram's order."""
    table = tomllib.loads(Path(__file__).with_name("prisma_boxes.toml").read_text(encoding="utf-8"))
    return {box["name"]: Box(**box) for box in table["box"]}


def prisma_svg(
    rows: Rows, *, title: str = "", caption: str = "", links: Mapping[str, str] | None = None, updated: bool = False
) -> str:
    """The diagram as SVG; the same rows give the same bytes.

    `rows` are (box, label, n): box a name of prisma_boxes.toml; label a source, a method or a reason, or None. A box
    that has no row counts 0; labels are printed in the order given. `title` stands above, `caption` below (which
    version, as of when). `updated`: with the column of the previous version even where that included nothing. `links` takes
    a box's name to the address of the list behind its number.
    Raises ValueError for an unknown box or a negative number.
    """
    return _Diagram(rows, links or {}, updated=updated).draw(title, caption)


class _Diagram:
    """Cards on a grid: a row a step; a column a way in, its cards on a spine and what leaves it at the side."""

    def __init__(self, rows: Rows, links: Mapping[str, str], *, updated: bool) -> None:
        self.links = links
        self.counts: dict[str, list[tuple[str | None, int]]] = {}
        for box, label, n in rows:
            if box not in boxes():
                raise ValueError(f"no box {box!r} in prisma_boxes.toml")
            if n < 0:
                raise ValueError(f"box {box!r} counts {n}")
            self.counts.setdefault(box, []).append((label, n))
        columns = {boxes()[name].column for name in self.counts if self._total(name)}
        self.updated, other = updated or "previous" in columns, "other" in columns
        self.spines: dict[str, dict[str, Card]] = {}
        self.sides: dict[str, dict[str, Card]] = {}
        if self.updated:
            self._add_previous()
        self._add_way_in("databases", "", ["identified_databases", *self._boxes_given("identified_registers")])
        if other:
            self._add_way_in("other", "_other", ["identified_other"])
        main, width = self.spines["databases"], WIDTH["databases"]
        main["included"] = self._card(["included_studies", "included_reports"], width, stacked=True)
        if self.updated:
            main["total"] = self._card(["total_studies", "total_reports"], width, stacked=True)

    # --- what there is, and what it says ---

    def _total(self, *names: str) -> int:
        return sum(n for name in names for _, n in self.counts.get(name, ()))

    def _boxes_given(self, *names: str) -> list[str]:
        return [name for name in names if name in self.counts]

    def _boxes_with_counts(self, *names: str) -> list[str]:
        return [name for name in names if self._total(name)]

    def _card(
        self, names: list[str], width: float, *, heading: str = "", dashed: bool = False, stacked: bool = False
    ) -> Card:
        """A card of one or more boxes; `stacked` puts a number without labels below its wording."""
        card = Card(width, dashed=dashed)
        if heading:
            card.add(Part("", [(line, 0.0) for line in svg.wrap(heading, SIZE, card.inner)]))
        for name in names:
            box, n = boxes()[name], self._total(name)
            wording = box.first if box.first and not self.updated else box.wording
            rows = [(label, count) for label, count in self.counts.get(name, ()) if label]
            lines = [(line, 0.0) for line in counted(wording, n, card.inner, stacked=stacked and not rows)]
            for label, count in rows:
                first, *more = counted(label, count, card.inner - 20.0)
                lines += [(first, 12.0), *((line, 20.0) for line in more)]
            description = f"{wording}: {n:,}" + (
                f" ({'; '.join(f'{label}: {k:,}' for label, k in rows)})" if rows else ""
            )
            card.add(Part(name, lines, description))
        return card

    def _add_previous(self) -> None:
        card = self._card(["previous_studies", *self._boxes_given("previous_reports")], WIDTH["previous"], stacked=True)
        self.spines["previous"] = {"identified": card}
        gone = self._boxes_with_counts("withdrawn_studies", "withdrawn_reports")
        self.sides["previous"] = {"screened": self._card(gone, SIDE_WIDTH["previous"], stacked=True)} if gone else {}

    def _add_way_in(self, column: str, suffix: str, identified: list[str]) -> None:
        """The boxes of one way in, to assessed. Other methods may go without screening, as in the standard's form."""
        width, side_width = WIDTH[column], SIDE_WIDTH[column]
        identified = [*identified, *self._boxes_with_counts(f"carried_over{suffix}")]
        spine = {"identified": self._card(identified, width, heading="Records identified from:")}
        side: dict[str, Card] = {}
        duplicates, *rest = (f"removed_{why}{suffix}" for why in ("duplicates", "automation", "other"))
        if not suffix or self._boxes_with_counts(duplicates, *rest):
            names = [duplicates, *self._boxes_given(*rest)]
            side["identified"] = self._card(names, side_width, heading="Records removed before screening:")
        awaiting, screened, excluded = (
            f"{box}{suffix}" for box in ("awaiting_screening", "screened", "excluded_screening")
        )
        if self._boxes_with_counts(awaiting):
            side["awaiting_screening"] = self._card([awaiting], side_width, dashed=True)
        if not suffix or self._boxes_with_counts(awaiting, screened, excluded):
            spine["screened"] = self._card([screened], width, stacked=True)
            side["screened"] = self._card([excluded], side_width, stacked=True)
        spine["sought"] = self._card([f"sought{suffix}"], width, stacked=True)
        side["sought"] = self._card([f"not_retrieved{suffix}"], side_width, stacked=True)
        if waiting := self._boxes_with_counts(f"awaiting_retrieval{suffix}", f"awaiting_full_text{suffix}"):
            side["awaiting_full_text"] = self._card(waiting, side_width, dashed=True)
        spine["assessed"] = self._card([f"assessed{suffix}"], width, stacked=True)
        side["assessed"] = self._card([f"excluded_full_text{suffix}"], side_width, stacked=True)
        self.spines[column], self.sides[column] = spine, side

    def _cards(self) -> Iterator[Card]:
        for column, spine in self.spines.items():
            yield from spine.values()
            yield from self.sides[column].values()

    # --- where it stands ---

    def _place_columns(self) -> float:
        """Place the columns; the right edge comes back."""
        left = MARGIN + BAR + 16.0
        for column, spine in self.spines.items():
            width, side = WIDTH[column], self.sides[column]
            beside = width - SIDE_WIDTH[column] if column == "previous" else width + BETWEEN
            for card in spine.values():
                card.x = left
            for card in side.values():
                card.x = left + beside
            left += (width if column == "previous" else beside + SIDE_WIDTH[column]) + BETWEEN
        return left - BETWEEN + MARGIN

    def _place_rows(self, y: float) -> dict[Phase, tuple[float, float]]:
        """Place the rows from y downwards; the upper and lower edge of each phase come back."""
        extents: dict[Phase, tuple[float, float]] = {}
        ways = [side for column, side in self.sides.items() if column != "previous"]  # that column has room to spare
        for phase, steps in groupby(STEPS, key=lambda step: STEPS[step]):
            start = y
            for step in steps:
                cards = [cards[step] for cards in (*self.spines.values(), *ways) if step in cards]
                if step in self.sides.get("previous", {}):
                    self.sides["previous"][step].y = y
                for card in cards:
                    card.y = y
                y += max(card.height for card in cards) + GAP if cards else 0.0
            # The bar must hold the phase's name.
            y = max(y, start + svg.text_width(phase.title(), 13, bold=True) + 24.0 + GAP)
            extents[phase] = (start, y - GAP)
        top, bottom = extents["identification"]
        for spine in self.spines.values():
            spine["identified"].height = bottom - top
        for side in self.sides.values():
            if "identified" in side:
                side["identified"].y = (top + bottom - side["identified"].height) / 2
        return extents

    # --- the drawing ---

    def _arrows(self) -> Iterator[str]:
        main = self.spines["databases"]
        for column, spine in self.spines.items():
            if column != "previous":
                yield from self._arrows_of(spine, self.sides[column])
        if "other" in self.spines:
            last, target = self.spines["other"]["assessed"], main["included"]
            yield svg.arrow([(last.centre, last.bottom), (last.centre, target.middle), (target.right, target.middle)])
        if self.updated:
            first, target = self.spines["previous"]["identified"], main["total"]
            gone = self.sides["previous"].get("screened")
            x = (first.x + gone.x) / 2 if gone else first.centre
            yield svg.arrow([(x, first.bottom), (x, target.middle), (target.x, target.middle)])
            if gone:
                yield svg.arrow([(x, gone.middle), (gone.x, gone.middle)])

    def _arrows_of(self, spine: dict[str, Card], sides: dict[str, Card]) -> Iterator[str]:
        """Down the spine of one way in, and from it to what stands at its side."""
        for above, below in pairwise(spine.values()):
            yield svg.arrow([(above.centre, above.bottom), (below.centre, below.y)])
        for step, side in sides.items():
            if step not in spine:  # what waits branches off between two steps
                yield svg.arrow([(spine["identified"].centre, side.middle), (side.x, side.middle)], dashed=True)
                continue
            y = side.middle if step == "identified" else side.y + min(spine[step].height, side.height) / 2
            yield svg.arrow([(spine[step].right, y), (side.x, y)])

    def _headers(self, y: float) -> Iterator[str]:
        for column, spine in self.spines.items():
            width = WIDTH[column] + (0.0 if column == "previous" else BETWEEN + SIDE_WIDTH[column])
            x, wording = spine["identified"].x, HEADERS[column].format(new="new " if self.updated else "")
            yield svg.element("rect", x=x, y=y, width=width, height=HEADER, rx=8.0, fill=HEADER_FILL)
            yield svg.text(x + width / 2, y + HEADER / 2 + 4.5, wording, size=13, bold=True, anchor="middle")

    def draw(self, title: str, caption: str) -> str:
        right = self._place_columns()
        inner = right - 2 * MARGIN
        parts: list[str] = []
        y = MARGIN
        for line in svg.wrap(title, 16, inner, bold=True) if title else []:
            parts.append(svg.text(MARGIN, y + 14.0, line, size=16, bold=True))
            y += 22.0
        y += 12.0 if title else 0.0
        parts += self._headers(y)
        extents = self._place_rows(y + HEADER + 18.0)
        for phase, (top, bottom) in extents.items():
            parts.append(svg.element("rect", x=MARGIN, y=top, width=BAR, height=bottom - top, rx=8.0, fill=BAR_FILL))
            x, middle = MARGIN + BAR / 2 + 4.5, (top + bottom) / 2
            parts.append(svg.text(x, middle, phase.title(), size=13, bold=True, anchor="middle", turn=True))
        parts += self._arrows()
        parts += [card.draw(self.links) for card in self._cards()]
        y = max(bottom for _, bottom in extents.values()) + 26.0
        for line in svg.wrap(f"{caption} {CREDIT}", 11, inner):
            parts.append(svg.text(MARGIN, y, line, size=11, fill=svg.MUTED))
            y += 15.0
        descriptions = [part.description + "." for card in self._cards() for part in card.parts if part.description]
        return svg.document(
            right,
            y + MARGIN - 15.0,
            parts,
            name="prisma",
            title=title or "PRISMA 2020 flow diagram",
            description=" ".join([*descriptions, caption]).strip(),
            links=bool(self.links),
        )

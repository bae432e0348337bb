"""Bordered boxes of text for a flow diagram: lines broken to the box's width, numbers as '(n = 1,234)'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tasks.publish import svg

SIZE, LEADING = 12.5, 17.0
PAD_X, PAD_Y = 11.0, 9.0


@dataclass(frozen=True)
class Part:
    """What a card prints of one box: its name (empty for a heading), lines as (text, indent), and a spoken title."""

    name: str
    lines: list[tuple[str, float]]
    description: str = ""


@dataclass
class Card:
    """A drawn rectangle and the parts that it prints. Its height follows the lines; its place is set by the layout."""

    width: float
    dashed: bool = False
    x: float = 0.0
    y: float = 0.0
    height: float = 2 * PAD_Y
    parts: list[Part] = field(default_factory=list)

    def add(self, part: Part) -> None:
        self.parts.append(part)
        self.height += LEADING * len(part.lines)

    @property
    def inner(self) -> float:
        """Width for text."""
        return self.width - 2 * PAD_X

    @property
    def centre(self) -> float:
        return self.x + self.width / 2

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def draw(self, links: Mapping[str, str]) -> str:
        """The card as SVG: a group `box-NAME` for each box it prints, linked where `links` knows the name."""
        frame = svg.element(
            "rect",
            x=self.x,
            y=self.y,
            width=self.width,
            height=self.height,
            rx=2.0,
            fill="#ffffff",
            stroke=svg.LINE,
            stroke_width=1.0,
            stroke_dasharray="4 3" if self.dashed else None,
        )
        lines = sum(len(part.lines) for part in self.parts)
        y = self.y + (self.height - lines * LEADING) / 2 + 12.5
        groups: list[str] = []
        for part in self.parts:
            texts = []
            for line, indent in part.lines:
                texts.append(svg.text(self.x + PAD_X + indent, y, line, size=SIZE))
                y += LEADING
            if len(self.parts) == 1:
                texts.insert(0, frame)
            id_ = f"box-{part.name}" if part.name else None
            groups.append(svg.group(texts, id_=id_, title=part.description, href=links.get(part.name)))
        return "".join(groups if len(self.parts) == 1 else [frame, *groups])


def counted(wording: str, n: int, width: float, *, stacked: bool = False) -> list[str]:
    """'Wording (n = 1,234)' in lines of a width, the number never torn apart; `stacked` gives it a line of its own."""
    number = f"(n = {n:,})".replace(" ", "\N{NO-BREAK SPACE}")
    if stacked:
        return [*svg.wrap(wording, SIZE, width), number]
    return svg.wrap(f"{wording} {number}", SIZE, width)

"""Stripes: a text in lines, with what is coded in it as stacked stripes under its words, and the codes' names beside. Pure.

Positions are code points of the text. Each line says where it begins, so that the script only counts within one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from markupsafe import Markup, escape

LANES = 6
"""So many stripes are told apart by their place; more share the lowest one."""
_COLOURS = 8
_LONG = 1200
_LINE_END = re.compile(r"\r\n|\n|\r")
_BREAK = re.compile(r".*[.!?;:]\s+|.*\s+", re.DOTALL)
_UNSHOWN = re.compile("[\x00\x0c]")


@dataclass(frozen=True)
class Line:
    """A line, without its end. `number`: from 1."""

    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Mark:
    """A coding as it is shown. `own`: whether it is of whoever looks."""

    id: str
    start: int
    end: int
    code: str
    path: str
    name: str
    coder: str
    own: bool
    memo: bool = False

    @property
    def colour(self) -> int:
        """Which of the colours, and patterns, its code has."""
        return choose_colour(self.code)


def choose_colour(code_id: str) -> int:
    """Which of the colours, and patterns, a code has."""
    return int(code_id[-4:], 16) % _COLOURS


def split_lines(text: str) -> list[Line]:
    """The lines of a text, whatever ends them; one that is too long to be shown at once goes on in the next."""
    spans, at = [], 0
    for found in _LINE_END.finditer(text):
        spans.append((at, found.start()))
        at = found.end()
    spans.append((at, len(text)))
    pieces = (piece for start, end in spans for piece in _break_up(text, start, end))
    return [Line(number, start, end) for number, (start, end) in enumerate(pieces, start=1)]


def _break_up(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    while end - start > _LONG * 3 // 2:
        found = _BREAK.match(text, start, start + _LONG)
        middle = found.end() if found else start + _LONG
        yield start, middle
        start = middle
    yield start, end


def find_lines(lines: Sequence[Line], start: int, end: int) -> range:
    """The places, in `lines`, of those that a segment touches."""
    starts = [line.start for line in lines]
    return range(max(bisect_right(starts, start) - 1, 0), bisect_right(starts, max(end - 1, start)))


def assign_lanes(marks: Iterable[Mark]) -> dict[str, int]:
    """In which of the stacked lanes each coding is drawn: no two that overlap in the same one."""
    lanes: dict[str, int] = {}
    busy: list[tuple[int, int]] = []
    free: list[int] = []
    opened = 0
    for mark in sorted(marks, key=lambda m: (m.start, -m.end, m.id)):
        while busy and busy[0][0] <= mark.start:
            heappush(free, heappop(busy)[1])
        if free:
            lane = heappop(free)
        else:
            lane, opened = opened, opened + 1
        lanes[mark.id] = lane
        heappush(busy, (mark.end, lane))
    return lanes


@dataclass(frozen=True)
class Page:
    """A text with its codings, ready to be shown line by line."""

    text: str
    lines: Sequence[Line]
    marks: Mapping[str, Mark]
    lanes: Mapping[str, int]
    by_line: Mapping[int, Sequence[Mark]]
    address: str

    def show_line(self, place: int) -> Markup:
        """One line: its number, its words, and the names of the codings that begin in it."""
        line = self.lines[place]
        marks = self.by_line.get(place, ())
        words = Markup("").join(self._show_words(line, marks))
        tags = Markup("").join(self._show_tag(mark, line) for mark in marks if mark.start >= line.start)
        deep = min(max((self.lanes[mark.id] + 1 for mark in marks), default=0), LANES)
        return Markup(
            '<div class="line d{deep}" id="L{number}" data-start="{start}">'
            '<a class="no" href="{address}?line={number}#mark" title="Code in line {number}">{number}</a>'
            '<p class="words" dir="auto">{words}</p>{tags}</div>'
        ).format(
            deep=deep, number=line.number, start=line.start, address=self.address, words=words,
            tags=Markup('<ul class="tags">{}</ul>').format(tags) if tags else "",
        )  # fmt: skip

    def find_changed_lines(self, other: Page) -> list[int]:
        """The lines that are shown otherwise than on another page of the same text."""
        changed: set[int] = set()
        for page, mate in ((self, other), (other, self)):
            for id, mark in page.marks.items():
                if mate.marks.get(id) != mark or mate.lanes[id] != page.lanes[id]:
                    changed.update(find_lines(page.lines, mark.start, mark.end))
        return sorted(changed)

    def _show_words(self, line: Line, marks: Sequence[Mark]) -> Iterable[Markup]:
        cuts = {line.start, line.end}
        for mark in marks:
            cuts |= {max(mark.start, line.start), min(mark.end, line.end)}
        places = sorted(cuts)
        for start, end in pairwise(places):
            part: Markup = escape(_UNSHOWN.sub("�", self.text[start:end]))
            over = [mark for mark in marks if mark.start <= start and end <= mark.end]
            for mark in sorted(over, key=lambda m: self.lanes[m.id]):
                part = Markup('<span class="m l{} k{}" data-coding="{}">{}</span>').format(
                    min(self.lanes[mark.id], LANES - 1), mark.colour, mark.id, part
                )
            yield part

    def _show_tag(self, mark: Mark, line: Line) -> Markup:
        return Markup(
            '<li><a class="tag k{}" href="{}?coding={}#L{}" data-coding="{}" title="{}">{}{}{}</a></li>'
        ).format(
            mark.colour, self.address, mark.id, line.number, mark.id, mark.path, mark.name,
            "" if mark.own else Markup(" <small>{}</small>").format(mark.coder),
            Markup(' <small title="has a memo">✎<span class="unseen"> has a memo</span></small>') if mark.memo else "",
        )  # fmt: skip


def lay_out(text: str, lines: Sequence[Line], marks: Iterable[Mark], address: str) -> Page:
    """The page of a text. `address`: where it is, for links without script."""
    known = {mark.id: mark for mark in marks}
    by_line: dict[int, list[Mark]] = defaultdict(list)
    starts = [line.start for line in lines]
    for mark in sorted(known.values(), key=lambda m: (m.start, -m.end, m.id)):
        first, last = bisect_right(starts, mark.start) - 1, bisect_right(starts, max(mark.end - 1, mark.start))
        for place in range(max(first, 0), last):
            by_line[place].append(mark)
    return Page(text, lines, known, assign_lanes(known.values()), by_line, address)

"""What two coders coded in one document, counted in code points and segments: what every coefficient of agreement rests on. Pure.

Overlapping codings of one coder under one code are their union, and a segment is a stretch of it. A segment is *matched*
where the other coder coded at least half of it under the same code. Nothing walks the characters: the cost follows the
codings, whatever the length of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

Span = tuple[int, int]
"""Start and end of a segment, in code points from 0, the end exclusive."""

MATCHED = 0.5
"""The share of a segment that the other coder has to have coded under the same code."""
ANOTHER_PART = 0.5
"""No more than this share of one coder's segments may lie wholly outside the text from the other's first segment to the last."""


class Cover:
    """The text that segments cover. `stretches`: their union, in order; overlapping ones are one, touching ones are two."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.stretches: list[Span] = []
        for start, end in sorted(spans):
            if self.stretches and start < self.stretches[-1][1]:
                self.stretches[-1] = (self.stretches[-1][0], max(self.stretches[-1][1], end))
            else:
                self.stretches.append((start, end))
        self._starts = [start for start, _ in self.stretches]
        self._before = list(accumulate((end - start for start, end in self.stretches), initial=0))

    @property
    def size(self) -> int:
        """How many characters it covers."""
        return self._before[-1]

    def measure(self, start: int, end: int) -> int:
        """How many of the characters from `start` to `end` it covers."""
        return self._measure_to(end) - self._measure_to(start)

    def measure_shared(self, other: Cover) -> int:
        """How many characters both cover."""
        few, many = sorted((self, other), key=lambda cover: len(cover.stretches))
        return sum(many.measure(start, end) for start, end in few.stretches)

    def matches(self, start: int, end: int) -> bool:
        """Whether it covers enough of a segment for the two to be the same."""
        return self.measure(start, end) >= MATCHED * (end - start)

    def _measure_to(self, position: int) -> int:
        n = bisect_right(self._starts, position)
        if n == 0:
            return 0
        start, end = self.stretches[n - 1]
        return self._before[n - 1] + min(position, end) - start


class Counts(NamedTuple):
    """What two coders, a and b, coded under one code, or under any: numbers, or arrays of them. All add up over documents and codes.

    In characters: `text`: all of the document; `coded`: what either coded under any code; `shared`: what both coded, each
    under any code. `text_a`, `text_b`, `text_both`: what a, b and both coded under this code; `shared_a`, `shared_b`: of
    these, what the other coded too, under any code. Then segments under this code, and those that are matched.
    """

    text: Any = 0
    coded: Any = 0
    shared: Any = 0
    text_a: Any = 0
    text_b: Any = 0
    text_both: Any = 0
    shared_a: Any = 0
    shared_b: Any = 0
    segments_a: Any = 0
    segments_b: Any = 0
    matched_a: Any = 0
    matched_b: Any = 0


@dataclass(frozen=True)
class PairInDocument:
    """Two coders in one document that both coded. `any_code`: where they coded, whatever the code; `codes`: by each code that
    one of them used; `apart`: they coded different parts of it, so that agreement tells little."""

    document: str
    coder_a: str
    coder_b: str
    any_code: Counts
    codes: Mapping[str, Counts]
    apart: bool


Coded = Mapping[str, Sequence[Span]]
"""What one coder coded in a document: code → segments."""


def count_pair(document: str, length: int, coders: Mapping[str, Coded]) -> PairInDocument:
    """Counts what two coders coded in a document of `length` characters; either may have coded nothing. The first by name is a."""
    (coder_a, a), (coder_b, b) = sorted(coders.items())
    any_a, any_b = (Cover(span for spans in coded.values() for span in spans) for coded in (a, b))
    shared = any_a.measure_shared(any_b)
    text = Counts(text=length, coded=any_a.size + any_b.size - shared, shared=shared)
    codes = {
        code: _count(text, Cover(a.get(code, ())), Cover(b.get(code, ())), any_a, any_b)
        for code in sorted(a.keys() | b.keys())
    }
    any_code = _count(text, any_a, any_b, any_a, any_b)
    return PairInDocument(document, coder_a, coder_b, any_code, codes, _are_apart(any_a, any_b))


def _count(text: Counts, a: Cover, b: Cover, any_a: Cover, any_b: Cover) -> Counts:
    return text._replace(
        text_a=a.size,
        text_b=b.size,
        text_both=a.measure_shared(b),
        shared_a=a.measure_shared(any_b),
        shared_b=b.measure_shared(any_a),
        segments_a=len(a.stretches),
        segments_b=len(b.stretches),
        matched_a=sum(b.matches(*stretch) for stretch in a.stretches),
        matched_b=sum(a.matches(*stretch) for stretch in b.stretches),
    )


def _are_apart(a: Cover, b: Cover) -> bool:
    return bool(a.stretches and b.stretches) and (_lies_outside(a, b) or _lies_outside(b, a))


def _lies_outside(cover: Cover, other: Cover) -> bool:
    """Whether too many of its segments lie before the other's first or behind its last."""
    first, last = other.stretches[0][0], other.stretches[-1][1]
    outside = sum(end <= first or start >= last for start, end in cover.stretches)
    return outside > ANOTHER_PART * len(cover.stretches)

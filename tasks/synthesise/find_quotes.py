"""Find quotes in a text: where words that somebody coded stand in it now. Pure.

A quote is found as it stands (exact), else with other blanks and line ends (spaces), else by its letters and digits alone
(letters), which leaves aside how a layout breaks words, and its hyphens, quotation marks and accents. Where it stands in
several places, the page, or else the words around it, must tell which is meant: one that stays ambiguous is not placed.
The cost follows the text once, and not the text for each quote.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

ENOUGH = 16
"""How many letters around a quote must be as they were, and how many more than at any other place, to tell which is meant."""
_AROUND = 400
_HEAD = 8
_CHUNK = 2_000_000
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}

Span = tuple[int, int]


@dataclass(frozen=True)
class Wanted:
    """Words to be found. `before`, `after`: the text around them where they were coded, as far as it is known; `repeated`:
    whether they stood there several times, so that the one place where they stand now may be another's; `within`: where in the
    text they lie, such as on a page, should they stand there several times."""

    quote: str
    before: str = ""
    after: str = ""
    repeated: bool = False
    within: Span | None = None


@dataclass(frozen=True)
class Found:
    """Where they stand. `how`: exact, spaces or letters; or ambiguous or missing, and then there is no span. `places`: at how many
    places they stand; `told_by`: of several, what told which is meant: context, page or spelling."""

    how: str
    span: Span | None = None
    places: int = 0
    told_by: str = ""


class Folded:
    """A text by its letters and digits alone, without accents, and for each of these its place in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        counts, base = _tables()
        codes = _codes(text)
        self._places = np.repeat(np.arange(len(codes), dtype=np.int32), counts[codes])
        for ligature, letters in _LIGATURES.items():
            text = text.replace(ligature, letters)
        spelt = base[_codes(text)]
        self._letters = spelt[spelt > 0]
        self.letters: str = self._letters.tobytes().decode("utf-32-le", errors="surrogatepass")

    def span(self, start: int, end: int) -> Span:
        """From a place in the letters to one in the text."""
        return int(self._places[start]), int(self._places[end - 1]) + 1

    def find(self, quotes: Iterable[str]) -> dict[str, list[int]]:
        """Each of these runs of letters → the places in the letters where it begins, in order."""
        found: dict[str, list[int]] = {quote: [] for quote in quotes if quote}
        heads: dict[str, list[str]] = defaultdict(list)
        for quote in found:
            if len(quote) >= _HEAD:
                heads[quote[:_HEAD]].append(quote)
            else:
                found[quote] = [match.start() for match in re.finditer(f"(?={re.escape(quote)})", self.letters)]
        for place in self._find_heads(list(heads)):
            for quote in heads.get(self.letters[place : place + _HEAD], ()):
                if self.letters.startswith(quote, place):
                    found[quote].append(place)
        return found

    def _find_heads(self, heads: Sequence[str]) -> Iterable[int]:
        """The places where one of these may begin."""
        if not heads:
            return
        wanted = np.unique(np.concatenate([_hash(_codes(head)) for head in heads]))
        for start in range(0, len(self._letters), _CHUNK):
            hashes = _hash(self._letters[start : start + _CHUNK + _HEAD - 1])
            yield from (np.flatnonzero(np.isin(hashes, wanted)) + start).tolist()


def find_quotes(text: str, wanted: Sequence[Wanted]) -> list[Found]:
    """Where each of the wanted quotes stands in a text, in their order."""
    folded = Folded(text)
    letters = [fold(one.quote) for one in wanted]
    places = folded.find(set(letters))
    return [_choose(folded, one, run, places.get(run, [])) for one, run in zip(wanted, letters, strict=True)]


def list_places(text: str, quote: str) -> list[Span]:
    """All places of a text where a quote stands, in order."""
    folded, run = Folded(text), fold(quote)
    if not run:
        return _find_raw(text, quote.strip())
    return [_grade(text, quote, folded.span(place, place + len(run)))[1] for place in folded.find([run])[run]]


def describe_place(text: str, start: int, end: int) -> Wanted:
    """A place of a text, to be found in another state of it."""
    quote = text[start:end]
    again = text.find(quote, text.find(quote) + 1) >= 0
    return Wanted(quote, text[max(start - _AROUND, 0) : start], text[end : end + _AROUND], repeated=again)


def fold(text: str) -> str:
    """The letters and digits of a text, without accents."""
    return Folded(text).letters


def _choose(folded: Folded, wanted: Wanted, run: str, begins: Sequence[int]) -> Found:
    if not run:  # no letter in it: as it stands, or not at all
        spans = _find_raw(folded.text, wanted.quote.strip())
        grades = [("exact", span) for span in spans]
    else:
        grades = [_grade(folded.text, wanted.quote, folded.span(place, place + len(run))) for place in begins]
    if not grades:
        return Found("missing")
    if len(grades) == 1 and not (wanted.repeated and _has_context(wanted)):
        how, span = grades[0]
        return Found(how, span, 1)
    told = _tell(folded.text, wanted, grades)
    if told is None:
        return Found("ambiguous" if len(grades) > 1 else "missing", None, len(grades))
    (how, span), told_by = told
    return Found(how, span, len(grades), told_by)


def _tell(text: str, wanted: Wanted, grades: Sequence[tuple[str, Span]]) -> tuple[tuple[str, Span], str] | None:
    """Which of several places is meant, and what told it; None where nothing does."""
    if _has_context(wanted):
        span = _tell_by_context(text, wanted, [span for _, span in grades])
        return next((((how, at), "context") for how, at in grades if at == span), None)
    low, high = wanted.within or (0, 0)
    there = [(how, span) for how, span in grades if span[0] < high and low < span[1]]
    if len(there) == 1:
        return there[0], "page"
    best = [found for found in there or grades if found[0] != "letters"]
    return (best[0], "spelling") if len(best) == 1 else None


def _has_context(wanted: Wanted) -> bool:
    return bool(wanted.before or wanted.after)


def _grade(text: str, quote: str, span: Span) -> tuple[str, Span]:
    """How well a place fits a quote, and the place with the quote's own signs at its ends, as far as they stand there."""
    start, end = span
    first = next(i for i, char in enumerate(quote) if _is_letter(char))
    last = next(i for i in range(len(quote), 0, -1) if _is_letter(quote[i - 1]))
    start = _extend(text, quote[:first].lstrip(), start, -1)
    end = _extend(text, quote[last:].rstrip(), end, 1)
    stands = text[start:end]
    if stands == quote.strip():
        return "exact", (start, end)
    return ("spaces" if _close_up(stands) == _close_up(quote) else "letters"), (start, end)


def _is_letter(char: str) -> bool:
    return bool(_tables()[0][ord(char)])


def _extend(text: str, signs: str, at: int, step: int) -> int:
    """The place behind these signs, going from `at` in the direction of `step`; `at` where they do not stand there."""
    place = at
    for sign in _close_up(signs)[::step]:
        while (char := text[place - 1 : place] if step < 0 else text[place : place + 1]) and char.isspace():
            place += step
        if char != sign:
            return at
        place += step
    return place


def _tell_by_context(text: str, wanted: Wanted, spans: Sequence[Span]) -> Span | None:
    """The place whose surroundings are as they were, where there is one and no other comes near."""
    before, after = fold(wanted.before[-_AROUND:])[::-1], fold(wanted.after[:_AROUND])
    scores = sorted(
        (
            _common(before, fold(text[max(start - _AROUND, 0) : start])[::-1])
            + _common(after, fold(text[end : end + _AROUND])),
            (start, end),
        )
        for start, end in spans
    )
    (second, _), (first, span) = scores[-2:] if len(scores) > 1 else [(0, (0, 0)), scores[-1]]
    return span if first >= ENOUGH and first - second >= ENOUGH else None


def _common(one: str, other: str) -> int:
    """How long both begin alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _find_raw(text: str, quote: str) -> list[Span]:
    if not quote:
        return []
    return [(match.start(), match.start() + len(quote)) for match in re.finditer(f"(?={re.escape(quote)})", text)]


def _close_up(text: str) -> str:
    return "".join(text.split())


def _codes(text: str) -> Any:
    return np.frombuffer(text.encode("utf-32-le", errors="surrogatepass"), dtype=np.uint32)


def _hash(codes: Any) -> Any:
    """A hash of each run of `_HEAD` letters, by where it begins."""
    length = max(len(codes) - _HEAD + 1, 0)
    hashes = np.zeros(length, dtype=np.uint64)
    for offset in range(_HEAD):
        hashes = hashes * np.uint64(1_000_003) + codes[offset : offset + length]
    return hashes


@cache
def _tables() -> tuple[Any, Any]:
    """For each character: how many letters it is written with, and the letter without its accent (0: it is none)."""
    counts = np.zeros(0x110000, dtype=np.int8)
    base = np.zeros(0x110000, dtype=np.uint32)
    for code in range(0x20000):
        char = chr(code)
        if char in _LIGATURES:
            counts[code] = len(_LIGATURES[char])
        elif char.isalnum():
            counts[code] = 1
            base[code] = ord(unicodedata.normalize("NFD", char)[0]) if code < 0x2000 else code
    counts[0x20000:0x40000] = 1  # rarer Chinese characters
    base[0x20000:0x40000] = np.arange(0x20000, 0x40000, dtype=np.uint32)
    return counts, base

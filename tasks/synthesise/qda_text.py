"""Positions in a coded text: how each software counts them, and where they lie in the text as we keep it.

REFI-QDA counts code points from 0. Measured, the software differs in two ways: NVivo counts UTF-16 units, in which
characters beyond U+FFFF take two; and a line end that the file holds as CR LF counts as two characters, or as one in
ATLAS.ti. The text is kept with every line end as one newline, and positions as code points of that.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product


@dataclass(frozen=True)
class Dialect:
    """A way of counting. `utf16`: characters beyond U+FFFF count two. `crlf`: what CR LF counts, 1 or 2."""

    utf16: bool
    crlf: int

    def __str__(self) -> str:
        return f"{'UTF-16 units' if self.utf16 else 'code points'}, CR LF as {self.crlf}"


STANDARD = Dialect(utf16=False, crlf=2)
BY_TOOL: Mapping[str, Dialect] = {"nvivo": Dialect(utf16=True, crlf=2), "atlas.ti": Dialect(utf16=False, crlf=1)}
FITTING = 0.5
"""The share of a project's segments that start and end where words do, from which on its positions are believed."""
ALL = tuple(Dialect(utf16, crlf) for utf16, crlf in product((False, True), (2, 1)))


def parse_dialect(text: str) -> Dialect:
    """The dialect of this name, as `str(dialect)` gives it. Raises KeyError where none has it."""
    return {str(dialect): dialect for dialect in ALL}[text]


@dataclass(frozen=True)
class Text:
    """A document's text as kept, and what in the raw text takes two units: places in raw code points."""

    kept: str
    _wide: tuple[int, ...]
    _crlf: tuple[int, ...]

    @classmethod
    def of(cls, raw: str) -> Text:
        """From the decoded text of the file, without its BOM."""
        return cls(
            re.sub(r"\r\n?", "\n", raw),
            tuple(match.start() for match in re.finditer(r"[\U00010000-\U0010ffff]", raw)),
            tuple(match.start() for match in re.finditer(r"\r\n", raw)),
        )

    def is_ambiguous(self) -> bool:
        """Whether the dialects differ on this text at all."""
        return bool(self._wide or self._crlf)

    def reader(self, dialect: Dialect) -> Positions:
        """The translation of this dialect's positions."""
        wide = set(self._wide)
        # Walk the places where a raw character and a kept one differ in width, in order, and note where, in the
        # dialect's own count, each pair of units begins.
        pairs: list[int] = []
        units_ahead = 0
        for place in sorted((*self._wide, *self._crlf)):
            counts_two = dialect.utf16 if place in wide else dialect.crlf == 2
            if counts_two:
                pairs.append(place + units_ahead)
            if place in wide:
                units_ahead += 1 if dialect.utf16 else 0
            else:
                units_ahead -= 2 - dialect.crlf
        return Positions(tuple(pairs), len(self.kept))


@dataclass(frozen=True)
class Positions:
    """Translates positions of one dialect in one text. `pairs`: where a kept character takes two units."""

    pairs: tuple[int, ...]
    length: int

    def kept(self, position: int, *, end: bool = False) -> int:
        """The place in the kept text. A position between the units of a pair goes before it, or after it for an end."""
        before = bisect_right(self.pairs, position - 2)
        inside = before < len(self.pairs) and self.pairs[before] == position - 1
        return position - before - (1 if inside and not end else 0)

    def splits(self, position: int) -> bool:
        """Whether a position lies between the two units of one character, where none can start or end."""
        index = bisect_right(self.pairs, position - 1) - 1
        return index >= 0 and self.pairs[index] == position - 1


def hash_text(kept: str) -> str | None:
    """What tells a text from others: SHA-256 over it, blanks at its end aside; None for one that is blank, which tells nothing."""
    return (
        None if not kept.strip() else hashlib.sha256(kept.rstrip().encode("utf-8", errors="surrogatepass")).hexdigest()
    )


@dataclass
class Evidence:
    """How well a dialect fits: of the selections, those that start and end where words do, and carry their own name."""

    hits: int = 0
    of: int = 0


@dataclass(frozen=True)
class Choice:
    """The dialect that a project is read with, and why. `doubt`: in words, where the segments do not fit it; else empty."""

    dialect: Dialect
    why: str
    evidence: Mapping[Dialect, Evidence] = field(default_factory=dict)
    doubt: str = ""

    @property
    def can_tell(self) -> bool:
        """Whether the ways of counting differ on any of the texts."""
        return any(evidence.of for evidence in self.evidence.values())


def fits(text: Text, positions: Positions, start: int, end: int, name: str) -> bool:
    """Whether a selection looks right: inside the text, no character split, bounded by words, and like its name.

    ATLAS.ti names a quotation after its first words: 'The ward was full of…'.
    """
    if positions.splits(start) or positions.splits(end):
        return False
    first, last = positions.kept(start), positions.kept(end, end=True)
    kept = text.kept
    if not 0 <= first < last <= len(kept):
        return False
    named = re.sub(r"\s+", "", name.rstrip("…").rstrip("."))
    if len(named) >= 8:
        quote = re.sub(r"\s+", "", kept[first : last + 20])
        if quote.startswith(named):
            return True
    starts = first == 0 or not (kept[first - 1].isalnum() and kept[first].isalnum())
    starts = starts and not (
        kept[first].isspace() and first > 0 and not kept[first - 1].isspace() and kept[first] != "\n"
    )
    ends = last == len(kept) or not (kept[last - 1].isalnum() and kept[last].isalnum())
    return starts and ends


def choose_dialect(
    tool: str, selections: Iterable[tuple[Text, int, int, str]], stated: Dialect | None = None, *, certain: bool = False
) -> Choice:
    """The dialect for a project by its tool, unless another fits its selections clearly better.

    Clearly: at least two more selections, and a fifth of those that can tell. Only texts in which the dialects differ
    can tell. `stated`: the dialect that a person gave, which is taken; `certain`: the tool's is, since we wrote the file.
    Where fewer than half of all selections fit the choice, it says so.
    """
    if certain and stated is None:
        return Choice(BY_TOOL.get(tool, STANDARD), "as this program wrote it")
    selections = list(selections)
    choice = _choose(tool, selections) if stated is None else Choice(stated, "as the note beside the file says")
    return replace(choice, doubt="" if stated else _find_doubt(choice.dialect, selections))


def _find_doubt(dialect: Dialect, selections: list[tuple[Text, int, int, str]]) -> str:
    """Why a dialect is not to be believed; empty where it is."""
    readers = {id(text): text.reader(dialect) for text, *_ in selections}
    hits = sum(fits(text, readers[id(text)], start, end, name) for text, start, end, name in selections)
    if not selections or hits >= FITTING * len(selections):
        return ""
    return f"only {hits:,} of {len(selections):,} segments start and end where words do"


def _choose(tool: str, selections: list[tuple[Text, int, int, str]]) -> Choice:
    """See choose_dialect."""
    expected = BY_TOOL.get(tool, STANDARD)
    evidence = {dialect: Evidence() for dialect in ALL}
    readers: dict[tuple[int, Dialect], Positions] = {}
    for text, start, end, name in selections:
        if not text.is_ambiguous():
            continue
        for dialect in ALL:
            key = (id(text), dialect)
            if key not in readers:
                readers[key] = text.reader(dialect)
            evidence[dialect].of += 1
            evidence[dialect].hits += fits(text, readers[key], start, end, name)
    total = evidence[expected].of
    if not total:
        return Choice(expected, "all ways of counting agree on these texts", evidence)
    best = max(ALL, key=lambda dialect: (evidence[dialect].hits, dialect == expected))
    lead = evidence[best].hits - evidence[expected].hits
    usual = "the standard" if expected is STANDARD and tool not in BY_TOOL else tool
    counts = ", ".join(
        f"{dialect}: {evidence_of.hits} of {evidence_of.of}" for dialect, evidence_of in evidence.items()
    )
    if lead >= 2 and lead >= 0.2 * total:
        return Choice(best, f"segments start and end at words most often so ({counts}), against {usual}", evidence)
    return Choice(expected, f"by {usual}; segments that start and end at words: {counts}", evidence)

"""Split exports: platforms hand out a search in pieces of 1,000 or so; which files are one search, what is missing.

Pure: from the files' names, the records they hold and, where the export counts its records itself (Ovid), the first and
last counter. Counters in the files are believed first, ranges in names second, and part numbers last. Counters with gaps
inside a file say nothing: whoever exports the records that were marked in a list gets those of the list.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

_RANGE = re.compile(r"(?<![\d.])(\d{1,7})[ _]*(?:-|–|_|to|bis)[ _]*(\d{1,7})(?![\d.])", re.IGNORECASE)
_PART = re.compile(
    r"[ _-]*(?:(?:part|pt|teil|batch|set|file)[ _-]*(\d{1,3})(?:[ _-]*of[ _-]*\d{1,3})?"
    r"|\((\d{1,3})\)|(\d{1,3})[ _-]*of[ _-]*\d{1,3})$",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?:19|20)\d\d([-_.])\d\d\1\d\d(?!\d)")
_TAIL = re.compile(r"[ _-]+(\d{1,2})$")
_DATE = re.compile(r"(19|20)\d\d[-_. ]?\d{0,2}[-_. ]?$")


@dataclass(frozen=True)
class Piece:
    """One file. `count`: records that were found in it; `first`, `last`: the record counters in it, if any; `hits`: how many
    its searcher noted."""

    name: str
    count: int
    first: int | None = None
    last: int | None = None
    hits: int | None = None

    @property
    def whole(self) -> bool:
        """Whether somebody noted that it holds all that it should."""
        return self.hits == self.count


@dataclass(frozen=True)
class SplitSearch:
    """Files that are one search, in order; `warnings`: what is missing or doubled, a line each."""

    stem: str
    pieces: tuple[Piece, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _RangedPiece:
    piece: Piece
    stem: str
    first: int
    last: int


def split_searches(pieces: Iterable[Piece], hits: int | None = None) -> list[SplitSearch]:
    """The searches that came in several files, or whose only file is a later piece. `hits`: what the source reported,
    where all files are of one search. Files that are searches of their own are left out."""
    ranged: dict[str, list[_RangedPiece]] = defaultdict(list)
    numbered: dict[str, list[tuple[int, Piece]]] = defaultdict(list)
    for piece in pieces:
        if placed := _place_by_range(piece):
            ranged[placed.stem].append(placed)
        else:
            stem, number = _strip_part_number(PurePath(piece.name).stem)
            numbered[stem.casefold()].append((number, piece))
    searches = [
        _check_ranges(stem, group, hits) for stem, group in ranged.items() if len(group) > 1 or group[0].first > 1
    ]
    searches += [_check_parts(stem, group) for stem, group in numbered.items() if _is_split(group)]
    return sorted(searches, key=lambda search: search.stem)


def _place_by_range(piece: Piece) -> _RangedPiece | None:
    stem = PurePath(piece.name).stem
    # A day in the name (2026-10-31) is no range.
    named = _RANGE.search(_DAY.sub(lambda day: "x" * len(day[0]), stem))
    bare = (stem[: named.start()] + stem[named.end() :]).strip(" _-").casefold() if named else ""
    if piece.first is not None and piece.last is not None and piece.last - piece.first + 1 == piece.count:
        return _RangedPiece(piece, bare or _strip_part_number(stem)[0].casefold(), piece.first, piece.last)
    if named is None:
        return None
    first, last = int(named[1]), int(named[2])
    span = last - first + 1
    years = 1800 <= first <= 2100 and 1800 <= last <= 2100
    if first < 1 or span < 1 or piece.count > span or (years and piece.count != span):
        return None
    return _RangedPiece(piece, bare, first, last)


def _check_ranges(stem: str, group: list[_RangedPiece], hits: int | None) -> SplitSearch:
    group = sorted(group, key=lambda placed: (placed.first, placed.last, placed.piece.name))
    warnings = []
    settled = all(placed.piece.whole for placed in group)
    if group[0].first > 1 and not settled:
        warnings.append(_describe_gap(1, group[0].first - 1, f"before '{group[0].piece.name}'", group[0].piece))
    reached = group[0].last
    for before, after in pairwise(group):
        if after.first > reached + 1 and not settled:
            between = f"between '{before.piece.name}' and '{after.piece.name}'"
            warnings.append(_describe_gap(reached + 1, after.first - 1, between, after.piece))
        elif after.first <= reached:
            end = min(reached, after.last)
            warnings.append(
                f"records {after.first} to {end} are in two files, '{before.piece.name}' and '{after.piece.name}'"
            )
        reached = max(reached, after.last)
    for placed in group[:-1]:
        span = placed.last - placed.first + 1
        if placed.piece.count != span and not placed.piece.whole:
            warnings.append(f"'{placed.piece.name}' should hold {span} records and holds {placed.piece.count}")
    end = group[-1].first + group[-1].piece.count - 1 if group[-1].last == reached else reached
    if hits is not None and end < hits:
        warnings.append(f"{_describe_missing(end + 1, hits)}; the source reported {hits}")
    return SplitSearch(stem, tuple(placed.piece for placed in group), tuple(warnings))


def _describe_gap(first: int, last: int, where: str, piece: Piece) -> str:
    """What is missing, between which files, and how to say that nothing is."""
    return (
        f"{_describe_missing(first, last)}, {where}; if none is missing, note what each file holds, "
        f"as hits = {piece.count} in '{piece.name}.toml'"
    )


def _describe_missing(first: int, last: int) -> str:
    return f"record {first} is in no file" if first == last else f"records {first} to {last} are in no file"


def _strip_part_number(stem: str) -> tuple[str, int]:
    """The name without its part number, and the number (0: none). A date at the end of a name is no part number."""
    if part := _PART.search(stem):
        return stem[: part.start()], int(part[1] or part[2] or part[3])
    tail = _TAIL.search(stem)
    if tail and not _DATE.search(stem):
        return stem[: tail.start()], int(tail[1])
    return stem, 0


def _is_split(group: list[tuple[int, Piece]]) -> bool:
    """Several parts by number, all but the last as full as a platform's cap: else they are searches of their own."""
    if len(group) < 2 or len({number for number, _ in group}) < len(group):
        return False
    full = {piece.count for _, piece in sorted(group, key=lambda item: item[0])[:-1]}
    last = max(group, key=lambda item: item[0])[1]
    return len(full) == 1 and (cap := full.pop()) >= 50 and cap % 50 == 0 and last.count <= cap


def _check_parts(stem: str, group: list[tuple[int, Piece]]) -> SplitSearch:
    group = sorted(group, key=lambda item: item[0])
    numbers = [number for number, _ in group]
    absent = sorted(set(range(min(numbers[0], 1), numbers[-1])) - set(numbers) - {0})
    warnings = [f"part {number} is missing" for number in absent]
    if group[-1][1].count == group[0][1].count:
        warnings.append(f"the last part, '{group[-1][1].name}', is full: another one may follow it")
    return SplitSearch(stem, tuple(piece for _, piece in group), tuple(warnings))

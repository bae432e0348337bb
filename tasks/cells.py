"""Cells of CSV and its relatives: commas, semicolons, tabs or bars; cells over several lines. Who reads a CSV reads it here.

Rows are read by Python's csv module; how many there are is counted besides by a scan that follows the quotation marks
line by line. Where a quotation mark is missing, a cell would swallow its neighbours, or the rest of the file: the line
that begins so is set aside, and reading goes on with the line after it.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

DELIMITERS = ",;\t|"
GUARDS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet takes for a formula, or splits at."""
_CELL_LIMIT = (
    1 << 24
)  # characters; csv refuses cells over 131,072 by default, and abstracts with pasted full texts are longer
_RESCUES = 100  # times that reading starts again after a quotation mark without an end


def guarded(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula: with an apostrophe before it, if it needs one to be told apart."""
    return f"'{text}" if text and text.lstrip("'")[:1] in GUARDS else text


def unguarded(cell: str) -> str:
    """The text that was guarded so."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'")[:1] in GUARDS else cell


@dataclass(frozen=True)
class Row:
    """One row: `line` it starts on, its cells, its text as it stands, the rows that a second way of counting sees in it,
    and, where it could not be read, the reason; `unclosed` where that is a quotation mark that nothing closes.
    """

    line: int
    cells: list[str]
    raw: str
    counted: int = 1
    reason: str = ""
    unclosed: bool = False

    @property
    def blank(self) -> bool:
        return not any(cell.strip('" \t\r\n\ufeff') for cell in self.cells)

    @property
    def width(self) -> int:
        """Cells up to the last that is filled."""
        return max((at + 1 for at, cell in enumerate(self.cells) if cell.strip()), default=0)


def csv_rows(lines: Iterator[str], delimiter: str) -> Iterator[Row]:
    """The rows of a file given as lines with their ends; blank ones too."""
    csv.field_size_limit(_CELL_LIMIT)
    waiting: deque[str] = deque()
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while True:
            line = waiting.popleft() if waiting else next(lines, None)
            if line is None:
                return
            if not before and not taken:
                line = line.removeprefix("\ufeff")
            taken.append(line)
            yield line

    before, rescues = 0, 0
    scan = _Scan(delimiter)
    reader = csv.reader(feed(), delimiter=delimiter)
    while True:
        reason = ""
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells, reason = [], f"cannot be read: {error}"
        if not taken:
            return
        counted, unclosed = scan.rows(taken)
        if unclosed or scan.torn("".join(taken)):
            reason = "a quotation mark is missing in it"
        if reason:
            raw, rest = taken[0], taken[1:]
            if rest and rescues < _RESCUES and _resumes(rest, delimiter):
                waiting.extendleft(reversed(rest))
                rescues += 1
                used = 1
            else:
                raw, used = "".join(taken), len(taken)
            yield Row(before + 1, [raw], raw, 1, reason, unclosed)
            reader = csv.reader(feed(), delimiter=delimiter)
        else:
            used = len(taken)
            text = "".join(taken)
            if not (before == 0 and re.fullmatch(r"sep=.\s*", text)):
                yield Row(before + 1, cells or [], text, counted)
        before += used
        taken.clear()


def _resumes(lines: list[str], delimiter: str) -> bool:
    """Whether what follows an open quotation mark looks like rows: several cells, on one line."""
    return any(len(next(csv.reader([line], delimiter=delimiter), [])) > 2 for line in lines[:50])


class _Scan:
    """Counts rows by following quotation marks, without reading cells."""

    def __init__(self, delimiter: str) -> None:
        mark = re.escape(delimiter)
        self._whole = re.compile(rf'(?:^|(?<={mark}))"(?:[^"]++|"")*+"(?!")')
        self._open = re.compile(rf'(?:^|{mark})"')
        self._ends = f"{delimiter}\r\n"
        self._cell = re.compile(rf'(?:^|{mark})(?:"((?:[^"]++|"")*+)"|[^{mark}\r\n"]*)')
        self._close = re.compile(r'(?:[^"]++|"")*+"(?!")')

    def torn(self, row: str) -> bool:
        """Whether a quoted cell ends after a delimiter or a line end and goes on: the mark was the next cell's."""
        return any(
            cell[1] is not None
            and cell[1][-1:] in [*self._ends]
            and row[cell.end() : cell.end() + 1] not in ["", *self._ends]
            for cell in self._cell.finditer(row)
        )

    def rows(self, lines: list[str]) -> tuple[int, bool]:
        """(rows that end within these lines, whether a quotation mark is open after them)."""
        ended, inside = 0, False
        for line in lines:
            rest = line
            if inside:
                closed = self._close.match(line)
                if closed is None:
                    continue
                rest = "x" + line[closed.end() :]
            inside = self._open.search(self._whole.sub("", rest)) is not None
            ended += not inside
        return ended + inside, inside

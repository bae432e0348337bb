"""Search strategies as information specialists write them: numbered lines that refer to each other. Pure.

    1. "personality disorder*"[tiab]
    2. clinician*[tiab] OR nurse*[tiab]
    3. #1 AND #2

A platform keeps such lines as sets; a service takes one expression. `expression` puts the lines into each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.errors import UserError

_LINE = re.compile(r"^\s*#?(\d+)\s*[.):\t ]\s*(.+?)\s*$")
_SET = re.compile(r"#(\d+)")
_BARE = re.compile(r"(?i)^[\s()]*\d+(?:[\s()]*(?:and|or|not)[\s()]*\d+)+[\s()]*$")
_RANGE = re.compile(r"(?i)^(?:(and|or)\s*/\s*#?(\d+)\s*-\s*#?(\d+)|#?(\d+)\s*-\s*#?(\d+)\s*/\s*(and|or))$")


@dataclass(frozen=True)
class Line:
    """One line of a strategy with its number."""

    number: int
    text: str


def lines(strategy: str) -> list[Line]:
    """The numbered lines; a line without a number continues the one above it. Text without any number is line 1."""
    found: list[Line] = []
    for raw in strategy.splitlines():
        if not (text := raw.strip()):
            continue
        numbered = _LINE.match(raw)
        if numbered and int(numbered[1]) == (found[-1].number + 1 if found else 1):
            found.append(Line(int(numbered[1]), numbered[2]))
        elif found:
            found[-1] = Line(found[-1].number, f"{found[-1].text} {text}")
        else:
            found.append(Line(1, text))
    return found


def expression(strategy: str) -> str:
    """The last line with every line it refers to put in its place, in brackets.

    A line refers to others by `#1`, by a line of numbers only (`1 and (2 or 3)`), or by a range (`or/1-4`, `#1-#4/or`).
    Raises UserError for a reference to a line that does not stand above.
    """
    texts: dict[int, str] = {}
    last = ""
    for line in lines(strategy):
        last = texts[line.number] = _resolved(line, texts)
    if not last:
        raise UserError("the strategy is empty")
    return last


def _resolved(line: Line, above: dict[int, str]) -> str:
    def put(found: re.Match[str]) -> str:
        number = int(found[1])
        if number not in above:
            raise UserError(f"line {line.number} of the strategy refers to line {number}, which is not above it")
        return f"({above[number]})"

    if span := _RANGE.match(line.text):
        word = (span[1] or span[6]).upper()
        first, end = int(span[2] or span[4]), int(span[3] or span[5])
        text = f" {word} ".join(f"#{number}" for number in range(first, end + 1))
    elif _BARE.match(line.text):
        text = re.sub(r"\d+", lambda number: f"#{number[0]}", line.text)
        text = re.sub(r"(?i)\b(and|or|not)\b", lambda word: word[0].upper(), text)
    else:
        text = line.text
    return _SET.sub(put, text)

"""Search strategies as information specialists write them: numbered lines that refer to each other. Pure.

    1. "personality disorder*"[tiab]
    2. clinician*[tiab] OR nurse*[tiab]
    3. #1 AND #2

A platform keeps such lines as sets; a service takes one expression. `combine_lines` puts the lines into each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.errors import UserError

_LINE = re.compile(r"^\s*[#S]?(\d+)\s*[.):\t ]\s*(.+?)\s*$")
_SET = re.compile(r"#(\d+)\b")
_BARE = re.compile(r"(?i)^[\s()]*S?\d+(?:[\s()]*(?:and|or|not)[\s()]*S?\d+)+[\s()]*$")
_RANGE = re.compile(r"(?i)^(?:(and|or)\s*/\s*#?(\d+)\s*-\s*#?(\d+)|#?(\d+)\s*-\s*#?(\d+)\s*/\s*(and|or))$")


@dataclass(frozen=True)
class StrategyLine:
    """One line of a strategy with its number."""

    number: int
    text: str


def split_lines(strategy: str) -> list[StrategyLine]:
    """The numbered lines (1, #1 or S1); a line without a number continues the one above it.

    Text above line 1 is a heading and left out. Text without numbered lines is line 1 as a whole.
    """
    texts = [text.strip() for text in strategy.splitlines() if text.strip()]
    numbers = [int(match[1]) if (match := _LINE.match(text)) else 0 for text in texts]
    begin = numbers.index(1) if 1 in numbers else 0
    if begin and 2 not in numbers[begin:]:
        begin = 0
    result: list[StrategyLine] = []
    for text, number in zip(texts[begin:], numbers[begin:], strict=True):
        numbered = _LINE.match(text)
        if numbered and number == (result[-1].number + 1 if result else 1):
            result.append(StrategyLine(number, numbered[2]))
        elif result:
            result[-1] = StrategyLine(result[-1].number, f"{result[-1].text} {text}")
        else:
            result.append(StrategyLine(1, text))
    return result


def combine_lines(strategy: str) -> str:
    """The last line with every line it refers to put in its place, in brackets.

    A line refers to others by `#1`, by nothing but numbers (`1 and (2 or 3)`, `S1 AND S2`), or by a range (`or/1-4`,
    `#1-#4/or`). Raises UserError for a reference to a line that does not stand above.
    """
    texts: dict[int, str] = {}
    last = ""
    for line in split_lines(strategy):
        last = texts[line.number] = _resolve(line, texts)
    if not last:
        raise UserError("the strategy is empty")
    return last


def _resolve(line: StrategyLine, above: dict[int, str]) -> str:
    def put(reference: re.Match[str]) -> str:
        number = int(reference[1])
        if number not in above:
            raise UserError(f"line {line.number} of the strategy refers to line {number}, which is not above it")
        return f"({above[number]})"

    if span := _RANGE.match(line.text):
        word = (span[1] or span[6]).upper()
        first, end = int(span[2] or span[4]), int(span[3] or span[5])
        text = f" {word} ".join(f"#{number}" for number in range(first, end + 1))
    elif _BARE.match(line.text):
        text = re.sub(r"(?i)S?(\d+)", r"#\1", line.text)
        text = re.sub(r"(?i)\b(and|or|not)\b", lambda word: word[0].upper(), text)
    else:
        text = line.text
    return _SET.sub(put, text)

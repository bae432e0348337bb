"""Guess whose words a segment has, by how it stands in its text: in quotation marks, or in an indented block. A suggestion, never
more; and of what stands otherwise nothing is guessed, since authors tell what people said in words of their own. Pure."""

from __future__ import annotations

import re

_PAIRS = {"“": "”", "‘": "’", "«": "»", "„": "“", "‹": "›"}
_STRAIGHT = "\"'"
_AT_END = ".,;:!?…)]0123456789 \n"
#: How far a quotation may run on either side of a segment.
_FAR = 1_500
_BLANK = re.compile(r"\n[ \t]*\n")
_INDENTED = re.compile(r"(?: {4}|\t)\s*\S")


def guess_participants(text: str, start: int, end: int) -> str | None:
    """The rule by which the words from `start` to `end` are taken for the participants': quotation marks, indented block; or None."""
    if _is_quoted(text, start, end):
        return "quotation marks"
    return "indented block" if _is_indented(text, start, end) else None


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether the segment is one quotation, or lies within one."""
    words = text[start:end].strip()
    bare = words.rstrip(_AT_END)
    if len(bare) > 2 and (_PAIRS.get(bare[0]) == bare[-1] or (bare[0] in _STRAIGHT and bare[0] == bare[-1])):
        return bare[0] not in bare[1:-1] and bare[-1] not in bare[1:-1]
    before = _BLANK.split(text[max(start - _FAR, 0) : start])[-1].rstrip()
    after = _BLANK.split(text[end : end + _FAR])[0].lstrip()
    if before.endswith('"') and '"' in words[-2:] + after[:2]:  # a single one is as often an apostrophe
        return '"' not in words[:-2]
    for opening, closing in _PAIRS.items():
        if opening == "‘":  # also an apostrophe
            continue
        opened, ahead = before.rfind(opening), after.find(closing)
        if opened > before.rfind(closing) and opening not in words and closing not in words.rstrip(_AT_END)[:-1]:
            return closing in words[-3:] or (ahead >= 0 and opening not in after[:ahead])
    return False


def _is_indented(text: str, start: int, end: int) -> bool:
    """Whether all lines of the segment are indented, and not all lines of the text are."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    lines = [line for line in text[first : len(text) if last < 0 else last].split("\n") if line.strip()]
    if not lines or not all(map(_INDENTED.match, lines)):
        return False
    around = text[max(first - _FAR, 0) : first] + text[end : end + _FAR]
    return any(line.strip() and not line[0].isspace() for line in around.split("\n"))

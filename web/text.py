"""Text as markup: everything escaped, and the protocol's words, or what two texts differ in, marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from markupsafe import Markup, escape


def mark_terms(text: str, include: Iterable[str], exclude: Iterable[str]) -> Markup:
    """A text in which the words that speak for and against a report are marked; `*` in a term stands for any letters."""
    pattern = _pattern(tuple(include), tuple(exclude))
    if pattern is None:
        return escape(text)
    parts, at = [], 0
    for found in pattern.finditer(text):
        kind, said = ("for", "speaks for it") if found.lastgroup == "include" else ("against", "speaks against it")
        parts += [
            escape(text[at : found.start()]),
            Markup('<mark class="{}" title="{}">{}</mark>').format(kind, said, found[0]),
        ]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


@lru_cache(maxsize=64)
def _pattern(include: tuple[str, ...], exclude: tuple[str, ...]) -> re.Pattern[str] | None:
    groups = []
    for name, terms in (("exclude", exclude), ("include", include)):
        written = sorted({term.strip() for term in terms if term.strip(" *")}, key=len, reverse=True)
        if written:
            groups.append(f"(?P<{name}>{'|'.join(map(_to_pattern, written))})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups)})(?!\w)", re.IGNORECASE) if groups else None


def _to_pattern(term: str) -> str:
    return r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in term.split())


def mark_difference(a: str, b: str) -> tuple[Markup, Markup]:
    """Two texts with the words marked in which they differ, whatever the case."""
    words = re.findall(r"\s+|[^\s]+", a), re.findall(r"\s+|[^\s]+", b)
    folded = [[word.casefold().strip(".,;:") for word in side] for side in words]
    same: tuple[set[int], set[int]] = set(), set()
    for block in SequenceMatcher(None, folded[0], folded[1], autojunk=False).get_matching_blocks():
        same[0].update(range(block.a, block.a + block.size))
        same[1].update(range(block.b, block.b + block.size))
    return _mark(words[0], same[0]), _mark(words[1], same[1])


def _mark(words: Sequence[str], same: set[int]) -> Markup:
    parts: list[Markup] = []
    run: list[str] = []
    for place, word in enumerate([*words, ""]):
        if place < len(words) and place not in same:
            run.append(word)
            continue
        said = "".join(run)
        if word_part := said.strip():
            before, after = said[: len(said) - len(said.lstrip())], said[len(said.rstrip()) :]
            parts += [escape(before), Markup("<mark>{}</mark>").format(word_part), escape(after)]
        else:
            parts.append(escape(said))
        run = []
        parts.append(escape(word))
    return Markup("").join(parts)

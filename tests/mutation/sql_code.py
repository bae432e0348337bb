"""Mutants of an SQL file, by its words: comments and strings are stepped over, brackets are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from tests.mutation.mutant import Change

_TOKEN = re.compile(
    r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"|<>|<=|>=|::|\|\||[A-Za-z_][A-Za-z_0-9.$]*|\d+(?:\.\d+)?(?:e\d+)?|\s+|."
)
_COMPARISONS = {"=": ("<>",), "<>": ("=",), "<": ("<=", ">"), "<=": ("<",), ">": (">=", "<"), ">=": (">",)}
_WORDS = {
    "MIN": "max", "MAX": "min", "ARG_MIN": "arg_max", "ARG_MAX": "arg_min", "BOOL_OR": "bool_and", "BOOL_AND": "bool_or",
    "LEAST": "greatest", "GREATEST": "least", "LIST_HAS_ANY": "list_has_all", "LIST_HAS_ALL": "list_has_any",
    "DESC": "ASC", "ANTI": "SEMI", "SEMI": "ANTI", "TRUE": "false", "FALSE": "true",
}  # fmt: skip
#: A condition ends before these, where its brackets are closed.
_ENDS = {
    "AND", "OR", "THEN", "ELSE", "END", "WHEN", "GROUP", "ORDER", "UNION", "QUALIFY", "HAVING", "LEFT", "JOIN", "WHERE", "AS", "FROM",
    "LIMIT", "CROSS", "ANTI", ")", ",", ";", "]",
}  # fmt: skip


@dataclass(frozen=True)
class _Token:
    word: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        return self.word.upper()


def changes(text: str) -> Iterator[Change]:
    """Every change that leaves SQL which can still be parsed."""
    for change in _changes(_tokens(text)):
        try:
            duckdb.extract_statements(change.apply(text))
        except duckdb.Error:
            continue
        yield change


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    for match in _TOKEN.finditer(text):
        size = len(match[0].encode())
        if not match[0].isspace() and not match[0].startswith("--"):
            found.append(_Token(match[0], at, at + size))
        at += size
    return found


def _changes(tokens: list[_Token]) -> Iterator[Change]:
    between = False
    for at, token in enumerate(tokens):
        word = token.upper
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        for other in _COMPARISONS.get(word, ()):
            yield Change(token.start, token.end, other.encode(), "comparison")
        if word in _WORDS and (word in ("DESC", "ANTI", "SEMI", "TRUE", "FALSE") or (after and after.word == "(")):
            yield Change(token.start, token.end, _WORDS[word].encode(), "another function or direction")
        if re.fullmatch(r"\d+", word) and at and tokens[at - 1].word != "-":
            yield Change(token.start, token.end, str(int(word) + 1).encode(), "constant")
        if after is None:
            continue
        if word == "BETWEEN":
            between = True
        elif word in ("AND", "OR"):
            if word == "AND" and between:
                between = False
                continue
            yield Change(token.start, token.end, b"OR" if word == "AND" else b"AND", "and/or")
            yield _condition(tokens, at + 1, b"true" if word == "AND" else b"false", "condition removed")
        elif word in ("WHERE", "HAVING"):
            yield _condition(tokens, at + 1, b"true", "condition removed")
        elif word == "WHEN":
            yield _condition(tokens, at + 1, b"false", "branch removed", {"THEN"})
        elif word == "FILTER" and after.word == "(":
            yield Change(after.start, tokens[_closing(tokens, at + 1)].end, b"(true)", "condition removed")
        elif word == "NOT":
            yield Change(token.start, after.start, b"", "negation")
        elif word == "IS" and after.upper == "NULL":
            yield Change(token.end, token.end, b" NOT", "negation")
        elif word == "IN" and after.word == "(":
            if tokens[at - 1].upper != "NOT":
                yield Change(token.start, token.start, b"NOT ", "negation")
            if tokens[at + 2].word.startswith("'") and tokens[at + 3].word == ",":
                yield Change(tokens[at + 2].start, tokens[at + 4].start, b"", "one of a list removed")
        elif word == "UNION":
            yield Change(
                token.end,
                after.end if after.upper == "ALL" else token.end,
                b"" if after.upper == "ALL" else b" ALL",
                "set",
            )
        elif word == "DISTINCT" and after.upper not in ("ON", "FROM") and tokens[at - 1].upper != "IS":
            yield Change(token.start, after.start, b"", "set")
        elif word == "LEFT" and after.upper == "JOIN":
            yield Change(token.start, after.start, b"", "join")
        elif word == "COALESCE" and after.word == "(":
            parts = _arguments(tokens, at + 1)
            if len(parts) == 2:
                (a, b), (c, d) = parts
                yield _swapped(tokens, a, b, c, d)
        elif word == "BY" and tokens[at - 1].upper == "ORDER" and after.upper != "ALL":
            end = _end_of(tokens, at + 1, {"ASC", "DESC"})
            if tokens[end].upper != "DESC":
                yield Change(tokens[end - 1].end, tokens[end - 1].end, b" DESC", "another function or direction")


def _end_of(tokens: list[_Token], at: int, ends: set[str]) -> int:
    """Where an expression that begins at a token ends: the place of the first token that is no part of it."""
    depth = 0
    cases = 0
    while at < len(tokens):
        word = tokens[at].upper
        if depth == 0 and cases == 0 and (word in ends or word in (")", "]", ",", ";")):
            return at
        depth += (word in "([") - (word in ")]")
        cases += (word == "CASE") - (word == "END" and cases > 0)
        at += 1
    return at - 1


def _condition(tokens: list[_Token], at: int, new: bytes, kind: str, ends: set[str] = _ENDS) -> Change:
    end = _end_of(tokens, at, ends)
    return Change(tokens[at].start, tokens[end - 1].end, new, kind)


def _closing(tokens: list[_Token], at: int) -> int:
    return _end_of(tokens, at + 1, set())


def _arguments(tokens: list[_Token], at: int) -> list[tuple[int, int]]:
    """The first and last token of each argument of the call whose bracket opens at a token."""
    found, start = [], at + 1
    while True:
        end = _end_of(tokens, start, set())
        found.append((start, end - 1))
        if tokens[end].word != ",":
            return found
        start = end + 1


def _swapped(tokens: list[_Token], a: int, b: int, c: int, d: int) -> Change:
    def written(first: int, last: int) -> str:
        return " ".join(token.word for token in tokens[first : last + 1])

    return Change(tokens[a].start, tokens[d].end, f"{written(c, d)}, {written(a, b)}".encode(), "order of coalesce")

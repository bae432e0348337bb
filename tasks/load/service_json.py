"""Pages of search services in JSON: Europe PMC, OpenAlex, Crossref, Semantic Scholar, ClinicalTrials.gov.

A tag is the path of keys below the record (`journalInfo/journal/title`); the elements of a list repeat their tag. Where
a value stands in parts, a token for the whole comes besides: a name ('Family, Given', tagged as the object that holds
it), the text of an inverted index of an abstract (the index itself is tagged `…@index`), an identity of `source`
and `id` (`source+id`). Names in one text come singly besides (`authorString/name`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import polars as pl

from schemas.errors import UserError
from tasks.load.source import Source
from tasks.load.tokens import TOKEN_SCHEMA, Tokens

#: Where the records are: the first of these paths that the page has.
CONTAINERS: tuple[tuple[str, ...], ...] = (
    ("resultList", "result"),
    ("citationList", "citation"),
    ("referenceList", "reference"),
    ("message", "items"),
    ("message", "reference"),
    ("results",),
    ("studies",),
    ("data",),
    (),  # a list and nothing around it: a download of ClinicalTrials.gov
)
_BATCH = 2_000
_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_NAMES = (("family", "given"), ("lastName", "firstName"), ("lastName", "initials"))

Object = tuple[tuple[str, Any], ...]
Token = tuple[str, str]


def tokenise(source: Source) -> Iterator[Tokens]:
    """Every value of every record, in order. Raises `UserError` for a page that is cut off or lists no records."""
    text = source.text()
    try:
        page = json.loads(text, object_pairs_hook=tuple, parse_float=str, parse_int=str, parse_constant=str)
        container = next((path for path in CONTAINERS if isinstance(_down(page, path), list)), None)
    except ValueError as error:
        raise UserError(f"is not whole JSON: {error}", path=source.name, hint="fetch the page again") from None
    except RecursionError:
        raise UserError("is JSON that is nested too deeply", path=source.name) from None
    if container is None:
        if _found_nothing(page):
            yield Tokens(pl.DataFrame(schema=TOKEN_SCHEMA), 0)
            return
        raise UserError("is JSON, but not a page of a search service that is known here", path=source.name)
    records = _down(page, container)
    if not all(isinstance(record, tuple) for record in records):
        raise UserError(f"holds something else than records in '{'/'.join(container)}'", path=source.name)
    lines = _starts(text, container)
    for begin in range(0, max(len(records), 1), _BATCH):
        last = begin + _BATCH >= len(records)
        starts = len(lines[begin:]) if last else len(lines[begin : begin + _BATCH])
        rows = [
            (number, lines[number] if number < len(lines) else 0, tag, value)
            for number, record in enumerate(records[begin : begin + _BATCH], start=begin)
            for tag, value in flat(record)
        ]
        yield Tokens(pl.DataFrame(rows, schema=TOKEN_SCHEMA, orient="row"), starts)


def flat(record: Object) -> Iterator[Token]:
    """The tags and values of one record, an object as a tuple of its pairs."""
    of = dict(record)
    if isinstance(of.get("source"), str) and isinstance(of.get("id"), str):
        yield "source+id", f"{of['source']}:{of['id']}"
    yield from _flat(record, "")


def _flat(value: Any, path: str) -> Iterator[Token]:
    if isinstance(value, tuple) and value:
        of = dict(value)
        if path and (name := _name(of)):
            yield path, name
        for key, below in value:
            step = f"{path}/{_tidy(key)}" if path else _tidy(key)
            if key == "abstract_inverted_index" and isinstance(below, tuple) and below:
                yield step, abstract(below)
                yield f"{step}@index", json.dumps(dict(below), ensure_ascii=False)
            else:
                yield from _flat(below, step)
            if key == "authorString" and isinstance(below, str):
                yield from ((f"{step}/name", _tidy(name)) for name in below.strip().removesuffix(".").split(", "))
    elif isinstance(value, list) and value:
        for element in value:
            yield from _flat(element, path)
    else:
        yield path, _scalar(value)


def abstract(index: Object) -> str:
    """The text of an inverted index, a word at each of its positions."""
    at = {int(place): word for word, places in index if isinstance(places, list) for place in places if _whole(place)}
    return _tidy(" ".join(at[place] for place in sorted(at)))


def _name(of: dict[str, Any]) -> str:
    """A name in parts as 'Family, Given Suffix', or that of a group; empty where the object is no name."""
    texts = {key: value for key, value in of.items() if isinstance(value, str) and value}
    for family, given in _NAMES:
        if family in texts and (given in texts or not any(other in texts for _, other in _NAMES)):
            first = " ".join(texts[key] for key in (given, "suffix") if key in texts)
            return _tidy(f"{texts[family]}, {first}" if first else texts[family])
    return _tidy(texts.get("collectiveName", ""))


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _tidy(value) if isinstance(value, str) else ""


def _tidy(text: str) -> str:
    """Without halves of surrogate pairs, which no file can hold."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _whole(place: Any) -> bool:
    return isinstance(place, str) and place.isdecimal() and len(place) < 10


def _down(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        value = dict(value).get(step) if isinstance(value, tuple) else None
    return value


def _found_nothing(page: Any) -> bool:
    """Semantic Scholar and Europe PMC leave the list out where there is nothing to list."""
    return any(_down(page, (key,)) == "0" for key in ("total", "hitCount"))


def _starts(text: str, container: tuple[str, ...]) -> list[int]:
    """The lines on which records start: objects opened in the container's list, found by brackets alone.

    This is the count against which the reader's own is checked, so it takes nothing from the parser.
    """
    keys: list[str] = []
    opened: list[str] = []
    key, found, line, seen = "", [], 1, 0
    for mark in _MARK.finditer(text):
        sign = mark[0]
        if sign in "{[":
            line += text.count("\n", seen, mark.start())
            seen = mark.start()
            if sign == "{" and opened and opened[-1] == "[" and _within(keys, opened, container):
                found.append(line)
            opened.append(sign)
            keys.append(key)
            key = ""
        elif sign in "}]":
            if opened:
                opened.pop()
                keys.pop()
        elif sign == ",":
            key = ""
        elif opened and opened[-1] == "{" and not key:
            key = sign[1:-1]
    return found


def _within(keys: list[str], opened: list[str], container: tuple[str, ...]) -> bool:
    return len(opened) == len(container) + 1 and tuple(keys[1:]) == container and "[" not in opened[:-1]

"""CSL-JSON, the JSON of Zotero, Mendeley, Crossref and pandoc: a list of objects, each a record.

Tags are keys, nested ones joined by '/'. A name comes whole ('Family, Given'), a date as 2013-1-31.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import polars as pl

from schemas.errors import UserError
from tasks.load.source import Source
from tasks.load.tokens import FAILED_SCHEMA, TOKEN_SCHEMA, Tokens

_BATCH = 2_000
_MARK = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_DEPTH = 100


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; there are no lines that mean anything in JSON. Raises `UserError` where the file is not JSON."""
    text = source.text()
    try:
        whole = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise UserError(
            f"is not valid JSON: {error.msg}", path=source.name, line=error.lineno, hint="export it again"
        ) from error
    except (RecursionError, ValueError) as error:
        raise UserError("is not valid JSON", path=source.name) from error
    starts = _starts(text, source.name)
    items = whole.get("items", [whole]) if isinstance(whole, dict) else whole
    if not isinstance(items, list):
        raise UserError("holds no list of records", path=source.name)
    for first in range(0, max(len(items), 1), _BATCH):
        yield _piece(items[first : first + _BATCH], first, starts if first == 0 else 0)


def _starts(text: str, name: str) -> int:
    """Objects in the outermost list, counted by brackets; an object alone is one record, or has `items`."""
    depth, starts, outer = 0, 0, re.match(r"\s*\{", text) is not None
    listed = outer and re.search(r'"items"\s*:\s*\[', text) is not None
    level = 2 if listed else 0 if outer else 1
    for mark in _MARK.finditer(text):
        if mark[0] in "[{":
            starts += mark[0] == "{" and depth == level
            depth += 1
            if depth > _DEPTH:
                raise UserError("is nested too deeply for records", path=name)
        elif mark[0] in "]}":
            depth -= 1
    return starts


def _piece(items: list[Any], first: int, starts: int) -> Tokens:
    rows: list[tuple[int, int, str, str]] = []
    failed: list[tuple[int, int, str, str]] = []
    for record, item in enumerate(items, first):
        told = list(_flat("", item)) if isinstance(item, dict) else []
        if told:
            rows.extend((record, 0, tag, value) for tag, value in told)
        elif isinstance(item, dict):
            failed.append((record, 0, "the record is empty", json.dumps(item, ensure_ascii=False)))
    return Tokens(
        pl.DataFrame(rows, schema=TOKEN_SCHEMA, orient="row"),
        starts,
        failed=pl.DataFrame(failed, schema=FAILED_SCHEMA, orient="row"),
    )


def _flat(tag: str, value: Any) -> Iterator[tuple[str, str]]:
    """(tag, value) of everything in an object, in order."""
    if isinstance(value, dict):
        if {"family", "literal", "name"} & value.keys() and tag:
            yield tag, _name(value)
        elif "date-parts" in value or "raw" in value:
            yield tag, _date(value)
        for key, inner in value.items():
            yield from _flat(f"{tag}/{key}" if tag else key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(tag, inner)
    elif value is not None:
        yield tag, value if isinstance(value, str) else json.dumps(value)


def _name(parts: dict[str, Any]) -> str:
    whole = parts.get("literal") or parts.get("name")
    if whole:
        return str(whole)
    family = " ".join(str(parts[key]) for key in ("non-dropping-particle", "family") if parts.get(key))
    given = " ".join(str(parts[key]) for key in ("given", "dropping-particle", "suffix") if parts.get(key))
    return ", ".join(filter(None, (family, given)))


def _date(value: dict[str, Any]) -> str:
    dates = value.get("date-parts")
    if isinstance(dates, list) and dates and isinstance(dates[0], list):
        return "-".join(str(part) for part in dates[0] if part is not None)
    return str(value.get("raw") or value.get("literal") or "")

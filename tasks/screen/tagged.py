"""RIS and BibTeX as tables: a row a record, a column a tag or field; several values of one tag stand on lines of their own.

Only what decisions need: which record begins where, and its values as text. Screening tools write both in one plain way.
"""

from __future__ import annotations

import re

from schemas.problem import Problem
from tasks.tabular import Row, Tabular

_TAG = re.compile(r"^[ \t]*([A-Z][A-Z0-9])[ \t]{0,4}-(?:[ \t](.*)|)$")
_ENTRY = re.compile(
    r"^[ \t]*@[ \t]*(?!comment|string|preamble)(\w+)\s*[{(]\s*([^,\s{}]*)\s*,?", re.MULTILINE | re.IGNORECASE
)
_FIELD = re.compile(r"[\s,]*([A-Za-z][\w-]*)\s*=\s*")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BARE = re.compile(r"([^,{}\s]*)")
_END = re.compile(r"[\s,]*[})]")

Values = dict[str, list[str]]


def is_ris(text: str) -> bool:
    """Whether a text is RIS: its first tag is TY."""
    return re.match(r"\s*TY[ \t]{0,4}-", text) is not None


def is_bibtex(text: str) -> bool:
    """Whether a text is BibTeX: it begins with an entry, or a comment of the kind."""
    return re.match(r"\s*@\s*\w+\s*[{(]", text) is not None


def ris_table(text: str, name: str) -> Tabular:
    """The records of a RIS text. One that the file's end cuts off is a problem, and no row."""
    records: list[tuple[int, Values]] = []
    problems: list[Problem] = []
    started, values, last = 0, Values(), ""
    for line, content in enumerate(re.split(r"\r\n|\r|\n", text.lstrip("\ufeff")), start=1):
        tag = _TAG.match(content)
        if tag is None or (not started and tag[1] != "TY"):
            if started and last and content.strip():
                values[last][-1] = f"{values[last][-1]}\n{content.strip()}".strip("\n")
            continue
        if tag[1] == "TY":
            if started:  # its end tag is missing
                records.append((started, values))
            started, values = line, {}
        if tag[1] == "ER":
            records.append((started, values))
            started, values, last = 0, {}, ""
            continue
        last = tag[1]
        values.setdefault(last, []).append((tag[2] or "").strip())
    if started:
        problems.append(Problem(name, started, "the record that begins here has no end: the file is cut off"))
    return _table(name, records, problems)


def bibtex_table(text: str, name: str) -> Tabular:
    """The entries of a BibTeX text; the column ID holds their keys. One whose braces do not close is a problem, and no row."""
    records: list[tuple[int, Values]] = []
    problems: list[Problem] = []
    at, line, counted = 0, 1, 0
    while entry := _ENTRY.search(text, at):
        line, counted = line + text.count("\n", counted, entry.start()), entry.start()
        try:
            fields, at = _fields(text, entry.end())
        except ValueError as error:
            problems.append(Problem(name, line, f"the entry that begins here {error}, and was not read"))
            at = entry.end()
        else:
            records.append((line, {"ID": [entry[2]], **fields}))
    return _table(name, records, problems)


def _fields(text: str, at: int) -> tuple[Values, int]:
    """The fields of an entry whose head ends at `at`, and where the entry ends. Raises ValueError with what is wrong."""
    values = Values()
    while field := _FIELD.match(text, at):
        value, at = _value(text, field.end())
        if _ENTRY.search(value):  # it swallowed the entries after it
            raise ValueError("has braces that do not close")
        values.setdefault(field[1].lower(), []).append(value)
    end = _END.match(text, at)
    if end is None:
        raise ValueError("is not well-formed BibTeX")
    return values, end.end()


def _value(text: str, at: int) -> tuple[str, int]:
    """A value in braces, quotation marks or bare, without them, and where it ends."""
    if text[at : at + 1] == "{":
        depth = 0
        for mark in _BRACE.finditer(text, at):
            depth += {"{": 1, "}": -1}.get(mark[0], 0)
            if depth == 0:
                return text[at + 1 : mark.start()].strip(), mark.end()
        raise ValueError("has braces that do not close")
    bare = _QUOTED.match(text, at) or _BARE.match(text, at)
    assert bare is not None
    return bare[1].strip(), bare.end()


def _table(name: str, records: list[tuple[int, Values]], problems: list[Problem]) -> Tabular:
    header = tuple(dict.fromkeys(tag for _, values in records for tag in values))
    rows = tuple(Row(line, tuple("\n".join(values.get(tag, [])) for tag in header)) for line, values in records)
    return Tabular(name, header, rows, tuple(problems))

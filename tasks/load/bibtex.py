"""BibTeX, as reference managers and publishers write it, with the mistakes they make.

bibtexparser reads it; entries are counted besides by a regular expression. Where the two differ, or a block could not
be parsed (a comma in the key, braces that do not balance), every entry is cut out and read on its own, at last line by
line: one field a line is how all exporters write. What cannot be read even so goes to quarantine as it stands.

Tags are field names in lower case, `ENTRYTYPE` and `ID` for the entry's type and key. Values are text: braces and LaTeX
markup resolved, names one a token as 'Family, Given'. A field that comes twice gives two tokens.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import pairwise

import polars as pl
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import parse_single_name_into_parts
from bibtexparser.model import Block, Entry, ExplicitComment, ImplicitComment, ParsingFailedBlock, Preamble, String

from tasks.load.latex import plain
from tasks.load.source import Source
from tasks.load.tokens import FAILED_SCHEMA, OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it reports, we hand on ourselves

BOM = "\ufeff"
_PIECE = re.compile(rb"\n[ \t]*@[A-Za-z]")
_BATCH = 1_000
_OTHER = r"(?!(?:comment|string|preamble)\b)"
_START = re.compile(
    rf"(?:^|(?<=\}})|(?<={BOM}))[ \t]*@[ \t]*{_OTHER}([A-Za-z][\w-]*)\s*[{{(]", re.MULTILINE | re.IGNORECASE
)
_START_BYTES = re.compile(_START.pattern.encode(), re.MULTILINE | re.IGNORECASE)
_FIELD = re.compile(r"^[ \t]*+,?[ \t]*+([A-Za-z][\w:.+/-]*+)[ \t]*+=[ \t]*+(?=[{\"\w])", re.MULTILINE)
_INDENT = re.compile(r"(?:(?<![ \t])[ \t]++)?\r?\n[ \t]{2,}")
_RANGE = re.compile(r"(?<=\w)\s*(?:-{1,3}|[–—])\s*(?=\w)")
_NAMES = ("author", "editor")
_YOUNGER = ("Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV")
_TIE = re.compile(r"(?<!\\)~")  # a blank at which no line breaks; after a backslash an accent
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+|[A-Z]{1,3}")
_AND = re.compile(r" and ", re.IGNORECASE)  # in names whose blanks are single ones

Field = tuple[int, str, str]
Fields = list[Field]
"""(line, tag, value as it stands) of one entry."""


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py and the module's docstring."""
    record, line = 0, 1
    strings: dict[str, str] = {}
    for part in source.pieces(_PIECE):
        text = part.decode("utf-8", "replace")
        cuts = [found.start() for found in _START.finditer(text)][_BATCH::_BATCH]
        for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
            piece = _Piece(text[begin:end], line, record, strings)
            yield piece.tokens()
            record += piece.found
            line += text.count("\n", begin, end)


class _Piece:
    """Some entries and the text between them."""

    def __init__(self, text: str, line: int, record: int, strings: dict[str, str]) -> None:
        self.rows: list[tuple[int, int, str, str]] = []
        self.outside: list[tuple[int, str]] = []
        self.failed: list[tuple[int, int, str, str]] = []
        self.first, self.found, self.strings = record, 0, strings
        self.starts = sum(1 for _ in _START_BYTES.finditer(text.encode()))
        blocks = _blocks(text)
        whole = sum(isinstance(block, Entry) for block in blocks) == self.starts and not any(map(_broken, blocks))
        if whole:
            for block in blocks:
                self._block(block, line)
        else:
            self._one_by_one(text, line)

    def tokens(self) -> Tokens:
        return Tokens(
            pl.DataFrame(self.rows, schema=TOKEN_SCHEMA, orient="row"),
            self.starts,
            pl.DataFrame(self.outside, schema=OUTSIDE_SCHEMA, orient="row"),
            pl.DataFrame(self.failed, schema=FAILED_SCHEMA, orient="row"),
        )

    def _one_by_one(self, text: str, line: int) -> None:
        cuts = [found.start() for found in _START.finditer(text)]
        bounds, at, known = sorted({0, *cuts, len(text)}), line, set(cuts)
        for begin, end in pairwise(bounds):
            entry = text[begin:end]
            blocks = _blocks(entry)
            sound = sum(isinstance(block, Entry) for block in blocks) == 1 and not any(map(_broken, blocks))
            if sound or begin not in known:
                for block in blocks:
                    self._block(block, at)
            elif fields := _by_line(entry, at):
                self._entry(fields)
            else:
                self.failed.append((self.first + self.found, at, _reason(blocks), entry.strip()))
                self.found += 1
            at += entry.count("\n")

    def _block(self, block: Block, line: int) -> None:
        at = line + (block.start_line or 0)
        if isinstance(block, Entry):
            head = [(at, "ENTRYTYPE", block.entry_type), (at, "ID", block.key)]
            self._entry(
                head + [(line + (field.start_line or 0), field.key.lower(), str(field.value)) for field in block.fields]
            )
        elif isinstance(block, String):
            self.strings[block.key.lower()] = _bare(str(block.value), self.strings)
        elif isinstance(block, ImplicitComment | ExplicitComment | Preamble | ParsingFailedBlock):
            message = block.comment if isinstance(block, ImplicitComment) else block.raw or ""
            self.outside += [
                (at + n, text.strip()) for n, text in enumerate(message.split("\n")) if text.strip(" \t\r{}(),\ufeff")
            ]

    def _entry(self, fields: Fields) -> None:
        record = self.first + self.found
        self.found += 1
        for line, tag, given in fields:
            bare = given if tag in ("ENTRYTYPE", "ID") else _bare(given, self.strings)
            names = _names(bare) if tag in _NAMES else [_RANGE.sub("-", _tidy(bare)) if tag == "pages" else _tidy(bare)]
            self.rows.extend((record, line, tag, value) for value in names)


def _blocks(text: str) -> list[Block]:
    """What bibtexparser makes of the text; entries with a key or a field that came before are entries all the same."""
    blocks = parse_string(text.replace("\r\n", "\n"), parse_stack=[]).blocks
    return [_unwrapped(block) for block in blocks]


def _unwrapped(block: Block) -> Block:
    inner = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else None
    return inner if inner is not None else block


def _broken(block: Block) -> bool:
    """A block that could not be parsed, or text between entries: the rest of one whose braces closed too early."""
    if isinstance(block, ImplicitComment):
        return _FIELD.search(block.comment) is not None
    return isinstance(block, ParsingFailedBlock)


def _reason(blocks: list[Block]) -> str:
    failed = next((block for block in blocks if isinstance(block, ParsingFailedBlock)), None)
    message = str(failed.error).split("syntactical error in bibtex:")[-1].strip().splitlines() if failed else []
    return f"not BibTeX: {message[0].strip() if message else 'the entry is never closed'}"


def _by_line(entry: str, line: int) -> Fields:
    """Fields of an entry of one field a line, whatever its braces and its key; empty where it is not written so."""
    entry = entry.replace("\r\n", "\n").rstrip()
    start = _START.search(entry)
    marks = list(_FIELD.finditer(entry))
    if start is None or not marks or not entry.endswith(("}", ")")):
        return []
    head = entry[start.end() : marks[0].start()]
    if "\n" in head.strip() or "=" in head:
        return []
    fields = [(line, "ENTRYTYPE", start[1].lower()), (line, "ID", head.strip().removesuffix(",").strip())]
    body = entry.rstrip()[:-1]
    counted = 0
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        line, counted = line + entry.count("\n", counted, mark.start(1)), mark.start(1)
        value = body[mark.end() : following.start() if following else len(body)].strip().removesuffix(",").strip()
        fields.append((line, mark[1].lower(), value))
    return fields


def _bare(value: str, strings: dict[str, str]) -> str:
    """A value without its braces or quotes; abbreviations (@string) and concatenations (#) resolved."""
    value = value.strip()
    if value[:1] in ("{", '"') and " # " not in value:
        return value[1:-1] if len(value) > 1 and value[-1] in '}"' else value[1:]
    parts = [part.strip() for part in value.split(" # ")] if " # " in value and value[:1] != "{" else [value]
    return "".join(
        part[1:-1] if part[:1] in ("{", '"') and part[-1:] in ("}", '"') else strings.get(part.lower(), part)
        for part in parts
    )


def _tidy(value: str) -> str:
    return plain(_INDENT.sub(" ", value)).strip()


def _names(value: str) -> list[str]:
    """The names that 'and' separates; one in braces is a group's, and stays as it stands."""
    value = " ".join(value.split())
    if value.startswith("{") and _closes(value) == len(value) - 1 and (" and " in value.lower() or "," in value):
        value = value[1:-1]  # Web of Science puts all authors into one more pair of braces
    depth, parts, begin = 0, [], 0
    ends = {found.start(): found.end() for found in _AND.finditer(value)}
    for at, character in enumerate(value):
        depth += (character == "{") - (character == "}")
        if depth <= 0 and at in ends and at >= begin:
            parts.append(value[begin:at])
            begin = ends[at]
    parts.append(value[begin:])
    if len(parts) > 1 and parts[-1].strip() == "others":
        parts.pop()
    return [name for part in parts if (name := _name(_TIE.sub(" ", part.strip())))]


def _closes(value: str) -> int:
    """Where the brace that opens the value is closed."""
    depth = 0
    for at, character in enumerate(value):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return at
    return -1


def _name(name: str) -> str:
    """'Given Family' as 'Family, Given'; names with a comma, in braces, or that BibTeX cannot take apart, as they
    stand.
    """
    if "," in name or (name.startswith("{") and _closes(name) == len(name) - 1) or " " not in name:
        return plain(name)
    family, _, last = name.rpartition(" ")
    if last in _YOUNGER and " " in family:
        return f"{_name(family)} {last}"
    if _INITIALS.fullmatch(last) and not _INITIALS.fullmatch(family.split(" ")[0]):
        return plain(f"{family}, {last}")  # the comma is missing: 'van der Tan W.L.'
    parts = parse_single_name_into_parts(name, strict=False)
    return plain(", ".join(filter(None, (" ".join([*parts.von, *parts.last]), " ".join(parts.first)))))

"""XML exports (EndNote, PubMed, EBSCO, Ovid): records cut out of the text one by one, each parsed on its own by lxml.

One damaged record then fails alone and the records after it are still read. Nothing outside a record reaches the
parser, so no document type and no entity declared in one has any effect. Files of one line, and of any size, are
streamed.

A tag is the element's path below the record (`titles/secondary-title`), with the attribute that tells siblings apart in
brackets (`ArticleIdList/ArticleId[doi]`); other attributes are tags of their own (`ref-type@name`).
"""

from __future__ import annotations

import codecs
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
from lxml import etree

from schemas.errors import UserError
from tasks.load.source import Source
from tasks.load.tokens import FAILED_SCHEMA, OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens

_CHUNK = 1 << 20  # characters read at a time
_BATCH = 2_000  # records in a piece
_RECORD_LIMIT = 1 << 24  # characters; a record that does not end within them is no record


@dataclass(frozen=True)
class Dialect:
    """How one XML export is cut and flattened; none of it says what a tag means.

    `records`: names of the elements that are records. `inline`: markup inside values, whose text belongs to the value
    (elements with a namespace prefix, MathML, always do). `by`: element → the attribute that goes into its tag.
    `label`: element → the attribute that heads its value ("METHODS: …"). `person`: the element that is a name in parts.
    `named_by`: element → the attribute that is its name. `unnamed`: elements that add nothing to the path.
    """

    records: tuple[str, ...]
    inline: frozenset[str] = frozenset()
    by: dict[str, str] = field(default_factory=dict)
    label: dict[str, str] = field(default_factory=dict)
    person: frozenset[str] = frozenset()
    named_by: dict[str, str] = field(default_factory=dict)
    unnamed: frozenset[str] = frozenset()


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)?")
_PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]*):(?=[A-Za-z_])")
_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[|\]\]>|<[^<>]*>", re.DOTALL)
_INDENT = re.compile(r"(?:(?<![ \t])[ \t]++)?\n[ \t]{2,}")


def records(dialect: Dialect, source: Source) -> Iterator[Tokens]:
    """Every element's text and every attribute of every record, in order, in pieces of 2,000 records.

    Raises `UserError` for a file that declares entities, and for one whose bytes are not of its encoding.
    """
    names = "|".join(dialect.records)
    opening = re.compile(rf"<(?:{names})(?=[\s/>])")
    closing = re.compile(rf"</(?:{names})\s*>|<(?:{names})(?:\s[^<>]*)?/>")
    piece = _Piece(dialect)
    record = 0
    last, begun = "", 0
    for text, line, inside, starts in _cut(source, opening, closing):
        piece.starts += starts
        if inside:
            piece.add(record, line, text)
            record += 1
            last, begun = text, line
        else:
            piece.leave(line, text)
        if piece.full:
            yield piece.tokens()
            piece = _Piece(dialect)
    yield replace(piece.tokens(), cut=begun if last and not closing.search(last) else None)


def _cut(source: Source, opening: re.Pattern[str], closing: re.Pattern[str]) -> Iterator[tuple[str, int, bool, int]]:
    """The file as (text, line, is a record, openings of records in what was read since).

    Records end where they are closed, where the next one opens (the closing tag is missing), or with the file.
    Openings are counted chunk by chunk in the text as it is read, whatever is then cut out of it; a closing tag
    that nothing opened is a record too, one that has lost its start.
    """
    held, line, starts, ended = "", 1, 0, False
    chunks = _chunks(source)
    while not ended:
        chunk = next(chunks, "")
        ended = not chunk
        starts += len(opening.findall(chunk))
        held += chunk
        position = 0
        while position < len(held):
            start = opening.search(held, position)
            if start and position == start.start():
                end = closing.search(held, position)
                another = opening.search(held, start.end(), end.start() if end else len(held))
                if another is None and end is None and not ended and len(held) - position < _RECORD_LIMIT:
                    break
                stop, inside = another.start() if another else end.end() if end else len(held), True
            elif stray := closing.search(held, position, start.start() if start else len(held)):
                stop, inside, starts = stray.end(), True, starts + 1
            else:
                stop, inside = start.start() if start else len(held) if ended else held.rfind(">", position) + 1, False
                if stop <= position:
                    break
            yield held[position:stop], line, inside, starts
            line, starts, position = line + held.count("\n", position, stop), 0, stop
        held = held[position:]


def _chunks(source: Source) -> Iterator[str]:
    """The text in chunks that end after a '>', so that no tag is split over two."""
    rest = ""
    with (
        source.open() as raw,
        io.TextIOWrapper(raw, encoding=_encoding(source), errors="replace", newline="") as reader,
    ):
        while read := reader.read(_CHUNK):
            text = (rest + read).removeprefix("\ufeff")
            if "<!ENTITY" in text:
                raise UserError(
                    "declares XML entities, which no export does",
                    path=source.name,
                    hint="export it again from the platform",
                )
            cut = text.rfind(">") + 1
            rest = text[cut:]
            if len(rest) > _RECORD_LIMIT:
                raise UserError("is not XML: no element ends within 16 MB", path=source.name)
            if cut:
                yield text[:cut]
    if rest:
        yield rest


def _encoding(source: Source) -> str:
    """The source's, unless that is a guess and the file itself names an 8-bit encoding."""
    if source.encoding.startswith("utf"):
        return source.encoding
    declared = re.search(r"<\?xml[^<>]*encoding\s*=\s*[\"']([\w.:-]+)", source.first_text(512))
    try:
        return declared[1] if declared and not codecs.lookup(declared[1]).name.startswith("utf") else source.encoding
    except LookupError:
        return source.encoding


class _Piece:
    """What was read of the file since the last piece."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.starts = 0
        self.records: list[int] = []
        self.lines: list[int] = []
        self.tags: list[str] = []
        self.values: list[str] = []
        self.outside: list[tuple[int, str]] = []
        self.failed: list[tuple[int, int, str, str]] = []
        self.count = 0

    @property
    def full(self) -> bool:
        return self.count >= _BATCH

    def add(self, record: int, line: int, text: str) -> None:
        self.count += 1
        before = len(self.tags)
        try:
            self._flatten(_parsed(text), "", line)
        except (etree.XMLSyntaxError, RecursionError) as error:
            reason = str(getattr(error, "msg", None) or "elements nested too deeply")
            if ended := re.match(r"Opening and ending tag mismatch: (\S+) line \d+ and _\b", reason):
                reason = f"it ends inside <{ended[1]}>"
            self._forget(before)
            self.failed.append((record, line, f"not well-formed XML: {reason}", text))
            return
        if len(self.tags) == before:
            self.failed.append((record, line, "the record is empty", text))
            return
        self.records.extend([record] * (len(self.tags) - before))

    def leave(self, line: int, text: str) -> None:
        """Text between records: tags are the format's own, anything else is reported."""
        for at, left in enumerate(_MARKUP.sub(lambda markup: "\n" * markup[0].count("\n"), text).split("\n")):
            if left.strip().strip("\ufeff"):
                self.outside.append((line + at, html.unescape(left.strip())))

    def tokens(self) -> Tokens:
        return Tokens(
            pl.DataFrame([self.records, self.lines, self.tags, self.values], schema=TOKEN_SCHEMA),
            self.starts,
            pl.DataFrame(self.outside, schema=OUTSIDE_SCHEMA, orient="row"),
            pl.DataFrame(self.failed, schema=FAILED_SCHEMA, orient="row"),
        )

    def _forget(self, before: int) -> None:
        del self.lines[before:], self.tags[before:], self.values[before:]

    def _emit(self, line: int, tag: str, value: str) -> None:
        self.lines.append(line)
        self.tags.append(tag)
        self.values.append(value)

    def _flatten(self, element: Any, path: str, line: int) -> None:
        """One token for each attribute and each text, depth first; names in parts get a token for the whole besides."""
        dialect, name = self.dialect, element.tag
        at = line + (element.sourceline or 1) - 1
        children = list(element)
        for key, value in element.items():
            if key.lstrip("_") not in (dialect.by.get(name), dialect.named_by.get(name)):
                self._emit(at, f"{path}@{etree.QName(key).localname}", value)
        if path and (not children or all(self._inline(child) for child in children)):
            text = _tidy("".join(element.itertext()) if children else element.text or "")
            label = element.get(dialect.label[name]) if name in dialect.label else None
            self._emit(at, path, f"{label}: {text}" if label and text else text)
            return
        if name in dialect.person:
            self._emit(at, path, _name(element))
        if element.text and not element.text.isspace():
            self._emit(at, path or "#text", _tidy(element.text))
        for child in children:
            self._flatten(child, self._path(path, child), line)
            if child.tail and not child.tail.isspace():
                self._emit(at, path or "#text", _tidy(child.tail))

    def _inline(self, element: Any) -> bool:
        return element.tag in self.dialect.inline or element.tag.startswith("{")

    def _path(self, path: str, element: Any) -> str:
        dialect, step = self.dialect, str(element.tag)
        if step in dialect.unnamed:
            return path
        if step in dialect.named_by:
            step = element.get(dialect.named_by[step]) or step
        elif step in dialect.by:
            kind = element.get(dialect.by[step]) or element.get(f"_{dialect.by[step]}")
            step = f"{step}[{kind}]" if kind else step
        return f"{path}/{step}" if path else step


def _parsed(text: str) -> Any:
    """The record as an element; where it is not well-formed, once more without what exports hold and XML forbids.

    That is: control characters, stray ampersands, HTML's named characters, and prefixes that are declared outside the
    record or nowhere.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=len(text) > 10_000_000,
    )
    try:
        return etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        mended = _REFERENCE.sub(_reference, _FORBIDDEN.sub(" ", text))
        prefixes = sorted(set(_PREFIX.findall(mended)) - {"xml", "xmlns"})
        declared = "".join(f' xmlns:{prefix}="{prefix}"' for prefix in prefixes)
        return etree.fromstring(f"<_{declared}>{mended}</_>", parser)[0]


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    if name.startswith("#"):
        code = int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1])
        allowed = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
        return f"&#{code};" if allowed else " "
    if name in ("amp;", "lt;", "gt;", "quot;", "apos;"):
        return f"&{name}"
    character = html.entities.html5.get(name)
    return html.escape(character) if character else f"&amp;{name}"


def _tidy(text: str) -> str:
    """A carriage return stands between values or paragraphs (EndNote's &#xD;); a newline with an indent is a wrapped
    line.
    """
    if "\n" in text or "\r" in text:
        text = _INDENT.sub(" ", text.replace("\r\n", "\n")).replace("\r", "\n")
    return text.strip()


def _name(person: Any) -> str:
    """A name in parts as 'Family, Given Suffix'; the name of a group as it stands."""
    part = {child.tag: _tidy("".join(child.itertext())) for child in person}
    given = " ".join(
        filter(None, (part.get("ForeName") or part.get("FirstName") or part.get("Initials"), part.get("Suffix")))
    )
    return part.get("CollectiveName") or ", ".join(filter(None, (part.get("LastName"), given)))

"""XML exports (EndNote, PubMed, EBSCO, Ovid): records cut out of the text one by one, each parsed on its own by lxml.

One damaged record then fails alone and the records after it are still read. Nothing outside a record reaches the parser,
so no document type and no entity declared in one has any effect. Files of one line, and of any size, are streamed.

A tag is the element's path below the record (`titles/secondary-title`), with the attribute that tells siblings apart in
brackets (`ArticleIdList/ArticleId[doi]`); other attributes are tags of their own (`ref-type@name`).
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import polars as pl
from lxml import etree

from schemas.errors import UserError
from tasks.formats.source import Source
from tasks.formats.tokens import FAILED_SCHEMA, OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens

_CHUNK = 1 << 20  # characters read at a time
_BATCH = 2_000  # records in a piece
_RECORD_LIMIT = 1 << 26  # characters; a record that does not end within them is no record

Emit = Callable[[str, str], None]


@dataclass(frozen=True)
class Dialect:
    """How one XML export is cut and flattened; none of it says what a tag means.

    `records`: names of the elements that are records. `inline`: markup inside values, whose text belongs to the value
    (elements with a namespace prefix, MathML, always do). `by`: element → the attribute that goes into its tag.
    `label`: element → the attribute that heads its value ("METHODS: …"). `person`: the element that is a name in parts.
    `field`: element that is named by its attribute instead of its own name, (element, attribute).
    """

    records: tuple[str, ...]
    inline: frozenset[str] = frozenset()
    by: dict[str, str] = field(default_factory=dict)
    label: dict[str, str] = field(default_factory=dict)
    person: frozenset[str] = frozenset()
    field: tuple[str, str] = ("", "")


ENDNOTE = Dialect(records=("record",), inline=frozenset({"style"}))
PUBMED = Dialect(
    records=("PubmedArticle", "PubmedBookArticle"),
    inline=frozenset({"i", "b", "u", "sup", "sub", "DispFormula"}),
    by={"ArticleId": "IdType", "ELocationID": "EIdType", "OtherID": "Source"},
    label={"AbstractText": "Label"},
    person=frozenset({"Author", "Investigator"}),
)
EBSCO = Dialect(
    records=("rec",),
    inline=frozenset({"i", "b", "u", "sup", "sub", "em", "strong", "emph", "br", "superscript", "subscript", "title", "p"}),
    by={"ui": "type", "jid": "type", "issn": "type"},
)
OVID = Dialect(records=("record",), inline=frozenset({"D", "T", "i", "b", "u", "sup", "sub"}), field=("F", "C"))

_PARSER = partial(etree.XMLParser, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)?")
_PREFIX = re.compile(r"(</?)([A-Za-z_][\w.-]*):(?=[A-Za-z_])")
_PREFIXED_ATTRIBUTE = re.compile(r"(?<=\s)([A-Za-z_][\w.-]*):(?=[A-Za-z_][\w.-]*\s*=\s*[\"'])")
_MARKUP = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[|\]\]>|<[^<>]*>", re.DOTALL)
_INDENT = re.compile(r"[ \t]*\n[ \t]{2,}")
_FOREIGN = "\u2236"  # stands for the colon of a namespace prefix, of which no declaration is needed then


def tokenise(dialect: Dialect, source: Source) -> Iterator[Tokens]:
    """Every element's text and every attribute of every record, in order, in pieces of 2,000 records.

    Raises `UserError` for a file that declares entities, and for one whose bytes are not of its encoding.
    """
    names = "|".join(dialect.records)
    opening = re.compile(rf"<(?:{names})(?=[\s/>])")
    piece = _Piece(dialect)
    record = 0
    for text, line, inside, starts in _cut(source, opening, re.compile(rf"</(?:{names})\s*>|<(?:{names})(?:\s[^<>]*)?/>")):
        piece.starts += starts
        if inside:
            piece.add(record, line, text)
            record += 1
        else:
            piece.leave(line, text)
        if piece.full:
            yield piece.tokens()
            piece = _Piece(dialect)
    yield piece.tokens()


endnote = partial(tokenise, ENDNOTE)
pubmed = partial(tokenise, PUBMED)
ebsco = partial(tokenise, EBSCO)
ovid = partial(tokenise, OVID)


def _cut(source: Source, opening: re.Pattern[str], closing: re.Pattern[str]) -> Iterator[tuple[str, int, bool, int]]:
    """The file as (text, line, is a record, openings of records in what was read since).

    Records end where they are closed, where the next one opens (the closing tag is missing), or with the file.
    Openings are counted chunk by chunk in the text as it is read, whatever is then cut out of it.
    """
    held, line, starts, ended = "", 1, 0, False
    chunks = _chunks(source)
    while not ended:
        chunk = next(chunks, "")
        ended = not chunk
        starts += len(opening.findall(chunk))
        held += chunk
        position = 0
        while start := opening.search(held, position):
            end = closing.search(held, start.start())
            another = opening.search(held, start.end(), end.start() if end else len(held))
            if another is None and end is None and not ended and len(held) - start.start() < _RECORD_LIMIT:
                break
            stop = another.start() if another else end.end() if end else len(held)
            for text, inside in ((held[position : start.start()], False), (held[start.start() : stop], True)):
                yield text, line, inside, starts
                line += text.count("\n")
                starts = 0
            position = stop
        held = held[position:]
        if opening.search(held) is None:  # nothing but what lies between records
            cut = len(held) if ended else held.rfind(">") + 1
            yield held[:cut], line, False, starts
            line, starts, held = line + held[:cut].count("\n"), 0, held[cut:]


def _chunks(source: Source) -> Iterator[str]:
    """The text in chunks that end after a '>', so that no tag is split over two."""
    rest = ""
    with source.open() as raw:
        head = raw.read(256).decode("ascii", "ignore")
        raw.seek(0)
        declared = re.search(r"<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)", head)
        encoding = source.encoding
        if declared and not encoding.lower().startswith("utf"):
            encoding = declared[1] if _known(declared[1]) and not declared[1].lower().startswith("utf") else encoding
        try:
            with io.TextIOWrapper(raw, encoding=encoding, newline="") as reader:
                while read := reader.read(_CHUNK):
                    text = rest + read.removeprefix("\ufeff") if not rest else rest + read
                    cut = text.rfind(">") + 1
                    rest = text[cut:]
                    if "<!ENTITY" in text:
                        raise UserError("the file declares XML entities; exports have none", path=source.name, hint="export it again from the platform")
                    if cut:
                        yield text[:cut]
        except UnicodeDecodeError as error:
            raise UserError(f"byte {error.start} is not {encoding} text", path=source.name, hint="export it again as UTF-8") from error
    if rest:
        yield rest


def _known(encoding: str) -> bool:
    try:
        "".encode(encoding)
    except LookupError:
        return False
    return True


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
            root = etree.fromstring(_mended(text), _PARSER(huge_tree=len(text) > 10_000_000))
            for element in root.iter():
                if element.tag.rpartition(_FOREIGN)[2] in self.dialect.records and element is not root:
                    raise UserError(f"a <{element.tag}> inside a <{root.tag}>")
            self._flatten(root, "", line)
        except (etree.XMLSyntaxError, UserError, RecursionError) as error:
            reason = getattr(error, "msg", None) or str(error)
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
            if left.strip():
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

    def _flatten(self, element: etree._Element, path: str, line: int) -> None:
        """One token for each attribute and each text, depth first; names in parts get a token for the whole besides."""
        dialect = self.dialect
        at = line + (element.sourceline or 1) - 1
        own = {name for name in (dialect.by.get(element.tag), dialect.field[1] if element.tag == dialect.field[0] else None) if name}
        if not path:
            path = "@" if False else ""
        for name, value in element.attrib.items():
            if name not in own and name.lstrip("_") not in own:
                self._emit(at, f"{path}@{name}", value)
        if path and all(self._inline(child) for child in element):
            label = element.get(dialect.label.get(element.tag, ""), "")
            text = _text(element)
            self._emit(at, path, f"{label}: {text}" if label and text else text)
            return
        if element.tag in dialect.person:
            self._emit(at, path, _name(element))
        if element.text and element.text.strip():
            self._emit(at, path or "#text", _tidy(element.text))
        for child in element:
            self._flatten(child, self._path(path, child), line)
            if child.tail and child.tail.strip():
                self._emit(at, path or "#text", _tidy(child.tail))

    def _inline(self, element: etree._Element) -> bool:
        return element.tag in self.dialect.inline or _FOREIGN in element.tag

    def _path(self, path: str, element: etree._Element) -> str:
        named, attribute = self.dialect.field
        if element.tag == named and element.get(attribute):
            return str(element.get(attribute))
        by = self.dialect.by.get(element.tag)
        kind = (element.get(by) or element.get(f"_{by}")) if by else None
        step = f"{element.tag}[{kind}]" if kind else str(element.tag)
        return f"{path}/{step}" if path else step


def _mended(text: str) -> str:
    """The record as XML allows it: no control characters, no stray ampersands, HTML's named characters as themselves."""
    text = _FORBIDDEN.sub(" ", text)
    if "&" in text:
        text = _REFERENCE.sub(_reference, text)
    if ":" in text:
        text = _PREFIXED_ATTRIBUTE.sub(rf"\1{_FOREIGN}", _PREFIX.sub(rf"\1\2{_FOREIGN}", text))
    return text


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


def _text(element: etree._Element) -> str:
    return _tidy("".join(element.itertext()))


def _tidy(text: str) -> str:
    """A carriage return stands between values or paragraphs (EndNote's &#xD;); a newline with an indent is a wrapped line."""
    return _INDENT.sub(" ", text.replace("\r\n", "\n")).replace("\r", "\n").strip()


def _name(person: etree._Element) -> str:
    """A name in parts as 'Family, Given Suffix'; the name of a group as it stands."""
    part = {child.tag: _text(child) for child in person}
    given = " ".join(filter(None, (part.get("ForeName") or part.get("FirstName") or part.get("Initials"), part.get("Suffix"))))
    return part.get("CollectiveName") or ", ".join(filter(None, (part.get("LastName"), given)))

"""PubMed's "Abstract (text)": numbered records of paragraphs. Which paragraph is what shows only from its place and
form.

A record begins where a paragraph begins with the next number; every record ends with its PMID, by which they are
counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from tasks.load.source import Source
from tasks.load.tokens import OUTSIDE_SCHEMA, TOKEN_SCHEMA, Tokens

_PIECE = re.compile(rb"\n\r?\n\r?\n\d+\. (?=\S)")
_BEGIN = re.compile(r"(?:\A\s*|(?<=\n\n\n))(\d+)\. (?=\S)")
_COUNT = re.compile(rb"^PMID: *\d+", re.MULTILINE)
_LABELS = re.compile(
    r"(Author information|Collaborators?|Update (?:of|in)|Comment (?:in|on)|Erratum (?:in|for)|"
    r"Republished (?:in|from)|"
    r"Retraction (?:in|of)|Retracted and republished (?:in|from)|Summary for patients in|Original report in|"
    r"Expression of concern (?:in|for)|"
    r"Conflict of interest statement|Plain Language Summary|Publication Types?|MeSH terms|Substances|"
    r"Grant support|Comments?|Contributors?):?\s*(?:\n|$| )"
)
_NOTICE = re.compile(r"\A(?!.*\b(?:18|19|20)\d\d\b).++\n\n.*\b(?:18|19|20)\d\d\b")
"""A line above the citation, such as "RETRACTED ARTICLE": every citation has a year."""
_PARAGRAPH = re.compile(r"[^\n]++(?:\n[^\n]++)*+")
_IDS = re.compile(r"^(DOI|PMCID|PMID|ISBN|NIHMSID|ISSN|PII):? ", re.MULTILINE)
_AUTHOR = re.compile(
    r"\A(?:(?:[\w'’.‐-]+ ){0,5}[\w'’‐-]+ \w{1,4}(?: (?:Jr|Sr|2nd|3rd|4th|II|III|IV))?(?:\((?:\d+|#)\))*\.?|"
    r".*(?:Group|Consortium|Collaborat|Network|Team|Committee).*)"
)


def tokenise(source: Source) -> Iterator[Tokens]:
    """See tokens.py; tags are Citation, Title, Authors, Abstract, PMID … and the labels that paragraphs bear."""
    record, line, number = 0, 1, None
    for part in source.pieces(_PIECE):
        text = part.decode("utf-8", "replace").replace("\r\n", "\n")
        rows: list[tuple[int, int, str, str]] = []
        begins: list[re.Match[str]] = []
        for found in _BEGIN.finditer(text):
            # Where another file was joined to this one, the numbers begin again.
            again = found[1] == "1" and begins and "\nPMID: " in text[begins[-1].start() : found.start()]
            if number is None or int(found[1]) == number + 1 or again:
                begins.append(found)
                number = int(found[1])
        ends = [found.start() for found in begins[1:]] + [len(text)] * bool(begins)
        at, counted = line, 0
        for found, end in zip(begins, ends, strict=True):
            at, counted = at + text.count("\n", counted, found.start()), found.start()
            rows.extend((record, where, tag, value) for where, tag, value in _record(text[found.end() : end], at))
            record += 1
        before = text[: begins[0].start()] if begins else text
        outside = [(line + n, left.strip()) for n, left in enumerate(before.split("\n")) if left.strip()]
        yield Tokens(
            pl.DataFrame(rows, schema=TOKEN_SCHEMA, orient="row"),
            len(_COUNT.findall(part)),
            pl.DataFrame(outside, schema=OUTSIDE_SCHEMA, orient="row"),
        )
        line += text.count("\n")


def _record(text: str, line: int) -> Iterator[tuple[int, str, str]]:
    """(line, tag, value) of each paragraph."""
    seen: set[str] = set()
    at, counted = line, 0
    if _NOTICE.match(text):
        seen.add("notice")
    for paragraph in _PARAGRAPH.finditer(text):
        block = paragraph[0]
        at, counted = at + text.count("\n", counted, paragraph.start()), paragraph.start()
        if not block.strip():
            continue
        tag = _tag(block, seen)
        seen.add(tag)
        if tag == "ids":
            for part in re.split(r"\n(?=[A-Z]+:? )", block.strip()):
                named = _IDS.match(part)
                yield at, named[1] if named else "Note", part[named.end() :].strip() if named else part.strip()
        else:
            text_only = tag in ("Citation", "Title", "Authors", "Abstract", "Copyright", "Language")
            yield at, tag, (block if text_only else _LABELS.sub("", block, count=1)).strip()


def _tag(block: str, seen: set[str]) -> str:  # noqa: PLR0911  a ladder of cases
    """What a paragraph is, from its first words and what came before it."""
    if "notice" in seen:
        seen.discard("notice")
        return "Note"
    if "Citation" not in seen:
        return "Citation"
    if "Title" not in seen:
        return "Title"
    if _IDS.match(block):
        return "ids"
    if label := _LABELS.match(block):
        return label[1]
    if block.startswith("[Article in"):
        return "Language"
    if block.startswith(("©", "Copyright", "(c)", "(C)", "Published by")):
        return "Copyright"
    if not seen & {"Authors", "Abstract", "Author information"} and _authors(block):
        return "Authors"
    return "Abstract"


def _authors(block: str) -> bool:
    """Whether most of what commas separate are a family name and initials."""
    parts = [part for part in re.split(r"[,;] ", " ".join(block.split())) if part]
    return block.rstrip().endswith(".") and sum(_AUTHOR.fullmatch(part) is not None for part in parts) >= 0.7 * len(
        parts
    )

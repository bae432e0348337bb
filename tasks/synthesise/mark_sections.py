"""Where the results section of each text is: as a person said, found again by its first and last words where the text is another;
else as its headings suggest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from schemas.document import CoreDocumentSection
from schemas.event_documents import SectionMarked
from schemas.event_synthesis import CodingUndo
from schemas.problem import Problem
from warehouse.log import Entry
from warehouse.write import fill_table

#: Longer texts are no reports, and have no results section to be guessed.
LONGEST = 5_000_000
#: How much of a section's beginning and end is kept, to find it again.
WORDS = 120
_NUMBER = r"^[ \t]*(?:(?:\d+(?:\.\d+)*|[IVX]+)[.)]?[ \t]+)?"
_BEGINS = re.compile(
    _NUMBER
    + r"(?P<heading>(?:(?:qualitative|main|key|study)[ \t]+)?(?:results?|findings)(?:[ \t]+and[ \t]+discussion)?)[ \t]*[:.]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS = re.compile(
    _NUMBER
    + r"(?:general[ \t]+)?(?:discussion|conclusions?|summary|implications|(?:strengths[ \t]+and[ \t]+)?limitations|"
    r"acknowledge?ments?|references|bibliography|funding|declarations?)\b[^\n]{0,40}$",
    re.IGNORECASE | re.MULTILINE,
)
_TEXTS = Path(__file__).with_name("texts.sql").read_text(encoding="utf-8")
_TEXT = "SELECT text FROM core.document WHERE arrival_id = ? AND document_id = ?"
_KNOWN = "SELECT document_id, text_hash, start_char, end_char, heading FROM core.document_section WHERE said_by IS NULL"


def suggest_results(text: str) -> tuple[int, int, str] | None:
    """Start, end and heading of the results section as headings that stand on lines of their own suggest; the longest, since an
    abstract has such headings too."""
    ends = [match.start() for match in _ENDS.finditer(text)]
    found = []
    for match in _BEGINS.finditer(text):
        end = next((end for end in ends if end > match.end()), None)
        start = match.end() + 1
        if end is not None and text[start:end].strip():
            found.append((start, start + len(text[start:end].rstrip()), match["heading"]))
    return max(found, key=lambda section: section[1] - section[0], default=None)


def find_marked(text: str, text_hash: str, event: SectionMarked) -> tuple[int, int] | None:
    """Where the section is that a person marked; None where this is another text, in which its ends are not found."""
    if event.text_hash == text_hash:
        return (event.start_char, event.end_char) if event.end_char <= len(text) else None
    from tasks.synthesise.find_quotes import Wanted, find_quotes  # noqa: PLC0415  numpy is slow to import

    begins, ends = find_quotes(text, [Wanted(event.begins), Wanted(event.ends)])
    if begins.span is None or ends.span is None or begins.span[0] >= ends.span[1]:
        return None
    return begins.span[0], ends.span[1]


def write_sections(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> list[Problem]:
    """Fills core.document_section; a line for each statement that is about no text that is there. The caller holds the transaction.

    What headings suggested of the same text before is kept, so that a text is read once.
    """
    stated = find_standing_sections(entries)
    known = {(document, text_hash): row for document, text_hash, *row in con.execute(_KNOWN).fetchall()}
    rows, problems = [], []
    for document, name, text_hash, length, *place in con.execute(_TEXTS).fetchall():
        entry = stated.get(document)
        if entry is not None and isinstance(entry.event, SectionMarked):
            text = con.execute(_TEXT, place).fetchall()[0][0]
            span = find_marked(text, text_hash, entry.event)
            if span is not None:
                rows.append((document, "results", *span, None, entry.actor, entry.seq, text_hash))
                continue
            problems.append(Problem(name, None, "its text is another, in which the results section that "
                                    f"{entry.actor} marked is not found; mark it again", "warning"))  # fmt: skip
        suggested = known.get((document, text_hash))
        if suggested is None and length <= LONGEST:
            found = suggest_results(con.execute(_TEXT, place).fetchall()[0][0])
            suggested = None if found is None else list(found)
        if suggested is not None:
            rows.append((document, "results", *suggested, None, None, text_hash))
    fill_table(con, CoreDocumentSection, rows)
    return problems


def find_standing_sections(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The last statement about each document that was not taken back."""
    standing: dict[int, Entry] = {}
    for entry in entries:
        if isinstance(entry.event, CodingUndo):
            standing.pop(entry.event.event, None)
        elif isinstance(entry.event, SectionMarked):
            standing[entry.seq] = entry
    return {e.document_id: entry for entry in standing.values() if isinstance(e := entry.event, SectionMarked)}

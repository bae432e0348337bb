"""Measure: what each coder coded, how that of two compares, and how far they agree, into the warehouse and out of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import duckdb

from schemas.coding_agreement import BaseCodingCoverage, BaseCodingPair, BaseCodingPairCode
from schemas.frames import frame_of
from schemas.measure import BaseAgreement
from schemas.protocol_coding import Coding
from tasks.synthesise.count_codings import Counts, Cover, PairInDocument, Span, count_pair
from tasks.synthesise.rounds import are_compared, find_later_rounds, is_same_coder
from warehouse.write import fill_table, insert_frame

_CODINGS = Path(__file__).with_name("measure_codings.sql").read_text(encoding="utf-8")
_PAIR_CODES = """
SELECT document_id, coder_a, coder_b, code_id, characters_a, characters_b, characters_both, shared_a, shared_b,
    segments_a, segments_b, matched_a, matched_b
FROM coding_pair_code
"""
_PAIRS = """
SELECT document_id, coder_a, coder_b, text_characters, characters_a, characters_b, characters_both,
    segments_a, segments_b, matched_a, matched_b, different_parts
FROM coding_pair ORDER BY ALL
"""
_RESULTS = "SELECT document_id, start_char, end_char FROM core.document_section WHERE section = 'results'"
#: What of core.agreement is about codings.
SUBJECTS = ("coding", "position", "choice of code")


@dataclass
class _Work:
    """What one coder coded in a document: code → segments; and codings without positions."""

    codes: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    unplaced: int = 0

    def describe(self, length: int | None, results: Span | None) -> tuple[int | None, ...]:
        """Codings, those without positions, segments, characters, of the text's; of the results section coded, and its length."""
        spans = [span for found in self.codes.values() for span in found]
        cover = Cover(spans)
        section = (None, None) if results is None else (cover.measure(*results), results[1] - results[0])
        return len(spans) + self.unplaced, self.unplaced, len(set(spans)), cover.size, length, *section


def measure_codings(con: duckdb.DuckDBPyConnection, coding: Coding, done: Iterable[tuple[str, str]] = ()) -> None:
    """Fills core.coding_coverage, core.coding_pair, core.coding_pair_code, and of core.agreement what is about codings.

    `done`: (report id, coder) of what was declared done, where nothing coded is a result. Codings without positions (regions of
    a PDF, whole documents) are counted and cannot be compared. The caller holds the transaction.
    """
    declared: dict[str, set[str]] = defaultdict(set)
    for report_id, coder in done:
        declared[report_id].add(coder)
    works: dict[str, dict[str, _Work]] = defaultdict(lambda: defaultdict(_Work))
    lengths: dict[str, int | None] = {}
    reports: dict[str, str | None] = {}
    for document, report_id, length, coder, code, start, end in con.execute(_CODINGS).fetchall():
        lengths[document], reports[document] = length, report_id
        if coder is None:
            continue
        if start is None or length is None:
            works[document][coder].unplaced += 1
        else:
            works[document][coder].codes[code].append((start, end))
    for document, report in reports.items():
        coded = {coding.find_round(coder)[0] for coder in works.get(document, ())}
        for coder in sorted(declared.get(report or "", set()) - coded):
            works[document][coder] = _Work()
    results = {document: (start, end) for document, start, end in con.execute(_RESULTS).fetchall()}
    fill_table(con, BaseCodingCoverage, (
        (document, coder, *work.describe(lengths[document], results.get(document)))
        for document, coders in works.items() for coder, work in coders.items()
    ))  # fmt: skip
    pairs = list(_compare(works, lengths, coding))
    fill_table(con, BaseCodingPair, (
        (p.document, p.coder_a, p.coder_b, *_describe(p.any_code), p.any_code.text, p.apart, is_same_coder(p.coder_a, p.coder_b, coding))
        for p in pairs
    ))  # fmt: skip
    fill_table(con, BaseCodingPairCode, (
        (p.document, p.coder_a, p.coder_b, *_describe(counts), code, counts.shared_a, counts.shared_b)
        for p in pairs for code, counts in p.codes.items()
    ))  # fmt: skip
    con.execute("DELETE FROM core.agreement WHERE list_contains(?, subject)", [list(SUBJECTS)])
    if pairs:
        insert_frame(con, "core.agreement", frame_of(BaseAgreement, list(_list_agreement(pairs))))


def read_pairs(con: duckdb.DuckDBPyConnection) -> list[PairInDocument]:
    """What was measured: each document that two coders coded, with their counts."""
    codes: dict[tuple[str, str, str], dict[str, tuple[int, ...]]] = defaultdict(dict)
    for *key, code, a, b, both, shared_a, shared_b, sa, sb, ma, mb in con.execute(_PAIR_CODES).fetchall():
        codes[tuple(key)][code] = (a, b, both, shared_a, shared_b, sa, sb, ma, mb)
    found = []
    for document, coder_a, coder_b, text, a, b, both, *segments, apart in con.execute(_PAIRS).fetchall():
        whole = (text, a + b - both, both)
        found.append(PairInDocument(
            document, coder_a, coder_b, Counts(*whole, a, b, both, both, both, *segments),
            {code: Counts(*whole, *counts) for code, counts in sorted(codes[document, coder_a, coder_b].items())}, apart,
        ))  # fmt: skip
    return found


def _compare(
    works: dict[str, dict[str, _Work]], lengths: dict[str, int | None], coding: Coding
) -> Iterator[PairInDocument]:
    """Every two coders of each document with a text, and every coder who coded it several times with herself."""
    for document, coders in sorted(works.items()):
        length, later = lengths[document], find_later_rounds(coders, coding)
        for a, b in combinations(sorted(coders), 2):
            if length is not None and are_compared(a, b, later, coding):
                yield count_pair(document, length, {a: coders[a].codes, b: coders[b].codes})


def _describe(counts: Counts) -> tuple[int, ...]:
    c = counts
    return c.text_a, c.text_b, c.text_both, c.segments_a, c.segments_b, c.matched_a, c.matched_b


def _list_agreement(pairs: Sequence[PairInDocument]) -> Iterator[dict[str, object]]:
    from tasks.synthesise.agreement import agree_on_codings  # noqa: PLC0415  numpy is slow to import, and only this needs it

    for c in agree_on_codings(pairs):
        yield {
            "subject": c.subject, "document_id": c.document, "code_id": c.code, "rater_a": c.coder_a, "rater_b": c.coder_b,
            "coefficient": c.name, "value": c.value, "low": c.low, "high": c.high, "n": c.n, "n_counts": c.n_counts,
        }  # fmt: skip

"""Coding agreement: how far the coders of a review agree, on chosen documents, codes and pairs, by its published copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.protocol_screening import fold_name
from schemas.words import counted, did_you_mean
from tasks.synthesise.agreement import CodingCoefficient, agree_on_codings
from tasks.synthesise.count_codings import PairInDocument
from tasks.synthesise.measure_codings import read_pairs

#: How each coefficient is asked for → the names that it bears.
COEFFICIENTS = {
    "segments": ("segments of a matched", "segments of b matched"),
    "jaccard": ("Jaccard",),
    "share": ("share agreed",),
    "kappa": ("Cohen's kappa",),
    "kappa-coded": ("Cohen's kappa over coded text",),
    "alpha": ("Krippendorff's alpha",),
    "brennan-prediger": ("Brennan-Prediger",),
    "ac1": ("AC1",),
}
_SCHEMA = {
    "document": pl.String, "code": pl.String, "coder_a": pl.String, "coder_b": pl.String, "subject": pl.String,
    "coefficient": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "n": pl.Int64, "n_counts": pl.String,
    "document_id": pl.String, "code_id": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class CodingAgreement:
    """`rows`: one a coefficient, code, document and pair ('all': all codes, all documents); `warnings`: what lessens them."""

    rows: pl.DataFrame
    warnings: list[str]


def measure_agreement(
    con: duckdb.DuckDBPyConnection,
    *,
    documents: Sequence[str] = (),
    codes: Sequence[str] = (),
    pairs: Sequence[tuple[str, str]] = (),
    coefficients: Sequence[str] = (),
) -> CodingAgreement:
    """The agreement on what is chosen; what is left out chooses all.

    `documents`: names or ids; `codes`: paths, names or ids; `pairs`: two coders each; `coefficients`: keys of COEFFICIENTS.
    Raises UserError for a document, code or pair that no two coded.
    """
    found = read_pairs(con)
    document_names = _name_apart(con.execute("SELECT document_id, name, name FROM document").fetchall())
    code_names = _name_apart(con.execute("SELECT code_id, path, name FROM code").fetchall())
    double_coded = {pair.document for pair in found}
    chosen_documents = _choose(documents, document_names, double_coded, "document", "is coded by two")
    used = {code for pair in found for code in pair.codes}
    chosen_codes = _choose(codes, code_names, used, "code", "is used in a document that two coded")
    chosen_pairs = _choose_pairs(pairs, found)
    chosen = [
        replace(pair, codes={code: n for code, n in pair.codes.items() if code in chosen_codes})
        for pair in found
        if pair.document in chosen_documents and (pair.coder_a, pair.coder_b) in chosen_pairs
    ]
    names = [name for key in coefficients for name in COEFFICIENTS[key]]
    titles = {key: title for key, (title, _) in (document_names | code_names).items()}
    rows = [_show(c, titles) for c in agree_on_codings(chosen, names, any_code=not codes)]
    rows.sort(key=lambda row: (row[2], row[3], row[11] is not None, row[0], row[12] is not None, row[1]))
    return CodingAgreement(
        pl.DataFrame(rows, schema=_SCHEMA, orient="row"),
        [*_find_warnings(con, chosen, titles)] if found else [_NO_PAIR],
    )


_NO_PAIR = "no document is coded by two people, so there is nothing to compare"


def _show(c: CodingCoefficient, titles: Mapping[str, str]) -> tuple[Any, ...]:
    def title(key: str | None) -> str:
        return "all" if key is None else titles[key]

    numbers = (None if number is None else round(number, 4) for number in (c.value, c.low, c.high))
    return (
        title(c.document), title(c.code), c.coder_a, c.coder_b, c.subject, c.name, *numbers, c.n, c.n_counts, c.document, c.code,
    )  # fmt: skip


def _name_apart(rows: Iterable[tuple[str, str, str]]) -> dict[str, tuple[str, str]]:
    """Id → its title, with the id where two bear it, and its name."""
    rows = list(rows)
    often = Counter(title for _, title, _ in rows)
    return {key: (title if often[title] == 1 else f"{title} ({key})", name) for key, title, name in rows}


def _choose(
    wanted: Sequence[str], names: Mapping[str, tuple[str, str]], there: set[str], what: str, condition: str
) -> set[str]:
    """The ids that the words mean; all that are there where there is no word."""
    chosen = set(there)
    if wanted:
        chosen = set()
    for word in wanted:
        meant = {key for key in there if fold_name(word) in {fold_name(text) for text in (key, *names[key])}}
        if not meant:
            hint = did_you_mean(word, [names[key][0] for key in there])
            raise UserError(f"no {what} '{word}' {condition}", hint=hint)
        chosen |= meant
    return chosen


def _choose_pairs(wanted: Sequence[tuple[str, str]], found: Sequence[PairInDocument]) -> set[tuple[str, str]]:
    there = {(pair.coder_a, pair.coder_b) for pair in found}
    if not wanted:
        return there
    by_names = {frozenset(map(fold_name, pair)): pair for pair in there}
    chosen = set()
    for pair in wanted:
        names = frozenset(map(fold_name, pair))
        if names not in by_names:
            known = "; ".join(f"{a} and {b}" for a, b in sorted(there)) or "nobody"
            raise UserError(
                f"{pair[0]} and {pair[1]} coded no document both", hint=f"documents were coded by two of: {known}"
            )
        chosen.add(by_names[names])
    return chosen


def _find_warnings(
    con: duckdb.DuckDBPyConnection, pairs: Sequence[PairInDocument], titles: Mapping[str, str]
) -> Iterable[str]:
    for pair in pairs:
        if pair.apart:
            yield (
                f"{titles[pair.document]}: {pair.coder_a} and {pair.coder_b} coded different parts of it, so that their "
                "agreement tells little"
            )
    rows = con.execute(
        "SELECT document_id, sum(unplaced)::BIGINT FROM coding_coverage GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    unplaced = sum(n for document, n in rows if document in {pair.document for pair in pairs})
    if unplaced:
        yield f"{counted(unplaced, 'coding')} without a place in the text (of a PDF's region or a whole document) cannot be compared"

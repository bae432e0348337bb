"""The pandera model of an extraction form, made from the protocol's declaration: what a cell of each field may hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from schemas.protocol import ExtractionField
from tasks.synthesise.answers import NOT_APPLICABLE, NOT_REPORTED

_NO_VALUE = [NOT_REPORTED, NOT_APPLICABLE]
_NUMBER = r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?"


def make_model(fields: Sequence[ExtractionField]) -> pa.DataFrameSchema:
    """The model of a frame with a text column for each field, as `Answer.checked` gives it; null where the cell is empty."""
    return pa.DataFrameSchema(
        {
            field.name: pa.Column(pl.String, _list_checks(field), nullable=not field.required, required=False)
            for field in fields
        },
        strict=True,
    )


def find_bad_cells(fields: Sequence[ExtractionField], frame: pl.DataFrame) -> dict[tuple[int, str], str]:
    """(row of the frame, field) → what is wrong there; `frame`: of `make_model`. An empty string: required, and empty."""
    try:
        make_model(fields).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        null = cases.filter(pl.col("check") == "not_nullable")["column"].unique().to_list()
        found = {
            (int(row["index"]), str(row["column"])): str(row["check"])
            for row in cases.filter(pl.col("check") != "not_nullable").iter_rows(named=True)
        }
        for name in null:
            found |= {(row, name): "" for row in frame[name].is_null().arg_true().to_list()}
        return found
    return {}


def _list_checks(field: ExtractionField) -> list[Any]:
    """The checks of one field; their names are what is said of a cell that breaks them."""
    options = ", ".join(field.options)
    if field.type == "number":
        words = "|".join(_NO_VALUE)
        return [pa.Check.str_matches(f"^(?:{_NUMBER}|{words})$", error="is no number")]
    if field.type == "choice":
        return [pa.Check.isin([*field.options, *_NO_VALUE], error=f"is none of {options}")]
    if field.type == "yes-no":
        return [pa.Check.isin(["yes", "no", *_NO_VALUE], error="is neither yes nor no")]
    if field.type == "choices":
        choice = "|".join(map(re.escape, field.options))
        pattern = f"^(?:(?:{choice})(?:; (?:{choice}))*|{'|'.join(_NO_VALUE)})$"
        return [pa.Check.str_matches(pattern, error=f"is not all of {options}")]
    return []

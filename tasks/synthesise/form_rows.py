"""The rows of the extraction form, from the warehouse, and which variables of QDA projects may be which field."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from schemas.protocol import ExtractionField
from tasks.synthesise.form import FormRow
from tasks.tabular import fold

_HERE = Path(__file__)
_STUDIES = _HERE.with_name("form_rows.sql").read_text(encoding="utf-8")
_VALUES = _HERE.with_name("form_values.sql").read_text(encoding="utf-8")
_VALUES_OF = _HERE.with_name("form_values_of.sql").read_text(encoding="utf-8")
_VARIABLES = "SELECT DISTINCT field FROM characteristic WHERE origin = 'qda project' ORDER BY field"
_NEAR = 0.6


def included_rows(con: duckdb.DuckDBPyConnection, extractor: str | None = None) -> list[FormRow]:
    """A row for each included study in the order of inclusion, with the values that are known.

    `extractor`: with her own answers and what nobody is named for, and no others.
    """
    query, given = (_VALUES_OF, {"extractor": extractor}) if extractor else (_VALUES, {})
    values: dict[str, dict[str, str]] = {}
    notes: dict[str, dict[str, str]] = {}
    for study_id, field, value, note in con.execute(query, given).fetchall():
        for found, text in ((values, value), (notes, note)):
            if text is not None:
                found.setdefault(study_id, {})[field] = text
    return [
        FormRow(report_ids, study, reference, values.get(study_id, {}), notes.get(study_id, {}), extractor or "")
        for study_id, report_ids, study, reference in con.execute(_STUDIES).fetchall()
    ]


def suggest_variables(con: duckdb.DuckDBPyConnection, fields: Sequence[ExtractionField]) -> list[tuple[str, str]]:
    """(variable of a QDA project, field that it may be): names that are close, or where one holds the other."""
    known = {fold(word): form_field.name for form_field in fields for word in (form_field.label, form_field.name)}
    names = {form_field.name for form_field in fields}
    suggested = []
    for (variable,) in con.execute(_VARIABLES).fetchall():
        word = fold(variable)
        if variable in names or word in known or not word:
            continue
        near = difflib.get_close_matches(word, known, 1, _NEAR) or [k for k in known if len(word) > 3 and word in k]
        if near:
            suggested.append((variable, known[near[0]]))
    return suggested

"""Load imported frames into the warehouse's base tables. Loading a file again replaces its rows."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb
import polars as pl

from tasks.synthesise.refi_qda import QdaProject
from warehouse.write import insert_frame

_STUDY_LINKS = Path(__file__).with_name("study_links.sql").read_text(encoding="utf-8")
_SPANS = """
SELECT arrival_id, document_id, coding_id, start_char, end_char, quote
FROM core.coding SEMI JOIN main.coding_project USING (arrival_id)
WHERE start_char IS NOT NULL AND arrival_id > 0
"""
_TEXT = "SELECT name, text FROM core.document WHERE arrival_id = ? AND document_id = ?"


def load_project(con: duckdb.DuckDBPyConnection, arrival_id: int, project: QdaProject) -> None:
    """Writes a QDA project's frames to core.project, core.document and the tables beside them, and what it does not carry over."""
    frames = {
        "project": pl.DataFrame(
            {
                "name": [project.name],
                "tool": [project.tool],
                "origin": pl.Series([project.origin], dtype=pl.String),
                "dialect": [str(project.choice.dialect)],
            }
        ),
        "document": project.document,
        "code": project.code,
        "coding": project.coding,
        "memo": project.memo,
        "document_value": project.value,
        "coder": project.coder,
        "not_carried": pl.DataFrame(project.left_out.rows, schema={"kind": pl.String, "name": pl.String}, orient="row"),
    }
    for table, frame in frames.items():
        _replace(con, f"core.{table}", arrival_id, frame)


def load_characteristics(con: duckdb.DuckDBPyConnection, arrival_id: int, rows: pl.DataFrame) -> None:
    """Writes a CharacteristicRow frame to core.characteristic."""
    _replace(con, "core.characteristic", arrival_id, rows)


def load_appraisal(con: duckdb.DuckDBPyConnection, arrival_id: int, rows: pl.DataFrame) -> None:
    """Writes an AppraisalRow frame to core.appraisal."""
    _replace(con, "core.appraisal", arrival_id, rows)


def load_method(con: duckdb.DuckDBPyConnection, arrival_id: int, rows: pl.DataFrame) -> None:
    """Writes a MethodItemRow frame to core.method_item."""
    _replace(con, "core.method_item", arrival_id, rows)


def load_mapping(con: duckdb.DuckDBPyConnection, arrival_id: int, rows: pl.DataFrame) -> None:
    """Writes a frame (row, document, key) to core.document_mapping."""
    _replace(con, "core.document_mapping", arrival_id, rows)


def load_study_links(con: duckdb.DuckDBPyConnection) -> None:
    """Fills core.study_link from the study names that the newest characteristics files give, after `link_all`."""
    con.execute(_STUDY_LINKS)


def check_quotes(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str]]:
    """Codings whose quote is not what stands at their positions: coding_id, document, stored, found. None is right.

    A text is fetched once and cut by its positions here: cutting it in SQL walks the whole text for each of its codings.
    """
    wrong = []
    spans: dict[tuple[int, str], list[tuple[str, int, int, str]]] = defaultdict(list)
    for arrival_id, document_id, *span in con.execute(_SPANS).fetchall():
        spans[arrival_id, document_id].append(tuple(span))
    for key, codings in spans.items():
        found = con.execute(_TEXT, key).fetchall()
        name, text = found[0] if found else ("(document missing)", None)
        for coding_id, start, end, quote in codings:
            stands = (text or "")[start:end]
            if stands != quote:
                wrong.append((coding_id, name, quote, stands))
    return sorted(wrong)


def _replace(con: duckdb.DuckDBPyConnection, table: str, arrival_id: int, frame: pl.DataFrame) -> None:
    con.execute(f"DELETE FROM {table} WHERE arrival_id = ?", [arrival_id])  # noqa: S608 - a name from our own code
    insert_frame(con, table, frame.with_columns(arrival_id=pl.lit(arrival_id, dtype=pl.Int64)))

"""Export codings: a project or codebook that QDA software reads, and tables of quotes, codings by case, and memos."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.protocol_screening import fold_name
from schemas.words import did_you_mean
from tasks.output import whole_file
from tasks.synthesise.left_out import LeftOut
from tasks.synthesise.qda_ids import OWN
from tasks.synthesise.qda_text import BY_TOOL, STANDARD
from tasks.synthesise.write_qda import ProjectParts, write_codebook, write_project

_PARTS = {
    "document": "FROM document ORDER BY name, document_id",
    "code": "FROM code ORDER BY position, path, code_id",
    "memo": "FROM memo ORDER BY memo_id",
    # What a project says of its documents, under the ids by which the review knows them.
    "value": """
        SELECT DISTINCT i.known_as AS document_id, v.case_name, v.field, v.value
        FROM core.document_value AS v
        JOIN coding_project AS p USING (arrival_id)
        LEFT JOIN core.element_identity AS i ON i.arrival_id = v.arrival_id AND i.element = 'document' AND i.id = v.document_id
        ORDER BY ALL
    """,
    "coder": """
        SELECT min(c.guid) AS guid, i.known_as AS coder
        FROM core.coder AS c
        JOIN coding_project AS p USING (arrival_id)
        JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'coder' AND i.id = c.coder
        GROUP BY i.known_as ORDER BY ALL
    """,
}
_CODINGS = {
    False: "FROM coding ORDER BY document_id, start_char, coding_id",
    True: "FROM coding_final ORDER BY document_id, start_char, coding_id",
}
#: Tables are of evidence: what was coded in included reports. A project holds what was coded, whole.
_QUOTES = "SELECT * EXCLUDE (included) FROM quote WHERE included ORDER BY code, study, document, start_char, coding_id"
_MEMOS = """
SELECT m.target, k.path AS code, d.name AS document, s.label AS study, m.start_char, m.end_char, m.name, m.text, m.author,
    m.created_at, m.memo_id, m.code_id, m.document_id, m.report_id
FROM memo AS m
LEFT JOIN code AS k USING (code_id)
LEFT JOIN (SELECT document_id, name FROM document) AS d USING (document_id)
LEFT JOIN report AS r ON r.report_id = m.report_id
LEFT JOIN study AS s USING (study_id)
ORDER BY ALL
"""
#: The characteristics of a study, as text.
_ATTRIBUTES = """
SELECT study_id, field, value
FROM study_characteristic JOIN (SELECT field, position FROM protocol_field) USING (field)
WHERE value IS NOT NULL
ORDER BY position, field, study_id
"""
#: What a code × case matrix can have a row for → the column of the view quote that tells it, and every case with its name.
CASES = {
    "study": (
        "study_id",
        """
        SELECT DISTINCT study_id, label
        FROM document JOIN report_path USING (report_id) JOIN report USING (report_id) JOIN study USING (study_id)
        WHERE place = 'included'
        """,
    ),
    "report": (
        "report_id",
        """
        SELECT DISTINCT report_id, title
        FROM document JOIN report_path USING (report_id) JOIN report USING (report_id)
        WHERE place = 'included'
        """,
    ),
    "document": (
        "document_id",
        "SELECT document_id, name FROM document JOIN report_path USING (report_id) WHERE place = 'included'",
    ),
    "coder": ("coder", "SELECT DISTINCT coder, coder FROM quote WHERE included"),
}


def export_project(
    con: duckdb.DuckDBPyConnection,
    out: Path,
    *,
    name: str,
    final: bool = False,
    coders: Sequence[str] = (),
    tool: str = "",
) -> tuple[ProjectParts, LeftOut]:
    """Writes documents, codes, codings and memos as a project (.qdpx); returns what was exported, and what was not.

    `final`: of what several people coded, what counts, in place of what each of them coded. `coders`: only theirs. `tool`: one of
    BY_TOOL, in whose way positions are counted; without one by the standard. Raises UserError for a coder who coded nothing.
    """
    parts = read_parts(con, name=name, final=final, coders=coders)
    content, left_out = write_project(parts, origin=_origin(tool), dialect=BY_TOOL.get(tool, STANDARD))
    with whole_file(out) as part:
        part.write_bytes(content)
    return parts, left_out


def export_codebook(con: duckdb.DuckDBPyConnection, out: Path) -> int:
    """Writes the codebook (.qdc); returns how many codes it has. Raises UserError where there is none."""
    code = con.sql(_PARTS["code"]).pl()
    if not code.height:
        raise UserError("there are no codes to export")
    with whole_file(out) as part:
        part.write_bytes(write_codebook(code, origin=_origin("")))
    return int(code.height)


def read_parts(con: duckdb.DuckDBPyConnection, *, name: str, final: bool, coders: Sequence[str]) -> ProjectParts:
    """What of the review's codings a project holds."""
    frames = {part: con.sql(query).pl() for part, query in _PARTS.items()}
    coding: pl.DataFrame = con.sql(_CODINGS[final]).pl()
    if coders:
        known = {fold_name(coder): coder for coder in coding["coder"].unique()}
        for coder in coders:
            if fold_name(coder) not in known:
                raise UserError(f"nothing was coded by '{coder}'", hint=did_you_mean(coder, sorted(known.values())))
        coding = coding.filter(pl.col("coder").is_in([known[fold_name(coder)] for coder in coders]))
    return ProjectParts(name=name, coding=coding, **frames)


def read_quotes(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One quote of an included report a row, with code, document and study, and each characteristic of the study in a column."""
    quotes: pl.DataFrame = con.sql(_QUOTES).pl()
    attributes = con.sql(_ATTRIBUTES).pl()
    for (field,), rows in attributes.group_by("field", maintain_order=True):
        column = str(field) if field not in quotes.columns else f"{field} (study)"
        quotes = quotes.join(rows.select("study_id", pl.col("value").alias(column)), on="study_id", how="left")
    return quotes


def count_not_included(con: duckdb.DuckDBPyConnection) -> int:
    """How many segments count and are of reports that are not included, or not known."""
    ((n,),) = con.execute("SELECT count(*) FROM coding_final WHERE NOT included").fetchall()
    return int(n)


def read_memos(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """All memos in one list, with what each is on."""
    memos: pl.DataFrame = con.sql(_MEMOS).pl()
    return memos


def read_matrix(con: duckdb.DuckDBPyConnection, *, case: str, counts: bool) -> pl.DataFrame:
    """Code × case: a row a case, a column a code by its path; 1 where the case bears it, else 0, or how many codings.

    `case`: one of CASES. Codes below a code are not counted with it. Cases are of included reports; one
    that was not coded at all has a row of zeros.
    """
    column, all_cases = CASES[case]
    names: dict[str | None, str] = {id: name or id for id, name in con.execute(all_cases).fetchall()}
    found: dict[str | None, dict[str, int]] = {id: {} for id in names}
    query = f"SELECT {column}, code, count(*) FROM quote WHERE included GROUP BY ALL ORDER BY ALL"  # noqa: S608 - a column of CASES
    for id, code, n in con.execute(query).fetchall():
        found.setdefault(id, {})[code] = n
    codes = [
        row[0]
        for row in con.execute("SELECT DISTINCT path, min(position) FROM code GROUP BY path ORDER BY 2, 1").fetchall()
    ]
    labels = [case, column] if column != case else [case]
    headings = {code: f"{code} (code)" if code in labels else code for code in codes}
    rows = []
    for id, counted in sorted(
        found.items(), key=lambda entry: (entry[0] is None, names.get(entry[0], ""), entry[0] or "")
    ):
        row: dict[str, object] = {case: names.get(id, id or "(not linked)"), column: id}
        rows.append(row | {headings[code]: counted.get(code, 0) if counts else int(code in counted) for code in codes})
    schema = dict.fromkeys(labels, pl.String) | dict.fromkeys(headings.values(), pl.Int64)
    return pl.DataFrame(rows, schema=schema)


def _origin(tool: str) -> str:
    return f"{OWN} {version('living-review')}" + (f" for {tool}" if tool else "")

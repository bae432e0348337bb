"""Which report a coded document, or a row of an extraction sheet, belongs to: worked out anew from all that is known.

The two tables of links are derived: `link_all` empties and fills them, so that it may be called after every load, and
gives the same links whatever the order in which files and records came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from schemas.characteristic import SheetLink
from schemas.coding import CoreDocumentLink
from schemas.frames import dtypes
from tasks.identify import with_reports
from tasks.synthesise.file_names import parse_file_name
from warehouse.write import insert_frame

_DOCUMENT_NAMES = Path(__file__).with_name("link_documents.sql").read_text(encoding="utf-8")
_TITLES = Path(__file__).with_name("link_titles.sql").read_text(encoding="utf-8")
_NAMED_FILE = {
    "arrival_id": pl.Int64, "document_id": pl.String, "author": pl.String, "year": pl.Int32, "title": pl.String,
}  # fmt: skip

_RULING = {"what": pl.String, "id": pl.String, "report_id": pl.String}
#: The keys of sheets; where a person linked one, `key` is the report's id in its place. Answers given on the page name theirs.
_SHEET_KEYS = """
SELECT s.arrival_id, s.key AS written, coalesce(r.report_id, s.key) AS key
FROM (
    SELECT arrival_id, key FROM core.characteristic
    UNION SELECT arrival_id, key FROM core.appraisal
    UNION SELECT arrival_id, key FROM core.method_item WHERE key IS NOT NULL
) AS s
ANTI JOIN core.given_answer USING (arrival_id)
LEFT JOIN link_ruling AS r ON r.what = 'key' AND r.id = s.key
ORDER BY ALL
"""

#: Reports that may be named by author and year: those that passed title and abstract.
NAMED_BY_LABEL = "(SELECT report_id FROM main.report_path WHERE place NOT IN ('awaiting_screening', 'ineligible', 'excluded_screening'))"


@dataclass(frozen=True)
class Unlinked:
    """What could not be linked: the file, its kind, the name as it stands there, and the reports that it could mean."""

    arrival_id: int
    kind: str
    name: str
    why: str


def link_all(
    con: duckdb.DuckDBPyConnection,
    rulings: Mapping[tuple[str, str], str] | None = None,
    *,
    labels_of: str = NAMED_BY_LABEL,
) -> list[Unlinked]:
    """Fill core.document_link and core.sheet_link; returns what is not linked in the files that count.

    `rulings`: ("document", its id) or ("key", as the sheet has it) → the report that a person linked it to.
    Needs the relations record, report_alias and the one that `labels_of` names.
    """
    ruled = [(what, id, report) for (what, id), report in (rulings or {}).items()]
    con.register("link_ruling", pl.DataFrame(ruled, schema=_RULING, orient="row").to_arrow())
    try:
        documents = _link_documents(con, labels_of)
        sheets = _link_sheets(con, labels_of)
    finally:
        con.unregister("link_ruling")
    con.execute("DELETE FROM core.document_link")
    con.execute("DELETE FROM core.sheet_link")
    insert_frame(con, "core.document_link", documents.select(*dtypes(CoreDocumentLink)))
    insert_frame(con, "core.sheet_link", sheets.select(*dtypes(SheetLink)))
    names = con.execute("""
        SELECT d.arrival_id, d.document_id, d.name
        FROM core.document AS d
        WHERE arrival_id IN (
            SELECT arrival_id FROM main.coding_project UNION ALL SELECT arrival_id FROM core.document_standing WHERE counts
        )
    """).fetchall()
    name_of_document = {(arrival, document): name for arrival, document, name in names}
    unlinked = [
        Unlinked(row["arrival_id"], "document", name_of_document[row["arrival_id"], row["document_id"]], _why(row))
        for row in documents.iter_rows(named=True)
        if row["match"] != "matched" and (row["arrival_id"], row["document_id"]) in name_of_document
    ]
    current = {arrival for (arrival,) in con.execute("SELECT arrival_id FROM main.extraction_sheet").fetchall()}
    unlinked += [
        Unlinked(row["arrival_id"], "key", row["key"], _why(row))
        for row in sheets.iter_rows(named=True)
        if row["match"] != "matched" and row["arrival_id"] in current
    ]
    return sorted(unlinked, key=lambda entry: (entry.arrival_id, entry.kind, entry.name))


def _link_documents(con: duckdb.DuckDBPyConnection, labels_of: str) -> pl.DataFrame:
    documents = con.execute("SELECT arrival_id, document_id, name FROM core.document").fetchall()
    parsed = [(arrival, document, *file) for arrival, document, name in documents if (file := parse_file_name(name))]
    con.register("named_file", pl.DataFrame(parsed, schema=_NAMED_FILE, orient="row").to_arrow())
    try:
        named: pl.DataFrame = con.sql(_DOCUMENT_NAMES).pl()
        titled: pl.DataFrame = con.sql(_TITLES).pl()
    finally:
        con.unregister("named_file")
    names = pl.concat([named, titled.cast(named.schema)])
    answers = _settle_files(con, with_reports(con, names, labels_of=labels_of))
    # The most trusted name that leads to one report counts; else the most trusted that leads to several.
    return (
        answers.with_columns(order=pl.col("match").replace_strict({"matched": 0, "ambiguous": 1, "unmatched": 2}))
        .sort("arrival_id", "document_id", "order", "rank", "key")
        .unique(["arrival_id", "document_id"], keep="first", maintain_order=True)
        .with_columns(
            pl.when(pl.col("match") != "unmatched").then(pl.col(name)).alias(name) for name in ("said_by", "key")
        )
    )


def _settle_files(con: duckdb.DuckDBPyConnection, answers: pl.DataFrame) -> pl.DataFrame:
    """The answers with those about full texts settled: what the file is called and what stands in it must lead to one report."""
    files = set(con.execute("SELECT arrival_id, document_id FROM core.document_file").fetchall())
    if not files:
        return answers
    settled = []
    for key, rows in answers.group_by("arrival_id", "document_id", maintain_order=True):
        if key not in files or not rows.filter(pl.col("said_by").is_in(["ruling", "mapping"])).is_empty():
            settled.append(rows)
            continue
        matched = rows.filter(match="matched")
        by = {said: set(matched.filter(said_by=said)["report_id"]) for said in ("text", "name", "title")}
        said = by["text"] or by["title"]
        meant = said & by["name"] or said | by["name"]
        if len(meant) < 2:
            settled.append(rows.filter((pl.col("match") != "matched") | pl.col("report_id").is_in(list(meant))))
        else:
            first = matched.filter(pl.col("report_id").is_in(list(meant))).head(1)
            settled.append(first.with_columns(
                report_id=pl.lit(None, pl.String), record_id=pl.lit(None, pl.String), match=pl.lit("ambiguous"),
                candidates=pl.lit(sorted(meant), pl.List(pl.String)),
            ))  # fmt: skip
    return pl.concat(settled)


def _link_sheets(con: duckdb.DuckDBPyConnection, labels_of: str) -> pl.DataFrame:
    keys: pl.DataFrame = con.sql(_SHEET_KEYS).pl()
    return with_reports(con, keys, labels_of=labels_of).with_columns(key="written").drop("written")


def _why(row: dict[str, object]) -> str:
    candidates = row["candidates"]
    if row["match"] == "ambiguous" and isinstance(candidates, list):
        return f"can mean {', '.join(candidates)}"
    return "no report is known by this name"

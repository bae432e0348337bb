"""The known-item check: a list of studies that the search must find, and which source missed which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.problem import Problem
from tasks.identifiers import doi_of, pmid_of
from tasks.tabular import named_columns, read_tabular

_QUERY = Path(__file__).with_name("known_items.sql")
#: `line`: where it stands in the list.
KNOWN = pl.Schema({"line": pl.Int64, "doi": pl.String, "pmid": pl.String, "title": pl.String})
_COLUMNS: Mapping[str, Sequence[str]] = {
    "doi": ("doi",),
    "pmid": ("pmid", "pubmed id", "pubmed_id", "accession"),
    "title": ("title", "study", "reference"),
}


def read_known(path: Path) -> tuple[pl.DataFrame, list[Problem]]:
    """The list (CSV or Excel with any of the columns doi, pmid, title), and the rows that name nothing.

    Raises UserError where the file is no table, or has none of these columns.
    """
    table = read_tabular(path)
    columns = named_columns(table.header, _COLUMNS)
    if not columns:
        raise UserError("has none of the columns doi, pmid, title", path=path.name)
    rows, problems = [], list(table.problems)
    for line, cells in table.records():
        values = {meaning: cells[column] for meaning, column in columns.items()}
        item = {
            "line": line,
            "doi": doi_of(values.get("doi", "")),
            "pmid": pmid_of(values.get("pmid", "")),
            "title": values.get("title") or None,
        }
        if item["doi"] or item["pmid"] or item["title"]:
            rows.append(item)
        else:
            problems.append(Problem(path.name, line, "names no DOI, no PMID and no title"))
    return pl.DataFrame(rows, schema=KNOWN), problems


def check_known(con: duckdb.DuckDBPyConnection, known: pl.DataFrame) -> pl.DataFrame:
    """A row a known item and source: line, doi, pmid, title, source, found, recognised_by. Needs the views record and
    search of the warehouse."""
    con.register("known", known.to_arrow())
    try:
        checked: pl.DataFrame = con.sql(_QUERY.read_text(encoding="utf-8")).pl()
        return checked
    finally:
        con.unregister("known")


def list_missed(checked: pl.DataFrame) -> list[str]:
    """One line for each known item that no source found."""
    per_item = checked.group_by("line", "doi", "pmid", "title", maintain_order=True).agg(pl.col("found").any())
    return [
        f"line {row['line']}: {row['title'] or row['doi'] or row['pmid']} was found by no source"
        for row in per_item.filter(~pl.col("found")).iter_rows(named=True)
    ]

"""The data of a release: what every public view says, as tables of a DuckDB file, as Parquet and as CSV.

A release holds what the views said and not the views, so that no other version of DuckDB has to understand their SQL; nothing
of what lies behind them is in it. Texts that are somebody else's stay out, unless the protocol says that they may be passed on:
warehouse/withheld has a folder for each kind, and in it the SELECT of each view that shows such texts.
"""

from __future__ import annotations

import filecmp
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from schemas.base import Table, describe
from schemas.dictionary import tables
from schemas.words import counted
from warehouse.connect import STORAGE, memory
from warehouse.contracts import list_keys
from warehouse.freeze import freeze_views
from warehouse.write import transaction

WITHHELD = Path(__file__).parents[2] / "warehouse" / "withheld"
#: The SQL of `harmless(text)`, which makes text safe for spreadsheets.
MACROS = Path(__file__).with_name("release_csv.sql").read_text(encoding="utf-8")
#: Bytes of a block, DuckDB's smallest: most views are small, and each column of each table takes one.
_BLOCK = 16_384


@contextmanager
def open_views(copy: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[str]]]:
    """A connection that may write files, with the rows of each public view of a masked copy as a table; and the views' names."""
    con = memory()
    try:
        con.execute(f"ATTACH '{quoted(copy)}' AS masked (READ_ONLY)")
        yield con, freeze_views(con, "masked")
    finally:
        con.close()


def select_released(view: str, withheld: Collection[str]) -> str:
    """The SELECT of what a release shows of a view. What is withheld may be what a file says: no word of it becomes a path."""
    paths = [path for path in WITHHELD.glob(f"*/{view}.sql") if path.parent.name in withheld]
    return paths[0].read_text(encoding="utf-8") if paths else f'FROM main."{view}"'


def write_tables(copy: Path, folder: Path, withheld: Collection[str]) -> None:
    """Writes warehouse.duckdb, parquet/ and csv/ into the folder, of the masked copy at this path."""
    (folder / "parquet").mkdir()
    (folder / "csv").mkdir()
    with open_views(copy) as (con, views):
        target = quoted(folder / "warehouse.duckdb")
        con.execute(f"ATTACH '{target}' AS released (STORAGE_VERSION '{STORAGE}', BLOCK_SIZE {_BLOCK})")
        con.execute(MACROS)
        models = tables()
        with transaction(con):
            for view in views:
                # In the order of the key, so that the same rows give the same files.
                keys = list_keys(models[f"main.{view}"])
                order = ", ".join(f'"{column}"' for column in keys[0]) if keys else "ALL"
                con.execute(
                    f'CREATE TABLE released.main."{view}" AS FROM ({select_released(view, withheld)}) ORDER BY {order}'
                )
            con.execute(";".join(line for view in views for line in _comments(view, models[f"main.{view}"])))
        for view in views:
            parquet, csv = (quoted(folder / ending / f"{view}.{ending}") for ending in ("parquet", "csv"))
            con.execute(f"COPY released.main.\"{view}\" TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)")
            _write_csv(con, view, csv)
        con.execute("CHECKPOINT released")
        con.execute("DETACH released")


def compare_shapes(folder: Path) -> list[str]:
    """A line for each table whose three shapes do not say the same in the release in this folder: DuckDB row by row beside Parquet, CSV
    byte by byte beside what is written of the DuckDB table."""
    found = []
    with closing(memory()) as con, tempfile.TemporaryDirectory() as scratch:
        con.execute(f"ATTACH '{quoted(folder / 'warehouse.duckdb')}' AS released (READ_ONLY)")
        con.execute(MACROS)
        names = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'released'").fetchall()
        held = {"DuckDB": {name for (name,) in names}}
        held |= {ending: {path.stem for path in (folder / ending).glob(f"*.{ending}")} for ending in ("parquet", "csv")}
        for view in sorted(set().union(*held.values())):
            lacking = [shape for shape, views in held.items() if view not in views]
            if lacking or not re.fullmatch(
                r"\w+", view
            ):  # a release may have come from elsewhere, and a name goes into the SQL
                found.append(
                    f"{view} is not in {' and '.join(lacking)}" if lacking else f"'{view}' is no name of a table"
                )
                continue
            parquet, csv = (folder / ending / f"{view}.{ending}" for ending in ("parquet", "csv"))
            shapes = {"DuckDB": f'released.main."{view}"', "Parquet": f"read_parquet('{quoted(parquet)}')"}
            if line := compare_rows(con, shapes):
                found.append(f"{view}: {line}")
            _write_csv(con, view, quoted(Path(scratch, "again.csv")))
            if not filecmp.cmp(Path(scratch, "again.csv"), csv, shallow=False):
                found.append(f"{view}: CSV and DuckDB differ")
    return found


def compare_rows(con: duckdb.DuckDBPyConnection, relations: Mapping[str, str]) -> str:
    """What two relations, by what they are called, have otherwise: columns, or how many rows are in one only; empty where nothing."""
    columns, others = (
        {name: kind for name, kind, *_ in con.execute(f"DESCRIBE FROM {rows}").fetchall()}
        for rows in relations.values()
    )
    if columns != others:
        names = sorted(name for name in columns.keys() | others.keys() if columns.get(name) != others.get(name))
        return f"other columns: {', '.join(names)}"
    shown = ", ".join(_identifier(name) for name in columns)
    found = []
    for (name, rows), other in zip(relations.items(), list(relations.values())[::-1], strict=True):
        only = f"SELECT count(*) FROM (SELECT {shown} FROM {rows} EXCEPT ALL SELECT {shown} FROM {other})"  # noqa: S608
        found.append((con.execute(only).fetchall()[0][0], name))
    return ", ".join(f"{counted(n, 'row')} only in {name}" for n, name in found if n)


def _write_csv(con: duckdb.DuckDBPyConnection, view: str, target: str) -> None:
    """Writes a table of the attached release; `target` as it stands between quotes."""
    con.execute(f"COPY ({_as_text(con, view)}) TO '{target}' (FORMAT csv, HEADER)")


def _comments(view: str, model: type[Table]) -> Iterator[str]:
    """COMMENT ON statements for a table of a release."""
    comment, columns = describe(model)
    yield f"COMMENT ON TABLE released.main.\"{view}\" IS '{_doubled(comment)}'"
    for column, text in columns.items():
        yield f'COMMENT ON COLUMN released.main."{view}"."{column}" IS \'{_doubled(text)}\''


def _as_text(con: duckdb.DuckDBPyConnection, view: str) -> str:
    """The SELECT of a table's rows as a CSV shows them: lists joined, times by ISO 8601, no text that a spreadsheet would run."""
    columns = con.execute(f'DESCRIBE released.main."{view}"').fetchall()
    return f'SELECT {", ".join(_text(name, kind) for name, kind, *_ in columns)} FROM released.main."{view}"'  # noqa: S608 - names of our own


def _text(name: str, kind: str) -> str:
    quoted = _identifier(name)
    if kind == "VARCHAR":
        shown = f"harmless({quoted})"
    elif kind == "VARCHAR[]":
        shown = f"harmless(array_to_string({quoted}, '; '))"
    elif kind.startswith("TIMESTAMP"):
        shown = f"strftime({quoted}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    elif kind.endswith(("]", ")")) and not kind.startswith("DECIMAL"):
        shown = f"harmless(to_json({quoted})::VARCHAR)"
    else:
        return quoted
    return f"{shown} AS {quoted}"


def _identifier(name: str) -> str:
    """A column's name as it stands in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _doubled(text: str) -> str:
    return text.replace("'", "''")


def quoted(path: Path) -> str:
    """The path as it stands between the quotes of an SQL literal."""
    return _doubled(str(path))

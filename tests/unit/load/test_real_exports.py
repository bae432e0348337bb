"""Every real export gives the records it holds: the index's count, or the count made by hand where the index is wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from schemas.errors import UserError
from schemas.record import Bibliographic
from tasks.load.read import read
from tasks.load.write import WRITERS, write

TESTS = Path(__file__).parents[2]
EXPORTS = TESTS.parents[1] / "shared" / "data" / "exports"


def expected() -> dict[str, int]:
    """Records by path; files that the index does not count are left out."""
    with (EXPORTS / "INDEX.tsv").open(encoding="utf-8") as file:
        counts = {
            row["path"]: int(row["records"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        }
    with (TESTS / "fixtures" / "export-counts.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            assert counts[row["path"]] == int(row["index"]), row["path"]
            counts[row["path"]] = int(row["right"])
    return {path: count for path, count in counts.items() if count >= 0}


@pytest.mark.shared
def test_every_real_export_gives_its_records() -> None:
    if not EXPORTS.is_dir():
        pytest.skip("needs the real exports in ../shared/data/exports")
    wrong = {}
    for path, count in expected().items():
        try:
            reading = read(EXPORTS / path)
            list(reading)
            loaded = reading.loaded
        except UserError:
            loaded = 0
        if loaded != count:
            wrong[path] = (count, loaded)
    assert wrong == {}


@pytest.mark.shared
@pytest.mark.parametrize("form", WRITERS)
def test_what_is_written_of_every_real_export_is_read_back_equal(form: str, tmp_path: Path) -> None:
    if not EXPORTS.is_dir():
        pytest.skip("needs the real exports in ../shared/data/exports")
    fields = [*Bibliographic.to_schema().columns, "source"]
    batches = [batch.records for path, count in expected().items() if count for batch in read(EXPORTS / path)]
    records = pl.concat(batches)
    written = tmp_path / "written"
    written.write_bytes(write(records, form))
    again = pl.concat([batch.records for batch in read(written)])
    assert again.height == records.height
    changed = {
        name: (records[name][int(rows[0])], again[name][int(rows[0])])
        for name in fields
        if (rows := records[name].ne_missing(again[name]).arg_true()).len()
    }
    assert changed == {}

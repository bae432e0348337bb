"""Every real export gives the records it holds: the index's count, or the count made by hand where the index is wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from schemas.errors import UserError
from tasks.load.read import read

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

"""The worked example's exports through the real readers and the real deduplication, against its plan."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest

from examples.cen.generator.deliveries import SEARCHES, exports
from examples.cen.generator.expected import source_of
from examples.cen.generator.model import Export, Record
from examples.cen.generator.variants import delivered
from tasks.deduplicate import standalone
from tasks.deduplicate.run import deduplicate
from tasks.deduplicate.tables import load_table
from tasks.load.read import ExportReader, read

CEN = Path(__file__).parents[3] / "examples" / "cen"
EXPECTED = tomllib.loads((CEN / "EXPECTED.toml").read_text(encoding="utf-8"))
FILES = [pytest.param(f"{search}/{one.path}", one, id=one.path) for search in SEARCHES for one in exports(search)]
TITLED = {"MEDLINE": "medline", "Embase": "embase"}


@cache
def parsed(path: str) -> tuple[ExportReader, pl.DataFrame]:
    reading = read(CEN / path)
    return reading, pl.concat([batch.records for batch in reading])


def pairs(path: str, export: Export) -> list[tuple[Record, dict]]:
    """Each record of the plan that has content, beside the record that was read at its place."""
    by_place = {row["position"]: row for row in parsed(path)[1].iter_rows(named=True)}
    return [(record, by_place[place]) for place, record in enumerate(export.records, start=1) if record.report]


@pytest.mark.parametrize("expected", EXPECTED["file"], ids=lambda row: row["path"])
def test_counts_are_those_of_the_plan(expected):
    reading, _ = parsed(expected["path"])
    assert (reading.found, reading.loaded, reading.quarantined) == (
        expected["found"], expected["loaded"], expected["quarantined"],
    )  # fmt: skip


def test_a_mixed_export_is_told_apart_record_by_record():
    (expected,) = (row for row in EXPECTED["file"] if "from_medline" in row)
    sources = Counter(parsed(expected["path"])[1]["source"])
    assert {TITLED[name]: n for name, n in sources.items()} == {
        "medline": expected["from_medline"],
        "embase": expected["from_embase"],
    }


@pytest.mark.parametrize(("path", "export"), FILES)
def test_what_identifies_a_report_is_read_as_it_was_meant(path, export):
    for record, row in pairs(path, export):
        report = delivered(record)
        assert (row["doi"] or "", row["year"], row["volume"] or "", row["issue"] or "") == (
            report.doi, report.year, report.volume, report.issue,
        )  # fmt: skip
        assert (row["accession"] or "") == record.accession.split(";")[0]
        if report.authors:
            assert [name.split(",")[0] for name in row["authors"]] == [one.family for one in report.authors]


@pytest.mark.parametrize(("path", "export"), FILES)
def test_pages_are_read_in_full_however_short_they_were_written(path, export):
    for record, row in pairs(path, export):
        if delivered(record).pages != ("", "") and record.report:
            assert row["pages"] == "-".join(dict.fromkeys(record.report.pages))


@pytest.fixture(scope="module")
def clustered(tmp_path_factory) -> tuple[dict[str, str], dict[str, str], set[frozenset[str]]]:
    """Of every record: the report of the plan, the cluster that was found; and the pairs left for review."""
    folder = tmp_path_factory.mktemp("dedupe")
    planned, frames = {}, []
    for search in SEARCHES:
        for export in exports(search):
            for record, row in pairs(f"{search}/{export.path}", export):
                if not record.again:
                    source = source_of(export, record)
                    name = f"{search}:{export.path}:{row['position']}"
                    planned[name] = record.report.key
                    frames.append({**row, "id": name, "record_id": name, "source": source, "raw": None})
    table = pl.DataFrame(frames, infer_schema_length=None).with_columns(
        author=pl.col("authors").list.join("; "), isbn=pl.concat_str("issn", "isbn", separator=" ", ignore_nulls=True)
    )
    table.drop("authors", "keywords", "raw", "record_id").write_parquet(folder / "records.parquet")
    con = standalone.connect()
    load_table(con, folder / "records.parquet")
    deduplicate(con)
    standalone.write_clusters(con, folder / "clusters.csv")
    standalone.write_pairs(con, folder / "pairs.csv")
    with (folder / "clusters.csv").open() as file:
        found = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
    with (folder / "pairs.csv").open() as file:
        review = {frozenset((row["id1"], row["id2"])) for row in csv.DictReader(file) if row["outcome"] == "review"}
    return planned, found, review


def test_no_two_reports_are_merged(clustered):
    planned, found, _ = clustered
    assert [
        (planned[a], planned[b])
        for a, b in combinations(planned, 2)
        if found[a] == found[b] and planned[a] != planned[b]
    ] == []


def test_every_planted_duplicate_is_found_or_laid_before_a_person(clustered):
    planned, found, review = clustered
    asked = {frozenset((found[a], found[b])) for a, b in map(tuple, review)}
    missed = {
        planned[a]
        for a, b in combinations(planned, 2)
        if planned[a] == planned[b] and found[a] != found[b] and frozenset((found[a], found[b])) not in asked
    }
    assert missed == set()


def test_the_third_record_joins_the_two_halves_of_the_bridge(clustered):
    planned, found, _ = clustered
    halves = {found[name] for name, report in planned.items() if report == "bridge"}
    assert len(halves) == 1

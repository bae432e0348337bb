"""Families of reports that are easily taken for each other (benchmarks/dedupe/families.py): none is merged, whatever fields are missing."""

from __future__ import annotations

import pytest

from benchmarks.dedupe.families import FAMILIES, MASKS, Score, members, scores
from tasks.deduplicate import standalone
from tasks.deduplicate.run import deduplicate

FIELDS = ("id", "source", "author", "title", "year", "journal", "volume", "number", "pages", "abstract", "doi")
#: What cannot be known: a title of one word, without a DOI, where pages or volume are not given, or by one database only; and which of
#: an issue's replies to one report is meant, without a DOI and pages.
LEFT_TO_PEOPLE = {
    ("introductions to ten books", mask) for mask in MASKS if "no DOI" in mask and ("pages" in mask or "volume" in mask)
} | {("a report, a comment and two replies", mask) for mask in MASKS if "no DOI" in mask and "pages" in mask}


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], Score]:
    """The scores of all families under all masks, of one run."""
    made = members(seed=11)
    con = standalone.connect()
    rows = [[getattr(member.record, field) for field in FIELDS] for member in made]
    con.executemany(f"INSERT INTO dedupe_input ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})", rows)
    deduplicate(con)
    clusters = dict(con.execute("SELECT id, cluster FROM dedupe.cluster").fetchall())
    con.close()
    return scores(made, clusters)


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("family", FAMILIES)
def test_two_reports_of_a_family_are_not_merged(family: str, mask: str, found: dict[tuple[str, str], Score]) -> None:
    assert found[family, mask].wrong == 0


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("family", FAMILIES)
def test_two_records_of_one_report_are_merged(family: str, mask: str, found: dict[tuple[str, str], Score]) -> None:
    missed = found[family, mask].missed
    assert missed == 0 or (family, mask) in LEFT_TO_PEOPLE

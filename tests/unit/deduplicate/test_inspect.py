"""What people see of deduplication."""

from __future__ import annotations

import duckdb
import pytest

from tasks.deduplicate import standalone
from tasks.deduplicate.inspect import best, explain, review_queue
from tasks.deduplicate.run import deduplicate
from tasks.deduplicate.tables import FIELDS

LONG = "Living with an implanted nerve stimulator: a qualitative study of daily routines"
BASE = {"title": LONG, "year": "2014", "volume": "23", "pages": "311-322"}
NOTE = {"title": "Device clinic notes", "year": "2012", "journal": "Northern Nursing"}
RECORDS = [
    BASE
    | {"id": "a", "source": "MEDLINE", "title": f"[{LONG}]", "author": "Halvorsen, I.", "pages": "311-22"}
    | {"journal": "J Clin Device Res"},
    BASE
    | {"id": "b", "source": "Scopus", "author": "Halvorsen, Ingrid", "journal": "Journal of Clinical Device Research"},
    NOTE | {"id": "c", "source": "Embase", "author": "Brandt, O.", "pages": "4"},
    NOTE | {"id": "d", "source": "CINAHL", "author": "Brandt, Otto"},
]


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = standalone.connect()
    rows = [[record.get(field) for field in FIELDS] for record in RECORDS]
    con.executemany(f"INSERT INTO dedupe_input VALUES ({', '.join('?' * len(FIELDS))})", rows)
    deduplicate(con)
    return con


def test_a_pair_says_what_spoke_for_it_and_against_it(con: duckdb.DuckDBPyConnection) -> None:
    (pair,) = explain(con, ["a", "b"])
    assert (pair.outcome, pair.inside) == ("same", True)
    assert pair.why == "for: same title, same single author, same year, same journal, same volume, same first page"
    (doubtful,) = explain(con, ["c"])
    assert (doubtful.outcome, doubtful.inside) == ("review", False)
    assert doubtful.why.endswith("same journal; doubt: a short title, and no place in common")


def test_the_queue_marks_the_fields_that_differ(con: duckdb.DuckDBPyConnection) -> None:
    (waiting,) = review_queue(con)
    differing = [name for name, _, _, differs in waiting.fields if differs]
    assert (waiting.id_a, waiting.id_b) == ("c", "d")
    assert differing == ["author", "pages", "source"]


def test_the_best_value_of_each_field_keeps_its_provenance(con: duckdb.DuckDBPyConnection) -> None:
    values = {value.field: value for value in best(con, "a")}
    assert (values["title"].value, values["title"].record_id, values["title"].agreeing) == (LONG, "b", 2)
    assert values["journal"].source == "Scopus"
    assert values["pages"].value == "311-322"

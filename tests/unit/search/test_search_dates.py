"""A search date that nobody gave is said to be the date of receipt, wherever it is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from schemas.protocol import Protocol
from tasks.publish.prisma import prisma_flow
from tasks.search.prisma_s import prisma_s
from tests.support.exports import Rec
from tests.support.handmade import Handmade
from tests.support.reviews import SmallReview

STATUS = Path(__file__).parents[3] / "tasks" / "review" / "status_sources.sql"
RECEIVED = datetime(2026, 3, 3, 6, tzinfo=UTC)


@pytest.fixture
def made(empty: duckdb.DuckDBPyConnection) -> Handmade:
    return Handmade(empty)


@pytest.mark.parametrize(
    ("known", "caption", "status"),
    [
        (True, "Not yet published; last search 3 March 2026.", "2026-03-03"),
        (
            False,
            "Not yet published; last search received 3 March 2026 (search date not given).",
            "received 2026-03-03 (search date not given)",
        ),
    ],
)
def test_in_the_diagram_and_the_status(made: Handmade, known, caption, status):
    made.search("q-first", "medline")
    made.search("q-last", "medline", executed_at=RECEIVED, executed_at_known=known)
    assert prisma_flow(made.con, "A review").caption == caption
    rows = made.con.execute(STATUS.read_text(encoding="utf-8")).fetchall()
    assert {row[0]: row[2] for row in rows}["medline"] == status


def test_a_date_that_is_known_is_not_hidden_by_an_older_one_that_is_not(made: Handmade):
    made.search("q-first", "medline", executed_at_known=False)
    made.search("q-last", "medline", executed_at=RECEIVED)
    assert prisma_flow(made.con, "A review").caption == "Not yet published; last search 3 March 2026."


def test_in_prisma_s():
    protocol = Protocol.model_validate(
        {
            "review": {"title": "T", "question": "Q"},
            "source": [{"name": "medline", "database": "MEDLINE", "platform": "Ovid"}],
            "eligibility": {"include": ["x"], "exclusion": [{"reason": "y"}]},
        }
    )
    rows = [{"source": "medline", "executed_at": RECEIVED, "executed_at_known": known} for known in (True, False)]
    dates = {row.item: row for row in prisma_s(protocol, rows)}[13]
    assert dates.text.splitlines() == [
        "medline: 2026-03-03",
        "medline: received 2026-03-03 (search date not given)",
    ]
    assert dates.missing == "the date of 1 search of medline"


def test_it_is_known_where_the_note_beside_a_file_says_it(tmp_path: Path):
    small = SmallReview(tmp_path)
    small.search("medline", "noted", [Rec("1", "Of apples")], date(2026, 2, 1))
    small.search("cinahl", "bare", [Rec("2", "Of pears")], executed_at=None)
    small.update()
    assert small.rows("SELECT source, executed_at_known FROM search ORDER BY source") == [
        ("cinahl", False),
        ("medline", True),
    ]

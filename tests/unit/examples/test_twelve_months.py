"""The demo's twelve months by the command line, against the counts of the plan: the truth of a living review, month by month.

As of each version and each month's last day the numbers are those that were published then; nothing is lost, nothing is twice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from examples.cen.generator import expected
from examples.cen.generator.decisions import unit_of
from examples.cen.generator.model import Record
from examples.cen.generator.months import arrivals
from examples.cen.generator.months.calendar import MONTHS, SERVICE_DOWN, closing
from examples.cen.generator.plan import PARTS, exports
from flows.simulation import Month, read_lived
from schemas.event import Arrival, FeedChecked, PublishedAnyway, SearchOutcome
from tasks.review.as_of import open_warehouse_as_of
from tests.support.cli import living_review
from warehouse.connect import reader
from warehouse.review import Review

pytestmark = pytest.mark.soak
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    folder = tmp_path_factory.mktemp("year") / "cen"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-m", "flows", "demo", str(folder), "--months", "12"],
        cwd=ROOT, env=plain | {"HTTP_PROXY": "http://127.0.0.1:9", "PREFECT_HOME": str(folder.parent / "prefect")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    return Review(folder)


@pytest.fixture(scope="module")
def lived(review: Review) -> list[Month]:
    return read_lived(review.root)


def ask(review: Review, query: str) -> list[tuple[Any, ...]]:
    with reader(review.published_warehouse) as con:
        return con.execute(query).fetchall()


def flow_as_of(review: Review, when: str) -> dict[str, int]:
    with open_warehouse_as_of(review, when) as con:
        return dict(con.execute("SELECT box, n FROM prisma_flow").fetchall())


def planned_flow(part: str) -> dict[str, int]:
    return {box: int(str(n)) for box, n in expected.flow(part).items()}


def as_planned(flow: dict[str, int]) -> dict[str, int]:
    """The boxes under the names of the plan."""
    return dict(flow) | {
        "identified": flow["identified_databases"] + flow["identified_registers"],
        "awaiting": flow["awaiting_retrieval"] + flow["awaiting_full_text"],
        "awaiting_other": flow["awaiting_retrieval_other"] + flow["awaiting_full_text_other"],
    }


@pytest.mark.parametrize("number", range(1, 13))
class TestEachMonth:
    def test_what_was_published_then_is_what_the_plan_counts(self, lived: list[Month], number: int) -> None:
        month, plan = lived[number - 1], planned_flow(PARTS[number - 1])
        found = as_planned(dict(month.flow))
        assert {box: found[box] for box in plan} == plan
        assert found["total_reports"] == month.included == expected.included(PARTS[number - 1])["reports"]
        assert found["total_studies"] == expected.included(PARTS[number - 1])["studies"]

    def test_as_of_its_version_and_its_day_the_numbers_are_those_of_then(
        self, review: Review, lived: list[Month], number: int
    ) -> None:
        month = lived[number - 1]
        assert month.day == f"{closing(number).date()}"
        assert flow_as_of(review, str(month.version)) == flow_as_of(review, month.day) == month.flow

    def test_its_release_has_the_same_diagram(self, review: Review, lived: list[Month], number: int) -> None:
        month = lived[number - 1]
        kept = review.root / "releases" / str(month.version) / "prisma.json"
        if not kept.exists():
            pytest.skip("no folder for each release")
        rows = json.loads(kept.read_text(encoding="utf-8"))
        boxes = {row["box"]: row["n"] for row in rows["boxes"] if row.get("label") is None}
        assert {box: month.flow[box] for box in boxes} == boxes


class TestNothingIsLostAndNothingTwice:
    def test_each_record_of_the_plan_is_there_once(self, review: Review) -> None:
        found = Counter(ask(review, "SELECT source, accession FROM record WHERE accession IS NOT NULL"))
        assert {key for key, n in found.items() if n > 1} == set()
        assert set(found) == set(_planned_records())
        assert ask(review, "SELECT source, count(*) FROM record GROUP BY source ORDER BY source") == list(
            expected.sources(MONTHS[-1]).items()
        )

    def test_records_are_one_report_where_the_plan_says_so(self, review: Review) -> None:
        plan = _planned_records()
        by_report = defaultdict(set)
        for report, source, accession in ask(
            review, "SELECT report_id, source, accession FROM record WHERE accession IS NOT NULL"
        ):
            by_report[report].add(plan[source, accession])
        assert [units for units in by_report.values() if len(units) > 1] == []
        units = Counter(unit for known in by_report.values() for unit in known)
        assert [unit for unit, n in units.items() if n > 1] == []

    def test_every_decision_was_matched(self, review: Review) -> None:
        with reader(review.warehouse) as con:
            assert con.execute("FROM core.unmatched_decision").fetchall() == []

    def test_all_deliveries_are_accounted_for(self, review: Review) -> None:
        plan = expected.identification(MONTHS[-1])
        assert ask(review, "SELECT sum(found), sum(known), sum(quarantined) FROM search") == [
            (plan["deliveries"], plan["again"], plan["quarantined"])
        ]

    def test_verify_is_clean_and_a_rebuild_has_the_same_content(self, review: Review) -> None:
        assert living_review("verify", review.root).code == 0
        before = ask(review, "SELECT value FROM core.meta WHERE key = 'content_hash'")
        rebuilt = living_review("rebuild", review.root)
        assert rebuilt.code == 0, rebuilt.err
        assert ask(review, "SELECT value FROM core.meta WHERE key = 'content_hash'") == before


class TestWhatHappened:
    def test_the_service_was_stale_in_april_and_may_asked_for_what_it_missed(self, review: Review) -> None:
        outcomes = [e.event for e in review.log.entries(SearchOutcome) if isinstance(e.event, SearchOutcome)]
        states = [(f"{one.executed_at:%Y-%m}", one.complete, one.retrieved) for one in outcomes]
        planned = {month: len(arrivals.service_answer(month)) for month in MONTHS}
        assert states[:3] == [
            ("2020-03", True, planned["2020-03"]), (SERVICE_DOWN, False, 0), ("2020-05", True, planned["2020-05"]),
        ]  # fmt: skip
        assert "503" in outcomes[1].reason
        assert f"{outcomes[2].window_from}" == "2020-03-17"

    def test_each_alert_was_taken_once_and_the_stranger_never(self, review: Review) -> None:
        taken = [
            e.event.name
            for e in review.log.entries(Arrival)
            if isinstance(e.event, Arrival) and e.event.name.startswith("exports/pubmed/mail/")
        ]
        assert [Path(name).name[:10] for name in taken] == [f"{month}-15" for month in MONTHS]
        looks = [e.event for e in review.log.entries(FeedChecked) if isinstance(e.event, FeedChecked)]
        assert sum(look.taken for look in looks) == len(MONTHS)
        assert all(look.complete for look in looks)

    def test_the_notice_of_july_is_known_and_the_report_excluded_in_august(self, review: Review) -> None:
        with open_warehouse_as_of(review, "2020-07-31") as con:
            notices = con.execute("SELECT doi, nature FROM retraction_notice WHERE place = 'included'").fetchall()
        assert notices == [("10.5555/cen.0008", "retraction")]
        with open_warehouse_as_of(review, "2020-08-31") as con:
            query = "SELECT reason FROM exclusion JOIN report USING (report_id) WHERE doi = '10.5555/cen.0008'"
            assert con.execute(query).fetchall() == [("Retracted",)]

    def test_each_amendment_is_an_event_of_its_month(self, review: Review) -> None:
        amended = [
            f"{e.at:%Y-%m}"
            for e in review.log.entries(Arrival)
            if isinstance(e.event, Arrival) and e.event.content == "protocol"
        ]
        assert amended == ["2020-01", "2020-03", "2020-09"]
        assert "APA PsycINFO" in living_review("prisma-s", review.root).out

    def test_the_gate_stopped_the_back_issues_until_somebody_looked(self, review: Review) -> None:
        ((at, event),) = [
            (e.at, e.event) for e in review.log.entries(PublishedAnyway) if isinstance(e.event, PublishedAnyway)
        ]
        assert f"{at:%Y-%m}" == "2020-10"
        assert event.findings == ("a search of europepmc found 124 records, and at most 9 before",)

    def test_the_review_says_that_its_time_is_simulated(self, review: Review) -> None:
        assert "in simulated time" in review.protocol().protocol.review.title
        assert "simulated" in (review.root / "README.md").read_text(encoding="utf-8")


def _planned_records() -> dict[tuple[str, str], str]:
    """(source, accession) → the report that the plan has there; the three of the bridge are one by February."""
    planned = {}
    for part in PARTS:
        for export in exports(part):
            for record in export.records:
                if record.report is not None and (accession := _shown_accession(record)):
                    unit = unit_of(record)
                    planned[expected.source_of(export, record), accession] = (
                        "bridge" if unit in expected.BRIDGE else unit
                    )
    return planned


def _shown_accession(record: Record) -> str:
    """Of ProQuest's two numbers the first."""
    return record.accession.split(";")[0]

"""The worked example through the flow, twice, against the counts of its plan (EXPECTED.toml): the truth from end to end.

People have a part in it: pairs that the deduplication leaves for review are ruled on by what the plan says, and themes, findings,
confidence and judgements are stated as the demo states them.
"""

from __future__ import annotations

import csv
import json
import shutil
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prefect.artifacts import Artifact

from flows.artifacts import review_key
from flows.commands.demo import lay_out
from flows.update import UpdateResult, update
from schemas.event import Arrival, Content, DuplicateRuling
from tasks.publish.appraisal import bars_figure, lights_figure
from tasks.publish.synthesis_figures import drift_figure, saturation_figure, subgroups_figure
from tasks.review.derive import derive
from tasks.review.state import read_state
from tasks.review.state_synthesis import import_statements
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.declared_rows import try_declared_rows
from warehouse.connect import reader, writer
from warehouse.content import hash_content
from warehouse.review import Review

SEARCHES = ("first-search", "second-search")


@dataclass(frozen=True)
class Stage:
    """What one update came to: the run, the counts it published, and the counts after a person's rulings."""

    done: UpdateResult
    ruled: dict[str, Any]
    pairs: list[tuple[str, str]]


@dataclass(frozen=True)
class Lived:
    """The review after both updates with what people stated after each, and each of them."""

    review: Review
    stages: dict[str, Stage]


@pytest.fixture(scope="module")
def expected(example: Path) -> dict[str, Any]:
    return tomllib.loads((example / "EXPECTED.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def planned(example: Path) -> dict[tuple[str, int], str]:
    """File and position → the report that the plan has there."""
    with (example / "expected-records.csv").open(encoding="utf-8", newline="") as file:
        return {(row["file"], int(row["position"])): row["report"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def lived(example: Path, planned, expected, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    review = Review(tmp_path_factory.mktemp("cen"))
    shutil.copy(example / "review.toml", review.protocol_path)
    stages = {}
    for name in SEARCHES:
        statements = lay_out(name, review.root)
        done = update(review.root, "test")
        pairs: list[tuple[str, str]] = []
        # One ruling can raise the next question: whether a third record is that report too.
        while asked := rule_on_pairs(review, planned, frozenset(expected["bridge"]["reports"])):
            pairs += asked
            derive(read_state(review), review.warehouse, Steps())
        for path in statements:
            import_statements(review, path, "Ada")
            refresh(review, "test", Steps())
        stages[name] = Stage(done, counts(review), pairs)
    return Lived(review, stages)


def plan_of_records(review: Review, planned) -> dict[str, set[str]]:
    """Record → the reports of the plan at the places where it was delivered: one, or the plan is not kept."""
    with writer(review.warehouse) as con:
        rows = con.execute(
            "SELECT record_id, file_name, position FROM core.found_record JOIN core.arrival USING (arrival_id)"
        ).fetchall()
    found = defaultdict(set)
    for record, file, position in rows:
        found[record].add(planned[file, position])
    return found


def rule_on_pairs(review: Review, planned, bridge: frozenset[str]) -> list[tuple[str, str]]:
    """A person looks at each pair that waits, and knows what the plan knows; returns the plan's reports of each.

    The two halves of the bridge are one report to whoever has seen the record that joins them.
    """
    plan = plan_of_records(review, planned)
    with writer(review.warehouse) as con:
        pairs = con.execute(
            "SELECT record_id_a, record_id_b FROM duplicate_pair WHERE outcome = 'review' ORDER BY ALL"
        ).fetchall()
    for a, b in pairs:
        verdict = (
            "same"
            if plan[a] == plan[b] or ("bridge" in plan[a] | plan[b] and plan[a] | plan[b] <= bridge)
            else "distinct"
        )
        review.log.append(DuplicateRuling(record_id_a=a, record_id_b=b, verdict=verdict), "Ada")
    return [(min(plan[a]), min(plan[b])) for a, b in pairs]


def counts(review: Review) -> dict[str, Any]:
    """The warehouse's counts under the names of EXPECTED.toml."""
    with writer(review.warehouse) as con:

        def one(query: str) -> int:
            return int(con.execute(query).fetchall()[0][0])

        flow = Counter(dict(con.execute("FROM prisma_flow").fetchall()))
        status: dict[str, dict[str, int]] = defaultdict(dict)
        for stage, state, n in con.execute(
            "SELECT stage, status, count(*) FROM screening_status GROUP BY ALL"
        ).fetchall():
            status[stage][state] = n
        boxes = {
            "identified": flow["identified_databases"] + flow["identified_registers"],
            "awaiting": flow["awaiting_retrieval"] + flow["awaiting_full_text"],
            "awaiting_other": flow["awaiting_retrieval_other"] + flow["awaiting_full_text_other"],
        }
        return {
            "deliveries": one(
                "SELECT (SELECT count(*) FROM core.found_record) + (SELECT count(*) FROM core.quarantine)"
            ),
            "again": one("SELECT sum(known) FROM search"),
            "quarantined": one("SELECT count(*) FROM quarantine"),
            "records": one("SELECT count(*) FROM record"),
            "reports": one("SELECT count(*) FROM report"),
            "duplicates": one("SELECT (SELECT count(*) FROM record) - (SELECT count(*) FROM report)"),
            "sources": dict(con.execute("SELECT source, count(*) FROM record GROUP BY source").fetchall()),
            "status": dict(status),
            "excluded": dict(con.execute("SELECT reason, count(*) FROM exclusion GROUP BY reason").fetchall()),
            "included": {"reports": flow["total_reports"], "studies": flow["total_studies"]},
            "flow": dict(flow) | boxes,
            "coding": {
                "documents": one("SELECT count(*) FROM document"),
                "double_coded": one(
                    "SELECT count(*) FROM (SELECT 1 FROM coding GROUP BY document_id HAVING count(DISTINCT coder) > 1)"
                ),
                "codes": one("SELECT count(*) FROM code"),
                "segments": one("SELECT count(DISTINCT (document_id, start_char, end_char)) FROM coding"),
                "codings": one("SELECT count(*) FROM coding"),
                "linked": one("SELECT count(report_id) FROM document"),
            },
            "decisions": one("SELECT count(*) FROM core.imported_decision"),
            "unmatched": con.execute("SELECT key, why FROM core.unmatched_decision").fetchall(),
            "hash": hash_content(con),
        }


@pytest.mark.parametrize("name", SEARCHES)
class TestEachUpdate:
    def test_records_and_reports(self, lived: Lived, expected, name: str) -> None:
        wanted = expected[name]
        keys = ("deliveries", "again", "quarantined", "records", "reports", "duplicates", "sources")
        assert {key: lived.stages[name].ruled[key] for key in keys} == {key: wanted[key] for key in keys}

    def test_where_each_report_stands(self, lived: Lived, expected, name: str) -> None:
        found = lived.stages[name].ruled
        assert found["unmatched"] == []
        assert found["status"] == expected[name]["status"]
        assert found["excluded"] == expected[name]["excluded"]
        assert found["included"] == expected[name]["included"]

    def test_prisma_flow(self, lived: Lived, expected, name: str) -> None:
        found = lived.stages[name].ruled["flow"]
        assert {box: found[box] for box in expected[name]["flow"]} == expected[name]["flow"]

    def test_coding(self, lived: Lived, expected, name: str) -> None:
        found = lived.stages[name].ruled["coding"]
        assert {key: n for key, n in found.items() if key in expected[name]["coding"]} == {
            key: n for key, n in expected[name]["coding"].items() if key in found
        }
        assert found["linked"] == found["documents"]

    def test_every_decision_was_read(self, lived: Lived, expected, name: str) -> None:
        searches = SEARCHES[: SEARCHES.index(name) + 1]
        rows = {file: n for search in searches for file, n in expected[search]["rows"].items()}
        arrived = [entry.event for entry in lived.review.log.entries(Arrival)]
        files = {event.name for event in arrived if event.content is Content.DECISIONS}
        assert files >= {file for file in rows if file.startswith("decisions/")}
        # Rayyan's export holds both reviewers' verdicts in one row.
        plain = sum(n for file, n in rows.items() if file.startswith("decisions/") and not file.endswith("rayyan.csv"))
        assert lived.stages[name].ruled["decisions"] > plain

    def test_a_person_is_asked_about_few_pairs(self, lived: Lived, expected, name: str) -> None:
        assert len(lived.stages[name].pairs) <= expected[name]["duplicates"] // 10


def test_records_that_stand_for_one_report_are_those_of_the_plan(lived: Lived, planned, expected) -> None:
    plan = plan_of_records(lived.review, planned)
    with writer(lived.review.warehouse) as con:
        groups = con.execute("SELECT report_id, list(record_id) FROM record GROUP BY report_id").fetchall()
    names = [frozenset(name for record in records for name in plan[record]) for _, records in groups]
    bridge = frozenset(expected["bridge"]["reports"])
    assert [name for name in names if len(name) > 1 and not name <= bridge] == []
    assert [name for name, n in Counter(names).items() if n > 1] == []


def test_the_second_update_says_what_is_new(lived: Lived, expected) -> None:
    first, second = (expected[name] for name in SEARCHES)
    before, done = (lived.stages[name].done for name in SEARCHES)
    assert done.new_records == second["records"] - first["records"]
    assert before.published is not None
    assert done.published is not None
    assert (before.published.version, done.published.version) == (1, 4), "themes and confidence are a version each"


def test_an_update_with_nothing_new_publishes_no_version(lived: Lived) -> None:
    last = update(lived.review.root, "test")  # the rulings
    again = update(lived.review.root, "test")
    assert last.published is not None
    assert again.published is not None
    assert (again.new_records, again.new_reports) == (0, 0)
    assert (again.published.version, again.published.new) == (last.published.version, False)
    assert again.published.content_hash == last.published.content_hash == lived.stages["second-search"].ruled["hash"]


def test_the_dashboard_shows_counts_flow_and_quarantine(lived: Lived, expected) -> None:
    of_review = review_key(lived.review)
    keys = ("counts-by-source", "prisma-flow", "quarantine", "prisma-diagram", "whats-new")
    found = {key: Artifact.get(f"{key}-{of_review}") for key in keys}
    assert all(found.values())
    by_source = {row["source"]: row["new"] for row in json.loads(found["counts-by-source"].data)}
    assert by_source == expected["second-search"]["sources"]
    assert f"| total_reports | {expected['second-search']['included']['reports']} |" in found["prisma-flow"].data
    assert "no title" in str(found["quarantine"].data)


def test_no_verdict_and_no_reviewer_reaches_the_dashboard(lived: Lived) -> None:
    for key in ("counts-by-source", "prisma-flow", "quarantine", "whats-new"):
        artifact = Artifact.get(f"{key}-{review_key(lived.review)}")
        assert artifact is not None
        assert not {"Ada", "Ben"} & set(str(artifact.data).replace('"', " ").split())


def test_what_is_published_beside_the_warehouse(lived: Lived) -> None:
    files = {path.name for path in lived.review.published.iterdir()}
    assert files >= {"warehouse.duckdb", "prisma.svg", "prisma.png", "prisma.csv", "prisma.json"}
    assert (lived.review.published / "prisma.png").read_bytes().startswith(b"\x89PNG")
    assert not [name for name in files if name.startswith(".")]


def ask(lived: Lived, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query on the published copy, as `living-review sql` asks it."""
    with reader(lived.review.published_warehouse) as con:
        return con.execute(query).fetchall()


class TestSynthesis:
    def test_six_themes_and_twelve_findings_rest_on_included_studies(self, lived: Lived, expected) -> None:
        coded = expected["second-search"]["included"]["studies"]
        assert ask(lived, "SELECT count(*), min(studies) >= 1 FROM theme_evidence") == [(6, True)]
        assert ask(lived, "SELECT count(*), min(studies) >= 1 FROM finding_evidence") == [(12, True)]
        assert ask(lived, "SELECT count(DISTINCT study_id) FROM theme_support") == [(coded,)]
        assert ask(lived, "SELECT finding_id FROM finding_support WHERE stance = 'against'") == [("slow-trust",)]

    def test_one_finding_is_stale_by_a_new_study_and_one_by_a_retraction(self, lived: Lived) -> None:
        told = dict(ask(lived, "SELECT finding_id, changed FROM confidence WHERE consensus"))
        retracted = ask(lived, "SELECT DISTINCT report_id FROM retraction_notice WHERE nature = 'retraction'")
        assert told == {
            "endings": "1 more study; 2 codings are new or speak otherwise",
            "warm-and-firm": f"retracted: {retracted[0][0]}",
        }

    def test_what_says_that_a_new_synthesis_is_due(self, lived: Lived) -> None:
        due = ask(lived, "SELECT trigger, id FROM synthesis_trigger ORDER BY ALL")
        assert due == [
            ("refuted_by", "slow-trust"), ("stale_confidence", "endings"), ("stale_confidence", "warm-and-firm"),
        ]  # fmt: skip

    def test_two_appraise_a_part_of_the_studies_and_settle_what_they_differ_on(self, lived: Lived) -> None:
        found = dict(ask(lived, "SELECT agreement, count(*) FROM appraisal_final WHERE item < 10 GROUP BY ALL"))
        assert found == {"same": 33, "single": 63, "consensus": 2, "reviewers differ": 1}
        assert ask(lived, "SELECT sum(studies), sum(reports) FROM appraisal_total WHERE item = 4") == [(11, 12)]

    def test_two_extractors_differ_until_one_corrects_herself(self, lived: Lived) -> None:
        found = ask(lived, "SELECT field, answers FROM study_characteristic WHERE agreement = 'extractors differ'")
        assert found == [("data-collection", ["focus groups", "interviews and focus groups"])]
        assert ask(lived, "SELECT value, agreement FROM table_1 WHERE study = 'CALM' AND field = 'sample-size'") == [
            ("19", "same")
        ]

    def test_each_picture_is_drawn_of_what_the_views_say(self, lived: Lived) -> None:
        with reader(lived.review.published_warehouse) as con:
            drawn = [
                saturation_figure(con), drift_figure(con), subgroups_figure(con, "country", "Country"),
                lights_figure(con, "casp-qualitative"), bars_figure(con, "casp-qualitative"),
            ]  # fmt: skip
        labels = [label for (label,) in ask(lived, "SELECT label FROM study")]
        themes = [name.split(":")[0] for (name,) in ask(lived, "SELECT name FROM theme")]
        for names, pictures in ((labels, (drawn[0], drawn[3])), (themes, (drawn[1], drawn[2]))):
            assert [name for name in names for picture in pictures if name not in picture] == []
        assert "1 of 3" in drawn[2]
        assert "reviewers differ" in drawn[3]


def test_a_view_has_no_rows_where_the_tables_that_it_declares_have_none(lived: Lived, tmp_path: Path) -> None:
    filled, wrong = try_declared_rows(lived.review.warehouse, tmp_path)
    assert wrong == set()
    assert {"main.coding_final", "main.table_1", "main.table_2", "main.study_characteristic"} < filled

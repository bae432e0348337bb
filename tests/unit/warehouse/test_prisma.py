"""The PRISMA flow on hand-made warehouses: each box by hand, each identity, and what breaks one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.support.handmade import Handmade
from warehouse.check import find_violations, run_checks
from warehouse.materialise import materialise

BOXES = [
    box["name"]
    for box in tomllib.loads(
        (Path(__file__).parents[3] / "tasks/publish/prisma_boxes.toml").read_text(encoding="utf-8")
    )["box"]
]


@pytest.fixture
def review(made: Handmade) -> Handmade:
    """Seven records of six reports, one at each place of the flow, and one record in quarantine."""
    made.boxes(BOXES)
    made.reasons("Not qualitative")
    made.con.execute(
        "INSERT INTO core.arrival BY NAME SELECT 1 AS arrival_id, 'x' AS sha256, 'export' AS kind, 'a.ris' AS file_name, "
        "1 AS bytes, 'medline' AS source, now() AS received_at, 'counts' AS state, true AS counts"
    )
    made.con.execute("INSERT INTO core.quarantine VALUES ('q-medline', 1, 'medline', 99, 1, 'no title', 'TY  - JOUR')")
    made.record("waiting")
    made.record("excluded")
    made.record("gone")
    made.record("out")
    made.record("in")
    made.record("in-again", report="in", source="embase")
    made.record("in-online", report="in", source="websites")
    made.record("online", source="websites")
    for source, found, loaded in (("medline", 6, 5), ("embase", 1, 1), ("websites", 2, 2)):
        made.search(f"q-{source}", source, found=found, loaded=loaded, quarantined=found - loaded)
    made.vote("excluded", "both", "exclude", consensus=True)
    for name in ("gone", "out", "in", "online"):
        made.vote(name, "both", "include", consensus=True)
    made.vote("gone", "Ada", "not-retrieved", "retrieval")
    made.vote("out", "both", "exclude", "full-text", reason="Not qualitative", consensus=True)
    for name in ("in", "online"):
        made.vote(name, "both", "include", "full-text", consensus=True)
    materialise(made.con)
    return made


def test_each_box_by_hand(review: Handmade) -> None:
    assert review.flow() == {
        "identified_databases": 7, "removed_duplicates": 1, "removed_other": 1, "awaiting_screening": 1, "screened": 4,
        "excluded_screening": 1, "sought": 3, "not_retrieved": 1, "assessed": 2, "excluded_full_text": 1,
        # A report that a database found is counted there, whatever else found it: its other record is a duplicate.
        "identified_other": 2, "removed_duplicates_other": 1, "screened_other": 1, "sought_other": 1, "assessed_other": 1,
        "included_reports": 2, "included_studies": 2, "total_reports": 2, "total_studies": 2,
    }  # fmt: skip


def test_it_adds_up_and_nothing_is_amiss(review: Handmade) -> None:
    assert review.con.execute("SELECT identity FROM prisma_identity WHERE holds IS NOT true").fetchall() == []
    assert find_violations(review.con) == []


def test_each_number_lists_its_members(review: Handmade) -> None:
    counted = dict(review.con.execute("SELECT box, count(*) FROM prisma_member GROUP BY box").fetchall())
    assert counted == review.flow()
    members = review.con.execute("SELECT id FROM prisma_member WHERE box = 'excluded_full_text'").fetchall()
    assert members == [("rep_out",)]
    assert review.con.execute("SELECT label FROM prisma_detail WHERE box = 'excluded_full_text'").fetchall() == [
        ("Not qualitative",)
    ]


def test_nobody_stands_in_a_box_twice(review: Handmade) -> None:
    assert review.con.execute("SELECT box, id FROM prisma_member GROUP BY ALL HAVING count(*) > 1").fetchall() == []


def test_registers_are_no_databases(review: Handmade) -> None:
    review.record("trial", source="registry")
    review.record("trial-again", report="in", source="registry")
    flow = review.flow()
    assert (flow["identified_databases"], flow["identified_registers"], flow["removed_duplicates"]) == (7, 2, 2)


def test_what_one_search_delivers_twice_is_identified_twice_and_removed_as_a_duplicate(made: Handmade) -> None:
    """An export of five, in which one record stands three times, says n = 5."""
    made.boxes(BOXES)
    made.search("q-medline", "medline", found=6, loaded=5, quarantined=1)
    made.arrival()
    made.quarantine("TY  - JOUR", "q-medline", "medline")
    for name in ("a", "b", "c"):
        made.record(name)
    made.deliver("b", "q-medline", 2)
    assert made.flow() == {
        "identified_databases": 6, "removed_duplicates": 2, "removed_other": 1, "awaiting_screening": 3,
    }  # fmt: skip
    members = made.con.execute("SELECT id, report_id FROM prisma_member WHERE box = 'removed_duplicates' ORDER BY id")
    assert members.fetchall() == [("rb#2", "rep_b"), ("rb#3", "rep_b")]
    assert find_violations(made.con) == []


def test_a_rerun_that_finds_the_same_again_identifies_nothing_anew(made: Handmade) -> None:
    made.boxes(BOXES)
    made.search("q-medline", "medline", found=3, loaded=3)
    made.search("q-rerun", "medline", found=5, loaded=5)
    for name in ("a", "b"):
        made.record(name)
    made.deliver("b", "q-medline")
    made.deliver("a", "q-rerun", 2)
    made.deliver("b", "q-rerun", 3)
    # a counts as often as the rerun delivers it, twice; b three times.
    assert made.flow() == {"identified_databases": 5, "removed_duplicates": 3, "awaiting_screening": 2}
    assert find_violations(made.con) == []


def test_what_could_not_be_loaded_counts_as_often_as_one_search_delivers_it(made: Handmade) -> None:
    made.boxes(BOXES)
    made.arrival()
    for search in ("q-1", "q-2"):
        made.search(search, "medline", found=2, quarantined=2)
        made.quarantine("TY  - JOUR", search, "medline", times=2)
    assert made.flow() == {"identified_databases": 2, "removed_other": 2}
    assert find_violations(made.con) == []
    counted = made.con.execute("SELECT count(*), count(DISTINCT quarantine_id) FROM quarantine").fetchall()
    assert counted == [(4, 2)], "the view tells each delivery, and by its ids how many records they are"


def test_an_empty_review_adds_up(made: Handmade) -> None:
    made.boxes(BOXES)
    assert made.flow() == {}
    assert find_violations(made.con) == []


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        ("DELETE FROM core.report_record WHERE record_id = 'rwaiting'", "record rwaiting stands for no report"),
        ("DELETE FROM core.record WHERE record_id = 'rwaiting'", "which is not known"),
        ("UPDATE core.record SET source = 'nowhere' WHERE record_id = 'rwaiting'", "nowhere"),
        ("DELETE FROM core.source WHERE source = 'websites'", "websites"),
        ("DELETE FROM core.found_record WHERE record_id = 'rin'", "record rin was never delivered"),
        ("DELETE FROM core.record_raw WHERE record_id = 'rin'", "raw text of record rin is missing"),
        ("DELETE FROM core.quarantine", "in quarantine 1"),
        ("UPDATE core.search SET loaded = loaded + 1", "loaded"),
        ("DELETE FROM core.prisma_box WHERE box = 'sought'", "sought"),
        ("UPDATE core.prisma_record SET method = 'register' WHERE id = 'rin'", "identified by registers"),
        ("UPDATE core.prisma_record SET leads = NOT leads WHERE id = 'rin'", "excluded at full text + included"),
        ("UPDATE core.report_path SET place = 'excluded_full_text' WHERE report_id = 'rep_in'", "reports in total"),
        ("UPDATE core.screening_status SET status = 'included' WHERE report_id = 'rep_out'", "included at full text"),
        ("DELETE FROM core.report_path WHERE report_id = 'rep_out'", "report rep_out has 0 places in the flow"),
        ("DELETE FROM core.prisma_record WHERE id = 'rwaiting'", "record rwaiting is counted 0 times"),
        ("UPDATE core.report_record SET report_id = 'rep_out' WHERE record_id = 'rin'", "rep_in"),
        ("INSERT INTO core.report_record VALUES ('rghost', 'rep_ghost')", "rghost is gone"),
        ("UPDATE core.decision SET record_id = 'rnobody' WHERE record_id = 'rin'", "rnobody"),
        (
            "INSERT INTO core.imported_decision (arrival_id, row, key, stage, reviewer, verdict, consensus) "
            "VALUES (1, 7, 'in', 'full-text', 'Ada', 'include', false)",
            "row 7 of arrival 1",
        ),
    ],
)
def test_what_does_not_add_up_is_found(review: Handmade, tampering: str, says: str) -> None:
    review.con.execute(tampering)
    assert any(says in line for line in run_checks(review.con)), run_checks(review.con)


@pytest.mark.parametrize("source", ["medline", "registry", "websites"])
def test_a_review_whose_searches_are_all_of_one_kind_adds_up(made: Handmade, source: str) -> None:
    """As many delivered as in quarantine, and nothing in the other column: nothing there is nought, not unknown."""
    made.boxes(BOXES)
    made.arrival()
    made.search("q", source, found=2, loaded=1, quarantined=1)
    made.record("in", source=source, search_id="q")
    made.quarantine("TY  - JOUR", "q", source)
    for stage in ("title-abstract", "full-text"):
        made.vote("in", "both", "include", stage, consensus=True)
    materialise(made.con)
    suffix = "_other" if source == "websites" else ""
    assert {box: n for box, n in made.flow().items() if not box.startswith("identified")} == {
        f"removed_other{suffix}": 1, f"screened{suffix}": 1, f"sought{suffix}": 1, f"assessed{suffix}": 1,
        "included_reports": 1, "included_studies": 1, "total_reports": 1, "total_studies": 1,
    }  # fmt: skip
    assert run_checks(made.con) == []
    totals = dict(made.con.execute("SELECT identity, right_side FROM prisma_identity").fetchall())
    of_reports = "ineligible by automation tools{} + awaiting screening + screened = reports"
    assert {of_reports.format(suffix) for suffix in ("", "_other")} <= totals.keys()
    column = "identified = removed + awaiting screening + screened"
    assert (totals[column], totals[column.replace("identified", "identified_other")]) == ((0, 2) if suffix else (2, 0))


def test_boxes_and_the_lines_in_them_stand_in_the_protocols_order(made: Handmade) -> None:
    """Sources and reasons as the protocol lists them, not by name; after them what it does not list."""
    made.boxes(BOXES)
    made.reasons("Not qualitative", "Before 2003")
    for name, source, reason in (
        ("a", "embase", "Before 2003"), ("b", "medline", "Not qualitative"), ("c", "registry", "Out of scope"),
        ("d", "websites", "Before 2003"),
    ):  # fmt: skip
        made.record(name, source=source)
        made.vote(name, "both", "include", consensus=True)
        made.vote(name, "both", "exclude", "full-text", reason=reason, consensus=True)
    materialise(made.con)
    assert [box for (box,) in made.con.execute("SELECT box FROM prisma_flow").fetchall()] == BOXES
    lines = made.con.execute("FROM prisma_detail").fetchall()
    labels = {box: [label for at, label, _, _ in lines if at == box] for box in dict.fromkeys(box for box, *_ in lines)}
    assert labels["identified_databases"] == ["medline", "embase"]
    assert labels["excluded_full_text"] == ["Not qualitative", "Before 2003", "Out of scope"]
    assert list(labels) == sorted(labels, key=BOXES.index)


@pytest.mark.parametrize(
    ("reasons", "lines"), [("optional", [(None, 2)]), ("required", [("Not qualitative", 1), ("no reason given", 1)])]
)
def test_reasons_on_title_and_abstract_stand_in_the_flow_where_the_protocol_requires_them(
    review: Handmade, reasons: str, lines: list[tuple[str | None, int]]
) -> None:
    review.rule("title-abstract", reasons=reasons)
    review.record("off-topic")
    for who in ("Ada", "Ben"):
        review.vote("off-topic", who, "exclude", reason="Not qualitative")
    assert review.flow()["excluded_screening"] == 2
    query = "SELECT label, n FROM prisma_detail WHERE box = 'excluded_screening'"
    assert review.con.execute(query).fetchall() == lines

"""Whatever was found and decided: statuses, places and every box of the flow are those that the oracle works out by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tasks.publish.diagram import boxes
from tasks.publish.updated_flow import MEMBERS, Earlier, list_since, read_earlier
from tests.support.examples import examples
from tests.support.handmade import Handmade
from tests.support.prisma_oracle import Oracle
from warehouse.connect import memory
from warehouse.materialise import materialise, read_queries
from warehouse.schema import create_schema

#: A case that fails is shown as it was drawn: shrinking one takes minutes.
QUIET = {"suppress_health_check": list(HealthCheck), "phases": (Phase.generate,)}
SOURCES = ("medline", "embase", "registry", "websites")
RULES = st.fixed_dictionaries(
    {
        "votes": st.integers(1, 2),
        "maybe": st.sampled_from(["conflict", "include"]),
        "included": st.sampled_from([None, 0.0, 0.5, 1.0]),
        "excluded": st.sampled_from([None, 0.0, 0.5, 1.0]),
        "reasons": st.sampled_from(["optional", "required"]),
    }
)
#: (source, the record that names the report, how often each of the source's two searches delivers it)
RECORDS = st.lists(
    st.tuples(
        st.sampled_from(SOURCES), st.integers(0, 4), st.tuples(st.integers(1, 3), st.integers(0, 3)), st.integers(0, 3)
    ),
    min_size=1,
    max_size=6,
)
VERDICT = {
    "title-abstract": st.sampled_from(["include", "exclude", "maybe"]),
    "retrieval": st.sampled_from(["include", "not-retrieved"]),
    "full-text": st.sampled_from(["include", "include", "exclude", "maybe"]),
}
VOTES = st.lists(
    st.sampled_from(sorted(VERDICT)).flatmap(
        lambda stage: st.tuples(
            st.integers(0, 5), st.just(stage), st.sampled_from(["Ada", "Ben", "Cem"]), VERDICT[stage],
            st.sampled_from([None, "Late", "Early", "In no protocol"]), st.booleans(), st.integers(0, 4),
            st.sampled_from([False, False, False, True]),
        )
    ),
    max_size=24,
)  # fmt: skip
#: What tools say on title and abstract: a record, which tool, its verdict.
TOOLS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["Sifter", "Sorter"]),
        st.sampled_from(["exclude", "exclude", "include", "maybe"]),
    ),
    max_size=6,
)
FAILED = st.lists(
    st.tuples(st.sampled_from(["one", "other"]), st.sampled_from(SOURCES), st.integers(1, 2), st.integers(1, 3)),
    max_size=3,
)
LINKS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["Hearts 2017", "Lungs 2018"])), max_size=4)

#: The share that people screen whatever the tool Sifter says; Sorter excludes nothing alone.
CHECKED = st.sampled_from([0.01, 0.5, 1.0])
WORLDS = st.tuples(st.tuples(RULES, RULES), RECORDS, VOTES, FAILED, LINKS, TOOLS, CHECKED)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = memory()
    create_schema(con)
    yield con
    con.close()


#: Nothing was known.
NOTHING = Earlier(
    pl.DataFrame(schema=dict.fromkeys(("id", "record_id", "report_id", "place"), pl.String)),
    pl.DataFrame(schema={"id": pl.String}),
    pl.DataFrame(schema=dict.fromkeys(("report_id", "study_id"), pl.String)),
)


def review(con: duckdb.DuckDBPyConnection, *world) -> Handmade:
    """A warehouse of these records, votes, failures and links to studies."""
    rules, records, votes, failed, links, verdicts_of_tools, checked = world
    made = Handmade(con)
    made.boxes(list(boxes()))
    made.reasons("Early", "Late")
    for stage, rule in zip(("title-abstract", "full-text"), rules, strict=True):
        made.rule(stage, **rule)
    for source in SOURCES:
        for nth in (1, 2):
            made.search(f"q-{source}-{nth}", source)
    for number, (source, named, (first, second), minute) in enumerate(records):
        at = made.moment(minute)
        leader = min(named, number)
        report = made.con.execute(
            "SELECT report_id FROM core.report_record WHERE record_id = ?", [f"r{leader}"]
        ).fetchall()
        name = report[0][0].removeprefix("rep_") if report else str(number)
        made.record(str(number), report=name, source=source, search_id=f"q-{source}-1", first_executed_at=at)
        made.deliver(str(number), f"q-{source}-1", first - 1)
        made.deliver(str(number), f"q-{source}-2", second)
    for record, stage, who, verdict, reason, consensus, minute, undone in votes:
        made.vote(
            str(record % len(records)), who, verdict, stage,
            reason=reason, consensus=consensus, at=minute, undone=undone,
        )  # fmt: skip
    made.tool("Sifter", checked)
    made.tool("Sorter")
    for record, tool, verdict in verdicts_of_tools:
        made.vote(str(record % len(records)), tool, verdict, uncounted="a tool, not a reviewer")
    for raw, source, nth, times in failed:
        made.quarantine(raw, f"q-{source}-{nth}", source, times)
    for record, study in links:
        con.execute("INSERT INTO core.study_link VALUES (2, ?, ?)", [f"r{record % len(records)}", study])
    made.arrival()
    materialise(con)
    return made


@settings(max_examples=examples(10, 40), deadline=None, derandomize=True, **QUIET)
@given(WORLDS)
def test_the_flow_is_the_oracles(con, world) -> None:
    con.execute("BEGIN")
    try:
        review(con, *world)
        oracle = Oracle(con)
        statuses = con.execute("SELECT report_id, stage, status FROM screening_status").fetchall()
        assert sorted(statuses) == sorted(
            (report, stage, status) for report in oracle.reports for stage, status in oracle.statuses(report).items()
        )
        places = dict(con.execute("SELECT report_id, place FROM report_path").fetchall())
        assert places == {report: oracle.place(report) for report in oracle.reports}
        members = con.execute("SELECT box, label, id FROM prisma_member").fetchall()
        assert sorted(members, key=str) == sorted(oracle.members(), key=str)
        assert con.execute("SELECT identity FROM prisma_identity WHERE holds IS NOT true").fetchall() == []
    finally:
        con.execute("ROLLBACK")


@settings(max_examples=examples(3, 12), deadline=None, derandomize=True, **QUIET)
@given(WORLDS)
def test_the_tables_hold_what_their_queries_say_also_after_a_change(con, world) -> None:
    con.execute("BEGIN")
    try:
        made = review(con, *world)
        made.record("late")
        made.vote("0", "Dan", "exclude")
        materialise(con)
        for table, query in read_queries().items():
            kept = con.execute(f"SELECT to_json(t)::VARCHAR FROM {table} AS t ORDER BY ALL").fetchall()
            names = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()]
            fresh = con.execute(
                f"SELECT to_json(t)::VARCHAR FROM (SELECT {', '.join(names)} FROM ({query})) AS t ORDER BY ALL"
            ).fetchall()
            assert kept == fresh, table
    finally:
        con.execute("ROLLBACK")


def known_in(con: duckdb.DuckDBPyConnection, world) -> Earlier:
    """What a version knew that had this world."""
    con.execute("BEGIN")
    try:
        review(con, *world)
        return read_earlier(con)
    finally:
        con.execute("ROLLBACK")


def since(con: duckdb.DuckDBPyConnection, earlier: Earlier) -> list[tuple[str, str | None, str]]:
    """Who is in each box of the flow of what is new since."""
    list_since(con, earlier)
    return con.execute(f"SELECT box, label, id FROM {MEMBERS}").fetchall()


@settings(max_examples=examples(6, 24), deadline=None, derandomize=True, **QUIET)
@given(WORLDS, WORLDS)
def test_what_is_new_since_any_version_adds_up_to_the_whole(con, then, now) -> None:
    """Whatever changed between the two: reports that came, went, merged, split, were decided, or decided otherwise."""
    earlier = known_in(con, then)
    con.execute("BEGIN")
    try:
        review(con, *now)
        members = since(con, earlier)
        assert len({(box, member) for box, _, member in members}) == len(members), "nobody is in a box twice"
        n = Counter(box for box, _, _ in members)
        for way in ("", "_other"):
            found = n["identified_other"] if way else n["identified_databases"] + n["identified_registers"]
            removed = sum(n[f"removed_{why}{way}"] for why in ("duplicates", "automation", "other"))
            assert found + n[f"carried_over{way}"] == removed + n[f"awaiting_screening{way}"] + n[f"screened{way}"]
            assert n[f"screened{way}"] == n[f"excluded_screening{way}"] + n[f"sought{way}"]
            reached = ("not_retrieved", "awaiting_retrieval", "awaiting_full_text", "assessed")
            assert n[f"sought{way}"] == sum(n[f"{box}{way}"] for box in reached)
        left = n["excluded_full_text"] + n["excluded_full_text_other"]
        assert n["assessed"] + n["assessed_other"] == left + n["included_reports"]
        for unit in ("reports", "studies"):
            assert n[f"previous_{unit}"] - n[f"withdrawn_{unit}"] + n[f"included_{unit}"] == n[f"total_{unit}"]
        included = {report for box, _, report in Oracle(con).members() if box == "total_reports"}
        assert {report for box, _, report in members if box == "total_reports"} == included
        assert n["previous_reports"] == len(earlier.included)
    finally:
        con.execute("ROLLBACK")


@settings(max_examples=examples(3, 12), deadline=None, derandomize=True, **QUIET)
@given(WORLDS)
def test_since_nothing_all_is_new_and_since_now_only_what_waits_is_left(con, world) -> None:
    con.execute("BEGIN")
    try:
        review(con, *world)
        whole = con.execute("SELECT box, label, id FROM prisma_member").fetchall()
        assert sorted(since(con, NOTHING), key=str) == sorted(whole, key=str)
        waiting = {
            "awaiting_screening",
            "awaiting_retrieval",
            "awaiting_full_text",
            "screened",
            "sought",
            "carried_over",
        }
        found = {box.removesuffix("_other") for box, _, _ in since(con, read_earlier(con))}
        assert found <= waiting | {"previous_reports", "previous_studies", "total_reports", "total_studies"}
    finally:
        con.execute("ROLLBACK")

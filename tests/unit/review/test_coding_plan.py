"""The plan of coding: who codes what by the protocol, what was declared done, and what was coded, side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.review.judge_codings import declare_done
from tasks.review.status import read_status
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tasks.review.workroom import Workroom
from tests.support.cli import living_review
from tests.support.codings import write_project
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import reader

TITLES = (
    "Nurses on community care for personality disorder",
    "Time on the ward and what people make of it",
    "Hope and its plans for another year",
)
PLAN = """
[coding]
coders = ["Ada", { name = "Ben", aliases = ["BE"] }]
double_coded = 0
part = "results"

[[coding.assignment]]
report = "1"
coders = ["Ada", "ben"]

[[coding.assignment]]
report = "2"
coders = ["Ada"]
part = "discussion"

[[coding.assignment]]
report = "nowhere"
coders = ["Ada"]
"""
QUERY = """
    SELECT r.title, p.coder, p.planned, p.part, p.double, p.drawn, p.codings, p.state
    FROM coding_plan AS p JOIN report AS r USING (report_id) ORDER BY ALL
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """Three included reports; Ada coded the first, BE (who is Ben) the second, which is Ada's."""
    small = SmallReview(tmp_path_factory.mktemp("plan") / "review", PROTOCOL + PLAN)
    small.search("medline", "a", [Rec(f"{n}", title, pages=(f"{n}", f"{n}9")) for n, title in enumerate(TITLES, 1)])
    votes = "".join(
        f"{n},{stage},{who},include\n"
        for n in (1, 2, 3)
        for stage in ("title-abstract", "full-text")
        for who in ("Ada", "Ben")
    )
    small.drop("decisions/votes.csv", f"id,stage,reviewer,verdict\n{votes}")
    texts = dict.fromkeys(TITLES[:2], "Trust grows slowly. " * 9)
    codings = [("Ada", TITLES[0], "trust", 0, 19), ("BE", TITLES[1], "trust", 0, 19)]
    small.drop("coding/talk.qdpx", write_project(texts, codings))
    said = living_review("update", small.review.root)
    assert "[[coding.assignment]] 'nowhere': no report known by this; name one by its id" in said.err
    assert said.code == 0
    return small


def test_the_plan_stands_beside_what_was_coded(small: SmallReview) -> None:
    rows = small.rows(QUERY)
    assert rows[1:] == [
        (TITLES[0], "Ada", True, "results", True, False, 1, "begun"),
        (TITLES[0], "Ben", True, "results", True, False, 0, "open"),
        (TITLES[1], "Ada", True, "discussion", False, False, 0, "open"),
        (TITLES[1], "Ben", False, None, False, None, 1, "begun"),
    ]
    title, coder, *rest = rows[0]
    assert (title, coder in ("Ada", "Ben"), *rest) == (TITLES[2], True, True, "results", False, True, 0, "open")


def test_status_says_what_waits_and_what_was_not_planned(small: SmallReview) -> None:
    status = read_status(small.review)
    waits = dict(status.waiting.filter(status.waiting["stage"] == "coding").select("waits", "reports").rows())
    assert sum(waits.values()) == 4
    assert waits["for Ada"] >= 2
    assert "Ben coded a report that the protocol's plan gives to others (coding_plan lists them)" in {
        finding.detail for finding in status.warnings
    }


def test_what_is_declared_done_without_a_coding_is_a_result(small: SmallReview) -> None:
    """Ben found nothing in the first report: it is double-coded, and he agrees with nothing that Ada coded."""
    said = living_review("coding", "done", small.review.root, "1", "--coder", "be")
    assert said.out.startswith(f"'{TITLES[0]}': coded by Ben, noted as event ")
    small.update()
    assert (TITLES[0], "Ben", True, "results", True, False, 0, "done") in small.rows(QUERY)
    pairs = "SELECT coder_a, coder_b, characters_a, characters_b FROM coding_pair"
    assert small.rows(pairs) == [("Ada", "Ben", 19, 0)]
    assert small.rows("SELECT codes_a, codes_b FROM coding_difference") == [(["trust"], [])]
    assert small.hashes() == small.rebuilt()
    event = said.out.split("event ")[1].split(";")[0]
    assert living_review("coding", "done", small.review.root, event, "--undo").out.startswith(f"declaration {event} is")
    small.update()
    assert small.rows(pairs) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["1", "--coder", "Eve"], "'Eve' is not one of the protocol's coders (--who takes: Ada, Ben)"),
        (["nowhere", "--coder", "Ada"], "no report is known as 'nowhere'"),
        (["1", "--undo"], "event 1 is no declaration that a report is coded"),
    ],
)
def test_what_cannot_be_declared_is_one_line(small: SmallReview, words: list[str], says: str) -> None:
    assert says in living_review("coding", "done", small.review.root, *words).line


def test_a_coder_whom_the_plan_does_not_know_is_a_line_of_the_protocol(tmp_path: Path) -> None:
    small = SmallReview(tmp_path / "review", PROTOCOL + PLAN.replace('["Ada", "ben"]', '["Eve"]'))
    said = living_review("status", small.review.root)
    assert "'Eve' is none of [coding] coders" in said.line
    assert (
        f"review.toml:{(PROTOCOL + PLAN).splitlines().index(chr(91) * 2 + 'coding.assignment' + chr(93) * 2) + 3}:"
        in said.line
    )


def test_where_coders_work_independently_nothing_is_seen_before_both_are_done(tmp_path: Path) -> None:
    """Whoever tries out the ids of all codings that there could be finds none of them in the published file either."""
    text = "Trust grows slowly. SECRETWORDS are said. "
    plan = '\n[coding]\ncoders = ["Ada", "Ben"]\ndouble_coded = 1\nindependent = true\n'
    protocol = PROTOCOL + plan + "[screening.title-abstract]\nvotes = 1\n[screening.full-text]\nvotes = 1\n"
    small = SmallReview(tmp_path / "review", protocol)
    small.search("medline", "a", [Rec("1", TITLES[0])])
    votes = "".join(f"1,{stage},Ada,include\n" for stage in ("title-abstract", "full-text"))
    small.drop("decisions/votes.csv", f"id,stage,reviewer,verdict\n{votes}")
    small.drop("coding/talk.qdpx", write_project({TITLES[0]: text}, [("Ada", TITLES[0], "trust", 20, 31)]))
    small.update()
    held = small.rows("SELECT coding_id FROM core.coding")
    assert len(held) == 1
    assert small.rows("SELECT coder, state, codings FROM coding_plan ORDER BY 1") == [
        ("Ada", "begun", 1),
        ("Ben", "open", 0),
    ]
    published = small.publish()
    assert _dump(published).count(held[0][0]) == 0
    with reader(published) as con:
        for view in (
            "coding",
            "coding_final",
            "quote",
            "coding_coverage",
            "coding_difference",
            "code_change",
            "theme_support",
        ):
            assert con.execute(f"SELECT count(*) FROM {view}").fetchall() == [(0,)], view
    (report,) = small.rows("SELECT report_id FROM report")[0]
    for number, coder in enumerate(("Ada", "Ben"), start=1):
        declare_done(small.review, report, coder)
        small.update()
        assert small.rows("SELECT count(*) FROM coding_final") == [(number - 1,)]
    assert held[0][0] in _dump(small.publish())
    assert small.hashes() == small.rebuilt()


def test_what_a_coder_does_alone_leaves_no_trace_until_both_are_done(tmp_path: Path) -> None:
    """Whatever Ada codes of a report that is Ben's too, under codes of her own, with memos, in one export or two: what everybody can
    read stays as it is, but for when she began, and how often she exported. Only then can nobody infer anything."""
    rules = '\n[coding]\ncoders = ["Ada", "Ben"]\ndouble_coded = 1\nindependent = true\n[synthesis]\ncode_outside_themes_in = 1\n'
    protocol = PROTOCOL + rules + "[screening.title-abstract]\nvotes = 1\n[screening.full-text]\nvotes = 1\n"
    text = "Trust grows slowly. Hope is said to grow. Nobody asked why. " * 3

    def live(name: str, exports: list[list[tuple[str, str, str, int, int]]]) -> SmallReview:
        small = SmallReview(tmp_path / name, protocol)
        small.search("medline", "a", [Rec("1", TITLES[0])])
        votes = "".join(f"1,{stage},Ada,include\n" for stage in ("title-abstract", "full-text"))
        small.drop("decisions/votes.csv", f"id,stage,reviewer,verdict\n{votes}")
        for n, codings in enumerate(exports):
            small.drop("coding/talk.qdpx", write_project({TITLES[0]: text}, codings))
            small.drop("coding/table.csv", f"document,code,quote,coder\n{TITLES[0]},noted,{codings[-1][2] * n},Ada\n")
            small.update()
            small.publish()
        return small

    def coded(*spans: tuple[str, int, int]) -> list[tuple[str, str, str, int, int]]:
        return [("Ada", TITLES[0], code, start, end) for code, start, end in spans]

    much = live(
        "much",
        [
            coded(("CODEA", 0, 19), ("CODEB", 20, 41)),
            coded(("CODEA", 0, 18), ("CODEC", 42, 58), ("CODEB", 20, 41), ("CODED", 60, 70)),
        ],
    )
    little = live("little", [coded(("other", 3, 9)), coded(("other", 3, 9), ("other", 10, 15))])
    assert _shown(much) == _shown(little)
    assert "CODE" not in _dump(much.review.published_warehouse)
    (report,) = much.rows("SELECT report_id FROM report")[0]
    for coder in ("Ada", "Ben"):
        declare_done(much.review, report, coder)
    much.update()
    shown = _dump(much.publish())
    assert [code for code in ("CODEA", "CODEB", "CODEC", "CODED") if code not in shown] == []
    assert much.hashes() == much.rebuilt()


@pytest.mark.parametrize("verdict", ["exclude", None])
def test_what_a_coder_did_stays_her_own_while_its_report_is_excluded_or_waits(
    tmp_path: Path, verdict: str | None
) -> None:
    """The report may be included yet, and Ben be asked to code it then: he has seen nothing of hers."""
    rules = '\n[coding]\ncoders = ["Ada", "Ben"]\ndouble_coded = 1\nindependent = true\n'
    protocol = PROTOCOL + rules + "[screening.title-abstract]\nvotes = 1\n[screening.full-text]\nvotes = 1\n"
    head = "id,stage,reviewer,verdict,reason\n1,title-abstract,Ada,include,\n"
    reason = "population" if verdict else ""

    def code(name: str, codings: list[tuple[str, str, str, int, int]]) -> SmallReview:
        small = SmallReview(tmp_path / name, protocol)
        small.search("medline", "a", [Rec("1", TITLES[0])])
        small.drop("decisions/votes.csv", head + (f"1,full-text,Ada,{verdict},{reason}\n" if verdict else ""))
        small.drop(
            "coding/talk.qdpx", write_project({TITLES[0]: "Trust grows slowly. Hope is said to grow. " * 3}, codings)
        )
        small.update()
        small.publish()
        return small

    much = code("much", [("Ada", TITLES[0], "CODEA", 0, 19), ("Ada", TITLES[0], "CODEB", 20, 41)])
    little = code("little", [("Ada", TITLES[0], "other", 3, 9)])
    assert _shown(much) == _shown(little)
    assert "CODE" not in _dump(much.review.published_warehouse)
    assert much.rows("SELECT planned, double, state FROM coding_plan ORDER BY coder") == [
        (False, True, "begun"),
        (False, True, "open"),
    ]
    assert not any("coded" in str(row) for row in read_status(much.review).waiting.rows())
    refresh(much.review, "test", Steps())
    room = Workroom(much.review, lambda: much.review.protocol().protocol.coding)
    room.catch_up()
    assert (len(room.list_codings("Ada")), len(room.list_codings("Ben"))) == (2, 0)
    (report,) = much.rows("SELECT report_id FROM report")[0]
    for coder in ("Ada", "Ben"):
        assert much.rows("SELECT count(*) FROM coding") == [(0,)]
        declare_done(much.review, report, coder)
        much.update()
    assert much.rows("SELECT count(*), count(*) FILTER (included) FROM coding_final") == [(2, 0)]
    assert much.hashes() == much.rebuilt()


#: What differs between two reviews whatever was coded: ids, hashes and times of arrivals, and what the review is called.
_OWN = ("core.meta", "core.run", "core.release")


def _shown(small: SmallReview) -> dict[str, list[str]]:
    """All that a reader of the copy for everybody can query, without the times at which things came in."""
    with reader(small.review.published_warehouse) as con:
        names = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        shown = {}
        for (name,) in names:
            if name in _OWN:
                continue
            times = [c for c, kind in con.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name || '.' || table_name = ?", [name]
            ).fetchall() if kind.startswith("TIMESTAMP")]  # fmt: skip
            without = f" EXCLUDE ({', '.join(times)})" if times else ""
            shown[name] = sorted(map(str, con.execute(f"SELECT *{without} FROM {name}").fetchall()))
        return shown


def _dump(path: Path) -> str:
    """All that a reader of this copy can query."""
    with reader(path) as con:
        names = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        return "".join(str(con.execute(f"FROM {name}").fetchall()) for (name,) in names)

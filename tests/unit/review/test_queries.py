"""The twenty questions of docs/queries.md and the reporting checklists, on a small review of three versions whose answers are known.

Version 1 has two reports that are included (one of them in both databases) and one that is excluded; version 2 has themes; in
version 3 a third report is included, the first is retracted, a record is put right, and the protocol is amended.
"""

from __future__ import annotations

import re
import runpy
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from schemas.protocol import Protocol, read_protocol
from tasks.publish.checklist import ReportedItem, count_items, list_checklists, load_checklist
from tasks.review.correct import correct_record
from tasks.review.read_checklist import read_checklist
from tasks.review.state_synthesis import import_statements
from tests.support.exports import Rec
from tests.support.projects import qdpx
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import reader

ROOT = Path(__file__).parents[3]
NURSES, WARD, HOPE, THIRD = (
    "Nurses on community care for personality disorder", "Time on the ward and what people make of it",
    "Hope and its plans for another year", "Letters that were never answered in winter",
)  # fmt: skip
RULES = """
[screening.title-abstract]
votes = 2
maybe = "include"
[screening.full-text]
votes = 1
[synthesis]
refuted_by = 1
[coding]
coders = ["Ada", "Ben"]
[[extraction.field]]
name = "country"
label = "Country"
type = "choices"
options = ["Fictonia", "Sampleton"]
[reporting.entreq]
2 = "Thematic synthesis, since the studies describe."
"""
WORDS = ("Trust grows slowly.", "Hope is said to grow.", "Nobody asked why.")
TEXT = " ".join(WORDS)
FIRST = [
    ("Ada", "trust", NURSES, WORDS[0]), ("Ada", "hope", NURSES, WORDS[1]), ("Ben", "trust", NURSES, WORDS[0]),
    ("Ada", "trust", WARD, WORDS[0]), ("Ada", "doubt", WARD, WORDS[2]),
]  # fmt: skip
STATED = """
[[theme]]
id = "trust"
name = "Trust"
statement = "Trust takes time."
codes = ["trust", "doubt"]
[[finding]]
id = "grows"
finding = "Trust grows."
themes = ["trust"]
support = [{ code = "trust" }]
"""
NOTICE = (
    "Record ID,Title,Journal,RetractionDate,RetractionDOI,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,"
    "RetractionNature,Reason\n"
    "1,Nurses,Journal,2/3/2020 0:00,10.5555/notice.1,1/1/2019 0:00,10.5555/nurses,0,Retraction,Made up\n"
)


def vote(report: str, stage: str, who: str, verdict: str = "include", reason: str = "") -> str:
    return f"{report},{stage},{who},{verdict},{reason},2020-01-10\n"


def publish_version(small: SmallReview) -> None:
    small.update(check=False)
    small.publish_version()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    small = SmallReview(tmp_path_factory.mktemp("queries") / "review", PROTOCOL + RULES)
    nurses, hope = Rec("1", NURSES, doi="10.5555/nurses"), Rec("3", HOPE, ("Ficticia, Fe",), 2011)
    small.search("medline", "january", [nurses, Rec("2", WARD, ("Beispiel, Bo",), 2015), hope])
    small.search("cinahl", "january", [Rec("c1", NURSES, doi="10.5555/nurses")])
    small.drop("exports/websites/list.csv", "title,year\n,2013\n", date(2020, 1, 6))
    votes = "".join(vote(n, "title-abstract", who) for n in "12" for who in ("Ada", "Ben"))
    votes += vote("3", "title-abstract", "Ada") + vote("3", "title-abstract", "Ben", "maybe")
    votes += vote("1", "full-text", "Ada") + vote("2", "full-text", "Ada")
    votes += vote("3", "full-text", "Ada", "exclude", "Wrong population")
    head = "id,stage,reviewer,verdict,reason,date\n"
    small.drop("decisions/votes.csv", head + votes)
    small.drop("coding/talk.qdpx", qdpx({NURSES: TEXT, WARD: TEXT}, ["trust", "hope", "doubt", "unused"], FIRST))
    small.drop("extraction/sheet.csv", "report_id,country,extractor\n1,Fictonia; Sampleton,Ada\n2,Sampleton,Ada\n")
    small.drop("appraisal/casp.csv", "report_id,reviewer,Q6,Q1\n1,Ada,no,yes\n2,Ada,yes,yes\n")
    publish_version(small)
    said = small.review.root / "said.toml"
    said.write_text(STATED)
    import_statements(small.review, said, "Ada")
    publish_version(small)
    small.search("medline", "february", [Rec("4", THIRD, ("Exemplo, Ex",), 2009)], date(2020, 2, 6))
    late = "".join(vote("4", "title-abstract", who) for who in ("Ada", "Ben")) + vote("4", "full-text", "Ada")
    small.drop("decisions/late.csv", head + late)
    small.drop("notices/list.csv", NOTICE)
    correct_record(small.review, "2", field="year", value="2016", why="as printed", reviewer="Ada")
    small.review.protocol_path.write_text(
        (PROTOCOL + RULES).replace("What do invented people say?", "What do invented nurses say?")
    )
    publish_version(small)
    return small


QUERIES = {
    int(number): query
    for number, query in re.findall(
        r"^### (\d+)\..*?```sql\n(.*?)```",
        (ROOT / "docs" / "queries.md").read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
}


def ask(small: SmallReview, query: str) -> pl.DataFrame:
    with reader(small.review.published_warehouse) as con:
        frame: pl.DataFrame = con.sql(query).pl()
        return frame


def answer(small: SmallReview, number: int, *columns: str) -> list[tuple]:
    found = ask(small, QUERIES[number])
    return found.select(*columns).rows() if columns else found.rows()


def test_there_are_twenty() -> None:
    assert list(QUERIES) == list(range(1, 21))


class TestOfInformationSpecialists:
    def test_1_medline_alone_found_two_of_three(self, small: SmallReview) -> None:
        assert answer(small, 1, "source", "found", "alone")[:2] == [("medline", 3, 2), ("cinahl", 1, 0)]

    def test_2_medline_would_have_done(self, small: SmallReview) -> None:
        assert answer(small, 2) == [(["medline"], 4, 4, 3)]

    def test_3_the_last_update_brought_one_report(self, small: SmallReview) -> None:
        assert answer(small, 3, "source", "found", "new", "included") == [("medline", 1, 1, 1)]

    def test_4_due_a_month_after_the_last_search(self, small: SmallReview) -> None:
        due = dict(answer(small, 4, "source", "due"))
        assert (due["medline"], due["cinahl"], due["pubmed"]) == (date(2020, 3, 8), date(2020, 2, 6), None)

    def test_5_a_row_without_title(self, small: SmallReview) -> None:
        assert answer(small, 5, "source", "line") == [("websites", 2)]

    def test_6_one_record_was_put_right(self, small: SmallReview) -> None:
        assert answer(small, 6, "how", "field", "before", "after", "why") == [
            ("put right", "year", "2015", "2016", "as printed")
        ]

    def test_7_each_included_report_with_the_version_that_included_it(self, small: SmallReview) -> None:
        assert sorted(answer(small, 7, "title", "version")) == sorted([(NURSES, 1), (WARD, 1), (THIRD, 3)])


class TestOfReviewers:
    def test_8_texts_wait_for_the_coders_that_the_plan_names(self, small: SmallReview) -> None:
        found = answer(small, 8, "what", "coder", "n")
        assert {what for what, _, _ in found} == {"text"}, "no report waits to be screened"
        assert sum(n for _, _, n in found) == ask(small, "FROM coding_plan WHERE planned").height

    def test_9_excluded_for_its_population_by_ada(self, small: SmallReview) -> None:
        assert answer(small, 9, "title", "stage", "reason", "reviewer") == [
            (HOPE, "full-text", "Wrong population", "Ada")
        ]

    def test_10_kappa_of_each_version_that_brought_reports(self, small: SmallReview) -> None:
        assert answer(small, 10, "version", "stage", "n") == [(1, "title-abstract", 3), (3, "title-abstract", 1)]

    def test_11_the_retracted_report_and_the_finding_on_it(self, small: SmallReview) -> None:
        assert answer(small, 11, "nature", "title", "findings") == [("retraction", NURSES, ["Trust grows."])]

    def test_12_one_report_since_the_first_version(self, small: SmallReview) -> None:
        assert answer(small, 12) == [("new", THIRD)]

    def test_13_the_flow_of_each_version(self, small: SmallReview) -> None:
        rows = {row[0]: row[1:] for row in answer(small, 13)}
        assert rows["screened"] == (3, 3, 4)
        assert rows["total_reports"] == (2, 2, 3)
        assert rows["excluded_full_text"] == (1, 1, 1)

    def test_14_the_question_was_amended_before_version_3(self, small: SmallReview) -> None:
        assert answer(small, 14, "version", "key", "before", "after") == [
            (3, "review.question", "What do invented people say?", "What do invented nurses say?")
        ]


class TestOfAnalysts:
    def test_15_the_study_that_said_no_to_reflexivity_is_left_out(self, small: SmallReview) -> None:
        assert answer(small, 15) == [("Trust", "Sampleton", 1)]

    def test_16_quotes_of_a_study_of_two_countries_stand_under_both(self, small: SmallReview) -> None:
        found = [(country, quote) for country, _, _, quote in answer(small, 16)]
        assert found.count(("Fictonia", WORDS[0])) == 1, "coded alike by two, it stands once"
        assert sorted(found) == sorted(
            [("Fictonia", WORDS[0]), *[("Sampleton", WORDS[0])] * 2, ("Sampleton", WORDS[2])]
        )

    def test_17_studies_in_each_cell(self, small: SmallReview) -> None:
        cells = {row[:3]: row[3] for row in answer(small, 17)}
        assert cells["trust", "Sampleton", "yes"] == cells["trust", "Sampleton", "no"] == 1
        assert ("doubt", "Fictonia", "no") not in cells

    def test_18_codes_of_one_study(self, small: SmallReview) -> None:
        pairs = {frozenset(row[:2]): row[2] for row in answer(small, 18)}
        assert pairs == {frozenset({"trust", "hope"}): 1, frozenset({"trust", "doubt"}): 1}

    def test_19_the_second_study_still_brought_a_code(self, small: SmallReview) -> None:
        assert sorted(row[2] for row in answer(small, 19)) in ([1, 2], [0, 1, 2])
        assert max(row[3] for row in answer(small, 19)) == 3

    def test_20_the_theme_in_each_version(self, small: SmallReview) -> None:
        assert [row[2] for row in answer(small, 20) if row[:2] == ("theme", "Trust")] == [1, 2, 3]


def test_the_notebook_runs(small: SmallReview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW", str(small.review.root))
    cells = runpy.run_path(str(ROOT / "docs" / "notebook.py"))
    assert cells["flow"]["total_reports"] == cells["included"].height == 3
    assert set(cells["matrix"].columns) == {"code", "Fictonia", "Sampleton"}


def protocol_of(small: SmallReview) -> Protocol:
    return read_protocol(small.review.protocol_path).protocol


def items_of(small: SmallReview, name: str) -> dict[str, ReportedItem]:
    with reader(small.review.published_warehouse) as con:
        return {item.item: item for item in read_checklist(con, protocol_of(small), name)}


@pytest.mark.parametrize(("name", "n"), [("entreq", 21), ("emerge", 19), ("prisma-s", 16), ("prisma-lsr", 19)])
class TestChecklists:
    def test_every_item_once_and_most_filled_by_query(self, small: SmallReview, name: str, n: int) -> None:
        items = items_of(small, name)
        assert len(items) == len(load_checklist(name).items) == n
        filled = count_items(list(items.values()))["filled by query"]
        assert filled >= 0.6 * n or name == "prisma-s", "these searches have no strategies"

    def test_an_item_is_linked_to_its_rows(self, small: SmallReview, name: str, n: int) -> None:
        unfilled = {
            "There is no plan",
            "It goes on living",
            "This is the first version",
            "The methods are",
            "No other method",
            "None",
        }
        for item in items_of(small, name).values():
            if not item.rows.startswith("review.toml"):
                found = ask(small, item.rows)
                told = any(item.reported.startswith(words) for words in unfilled)
                assert found.height or item.status != "filled by query" or told, f"{name} {item.item}"

    def test_an_open_item_says_what_is_to_be_said(self, small: SmallReview, name: str, n: int) -> None:
        for item in items_of(small, name).values():
            assert bool(item.missing) == (item.status == "open"), item.item
            assert item.reported or item.status == "open", item.item


def test_what_is_reported_is_what_there_is(small: SmallReview) -> None:
    entreq, living = items_of(small, "entreq"), items_of(small, "prisma-lsr")
    assert entreq["2"].status == "said by the team"
    assert entreq["2"].reported.splitlines() == [
        "Thematic synthesis, since the studies describe.", "Method of synthesis: thematic."
    ]  # fmt: skip
    assert "Included: reports 3, studies 3." in entreq["9"].reported
    assert "Full texts excluded: Wrong population 1" in entreq["9"].reported
    assert "Trust grows. Studies for it 2" in entreq["21"].reported
    assert "Version 3" in living["1b"].reported
    assert living["1a"].status == "open", "the title does not say so"
    assert living["3b"].reported.startswith("The version before: version 2 of")
    assert living["4"].status == "open", "the question was changed, and nobody said why"
    assert (
        "Version 3: records identified 6, screened 4, full texts assessed 4, reports included 3"
        in living["16b"].reported
    )
    assert "reports newly included 1, no longer included 0" in living["L3"].reported
    assert "Included reports with a retraction: 1." in living["9"].reported


def test_the_checklists_have_what_the_command_offers() -> None:
    from flows.commands.checklist import NAMES

    assert sorted(NAMES) == list_checklists()

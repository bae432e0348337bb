"""A coder's months: projects that arrive, are replaced, counted beside, asked about and withdrawn; themes and findings over them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tasks.review.status import read_status
from tests.support.cli import Said, living_review
from tests.support.declared_rows import try_declared_rows
from tests.support.exports import Rec
from tests.support.projects import qdpx
from tests.support.reviews import SmallReview

TITLE = "Talking about apples"
TEXTS = {TITLE: "Apples are red. Pears are green. Nobody asked the plums, and they said nothing."}
CODES = ["colour", "silence"]
FIRST = [("Ada", "colour", TITLE, "Apples are red."), ("Ada", "silence", TITLE, "Nobody asked the plums")]
MORE = [*FIRST, ("Ada", "colour", TITLE, "Pears are green.")]
BENS = [("Ben", "colour", TITLE, "Apples are red.")]


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with two reports, one of them included, after its first update."""
    small = SmallReview(tmp_path_factory.mktemp("updated") / "review")
    small.search("medline", "a", [Rec("1", TITLE), Rec("2", "Of pears")])
    votes = [f"1,{stage},{who},include" for stage in ("title-abstract", "full-text") for who in ("Ada", "Ben")]
    small.drop("decisions/votes.csv", "\n".join(["id,stage,reviewer,verdict", *votes]))
    assert living_review("update", small.review.root).code == 0
    return small.review.root


@pytest.fixture(scope="module")
def begun(updated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with Ada's project of three codings."""
    root = tmp_path_factory.mktemp("begun")
    small = copy(updated, root / "review")
    assert bring(small, root, MORE).code == 0
    return small.review.root


def copy(root: Path, to: Path) -> SmallReview:
    """A review's folder, copied: what a test does to it no other test sees."""
    shutil.copytree(root, to)
    return SmallReview(to)


@pytest.fixture
def small(updated: Path, tmp_path: Path) -> SmallReview:
    return copy(updated, tmp_path / "review")


@pytest.fixture
def coded(begun: Path, tmp_path: Path) -> SmallReview:
    return copy(begun, tmp_path / "review")


def bring(
    small: SmallReview, tmp_path: Path, codings: list[tuple[str, str, str, str]], *options: str, name: str = "Untitled"
) -> Said:
    path = tmp_path / f"{name}.qdpx"
    path.write_bytes(qdpx(TEXTS, CODES, codings))
    return living_review("coding", "import", small.review.root, path, *options)


def rows(small: SmallReview, query: str) -> list[str]:
    said = living_review("sql", small.review.root, query, "--format", "csv")
    assert said.code == 0, said.err
    return said.out.split()[1:]


def count(small: SmallReview) -> list[str]:
    return rows(small, "SELECT coder, count(*) AS n FROM coding GROUP BY ALL ORDER BY ALL")


def test_colleagues_whose_files_bear_one_name_lose_nothing(small: SmallReview, tmp_path: Path) -> None:
    said = bring(small, tmp_path, FIRST)
    assert said.code == 0, said.err
    assert "linked to reports: 1 of 1 documents" in said.out
    said = bring(small, tmp_path, BENS)
    assert "beside coding/Untitled.qdpx: codings of Ben: 0 kept, 0 changed, 0 gone, 1 added" in said.out
    assert count(small) == ["Ada,2", "Ben,1"]
    said = bring(small, tmp_path, MORE)
    assert "in place of coding/Untitled.qdpx: codings of Ada: 2 kept, 0 changed, 0 gone, 1 added" in said.out
    assert count(small) == ["Ada,3", "Ben,1"]
    assert rows(small, "SELECT kind FROM code_change") == ["coded"]
    assert sorted(p.name for p in (small.review.root / "coding").glob("*.qdpx")) == [
        "Untitled (2).qdpx", "Untitled (3).qdpx", "Untitled.qdpx",
    ]  # fmt: skip


def test_a_project_that_only_lacks_codings_is_asked_about(coded: SmallReview, tmp_path: Path) -> None:
    said = bring(coded, tmp_path, FIRST, name="older")
    assert said.code == 2
    assert (
        "(1 coding of Ada missing from it); against coding/Untitled.qdpx: codes 2 kept; codings of Ada 2 kept, 1 gone"
        in said.line
    )
    assert "--replaces" in said.line and "--beside" in said.line
    assert not (coded.review.root / "coding" / "older.qdpx").exists()
    assert count(coded) == ["Ada,3"]
    said = bring(coded, tmp_path, FIRST, "--replaces", "Untitled.qdpx", name="older")
    assert said.code == 0, said.err
    assert count(coded) == ["Ada,2"]
    said = bring(coded, tmp_path, FIRST, "--beside", name="older")
    assert said.code == 0, said.err
    assert count(coded) == ["Ada,3"], "the last ruling counts, and what both hold counts once"


def test_one_that_is_dropped_waits_until_somebody_says_what_it_is(small: SmallReview) -> None:
    small.drop("coding/a.qdpx", qdpx(TEXTS, CODES, MORE))
    small.drop("coding/b.qdpx", qdpx(TEXTS, CODES, FIRST))
    said = living_review("update", small.review.root)
    assert said.code == 1
    assert (
        "coding/b.qdpx: does not count yet: it may be a newer export of coding/a.qdpx, or a copy beside it" in said.err
    )
    assert count(small) == ["Ada,3"]
    said = living_review("coding", "import", small.review.root, "coding/b.qdpx", "--replaces", "coding/a.qdpx")
    assert said.code == 0, said.err
    assert count(small) == ["Ada,2"]


def test_a_withdrawn_project_gives_the_one_that_it_replaced_its_place_back(small: SmallReview, tmp_path: Path) -> None:
    bring(small, tmp_path, FIRST)
    bring(small, tmp_path, MORE, name="newer")
    assert living_review("deliveries", "withdraw", small.review.root, "coding/newer.qdpx").code == 0
    assert living_review("refresh", small.review.root).code == 0
    assert count(small) == ["Ada,2"]


THEMES = """
[[theme]]
id = "colours"
name = "What has a colour"
codes = ["colour"]

[[finding]]
id = "red"
finding = "Some fruit is red."
themes = ["colours"]
[[finding.support]]
code = "colour"
[[finding.support]]
stance = "against"
quote = "Pears are green."
"""
CONFIDENCE = """
[[confidence]]
finding = "red"
level = "low"
explanation = "One text."
methodological_limitations = { concern = "minor", explanation = "a" }
coherence = { concern = "minor", explanation = "b" }
adequacy = { concern = "serious", explanation = "c" }
relevance = { concern = "minor", explanation = "d" }
consensus = true
"""


def state(small: SmallReview, tmp_path: Path, text: str) -> Said:
    path = tmp_path / "themes.toml"
    path.write_text(text)
    said = living_review("themes", "import", small.review.root, path, "--who", "Ada")
    if said.code == 0:
        assert living_review("refresh", small.review.root).code == 0
    return said


def test_a_report_that_is_excluded_since_supports_nothing_and_what_rested_on_it_goes_stale(
    coded: SmallReview, tmp_path: Path
) -> None:
    state(coded, tmp_path, THEMES)
    assert state(coded, tmp_path, CONFIDENCE).code == 0
    evidence = "SELECT codings FROM theme_evidence UNION ALL SELECT codings FROM finding_evidence"
    assert "0" not in rows(coded, evidence)
    codings = rows(coded, "SELECT count(*) FROM coding_final")
    report = rows(coded, "SELECT any_value(report_id) FROM coding_final")[0]
    for who in ("Ada", "Ben"):
        words = ["--stage", "full-text", "--verdict", "exclude", "--reason", "Wrong population"]
        said = living_review("decide", coded.review.root, report, "--who", who, *words)
        assert said.code == 0, said.err
    assert living_review("refresh", coded.review.root).code == 0
    assert rows(coded, f"SELECT place FROM report_path WHERE report_id = '{report}'") == ["excluded_full_text"]
    assert set(rows(coded, evidence)) == {"0"}
    assert rows(coded, "SELECT count(*) FROM coding_final") == codings, "what was coded stays"
    assert rows(coded, "SELECT stale FROM confidence") == ["true"]


def test_a_finding_rests_on_segments_for_and_against_it_and_its_confidence_goes_stale(
    coded: SmallReview, tmp_path: Path
) -> None:
    said = state(coded, tmp_path, THEMES)
    assert said.code == 0, said.err
    assert said.out.splitlines()[:2] == ["new: theme 'colours'", "new: finding 'red'"]
    evidence = "SELECT codings_for, codings_against FROM finding_evidence"
    assert rows(coded, evidence) == ["1,1"]
    assert state(coded, tmp_path, CONFIDENCE).code == 0
    assert rows(coded, "SELECT level, stale FROM confidence") == ["low,false"]
    bring(coded, tmp_path, [*MORE, ("Ben", "colour", TITLE, "they said nothing")], name="with ben")
    assert rows(coded, evidence) == ["2,1"]
    assert rows(coded, "SELECT level, stale FROM confidence") == ["low,true"]
    (told,) = [finding for finding in read_status(coded.review).warnings if finding.what == "confidence"]
    assert told.detail.startswith("in red (low, by consensus) was judged on other evidence than there is now: ")
    assert told.detail.endswith("living-review themes confirm red)")
    assert living_review("themes", "confirm", coded.review.root, "red", "--who", "Ada").code == 0
    assert living_review("refresh", coded.review.root).code == 0
    assert rows(coded, "SELECT level, stale FROM confidence") == ["low,false"]
    assert [finding for finding in read_status(coded.review).warnings if finding.what == "confidence"] == []
    filled, wrong = try_declared_rows(coded.review.warehouse, tmp_path)
    assert wrong == set()
    assert {"main.theme_code", "main.theme_evidence", "main.finding_evidence", "main.confidence"} < filled


def test_a_consensus_that_was_reached_anew_speaks_for_its_assessors(coded: SmallReview, tmp_path: Path) -> None:
    state(coded, tmp_path, THEMES)
    own = CONFIDENCE.replace("consensus = true", 'by = "Ben"')
    assert state(coded, tmp_path, own).code == 0
    assert state(coded, tmp_path, CONFIDENCE).code == 0
    bring(coded, tmp_path, [*MORE, ("Ben", "colour", TITLE, "they said nothing")], name="with ben")
    query = "SELECT assessor, consensus, stale, changed IS NOT NULL AS differs FROM confidence ORDER BY ALL"
    assert rows(coded, query) == ["Ada,true,true,true", "Ben,false,true,true"]
    assert state(coded, tmp_path, CONFIDENCE.replace('"One text."', '"Two say so."')).code == 0
    assert rows(coded, query) == ["Ada,true,false,false", "Ben,false,false,true"]
    assert [finding for finding in read_status(coded.review).warnings if finding.what == "confidence"] == []


def test_support_follows_a_code_that_is_renamed_and_is_told_where_it_is_gone(
    coded: SmallReview, tmp_path: Path
) -> None:
    state(coded, tmp_path, THEMES)
    bring(
        coded,
        tmp_path,
        [coding for coding in MORE if coding[3] != "Pears are green."],
        "--replaces",
        "Untitled.qdpx",
        name="fewer",
    )
    said = living_review("refresh", coded.review.root)
    assert (
        "finding 'red': its support by the coding 'colour' in Talking about apples: Pears are green. is gone"
        in said.err
    )
    told = [finding.detail for finding in read_status(coded.review).warnings if finding.what == "finding"]
    assert [detail.split(" in Talking")[0] for detail in told] == ["finding 'red': its support by the coding 'colour'"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (THEMES.replace('"colour"', '"colours"', 1), "theme 'colours': no code is called 'colours' (did you mean 'colour'?)"),
        (THEMES.replace("Pears are green.", "Plums"), "finding 'red': the words 'Plums': no segment that counts is known by it"),
        (
            THEMES.replace('themes = ["colours"]', 'themes = ["colors"]'),
            "finding 'red': no theme is called 'colors' (did you mean 'colours'?)",
        ),
    ],
)  # fmt: skip
def test_nothing_is_noted_where_a_name_in_the_file_is_not_known(
    coded: SmallReview, tmp_path: Path, text: str, line: str
) -> None:
    said = state(coded, tmp_path, text)
    assert (said.code, line in said.line) == (2, True), said.err
    assert rows(coded, "SELECT count(*) FROM theme") == ["0"]


def test_what_was_exported_says_nothing_new_when_it_is_imported(coded: SmallReview, tmp_path: Path) -> None:
    state(coded, tmp_path, THEMES)
    state(coded, tmp_path, CONFIDENCE)
    path = tmp_path / "out.toml"
    assert (
        living_review("themes", "export", coded.review.root, path)
        .out.strip()
        .endswith("1 theme, 1 finding, 1 assessment, 0 judgements")
    )
    said = living_review("themes", "import", coded.review.root, path, "--who", "Ada")
    assert said.out == "nothing is said otherwise\n"


def test_a_method_that_the_warehouse_does_not_know_yet_is_told(small: SmallReview) -> None:
    gaps = living_review("method", "gaps", small.review.root)
    assert (gaps.code, gaps.err) == (0, "")
    with small.review.protocol_path.open("a", encoding="utf-8") as protocol:
        protocol.write('\n[synthesis]\nmethod = "framework"\n')
    gaps = living_review("method", "gaps", small.review.root)
    assert "the protocol says framework since; living-review refresh asks by it" in gaps.err

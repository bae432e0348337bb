"""Themes and findings as a workbook: out and in again changes nothing, each edit is one event, and mistakes are told by their cell."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from schemas.errors import UserError
from tasks.review.rule_same import rule_same
from tasks.review.state_synthesis import export_statements, import_statements, list_statements
from tests.support.cli import living_review
from tests.support.exports import Rec
from tests.support.projects import qdpx
from tests.support.reviews import SmallReview

TITLE = "Talking about apples"
TEXT = "Apples are red. Pears are green. Nobody asked the plums."
CODINGS = [
    ("Ada", "colour", TITLE, "Apples are red."), ("Ada", "colour", TITLE, "Pears are green."), ("Ben", "silence", TITLE, "Nobody asked"),
]  # fmt: skip
STATED = """
[[theme]]
id = "colours"
name = "=Colours"
statement = "Two\\r\\nlines, and a blank "
codes = ["colour"]
[[theme]]
id = "all"
name = "All"
level = "analytic"
parts = ["colours"]
[[finding]]
id = "red"
finding = "Things are red."
themes = ["colours", "all"]
support = [{ code = "colour" }, { stance = "against", quote = "Pears are green" }, { stance = "nuance", code = "silence" }]
[[judgement]]
report = "1"
finding = "red"
effect = "refuted"
reason = "Green."
"""
ASSESSED = """
[[confidence]]
finding = "red"
level = "low"
consensus = true
methodological_limitations = { concern = "minor", explanation = "a" }
coherence = { concern = "serious", explanation = "b" }
adequacy = { concern = "moderate", explanation = "c" }
relevance = { concern = "none or very minor", explanation = "d" }
"""


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    small = SmallReview(tmp_path_factory.mktemp("stated") / "review")
    small.search("medline", "a", [Rec("1", TITLE)])
    small.drop("coding/talk.qdpx", qdpx({TITLE: TEXT}, ["colour", "silence", "unused"], CODINGS))
    small.update(check=False)
    small.publish()
    for text in (STATED, ASSESSED):
        file = small.review.root / "said.toml"
        file.write_text(text)
        import_statements(small.review, file, "Ada")
        small.update(check=False)
        small.publish()
    return small


@pytest.fixture
def small(stated: SmallReview, tmp_path: Path) -> SmallReview:
    shutil.copytree(stated.review.root, tmp_path / "review")
    return SmallReview(tmp_path / "review")


@pytest.fixture
def book(small: SmallReview) -> Path:
    path = small.review.root / "themes.xlsx"
    export_statements(small.review, path, "Ada")
    return path


def edit(path: Path, **cells: object) -> None:
    """Puts values into cells, which are named as Sheet_F12."""
    opened = openpyxl.load_workbook(path)
    for name, value in cells.items():
        sheet, at = name.split("_")
        opened[sheet][at] = value
    opened.save(path)


def test_what_is_written_says_nothing_new_when_it_comes_back(small: SmallReview, book: Path) -> None:
    head = small.review.log.head()
    for who in ("Ada", "Ben"):
        assert import_statements(small.review, book, who).changed == []
    edit(book, Findings_Z1=None)  # as a spreadsheet saves it
    assert import_statements(small.review, book, "Ada", remove=True).changed == []
    assert small.review.log.head() == head
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames == ["Themes", "Findings", "Support", "Confidence", "Judgements", "Lists"]
    assert [cell.value for cell in opened["Themes"][3]][:6] == ["all", "All", "analytic", None, None, "colours"]
    assert opened["Themes"]["B2"].data_type == "s"
    assert [row[1].value for row in opened["Support"].iter_rows(min_row=2)] == ["for", "against", "nuance"]


def test_each_edit_is_an_event_of_whoever_made_it_and_says_what_is_gone(small: SmallReview, book: Path) -> None:
    edit(book, Themes_B2="Hues", Themes_E2="colour\nunused", Support_B4="for", Judgements_E2="Very green.")
    done = import_statements(small.review, book, "Ben")
    assert done.changed == [
        "changed: theme 'colours'",
        "changed: finding 'red'; no more: nuance by the code 'silence'",
        f"changed: judgement on {small.rows('SELECT report_id FROM report')[0][0]} finding red",
    ] or done.changed[2].startswith(
        "new: judgement"
    )  # who hands it over is not who judged: the cell 'by' still says Ada
    standing = list_statements(small.review)
    assert [(e.actor, e.event.name) for e in standing.themes if e.event.theme_id == "colours"] == [("Ben", "Hues")]
    assert [e.actor for e in standing.judgements] == ["Ada"]


def test_what_is_not_in_the_workbook_is_told_and_stays_until_its_removal_is_asked_for(
    small: SmallReview, book: Path
) -> None:
    opened = openpyxl.load_workbook(book)
    opened["Themes"].delete_rows(3)
    opened["Findings"]["D2"] = "colours"
    opened.save(book)
    head = small.review.log.head()
    done = import_statements(small.review, book, "Ada")
    assert (done.changed, done.absent) == ([], ["theme 'all'"])
    assert done.held == ["finding 'red', which would lose: theme 'all'"]
    assert small.review.log.head() == head
    assert import_statements(small.review, book, "Ada", remove=True).changed == [
        "changed: finding 'red'; no more: theme 'all'", "removed: theme 'all'",
    ]  # fmt: skip


def test_a_workbook_without_its_support_loses_none_before_somebody_says_so(small: SmallReview, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    del opened["Support"]
    opened.save(book)
    done = import_statements(small.review, book, "Ada")
    assert done.changed == []
    assert len(done.held) == 1
    said = living_review("themes", "import", small.review.root, book)
    assert said.code == 1
    assert "  change finding 'red', which would lose: for by the code 'colour', " in said.out


def test_a_code_that_counts_as_another_is_written_as_that_and_changes_nothing(small: SmallReview) -> None:
    rule_same(small.review, "code", ("unused", "colour"), "same", "Ada")
    small.update(check=False)
    small.publish()
    for name in ("themes.xlsx", "themes.toml"):
        export_statements(small.review, small.review.root / name, "Ada")
        assert import_statements(small.review, small.review.root / name, "Ada").changed == []
    assert openpyxl.load_workbook(small.review.root / "themes.xlsx")["Themes"]["E2"].value == "unused"


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"Themes_E2": "color"}, r"Themes!E2: theme 'colours': no code is called 'color' \(did you mean 'colour'\?\)"),
        (
            {"Support_C2": "silense"},
            r"Support!C2: finding 'red': no code is called 'silense' \(did you mean 'silence'\?\)",
        ),
        (
            {"Support_D3": "cdg_0"},
            "Support!D3: finding 'red': the coding cdg_0: no segment that counts is known by it",
        ),
        ({"Support_B2": "pro"}, "Support!B2: Input should be 'for', 'against' or 'nuance'"),
        ({"Support_A2": "read"}, r"Support!A2: the sheet Findings has no finding 'read' \(did you mean 'red'\?\)"),
        ({"Support_A2": None}, "Support!A2: names no finding"),
        ({"Support_C3": "colour", "Support_D3": None}, "Support!3:3: names one of: code, coding, quote"),
        ({"Themes_A2": None}, "Themes!A2: id is missing"),
        ({"Themes_A3": "All"}, "Themes!A3: may hold small letters, digits and '-' only"),
        ({"Themes_A3": "colours"}, "Themes!A3: theme 'colours' stands twice"),
        ({"Themes_F3": "hues"}, "Themes!F3: theme 'all': no theme is called 'hues'"),
        ({"Themes_B1": "nam"}, r"Themes!B1: 'nam' is no column of it \(did you mean 'name'\?\)"),
        ({"Findings_H3": "note"}, "Findings!H3 stands below no heading"),
        ({"Confidence_F2": "large"}, "Confidence!F2: Input should be"),
        ({"Confidence_G2": None}, "Confidence!G2: methodological limitations explanation is missing"),
        ({"Confidence_C2": "maybe"}, "Confidence!C2: Input should be a valid boolean"),
        ({"Judgements_D2": "denied"}, "Judgements!D2: Input should be"),
        ({"Judgements_C2": "blue"}, "Judgements!C2: no finding is called 'blue'"),
    ],
)
def test_a_mistake_is_told_by_its_cell_and_notes_nothing(stated: SmallReview, tmp_path: Path, cells, says) -> None:
    path = tmp_path / "themes.xlsx"
    export_statements(stated.review, path, "Ada")
    edit(path, **cells)
    head = stated.review.log.head()
    with pytest.raises(UserError, match=says):
        import_statements(stated.review, path, "Ada")
    assert stated.review.log.head() == head


def test_another_workbook_is_none_of_themes(stated: SmallReview, tmp_path: Path) -> None:
    other = openpyxl.Workbook()
    other.active.append(["report_id", "Country"])
    other.save(tmp_path / "x.xlsx")
    with pytest.raises(UserError, match="has a sheet 'Sheet', which it may not have"):
        import_statements(stated.review, tmp_path / "x.xlsx", "Ada")

"""Workbooks of decisions: the sheet that holds them is found past covers, and what is not read is told by sheet and row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from schemas.errors import UserError
from tasks.screen.read import read_decisions

HEADER = ["report_id", "stage", "reviewer", "verdict"]
COVER = [["Screening of the second search"], ["by Ann"]]


def workbook(folder: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "votes.xlsx")
    return folder / "votes.xlsx"


def test_of_a_workbook_with_one_sheet_a_row_is_named_by_its_line_alone(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"Votes": [HEADER, ["a", "full-text", "Ann", "perhaps so"]], "Sheet2": []})
    (problem,) = read_decisions(path).problems
    assert (problem.line, problem.name) == (2, "votes.xlsx")
    assert "Votes" not in problem.message


def test_past_a_cover_the_rows_are_named_by_sheet_and_row(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["a", "full-text", "Ann", "yes"],
        ["b", "full-text", "Ann", "perhaps so"],
        ["c", "full-text", "Ann", "no", "x"],
    ]
    done = read_decisions(workbook(tmp_path, {"Cover": COVER, "Votes": rows}))
    assert done.frame["key"].to_list() == ["a"]
    told = sorted(map(str, done.problems))
    assert told[0].startswith("votes.xlsx: Votes!3:3: its verdict is none of include")
    assert told[1:] == [
        "votes.xlsx: Votes!4:4: has 5 cells where the header has 4, and was not read",
        "votes.xlsx: sheet 'Cover': holds no decisions that we know, and was not read",
    ]
    assert [problem.severity for problem in done.problems if "Cover" in problem.message] == ["warning"]


def test_a_second_sheet_of_decisions_is_an_error_and_not_passed_over(tmp_path: Path) -> None:
    first, second = [HEADER, ["a", "title-abstract", "Ann", "yes"]], [HEADER, ["a", "full-text", "Ann", "no"]]
    done = read_decisions(workbook(tmp_path, {"Titles": first, "Full texts": second}))
    assert done.frame["stage"].to_list() == ["title-abstract"]
    assert [str(problem) for problem in done.errors] == [
        "votes.xlsx: sheet 'Full texts': holds decisions too, and was not read: save it as a file of its own"
    ]


def test_a_workbook_without_decisions_is_refused_by_its_first_sheet(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no file of screening decisions that we know; its columns are Screening of"):
        read_decisions(workbook(tmp_path, {"Cover": COVER, "More": COVER}))
    with pytest.raises(UserError, match="has no header row"):
        read_decisions(workbook(tmp_path, {"Empty": [], "Blank": [[" "]]}))

"""Extraction sheets as people hand them over: cover sheets, titles, merged cells, errors, other names, older forms."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from schemas.errors import UserError
from schemas.protocol import ExtractionField
from tasks.synthesise.answers import parse_number
from tasks.synthesise.characteristics import read_characteristics
from tasks.synthesise.form import FormRow, write_form
from tasks.synthesise.sheets import SheetFile

FIELDS = [
    ExtractionField(name="country", label="Country", required=True),
    ExtractionField(name="setting", label="Setting", type="choice", options=["ward", "home"]),
    ExtractionField(name="n", label="Participants", type="number"),
    ExtractionField(name="length", label="Length", type="number", unit="months"),
]


def book(path: Path, **sheets: list[list[object]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return made


def answered(done: SheetFile) -> list[tuple]:
    counts = ("reported", "not reported", "not applicable")
    return [row for row in done.frame.select("key", "field", "value", "status").rows() if row[3] in counts]


def told(done: SheetFile) -> list[str]:
    return [str(problem) for problem in done.problems]


def test_every_sheet_with_the_key_is_read_whatever_its_name_past_covers_and_titles(tmp_path: Path) -> None:
    book(
        tmp_path / "x.xlsx",
        Cover=[["Data extraction"], ["Study", "What clinicians say"], ["Version", 3]],
        Ada=[["Table 1. Characteristics"], [], ["Report ID", "Country"], ["rep_1", "Chile"]],
        Ben=[["Country", "report_id", "Participants"], ["Norway", "rep_2", 12]],
    )
    done = read_characteristics(tmp_path / "x.xlsx", fields=FIELDS)
    assert answered(done) == [
        ("rep_1", "country", "Chile", "reported"), ("rep_2", "country", "Norway", "reported"), ("rep_2", "n", "12", "reported"),
    ]  # fmt: skip
    assert done.frame["place"].to_list() == ["Ada!B4", "Ben!A2", "Ben!C2"]
    assert told(done) == ["x.xlsx: sheet 'Cover' has no column that names the report, and was not read"]


def test_each_bad_cell_is_told_by_its_place_and_the_rest_is_read(tmp_path: Path) -> None:
    book(
        tmp_path / "x.xlsx",
        Form=[
            ["report_id", "Country", "Setting", "Participants"],
            ["rep_1", "Chile", "prison", "many"],
            ["rep_2", "", "Home", "#N/A"],
        ],
    )
    done = read_characteristics(tmp_path / "x.xlsx", fields=FIELDS)
    assert answered(done) == [("rep_1", "country", "Chile", "reported"), ("rep_2", "setting", "home", "reported")]
    assert told(done) == [
        "x.xlsx: Form!C2: Setting: 'prison' is none of ward, home; it was not read",
        "x.xlsx: Form!D2: Participants: 'many' is no number; it was not read",
        "x.xlsx: Form!B3: Country: is required, and is empty",
        "x.xlsx: Form!D3: Participants: holds Excel's error #N/A, and was not read",
    ]
    assert [problem.severity for problem in done.problems] == ["error", "error", "warning", "error"]


def test_a_merged_cell_is_each_rows_and_is_told(tmp_path: Path) -> None:
    made = book(
        tmp_path / "x.xlsx", Form=[["report_id", "Country"], ["rep_1", "Chile"], ["rep_2", None], ["rep_3", "Norway"]]
    )
    made["Form"].merge_cells("B2:B3")
    made.save(tmp_path / "x.xlsx")
    done = read_characteristics(tmp_path / "x.xlsx", fields=FIELDS)
    assert [(key, value) for key, _, value, _ in answered(done)] == [
        ("rep_1", "Chile"),
        ("rep_2", "Chile"),
        ("rep_3", "Norway"),
    ]
    assert told(done) == ["x.xlsx: Form!B2:B3 is merged: 'Chile' was read for each of its 2 rows"]


def test_what_stands_beside_the_table_is_told_and_its_row_is_read(tmp_path: Path) -> None:
    book(tmp_path / "x.xlsx", Form=[["report_id", "Country"], ["rep_1", "Chile", None, "check!"]])
    done = read_characteristics(tmp_path / "x.xlsx", fields=FIELDS)
    assert len(answered(done)) == 1
    assert told(done) == ["x.xlsx: Form!D2 stands below no heading, and was not read"]


def test_a_workbook_without_the_key_is_refused(tmp_path: Path) -> None:
    book(tmp_path / "x.xlsx", Form=[["Country"], ["Chile"]])
    with pytest.raises(UserError, match="no sheet with a column that names the report"):
        read_characteristics(tmp_path / "x.xlsx", fields=FIELDS)


@pytest.mark.parametrize(
    ("text", "number", "qualifier"),
    [
        ("18", 18, None), ("-1.5", -1.5, None), ("1,5", 1.5, None), ("at least 550", 550, "at least"), ("≥ 20", 20, "at least"),
        ("20+", 20, "at least"), (">=3", 3, "at least"), ("up to 12", 12, "at most"), ("more than 9", 9, "more than"),
        ("<5", 5, "fewer than"), ("~30", 30, "about"), ("c. 30", 30, "about"), ("12 345", 12345, None), ("1,234,567", 1234567, None),
    ],
)  # fmt: skip
def test_a_number_may_have_a_qualifier(text: str, number: float, qualifier: str | None) -> None:
    found = parse_number(text)
    assert found is not None
    assert (found.number, found.qualifier) == (number, qualifier)


@pytest.mark.parametrize(
    "text", ["many", "12-15", "12 to 15", "1,23,4", "", "at least", "c", "5 patients", "nan", "inf"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


def test_a_thousands_comma_is_told_and_a_unit_is_known(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text('report_id,Country,Participants,Length\nrep_1,Chile,"1,234",18 months\n')
    done = read_characteristics(tmp_path / "c.csv", fields=FIELDS)
    assert done.frame["number"].to_list() == [None, 1234.0, 18.0]
    assert told(done) == ["c.csv:2: Participants: '1,234' was read as 1234; write it without a comma"]


def test_not_reported_and_not_applicable_are_answers_of_every_type(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("report_id,Country,Setting,Participants\nrep_1,NR,Not applicable,n.r.\n")
    done = read_characteristics(tmp_path / "c.csv", fields=FIELDS)
    assert [row[1:] for row in answered(done)] == [
        ("country", "not reported", "not reported"), ("setting", "not applicable", "not applicable"), ("n", "not reported", "not reported"),
    ]  # fmt: skip
    assert told(done) == []


def test_a_changed_form_reads_what_was_answered_under_the_old_one_and_says_what_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("report_id,Nation,Place of care,Funder,Size\nrep_1,Chile,ward,Nobody,large\n")
    changed = [
        ExtractionField(name="country", label="Country", formerly=["Nation"]),
        ExtractionField(
            name="setting", label="Setting", type="choice", options=["hospital", "home"],
            formerly=["Place of care"], options_formerly={"ward": "hospital"},
        ),
        ExtractionField(name="n", label="Participants", type="number", formerly=["Size"]),
    ]  # fmt: skip
    done = read_characteristics(tmp_path / "c.csv", fields=changed)
    assert [row[1:3] for row in answered(done)] == [("country", "Chile"), ("setting", "hospital"), ("Funder", "Nobody")]
    assert told(done) == [
        "c.csv: columns that are no field of the protocol, read as they are: Funder",
        "c.csv:2: Participants: 'large' is no number; it was not read",
    ]


def test_a_cell_of_the_form_that_was_filled_in_and_is_empty_was_emptied(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    write_form(
        path, FIELDS, [FormRow("rep_1; rep_2", "S", values={"country": "Chile", "n": "at least 12"}, extractor="Ada")]
    )
    made = openpyxl.load_workbook(path)
    assert [made[name].sheet_state for name in ("Lists", "Filled in")] == ["hidden", "hidden"]
    made["Extraction"]["E2"].value = None
    made.save(path)
    done = read_characteristics(path, fields=FIELDS)
    rows = done.frame.filter(done.frame["field"] != "study").select(
        "key", "field", "value", "status", "extractor", "whole_study"
    )
    assert rows.rows() == [
        ("rep_1", "country", None, "emptied", "Ada", True),
        ("rep_1", "setting", None, "empty", "Ada", True),
        ("rep_1", "n", "at least 12", "reported", "Ada", True),
        ("rep_1", "length", None, "empty", "Ada", True),
    ]
    grouped = done.frame.filter(done.frame["field"] == "study").select("key", "value")
    assert grouped.rows() == [("rep_1", "S"), ("rep_2", "S")]


def test_the_form_tells_what_answers_differ_in_a_note(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    write_form(path, FIELDS, [FormRow("rep_1", notes={"n": "extractors differ: 18 | 20"})])
    sheet = openpyxl.load_workbook(path)["Extraction"]
    assert (sheet["G2"].value, sheet["G2"].comment.text) == (None, "extractors differ: 18 | 20")
    assert "at least 550" in sheet["G1"].comment.text

"""Study characteristics and appraisals from sheets, and the extraction form."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from schemas.errors import UserError
from schemas.protocol import ExtractionField
from tasks.synthesise.appraisal import read_appraisal
from tasks.synthesise.characteristics import read_characteristics
from tasks.synthesise.checklist import read_checklist
from tasks.synthesise.form import FormRow, write_form

FIELDS = [
    ExtractionField(name="country", label="Country"),
    ExtractionField(name="design", label="Study design", type="choice", options=["Interviews", "Focus groups"]),
    ExtractionField(name="setting", label="Setting", type="choices", options=["Ward", "Clinic, outpatient", "Home"]),
    ExtractionField(name="n", label="Participants", type="number"),
    ExtractionField(name="lay", label="Lay co-researchers", type="yes-no"),
]


def values(done) -> list[tuple]:
    """What counts: empty cells and cells that do not fit are left out."""
    counts = done.frame.filter(~pl.col("status").is_in(["empty", "emptied", "invalid"]))
    return counts.select("row", "key", "field", "value").rows()


def test_a_wide_sheet_with_the_protocols_labels_and_choices(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(
        "Report ID;Study;Title;Country;STUDY DESIGN;Setting;Participants;Lay co-researchers;Funder\n"
        "rep_1;Hartwell;About pain;Norway;interviews;home;twelve;Y;Nobody\n"
        'rep_2;;;Chile;Survey;"Ward; home";14;maybe;\n'
        ";;;Peru;;;;;\n"
        "rep_4;;;;;;;;\n"
        "rep_5;Hartwell;;;;;;;\n"
    )
    done = read_characteristics(path, fields=FIELDS)
    assert (done.layout, done.rows, done.read, done.empty) == ("wide", 5, 3, 1)
    assert values(done) == [
        (2, "rep_1", "study", "Hartwell"),
        (2, "rep_1", "country", "Norway"),
        (2, "rep_1", "design", "Interviews"),
        (2, "rep_1", "setting", "Home"),
        (2, "rep_1", "lay", "yes"),
        (2, "rep_1", "Funder", "Nobody"),
        (3, "rep_2", "country", "Chile"),
        (3, "rep_2", "setting", "Ward"),
        (3, "rep_2", "setting", "Home"),
        (3, "rep_2", "n", "14"),
        (6, "rep_5", "study", "Hartwell"),
    ]
    assert [(p.line, p.severity) for p in done.problems] == [
        (None, "warning"), (None, "warning"), (2, "error"), (3, "error"), (3, "error"), (4, "error"),
    ]  # fmt: skip
    assert str(done.problems[3]) == (
        "c.csv:3: Study design: 'Survey' is none of Interviews, Focus groups; it was not read"
    )


def test_a_long_sheet_whose_rows_name_only_the_study(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(
        "study,characteristic,value\nHartwell 2017,Country,Norway\nHartwell 2017,Country,Sweden\nMoss 2019,,x\n"
    )
    done = read_characteristics(path)
    assert done.layout == "long" and done.frame["study"].to_list() == ["Hartwell 2017"] * 2
    assert values(done) == [(2, "Hartwell 2017", "Country", "Norway"), (3, "Hartwell 2017", "Country", "Sweden")]
    assert [str(p) for p in done.problems] == [
        "c.csv:3: Hartwell 2017 has 2 values of Country (lines 2, 3); all are kept",
        "c.csv:4: has a value without a field, and was not read",
    ]


def test_excel_gives_the_values_of_formulas_dates_and_numbers(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["report_id", "n", "when", "share"])
    book.active.append(["rep_1", 12.0, date(2024, 5, 31), 0.25])
    book.save(tmp_path / "c.xlsx")
    assert [value for *_, value in values(read_characteristics(tmp_path / "c.xlsx"))] == ["12", "2024-05-31", "0.25"]


@pytest.mark.parametrize(
    ("text", "says"),
    [("country\nNorway\n", "no column that names the report"), ("report_id,title\nrep_1,x\n", "no column with a char")],
)
def test_a_sheet_about_nothing_is_refused(tmp_path, text, says):
    path = tmp_path / "c.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=says):
        read_characteristics(path)


def test_the_form_has_a_frozen_header_lists_of_choices_and_no_formula(tmp_path):
    path = tmp_path / "form.xlsx"
    write_form(path, FIELDS, [FormRow("rep_1", "", "=HYPERLINK(1)", {"country": "=1+1", "n": "12"}), FormRow("rep_2")])
    book = openpyxl.load_workbook(path)
    sheet = book["Extraction"]
    assert [cell.value for cell in sheet[1]] == [
        "report_id", "study", "reference", "extractor", "Country", "Study design", "Setting", "Participants", "Lay co-researchers",
    ]  # fmt: skip
    assert sheet.freeze_panes == "E2"
    assert (sheet["C2"].data_type, sheet["E2"].data_type, sheet["E2"].value) == ("s", "s", "=1+1")
    assert sheet["H2"].value == 12
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert set(rules) == {"F2:F3", "I2:I3"}
    listed = rules["F2:F3"].formula1.replace("$", "").split("!")[1].split(":")
    assert [row[0].value for row in book["Lists"][listed[0] : listed[1]]] == [
        "Interviews", "Focus groups", "not reported", "not applicable",
    ]  # fmt: skip
    assert book["Lists"].sheet_state == "hidden"
    assert not list(tmp_path.glob("*.partial"))


def test_two_fields_with_one_label_keep_apart_and_a_fixed_columns_name_is_refused(tmp_path):
    twins = [ExtractionField(name="a", label="Aim"), ExtractionField(name="b", label="aim")]
    write_form(tmp_path / "f.xlsx", twins, [FormRow("rep_1", values={"a": "x", "b": "y"})])
    assert values(read_characteristics(tmp_path / "f.xlsx", fields=twins)) == [
        (2, "rep_1", "a", "x"),
        (2, "rep_1", "b", "y"),
    ]
    with pytest.raises(UserError, match="rename it"):
        write_form(tmp_path / "g.xlsx", [ExtractionField(name="reference", label="Reference")], [])


def test_casp_is_ten_items_of_which_the_last_is_open():
    casp = read_checklist("casp-qualitative")
    assert [item.number for item in casp.items] == list(range(1, 11))
    assert [item.number for item in casp.items if item.open] == [10]
    assert set(casp.answers.values()) == {"yes", "can't tell", "no"}
    with pytest.raises(UserError, match="there is: casp-qualitative"):
        read_checklist("../secrets")


def test_appraisal_a_column_an_item(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "report_id,reviewer,Q1,Q1 reason,Item 6,6 comment,10,Q11\n"
        "rep_1,Ann,Yes,aim on p. 2,Can’t tell,,adds patients' own words,x\n"
        "rep_2,Ann,perhaps,,NO,role not said,,\nrep_3,Ann,,,,,,\n",
        encoding="utf-8",
    )
    done = read_appraisal(path, checklists=[read_checklist("casp-qualitative")])
    assert done.frame.select("key", "item", "answer", "reason", "reviewer").rows() == [
        ("rep_1", 1, "yes", "aim on p. 2", "Ann"),
        ("rep_1", 6, "can't tell", None, "Ann"),
        ("rep_1", 10, "adds patients' own words", None, "Ann"),
        ("rep_2", 6, "no", "role not said", "Ann"),
    ]
    assert (done.layout, done.rows, done.read, done.empty) == ("wide", 3, 2, 1)
    assert [str(p) for p in done.problems] == [
        "a.csv: columns that were not read: Q11",
        "a.csv:3: item 1: 'perhaps' is none of yes, can't tell, no; not read",
    ]


def test_appraisal_a_row_an_answer(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "report,checklist,question,judgement,support\nrep_1,CASP-qualitative,ethics,unclear,not said\n"
        "rep_1,JBI,2,yes,\nrep_1,,12,yes,\n,,3,yes,\n"
    )
    done = read_appraisal(path, checklists=[read_checklist("casp-qualitative")])
    assert done.frame.select("item", "answer", "reason").rows() == [(7, "can't tell", "not said")]
    assert [p.line for p in done.problems] == [3, 4, 5]
    path.write_text("report,notes\nrep_1,x\n")
    with pytest.raises(UserError, match="neither columns item and answer"):
        read_appraisal(path, checklists=[read_checklist("casp-qualitative")])

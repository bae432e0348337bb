"""The appraisal form reads back as it was filled in, and tells nobody's answers before both are done."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from schemas.protocol_forms import Appraisal, OwnChecklist
from tasks.synthesise.appraisal import is_appraisal, read_appraisal
from tasks.synthesise.appraisal_form import AppraisalFormRow, read_appraisal_rows, write_appraisal_form
from tasks.synthesise.checklist import read_checklists
from warehouse.connect import memory

OWN = OwnChecklist.model_validate(
    {
        "name": "ours",
        "title": "Ours",
        "item": [
            {"number": 1, "short": "aim", "question": "Aim?"},
            {"number": 2, "short": "worth", "question": "Worth?", "open": True},
        ],
        "answers": {"yes": [], "no": [], "unclear": ["?"]},
    }
)
CHECKLISTS = read_checklists(Appraisal(checklist=["casp-qualitative", "ours"], own=[OWN]))


def test_what_is_filled_in_reads_back_with_reviewer_checklist_and_reasons(tmp_path: Path) -> None:
    row = AppraisalFormRow(
        "rep_1",
        "Fern 2019",
        "Fern (2019). Talk",
        {("casp-qualitative", 4): ("no", "=nobody says"), ("ours", 2): ("much", "")},
    )
    write_appraisal_form(tmp_path / "x.xlsx", CHECKLISTS, [row, AppraisalFormRow("rep_2", "", "")], "Ada")
    done = read_appraisal(tmp_path / "x.xlsx", checklists=CHECKLISTS)
    assert done.frame.select("key", "checklist", "item", "answer", "reason", "reviewer").rows() == [
        ("rep_1", "casp-qualitative", 4, "no", "=nobody says", "Ada"), ("rep_1", "ours", 2, "much", None, "Ada"),
    ]  # fmt: skip
    assert (done.problems, done.rows, done.empty) == ((), 4, 2)
    assert is_appraisal(tmp_path / "x.xlsx")


def test_a_row_without_its_reviewer_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("report_id,reviewer,Q1\nrep_1,Ada,yes\nrep_2,,yes\nrep_3,,\n")
    done = read_appraisal(path, checklists=CHECKLISTS)
    assert [str(problem) for problem in done.problems] == [
        "x.csv:3: names no reviewer: the answers count as those of whoever hands the file over"
    ]
    assert not is_appraisal(path)


def test_the_answers_of_each_item_are_a_list_and_a_bad_cell_is_told_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_appraisal_form(path, CHECKLISTS, [AppraisalFormRow("rep_1", "", "")], "Ada")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["casp-qualitative", "ours", "Lists"]
    (rule,) = book["ours"].data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("F2", "Lists!$B$1:$B$3")
    assert [book["Lists"].cell(n, 2).value for n in (1, 2, 3)] == ["yes", "no", "unclear"]
    book["ours"]["F2"], book["casp-qualitative"]["H2"] = "perhaps", "Yes"
    book["ours"]["H2"], book["casp-qualitative"]["J2"] = "#REF!", "#N/A"
    book.save(path)
    done = read_appraisal(path, checklists=CHECKLISTS)
    assert [str(problem) for problem in done.problems] == [
        "x.xlsx: casp-qualitative!J2: item 3: holds Excel's error #N/A, and was not read",
        "x.xlsx: ours!F2: item 1: 'perhaps' is none of yes, no, unclear; not read",
        "x.xlsx: ours!H2: item 2: holds Excel's error #REF!, and was not read",
    ]
    assert done.frame.select("checklist", "item", "answer").rows() == [("casp-qualitative", 2, "yes")]


ROWS = """
CREATE TABLE study_inclusion AS SELECT 's1' AS study_id, 'Fern 2019' AS label, 1 AS position;
CREATE TABLE report AS SELECT 'rep_1' AS report_id, 's1' AS study_id, ['Fern, A.'] AS authors, 2019 AS year, 'Talk' AS title;
CREATE TABLE report_path AS SELECT 'rep_1' AS report_id, 'included' AS place;
CREATE TABLE checklist_item AS FROM (VALUES ('ours', 1), ('ours', 2)) AS t (checklist, item);
CREATE TABLE appraisal (report_id VARCHAR, checklist VARCHAR, item INTEGER, answer VARCHAR, reason VARCHAR, reviewer VARCHAR);
"""


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([("Ben", 1), ("Ben", 2)], {}),
        ([("Ben", 1), ("Ben", 2), ("ADA", 1)], {}),
        ([("Ben", 1), ("ada", 1), ("ada", 2)], {}),
        ([("Cem", 1), ("Cem", 2), ("Ben", 1), ("Ben", 2)], {}),
        (
            [("Ben", 1), ("Ben", 2), ("ada", 1), ("ada", 2)],
            {("ours", 1): "Ben: yes (why)", ("ours", 2): "Ben: yes (why)"},
        ),
    ],
)
def test_what_a_colleague_answered_is_told_when_both_are_done(answers, told) -> None:
    with memory() as con:
        con.execute(ROWS)
        con.executemany(
            "INSERT INTO appraisal VALUES ('rep_1', 'ours', ?, 'yes', 'why', ?)", [(n, who) for who, n in answers]
        )
        (row,) = read_appraisal_rows(con, "Ada")
        assert row.told == told
        assert row.answers == {("ours", n): ("yes", "why") for who, n in answers if who.lower() == "ada"}
        (agreed,) = read_appraisal_rows(con, "consensus")
        both = [{n for w, n in answers if w.lower() == who} == {1, 2} for who in ("ben", "ada", "cem")].count(True) > 1
        assert agreed.answers == ({("ours", 1): ("yes", ""), ("ours", 2): ("yes", "")} if both else {})

"""coding import, extraction form and extraction import, as a user calls them, on a review that was published once."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from flows.commands import appraisal, coding, extraction, init
from schemas.errors import UserError
from tasks.review.derive import derive
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tasks.review.update import refresh
from warehouse.connect import reader, writer
from warehouse.content import hash_tables
from warehouse.review import Review

PROJECT = Path(__file__).parents[1] / "fixtures" / "coding" / "project.qde"
EXPORT = """TY  - JOUR
AN  - 1
T1  - Talking about pain
A1  - Hartwell, Jo
Y1  - 2017//
DO  - https://dx.doi.org/10.1000/a
ER  - 

"""
DECISIONS = "doi,stage,reviewer,verdict\n" + "".join(
    f"10.1000/a,{stage},{who},include\n" for stage in ("title-abstract", "full-text") for who in ("Ann", "Bea")
)


def call(command, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("coding") / "ward.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", PROJECT.read_text(encoding="utf-8"))
        archive.writestr("sources/one.txt", "Nobody believed\r\n😀 \r\n𝒜𝒷 trust it\r\nuntil later…\r\n".encode())
    return path


@pytest.fixture(scope="module")
def review(tmp_path_factory) -> Review:
    """A review with one included report and an extraction form of two fields, published once."""
    root = tmp_path_factory.mktemp("review") / "r"
    assert call(init.command, root, "--source", "medline").exit_code == 0
    protocol = root / "review.toml"
    text = protocol.read_text(encoding="utf-8").split("\n[[extraction.field]]")[0]
    fields = [("country", "Country", "text"), ("n", "Participants", "number")]
    for name, label, kind in fields:
        text += f'\n[[extraction.field]]\nname = "{name}"\nlabel = "{label}"\ntype = "{kind}"\n'
    protocol.write_text(text, encoding="utf-8")
    (root / "exports" / "medline" / "ovid.ris").write_text(EXPORT, encoding="utf-8")
    (root / "decisions" / "both.csv").write_text(DECISIONS, encoding="utf-8")
    review = Review(root)
    assert refresh(review, "test", Steps()).errors == []
    return review


def ask(review: Review, sql: str) -> list[tuple]:
    with reader(review.published_warehouse) as con:
        return con.execute(sql).fetchall()


def test_a_project_is_imported_linked_and_published(review, project):
    result = call(coding.command, "import", review.root, project)
    assert result.exit_code == 1, "two codings of the fixture cannot be read, and the exit code says so"
    for line in ("        3  codes", "        7  codings", "        1  links", "linked to reports: 1 of 3 documents"):
        assert line in result.output
    assert ask(review, "SELECT DISTINCT title FROM coding JOIN report USING (report_id)") == [("Talking about pain",)]
    assert ask(review, "SELECT quote FROM coding WHERE quote LIKE '%trust it'") == [("𝒜𝒷 trust it",)]


def test_the_form_goes_out_is_filled_in_and_comes_back(review, tmp_path):
    out = tmp_path / "form.xlsx"
    assert call(extraction.command, "form", review.root, "--out", out).exit_code == 0
    book = openpyxl.load_workbook(out)
    header = [cell.value for cell in book.worksheets[0][1]]
    assert header == ["report_id", "study", "reference", "extractor", "Country", "Participants"]
    assert book.worksheets[0]["C2"].value == "Hartwell (2017). Talking about pain"
    book.worksheets[0]["E2"], book.worksheets[0]["F2"] = "Norway", "at least 12"
    book.save(out)
    result = call(extraction.command, "import", review.root, out)
    assert (result.exit_code, "1 rows: 1 read" in result.output) == (0, True)
    found = ask(review, "SELECT field, value FROM characteristic WHERE field IN ('country', 'n') ORDER BY ALL")
    assert found == [("country", "Norway"), ("n", "at least 12")]
    assert ask(review, "SELECT number, qualifier FROM table_1 WHERE field = 'n'") == [(12.0, "at least")]
    again = call(extraction.command, "form", review.root, "--out", out)
    assert isinstance(again.exception, UserError) and "exists already" in str(again.exception)
    assert call(extraction.command, "form", review.root, "--out", out, "--force").exit_code == 0
    book = openpyxl.load_workbook(out)
    assert book.worksheets[0]["E2"].value == "Norway"
    book.worksheets[0]["E2"] = None
    book.save(tmp_path / "emptied.xlsx")
    assert call(extraction.command, "import", review.root, tmp_path / "emptied.xlsx").exit_code == 0
    assert ask(review, "SELECT value, status FROM table_1 WHERE field = 'country'") == [(None, "not extracted")]
    printed = call(extraction.command, "table", review.root, "--format", "csv").output
    assert printed.splitlines() == ["study,Country,Participants", "Hartwell 2017,–,at least 12"]


def test_two_extractors_who_differ_are_listed_and_settled(review, tmp_path):
    for name, n in (("Ada", 12), ("Ben", 14)):
        path = tmp_path / f"{name}.csv"
        path.write_text(f"report_id,Participants\n10.1000/a,{n}\n")
        assert call(extraction.command, "import", review.root, path, "--who", name).exit_code == 0
    out = tmp_path / "differences.csv"
    assert call(extraction.command, "differences", review.root, "--out", out).exit_code == 0
    assert "12 (Ada) | 14 (Ben)" in out.read_text()
    out.write_text(out.read_text().replace("consensus,", "consensus,13"))
    call(extraction.command, "import", review.root, out)
    assert ask(review, "SELECT value, agreement FROM study_characteristic WHERE field = 'n'") == [("13", "consensus")]
    values = "SELECT value FROM characteristic WHERE field = 'n' ORDER BY value"
    assert ask(review, values) == [("12",), ("13",), ("14",)]
    assert "13" not in call(extraction.command, "differences", review.root, "--format", "csv").output


def test_an_appraisal_comes_in_and_what_is_about_no_report_is_said(review, tmp_path):
    path = tmp_path / "casp.csv"
    path.write_text("report,item,answer\n10.1000/a,6,no\nnowhere,1,yes\n")
    result = call(extraction.command, "import", review.root, path, "--appraisal")
    assert result.exit_code == 1 and "'nowhere' is not linked to a report" in result.output
    assert ask(review, "SELECT item, answer FROM appraisal") == [(6, "no")]
    shown = call(appraisal.command, "table", review.root, "--format", "csv").output.splitlines()
    assert shown[1].split(",")[5:8] == ["not appraised", "no", "not appraised"]
    for name, start in (("lights.svg", b"<svg"), ("lights.png", b"\x89PNG")):
        assert call(appraisal.command, "figure", review.root, "--out", tmp_path / name).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    unknown = call(appraisal.command, "figure", review.root, "--checklist", "mmat", "--out", tmp_path / "x.svg")
    assert "there is: casp-qualitative" in str(unknown.exception)


def test_a_rebuild_gives_the_same_as_what_was_brought_in(review):
    with writer(review.warehouse) as con:
        grown = hash_tables(con)
        seq = int(dict(con.execute("FROM core.meta").fetchall())["seq"])
    fresh = review.root / "fresh.duckdb"
    derive(read_state(review, seq), fresh, Steps())
    with writer(fresh) as con:
        assert hash_tables(con) == grown


def test_a_file_that_is_no_project_changes_nothing(review, tmp_path):
    path = tmp_path / "paper.qdpx"
    path.write_bytes(b"%PDF-1.7")
    before = review.log.head()
    result = call(coding.command, "import", review.root, path)
    assert isinstance(result.exception, UserError) and "it is a PDF" in str(result.exception)
    assert review.log.head() == before
    assert not (review.root / "coding" / "paper.qdpx").exists()


def test_before_the_first_update_a_project_is_kept_all_the_same(project, tmp_path):
    call(init.command, tmp_path / "new", "--source", "medline")
    result = call(coding.command, "import", tmp_path / "new", project)
    assert "linked to reports: 0 of 3 documents; published as version 1" in result.output
    assert (tmp_path / "new" / "coding" / "ward.qdpx").read_bytes() == project.read_bytes()

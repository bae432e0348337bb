"""`living-review dedupe`: tables of any shape in, clusters and pairs out."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from flows.commands.dedupe import command
from schemas.errors import UserError

TITLE = "Living with an implanted nerve stimulator: a qualitative study"


def clusters(path: Path) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as file:
        return {row["id"]: row["cluster"] for row in csv.DictReader(file)}


def test_columns_may_be_missing_or_named_otherwise(tmp_path: Path) -> None:
    rows = [
        "ID,Title,Authors,Year,Issue",
        f'x1,"{TITLE}","Halvorsen, I.; Tan, W.",2014,4',
        f'x2,"{TITLE.upper()}","Tan W, Halvorsen I",2014,4',
        'x3,Something else altogether,"Brandt, O.",2011,',
    ]
    (tmp_path / "in.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = CliRunner().invoke(
        command,
        [str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv"), "--pairs", str(tmp_path / "pairs.csv")],
        catch_exceptions=False,
    )
    assert clusters(tmp_path / "out.csv") == {"x1": "x1", "x2": "x1", "x3": "x3"}
    assert (tmp_path / "pairs.csv").read_text(encoding="utf-8").startswith("id1,id2,outcome,score,why\nx1,x2,same,")
    assert "3 records, 2 reports, 0 pairs for review" in done.output


def test_records_that_are_equal_in_every_field_are_one_report(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(
        "id,title\n" + "".join(f"x{n:03},Editorial\n" for n in range(300)), encoding="utf-8"
    )
    CliRunner().invoke(command, [str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")], catch_exceptions=False)
    assert set(clusters(tmp_path / "out.csv").values()) == {"x000"}


def test_what_a_cap_leaves_out_is_counted_and_said(tmp_path: Path) -> None:
    rows = "".join(f"x{n:03},Annual report of the national device registry to its members,{n}\n" for n in range(250))
    (tmp_path / "in.csv").write_text("id,title,pages\n" + rows, encoding="utf-8")
    done = CliRunner().invoke(
        command, [str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")], catch_exceptions=False
    )
    assert "pairs not compared under" in done.output
    assert len(clusters(tmp_path / "out.csv")) == 250


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,title\nx,One\nx,Two\n", "1 id is repeated (x is one)"),
        ("id,title\nx,One\n,Two\n", "1 record has no id"),
    ],
)
def test_ids_must_be_there_and_unique(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=message.replace("(", r"\(").replace(")", r"\)")):
        CliRunner().invoke(command, [str(tmp_path / "in.csv")], catch_exceptions=False)


def test_exports_are_read_as_parse_reads_them(tmp_path: Path) -> None:
    record = "TY  - JOUR\nAU  - Halvorsen, Ingrid\nTI  - {}\nPY  - 2014\nJO  - Northern Nursing\nVL  - 7\nSP  - {}\nER  - \n\n"
    (tmp_path / "a.ris").write_text(record.format(TITLE, "55-61"), encoding="utf-8")
    (tmp_path / "b.ris").write_text(
        record.format(f"{TITLE}. Revised", "55-61") + record.format("Night alarms and the sleep of spouses", "80-85"),
        encoding="utf-8",
    )
    done = CliRunner().invoke(
        command,
        [str(tmp_path / "a.ris"), str(tmp_path / "b.ris"), "--out", str(tmp_path / "out.csv")],
        catch_exceptions=False,
    )
    assert len(set(clusters(tmp_path / "out.csv").values())) == 2
    assert "3 records, 2 reports" in done.output


ROWS = "id{d}title{d}author{d}year\n7{d}Une étude qualitative{d}Lefèvre H{d}2014.0\n 08{d}Une étude qualitative{d}Lefèvre H{d}2014\n"
"""Two records; the second's id begins with a space and a nought, and is to come out as it went in."""


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-8"), (",", "cp1252"), ("\t", "utf-16")],
)
@pytest.mark.parametrize("name", ["in.csv", "in.txt"])
def test_a_table_may_have_any_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str, name: str) -> None:
    (tmp_path / name).write_bytes(ROWS.format(d=delimiter).encode(encoding))
    done = CliRunner().invoke(command, [str(tmp_path / name), "--out", str(tmp_path / "out.csv")])
    assert done.exit_code == 0
    assert set(clusters(tmp_path / "out.csv")) == {" 08", "7"}
    assert "2 records" in done.output


def test_a_workbook_is_a_table_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Record ID", "Title", "Publication year"], [7, TITLE, 2014], [8, TITLE, 2014]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "in.xlsx")
    CliRunner().invoke(command, [str(tmp_path / "in.xlsx"), "--out", str(tmp_path / "out.csv")], catch_exceptions=False)
    assert set(clusters(tmp_path / "out.csv")) == {"7", "8"}


def test_records_without_ids_bear_the_number_of_their_row(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f"title,year\n{TITLE},2014\nAnother title,2011\n{TITLE},2014\n", encoding="utf-8")
    CliRunner().invoke(command, [str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")], catch_exceptions=False)
    assert clusters(tmp_path / "out.csv") == {"1": "1", "2": "2", "3": "1"}


def test_a_row_that_cannot_be_read_is_named_and_the_others_count(tmp_path: Path) -> None:
    text = f'id,title,year\nx,"{TITLE}"\ny,Cut, into four, 2011\nz,"A title\nof two lines",2011\n'
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(command, [str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")])
    assert done.exit_code == 1
    assert "in.csv:3: has 4 cells where the header has 3, and was not read" in done.output
    assert set(clusters(tmp_path / "out.csv")) == {"x", "z"}


def test_tables_and_exports_go_together_and_a_file_given_twice_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"id,title,author,year\nx,{TITLE},Halvorsen I,2014\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"id,title,author,year\ny,{TITLE},Halvorsen I,2014\n", encoding="utf-8")
    (tmp_path / "c.ris").write_text(
        f"TY  - JOUR\nAU  - Halvorsen, Ingrid\nTI  - {TITLE}\nPY  - 2014\nER  - \n\n", encoding="utf-8"
    )
    files = [str(tmp_path / name) for name in ("a.csv", "c.ris", "b.csv", "a.csv", "c.ris")]
    CliRunner().invoke(command, [*files, "--out", str(tmp_path / "out.csv")], catch_exceptions=False)
    found = clusters(tmp_path / "out.csv")
    assert len(found) == 3
    assert len(set(found.values())) == 1


def test_what_an_export_could_not_give_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.ris").write_text(
        f"TY  - JOUR\nTI  - {TITLE}\nER  - \n\nTY  - JOUR\nPY  - 2014\nER  - \n\n", encoding="utf-8"
    )
    done = CliRunner().invoke(command, [str(tmp_path / "a.ris"), "--out", str(tmp_path / "out.csv")])
    assert done.exit_code == 1
    assert "a.ris: 1 of 2 records cannot be used and were left out" in done.output


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("in.csv", b"id,author\nx,Halvorsen\n", "has no column 'title'"),
        ("in.csv", b"", "is empty"),
        ("in.csv", b"%PDF-1.7\n", "is a PDF"),
        ("in.parquet", b"%PDF-1.7\n", "cannot be read"),
        ("in.csv", b"id,title\nx,One\ny,Two\nx,Three\n", "in.csv:4: 1 id is repeated"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    done = CliRunner().invoke(command, [str(tmp_path / name)])
    assert isinstance(done.exception, UserError)
    assert message in str(done.exception)


def test_where_nothing_can_be_written_nothing_is_begun(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,title\nx,One\n", encoding="utf-8")
    done = CliRunner().invoke(command, [str(tmp_path / "in.csv"), "--out", str(tmp_path / "nowhere" / "out.csv")])
    assert isinstance(done.exception, UserError)
    assert "there is no folder" in str(done.exception)


COCHRANE = (
    "id,title,author,year,journal,pages\n"
    f'v1,"{TITLE}",Halvorsen I,2010,Cochrane Database of Systematic Reviews,CD012345\n'
    f'v2,"{TITLE}",Halvorsen I,2014,Cochrane Database of Systematic Reviews,CD012345\n'
)


@pytest.mark.parametrize(
    ("options", "reports"),
    [([], 2), (["--merge", "cochrane_version"], 1), (["--merge", "cochrane-version"], 1), (["--merge", "preprint"], 2)],
)
def test_versions_of_a_review_merge_where_it_is_asked_for(tmp_path: Path, options: list[str], reports: int) -> None:
    (tmp_path / "in.csv").write_text(COCHRANE, encoding="utf-8")
    done = CliRunner().invoke(command, [str(tmp_path / "in.csv"), *options, "--out", str(tmp_path / "out.csv")])
    assert done.exit_code == 0
    assert len(set(clusters(tmp_path / "out.csv").values())) == reports


def test_a_stricter_bound_on_false_merges_leaves_more_to_people(tmp_path: Path) -> None:
    row = f'{{}},"{TITLE}",{{}},2014,Northern Nursing\n'
    text = "id,title,author,year,journal\n" + row.format("x", "Halvorsen I") + row.format("y", "Halvorsen Ingrid")
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    said = [
        CliRunner().invoke(command, [str(tmp_path / "in.csv"), "--false-merges", bound]).output
        for bound in ("0.001", "0.0002")
    ]
    assert "2 records, 1 report, 0 pairs for review" in said[0]
    assert "2 records, 2 reports, 1 pair for review" in said[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--merge", "twins"], "'twins' cannot be merged"),
        (["--false-merges", "0.00001"], "no bound on false merges below 0.0002 is known to hold"),
    ],
)
def test_a_policy_that_is_not_known_is_refused_in_a_line(tmp_path: Path, options: list[str], message: str) -> None:
    (tmp_path / "in.csv").write_text("id,title\nx,One\n", encoding="utf-8")
    done = CliRunner().invoke(command, [str(tmp_path / "in.csv"), *options])
    assert isinstance(done.exception, UserError)
    assert message in str(done.exception)

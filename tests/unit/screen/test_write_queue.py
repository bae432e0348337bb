"""Open work goes out as files of other tools; with decisions added as each tool adds them, it comes back to the same reports."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from schemas.errors import UserError
from tasks.screen.read import read_decisions
from tasks.screen.tagged import ris_table
from tasks.screen.write_queue import TOOLS, write_queue
from tests.support.asreview import project

REPORTS = pl.DataFrame(
    {
        "report_id": ["rep_a1", "rep_b2", "rep_c3"],
        "title": ['=HYPERLINK("http://example.org")', "Décider, ensemble; récits", "Two lines\nof a title"],
        "authors": [["Hartwell, Jo", "Moss, Ada"], ["Núñez, Pia"], None],
        "year": [2017, 2018, None],
        "doi": [None, "10.5555/b", None],
        "pages": ["11-19", "e4", None],
        "accession": ["M1", "M2", "M3"],
        "abstract": ["One.\nTY  - JOUR\nER  - \nTwo.", "-1 is a number", None],
        "keywords": [["pain", "@work"], None, None],
        "verdict_of_somebody": ["include", "exclude", "maybe"],
    }
)
VERDICTS = ["include", "exclude", "maybe"]


def written(tmp_path: Path, tool: str) -> Path:
    path = tmp_path / f"queue.{tool if tool in ('csv', 'xlsx') else 'csv' if tool == 'asreview' else 'ris'}"
    write_queue(REPORTS, tool, path)
    return path


def came_back(content: bytes | str, tmp_path: Path, name: str = "back", **said: str) -> list[tuple[str, str]]:
    """(what identifies the report, verdict) of the file that a tool gave back."""
    path = tmp_path / "back"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    done = read_decisions(path, name=name, stage="title-abstract", **said)
    assert not done.errors
    meant = dict(done.reports.select("row", "meant").rows())
    return [(meant[row], verdict) for row, verdict in done.frame.select("row", "verdict").rows()]


def table(rows: list[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def ris_rows(path: Path) -> list[dict[str, str]]:
    read = ris_table(path.read_text(encoding="utf-8"), path.name)
    assert len(read.rows) == 3 and not read.problems
    return [cells for _, cells in read.records()]


def test_rayyan_keeps_notes_and_adds_its_own_after_them(tmp_path: Path) -> None:
    words = ["Included", "Excluded", "Maybe"]
    rows = [
        {"key": f"rayyan-{n}", "title": r["TI"], "authors": r.get("AU", ""), "notes": f'{r["N1"]} | RAYYAN-INCLUSION: {{"Ada "=>"{word}"}}'}
        for n, (r, word) in enumerate(zip(ris_rows(written(tmp_path, "rayyan")), words, strict=True))
    ]  # fmt: skip
    expected = list(zip(REPORTS["report_id"], VERDICTS, strict=True))
    assert came_back(table(rows), tmp_path) == expected
    as_ris = "".join(f"TY  - JOUR\nAN  - {r['key']}\nTI  - {r['title']}\nN1  - {r['notes']}\nER  - \n\n" for r in rows)
    assert came_back(as_ris, tmp_path) == expected
    as_bibtex = "".join(
        f"@article{{{r['key']},\n  title={{{r['title']}}},\n  note={{{r['notes']}}}\n}}\n\n" for r in rows
    )
    assert came_back(as_bibtex, tmp_path) == expected


def test_covidence_keeps_the_accession_number(tmp_path: Path) -> None:
    kept = ris_rows(written(tmp_path, "covidence"))
    rows = [
        {"Title": r["TI"], "Accession Number": r["AN"], "DOI": r.get("DO", ""), "Covidence #": f"#{n}", "Notes": "", "Tags": ""}
        for n, r in enumerate(kept, start=40)
    ]  # fmt: skip
    expected = [(report, "exclude") for report in REPORTS["report_id"]]
    name = "decisions/title-abstract/review_12_irrelevant_csv_20240101.csv"
    assert came_back(table(rows), tmp_path, name) == expected
    as_refworks = "".join(f"TY  - JOUR\nT1  - {r['TI']}\nID  - {r['AN']}\nN1  - \nER  - \n" for r in kept)
    assert came_back(as_refworks, tmp_path, name) == expected


def test_asreview_keeps_every_column_of_its_data_set(tmp_path: Path) -> None:
    path = written(tmp_path, "asreview")
    data = path.read_text(encoding="utf-8-sig")
    rows = [
        {**row, "asreview_label": label}
        for row, label in zip(csv.DictReader(io.StringIO(data)), (1, 0, ""), strict=True)
    ]
    expected = [("rep_a1", "include"), ("rep_b2", "exclude")]
    assert came_back(table(rows), tmp_path, reviewer="Ada") == expected
    for version in (1, 2, 3):
        made = project(data, [(0, 1, 1.0, None), (1, 0, 2.0, None)], version=version)
        assert came_back(made, tmp_path, reviewer="Ada") == expected


def test_eppi_reviewer_keeps_keywords_and_notes(tmp_path: Path) -> None:
    kept = ris_rows(written(tmp_path, "eppi"))
    lists = "".join(
        f"TY  - JOUR\nT1  - {r['TI']}\nKW  - eppi-reviewer\n"
        + "".join(f"KW  - {word}\n" for word in r["KW"].splitlines())
        + f"U1  - {n}\nN1  - \nER  - \n\n"
        for n, r in enumerate(kept, start=70)
    )
    expected = [(report, "include") for report in REPORTS["report_id"]]
    assert came_back(lists, tmp_path, "decisions/title-abstract/include/eppi.txt") == expected
    code = {"AttributeId": 5, "AttributeName": "INCLUDE on title & abstract", "AttributeType": "Include"}
    content = {
        "CodeSets": [{"SetName": "Screening", "Attributes": {"AttributesList": [code]}}],
        "References": [
            {"ItemId": n, "Title": r["TI"], "Keywords": r["KW"], "Comments": r["N1"], "Codes": [{"AttributeId": 5}]}
            for n, r in enumerate(kept)
        ],
    }
    assert came_back(json.dumps(content), tmp_path) == expected


@pytest.mark.parametrize("tool", ["csv", "xlsx"])
def test_tables_come_back_with_their_columns_filled_in(tmp_path: Path, tool: str) -> None:
    path = written(tmp_path, tool)
    if tool == "xlsx":
        book = openpyxl.load_workbook(path)
        columns = [cell.value for cell in book.active[1]]
        for n, verdict in enumerate(VERDICTS[:2], start=2):
            book.active.cell(n, columns.index("verdict") + 1, verdict)
        book.save(path)
        content = path.read_bytes()
    else:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
        content = table(
            [{**row, "verdict": verdict} for row, verdict in zip(rows, [*VERDICTS[:2], ""], strict=True)]
        ).encode()
    assert came_back(content, tmp_path, reviewer="Ada") == [("rep_a1", "include"), ("rep_b2", "exclude")]
    done = read_decisions(tmp_path / "back", stage="title-abstract", reviewer="Ada")
    assert done.without == {"no verdict yet": 1} and not done.problems
    assert done.reports["title"][0] == REPORTS["title"][0]  # what was guarded comes back as it was


def test_plain_ris_comes_back_as_a_list_of_one_status(tmp_path: Path) -> None:
    content = written(tmp_path, "ris").read_text(encoding="utf-8")
    expected = [(report, "exclude") for report in REPORTS["report_id"]]
    assert came_back(content, tmp_path, verdict="exclude") == expected
    assert (
        came_back(content.replace("AN  - ", "XX  - ").replace("ID  - ", "XY  - "), tmp_path, verdict="exclude")
        == expected
    )


@pytest.mark.parametrize("tool", ["csv", "asreview", "xlsx"])
def test_no_cell_is_a_formula(tmp_path: Path, tool: str) -> None:
    path = written(tmp_path, tool)
    if tool == "xlsx":
        cells = [cell.value for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row if cell.value]
    else:
        cells = [cell for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))) for cell in row if cell]
    assert cells and not [cell for cell in cells if cell[0] in "=+-@\t\r"]


@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_of_anybodys_verdict_goes_out(tmp_path: Path, tool: str) -> None:
    path = written(tmp_path, tool)
    assert b"verdict_of_somebody" not in path.read_bytes()
    if tool != "xlsx":
        assert not {"include", "exclude", "maybe"} & set(path.read_text(encoding="utf-8").replace(",", " ").split())


def test_an_unknown_tool_and_a_folder_that_is_not_there_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'endnote' is no format of the queue"):
        write_queue(REPORTS, "endnote", tmp_path / "a")
    with pytest.raises(UserError, match="cannot be written"):
        write_queue(REPORTS, "csv", tmp_path / "none" / "a.csv")
    assert list(tmp_path.iterdir()) == []

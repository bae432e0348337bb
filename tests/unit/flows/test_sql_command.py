"""living-review sql: to another program whole, to a terminal within its width, to a file by its ending."""

from __future__ import annotations

import csv
import io
import json
import resource
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from flows.rows import write_frame
from schemas.errors import UserError
from tests.support.cli import living_review
from warehouse.connect import writer

QUERY = "SELECT title, year FROM report ORDER BY year DESC"
LONG = "Of plums that were kept in a cellar through seven winters, and of those who kept them"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review of which two reports are published."""
    root = tmp_path_factory.mktemp("sql") / "orchards"
    (root / "published").mkdir(parents=True)
    (root / "review.toml").write_text("")
    with writer(root / "published" / "warehouse.duckdb") as con:
        con.execute(
            "CREATE TABLE report AS SELECT * FROM (VALUES (?, 2012), ('=1+1', 2011)) AS r (title, year)", [LONG]
        )
    return root


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output is a terminal of 40 columns without colours."""
    monkeypatch.setattr("flows.terminal.is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")


class TestToAnotherProgram:
    def test_a_table_has_every_row_whole(self, root: Path) -> None:
        assert LONG in living_review("sql", root, QUERY).out
        assert living_review("sql", root, "FROM range(99)").out.splitlines()[-1].strip() == "98"

    def test_csv_and_json(self, root: Path) -> None:
        rows = list(csv.DictReader(io.StringIO(living_review("sql", root, QUERY, "--format", "csv").out)))
        assert rows[1] == {"title": "'=1+1", "year": "2011"}
        said = json.loads(living_review("sql", root, QUERY, "--format", "json").out)
        assert said[0] == {"title": LONG, "year": 2012}

    @pytest.mark.parametrize("shape", ["parquet", "xlsx"])
    def test_what_is_no_text_needs_a_file(self, root: Path, shape: str) -> None:
        said = living_review("sql", root, QUERY, "--format", shape)
        assert said.code == 2
        assert "--out FILE" in said.err


@pytest.mark.usefixtures("terminal")
class TestToATerminal:
    def test_cells_are_cut_and_say_by_how_much(self, root: Path) -> None:
        lines = living_review("sql", root, QUERY).out.splitlines()
        assert max(map(len, lines)) <= 40
        shown, hidden = lines[2].split("  ")[0].split("…+")
        assert LONG.startswith(shown)
        assert len(shown) + int(hidden) == len(LONG)

    def test_fifty_rows_and_how_many_more_there_are(self, root: Path) -> None:
        lines = living_review("sql", root, "FROM range(1060)").out.splitlines()
        assert [line.strip() for line in lines[-2:]] == ["49", "… 1,010 more (--all shows them)"]
        assert living_review("sql", root, "FROM range(50)").out.splitlines()[-1].strip() == "49"

    def test_all_rows_where_they_are_asked_for(self, root: Path) -> None:
        assert living_review("sql", root, "FROM range(60)", "--all").out.splitlines()[-1].strip() == "59"

    def test_csv_is_whole_all_the_same(self, root: Path) -> None:
        assert LONG in living_review("sql", root, QUERY, "--format", "csv").out

    def test_colours_only_where_they_are_wanted(self, root: Path, monkeypatch) -> None:
        assert "\x1b" not in living_review("sql", root, QUERY).out
        monkeypatch.delenv("NO_COLOR")
        assert "\x1b[1m" in living_review("sql", root, QUERY).out
        monkeypatch.setenv("TERM", "dumb")
        assert "\x1b" not in living_review("sql", root, QUERY).out


class TestToAFile:
    def test_by_its_ending(self, root: Path, tmp_path: Path) -> None:
        for ending in ("csv", "json", "parquet", "xlsx"):
            said = living_review("sql", root, QUERY, "--out", tmp_path / f"a.{ending}")
            assert (said.code, said.out) == (0, "")
        assert (tmp_path / "a.csv").read_text().splitlines()[2] == "'=1+1,2011"
        assert json.loads((tmp_path / "a.json").read_text())[1]["title"] == "=1+1"
        assert pl.read_parquet(tmp_path / "a.parquet")["year"].to_list() == [2012, 2011]
        cells = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        assert [cell.value for cell in cells[3]] == ["=1+1", 2011]
        assert cells["A3"].data_type == "s"
        assert cells["A3"].quotePrefix

    def test_of_an_ending_that_says_nothing(self, root: Path, tmp_path: Path) -> None:
        said = living_review("sql", root, QUERY, "--out", tmp_path / "a.txt")
        assert said.code == 2
        assert ".csv, .json, .parquet, .xlsx" in said.err
        assert living_review("sql", root, QUERY, "--out", tmp_path / "a.txt", "--format", "table").code == 0
        assert LONG in (tmp_path / "a.txt").read_text()

    def test_that_is_there_stays_as_it_was_when_the_query_fails(self, root: Path, tmp_path: Path) -> None:
        out = tmp_path / "a.csv"
        out.write_text("mine")
        assert living_review("sql", root, "FROM nothing", "--out", out).code == 2
        assert out.read_text() == "mine"
        assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]

    def test_that_excel_could_not_hold_is_not_cut(self, root: Path, tmp_path: Path) -> None:
        said = living_review("sql", root, "SELECT repeat('x', 40000) AS text", "--out", tmp_path / "a.xlsx")
        assert said.code == 2
        assert "row 2, text: 40,000 characters" in said.line
        assert not (tmp_path / "a.xlsx").exists()


class TestTheQuery:
    @pytest.mark.parametrize(
        "query", ["-- a note\nSELECT 7 AS n", "--note\nSELECT 7 AS n", "/* a note */ SELECT 7 AS n"]
    )
    def test_may_begin_with_a_comment(self, root: Path, query: str) -> None:
        assert living_review("sql", root, query, "--format", "csv").out == "n\n7\n"

    def test_is_read_from_standard_input(self, root: Path, monkeypatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("-- a note\nSELECT 7 AS n"))
        assert living_review("sql", root, "-", "--format", "csv").out == "n\n7\n"

    @pytest.mark.parametrize(
        ("query", "says"),
        [
            ("SELECT nothing FROM report", "nothing"),
            ("FROM read_csv('/etc/passwd')", "query: "),
            ("DELETE FROM report", "query: "),
            ("SELECT 1; SELECT 2", "2 statements"),
        ],
    )
    def test_that_is_wrong_is_2_and_no_traceback(self, root: Path, query: str, says: str) -> None:
        said = living_review("sql", root, query)
        assert said.code == 2
        assert says in said.err.splitlines()[0]
        assert "Traceback" not in said.err

    def test_that_is_wrong_is_shown_with_its_place(self, root: Path) -> None:
        assert living_review("sql", root, "SELECT 1,\n tilte FROM report").err.splitlines()[1:] == [
            "LINE 2:  tilte FROM report",
            "         ^^^^^",
        ]


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # openpyxl's, of a sheet that it could not end
@pytest.mark.parametrize("shape", ["csv", "json", "parquet", "xlsx"])
def test_on_a_full_disk_a_file_is_one_line_and_the_old_one_stands(tmp_path: Path, shape: str) -> None:
    out = tmp_path / f"rows.{shape}"
    out.write_text("the old rows")
    frame = pl.DataFrame({"text": [f"{n} is not {n * 7919 % 10007}" for n in range(20_000)]})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(UserError, match="cannot be written: the disk is full"):
            write_frame(frame, shape, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["the old rows"]

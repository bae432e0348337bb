"""Frames as Markdown, terminal text, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tasks.publish.tables import to_csv, to_cut_text, to_fitting_text, to_json, to_markdown, to_text_table


@pytest.fixture
def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source": ["MEDLINE", None],
            "n": [-2, None],
            "on": [date(2026, 1, 2), None],
            "at": [datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), None],
            "authors": [["Fern, A.", "Birch, B."], []],
            "new": [True, None],
        }
    )


def test_markdown_has_iso_dates_joined_lists_and_blank_nulls(frame: pl.DataFrame) -> None:
    assert to_markdown(frame).splitlines() == [
        "| source | n | on | at | authors | new |",
        "| --- | ---: | --- | --- | --- | --- |",
        "| MEDLINE | -2 | 2026-01-02 | 2026-01-02T03:04:05+00:00 | Fern, A.; Birch, B. | true |",
        "|  |  |  |  |  |  |",
    ]


def test_text_cannot_leave_its_markdown_cell_or_become_markup() -> None:
    body = to_markdown(pl.DataFrame({"title": ["a | b\n<script> [x](y) \x1b[31m"]})).splitlines()[2]
    assert body == "| a \\| b<br>\\<script\\> \\[x\\](y) \ufffd\\[31m |"


def test_a_frame_without_columns_is_empty_everywhere() -> None:
    nothing = pl.DataFrame()
    assert (to_markdown(nothing), to_csv(nothing), json.loads(to_json(nothing))) == ("", "", [])
    assert to_text_table(nothing).strip() == ""


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "＝1+1", "-5 reports"]
)
def test_csv_neutralises_what_a_spreadsheet_would_run(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(to_csv(pl.DataFrame({"title": [text]}))))
    assert row["title"] == f"'{text}"


def test_csv_neutralises_column_names_and_text_within_lists() -> None:
    header, row = to_csv(pl.DataFrame({"=1": [["=2", "x"]]})).splitlines()
    assert (header, row) == ("'=1", "'=2; x")


def test_csv_leaves_numbers_alone() -> None:
    written = to_csv(pl.DataFrame({"n": [-5, 5], "x": [-0.5, None], "text": ["-5", "+1.5e3"]}))
    assert written == "n,x,text\n-5,-0.5,-5\n5,,+1.5e3\n"


def test_csv_tells_an_empty_text_from_a_null() -> None:
    assert to_csv(pl.DataFrame({"a": ["", None], "b": [1, 2]})) == 'a,b\n"",1\n,2\n'


def test_json_keeps_lists_numbers_and_nulls(frame: pl.DataFrame) -> None:
    first, second = json.loads(to_json(frame))
    assert first == {
        "source": "MEDLINE",
        "n": -2,
        "on": "2026-01-02",
        "at": "2026-01-02T03:04:05+00:00",
        "authors": ["Fern, A.", "Birch, B."],
        "new": True,
    }
    assert second == {"source": None, "n": None, "on": None, "at": None, "authors": [], "new": None}


def test_json_has_no_number_that_json_has_not() -> None:
    rows = json.loads(to_json(pl.DataFrame({"x": [float("nan"), float("inf"), 1.5]})), parse_constant=pytest.fail)
    assert [row["x"] for row in rows] == [None, None, 1.5]


def test_the_terminal_table_wraps_to_its_width_and_cuts_nothing() -> None:
    title = "A-very-long-title-without-any-space-to-break-it-at-all"
    lines = to_text_table(pl.DataFrame({"title": [title], "n": [12]}), width=30).splitlines()
    assert max(map(len, lines)) <= 30
    assert "".join(line.split()[0] for line in lines[2:]) == title


def test_the_terminal_gets_no_control_characters() -> None:
    assert "\x1b" not in to_text_table(pl.DataFrame({"title": ["\x1b]0;owned\x07"]}))


def test_brackets_are_text_and_not_markup_on_the_terminal() -> None:
    assert "[bold]x[/bold]" in to_text_table(pl.DataFrame({"[red]n": ["[bold]x[/bold]"]}))


TITLE = "Of apples and of those who keep them through the winter"


class TestCut:
    def test_a_cell_says_how_many_characters_it_hides(self) -> None:
        frame = pl.DataFrame({"title": [TITLE, "Of pears"], "n": [123456789012, 2]})
        assert to_cut_text(frame, width=40).splitlines() == [
            "title                                  n",
            "─" * 40,
            "Of apples and of those…+33  123456789012",
            "Of pears                               2",
        ]

    def test_what_fits_is_whole(self) -> None:
        assert TITLE in to_cut_text(pl.DataFrame({"title": [TITLE]}), width=len(TITLE))

    def test_narrow_columns_are_whole_and_wide_ones_share_what_is_left(self) -> None:
        row = to_cut_text(pl.DataFrame({"a": ["x" * 99], "b": ["short"], "c": ["y" * 99]}), width=60).splitlines()[2]
        a, b, c = row.split("  ")
        assert b.strip() == "short"
        assert abs(len(a) - len(c)) <= 1

    def test_a_row_is_one_line(self) -> None:
        text = to_cut_text(pl.DataFrame({"title": ["Of apples\n  and pears"]}), width=40)
        assert text.splitlines()[2] == "Of apples ↵ and pears"

    def test_more_columns_than_can_be_shown_become_a_block_a_row(self) -> None:
        frame = pl.DataFrame({f"column {n}": [TITLE] for n in range(9)})
        lines = to_cut_text(frame, width=40).splitlines()
        assert lines[0] == "column 0  Of apples and of those who…+29"
        assert len(lines) == 9

    @given(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Mn", "Me", "Cf", "Cc"])), min_size=1, max_size=6
        )
    )
    def test_no_line_is_wider_than_the_terminal(self, texts: list[str]) -> None:
        frame = pl.DataFrame({f"c{n}": [text] for n, text in enumerate(texts)})
        assert max(map(cell_len, to_cut_text(frame, width=50).splitlines())) <= 50

    @pytest.mark.parametrize(("width", "shown"), [(12, "日本語の…+8"), (13, "日本語の題…+7")])
    def test_a_wide_character_takes_two_columns(self, width: int, shown: str) -> None:
        lines = to_cut_text(pl.DataFrame({"t": ["日本語の題名がとても長い"]}), width=width).splitlines()
        assert lines[2] == shown
        assert to_text_table(pl.DataFrame({"t": ["日本", "ab"], "n": [1, 2]})).splitlines()[2:] == [
            "日本  1",
            "ab    2",
        ]


class TestFitting:
    FRAME = pl.DataFrame(
        {"source": ["medline", "embase"], "searches": [3, 1], "hits": [None, 18], "said": [TITLE, "–"]}
    )

    def test_a_table_where_it_fits(self) -> None:
        assert (
            to_fitting_text(self.FRAME, width=100)
            == to_text_table(self.FRAME)
            == to_fitting_text(self.FRAME, width=None)
        )

    def test_else_a_paragraph_a_row_of_which_nothing_is_cut(self) -> None:
        assert to_fitting_text(self.FRAME, width=40).splitlines() == [
            "medline",
            "  searches 3 · hits –",
            "  said Of apples and of those who keep",
            "  them through the winter",
            "embase",
            "  searches 1 · hits 18 · said –",
        ]

    def test_in_colours_the_heading_is_bold(self) -> None:
        assert to_fitting_text(self.FRAME, width=40, coloured=True).splitlines()[0] == "\x1b[1mmedline\x1b[0m"
        assert to_text_table(self.FRAME, coloured=True).startswith("\x1b[1msource")


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.integers(-(2**40), 2**40)), max_size=5))
def test_every_row_comes_back_from_csv_and_json(rows: list[tuple[str, int]]) -> None:
    frame = pl.DataFrame(rows, schema={"title": pl.String, "n": pl.Int64}, orient="row")
    assert [(row["title"], row["n"]) for row in json.loads(to_json(frame))] == rows
    back = list(csv.reader(io.StringIO(to_csv(frame), newline="")))[1:]
    assert [(title.removeprefix("'"), int(n)) for title, n in back] == [(t.removeprefix("'"), n) for t, n in rows]

"""What commands print on a terminal, and what of it they print where there is none."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from flows.terminal import print_problems, wrap_to_terminal
from schemas.problem import Problem

SENTENCE = "full-text: of 15 single exclusions that were checked none was overturned; 東京の看護師 and all the others were asked twice"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 40 columns without colours."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("flows.terminal.is_terminal", lambda stream: True)


class TestRunningText:
    def test_breaks_between_words_and_later_lines_stand_in(self, terminal: None) -> None:
        first, *others = wrap_to_terminal(SENTENCE, 4).splitlines()
        assert others
        assert all(line.startswith("    ") and not line.startswith("     ") for line in others)
        assert all(cell_len(line) <= 40 for line in (first, *others))
        assert " ".join(" ".join((first, *others)).split()) == SENTENCE

    def test_keeps_its_own_lines(self, terminal: None) -> None:
        assert wrap_to_terminal("one\ntwo", 4) == "one\ntwo"

    def test_is_one_line_where_there_is_no_terminal(self) -> None:
        assert wrap_to_terminal(SENTENCE, 4) == SENTENCE


def problems(n: int) -> list[Problem]:
    """As many lines of one kind about one file, and a warning of another kind about another."""
    alike = [
        Problem("votes.csv", row, f"a decision about 'g{row}': no report is known by that name")
        for row in range(2, n + 2)
    ]
    return [Problem("b.ris", None, "is empty", "warning"), *alike]


class TestLinesOfOneKind:
    def test_are_counted_on_a_terminal_after_the_first_few(
        self, terminal: None, capsys: pytest.CaptureFixture[str]
    ) -> None:
        print_problems(problems(300))
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 7
        assert lines[0] == "error: votes.csv:2: a decision about 'g2': no report is known by that name"
        assert lines[5] == "error: … and 295 more like it of votes.csv (2> FILE keeps all)"
        assert lines[6] == "warning: b.ris: is empty"

    def test_are_all_told_where_there_is_no_terminal_or_not_many(
        self, terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        print_problems(problems(6))
        assert len(capsys.readouterr().err.splitlines()) == 7
        monkeypatch.setattr("flows.terminal.is_terminal", lambda stream: False)
        print_problems(problems(300))
        assert len(capsys.readouterr().err.splitlines()) == 301

"""Numbered strategies: what refers to a line stands for that line."""

from __future__ import annotations

import pytest

from schemas.errors import UserError
from tasks.search.strategy import StrategyLine, combine_lines, split_lines

NUMBERED = """
1. "personality disorder*"[tiab]
   OR borderline[tiab]
2. nurse*[tiab]
3. psychiatrist*[tiab]
4. or/2-3
5. 1 and 4
"""


def test_lines_keep_their_numbers_and_continuations():
    assert split_lines(NUMBERED)[0] == StrategyLine(1, '"personality disorder*"[tiab] OR borderline[tiab]')
    assert [line.number for line in split_lines(NUMBERED)] == [1, 2, 3, 4, 5]


def test_the_last_line_stands_for_the_whole():
    assert combine_lines(NUMBERED) == (
        '("personality disorder*"[tiab] OR borderline[tiab]) AND ((nurse*[tiab]) OR (psychiatrist*[tiab]))'
    )


@pytest.mark.parametrize("last", ["3. #1 OR #2", "3. 1 or 2", "3. or/1-2", "3. #1-#2/or", "#3 #1 OR #2"])
def test_the_ways_to_refer_to_a_line(last):
    assert combine_lines(f"1. nurse\n2. clinician\n{last}") == "(nurse) OR (clinician)"


def test_text_without_numbers_is_one_line():
    assert combine_lines("nurse* AND\n  2019 and later") == "nurse* AND 2019 and later"


def test_a_text_that_only_begins_with_a_number_is_no_numbered_line():
    assert combine_lines("10.1000/abc-12") == "10.1000/abc-12"


def test_a_number_inside_words_is_no_reference():
    assert combine_lines("1. nurse\n2. type 1 and type 2 diabetes") == "type 1 and type 2 diabetes"


def test_a_reference_to_nothing_is_said():
    with pytest.raises(UserError, match="line 2 of the strategy refers to line 7"):
        combine_lines("1. nurse\n2. #1 AND #7")


def test_an_empty_strategy_is_said():
    with pytest.raises(UserError, match="empty"):
        combine_lines("  \n ")


def test_a_heading_above_line_1_is_not_searched():
    assert split_lines("ILLUSTRATION ONLY\n1 nurse\n2 1 or 2") == [StrategyLine(1, "nurse"), StrategyLine(2, "1 or 2")]


def test_sets_of_ebsco_and_proquest():
    assert combine_lines('S1 TI nurse\nS2 AB "S100 protein"\nS3 S1 OR S2') == '(TI nurse) OR (AB "S100 protein")'

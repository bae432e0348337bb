"""Positions in coded texts, against a walk through the text, character by character."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.synthesise.qda_text import ALL, STANDARD, Dialect, Text, choose_dialect, fits, hash_text

NVIVO, ATLAS = Dialect(utf16=True, crlf=2), Dialect(utf16=False, crlf=1)
RAW = st.lists(st.sampled_from(["a", " ", "\n", "\r", "\r\n", "😀", "𝒜"]), max_size=12).map("".join)


def walk(raw: str, dialect: Dialect) -> tuple[list[int], list[bool]]:
    """For each unit of the dialect's count, and the end: the kept character that it is of, and whether it is a second one."""
    kept, inside = [], []
    for number, one in enumerate(re.findall(r"\r\n|.", raw, re.DOTALL)):
        width = dialect.crlf if one == "\r\n" else 2 if dialect.utf16 and ord(one) > 0xFFFF else 1
        kept += [number] * width
        inside += [False, True][:width]
    return [*kept, max(kept, default=-1) + 1], [*inside, False]


@pytest.mark.parametrize("dialect", ALL, ids=str)
@settings(max_examples=100, deadline=None)
@given(RAW)
def test_each_position_is_the_character_that_a_walk_comes_to(dialect: Dialect, raw: str) -> None:
    text = Text.of(raw)
    assert text.kept == re.sub("\r\n|\r", "\n", raw)
    positions = text.reader(dialect)
    for unit, (kept, inside) in enumerate(zip(*walk(raw, dialect), strict=True)):
        assert positions.splits(unit) == inside
        # Between the two units of a character: before it where a selection starts, after it where one ends.
        assert (positions.kept(unit), positions.kept(unit, end=True)) == (kept, kept + inside)


@settings(max_examples=100, deadline=None)
@given(RAW)
def test_a_text_is_ambiguous_where_two_ways_of_counting_differ(raw: str) -> None:
    assert Text.of(raw).is_ambiguous() == (len({str(walk(raw, dialect)) for dialect in ALL}) > 1)


@pytest.mark.parametrize(
    ("tool", "dialect"), [("nvivo", NVIVO), ("atlas.ti", ATLAS), ("maxqda", STANDARD), ("unknown", STANDARD)]
)
def test_each_software_counts_in_its_way(tool: str, dialect: Dialect) -> None:
    """NVivo counts UTF-16 units, ATLAS.ti a line end as one; the standard counts code points."""
    assert choose_dialect(tool, []).dialect == dialect
    plain = [(Text.of("one two three"), 0, 3, "")] * 5
    assert choose_dialect(tool, plain).dialect == dialect
    assert choose_dialect(tool, plain).why == "all ways of counting agree on these texts"


def test_positions_that_fit_no_way_of_counting_are_doubted_and_what_a_person_states_is_not() -> None:
    text = Text.of("one two three")
    shifted = [(text, 1, 4, ""), (text, 5, 8, ""), (text, 0, 3, "")]
    assert choose_dialect("maxqda", shifted).doubt == "only 1 of 3 segments start and end where words do"
    assert not choose_dialect("maxqda", shifted).can_tell, "another way of counting would change nothing"
    emoji = Text.of("😀 one two three")
    assert choose_dialect("maxqda", [(emoji, start, start + 1, "") for start in (4, 8, 12)]).can_tell
    assert choose_dialect("maxqda", shifted[1:] + shifted[2:]).doubt == ""
    stated = choose_dialect("maxqda", shifted, ATLAS)
    assert (stated.dialect, stated.doubt) == (ATLAS, "")


def test_how_our_own_file_counts_is_known_whatever_its_segments_look_like() -> None:
    raw = "😀 one two three"
    as_nvivo_has_it = [(Text.of(raw), start, start + 3, "") for start in (3, 7)]
    assert choose_dialect("living", as_nvivo_has_it).dialect.utf16
    known = choose_dialect("living", as_nvivo_has_it, certain=True)
    assert (known.dialect, known.doubt) == (STANDARD, "")
    assert choose_dialect("living", as_nvivo_has_it, ATLAS, certain=True).dialect == ATLAS, (
        "what a person says comes first"
    )


def test_nvivos_positions_behind_a_wide_character_and_a_line_end() -> None:
    raw = "😀 they\r\nsaid so"
    positions = Text.of(raw).reader(NVIVO)
    first, last = positions.kept(9), positions.kept(13, end=True)
    assert Text.of(raw).kept[first:last] == "said"


#: 'word 😀 word 😀 …': behind each wide character the two ways of counting are one further apart.
WIDE = Text.of("word 😀 " * 20)


def selections(right: int, wrong: int) -> list[tuple[Text, int, int, str]]:
    """Words by their place in code points, and as many places where only UTF-16 units come to words."""
    words = [(WIDE, 7 * n, 7 * n + 4, "") for n in range(1, right + 1)]
    units = [(WIDE, 8 * n, 8 * n + 4, "") for n in range(1, wrong + 1)]
    return words + units


@pytest.mark.parametrize(
    ("points", "units", "chosen"),
    [
        (5, 5, STANDARD),
        (0, 2, NVIVO),
        (0, 1, STANDARD),
        (4, 6, NVIVO),
        (5, 6, STANDARD),
        (6, 8, STANDARD),
        (20, 0, STANDARD),
    ],
)
def test_another_way_of_counting_is_taken_where_it_fits_clearly_better(
    points: int, units: int, chosen: Dialect
) -> None:
    """By two selections at least, and a fifth of them all."""
    said = selections(points, units)
    hits = {
        dialect: sum(fits(text, text.reader(dialect), a, b, "") for text, a, b, _ in said)
        for dialect in (STANDARD, NVIVO)
    }
    lead, total = hits[NVIVO] - hits[STANDARD], len(said)
    assert (lead >= 2 and lead >= total / 5) == (chosen == NVIVO)
    assert choose_dialect("maxqda", said).dialect.utf16 == chosen.utf16


@pytest.mark.parametrize(
    ("start", "end", "name", "right"),
    [
        (0, 3, "", True),
        (4, 7, "", True),
        (5, 7, "", False),
        (4, 6, "", False),
        (0, 99, "", False),
        (4, 4, "", False),
        (5, 15, "wo three f…", True),
        (5, 15, "wo threw f…", False),
    ],
)
def test_a_selection_fits_where_words_begin_and_end_or_it_bears_its_first_words(start, end, name, right) -> None:
    text = Text.of("one two three four")
    assert fits(text, text.reader(STANDARD), start, end, name) == right


def test_blanks_at_the_end_do_not_tell_texts_apart_and_a_blank_text_tells_nothing() -> None:
    assert hash_text("one\n") == hash_text("one") != hash_text(" one")
    assert hash_text(" \n") is None

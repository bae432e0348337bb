"""Whose words a segment may have, by how it stands in the text: only what is quoted or set off is taken for a participant's."""

from __future__ import annotations

import pytest

from tasks.synthesise.guess_words import guess_participants


def guess(text: str, words: str) -> str | None:
    start = text.index(words)
    return guess_participants(text, start, start + len(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One said: “It was dark.” Then she left.", "“It was dark.”"),
        ("One said: “It was dark, and cold.” Then she left.", "It was dark"),
        ("One said: \"It was dark.\" Then she left.", "It was dark."),
        ("One said: \"It was dark.\" Then she left.", "\"It was dark.\""),
        ("Eine sagte: „Es war dunkel.“ Dann ging sie.", "Es war dunkel"),
        ("One said: «It was\ndark.» (nurse 3)", "«It was\ndark.»"),
    ],
)  # fmt: skip
def test_what_is_quoted(text: str, words: str) -> None:
    assert guess(text, words) == "quotation marks"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One said: “It was dark.” Then she left.", "Then she left"),
        ("“Dark”, she said, and “cold”.", "“Dark”, she said, and “cold”"),
        ("“Dark”, she said, and “cold”.", ", she said, and "),
        ("It didn't end; the nurses' work went on.", "t end; the nurses"),
        ("She spoke of “burnout” as a word.", "She spoke of “burnout” as a word"),
        ("“It was dark.\n\nThe ward was closed that year. It was “cold”.", "The ward was closed"),
    ],
)
def test_what_authors_say_around_it_is_not(text: str, words: str) -> None:
    assert guess(text, words) is None


def test_a_block_that_is_set_off() -> None:
    text = "They spoke of nights:\n\n    It was dark, and\n    nobody came.\n\nMost agreed."
    assert guess(text, "It was dark, and\n    nobody came.") == "indented block"
    assert guess(text, "Most agreed.") is None
    assert guess("    all of it\n    is indented", "all of it") is None

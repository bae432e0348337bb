"""Notes beside files: what is wrong with one, in one plain line."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import UserError
from warehouse.dropfolder import read_note

KEYS = "it may hold: executed_at, window_from, window_to, hits, who, strategy, note, stage, verdict, positions, round"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hit = 3", "has a key 'hit', which no note has (did you mean 'hits'?)"),
        ("Executed_at = 2020-01-31", "has a key 'Executed_at', which no note has (did you mean 'executed_at'?)"),
        ("wings = 2", f"has a key 'wings', which no note has ({KEYS})"),
        ('hits = "many"\nhit = 3', "has a key 'hit', which no note has (did you mean 'hits'?)"),
        ('hits = "many"', "has a wrong 'hits': 'many' is not a whole number, 0 or more"),
        ("hits = -1", "has a wrong 'hits': -1 is not a whole number, 0 or more"),
        ('window_to = "soon"', "has a wrong 'window_to': 'soon' is not a date, as 2020-01-31"),
        ('stage = "later"', "has a wrong 'stage': 'later' is not one of 'title-abstract', 'retrieval' or 'full-text'"),
        ("who = 5", "has a wrong 'who': 5 is not text in quotation marks"),
    ],
)
def test_what_is_wrong_with_a_note_is_said_in_one_plain_line(tmp_path: Path, text: str, said: str) -> None:
    note = tmp_path / "export.ris.toml"
    note.write_text(text)
    with pytest.raises(UserError) as error:
        read_note(note, "export.ris", "0" * 64)
    assert str(error.value) == said

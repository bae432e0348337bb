"""What holds for any decision file, any coded text and any filled-in form."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.errors import UserError
from schemas.protocol import ExtractionField
from tasks.screen.formats.rayyan import parse_notes
from tasks.screen.read import read_decisions
from tasks.synthesise.characteristics import read_characteristics
from tasks.synthesise.form import FormRow, clean, write_form
from tasks.synthesise.qda_text import ALL, Dialect, Text

words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
cells = st.one_of(
    words,
    st.sampled_from(["include", "Excluded", "maybe", "not retrieved", "full-text", "tiab", "Ann", "3/4/2024", ""]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=8), max_size=8), st.sampled_from(",;\t"))
def test_every_row_of_a_decision_file_is_a_decision_or_is_counted(rows, delimiter):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["report_id", "stage", "reviewer", "verdict", "reason", "date"])
    writer.writerows(rows)
    filled = sum(any(cell.strip() for cell in row) for row in rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "d.csv")
        path.write_text(out.getvalue(), encoding="utf-8", newline="")
        done = read_decisions(path)
    assert done.rows == filled == done.frame["row"].n_unique() + sum(done.without.values())
    assert done.without.get("could not be read", 0) <= len(done.errors)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(words, st.sampled_from(["Included", "Excluded", "Maybe"])), max_size=4), words)
def test_rayyan_notes_read_back_whatever_the_names_hold(votes, before):
    assume("RAYYAN" not in before and "USER-NOTES" not in before)
    escaped = [(name.replace("\\", "\\\\").replace('"', '\\"'), verdict) for name, verdict in votes]
    cell = f"{before} | RAYYAN-INCLUSION: {{" + ", ".join(f'"{name}"=>"{verdict}"' for name, verdict in escaped) + "}"
    meant = {"Included": "include", "Excluded": "exclude", "Maybe": "maybe"}
    assert parse_notes(cell).verdicts == [(name.strip(), meant[verdict]) for name, verdict in votes]


def counted(raw: str, place: int, dialect: Dialect) -> int:
    """Where a place in the raw text is, as a program with this dialect counts: by writing the text up to it out."""
    before = raw[:place].replace("\r\n", "\n") if dialect.crlf == 1 else raw[:place]
    return len(before.encode("utf-16-le")) // 2 if dialect.utf16 else len(before)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab \n\r😀𝒜é"), max_size=30), st.data())
def test_positions_of_every_dialect_lead_to_the_same_characters(raw, data):
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    # No program lets a segment start or end between CR and LF.
    assume(not any(raw[place - 1 : place + 1] == "\r\n" for place in (start, end)))
    text = Text.of(raw)
    for dialect in ALL:
        positions = text.reader(dialect)
        first = positions.kept(counted(raw, start, dialect))
        last = positions.kept(counted(raw, end, dialect), end=True)
        assert text.kept[first:last] == re.sub(r"\r\n?", "\n", raw[start:end])


def trimmed(text: str) -> str:
    return clean(text).strip()


# What Excel stores as text and gives back: no lone surrogates; blanks at the ends are not kept by people either.
typed = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20).map(trimmed)
FIELDS = [
    ExtractionField(name="free", label="Free text"),
    ExtractionField(name="one", label="One of", type="choice", options=["a", "B, b", "=c"]),
    ExtractionField(name="some", label="Some of", type="choices", options=["x", "y z", "+w"]),
    ExtractionField(name="n", label="Number", type="number"),
    ExtractionField(name="yes", label="Yes or no", type="yes-no"),
]
row = st.fixed_dictionaries(
    {
        "free": st.one_of(typed, st.sampled_from(["=1+1", "@SUM(A1)", "007", "1e5", "TRUE", "_x0041_", "2024-05-31"])),
        "one": st.sampled_from(["", "a", "B, b", "=c"]),
        "some": st.lists(st.sampled_from(["x", "y z", "+w"]), unique=True),
        "n": st.one_of(st.just(""), st.integers(-(10**6), 10**6).map(str), st.sampled_from(["12.50", "0.1", "1,5"])),
        "yes": st.sampled_from(["", "yes", "no"]),
    }
)


@settings(max_examples=15, deadline=None)
@given(st.lists(row, max_size=3))
def test_a_form_reads_back_as_it_was_filled_in(rows):
    given_ = [
        FormRow(f"rep_{n}", values={k: "; ".join(v) if isinstance(v, list) else v for k, v in each.items() if v})
        for n, each in enumerate(rows)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "form.xlsx")
        write_form(path, FIELDS, given_)
        done = read_characteristics(path, fields=FIELDS)
    wanted = [
        (each.report_ids, field, value)
        for each in given_
        for field, said in each.values.items()
        for value in (said.split("; ") if field == "some" else [said])
    ]
    answered = done.frame.filter(done.frame["status"] != "empty")
    assert sorted(answered.select("key", "field", "value").rows()) == sorted(wanted)
    assert not done.problems


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_one_line(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "d.csv")
        path.write_bytes(data)
        try:
            read_decisions(path, stage="full-text", reviewer="Ann")
        except UserError as error:
            assert "\n" not in str(error)

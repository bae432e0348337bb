"""What holds for every export, not only for the ones at hand."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import UserError
from tasks.load import ris
from tasks.load.read import read
from tasks.load.source import Source

FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TAGS = st.sampled_from(["TI", "T1", "AU", "A1", "AB", "N1", "KW", "M1", "ZZ", "L9", "Y1"])
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n\r\0"), max_size=60).map(
    lambda text: text.strip(" \t")
)
RECORDS = st.lists(st.lists(st.tuples(TAGS, TEXT), max_size=8), min_size=1, max_size=6)

TITLED = st.builds(
    lambda title, author, year, more: [("T1", title), ("AU", author), ("PY", str(year)), *more],
    st.text("abc déf", min_size=1, max_size=20).map(lambda text: f"T {text}".strip()),
    st.sampled_from(["Abara, Maren", "Brännström, Ø", "World Health Organization"]),
    st.integers(1900, 2030),
    st.lists(
        st.tuples(st.sampled_from(["AB", "VL", "IS", "KW"]), st.text("xyz 123é", min_size=1, max_size=30)), max_size=4
    ),
)


def write_ris(records: list[list[tuple[str, str]]], *, newline: str = "\n", counters: int | None = None) -> str:
    lines: list[str] = []
    for number, record in enumerate(records):
        if counters is not None:
            lines.append(f"{counters + number}.")
        lines += ["TY  - JOUR", *(f"{tag}  - {value}" for tag, value in record), "ER  - ", ""]
    return newline.join(lines)


def parsed(content: bytes) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_bytes(content)
        reading = read(path)
        ids = [record_id for batch in reading for record_id in batch.records.get_column("record_id")]
    assert reading.found == reading.starts == reading.loaded + reading.quarantined
    return ids


@FEW
@given(RECORDS)
def test_any_tokens_written_as_ris_are_read_back_in_order(records: list[list[tuple[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.ris"
        path.write_text(write_ris(records), encoding="utf-8", newline="")
        frame = pl.concat([piece.frame for piece in ris.tokenise(Source.of(path))])
    back = [
        list(part.select("tag", "value").iter_rows())
        for part in frame.partition_by("record", maintain_order=True, include_key=False)
    ]
    assert back == [[("TY", "JOUR"), *record] for record in records]


@FEW
@given(st.lists(TITLED, min_size=1, max_size=6), st.randoms(use_true_random=False), TITLED, st.integers(1, 3000))
def test_order_counters_and_new_records_change_no_id(
    records: list[list[tuple[str, str]]], draw: object, new: list[tuple[str, str]], counter: int
) -> None:
    before = parsed(write_ris(records).encode())
    shuffled = [new, *records]
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    after = parsed(write_ris(shuffled, counters=counter).encode())
    assert sorted([*before, *parsed(write_ris([new]).encode())]) == sorted(after)


@FEW
@given(
    st.lists(TITLED, min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_newlines_and_encodings_change_no_id(records: list[list[tuple[str, str]]], newline: str, encoding: str) -> None:
    assert parsed(write_ris(records, newline=newline).encode(encoding)) == parsed(write_ris(records).encode())


@FEW
@given(
    st.lists(TITLED, min_size=2, max_size=6),
    st.integers(0, 10_000),
    st.binary(min_size=0, max_size=6),
    st.integers(0, 12),
)
def test_damage_is_never_a_silent_loss(records: list[list[tuple[str, str]]], at: int, put: bytes, cut: int) -> None:
    text = write_ris(records).encode()
    at %= len(text)
    damaged = text[:at] + put + text[at + cut :]
    try:
        parsed(damaged)
    except UserError as error:
        assert str(error)

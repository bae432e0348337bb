"""What `parse` writes, it reads back equal in every normalised field, and other tools read it as well."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import bibtexparser
import polars as pl
import pytest
import rispy
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from tasks.load.mapping import pick, spoken
from tasks.load.normalise import normalise
from tasks.load.read import read
from tasks.load.registry import mappings
from tasks.load.repair import repair
from tasks.load.write import WRITERS, write

FIELDS = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "pmcid", "accession", "issn",
    "isbn",
    "abstract", "keywords", "language", "url", "type",
)  # fmt: skip
SCALARS = {"record_id": "r" + "0" * 20, "identity": "acc:1", "source": "Embase", "platform": "ovid", "format": "ris"}

LETTERS = string.ascii_letters + "äöüßéèçñøåÅłŠžİıαβγΩЖя中文😀"
SPECIAL = string.digits + " .,;:!?'\"()[]{}<>/\\|@#$%^&*_=+-~`–—’“”…°×½"
text = st.text(LETTERS + SPECIAL, min_size=1, max_size=60)
names = st.one_of(
    st.builds(
        "{}, {}".format,
        st.text(LETTERS + "-' ", min_size=2, max_size=20),
        st.text(LETTERS + ". -", min_size=1, max_size=12),
    ),
    st.sampled_from(
        ["World Health Organization", "Smith and Sons, Inc.", "Centers for Care and Prevention", "O'Neil, T. {Jr}"]
    ),
    text,
)
abstracts = st.lists(
    text | st.sampled_from(["METHODS: We asked.", "@article{x, = 1", "AU  - no tag", "TI  - none"]),
    min_size=1,
    max_size=4,
).map("\n".join)
records = st.fixed_dictionaries(
    {
        "title": text,
        "authors": st.none() | st.lists(names, min_size=1, max_size=4),
        "year": st.none() | st.integers(1900, 2030),
        "journal": st.none() | text,
        "volume": st.none() | st.text(string.digits + "S", min_size=1, max_size=4),
        "issue": st.none() | st.text(string.digits + "-/", min_size=1, max_size=5),
        "pages": st.none() | st.sampled_from(["1-9", "e1234", "244-258", "S12-S19", "12, 15-17", "7"]),
        "doi": st.none() | st.sampled_from(["10.1000/x(1)_y", "10.1000/a#b%c", "10.1002/(sici)1097<1>2.0;3&4"]),
        "pmid": st.none() | st.integers(1, 10**8 - 1).map(str),
        "pmcid": st.none() | st.integers(1, 10**7).map("PMC{}".format),
        "accession": st.none() | st.sampled_from(["L2001234567", "2-s2.0-1", "WOS:0001", "=1+1", "'@x", "CN-00000001"]),
        "issn": st.none() | st.sampled_from(["1234-567X", "1234-5678; 8765-4321"]),
        "isbn": st.none() | st.sampled_from(["9781234567897", "123456789X; 9781234567897"]),
        "abstract": st.none() | abstracts,
        "keywords": st.none() | st.lists(text, min_size=1, max_size=4),
        "language": st.none() | st.sampled_from(["english", "en; fr"]),
        "url": st.none() | st.sampled_from(["https://example.org/a?b=1&c=%20d#e_f", "http://example.org/~x/{y}"]),
        "type": st.none() | st.sampled_from(
            ["article", "review", "conference", "book", "chapter", "thesis", "report", "preprint", "trial", "erratum",
            "other"]
        ),
    }
)  # fmt: skip


def settled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records as reading gives them: their values normalised as those of an export are."""
    values = [
        (at, name, value)
        for at, row in enumerate(rows)
        for name in FIELDS
        if row[name] is not None
        for value in _several(name, row[name])
    ]
    schema = {"record": pl.UInt32, "tag": pl.String, "value": pl.String}
    mapping = next(one for one in mappings("csv") if one.platform == "living-review")
    picked = pick(
        repair(spoken(pl.DataFrame(values, schema=schema, orient="row"), mapping)), mapping.fields, None, len(rows)
    )
    return [{name: row[name] for name in FIELDS} for row in normalise(picked, mapping).iter_rows(named=True)]


def _several(name: str, value: Any) -> list[str]:
    return value if isinstance(value, list) else str(value).split("; ") if name in ("issn", "isbn") else [str(value)]


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The records as a ParsedRecord frame, as far as writers look at it."""
    full = [
        {**SCALARS, **row, "record_id": f"r{at:020x}", "raw_sha256": "0" * 64, "raw": []} for at, row in enumerate(rows)
    ]
    lists = {"authors": pl.List(pl.String), "keywords": pl.List(pl.String)}
    numbers = {"year": pl.Int32}
    schema = {name: lists.get(name) or numbers.get(name) or pl.String for name in (*SCALARS, *FIELDS, "raw_sha256")}
    return pl.DataFrame([{name: row[name] for name in schema} for row in full], schema=schema).with_columns(
        raw=pl.lit(None)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written")


@pytest.mark.parametrize("form", sorted(WRITERS))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(rows=st.lists(records, min_size=4, max_size=12))
@example(
    rows=[dict.fromkeys(FIELDS) | {"title": "=cmd|' /C calc'!A0", "abstract": "+1\n-2\n@3", "keywords": ["-x", "a;b"]}]
)
@example(
    rows=[
        dict.fromkeys(FIELDS)
        | {"title": "50% of \\alpha_1 & {braces} $5 ~ ^", "authors": ["{X} and Y, Z", "de la Cruz, Ana"]}
    ]
)
def test_what_is_written_is_read_back_equal(form: str, rows: list[dict[str, Any]], folder: Path) -> None:
    expected = settled(rows)
    # ExportReader once settles a value; the few that a second reading changes again (&amp;amp;) are not at issue here.
    assume(settled(expected) == expected and all(row["title"] for row in expected))
    path = folder / "records"
    path.write_bytes(write(frame(expected), form))

    reading = read(path)
    got = [row for batch in reading for row in batch.records.iter_rows(named=True)]

    assert reading.platform == "living-review"
    assert [row["source"] for row in got] == ["Embase"] * len(rows)
    assert [{name: row[name] for name in FIELDS} for row in got] == expected


SAMPLE = settled(
    [
        {
            **dict.fromkeys(FIELDS), "title": f"Living with {what}", "authors": ["Lind, Mara", "Oak & Ash Group"],
            "year": 2021,
            "journal": "Journal of Imagined Care", "doi": "10.1000/xyz.1", "abstract": "AIM: One.\nRESULTS: Two.",
            "keywords": ["a", "b"],
            "type": "article", "pages": "1-9",
        }
        for what in ("cold", "50% rain", "R&D {x}")
    ]
)  # fmt: skip


def test_rispy_reads_our_ris() -> None:
    got = rispy.loads(write(frame(SAMPLE), "ris").decode())
    assert [entry["title"] for entry in got] == [row["title"] for row in SAMPLE]
    assert [entry["authors"] for entry in got] == [row["authors"] for row in SAMPLE]
    assert {entry["doi"] for entry in got} == {"10.1000/xyz.1"}


def test_bibtexparser_reads_our_bibtex() -> None:
    library = bibtexparser.parse_string(write(frame(SAMPLE), "bibtex").decode())
    assert not library.failed_blocks
    assert [entry["year"] for entry in library.entries] == ["2021"] * 3
    assert library.entries[1]["title"] == "Living with 50\\% rain"


def test_lxml_reads_our_endnote_xml() -> None:
    root = etree.fromstring(write(frame(SAMPLE), "endnote-xml"))
    assert root.xpath("/xml/records/record/titles/title/text()") == [row["title"] for row in SAMPLE]
    assert root.xpath("count(//author)") == 6


def test_no_cell_of_our_csv_is_a_formula() -> None:
    rows = [{**dict.fromkeys(FIELDS), "title": title} for title in ("=1+1", "@SUM(A1)", "-2", "+3", "'=4", "plain")]
    lines = write(frame(rows), "csv").decode().splitlines()[1:]
    cells = [cell for line in lines for cell in line.split(",")]
    assert not [cell for cell in cells if cell.strip('"')[:1] in ("=", "+", "-", "@")]


def test_a_record_in_two_exports_has_two_keys_for_bibtexparser() -> None:
    """It takes the second of one key for a mistake."""
    once = frame(settled([dict.fromkeys(FIELDS) | {"title": "Warmth"}]))
    library = bibtexparser.parse_string(write(pl.concat([once, once]), "bibtex").decode())
    assert (len(library.entries), library.failed_blocks) == (2, [])

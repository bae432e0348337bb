"""A record's identity, against hashes made by hand: ids stand in ledgers and must never change."""

from __future__ import annotations

from hashlib import sha256

import polars as pl
import pytest

from tasks.load.identity import HASHED, identities, raw_digests, record_id

SAID = {
    "title": "Of apples", "authors": ["Testperson, Tess", "Beispiel, Bo"], "year": 2019, "journal": "Journal", "volume": "1",
    "issue": "2", "pages": "3-4", "doi": "10.5555/a", "pmid": "7", "pmcid": "PMC8", "issn": "1234-5679", "isbn": "9",
    "abstract": "One.\nTwo.", "language": "eng", "type": "journal", "accession": "A1", "url": "https://example.org/?session=1",
}  # fmt: skip


def identity(lasting: bool = False, **changes: object) -> str:
    types = {
        name: pl.Int64 if name == "year" else pl.List(pl.String) if name == "authors" else pl.String for name in SAID
    }
    records = pl.DataFrame([SAID | changes], schema=types)
    return identities(records, pl.Series([lasting]))[0]


def test_a_record_id_is_twenty_digits_over_source_and_identity() -> None:
    expected = "r" + sha256(b"medline\nacc:1").hexdigest()[:20]
    assert record_id(pl.Series(["medline"]), pl.Series(["acc:1"])).to_list() == [expected]


def test_a_lasting_accession_is_the_identity() -> None:
    assert identity(lasting=True) == "acc:A1"
    assert identity(lasting=True, title="Another", year=None) == "acc:A1"


def test_without_one_it_is_a_hash_over_the_fields_with_a_mark_between_any_two() -> None:
    fields = [
        "Of apples", "Testperson, Tess\x1eBeispiel, Bo", "2019", "Journal", "1", "2", "3-4", "10.5555/a", "7", "PMC8", "1234-5679",
        "9", "One. Two.", "eng", "journal",
    ]  # fmt: skip
    assert identity() == "sha:" + sha256("\x1f".join(fields).encode()).hexdigest()
    assert identity(lasting=True, accession=None) == identity()


@pytest.mark.parametrize("name", HASHED)
def test_each_field_counts(name: str) -> None:
    assert identity(**{name: None}) != identity()


@pytest.mark.parametrize("name", ["accession", "url"])
def test_what_changes_from_export_to_export_does_not(name: str) -> None:
    assert identity(**{name: "other"}) == identity()


def test_a_field_that_moves_into_the_next_is_another_record() -> None:
    assert identity(volume=None, issue="1") != identity(volume="1", issue=None)
    assert identity(authors=["Testperson, Tess Beispiel, Bo"]) != identity()


def test_they_bear_the_names_of_the_columns_that_they_are() -> None:
    assert record_id(pl.Series(["medline"]), pl.Series(["acc:1"])).name == "record_id"
    records = pl.DataFrame([SAID], schema_overrides={"year": pl.Int64})
    assert [identities(records, pl.Series([lasting])).name for lasting in (True, False)] == ["identity", "identity"]
    assert raw_digests(pl.DataFrame({"record": [0], "tag": ["TI"], "value": ["x"]})).name == "raw_sha256"


def test_identities_stand_in_the_order_of_the_records() -> None:
    types = {
        name: pl.Int64 if name == "year" else pl.List(pl.String) if name == "authors" else pl.String for name in SAID
    }
    records = pl.DataFrame([SAID, SAID | {"accession": None}, SAID | {"accession": "A3"}, SAID], schema=types)
    found = identities(records, pl.Series([True, True, True, False])).to_list()
    assert found == ["acc:A1", identity(), "acc:A3", identity()]


def test_raw_digests_are_those_of_each_record_s_tokens() -> None:
    tokens = pl.DataFrame(
        {"record": [0, 0, 1, 2], "tag": ["TI", "AU", "TI", "TI"], "value": ["Äpfel", "Tess", "", "x"]}
    )
    texts = ["TI\tÄpfel\nAU\tTess\n", "TI\t\n", "TI\tx\n"]
    assert raw_digests(tokens).to_list() == [sha256(text.encode()).hexdigest() for text in texts]

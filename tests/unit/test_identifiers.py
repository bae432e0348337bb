"""Identifiers in cells and sentences."""

from __future__ import annotations

import pytest

from tasks.identifiers import doi_of, pmid_alone, pmid_of


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.5555/ABC.1", "10.5555/abc.1"), ("Fict J. 2020;1:1. doi: 10.5555/abc.", "10.5555/abc"),
        ("https://doi.org/10.5555%2Fabc", "10.5555/abc"), ("(see 10.5555/abc)", "10.5555/abc"), ("10.5555/abc(1)", "10.5555/abc(1)"),
        ("10.5555.2/abc", "10.5555.2/abc"), ("10.55/abc", None), ("", None),
    ],
)  # fmt: skip
def test_doi_of(text: str, doi: str | None) -> None:
    assert doi_of(text) == doi


@pytest.mark.parametrize(
    ("text", "pmid"),
    [
        ("20990001", "20990001"), (" PMID: 20990001 ", "20990001"), ("20990001.0", "20990001"), ("0", None), ("PMC20990001", None),
        ("https://pubmed.ncbi.nlm.nih.gov/20990001/", "20990001"), ("2,73E+07", None), ("see 20990001", None), ("", None),
    ],
)  # fmt: skip
def test_pmid_of(text: str, pmid: str | None) -> None:
    assert pmid_of(text) == pmid


@pytest.mark.parametrize(
    ("key", "pmid"),
    [
        ("20990001", "20990001"), (" PMID: 0020990001", "20990001"), ("pmid20990001", "20990001"), ("100000001", "100000001"),
        ("2017 Hartwell", None), ("Hartwell 2017", None), ("7, a note", None), ("0", None), ("1234567890", None), ("", None),
    ],
)  # fmt: skip
def test_a_key_is_a_pmid_only_where_it_is_nothing_else(key: str, pmid: str | None) -> None:
    assert pmid_alone(key) == pmid

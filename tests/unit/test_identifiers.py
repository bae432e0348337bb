"""Identifiers in cells and sentences."""

from __future__ import annotations

import pytest

from tasks.identifiers import doi_of, pmid_of


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

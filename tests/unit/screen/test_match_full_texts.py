"""A pile of PDFs: DOI before PMID before title, and no guess where two reports fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.screen.match_full_texts import Index, Wanted, fold_title

REPORTS = [
    Wanted("rep_a", "Night shifts: what nurses of invented wards say", "10.1000/abc.def-1", "12345678"),
    Wanted("rep_b", "Night shifts: what nurses of invented wards say about sleep", "10.1000/xyz", "23456789"),
    Wanted("rep_c", "Editorial", None, None),
    Wanted("rep_d", "The same title of two invented reports", None, None),
    Wanted("rep_e", "The Same Title of Two Invented Reports.", None, None),
]
XMP = "%PDF-1.7 <x:xmpmeta xmlns:x='adobe:ns:meta/'>{}</x:xmpmeta>"


@pytest.mark.parametrize(
    ("name", "xmp", "report", "by"),
    [
        ("10.1000_abc.def-1.pdf", "", "rep_a", "doi"),
        ("paper 10.1000-xyz.PDF", "", "rep_b", "doi"),
        ("fulltext.pdf", "<prism:doi>10.1000/ABC.DEF-1</prism:doi>", "rep_a", "doi"),
        ("fulltext.pdf", "<dc:identifier>doi:10.1000/xyz</dc:identifier>", "rep_b", "doi"),
        ("PMID_23456789.pdf", "", "rep_b", "pmid"),
        ("12345678.pdf", "", "rep_a", "pmid"),
        ("12345678.pdf", "<prism:doi>10.1000/xyz</prism:doi>", "rep_b", "doi"),
        ("night_shifts_what_nurses_of_invented_wards_say.pdf", "", "rep_a", "title"),
        ("Lee 2019 Night shifts what nurses of invented wards say about sleep.pdf", "", "rep_b", "title"),
        ("Night shifts what nurses of invented wards say about sl.pdf", "", "rep_b", "title"),
        ("editorial.pdf", "", "rep_c", "title"),
        ("an editorial on something else.pdf", "", None, None),
        ("the same title of two invented reports.pdf", "", None, None),
        ("1-s2.0-S0000000000000000-main.pdf", "", None, None),
        ("2019.pdf", "", None, None),
    ],
)  # fmt: skip
def test_a_file_tells_its_report(name: str, xmp: str, report: str | None, by: str | None) -> None:
    found = Index(REPORTS).find_report(name, XMP.format(xmp).encode())
    assert (found and found.report_id, found and found.by) == (report, by)


def test_texts_that_somebody_has_read_tell_it_too() -> None:
    found = Index(REPORTS).find_report(
        "a.pdf", texts=["NIGHT SHIFTS:\nwhat nurses of invented wards say about sleep\nA. Lee"]
    )
    assert found
    assert found.report_id == "rep_b"


@given(st.text(), st.binary(max_size=300))
def test_no_name_and_no_bytes_break_it(name: str, content: bytes) -> None:
    Index(REPORTS).find_report(name, b"<x:xmpmeta " + content + b"</x:xmpmeta>")
    assert fold_title(fold_title(name)) == fold_title(name)

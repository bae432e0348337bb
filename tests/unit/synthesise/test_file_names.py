"""File names as Zotero and EndNote write them."""

from __future__ import annotations

import pytest

from tasks.synthesise.file_names import parse_file_name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "Hartwell et al. - 2017 - Talking about pain on the ward.pdf",
            ("Hartwell", 2017, "Talking about pain on the ward"),
        ),
        ("Hartwell and Moss - 2017 - Talking about pain.pdf", ("Hartwell", 2017, "Talking about pain")),
        ("van der Berg - 2019 - Talking - and listening.pdf", ("van der Berg", 2019, "Talking - and listening")),
        ("Hartwell-2017-Talking about pain on the war.pdf", ("Hartwell", 2017, "Talking about pain on the war")),
        ("Hartwell-2017-Talking about pain1.pdf", ("Hartwell", 2017, "Talking about pain")),
        ("Hartwell_2017b_Talking about pain", ("Hartwell", 2017, "Talking about pain")),
        ("Smith-Jones-2018-On wards.pdf", ("Smith-Jones", 2018, "On wards")),
        ("Interview 7", None),
        ("2019-03-04 transcript.docx", None),
        ("Hartwell 2017", None),
    ],
)
def test_a_file_name_says_author_year_and_title(name, parts):
    assert parse_file_name(name) == parts

"""What each platform's tags mean, on hand-written miniatures of its exports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tasks.load.read import read

EXPORTS = Path(__file__).parents[2] / "fixtures" / "exports"


def records(name: str) -> list[dict[str, Any]]:
    reading = read(EXPORTS / name)
    found = [row for batch in reading for row in batch.records.to_dicts()]
    assert reading.found == reading.loaded == len(found)
    assert reading.warnings == []
    return found


PLATFORMS = {
    "ovid-mixed.ris": ("ris", "ovid"),
    "ebsco-cinahl.ris": ("ris", "ebsco"),
    "proquest-assia.ris": ("ris", "proquest"),
    "cochrane.ris": ("ris", "cochrane"),
    "endnote.ris": ("ris", "endnote"),
    "rayyan.ris": ("ris", "rayyan"),
    "pubmed.nbib": ("nbib", "pubmed"),
    "eric.nbib": ("nbib", "eric"),
    "wos.ciw": ("wos", "wos"),
    "ovid-tagged.txt": ("ovid-tagged", "ovid"),
    "refworks.txt": ("refworks", "refworks"),
    "endnote.enw": ("enw", "endnote"),
}


@pytest.mark.parametrize("name", PLATFORMS)
def test_format_and_platform_show_in_the_content(name: str, tmp_path: Path) -> None:
    misnamed = tmp_path / "download.pdf"
    misnamed.write_bytes((EXPORTS / name).read_bytes())
    reading = read(misnamed)
    assert (reading.format, reading.platform) == PLATFORMS[name]


def test_an_ovid_export_is_split_by_database() -> None:
    assert [row["source"] for row in records("ovid-mixed.ris")] == [
        "MEDLINE", "Embase", "CENTRAL", "PsycINFO", "HMIC", "Social Policy and Practice",
    ]  # fmt: skip


def test_ovid_medline() -> None:
    row = records("ovid-mixed.ris")[0]
    assert row["title"] == "Caring at a distance: a qualitative study."
    assert row["authors"] == ["Abara, Maren", "O'Fjord, Li-Wen"]
    assert (row["year"], row["volume"], row["issue"], row["pages"]) == (2019, "12", "3", "244-258")
    assert (row["doi"], row["pmid"], row["accession"]) == ("10.5555/inv.2019.001", "30000001", "30000001")
    assert row["abstract"].split("\n") == [
        "BACKGROUND: Little is known.",
        "METHODS: Interviews, n = 12.",
        "RESULTS: Three themes.",
    ]
    assert row["keywords"] == ["Caregivers", "Humans"]
    assert {"tag": "T1", "value": "[Caring at a distance: a qualitative study]."} in row["raw"]


def test_ovid_embase_has_a_doubled_coded_doi_and_pages_with_letters() -> None:
    row = records("ovid-mixed.ris")[1]
    assert (row["doi"], row["pmid"], row["pages"]) == ("10.5555/emb.2020.002", None, "e12-e19")
    assert row["keywords"] == ["placebo / drug therapy", "invented drug / drug therapy"]


def test_ovid_central_has_all_authors_in_one_value() -> None:
    row = records("ovid-mixed.ris")[2]
    assert row["authors"] == ["Bywater, ZT", "Hutchings, QJ", "van der Laan, MB"]
    assert (row["title"], row["type"]) == ("A trial of listening", "article")


def test_ovid_psycinfo_cited_references_are_not_the_record() -> None:
    row = records("ovid-mixed.ris")[3]
    assert (row["doi"], row["pages"], row["authors"]) == (None, None, ["Eszter, Ana L"])
    assert row["raw"][-1] == {"tag": "NL", "value": "Psychol Fict"}


def test_reports_and_books_of_grey_databases() -> None:
    report, book = records("ovid-mixed.ris")[4:]
    assert (report["type"], report["authors"], report["doi"]) == ("report", ["Department of Invented Affairs"], None)
    assert (book["type"], book["isbn"], book["issn"]) == ("book", "9780000000002", None)


def test_ebsco_doi_in_l3_and_an_abstract_in_two_languages() -> None:
    (row,) = records("ebsco-cinahl.ris")
    assert (row["source"], row["doi"], row["accession"]) == ("CINAHL", "10.5555/nof.2021.001", "150000001")
    assert row["abstract"] == "Night work is told in stories.\nEl trabajo nocturno se cuenta en historias."
    assert (row["year"], row["pages"], row["issn"]) == (2021, "101-109", "0799-9999")


def test_proquest_takes_the_first_database_and_its_own_number() -> None:
    (row,) = records("proquest-assia.ris")
    assert (row["source"], row["accession"], row["doi"]) == ("ASSIA", "2200000001", "10.5555/sf.2016.01")
    assert (row["abstract"], row["keywords"]) == ("People wait.\nThey make sense of waiting.", ["Waiting"])


def test_cochrane_preambles_and_the_pmid_in_c3() -> None:
    first, second = records("cochrane.ris")
    assert (first["source"], first["pmid"], first["pages"]) == ("CENTRAL", "30000009", "1535-1541")
    assert (second["accession"], second["title"]) == ("CN-09999993", "A trial of biscuits")


def test_pubmed() -> None:
    first, second = records("pubmed.nbib")
    assert first["title"] == "Caring at a distance: a qualitative study whose title goes on over more than a line."
    assert (first["pmid"], first["pmcid"], first["doi"]) == ("30000001", "PMC9999991", "10.5555/inv.2019.001")
    assert (first["issue"], first["issn"], first["type"]) == ("3", "1234-567X; 1234-5661", "trial")
    assert first["authors"] == ["Abara, Maren", "O'Fjord, Li-Wen"]
    assert (second["pmid"], second["year"]) == ("30000002", 2020)


def test_eric_writes_nbib_without_a_pmid() -> None:
    (row,) = records("eric.nbib")
    assert (row["accession"], row["pmid"], row["doi"], row["issn"]) == (
        "EJ9999991",
        None,
        "10.5555/eric.1",
        "1234-5679",
    )


def test_web_of_science_names_a_line_each_and_wrapped_text() -> None:
    first, second = records("wos.ciw")
    assert first["authors"] == ["Brannstrom, Maren", "Hollow, Kofi"]
    assert (first["title"], first["pages"]) == ("A title that is broken in the middle", "11-19")
    assert (second["title"], second["accession"]) == ("Only a title", "WOS:000099999900002")


def test_ovid_tagged_volume_and_pages_stand_only_in_so() -> None:
    medline, psycinfo = records("ovid-tagged.txt")
    assert (medline["journal"], medline["volume"], medline["issue"], medline["pages"], medline["year"]) == (
        "Journal of Invented Studies", "25", "2", "109-116", 2009,
    )  # fmt: skip
    assert (psycinfo["volume"], psycinfo["pages"], psycinfo["accession"]) == ("43", "623-634", "2015-99999-012")


def test_a_line_before_a_records_first_tag_goes_on_with_no_value_and_is_told(tmp_path: Path) -> None:
    text = (EXPORTS / "ovid-tagged.txt").read_text(encoding="utf-8")
    path = tmp_path / "damaged.txt"
    path.write_text(text.replace("<3002. >\nVN  -", "<3002. >\nV{N  -"), encoding="utf-8")
    reading = read(path)
    first, second = [row for batch in reading for row in batch.records.to_dicts()]
    assert first["raw"][-1] == {"tag": "PT", "value": "Journal Article"}
    assert second["raw"][0] == {"tag": "DB", "value": "PsycINFO"}
    (warning,) = reading.warnings
    assert warning.startswith("text outside records: line 17: V{N")


def test_refworks_text_may_begin_with_two_capitals() -> None:
    (row,) = records("refworks.txt")
    assert row["abstract"] == "Two capitals may begin a line:\nUS patients were asked."
    assert (row["source"], row["authors"]) == ("PsycINFO", ["Abara, Maren", "Cielo, Bo"])


def test_endnote_import_records_with_the_type_second_or_missing() -> None:
    assert [row["title"] for row in records("endnote.enw")] == [
        "On carrying water",
        "A title before its type",
        "No type at all",
    ]


def test_numbers_of_reference_managers_are_no_identity() -> None:
    (rayyan,), (endnote,) = records("rayyan.ris"), records("endnote.ris")
    assert rayyan["identity"].startswith("sha:")
    assert endnote["identity"] == "acc:30000011"
    assert (rayyan["doi"], rayyan["source"]) == ("10.5555/s41999-3", "Embase")

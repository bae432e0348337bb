"""XML, BibTeX, tables, JSON and Ovid's and PubMed's texts: what each miniature export must give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from schemas.errors import UserError
from tasks.load.read import ExportReader, read
from tasks.tabular import read_tabular
from tasks.workbooks import NEVER_CALCULATED

EXPORTS = Path(__file__).parents[2] / "fixtures" / "exports"


def records(name: str | Path) -> tuple[ExportReader, list[dict[str, Any]]]:
    reading = read(EXPORTS / name)
    return reading, [row for batch in reading for row in batch.records.iter_rows(named=True)]


@pytest.mark.parametrize(
    ("name", "form", "platform", "loaded", "quarantined"),
    [
        ("endnote-styled.xml", "endnote-xml", "endnote", 2, 0),
        ("endnote-utf16.xml", "endnote-xml", "endnote", 1, 0),
        ("endnote-cp1252.xml", "endnote-xml", "endnote", 1, 0),
        ("endnote-truncated.xml", "endnote-xml", "endnote", 1, 1),
        ("pubmed.xml", "pubmed-xml", "pubmed", 2, 0),
        ("ebsco.xml", "ebsco-xml", "ebsco", 1, 0),
        ("ovid.xml", "ovid-xml", "ovid", 2, 0),
        ("scopus.bib", "bibtex", "scopus", 2, 1),
        ("wos.bib", "bibtex", "wos", 1, 0),
        ("ebsco.bib", "bibtex", "ebsco", 1, 0),
        ("cochrane.bib", "bibtex", "cochrane", 1, 0),
        ("embase.csv", "csv", "embase", 2, 0),
        ("embase-source-only.csv", "csv", "embase", 1, 0),
        ("embase-by-row.csv", "csv-by-row", "embase", 2, 0),
        ("ovid.csv", "csv", "ovid", 2, 0),
        ("ebsco.csv", "csv", "ebsco", 1, 1),
        ("scopus.csv", "csv", "scopus", 2, 0),
        ("lens.csv", "csv", "lens", 1, 0),
        ("dimensions.csv", "csv", "dimensions", 1, 0),
        ("clinicaltrials.csv", "csv", "clinicaltrials.gov", 1, 0),
        ("publish-or-perish.csv", "csv", "publish-or-perish", 1, 0),
        ("wos.tab", "csv", "wos", 1, 0),
        ("csl.json", "csl-json", "unknown", 2, 0),
        ("ovid-reprint.txt", "ovid-reprint", "ovid", 2, 0),
        ("pubmed-abstracts.txt", "pubmed-abstract", "pubmed", 2, 0),
        ("ictrp.xml", "ictrp-xml", "ictrp", 2, 0),
        ("cnki-estudy.txt", "cnki-estudy", "cnki", 2, 0),
        ("noteexpress.net", "noteexpress", "noteexpress", 2, 0),
        ("proquest.txt", "proquest-text", "proquest", 2, 0),
        ("ebsco-xml-table.csv", "csv", "ebsco", 1, 0),
    ],
)
def test_format_platform_and_counts(name: str, form: str, platform: str, loaded: int, quarantined: int) -> None:
    reading, rows = records(name)
    assert (reading.format, reading.platform, reading.loaded, reading.quarantined) == (
        form,
        platform,
        loaded,
        quarantined,
    )
    assert len(rows) == loaded


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("endnote-styled.xml", 0, {
            "title": "Waiting for warmth: older people at home", "authors": ["Lind, Mara", "Okafor, T. B."],
            "pages": "244-258",
            "keywords": ["cold homes", "ageing", "housing"], "issn": "1234-5679; 2345-6780", "pmid": "99000001",
            "abstract": "AIM: To listen.\nMETHODS: Interviews & diaries.", "source": "MEDLINE", "type": "article",
        }),
        ("endnote-styled.xml", 1, {"authors": ["Fuel Voices Collective"], "title": "Heat or eat & other stories",
        "type": "report"}),
        ("endnote-utf16.xml", 0, {"authors": ["Lïnd, Márá", "Okafor, T. B."]}),
        ("endnote-cp1252.xml", 0, {"authors": ["Lïnd, Márá – “née”", "Okafor, T. B."]}),
        ("pubmed.xml", 0, {
            "title": "Effect of CO2 in warm rooms where x is small.", "authors": ["Lind, Mara",
            "Warm Homes Study Group"],
            "year": 2019, "doi": "10.9999/jic.12.244", "pmid": "99000001",
            "abstract": "AIM: To listen.\nMETHODS: Interviews.",
        }),
        ("pubmed.xml", 1, {"title": "Fuel and frailty", "isbn": "9781234567897", "authors": ["Okafor, T B Jr"],
        "year": 2021}),
        ("ebsco.xml", 0, {"source": "CINAHL", "accession": "990000011", "doi": "10.9999/jic.12.244", "year": 2019}),
        ("ovid.xml", 0, {"source": "HMIC", "accession": "HMIC990001", "type": "report", "authors": ["Lind, M.",
        "Okafor, T."]}),
        ("ovid.xml", 1, {"source": "Social Policy and Practice", "doi": None}),
        ("scopus.bib", 0, {
            "title": "Waiting for Warmth: café talk at 50% humidity & naïve hopes",
            "journal": "Journal of Imagined Care",
            "authors": ["Lind, M.", "O'Neil, T.", "Fuel and Frailty Group"], "keywords": ["cold homes", "ageing",
            "housing"],
            "accession": "2-s2.0-99000001", "pages": "244-258",
        }),
        ("scopus.bib", 1, {"title": "Braces that do not balance", "year": 2018}),
        ("wos.bib", 0, {"accession": "WOS:000990000100001", "title": "Waiting for warmth: older people at home"}),
        ("ebsco.bib", 0, {"year": 2023, "source": "CINAHL", "accession": "990000012"}),
        ("cochrane.bib", 0, {"authors": ["Lind, M", "Okafor, TB", "Ash, P"], "accession": "CD990001.pub2"}),
        ("embase.csv", 0, {
            "authors": ["Lind, M.", "O'Neil, T.B."], "accession": "L990000001", "keywords": ["aged", "housing"],
            "abstract": 'AIM: To listen.\nMETHODS: Interviews, "really".', "pages": "244-258",
        }),
        ("embase-source-only.csv", 0, {
            "journal": "Journal of Imagined Care", "year": 2014, "volume": "3", "issue": "2", "pages": "152-160",
            "doi": "10.9999/jic.3.152", "accession": None, "abstract": "TEST\nSecond paragraph.",
        }),
        ("embase-by-row.csv", 0, {"authors": ["Lind, M.", "Okafor, T.B."], "accession": "L990000003"}),
        ("ovid.csv", 0, {"source": "MEDLINE", "pmid": "99000001", "authors": ["Lind, Mara", "Okafor, T B"],
        "volume": "12"}),
        ("ovid.csv", 1, {"source": "Embase", "pmid": None, "accession": "2000990001"}),
        ("ebsco.csv", 0, {"issn": "1234-5679", "year": 2019, "source": "CINAHL"}),
        ("scopus.csv", 0, {"authors": ["Lind, Mara", "Ash, Per, Jr."], "accession": "2-s2.0-99000001"}),
        ("scopus.csv", 1, {"authors": ["Lind, M.", "Ash, P."], "pages": "17"}),
        ("lens.csv", 0, {"authors": ["Lind, Mara Q.", "van den Berg, Tobias"], "accession": "099-000-001-000-01X"}),
        ("dimensions.csv", 0, {"accession": "pub.1099000001", "pages": "244-258"}),
        ("clinicaltrials.csv", 0, {"accession": "NCT09900001", "type": "trial", "year": 2021}),
        ("publish-or-perish.csv", 0, {"authors": ["Lind, M", "Okafor, TB"], "accession": None}),
        ("wos.tab", 0, {"accession": "WOS:000990000100001", "authors": ["Lind, Mara", "Okafor, Tobias"]}),
        ("csl.json", 0, {"authors": ["van den Berg, Tobias", "Warm Homes Study Group"], "year": 2019,
        "pmid": "99000001"}),
        ("csl.json", 1, {"year": 2021, "isbn": "9781234567897", "type": "book"}),
        ("ovid-reprint.txt", 0, {
            "title": "Waiting for warmth: older people at home.", "authors": ["Lind, Mara", "Okafor, Tobias"],
            "year": 2019,
            "volume": "12", "issue": "3", "pages": "244-258", "doi": "10.9999/jic.12.244",
        }),
        ("ovid-reprint.txt", 1, {"title": "Cold comfort.", "year": 2015, "source": "MEDLINE"}),
        ("pubmed-abstracts.txt", 0, {
            "title": "Waiting for warmth: older people at home.",
            "authors": ["Lind, M", "Okafor, TB", "de la Cruz, A", "Warm Homes Study Group"],
            "journal": "J Imagin Care", "volume": "12", "issue": "3", "pages": "244-258", "doi": "10.9999/jic.12.244",
            "abstract": "BACKGROUND: To listen. Three things matter:\n"
            "2. not a record, but a numbered line in an abstract.",
        }),
        ("ictrp.xml", 0, {
            "title": "A trial of warm rooms", "accession": "ISRCTN99900011", "authors": ["University of Nowhere"], "year": 2020,
            "source": "WHO ICTRP", "type": "trial",
        }),
        ("ictrp.xml", 1, {"title": "Cold rooms", "accession": "NCT09900012", "year": 2019}),
        ("cnki-estudy.txt", 0, {
            "title": "虚构的暖房", "authors": ["王小明", "陈大文"], "year": 2015, "issue": "02", "pages": "168-175",
            "keywords": ["采暖", "老年人"], "source": "CNKI", "type": "article",
        }),
        ("cnki-estudy.txt", 1, {"title": "虚构的冷房", "type": "thesis"}),
        ("noteexpress.net", 0, {
            "title": "虚构的暖房", "authors": ["王小明", "陈大文"], "volume": "34", "doi": "10.5555/fict.2015.02.168", "issn": "1234-5679",
            "source": "Wanfang",
        }),
        ("noteexpress.net", 1, {"type": "thesis", "year": 2019}),
        ("proquest.txt", 0, {
            "title": "Warm rooms", "authors": ["Tan, Wei", "Orr, Chidi"], "abstract": "First paragraph. Second paragraph.",
            "accession": "2200000001", "source": "ASSIA", "doi": "10.5555/pq.1", "pages": "1-10",
        }),
        ("proquest.txt", 1, {"title": "Cold rooms", "authors": ["Low, M."], "year": 2021}),
        ("ebsco-xml-table.csv", 0, {
            "title": "Warm wards", "authors": ["Tan, Wei", "Orr, Chidi"], "source": "CINAHL", "accession": "103000001",
            "doi": "10.5555/eb.1", "year": 2019,
        }),
        ("pubmed-abstracts.txt", 1, {"pmid": "99000002", "language": "nor", "authors": None}),
    ],
)  # fmt: skip
def test_fields(name: str, at: int, expected: dict[str, Any]) -> None:
    row = records(name)[1][at]
    assert {field: row[field] for field in expected} == expected


def test_the_raw_record_keeps_every_tag_in_order_and_repeated_ones() -> None:
    raw = records("scopus.bib")[1][0]["raw"]
    assert [token["value"] for token in raw if token["tag"] == "keywords"] == ["cold homes; ageing", "housing"]
    assert [token["tag"] for token in raw][:3] == ["ENTRYTYPE", "ID", "author"]


def test_what_fails_is_quarantined_with_its_place_and_its_text() -> None:
    bad = [row for batch in read(EXPORTS / "endnote-truncated.xml") for row in batch.quarantine.iter_rows(named=True)]
    assert [(row["position"], row["reason"]) for row in bad] == [(2, "not well-formed XML: it ends inside <title>")]
    assert bad[0]["raw"].endswith("Heat &nbsp;or eat & ")


@pytest.mark.parametrize("before", ["", "\n", "Scopus\n\n"])
def test_a_key_that_bibtex_forbids_costs_nothing(tmp_path: Path, before: str) -> None:
    path = tmp_path / "key.bib"
    path.write_text(
        before + "@article{Lind2019,15,\n title = {One},\n year = {2019},\n}\n@book{b,\n title = {Two}\n}\n"
    )
    reading, rows = records(path)
    assert [row["title"] for row in rows] == ["One", "Two"]
    assert reading.found == reading.starts == 2


def test_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text(
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><records>'
        '<record><titles><title>&a;</title></titles><ref-type name="Book">6</ref-type></record></records></xml>'
    )
    with pytest.raises(UserError, match="entities"):
        list(read(path))


def test_nothing_outside_a_record_reaches_the_parser(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not to be read")
    path = tmp_path / "outside.xml"
    path.write_text(
        f'<!DOCTYPE x SYSTEM "file://{secret}"><xml><records>'
        f'<record><ref-type name="Book">6</ref-type>'
        f"<titles><title>T &x; {{y}}</title></titles></record></records></xml>"
    )
    assert [row["title"] for row in records(path)[1]] == ["T &x; {y}"]


def test_one_damaged_record_costs_one_record(tmp_path: Path) -> None:
    good = '<record><ref-type name="Book">6</ref-type><titles><title>Fine {0}</title></titles></record>'
    path = tmp_path / "damaged.xml"
    path.write_text(
        "<xml><records>"
        + good.format(1)
        + "<record><titles><title>broken</titles></record>"
        + good.format(2)
        + "<record>no end"
        + good.format(3)
        + "</records></xml>"
    )
    reading, rows = records(path)
    assert [row["title"] for row in rows] == ["Fine 1", "Fine 2", "Fine 3"]
    assert (reading.found, reading.quarantined) == (5, 2)


def test_a_quotation_mark_without_an_end_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    path.write_text(
        'Title,Authors,Year,Journal\nOne,"Lind, M.",2019,A\n"Two,"Ash, P.,2018,B\n'
        'Three,"Berg, T.",2017,C\n"Four,x,2016,D\nFive,"Oak, R.",2015,E\n'
    )
    reading, rows = records(path)
    assert [row["title"] for row in rows] == ["One", "Three", "Five"]
    assert reading.found == reading.starts == 5


def test_cells_that_end_in_a_comma_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "commas.csv"
    path.write_text(
        'Title,Authors,Year\n"Well,","Lind, M.",2019\n"A ""quoted,"" word","Ash, P.",2018\n",""","Oak",2017\n'
    )
    assert [row["title"] for row in records(path)[1]] == ["Well,", 'A "quoted," word', ',"']


def test_mixed_line_ends_and_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes('\ufeffTitle;Author;Year\r\n"Two\nlines";"Lind, M.";2019\nÜber;Ash;2018\r\n'.encode())
    assert [(row["title"], row["year"]) for row in records(path)[1]] == [("Two lines", 2019), ("Über", 2018)]


def test_a_workbook_is_read_as_its_table_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["SEARCH QUERY", "x"],
        [],
        ["Title", "Author Names", "Source title", "Publication Year", "PUI"],
        ["=1+1", "Lind M., Ash P.", "J", 2019, "L99"],
        ["Plain", None, None, 2018.0, "L98"],
    ):
        sheet.append(row)
    sheet["A4"].data_type = "s"
    path = tmp_path / "export.xlsx"
    book.save(path)
    reading, rows = records(path)
    assert (reading.platform, reading.found, reading.starts) == ("embase", 2, 2)
    assert [(row["title"], row["year"], row["accession"]) for row in rows] == [
        ("=1+1", 2019, "L99"),
        ("Plain", 2018, "L98"),
    ]


def test_of_a_workbook_with_several_sheets_what_cannot_be_read_is_told_by_its_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Batch 1"
    for sheet, names in ((book.active, ["Of apples", "Of pears"]), (book.create_sheet("Batch 2"), ["Of plums"])):
        sheet.append(["Title", "Author Names", "Source title", "Publication Year", "PUI"])
        for name in names:
            sheet.append([name, "Lind M.", "J", 2019, f"L{name}"])
    book["Batch 2"].append(["Of medlars", "Lind M.", "J", 2019, "L4", "beyond the header"])
    book.save(tmp_path / "export.xlsx")
    reader = read(tmp_path / "export.xlsx")
    batches = list(reader)
    assert sum(batch.records.height for batch in batches) == 3
    reasons = [reason for batch in batches for reason in batch.quarantine["reason"].to_list()]
    assert reasons == ["has 6 cells where the header has 5 (sheet 'Batch 2')"]


def test_a_workbook_needs_no_name_that_says_so(tmp_path: Path) -> None:
    """A snapshot is named after its bytes."""
    book = openpyxl.Workbook()
    for row in (["Title", "Authors", "Year"], ["Of apples", "Nobody, Ann", 2010]):
        book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    kept = (tmp_path / "export.xlsx").rename(tmp_path / "0a1b2c")
    assert [row["title"] for row in records(kept)[1]] == ["Of apples"]


def test_a_workbook_with_formulas_that_nobody_calculated_is_refused(tmp_path: Path) -> None:
    """Their cells hold nothing; read as they are, titles would be lost in silence."""
    book = openpyxl.Workbook()
    for row in (["Title", "Authors", "Year"], ['=CONCAT("Of ", "apples")', "Nobody, Ann", "=2000+10"]):
        book.active.append(row)
    path = tmp_path / "export.xlsx"
    book.save(path)
    with pytest.raises(UserError, match="2 formulas that were never calculated"):
        read(path)
    with pytest.raises(UserError, match="2 formulas that were never calculated"):
        read_tabular(path)


def test_formulas_count_by_the_value_that_the_spreadsheet_kept() -> None:
    kept = b'<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c><c r="C1"><f t="shared" si="0"/><v>3</v></c>'
    assert NEVER_CALCULATED.findall(kept) == []
    assert len(NEVER_CALCULATED.findall(b'<c r="A1"><f>1+1</f><v/></c><c r="B1"><f t="shared" si="0"/></c>')) == 2


def test_a_zip_that_is_no_workbook_is_named(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "packed.ris"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.ris", "TY  - JOUR\nER  - \n")
    with pytest.raises(UserError, match=r"is a zip archive, not an export \(unpack it first\)"):
        read(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (1 << 25))
    with pytest.raises(UserError, match="too much"):
        read(path)


def test_a_workbook_whose_compressed_bytes_are_damaged_is_refused(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "export.xlsx"
    text = "".join(f"<row>{number}</row>" for number in range(1000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", text)
        start = len(archive.filelist[0].FileHeader())
    data = bytearray(path.read_bytes())
    data[start : start + 8] = b"\xff" * 8
    path.write_bytes(data)
    with pytest.raises(UserError, match="damaged workbook"):
        read(path)


@pytest.mark.parametrize("text", ['[{"title": "cut', '[{"type": "book"} {}]', '[{"title": 1}' + "]" * 3])
def test_broken_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cut.json"
    path.write_text(text)
    with pytest.raises(UserError):
        list(read(path))


def test_every_sheet_of_records_is_read_and_a_cover_sheet_is_not_the_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Exported on", "by the library"])  # type: ignore[union-attr]
    for sheet, title in (("First half", "One"), ("Second half", "Two")):
        rows = book.create_sheet(sheet)
        rows.append(["Title", "Authors", "Year"])
        rows.append([title, "Abara, Maren", 2020.0])
    path = tmp_path / "4f0c"  # a snapshot's name has no extension
    book.save(path)
    reading, rows = records(path)
    assert (reading.found, [row["title"] for row in rows], [row["position"] for row in rows]) == (
        2,
        ["One", "Two"],
        [1, 2],
    )
    assert [row["year"] for row in rows] == [2020, 2020]
    assert any("by the library" in warning for warning in reading.warnings)

"""What real exports do that their format does not say, a miniature each: all names and titles are made up."""

# ruff: noqa: E501  an export's line stands on one line

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.parsing import column, parsed, ris

# Accessions


SCOPUS_LINKS = {
    "csv": "Authors,Title,Year,Source title,Link,EID\nTan W.,A,2025,Fict J,https://www.scopus.com/pages/publications/105000000001?x,\n",
    "ris": ris("AU  - Tan, W.", "UR  - https://www.scopus.com/pages/publications/105000000001?origin=x", "DB  - Scopus"),
    "bibtex": "@ARTICLE{Tan2025,\n\ttitle = {A},\n\turl = {https://www.scopus.com/pages/publications/105000000001?origin=x},\n\tsource = {Scopus},\n}\n",
    "old link": ris("UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-105000000001&doi=10.5555%2fx", "DB  - Scopus"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SCOPUS_LINKS)
def test_a_scopus_record_has_one_accession_in_every_export(kind: str, tmp_path: Path) -> None:
    assert column(tmp_path, SCOPUS_LINKS[kind], "identity") == ["acc:2-s2.0-105000000001"]


WOS_RECORDS = {
    "ciw": "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nTI A\nUT ISI:A1997XZ99900045\nER\n\nEF\n",
    "bibtex": "@article{ ISI:A1997XZ99900045,\nTitle = {{A}},\nUnique-ID = {{ISI:A1997XZ99900045}},\n}\n",
    "key only": "@article{ ISI:A1997XZ99900045,\nTitle = {{A}},\n}\n",
    "ris": "TY  - JOUR\nTI  - A\nAN  - ISI:A1997XZ99900045\nER  - \n",
    "tab": "PT\tAU\tTI\tSO\tUT\nJ\tTan, W\tA\tFICT J\tISI:A1997XZ99900045\n",
}


@pytest.mark.parametrize("kind", WOS_RECORDS)
def test_the_prefix_of_an_accession_is_kept_in_every_export(kind: str, tmp_path: Path) -> None:
    assert column(tmp_path, WOS_RECORDS[kind], "accession") == ["ISI:A1997XZ99900045"]


@pytest.mark.parametrize("rounded", ["2,73E+07", "2.73E+07", "3E+10"])
def test_a_number_that_a_spreadsheet_rounded_is_no_accession_and_no_pmid(rounded: str, tmp_path: Path) -> None:
    text = f'Title,Year,Database,Accession Number,PMID\nOne,2019,MEDLINE,"{rounded}","{rounded}"\nTwo,2020,MEDLINE,"{rounded}","{rounded}"\n'
    rows, reader = parsed(tmp_path, text)
    assert [(row["accession"], row["pmid"], row["identity"][:4]) for row in rows] == [(None, None, "sha:")] * 2
    assert rows[0]["record_id"] != rows[1]["record_id"]
    assert f"not an accession: line 2: {rounded}; line 3: {rounded}" in reader.warnings


PMIDS = [
        ("20990001", "20990001"),
        ("PMID: 20990001", "20990001"),
        ("20990001.0", "20990001"),
        ("PMC20990001", None),
        ("0", None),
    ]  # fmt: skip


def test_a_pmid_is_its_digits_and_no_other_number(tmp_path: Path) -> None:
    table = "Title,Year,PMID\n" + "".join(f"A,2019,{given}\n" for given, _ in PMIDS)
    assert column(tmp_path, table, "pmid") == [pmid for _, pmid in PMIDS]


# Names


DEGREES = [
        ("Longo, M.D.", "Longo, M.D."), ("Winner, R.N.", "Winner, R.N."), ("Nowak, M.P.H.", "Nowak, M.P.H."), ("Longo, MD", "Longo, MD"),
        ("Tanner RN", "Tanner, RN"), ("Dunn, MSN", "Dunn, MSN"), ("Mpofo, Elsa, PhD", "Mpofo, Elsa"), ("Walters, Eric, MD", "Walters, Eric"),
        ("Walters, E., MD", "Walters, E."), ("Slade, Martin D. MPH", "Slade, Martin D."), ("Orr, Ada et al.", "Orr, Ada"),
        ("World Fict Organization,", "World Fict Organization"),
    ]  # fmt: skip


def test_initials_are_no_degrees_and_degrees_follow_a_given_name(tmp_path: Path) -> None:
    names = column(tmp_path, "".join(ris(f"AU  - {given}") for given, _ in DEGREES), "authors")
    assert names == [[name] for _, name in DEGREES]


def test_accents_of_latex_in_names(tmp_path: Path) -> None:
    text = "@article{a,\n title={El ni\\~no},\n author={Ibarr{\\'o}n-Cede{\\~n}o, Ana and Mu\\~{n}oz, A.~B. and N{\\'u}\\~nez, Jos\\'e},\n}\n"
    assert column(tmp_path, text, "authors") == [["Ibarrón-Cedeño, Ana", "Muñoz, A. B.", "Núñez, José"]]
    assert column(tmp_path, text, "title") == ["El niño"]


def test_a_missing_comma_between_family_and_initials(tmp_path: Path) -> None:
    text = "@article{a,\n title={A},\n author={MacKenn, B.A. and Nayar A. and van der Tan W.L. and Smith JA and J. A. Low and Louis Roe III},\n}\n"
    names = ["MacKenn, B.A.", "Nayar, A.", "van der Tan, W.L.", "Smith, JA", "Low, J. A.", "Roe, Louis III"]
    assert column(tmp_path, text, "authors") == [names]


OTHERS = {
    "bibtex": "@article{a,\n title={A},\n author={Zhang, Yifan and Baly, Ramy and others},\n}\n",
    "table": "title,author,year\nA,\"Zhang, Yifan and Baly, Ramy and others\",2019\n",
    "ris": ris("AU  - Zhang, Yifan", "AU  - Baly, Ramy", "AU  - et al."),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
def test_others_are_nobody(kind: str, tmp_path: Path) -> None:
    assert column(tmp_path, OTHERS[kind], "authors") == [["Zhang, Yifan", "Baly, Ramy"]]


GROUPS = {
    "nbib": "PMID- 20990001\nTI  - A\nFAU - Hale, Anna\nAU  - Hale A\nCN  - WARM Study Group\n",
    "ciw": "FN Clarivate\nVR 1.0\nPT J\nAU Hale, A\nAF Hale, Anna\nCA WARM Study Group\nTI A\nUT WOS:1\nER\n\nEF\n",
    "wos table": "AF\tCA\tTI\tSO\tUT\nHale, Anna\tWARM Study Group\tA\tFICT J\tWOS:1\n",
    "pubmed xml": "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A</ArticleTitle><AuthorList><Author>"
    "<LastName>Hale</LastName><ForeName>Anna</ForeName></Author><Author><CollectiveName>WARM Study Group</CollectiveName></Author></AuthorList>"
    "</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    "ris": ris("AU  - Hale, Anna", "AU  - WARM Study Group"),
}


@pytest.mark.parametrize("kind", GROUPS)
def test_a_group_is_an_author(kind: str, tmp_path: Path) -> None:
    assert column(tmp_path, GROUPS[kind], "authors") == [["Hale, Anna", "WARM Study Group"]]


GIVEN_FIRST = {
    "enw": "%0 Conference Paper\n%T A\n%A Alexander Hann\n%A Jacqueline M. Otal\n%A Jörg van der Matt\n",
    "ris": ris("AU  - Alexander Hann", "AU  - Jacqueline M. Otal", "AU  - Jörg van der Matt"),
    "table": "Title,Authors,Year\nA,Alexander Hann; Jacqueline M. Otal; Jörg van der Matt,2013\n",
}


@pytest.mark.parametrize("kind", GIVEN_FIRST)
def test_given_names_come_first_where_the_names_show_it(kind: str, tmp_path: Path) -> None:
    assert column(tmp_path, GIVEN_FIRST[kind], "authors") == [
        ["Hann, Alexander", "Otal, Jacqueline M.", "van der Matt, Jörg"]
    ]


def test_a_group_is_never_turned_round(tmp_path: Path) -> None:
    text = (
        ris("AU  - World Fict Organization")
        + ris("AU  - Department of Warm Homes", "AU  - Jacqueline M. Otal")
        + ris("AU  - Hann, A.")
    )
    assert column(tmp_path, text, "authors") == [
        ["World Fict Organization"],
        ["Department of Warm Homes", "Otal, Jacqueline M."],
        ["Hann, A."],
    ]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("Sijia LiuYang WuNathalie Barac", ["Liu, Sijia", "Wu, Yang", "Barac, Nathalie"]),
        ("Ewan McDonaldYang Wu", ["McDonald, Ewan", "Wu, Yang"]), ("Ewan McDonald", ["McDonald, Ewan"]),
        ("Araz R. TanJean-Paul Orr", ["Tan, Araz R.", "Orr, Jean-Paul"]),
    ],
)  # fmt: skip
def test_names_that_springer_runs_together(given: str, names: list[str], tmp_path: Path) -> None:
    text = f"Item Title,Publication Title,Item DOI,Authors,Year,URL,Content Type\nA,Fict J,10.5555/a,{given},2025,https://example.org,Chapter\n"
    rows, _ = parsed(tmp_path, text)
    assert (rows[0]["authors"], rows[0]["year"]) == (names, 2025)


@pytest.mark.parametrize("between", ["; ", " & ", " and ", "；"])
def test_several_names_in_one_value(between: str, tmp_path: Path) -> None:
    text = f'Title,Authors,Year\nA,"Lastna, Firstna; Lastnb, Firstnb{between}Lastnd, Firstnd",2017\n'
    assert column(tmp_path, text, "authors") == [["Lastna, Firstna", "Lastnb, Firstnb", "Lastnd, Firstnd"]]


# Platforms


def test_a_link_of_one_record_does_not_tell_the_platform(tmp_path: Path) -> None:
    links = (
        "https://www.proquest.com/openview/abc/1",
        "https://academic.example.org/a/1",
        "https://www.jstor.org/stable/1",
    )
    _, reader = parsed(tmp_path, "".join(ris(f"UR  - {link}") for link in links))
    assert reader.platform == "unknown"


def test_a_link_of_most_records_does(tmp_path: Path) -> None:
    links = ("https://www.proquest.com/docview/1", "https://www.proquest.com/docview/2", "https://example.org/1")
    rows, reader = parsed(tmp_path, "".join(ris(f"UR  - {link}") for link in links))
    assert reader.platform == "proquest"
    assert [row["accession"] for row in rows] == ["1", "2", None]


# Fields


PAGES = [
        ("P111-P112", "P111-P112"),
        ("pgac207", "pgac207"),
        ("P123", "P123"),
        ("p. 12", "12"),
        ("pp12-15", "12-15"),
        ("p12-5", "12-15"),
        ("in press", None),
    ]  # fmt: skip


def test_pages_that_begin_with_p(tmp_path: Path) -> None:
    assert column(tmp_path, "".join(ris(f"SP  - {given}") for given, _ in PAGES), "pages") == [
        pages for _, pages in PAGES
    ]


VOLUMES = [
        ("11 (1)", "11", "1"),
        ("11(1-2)", "11", "1-2"),
        ("7 issue 4", "7", "4"),
        ("36 Suppl 1", "36 Suppl 1", None),
        ("11", "11", None),
    ]  # fmt: skip


def test_an_issue_in_the_volume(tmp_path: Path) -> None:
    rows, _ = parsed(tmp_path, "".join(ris(f"VL  - {given}") for given, _, _ in VOLUMES))
    assert [(row["volume"], row["issue"]) for row in rows] == [(volume, issue) for _, volume, issue in VOLUMES]


def test_a_rounded_number_is_no_page_and_unsp_says_nothing(tmp_path: Path) -> None:
    text = ris("SP  - 151", "EP  - 1.56E+04") + ris("SP  - UNSP 1722034") + ris("SP  - ARTN e12")
    assert column(tmp_path, text, "pages") == ["151", "1722034", "e12"]


YEARS = {
    "early access": "@article{ WOS:1,\nTitle = {A},\nEarlyAccessDate = {OCT 2022},\nUnique-ID = {WOS:1},\n}\n",
    "renamed": "Title,Authors,Year of print\nA,\"Tan, W.\",2022\n",
    "underscored": "title;authors;YEAR_PUB\nA;Tan, W.;2022\n",
    "float": "Title,Authors,Year\nA,\"Tan, W.\",2022.0\n",
    "platform's, renamed": "Item Title,Item DOI,Authors,Year,URL,Content Type\nA,10.5555/a,Wei Tan,2022,https://example.org,Chapter\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", YEARS)
def test_a_year_is_found_in_any_column_that_is_one(kind: str, tmp_path: Path) -> None:
    assert column(tmp_path, YEARS[kind], "year") == [2022]


KEYWORDS = {
    "one value in RIS": ris("KW  - CD23; estrogen; cell"),
    "CNKI": "%0 Journal Article\n%T A\n%K CD23;;;estrogen;;cell\n",
    "ACM": "%0 Conference Paper\n%T A\n%K CD23, estrogen, cell\n",
    "BibTeX": "@article{a,\n title={A},\n keywords={CD23, estrogen, cell}\n}\n",
    "EndNote": "<xml><records><record><ref-type>17</ref-type><titles><title>A</title></titles><keywords><keyword>CD23; estrogen; cell</keyword>"
    "</keywords></record></records></xml>",
}


@pytest.mark.parametrize("kind", KEYWORDS)
def test_keywords_in_one_value_are_split(kind: str, tmp_path: Path) -> None:
    assert column(tmp_path, KEYWORDS[kind], "keywords") == [["CD23", "estrogen", "cell"]]


WHOLE = {
    "RIS": ris("KW  - Heart failure, systolic", "KW  - Climate; Global warming"),
    "enw": "%0 Journal Article\n%T A\n%K Heart failure, systolic\n%K Climate; Global warming\n".replace("; ", ", "),
    "BibTeX": "@article{a,\n title={A},\n keywords={Heart failure, systolic; Climate, Global warming}\n}\n",
}


@pytest.mark.parametrize("kind", WHOLE)
def test_keywords_are_split_at_their_separator_only(kind: str, tmp_path: Path) -> None:
    found = column(tmp_path, WHOLE[kind], "keywords")[0]
    assert [word.replace(";", ",") for word in found] == ["Heart failure, systolic", "Climate, Global warming"]


def test_whole_numbers_that_a_spreadsheet_wrote_with_a_point(tmp_path: Path) -> None:
    text = (
        'Title,Authors,Publication Year,Volume,Issue,Start Page,End Page\nA,"Tan, Wei",2025.0,1424.0,2.0,436.0,453.0\n'
    )
    row = parsed(tmp_path, text)[0][0]
    assert (row["year"], row["volume"], row["issue"], row["pages"]) == (2025, "1424", "2", "436-453")


@pytest.mark.parametrize("given", ["R&amp;D", "R&amp;amp;D", "R&amp;amp;amp;D", "R&#38;D", "R&D"])
def test_entities_that_were_escaped_again_and_again(given: str, tmp_path: Path) -> None:
    assert column(tmp_path, ris(f"KW  - {given}"), "keywords") == [["R&D"]]


CHAPTERS = {
    "ciw": "FN Clarivate\nVR 1.0\nPT B\nTI A\nDT {}\nD2 10.5555/9780000000002\nUT WOS:1\nER\n\nEF\n",
    "wos table": "TI\tSO\tDT\tD2\tUT\nA\tA book\t{}\t10.5555/9780000000002\tWOS:1\n",
    "wos sheet": "Article Title,Source Title,Document Type,Book DOI,UT (Unique WOS ID)\nA,A book,{},10.5555/9780000000002,WOS:1\n",
}


@pytest.mark.parametrize("kind", CHAPTERS)
@pytest.mark.parametrize(("document", "doi"), [("Article; Book Chapter", None), ("Book", "10.5555/9780000000002")])
def test_the_doi_of_a_book_is_not_its_chapters(kind: str, document: str, doi: str | None, tmp_path: Path) -> None:
    assert column(tmp_path, CHAPTERS[kind].format(document), "doi") == [doi]


@pytest.mark.parametrize("given", ["https://doi.org/10.5555/hon.2577", "doi: 10.5555/hon.2577", "10.5555/hon.2577"])
def test_jabref_puts_the_doi_into_m3_of_ris(given: str, tmp_path: Path) -> None:
    text = "% This file was created with JabRef 2.10.\n% Encoding: UTF8\n\n" + ris(f"M3  - {given}")
    rows, reader = parsed(tmp_path, text)
    assert ([row["doi"] for row in rows], reader.warnings) == (["10.5555/hon.2577"], [])


@pytest.mark.parametrize(
    ("number", "kind"),
    [(17, "article"), (5, "chapter"), (6, "book"), (32, "thesis"), (47, "conference"), (27, "report")],
)
def test_endnotes_type_shows_by_its_number_alone(number: int, kind: str, tmp_path: Path) -> None:
    text = (
        f"<xml><records><record><ref-type>{number}</ref-type><titles><title>A</title></titles></record></records></xml>"
    )
    assert column(tmp_path, text, "type") == [kind]


def test_a_table_of_web_of_science_that_another_program_wrote(tmp_path: Path) -> None:
    text = 'AU,AF,TI,SO,PY,BP,EP,PG,UT,DB\n"TAN W;ORR C","TAN, WEI;ORR, C.",ON HEAT,FICT J,2007,1,10,10,WOS:1,ISI\n'
    row = parsed(tmp_path, text)[0][0]
    assert (row["pages"], row["authors"], row["accession"]) == ("1-10", ["TAN, WEI", "ORR, C."], "WOS:1")


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_rows_that_end_in_a_delimiter(mark: str, tmp_path: Path) -> None:
    rows = ["Title\tAuthors\tYear", "One\tTan\t2019\t", "Two\tOrr\t2020\t"]
    assert column(tmp_path, "\n".join(rows).replace("\t", mark) + "\n", "title") == ["One", "Two"]

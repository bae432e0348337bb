"""One search exported in several formats of its platform gives the same records, field by field.

Three fictional records as each platform writes them. What a format itself imposes is listed in `IMPOSED`, and nothing else may
differ: a field that one of two exports lacks, or writes otherwise, would make two records of one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.record import Bibliographic
from tasks.load.read import read

WOS = {
    "ciw": """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Lind, M
   van der Tan, WL
AF Lind, Mara
   van der Tan, Willem L.
TI Waiting for warmth:
   older people at home
SO JOURNAL OF IMAGINED CARE
LA English
DT Article
DE cold homes; waiting
ID FUEL; AGE
AB To listen.
SN 1234-5679
PY 2019
VL 12
IS 3
BP 244
EP 258
DI 10.5555/jic.12.244
UT WOS:000099999900001
ER

PT J
AU Munoz, I
AF Munoz, Ines
TI Cold comfort
SO FICTIONAL HOUSING
LA English
DT Review
AB Nothing was found.
PY 2022
VL 4
AR 100011
DI 10.5555/fh.4.100011
UT WOS:000099999900002
ER

PT J
AU Abara, O
   Cielo, B
AF Abara, Osa
   Cielo, Bo
TI Fuel & frailty
SO JOURNAL OF IMAGINED CARE
LA Spanish
DT Article
DE fuel
PY 2020
VL 13
BP 1
EP 9
UT WOS:000099999900003
ER

EF
""",
    "tab": (
        "PT\tAU\tAF\tTI\tSO\tLA\tDT\tDE\tID\tAB\tSN\tPY\tVL\tIS\tBP\tEP\tAR\tDI\tUT\n"
        "J\tLind, M; van der Tan, WL\tLind, Mara; van der Tan, Willem L.\tWaiting for warmth: older people at home\t"
        "JOURNAL OF IMAGINED CARE\tEnglish\tArticle\tcold homes; waiting\tFUEL; AGE\tTo listen.\t1234-5679\t2019\t12\t3\t244\t258\t\t"
        "10.5555/jic.12.244\tWOS:000099999900001\n"
        "J\tMunoz, I\tMunoz, Ines\tCold comfort\tFICTIONAL HOUSING\tEnglish\tReview\t\t\tNothing was found.\t\t2022\t4\t\t\t\t100011\t"
        "10.5555/fh.4.100011\tWOS:000099999900002\n"
        "J\tAbara, O; Cielo, B\tAbara, Osa; Cielo, Bo\tFuel & frailty\tJOURNAL OF IMAGINED CARE\tSpanish\tArticle\tfuel\t\t\t\t2020\t13\t"
        "\t1\t9\t\t\tWOS:000099999900003\n"
    ),
    "bib": """@article{ WOS:000099999900001,
Author = {Lind, Mara and van der Tan, Willem L.},
Title = {Waiting for warmth: older people at home},
Journal = {JOURNAL OF IMAGINED CARE},
Year = {2019},
Volume = {12},
Number = {3},
Pages = {244-258},
Abstract = {To listen.},
Type = {Article},
Language = {English},
DOI = {10.5555/jic.12.244},
ISSN = {1234-5679},
Keywords = {cold homes; waiting},
Keywords-Plus = {FUEL; AGE},
Unique-ID = {WOS:000099999900001},
}

@article{ WOS:000099999900002,
Author = {Munoz, Ines},
Title = {Cold comfort},
Journal = {FICTIONAL HOUSING},
Year = {2022},
Volume = {4},
Abstract = {Nothing was found.},
Type = {Review},
Language = {English},
DOI = {10.5555/fh.4.100011},
Article-Number = {100011},
Unique-ID = {WOS:000099999900002},
}

@article{ WOS:000099999900003,
Author = {Abara, Osa and Cielo, Bo},
Title = {Fuel \\& frailty},
Journal = {JOURNAL OF IMAGINED CARE},
Year = {2020},
Volume = {13},
Pages = {1-9},
Type = {Article},
Language = {Spanish},
Keywords = {fuel},
Unique-ID = {WOS:000099999900003},
}
""",
}

SCOPUS = {
    "csv": (
        '"Authors","Author full names","Title","Year","Source title","Volume","Issue","Art. No.","Page start","Page end","DOI","Link",'
        '"Abstract","Author Keywords","Index Keywords","ISSN","Language of Original Document","Document Type","Source","EID"\n'
        '"Lind M.; van der Tan W.L.","Lind, Mara (1); van der Tan, Willem L. (2)","Waiting for warmth: older people at home","2019",'
        '"Journal of Imagined Care","12","3","","244","258","10.5555/jic.12.244","https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000001",'
        '"To listen.","cold homes; waiting","Fuel; Age","12345679","English","Article","Scopus","2-s2.0-85000000001"\n'
        '"Munoz I.","Munoz, Ines (3)","Cold comfort","2022","Fictional Housing","4","","100011","","","10.5555/fh.4.100011",'
        '"https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000002","Nothing was found.","","","","English","Review","Scopus",'
        '"2-s2.0-85000000002"\n'
        '"Abara O.; Cielo B.","Abara, Osa (4); Cielo, Bo (5)","Fuel & frailty","2020","Journal of Imagined Care","13","","","1","9","",'
        '"https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000003","","fuel","","12345679","Spanish","Article","Scopus",'
        '"2-s2.0-85000000003"\n'
    ),
    "ris": """TY  - JOUR
AU  - Lind, M.
AU  - van der Tan, W.L.
TI  - Waiting for warmth: older people at home
PY  - 2019
T2  - Journal of Imagined Care
VL  - 12
IS  - 3
SP  - 244
EP  - 258
DO  - 10.5555/jic.12.244
UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000001&doi=10.5555%2fjic.12.244
AB  - To listen.
KW  - cold homes
KW  - waiting
KW  - Fuel
KW  - Age
SN  - 12345679
LA  - English
M3  - Article
DB  - Scopus
ER  -

TY  - JOUR
AU  - Munoz, I.
TI  - Cold comfort
PY  - 2022
T2  - Fictional Housing
VL  - 4
C7  - 100011
DO  - 10.5555/fh.4.100011
UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000002&doi=10.5555%2ffh.4.100011
AB  - Nothing was found.
LA  - English
M3  - Review
DB  - Scopus
ER  -

TY  - JOUR
AU  - Abara, O.
AU  - Cielo, B.
TI  - Fuel & frailty
PY  - 2020
T2  - Journal of Imagined Care
VL  - 13
SP  - 1
EP  - 9
UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000003
KW  - fuel
SN  - 12345679
LA  - Spanish
M3  - Article
DB  - Scopus
ER  -

""",
    "bib": """Scopus
EXPORT DATE: 01 October 2026

@ARTICLE{Lind2019244,
\tauthor = {Lind, Mara and van der Tan, Willem L.},
\ttitle = {Waiting for warmth: older people at home},
\tyear = {2019},
\tjournal = {Journal of Imagined Care},
\tvolume = {12},
\tnumber = {3},
\tpages = {244 – 258},
\tdoi = {10.5555/jic.12.244},
\turl = {https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000001},
\tabstract = {To listen.},
\tauthor_keywords = {cold homes; waiting},
\tkeywords = {Fuel; Age},
\tissn = {12345679},
\tlanguage = {English},
\ttype = {Article},
\tsource = {Scopus},
}

@ARTICLE{Munoz2022,
\tauthor = {Munoz, Ines},
\ttitle = {Cold comfort},
\tyear = {2022},
\tjournal = {Fictional Housing},
\tvolume = {4},
\tdoi = {10.5555/fh.4.100011},
\tart_number = {100011},
\turl = {https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000002},
\tabstract = {Nothing was found.},
\tlanguage = {English},
\ttype = {Review},
\tsource = {Scopus},
}

@ARTICLE{Abara20201,
\tauthor = {Abara, Osa and Cielo, Bo},
\ttitle = {Fuel & frailty},
\tyear = {2020},
\tjournal = {Journal of Imagined Care},
\tvolume = {13},
\tpages = {1 – 9},
\turl = {https://www.scopus.com/inward/record.uri?eid=2-s2.0-85000000003},
\tauthor_keywords = {fuel},
\tissn = {12345679},
\tlanguage = {Spanish},
\ttype = {Article},
\tsource = {Scopus},
}
""",
}

IMPOSED = {
    # Scopus gives initials in RIS, whole names elsewhere.
    ("Scopus", "ris"): {"authors": [["Lind, M.", "van der Tan, W.L."], ["Munoz, I."], ["Abara, O.", "Cielo, B."]]},
}
"""What a format itself makes of a field: its values, a row a record."""
FIELDS = [*Bibliographic.to_schema().columns, "source", "identity", "platform"]


def rows(folder: Path, text: str) -> list[dict[str, Any]]:
    path = folder / "export"
    path.write_text(text, encoding="utf-8")
    return [row for batch in read(path) for row in batch.records.select(*FIELDS).to_dicts()]


@pytest.mark.parametrize(("platform", "exports"), [("Web of Science", WOS), ("Scopus", SCOPUS)])
def test_the_same_records_in_another_format_are_equal_field_by_field(
    tmp_path: Path, platform: str, exports: dict[str, str]
) -> None:
    read_of = {form: rows(tmp_path, text) for form, text in exports.items()}
    first = next(iter(exports))
    assert len(read_of[first]) == 3
    for form in exports:
        imposed = IMPOSED.get((platform, form), {})
        wanted = [row | {name: values[at] for name, values in imposed.items()} for at, row in enumerate(read_of[first])]
        # Links of platforms differ by what they were clicked in; that is no field of the record.
        assert [row | {"url": None} for row in read_of[form]] == [row | {"url": None} for row in wanted], form


def test_the_records_are_what_they_say(tmp_path: Path) -> None:
    one, two, three = rows(tmp_path, WOS["ciw"])
    assert (one["authors"], one["pages"], one["identity"]) == (
        ["Lind, Mara", "van der Tan, Willem L."], "244-258", "acc:WOS:000099999900001",
    )  # fmt: skip
    assert (two["pages"], two["doi"], two["keywords"]) == ("100011", "10.5555/fh.4.100011", None)
    assert (three["title"], three["language"], three["keywords"]) == ("Fuel & frailty", "spa", ["fuel"])


# Fields that one export of a platform lacked, or wrote otherwise than its other exports


def test_pages_that_only_the_citation_of_a_pubmed_record_has(tmp_path: Path) -> None:
    (row,) = rows(
        tmp_path,
        "PMID- 99000001\nOWN - NLM\nTI  - A title.\nDP  - 2022 Nov\nSO  - Fict. 2022 Nov 30;11:e80092. doi: 10.5555/f.1.\n",
    )
    assert row["pages"] == "e80092"


def test_pubmeds_text_marks_who_contributed_equally_and_may_have_a_notice_above_the_citation(tmp_path: Path) -> None:
    text = (
        "1. Fict J. 2020;1:1.\n\nAnother title.\n\nPMID: 99000001\n\n\n"
        "2. RETRACTED ARTICLE\n\nFict J. 2022 Feb 21;Suppl 21:3-8. doi: 10.5555/f.2.\n\nA title of some length.\n\n"
        "Lind M(#)(1), Tan WL(#)(2), Abara O(1).\n\nAn abstract.\n\nPMID: 99000002\n"
    )
    _, row = rows(tmp_path, text)
    assert row["authors"] == ["Lind, M", "Tan, WL", "Abara, O"]
    assert [row[name] for name in ("title", "journal", "year", "volume", "pages")] == [
        "A title of some length.", "Fict J", 2022, "Suppl 21", "3-8",
    ]  # fmt: skip


def test_ebscos_table_has_the_copyright_behind_the_abstract(tmp_path: Path) -> None:
    head = "Article Title,Author,Journal Title,Publication Date,Accession Number,Abstract,PLink\n"
    notice = "Copyright of Fict J is the property of Fiction Ltd and its content may not be copied."
    text = f'{head}A,"Lind, M",Fict J,2022,1,"To listen. {notice}",\nB,"Lind, M",Fict J,2022,2,{notice},\n'
    assert [row["abstract"] for row in rows(tmp_path, text)] == ["To listen.", None]


def test_a_scielo_record_is_the_same_with_its_collections_code_and_without(tmp_path: Path) -> None:
    ris = "TY  - JOUR\nID  - S0719-99992022000300057-chl\nTI  - A\nPY  - 2022\nDB  - SciELO\nER  - \n"
    table = "ID,Title,Author(s),Source,Journal,Language(s),Publication year\nS0719-99992022000300057-chl,A,,,,,2022\n"
    assert {rows(tmp_path, text)[0]["accession"] for text in (ris, table)} == {"S0719-99992022000300057"}


def test_embases_table_separates_author_keywords_by_commas_alone_and_index_terms_by_commas_and_blanks(
    tmp_path: Path,
) -> None:
    head = (
        '"Title","Author Names","Source title","Publication Year","Author Keywords","Emtree Drug Index Terms","PUI"\n'
    )
    text = head + '"A","Lind M.","Fict J","2022","Cold,Lance Formation,2,4-D","2,4 dichlorophenol, phosphate","L1"\n'
    assert rows(tmp_path, text)[0]["keywords"] == [
        "Cold",
        "Lance Formation",
        "2,4-D",
        "2,4 dichlorophenol",
        "phosphate",
    ]

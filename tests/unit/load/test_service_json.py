"""Pages of search services read like any export: the service told from the page, each field where it belongs."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import UserError
from tasks.load.read import read
from tasks.load.service_json import _starts, abstract, flat

EUROPEPMC = {
    "hitCount": 2,
    "resultList": {
        "result": [
            {
                "id": "90000001",
                "source": "MED",
                "pmid": "90000001",
                "pmcid": "PMC9000001",
                "doi": "10.5555/EPMC.1",
                "title": "Holding the line: nurses on crisis calls.",
                "authorString": "Aldergrove B, Nightwatch Study Group.",
                "authorList": {
                    "author": [
                        {"fullName": "Aldergrove B", "firstName": "Beatrix", "lastName": "Aldergrove", "initials": "B"},
                        {"fullName": "Zhu", "lastName": "Zhu"},
                        {"collectiveName": "Nightwatch Study Group"},
                    ]
                },
                "journalInfo": {
                    "volume": "12",
                    "issue": "3",
                    "yearOfPublication": 0,
                    "journal": {"title": "Imaginary Nursing", "issn": "1234-5679"},
                },
                "pubYear": "2024",
                "pageInfo": "244-58",
                "abstractText": "<h4>Aim</h4>To listen. <h4>Results</h4>They waited.",
                "language": "eng",
                "pubTypeList": {"pubType": ["research-article", "Journal Article"]},
                "keywordList": {"keyword": ["crisis", "nurses"]},
            },
            {"id": "PPR77", "source": "PPR", "title": "A preprint", "pubTypeList": {"pubType": ["Preprint"]}},
        ]
    },
}
OPENALEX = {
    "meta": {"count": 1},
    "results": [
        {
            "id": "https://openalex.org/W900",
            "doi": "https://doi.org/10.5555/OA.1",
            "title": "Waiting rooms",
            "publication_year": 2023,
            "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/90000002"},
            "language": "en",
            "type": "book-chapter",
            "authorships": [{"author": {"display_name": "Jonas Q. Ferrymans"}}],
            "primary_location": {"source": {"display_name": "Annals of Nowhere", "issn": ["2345-6781"]}},
            "biblio": {"volume": "4", "issue": None, "first_page": "10", "last_page": "19"},
            "abstract_inverted_index": {"Doors": [0, 3], "that": [1], "are": [2]},
        }
    ],
}
CROSSREF = {
    "status": "ok",
    "message-type": "work-list",
    "message": {
        "total-results": 1,
        "items": [
            {
                "DOI": "10.5555/CR.1",
                "type": "journal-article",
                "title": ["On thresholds"],
                "author": [{"given": "Ida", "family": "Vantongeren"}, {"name": "The Lantern Group"}],
                "issued": {"date-parts": [[2022, 7, 1]]},
                "container-title": ["Fictional Psychiatry"],
                "volume": "9",
                "issue": "1",
                "page": "1-9",
                "ISSN": ["3456-7893"],
                "abstract": "<jats:p>Behind doors.</jats:p>",
            }
        ],
    },
}
REFERENCES = {
    "status": "ok",
    "message-type": "work",
    "message": {
        "DOI": "10.5555/CR.1",
        "reference": [
            {
                "key": "1",
                "DOI": "10.5555/OLD.1",
                "article-title": "An older door",
                "author": "Oldcastle",
                "year": "1999",
            },
            {"key": "2", "unstructured": "Oldcastle, M. A forgotten report. 1987."},
        ],
    },
}
SEMANTIC = {
    "total": 1,
    "token": None,
    "data": [
        {
            "paperId": "abc1",
            "externalIds": {"DOI": "10.5555/S2.1", "PubMed": "90000003"},
            "title": "Keys",
            "year": 2021,
            "authors": [{"name": "Mara Q. Lindqvist"}],
            "publicationTypes": ["JournalArticle", "Review"],
            "journal": {"name": "Locks", "volume": "2", "pages": "5-6"},
            "abstract": "Of keys.",
        }
    ],
}
CITING = {
    "offset": 0,
    "data": [{"contexts": [], "citingPaper": {"paperId": "abc2", "title": "Citing keys", "year": 2024}}],
}
TRIALS = {
    "studies": [
        {
            "protocolSection": {
                "identificationModule": {
                    "nctId": "NCT09000001",
                    "briefTitle": "Doors",
                    "officialTitle": "A Trial of Doors",
                },
                "statusModule": {"studyFirstPostDateStruct": {"date": "2025-02-03"}},
                "contactsLocationsModule": {"overallOfficials": [{"name": "Ottoline Brack, MD, PhD"}]},
                "descriptionModule": {"briefSummary": "Whether doors help."},
                "conditionsModule": {"conditions": ["Waiting"], "keywords": ["doors"]},
                "designModule": {"studyType": "INTERVENTIONAL"},
            }
        }
    ]
}


@pytest.fixture
def parse(tmp_path):
    """The records of a page, as `read` hands them over."""

    def run(page):
        file = tmp_path / "page"
        file.write_text(page if isinstance(page, str) else json.dumps(page, indent=1), encoding="utf-8")
        reading = read(file)
        batches = [batch.records for batch in reading]
        return reading, pl.concat(batches).to_dicts() if batches else []

    return run


def test_europe_pmc(parse):
    reading, (one, preprint) = parse(EUROPEPMC)
    assert (reading.platform, one["source"], one["accession"]) == ("europepmc", "Europe PMC", "MED:90000001")
    assert one["authors"] == ["Aldergrove, Beatrix", "Zhu", "Nightwatch Study Group"]
    assert (one["year"], one["pages"], one["volume"], one["issue"]) == (2024, "244-258", "12", "3")
    assert (one["doi"], one["pmid"], one["pmcid"]) == ("10.5555/epmc.1", "90000001", "PMC9000001")
    assert (one["type"], preprint["type"], preprint["accession"]) == ("article", "preprint", "PPR:PPR77")
    assert "<" not in one["abstract"]
    assert one["keywords"] == ["crisis", "nurses"]


def test_openalex(parse):
    _, (one,) = parse(OPENALEX)
    assert (one["source"], one["accession"], one["doi"], one["pmid"]) == (
        "OpenAlex",
        "W900",
        "10.5555/oa.1",
        "90000002",
    )
    assert one["authors"] == ["Ferrymans, Jonas Q."]
    assert one["abstract"] == "Doors that are Doors"
    assert (one["journal"], one["pages"], one["type"]) == ("Annals of Nowhere", "10-19", "chapter")


def test_crossref(parse):
    _, (one,) = parse(CROSSREF)
    assert (one["source"], one["doi"], one["year"], one["type"]) == ("Crossref", "10.5555/cr.1", 2022, "article")
    assert one["authors"] == ["Vantongeren, Ida", "The Lantern Group"]
    assert one["abstract"] == "Behind doors."


def test_the_references_of_a_work_at_crossref(parse):
    _, (one, two) = parse(REFERENCES)
    assert (one["title"], one["doi"], one["year"]) == ("An older door", "10.5555/old.1", 1999)
    assert two["title"] == "Oldcastle, M. A forgotten report. 1987."
    assert two["identity"].startswith("sha:")


def test_semantic_scholar(parse):
    _, (one,) = parse(SEMANTIC)
    assert (one["source"], one["accession"], one["doi"], one["pmid"]) == (
        "Semantic Scholar",
        "abc1",
        "10.5555/s2.1",
        "90000003",
    )
    assert (one["authors"], one["type"], one["journal"]) == (["Lindqvist, Mara Q."], "review", "Locks")
    _, (citing,) = parse(CITING)
    assert (citing["accession"], citing["title"], citing["year"]) == ("abc2", "Citing keys", 2024)


def test_the_short_records_of_europe_pmcs_citations(parse):
    short = {"id": "90000004", "source": "MED", "title": "Cited doors.", "authorString": "Aldergrove B, van Zhu QR."}
    _, (one,) = parse({"hitCount": 1, "citationList": {"citation": [{**short, "pubYear": 2020, "volume": "3"}]}})
    assert (one["accession"], one["pmid"], one["year"]) == ("MED:90000004", "90000004", 2020)
    assert one["authors"] == ["Aldergrove, B", "van Zhu, QR"]


def test_clinicaltrials(parse):
    _, (one,) = parse(TRIALS)
    assert (one["source"], one["accession"], one["type"]) == ("ClinicalTrials.gov", "NCT09000001", "trial")
    assert (one["title"], one["authors"], one["year"]) == ("A Trial of Doors", ["Brack, Ottoline"], 2025)
    assert one["keywords"] == ["Waiting", "doors"]


@pytest.mark.parametrize(
    "page", [{"hitCount": 0, "resultList": {"result": []}}, {"total": 0, "offset": 0}, {"studies": [], "totalCount": 0}]
)
def test_a_page_that_found_nothing_is_no_error(parse, page):
    reading, records = parse(page)
    assert (reading.found, records) == (0, [])


def test_a_page_that_is_cut_off_is_refused(parse):
    with pytest.raises(UserError, match="is not whole JSON"):
        parse(json.dumps(EUROPEPMC)[:-40])


def test_a_record_starts_on_its_own_line(parse):
    _, (one, two) = parse(REFERENCES)
    text = json.dumps(REFERENCES, indent=1).splitlines()
    assert '"key": "1"' in text[one["line"]]
    assert '"key": "2"' in text[two["line"]]


def test_every_value_is_kept_in_order():
    record = (("b", "2"), ("a", [(("x", "1"),), (("x", None), ("y", True))]), ("b", "3"))
    assert list(flat(record)) == [("b", "2"), ("a/x", "1"), ("a/x", ""), ("a/y", "true"), ("b", "3")]


WORD = st.text(st.characters(codec="utf-8", exclude_characters=" \t\n\r"), min_size=1, max_size=6)


@given(st.lists(WORD, min_size=1, max_size=40))
def test_an_inverted_index_gives_the_words_back(words):
    index: dict[str, list[str]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(str(place))
    assert abstract(tuple(index.items())) == " ".join(words)


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(max_size=5), VALUE, max_size=4), max_size=5), st.sampled_from([None, 2]))
def test_records_are_counted_by_brackets_as_the_parser_counts_them(records, indent):
    page = {"facets": [{"a": 1}], "resultList": {"other": [{"b": "}{"}], "result": records}, "result": [{}]}
    assert len(_starts(json.dumps(page, indent=indent), ("resultList", "result"))) == len(records)


def test_a_download_of_the_register_is_a_bare_list(tmp_path):
    study = {"protocolSection": {"identificationModule": {"nctId": "NCT90000001", "briefTitle": "Warm homes"}}}
    path = tmp_path / "ctg-studies.json"
    path.write_text(json.dumps([study, study | {"hasResults": False}], indent=1), encoding="utf-8")
    reading = read(path)
    accessions = [row["accession"] for batch in reading for row in batch.records.iter_rows(named=True)]
    assert (reading.platform, reading.found, accessions) == ("clinicaltrials", 2, ["NCT90000001", "NCT90000001"])

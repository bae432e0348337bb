"""Which report a name, an identifier or a title means."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import polars as pl
import pytest

from tasks.identify import identify, with_reports


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute("""
        CREATE TABLE record (record_id VARCHAR, report_id VARCHAR, source VARCHAR, accession VARCHAR, title VARCHAR,
                             authors VARCHAR[], year INTEGER, doi VARCHAR, pmid VARCHAR);
        INSERT INTO record VALUES
            ('r01', 'rep_01', 'medline', 'M1', 'Talking about pain at work', ['Hartwell, J'], 2017, '10.1000/a', '111'),
            ('r02', 'rep_01', 'embase', 'E1', 'Talking about pain at work.', ['Hartwell, J'], 2018, '10.1000/a', NULL),
            ('r03', 'rep_03', 'medline', '222', 'Editorial', ['Moss, A'], 2015, NULL, '333'),
            ('r04', 'rep_04', 'medline', 'M4', 'Editorial', ['Moss, A'], 2016, NULL, '444'),
            ('r05', 'rep_05', 'embase', 'E5', 'Décider ensemble : récits', ['Núñez, P'], NULL, '10.1000/shared', NULL),
            ('r06', 'rep_06', 'embase', 'E6', 'Another abstract of the issue', ['Oak'], 2019, '10.1000/shared', NULL);
        ALTER TABLE record ADD COLUMN first_found_at TIMESTAMP DEFAULT TIMESTAMP '2026-01-01';
        CREATE TABLE report_alias (alias VARCHAR, report_id VARCHAR);
        INSERT INTO report_alias VALUES ('rep_02', 'rep_01'), ('rep_once', 'rep_03');
        CREATE TABLE record_alias (alias VARCHAR, record_id VARCHAR);
        INSERT INTO record_alias VALUES ('ronce', 'r03');
    """)
    return con


def one(con, key="tool-1", **claim):
    empty = {"title": None, "year": None, "doi": None, "pmid": None}
    answer = identify(con, pl.DataFrame([{"key": key, **empty, **claim}]), labels_of=claim.pop("labels_of", None))
    return answer.row(0, named=True)


@pytest.mark.parametrize(
    ("key", "claim", "expected"),
    [
        ("rep_01", {}, ("rep_01", "r01", "report id")),
        ("rep_02", {}, ("rep_01", "r02", "alias")),
        ("stu_03", {}, ("rep_03", "r03", "report id")),
        ("r02", {}, ("rep_01", "r02", "record id")),
        # Ids of a record that counted for another source when they were written down.
        ("rep_once", {}, ("rep_03", "r03", "alias")),
        ("stu_once", {}, ("rep_03", "r03", "alias")),
        ("ronce", {}, ("rep_03", "r03", "record id")),
        ("M4", {}, ("rep_04", "r04", "accession")),
        ("PMID: 111", {}, ("rep_01", "r01", "pmid")),
        ("https://doi.org/10.1000/A", {}, ("rep_01", "r01", "doi")),
        ("tool-1", {"pmid": "444"}, ("rep_04", "r04", "pmid")),
        ("tool-1", {"title": "TALKING about pain, at work", "year": 2016}, ("rep_01", "r01", "title and year")),
        ("tool-1", {"title": "Decider ensemble: recits"}, (None, None, None)),
        ("tool-1", {"title": "Another abstract of the issue"}, ("rep_06", "r06", "title and year")),
        ("Talking about pain at work", {}, ("rep_01", "r01", "title")),
    ],
)
def test_the_ways_from_a_key_to_a_report(con, key, claim, expected):
    answer = one(con, key, **claim)
    assert (answer["report_id"], answer["record_id"], answer["how"]) == expected


def test_a_title_that_recurs_is_ambiguous_and_its_year_settles_it_only_if_one_is_near(con):
    assert one(con, title="Editorial", year=2014)["report_id"] == "rep_03"
    both = one(con, title="Editorial", year=2015)
    assert (both["match"], both["candidates"]) == ("ambiguous", ["rep_03", "rep_04"])
    assert one(con, title="Editorial")["match"] == "unmatched"


def test_identifiers_that_disagree_are_ambiguous_unless_the_title_settles_it(con):
    assert one(con, doi="10.1000/a", pmid="444")["match"] == "ambiguous"
    assert one(con, doi="10.1000/a", pmid="444", title="Editorial")["report_id"] == "rep_04"


def test_a_doi_shared_by_two_reports_leads_to_the_one_with_the_title(con):
    assert one(con, doi="10.1000/shared")["match"] == "ambiguous"
    assert one(con, doi="10.1000/shared", title="Décider ensemble – récits")["report_id"] == "rep_05"


def test_a_bare_number_that_is_some_accession_by_chance_does_not_match_another_title(con):
    assert one(con, "222")["report_id"] == "rep_03"
    assert one(con, "222", title="A wholly different study of hospital food")["match"] == "unmatched"


def test_an_author_and_a_year_name_a_report_only_where_that_is_asked_for(con):
    assert one(con, "Hartwell 2017")["match"] == "unmatched"
    assert one(con, "Hartwell (2017)", labels_of="record")["report_id"] == "rep_01"
    assert one(con, "Moss et al., 2016", labels_of="record")["report_id"] == "rep_04"
    assert one(con, "Núñez 2017", labels_of="record")["match"] == "unmatched"


def test_no_claim_is_dropped_and_the_order_stays(con):
    keys = ["M4", "nowhere", "rep_02", "M4", "nowhere"]
    answers = with_reports(con, pl.DataFrame({"row": range(2, 7), "key": keys}))
    assert answers.select("row", "key").rows() == list(zip(range(2, 7), keys, strict=True))
    assert answers["report_id"].to_list() == ["rep_04", None, "rep_01", "rep_04", None]
    assert answers["match"].to_list() == ["matched", "unmatched", "matched", "matched", "unmatched"]


def test_two_claims_on_reports_that_a_later_record_joined_still_mean_the_records_of_their_time(con):
    # In January two reports; in February a record with the DOI of the one and the PMID of the other.
    con.execute("""
        INSERT INTO record (record_id, report_id, doi, pmid, first_found_at) VALUES
            ('r00', 'rep_20', '10.1000/x', '777', '2026-02-01'),
            ('r20', 'rep_20', '10.1000/x', NULL, '2026-01-01'),
            ('r21', 'rep_20', NULL, '777', '2026-01-01')
    """)
    assert one(con, "10.1000/x")["record_id"] == "r20"
    assert one(con, "777")["record_id"] == "r21"


def test_a_report_found_after_the_decision_is_not_what_it_means(con):
    con.execute(
        "INSERT INTO record (record_id, report_id, doi, first_found_at) VALUES ('r30', 'rep_30', '10.1000/late', '2026-01-01')"
    )
    con.execute(
        "INSERT INTO record (record_id, report_id, doi, first_found_at) VALUES ('r31', 'rep_31', '10.1000/late', '2026-03-01')"
    )
    before, after = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    assert one(con, "10.1000/late", said_at=before)["report_id"] == "rep_30"
    assert one(con, "10.1000/late", said_at=after)["match"] == "ambiguous"
    assert one(con, "10.1000/late")["match"] == "ambiguous"

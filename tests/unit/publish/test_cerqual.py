"""GRADE-CERQual's tables: what was agreed, or who says what; never a level that nobody gave."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import duckdb
import pytest
from openpyxl import load_workbook

from tasks.publish.cerqual import format_html, read_cerqual
from tasks.publish.sheet import write_sheets

ROWS = """
CREATE TABLE study AS FROM (VALUES ('s1', 'Fern 2019'), ('s2', 'Oak & Sons 2020')) AS t (study_id, label);
CREATE TABLE finding AS FROM (VALUES
    ('agreed', 1, 'Trust grows slowly.', 'Trust takes time.'), ('apart', 2, 'Hope <stays>.', ''), ('new', 3, 'Nobody looked.', ''))
    AS t (finding_id, position, sentence, plain);
CREATE TABLE finding_support AS FROM (VALUES
    ('agreed', 's1', 'for'), ('agreed', 's1', 'for'), ('agreed', 's2', 'against'), ('apart', 's2', 'nuance'), ('apart', NULL, 'for'))
    AS t (finding_id, study_id, stance);
CREATE TABLE confidence AS FROM (VALUES
    ('agreed', 'Ada', false, 'low', 'Few.', NULL), ('agreed', 'Cem', true, 'moderate', 'One rich study.', '1 more study'),
    ('apart', 'Ada', false, 'low', 'Thin.', NULL), ('apart', 'Ben', false, 'high', '', NULL))
    AS t (finding_id, assessor, consensus, level, explanation, changed);
CREATE TABLE confidence_component AS FROM (VALUES
    ('agreed', 'Cem', true, 'coherence', 'none or very minor', 'It fits.'), ('agreed', 'Ada', false, 'coherence', 'serious', 'No.'),
    ('apart', 'Ada', false, 'adequacy', 'serious', 'One sentence.'), ('apart', 'Ben', false, 'adequacy', 'minor', 'Enough.'))
    AS t (finding_id, assessor, consensus, component, concern, explanation);
"""


AGAIN = "moderate confidence (to be looked at again)"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(ROWS)
        yield con


def test_the_summary_says_what_was_agreed_and_else_who_says_what(con: duckdb.DuckDBPyConnection) -> None:
    assert read_cerqual(con).summary.rows() == [
        ("Trust takes time.", "1: Fern 2019 (against it: Oak & Sons 2020)", AGAIN, "One rich study."),
        ("Hope <stays>.", "1: Oak & Sons 2020", "not agreed yet: Ada: low; Ben: high", "Ada: Thin."),
        ("Nobody looked.", "none", "not assessed yet", ""),
    ]  # fmt: skip


def test_the_profile_has_each_concern_with_its_explanation(con: duckdb.DuckDBPyConnection) -> None:
    rows = read_cerqual(con).profile.select("Finding", "Coherence", "Adequacy", "Since the assessment").rows()
    assert rows == [
        ("Trust grows slowly.", "No or very minor concerns: It fits.", "", "1 more study"),
        ("Hope <stays>.", "", "Ada: Serious concerns: One sentence.; Ben: Minor concerns: Enough.", ""),
        ("Nobody looked.", "", "", ""),
    ]


def test_the_page_holds_both_tables_and_escapes_what_people_wrote(con: duckdb.DuckDBPyConnection) -> None:
    page = format_html(read_cerqual(con), title="Care & <hope>", version="Version 3")
    assert page.count("<table>") == 2
    assert page.count('scope="row"') == 6
    assert "Hope &lt;stays&gt;." in page
    assert "<title>Summary of qualitative findings: Care &amp; &lt;hope&gt;</title>" in page


def test_the_workbook_has_a_sheet_for_each(con: duckdb.DuckDBPyConnection) -> None:
    tables, target = read_cerqual(con), BytesIO()
    write_sheets({"Summary": tables.summary, "Evidence profile": tables.profile}, target)
    book = load_workbook(target)
    assert {sheet.title: sheet.max_row for sheet in book} == {"Summary": 4, "Evidence profile": 4}
    assert book["Summary"]["C4"].value == "not assessed yet"

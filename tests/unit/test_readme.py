"""The README's queries and its note, on rows that a query which counts anything twice, or leaves anything out, gets wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.dropfolder import NoteText
from warehouse.schema import table_files, view_files

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
QUERIES = {
    int(query[3]): query
    for block in re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL)
    for query in re.split(r"\n\n(?=-- \d)", block.strip())
}

#: A study of two reports that both say its country; one of two countries; one that says none and was appraised twice; a coding of
#: a document that is linked to no study, and one of a study that was excluded. Of the included reports, one was found by two sources.
ROWS = """
CREATE TABLE study AS FROM (VALUES ('s1', 'Fern 2019'), ('s2', 'Birch 2020'), ('s3', 'Oak 2021')) AS t (study_id, label);
CREATE TABLE characteristic AS
SELECT *, 'reported' AS status, NULL::DOUBLE AS number, NULL::VARCHAR AS qualifier, NULL::VARCHAR AS extractor, false AS whole_study
FROM (VALUES
    ('s1', 'country', 'Fictonia', 'r1'), ('s1', 'country', 'Fictonia', 'r2'), ('s1', 'setting', 'Clinic', 'r1'),
    ('s2', 'country', 'Sampleton', 'r3'), ('s2', 'country', 'Fictonia', 'r3')) AS t (study_id, field, value, report_id);
CREATE TABLE code AS FROM (VALUES ('c1', 'Trust'), ('c2', 'Trust > Time')) AS t (code_id, path);
CREATE TABLE coding_final AS SELECT *, study_id IN ('s1', 's2', 's3') IS TRUE AS included FROM (VALUES
    ('s1', 'c1', 'Ada', 'one'), ('s1', 'c1', 'Ben', 'one'), ('s1', 'c2', 'Ada', 'two'), ('s2', 'c1', 'Ada', 'three'),
    ('s3', 'c1', 'Ada', 'four'), (NULL, 'c1', 'Ada', 'five'), ('s4', 'c2', 'Ada', 'six')) AS t (study_id, code_id, coder, quote);
CREATE TABLE appraisal AS SELECT *, 'casp-qualitative' AS checklist, NULL::VARCHAR AS reason, replace(study_id, 's', 'r') AS report_id
FROM (VALUES
    ('s1', 6, 'yes', 'Ada'), ('s2', 6, 'no', 'Ada'), ('s3', 6, 'yes', 'Ada'), ('s3', 6, 'yes', 'Ben'), ('s3', 5, 'yes', 'Ada')
    ) AS t (study_id, item, answer, reviewer);
CREATE TABLE report AS FROM (VALUES ('r1', ['embase', 'medline']), ('r2', ['medline']), ('r3', ['embase']), ('r4', ['embase']))
    AS t (report_id, sources);
CREATE TABLE report_path AS FROM (VALUES ('r1', 'included'), ('r2', 'included'), ('r3', 'included'), ('r4', 'excluded'))
    AS t (report_id, place);
CREATE TABLE record AS FROM (VALUES
    ('m1', 'medline', 'r1'), ('e1', 'embase', 'r1'), ('e1b', 'embase', 'r1'), ('m2', 'medline', 'r2'), ('e3', 'embase', 'r3'),
    ('e4', 'embase', 'r4')) AS t (record_id, source, report_id);
CREATE TABLE duplicate_pair AS FROM (VALUES
    ('m1', 'e1', 'same', 20.0, 'doi'), ('e1', 'e1b', 'same', 12.0, 'title'), ('m2', 'e3', 'review', 3.0, 'title'))
    AS t (record_id_a, record_id_b, outcome, score, why);
"""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """The rows, the views that README asks and that stand on them, as the warehouse defines them."""
    views = dict(view_files())
    with duckdb.connect() as con:
        con.execute(ROWS)
        con.execute("CREATE SCHEMA core")
        con.execute(next(sql for sql in table_files() if "core.protocol_field" in sql))
        for name in ("study_characteristic", "report_appraisal", "appraisal_final"):
            con.execute(views[name])
        yield con


def ask(con: duckdb.DuckDBPyConnection, number: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = con.sql(QUERIES[number]).pl().to_dicts()
    return found


def test_there_are_five_queries() -> None:
    assert sorted(QUERIES) == [1, 2, 3, 4, 5]


def test_1_included_reports_of_each_source_and_those_it_alone_found(con) -> None:
    rows = {row["source"]: (row["included"], row["found_alone"]) for row in ask(con, 1)}
    assert rows == {"embase": (2, 1), "medline": (2, 1)}


def test_2_counts_every_coding_of_an_included_report_once(con) -> None:
    rows = ask(con, 2)
    assert (
        sum(row["codings"] for row in rows)
        == con.sql("SELECT count(*) FROM coding_final WHERE included").fetchall()[0][0]
    )
    by = {(row["code"], row["country"]): (row["studies"], row["codings"]) for row in rows}
    assert by == {
        ("Trust", "Fictonia"): (1, 2),
        ("Trust > Time", "Fictonia"): (1, 1),
        ("Trust", "Fictonia; Sampleton"): (1, 1),
        ("Trust", None): (1, 1),
    }


def test_3_counts_a_study_once_whoever_appraised_it(con) -> None:
    rows = ask(con, 3)
    base = "SELECT count(DISTINCT (code_id, study_id)) FROM coding_final WHERE included"
    assert sum(row["studies"] for row in rows) == con.sql(base).fetchall()[0][0]
    assert {row["code"]: (row["studies"], row["of_them_reflexive"]) for row in rows} == {
        "Trust": (3, 2),
        "Trust > Time": (1, 1),
    }


def test_4_lists_every_quote_of_an_included_report_once(con) -> None:
    rows = ask(con, 4)
    assert sorted(row["quote"] for row in rows) == ["four", "one", "one", "three", "two"]


def test_5_lists_the_pairs_that_are_one_report(con) -> None:
    assert [(row["one"], row["other"], row["score"]) for row in ask(con, 5)] == [
        ("embase", "embase", 12.0),
        ("medline", "embase", 20.0),
    ]


@pytest.mark.parametrize("name", ["README.md", *DOCS])
def test_no_query_joins_what_multiplies_its_rows(name) -> None:
    """characteristic has a row a report and value, appraisal one a reviewer: what counts asks the views that have one a study."""
    text = TEXT if name == "README.md" else DOCS[name]
    for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL):
        assert re.findall(r"JOIN (characteristic|appraisal|report_appraisal)\b", block) == []


def test_the_note_beside_a_file_says_everything_that_one_may_say() -> None:
    ((name, text),) = re.findall(r"`([^`]+\.ris)\.toml`:\n+<!-- a note -->\n```toml\n(.*?)```", TEXT, re.DOTALL)
    note = NoteText.model_validate(tomllib.loads(text))
    assert name == "exports/medline/2026-10.ris"
    of_other_files = ["stage", "verdict", "positions", "round"]
    assert [field for field, value in note if value is None] == of_other_files
    assert [field for field in of_other_files if f"`{field}` (`" not in TEXT] == []

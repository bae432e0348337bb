"""What says that a new synthesis is due: from the number on that the protocol gives, and nothing where it gives none."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.schema import view_files

ROWS = """
CREATE SCHEMA core;
CREATE TABLE core.synthesis_rule (trigger VARCHAR, threshold INTEGER);
CREATE TABLE core.theme AS FROM (VALUES ('trust', 'Trust')) AS t (theme_id, name);
CREATE TABLE core.finding AS FROM (VALUES ('slow', 'It grows slowly.'), ('fast', 'It grows.')) AS t (finding_id, sentence);
CREATE TABLE study_judgement AS FROM (VALUES
    ('s1', 'theme', 'trust', 'refuted', true), ('s1', 'theme', 'trust', 'refuted', true), ('s2', 'theme', 'trust', 'refuted', true),
    ('s3', 'theme', 'trust', 'confirmed', true), ('s1', 'finding', 'slow', 'refuted', true),
    ('excluded', 'finding', 'slow', 'refuted', false)) AS t (study_id, what, id, effect, included);
CREATE TABLE code AS FROM (VALUES ('c1', 'Trust'), ('c2', 'Hope'), ('c3', 'Doubt')) AS t (code_id, path);
CREATE TABLE theme_code AS FROM (VALUES ('trust', 'c1')) AS t (theme_id, code_id);
CREATE TABLE coding_final AS FROM (VALUES
    ('c1', 's1', true), ('c1', 's2', true), ('c1', 's3', true), ('c2', 's1', true), ('c2', 's1', true), ('c2', 's2', true),
    ('c3', 's1', true), ('c3', NULL, false), ('c3', 'excluded', false)) AS t (code_id, study_id, included);
CREATE TABLE confidence AS FROM (VALUES
    ('slow', true, true), ('slow', false, true), ('fast', true, false)) AS t (finding_id, consensus, stale);
"""


@pytest.mark.parametrize(
    ("trigger", "threshold", "found"),
    [
        ("refuted_by", 1, [("finding", "slow", "It grows slowly.", 1), ("theme", "trust", "Trust", 2)]),
        ("refuted_by", 2, [("theme", "trust", "Trust", 2)]),
        ("refuted_by", 3, []),
        ("code_outside_themes_in", 1, [("code", "c2", "Hope", 2), ("code", "c3", "Doubt", 1)]),
        ("code_outside_themes_in", 2, [("code", "c2", "Hope", 2)]),
        ("stale_confidence", 1, [("finding", "slow", "It grows slowly.", 1)]),
        ("stale_confidence", 2, []),
        (None, 0, []),
    ],
)
def test_a_rule_is_met_from_its_number_on(trigger: str | None, threshold: int, found: list) -> None:
    with duckdb.connect() as con:
        con.execute(ROWS)
        con.execute(dict(view_files())["synthesis_trigger"])
        if trigger:
            con.execute("INSERT INTO core.synthesis_rule VALUES (?, ?)", [trigger, threshold])
        assert con.execute("SELECT element, id, name, n FROM synthesis_trigger ORDER BY ALL").fetchall() == found


def test_each_says_so_in_words() -> None:
    with duckdb.connect() as con:
        con.execute(ROWS)
        con.execute(dict(view_files())["synthesis_trigger"])
        con.execute(
            "INSERT INTO core.synthesis_rule VALUES ('refuted_by', 2), ('code_outside_themes_in', 1), ('stale_confidence', 1)"
        )
        assert con.execute("SELECT says FROM synthesis_trigger ORDER BY ALL").fetchall() == [
            ("the code 'Doubt' of no theme is used in 1 study",),
            ("the code 'Hope' of no theme is used in 2 studies",),
            ("the confidence in 'slow' is stale",),
            ("the theme 'trust' is refuted by 2 studies",),
        ]

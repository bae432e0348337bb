"""Double coding of a review: what each coder coded, and how far two agree, by the command line and by SQL."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.support.cli import Said, living_review
from tests.support.codings import Coded, write_project
from tests.support.exports import Rec
from tests.support.reviews import SmallReview

TITLE = "Nurses on community care for personality disorder"
TALK, OTHER, ALONE = "w " * 500, "o " * 200, "a " * 50
CODINGS = [
    # The worked case: of 1,000 characters 50 that both coded, 100 that only Ada did, 50 that only Ben did.
    ("Ada", TITLE, "trust", 0, 150), ("Ben", TITLE, "trust", 100, 200),
    ("Ada", "other", "trust", 0, 40), ("Ada", "other", "doubt", 0, 40), ("Ben", "other", "trust", 0, 40),
    ("Ada", "alone", "trust", 0, 10), ("Ada", "alone", "trust", 5, 20),
]  # fmt: skip


def made(root: Path, texts: dict[str, str], codings: list[Coded]) -> SmallReview:
    """A review of one report, with a project of these texts and codings."""
    small = SmallReview(root / "review")
    small.search("medline", "a", [Rec("1", TITLE)])
    small.drop("coding/talk.qdpx", write_project(texts, codings))
    assert [p for p in small.update() if p.severity == "error"] == []
    small.publish()
    return small


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """Two texts that Ada and Ben coded, and one that only Ada did; the first is a report's."""
    return made(tmp_path_factory.mktemp("agree"), {TITLE: TALK, "other": OTHER, "alone": ALONE}, CODINGS)


def agreement(small: SmallReview, *options: str) -> Said:
    return living_review("coding", "agreement", small.review.root, "--format", "csv", *options)


def rows(small: SmallReview, *options: str) -> list[dict[str, str]]:
    said = agreement(small, *options)
    assert said.code == 0, said.err
    return list(csv.DictReader(io.StringIO(said.out)))


def test_the_worked_case_stands_in_its_document_and_code(small: SmallReview) -> None:
    found = {
        row["coefficient"]: row["value"]
        for row in rows(small, "--document", TITLE, "--code", "trust")
        if row["document"] == TITLE and row["code"] == "trust"
    }
    assert found == {
        "segments of a matched": "0.0", "segments of b matched": "1.0", "Jaccard": "0.25", "share agreed": "0.85",
        "Cohen's kappa": "0.3182", "Cohen's kappa over coded text": "-0.5", "Krippendorff's alpha": "0.3146",
        "Brennan-Prediger": "0.7", "AC1": "0.808",
    }  # fmt: skip


def test_each_row_is_a_coefficient_code_document_and_pair_all_first(small: SmallReview) -> None:
    found = rows(small)
    keys = [(r["document"], r["code"], r["coder_a"], r["coder_b"], r["subject"], r["coefficient"]) for r in found]
    assert len(set(keys)) == len(keys)
    assert keys[0] == ("all", "all", "Ada", "Ben", "coding", "segments of a matched")
    assert {(r["document"], r["code"]) for r in found} == {
        ("all", "all"), ("all", "trust"), ("all", "doubt"), (TITLE, "all"), (TITLE, "trust"), ("other", "all"),
        ("other", "trust"), ("other", "doubt"),
    }  # fmt: skip
    first = next(r for r in found if r["coefficient"] == "Jaccard")
    assert (first["n"], first["n_counts"]) == ("280", "characters × 2 codes, coded by either, in 2 documents")
    assert first["low"]


def test_what_is_chosen_is_measured_alone(small: SmallReview) -> None:
    found = rows(small, "--code", "TRUST", "--coefficient", "jaccard", "--pair", "ben", "ada")
    assert {(r["document"], r["code"], r["value"]) for r in found} == {
        ("all", "all", "0.375"), ("all", "trust", "0.375"), (TITLE, "all", "0.25"), (TITLE, "trust", "0.25"),
        ("other", "all", "1.0"), ("other", "trust", "1.0"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--document", "alone"), "no document 'alone' is coded by two"),
        (("--code", "trsut"), "no code 'trsut' is used in a document that two coded (did you mean 'trust'?)"),
        (("--pair", "Ada", "Eve"), "Ada and Eve coded no document both (documents were coded by two of: Ada and Ben)"),
    ],
)
def test_what_two_did_not_code_is_one_line(small: SmallReview, options: tuple[str, ...], says: str) -> None:
    said = agreement(small, *options)
    assert said.code == 2
    assert says in said.line


def test_sql_has_the_same_rows(small: SmallReview) -> None:
    stored = small.rows(
        "SELECT subject, document_id, code_id, coefficient, round(value, 4), n FROM agreement WHERE subject <> 'screening'"
    )
    printed = [
        (r["subject"], r["document_id"] or None, r["code_id"] or None, r["coefficient"],
         float(r["value"]) if r["value"] else None, int(r["n"])) for r in rows(small)
    ]  # fmt: skip
    assert sorted(stored, key=str) == sorted(printed, key=str)


def test_coverage_and_pairs_say_what_each_coded(small: SmallReview) -> None:
    name = "JOIN document USING (document_id) ORDER BY ALL"
    assert small.rows(f"SELECT name, coder, codings, segments, characters, share FROM coding_coverage {name}") == [
        (TITLE, "Ada", 1, 1, 150, 0.15), (TITLE, "Ben", 1, 1, 100, 0.1), ("alone", "Ada", 2, 2, 20, 0.2),
        ("other", "Ada", 2, 1, 40, 0.1), ("other", "Ben", 1, 1, 40, 0.1),
    ]  # fmt: skip
    pairs = "SELECT name, coder_a, coder_b, characters_a, characters_b, characters_both, matched_a, matched_b"
    assert small.rows(f"{pairs} FROM coding_pair {name}") == [
        (TITLE, "Ada", "Ben", 150, 100, 50, 0, 1), ("other", "Ada", "Ben", 40, 40, 40, 1, 1),
    ]  # fmt: skip
    assert small.rows("SELECT count(*) FROM coding_pair WHERE report_id IS NOT NULL") == [(1,)]
    by_code = (
        "SELECT document.name, c.path, characters_a, characters_b, characters_both, shared_a FROM coding_pair_code"
    )
    assert small.rows(f"{by_code} JOIN code AS c USING (code_id) {name}") == [
        (TITLE, "trust", 150, 100, 50, 50), ("other", "doubt", 40, 0, 0, 40), ("other", "trust", 40, 40, 40, 40),
    ]  # fmt: skip


def test_it_is_told_where_two_coded_different_parts(small: SmallReview, tmp_path: Path) -> None:
    assert agreement(small).err == ""
    halves = [("Ada", "talk", "trust", 0, 40), ("Ben", "talk", "trust", 600, 640)]
    said = agreement(made(tmp_path, {"talk": TALK}, halves))
    assert said.line == "warning: talk: Ada and Ben coded different parts of it, so that their agreement tells little"


def test_where_nobody_coded_twice_that_is_said(tmp_path: Path) -> None:
    other = made(tmp_path, {"alone": ALONE}, [("Ada", "alone", "trust", 0, 10)])
    said = agreement(other)
    assert (said.code, len(said.out.splitlines())) == (0, 1)
    assert said.line == "warning: no document is coded by two people, so there is nothing to compare"


def test_screening_and_coding_do_not_empty_each_others_rows(small: SmallReview) -> None:
    """A run with new votes and no new codings keeps both, as a derivation from the log alone has them."""
    small.drop("decisions/title-abstract/v.csv", "id,reviewer,verdict\n1,Ada,include\n1,Ben,include\n")
    small.update()
    kinds = small.rows("SELECT DISTINCT subject FROM agreement ORDER BY 1")
    assert kinds == [("choice of code",), ("coding",), ("position",), ("screening",)]
    assert small.hashes() == small.rebuilt()

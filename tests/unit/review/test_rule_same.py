"""Codes, documents and coders that people ruled to be the same count as one, and as before when the ruling is taken back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import UserError
from tasks.review.rule_same import list_same_rulings, list_same_suggestions, rule_same, undo_same
from tasks.synthesise.load_same import EVENTS, write_same
from tasks.synthesise.load_settlements import write_settlements
from tasks.synthesise.measure_codings import measure_codings
from tests.support.cli import living_review
from tests.support.examples import examples
from tests.support.exports import Rec
from tests.support.projects import qdpx
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import writer

TITLE = "Talking about apples"
TEXT = "Apples are red. Pears are green. Nobody asked the plums."
ADAS = [("Ada", "Trust", TITLE, "Apples are red."), ("Ada", "silence", TITLE, "Nobody asked the plums.")]
BENS = [("Ben Oak", "trusts", TITLE, "Apples are red."), ("Ben Oak", "colours", TITLE, "Pears are green.")]
TABLE = "document,code,quote,coder\nTalking about apples.pdf,Trust,Apples are red.,B.O.\n"
VIEWS = ("document", "code", "code_ancestor", "coding", "coding_final", "quote", "theme_support", "finding_support", "coding_pair",
         "coding_difference", "coding_coverage", "code_together", "table_3", "unlinked")  # fmt: skip
PLAN = PROTOCOL + '[coding]\ncoders = ["Ada", "Ben Oak"]\n'
THEMES = """
[[theme]]
id = "trust"
name = "Trust"
codes = ["trusts"]
[[finding]]
id = "f1"
finding = "People trust apples."
support = [{ stance = "for", code = "trusts" }]
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """Two people's projects and a table, over one text, with codes of their own; a theme over Ben's code."""
    small = SmallReview(
        tmp_path_factory.mktemp("same") / "review", PROTOCOL + '[coding]\ncoders = ["Ada", "Ben Oak"]\n'
    )
    small.search("medline", "a", [Rec("1", TITLE)])
    votes = [f"1,{stage},{who},include" for stage in ("title-abstract", "full-text") for who in ("Ada", "Ben")]
    small.drop("decisions/votes.csv", "\n".join(["id,stage,reviewer,verdict", *votes]))
    small.drop("coding/ada.qdpx", qdpx({TITLE: TEXT}, ["Trust", "silence"], ADAS))
    small.drop(
        "coding/ben.qdpx",
        qdpx({f"{TITLE}.docx": TEXT}, ["trusts", "colours"], [(a, b, f"{TITLE}.docx", d) for a, b, _, d in BENS]),
    )
    small.drop("coding/table.csv", TABLE)
    small.update(check=False)
    small.publish()
    file = small.review.root / "themes.toml"
    file.write_text(THEMES)
    assert living_review("themes", "import", small.review.root, file).code == 0
    small.update(check=False)
    small.publish()
    return small


@pytest.fixture
def coded(small: SmallReview, tmp_path: Path) -> SmallReview:
    shutil.copytree(small.review.root, tmp_path / "review")
    return SmallReview(tmp_path / "review", PLAN)


def test_what_may_mean_the_same_is_suggested_with_reasons(small: SmallReview) -> None:
    found = {(s.element, *s.reasons) for s in list_same_suggestions(small.review)}
    assert found == {
        ("code", "the same path but for case, blanks or plural"),
        ("code", "the same path"),
        ("document", "the same text", "the same name but for case, blanks or ending", "linked to the same report"),
        ("document", "the same name but for case, blanks or ending", "linked to the same report"),
        ("coder", "the one's name are the other's initials"),
    }


def views(small: SmallReview) -> dict[str, list[tuple[object, ...]]]:
    return {view: sorted(small.rows(f"FROM {view}"), key=repr) for view in VIEWS}


def test_a_ruling_joins_what_counts_and_its_undo_puts_everything_back(coded: SmallReview) -> None:
    before = views(coded)
    trust, other = (row[0] for row in coded.rows("SELECT code_id FROM code WHERE path = 'Trust' ORDER BY arrival_id"))
    document = coded.rows(f"SELECT document_id FROM document WHERE name = '{TITLE}'")[0][0]
    others = coded.rows(f"SELECT document_id FROM document WHERE name <> '{TITLE}' ORDER BY 1")
    rulings = [
        rule_same(coded.review, "code", (trust, "trusts"), "same", "Ada", reason="one word"),
        rule_same(coded.review, "code", (trust, other), "same", "Ada"),
        *(rule_same(coded.review, "document", (document, id), "same", "Ada") for (id,) in others),
        rule_same(coded.review, "coder", ("Ben Oak", "B.O."), "same", "Ada"),
    ]
    assert list_same_suggestions(coded.review) == []
    coded.update(check=False)
    coded.publish()
    assert coded.rows("SELECT path FROM code ORDER BY 1") == [("Trust",), ("colours",), ("silence",)]
    changed = coded.rows("SELECT old_path, new_path FROM code_change WHERE origin = 'ruled' ORDER BY 1")
    assert changed == [("Trust", "Trust"), ("trusts", "Trust")]
    assert coded.rows("SELECT name FROM document") == [(TITLE,)]
    assert coded.rows("SELECT DISTINCT coder FROM coding ORDER BY 1") == [("Ada",), ("Ben Oak",)]
    assert len(coded.rows("FROM coding")) == len(before["coding"])
    # Ada and Ben coded the apples alike, and what the table has of it stands, since the documents are one, at that place: it counts once.
    assert coded.rows("SELECT code, quote, count(*) FROM quote GROUP BY ALL ORDER BY ALL") == [
        ("Trust", "Apples are red.", 1), ("colours", "Pears are green.", 1), ("silence", "Nobody asked the plums.", 1)
    ]  # fmt: skip
    assert coded.rows("SELECT codings FROM theme_evidence") == [(1,)]
    assert coded.rows("SELECT matched_a, matched_b FROM coding_pair") == [(1, 1)]
    assert coded.hashes() == coded.rebuilt()
    for entry in rulings:
        undo_same(coded.review, entry.seq, "Ada")
    coded.update(check=False)
    coded.publish()
    assert views(coded) == before
    assert list_same_rulings(coded.review) == []


RULING = st.tuples(
    st.sampled_from(["code", "document", "coder"]),
    st.integers(0, 9),
    st.integers(0, 9),
    st.sampled_from(["same", "distinct"]),
)


@pytest.fixture(scope="module")
def ruled(small: SmallReview, tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    root = tmp_path_factory.mktemp("ruled")
    shutil.copytree(small.review.root, root / "review")
    return SmallReview(root / "review", PLAN)


@given(drawn=st.lists(RULING, min_size=1, max_size=5), shuffle=st.randoms(use_true_random=False))
@settings(max_examples=examples(8, 25), deadline=None)
def test_no_ruling_loses_a_coding_and_every_undo_restores(ruled: SmallReview, drawn, shuffle) -> None:
    """Any rulings, in any order; written straight into the warehouse, and taken back."""
    with writer(ruled.review.warehouse) as con:
        known = "SELECT DISTINCT delivered_as FROM core.element_identity WHERE element = ? ORDER BY 1"
        ids = {
            kind: [row[0] for row in con.execute(known, [kind]).fetchall()] for kind in ("code", "document", "coder")
        }
        codings = con.execute("SELECT coding_id FROM coding ORDER BY 1").fetchall()
        watched = ("code", "coding", "coding_final", "code_ancestor", "coding_pair", "coding_coverage")

        def derive() -> dict[str, list[tuple[object, ...]]]:
            write_same(con, list(ruled.review.log.entries(*EVENTS)))
            measure_codings(con, ruled.review.protocol().protocol.coding, {})
            write_settlements(con, [], ruled.review.protocol().protocol.coding)
            return {view: sorted(con.execute(f"FROM {view}").fetchall(), key=repr) for view in watched}

        before = derive()
        made = []
        for element, a, b, verdict in drawn:
            one, other = ids[element][a % len(ids[element])], ids[element][b % len(ids[element])]
            if one != other:
                made.append(rule_same(ruled.review, element, (one, other), verdict, "Ada"))
        during = derive()
        assert con.execute("SELECT coding_id FROM coding ORDER BY 1").fetchall() == codings
        assert con.execute("SELECT count(*) FROM coding_final ANTI JOIN code USING (code_id)").fetchall() == [(0,)]
        assert len(during["code_ancestor"]) >= len(during["code"])
        shuffle.shuffle(made)
        for entry in made:
            undo_same(ruled.review, entry.seq, "Ada")
        assert derive() == before


def test_a_code_is_kept_with_what_lies_below_it(coded: SmallReview) -> None:
    entry = rule_same(coded.review, "code", ("colours", "silence"), "same", "Ada")
    rule_same(coded.review, "code", ("colours", "silence"), "distinct", "Ben")
    coded.update(check=False)
    coded.publish()
    assert len(coded.rows("FROM code")) == 5  # the later ruling about the two counts
    assert coded.rows("SELECT seq, verdict, counts FROM element_ruling ORDER BY seq")[0] == (entry.seq, "same", False)


@pytest.mark.parametrize(
    ("element", "pair", "says"),
    [
        ("code", ("Trust", "colours"), "'Trust' can mean 2 codes"),
        ("code", ("silent", "colours"), "no code is known as 'silent'"),
        ("coder", ("ada", "Ada"), "are one coder already"),
    ],
)
def test_a_mistake_is_told_and_noted_nowhere(small: SmallReview, element, pair, says) -> None:
    with pytest.raises(UserError, match=says):
        rule_same(small.review, element, pair, "same", "Ada")
    with pytest.raises(UserError, match="event 1 is no ruling"):
        undo_same(small.review, 1, "Ada")


def test_texts_that_differ_are_two_documents(coded: SmallReview) -> None:
    coded.drop("coding/other.qdpx", qdpx({"Other": "Another text."}, ["x"], [("Cem", "x", "Other", "Another")]))
    coded.update(check=False)
    coded.publish()
    with pytest.raises(UserError, match="the texts of 'Other' and"):
        rule_same(coded.review, "document", ("Other", f"{TITLE}.docx"), "same", "Ada")


def test_the_command_lists_rules_and_undoes(coded: SmallReview) -> None:
    root = coded.review.root
    said = living_review("coding", "same", root)
    assert "+ the one's name are the other's initials" in said.out
    ruled = living_review("coding", root, "same", "rule", "coder", "Ben Oak", "B.O.", "same", "--who", "Ada")
    assert (ruled.code, ruled.out.split(", noted")[0]) == (0, "'B.O.' counts as 'Ben Oak'")
    number = ruled.out.split("event ")[1].split(";")[0]
    assert f"event {number}: coder 'B.O.' is 'Ben Oak', by Ada" in living_review("coding", "same", "list", root).out
    assert living_review("coding", "same", "undo", root, number).code == 0
    assert "0 rulings" in living_review("coding", "same", root).out


def test_all_suggestions_of_one_reason_are_accepted_at_once(coded: SmallReview) -> None:
    root = coded.review.root
    said = living_review("coding", "same", "accept", root, "the same path", "--element", "code", "--who", "Ada")
    assert said.out.startswith("1 pair ruled to be the same, noted as events ")
    assert [ruling.event.reason for ruling in list_same_rulings(coded.review)] == ["the same path"]
    assert "did you mean 'the same text'" in living_review("coding", "same", "accept", root, "the same texts").line

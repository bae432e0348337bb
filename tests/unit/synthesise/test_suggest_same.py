"""What may mean the same is suggested with its reasons, and what is only near is not."""

from __future__ import annotations

import pytest

from tasks.synthesise.suggest_same import ElementFacts, suggest_same

ADA, BEN = frozenset({"Ada"}), frozenset({"Ben"})


def code(id: str, *path: str, project: str = "p1", places: dict[int, frozenset[str]] | None = None) -> ElementFacts:
    made = {("d1", n, n + 5): who for n, who in (places or {}).items()}
    return ElementFacts(id, path, projects=frozenset({project}), places=made)


def pairs(element: str, *facts: ElementFacts) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return [(s.one, s.other, s.reasons, s.against) for s in suggest_same(element, facts)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (("Care", "Trust"), ("Care", "Trust"), "the same path"),
        (("Care", "Trust"), ("care ", "TRUST"), "the same path but for case, blanks or plural"),
        (("Care", "Boundary"), ("Care", "boundaries"), "the same path but for case, blanks or plural"),
        (("Trust",), ("Care", "Trust"), "the same name, elsewhere in the tree"),
        (("Trusts",), ("Care", "trust"), "the same name but for case, blanks or plural, elsewhere in the tree"),
    ],
)
def test_codes_of_one_path_or_name_are_suggested(one, other, reason) -> None:
    assert pairs("code", code("a", *one), code("b", *other, project="p2")) == [("a", "b", (reason,), ())]


@pytest.mark.parametrize(
    ("one", "other"), [("Trust", "Mistrust"), ("Bus", "Bu"), ("Crisis", "Crise"), ("Loss", "Los"), ("+", "-")]
)
def test_other_words_are_not(one, other) -> None:
    assert pairs("code", code("a", one), code("b", other, project="p2")) == []


def test_the_same_places_of_two_coders_speak_for_it_and_of_one_coder_against_it() -> None:
    near = {0: ADA, 10: ADA, 20: ADA}
    other = {0: BEN, 10: BEN, 20: BEN, 30: BEN}
    reason = "3 of the same places, coded by different people"
    assert pairs("code", code("a", "Hope", places=near), code("b", "Trust", places=other)) == [
        ("b", "a", (reason,), ())  # the more used first
    ]
    assert pairs("code", code("a", "Hope", places=near), code("b", "Trust", places=near)) == []
    assert pairs("code", code("a", "Hope", places={0: ADA}), code("b", "Trust", places={0: BEN})) == []


def test_names_that_one_project_has_in_two_branches_are_not() -> None:
    assert pairs("code", code("a", "Care", "Other"), code("b", "Ward", "Other")) == []


def test_documents_of_one_text_or_name_are_suggested_unless_their_texts_differ() -> None:
    text, same, named, differs = (
        ElementFacts(id, (name,), text=text)
        for id, name, text in (
            ("a", "Fern 2019", "t1"),
            ("b", "x", "t1"),
            ("c", "fern 2019.PDF", None),
            ("d", "Fern 2019", "t2"),
        )
    )
    assert pairs("document", text, same) == [("a", "b", ("the same text",), ())]
    assert pairs("document", text, named) == [("a", "c", ("the same name but for case, blanks or ending",), ())]
    assert pairs("document", text, differs) == []


def test_coders_are_suggested_by_name_initials_and_the_protocols_aliases() -> None:
    def coder(name: str, alias_of: str | None = None, project: str = "p1") -> ElementFacts:
        return ElementFacts(name, (name,), alias_of=alias_of, projects=frozenset({project}))

    assert pairs("coder", coder("ada fern"), coder("Ada  Fern", project="p2"))[0][2] == (
        "the same name but for case, blanks or signs",
    )
    assert pairs("coder", coder("Ada Fern"), coder("A.F.", project="p2"))[0][2] == (
        "the one's name are the other's initials",
    )
    assert pairs("coder", coder("Ada Fern"), coder("Ada", project="p2"))[0][2] == (
        "the one's name is part of the other's",
    )
    assert pairs("coder", coder("Ada Fern", "Ada"), coder("Admin", "Ada"))[0][2] == ("both are Ada by [coding] coders",)
    assert pairs("coder", coder("Ada Fern"), coder("Ada")) == []  # a project that has both knows them apart
    assert pairs("coder", coder("Ada Fern"), coder("Ben Oak", project="p2")) == []

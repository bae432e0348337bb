"""What two deliveries of QDA projects are to each other: told by what they hold, never by their name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.synthesise.compare_projects import compare_projects
from tasks.synthesise.project_content import HeldCode, HeldCoding, HeldDocument, ProjectContent
from tasks.synthesise.relate_projects import Role, classify, find_replaced, identify_elements, relate_projects

UUID = "00000000-0000-4000-8000-00000000000"


def project(
    arrival: int, codings: str, *, codes: str = "ab", documents: str = "d", ids: str = UUID, name: str = "Untitled"
):
    """A project whose codings read 'coder code start', separated by commas; documents and codes are single letters.

    `ids` starts every GUID, so that the same letter is the same thing where it is a UUID; texts are the letters' too.
    """
    held = []
    for number, words in enumerate(filter(None, (part.strip() for part in codings.split(",")))):
        coder, code, start = words.split()
        place = (int(start), int(start) + 10, None, None)
        held.append(HeldCoding(f"k{number}", documents[0] + ids[:1], code + ids[:1], coder, place))
    return ProjectContent(
        arrival, f"sha{arrival}", f"coding/{name}.qdpx", name, "nvivo",
        tuple(HeldDocument(d + ids[:1], ids + d, f"text {d}", f"hash of {d}") for d in documents),
        tuple(HeldCode(c + ids[:1], ids + c, f"code {c}", None, f"code {c}") for c in codes),
        tuple(held), (),
    )  # fmt: skip


def roles(*contents: ProjectContent, rulings=None) -> list[Role]:
    return [relation.role for relation in relate_projects(contents, rulings or {})]


def test_a_later_export_with_every_coding_takes_the_earlier_ones_place():
    old, new = project(1, "Ada a 0, Ada b 20"), project(2, "Ada a 0, Ada b 20, Ada b 40, Ben a 5")
    first, second = relate_projects([old, new], {})
    assert (first.role, second.role, second.replaces) == (Role.FIRST, Role.NEWER, (1,))
    assert first.project_id == second.project_id


def test_a_colleagues_copy_counts_beside_whatever_its_name():
    ada, ben = project(1, "Ada a 0, Ada b 20"), project(2, "Ben a 0, Ben b 30", name="Other name")
    first, second = relate_projects([ada, ben], {})
    assert (second.role, second.replaces) == (Role.COPY, ())
    assert first.project_id == second.project_id


def test_a_colleagues_copy_from_before_ones_last_codings_does_not_take_them_away():
    ada = project(1, "Ada a 0, Ada b 20, Ada b 40, Ada a 60")
    ben = project(2, "Ada a 0, Ada b 20, Ada b 40, Ben a 5")
    assert roles(ada, ben) == [Role.FIRST, Role.COPY]


def test_projects_that_share_a_name_and_nothing_else_are_two():
    first, second = relate_projects([project(1, "Ada a 0"), project(2, "Ada c 0", codes="cd", documents="e")], {})
    assert (second.role, first.project_id != second.project_id) == (Role.FIRST, True)


def test_one_text_coded_elsewhere_under_other_codes_is_another_project():
    assert (
        roles(project(1, "Ada a 0"), project(2, "Ben c 30", codes="cd", ids=UUID.replace("8", "9"))) == [Role.FIRST] * 2
    )


def test_one_text_coded_at_the_same_places_under_other_codes_is_unclear():
    places = [0, 20, 40, 60, 80]
    old, new = (
        project(n, ", ".join(f"Ada {codes[0]} {p}" for p in places), codes=codes) for n, codes in ((1, "ab"), (2, "cd"))
    )
    assert roles(old, new) == [Role.FIRST, Role.UNCLEAR]


def test_a_place_in_common_may_be_chance():
    assert roles(project(1, "Ada a 0, Ada b 20"), project(2, "Ada c 0, Ada d 20", codes="cd")) == [
        Role.FIRST,
        Role.FIRST,
    ]


def test_codings_that_are_only_gone_are_unclear_and_the_earlier_one_goes_on_counting():
    old, new, newest = project(1, "Ada a 0, Ada b 20"), project(2, "Ada a 0"), project(3, "Ada a 0, Ada b 20, Ada a 50")
    relations = relate_projects([old, new, newest], {})
    assert [r.role for r in relations] == [Role.FIRST, Role.UNCLEAR, Role.NEWER]
    assert find_replaced(relations) == {1: 3}


def test_who_lost_codings_and_made_new_ones_has_edited():
    assert roles(project(1, "Ada a 0, Ada b 20, Ada b 40"), project(2, "Ada a 0, Ada b 20, Ada a 60")) == [
        Role.FIRST,
        Role.NEWER,
    ]


def test_a_converted_project_with_other_ids_and_another_coder_is_the_same_one():
    mac = project(2, "MM a 0, MM b 20, MM b 40", ids="9" + UUID[1:])
    old = project(1, "Ada a 0, Ada b 20, Ada b 40")
    relation = relate_projects([old, mac], {})[1]
    assert (relation.role, relation.replaces) == (Role.NEWER, (1,))
    assert relation.comparisons[0].coders == {"MM": "Ada"}


def test_two_coders_who_coded_the_same_under_the_same_ids_are_two():
    assert roles(project(1, "Ada a 0, Ada b 20"), project(2, "Ben a 0, Ben b 20")) == [Role.FIRST, Role.COPY]


def test_a_project_that_holds_two_copies_takes_the_place_of_both():
    both = project(3, "Ada a 0, Ben b 30")
    relations = relate_projects([project(1, "Ada a 0"), project(2, "Ben b 30"), both], {})
    assert relations[2].replaces == (1, 2)


def test_a_codebook_alone_never_takes_a_projects_place():
    assert roles(project(1, "Ada a 0"), project(2, "", documents="")) == [Role.FIRST, Role.COPY]
    assert roles(project(1, "", documents=""), project(2, "", documents="")) == [Role.FIRST, Role.NEWER]


@pytest.mark.parametrize("ruling, role", [(("sha1",), Role.NEWER), ((), Role.COPY)])
def test_a_ruling_decides(ruling, role):
    relation = relate_projects([project(1, "Ada a 0, Ada b 20"), project(2, "Ada a 0")], {"sha2": ruling})[1]
    assert (relation.role, relation.ruled) == (role, True)


def test_a_withdrawn_newer_export_gives_the_earlier_one_its_place_back():
    old, new = project(1, "Ada a 0"), project(2, "Ada a 0, Ada b 9")
    assert find_replaced(relate_projects([old, new], {})) == {1: 2}
    assert find_replaced(relate_projects([old], {})) == {}


def test_parts_keep_the_ids_by_which_they_were_first_known():
    old, mac = project(1, "Ada a 0, Ada b 20"), project(2, "MM a 0, MM b 20, MM b 40", ids="9" + UUID[1:])
    known = identify_elements(relate_projects([old, mac], {}))
    assert known.codes[2] == {"a9": "a0", "b9": "b0"} and known.documents[2] == {"d9": "d0"}
    assert set(known.codings[1].values()) < set(known.codings[2].values())


def test_beside_each_other_two_states_of_a_text_are_two_documents():
    ada = project(1, "Ada a 0")
    ben = project(2, "Ben a 40")
    ben = replace(ben, documents=(replace(ben.documents[0], text_hash="hash of d, one word more"),))
    relations = relate_projects([ada, ben], {})
    assert relations[1].role is Role.COPY
    assert identify_elements(relations).documents[2] == {}


def test_ids_that_are_no_uuid_say_nothing_of_their_own():
    comparison = compare_projects(
        project(1, "A a 0", codes="a", ids="u"), project(2, "B a 0", codes="a", documents="e", ids="u")
    )
    assert classify(comparison)[0] is None


def test_every_coding_of_both_stands_in_one_part():
    old, new = project(1, "Ada a 0, Ada b 20, Ada b 40"), project(2, "Ada a 3, Ada a 20, Ben a 5, Ada b 90")
    parts = compare_projects(old, new).codings
    assert len(parts.kept) + len(parts.moved) + len(parts.recoded) + len(parts.gone) == 3
    assert len(parts.kept) + len(parts.moved) + len(parts.recoded) + len(parts.added) == 4
    assert [(p.old.place[0], p.new.place[0]) for p in parts.moved] == [(0, 3)]
    assert [(p.old.code[0], p.new.code[0]) for p in parts.recoded] == [("b", "a")]


def texted(arrival: int, text: str, spans: list[tuple[int, int]]) -> ProjectContent:
    """A project of one document with this text, and a coding of Ada's on each of these spans."""
    held = tuple(HeldCoding(f"k{n}", "d", "a", "Ada", (*span, None, None)) for n, span in enumerate(spans))
    return ProjectContent(
        arrival, f"sha{arrival}", "coding/a.qdpx", "Untitled", "nvivo", (HeldDocument("d", UUID + "d", "text", f"hash of {text}"),),
        (HeldCode("a", UUID + "a", "code", None, "code"),), held, (), {"d": text}.get,
    )  # fmt: skip


def test_codings_of_a_text_that_changed_go_on_under_their_ids() -> None:
    old = texted(1, "Apples are red. Pears are green.", [(0, 15), (16, 32)])
    new = texted(2, "A correction. Apples are\nred. Plums are blue.", [(14, 29), (0, 13)])
    newest = texted(3, "A correction. Apples are\nred. Plums are blue.", [(0, 13), (14, 29)])
    comparison = compare_projects(old, new)
    assert [(pair.old.id, pair.new.id) for pair in comparison.codings.kept] == [("k0", "k0")]
    assert [c.id for c in comparison.codings.gone] == ["k1"], (
        "its words are not there: it is gone, and taken for no other"
    )
    known = identify_elements(relate_projects([old, new, newest], {"sha2": ("sha1",)}))
    assert known.codings[2]["k0"] == known.codings[1]["k0"] == known.codings[3]["k1"]
    assert len(set(known.codings[3].values())) == 2


@given(st.text("abc ,\n", min_size=20, max_size=60), st.data())
def test_of_a_text_that_was_edited_no_coding_is_lost_or_moved_to_other_words(text: str, data: st.DataObject) -> None:
    starts = data.draw(st.lists(st.integers(0, len(text) - 8), unique=True, max_size=6))
    at = data.draw(st.integers(0, len(text)))
    edited = text[:at] + data.draw(st.text("abc \n", max_size=6)) + text[at + data.draw(st.integers(0, 6)) :]
    spans = [(start, start + 8) for start in starts]
    again = [(start, start + 8) for start in range(max(len(edited) - 7, 0))]
    comparison = compare_projects(texted(1, text, spans), texted(2, edited, again))
    parts = comparison.codings
    told = [*(p.old.id for part in (parts.kept, parts.moved, parts.recoded) for p in part), *(c.id for c in parts.gone)]
    assert sorted(told) == sorted(f"k{n}" for n in range(len(spans)))
    for pair in parts.kept:
        start, end = spans[int(pair.old.id[1:])]
        first, last = pair.new.place[0] or 0, pair.new.place[1] or 0
        assert [c for c in text[start:end] if c.isalnum()] == [c for c in edited[first:last] if c.isalnum()]

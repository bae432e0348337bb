"""What counts of documents that several people coded: differences, what is settled, and what stands once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.synthesise.settle_codings import Difference, MadeCoding, find_differences, find_left_out


def made(words: str) -> list[MadeCoding]:
    """Codings that read 'coder code start-end', separated by commas; their ids are these words."""
    found = []
    for part in filter(None, (part.strip() for part in words.split(","))):
        coder, code, place = part.split()
        start, end = map(int, place.split("-"))
        found.append(MadeCoding(part, code, coder, (start, end)))
    return found


def differences(words: str) -> list[Difference]:
    return find_differences("d", made(words))


def counted(words: str, choice: str | None = None) -> set[str]:
    """What counts, where all differences are settled by one choice, or none is."""
    settled = [(d, choice) for d in differences(words)] if choice else []
    return {c.id for c in made(words)} - find_left_out(made(words), settled).keys()


def test_what_two_coded_alike_is_no_difference_and_counts_once():
    words = "Ada trust 0-100, Ben trust 0-90"
    assert differences(words) == []
    assert counted(words) == {"Ada trust 0-100"}


def test_two_codes_on_one_sentence_are_one_difference():
    (found,) = differences("Ada trust 0-100, Ben doubt 20-90, Ada hope 200-250, Ben hope 200-250")
    assert (found.coder_a, found.codings_a, found.coder_b, found.codings_b) == (
        "Ada", ("Ada trust 0-100",), "Ben", ("Ben doubt 20-90",),
    )  # fmt: skip
    assert found.span == (0, 100)


def test_what_only_one_coded_is_a_difference_with_one_side():
    (found,) = differences("Ada trust 0-100, Ada hope 200-250, Ben hope 200-250, Ben hope 0-1")
    assert (found.codings_a, found.codings_b) == (("Ada trust 0-100",), ("Ben hope 0-1",))
    (found,) = differences("Ada trust 100-200, Ada hope 300-350, Ben hope 300-350")
    assert (found.codings_a, found.codings_b) == (("Ada trust 100-200",), ())


def test_a_segment_that_is_much_longer_is_shown_beside_what_the_other_coded_of_it():
    (found,) = differences("Ada trust 0-150, Ben trust 100-200")
    assert (found.codings_a, found.codings_b) == (("Ada trust 0-150",), ("Ben trust 100-200",))


def test_differences_that_do_not_overlap_are_several():
    words = "Ada a 0-10, Ben b 0-10, Ada a 10-20, Ben b 10-20, Ada c 30-40, Ben c 30-40"
    assert [d.span for d in differences(words)] == [(0, 10), (10, 20)]


def test_of_two_who_coded_different_parts_of_a_document_all_counts():
    words = "Ada trust 0-100, Ben trust 500-600"
    assert counted(words) == {"Ada trust 0-100", "Ben trust 500-600"}


DIFFERS = "Ada trust 0-100, Ben doubt 0-100, Ada hope 200-250, Ben hope 200-250"
ALIKE = {"Ada hope 200-250"}


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        (None, {"Ada trust 0-100", "Ben doubt 0-100"}),
        ("first", {"Ada trust 0-100"}),
        ("second", {"Ben doubt 0-100"}),
        ("both", {"Ada trust 0-100", "Ben doubt 0-100"}),
        ("neither", set()),
        ("new", set()),
    ],
)
def test_a_difference_counts_as_it_is_settled_and_what_is_alike_goes_on_counting(choice, kept):
    assert counted(DIFFERS, choice) == ALIKE | kept


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        (None, {"Ada trust 0-150"}),
        ("second", {"Ben trust 100-200"}),
        ("both", {"Ada trust 0-150", "Ben trust 100-200"}),
    ],
)
def test_the_longer_and_the_shorter_segment_of_a_code(choice, kept):
    """Half of Ben's segment is in Ada's, so that it says nothing new until somebody settles that both stand."""
    assert counted("Ada trust 0-150, Ben trust 100-200", choice) == kept


def test_a_difference_is_named_by_its_codings_so_that_a_changed_one_is_another():
    first, again = differences(DIFFERS), differences(f"{DIFFERS}, Ada late 400-450, Ben late 400-450")
    assert first == again
    assert differences(DIFFERS.replace("doubt 0-100", "doubt 0-99"))[0].id != first[0].id


def test_of_three_coders_what_one_choice_keeps_counts():
    words = "Ada trust 0-100, Ben doubt 0-100, Cem hope 0-100"
    by_pair = {(d.coder_a, d.coder_b): d for d in differences(words)}
    assert len(by_pair) == 3
    settled = [(by_pair["Ada", "Ben"], "second"), (by_pair["Ada", "Cem"], "first")]
    assert find_left_out(made(words), settled) == {"Cem hope 0-100": "settled"}


def test_codings_without_a_place_in_the_text_count_once_where_they_are_the_same():
    whole = [MadeCoding(coder, "trust", coder, None, (2, "a region")) for coder in ("Ada", "Ben")]
    other = MadeCoding("other", "trust", "Ben", None, (3, "a region"))
    assert find_left_out([*whole, other], []) == {"Ben": "coded alike"}
    assert find_differences("d", [*whole, other]) == []


CODINGS = st.lists(
    st.tuples(st.sampled_from(["Ada", "Ben"]), st.sampled_from("xy"), st.integers(0, 20), st.integers(1, 8)),
    max_size=10,
).map(lambda rows: [MadeCoding(f"{n}", code, who, (s, s + k)) for n, (who, code, s, k) in enumerate(rows)])


@given(CODINGS)
def test_until_it_is_settled_no_character_that_somebody_coded_alone_is_lost(codings):
    """And no coding of the first coder by name is left out; what is left out is half covered by what counts."""
    left_out = find_left_out(codings, [])
    assert not left_out.keys() & {c.id for c in codings if c.coder == "Ada"}
    covered = {(c.code, at) for c in codings if c.id not in left_out for at in range(*c.span)}
    for coding in codings:
        if coding.id in left_out:
            start, end = coding.span
            assert 2 * sum((coding.code, at) in covered for at in range(start, end)) >= end - start


@given(CODINGS)
def test_each_coding_is_part_of_one_difference_of_a_pair_at_most(codings):
    members = [id for d in find_differences("d", codings) for id in (*d.codings_a, *d.codings_b)]
    assert len(members) == len(set(members))

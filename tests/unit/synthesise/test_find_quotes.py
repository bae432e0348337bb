"""Quotes are found where they stand: as they are, past layout, and of several places only where something tells which."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tasks.synthesise.find_quotes import Found, Wanted, describe_place, find_quotes

TEXT = (
    'The clinicians said that emo-\ntional needs were “diﬃcult”. "I felt alone," one said.\nI felt alone again. '
    "Résumé, the end. They felt alone."
)


def find(quote: str, text: str = TEXT, **more: object) -> tuple[str, str | None]:
    found = find_quotes(text, [Wanted(quote, **more)])[0]  # type: ignore[arg-type]
    return found.how, text[slice(*found.span)] if found.span else None


def test_as_it_stands_with_its_signs() -> None:
    assert find("I felt alone again.") == ("exact", "I felt alone again.")
    assert find('"I felt alone,"') == ("exact", '"I felt alone,"')


def test_blanks_and_line_ends_aside() -> None:
    assert find("one  said. I felt\nalone") == ("spaces", "one said.\nI felt alone")


def test_past_hyphens_ligatures_quotation_marks_and_accents() -> None:
    assert find('emotional needs were "difficult"') == ("letters", "emo-\ntional needs were “diﬃcult")
    assert find(unicodedata.normalize("NFD", "Résumé, the end")) == ("letters", "Résumé, the end")


def test_words_that_stand_nowhere_are_missing_and_those_that_stand_often_ambiguous() -> None:
    assert find("nobody") == ("missing", None)
    assert find("felt alone") == ("ambiguous", None)
    assert find("…") == ("missing", None)
    assert find("“") == ("exact", "“")


def test_a_page_or_the_words_around_tell_which_of_several_is_meant() -> None:
    assert find_quotes(TEXT, [Wanted("felt alone", within=(60, 400))]) == [Found("ambiguous", None, 3)]
    second = TEXT.index("felt alone again")
    meant = describe_place(TEXT, second, second + 10)
    assert find_quotes(f"A new beginning. {TEXT}", [meant]) == [
        Found("exact", (second + 17, second + 27), 3, "context")
    ]
    last = TEXT.rindex("felt alone")
    assert find_quotes(TEXT, [Wanted("felt alone", within=(last, last + 5))])[0] == Found(
        "exact", (last, last + 10), 3, "page"
    )


def test_the_one_place_left_of_two_is_not_taken_for_the_other() -> None:
    old = "We waited in the corridor, and then we waited in the ward, and nobody came."
    first = old.index("we waited in the".capitalize())
    meant = describe_place(old, first, first + 16)
    again = describe_place("They waited. " + old.replace("We", "we"), 13, 29)
    assert not meant.repeated and again.repeated
    assert find_quotes("And then we waited in the ward, and nobody came.", [again])[0].span is None


words = st.text(alphabet="abcde fg.,\n", min_size=0, max_size=40)


@given(st.lists(words, min_size=1, max_size=12), st.data())
def test_of_a_text_that_was_edited_each_place_goes_on_under_the_same_words_or_is_not_placed(
    parts: list[str], data: st.DataObject
) -> None:
    old = " ".join(parts) or "a"
    spans = data.draw(st.lists(st.tuples(st.integers(0, len(old) - 1), st.integers(1, 30)), max_size=8)) if old else []
    new = old
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(new)))
        new = new[:at] + data.draw(words) + new[at + data.draw(st.integers(0, 20)) :]
    wanted = [describe_place(old, start, min(start + length, len(old))) for start, length in spans]
    for one, found in zip(wanted, find_quotes(new, wanted), strict=True):
        if found.span is None:
            assert found.how in ("missing", "ambiguous")
            continue
        stands = new[slice(*found.span)]
        if found.how == "letters":
            assert [c for c in stands if c.isalnum()] == [c for c in one.quote if c.isalnum()]
        else:
            assert stands.split() == one.quote.split() or "".join(stands.split()) == "".join(one.quote.split())
            assert found.how != "exact" or stands == one.quote.strip()


@given(st.lists(words, min_size=1, max_size=12), st.data())
def test_in_the_same_text_no_place_moves(parts: list[str], data: st.DataObject) -> None:
    text = " ".join(parts)
    spans = data.draw(st.lists(st.tuples(st.integers(0, max(len(text) - 1, 0)), st.integers(1, 30)), max_size=8))
    wanted = [describe_place(text, start, min(start + length, len(text))) for start, length in spans if text]
    for one, (start, length), found in zip(wanted, spans, find_quotes(text, wanted), strict=False):
        if found.span is not None:
            blank = len(one.quote) - len(one.quote.lstrip())
            assert found.span == (
                start + blank,
                min(start + length, len(text)) - len(one.quote) + len(one.quote.rstrip()),
            )

"""The parts of the page that are plain functions: marked text, keys, the queue of one person, roles."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import UserError
from schemas.protocol import Protocol
from tasks.review.overview import predict_end
from tasks.review.roles import Role, find_roles, list_people, name_visitor
from web.keys import ACTIONS, PRESETS, find_keys, refuse_keys
from web.queue import PersonalQueue
from web.text import mark_difference, mark_terms

words = st.text(st.sampled_from("abc <>&\"'*\n é"), max_size=20)


def bare(markup: str) -> str:
    return html.unescape(re.sub(r"</?mark[^>]*>", "", markup))


@given(words, st.lists(words, max_size=3), st.lists(words, max_size=3))
def test_marking_changes_no_letter_and_lets_nothing_run(text, include, exclude) -> None:
    marked = str(mark_terms(text, include, exclude))
    assert bare(marked) == text
    assert "<" not in re.sub(r"<mark class=\"(for|against)\" title=\"[\w ]+\">|</mark>", "", marked)


@given(words, words)
def test_a_difference_shows_both_texts_whole(a, b) -> None:
    one, other = mark_difference(a, b)
    assert (bare(one), bare(other)) == (a, b)


@pytest.mark.parametrize(
    ("term", "text", "marked"),
    [
        ("nurse*", "Nurses, nursery", ["Nurses", "nursery"]),
        ("rat", "rats rat", ["rat"]),
        ("lived experience", "Lived\n experience", ["Lived\n experience"]),
        ("*", "anything", []),
    ],
)
def test_a_term_is_found_as_whole_words_whatever_the_case(term, text, marked) -> None:
    assert re.findall(r"<mark[^>]*>([^<]+)</mark>", str(mark_terms(text, [term], []))) == marked


def test_every_preset_is_a_set_of_keys_and_own_letters_must_be_too() -> None:
    assert [refuse_keys(letters) for _, letters in PRESETS.values()] == [None] * len(PRESETS)
    twice = dict.fromkeys(ACTIONS, "a")
    assert refuse_keys(twice)
    assert refuse_keys({**PRESETS["plain"][1], "note": "?"})
    assert find_keys({}) is None
    assert find_keys({"keys": twice}) is None


ranks = st.lists(st.integers(0, 9), min_size=1, max_size=12)


@given(ranks, st.data())
def test_a_queue_gives_each_report_once_best_first(order, data) -> None:
    rank = {f"r{n}": place for n, place in enumerate(order)}
    queue = PersonalQueue(rank.__getitem__)
    for report in data.draw(st.permutations(sorted(rank))):
        for _ in range(data.draw(st.integers(1, 3))):
            queue.put(report, "title-abstract", "vote")
    assert queue.count_left("title-abstract") == len(rank)
    if data.draw(st.booleans()):
        queue.sort()
    given_ = []
    while (report := queue.first("title-abstract", lambda _: True)) is not None:
        given_.append(report)
        queue.vote(report, "title-abstract")
        queue.put(report, "title-abstract", "vote")  # as a reading that is behind would have it
    assert sorted(given_) == sorted(rank)
    assert [rank[report] for report in given_] == sorted(order)
    assert (queue.count_left("title-abstract"), queue.count_voted("title-abstract")) == (0, len(rank))


def protocol(**parts: object) -> Protocol:
    source = {"name": "a", "database": "A", "platform": "any"}
    eligibility = {"include": ["x"], "exclusion": [{"reason": "y"}]}
    about = {"title": "t", "question": "q"}
    return Protocol.model_validate({"review": about, "source": [source], "eligibility": eligibility, **parts})


def test_who_fills_in_a_form_is_named_or_screens() -> None:
    fields = [{"name": "country", "label": "Country"}]
    forms = {Role.EXTRACTOR, Role.APPRAISER}
    team = {"reviewers": [{"name": "Ada", "aliases": ["A. Example"]}, {"name": "Cem", "stages": [], "resolves": True}]}
    nobody_named = protocol(screening=team, extraction={"field": fields})
    assert {name: find_roles(name, nobody_named) & forms for name in ("Ada", "Cem", "Eve")} == {
        "Ada": forms,
        "Cem": set(),
        "Eve": set(),
    }
    named = {"extraction": {"extractors": ["a. example", "Eve"], "field": fields}, "appraisal": {"appraisers": ["Cem"]}}
    found = protocol(screening=team, **named)
    assert {name: find_roles(name, found) & forms for name in ("ADA", "Cem", "eve")} == {
        "ADA": {Role.EXTRACTOR}, "Cem": {Role.APPRAISER}, "eve": {Role.EXTRACTOR},
    }  # fmt: skip
    assert list_people(found) == ["Ada", "Cem", "Eve"]
    assert not find_roles("Ada", protocol(screening=team)) & {Role.EXTRACTOR}, "without fields there is no form"


def test_roles_are_the_protocols() -> None:
    team = ["Ada", {"name": "Cem", "stages": [], "resolves": True}, {"name": "Tool", "kind": "automation"}]
    found = protocol(
        screening={"reviewers": team},
        people={"owners": ["Olga"], "readers": ["Dora"]},
        coding={"coders": ["Ada", "Eve"]},
    )
    roles = {name: set(find_roles(name, found)) for name in ("ADA", "Cem", "Olga", "Dora", "Eve", "Tool", "Nobody")}
    assert roles == {
        "ADA": {Role.SCREENER, Role.CODER, Role.APPRAISER, Role.READER}, "Cem": {Role.RESOLVER, Role.READER},
        "Olga": {Role.OWNER, Role.READER}, "Dora": {Role.READER}, "Eve": {Role.CODER, Role.READER}, "Tool": set(), "Nobody": set(),
    }  # fmt: skip
    assert list_people(found) == ["Ada", "Cem", "Eve", "Olga", "Dora"]
    with pytest.raises(UserError, match="no role"):
        name_visitor("Adda", found)


def test_without_owners_and_resolvers_the_team_is_both_and_without_a_team_everybody_is() -> None:
    assert {Role.OWNER, Role.RESOLVER} <= find_roles("Ada", protocol(screening={"reviewers": ["Ada"]}))
    assert {Role.OWNER, Role.SCREENER} <= find_roles("Anybody", protocol())


def test_the_forecast_goes_by_what_was_settled_lately() -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime(2026, 1, 31, tzinfo=UTC)
    settled = [now - timedelta(days=n) for n in (1, 2, 10, 40)]
    forecast = predict_end(settled, 30, now)
    assert forecast is not None
    assert (forecast.a_day, forecast.days) == (0.3, 100)
    assert predict_end(settled, 0, now) is None
    assert predict_end(settled[3:], 30, now) is None

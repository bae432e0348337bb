"""What a protocol says of items of reporting checklists; a template that nobody filled in says nothing."""

from __future__ import annotations

import pytest

from schemas.protocol import Protocol
from tasks.publish.checklist import list_checklists, load_checklist
from tasks.publish.protocol_facts import FACTS

UNWRITTEN = {
    "review": {"title": "T", "question": "What the review asks."},
    "source": [{"name": "medline", "database": "MEDLINE", "platform": "Ovid"}],
    "eligibility": {"include": ["What a study must be to be included."], "exclusion": [{"reason": "Wrong population"}]},
}


@pytest.mark.parametrize(
    "fact", ["question", "eligibility", "why_living", "authors", "living_title", "limits", "coding"]
)
def test_a_template_says_nothing(fact: str) -> None:
    assert FACTS[fact](Protocol.model_validate(UNWRITTEN)) == []


def test_what_is_not_planned_is_said_to_be_so() -> None:
    protocol = Protocol.model_validate(UNWRITTEN)
    assert FACTS["retirement"](protocol) == ["There is no plan for its retirement."]
    retired = Protocol.model_validate(UNWRITTEN | {"living": {"retired": "2028-12-31", "retired_because": "answered"}})
    assert FACTS["retired"](retired) == ["Retired on 2028-12-31: answered."]


@pytest.mark.parametrize("title", ["Care: a living review", "LIVING systematic review of care"])
def test_a_title_that_says_living(title: str) -> None:
    said = UNWRITTEN | {"review": {"title": title, "question": "Q"}}
    assert FACTS["living_title"](Protocol.model_validate(said)) == [title]


def test_the_cost_of_living_is_no_living_review_by_chance() -> None:
    said = UNWRITTEN | {"review": {"title": "Deliving in towns", "question": "Q"}}
    assert FACTS["living_title"](Protocol.model_validate(said)) == []


@pytest.mark.parametrize("name", list_checklists())
def test_each_fact_and_query_that_a_checklist_names_is_there(name: str) -> None:
    from tasks.publish import checklist

    for item in load_checklist(name).items:
        for asked in (*item.says, *item.also):
            kind, _, fact = asked.rpartition(":")
            there = fact in FACTS if kind else (checklist._FOLDER / "says" / f"{asked}.sql").is_file()
            assert there, f"{name} {item.item}: {asked}"
        assert item.team or item.says or name == "prisma-s", "somebody or something fills it"

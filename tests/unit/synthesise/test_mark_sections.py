"""The results section of a text, by its headings; and one that a person marked, found again where the text is another."""

from __future__ import annotations

import pytest

from schemas.event_documents import SectionMarked
from tasks.synthesise.mark_sections import find_marked, suggest_results

ABSTRACT = "Abstract\nResults\nThree themes.\nConclusions\nSo it is.\n"
BODY = "They said much.\nResults were mixed.\n4.1 The first theme\nIt was dark."


@pytest.mark.parametrize(
    "heading", ["Results", "3. Results", "FINDINGS", "IV. Findings:", "Results and discussion", "Qualitative findings"]
)
@pytest.mark.parametrize(
    "after", ["Discussion", "5 Discussion and conclusions", "REFERENCES", "Strengths and limitations"]
)
def test_it_runs_from_its_heading_to_the_one_that_ends_it(heading: str, after: str) -> None:
    text = f"{ABSTRACT}Methods\nWe asked.\n{heading}\n{BODY}\n\n{after}\nMore was said."
    found = suggest_results(text)
    assert found is not None
    start, end, said = found
    assert text[start:end] == BODY
    assert said in heading


@pytest.mark.parametrize(
    "text", ["", "Results\n", "Results\nnothing ends it", f"The results\n{BODY}\nDiscussion", "Discussion\nResults\n"]
)
def test_where_headings_tell_nothing_nothing_is_suggested(text: str) -> None:
    assert suggest_results(text) is None


def test_what_a_person_marked_is_found_again_by_its_ends() -> None:
    text = f"Methods. {BODY} Discussion."
    at = text.index(BODY)
    event = SectionMarked(
        document_id="d",
        start_char=at,
        end_char=at + len(BODY),
        text_hash="h",
        begins="They said much.",
        ends="It was dark.",
    )
    assert find_marked(text, "h", event) == (at, at + len(BODY))
    corrected = f"A correction. {text}"
    assert find_marked(corrected, "other", event) == (at + 14, at + 14 + len(BODY))
    assert find_marked("They said much.", "other", event) is None
    assert find_marked("It was dark. They said much.", "other", event) is None

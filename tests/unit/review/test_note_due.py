"""What says that a new synthesis is due is noted once, whenever it changes, and is new when it was not said before."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.event_synthesis import SynthesisDue
from tasks.review.note_due import note_due
from tasks.review.state_synthesis import import_statements
from tasks.review.status import read_status
from tests.support.codings import write_project
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview

TITLE = "Nurses on community care for personality disorder"
RULES = """
[screening.title-abstract]
votes = 1
[screening.full-text]
votes = 1
[synthesis]
code_outside_themes_in = 1
stale_confidence = 1
refuted_by = 1
[coding]
coders = ["Ada", "Ben"]
double_coded = 1
independent = INDEPENDENT
"""


def make(root: Path, independent: str) -> SmallReview:
    small = SmallReview(root, PROTOCOL + RULES.replace("INDEPENDENT", independent))
    small.search("medline", "a", [Rec("1", TITLE)])
    votes = "".join(f"1,{stage},Ada,include\n" for stage in ("title-abstract", "full-text"))
    small.drop("decisions/votes.csv", f"id,stage,reviewer,verdict\n{votes}")
    small.drop("coding/talk.qdpx", write_project({TITLE: "Trust grows."}, [("Ada", TITLE, "trust", 0, 5)]))
    derive(small)
    return small


def derive(small: SmallReview) -> None:
    small.update(check=False)
    small.publish()


def said(small: SmallReview) -> list[tuple[str, bool]]:
    return [(due.says, due.new) for due in note_due(small.review, "test")]


def state(small: SmallReview, text: str, *, remove: bool = False) -> None:
    file = small.review.root / "themes.toml"
    file.write_text(text)
    import_statements(small.review, file, "Ada", remove=remove)
    derive(small)


OUTSIDE = "the code 'trust' of no theme is used in 1 study"
THEME = """
[[theme]]
id = "t"
name = "Trust"
codes = ["trust"]
[[finding]]
id = "f"
finding = "Trust grows."
support = [{ code = "trust" }]
"""
JUDGED = '[[judgement]]\nreport = "1"\ntheme = "t"\neffect = "refuted"\nreason = "No."\n'


def test_each_is_new_once_and_again_when_it_had_ended(tmp_path: Path) -> None:
    small = make(tmp_path / "review", "false")
    assert said(small) == [(OUTSIDE, True)]
    assert said(small) == [(OUTSIDE, False)]
    state(small, THEME + JUDGED)
    refuted = "the theme 't' is refuted by 1 study"
    assert said(small) == [(refuted, True)]
    assert said(small) == [(refuted, False)]
    state(small, "", remove=True)
    assert said(small) == [(OUTSIDE, True), ("the theme 't' is refuted by 1 study", False)]
    assert [len(entry.event.due) for entry in small.review.log.entries(SynthesisDue)] == [1, 1, 2]


def test_nothing_is_said_of_what_waits_for_a_second_coder(tmp_path: Path) -> None:
    small = make(tmp_path / "review", "true")
    assert said(small) == []
    assert list(small.review.log.entries(SynthesisDue)) == []


@pytest.mark.parametrize("rules", ["", "stale_confidence = 1"])
def test_stale_confidence_is_said_once_a_finding(tmp_path: Path, rules: str) -> None:
    small = make(tmp_path / "review", "false")
    text = small.review.protocol_path.read_text().replace("stale_confidence = 1", rules)
    small.review.protocol_path.write_text(text)
    concern = '{ concern = "minor", explanation = "x" }'
    parts = "".join(
        f"{name} = {concern}\n" for name in ("methodological_limitations", "coherence", "adequacy", "relevance")
    )
    state(small, THEME)
    state(small, f'{THEME}[[confidence]]\nfinding = "f"\nlevel = "low"\nconsensus = true\n{parts}')
    state(small, THEME.replace("code = ", 'stance = "against", code = '))
    lines = [
        f"{finding.what}: {finding.detail}"
        for finding in read_status(small.review).warnings
        if "confidence" in str(finding)
    ]
    assert len([line for line in lines if "in f (low, by consensus) was judged on other evidence" in line]) == 1
    assert [line for line in lines if line.startswith("synthesis")] == (
        ["synthesis: a new synthesis is due: the confidence in 1 finding is stale"] if rules else []
    )

"""What stands of a synthesis after all that was said, changed, removed and taken back; and the file that people write it in."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import UserError
from schemas.event_base import Event
from schemas.event_synthesis import (
    CodeName,
    CodingName,
    Component,
    ConfidenceAssessed,
    FindingStated,
    StatementRemoved,
    StudyJudged,
    Support,
    SynthesisUndo,
    ThemeStated,
)
from tasks.synthesise.statement_file import StatementFile, format_statements, read_statement_file
from tasks.synthesise.statements import Statements, hide_waiting, read_statements
from warehouse.log import Entry

START = datetime(2026, 1, 1, tzinfo=UTC)


def entries(*events: tuple[Event, str]) -> list[Entry]:
    return [
        Entry(seq, START + timedelta(hours=seq), actor, event, f"{seq:064x}")
        for seq, (event, actor) in enumerate(events, start=1)
    ]


def theme(key: str, name: str = "Name") -> ThemeStated:
    return ThemeStated(theme_id=key, name=name, level="descriptive")


def names(standing: Statements) -> list[tuple[str, str]]:
    return [(e.event.theme_id, e.event.name) for e in standing.themes]


def test_what_is_said_last_stands_and_taking_it_back_brings_back_what_was_said_before():
    said = entries((theme("a", "one"), "Ada"), (theme("a", "two"), "Ben"), (SynthesisUndo(event=2), "Ben"))
    assert names(read_statements(said[:2])) == [("a", "two")]
    assert names(read_statements(said)) == [("a", "one")]


def test_a_removed_theme_comes_back_when_the_removal_is_taken_back():
    said = entries(
        (theme("a"), "Ada"), (StatementRemoved(what="theme", id="a"), "Ada"), (SynthesisUndo(event=2), "Ada")
    )
    assert names(read_statements(said[:2])) == []
    assert names(read_statements(said)) == [("a", "Name")]


def assessed(level: str, *, consensus: bool = False) -> ConfidenceAssessed:
    concern = Component(concern="minor", explanation="why")
    parts = dict.fromkeys(("methodological_limitations", "coherence", "adequacy", "relevance"), concern)
    return ConfidenceAssessed(finding_id="f", components=parts, level=level, consensus=consensus)


def test_each_assessor_has_one_confidence_in_a_finding_and_all_have_one_consensus():
    said = entries(
        (assessed("low"), "Ada"), (assessed("high"), "Ben"), (assessed("moderate"), "Ada"),
        (assessed("low", consensus=True), "Ada"), (assessed("high", consensus=True), "Ben"),
    )  # fmt: skip
    standing = [(e.actor, e.event.level, e.event.consensus) for e in read_statements(said).confidence]
    assert standing == [("Ben", "high", False), ("Ada", "moderate", False), ("Ben", "high", True)]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("state"), st.sampled_from("abc"), st.integers(0, 9)),
            st.tuples(st.just("remove"), st.sampled_from("abc"), st.just(0)),
            st.tuples(st.just("undo"), st.just(""), st.integers(0, 99)),
        ),
        max_size=60,
    )
)
@settings(max_examples=100, deadline=None)
def test_random_histories_replay_reverse_and_answer_as_of_any_moment(steps):
    """Against a reading of the rule: of each theme, the last event that was not taken back, among those up to the moment."""
    events: list[tuple[Event, str]] = []
    for kind, key, number in steps:
        if kind == "state":
            events.append((theme(key, f"name {number}"), "Ada"))
        elif kind == "remove":
            events.append((StatementRemoved(what="theme", id=key), "Ada"))
        else:
            undoable = [i for i, (e, _) in enumerate(events, start=1) if not isinstance(e, SynthesisUndo)]
            if undoable:
                events.append((SynthesisUndo(event=undoable[number % len(undoable)]), "Ada"))
    said = entries(*events)
    for moment in range(len(said) + 1):
        expected = {}
        for key in "abc":
            of_key = [
                e.event
                for e in said[:moment]
                if not any(isinstance(o.event, SynthesisUndo) and o.event.event == e.seq for o in said[:moment])
                and (getattr(e.event, "theme_id", None) == key or getattr(e.event, "id", None) == key)
            ]
            if of_key and isinstance(of_key[-1], ThemeStated):
                expected[key] = of_key[-1].name
        assert dict(names(read_statements(said[:moment]))) == expected


TEXTS = st.text(min_size=1, max_size=30).filter(str.strip)
KEYS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)


@given(st.lists(TEXTS, min_size=4, max_size=4), KEYS, st.sampled_from(["for", "against", "nuance"]))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back_the_same(words, key, stance):
    code = CodeName(code_id="cod_1", path=words[0])
    coding = CodingName(coding_id="cdg_1", document=words[1], path=words[0], coder="Ada", quote=words[2])
    said = entries(
        (ThemeStated(theme_id=key, name=words[1], level="analytic", statement=words[2], codes=(code,), parts=("p",)), "Ada"),
        (
            FindingStated(
                finding_id=key, sentence=words[3], plain=words[0], themes=(key,),
                support=(Support(stance=stance, code=code), Support(coding=coding)),
            ),
            "Ada",
        ),
        (assessed("low").model_copy(update={"finding_id": key, "explanation": words[1]}), "Ben"),
        (StudyJudged(report_id="rep_1", what="finding", id=key, effect="refuted", reason=words[2]), "Ben"),
    )  # fmt: skip
    read = StatementFile.model_validate(tomllib.loads(format_statements(read_statements(said))))
    assert (read.theme[0].name, read.theme[0].statement, read.theme[0].codes) == (words[1], words[2], [words[0]])
    assert (read.finding[0].finding, read.finding[0].plain) == (words[3], words[0])
    assert [(s.stance, s.code, s.coding) for s in read.finding[0].support] == [
        (stance, words[0], None),
        ("for", None, "cdg_1"),
    ]
    assert (read.confidence[0].by, read.confidence[0].explanation) == ("Ben", words[1])
    assert (read.judgement[0].finding, read.judgement[0].reason) == (key, words[2])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[theme]]\nid = "a"\nname = "A"\n[[theme]]\nid = "a"\nname = "B"', "theme 'a' stands twice"),
        ('[[theme]]\nid = "a"\nnames = "A"', "[[theme]] 1 has a key 'names', which it may not have (did you mean 'name'?)"),
        (
            '[[finding]]\nid = "a"\nfinding = "A."\n[[finding.support]]\nstance = "for"',
            "[[finding]] 1: support.1: names one of: code, coding, quote",
        ),
        ('[[theme]]\nid = "A B"\nname = "A"', "[[theme]] 1: id: may hold small letters, digits and '-' only"),
        (
            '[[judgement]]\nreport = "r"\neffect = "refuted"\nreason = "x"',
            "[[judgement]] 1: is about a theme or a finding: give one of them",
        ),
        ("[[theme", "is not valid TOML: Expected ']]' at the end of an array declaration (at end of document)"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_in_one_line(tmp_path: Path, text: str, message: str):
    path = tmp_path / "themes.toml"
    path.write_text(text)
    with pytest.raises(UserError) as error:
        read_statement_file(path)
    assert str(error.value).replace(f"{path}: ", "") == message


def test_what_one_assessor_says_waits_for_the_others_but_for_herself():
    said = entries((assessed("low"), "Ada"), (assessed("high"), "Ben"), (assessed("low", consensus=True), "Ada"))

    def seen(by: str, n: int, assessors: int) -> list[str]:
        return [entry.actor for entry in hide_waiting(read_statements(said[:n]), assessors, by).confidence]

    assert (seen("Ada", 1, 2), seen("Ben", 1, 2), seen("Ben", 1, 1)) == (["Ada"], [], ["Ada"])
    assert seen("Cem", 2, 2) == ["Ada", "Ben"]
    assert (seen("Cem", 2, 3), seen("Cem", 3, 3)) == ([], ["Ada", "Ben", "Ada"])

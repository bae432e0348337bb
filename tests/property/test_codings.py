"""Codebooks and codings over time: random histories replay, reverse and answer as of any moment; and of a project no element is lost.

A few examples by default; `pytest -m soak` takes 1,000 events of a history, and 1,000 projects.
"""

from __future__ import annotations

import io
import random
import tempfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.event_base import Event
from schemas.event_synthesis import CodingSettlement, CodingUndo
from tasks.synthesise.load_settlements import find_standing_settlements
from tasks.synthesise.project_content import HeldCode, HeldCoding, HeldDocument, ProjectContent
from tasks.synthesise.refi_qda import MERGED, QdaProject, read_project
from tasks.synthesise.relate_projects import Role, Rulings, find_replaced, identify_elements, relate_projects
from warehouse.log import Entry

DOCUMENT = HeldDocument("doc", "00000000-0000-4000-8000-0000000000dd", "Interview", "hash")
State = set[tuple[str, str, int]]
"""The codings that count: (code's id, coder, start)."""


@dataclass
class Screen:
    """A coder's own copy of the project: codes by number (name, merged ones gone), her codings (code, start), and which code each
    merged one went into."""

    coder: str
    codes: dict[int, str] = field(default_factory=lambda: {n: f"code {n}" for n in range(1, 7)})
    codings: set[tuple[int, int]] = field(default_factory=set)
    merged: dict[str, str] = field(default_factory=dict)

    def work(self, dice: random.Random, number: int) -> None:
        """One step: code, take a coding away, recode, rename, make or merge a code."""
        step, codes = dice.randrange(6), sorted(self.codes)
        if step < 2 or not self.codings:
            self.codings.add((dice.choice(codes), dice.randrange(0, 900, 10)))
        elif step == 2:
            self.codings.remove(dice.choice(sorted(self.codings)))
        elif step == 3:
            self.codes[dice.choice(codes)] = f"renamed {number}"
        elif step == 4:
            self.codes[1000 + number] = f"new {number}"
        elif len(codes) > 3:
            gone, into = dice.sample(codes, 2)
            self.codings = {(into if code == gone else code, start) for code, start in self.codings}
            del self.codes[gone]
            self.merged[f"c{gone}"] = f"c{into}"

    def export(self, arrival: int) -> ProjectContent:
        codes = tuple(HeldCode(f"c{n}", guid(n), name, None, name) for n, name in self.codes.items())
        codings = tuple(
            HeldCoding(f"k{i}", "doc", f"c{code}", self.coder, (start, start + 5, None, None))
            for i, (code, start) in enumerate(sorted(self.codings))
        )
        return ProjectContent(
            arrival, f"sha{arrival}", "Untitled.qdpx", "Untitled", "x", (DOCUMENT,), codes, codings, ()
        )


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


@dataclass
class History:
    """What came in of two coders who each keep a copy, what was withdrawn and restored, and what people ruled of each file.

    `moments`: the numbers of the deliveries that count after each event."""

    contents: list[ProjectContent] = field(default_factory=list)
    coder_of: list[str] = field(default_factory=list)
    rulings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    moments: list[list[int]] = field(default_factory=list)
    screens: dict[str, Screen] = field(default_factory=lambda: {"Ada": Screen("Ada"), "Ben": Screen("Ben")})


def make_history(seed: int, events: int) -> History:
    dice, history = random.Random(seed), History()
    screens, last = history.screens, {}
    counting: set[int] = set()
    while len(history.moments) < events:
        step = dice.randrange(10)
        if step < 6 or not history.contents:
            coder = dice.choice(sorted(screens))
            for _ in range(dice.randrange(1, 5)):
                screens[coder].work(dice, len(history.moments) * 10 + dice.randrange(10))
            content = screens[coder].export(len(history.contents) + 1)
            # A person says of each file that it takes the place of her last one, or is the first of its coder.
            history.rulings[content.sha256] = (last[coder],) if coder in last else ()
            last[coder] = content.sha256
            counting.add(len(history.contents))
            history.contents.append(content)
            history.coder_of.append(coder)
        else:
            counting ^= {dice.randrange(len(history.contents))}  # withdrawn, or restored
        history.moments.append(sorted(counting))
    return history


def state_of(contents: Sequence[ProjectContent], rulings: Rulings) -> State:
    """By the rules: what stands, under the ids by which the review knows codes."""
    relations = relate_projects(contents, rulings)
    replaced, known = find_replaced(relations), identify_elements(relations)
    return {
        (known.codes[arrival].get(coding.code, coding.code), coding.coder, int(coding.place[0] or 0))
        for relation in relations
        if (arrival := relation.content.arrival_id) not in replaced and relation.role is not Role.UNCLEAR
        for coding in relation.content.codings
    }


def follow_merges(history: History, state: State) -> State:
    """A code as the one that it went into in the end. A code that no export between has shown, and that holds all of one that is
    gone, is that code under another name, for all that two exports can tell; so the two count as one."""

    def follow(code: str, merged: dict[str, str]) -> str:
        return follow(merged[code], merged) if code in merged else code

    return {(follow(code, history.screens[coder].merged), coder, start) for code, coder, start in state}


def expected_of(history: History, counting: Sequence[int]) -> State:
    """By hand: of each coder the codings of her last file that counts."""
    last = {history.coder_of[n]: history.contents[n] for n in counting}
    return {
        (coding.code, coding.coder, int(coding.place[0] or 0))
        for content in last.values()
        for coding in content.codings
    }


def check_history(seed: int, events: int, every: int = 1) -> None:
    history = make_history(seed, events)
    for counting in history.moments[::every]:
        contents = [history.contents[n] for n in counting]
        found, expected = state_of(contents, history.rulings), expected_of(history, counting)
        assert follow_merges(history, found) == follow_merges(history, expected)
    newest = max(history.moments[-1], default=None)
    if newest is not None:
        contents = [history.contents[n] for n in history.moments[-1]]
        taken_back = [n for n in history.moments[-1] if n != newest]
        before = state_of(contents, history.rulings)
        state_of([history.contents[n] for n in taken_back], history.rulings)
        assert state_of(contents, history.rulings) == before, "nothing is remembered"


@pytest.mark.parametrize("seed", range(4))
def test_codings_and_codebook_are_known_as_of_every_event_and_come_back_when_deliveries_are_taken_back(seed: int):
    check_history(seed, 40)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [11, 12])
def test_a_thousand_events_of_codebook_and_codings(seed: int):
    check_history(seed, 1000, every=25)


def settlement(difference: int, choice: str) -> CodingSettlement:
    return CodingSettlement(
        difference_id=f"dif_{difference}", document_id="d", coder_a="Ada", coder_b="Ben", choice=choice, reason="r"
    )  # fmt: skip


SETTLING = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 4), st.sampled_from(["first", "second", "both", "neither"])),
        st.tuples(st.just(0), st.integers(0, 50)),
    ),
    max_size=40,
)


@given(SETTLING)
@settings(max_examples=25)
def test_what_is_settled_replays_reverses_and_is_known_as_of_every_event(steps):
    events: list[Event] = []
    for difference, said in steps:
        rulings = [n for n, event in enumerate(events, start=1) if isinstance(event, CodingSettlement)]
        if difference:
            events.append(settlement(difference, str(said)))
        elif rulings:
            events.append(CodingUndo(event=rulings[int(said) % len(rulings)]))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    entries = [
        Entry(n, start + timedelta(hours=n), "Ada", event, f"{n:064x}") for n, event in enumerate(events, start=1)
    ]
    for moment in range(len(entries) + 1):
        undone = {event.event for event in events[:moment] if isinstance(event, CodingUndo)}
        expected = {
            event.difference_id: event.choice
            for n, event in enumerate(events[:moment], start=1)
            if isinstance(event, CodingSettlement) and n not in undone
        }
        found = find_standing_settlements(entries[:moment])
        assert {id: event.choice for id, (event, _) in found.items()} == expected


TEXT = "Nobody asked the plums, and they said nothing.\n😀 Then it rained."
#: A coding: which code (9: none in the codebook), and whether it has a memo.
CODING = st.tuples(st.sampled_from([0, 1, 2, 9]), st.booleans())
#: A selection: its start and end (some outside the text), its codings, and whether a region of the page says the same.
SELECTION = st.tuples(st.integers(0, 60), st.integers(1, 90), st.lists(CODING, max_size=3), st.booleans())
SOURCE = st.tuples(st.sampled_from(["text", "pdf", "picture", "video", "gone"]), st.lists(SELECTION, max_size=4))


def write_random(folder: Path, sources, sets, notes: int, cases: int) -> Path:
    """A project of these parts, with an id for each element."""
    ids = (f"{n:08x}-0000-4000-8000-000000000000" for n in range(1, 10_000))
    codes = [next(ids) for _ in range(3)]
    users, memo_ids = [next(ids), next(ids)], [next(ids) for _ in range(notes)]

    def coding(which: int, noted: bool) -> str:
        target = codes[which] if which < 3 else "ffffffff-0000-4000-8000-000000000000"
        note = f'<NoteRef targetGUID="{memo_ids[0]}"/>' if noted and memo_ids else ""
        return f'<Coding guid="{next(ids)}" creatingUser="{users[which % 2]}"><CodeRef targetGUID="{target}"/>{note}</Coding>'

    def segments(selections, element: str) -> tuple[str, str]:
        inside, regions = "", ""
        for start, length, codings, twin in selections:
            key, made = next(ids), [coding(*one) for one in codings]
            inside += f'<{element} guid="{key}" startPosition="{start}" endPosition="{start + length}">{"".join(made)}</{element}>'
            if twin:
                regions += f'<PDFSelection guid="{key}" page="2" name="r">{"".join(made)}</PDFSelection>'
        return inside, regions

    parts, documents = "", []
    for kind, selections in sources:
        key = next(ids)
        documents.append(key)
        if kind in ("text", "gone"):
            inside, _ = segments(selections, "PlainTextSelection")
            text = f"<PlainTextContent>{TEXT}</PlainTextContent>" if kind == "text" else ""
            path = "" if text else ' plainTextPath="internal://no.txt"'
            parts += f'<TextSource guid="{key}" name="{key}"{path}>{text}{inside}</TextSource>'
        elif kind == "pdf":
            inside, regions = segments(selections, "PlainTextSelection")
            parts += (
                f'<PDFSource guid="{key}" name="{key}">{regions}<Representation guid="{next(ids)}">'
                f"<PlainTextContent>{TEXT}</PlainTextContent>{inside}</Representation></PDFSource>"
            )
        else:
            name = kind.capitalize()
            inside, _ = segments(selections, f"{name}Selection")
            parts += f'<{name}Source guid="{key}" name="{key}">{inside}</{name}Source>'
    members = "".join(
        f'<Set guid="{next(ids)}" name="set">'
        + "".join(f'<MemberSource targetGUID="{key}"/>' for key in documents[:of_sources])
        + "".join(f'<MemberCode targetGUID="{key}"/>' for key in codes[:of_codes])
        + "</Set>"
        for of_sources, of_codes in sets
    )
    xml = (
        '<Project xmlns="urn:QDA-XML:project:1.0" name="P" origin="MAXQDA 24"><Users>'
        + "".join(f'<User guid="{user}" name="U{n}"/>' for n, user in enumerate(users))
        + "</Users><CodeBook><Codes>"
        + "".join(f'<Code guid="{code}" name="C{n}" isCodable="true"/>' for n, code in enumerate(codes))
        + "</Codes></CodeBook><Cases>"
        + "".join(f'<Case guid="{next(ids)}" name="case {n}"/>' for n in range(cases))
        + f"</Cases><Sources>{parts}</Sources><Notes>"
        + "".join(f'<Note guid="{key}"><PlainTextContent>memo</PlainTextContent></Note>' for key in memo_ids)
        + f"</Notes><Sets>{members}</Sets></Project>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("project.qde", xml)
    path = folder / "p.qdpx"
    path.write_bytes(packed.getvalue())
    return path


def count_elements(path: Path) -> Counter[str]:
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("project.qde"))
    return Counter(etree.QName(element).localname for element in root.iter())


def count_merged(path: Path, project: QdaProject) -> int:
    """Codings that stand twice in a project, as a segment of the text and as a region of its page, and are one row."""
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("project.qde"))
    merged = 0
    for source in root.iter("{*}PDFSource"):
        textual = Counter(
            (selection.get("guid"), code_of(coding), coding.get("creatingUser"))
            for selection in source.iterfind("{*}Representation/{*}PlainTextSelection")
            if int(selection.get("endPosition")) <= len(TEXT) + 2 and int(selection.get("startPosition")) < len(TEXT)
            for coding in selection.iterfind("{*}Coding")
            if not code_of(coding).startswith("ffffffff")
        )
        for region in source.iterfind("{*}PDFSelection"):
            merged += sum(
                (region.get("guid"), code_of(coding), coding.get("creatingUser")) in textual
                for coding in region.iterfind("{*}Coding")
            )
    return merged


def code_of(coding: etree._Element) -> str:
    return coding.find("{*}CodeRef").get("targetGUID")


SETS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=2)


def check_project(sources, sets, notes: int, cases: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_random(Path(folder), sources, sets, notes, cases)
        project, elements = read_project(path), count_elements(path)
        merged = count_merged(path, project)
    carried, left = dict(project.carried), dict(project.not_carried)
    lost = sum(n for kind, n in left.items() if kind.startswith("codings"))
    assert merged == carried.get(MERGED, 0)
    assert carried["codings"] + merged + lost == elements["Coding"]
    media = sum(n for kind, n in left.items() if kind.endswith("(sources)"))
    assert carried["documents"] + media == sum(
        elements[f"{kind}Source"] for kind in ("Text", "PDF", "Picture", "Video")
    )
    assert (carried["codes"], carried["cases"], carried["coders"]) == (
        elements["Code"], elements["Case"], elements["User"],
    )  # fmt: skip
    assert project.memo["memo_id"].n_unique() >= elements["Note"]
    in_sets = project.value.filter(field="set").height + sum(n for kind, n in left.items() if "sets" in kind)
    assert in_sets == elements["MemberSource"] + elements["MemberCode"] + left.get("empty sets", 0)


@given(st.lists(SOURCE, max_size=4), SETS, st.integers(0, 2), st.integers(0, 2))
@settings(max_examples=25, deadline=None)
def test_carried_and_merged_and_not_carried_are_the_elements_of_the_project(sources, sets, notes, cases):
    check_project(sources, sets, notes, cases)


@pytest.mark.soak
@given(st.lists(SOURCE, max_size=6), SETS, st.integers(0, 3), st.integers(0, 3))
@settings(max_examples=1000, deadline=None)
def test_of_a_thousand_projects_no_element_is_lost(sources, sets, notes, cases):
    check_project(sources, sets, notes, cases)

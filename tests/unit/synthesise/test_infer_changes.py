"""What was done to codes between two exports: inferred from what differs, and marked where it could have been otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.synthesise.compare_projects import compare_projects
from tasks.synthesise.infer_changes import infer_changes
from tasks.synthesise.project_content import HeldCode, HeldCoding, HeldDocument, ProjectContent

DOCUMENT = HeldDocument("doc", "00000000-0000-4000-8000-0000000000dd", "Interview", "hash")


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


@dataclass
class Work:
    """A project on somebody's screen: codes by number (name, parent), codings (code, coder, start); exported now and then."""

    codes: dict[int, list] = field(default_factory=dict)
    codings: list[list] = field(default_factory=list)
    exports: int = 0

    def export(self) -> ProjectContent:
        self.exports += 1
        codes = tuple(
            HeldCode(f"c{n}", guid(n), name, None if parent is None else f"c{parent}", self.path(n))
            for n, (name, parent) in self.codes.items()
        )
        codings = tuple(
            HeldCoding(f"k{i}", "doc", f"c{code}", coder, (start, start + 5, None, None))
            for i, (code, coder, start) in enumerate(self.codings)
        )
        return ProjectContent(self.exports, f"{self.exports}", "p.qdpx", "p", "x", (DOCUMENT,), codes, codings, ())

    def path(self, number: int) -> str:
        name, parent = self.codes[number]
        return name if parent is None else f"{self.path(parent)} / {name}"


def work() -> Work:
    return Work(
        {1: ["A", None], 2: ["B", None], 3: ["C", None]},
        [[1, "Ada", 0], [1, "Ada", 10], [2, "Ada", 20], [3, "Ben", 30]],
    )


def changes(before: ProjectContent, after: ProjectContent) -> list[tuple]:
    return [
        (c.kind, c.code.name, c.into.name if c.into else None, c.codings, bool(c.unsure))
        for c in infer_changes(compare_projects(before, after))
        if c.coding is None
    ]


def test_nothing_done_is_nothing_inferred():
    screen = work()
    assert infer_changes(compare_projects(screen.export(), screen.export())) == []


def test_renamed_moved_and_created():
    screen = work()
    before = screen.export()
    screen.codes[2] = ["B2", 1]
    screen.codes[4] = ["D", 3]
    assert changes(before, screen.export()) == [
        ("renamed", "B", "B2", 0, False),
        ("moved", "B", "B2", 0, False),
        ("created", "D", None, 0, False),
    ]


def test_a_code_whose_parent_was_renamed_was_not_touched():
    screen = work()
    screen.codes[2] = ["B", 1]
    before = screen.export()
    screen.codes[1] = ["A2", None]
    assert changes(before, screen.export()) == [("renamed", "A", "A2", 0, False)]


def test_merged_into_one_that_stays_and_retired_with_its_codings():
    screen = work()
    before = screen.export()
    screen.codings = [[2, "Ada", 0], [2, "Ada", 10], [2, "Ada", 20]]
    del screen.codes[1], screen.codes[3]
    assert changes(before, screen.export()) == [("merged", "A", "B", 2, False), ("retired", "C", None, 1, False)]


def test_two_codes_merged_into_a_new_one():
    screen = work()
    before = screen.export()
    screen.codes = {3: ["C", None], 9: ["A or B", None]}
    screen.codings = [[9, "Ada", 0], [9, "Ada", 10], [9, "Ada", 20], [3, "Ben", 30]]
    assert changes(before, screen.export()) == [
        ("merged", "A", "A or B", 2, False),
        ("merged", "B", "A or B", 1, False),
    ]


def test_split_in_two_new_codes_or_off_one_that_stays():
    screen = work()
    before = screen.export()
    screen.codes = {2: ["B", None], 3: ["C", None], 8: ["A1", None], 9: ["A2", None]}
    screen.codings[0][0], screen.codings[1][0] = 8, 9
    both = changes(before, screen.export())
    assert both == [("split", "A", "A1", 1, False), ("split", "A", "A2", 1, False)]
    screen.codes[1] = ["A", None]
    screen.codings[0][0] = 1
    assert changes(before, screen.export())[0] == ("split", "A", "A2", 1, False)


def test_a_code_with_another_id_and_name_and_all_of_its_spans_is_the_same_one_but_unsure():
    screen = work()
    before = screen.export()
    screen.codes = {2: ["B", None], 3: ["C", None], 9: ["Alpha", None]}
    screen.codings = [[9, "Ada", 0], [9, "Ada", 10], [2, "Ada", 20], [3, "Ben", 30]]
    assert changes(before, screen.export()) == [("renamed", "A", "Alpha", 0, True)]


def test_codings_of_a_gone_code_that_are_partly_gone_leave_a_doubt():
    screen = work()
    before = screen.export()
    screen.codings = [[2, "Ada", 0], [2, "Ada", 20], [3, "Ben", 30]]
    del screen.codes[1]
    assert changes(before, screen.export()) == [("merged", "A", "B", 1, True)]


def test_each_coding_made_taken_away_moved_or_recoded_is_listed():
    screen = work()
    before = screen.export()
    screen.codings = [[1, "Ada", 2], [2, "Ada", 10], [3, "Ben", 30], [3, "Ben", 50]]
    found = infer_changes(compare_projects(before, screen.export()))
    assert [(c.kind, c.code.name, c.into.name if c.into else None, c.coding.place[0]) for c in found if c.coding] == [
        ("span_moved", "A", "A", 2),
        ("recoded", "A", "B", 10),
        ("uncoded", "B", None, 20),
        ("coded", "C", "C", 50),
    ]


STEP = st.sampled_from(["rename", "move", "create", "merge", "retire", "code", "uncode"])


@given(st.lists(st.tuples(STEP, st.integers(0, 99), st.integers(0, 99)), max_size=3), st.integers(2, 5))
@settings(max_examples=60, deadline=None)
def test_random_work_on_different_codes_is_inferred_back(steps, size):
    """Each step takes codes that no other step touched, so that what was done is what the two exports tell."""
    codes = {n: [f"code {n}", None] for n in range(2 * size)}
    screen = Work(codes, [[n, "Ada", 100 * n + 10 * i] for n in codes for i in range(2)])
    before, untouched, expected = screen.export(), sorted(codes), []
    for number, (step, a, b) in enumerate(steps):
        if len(untouched) < 2:
            break
        first = untouched.pop(a % len(untouched))
        name = screen.codes[first][0]
        if step == "rename":
            screen.codes[first][0] = f"renamed {number}"
            expected.append(("renamed", name))
        elif step == "move":
            screen.codes[first][1] = untouched.pop(b % len(untouched))
            expected.append(("moved", name))
        elif step == "create":
            screen.codes[500 + number] = [f"new {number}", None]
            expected.append(("created", f"new {number}"))
        elif step == "merge":
            target = untouched.pop(b % len(untouched))
            screen.codings = [[target if code == first else code, who, at] for code, who, at in screen.codings]
            del screen.codes[first]
            expected.append(("merged", name))
        elif step == "retire":
            screen.codings = [coding for coding in screen.codings if coding[0] != first]
            del screen.codes[first]
            expected.append(("retired", name))
        elif step == "code":
            screen.codings.append([first, "Ben", 100 * first + 50])
            expected.append(("coded", name))
        else:
            screen.codings.remove([first, "Ada", 100 * first])
            expected.append(("uncoded", name))
    found = infer_changes(compare_projects(before, screen.export()))
    told = [(c.kind, c.code.name) for c in found]
    retired = {name for kind, name in expected if kind == "retired"}
    merged = {name for kind, name in expected if kind == "merged"}
    # What became of the codings of a code that is gone is part of its own change.
    told = [
        t for t in told if not (t[0] == "uncoded" and t[1] in retired) and not (t[0] == "recoded" and t[1] in merged)
    ]
    assert sorted(told) == sorted(expected)
    assert not any(c.unsure for c in found)

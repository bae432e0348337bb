"""The work of coders: whatever steps in whatever order, replay comes to the same, and what is taken back is as if never done."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from schemas.event_base import Event
from schemas.event_coding import (
    CodeCreated,
    CodeRenamed,
    CodesMerged,
    CodesMoved,
    CodeSplit,
    CodesRetired,
    CodeUndo,
    CodingAdded,
    CodingMoved,
    CodingsRemoved,
    MemoWritten,
)
from tasks.synthesise.coding_work import CodingWork, Start, WorkCode, WorkCoding, do_work, find_name, find_undo
from tasks.synthesise.load_work import place_quote
from warehouse.log import Entry

CODES = [f"cod_{n:016x}" for n in range(6)]
CODINGS = [f"cdg_{n:016x}" for n in range(8)]
DOCUMENTS = ["doc_a", "doc_b"]
TEXT = "Trust 🌱 grows, the cafe\u0301 says; 𝒜nna hopes. " * 2
START = Start(
    tuple(WorkCode(id, str(UUID(int=n)), f"code {n}", None, n) for n, id in enumerate(CODES[:3])),
    tuple(WorkCoding(CODINGS[n], "doc_a", CODES[n], who, 0, 5, quote=TEXT[:5]) for n, who in enumerate(("Ada", "Ben"))),
)  # fmt: skip

code, coding = st.sampled_from(CODES), st.sampled_from(CODINGS)
span = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 30)).map(lambda s: (s[0], min(s[0] + s[1], len(TEXT))))
name = st.sampled_from(["a", "b", "c / d", "𝒜"])


def quoted(s: tuple[int, int]) -> dict[str, object]:
    return {"start_char": s[0], "end_char": s[1], "quote": TEXT[s[0] : s[1]]}


events: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        lambda c, p, n, d: CodeCreated(code_id=c, guid=str(UUID(c[4:].rjust(32, "1"))), name=n, parent_id=p, document_id=d),
        st.sampled_from(CODES[3:]), st.none() | code, name, st.none() | st.sampled_from(DOCUMENTS),
    ),
    st.builds(lambda c, n: CodeRenamed(code_id=c, name=n), code, name),
    st.builds(lambda c, p: CodesMoved(code_ids=c, parent_id=p), st.tuples(code, code), st.none() | code),
    st.builds(lambda c, i: CodesMerged(code_ids=(c,), into_id=i), code, code),
    st.builds(
        lambda c, n, g: CodeSplit(code_id=c, new_id=n, guid=str(UUID(n[4:].rjust(32, "2"))), name="split", coding_ids=g),
        code, st.sampled_from(CODES[3:]), st.lists(coding, min_size=1, max_size=3).map(tuple),
    ),
    st.builds(lambda c: CodesRetired(code_ids=(c,)), code),
    st.builds(
        lambda g, d, c, s: CodingAdded(coding_id=g, document_id=d, code_id=c, **quoted(s)),
        st.sampled_from(CODINGS[2:]), st.sampled_from(DOCUMENTS), code, span,
    ),
    st.builds(lambda g, c, s: CodingMoved(coding_id=g, code_id=c, **(quoted(s) if s else {})), coding, code, st.none() | span),
    st.builds(lambda g: CodingsRemoved(coding_ids=(g,)), coding),
    st.builds(
        lambda m, g, t: MemoWritten(memo_id=f"mem_{m:016x}", target="coding", id=g, text=t),
        st.integers(0, 2), coding, st.sampled_from(["", "a thought"]),
    ),
)  # fmt: skip
steps = st.lists(st.tuples(st.sampled_from(["Ada", "Ben"]), events), max_size=14)


def as_log(said: list[tuple[str, Event]]) -> list[Entry]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [Entry(n, at, who, event, "") for n, (who, event) in enumerate(said, start=1)]  # type: ignore[arg-type]


def shown(work: CodingWork) -> object:
    """All that somebody can see of it."""
    return (
        [(c.id, work.path_of(c.id), c.description, depth) for c, depth in work.list_codes()],
        sorted((c.id, c.document, c.code, c.coder, c.start, c.end, c.quote) for c in work.list_codings()),
        sorted((m.id, m.on, m.text, m.author) for m in work.memos.values()),
    )


@given(steps)
def test_replay_from_nothing_comes_to_the_same_as_step_by_step(said: list[tuple[str, Event]]) -> None:
    grown = CodingWork(START)
    for entry in as_log(said):
        grown.apply(entry)
        grown.list_codings()  # what is remembered of a moment does not outlive it
    assert shown(grown) == shown(do_work(START, as_log(said)))
    assert grown.changes == do_work(START, as_log(said)).changes


@given(steps)
def test_the_codebook_stays_a_tree_and_every_coding_has_a_code_and_stands_once(said: list[tuple[str, Event]]) -> None:
    work = do_work(START, as_log(said))
    listed = [c.id for c, _ in work.list_codes()]
    assert len(listed) == len(set(listed))
    there = {id for id, code in work.codes.items() if code.into is None and not code.retired}
    assert there <= set(listed), "none is lost in a circle"
    codings = work.list_codings()
    assert {c.code for c in codings} <= set(listed)
    places = [(c.coder, c.document, c.code, c.start, c.end) for c in codings]
    assert len(places) == len(set(places))
    assert all(TEXT[c.start : c.end] == c.quote for c in codings)


@given(steps, st.data())
def test_what_is_taken_back_is_as_if_never_done_and_what_is_done_again_as_if_never_taken_back(
    said: list[tuple[str, Event]], data: st.DataObject
) -> None:
    if not said:
        return
    log = as_log(said)
    which = data.draw(st.integers(1, len(log)))
    without = as_log([(w, e) for n, (w, e) in enumerate(said, 1) if n != which])
    back = as_log([*said, ("Ada", CodeUndo(event=which))])
    new_code = isinstance(log[which - 1].event, CodeCreated | CodeSplit)
    if not new_code:  # of a code that others used meanwhile more stays: see below
        assert shown(do_work(START, back)) == shown(do_work(START, without))
    again = as_log([*said, ("Ada", CodeUndo(event=which)), ("Ada", CodeUndo(event=len(log) + 1))])
    assert shown(do_work(START, again)) == shown(do_work(START, log))


@given(st.lists(st.sampled_from(["step", "undo", "redo"]), max_size=20))
def test_undo_and_redo_go_back_and_forth_as_in_any_editor(said: list[str]) -> None:
    log: list[tuple[str, Event]] = []
    done: list[int] = []
    undone: list[int] = []
    for word in said:
        undo, redo = find_undo(as_log(log), "Ada")
        assert (len(undo), len(redo)) == (len(done), len(undone))
        if word == "step":
            log.append(("Ada", CodeRenamed(code_id=CODES[0], name=f"name {len(log)}")))
            done, undone = [*done, len(log)], []
        elif word == "undo" and undo:
            assert undo[-1] == done[-1]
            log.append(("Ada", CodeUndo(event=undo[-1])))
            undone.append(done.pop())
        elif word == "redo" and redo:
            log.append(("Ada", CodeUndo(event=redo[-1])))
            done.append(undone.pop())
        log.append(
            ("Ben", MemoWritten(memo_id=f"mem_{0:016x}", target="code", id=CODES[0], text="Ben's steps are his own"))
        )
        name = next(
            (e.name for n, (_, e) in enumerate(log, 1) if n in done[-1:] and isinstance(e, CodeRenamed)), "code 0"
        )
        assert do_work(START, as_log(log)).codes[CODES[0]].name == name


def test_a_code_that_was_taken_back_stays_while_a_colleague_codes_with_it() -> None:
    created = CodeCreated(code_id=CODES[4], guid=str(UUID(int=4)), name="new")
    used = CodingAdded(coding_id=CODINGS[4], document_id="doc_a", code_id=CODES[4], **quoted((0, 5)))
    work = do_work(START, as_log([("Ada", created), ("Ben", used), ("Ada", CodeUndo(event=1))]))
    assert [c.name for c, _ in work.list_codes()] == ["code 0", "code 1", "code 2", "new"]
    assert work.codes[CODES[4]].retired, "and it is offered to nobody"


def test_a_merge_makes_one_of_two_on_the_same_words_and_its_undo_two_again() -> None:
    same = [
        ("Ada", CodingAdded(coding_id=CODINGS[n], document_id="doc_b", code_id=CODES[n - 2], **quoted((0, 5)))) for n in (2, 3)
    ]  # fmt: skip
    partly = ("Ada", CodingAdded(coding_id=CODINGS[4], document_id="doc_b", code_id=CODES[1], **quoted((3, 9))))
    log = [*same, partly, ("Ben", CodesMerged(code_ids=(CODES[1],), into_id=CODES[0]))]
    merged = do_work(START, as_log(log))
    assert [c.id for c in merged.list_codings("doc_b")] == [CODINGS[2], CODINGS[4]]
    assert {c.code for c in merged.list_codings()} == {CODES[0]}
    assert merged.changes[-1].codings == (CODINGS[1], CODINGS[3], CODINGS[4])
    assert shown(do_work(START, as_log([*log, ("Ben", CodeUndo(event=4))]))) == shown(do_work(START, as_log(log[:3])))


def test_codes_before_a_waiting_text_are_their_makers_until_they_stand_elsewhere() -> None:
    def made(n: int, parent: str | None = None) -> tuple[str, Event]:
        return "Ada", CodeCreated(
            code_id=CODES[n], guid=str(UUID(int=n)), name=f"new {n}", parent_id=parent, document_id="doc_a"
        )

    log = [made(3), made(4, CODES[3]), ("Ada", CodesRetired(code_ids=(CODES[0],)))]
    work = do_work(START, as_log(log))
    assert work.find_hidden({"doc_a"}) == {CODES[3], CODES[4], CODES[0]}, (
        "the retired one too: only a waiting coding bears it"
    )
    assert work.find_hidden(set()) == set()
    used = ("Ada", CodingAdded(coding_id=CODINGS[4], document_id="doc_b", code_id=CODES[4], **quoted((0, 5))))
    assert do_work(START, as_log([*log, used])).find_hidden({"doc_a"}) == {CODES[0]}, (
        "what is above it is known with it"
    )


def test_a_code_before_a_waiting_text_stays_its_makers_when_it_is_merged_or_taken_back() -> None:
    made: tuple[str, Event] = (
        "Ada",
        CodeCreated(code_id=CODES[3], guid=str(UUID(int=3)), name="new", parent_id=None, document_id="doc_a"),
    )
    merged: tuple[str, Event] = ("Ada", CodesMerged(code_ids=(CODES[3],), into_id=CODES[0]))
    for log in ([made, merged], [made, ("Ada", CodeUndo(event=1))]):
        assert do_work(START, as_log(log)).find_hidden({"doc_a"}) == {CODES[3]}
        assert do_work(START, as_log(log)).find_hidden(set()) == set()


def test_a_code_split_off_for_codings_that_wait_waits_with_them() -> None:
    """That it was split off, and that no coding that is shown bears it, would tell what those are coded with."""
    held = next(c for c in START.codings if c.document == "doc_a")
    split: tuple[str, Event] = ("Ada", CodeSplit(
        code_id=held.code, new_id=CODES[4], guid=str(UUID(int=4)), name="part", coding_ids=(held.id,)
    ))  # fmt: skip
    for log in ([split], [split, ("Ada", CodeUndo(event=1))]):
        work = do_work(START, as_log(log))
        assert CODES[4] in work.find_hidden({"doc_a"})
        assert CODES[4] not in work.find_hidden({"doc_b"})


def test_a_coder_keeps_the_name_that_projects_know_her_by() -> None:
    assert find_name("Ben", ["Ada", "BE"], {"Ada": "Ada", "BE": "Ben"}) == "BE"
    assert find_name("Ben", ["Ben", "BE"], {"Ben": "Ben", "BE": "Ben"}) == "Ben"
    assert find_name("Ben", ["Ada"], {"Ada": None}) == "Ben"


@given(st.text(alphabet="ab𝒜🌱e\u0301 \n", max_size=20), st.text(alphabet="xy\r\n", max_size=5), span)
def test_words_are_found_again_where_they_stood_or_where_they_alone_stand(
    before: str, more: str, s: tuple[int, int]
) -> None:
    quote = TEXT[slice(*s)]
    assert place_quote(TEXT, s[0], quote) == s[0]
    found = place_quote(before + more + TEXT, s[0], quote)
    assert found is None or (before + more + TEXT)[found : found + len(quote)] == quote
    assert place_quote(f"x{quote}", 9, quote) == 1
    assert place_quote("other words", s[0], f"{quote}!") is None

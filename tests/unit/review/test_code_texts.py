"""What coders do on the page: checked, noted, derived beside what projects hold, and exported like it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from schemas.errors import UserError
from schemas.event_coding import CodeCreated, CodingAdded
from schemas.event_synthesis import CodeName, ProjectRuling
from tasks.review import code_texts as use
from tasks.review.derive import derive
from tasks.review.export_codings import export_project
from tasks.review.group_codes import change_theme, group_codes, remove_theme, undo_theme
from tasks.review.judge_codings import declare_done, note_settlement
from tasks.review.rule_links import link_document
from tasks.review.rule_same import rule_same, undo_same
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tasks.review.workroom import Workroom
from tasks.synthesise.refi_qda import read_project
from tests.support.coding import BOTH, HERS, NOBODYS, TALK, make_coding_review, publish
from tests.support.codings import write_project
from tests.support.reviews import SmallReview
from warehouse.connect import reader, writer
from warehouse.content import hash_tables

CODINGS = """
SELECT g.coder, k.path, g.quote, g.start_char
FROM coding AS g JOIN code AS k USING (code_id) JOIN document AS d USING (document_id)
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    return make_coding_review(tmp_path_factory.mktemp("codes") / "review")


@pytest.fixture
def room(small: SmallReview) -> Iterator[Workroom]:
    """The workroom; what a test does is taken back after it by whoever did it."""
    found = open_room(small)
    before = {who: len(found.find_undo(who)[0]) for who in ("Ada", "Ben", "Cora")}
    yield found
    for who, n in before.items():
        while len(found.find_undo(who)[0]) > n:
            found.do(lambda who=who: use.undo_step(found, who)[0])


def open_room(small: SmallReview) -> Workroom:
    room = Workroom(small.review, lambda: small.review.protocol().protocol.coding)
    room.catch_up()
    return room


def document(room: Workroom, name: str) -> str:
    return next(text.id for text in room.texts.values() if text.name == name)


def place(words: str, nth: int = 0) -> tuple[int, int]:
    start = [m.start() for m in re.finditer(re.escape(words), TALK)][nth]
    return start, start + len(words)


def code_id(room: Workroom, who: str, path: str) -> str:
    return use.find_code(room, who, path).id


def mark(room: Workroom, who: str, name: str, words: str | tuple[int, int], path: str = "hope") -> str:
    span = place(words) if isinstance(words, str) else words
    entry = room.do(lambda: use.add_coding(room, who, document(room, name), code_id(room, who, path), span))
    assert isinstance(entry.event, CodingAdded)
    return entry.event.coding_id


def make(room: Workroom, who: str, name: str, **more: str) -> str:
    entry = room.do(lambda: use.create_code(room, who, name, **more))  # type: ignore[arg-type]
    assert isinstance(entry.event, CodeCreated)
    return entry.event.code_id


def derived(small: SmallReview, query: str) -> list[tuple]:
    small.update(check=False)
    return small.rows(query)


def test_it_stands_beside_what_projects_hold_and_grows_as_it_is_rebuilt(small: SmallReview, room: Workroom) -> None:
    make(room, "Ada", "doubt", parent_id=code_id(room, "Ada", "trust"))
    mark(room, "Ada", HERS, "𝒜nna; hope", "trust / doubt")
    rows = derived(small, f"{CODINGS} WHERE d.name = '{HERS}' ORDER BY ALL")
    assert rows == [
        ("Ada", "trust", TALK[8:20], 8),
        ("Ada", "trust / doubt", "𝒜nna; hope", TALK.index("𝒜nna; hope")),
        ("BE", "hope", "Trust", 0),
    ]
    assert small.hashes() == small.rebuilt()
    assert small.rows("SELECT DISTINCT origin, kind FROM code_change ORDER BY ALL") == [
        ("page", "coded"),
        ("page", "created"),
    ]


def test_a_link_of_a_text_that_was_coded_here_is_the_same_grown_and_rebuilt(small: SmallReview, room: Workroom) -> None:
    mark(room, "Ada", HERS, "Doubt")
    small.update(check=False)
    link_document(small.review, HERS, "2", "Ada")
    small.update(check=False)
    assert small.hashes() == small.rebuilt()


def test_a_ruling_on_codes_that_bear_work_of_the_page_is_the_same_grown_and_rebuilt(
    small: SmallReview, room: Workroom
) -> None:
    coding_id = mark(room, "Ada", NOBODYS, "Doubt", "hope")
    code_of_it = f"SELECT path FROM coding JOIN code USING (code_id) WHERE coding_id = '{coding_id}'"
    small.update(check=False)
    ruling = rule_same(small.review, "code", ("fear", "hope"), "same", "Ada")
    for _ in range(2):  # what was written at the first is not written again at the second
        small.update(check=False)
        assert small.rows(code_of_it) == [("fear",)]
        assert small.hashes() == small.rebuilt()
    undo_same(small.review, ruling.seq, "Ada")
    assert derived(small, code_of_it) == [("hope",)]
    assert small.hashes() == small.rebuilt()


def test_a_coder_changes_what_her_project_brought_and_keeps_her_name(small: SmallReview, room: Workroom) -> None:
    """Ben, whom his project calls BE, has a coding in Ada's text; in one that is open to all he goes on under that name."""
    mark(room, "Ben", NOBODYS, "Doubt")
    old = next(c.id for c in room.list_codings("Ada", document(room, HERS)) if c.coder == "Ada")
    room.do(lambda: use.move_coding(room, "Ada", old, place("grows slowly")))
    rows = derived(small, f"{CODINGS} WHERE d.name IN ('{HERS}', '{NOBODYS}') ORDER BY ALL")
    assert rows == [
        ("Ada", "trust", "grows slowly", 8),
        ("BE", "hope", "Doubt", place("Doubt")[0]),
        ("BE", "hope", "Trust", 0),
    ]
    room.do(lambda: use.remove_codings(room, "Ada", [old]))
    assert derived(small, f"SELECT count(*) FROM ({CODINGS} WHERE coder = 'Ada')") == [(0,)]
    assert small.hashes() == small.rebuilt()


@pytest.mark.parametrize(
    ("who", "name", "why"),
    [
        ("Cora", BOTH, "by the plan this text is coded by Ada and Ben"),
        ("Ben", HERS, "by the plan"),
        ("Ada", "nothing", "no such text"),
    ],
)
def test_the_plan_says_who_codes(room: Workroom, who: str, name: str, why: str) -> None:
    where = document(room, name) if name != "nothing" else name
    with pytest.raises(UserError, match=why):
        use.check_may_code(room, who, where)


def refusals(room: Workroom) -> list[tuple[str, Callable[[], object]]]:
    trust, hope = code_id(room, "Ada", "trust"), code_id(room, "Ada", "hope")
    bens = next(c.id for c in room.list_codings("Ada", document(room, HERS)) if c.coder == "BE")
    below = make(room, "Ada", "below", parent_id=trust)
    return [
        ("there is a code", lambda: use.create_code(room, "Ada", " TRUST ")),
        ("needs a name", lambda: use.create_code(room, "Ada", " \n")),
        ("at most 200", lambda: use.create_code(room, "Ada", "x" * 201)),
        ("separates", lambda: use.rename_code(room, "Ada", trust, "a / b", "")),
        ("already", lambda: use.rename_code(room, "Ada", trust, "trust", "")),
        ("or below it", lambda: use.move_codes(room, "Ada", [trust], below)),
        ("is below", lambda: use.merge_codes(room, "Ada", [trust], below)),
        ("choose the codes", lambda: use.merge_codes(room, "Ada", [], trust)),
        ("with itself", lambda: use.merge_codes(room, "Ada", [trust], trust)),
        ("no such code", lambda: use.merge_codes(room, "Ada", [trust], "cod_nothing")),
        ("borne by 1 coding", lambda: use.retire_codes(room, "Ada", [hope])),
        ("borne by 1 coding", lambda: use.retire_codes(room, "Ada", [trust])),
        ("choose the codings", lambda: use.split_code(room, "Ada", trust, "new", [bens])),
        ("a coding of BE", lambda: use.remove_codings(room, "Ada", [bens])),
        ("no such coding", lambda: use.recode(room, "Ada", "cdg_nothing", trust)),
        ("select some words", lambda: use.add_coding(room, "Ada", document(room, HERS), trust, place("\n\n"))),
        ("already", lambda: use.add_coding(room, "Ada", document(room, HERS), trust, (8, 20))),
        ("needs words", lambda: use.write_memo(room, "Ada", "code", trust, " ")),
        ("no code is called 'trsut' | trust", lambda: use.find_code(room, "Ada", "trsut")),
        ("nothing to do again", lambda: use.redo_step(room, "Ada")),
        ("nothing of yours", lambda: use.undo_step(room, "Cora")),
    ]  # fmt: skip


def test_what_cannot_be_done_is_said_and_nothing_noted(small: SmallReview, room: Workroom) -> None:
    cases = refusals(room)
    head = small.review.log.head()
    for why, do in cases:
        with pytest.raises(UserError) as refused:
            do()
        assert re.search(why.split(" | ")[0], str(refused.value)), (why, str(refused.value))
    assert small.review.log.head() == head


def test_a_merge_says_what_it_does_and_themes_follow_it(small: SmallReview, room: Workroom) -> None:
    fear, trust = make(room, "Ada", "dread"), code_id(room, "Ada", "trust")
    for words, path in (("Doubt stays", "dread"), ("Doubt stays", "trust"), ("stays on", "dread")):
        mark(room, "Ada", HERS, words, path)
    said = use.describe_merge(room, "Ada", [fear], trust)
    assert "2 codings will bear it" in said
    assert "1 coding on the very same words as another one of the same coder: one of the two stays" in said
    assert "1 coding in part on the words of another one of the same coder" in said
    statement = room.do(
        lambda: group_codes(
            small.review, room.read_statements(), "Dread & co", [CodeName(code_id=fear, path="dread")], "Ada"
        )
    )
    room.do(lambda: use.merge_codes(room, "Ada", [fear], trust))
    rows = derived(small, "SELECT theme_id, codings FROM theme_evidence")
    assert rows == [("dread-co", 3)], "Ada's older coding and the two that differ in place"
    with pytest.raises(UserError, match="nothing is said otherwise"):
        change_theme(
            small.review,
            room.read_statements(),
            "dread-co",
            "Ada",
            name="Dread & co",
            level="descriptive",
            statement="",
        )
    room.do(lambda: remove_theme(small.review, room.read_statements(), "dread-co", "Ada"))
    assert room.read_statements().themes == []
    with pytest.raises(UserError, match="no such step of yours"):
        undo_theme(small.review, statement.seq, "Ben")
    room.do(lambda: undo_theme(small.review, statement.seq, "Ada"))
    assert small.hashes() != small.rebuilt() or derived(small, "SELECT count(*) FROM theme") == [(0,)]


def test_a_split_takes_what_is_chosen_and_names_follow(small: SmallReview, room: Workroom) -> None:
    one, other = (mark(room, "Ada", HERS, words, "trust") for words in ("Doubt", "ward"))
    room.do(lambda: use.split_code(room, "Ada", code_id(room, "Ada", "trust"), "distrust", [one]))
    room.do(lambda: use.rename_code(room, "Ada", code_id(room, "Ada", "distrust"), "mistrust", "Where trust is gone"))
    room.do(lambda: use.move_codes(room, "Ada", [code_id(room, "Ada", "mistrust")], code_id(room, "Ada", "fear")))
    rows = dict(derived(small, "SELECT coding_id, path FROM coding JOIN code USING (code_id)"))
    assert (rows[one], rows[other]) == ("fear / mistrust", "trust")
    kinds = small.rows(
        "SELECT kind, old_path, new_path FROM code_change WHERE kind NOT IN ('coded', 'created') ORDER BY number"
    )
    assert kinds == [
        ("split", "trust", "distrust"), ("renamed", "distrust", "mistrust"), ("moved", "mistrust", "fear / mistrust"),
    ]  # fmt: skip


def test_it_exports_and_reads_back_equal_and_comes_back_without_twins(tmp_path: Path) -> None:
    small = make_coding_review(tmp_path / "review")
    room = open_room(small)
    make(room, "Ada", "joy 🌱", parent_id=code_id(room, "Ada", "hope"), description="What gladdens")
    for nth in range(3):
        mark(room, "Ada", HERS, place("𝒜nna", nth), "hope / joy 🌱")
    coding = mark(room, "Ada", HERS, "cafe\u0301", "hope")
    room.do(lambda: use.write_memo(room, "Ada", "coding", coding, "Where nurses sit"))
    room.do(lambda: use.write_memo(room, "Ada", "code", code_id(room, "Ada", "hope"), "Not optimism"))
    small.update()
    with writer(small.review.warehouse) as con:
        export_project(con, tmp_path / "page.qdpx", name="Page")
        there = con.execute(f"{CODINGS} ORDER BY ALL").fetchall()
        codes = con.execute("SELECT code_id, path, description FROM code ORDER BY ALL").fetchall()
    read = read_project(tmp_path / "page.qdpx")
    paths = dict(read.code.select("code_id", "path").rows())
    back = [
        (who, paths[code], quote, start)
        for who, code, quote, start in read.coding.select("coder", "code_id", "quote", "start_char").rows()
    ]
    assert sorted(back) == sorted(there)
    assert sorted(read.code.select("code_id", "path", "description").rows()) == codes
    assert sorted(read.memo["text"].to_list()) == ["Not optimism", "Where nurses sit"]
    # The colleague who goes on in QDA software sends it back: nothing stands twice, and all keeps its id.
    ids = small.rows("SELECT coding_id FROM coding ORDER BY ALL")
    small.drop("coding/page.qdpx", (tmp_path / "page.qdpx").read_bytes())
    assert [p for p in small.update() if p.severity == "error"] == []
    assert small.rows(f"{CODINGS} ORDER BY ALL") == there
    assert set(ids) >= {(coding,)} <= set(small.rows("SELECT coding_id FROM coding ORDER BY ALL"))
    assert small.hashes() == small.rebuilt()


def test_a_text_that_is_another_by_now_or_gone_loses_no_coding(tmp_path: Path) -> None:
    small = make_coding_review(tmp_path / "review")
    room = open_room(small)
    kept, lost = (mark(room, "Ada", HERS, words, "trust") for words in ("the cafe\u0301 says", "stays"))
    changed = "Preface. " + TALK[: len(TALK) // 3]
    small.drop(
        "coding/talk.qdpx",
        write_project(
            {BOTH: TALK, HERS: changed.replace("stays", "lives"), NOBODYS: TALK}, [], codes=["fear", "hope", "trust"]
        ),
    )
    problems = small.update()
    assert any("may be a newer export" in p.message for p in problems)
    # Ruled to take the old one's place, its text is found to be another.
    old, new = (
        row[0] for row in small.rows("SELECT sha256 FROM core.arrival WHERE file_name LIKE '%qdpx' ORDER BY arrival_id")
    )
    small.review.log.append(ProjectRuling(sha256=new, replaces=(old,)), "Ada")
    problems = small.update()
    assert any("its text is another by now: codings made on the page no longer stand" in p.message for p in problems)
    places = dict(small.rows("SELECT coding_id, start_char FROM coding"))
    assert places == {kept: changed.index("the cafe"), lost: None}
    assert small.hashes() == small.rebuilt()


def draw_step(room: Workroom, who: str, chance: random.Random, turn: int) -> Callable[[], object]:
    """A step that somebody might take, possible or not."""
    open_texts = [document(room, BOTH), document(room, NOBODYS)]
    codes = [code.id for code, _ in room.list_codes(who)]
    own = [c.id for c in room.list_codings(who) if c.coder == room.name_of(who) and c.document in open_texts] or [
        "none"
    ]
    one, other, above, coding, text = (chance.choice(x) for x in (codes, codes, [None, *codes], own, open_texts))
    start = chance.randrange(len(TALK) - 20)
    span = (start, start + chance.randrange(1, 20))
    steps: list[Callable[[], object]] = [
        lambda: use.add_coding(room, who, text, one, span), lambda: use.add_coding(room, who, text, other, span),
        lambda: use.create_code(room, who, f"code {turn}", parent_id=above, document_id=text),
        lambda: use.merge_codes(room, who, [one], other), lambda: use.move_codes(room, who, [one], above),
        lambda: use.retire_codes(room, who, [one]), lambda: use.undo_step(room, who)[0], lambda: use.redo_step(room, who)[0],
        lambda: use.write_memo(room, who, "code", one, f"memo {turn}"), lambda: use.move_coding(room, who, coding, span),
        lambda: use.remove_codings(room, who, [coding]),
    ]  # fmt: skip
    return chance.choice(steps)


def test_random_work_is_the_same_grown_and_rebuilt_and_as_of_any_moment(tmp_path: Path) -> None:
    small = make_coding_review(tmp_path / "review")
    room = open_room(small)
    chance, heads = random.Random(7), []
    for turn in range(60):
        with suppress(UserError):
            room.do(draw_step(room, chance.choice(["Ada", "Ben"]), chance, turn))  # type: ignore[arg-type]
        if turn in (25, 59):
            small.update(check=turn == 59)
            heads.append((small.review.log.head().seq, small.hashes()))
    assert len(room.list_steps()) > 25
    assert small.hashes() == small.rebuilt()
    seq, hashes = heads[0]
    past = tmp_path / "past.duckdb"
    derive(read_state(small.review, seq), past, Steps())
    with writer(past) as con:
        assert hash_tables(con) == hashes
    # A workroom that is opened anew shows what the one that grew shows.
    fresh = open_room(small)
    for who in ("Ada", "Ben", "Cora"):
        assert sorted(map(repr, fresh.list_codings(who))) == sorted(map(repr, room.list_codings(who)))
        assert [code.id for code, _ in fresh.list_codes(who)] == [code.id for code, _ in room.list_codes(who)]


def test_once_all_are_done_differences_are_settled_and_the_theme_table_changes(tmp_path: Path) -> None:
    small = make_coding_review(tmp_path / "review")
    room = open_room(small)
    both = document(room, BOTH)
    mark(room, "Ada", BOTH, "Doubt stays", "trust")
    mark(room, "Ben", BOTH, "stays on the ward", "fear")
    assert room.list_differences(both) == []
    assert [c.coder for c in room.list_codings("Ada", both)] == ["Ada"]
    assert room.list_codings("Cora", both) == []
    report = room.texts[both].report_id or ""
    for who in ("Ada", "Ben"):
        declare_done(small.review, report, who)
        room.catch_up()
    (difference,) = room.list_differences(both)
    assert room.texts[both].length == len(TALK)
    with pytest.raises(UserError, match="declared this text done"):
        mark(room, "Ada", BOTH, "ward", "trust")
    with pytest.raises(UserError, match="declared this text done"):
        use.undo_step(room, "Ada")
    codes = tuple({c.code for c in room.list_codings("Ada", both)})
    room.do(lambda: note_settlement(small.review, difference, "new", "Ada", reason="both are meant", code_ids=codes))
    fear = CodeName(code_id=code_id(room, "Ada", "fear"), path="fear")
    room.do(lambda: group_codes(small.review, room.read_statements(), "Fears", [fear], "Ben"))
    publish(small)
    with reader(small.review.published_warehouse) as con:
        final = "SELECT k.path, g.quote, g.settled FROM coding_final AS g JOIN code AS k USING (code_id) WHERE document_id = ? ORDER BY 1"
        assert con.execute(final, [both]).fetchall() == [
            ("fear", "Doubt stays on the ward", "new"), ("trust", "Doubt stays on the ward", "new"),
        ]  # fmt: skip
        assert con.execute(
            "SELECT difference_id, choice FROM coding_difference WHERE document_id = ?", [both]
        ).fetchall() == [(difference.id, "new")]
        assert con.execute("SELECT theme_id, codings FROM theme_evidence").fetchall() == [("fears", 1)]
        assert len([c for c in room.list_final() if c.document == both]) == 2

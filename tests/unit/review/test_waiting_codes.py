"""Two reviews that differ in what a coder did before a text that waits, and in nothing else, give everybody the same copy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from schemas.event_base import Event
from schemas.event_coding import CodeCreated, CodesMerged, CodeSplit, CodesRetired, CodeUndo, CodingAdded
from tests.support.coding import BOTH, PLAN, TALK, make_coding_review, publish
from tests.support.page import TEAM
from tests.support.reviews import SmallReview
from warehouse.connect import reader

TABLES = (
    "core.code",
    "core.coding",
    "core.element_identity",
    "core.memo",
    "core.code_change",
    "core.set_aside",
    "code",
    "code_change",
)
NEW = "cod_00000000000000aa"
_MOMENT = re.compile(r"datetime\.datetime\([^)]*\)")
Act = Callable[[SmallReview, str, dict[str, str]], list[tuple[str, Event]]]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("waiting") / "review"
    make_coding_review(root)
    return root


def code(document: str, code_id: str, n: int) -> tuple[str, Event]:
    return "Ada", CodingAdded(
        coding_id=f"cdg_{n:016x}", document_id=document, code_id=code_id, start_char=0, end_char=5, quote=TALK[:5]
    )


def think_of(document: str, name: str) -> tuple[str, Event]:
    return "Ada", CodeCreated(code_id=NEW, guid=str(UUID(int=7)), name=name, document_id=document)


def show(base: Path, root: Path, act: Act) -> dict[str, list[str]]:
    """What the copy for everybody holds of codes and codings after `act`, but for moments."""
    shutil.copytree(base, root)
    small = SmallReview(root, TEAM + PLAN)
    (document,) = (row[0] for row in small.rows("SELECT document_id FROM document WHERE name = $$" + BOTH + "$$"))
    codes = dict(small.rows("SELECT name, code_id FROM code"))
    for actor, event in act(small, document, codes):
        small.review.log.append(event, actor)
    publish(small)
    with reader(small.review.published_warehouse) as con:
        return {t: sorted(_MOMENT.sub("", str(row)) for row in con.execute(f"FROM {t}").fetchall()) for t in TABLES}


def test_which_retired_code_a_waiting_coding_bears_is_not_told(base: Path, tmp_path: Path) -> None:
    def retire(name: str) -> Act:
        return lambda _, document, codes: [
            code(document, codes[name], 1),
            ("Ben", CodesRetired(code_ids=(codes["fear"],))),
        ]

    assert show(base, tmp_path / "a", retire("fear")) == show(base, tmp_path / "b", retire("hope"))


def test_no_code_that_was_thought_of_is_told_of_whatever_became_of_it(base: Path, tmp_path: Path) -> None:
    def nothing(_: SmallReview, document: str, codes: dict[str, str]) -> list[tuple[str, Event]]:
        return [code(document, codes["hope"], 1)]

    def merged(_: SmallReview, document: str, codes: dict[str, str]) -> list[tuple[str, Event]]:
        merge = CodesMerged(code_ids=(NEW,), into_id=codes["fear"])
        return [think_of(document, "new"), code(document, NEW, 1), ("Ada", merge)]

    def split(_: SmallReview, document: str, codes: dict[str, str]) -> list[tuple[str, Event]]:
        part = CodeSplit(
            code_id=codes["hope"], new_id=NEW, guid=str(UUID(int=7)), name="part", coding_ids=("cdg_0000000000000001",)
        )
        return [code(document, codes["hope"], 1), ("Ada", part)]

    def taken_back(small: SmallReview, document: str, codes: dict[str, str]) -> list[tuple[str, Event]]:
        undo = CodeUndo(event=small.review.log.head().seq + 1)
        return [think_of(document, "new"), ("Ada", undo), code(document, codes["hope"], 1)]

    shown = show(base, tmp_path / "nothing", nothing)
    for act in (merged, split, taken_back):
        assert show(base, tmp_path / act.__name__, act) == shown, act.__name__

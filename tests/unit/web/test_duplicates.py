"""The pairs that wait for a ruling: side by side, ruled on, left for later, and taken back by whoever may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.event import DuplicateRuling, DuplicateUndo
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.exports import Rec
from tests.support.page import TEAM, SmallPage, Visit, open_page
from tests.support.reviews import SmallReview

#: Short titles, and no place in common: the rules leave them to people.
TITLES = ("Orchard clinic notes", "Harvest <b>ward</b> notes")


def make_review(root: Path) -> SmallReview:
    small = SmallReview(root, TEAM)
    for source, name, pages in (("medline", "O", ("4", "")), ("cinahl", "Otto", ("", ""))):
        records = [
            Rec(f"{source}{n}", title, (f"Brandt{n}, {name}",), 2012 + n, "Northern Nursing", "", "", pages)
            for n, title in enumerate(TITLES)
        ]
        small.search(source, source, records)
    assert refresh(small.review, "test", Steps()).errors == []
    return small


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallPage]:
    with open_page(make_review(tmp_path_factory.mktemp("duplicates"))) as page:
        yield page


@pytest.fixture(scope="module")
def visits(running: SmallPage) -> dict[str, Visit]:
    return {name: running.log_in(name) for name in ("Ada", "Ben", "Cem")}


def shown(page: str) -> dict[str, str]:
    """The two records of the pair that is shown."""
    found = dict(re.findall(r'name="([ab])" value="(r\w+)"', page))
    assert set(found) == {"a", "b"}, page
    return found


def rule(visit: Visit, verdict: str, path: str = "/duplicates", **fields: str) -> tuple[dict[str, str], str]:
    pair = shown(visit.get(path).text)
    said = visit.post("/duplicates", verdict=verdict, **pair, **fields)
    assert said.status_code == 303
    return pair, said.headers["location"]


def test_a_pair_is_ruled_on_and_its_ruling_is_taken_back_by_whoever_may(
    running: SmallPage, visits: dict[str, Visit]
) -> None:
    page = visits["Ben"].get("/duplicates").text
    assert "2 left" in page
    assert "≠" in page
    assert not re.search(r"<b>ward</b>", page)
    pair, ruled = rule(visits["Ben"], "distinct")
    entry = list(running.small.review.log.entries(DuplicateRuling))[-1]
    assert (entry.actor, entry.event.record_id_a, entry.event.record_id_b) == ("Ben", pair["a"], pair["b"])
    assert ruled == f"/duplicates?ruled={entry.seq}"
    assert shown(visits["Ben"].get("/duplicates").text) != pair
    # Nobody takes an event back that is none of these, or twice; Cem, who settles conflicts, takes back what Ben ruled.
    assert visits["Ben"].post("/duplicates/undo", ruling="1").status_code == 400
    assert "Take back" in visits["Cem"].get("/duplicates").text
    assert visits["Cem"].post("/duplicates/undo", ruling=str(entry.seq)).status_code == 303
    assert visits["Ben"].post("/duplicates/undo", ruling=str(entry.seq)).status_code == 400
    assert [undo.actor for undo in running.small.review.log.entries(DuplicateUndo)] == ["Cem"]
    assert "2 left" in visits["Ben"].get("/duplicates").text


def test_a_screener_does_not_take_back_what_another_ruled_and_is_told_who_may(
    running: SmallPage, visits: dict[str, Visit]
) -> None:
    _, ruled = rule(visits["Ada"], "same")
    page = visits["Ben"].get("/duplicates").text
    assert "Rulings so far" in page
    assert "Take back" not in page
    said = visits["Ben"].post("/duplicates/undo", ruling=ruled.split("=")[1])
    assert said.status_code == 403
    assert "Ada ruled on it" in said.text
    assert visits["Ada"].post("/duplicates/undo", ruling=ruled.split("=")[1]).status_code == 303


def test_what_is_left_for_later_stays_there_until_somebody_rules(running: SmallPage, visits: dict[str, Visit]) -> None:
    pair, _ = rule(visits["Ben"], "not_now")
    page = visits["Ada"].get("/duplicates").text
    assert shown(page) != pair
    assert "1 for later" in page
    later, ruled = rule(visits["Ada"], "distinct", "/duplicates?later=1", later="1")
    assert later == pair
    assert ruled.startswith("/duplicates?later=1&ruled=")
    assert "for later" not in visits["Ada"].get("/duplicates").text

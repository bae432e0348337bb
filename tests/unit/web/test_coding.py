"""Coding on the page: from a selection to a coding, what each coder sees, arbitration, the codebook and themes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.event_coding import CodingAdded
from tests.support.coding import BOTH, TALK, make_coding_review, publish
from tests.support.page import SmallPage, Visit, open_page
from warehouse.connect import reader

TABLES = (
    "core.code",
    "core.coding",
    "core.element_identity",
    "core.memo",
    "core.code_change",
    "core.set_aside",
    "core.unshared_code",
)
EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallPage]:
    with open_page(make_coding_review(tmp_path_factory.mktemp("coding") / "review")) as page:
        yield page


@pytest.fixture(scope="module")
def texts(running: SmallPage) -> dict[str, str]:
    """Name → document."""
    return dict(running.small.rows("SELECT name, document_id FROM document"))


def code(visit: Visit, document: str, words: str, name: str, act: str = "mark") -> Any:
    """Codes words of the talk, as the script does; the answer."""
    start = TALK.index(words)
    fields = {"act": act, "code": name, "start": str(start), "end": str(start + len(words)), "script": "1"}
    return visit.post(f"/code/text/{document}/mark", **fields)


def added(running: SmallPage) -> list[tuple[str, str, int, int]]:
    return [
        (e.actor, e.event.quote, e.event.start_char, e.event.end_char)
        for e in running.small.review.log.entries(CodingAdded)
        if isinstance(e.event, CodingAdded)
    ]


def test_a_selection_is_a_coding_and_only_its_lines_come_back(
    running: SmallPage, ada: Visit, texts: dict[str, str]
) -> None:
    page = ada.get(f"/code/text/{texts[BOTH]}").text
    start = TALK.index("Doubt")
    assert f'id="L2" data-start="{start}"' in page, "in code points, however many units a browser counts"
    said = code(ada, texts[BOTH], "𝒜nna; hope", "hope")
    answer = said.json()
    assert added(running)[-1][:2] == ("Ada", "𝒜nna; hope")
    assert list(answer["lines"]) == ["L4"]
    assert "hope" in answer["panel"]
    assert re.search(r'<span class="m l0 k\d" data-coding="\w+">𝒜nna; hope</span>', answer["lines"]["L4"])
    # What overlaps lies in another lane, and a line that both touch comes back. Letters that one code alone has mean it.
    answer = code(ada, texts[BOTH], "Hope is a plan, said 𝒜nna", "Rus").json()
    assert list(answer["lines"]) == ["L4"]
    assert 'class="m l1' in answer["lines"]["L4"]
    assert answer["undo"]["undo"].startswith("'trust' on 'Hope is")


def test_new_codes_in_vivo_last_and_recent(running: SmallPage, ada: Visit, texts: dict[str, str]) -> None:
    answer = code(ada, texts[BOTH], "Doubt stays", "trust / doubt", "new").json()
    assert "trust / doubt" in answer["codes"]
    assert "codes have 'u' in their names" in html.unescape(code(ada, texts[BOTH], "Doubt stays", "u").text)
    assert (
        code(ada, texts[BOTH], "the cafe\u0301 says", "", "vivo").json()["said"] == "Coded in vivo: the cafe\u0301 says"
    )
    code(ada, texts[BOTH], "ward", "", "last")
    page = ada.get(f"/code/text/{texts[BOTH]}").text
    assert re.findall(r'name="again" value="(.*?)"', page)[:2] == ["the cafe\u0301 says", "trust / doubt"]
    ada.post(f"/code/text/{texts[BOTH]}/mark", again="trust / doubt", line="2", quote="on the")
    assert added(running)[-1][1] == "on the"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"code": "hope", "start": "7", "end": "7"}, "select some words first"),
        ({"code": "hope", "start": "0", "end": "99999"}, "select some words first"),
        ({"code": "hpo", "start": "0", "end": "5"}, "no code is called"),
        ({"code": "", "start": "0", "end": "5"}, "which code?"),
        ({"code": "hope", "line": "1", "quote": "not there"}, "does not stand in line 1"),
        ({"code": "hope", "line": "4", "quote": "a"}, "more than once"),
        ({"code": "hope", "line": "400"}, "the text has the lines 1 to"),
        ({"act": "new", "code": "hope", "start": "0", "end": "5"}, "there is a code"),
        ({"act": "new", "code": "a /  / x", "start": "0", "end": "5"}, "a code needs a name"),
    ],
)
def test_what_cannot_be_coded_is_said_and_nothing_is_noted(
    running: SmallPage, ada: Visit, texts: dict[str, str], fields: dict[str, str], why: str
) -> None:
    before = running.small.review.log.head()
    said = ada.post(f"/code/text/{texts[BOTH]}/mark", **fields)
    assert said.status_code == 400
    assert why in html.unescape(said.text).lower()
    assert running.small.review.log.head() == before


def test_without_script_lines_and_words_say_it(running: SmallPage, ben: Visit, texts: dict[str, str]) -> None:
    said = ben.post(
        f"/code/text/{texts[BOTH]}/mark", act="mark", code="hope", line="4", to="4", quote="Hope  is a plan"
    )
    assert said.status_code == 303
    assert said.headers["location"].endswith("line=4#L4")
    assert added(running)[-1][1] == "Hope is a plan"
    page = ben.get(said.headers["location"]).text
    coding = re.search(r'class="panel".*?data-coding="(\w+)"', page)
    assert coding
    for act, more in (
        ("memo", {"memo": "Ben wonders"}),
        ("place", {"line": "4", "quote": "Hope is"}),
        ("recode", {"code": "fear"}),
    ):
        assert ben.post(f"/code/text/{texts[BOTH]}/coding", coding=coding[1], act=act, **more).status_code == 303
    page = ben.get(f"/code/text/{texts[BOTH]}?coding={coding[1]}").text
    assert "Ben wonders" in page
    assert ">Hope is</span>" in page
    ben.post(f"/code/text/{texts[BOTH]}/step", act="undo")
    ben.post(f"/code/text/{texts[BOTH]}/step", act="undo")
    assert ">Hope is a plan</span>" in ben.get(f"/code/text/{texts[BOTH]}").text
    ben.post(f"/code/text/{texts[BOTH]}/step", act="redo")
    assert ">Hope is</span>" in ben.get(f"/code/text/{texts[BOTH]}").text


def test_no_trace_of_open_codings_of_a_colleague(
    running: SmallPage, ada: Visit, ben: Visit, texts: dict[str, str]
) -> None:
    coding = re.search(r'data-coding="(\w+)"', ada.get(f"/code/text/{texts[BOTH]}").text)
    vivo = dict(
        re.findall(r'<li class="t\d" id="(\w+)">.*?<a href="/code/book/\w+">(.*?)</a>', ada.get("/code/book").text)
    )
    hidden = [id for id, name in vivo.items() if name in ("the cafe\u0301 says", "doubt")]
    assert coding
    assert len(hidden) == 2
    ada.post(f"/code/text/{texts[BOTH]}/coding", act="note", memo="Ada muses")
    ada.post(f"/code/text/{texts[BOTH]}/coding", act="memo", coding=coding[1], memo="Ada muses")
    grouped = ada.post("/code/book", act="theme", theme="Cafes", **{f"code-{hidden[0]}": "1"})
    assert "known to you alone" in grouped.text
    document = texts[BOTH]
    paths = ["/code", "/code/book", "/code/themes", f"/code/text/{document}", f"/code/text/{document}/differences",
             f"/code/text/{document}?coding={coding[1]}", f"/code/text/{document}/coding/{coding[1]}",
             *(f"/code/book/{id}" for id in vivo)]  # fmt: skip
    for visit in (ben, running.log_in("Cora")):
        for path in paths:
            page = visit.get(path).text
            words = re.sub(r'<div id="text".*?<div class="dock"', "", page, flags=re.DOTALL)
            for trace in ("the cafe\u0301 says", "trust / doubt", "doubt", "Ada muses", coding[1], hidden[0]):
                assert trace not in words, (path, trace)
            assert coding[1] not in page
    # What a reader's copy holds is told by the log alone: nothing of it either.
    with running.page.desk.reading():
        publish(running.small)
        with reader(running.small.review.published_warehouse) as con:
            shown = {table: str(con.execute(f"FROM {table}").fetchall()) for table in TABLES}
            mine = "SELECT count(*) FROM coding JOIN document USING (document_id) WHERE name = $1"
            assert con.execute(mine, [BOTH]).fetchall() == [(0,)]
            places = [
                row[0]
                for row in con.execute("SELECT position FROM core.code WHERE arrival_id = 0 ORDER BY 1").fetchall()
            ]
            assert places == list(range(1, len(places) + 1)), "no gap tells of a code that is hidden"
    for table in TABLES:
        for trace in ("the cafe\u0301 says", "doubt'", "Ada muses", coding[1], hidden[0]):
            assert trace not in shown[table], (table, trace)

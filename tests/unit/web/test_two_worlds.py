"""Two reviews that differ only in what Ada said and nobody may know yet: all that others can ask for is the same in both.

A trace that nobody thought of would show as a difference: a count, an order, a length, a hash.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas import clock
from schemas.dictionary import tables
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.cli import living_review
from tests.support.exports import Rec
from tests.support.forms import FORMS, TITLES, make_included_review
from tests.support.page import TEAM, SmallPage, Visit, open_page
from tests.support.reviews import SmallReview
from warehouse.connect import reader

CHECKLIST = "two-questions"
OPEN = ("Medlars and their keepers", "Cherries")
#: Cem settles and owns: conflicts and the overview are hers to see, and tell her nothing more.
TEAM_OF_CEM = TEAM.replace('owners = ["Ada"]', 'owners = ["Cem"]')
#: What may differ: times, the word of a session or of a card in a hand.
VARYING = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:\+00:00|Z)?|(?<=name=\"csrf\" value=\")[^\"]*|(?<=data-csrf=\")[^\"]*"
    r"|(?<=data-word=\")[^\"]*|(?<='etag': '\")[0-9a-f]+|(?<=/flow\.svg\?)\d+"
)


def vote(ada: Visit, running: SmallPage, world: int) -> None:
    """Ada's votes on two reports that wait for two, with a reason, a note and a remark."""
    medlars, cherries = running.reports["Medlars"], running.reports["Cherries"]
    verdict, reason = (("include", ""), ("exclude", "Wrong population"))[world]
    said = (
        ada.decide(medlars, verdict, reason=reason, note=("sure of it", "most doubtful, all told")[world]),
        ada.post("/comments", report=medlars, stage="title-abstract", comment=("yes!", "certainly not")[world]),
        ada.decide(cherries, ("maybe", "exclude")[world]),
    )
    assert [one.status_code for one in said] == [303] * 3


def answer(ada: Visit, running: SmallPage, world: int) -> None:
    """Ada's answers to a form that Ben fills in as well: all but done in one, and done in another; and to a checklist."""
    subjects = dict(running.small.rows("SELECT title, study_id FROM report"))
    for title, done in zip(TITLES[:2], (False, True), strict=True):
        address = f"/forms/extraction/{subjects[title]}"
        fields = (
            [("country", "Exemplaria"), ("sample", "12"), ("setting", "ward")],
            [("country", "Nowhere at all"), ("sample", "at least 40"), ("sample", "")],
        )[world]
        for key, text in fields:
            said = ada.client.post(
                address,
                data={"csrf": ada.csrf, "seen": "1000000", f"answer.{key}": text},
                headers={"X-Field": key},
            )
            assert said.status_code == 200, said.text
        if done:
            assert ada.post(address, do="done", seen="1000000", keys="").status_code == 303
    address, fields = f"/forms/{CHECKLIST}/{running.reports['Apples']}", {"answer.1": ("yes", "no")[world]}
    said = ada.client.post(
        address,
        data={"csrf": ada.csrf, "seen": "1000000", "reason.1": ("page 2", "nowhere told")[world], **fields},
        headers={"X-Field": "1"},
    )
    assert said.status_code == 200, said.text


def list_addresses(running: SmallPage) -> list[str]:
    """Every address that can be opened, of each stage, of a report with a vote, of one with answers, and of two such studies."""
    studies = dict(running.small.rows("SELECT title, study_id FROM report"))
    subjects = (running.reports["Medlars"], running.reports["Apples"], *(studies[title] for title in TITLES[:2]))
    found = set()
    for method, path in running.list_routes():
        if method != "GET" or path in ("/login/{word}", "/screen/{stage}/along"):
            continue
        for stage, subject, form in itertools.product(
            ("title-abstract", "full-text"), subjects, ("extraction", CHECKLIST)
        ):
            known = {"stage": stage, "report_id": subject, "subject": subject, "form": form}
            found.add(path.format_map(defaultdict(lambda: "1", known)))
    return sorted(found)


def read_pages(running: SmallPage) -> dict[str, str]:
    """What Ben, who votes and answers as well, and Cem get from every route."""
    running.settle_down()
    found = {}
    for name in ("Ben", "Cem"):
        visit = running.log_in(name)
        for address in list_addresses(running):
            said = visit.get(address)
            found[f"{name} {address}"] = VARYING.sub("…", f"{said.status_code} {said.headers} {said.text}")
    return found


def read_copies(root: Path) -> dict[str, str]:
    """All that is published, the copy by its tables and views."""
    published = root / "published"
    found = {
        str(path.relative_to(published)): VARYING.sub("…", path.read_bytes().decode("latin-1"))
        for path in published.rglob("*")
        if path.is_file() and path.suffix != ".duckdb"
    }
    with reader(published / "warehouse.duckdb") as con:
        # Random, and so is the order of what has them.
        runs = re.compile("|".join(run for (run,) in con.execute("SELECT run_id FROM run").fetchall()))
        found = {name: runs.sub("a run", text) for name, text in found.items()}
        for name in tables():
            rows = (
                re.sub(r"datetime\.datetime\([^)]*\)", "…", str(row)) for row in con.execute(f"FROM {name}").fetchall()
            )
            found[name] = VARYING.sub("…", "\n".join(sorted(runs.sub("a run", row) for row in rows)))
    return found


def read_exports(root: Path, to: Path) -> dict[str, str]:
    """What Ben gets by the command line."""
    to.mkdir()
    commands = {
        "queue.ris": ("queue", root, "--for", "Ben", "--format", "ris"),
        "queue.csv": ("queue", root, "--for", "Ben", "--format", "csv"),
        "list.csv": ("list", root),
        "own.csv": ("list", root, "--by", "Ben"),
        "conflicts.csv": ("conflicts", root),
        "agreement.csv": ("agreement", root),
        "table.csv": ("extraction", "table", root),
        "differences.csv": ("extraction", "differences", root),
        "appraisal.csv": ("appraisal", "table", root),
    }
    found = {}
    for name, words in commands.items():
        said = living_review(*words, "--out", to / name)
        found[name] = f"{said.code} {said.out} {said.err.replace(str(to), '…').replace(str(root), '…')}"
        found[name] += (to / name).read_text() if (to / name).exists() else ""
    status = living_review("status", root)
    return found | {"status": VARYING.sub("…", status.out.replace(str(root), "…"))}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """Four included reports, with forms; and two that wait for votes."""
    small = make_included_review(tmp_path_factory.mktemp("worlds") / "review", TEAM_OF_CEM + FORMS)
    small.search("medline", "b", [Rec(f"9{n}", title) for n, title in enumerate(OPEN)])
    assert refresh(small.review, "test", Steps()).errors == []
    return small


@pytest.fixture(params=[vote, answer], ids=["votes", "answers"], scope="module")
def worlds(
    request: pytest.FixtureRequest, made: SmallReview, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """All that is to be seen in both, before and after it was published."""
    act: Callable[[Visit, SmallPage, int], None] = request.param
    found: list[dict[str, str]] = []
    for world in (0, 1):
        root = tmp_path_factory.mktemp("world") / "review"
        shutil.copytree(made.review.root, root)
        small = SmallReview.__new__(SmallReview)
        small.review = type(made.review)(root)
        with clock.simulated(datetime(2026, 6, 1, 12, tzinfo=UTC)), open_page(small) as running:
            act(running.log_in("Ada"), running, world)
            seen = {f"now {address}": text for address, text in read_pages(running).items()}
            with running.page.desk.reading():
                refresh(small.review, "test", Steps())
            running.page.desk._reload()
            seen |= {f"published {address}": text for address, text in read_pages(running).items()}
        found.append(seen | read_copies(root) | read_exports(root, tmp_path_factory.mktemp("out") / "files"))
    yield found[0], found[1]


def test_nothing_that_others_can_ask_for_tells_them_apart(worlds: tuple[dict[str, str], dict[str, str]]) -> None:
    one, other = worlds
    assert len(one) > 200
    assert [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)] == []

"""Versions: a new one where the content is another, numbered by the log; and nothing is published that does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest

from schemas.errors import UserError
from schemas.event import Release, Withdrawal
from schemas.protocol_living import Living
from tasks.publish.diagram import boxes
from tasks.publish.prisma import prisma_flow
from tasks.publish.sources import overlap_figure, sources_figure
from tasks.review.basis import program_basis
from tasks.review.publish import Publication, _check, _release, publish, write_file
from tasks.review.run import Run
from tasks.review.steps import Steps
from warehouse.check import run_checks
from warehouse.connect import writer
from warehouse.content import hash_content
from warehouse.review import Review
from warehouse.schema import empty_warehouse

T = TypeVar("T")


class Told(Steps):
    def __init__(self) -> None:
        self.said: list[str] = []
        self.steps: list[str] = []

    def run(self, name: str, step: Callable[[], T]) -> T:
        self.steps.append(name)
        return step()

    def show_line(self, line: str) -> None:
        self.said.append(line)


@pytest.fixture
def review(tmp_path: Path) -> Review:
    review = Review(tmp_path)
    review.warehouse.write_bytes(empty_warehouse())
    with writer(review.warehouse) as con:
        con.executemany("INSERT INTO core.prisma_box VALUES (?, ?)", [[name, n] for n, name in enumerate(boxes())])
    review.log.append(Withdrawal(arrival=1), "Ada")
    return review


def change(review: Review) -> None:
    with writer(review.warehouse) as con:
        con.execute(
            "INSERT INTO core.exclusion_reason SELECT 'reason ' || count(*), count(*) FROM core.exclusion_reason"
        )


def note(review: Review, number: int, content: str = "another") -> None:
    event = Release(number=number, run_id="r", upto=1, head="0" * 64, basis="x", content_hash=content, included=())
    review.log.append(event, "Ada")


def release(review: Review, steps: Steps | None = None) -> tuple[int, bool, str]:
    state = SimpleNamespace(review=review, head=review.log.head())
    with writer(review.warehouse) as con:
        content = hash_content(con)
    return *_release(state, Run(review, "update"), content, steps or Told()), content  # type: ignore[arg-type]


def test_versions_count_from_one_and_only_another_content_makes_a_new_one(review: Review) -> None:
    told = Told()
    found = []
    for changed in (False, False, True, True, False):
        if changed:
            change(review)
        found.append(release(review, told)[:2])
    assert found == [(1, True), (1, False), (2, True), (3, True), (3, False)]
    assert told.said == [
        "publish: version 1", "publish: version 1, unchanged", "publish: version 2", "publish: version 3",
        "publish: version 3, unchanged",
    ]  # fmt: skip
    assert [entry.event.number for entry in review.log.entries(Release)] == [1, 2, 3]


def test_the_number_follows_the_logs_last_version_whatever_the_warehouse_knows(review: Review) -> None:
    note(review, 6)
    note(review, 7)
    assert release(review)[:2] == (8, True)


def test_the_content_of_an_earlier_version_that_comes_back_is_a_new_version(review: Review) -> None:
    _, _, first = release(review)
    note(review, 2)
    assert release(review) == (3, True, first)


def test_a_version_says_up_to_where_it_covers_the_log_and_what_it_holds(review: Review) -> None:
    note(review, 1)
    head = review.log.head()
    _, _, digest = release(review)
    event = list(review.log.entries(Release))[-1].event
    assert (event.upto, event.head, event.basis, event.content_hash) == (head.seq, head.hash, program_basis(), digest)
    with writer(review.warehouse) as con:
        assert digest == hash_content(con, anew=True)
        notes = dict(con.execute("SELECT key, value FROM core.meta").fetchall())
        assert con.execute("SELECT version FROM core.release ORDER BY version").fetchall() == [(1,), (2,)]
        assert con.execute("SELECT state FROM core.run").fetchall() == [("completed",)]
    last = review.log.head()
    assert (notes["content_hash"], notes["log_seq"], notes["log_head"]) == (digest, str(last.seq), last.hash)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("INSERT INTO core.report_record VALUES ('rghost', 'rep_ghost')", "rghost"),
        (
            "INSERT INTO core.release VALUES (0, 'r', now(), 'x', 1, 'x')",
            "contract: main.release: version is less than 1",
        ),
    ],
)
def test_what_does_not_hold_is_not_published(review: Review, fault: str, says: str) -> None:
    """A check, or the contract of a view: nothing is noted, and the copies stay as they were."""
    with writer(review.warehouse) as con:
        con.execute(fault)
    told = Told()
    state = SimpleNamespace(review=review, head=review.log.head())
    with pytest.raises(UserError, match="so nothing is published") as refused:
        publish(state, Run(review, "update"), told)  # type: ignore[arg-type]
    assert says in refused.value.message
    assert any(line.startswith("check: ") and says in line for line in told.said)
    assert list(review.log.entries(Release)) == []
    assert not review.published.exists()
    with writer(review.warehouse) as con:
        con.execute("DELETE FROM core.report_record; DELETE FROM core.release")
    _check(state, told)  # type: ignore[arg-type]
    assert told.said[-1] == "check: every number adds up"


def test_what_readers_get_is_two_copies_the_flow_diagram_and_the_figures_of_the_sources(review: Review) -> None:
    told = Told()
    protocol = SimpleNamespace(review=SimpleNamespace(title="Of apples"), living=Living(), source=[])
    state = SimpleNamespace(review=review, head=review.log.head(), protocol=protocol)
    published = publish(state, Run(review, "update"), told)  # type: ignore[arg-type]
    assert told.steps == [
        "check that it adds up",
        "compare with the last version",
        "note the version",
        "publish the copies",
    ]
    with writer(review.warehouse) as con:
        flow = prisma_flow(con, "Of apples")
        assert replace(published, news=None) == Publication(1, True, hash_content(con), flow)
        expected = {f"prisma.{ending}": flow.render(ending) for ending in ("svg", "png", "csv", "json")}
        expected |= {"overlap.svg": overlap_figure(con).encode(), "sources.svg": sources_figure(con).encode()}
    found = {path.name: path.read_bytes() for path in review.published.iterdir()}
    names = sorted(found)
    assert found.pop("warehouse.duckdb")
    # What these say has tests of its own (test_living_state, test_gate, test_badge).
    assert all(found.pop(name) for name in ("badge.json", "badge.svg", "living.json", "whats-new.json", "whats-new.md"))
    assert found == expected
    assert [path.name for path in review.private_warehouse.parent.iterdir()] == ["warehouse.duckdb"]
    write_file(review.published / "prisma.csv", b"newer")
    assert (review.published / "prisma.csv").read_bytes() == b"newer"
    assert sorted(path.name for path in review.published.iterdir()) == names


@pytest.mark.parametrize(("ghosts", "more"), [(5, []), (7, ["and 2 more"])])
def test_of_each_check_the_first_five_violations_are_shown(review: Review, ghosts: int, more: list[str]) -> None:
    with writer(review.warehouse) as con:
        con.execute(
            f"INSERT INTO core.report_record SELECT 'rghost' || range, 'rep_ghost' || range FROM range({ghosts})"
        )
        found = [line for line in run_checks(con) if line.startswith("records_stand_for_reports: ")]
    assert len(found) == 5 + len(more)
    assert [line.split(": ")[1] for line in found[5:]] == more

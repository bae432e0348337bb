"""Runs that go wrong: nothing false is published, what was published stays readable, and the next run finishes the work."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.update import rebuild, update
from schemas.errors import UserError
from schemas.event import Release, RunEnded
from tasks.review import derive as derivation
from tasks.review import publish as publication
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import reader, writer
from warehouse.lock import lock

APPLES = [Rec("1", "Of apples", doi="10.5555/a"), Rec("2", "Of pears", ("Beispiel, Bo",), 2011)]
PLUMS = [*APPLES, Rec("3", "Of plums", ("Exemplo, Ex",), 2012)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with one published version, and an export, decisions and a later search that wait for the next update."""
    small = SmallReview(tmp_path_factory.mktemp("published"))
    small.search("medline", "a", APPLES)
    assert update(small.review.root, "test").errors == []
    small.search("medline", "b", PLUMS)
    small.search("cinahl", "c", APPLES[:1])
    small.drop("decisions/title-abstract/ada.csv", "id,reviewer,verdict\n1,Ada,include\n3,Ada,exclude\n")
    return small.review.root


@pytest.fixture
def small(published: Path, tmp_path: Path) -> SmallReview:
    root = tmp_path / "review"
    shutil.copytree(published, root)
    return SmallReview(root)


@pytest.fixture(scope="module")
def undisturbed(published: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The content that the next update comes to where nothing goes wrong."""
    root = tmp_path_factory.mktemp("undisturbed") / "review"
    shutil.copytree(published, root)
    done = update(root, "test").published
    assert done is not None
    assert done.version == 2
    return shown(SmallReview(root))


def shown(small: SmallReview) -> str:
    """What readers of the published copy see, as one text."""
    with reader(small.review.published_warehouse) as con:
        return str(
            [
                con.execute(query).fetchall()
                for query in (
                    "SELECT record_id, report_id, title FROM record ORDER BY ALL",
                    "FROM screening_status ORDER BY ALL",
                    "FROM prisma_flow",
                    "SELECT max(version) FROM release",
                )
            ]
        )


def states(small: SmallReview) -> list[str]:
    """How each run ended, by the last that was said of it."""
    runs = [entry.event for entry in small.review.log.entries(RunEnded)]
    return list({run.run_id: run.state for run in runs}.values())


class Killed(Exception):
    """What stands for a crash in a step."""


STEPS = {
    "load_search": derivation, "write_runs": publication, "publish_copy": publication, "compare_records": derivation,
    "match_decisions": derivation, "write_declarations": derivation, "hash_tables": publication, "write_file": publication,
}  # fmt: skip
LONG = [pytest.param(step, marks=pytest.mark.soak) for step in list(STEPS)[3:]]


@pytest.mark.parametrize("step", [*list(STEPS)[:3], *LONG])
def test_a_run_that_dies_leaves_what_was_published_and_the_next_one_finishes(
    small, undisturbed, monkeypatch, step: str
) -> None:
    before = hashlib.sha256(small.review.published_warehouse.read_bytes()).digest()

    def dies(*_: object, **__: object) -> None:
        raise Killed(step)

    with monkeypatch.context() as patch:
        patch.setattr(STEPS[step], step, dies)
        with pytest.raises(Killed):
            update(small.review.root, "test")
    if step != "write_file":
        assert hashlib.sha256(small.review.published_warehouse.read_bytes()).digest() == before
    assert "Of apples" in shown(small)
    assert states(small) == ["completed", "failed"]

    done = update(small.review.root, "test")
    assert done.errors == []
    assert shown(small) == undisturbed
    assert states(small) == ["completed", "failed", "completed"]


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        ("DELETE FROM core.found_record WHERE position = 1", "delivered"),
        pytest.param("DELETE FROM core.record_raw", "raw text of record", marks=pytest.mark.soak),
        pytest.param("UPDATE core.search SET found = found + 1", "found", marks=pytest.mark.soak),
    ],
)
def test_a_run_whose_numbers_do_not_add_up_fails_and_publishes_nothing(
    small, monkeypatch, tampering: str, says: str
) -> None:
    before = small.review.published_warehouse.read_bytes()
    real = derivation.write_declarations

    def write_and_tamper(con, protocol):
        real(con, protocol)
        con.execute(tampering)

    with monkeypatch.context() as patch:
        patch.setattr(derivation, "write_declarations", write_and_tamper)
        with pytest.raises(UserError, match="the numbers do not add up") as error:
            update(small.review.root, "test")
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert "rebuild" in str(error.value)
    assert small.review.published_warehouse.read_bytes() == before
    assert states(small) == ["completed", "failed"]
    assert [entry.event.number for entry in small.review.log.entries(Release)] == [1]


def test_the_way_out_that_is_named_works(small, undisturbed) -> None:
    with writer(small.review.warehouse) as con:
        con.execute("DELETE FROM core.found_record")
    with pytest.raises(UserError, match="rebuild"):
        update(small.review.root, "test")
    assert "core.found_record" in (rebuild(small.review.root).differing or [])
    assert update(small.review.root, "test").errors == []
    assert shown(small).replace("(3,)", "(2,)") == undisturbed


def test_a_lost_warehouse_is_made_again(small, undisturbed) -> None:
    small.review.warehouse.unlink()
    again = update(small.review.root, "test")
    assert (again.errors, again.new_records, again.new_reports) == ([], 2, 1)
    assert shown(small) == undisturbed


def test_a_ledger_that_was_changed_stops_the_update_and_nothing_is_added_to_it(small, undisturbed) -> None:
    with closing(sqlite3.connect(small.review.root / "ledger.sqlite")) as db:
        db.execute("DROP TRIGGER event_is_never_updated")
        db.execute("UPDATE event SET actor = 'somebody else' WHERE seq = 1")
        db.commit()
    before = states(small)
    with pytest.raises(UserError, match="event 1 does not fit the chain"):
        update(small.review.root, "test")
    assert states(small) == before


def test_a_broken_warehouse_is_made_again_without_being_asked(small, undisturbed) -> None:
    small.review.warehouse.write_bytes(b"broken" * 1000)
    done = update(small.review.root, "test")
    assert (done.errors, [one.anew for one in done.derived]) == ([], ["it is damaged, or none of this version's"])
    assert shown(small) == undisturbed


def test_a_second_run_at_once_is_told_who_holds_the_review(small) -> None:
    before = states(small)
    with lock(small.review.root, "update (schedule)"), pytest.raises(UserError, match=r"update \(schedule\), process"):
        update(small.review.root, "test")
    assert states(small) == before


def test_a_changed_byte_of_a_snapshot_stops_the_rebuild_and_keeps_the_warehouse(small) -> None:
    before = small.review.warehouse.read_bytes()
    path = next(path for path in small.review.snapshots.root.glob("??/*") if b"Of apples" in path.read_bytes())
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"apples", b"appels"))
    with pytest.raises(UserError, match=r"\.ris.*changed"):
        rebuild(small.review.root)
    assert small.review.warehouse.read_bytes() == before

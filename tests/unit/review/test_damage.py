"""Damage: flipped, cut, overwritten, deleted or somebody else's files are named or healed, and never guessed at.

What is derived (warehouse, copies) is made again by the next update without being asked; the truths (log, snapshots) stop it,
with one line that says what to restore.
"""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from schemas.errors import UserError
from tasks.review.derive import derive
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tasks.review.update import rebuild, refresh
from tasks.review.verify import verify
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import reader, writer

RECORDS = [Rec(str(n), f"Study number {n} of many gardens", doi=f"10.5555/g.{n}", year=1990 + n) for n in range(1, 30)]


def made(root: Path, title: str) -> SmallReview:
    small = SmallReview(root)
    small.search("medline", "a", [*RECORDS, Rec("99", title)])
    small.drop(
        "decisions/title-abstract/votes.csv", "id,reviewer,verdict\n1,Ada,include\n1,Ben,include\n2,Ada,exclude\n"
    )
    assert refresh(small.review, "test", Steps()).errors == []
    return small


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallReview, SmallReview]:
    """A review, and a stranger's."""
    return made(tmp_path_factory.mktemp("ours"), "Ours alone"), made(tmp_path_factory.mktemp("theirs"), "Theirs alone")


@pytest.fixture
def small(reviews: tuple[SmallReview, SmallReview], tmp_path: Path) -> SmallReview:
    shutil.copytree(reviews[0].review.root, tmp_path / "review")
    return SmallReview(tmp_path / "review", reviews[0].review.protocol_path.read_text())


def shown(small: SmallReview) -> str:
    with reader(small.review.published_warehouse) as con:
        return str([con.execute(q).fetchall() for q in ("SELECT title FROM record ORDER BY 1", "FROM prisma_flow")])


Way = Callable[[Path, Path, Random], None]


def flip(path: Path, theirs: Path, random: Random) -> None:
    held = bytearray(path.read_bytes())
    place = random.randrange(len(held))
    held[place] ^= 1 << random.randrange(8)
    path.write_bytes(held)


def cut(path: Path, theirs: Path, random: Random) -> None:
    held = path.read_bytes()
    path.write_bytes(held[: random.randrange(len(held))])


def overwrite(path: Path, theirs: Path, random: Random) -> None:
    held = bytearray(path.read_bytes())
    place = random.randrange(len(held))
    held[place : place + 4096] = random.randbytes(4096)
    path.write_bytes(held)


def delete(path: Path, theirs: Path, random: Random) -> None:
    path.unlink()


def take_theirs(path: Path, theirs: Path, random: Random) -> None:
    path.write_bytes(theirs.read_bytes())


WAYS: dict[str, Way] = {way.__name__: way for way in (flip, cut, overwrite, delete, take_theirs)}


def damages(*quick: str) -> pytest.MarkDecorator:
    """(way, seed): those named once; with the marker soak each way with several seeds."""
    cases = [(way, seed) for way in WAYS for seed in range(1 if way in ("delete", "take_theirs") else 10)]
    marks = {case: [] if case[1] == 0 and case[0] in quick else [pytest.mark.soak] for case in cases}
    return pytest.mark.parametrize(("way", "seed"), [pytest.param(*case, marks=marks[case]) for case in cases])


def damage(path: Path, theirs: Path, way: str, seed: int) -> None:
    path.chmod(0o644)
    WAYS[way](path, theirs, Random(f"{way} {seed}"))


def check_healed(small: SmallReview, reviews: tuple[SmallReview, SmallReview], again: Callable[..., object]) -> None:
    before = shown(reviews[0])
    again()
    assert shown(small) == before
    assert [one for one in verify(small.review, Steps()) if not one.holds and one.part != "private copy"] == []


def derived_is_made_again(small: SmallReview, reviews, file: str, way: str, seed: int) -> None:
    damage(getattr(small.review, file), getattr(reviews[1].review, file), way, seed)
    check_healed(small, reviews, lambda: refresh(small.review, "test", Steps()))


@damages("overwrite", "take_theirs")
def test_a_damaged_warehouse_is_made_again_by_the_next_run(small, reviews, way: str, seed: int) -> None:
    derived_is_made_again(small, reviews, "warehouse", way, seed)


def test_verify_says_once_that_the_warehouse_is_damaged_and_not_of_the_copies_that_are_whole(small) -> None:
    small.review.warehouse.write_bytes(b"no warehouse" * 1000)
    assert [one.part for one in verify(small.review, Steps()) if not one.holds] == ["warehouse"]


@damages("flip", "delete")
def test_a_damaged_published_copy_is_made_again_though_nothing_is_new(small, reviews, way: str, seed: int) -> None:
    derived_is_made_again(small, reviews, "published_warehouse", way, seed)


@pytest.mark.parametrize("copy", ["published_warehouse", "private_warehouse"])
def test_a_row_that_somebody_changed_in_a_copy_is_found_and_put_right(small, copy: str) -> None:
    path = getattr(small.review, copy)
    path.chmod(0o600)
    with writer(path) as con:
        con.execute(
            "UPDATE core.record SET title = 'Of something else' WHERE record_id = (SELECT min(record_id) FROM core.record)"
        )
    (found,) = [one for one in verify(small.review, Steps()) if not one.holds]
    assert (found.part, "holds other rows than the warehouse gives, in: core.record" in found.message) == (
        copy.replace("_warehouse", " copy"), True,
    )  # fmt: skip
    refresh(small.review, "test", Steps())
    assert [one for one in verify(small.review, Steps()) if not one.holds] == []


def test_a_rebuild_needs_nothing_of_the_old_warehouse(small, reviews) -> None:
    damage(small.review.warehouse, reviews[1].review.warehouse, "overwrite", 3)
    check_healed(small, reviews, lambda: rebuild(small.review, Steps()))


def truth_is_named(small: SmallReview, path: Path, theirs: Path, way: str, seed: int) -> None:
    """Either nothing that was noted is lost or changed, or one line says what is wrong; the truth itself is not touched."""
    before = shown(small)
    damage(path, theirs, way, seed)
    spoiled = path.read_bytes() if path.exists() else None
    held = [one.holds for one in verify(small.review, Steps())][:2]
    try:
        rebuild(small.review, Steps())
    except UserError as error:
        assert "\n" not in str(error)
        assert "restore" in str(error) or "backup" in str(error)
        assert (path.read_bytes() if path.exists() else None) == spoiled
        assert shown(small) == before
        assert held != [True, True]
    else:
        assert held == [True, True]
        assert shown(small) == before


@damages("flip", "cut", "delete", "take_theirs")
def test_a_damaged_log_is_named_and_nothing_is_derived_from_it(small, reviews, way: str, seed: int) -> None:
    truth_is_named(small, small.review.log.path, reviews[1].review.log.path, way, seed)


@damages("flip", "delete")
def test_a_damaged_snapshot_is_named_and_nothing_is_derived_from_it(small, reviews, way: str, seed: int) -> None:
    ours, theirs = (sorted(one.review.snapshots.root.glob("??/*")) for one in (small, reviews[1]))
    truth_is_named(small, ours[seed % len(ours)], theirs[-1], way, seed)


@pytest.mark.parametrize("way", ["flip", "cut"])
def test_the_protocols_own_snapshot_is_no_exception(small, reviews, way: str) -> None:
    text = small.review.protocol_path.read_bytes()
    (ours,) = [path for path in small.review.snapshots.root.glob("??/*") if path.read_bytes() == text]
    truth_is_named(small, ours, ours, way, 0)


def test_a_log_whose_last_events_were_cut_is_found(small, reviews) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(small.review.log.path)) as db, db:
        db.executescript("DROP TRIGGER event_is_never_deleted; DELETE FROM event WHERE seq > 4;")
    small.review.log.verify()
    for use in (lambda: refresh(small.review, "test", Steps()), lambda: rebuild(small.review, Steps())):
        with pytest.raises(UserError, match=r"ledger\.sqlite is not the one that .* was made from"):
            use()
    small.review.warehouse.unlink()
    with pytest.raises(UserError, match="copy was made from"):
        refresh(small.review, "test", Steps())


def test_a_review_that_was_copied_half_stops_with_the_way_out(small) -> None:
    for path in list(small.review.snapshots.root.glob("??/*"))[:2]:
        path.chmod(0o644)
        path.unlink()
    with pytest.raises(UserError, match=r"snapshots/ lacks 2 of the \d+ files that ledger\.sqlite names"):
        refresh(small.review, "test", Steps())


@contextmanager
def full_disk(left: int) -> Iterator[None]:
    """No file of this process can grow beyond `left` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("left", [100_000, 4_000_000])
def test_a_full_disk_is_named_and_no_warehouse_that_lacks_rows_takes_the_place_of_the_old_one(
    small, reviews, left: int
) -> None:
    """Of a disk that is full when the file is closed DuckDB says nothing."""
    before = small.review.warehouse.read_bytes()
    with full_disk(left), pytest.raises(UserError, match=r"warehouse\.duckdb.*: cannot be written: the disk is full"):
        derive(read_state(small.review), small.review.warehouse, Steps(), anew="asked for")
    assert small.review.warehouse.read_bytes() == before
    assert list(small.review.root.glob(".deriving*")) == []
    check_healed(small, reviews, lambda: refresh(small.review, "test", Steps()))


@pytest.mark.parametrize("name", ["warehouse.duckdb", "private/warehouse.duckdb", "published/prisma.svg", "published"])
def test_a_folder_where_a_file_belongs_or_a_file_where_a_folder_does_is_one_line_with_the_way_out(
    small, reviews, name: str
) -> None:
    place = small.review.root / name
    if place.is_dir():
        shutil.rmtree(place)
        place.write_text("no folder")
    else:
        place.unlink()
        place.mkdir()
    with pytest.raises(
        UserError, match=rf"{name}.*: cannot be written: a folder or file of another kind .*move that away"
    ):
        refresh(small.review, "test", Steps())
    place.rename(small.review.root / "away")
    check_healed(small, reviews, lambda: refresh(small.review, "test", Steps()))


def test_what_runs_that_were_killed_left_half_made_is_removed_by_the_next_one(small) -> None:
    left = [
        small.review.root / ".deriving-warehouse.duckdb",
        small.review.root / ".deriving-warehouse.duckdb.wal",
        small.review.snapshots.root / ".incoming-abc",
        small.review.published / ".warehouse.duckdb.4711",
        small.review.published / ".prisma.svg.4711",
        small.review.private_warehouse.parent / ".warehouse.duckdb.4711.wal",
    ]
    theirs = small.review.published / ".htaccess"
    for path in (*left, theirs):
        path.write_text("half made")
    refresh(small.review, "test", Steps())
    assert [path for path in left if path.exists()] == []
    assert theirs.exists()

"""A backup holds all that cannot be made again, is taken while others write, and is restored whole into a new folder or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import UserError
from schemas.event import Arrival, Content
from tasks.review.accounts import Accounts
from tasks.review.back_up import back_up
from tasks.review.backup_format import ABOUT, SUMS, is_kept, is_safe
from tasks.review.restore import restore
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tasks.review.verify import verify
from tests.support.cli import living_review
from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from warehouse.connect import reader
from warehouse.review import Review, check_log_and_snapshots, name_snapshots

RECORDS = [Rec(str(n), f"Study number {n} of many orchards", year=1990 + n) for n in range(1, 8)]


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """A review that was published, whose page somebody uses, with a release, an empty folder, and what belongs in no backup."""
    small = SmallReview(tmp_path_factory.mktemp("backup") / "orchards")
    small.search("medline", "a", RECORDS)
    small.drop("documents/größe 2020:1.txt", "A text.")
    refresh(small.review, "test", Steps())
    accounts = Accounts(small.review)
    accounts.add("Ada")
    assert accounts.log_in(accounts.make_link("Ada"))
    accounts.make_link("Ada")
    accounts.close()
    (small.review.root / "exports" / "cinahl").mkdir()
    small.drop("releases/1/release.json", "{}").chmod(0o444)
    small.drop("releases/2/release.json", "{}")
    for secret in (".env", "env", "notes/prod.env", "server.key", ".git/config"):
        small.drop(secret, "secret words")
    return small.review


@pytest.fixture(scope="module")
def backup(review: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return back_up(review, tmp_path_factory.mktemp("shelf") / "orchards.tar").file


def entries(file: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(file) as archive:
        return [(one, (archive.extractfile(one) or io.BytesIO()).read()) for one in archive]


def pack(file: Path, given: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as archive:
        for one, content in given:
            archive.addfile(one, io.BytesIO(content))
    return file


def refused(file: Path, into: Path) -> str:
    """Why a backup is refused. Nothing of it is left."""
    with pytest.raises(UserError) as error:
        restore(file, into)
    assert not into.exists()
    assert "\n" not in str(error.value)
    return str(error.value)


def test_it_holds_what_cannot_be_made_again_and_no_secret(review: Review, backup: Path) -> None:
    names = [one.name for one, _ in entries(backup)]
    assert names[0] == ABOUT and names[-1] == SUMS
    kept = {
        "ledger.sqlite",
        "review.toml",
        "private/people.sqlite",
        "documents/größe 2020:1.txt",
        "releases/1/release.json",
    }
    assert kept <= set(names)
    assert "exports/cinahl" in names, "an empty folder is where somebody will put an export"
    assert {name for name in names if name.startswith("releases/2")} == set(), "the copied log knows of no version 2"
    assert not any("warehouse" in name or name.startswith("published") for name in names)
    assert b"secret words" not in backup.read_bytes()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600, "it holds open votes"
    assert [p.name for p in backup.parent.iterdir()] == [backup.name]


def test_other_programs_can_read_and_check_it(backup: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xf", backup, "-C", tmp_path], check=True)
    for line in (tmp_path / SUMS).read_text().splitlines():
        sha256, _, name = line.partition("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == sha256


def test_what_is_restored_holds_and_has_the_same_numbers(review: Review, backup: Path, tmp_path: Path) -> None:
    said = living_review("restore", backup, tmp_path / "new")
    assert said.code == 0, said.err
    restored = Review(tmp_path / "new")
    assert [part.part for part in verify(restored, Steps()) if not part.holds] == ["releases"], (
        "which stand in for real ones"
    )
    shown = []
    for copy in (review.published_warehouse, restored.published_warehouse):
        with reader(copy) as con:
            shown.append(
                [con.execute(q).fetchall() for q in ("FROM prisma_flow ORDER BY ALL", "SELECT version FROM release")]
            )
    assert shown[0] == shown[1]
    assert (restored.root / "exports" / "cinahl").is_dir()
    assert (restored.root / "releases/1/release.json").stat().st_mode & 0o222 == 0
    assert {p.name for p in restored.root.iterdir()}.isdisjoint({ABOUT, SUMS})


def test_who_may_log_in_is_restored_and_nobody_is_logged_in(backup: Path, tmp_path: Path) -> None:
    restored, _ = restore(backup, tmp_path / "new")
    assert stat.S_IMODE(restored.private_warehouse.parent.stat().st_mode) == 0o700
    accounts = Accounts(restored)
    assert [(one.name, one.sessions) for one in accounts.list_accounts()] == [("Ada", 0)]
    assert accounts._all("SELECT name FROM link") == []
    accounts.close()


def test_it_is_taken_while_somebody_writes(review: Review, tmp_path: Path) -> None:
    """However many events were added meanwhile: the copy's log is a prefix, and all bytes that it names are there."""
    busy = Review(tmp_path / "busy")
    shutil.copytree(review.root, busy.root)
    stop, added = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            sha256, size = busy.snapshots.add(f"export {n}".encode(), name="x")
            event = Arrival(
                name=f"exports/medline/{n}.ris", content=Content.EXPORT, sha256=sha256, size=size, source="medline"
            )
            busy.log.append(event, "test")
            added.release()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        made = []
        for n in range(3):
            assert added.acquire(timeout=60)
            made.append(back_up(busy, tmp_path / f"{n}.tar").file)
    finally:
        stop.set()
        writing.join()
    places = []
    for file in made:
        restored, about = restore(file, tmp_path / file.stem)
        check_log_and_snapshots(restored)
        assert len(name_snapshots(restored)) > len(name_snapshots(review))
        assert busy.log.hash_at(about.seq) == about.head
        places.append(about.seq)
    assert places == sorted(places)


def test_a_lost_snapshot_is_told_and_nothing_is_left(review: Review, tmp_path: Path) -> None:
    shutil.copytree(review.root, tmp_path / "lossy")
    lossy = Review(tmp_path / "lossy")
    lossy.snapshots.path(next(iter(name_snapshots(lossy)))).unlink()
    (tmp_path / "shelf").mkdir()
    with pytest.raises(UserError, match="are missing, so there is nothing whole to back up"):
        back_up(lossy, tmp_path / "shelf")
    assert list((tmp_path / "shelf").iterdir()) == []


def test_links_and_what_cannot_be_named_are_said(review: Review, tmp_path: Path) -> None:
    shutil.copytree(review.root, tmp_path / "odd")
    (tmp_path / "odd" / "exports" / "medline" / "elsewhere.ris").symlink_to("/etc/hostname")
    (tmp_path / "odd" / "exports" / "medline" / "two\nlines.ris").write_text("x")
    made = back_up(Review(tmp_path / "odd"), tmp_path / "odd.tar")
    assert sorted(problem.message.split(",")[0] for problem in made.left_out) == [
        "has a name that not every system can hold",
        "is a link",
    ]


def test_a_name_that_looks_like_two_lines_to_some_is_restored(review: Review, tmp_path: Path) -> None:
    shutil.copytree(review.root, tmp_path / "odd")
    names = [f"{char} of a title.txt" for char in ("\u2028", "\u2029", "\x85")]
    for name in names:
        (tmp_path / "odd" / "documents" / name).write_text("x")
    made = back_up(Review(tmp_path / "odd"), tmp_path / "odd.tar")
    assert made.left_out == []
    restored, _ = restore(made.file, tmp_path / "new")
    assert {p.name for p in (restored.root / "documents").iterdir()} >= set(names)


def test_a_backup_that_could_not_be_restored_is_not_made(review: Review, tmp_path: Path) -> None:
    shutil.copytree(review.root, tmp_path / "linked")
    linked = Review(tmp_path / "linked")
    linked.protocol_path.rename(tmp_path / "protocol.toml")
    linked.protocol_path.symlink_to(tmp_path / "protocol.toml")
    with pytest.raises(UserError, match="is not in the backup"):
        back_up(linked, tmp_path / "linked.tar")
    assert not (tmp_path / "linked.tar").exists()


def test_a_folder_that_cannot_be_read_is_said(review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed, scan = review.root / "exports" / "cinahl", os.scandir

    def refuse(folder: str | Path | int) -> object:
        if str(folder) == str(closed):
            raise PermissionError(13, os.strerror(13), str(folder))
        return scan(folder)  # or a handle of one

    monkeypatch.setattr(os, "scandir", refuse)
    made = back_up(review, tmp_path / "b.tar")
    assert [(p.name, p.severity) for p in made.left_out] == [("exports/cinahl", "error")]


def test_no_file_is_overwritten_and_none_lies_in_the_review(review: Review, backup: Path) -> None:
    assert "is there already" in living_review("backup", review.root, backup).line
    assert "lies in the review itself" in living_review("backup", review.root, review.root / "backup.tar").line
    assert "lies in the review itself" in living_review("backup", review.root, review.root).line


def test_a_folder_that_is_missing_is_said_and_no_file_takes_its_name(review: Review, tmp_path: Path) -> None:
    said = living_review("backup", review.root, f"{tmp_path}/missing/")
    assert (said.code, "there is no such folder" in said.line) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_line_and_leaves_nothing(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    said = living_review("backup", review.root, tmp_path / "b.tar")
    assert said.code == 2
    assert "the disk is full" in said.line
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_restored_over_anything(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    said = living_review("restore", backup, tmp_path)
    assert said.code == 2
    assert "is not empty, and nothing is ever restored over it" in said.line
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


def test_it_is_restored_into_an_empty_folder_that_a_group_shares(backup: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2775)
    (shared / ".restoring-1").mkdir()  # of a restore that died
    restored, _ = restore(backup, shared)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o2775
    assert restored.log.path.stat().st_mode & stat.S_IWGRP
    assert not list(shared.glob(".*"))


def entry(name: str, content: bytes = b"", **set_: object) -> tuple[tarfile.TarInfo, bytes]:
    one = tarfile.TarInfo(name)
    one.size = len(content)
    for key, value in set_.items():
        setattr(one, key, value)
    return one, content


@pytest.mark.parametrize(
    "trick",
    [
        entry("../outside.txt", b"x"),
        entry("/tmp/outside.txt", b"x"),
        entry("exports/../../outside.txt", b"x"),
        entry("exports/./a.ris", b"x"),
        entry("exports\\..\\..\\outside.txt", b"x"),
        entry("C:/outside.txt", b"x"),
        entry("exports/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        entry("exports/link", type=tarfile.LNKTYPE, linkname="ledger.sqlite"),
        entry("exports/device", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        entry("exports/pipe", type=tarfile.FIFOTYPE),
        entry(".git/hooks/post-checkout", b"x"),
        entry(".lock", b"x"),
        entry("published/index.html", b"x"),
        entry("private/else", b"x"),
        entry("warehouse.duckdb", b"x"),
        entry("review.toml", b"twice"),
        entry("review.toml/below-a-file", b"x"),
        entry("ledger.sqlite", type=tarfile.DIRTYPE),
    ],
    ids=lambda one: f"{one[0].name} {one[0].type.decode()}",
)
def test_tricks_are_refused(backup: Path, tmp_path: Path, trick: tuple[tarfile.TarInfo, bytes]) -> None:
    given = entries(backup)
    given.insert(-1, trick)
    said = refused(pack(tmp_path / "trick.tar", given), tmp_path / "new")
    assert "which no backup does" in said
    assert [p.name for p in tmp_path.iterdir()] == ["trick.tar"]


def test_headers_upon_headers_are_refused(backup: Path, tmp_path: Path) -> None:
    """A reader of archives that calls itself for each of them runs out of stack."""
    header = tarfile.TarInfo("h")
    header.type = tarfile.GNUTYPE_LONGNAME
    given = entries(backup)
    given[1:1] = [(header, b"")] * 3_000
    assert "is torn, or no backup" in refused(pack(tmp_path / "deep.tar", given), tmp_path / "new")


def test_a_sparse_file_that_would_fill_the_disk_is_refused(backup: Path, tmp_path: Path) -> None:
    bomb = entry("exports/medline/bomb.ris", b"", pax_headers={"GNU.sparse.major": "1", "GNU.sparse.minor": "0",
                 "GNU.sparse.name": "exports/medline/bomb.ris", "GNU.sparse.realsize": str(10**15)})  # fmt: skip
    map_ = b"1\n0\n0\n".ljust(512, b"\0")
    bomb[0].size = len(map_)
    given = entries(backup)
    given.insert(1, (bomb[0], map_))
    assert "which no backup does" in refused(pack(tmp_path / "bomb.tar", given), tmp_path / "new")


Change = Callable[[list[tuple[tarfile.TarInfo, bytes]]], object]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda given: given.pop(), "it ends before its checksums"),
        (lambda given: given.pop(0), "is no backup of a review"),
        (lambda given: given.pop(3), "is not as its checksum says"),
        (lambda given: given.insert(-1, entry("exports/medline/more.ris", b"x")), "is not as its checksum says"),
        (lambda given: given.append(entry("exports/medline/behind.ris", b"x")), "which no backup does"),
        (lambda given: given.__setitem__(0, entry(ABOUT, given[0][1].replace(b'"format": 1', b'"format": 2'))), "upgrade first"),
    ],
)  # fmt: skip
def test_what_was_changed_is_refused(backup: Path, tmp_path: Path, change: Change, says: str) -> None:
    given = entries(backup)
    change(given)
    assert says in refused(pack(tmp_path / "changed.tar", given), tmp_path / "new")


def test_a_ledger_that_is_another_than_it_says_is_refused(backup: Path, tmp_path: Path) -> None:
    """Also by whoever made new checksums."""
    given = [
        (one, content.replace(b'"seq": ', b'"seq": 9') if one.name == ABOUT else content)
        for one, content in entries(backup)
    ]
    sums = "".join(f"{hashlib.sha256(c).hexdigest()}  {one.name}\n" for one, c in given[:-1] if one.isreg())
    given[-1] = (given[-1][0], sums.encode())
    for one, content in given:
        one.size = len(content)
    assert "another ledger than it says" in refused(pack(tmp_path / "changed.tar", given), tmp_path / "new")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1), flip=st.booleans())
def test_a_torn_or_damaged_file_is_refused_or_restored_whole(
    backup: Path, tmp_path_factory: pytest.TempPathFactory, share: float, flip: bool
) -> None:
    content = bytearray(backup.read_bytes())
    at = int(share * (len(content) - 1))
    if flip:
        content[at] ^= 0x10
    else:
        del content[at:]
    folder = tmp_path_factory.mktemp("torn")
    (folder / "torn.tar").write_bytes(content)
    try:
        restored, _ = restore(folder / "torn.tar", folder / "new")
    except UserError as error:
        assert "\n" not in str(error)
        assert not (folder / "new").exists()
    else:  # padding, or what an archive says of itself beside names and content
        check_log_and_snapshots(restored)
        assert restored.protocol().protocol.review.title == "A small review"
    shutil.rmtree(folder)


def test_a_compressed_one_says_how_to_unpack_it(backup: Path, tmp_path: Path) -> None:
    import gzip

    (tmp_path / "b.tar.gz").write_bytes(gzip.compress(backup.read_bytes()))
    assert "gunzip" in refused(tmp_path / "b.tar.gz", tmp_path / "new")
    (tmp_path / "b.tar").write_bytes(b"no archive at all " * 100)
    assert "no backup of a review" in refused(tmp_path / "b.tar", tmp_path / "new")
    assert "No such file" in refused(tmp_path / "none.tar", tmp_path / "new")
    (tmp_path / "empty.tar").touch()
    refused(tmp_path / "empty.tar", tmp_path / "new")


@given(st.text(min_size=1, max_size=30))
def test_a_safe_name_stays_below_its_folder(name: str) -> None:
    if is_safe(name):
        root = Path("/a/b")
        assert os.path.normpath(root / name).startswith("/a/b/")
        assert isinstance(is_kept(name), bool)


def test_a_review_in_which_nothing_has_happened_is_backed_up_too(tmp_path: Path) -> None:
    assert living_review("init", tmp_path / "young").code == 0
    assert living_review("backup", tmp_path / "young", tmp_path / "young.tar").code == 0
    said = living_review("restore", tmp_path / "young.tar", tmp_path / "again")
    assert said.code == 0, said.err
    assert (tmp_path / "again" / "exports" / "medline").is_dir()


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """A review that a group shares changes what this process writes like."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)

"""Snapshots: the bytes that came from outside, whole or not at all, never changed."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from schemas.errors import UserError
from warehouse.snapshots import Snapshots

ONE = hashlib.sha256(b"one").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


def test_bytes_lie_under_their_own_hash_and_cannot_be_written(store: Snapshots) -> None:
    assert store.add(b"one", name="a.ris") == (ONE, 3)
    path = store.path(ONE)
    assert path.name == ONE
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o222 == 0


def test_the_same_bytes_are_kept_once_whether_they_come_as_a_file_or_not(store: Snapshots, tmp_path: Path) -> None:
    file = tmp_path / "a.ris"
    file.write_bytes(b"one")
    assert store.add(file, name="a.ris") == store.add(b"one", name="b.ris")
    assert list(store.list_hashes()) == [ONE]


@pytest.mark.parametrize(
    ("spoil", "what"), [(lambda path: path.write_bytes(b"onE"), "were changed"), (Path.unlink, "are missing")]
)
def test_a_byte_that_was_changed_is_noticed(store: Snapshots, spoil, what: str) -> None:
    store.add(b"one", name="a.ris")
    store.check(ONE, name="a.ris")
    store.path(ONE).chmod(0o644)
    spoil(store.path(ONE))
    with pytest.raises(UserError, match=rf"'a\.ris' {what}"):
        store.check(ONE, name="a.ris")


@pytest.mark.parametrize("dies_in", ["fsync", "replace"])
def test_a_crash_leaves_a_snapshot_or_none(store: Snapshots, monkeypatch, dies_in: str) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os if dies_in == "fsync" else Path, dies_in, die)
        with pytest.raises(KeyboardInterrupt):
            store.add(b"one", name="a.ris")
    assert list(store.list_hashes()) == []
    store.add(b"one", name="a.ris")
    store.check(ONE, name="a.ris")


def test_a_full_disk_is_one_line_and_leaves_nothing_behind(store: Snapshots, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="the disk is full"):
        store.add(b"one", name="a.ris")
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_a_file_that_cannot_be_read_is_one_line(store: Snapshots, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be kept: No such file") as error:
        store.add(tmp_path / "nowhere.ris", name="nowhere.ris")
    assert error.value.path == "nowhere.ris"
    assert list(store.list_hashes()) == []

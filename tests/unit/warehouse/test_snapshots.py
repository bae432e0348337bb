"""Snapshots: the bytes that came from outside, whole or not at all, never changed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas.errors import UserError
from warehouse import snapshots as module
from warehouse.snapshots import Delivery, Snapshots

EXPORT = Delivery("export", "exports/medline/a.ris", source="medline")


@pytest.fixture
def store(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


def test_bytes_lie_under_their_own_hash_and_cannot_be_written(store: Snapshots) -> None:
    snapshot, new = store.add(b"TY  - JOUR\n", EXPORT)
    assert new
    assert snapshot.path.name == snapshot.sha256 == hashlib.sha256(b"TY  - JOUR\n").hexdigest()
    assert snapshot.path.read_bytes() == b"TY  - JOUR\n"
    assert snapshot.path.stat().st_mode & 0o222 == 0


def test_what_is_known_of_a_delivery_comes_back_as_it_was(store: Snapshots, tmp_path: Path) -> None:
    said = replace(
        EXPORT, strategy="1 exp Töst/", window_from=date(2003, 1, 1), window_to=date(2019, 12, 31),
        executed_at=datetime(2020, 1, 6, 23, 59, tzinfo=UTC), hits=3, who="Ada", page=1,
    )  # fmt: skip
    file = tmp_path / "a.ris"
    file.write_bytes(b"one")
    added, _ = store.add(file, said)
    assert store.all() == [added]
    assert store.all()[0].delivery == said


def test_the_same_delivery_twice_is_one(store: Snapshots) -> None:
    first, _ = store.add(b"one", EXPORT, received_at=datetime(2020, 1, 1, tzinfo=UTC))
    again, new = store.add(b"one", replace(EXPORT, file_name="exports/medline/copy.ris"))
    assert not new
    assert again == first
    assert len(store.all()) == 1


def test_the_same_bytes_for_another_source_are_another_delivery_of_the_same_file(store: Snapshots) -> None:
    one, _ = store.add(b"one", EXPORT)
    other, new = store.add(b"one", replace(EXPORT, source="embase"))
    assert new
    assert one.arrival_id != other.arrival_id
    assert one.path == other.path


def test_they_are_listed_by_kind_and_time_in_the_order_they_came(store: Snapshots) -> None:
    days = [datetime(2020, 1, day, tzinfo=UTC) for day in (3, 1, 2)]
    for number, at in enumerate(days):
        store.add(b"%d" % number, EXPORT, received_at=at)
    store.add(b"key,verdict\n", Delivery("decisions", "d.csv"), received_at=days[0])
    assert [s.received_at.day for s in store.all("export")] == [1, 2, 3]
    assert [s.received_at.day for s in store.all("export", until=days[2])] == [1, 2]
    assert len(store.all()) == 4


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"onE"), Path.unlink], ids=["changed", "removed"])
def test_a_byte_that_was_changed_is_noticed(store: Snapshots, spoil) -> None:
    snapshot, _ = store.add(b"one", EXPORT)
    store.check(snapshot)
    snapshot.path.chmod(0o644)
    spoil(snapshot.path)
    with pytest.raises(UserError, match=r"a\.ris"):
        store.check(snapshot)


@pytest.mark.parametrize("dies_in", ["fsync", "_write_note"])
def test_a_crash_leaves_a_snapshot_or_none(store: Snapshots, monkeypatch, dies_in: str) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os if dies_in == "fsync" else module, dies_in, die)
        with pytest.raises(KeyboardInterrupt):
            store.add(b"one", EXPORT)
    assert store.all() == []
    snapshot, new = store.add(b"one", EXPORT)
    assert new
    store.check(snapshot)
    assert store.all() == [snapshot]


def test_a_file_that_cannot_be_read_is_one_line(store: Snapshots, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read") as error:
        store.add(tmp_path / "nowhere.ris", EXPORT)
    assert error.value.path == tmp_path / "nowhere.ris"
    assert store.all() == []


def test_a_damaged_note_is_named(store: Snapshots) -> None:
    snapshot, _ = store.add(b"one", EXPORT)
    (note,) = snapshot.path.parent.glob("*.json")
    note.write_text(json.dumps({"sha256": snapshot.sha256}))
    with pytest.raises(UserError, match="not a snapshot's note") as error:
        store.all()
    assert error.value.path == note

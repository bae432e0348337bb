"""Snapshots: every byte that came from outside, content-addressed, never changed.

A snapshot is two files below snapshots/: `<aa>/<sha256>`, the bytes, and `<aa>/<sha256>.<id>.json`, the delivery: what
it is, where it came from, when, and what its searcher said of it. Both are written beside their place and moved there
whole, the bytes first: a crash leaves a snapshot or none. The same bytes delivered twice for the same source are one.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from schemas.errors import UserError

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Delivery:
    """What is known of a file from outside, beside its bytes. Times are UTC; unknown is None.

    `kind`: export, page (one page of a service's answer), decisions, coding, characteristics, appraisal, known-items.
    `source`: the name of the protocol's source (exports and pages), or None. `stage`: of decisions.
    `executed_at`: when the search was run, or the work was done; `hits`: the number of records the source reported.
    `search_key`: what the pages of one search share; `page`: their order, from 1.
    """

    kind: str
    file_name: str
    source: str | None = None
    platform: str | None = None
    stage: str | None = None
    strategy: str | None = None
    window_from: date | None = None
    window_to: date | None = None
    executed_at: datetime | None = None
    hits: int | None = None
    who: str | None = None
    note: str | None = None
    request: str | None = None
    search_key: str | None = None
    page: int | None = None


@dataclass(frozen=True)
class Snapshot:
    """One delivery and its bytes. `snapshot_id` is the same wherever the same bytes come for the same purpose."""

    snapshot_id: str
    sha256: str
    path: Path
    bytes: int
    received_at: datetime
    delivery: Delivery


class Snapshots:
    """The store of one review."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(
        self, file: Path | bytes, delivery: Delivery, *, received_at: datetime | None = None
    ) -> tuple[Snapshot, bool]:
        """Keeps the bytes of a file; returns the snapshot, and whether it is new.

        Raises UserError where the file cannot be read or the store cannot be written.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with tempfile.NamedTemporaryFile(dir=self.root, prefix=".incoming-", delete=False) as temporary:
                sha256, size = _copy(file, temporary)
                temporary.flush()
                os.fsync(temporary.fileno())
        except OSError as error:
            name = file if isinstance(file, Path) else delivery.file_name
            raise UserError(f"cannot be read: {error.strerror or error}", path=name) from None
        incoming = Path(temporary.name)
        purpose = [
            delivery.kind,
            delivery.source or "",
            delivery.stage or "",
            delivery.search_key or "",
            str(delivery.page or ""),
        ]
        snapshot_id = "s" + hashlib.sha256("\n".join([sha256, *purpose]).encode()).hexdigest()[:20]
        folder = self.root / sha256[:2]
        folder.mkdir(exist_ok=True)
        kept, note = folder / sha256, folder / f"{sha256}.{snapshot_id}.json"
        if kept.exists():
            incoming.unlink()
        else:
            incoming.chmod(0o444)
            incoming.replace(kept)
        if note.exists():
            return _read(note), False
        when = (received_at or datetime.now(UTC)).astimezone(UTC)
        snapshot = Snapshot(snapshot_id, sha256, kept, size, when, delivery)
        _write_note(note, snapshot)
        return snapshot, True

    def all(self, *kinds: str, until: datetime | None = None) -> list[Snapshot]:
        """Every snapshot of these kinds (all, if none is named), in the order they came in."""
        found = (s for s in self._each() if (not kinds or s.delivery.kind in kinds))
        kept = [s for s in found if until is None or s.received_at <= until]
        return sorted(kept, key=lambda s: (s.received_at, s.snapshot_id))

    def check(self, snapshot: Snapshot) -> None:
        """Raises UserError where the bytes are gone or no longer those that came in."""
        if not snapshot.path.exists():
            raise UserError(f"the bytes of '{snapshot.delivery.file_name}' are missing", path=snapshot.path)
        with snapshot.path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != snapshot.sha256:
                raise UserError(
                    f"the bytes of '{snapshot.delivery.file_name}' were changed",
                    path=snapshot.path,
                    hint="restore it from a backup",
                )

    def _each(self) -> Iterator[Snapshot]:
        return (_read(note) for note in self.root.glob("??/*.json"))


def _copy(file: Path | bytes, to: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    if isinstance(file, bytes):
        to.write(file)
        return hashlib.sha256(file).hexdigest(), len(file)
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            to.write(chunk)
    return digest.hexdigest(), size


def _write_note(path: Path, snapshot: Snapshot) -> None:
    data = {
        "snapshot_id": snapshot.snapshot_id,
        "sha256": snapshot.sha256,
        "bytes": snapshot.bytes,
        "received_at": snapshot.received_at.isoformat(),
        **{key: value for key, value in asdict(snapshot.delivery).items() if value is not None},
    }
    temporary = path.with_name(f".{path.name}")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1, default=lambda value: value.isoformat())
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _read(note: Path) -> Snapshot:
    try:
        data: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
        for key in ("window_from", "window_to"):
            if key in data:
                data[key] = date.fromisoformat(data[key])
        for key in ("executed_at", "received_at"):
            if key in data:
                data[key] = datetime.fromisoformat(data[key]).astimezone(UTC)
        delivery = Delivery(**{f.name: data[f.name] for f in fields(Delivery) if f.name in data})
        return Snapshot(
            data["snapshot_id"],
            data["sha256"],
            note.parent / data["sha256"],
            data["bytes"],
            data["received_at"],
            delivery,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"is not a snapshot's note: {error}", path=note, hint="restore it from a backup") from None

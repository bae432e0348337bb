"""Back up a review into one file, with the page open and an update running: nothing is locked and nobody waits.

The log is copied first, in one piece, and the rest after it. Bytes are kept before the log speaks of them, and never changed, so the
copy's snapshots hold all that its log names. What arrived or was released after the log's copy is for the next backup.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from schemas.errors import UserError, not_written
from schemas.event import Release
from schemas.problem import Problem
from tasks.review.accounts import copy_accounts
from tasks.review.backup_format import ABOUT, FORMAT, LEDGER, PEOPLE, SUMS, About, find_release, is_kept, is_safe
from warehouse.log import Head, Log
from warehouse.review import Review, name_snapshots
from warehouse.scratch import scratch_folder

_CHUNK = 1 << 20


@dataclass
class BackupResult:
    """A backup that was made: the file, how many files and bytes are in it, the log's last event, and what was left out."""

    file: Path
    about: About
    files: int = 0
    size: int = 0
    left_out: list[Problem] = field(default_factory=list)


def back_up(review: Review, to: Path, tell: Callable[[float], None] = lambda share: None) -> BackupResult:
    """Writes a backup to a file, or, named by review and time, into a folder that is there. `tell`: how far it is, from 0 to 1.

    The file appears whole or not at all, and none is overwritten. Raises UserError where it cannot be written, is there already, or lies
    in the review; where a snapshot that the log names is gone.
    """
    now = datetime.now(UTC)
    target = to / f"{review.root.name}-{now:%Y%m%dT%H%M%SZ}.tar" if to.is_dir() else to
    if target.resolve().is_relative_to(review.root):
        raise UserError("lies in the review itself", path=target, hint="a backup belongs on another disk")
    if target.exists():
        raise UserError("is there already; it is left as it is", path=target, hint="name another file, or a folder")
    try:
        with scratch_folder(target.parent, ".living-review-backup-") as folder:
            fresh = folder / "backup.tar"
            with fresh.open("wb") as file:
                fresh.chmod(0o600)  # it holds open votes
                result = _write(review, file, target, now, tell)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
    except OSError as error:
        raise not_written(target, error) from None
    return result


def _write(review: Review, file: IO[bytes], target: Path, now: datetime, tell: Callable[[float], None]) -> BackupResult:
    folder = Path(file.name).parent
    ledger, people = folder / "ledger.sqlite", folder / "people.sqlite"
    log = Log(ledger)
    head = review.log.copy_to(ledger) if review.log.path.exists() else log.head()
    about = About(
        format=FORMAT, program=version("living-review"), review=review.root.name, review_id=log.review_id(),
        made_at=now.isoformat(timespec="seconds"), seq=head.seq, head=head.hash,
    )  # fmt: skip
    released = max((e.event.number for e in log.entries(Release) if isinstance(e.event, Release)), default=0)
    result = BackupResult(target, about)
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        pack = _Pack(archive, folder, result)
        pack.add_bytes(ABOUT, about.model_dump_json(indent=1).encode())
        if head.seq:
            pack.add_file(LEDGER, ledger)
        if copy_accounts(review, people):
            pack.add_file(PEOPLE, people)
        names = list(_list_files(review, released, result.left_out))
        sizes = [_size(review.root / name) for name in names]
        done, total = 0, max(sum(sizes), 1)
        for name, size in zip(names, sizes, strict=True):
            pack.add_file(name, review.root / name)
            done += size
            tell(done / total)
        if (protocol := review.protocol_path).name not in pack.sums:
            hint = "put the file itself there" if protocol.is_symlink() else ""
            raise UserError("is not in the backup, so nothing could be restored from it", path=protocol, hint=hint)
        _check_snapshots(review, head, pack.sums)
        sums = "".join(f"{sha256}  {name}\n" for name, sha256 in pack.sums.items())
        pack.add_bytes(SUMS, sums.encode(errors="surrogateescape"))
    return result


def _list_files(review: Review, released: int, left_out: list[Problem]) -> Iterator[str]:
    """The files of a review that belong in its backup, and its empty folders (named with a slash behind), by name."""

    def note(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # a folder that is gone by now
            name = Path(error.filename).relative_to(review.root).as_posix()
            left_out.append(Problem(name, None, f"is not backed up: {error.strerror or error}", "error"))

    for folder, below, files in os.walk(review.root, onerror=note):
        place = Path(folder).relative_to(review.root)
        name_of = {each: (place / each).as_posix() for each in (*below, *files)}
        below[:] = sorted(d for d in below if is_kept(name_of[d]) and not (Path(folder) / d).is_symlink())
        for each in sorted(name_of):
            name, path = name_of[each], Path(folder) / each
            if name in (LEDGER, PEOPLE) or not is_kept(name) or (find_release(name) or 0) > released:
                continue
            if path.is_symlink():
                left_out.append(Problem(name, None, "is a link, and not backed up: what it leads to is elsewhere"))
            elif not is_safe(name):
                left_out.append(Problem(name, None, "has a name that not every system can hold, and is not backed up"))
            elif path.is_file():
                yield name
        if not below and not files and place.parts and is_safe(place.as_posix()):
            yield f"{place.as_posix()}/"


def _check_snapshots(review: Review, head: Head, packed: dict[str, str]) -> None:
    """Raises UserError where the backup lacks bytes that its log names, or has others: it would be restored in vain."""
    for sha256, name in name_snapshots(review, upto=head.seq).items():
        kept = review.snapshots.path(sha256)
        found = packed.get(kept.relative_to(review.root).as_posix())
        if found != sha256:
            what = "were changed" if found else "are missing"
            raise UserError(
                f"the bytes of '{name}' {what}, so there is nothing whole to back up", path=kept,
                hint="restore it from an older backup; living-review verify checks all",
            )  # fmt: skip


class _Pack:
    """An archive that is being written, with the checksum of each of its files."""

    def __init__(self, archive: tarfile.TarFile, spool: Path, result: BackupResult) -> None:
        self.archive, self.spool, self.result = archive, spool, result
        self.sums: dict[str, str] = {}

    def add_file(self, name: str, path: Path) -> None:
        """Adds a file as it is when it is read, or an empty folder. One that is gone by now, or may not be read, is noted."""
        info = tarfile.TarInfo(name)
        try:
            stat = path.stat()
            info.mtime, info.mode = int(stat.st_mtime), stat.st_mode & 0o777
            if name.endswith("/"):
                info.type = tarfile.DIRTYPE
                self.archive.addfile(info)
                return
            source = path.open("rb")
        except OSError as error:
            self.result.left_out.append(Problem(name, None, f"is not backed up: {error.strerror or error}", "error"))
            return
        # A file of a drop folder may grow or be cut while it is read, and an archive says the size first.
        with source, TemporaryFile(dir=self.spool) as held:
            found = hashlib.sha256()
            while chunk := source.read(_CHUNK):
                found.update(chunk)
                held.write(chunk)
            info.size = held.tell()
            held.seek(0)
            self._add(info, held, found.hexdigest())

    def add_bytes(self, name: str, content: bytes) -> None:
        """Adds a file that is only in the backup."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._add(info, io.BytesIO(content), hashlib.sha256(content).hexdigest())

    def _add(self, info: tarfile.TarInfo, content: IO[bytes], sha256: str) -> None:
        self.archive.addfile(info, content)
        self.sums[info.name] = sha256
        self.result.files += 1
        self.result.size += info.size


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0

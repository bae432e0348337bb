"""Restore a review from its backup, into a folder of its own: whole and checked, or not at all.

An archive may come from anywhere: only plain files and folders are taken out of it, only to places within the review, and it is not
compressed, so that nothing is written that it does not hold. Everything is checked before any of it is where a review is looked for.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from schemas.errors import UserError, not_written
from tasks.review.backup_format import ABOUT, FORMAT, LONGEST, PEOPLE, SUMS, About, is_kept, is_safe
from warehouse.review import Review, check_log_and_snapshots, name_snapshots
from warehouse.sharing import is_shared, restrict_to_team, set_permissions_of_new_files

_CHUNK = 1 << 20
_UNFINISHED = ".restoring-"
_COMPRESSED = {b"\x1f\x8b": "gunzip", b"\x28\xb5\x2f\xfd": "unzstd", b"\xfd7zXZ": "unxz", b"BZh": "bunzip2"}
_AGAIN = "take another copy of it, or an older backup"


def restore(file: Path, folder: Path, tell: Callable[[float], None] = lambda share: None) -> tuple[Review, About]:
    """The review that the backup holds, in a folder that is new or empty; what is derived is still to be made. `tell`: how far it is.

    Raises UserError, and leaves nothing there, where the folder holds anything; where the backup is torn, was changed, or holds what no
    backup does; where it is a newer program's.
    """
    made = _prepare(folder)
    unfinished = folder / f"{_UNFINISHED}{os.getpid()}"
    try:
        set_permissions_of_new_files(folder)
        unfinished.mkdir()
        about = _unpack(file, unfinished, tell)
        _check(file, unfinished, about)
        _put_in_place(unfinished, folder)
    except OSError as error:
        if error.filename == str(file):
            raise UserError(f"cannot be read: {error.strerror}", path=file) from None
        raise not_written(folder, error) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        if made:
            with suppress(OSError):  # what was put there stays
                folder.rmdir()
    return Review(folder.resolve()), about


def _prepare(folder: Path) -> bool:
    """Whether the folder was made; what a restore that died left in it is removed."""
    try:
        if folder.is_dir():
            for left in folder.glob(f"{_UNFINISHED}*"):
                shutil.rmtree(left)
            if any(entry.name != "lost+found" for entry in folder.iterdir()):
                raise UserError(
                    "is not empty, and nothing is ever restored over it", path=folder, hint="name a new folder"
                )
            return False
        folder.mkdir(parents=True)
    except OSError as error:
        raise not_written(folder, error) from None
    return True


def _unpack(file: Path, root: Path, tell: Callable[[float], None]) -> About:
    """Writes the files of an archive below a folder, each held against its checksum; returns what it says of itself."""
    with file.open("rb") as raw:
        total = max(os.fstat(raw.fileno()).st_size, 1)
        beginning = raw.read(5)
        for magic, program in _COMPRESSED.items():
            if beginning.startswith(magic):
                raise UserError("is compressed", path=file, hint=f"unpack it first: {program}")
        raw.seek(0)
        if shutil.disk_usage(root).free < total:
            raise UserError("there is not enough room for it", path=root.parent, hint=f"it needs {total:,} bytes")
        unpacking = _Unpacking(file, root)
        try:
            with tarfile.open(fileobj=raw, mode="r:") as archive:
                for entry in archive:
                    unpacking.take(archive, entry)
                    tell(raw.tell() / total)
        except (tarfile.TarError, UnicodeError, ValueError, OverflowError, RecursionError):
            raise UserError("is torn, or no backup of a review", path=file, hint=_AGAIN) from None
        return unpacking.check()


class _Unpacking:
    """What came out of an archive so far: what it says of itself, which is its first entry; the checksums of the files that were
    written; those that it gives, which are its last."""

    def __init__(self, file: Path, root: Path) -> None:
        self.file, self.root = file, root
        self.about: About | None = None
        self.found: dict[str, str] = {}
        self.given: dict[str, str] | None = None

    def take(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        """Takes one entry out. Raises UserError where no backup holds such a one, or one of this name was there before."""
        name = entry.name
        plain = (entry.isreg() or entry.isdir()) and not entry.issparse()
        if self.given is not None or not plain or not is_safe(name) or name in self.found:
            raise self._refusal(name)
        if self.about is None or name == SUMS:
            content = self._read(archive, entry)
            if self.about is None:
                self.about = self._read_about(name, content)
                self.found[name] = hashlib.sha256(content).hexdigest()
            else:
                # Not splitlines: a name may hold U+2028.
                lines = content.decode(errors="surrogateescape").removesuffix("\n").split("\n")
                self.given = {path: sha256 for sha256, _, path in (line.partition("  ") for line in lines)}
        elif not is_kept(name):
            raise self._refusal(name)
        elif entry.isdir():
            (self.root / name).mkdir(parents=True, exist_ok=True)
        else:
            self._write(archive, entry)

    def check(self) -> About:
        """What the backup says of itself. Raises UserError where it is not whole, or a file is another than its checksum says."""
        if self.about is None or self.given is None:
            raise UserError("is torn: it ends before its checksums", path=self.file, hint=_AGAIN)
        differing = sorted(n for n in self.found.keys() | self.given.keys() if self.found.get(n) != self.given.get(n))
        if differing:
            raise UserError(f"was changed: '{differing[0]}' is not as its checksum says", path=self.file, hint=_AGAIN)
        return self.about

    def _read(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
        content = archive.extractfile(entry)
        if content is None or entry.size > LONGEST:
            raise self._refusal(entry.name)
        return content.read()

    def _read_about(self, name: str, content: bytes) -> About:
        try:
            about = About.model_validate_json(content) if name == ABOUT else None
        except ValidationError:
            about = None
        if about is None:
            raise UserError("is no backup of a review", path=self.file, hint="living-review backup makes them")
        if about.format > FORMAT:
            raise UserError(
                f"was made by a newer living-review ({about.program})", path=self.file, hint="upgrade first"
            )
        return about

    def _write(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        target = self.root / entry.name
        source = archive.extractfile(entry)
        assert source is not None
        found, left = hashlib.sha256(), entry.size
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as to:
                while chunk := source.read(min(_CHUNK, left)):
                    left -= len(chunk)
                    found.update(chunk)
                    to.write(chunk)
        except (
            FileExistsError,
            NotADirectoryError,
        ):  # a file in a folder's place; names that this disk holds to be one
            raise self._refusal(entry.name) from None
        if left:
            raise UserError("is torn: it ends within a file", path=self.file, hint=_AGAIN)
        if not entry.mode & 0o222:
            target.chmod(0o444)
        with suppress(OSError, OverflowError, ValueError):
            os.utime(target, (entry.mtime, entry.mtime))
        self.found[entry.name] = found.hexdigest()

    def _refusal(self, name: str) -> UserError:
        return UserError(f"holds '{name[:80]}', which no backup does; nothing was restored", path=self.file)


def _check(file: Path, root: Path, about: About) -> None:
    """Raises UserError where what came out is no review, or its log is not the one that the backup says, or lacks bytes."""
    review = Review(root)
    if not review.protocol_path.is_file():
        raise UserError("holds no review.toml, so it is no review's", path=file, hint=_AGAIN)
    try:
        check_log_and_snapshots(review)
        head = review.log.head()
        for sha256, name in name_snapshots(review).items():
            review.snapshots.check(sha256, name=name)
    except UserError as error:
        raise UserError(f"holds no whole review: {error.message}", path=file, hint=_AGAIN) from None
    if (head.seq, head.hash) != (about.seq, about.head):
        raise UserError("holds another ledger than it says", path=file, hint=_AGAIN)


def _put_in_place(unfinished: Path, folder: Path) -> None:
    """Moves all to where it belongs; what makes the folder a review comes last."""
    (unfinished / ABOUT).unlink(missing_ok=True)
    private = unfinished / Path(PEOPLE).parent
    if private.is_dir():
        (unfinished / PEOPLE).chmod(0o660 if is_shared(folder) else 0o600)
        restrict_to_team(folder, private)
    for entry in sorted(unfinished.iterdir(), key=lambda entry: entry.name == "review.toml"):
        entry.rename(folder / entry.name)
    unfinished.rmdir()

"""The drop folders of a review: what people put there becomes snapshots.

    exports/<source>/…          exports of a source of the protocol
    decisions/<stage>/…         screening decisions (title-abstract, retrieval, full-text); decisions/… where the file says the stage
    coding/…                    REFI-QDA projects
    extraction/…                study characteristics
    appraisal/…                 answers to the checklist
    notices/…                   Retraction Watch's list (CSV)

Beside a file may lie `<file>.toml` with what its searcher knows: executed_at, window_from, window_to, hits, who,
strategy, note. Files that are hidden, and unfinished downloads, are left alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.errors import UserError
from schemas.problem import Problem
from schemas.protocol import STAGES, Protocol
from warehouse.review import Review
from warehouse.snapshots import Delivery, Snapshot

FOLDERS = {
    "exports": "export",
    "decisions": "decisions",
    "coding": "coding",
    "extraction": "characteristics",
    "appraisal": "appraisal",
    "notices": "notices",
}
UNFINISHED = {".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart"}


class Sidecar(BaseModel):
    """What `<file>.toml` may say of a file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid")

    executed_at: date | datetime | None = None
    window_from: date | None = None
    window_to: date | None = None
    hits: int | None = None
    who: str | None = None
    strategy: str | None = None
    note: str | None = None


@dataclass
class Collected:
    """What lies in the drop folders: each file's snapshot by its name, those that are new, and what could not be taken."""

    present: dict[str, Snapshot] = field(default_factory=dict)
    new: list[Snapshot] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def collect(review: Review, protocol: Protocol) -> Collected:
    """Takes a snapshot of every file in the drop folders that is not known yet. Files stay where they are."""
    collected = Collected()
    sources = {source.name: source for source in protocol.source}
    for path in _files(review, collected.problems):
        name = path.relative_to(review.root)
        kind, inside = FOLDERS[name.parts[0]], name.parts[1:-1]
        if path.suffix.lower() in UNFINISHED:
            collected.problems.append(Problem(str(name), None, "looks like an unfinished download; it is left alone"))
            continue
        if kind == "export" and (not inside or inside[0] not in sources):
            folder = inside[0] if inside else "none"
            collected.problems.append(
                Problem(
                    str(name),
                    None,
                    f"lies in no folder of a source of the protocol (folder: {folder}; sources: {', '.join(sources)}); "
                    "move it, or add the source to review.toml",
                )
            )
            continue
        source = sources[inside[0]] if kind == "export" else None
        stage = inside[0] if kind == "decisions" and inside and inside[0] in STAGES else None
        try:
            said = _sidecar(path, review.root)
            snapshot, new = review.snapshots.add(
                path,
                Delivery(
                    kind=kind,
                    file_name=str(name),
                    source=source.name if source else None,
                    platform=source.platform if source else None,
                    stage=stage,
                    **said,
                ),
            )
        except UserError as error:
            collected.problems.append(
                Problem(str(name), error.line, error.message + (f" ({error.hint})" if error.hint else ""))
            )
            continue
        collected.present[str(name)] = snapshot
        if new:
            collected.new.append(snapshot)
    return collected


def _files(review: Review, problems: list[Problem]) -> Iterator[Path]:
    """Every file, in order; links are followed. What lies there and is none, or cannot be looked into, is a problem."""
    for folder in FOLDERS:
        for path in _walk(review.root / folder, review.root, problems, ()):
            sidecar = path.suffix == ".toml" and path.with_suffix("").is_file()
            if not sidecar and path.name.lower() not in ("readme.md", "readme.txt", "thumbs.db"):
                yield path


def _walk(folder: Path, root: Path, problems: list[Problem], above: tuple[Path, ...]) -> Iterator[Path]:
    """The files below a folder; `above`: the folders on the way, so that a link to one of them is not followed."""
    if not folder.exists():
        return
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        problems.append(
            Problem(str(folder.relative_to(root)), None, f"cannot be looked into: {error.strerror or error}")
        )
        return
    if not inside and above and re.fullmatch(r"\.[A-Za-z]{2,5}", folder.suffix):
        problems.append(Problem(str(folder.relative_to(root)), None, "is an empty folder with the name of a file"))
    above = (*above, folder.resolve())
    for path in inside:
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir():
            if path.resolve() not in above:
                yield from _walk(path, root, problems, above)
        elif path.is_file():
            yield path
        else:
            what = "is a link to a file that is not there" if path.is_symlink() else "is no file that can be read"
            problems.append(Problem(str(path.relative_to(root)), None, what))


def _sidecar(path: Path, root: Path) -> dict[str, Any]:
    """What is known of a file: from its sidecar, else the date in its name (2026-10-31 anywhere in it)."""
    beside = path.with_name(f"{path.name}.toml")
    if not beside.is_file():
        at = re.search(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)", path.name)
        try:
            return {"executed_at": _moment(date.fromisoformat(at[1]))} if at else {}
        except ValueError:
            return {}
    try:
        text = beside.read_text(encoding="utf-8-sig")
        said = Sidecar.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"the note beside it, {beside.relative_to(root)}, is not valid TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(
            f"the note beside it, {beside.relative_to(root)}, has a wrong '{'.'.join(map(str, first['loc']))}': {first['msg']}",
            hint=f"it may hold: {', '.join(Sidecar.model_fields)}",
        ) from None
    known = said.model_dump(exclude_none=True)
    if said.executed_at:
        known["executed_at"] = _moment(said.executed_at)
    return known


def _moment(at: date | datetime) -> datetime:
    """A day without a time is its last minute in UTC: a search is known to have been run by then."""
    if isinstance(at, datetime):
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return datetime.combine(at, time(23, 59), tzinfo=UTC)

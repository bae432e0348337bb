"""The site: what readers see of the review, as pages that open from a folder. Made of the published copy, and swapped in whole.

Whatever is masked in that copy, or hidden by it, cannot be on the site, since nothing else of the warehouse is read.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import Any

import duckdb

from schemas import clock
from schemas.errors import UserError, not_written
from schemas.problem import Problem
from schemas.protocol import Protocol
from schemas.words import counted
from tasks.publish.checklist import load_checklist
from tasks.publish.site import write as pages
from tasks.publish.site.facts import Facts, Question, Reporting
from tasks.publish.site.write import Written
from tasks.review.basis import program_basis
from tasks.review.living_state import EVENTS, find_living_state
from tasks.review.read_checklist import read_checklist
from tasks.review.six_questions import answer_six_questions
from tasks.review.steps import Steps
from warehouse.connect import reader
from warehouse.releases import REPORTING, ReleaseFolder, is_noted, list_releases
from warehouse.review import Review

#: Lies in every site, so that no other folder is ever replaced by one.
_MARK = "site.json"
_PATIENCE = 600


@dataclass(frozen=True)
class SiteResult:
    """Where the site lies, what was written, and why it has no text search; empty where it has one."""

    folder: Path
    written: Written
    no_search: str


def write_site(review: Review, out: Path | None = None, *, key: str = "") -> SiteResult:
    """Writes the site into published/site, or into `out`, which must be new, empty, or a site that was written before.

    It is made beside its place and renamed, so that nobody reads half of one. `key`: what it is made of, noted in it. Raises UserError
    where nothing is published yet, or the folder holds something else or cannot be written; what was there stays.
    """
    target = out.resolve() if out else review.published / "site"
    _refuse_other_folder(target)
    protocol = review.protocol().protocol
    fresh = target.with_name(f".{target.name}.{token_hex(4)}")  # in a container every process may have one number
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_over(target)
        fresh.mkdir()
        with reader(review.published_warehouse) as con:
            facts = _gather_facts(review, protocol, con)
            written = pages.write_site(con, facts, fresh)
            no_search = _index(fresh) if facts.has_search else "its package is not installed"
            if facts.has_search and no_search:
                shutil.rmtree(fresh)
                fresh.mkdir()
                written = pages.write_site(con, replace(facts, has_search=False), fresh)
        mark = {"review": protocol.review.title, "day": str(facts.day), "pages": written.pages, "key": key}
        (fresh / _MARK).write_text(json.dumps(mark, ensure_ascii=False) + "\n", encoding="utf-8")
        _swap(fresh, target)
    except OSError as error:
        raise not_written(target, error) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return SiteResult(target, written, no_search)


def renew_site(review: Review, protocol: Protocol, content_hash: str, steps: Steps) -> list[Problem]:
    """The site as a step of an update, where anything that it is made of changed since it was written.

    What goes wrong with it is told, and the publication stands. `content_hash`: of what was published.
    """
    if not protocol.site.write:
        return []
    try:
        key = _find_key(review, protocol, content_hash)
        if _read_json(review.published / "site" / _MARK).get("key") == key:
            return []
        result = steps.run("write the site", lambda: write_site(review, key=key))
    except Exception as error:  # whatever it is, the review is published, and the old site stands
        why = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        return [Problem("site", None, f"was not written, and stands as it was before: {why}")]
    without = f", without a text search: {result.no_search}" if result.no_search else ""
    steps.show_line(f"site: {counted(result.written.pages, 'page')} in published/site{without}")
    return []


def _find_key(review: Review, protocol: Protocol, content_hash: str) -> str:
    """A hash over what the site is made of: the content, the state of the day, the protocol, the releases, and the whole program."""
    with reader(review.published_warehouse) as con:
        living = find_living_state(con, protocol, review.log.entries(*EVENTS)).as_data()
        releases = [release.as_data() for release in _list_shown(review, con)]
    parts = [
        content_hash, living, protocol.model_dump(), releases, clock.today(), program_basis(), _hash_program(),
        find_spec("pagefind") is not None,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()


@cache
def _hash_program() -> str:
    """A hash over what makes the pages."""
    found = hashlib.sha256()
    for path in sorted(Path(pages.__file__).parents[1].rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(path.read_bytes())
    return found.hexdigest()


def _gather_facts(review: Review, protocol: Protocol, con: duckdb.DuckDBPyConnection) -> Facts:
    living = find_living_state(con, protocol, review.log.entries(*EVENTS))
    answers = answer_six_questions(protocol)
    releases = _list_shown(review, con)
    return Facts(
        protocol=protocol,
        day=clock.today(),
        published=review.published,
        living=living.as_data(),
        news=_read_json(review.published / "whats-new.json"),
        questions=[Question(one.question, one.lines, bool(one.missing)) for one in answers],
        reporting=_read_reporting(con, protocol, releases),
        releases=releases,
        has_search=find_spec("pagefind") is not None,
    )


def _list_shown(review: Review, con: duckdb.DuckDBPyConnection) -> list[ReleaseFolder]:
    """The releases that readers are shown: of the versions that the copy knows, those that are what was written, by the log."""
    versions = {version for (version,) in con.execute("SELECT version FROM release").fetchall()}
    found = []
    for release in list_releases(review):
        with suppress(OSError):  # it is gone by now
            if release.number in versions and is_noted(review, release.folder):
                found.append(release)
    return found


def _read_reporting(
    con: duckdb.DuckDBPyConnection, protocol: Protocol, releases: Sequence[ReleaseFolder]
) -> list[Reporting]:
    """PRISMA-S as it is filled now, and the other checklists as the last release that has them filled them: they cost more."""
    name = "prisma-s"
    checklist = load_checklist(name)
    now = Reporting(
        name, checklist.title, checklist.cite, None, [asdict(item) for item in read_checklist(con, protocol, name)]
    )
    for release in reversed(releases):
        if file := next((file for file in release.files if file.name == REPORTING), None):
            with suppress(OSError, ValueError, TypeError):
                content = (release.folder / REPORTING).read_bytes()
                if hashlib.sha256(content).hexdigest() == file.sha256:
                    filled = [Reporting(**one, version=release.number) for one in json.loads(content)]
                    return [now, *(one for one in filled if one.name != name)]
    return [now]


def _read_json(file: Path) -> dict[str, Any]:
    """What a file of ours says; nothing where there is none, or it cannot be read."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _index(folder: Path) -> str:
    """Makes the index of the text search; why that failed, where it did."""
    command = [sys.executable, "-m", "pagefind", "--site", str(folder), "--silent"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603  our own words
    except (OSError, subprocess.SubprocessError) as error:
        return f"pagefind failed: {error}"
    lines = done.stderr.strip().splitlines()
    return f"pagefind failed: {lines[-1][:200] if lines else done.returncode}" if done.returncode else ""


def _refuse_other_folder(target: Path) -> None:
    """Raises UserError where a folder would be replaced that is no site."""
    if target.is_dir() and not (target / _MARK).is_file() and any(target.iterdir()):
        raise UserError(
            "holds something else than a site, so it is left alone", path=target, hint="name a new or empty folder"
        )
    if target.exists() and not target.is_dir():
        raise UserError("is no folder", path=target, hint="name a new or empty folder")


def _remove_left_over(target: Path) -> None:
    """Removes what a run left behind that died while it wrote the site; what is young may be another's who is at it.

    Only what bears a name as this program gives it: `.site.bak` is somebody's own.
    """
    ours = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}(\.old)?")
    for old in target.parent.iterdir():
        with suppress(OSError):
            if ours.fullmatch(old.name) and time.time() - old.stat().st_mtime > _PATIENCE:
                shutil.rmtree(old, ignore_errors=True)


def _swap(fresh: Path, target: Path) -> None:
    """Puts the new site in the old one's place: two renames, between which a reader waits no longer than it takes to ask again."""
    old = target.with_name(f"{fresh.name}.old")
    if target.exists():
        target.replace(old)
    try:
        fresh.replace(target)
    except OSError:
        with suppress(OSError):
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)

"""The site: what readers see of the review, as pages that open from a folder. Made of the published copy, and swapped in whole.

Whatever is masked in that copy, or hidden by it, cannot be on the site, since nothing else of the warehouse is read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from schemas.errors import UserError, not_written
from schemas.problem import Problem
from schemas.protocol import Protocol
from schemas.words import counted
from tasks.publish.site.facts import Facts, Question, ReleaseFiles
from tasks.publish.site.write import Written
from tasks.publish.site.write import write_site as write_pages
from tasks.review.living_state import EVENTS, find_living_state
from tasks.review.six_questions import answer_six_questions
from tasks.review.steps import Steps
from tasks.search.prisma_s import prisma_s
from warehouse.connect import reader
from warehouse.review import Review

_SEARCHES = "FROM search ORDER BY executed_at, search_id"
_DUPLICATES = "SELECT coalesce(sum(n), 0)::BIGINT FROM prisma_flow WHERE starts_with(box, 'removed_duplicates')"
#: Lies in every site, so that no other folder is ever replaced by one.
_MARK = "site.json"
_PATIENCE = 600


@dataclass(frozen=True)
class SiteResult:
    """Where the site lies, what was written, and whether it has a text search."""

    folder: Path
    written: Written
    has_search: bool


def write_site(review: Review, out: Path | None = None) -> SiteResult:
    """Writes the site into published/site, or into `out`, which must be new, empty, or a site that was written before.

    It is made beside its place and renamed, so that nobody reads half of one. Raises UserError where nothing is published yet, or the
    folder holds something else or cannot be written; what was there stays.
    """
    target = out.resolve() if out else review.published / "site"
    _refuse_other_folder(target)
    protocol = review.protocol().protocol
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_over(target)
        fresh.mkdir()
        with reader(review.published_warehouse) as con:
            facts = _gather_facts(review, protocol, con)
            written = write_pages(con, facts, fresh)
        if facts.has_search:
            _index(fresh)
        mark = {"review": protocol.review.title, "day": str(facts.day), "pages": written.pages}
        (fresh / _MARK).write_text(json.dumps(mark, ensure_ascii=False) + "\n", encoding="utf-8")
        _swap(fresh, target)
    except OSError as error:
        raise not_written(target, error) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return SiteResult(target, written, facts.has_search)


def renew_site(review: Review, protocol: Protocol, steps: Steps) -> list[Problem]:
    """The site as a step of an update; what goes wrong with it is told, and the publication stands."""
    if not protocol.site.write:
        return []
    try:
        result = steps.run("write the site", lambda: write_site(review))
    except Exception as error:  # whatever it is, the review is published, and the old site stands
        why = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        return [Problem("site", None, f"was not written, and stands as it was before: {why}")]
    steps.show_line(f"site: {counted(result.written.pages, 'page')} in published/site")
    return []


def _gather_facts(review: Review, protocol: Protocol, con: duckdb.DuckDBPyConnection) -> Facts:
    living = find_living_state(con, protocol, review.log.entries(*EVENTS))
    answers = answer_six_questions(protocol)
    duplicates = int(con.execute(_DUPLICATES).fetchall()[0][0])
    items = prisma_s(protocol, con.sql(_SEARCHES).pl().to_dicts(), duplicates, protocol.prisma_s)
    return Facts(
        protocol=protocol,
        day=datetime.now(UTC).date(),
        published=review.published,
        living=living.as_data(),
        news=_read_json(review.published / "whats-new.json"),
        questions=[Question(one.question, one.lines, bool(one.missing)) for one in answers],
        reporting=[(item.heading, item.text, item.missing) for item in items],
        releases=_list_releases(review),
        has_search=find_spec("pagefind") is not None,
    )


def _list_releases(review: Review) -> list[ReleaseFiles]:
    """The releases' folders, in the order of their numbers."""
    found = []
    for file in (review.root / "releases").glob("*/release.json"):
        data = _read_json(file)
        if isinstance(number := data.get("number"), int):
            found.append(ReleaseFiles(number, file.parent, data))
    return sorted(found, key=lambda release: release.number)


def _read_json(file: Path) -> dict[str, Any]:
    """What a file of ours says; nothing where there is none, or it cannot be read."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _index(folder: Path) -> None:
    """Makes the index of the text search, where its package is installed."""
    command = [sys.executable, "-m", "pagefind", "--site", str(folder), "--silent"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603  our own words
    if done.returncode:
        raise UserError(f"the text search could not be made: {done.stderr.strip()[-300:]}", path=folder)


def _refuse_other_folder(target: Path) -> None:
    """Raises UserError where a folder would be replaced that is no site."""
    if target.is_dir() and not (target / _MARK).is_file() and any(target.iterdir()):
        raise UserError(
            "holds something else than a site, so it is left alone", path=target, hint="name a new or empty folder"
        )
    if target.exists() and not target.is_dir():
        raise UserError("is no folder", path=target, hint="name a new or empty folder")


def _remove_left_over(target: Path) -> None:
    """Removes what a run left behind that died while it wrote the site."""
    for old in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(old, ignore_errors=True)


def _swap(fresh: Path, target: Path) -> None:
    """Puts the new site in the old one's place: two renames, between which a reader waits no longer than it takes to ask again."""
    old = target.with_name(f".{target.name}.old-{os.getpid()}")
    if target.exists():
        target.replace(old)
    try:
        fresh.replace(target)
    except OSError:
        with suppress(OSError):
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)

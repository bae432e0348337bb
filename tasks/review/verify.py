"""Verify: check log, snapshots, warehouse and copies against each other, and say how to mend what is wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.words import counted
from tasks.review.basis import program_basis
from tasks.review.derive import derive
from tasks.review.heads import check_heads
from tasks.review.state import read_state
from tasks.review.steps import Steps
from warehouse.connect import reader, writer
from warehouse.content import hash_tables
from warehouse.meta import read_meta
from warehouse.publish import select_for_everybody, select_for_team
from warehouse.releases import find_damage, list_gone, list_numbers
from warehouse.review import Review, check_log_and_snapshots, name_snapshots


@dataclass(frozen=True)
class CheckResult:
    """The check of one part of a review: whether it holds, and a message with what was found, or what is wrong and what to do."""

    part: str
    holds: bool
    message: str


def verify(review: Review, steps: Steps) -> list[CheckResult]:
    """Checks log, snapshots, warehouse, published copies and releases, in this order; a part that later ones rest on ends it."""
    found: list[CheckResult] = []
    for part, check in (("log", _check_log), ("snapshots", _check_snapshots)):
        found.append(steps.run(f"check {part}", lambda part=part, check=check: _checked(part, lambda: check(review))))  # type: ignore[misc]
        if not found[-1].holds:
            return found
    found.append(steps.run("check warehouse", lambda: _checked("warehouse", lambda: _check_warehouse(review))))
    for name, path in (("published copy", review.published_warehouse), ("private copy", review.private_warehouse)):
        found.append(_checked(name, lambda path=path: _check_copy(review, path)))  # type: ignore[misc]
    numbers = list_numbers(review)
    if numbers or list_gone(review):
        found.append(
            steps.run("check releases", lambda: _checked("releases", lambda: _check_releases(review, numbers)))
        )
    return found


def _checked(part: str, check: Callable[[], str]) -> CheckResult:
    try:
        return CheckResult(part, True, check())
    except UserError as error:
        return CheckResult(part, False, str(error))
    except duckdb.Error as error:
        return CheckResult(
            part, False, f"is damaged: {str(error).splitlines()[0]} (the next living-review update makes it again)"
        )


def _check_log(review: Review) -> str:
    check_log_and_snapshots(review)
    head = review.log.verify()
    check_heads(review)
    return f"{head.seq:,} events, each fits the one before it"


def _check_snapshots(review: Review) -> str:
    names = name_snapshots(review)
    for sha256, name in names.items():
        review.snapshots.check(sha256, name=name)
    return f"{len(names):,} files, each as it came in"


def _check_releases(review: Review, numbers: Sequence[int]) -> str:
    """Checks that each release is what was written; what it holds is derived anew by `release check` alone."""
    damaged = {number: damage[0] for number in numbers if (damage := find_damage(review, number))}
    if damaged:
        raise UserError(
            f"not what was released: {', '.join(map(str, damaged))} ({next(iter(damaged.values()))})", path=review.root / "releases",
            hint="restore it from a backup; or move it away, and living-review release --as-of writes it again",
        )  # fmt: skip
    gone = list_gone(review)
    missing = (
        f"; gone: {', '.join(map(str, gone))} (living-review release --as-of {gone[0]} writes it again)" if gone else ""
    )
    return f"{counted(len(numbers), 'release')}, each as it was written{missing}"


def _check_warehouse(review: Review) -> str:
    """Checks that the warehouse's rows are those that the log gives at the place where it stands."""
    if not review.warehouse.exists():
        raise UserError("there is none", path=review.warehouse, hint="the next living-review update makes it")
    with reader(review.warehouse) as con:
        meta = read_meta(con)
        grown = hash_tables(con, anew=True)
    if meta.get("program") != program_basis():
        return "made by another version of living-review; the next update derives it anew"
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.duckdb"
        derive(read_state(review, int(meta["seq"])), fresh, Steps())
        with writer(fresh) as con:
            again = hash_tables(con, anew=True)
    differing = sorted(name for name in grown.keys() | again.keys() if grown.get(name) != again.get(name))
    if differing:
        raise UserError(
            f"differs from what the log gives, in: {', '.join(differing)}", hint="living-review rebuild makes it again"
        )
    return "row for row what the log gives"


def _check_copy(review: Review, path: Path) -> str:
    """Checks that the copy can be read whole, and holds of each table what the warehouse gives for it."""
    with reader(path) as con:
        meta, held = read_meta(con), _sum_rows(con, select_for_team(con))
    try:
        with reader(review.warehouse) as con:
            expected = read_meta(con)
            private = path == review.private_warehouse
            given = _sum_rows(con, select_for_team(con) if private else select_for_everybody(con))
    except (UserError, duckdb.Error):  # that is the warehouse's fault, and said there
        return "can be read whole; there is no warehouse to compare it with"
    if any(meta.get(key) != expected.get(key) for key in ("review_id", "seq", "log_seq")):
        raise UserError(
            "is of another state than the warehouse", path=path, hint="the next living-review update makes it again"
        )
    differing = sorted(table for table in held.keys() | given.keys() if held.get(table) != given.get(table))
    if differing:
        raise UserError(
            f"holds other rows than the warehouse gives, in: {', '.join(differing)}",
            path=path,
            hint="the next living-review update puts it right",
        )
    return "row for row what the warehouse gives"


def _sum_rows(con: duckdb.DuckDBPyConnection, selects: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Of what each SELECT gives: how many rows, and the sum of their hashes, whatever their order. Reads every block."""
    return {
        table: con.execute(f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0) FROM ({select}) AS t").fetchall()[0]  # noqa: S608
        for table, select in selects.items()
    }

"""Rebuild: the warehouse from snapshots and ledger alone, row for row what it was."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.say import say
from flows.steps import Place, derive
from schemas.problem import Problem
from warehouse.connect import writer
from warehouse.content import content_hash, table_hashes
from warehouse.lock import lock
from warehouse.publish import publish
from warehouse.review import Review, open_review


@dataclass(frozen=True)
class Rebuilt:
    """The hash of the content, and the tables in which the old warehouse had other rows (None: there was none)."""

    content_hash: str
    differing: list[str] | None
    problems: list[Problem]


@flow(name="rebuild", flow_run_name="rebuild {review.name}")
def rebuild(review: Path, locked: bool = False) -> Rebuilt:
    """Derives a fresh warehouse beside the old one, compares the two, and takes its place."""
    here = open_review(review)
    with nullcontext() if locked else lock(here.root, "rebuild"):
        return derive_again(here)


@task(name="derive again", cache_policy=NO_CACHE)
def derive_again(review: Review) -> Rebuilt:
    """The two truths are checked first: a changed byte or a broken chain stops here."""
    for snapshot in review.snapshots.all():
        review.snapshots.check(snapshot)
    review.ledger.verify()
    fresh = review.warehouse.with_name(".rebuilding.duckdb")
    remove(fresh)
    problems = derive(Place(review, fresh))
    with writer(fresh) as con:
        hashes, digest = table_hashes(con), content_hash(con)
    old = _old_hashes(review)
    differing = None if old is None else sorted(n for n in hashes.keys() | old.keys() if hashes.get(n) != old.get(n))
    remove(review.warehouse)
    fresh.replace(review.warehouse)
    with writer(review.warehouse) as con:
        publish(con, review.published_warehouse)
    say(f"rebuild: content {digest}")
    return Rebuilt(digest, differing, problems)


def remove(path: Path) -> None:
    """A warehouse file and its write-ahead log."""
    for one in (path, path.with_name(f"{path.name}.wal")):
        one.unlink(missing_ok=True)


def _old_hashes(review: Review) -> dict[str, str] | None:
    from schemas.errors import UserError

    if not review.warehouse.exists():
        return None
    try:
        with writer(review.warehouse) as con:
            return table_hashes(con)
    except UserError:
        return None

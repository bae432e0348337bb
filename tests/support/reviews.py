"""A small review in a folder, updated by the use cases that the flows run, without Prefect."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from schemas.problem import Problem
from tasks.review.collect import collect, keep_protocol
from tasks.review.derive import Derivation, derive
from tasks.review.publish import publish as publish_run
from tasks.review.run import start_run
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tests.support.exports import WRITERS, Rec
from warehouse.check import check_changes
from warehouse.connect import writer
from warehouse.content import hash_tables
from warehouse.publish import publish
from warehouse.review import Review

PROTOCOL = """\
[review]
title = "A small review"
question = "What do invented people say?"

[[source]]
name = "medline"
database = "MEDLINE"
platform = "Ovid"

[[source]]
name = "cinahl"
database = "CINAHL"
platform = "EBSCO"

[[source]]
name = "pubmed"
database = "PubMed"
platform = "PubMed"

[[source]]
name = "websites"
database = "Websites"
platform = "any"
method = "websites"

[eligibility]
include = ["Anything."]

[[eligibility.exclusion]]
reason = "Wrong population"

[[eligibility.exclusion]]
reason = "Wrong study design"

[site]
write = false

[release]
write = "never"

[screening]
reviewers = ["Ada", "Ben"]
"""

DAY = date(2020, 1, 6)


class SmallReview:
    """A review with three databases and one other method, in a folder of its own."""

    def __init__(self, root: Path, protocol: str = PROTOCOL) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.review = Review(root)
        self.review.protocol_path.write_text(protocol, encoding="utf-8")
        self.derived = Derivation()

    def copy(self, root: Path) -> Self:
        """The same review in another folder."""
        shutil.copytree(self.review.root, root, dirs_exist_ok=True)
        return type(self)(root, self.review.protocol_path.read_text(encoding="utf-8"))

    def drop(self, name: str, content: str | bytes, executed_at: date | None = None) -> Path:
        """Puts a file into a drop folder; `executed_at` goes into the note beside it."""
        path = self.review.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if executed_at:
            path.with_name(f"{path.name}.toml").write_text(f"executed_at = {executed_at}\n")
        return path

    def search(self, source: str, name: str, records: Sequence[Rec], executed_at: date = DAY, first: int = 1) -> Path:
        """Puts an export of these records into the source's folder."""
        write, ending = WRITERS[source]
        return self.drop(f"exports/{source}/{name}.{ending}", write(records, first), executed_at)

    def update(self, *, check: bool = True) -> list[Problem]:
        """Takes in what lies there and derives all that follows; with `check`, everything must add up, asked as a run asks."""
        keep_protocol(self.review)
        problems = collect(self.review).problems
        self.derived = derive(read_state(self.review), self.review.warehouse, Steps())
        if check:
            with writer(self.review.warehouse) as con:
                assert check_changes(con, hash_tables(con)) == []
        return problems + self.derived.problems

    def publish(self) -> Path:
        """Publishes the warehouse's copy; returns its path."""
        with writer(self.review.warehouse) as con:
            publish(con, self.review.published_warehouse)
        return self.review.published_warehouse

    def publish_version(self) -> None:
        """Publishes what was derived as a run does, with a version where it is new."""
        with start_run(self.review, "test") as run:
            publish_run(read_state(self.review), run, Steps())

    def rows(self, query: str) -> list[tuple]:
        """The rows of a query on the warehouse itself."""
        with writer(self.review.warehouse) as con:
            return con.execute(query).fetchall()

    def rebuilt(self) -> dict[str, str]:
        """The hashes of a warehouse that is derived from the log alone."""
        fresh = self.review.root / "fresh.duckdb"
        derive(read_state(self.review), fresh, Steps())
        with writer(fresh) as con:
            hashes = hash_tables(con)
        fresh.unlink()
        return hashes

    def hashes(self) -> dict[str, str]:
        """The hashes of the warehouse as it grew."""
        with writer(self.review.warehouse) as con:
            return hash_tables(con)


def made_once(make: Callable[..., SmallReview]) -> Callable[..., SmallReview]:
    """Makes a review once in a process for the same wishes, whatever its folder, and copies it for whoever asks for it.

    `make` takes the folder, and then what can be hashed.
    """

    @cache
    def made(*wishes: Any, **named: Any) -> tuple[TemporaryDirectory[str], SmallReview]:
        folder = TemporaryDirectory(prefix="living-review-made-")  # which goes away with the process
        return folder, make(Path(folder.name) / "review", *wishes, **named)

    @wraps(make)
    def copied(root: Path, *wishes: Any, **named: Any) -> SmallReview:
        return made(*wishes, **named)[1].copy(root)

    return copied

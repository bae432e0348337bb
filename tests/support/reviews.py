"""A small review in a folder, updated by the use cases that the flows run, without Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from schemas.problem import Problem
from tasks.review.collect import collect, keep_protocol
from tasks.review.derive import Derivation, derive
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tests.support.exports import WRITERS, Rec
from warehouse.check import find_violations
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
        """Takes in what lies there and derives all that follows; with `check`, everything must add up."""
        keep_protocol(self.review)
        problems = collect(self.review).problems
        self.derived = derive(read_state(self.review), self.review.warehouse, Steps())
        if check:
            with writer(self.review.warehouse) as con:
                assert find_violations(con) == []
        return problems + self.derived.problems

    def publish(self) -> Path:
        """Publishes the warehouse's copy; returns its path."""
        with writer(self.review.warehouse) as con:
            publish(con, self.review.published_warehouse)
        return self.review.published_warehouse

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

"""A small review in a folder, updated by the same steps that the flows run, without Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.steps import Place, derive
from schemas.problem import Problem
from tests.support.exports import WRITERS, Rec
from warehouse.check import violations
from warehouse.connect import writer
from warehouse.dropfolder import collect
from warehouse.schema import create_schema
from warehouse.publish import publish
from warehouse.review import Review
from warehouse.snapshots import Delivery

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

[screening]
reviewers = ["Ada", "Ben"]
"""

DAY = date(2020, 1, 6)


@cache
def _migrated() -> bytes:
    """A warehouse without rows: its tables and comments take a second to make, and are the same for all."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with writer(path) as con:
            create_schema(con)
        return path.read_bytes()


def begin(warehouse: Path) -> None:
    """An empty warehouse there, as the first run would make it, unless there is one."""
    if not warehouse.exists():
        warehouse.write_bytes(_migrated())


class SmallReview:
    """A review with three databases and one other method, in a folder of its own."""

    def __init__(self, root: Path, protocol: str = PROTOCOL) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.review = Review(root)
        self.review.protocol_path.write_text(protocol, encoding="utf-8")

    @property
    def place(self) -> Place:
        """Where its updates work."""
        return Place(self.review, self.review.warehouse)

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
        begin(self.review.warehouse)
        self.review.snapshots.add(self.review.protocol_path, Delivery("protocol", "review.toml"))
        problems = collect(self.review, self.review.protocol().protocol).problems
        problems += derive(self.place)
        if check:
            with writer(self.review.warehouse) as con:
                assert violations(con) == []
        return problems

    def publish(self) -> Path:
        """Publishes the warehouse's copy; returns its path."""
        with writer(self.review.warehouse) as con:
            publish(con, self.review.published_warehouse)
        return self.review.published_warehouse

    def rows(self, query: str) -> list[tuple]:
        """The rows of a query on the warehouse itself."""
        with writer(self.review.warehouse) as con:
            return con.execute(query).fetchall()

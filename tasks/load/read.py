"""Reading an export: sniffed, tokenised, mapped, normalised and validated, a batch at a time, every record accounted for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.errors import UserError
from schemas.record import ParsedRecord
from tasks.load import identity
from tasks.load.databases import sources
from tasks.load.mapping import Mapping, pick, spoken
from tasks.load.normalise import normalise
from tasks.load.repair import repair
from tasks.load.sniff import Sniffed, sniff
from tasks.load.tokens import Tokens
from tasks.load.validate import validate

COLUMNS = list(ParsedRecord.to_schema().columns)
EMPTY = pl.DataFrame(schema={name: column.dtype.type for name, column in ParsedRecord.to_schema().columns.items()})
"""No records, with the columns of ParsedRecord."""

SHOWN = 3
"""Examples in a warning."""


Made = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
"""Of one piece: good records, bad ones, odd years."""


@dataclass(frozen=True)
class Batch:
    """Part of an export: ParsedRecord and QuarantinedRecord frames, in file order."""

    records: pl.DataFrame
    quarantine: pl.DataFrame


class Reading:
    """One export being read. Iterate it once for its batches; the counts are complete when it is exhausted.

    `found`: records tokenised; `starts`: record starts counted independently; `loaded` and `quarantined` add up to `found`;
    `outside`: lines that belong to no record; `warnings`: for the reader of the log; `cut`: the line of a last record that
    nothing ends, and what to say of it. Raises `UserError` at the end if
    `found` and `starts` differ: the file is refused whole, so commit only after exhaustion.
    """

    def __init__(self, sniffed: Sniffed) -> None:
        self.sniffed = sniffed
        self.format, self.platform = sniffed.format.name, sniffed.platform
        self.encoding, self.name = sniffed.source.encoding, sniffed.source.name
        self.found = self.starts = self.loaded = self.quarantined = self.outside = 0
        self.warnings: list[str] = []
        self.cut: list[tuple[int, str]] = []
        self._odd: dict[str, list[str]] = {}

    def __iter__(self) -> Iterator[Batch]:
        mapping, form = self.sniffed.mapping, self.format
        pieces = self.sniffed.format.tokenise(self.sniffed.source)
        for tokens, made in ahead(pieces, lambda piece: _made(piece, mapping, form)):
            batch = self._batch(tokens, *made)
            if batch.records.height or batch.quarantine.height:
                yield batch
            if tokens.cut:
                self.cut.append((tokens.cut, "nothing ends the last record, which starts here: is the file cut off?"))
        for what, places in self._odd.items():
            more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
            self.warnings.append(f"{what}: {'; '.join(places[:SHOWN])}{more}")
        if self.found != self.starts:
            raise UserError(
                f"holds {self.starts:,} record starts, but {self.found:,} records were read; the file is refused whole",
                path=self.name,
                hint="please report it, with the file",
            )
        if self.found == 0:
            self.warnings.append("holds no records")

    def _batch(self, tokens: Tokens, good: pl.DataFrame, bad: pl.DataFrame, loose: pl.DataFrame) -> Batch:
        """One piece's records, and the counts that it adds."""
        failed = tokens.failed.select((pl.col("record") + 1).cast(pl.UInt32).alias("position"), "line", "reason", "raw")
        bad = pl.concat([bad, failed]).sort("position") if failed.height else bad
        self.found += good.height + bad.height
        self.starts += tokens.starts
        self.loaded += good.height
        self.quarantined += bad.height
        self.outside += tokens.outside.height + tokens.furniture
        self._note("text outside records", tokens.outside.select("line", what="text"))
        self._note("not a year", loose)
        return Batch(good, bad)

    def _note(self, what: str, odd: pl.DataFrame) -> None:
        """Keep what is odd, with its line, for a warning at the end."""
        if odd.height:
            places = odd.select(pl.format("line {}: {}", "line", pl.col("what").str.slice(0, 60))).to_series()
            self._odd.setdefault(what, []).extend(places.to_list())


def read(path: Path, *, name: str | None = None) -> Reading:
    """Begin to read the export at `path`; `name` is what messages call it.

    Raises `UserError` where the file is no export that can be read: at once, or while it is iterated.
    """
    return Reading(sniff(path, name))


def _made(tokens: Tokens, mapping: Mapping, form: str) -> Made:
    """One piece's good records, bad ones, and odd years."""
    records, odd = assemble(tokens, mapping, form)
    return *validate(records), odd


def ahead(items: Iterator[Tokens], work: Callable[[Tokens], Made]) -> Iterator[tuple[Tokens, Made]]:
    """Each item with the work done on it, in order. While two are worked on, the next is fetched: polars leaves the lock."""
    with ThreadPoolExecutor(2, thread_name_prefix="read") as pool:
        waiting: deque[tuple[Tokens, Future[Made]]] = deque()
        for item in items:
            waiting.append((item, pool.submit(work, item)))
            if len(waiting) > 2:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()


def assemble(tokens: Tokens, mapping: Mapping, form: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """ParsedRecord columns of one piece, not validated yet; and the years (`line`, `what`) that are none."""
    frame = tokens.frame
    first = frame.filter(pl.col("record").ne_missing(pl.col("record").shift(1))).select("record", "line")
    if first.is_empty():
        return EMPTY, pl.DataFrame(schema={"line": pl.UInt32, "what": pl.String})
    local = frame.select(pl.col("record").rle_id(), "tag", "value")
    said = repair(spoken(local, mapping))
    where = sources(said, mapping, first.height)
    picked = pick(said, mapping.fields, where.get_column("source"), first.height)
    fields = normalise(picked, mapping)
    odd = pl.DataFrame([first.get_column("line"), fields.get_column("year"), fields.get_column("year_given")])
    odd = odd.filter(pl.col("year").is_null() & pl.col("year_given").is_not_null()).select("line", what="year_given")
    lasting = (
        where.get_column("told")
        if mapping.lasting == "database"
        else pl.repeat(bool(mapping.lasting), first.height, eager=True)
    )
    source = where.get_column("source")
    identities = identity.identities(fields, lasting)
    records = fields.drop("year_given").with_columns(
        source,
        identity.record_id(source, identities),
        identities.alias("identity"),
        identity.raw_digests(local),
        raws(local),
        first.get_column("line"),
        position=first.get_column("record") + 1,
        platform=pl.lit(mapping.platform),
        format=pl.lit(form),
    )
    return records.select(COLUMNS), odd


def raws(tokens: pl.DataFrame) -> pl.Series:
    """Every tag and value of each record, in order."""
    lists = tokens.group_by("record", maintain_order=True).agg(raw=pl.struct("tag", "value"))
    return lists.get_column("raw")

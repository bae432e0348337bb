"""Reading an export: sniffed, tokenised, mapped, normalised and validated, a batch at a time, every record accounted for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from schemas.errors import UserError
from schemas.record import ParsedRecord
from tasks.load import identity
from tasks.load.databases import sources
from tasks.load.mapping import Mapping, pick, spoken
from tasks.load.normalise import normalise, set_aside
from tasks.load.repair import repair, without_markup
from tasks.load.sniff import Sniffed, sniff
from tasks.load.tokens import Tokens
from tasks.load.validate import ASIDE_SCHEMA, validate

COLUMNS = list(ParsedRecord.to_schema().columns)
EMPTY = pl.DataFrame(schema={name: column.dtype.type for name, column in ParsedRecord.to_schema().columns.items()})
"""No records, with the columns of ParsedRecord."""

SHOWN = 3
"""Examples in a warning."""


Piece = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
"""Of one piece: good records, bad ones, and the values that were set aside."""

REPORT = "please report it, with the file"
GUESSED = "is not UTF-8; that it is {} is a guess: look at the accented letters"
UNREADABLE = "reading it failed ({}); please report it, with the record"


@dataclass(frozen=True)
class Batch:
    """Part of an export: ParsedRecord and QuarantinedRecord frames, in file order."""

    records: pl.DataFrame
    quarantine: pl.DataFrame


class UnexpectedError(UserError):
    """Reading a file failed in a way that nobody foresaw: the file is refused, and the others go on."""

    def __init__(self, error: Exception, name: str) -> None:
        super().__init__(f"reading it failed: {_described(error)}", path=name, hint=REPORT)


class ExportReader:
    """One export being read. Iterate it once for its batches; the counts are complete when it is exhausted.

    `found`: records tokenised; `starts`: record starts counted independently; `loaded` and `quarantined` add up to `found`;
    `outside`: lines that belong to no record; `warnings`: for the reader of the log; `cut`: the line of a last record that
    nothing ends, and what to say of it. Raises `UserError` at the end if
    `found` and `starts` differ: the file is refused whole, so commit only after exhaustion. Any other error is one as well.
    """

    def __init__(self, sniffed: Sniffed) -> None:
        self.sniffed = sniffed
        self.format, self.platform = sniffed.format.name, sniffed.platform
        self.encoding, self.name = sniffed.source.encoding, sniffed.source.name
        self.found = self.starts = self.loaded = self.quarantined = self.outside = 0
        self.warnings: list[str] = []
        self.cut: list[tuple[int, str]] = []
        self._noted: dict[str, list[str]] = {}
        if sniffed.source.guessed:
            self.warnings.append(GUESSED.format(self.encoding))

    def __iter__(self) -> Iterator[Batch]:
        try:
            yield from self._batches()
        except (UserError, GeneratorExit):
            raise
        except Exception as error:
            raise UnexpectedError(error, self.name) from error

    def _batches(self) -> Iterator[Batch]:
        mapping, form = self.sniffed.mapping, self.format
        pieces = self.sniffed.format.tokenise(self.sniffed.source)
        for tokens, made in ahead(pieces, lambda piece: read_piece(piece, mapping, form)):
            batch = self._batch(tokens, *made)
            if batch.records.height or batch.quarantine.height:
                yield batch
            if tokens.cut:
                self.cut.append((tokens.cut, "nothing ends the last record, which starts here: is the file cut off?"))
        for what, places in self._noted.items():
            more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
            self.warnings.append(f"{what}: {'; '.join(places[:SHOWN])}{more}")
        if self.found != self.starts:
            raise UserError(
                f"holds {self.starts:,} record starts, but {self.found:,} records were read; the file is refused whole",
                path=self.name,
                hint=REPORT,
            )
        if self.found == 0:
            self.warnings.append("holds no records")

    def _batch(self, tokens: Tokens, good: pl.DataFrame, bad: pl.DataFrame, aside: pl.DataFrame) -> Batch:
        """One piece's records, and the counts that it adds."""
        failed = tokens.failed.select((pl.col("record") + 1).cast(pl.UInt32).alias("position"), "line", "reason", "raw")
        bad = pl.concat([bad, failed]).sort("position") if failed.height else bad
        self.found += good.height + bad.height
        self.starts += tokens.starts
        self.loaded += good.height
        self.quarantined += bad.height
        self.outside += tokens.outside.height + tokens.around
        self._note("text outside records", tokens.outside.select("line", value="text"))
        for (kind,), values in aside.group_by("kind", maintain_order=True):
            self._note(str(kind), values)
        return Batch(good, bad)

    def _note(self, what: str, values: pl.DataFrame) -> None:
        """Keep values (`line`, `value`) for a warning at the end."""
        if values.height:
            places = values.select(pl.format("line {}: {}", "line", pl.col("value").str.slice(0, 60))).to_series()
            self._noted.setdefault(what, []).extend(places.to_list())


def read(path: Path, *, name: str | None = None) -> ExportReader:
    """Begin to read the export at `path`; `name` is what messages call it.

    Raises `UserError` where the file is no export that can be read: at once, or while it is iterated.
    """
    try:
        return ExportReader(sniff(path, name))
    except (UserError, OSError):
        raise
    except Exception as error:
        raise UnexpectedError(error, name or str(path)) from error


def read_piece(tokens: Tokens, mapping: Mapping, form: str) -> Piece:
    """One piece's good records, bad ones, and the values that were set aside.

    An exception that the values of a record raise puts that record into quarantine: it is looked for by halves.
    """
    try:
        records, aside = assemble(tokens, mapping, form)
        good, bad, more = validate(records)
    except Exception as error:
        numbers = tokens.frame.get_column("record").unique().sort()
        if numbers.len() < 2:
            return EMPTY, _unreadable(tokens.frame, error), pl.DataFrame(schema=ASIDE_SCHEMA)
        middle = pl.col("record") < numbers[numbers.len() // 2]
        halves = (replace(tokens, frame=tokens.frame.filter(half)) for half in (middle, ~middle))
        parts = zip(*(read_piece(half, mapping, form) for half in halves), strict=True)
        good, bad, aside = (pl.concat(part) for part in parts)
        return good, bad, aside
    return good, bad, pl.concat([aside, more])


def _unreadable(tokens: pl.DataFrame, error: Exception) -> pl.DataFrame:
    """QuarantinedRecord of the one record whose values raised the error."""
    first = tokens.head(1).select((pl.col("record") + 1).cast(pl.UInt32).alias("position"), "line")
    raw = pl.concat_str("tag", pl.lit("  - "), "value").str.join("\n")
    return first.with_columns(reason=pl.lit(UNREADABLE.format(_described(error))), raw=tokens.select(raw).to_series())


def _described(error: Exception) -> str:
    """An exception in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def ahead(items: Iterator[Tokens], work: Callable[[Tokens], Piece]) -> Iterator[tuple[Tokens, Piece]]:
    """Each item with the work done on it, in order. While two are worked on, the next is fetched: polars leaves the lock."""
    with ThreadPoolExecutor(2, thread_name_prefix="read") as pool:
        waiting: deque[tuple[Tokens, Future[Piece]]] = deque()
        for item in items:
            waiting.append((item, pool.submit(work, item)))
            if len(waiting) > 2:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()


def assemble(tokens: Tokens, mapping: Mapping, form: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """ParsedRecord columns of one piece, not validated yet; and the values that were set aside (see `set_aside`)."""
    frame = tokens.frame
    first = frame.filter(pl.col("record").ne_missing(pl.col("record").shift(1))).select("record", "line")
    if first.is_empty():
        return EMPTY, pl.DataFrame(schema=ASIDE_SCHEMA)
    local = frame.select(pl.col("record").rle_id(), "tag", "value")
    values = repair(spoken(local, mapping))
    if mapping.latex:
        values = without_markup(values)
    where = sources(values, mapping, first.height)
    picked = pick(values, mapping.fields, where.get_column("source"), first.height)
    fields = normalise(picked, mapping)
    aside = set_aside(picked, fields, first.get_column("line"))
    lasting = (
        where.get_column("told")
        if mapping.lasting == "database"
        else pl.repeat(bool(mapping.lasting), first.height, eager=True)
    )
    source = where.get_column("source")
    identities = identity.identities(fields, lasting)
    records = fields.with_columns(
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
    return records.select(COLUMNS), aside


def raws(tokens: pl.DataFrame) -> pl.Series:
    """Every tag and value of each record, in order."""
    lists = tokens.group_by("record", maintain_order=True).agg(raw=pl.struct("tag", "value"))
    return lists.get_column("raw")

"""Where `parse` writes: one output of many exports, in which a refused export leaves no trace.

What one export gives is spooled, and goes to the output only when the export was read to its end.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO, Any, Protocol

import polars as pl

from schemas.errors import UserError
from tasks.output import is_special, put

SPOOLED = 1 << 26
"""Bytes of one export's output that are held in memory before they go to a temporary file."""


PARQUET: dict[str, Any] = {
    "compression": "snappy",
    "write_batch_size": 1 << 16,
    "write_statistics": ["year", "position"],
    # Only columns of few values gain from a dictionary; for the others it is half the time of writing.
    "use_dictionary": ["source", "platform", "format", "type", "language", "journal", "raw.list.element.tag"],
}


class Sink(Protocol):
    """Takes the batches of one export after the other."""

    def write(self, records: pl.DataFrame) -> None:
        """One batch of the export that is being read."""

    def commit(self) -> None:
        """The export was read to its end: its records count."""

    def discard(self) -> None:
        """The export was refused: what was written of it goes."""


@contextmanager
def sink(form: str, out: Path | None, *, raw: bool = False) -> Iterator[Sink]:
    """A sink for `form`, to the file `out` (written beside it and renamed at the end) or to standard output."""
    if out is not None and not out.parent.is_dir():
        raise UserError("the folder does not exist", path=out.parent)
    if form == "parquet":
        if out is None:
            raise UserError("Parquet goes to a file", hint="give --out FILE")
        with TemporaryDirectory(dir=None if is_special(out) else out.parent, prefix=".parse-") as folder:
            parquet = Parquet(Path(folder))
            yield parquet
            put(parquet.join(), out)
    elif out is None:
        with _text(form, sys.stdout.buffer, raw=raw) as text:
            yield text
        sys.stdout.buffer.flush()
    else:
        with TemporaryDirectory(dir=None if is_special(out) else out.parent, prefix=".parse-") as folder:
            part = Path(folder) / out.name
            with part.open("wb") as file, _text(form, file, raw=raw) as text:
                yield text
            put(part, out)


@contextmanager
def _text(form: str, file: IO[bytes], *, raw: bool) -> Iterator[Sink]:
    """The sink of a text format on an open file."""
    if form == "jsonl":
        yield Spooled(file, lambda records, spool: (records if raw else records.drop("raw")).write_ndjson(spool))
        return
    from tasks.load.write import WRITERS, Writer  # noqa: PLC0415  jsonl, the default, is to start fast

    writer = Writer(WRITERS[form])
    file.write(writer.head())
    yield Spooled(file, lambda records, spool: spool.write(writer.records(records)))
    file.write(writer.tail())


class Spooled:
    """Text of any format, spooled export by export."""

    def __init__(self, file: IO[bytes], encode: Callable[[pl.DataFrame, IO[bytes]], object]) -> None:
        self._file, self._encode = file, encode
        self._spool: SpooledTemporaryFile[bytes] | None = None

    def write(self, records: pl.DataFrame) -> None:
        if self._spool is None:
            self._spool = SpooledTemporaryFile(SPOOLED)  # noqa: SIM115  closed by discard
        self._encode(records, self._spool)

    def commit(self) -> None:
        if self._spool is not None:
            self._spool.seek(0)
            shutil.copyfileobj(self._spool, self._file)
        self.discard()

    def discard(self) -> None:
        if self._spool is not None:
            self._spool.close()
        self._spool = None


class Parquet:
    """Parquet files in a folder: one an export, a row group a batch; joined at the end."""

    def __init__(self, folder: Path) -> None:
        import pyarrow.parquet  # noqa: PLC0415  slow to import

        self._parquet = pyarrow.parquet
        self._folder = folder
        self._parts: list[Path] = []
        self._writer: pyarrow.parquet.ParquetWriter | None = None

    def write(self, records: pl.DataFrame) -> None:
        table = records.to_arrow()
        if self._writer is None:
            path = self._folder / f"{len(self._parts)}.parquet"
            self._writer = self._parquet.ParquetWriter(path, table.schema, **PARQUET)
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))

    def commit(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._parts.append(self._folder / f"{len(self._parts)}.parquet")
        self._writer = None

    def discard(self) -> None:
        if self._writer is not None:
            self._writer.close()
            (self._folder / f"{len(self._parts)}.parquet").unlink()
        self._writer = None

    def join(self) -> Path:
        """One file of all parts, its row groups theirs."""
        if len(self._parts) == 1:
            return self._parts[0]
        joined = self._folder / "joined.parquet"
        with self._parquet.ParquetWriter(joined, _empty().to_arrow().schema, **PARQUET) as writer:
            for part in self._parts:
                with self._parquet.ParquetFile(part) as file:
                    for group in range(file.num_row_groups):
                        writer.write_table(file.read_row_group(group))
        return joined


def _empty() -> pl.DataFrame:
    """No records, with the columns of ParsedRecord."""
    from tasks.load.read import EMPTY  # noqa: PLC0415

    return EMPTY

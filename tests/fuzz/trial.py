"""Whatever is done to a file, reading it ends, does not crash, and loses nothing silently.

Each input is sniffed and tokenised alone, with a time limit. Its tokens then are mapped, normalised and validated together
with those of the others at hand, since calling the expressions costs ten times what they take for a record. One of each
batch is read as a whole, and each of those by which, halving it, a batch turns out to be wrong.
"""

from __future__ import annotations

import contextlib
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import polars as pl

from schemas.errors import UserError
from tasks.load.read import UnexpectedError, assemble, read
from tasks.load.sniff import Sniffed, sniff
from tasks.load.tokens import TOKEN_SCHEMA, Tokens
from tasks.load.validate import validate
from tests.fuzz.mutations import mutated

SECONDS = 5
"""Of processor time; of the clock, on however busy a machine, `STUCK`."""
STUCK = 300
MEMORY = Path("/dev/shm")


class Late(Exception):
    """It took too long."""


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Raises `Late` when the time is up."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise Late(f"took longer than {SECONDS} s")

    signal.signal(signal.SIGPROF, late)
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(STUCK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def try_inputs(form: str, numbers: range) -> list[str]:
    """What is wrong with these inputs of the format, a line each."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        return _try(form, numbers, Path(folder) / "export")


def _try(form: str, numbers: range, file: Path) -> list[str]:
    """See `try_inputs`; what is wrong with a batch is looked for by halves."""
    wrong = together(form, numbers, file)
    if len(numbers) == 1 or not wrong:
        alone = read_whole(form, numbers[0], file) or wrong
        return [f"{form}, input {numbers[0]}: {alone}"] if alone else []
    middle = len(numbers) // 2
    return _try(form, numbers[:middle], file) + _try(form, numbers[middle:], file) or [
        f"{form}, inputs {numbers.start} to {numbers.stop - 1} together: {wrong}"
    ]


def read_whole(form: str, number: int, file: Path) -> str | None:
    """What is wrong with how one input is read; None if nothing is."""
    file.write_bytes(mutated(form, number))
    try:
        with limited():
            reading = read(file)
            loaded = quarantined = 0
            for batch in reading:
                loaded += batch.records.height
                quarantined += batch.quarantine.height
                reasons = batch.quarantine.get_column("reason")
                if failed := reasons.str.contains("^reading it failed").arg_true().to_list():
                    return str(reasons[failed[0]])
    except UnexpectedError as error:
        return error.message
    except UserError:
        return None
    except Exception as error:  # any is a failure here
        return f"{type(error).__name__}: {str(error)[:300]}"
    if reading.found != loaded + quarantined or reading.found != reading.starts:
        return f"{reading.starts} starts, {reading.found} found, {loaded} loaded, {quarantined} quarantined"
    return None


def together(form: str, numbers: range, file: Path) -> str | None:
    """What is wrong with these inputs, each read as far as its tokens, and the tokens of all at once."""
    groups: dict[tuple[str, str], tuple[Sniffed, list[Tokens]]] = {}
    try:
        for number in numbers:
            file.write_bytes(mutated(form, number))
            with contextlib.suppress(UserError), limited():
                sniffed = sniff(file)
                pieces = list(sniffed.format.tokenise(sniffed.source))
                groups.setdefault((sniffed.format.name, sniffed.platform), (sniffed, []))[1].extend(pieces)
        for sniffed, pieces in groups.values():
            tokens = joined(pieces)
            with limited():
                good, bad, _ = validate(assemble(tokens, sniffed.mapping, sniffed.format.name)[0])
            if good.height + bad.height != tokens.starts:
                return f"{tokens.starts} records, {good.height} loaded, {bad.height} quarantined"
    except Exception as error:  # any is a failure here
        return f"{type(error).__name__}: {str(error)[:300]}"
    return None


def joined(pieces: list[Tokens]) -> Tokens:
    """The tokens of many files as if they were one's; `starts` is how many records have some."""
    frames = [pl.DataFrame(schema=TOKEN_SCHEMA)]
    offset = 0
    for piece in pieces:
        if piece.frame.height:
            frames.append(piece.frame.with_columns((pl.col("record") + offset).cast(pl.UInt32)))
            offset = int(frames[-1].get_column("record")[-1]) + 1
    whole = pl.concat(frames)
    return Tokens(whole, whole.get_column("record").n_unique())

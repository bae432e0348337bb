"""Mutated exports: whatever is done to a file, reading it ends, does not crash, and loses nothing silently.

    pytest -m fuzz tests/fuzz                     100,000 inputs over all formats, on all cores; -s shows how far it is
    FUZZ_INPUTS=5000 FUZZ_SEED=7 FUZZ_ONLY=wos pytest -m fuzz tests/fuzz
    FUZZ_STRUCTURE=1 FUZZ_INPUTS=100000 FUZZ_ONLY=wos pytest -m fuzz tests/fuzz -s

Bytes and lines are changed; and so is structure, and with FUZZ_STRUCTURE only that: lines repeated hundreds of times, line
ends changed, files joined, halves swapped. Each input has a time limit. The default test run does some. A failure prints the
fixture and the seed that make it again: `mutated(path, seed)`.

Each input is sniffed and tokenised alone. Its tokens then are mapped, normalised and validated together with those of
`BATCH` others, since calling the expressions costs ten times what they take for a record. One of each batch is read as
a whole, and all of them, one by one, if anything is wrong with the batch.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import FrameType

import polars as pl
import pytest

from schemas.errors import UserError
from tasks.load.read import UnexpectedError, assemble, read
from tasks.load.sniff import Sniffed, sniff
from tasks.load.tokens import TOKEN_SCHEMA, Tokens
from tasks.load.validate import validate

TESTS = Path(__file__).parents[1]
FIXTURES = sorted(path for path in (TESTS / "fixtures" / "exports").rglob("*") if path.is_file())
SHARED = TESTS.parents[1] / "shared" / "data" / "exports"
SMALL = 30_000
SECONDS = 5
"""Of processor time; of the clock, on however busy a machine, `STUCK`."""
STUCK = 120
BATCH = 100

JUNK = (
    b'"', b"\n", b"\r", b"\r\n\r\n", b"{", b"}", b"<", b">", b"&", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b",", b"\t",
    b"@article{",
    b"ER  - \n", b"TY  - JOUR\n", b"<record>", b"</record>", b"]]>", b"<!--", b"&#0;", b"PMID- 1\n", b"\n\n\n2. X\n",
    b"%0 Book\n",
    b"=", b"\\", b"\x1a", b"\xe2\x80\xa8", b"[[[[", b"<3. >\n", b"PT J\n", b"EF\n", b"\xc3\x28",
)  # fmt: skip


def mutated(path: Path, seed: int) -> bytes:
    """The file after one to four mutations, drawn by the seed."""
    draw = random.Random(f"{path.name}:{seed}")
    data = path.read_bytes()
    for _ in range(draw.randint(1, 4)):
        if len(data) < LARGEST:
            data = draw.choice(STRUCTURE if "FUZZ_STRUCTURE" in os.environ else MUTATIONS)(data, draw) or b"x"
    return data[:LARGEST]


def flip(data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.randint(1, 8)):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def truncate(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data))]


def behead(data: bytes, draw: random.Random) -> bytes:
    return data[draw.randrange(len(data)) :]


def lines(data: bytes, draw: random.Random) -> bytes:
    """A line deleted, doubled, or moved."""
    rows = data.splitlines(keepends=True)
    at = draw.randrange(len(rows))
    row = rows.pop(at)
    for _ in range(draw.randint(0, 2)):
        rows.insert(draw.randrange(len(rows) + 1), row)
    return b"".join(rows)


def insert(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.choice(JUNK) * draw.choice((1, 1, 1, 2, 50)) + data[at:]


def delete(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + data[at + draw.randint(1, 40) :]


def double(data: bytes, draw: random.Random) -> bytes:
    """A stretch of the file twice: records that start inside others."""
    at, length = draw.randrange(len(data)), draw.randint(1, 400)
    return data[: at + length] + data[at : at + length] + data[at + length :]


def swap_encoding(data: bytes, draw: random.Random) -> bytes:
    text = data.decode(draw.choice(("utf-8", "cp1252", "utf-16-le")), "replace")
    return text.encode(draw.choice(("utf-16", "utf-16-le", "cp1252", "latin-1", "utf-8-sig", "utf-8")), "replace")


def repeat(data: bytes, draw: random.Random) -> bytes:
    """A line, or some, up to a thousand times: authors, keywords, blank lines, headers, starts without an end."""
    rows = data.splitlines(keepends=True)
    at, length = draw.randrange(len(rows)), draw.choice((1, 1, 1, 2, 5))
    times = draw.choice((2, 20, 200, 1000))
    return b"".join([*rows[:at], *(rows[at : at + length] * times)[:4000], *rows[at + length :]])


def change_line_ends(data: bytes, draw: random.Random) -> bytes:
    """All line ends another, or some of them, or none."""
    ends = draw.choice((b"\r\n", b"\r", b"\n", b"\n\n", b"\r\r\n", b"\n\r", b"", None))
    plain = data.replace(b"\r\n", b"\n")
    if ends is not None:
        return plain.replace(b"\n", ends)
    return b"".join(row + draw.choice((b"\r\n", b"\n", b"\r")) for row in plain.split(b"\n"))


def join(data: bytes, draw: random.Random) -> bytes:
    """The file and itself, or another of any format, end to end: with or without a line end or a BOM between them."""
    other = data if draw.random() < 0.6 else draw.choice(FIXTURES).read_bytes()
    seam = draw.choice((b"", b"", b"\n", b"\r\n", b"\xef\xbb\xbf", b"\n\xef\xbb\xbf"))
    first = data.rstrip(b"\r\n") if draw.random() < 0.5 else data
    return first + seam + other


def swap_halves(data: bytes, draw: random.Random) -> bytes:
    """What comes after some line before what comes before it."""
    rows = data.splitlines(keepends=True)
    at = draw.randrange(len(rows))
    return b"".join([*rows[at:], *rows[:at]])


def shuffle(data: bytes, draw: random.Random) -> bytes:
    """A stretch of lines in another order: tags before the start, ends before it."""
    rows = data.splitlines(keepends=True)
    at = draw.randrange(len(rows))
    stretch = rows[at : at + draw.choice((3, 10, 40))]
    rows[at : at + len(stretch)] = draw.sample(stretch, len(stretch))
    return b"".join(rows)


STRUCTURE: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    repeat, repeat, change_line_ends, change_line_ends, join, join, swap_halves, shuffle, lines, double,
)  # fmt: skip

MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip, flip, truncate, behead, lines, lines, insert, insert, delete, delete, double, swap_encoding, *STRUCTURE,
)  # fmt: skip
LARGEST = 1 << 20
"""Bytes of an input at most."""


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


def trial(path: Path, seed: int, file: Path) -> str | None:
    """What is wrong with how the mutated file is read; None if nothing is."""
    file.write_bytes(mutated(path, seed))
    try:
        with limited():
            reading = read(file)
            loaded = quarantined = 0
            for batch in reading:
                loaded += batch.records.height
                quarantined += batch.quarantine.height
                if (
                    failed := batch.quarantine.get_column("reason")
                    .str.contains("^reading it failed")
                    .arg_true()
                    .to_list()
                ):
                    return str(batch.quarantine["reason"][failed[0]])
    except UnexpectedError as error:
        return error.message
    except UserError:
        return None
    except Exception as error:  # any is a failure here
        return f"{type(error).__name__}: {str(error)[:300]}"
    if reading.found != loaded + quarantined or reading.found != reading.starts:
        return f"{reading.starts} starts, {reading.found} found, {loaded} loaded, {quarantined} quarantined"
    return None


def together(path: Path, seeds: range, file: Path) -> str | None:
    """What is wrong with the mutated files of these seeds, read as far as their tokens, and the tokens of all at once."""
    groups: dict[tuple[str, str], tuple[Sniffed, list[Tokens]]] = {}
    try:
        for seed in seeds:
            file.write_bytes(mutated(path, seed))
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


def run(path: Path, seeds: range) -> list[str]:
    """What is wrong with the mutated files of these seeds, a line each."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export"
        for first in range(seeds.start, seeds.stop, BATCH):
            some = range(first, min(first + BATCH, seeds.stop))
            wrong = together(path, some, file)
            alone = {seed: what for seed in (some if wrong else some[:1]) if (what := trial(path, seed, file))}
            found += [f"{path.name}, seed {seed}: {what}" for seed, what in alone.items()]
            if wrong and not alone:
                found.append(f"{path.name}, seeds {some.start} to {some.stop - 1} together: {wrong}")
    return found


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_a_few_mutations_of_each_fixture(path: Path) -> None:
    assert run(path, range(4)) == []


@pytest.mark.fuzz
def test_many_mutations() -> None:
    inputs, first = int(os.environ.get("FUZZ_INPUTS", "100000")), int(os.environ.get("FUZZ_SEED", "1000"))
    wanted = re.compile(os.environ.get("FUZZ_ONLY", ""))
    real = sorted(path for path in SHARED.rglob("*.*") if path.stat().st_size < SMALL) if SHARED.is_dir() else []
    paths = [path for path in [*FIXTURES, *real] if wanted.search(path.name)]
    last = first + -(-inputs // len(paths))
    rounds = [(path, range(seed, min(seed + BATCH, last))) for seed in range(first, last, BATCH) for path in paths]
    wrong, done = [], 0
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for (_, seeds), found in zip(rounds, pool.map(run, *zip(*rounds, strict=True)), strict=True):
            wrong += found
            done += len(seeds)
            print(f"{done:,} inputs, {len(wrong)} wrong", *found, sep="\n  ", flush=True)  # noqa: T201  shown by -s
    assert not wrong, "\n".join(wrong)

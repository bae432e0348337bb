"""Mutated exports: whatever is done to a file, reading it ends, does not crash, and loses nothing silently.

    pytest -m fuzz tests/fuzz                     100,000 inputs over all formats (hours; in parallel on all cores)
    FUZZ_INPUTS=5000 FUZZ_SEED=7 pytest -m fuzz tests/fuzz

The default test run does a few hundred. A failure prints the fixture and the seed that make it again: `mutated(path,
seed)`.
"""

from __future__ import annotations

import os
import random
import re
import signal
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import FrameType

import pytest

from schemas.errors import UserError
from tasks.formats.read import read

TESTS = Path(__file__).parents[1]
FIXTURES = sorted(path for path in (TESTS / "fixtures" / "exports").rglob("*") if path.is_file())
SHARED = TESTS.parents[1] / "shared" / "data" / "exports"
SMALL = 50_000
SECONDS = 5

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
        data = draw.choice(MUTATIONS)(data, draw) or b"x"
    return data


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


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip, flip, truncate, behead, lines, lines, insert, insert, delete, delete, double, swap_encoding,
)  # fmt: skip


def trial(path: Path, seed: int, file: Path) -> str | None:
    """What is wrong with how the mutated file is read; None if nothing is."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    file.write_bytes(mutated(path, seed))
    signal.alarm(SECONDS)
    try:
        reading = read(file)
        loaded = quarantined = 0
        for batch in reading:
            loaded += batch.records.height
            quarantined += batch.quarantine.height
        if reading.found != loaded + quarantined or reading.found != reading.starts:
            return f"{reading.starts} starts, {reading.found} found, {loaded} loaded, {quarantined} quarantined"
    except UserError:
        return None
    except TimeoutError:
        return f"took longer than {SECONDS} s"
    except Exception as error:  # any is a failure here
        return f"{type(error).__name__}: {str(error)[:300]}"
    finally:
        signal.alarm(0)
    return None


def run(path: Path, seeds: range) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export"
        return [f"{path.name}, seed {seed}: {wrong}" for seed in seeds if (wrong := trial(path, seed, file))]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_a_few_mutations_of_each_fixture(path: Path) -> None:
    assert run(path, range(4)) == []


@pytest.mark.fuzz
def test_many_mutations() -> None:
    inputs, first = int(os.environ.get("FUZZ_INPUTS", "100000")), int(os.environ.get("FUZZ_SEED", "1000"))
    wanted = re.compile(os.environ.get("FUZZ_ONLY", ""))
    real = sorted(path for path in SHARED.rglob("*.*") if path.stat().st_size < SMALL) if SHARED.is_dir() else []
    paths = [path for path in [*FIXTURES, *real] if wanted.search(path.name)]
    each = -(-inputs // len(paths))
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        wrong = [line for found in pool.map(run, paths, [range(first, first + each)] * len(paths)) for line in found]
    assert not wrong, "\n".join(wrong)

"""Changed exports: bytes, lines and structure of the fixtures, drawn by a seed. The same seed makes the same file again.

Structure is what real files differ in: lines repeated up to a thousand times, line ends changed, files joined end to end
with or without a line end or a BOM between them, halves swapped, lines shuffled.
"""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from tasks.load.sniff import sniff

EXPORTS = Path(__file__).parents[1] / "fixtures" / "exports"
LARGEST = 1 << 18
"""Bytes of an input at most; that long files take no more than linear time is held by tests/unit/load/test_linear_time.py."""

JUNK = (
    b'"', b"\n", b"\r", b"\r\n\r\n", b"{", b"}", b"<", b">", b"&", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b",", b"\t",
    b"@article{",
    b"ER  - \n", b"TY  - JOUR\n", b"<record>", b"</record>", b"]]>", b"<!--", b"&#0;", b"PMID- 1\n", b"\n\n\n2. X\n",
    b"%0 Book\n",
    b"=", b"\\", b"\x1a", b"\xe2\x80\xa8", b"[[[[", b"<3. >\n", b"PT J\n", b"EF\n", b"\xc3\x28",
)  # fmt: skip

Mutation = Callable[[bytes, random.Random], bytes]


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """The fixtures of each format, small files of some records, and workbooks made of its tables."""
    found: defaultdict[str, list[bytes]] = defaultdict(list)
    for path in sorted(path for path in EXPORTS.rglob("*") if path.is_file()):
        found[sniff(path).format.name].append(path.read_bytes())
    found["xlsx"] = [workbook(path) for path in (EXPORTS / "scopus.csv", EXPORTS / "embase.csv")]
    return {form: tuple(files) for form, files in sorted(found.items())}


def workbook(path: Path) -> bytes:
    """The table in a CSV file as an Excel file."""
    book = Workbook()
    for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines()):
        book.worksheets[0].append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def mutated(form: str, seed: int) -> bytes:
    """A fixture of the format after one to four mutations."""
    draw = random.Random(f"{form}:{seed}")
    data = draw.choice(seeds()[form])
    change = in_workbook if form == "xlsx" and draw.random() < 0.9 else mutate
    for _ in range(draw.choice((1, 1, 2, 2, 3, 4))):
        if len(data) < LARGEST:
            data = change(data, draw)
    return data[:LARGEST]


def mutate(data: bytes, draw: random.Random) -> bytes:
    """The data after one mutation; never empty."""
    return draw.choice(MUTATIONS)(data, draw) or b"x"


def in_workbook(data: bytes, draw: random.Random) -> bytes:
    """A workbook of which one part is mutated, most often a sheet or its text, element by element; packed again."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            parts = {name: old.read(name) for name in old.namelist()}
    except (zipfile.BadZipFile, ValueError):
        return mutate(data, draw)
    of_cells = sorted(name for name in parts if re.search("sheet1|sharedStrings", name))
    name = draw.choice(of_cells if of_cells and draw.random() < 0.8 else sorted(parts))
    parts[name] = mutate(parts[name].replace(b"><", b">\n<") or b"x", draw)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for part, content in parts.items():
            new.writestr(part, content)
    return made.getvalue()


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
    """A line, or some, many times, seldom a thousand: authors, keywords, blank lines, headers, starts without an end."""
    rows = data.splitlines(keepends=True)
    at, length = draw.randrange(len(rows)), draw.choice((1, 1, 1, 2, 5))
    times = draw.choice((*(2,) * 12, *(8,) * 8, *(30,) * 5, 200, 1000))
    return b"".join([*rows[:at], *(rows[at : at + length] * times)[:1000], *rows[at + length :]])


def change_line_ends(data: bytes, draw: random.Random) -> bytes:
    """All line ends another, or some of them, or none."""
    ends = draw.choice((b"\r\n", b"\r", b"\n", b"\n\n", b"\r\r\n", b"\n\r", b"", None))
    plain = data.replace(b"\r\n", b"\n")
    if ends is not None:
        return plain.replace(b"\n", ends)
    return b"".join(row + draw.choice((b"\r\n", b"\n", b"\r")) for row in plain.split(b"\n"))


def join(data: bytes, draw: random.Random) -> bytes:
    """The file and itself, or another of any format, end to end: with or without a line end or a BOM between them."""
    every = [file for files in seeds().values() for file in files]
    other = data if draw.random() < 0.6 else draw.choice(every)
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


STRUCTURE: tuple[Mutation, ...] = (
    repeat, repeat, change_line_ends, change_line_ends, join, join, swap_halves, shuffle, lines, double,
)  # fmt: skip
MUTATIONS: tuple[Mutation, ...] = (
    *STRUCTURE, *STRUCTURE, flip, truncate, behead, insert, insert, delete, delete, swap_encoding,
)  # fmt: skip
"""Five of seven change structure."""

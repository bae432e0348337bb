"""What it costs to give every quote with where it comes from, and to find words in a text: `python -m benchmarks.quotes`.

Three warehouses, each measured in a process of its own: 30 texts of 80 kB with 6,000 codings, one of 1.5 MB with 3,000, one of
50 MB with 3,746. `quote`: seconds of `FROM quote`, all rows fetched, and the process's memory at its height; the aim is half a
second and 400 MB. `placed`: seconds in which as many quotes without positions are found in these texts, which happens once a text.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import polars as pl

from tasks.synthesise.place_codings import place_codings
from warehouse.connect import reader, writer
from warehouse.schema import create_schema
from warehouse.write import insert_frame

#: Texts, characters of each, codings of each.
SIZES = ((30, 80_000, 200), (1, 1_500_000, 3_000), (1, 50_000_000, 3_746))
_LENGTH = 120
#: Arrivals: a project with texts and positions, and a table of words on the same documents.
_PROJECT, _TABLE = 1, 2


def write_text(characters: int, seed: int) -> str:
    """A text of invented words."""
    draw = random.Random(seed)
    words = ["".join(draw.choices("abcdefghijklmnoprstuvwz", k=draw.randint(2, 9))) for _ in range(5_000)]
    return " ".join(draw.choices(words, k=characters // 5))[:characters]


def fill(path: Path, texts: int, characters: int, codings: int, *, by_words: bool) -> None:
    """Makes a warehouse: a project whose codings have positions, or (`by_words`) a table of the same words without."""
    draw = random.Random(7)
    documents: list[tuple[str, str, str, str]] = []
    segments: list[tuple[str, str, str, int, str]] = []
    for n in range(texts):
        text, id = write_text(characters, n), f"doc_{n:016x}"
        documents.append((id, f"text {n}", text, hashlib.sha256(text.encode()).hexdigest()))
        for _ in range(codings):
            start = draw.randrange(characters - _LENGTH)
            segments.append(
                (
                    f"cdg_{len(segments):016x}",
                    id,
                    f"cod_{draw.randrange(40):016x}",
                    start,
                    text[start : start + _LENGTH],
                )
            )
    with writer(path) as con:
        create_schema(con)
        arrivals = [_PROJECT, _TABLE] if by_words else [_PROJECT]
        for arrival in arrivals:
            _deliver(con, arrival)
        _insert(con, "core.document", [
            {"arrival_id": _PROJECT, "document_id": id, "name": name, "kind": "text", "text": text, "text_hash": text_hash}
            for id, name, text, text_hash in documents
        ])  # fmt: skip
        owner = arrivals[-1]
        if by_words:
            _insert(
                con,
                "core.document",
                [{"arrival_id": owner, "document_id": d[0], "name": d[1], "kind": "text"} for d in documents],
            )
        codes = [f"cod_{n:016x}" for n in range(40)]
        _insert(con, "core.code", [
            {"arrival_id": owner, "code_id": c, "guid": c, "name": c, "path": c, "position": n, "is_codable": True}
            for n, c in enumerate(codes, 1)
        ])  # fmt: skip
        _insert(con, "core.coding", [
            {"arrival_id": owner, "coding_id": id, "document_id": document, "code_id": code, "coder": "Ada", "quote": quote}
            | ({} if by_words else {"start_char": start, "end_char": start + _LENGTH})
            for id, document, code, start, quote in segments
        ])  # fmt: skip
        known = [("document", d[0]) for d in documents]
        own = [*known, *(("code", c) for c in codes), *(("coding", s[0]) for s in segments), ("coder", "Ada")]
        _insert(con, "core.element_identity", [
            {"arrival_id": arrival, "element": element, "id": id, "delivered_as": id, "known_as": id}
            for arrival in arrivals for element, id in (own if arrival == owner else known)
        ])  # fmt: skip
        con.execute("CHECKPOINT")


def _deliver(con: duckdb.DuckDBPyConnection, arrival: int) -> None:
    con.execute(
        "INSERT INTO core.arrival (arrival_id, sha256, kind, file_name, bytes, received_at, state, counts) "
        "VALUES (?, 'x', 'coding', 'invented.qdpx', 1, TIMESTAMPTZ '2026-01-01', 'counts', true)",
        [arrival],
    )
    con.execute(
        "INSERT INTO core.project VALUES (?, 'invented', 'handmade', NULL, 'code points, CR LF as 2')", [arrival]
    )
    con.execute(
        "INSERT INTO core.project_relation VALUES (?, ?, 'first', true, NULL, false, '')",
        [arrival, f"prj_{arrival:016x}"],
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    insert_frame(con, table, pl.DataFrame(rows))


def measure(path: Path, what: str) -> tuple[float, float, int]:
    """Seconds, megabytes at the height, and rows, in this process."""
    if what == "quote":
        with reader(path) as con:
            started = time.perf_counter()
            rows = len(con.execute("FROM quote").fetchall())
            seconds = time.perf_counter() - started
    else:
        with writer(path) as con:
            started = time.perf_counter()
            place_codings(con, {})
            seconds = time.perf_counter() - started
            rows = con.execute("SELECT count(*) FROM core.coding_place WHERE start_char IS NOT NULL").fetchall()[0][0]
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, rows


def main() -> None:
    """Prints a row a warehouse and task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", nargs=2, metavar=("FILE", "WHAT"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(Path(args.measure[0]), args.measure[1])))
        return
    print(f"{'texts':>6}{'characters':>13}{'codings':>9}  {'what':<8}{'seconds':>8}{'MB':>8}{'rows':>8}")
    for texts, characters, codings in SIZES:
        for what in ("quote", "placed"):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "w.duckdb"
                fill(path, texts, characters, codings, by_words=what == "placed")
                command = [sys.executable, "-m", "benchmarks.quotes", "--measure", str(path), what]
                seconds, megabytes, rows = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            print(
                f"{texts:>6}{characters:>13,}{texts * codings:>9,}  {what:<8}{seconds:>8.2f}{megabytes:>8.0f}{rows:>8,}",
                flush=True,
            )


if __name__ == "__main__":
    main()

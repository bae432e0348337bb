"""Screening simulated on labelled sets: `python -m benchmarks.screening DIR [--asreview PYTHON] [--seeds 1 2 3]`.

DIR holds sets as `living-review simulate` reads them (title, abstract, label_included, one .csv a set). Each is screened from one
included and one excluded record that the seed draws; without any label, from the question in questions/<set>.txt, where there is
one; as an update, the oldest 70% by year known (living); and the newer of these alone, as if nothing were known (cold).
`--asreview`: the interpreter of an environment that has asreview, whose default model screens the same sets from the same priors
in the same run. Every simulation is a process of its own; seconds are its whole.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tasks.screen.order.metrics import measure

OURS = [sys.executable, "-c", "from flows.cli import main; main()", "simulate"]
QUESTIONS = Path(__file__).parent / "questions"
SHOWN = ("wss_95", "wss_100", "rrf_10", "atd")


class Screened(NamedTuple):
    """The rows in the order in which they were screened, those that were known first; and the seconds that it took."""

    order: list[int]
    known: int
    seconds: float


def run_ours(file: Path, *options: str) -> list[int] | None:
    """The order of one simulation, None where the set cannot be screened so (no year, nothing left to be found)."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "order.csv"
        ended = subprocess.run([*OURS, str(file), *options, "--out", str(out)], check=False, capture_output=True)
        if ended.returncode:
            return None
        with out.open(newline="", encoding="utf-8") as ranks:
            return [int(row["row"]) for row in csv.DictReader(ranks)]


def run_asreview(python: str, file: Path, priors: list[int], seed: int) -> list[int]:
    """The order of ASReview's default model from the same priors, all records screened."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "project.asreview"
        command = [str(Path(python).with_name("asreview")), "simulate", str(file.resolve()), "--prior-idx", *map(str, priors),
                   "--seed", str(seed), "--n-stop", "-1", "--output", str(out)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1"})
        with zipfile.ZipFile(out) as project:
            name = next(name for name in project.namelist() if name.endswith("results.db"))
            database = Path(folder) / "results.db"
            database.write_bytes(project.read(name))
        con = sqlite3.connect(database)
        try:
            screened = [int(row) for (row,) in con.execute("SELECT record_id FROM results ORDER BY rowid")]
        finally:
            con.close()
    return [*priors, *(row for row in screened if row not in set(priors))]


def timed(screen: Callable[[], list[int] | None], known: int) -> Screened | None:
    """One simulation with its seconds."""
    started = time.perf_counter()
    order = screen()
    return Screened(order, known, time.perf_counter() - started) if order else None


def main() -> int:
    """Prints a line a set and way, and the means over the sets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--asreview", metavar="PYTHON")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    args = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}\n{'set':32}{'way':12}" + "".join(f"{name:>9}" for name in (*SHOWN, "s")))
    means: dict[str, list[list[float]]] = {}
    for file in sorted(args.folder.glob("*.csv")):
        text = file.read_text(encoding="utf-8-sig")
        labels = [row["label_included"] == "1" for row in csv.DictReader(io.StringIO(text))]
        for way, runs in screen_set(file, labels, args.seeds, args.asreview).items():
            rows = []
            for run in filter(None, runs):
                metrics = measure([labels[row] for row in run.order[run.known :]])
                rows.append([*(getattr(metrics, name) for name in SHOWN), run.seconds])
            if rows:
                mean = [statistics.mean(column) for column in zip(*rows, strict=True)]
                means.setdefault(way, []).append(mean)
                print(f"{file.stem[:31]:32}{way:12}" + "".join(f"{value:9.3f}" for value in mean), flush=True)
    for way, rows in means.items():
        mean = [statistics.mean(column) for column in zip(*rows, strict=True)]
        print(f"{f'mean of {len(rows)}':32}{way:12}" + "".join(f"{value:9.3f}" for value in mean))
    return 0


def screen_set(
    file: Path, labels: list[bool], seeds: list[int], asreview: str | None
) -> dict[str, list[Screened | None]]:
    """Each way of screening one set, a run a seed."""
    ways: dict[str, list[Screened | None]] = {"priors": []}
    for seed in seeds:
        run = timed(lambda seed=seed: run_ours(file, "--priors", "1", "--seed", str(seed)), 2)  # type: ignore[misc]
        ways["priors"].append(run)
        if run and asreview:
            priors = run.order[:2]
            ways.setdefault("asreview", []).append(
                timed(lambda seed=seed, priors=priors: run_asreview(asreview, file, priors, seed), 2)  # type: ignore[misc]
            )
    question = QUESTIONS / f"{file.stem}.txt"
    if question.exists():
        ways["question"] = [timed(lambda: run_ours(file, "--question", str(question)), 0)]
    living = timed(lambda: run_ours(file, "--living"), round(len(labels) * 0.7))
    ways["living"] = [living]
    if living:
        ways["cold"] = [screen_cold(file, sorted(living.order[living.known :]), seed) for seed in seeds]
    return ways


def screen_cold(file: Path, rows: list[int], seed: int) -> Screened | None:
    """These rows of a set, screened from priors as if they were all there is; the order names the rows of the set."""
    with file.open(newline="", encoding="utf-8-sig") as whole, tempfile.TemporaryDirectory() as folder:
        reader = csv.DictReader(whole)
        lines = list(reader)
        part = Path(folder) / file.name
        with part.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, reader.fieldnames or ())
            writer.writeheader()
            writer.writerows(lines[row] for row in rows)
        run = timed(lambda: run_ours(part, "--priors", "1", "--seed", str(seed)), 2)
    return run and run._replace(order=[rows[place] for place in run.order])


if __name__ == "__main__":
    sys.exit(main())

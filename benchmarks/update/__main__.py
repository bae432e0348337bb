"""What people wait for: `python -m benchmarks.update [--records 150000] [--new 500] [--beside CHECKOUT] [--runs 3]`.

Whole processes of the command line, from their start to their end: an update with nothing new of a small review, and of one
of many records `status`, `prisma`, `sources`, an update of some new records, and a refresh after votes of each of two
reviewers on as many records; and when an update's first line came, piped.
`--beside`: another checkout of this program, measured in turns with this one, on reviews of its own and with the same Python.
Then the steps of an update of new records, in this process and without Prefect. Records are benchmarks/dedupe's, fictional.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.dedupe.generate import SOURCES, Record, records
from tasks.review.steps import Result, Steps
from tasks.review.update import refresh
from warehouse.review import Review

HERE = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from flows.cli import main; main()"]
PROTOCOL = """\
[review]
title = "Benchmark"
question = "How long?"
{sources}
[eligibility]
include = ["All."]

[[eligibility.exclusion]]
reason = "None"

[screening]
reviewers = ["Ada", "Ben"]
"""
SOURCE = '\n[[source]]\nname = "{name}"\ndatabase = "{database}"\nplatform = "Ovid"\n'
SMALL = 200


class TimedSteps(Steps):
    """Steps that note how many seconds each took."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: dict[str, float] = {}

    def run(self, name: str, work: Callable[[], Result]) -> Result:
        """Does one step."""
        started = time.perf_counter()
        try:
            return super().run(name, work)
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def ris(record: Record) -> str:
    """One record as an export of RIS."""
    lines = ["TY  - JOUR", f"ID  - {record.id}"]
    lines += [f"A1  - {author}" for author in (record.author or "").split("; ") if author]
    pairs = (
        ("T1", record.title), ("Y1", record.year), ("JF", record.journal), ("VL", record.volume), ("IS", record.number),
        ("SP", record.pages), ("N2", record.abstract), ("DO", record.doi), ("SN", record.isbn),
    )  # fmt: skip
    return "\n".join([*lines, *(f"{tag}  - {value}" for tag, value in pairs if value), "ER  - ", "", ""])


def drop(root: Path, name: str, found: Iterator[Record]) -> None:
    """An export a source of these records, in the review's folders."""
    texts: dict[str, list[str]] = {}
    for record in found:
        texts.setdefault(record.source.lower(), []).append(ris(record))
    for source, blocks in texts.items():
        path = root / "exports" / source / f"{name}.ris"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(blocks), encoding="utf-8")


def new_review(root: Path, found: Iterator[Record]) -> Path:
    """A review with a source a database, and these records in its folders."""
    root.mkdir(parents=True)
    sources = "".join(SOURCE.format(name=name.lower(), database=name) for name in SOURCES)
    (root / "review.toml").write_text(PROTOCOL.format(sources=sources), encoding="utf-8")
    drop(root, "first", found)
    return root


def one_of_each(found: Iterator[Record]) -> Iterator[Record]:
    """The first record of each report."""
    seen: set[int] = set()
    for record in found:
        if record.report not in seen:
            seen.add(record.report)
            yield record


def drop_votes(root: Path, name: str, found: Iterator[Record]) -> None:
    """A table of each reviewer's votes on titles and abstracts of those records that have a DOI: they differ on every seventh report."""
    dois = [record.doi for record in found if record.doi]
    for place, reviewer in enumerate(("Ada", "Ben")):
        verdicts = ("include" if (n + place * (n % 7 == 0)) % 10 == 0 else "exclude" for n in range(len(dois)))
        path = root / "decisions" / "title-abstract" / f"{reviewer}-{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (f"{doi},{reviewer},{verdict}\n" for doi, verdict in zip(dois, verdicts, strict=True))
        path.write_text("id,reviewer,verdict\n" + "".join(lines), encoding="utf-8")


def run(checkout: Path, home: Path, *args: str) -> tuple[float, float]:
    """Seconds until a command's first line, and until its end. Raises SystemExit where it fails, not where something is told (1)."""
    environment = os.environ | {"PYTHONPATH": str(checkout), "PREFECT_HOME": str(home)}
    environment.pop("PREFECT_API_URL", None)
    started = time.perf_counter()
    with subprocess.Popen(
        [*COMMAND, *args], cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        first = time.perf_counter() - started
        lines += process.stdout.readlines()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{checkout}: living-review {' '.join(args)} failed:\n{''.join(lines)}")
    return first, time.perf_counter() - started


def measure(checkouts: dict[str, Path], size: int, new: int, runs: int, folder: Path) -> None:
    """Prints a row a command, a column a checkout: the median of its runs in seconds."""
    figures: dict[str, dict[str, list[float]]] = {}

    def note(what: str, version: str, seconds: float) -> None:
        figures.setdefault(what, {}).setdefault(version, []).append(seconds)

    total = size + new * runs
    for version, checkout in checkouts.items():
        home = folder / version
        home.mkdir()
        small = new_review(home / "small", records(SMALL))
        run(checkout, home, "update", str(small))
        made = records(total)
        large = new_review(home / "large", islice(made, size))
        note(f"first update of {size:,} records", version, run(checkout, home, "update", str(large))[1])
        for number in range(runs):
            drop(home / "waiting" / str(number), f"later-{number}", islice(made, new))
    for number in range(runs):
        for version, checkout in checkouts.items():
            home = folder / version
            first, whole = run(checkout, home, "update", str(home / "small"))
            note(f"update, nothing new, of {SMALL} records", version, whole)
            note("  its first line", version, first)
            for command in ("status", "prisma", "sources"):
                note(f"{command}, of {size:,} records", version, run(checkout, home, command, str(home / "large"))[1])
            for path in (home / "waiting" / str(number) / "exports").glob("*/*"):
                path.rename(home / "large" / "exports" / path.parent.name / path.name)
            note(
                f"update with {new} new records, of {size:,}", version,
                run(checkout, home, "update", str(home / "large"))[1],
            )  # fmt: skip
            drop_votes(
                home / "large", str(number), islice(one_of_each(records(total)), number * new, (number + 1) * new)
            )
            note(
                f"refresh, votes of two on {new}, of {size:,}", version,
                run(checkout, home, "refresh", str(home / "large"))[1],
            )  # fmt: skip
    width = max(map(len, figures)) + 2
    print(" " * width + "".join(f"{version:>10}" for version in checkouts))
    for what, by_version in figures.items():
        print(f"{what:<{width}}" + "".join(f"{statistics.median(by_version[v]):>10.2f}" for v in checkouts))


def measure_steps(root: Path, size: int, new: int, runs: int) -> None:
    """Prints the median seconds of each step of updates of `new` records, without Prefect."""
    seconds: dict[str, list[float]] = {}
    later = islice(records(size + 2 * new * runs, seed=1), size + new * runs, None)
    for number in range(runs):
        drop(root, f"steps-{number}", islice(later, new))
        steps = TimedSteps()
        started = time.perf_counter()
        refresh(Review(root), "benchmark", steps)
        whole = time.perf_counter() - started
        for name, spent in [
            *steps.seconds.items(),
            ("between them", whole - sum(steps.seconds.values())),
            ("all", whole),
        ]:
            seconds.setdefault(name, []).append(spent)
    print(f"\nSteps of an update with {new} new records, of {size:,}, without Prefect")
    for name, each in seconds.items():
        print(f"{name:<30}{statistics.median(each):>10.2f}")


def main() -> None:
    """Measures, and prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=150_000)
    parser.add_argument("--new", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--beside", type=Path, help="another checkout to compare with")
    parser.add_argument("--keep", type=Path, help="an empty folder for the reviews, which stay there")
    args = parser.parse_args()
    checkouts = {"this": HERE} | ({"beside": args.beside.resolve()} if args.beside else {})
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        measure(checkouts, args.records, args.new, args.runs, folder)
        measure_steps(folder / "this" / "large", args.records, args.new, args.runs)


if __name__ == "__main__":
    main()

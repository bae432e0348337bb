"""Loads 1,000 new records into warehouses of growing size: `python -m benchmarks.load [--sizes 0 1000000] [--runs 5]`.

The cost should follow the new records and not the old. The filled warehouse is made by SQL from numbers, in the tables
that a load touches; the file that is loaded is an Ovid RIS export of benchmarks/parse's generator.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.parse.generate import record
from schemas.protocol import Protocol
from tasks.load.load import load_search
from warehouse.connect import writer
from warehouse.plan import PlannedFile, PlannedSearch
from warehouse.schema import create_schema
from warehouse.settings import write_settings
from warehouse.snapshots import Snapshots

FILL = Path(__file__).with_name("fill.sql").read_text(encoding="utf-8")
PROTOCOL = Protocol.model_validate(
    {
        "review": {"title": "Benchmark", "question": "How long?"},
        "source": [{"name": "medline", "database": "MEDLINE", "platform": "Ovid"}],
        "eligibility": {"include": ["all"], "exclusion": [{"reason": "none"}]},
    }
)


def measure(size: int, runs: int, folder: Path) -> list[float]:
    """Seconds of each of `runs` loads of 1,000 records, each of other records, into a warehouse of `size`."""
    store = Snapshots(folder / "snapshots")
    seconds = []
    with writer(folder / f"{size}.duckdb") as con:
        create_schema(con)
        write_settings(con, PROTOCOL)
        con.execute("SET VARIABLE size = ?", [size])
        con.execute(FILL)
    for run in range(runs + 1):
        export = folder / f"{size}-{run}.ris"
        pick = random.Random(run)
        export.write_text("".join(record(n, pick) for n in range(run * 1_000, (run + 1) * 1_000)), encoding="utf-8")
        sha256, _ = store.add(export, name=export.name)
        search = PlannedSearch(
            event_id=run + 1, key=f"e{run + 1}", source=PROTOCOL.source[0], former_sources=(),
            files=(PlannedFile(run + 1, export.name, sha256),), is_export=True, executed_at=datetime.now(UTC),
            executed_at_known=True, strategy=None, window_from=None, window_to=None, hits=None,
        )  # fmt: skip
        started = time.perf_counter()
        with writer(folder / f"{size}.duckdb") as con:
            loaded = load_search(con, search, PROTOCOL, store.path)
        seconds.append(time.perf_counter() - started)
        if loaded.loaded.loaded != 1_000 or loaded.problems:
            raise SystemExit(f"not loaded as it should be: {loaded}")
    return seconds[1:]


def main() -> None:
    """Prints a row a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=[0, 10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    print(f"{'records before':>15}{'median s':>10}{'min':>8}{'max':>8}{'ratio':>8}")
    base = 0.0
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            seconds = measure(size, args.runs, Path(folder))
        middle = statistics.median(seconds)
        base = base or middle
        print(f"{size:>15,}{middle:>10.3f}{min(seconds):>8.3f}{max(seconds):>8.3f}{middle / base:>8.2f}", flush=True)


if __name__ == "__main__":
    main()

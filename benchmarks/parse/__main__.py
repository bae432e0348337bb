"""The reader against rispy, on the same file, in the same run, each in a fresh process.

    python -m benchmarks.parse [--records 100000] [--file FILE.ris] [--rounds 3] [--alone]

Ours is the whole job: sniff, tokens without loss, mapping, normalising, validation, Parquet out. rispy's is its bare
`loads` of text that is already in memory. Printed: the best round's seconds, records and megabytes a second, processor
seconds (which a busy machine disturbs less) and peak memory.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.parse.generate import write

OURS = """
import json, resource, sys, time
from pathlib import Path
from tasks.load.read import read
from tasks.load.sink import sink
start, used = time.perf_counter(), time.process_time()
with sink("parquet", Path(sys.argv[2])) as out:
    reading = read(Path(sys.argv[1]))
    for batch in reading:
        out.write(batch.records)
    out.commit()
print(json.dumps({"records": reading.loaded, "wall": time.perf_counter() - start, "cpu": time.process_time() - used,
                  "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""

RISPY = """
import json, resource, sys, time
from pathlib import Path
import rispy
text = Path(sys.argv[1]).read_text(encoding="utf-8")
start, used = time.perf_counter(), time.process_time()
records = rispy.loads(text)
print(json.dumps({"records": len(records), "wall": time.perf_counter() - start, "cpu": time.process_time() - used,
                  "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""


def measure(code: str, *arguments: str) -> dict[str, float]:
    """One run of `code` in a fresh process."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Generate (or take) a file, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="without rispy: it needs several times the file in memory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.file or Path(folder) / "bench.ris"
        if options.file is None:
            write(path, options.records)
        size = path.stat().st_size / 1e6
        print(f"{path.name}: {size:,.0f} MB")
        print(f"{'':<22}{'records':>10}{'seconds':>9}{'records/s':>11}{'MB/s':>7}{'cpu s':>8}{'peak MB':>9}")
        runs: dict[str, tuple[str, ...]] = {"living-review, all": (OURS, str(path), str(Path(folder) / "out.parquet"))}
        if not options.alone:
            runs["rispy.loads"] = (RISPY, str(path))
        best: dict[str, dict[str, float]] = {}
        for _ in range(options.rounds):
            for name, arguments in runs.items():
                run = measure(*arguments)
                if name not in best or run["wall"] < best[name]["wall"]:
                    best[name] = run
        for name, run in best.items():
            wall = run["wall"]
            print(
                f"{name:<22}{run['records']:>10,.0f}{wall:>9.2f}{run['records'] / wall:>11,.0f}{size / wall:>7.0f}"
                f"{run['cpu']:>8.2f}{run['memory'] / 1024:>9,.0f}"
            )


if __name__ == "__main__":
    main()

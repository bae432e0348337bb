"""`python -m benchmarks.dedupe`: seconds, processor seconds and memory of deduplication, alone and beside its peers, in one run.

    python -m benchmarks.dedupe sizes [--sizes 10000,100000,1000000] [--svg docs/dedupe-growth.svg]
    python -m benchmarks.dedupe update [--records 1000000] [--new 1000]
    python -m benchmarks.dedupe families [--seed 1]
    python -m benchmarks.dedupe without DATA
    python -m benchmarks.dedupe peers DATA/cardiac/records.parquet [--bib-dedupe PYTHON] [--splink PYTHON]

`families` measures accuracy, on families of reports that are built to be taken for each other, and `without` on the labelled
sets in DATA, each with a field taken from all its records. Every other measurement is a process of its own, start-up included.
Peers run in environments of their own (their requirements clash with ours): PYTHON is the interpreter of one that has bib-dedupe,
or splink, installed. The machine's load is printed, for it matters.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.dedupe.generate import write

OURS = [str(Path(sys.executable).with_name("living-review")), "dedupe"]
BIB_DEDUPE = """
import sys, pandas as pd
from bib_dedupe.bib_dedupe import prep, block, match, cluster
frame = pd.read_parquet(sys.argv[1]).fillna("").rename(columns={"id": "ID"})
frame["ENTRYTYPE"] = frame.get("entrytype", "article")
records = prep(frame)
print(len(cluster(match(block(records)))), "clusters of duplicates")
"""
SPLINK = """
import sys, pandas as pd
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
import splink.comparison_library as cl
frame = pd.read_parquet(sys.argv[1])[["id", "title", "author", "year", "journal", "volume", "pages"]].rename(columns={"id": "unique_id"})
settings = SettingsCreator(link_type="dedupe_only", comparisons=[cl.JaroWinklerAtThresholds("title"), cl.JaroWinklerAtThresholds("author"),
    cl.ExactMatch("year"), cl.ExactMatch("volume"), cl.ExactMatch("pages")],
    blocking_rules_to_generate_predictions=[
        block_on("substr(title,1,20)"), block_on("year", "pages"), block_on("substr(author,1,8)", "year")])
api = DuckDBAPI()
linker = Linker(api.register(frame), settings)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("year", "volume"))
print(len(linker.inference.predict(threshold_match_probability=0.99).as_pandas_dataframe()), "pairs")
"""


class Measured(NamedTuple):
    """One process: wall and processor seconds, peak memory in MB, and its last line."""

    seconds: float
    cpu: float
    megabytes: float
    said: str


def measure(command: list[str]) -> Measured:
    """Runs the command to its end. Raises RuntimeError where it fails."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said[-2000:])
    lines = said.strip().splitlines()
    return Measured(
        time.perf_counter() - started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        lines[-1] if lines else "",
    )


def sizes(counts: list[int], svg: Path | None) -> None:
    """Generated sets of each size."""
    points = []
    print(f"{'records':>10}{'s':>9}{'cpu s':>9}{'records/s':>11}{'MB':>8}  load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        for n in counts:
            path = Path(folder) / f"{n}.parquet"
            write(path, n)
            done = measure([*OURS, str(path), "--out", f"{folder}/clusters.csv"])
            points.append((n, done))
            print(
                f"{n:10,}{done.seconds:9.1f}{done.cpu:9.1f}{n / done.seconds:11,.0f}{done.megabytes:8,.0f}  {done.said}",
                flush=True,
            )
            path.unlink()
    if svg:
        svg.write_text(growth([(n, done.cpu) for n, done in points]), encoding="utf-8")


def update(records: int, new: int) -> None:
    """`new` records against `records` that are indexed already, in one process (what an update of a review does)."""
    from tasks.deduplicate import run, standalone  # noqa: PLC0415
    from tasks.deduplicate.tables import load_table  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.parquet"
        write(path, records + new)
        con = standalone.connect()
        load_table(con, path)
        con.execute(
            f"CREATE TABLE later AS FROM dedupe_input WHERE id > (SELECT id FROM dedupe_input ORDER BY id LIMIT 1 OFFSET {records - 1})"
        )
        con.execute("DELETE FROM dedupe_input WHERE id IN (SELECT id FROM later)")
        run.deduplicate(con)
        con.execute("INSERT INTO dedupe_input FROM later")
        wall, cpu = time.perf_counter(), time.process_time()
        summary = run.deduplicate(con)
        print(
            f"update of {summary.indexed:,} against {records:,}: {time.perf_counter() - wall:.1f} s, {time.process_time() - cpu:.1f} cpu s"
        )
        print(
            f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB, load {os.getloadavg()[0]:.1f}"
        )


def families(seed: int) -> None:
    """Pairs found, merged wrongly and missed, by family, and by mask for each family that has a wrong or missed pair."""
    from benchmarks.dedupe.families import FAMILIES, members, scores  # noqa: PLC0415
    from tasks.deduplicate import run, standalone  # noqa: PLC0415

    made = members(seed)
    con = standalone.connect()
    fields = [field for field in made[0].record._fields if field != "report"]
    con.executemany(
        f"INSERT INTO dedupe_input ({', '.join(fields)}) VALUES ({', '.join('?' * len(fields))})",
        [[getattr(member.record, field) for field in fields] for member in made],
    )
    run.deduplicate(con)
    found = scores(made, dict(con.execute("SELECT id, cluster FROM dedupe.cluster").fetchall()))
    print(f"{'family':40}{'found':>8}{'wrong':>8}{'missed':>8}")
    for family in FAMILIES:
        total = [
            sum(column) for column in zip(*(score for (name, _), score in found.items() if name == family), strict=True)
        ]
        print(f"{family:40}{total[0]:8}{total[1]:8}{total[2]:8}")
        for (name, mask), score in found.items():
            if name == family and (score.wrong or score.missed):
                print(f"  {mask:38}{score.found:8}{score.wrong:8}{score.missed:8}")


#: Fields that an export may lack.
LACKING = ((), ("doi",), ("abstract",), ("author",), ("pages",), ("doi", "abstract", "number"))


def without(data: Path) -> None:
    """F1 of each labelled set (a folder with records.parquet and pairs.csv), whole and without fields that it has."""
    from benchmarks.dedupe.train import score  # noqa: PLC0415

    folders = sorted(path.parent for path in data.glob("*/pairs.csv"))
    print(f"{'without':24}" + "".join(f"{folder.name[:12]:>13}" for folder in folders) + f"{'wrong':>7}")
    for fields in LACKING:
        counts = [score(folder, without=fields) for folder in folders]
        print(
            f"{', '.join(fields) or 'nothing':24}"
            + "".join(f"{2 * tp / (2 * tp + fp + fn):13.4f}" for tp, fp, fn, _ in counts)
            + f"{sum(fp for _, fp, _, _ in counts):7}",
            flush=True,
        )


def peers(path: Path, bib_dedupe: str | None, splink: str | None) -> None:
    """One file, by us and by each peer that was given."""
    commands = {"living-review": [*OURS, str(path), "--out", str(Path(tempfile.gettempdir()) / "clusters.csv")]}
    commands |= {"bib-dedupe": [bib_dedupe, "-c", BIB_DEDUPE, str(path)]} if bib_dedupe else {}
    commands |= {"Splink": [splink, "-c", SPLINK, str(path)]} if splink else {}
    print(f"{'':16}{'s':>9}{'cpu s':>9}{'MB':>8}  load {os.getloadavg()[0]:.1f}")
    for name, command in commands.items():
        done = measure(command)
        print(f"{name:16}{done.seconds:9.1f}{done.cpu:9.1f}{done.megabytes:8,.0f}  {done.said}", flush=True)


def growth(points: list[tuple[int, float]]) -> str:
    """Processor seconds over records, both axes logarithmic, with the line of linear growth through the last point."""
    x0, x1 = math.log10(points[0][0]), math.log10(points[-1][0])
    low, high = math.floor(math.log10(min(s for _, s in points))), math.ceil(math.log10(max(s for _, s in points)))

    def at(n: float, s: float) -> tuple[float, float]:
        return 60 + 400 * (math.log10(n) - x0) / (x1 - x0), 260 - 220 * (math.log10(s) - low) / (high - low)

    last_n, last_s = points[-1]
    (lx, ly), (rx, ry) = at(points[0][0], max(last_s * points[0][0] / last_n, 10**low)), at(last_n, last_s)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 520 310" font-family="sans-serif" font-size="12">',
        "<title>Deduplication: processor seconds by records</title>",
        '<rect width="520" height="310" fill="white"/>',
        f'<path d="M{lx:.0f} {ly:.0f}L{rx:.0f} {ry:.0f}" stroke="#999" stroke-dasharray="4 4"/>',
        '<path d="M60 30V260H480" fill="none" stroke="#333"/>',
        '<text x="270" y="300" text-anchor="middle">records</text>',
        '<text x="60" y="20">processor seconds (dashed: linear growth)</text>',
    ]
    parts += [
        f'<text x="52" y="{at(last_n, 10**k)[1] + 4:.0f}" text-anchor="end">{10**k:g}</text>'
        for k in range(low, high + 1)
    ]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in (at(n, s) for n, s in points))
    parts.append(f'<polyline points="{line}" fill="none" stroke="#1f5c99" stroke-width="2"/>')
    for n, s in points:
        x, y = at(n, s)
        parts.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#1f5c99"/><text x="{x:.0f}" y="278" text-anchor="middle">{n:,}</text>'
        )
        parts.append(f'<text x="{x - 6:.0f}" y="{y - 8:.0f}" text-anchor="end">{s:.1f}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    one = commands.add_parser("sizes")
    one.add_argument("--sizes", default="10000,100000,1000000")
    one.add_argument("--svg", type=Path)
    two = commands.add_parser("update")
    two.add_argument("--records", type=int, default=1_000_000)
    two.add_argument("--new", type=int, default=1000)
    four = commands.add_parser("families")
    four.add_argument("--seed", type=int, default=1)
    five = commands.add_parser("without")
    five.add_argument("data", type=Path)
    three = commands.add_parser("peers")
    three.add_argument("path", type=Path)
    three.add_argument("--bib-dedupe")
    three.add_argument("--splink")
    args = parser.parse_args()
    if args.what == "sizes":
        sizes([int(n) for n in args.sizes.split(",")], args.svg)
    elif args.what == "update":
        update(args.records, args.new)
    elif args.what == "families":
        families(args.seed)
    elif args.what == "without":
        without(args.data)
    else:
        peers(args.path, args.bib_dedupe, args.splink)


if __name__ == "__main__":
    main()

"""Makes tasks/deduplicate/bounds.csv: `python -m benchmarks.dedupe.bounds DATA [--write]`.

For each score from which pairs could count as the same report, the share of merges that were wrong and of true pairs that were
left to people, on the labelled sets in DATA (one folder each, with records.parquet and pairs.csv). A bound is what a user asks
for (`false_merges`): the table says from which score it held on the worst of the sets, and what that cost on the worst.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from benchmarks.dedupe.train import score
from tasks.deduplicate import weights

#: The bounds that are offered, and the scores that are tried.
BOUNDS = (0.001, 0.0005, 0.0002)
SCORES = (1.8, 2.5, 3.5, 4.5, 5.5, 7.0)
TABLE = weights.HERE / "bounds.csv"


def main() -> None:
    """Prints the rates, and with --write keeps the bounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="keep the bounds in tasks/deduplicate/bounds.csv")
    args = parser.parse_args()
    folders = sorted(path.parent for path in args.data.glob("*/pairs.csv"))
    print(f"{'score':>6}{'wrong of merges':>18}{'worst set':>11}{'missed':>8}")
    worst: dict[float, tuple[float, float]] = {}
    for least in SCORES:
        counts = [score(folder, least) for folder in folders]
        wrong, merges = sum(fp for _, fp, _, _ in counts), sum(tp + fp for tp, fp, _, _ in counts)
        worst[least] = (
            max(fp / (tp + fp) for tp, fp, _, _ in counts),
            max(fn / (tp + fn) for tp, _, fn, _ in counts),
        )
        print(f"{least:6}{f'{wrong} of {merges:,}':>18}{worst[least][0]:11.5f}{worst[least][1]:8.3f}", flush=True)
    rows = []
    for bound in BOUNDS:
        least = next(least for least in SCORES if worst[least][0] <= bound)
        rows.append([f"{bound:g}", f"{least:g}", f"{worst[least][0]:.5f}", f"{worst[least][1]:.3f}"])
        print("bound {} from score {}: held {}, missed {}".format(*rows[-1]))
    if args.write:
        with TABLE.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("bound", "score", "held", "missed"))
            writer.writerows(rows)


if __name__ == "__main__":
    main()

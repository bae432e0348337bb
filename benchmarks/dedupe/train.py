"""Makes tasks/deduplicate/weights.csv: `python -m benchmarks.dedupe.train DATA [--write]`.

A penalised logistic regression over the levels of tasks/deduplicate/compare.sql, on the labelled sets in DATA (one folder each, with
records.parquet and pairs.csv). The penalty pulls each weight towards its prior, the reasoned value in weights.csv, not towards
zero: where the sets say little, reason stands. Every set counts alike, whatever its size. Pairs that a rule decides (veto,
relation, doubt) are left out, for there the score does not decide.

Prints, for each set, what weights trained on the others alone find (leave one out), and the weights of all together.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tasks.deduplicate import run, standalone, weights
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.tables import load_table

Row = tuple[tuple[str, ...], bool]
Key = tuple[str, str]
"""`Row`: levels in the order of `FIELDS`, and whether the labels call the pair the same. `Key`: a field and its level."""

FIELDS = ("title", "author", "year", "journal", "volume", "number", "page", "doi", "pmid", "abstract")
#: How far a weight may go from its prior: the standard deviation of a normal prior, in log-odds.
SPREAD = 1.0
#: What a set weighs, in pairs.
SET_WEIGHT = 2000.0
WEIGHTS = weights.HERE / "weights.csv"


def observe(folder: Path) -> Counter[Row]:
    """How often each combination of levels occurs among a set's undecided pairs, with each label."""
    con = standalone.connect()
    load_table(con, folder / "records.parquet")
    weights.prepare(con, Policy().merged, Policy().least_score)
    con.execute("SET VARIABLE dedupe_floor = -1e9")
    run.index(con)
    for step in ("candidates", "plausible"):
        con.execute((weights.HERE / f"{step}.sql").read_text(encoding="utf-8"))
    con.execute("CREATE TEMP TABLE dedupe_batch AS SELECT id_a, id_b FROM dedupe_comparison")
    for step in ("compare", "decide"):
        con.execute((weights.HERE / f"{step}.sql").read_text(encoding="utf-8"))
    con.execute(
        "CREATE TABLE truth AS SELECT least(id1, id2) AS id_a, greatest(id1, id2) AS id_b FROM read_csv(?, all_varchar = true)",
        [str(folder / "pairs.csv")],
    )
    rows = con.execute(
        f"""SELECT {", ".join(f"c.{field}::VARCHAR" for field in FIELDS)}, t.id_a IS NOT NULL AS same, count(*) FROM dedupe_compared AS c
        JOIN dedupe_decided AS d USING (id_a, id_b)
        LEFT JOIN truth AS t ON t.id_a = d.id_a AND t.id_b = d.id_b
        WHERE d.veto IS NULL AND d.relation IS NULL GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    con.close()
    return Counter({(tuple(row[:-2]), bool(row[-2])): row[-1] for row in rows})


def fit(sets: Sequence[Counter[Row]], prior: dict[Key, float]) -> dict[Key, float]:
    """The weights that maximise the penalised likelihood, by Newton's method. What is unknown stays at 0."""
    free = [key for key in prior if key[1] != "unknown"]
    place = {key: i for i, key in enumerate(free)}
    rows = []
    for counts in sets:
        scale = SET_WEIGHT / sum(counts.values())
        for (levels, same), n in counts.items():
            on = [
                place[("base", "any")],
                *(place[key] for key in zip(FIELDS, levels, strict=True) if key[1] != "unknown"),
            ]
            rows.append((on, same, n * scale))
    start = [prior[key] for key in free]
    value = list(start)
    for _ in range(60):
        gradient = [(s - v) / SPREAD**2 for s, v in zip(start, value, strict=True)]
        hessian = [[1 / SPREAD**2 if i == j else 0.0 for j in range(len(free))] for i in range(len(free))]
        for on, same, weight in rows:
            p = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(value[i] for i in on)))))
            for i in on:
                gradient[i] += weight * (same - p)
                for j in on:
                    hessian[i][j] += weight * p * (1 - p)
        step = solve(hessian, gradient)
        value = [v + max(-1.0, min(1.0, s)) for v, s in zip(value, step, strict=True)]
        if max(abs(s) for s in step) < 1e-6:
            break
    return prior | {key: round(v, 2) for key, v in zip(free, value, strict=True)}


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of matrix · x = right, by elimination with pivots."""
    rows = [[*line, r] for line, r in zip(matrix, right, strict=True)]
    n = len(rows)
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, n):
            factor = rows[k][i] / rows[i][i]
            if factor:
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (rows[i][n] - sum(rows[i][j] * x[j] for j in range(i + 1, n))) / rows[i][i]
    return x


def write(fitted: dict[Key, float]) -> None:
    """Puts the weights into weights.csv, beside their priors."""
    with WEIGHTS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with WEIGHTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ("field", "level", "meaning", "prior", "weight"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | {"weight": f"{fitted[(row['field'], row['level'])]:g}"} for row in rows)


def score(folder: Path, least: float | None = None, without: Sequence[str] = ()) -> tuple[int, int, int, int]:
    """True and false positives, false negatives, and records in pairs for review, of a set with the weights as they stand.

    `least` is the score from which a pair counts as the same, if not the shipped one; `without`: fields that are taken from all records.
    """
    con = standalone.connect()
    load_table(con, folder / "records.parquet")
    for field in without:
        con.execute(f"UPDATE dedupe_input SET {field} = NULL")
    run.deduplicate(con, least_score=least)
    con.execute(
        "CREATE TABLE truth AS SELECT least(id1, id2) AS id_a, greatest(id1, id2) AS id_b FROM read_csv(?, all_varchar = true)",
        [str(folder / "pairs.csv")],
    )
    con.execute(
        "CREATE TABLE found AS SELECT a.id AS id_a, b.id AS id_b FROM dedupe.cluster AS a"
        " JOIN dedupe.cluster AS b USING (cluster) WHERE a.id < b.id"
    )
    counts = [
        con.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
        for query in (
            "FROM found INTERSECT FROM truth",
            "FROM found EXCEPT FROM truth",
            "FROM truth EXCEPT FROM found",
            "SELECT id_a FROM dedupe.verdict WHERE outcome = 'review' UNION SELECT id_b FROM dedupe.verdict WHERE outcome = 'review'",
        )
    ]
    con.close()
    return counts[0], counts[1], counts[2], counts[3]


def main() -> None:
    """Trains, leaves one out, and with --write keeps the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--write", action="store_true", help="keep the weights of all sets in tasks/deduplicate/weights.csv"
    )
    args = parser.parse_args()
    folders = sorted(path.parent for path in args.data.glob("*/pairs.csv"))
    kept = WEIGHTS.read_bytes()
    with WEIGHTS.open(newline="", encoding="utf-8") as file:
        prior = {(row["field"], row["level"]): float(row["prior"]) for row in csv.DictReader(file)}
    seen = {folder: observe(folder) for folder in folders}
    try:
        print(f"{'left out':22}{'TP':>8}{'FP':>6}{'FN':>6}{'P':>9}{'R':>9}{'F1':>9}{'review':>8}")
        for folder in folders:
            write(fit([counts for other, counts in seen.items() if other != folder], prior))
            tp, fp, fn, waiting = score(folder)
            print(
                f"{folder.name:22}{tp:8}{fp:6}{fn:6}{tp / (tp + fp):9.4f}{tp / (tp + fn):9.4f}"
                f"{2 * tp / (2 * tp + fp + fn):9.4f}{waiting:8}",
                flush=True,
            )
        fitted = fit(list(seen.values()), prior)
        for (field, level), weight in fitted.items():
            print(f"{field:10}{level:16}{prior[(field, level)]:8g}{weight:8g}")
    finally:
        WEIGHTS.write_bytes(kept)
    if args.write:
        write(fitted)


if __name__ == "__main__":
    main()

"""The shipped weights and thresholds: data, made beforehand, never fitted to the review at hand."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
#: Log-odds from which a pair is the same report, and from which it is for review.
SAME, REVIEW = 1.8, -1.0
#: Log-odds below which a pair inside a chain breaks the chain, without any veto: less than any two records that share a key have (the
#: weight `base`), so that more speaks against the two than for them. Where little is known of a pair, the chain holds.
CLASH = -7.5
#: Records under one key beyond which the key says nothing.
CAP = 200


def fingerprint() -> str:
    """A hash over all that features, keys and scores are made with; where it changes, everything is worked out anew.

    DuckDB's version is part of it, because block keys are its hashes.
    """
    digest = hashlib.sha256(duckdb.__version__.encode())
    for path in sorted([*HERE.glob("*.sql"), HERE / "weights.csv", HERE / "weights.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def prepare(con: duckdb.DuckDBPyConnection, merged: list[str]) -> None:
    """Sets the connection's variables (weights, meanings, thresholds, merged relations) and makes the macros."""
    weights: dict[str, list[float]] = {}
    meanings: dict[str, list[str]] = {}
    with (HERE / "weights.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            weights.setdefault(row["field"], []).append(float(row["weight"]))
            meanings.setdefault(row["field"], []).append(row["meaning"])
    (base,) = weights.pop("base")
    meanings.pop("base")
    settings: dict[str, object] = {
        "base": base,
        "same": SAME,
        "review": REVIEW,
        "clash": CLASH,
        "floor": REVIEW,
        "cap": CAP,
    }
    settings |= {"weights": list(weights.values()), "meanings": list(meanings.values())}
    for name, value in settings.items():
        con.execute(f"SET VARIABLE dedupe_{name} = {value!r}")
    con.execute(f"SET VARIABLE dedupe_merge = {merged!r}::VARCHAR[]")
    con.execute((HERE / "macros.sql").read_text(encoding="utf-8"))

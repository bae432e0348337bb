"""The shipped weights and thresholds: data, made beforehand, never fitted to the review at hand."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from schemas.errors import UserError
from tasks.identifiers import DOI_OF_TEXT

HERE = Path(__file__).parent
#: Log-odds from which a pair is for review. From which it is the same report: `threshold`.
REVIEW = -1.0
#: Log-odds below which a pair inside a chain breaks the chain, without any veto: less than any two records that share a key have (the
#: weight `base`), so that more speaks against the two than for them. Where little is known of a pair, the chain holds.
CLASH = -7.5
#: Records under one key beyond which the key says nothing.
CAP = 200


def threshold(false_merges: float) -> float:
    """Log-odds from which a pair is the same report, so that at most this share of merges is wrong: on every labelled set it held.

    Reads bounds.csv (bound, score, held: the largest share of wrong merges that any labelled set had, missed: the share of
    true pairs that the worst set lost). The loosest bound that is not looser than `false_merges` counts. Raises UserError where
    none is that strict.
    """
    with (HERE / "bounds.csv").open(newline="", encoding="utf-8") as file:
        bounds = [(float(row["bound"]), float(row["score"])) for row in csv.DictReader(file)]
    kept = [(bound, score) for bound, score in bounds if bound <= false_merges]
    if not kept:
        strictest = min(bounds)[0]
        raise UserError(
            f"no bound on false merges below {strictest:g} is known to hold, and {false_merges:g} is asked for",
            hint=f"ask for {strictest:g} or more",
        )
    return max(kept)[1]


def fingerprint() -> str:
    """A hash over all that features, keys and scores are made with; where it changes, everything is worked out anew.

    DuckDB's version is part of it, because block keys are its hashes.
    """
    digest = hashlib.sha256(f"{duckdb.__version__} {DOI_OF_TEXT}".encode())
    for path in sorted([*HERE.glob("*.sql"), *HERE.glob("*.csv"), HERE / "weights.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def prepare(con: duckdb.DuckDBPyConnection, merged: Sequence[str], least_score: float) -> None:
    """Sets the connection's variables (weights, meanings, thresholds, merged relations), and makes the types of levels and the macros.

    A field's levels in weights.csv, in their order, are an enum type (`title_level` …): compare.sql says which level two
    records have, decide.sql asks for levels by name, and a level's number is its place in the lists of weights and meanings.
    """
    levels: dict[str, list[str]] = {}
    weights: dict[str, list[float]] = {}
    meanings: dict[str, list[str]] = {}
    with (HERE / "weights.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            levels.setdefault(row["field"], []).append(row["level"])
            weights.setdefault(row["field"], []).append(float(row["weight"]))
            meanings.setdefault(row["field"], []).append(row["meaning"])
    (base,) = weights.pop("base")
    for field in weights:
        names = ", ".join(f"'{name}'" for name in levels[field])
        con.execute(f"CREATE OR REPLACE TEMP TYPE {field}_level AS ENUM ({names})")
    settings: dict[str, object] = {
        "base": base,
        "same": least_score,
        "review": REVIEW,
        "clash": CLASH,
        "floor": REVIEW,
        "cap": CAP,
        "doi": DOI_OF_TEXT,
        "weights": list(weights.values()),
        "meanings": [meanings[field] for field in weights],
    }
    for name, value in settings.items():
        con.execute(f"SET VARIABLE dedupe_{name} = $value", {"value": value})
    con.execute("SET VARIABLE dedupe_merge = $value::VARCHAR[]", {"value": list(merged)})
    con.execute((HERE / "macros.sql").read_text(encoding="utf-8"))

"""What the end of an update costs, by how much the warehouse holds: `python -m benchmarks.publish [--sizes 10000 150000]`.

Seconds of the checks and contracts, of the content's hash (from nothing; with nothing new; after 500 new records), and of
the copy for everybody and the private one, and of the site. The warehouse is the one of benchmarks/load.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.load.__main__ import FILL, PROTOCOL
from schemas import clock
from tasks.publish.site.facts import Facts
from tasks.publish.site.write import write_site
from warehouse.check import find_violations
from warehouse.connect import reader, writer
from warehouse.content import hash_tables
from warehouse.publish import publish, publish_private
from warehouse.schema import create_schema
from warehouse.settings import write_settings

SCREEN = Path(__file__).with_name("screen.sql").read_text(encoding="utf-8")
NEW = """
INSERT INTO core.record
SELECT * REPLACE ('r' || left(sha256('new ' || record_id), 20) AS record_id) FROM core.record LIMIT 500
"""


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(size: int, folder: Path) -> list[float]:
    """Seconds of each column of the table, at one size."""
    with writer(folder / "w.duckdb") as con:
        create_schema(con)
        write_settings(con, PROTOCOL)
        con.execute("SET VARIABLE size = ?", [size])
        con.execute(FILL)
        figures = [seconds(lambda: find_violations(con))]
        figures += [seconds(lambda: hash_tables(con)) for _ in range(2)]
        con.execute(NEW)
        figures.append(seconds(lambda: hash_tables(con)))
        if hash_tables(con) != hash_tables(con, anew=True):
            raise SystemExit("the hash by parts is not the hash of what is there")
        figures.append(seconds(lambda: publish(con, folder / "published" / "w.duckdb")))
        figures.append(seconds(lambda: publish_private(con, folder / "private" / "w.duckdb")))
        con.execute(SCREEN)
        publish(con, folder / "published" / "w.duckdb")
    facts = Facts(protocol=PROTOCOL, day=clock.today(), published=folder / "published")
    with reader(folder / "published" / "w.duckdb") as con:
        figures.append(seconds(lambda: write_site(con, facts, folder / "site")))
    return figures


def main() -> None:
    """Prints a row a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 150_000])
    args = parser.parse_args()
    columns = ("checks", "hash anew", "unchanged", "500 new", "masked", "private", "site")
    print(f"{'records':>10}" + "".join(f"{column:>11}" for column in columns))
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            figures = measure(size, Path(folder))
        print(f"{size:>10,}" + "".join(f"{figure:>11.2f}" for figure in figures), flush=True)


if __name__ == "__main__":
    main()

"""Split exports in the warehouse: which of the files that were loaded are pieces of one search, and what is missing.

Pieces stay searches of their own, with their own counts: one that comes a month later changes nothing that was loaded.
Only files of one folder are put together, and only those that were searched on the same day, where that is known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path, PurePath

import duckdb

from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.search_extras import BaseSplitSearch, ExportCounter
from tasks.search.split import Piece, split_searches
from warehouse.deliveries import Delivery
from warehouse.write import insert_frame, transaction

_COUNTER = re.compile(rb"^(?:\xef\xbb\xbf)?(?:<(\d{1,7})\. ?>|(\d{1,7})\.)[ \t]*\r?$", re.MULTILINE)
_BYTES_READ = 1 << 16
_COUNTS = """
SELECT s.arrival_id, coalesce(d.n, 0) + coalesce(q.n, 0) AS records, c.first, c.last
FROM core.arrival AS s
JOIN core.reading AS r USING (arrival_id)
JOIN core.export_counter AS c USING (arrival_id)
LEFT JOIN (SELECT arrival_id, count(*) AS n FROM core.found_record GROUP BY arrival_id) AS d USING (arrival_id)
LEFT JOIN (SELECT arrival_id, count(*) AS n FROM core.quarantine GROUP BY arrival_id) AS q USING (arrival_id)
WHERE s.kind = 'export' AND s.counts AND r.outcome = 'loaded'
"""


def read_counters(path: Path) -> tuple[int | None, int | None]:
    """The counters of the first and the last record, on lines of their own (`12.` or `<12. >`), as Ovid writes them.

    Only the beginning and the end of the file are looked at. None where there are none.
    """
    with path.open("rb") as file:
        beginning = file.read(_BYTES_READ)
        file.seek(max(path.stat().st_size - _BYTES_READ, 0))
        tail = file.read()
    first, last = _COUNTER.search(beginning), list(_COUNTER.finditer(tail))
    if not first or not last:
        return None, None
    return int(first[1] or first[2]), int(last[-1][1] or last[-1][2])


def group_exports(
    con: duckdb.DuckDBPyConnection, exports: Sequence[Delivery], path_of: Callable[[str], Path]
) -> list[Problem]:
    """Writes core.split_search anew from the exports that count (in the order they came in); returns the warnings that are
    new. `path_of`: where the bytes of a hash lie."""
    _read_new_counters(con, exports, path_of)
    before = set(con.execute("SELECT source, name, unnest(warnings) FROM core.split_search").fetchall())
    counts_of_files = {row[0]: row[1:] for row in con.execute(_COUNTS).fetchall()}
    folders: dict[tuple[str, str, date | None], dict[str, Delivery]] = defaultdict(dict)
    for export in exports:
        if export.arrival_id in counts_of_files:
            path = PurePath(export.name)
            day = export.executed_at.date() if export.executed_at else None
            folders[str(export.source), str(path.parent), day][path.name] = export
    rows = [
        row
        for (source, folder, _), files in folders.items()
        for row in _split_searches_of(source, folder, files, counts_of_files)
    ]
    with transaction(con):
        con.execute("DELETE FROM core.split_search")
        insert_frame(con, "core.split_search", frame_of(BaseSplitSearch, rows))
    after = con.execute("SELECT source, name, unnest(warnings) FROM core.split_search ORDER BY ALL").fetchall()
    return [Problem(row[1], None, row[2], "warning") for row in after if row not in before]


def _split_searches_of(
    source: str, folder: str, files: dict[str, Delivery], counts_of_files: dict[int, tuple[int, int | None, int | None]]
) -> list[dict[str, object]]:
    # Where every file counts from 1, the counters only say that each is a search of its own.
    counted = any((counts_of_files[export.arrival_id][1] or 1) > 1 for export in files.values())
    pieces = []
    for name, export in files.items():
        records, first, last = counts_of_files[export.arrival_id]
        pieces.append(Piece(name, records, *((first, last) if counted else (None, None)), hits=export.hits))
    most = max(piece.count for piece in pieces)
    hits = {export.hits for export in files.values()} - {None}
    whole = hits.pop() if len(hits) == 1 else None
    return [
        {
            "source": source,
            "name": f"{folder}/{split.stem}",
            "arrival_ids": [files[piece.name].arrival_id for piece in split.pieces],
            "warnings": list(split.warnings),
        }
        for split in split_searches(pieces, whole if whole and whole > most else None)
    ]


def _read_new_counters(
    con: duckdb.DuckDBPyConnection, exports: Sequence[Delivery], path_of: Callable[[str], Path]
) -> None:
    new = {
        row[0]
        for row in con.execute(
            "SELECT arrival_id FROM core.reading ANTI JOIN core.export_counter USING (arrival_id) WHERE outcome = 'loaded'"
        ).fetchall()
    }
    rows = []
    for export in exports:
        if export.arrival_id in new:
            first, last = read_counters(path_of(export.sha256))
            rows.append({"arrival_id": export.arrival_id, "first": first, "last": last})
    insert_frame(con, "core.export_counter", frame_of(ExportCounter, rows))

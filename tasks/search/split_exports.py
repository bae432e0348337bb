"""Split exports in the warehouse: which of the files that were loaded are pieces of one search, and what is missing.

Pieces stay searches of their own, with their own counts: one that comes a month later changes nothing that was loaded.
Only files of one folder are put together, and only those that were searched on the same day, where that is known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path, PurePath

import duckdb

from schemas.frames import frame_of
from schemas.problem import Problem
from schemas.search_extras import BaseSplitSearch, ExportCounter
from tasks.search.split import Piece, split_searches
from warehouse.snapshots import Snapshot

_COUNTER = re.compile(rb"^(?:\xef\xbb\xbf)?(?:<(\d{1,7})\. ?>|(\d{1,7})\.)[ \t]*\r?$", re.MULTILINE)
_LOOKED_AT = 1 << 16
_COUNTS = """
SELECT s.snapshot_id, coalesce(d.n, 0) + coalesce(q.n, 0) AS records, c.first, c.last
FROM core.snapshot AS s
JOIN core.export_counter AS c USING (snapshot_id)
LEFT JOIN (SELECT snapshot_id, count(*) AS n FROM core.delivery GROUP BY snapshot_id) AS d USING (snapshot_id)
LEFT JOIN (SELECT snapshot_id, count(*) AS n FROM core.quarantine GROUP BY snapshot_id) AS q USING (snapshot_id)
WHERE s.kind = 'export' AND s.state = 'loaded'
"""


def counters(path: Path) -> tuple[int | None, int | None]:
    """The counters of the first and the last record, on lines of their own (`12.` or `<12. >`), as Ovid writes them.

    Only the beginning and the end of the file are looked at. None where there are none.
    """
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
        file.seek(max(path.stat().st_size - _LOOKED_AT, 0))
        tail = file.read()
    first, last = _COUNTER.search(head), list(_COUNTER.finditer(tail))
    if not first or not last:
        return None, None
    return int(first[1] or first[2]), int(last[-1][1] or last[-1][2])


def group_exports(con: duckdb.DuckDBPyConnection, exports: Sequence[Snapshot]) -> list[Problem]:
    """Writes core.split_search anew from all exports (in the order they came in); returns the warnings that are new."""
    _count_new(con, exports)
    before = set(con.execute("SELECT source, name, unnest(warnings) FROM core.split_search").fetchall())
    held = {row[0]: row[1:] for row in con.execute(_COUNTS).fetchall()}
    folders: dict[tuple[str, str, date | None], dict[str, Snapshot]] = defaultdict(dict)
    for export in exports:
        if export.snapshot_id in held:
            said, path = export.delivery, PurePath(export.delivery.file_name)
            day = said.executed_at.date() if said.executed_at else None
            folders[str(said.source), str(path.parent), day][path.name] = export
    rows = [row for (source, folder, _), files in folders.items() for row in _split(source, folder, files, held)]
    con.execute("BEGIN")
    con.execute("DELETE FROM core.split_search")
    if rows:
        con.register("split", frame_of(BaseSplitSearch, rows).to_arrow())
        con.execute("INSERT INTO core.split_search BY NAME FROM split")
        con.unregister("split")
    con.execute("COMMIT")
    after = con.execute("SELECT source, name, unnest(warnings) FROM core.split_search ORDER BY ALL").fetchall()
    return [Problem(row[1], None, row[2], "warning") for row in after if row not in before]


def _split(
    source: str, folder: str, files: dict[str, Snapshot], held: dict[str, tuple[int, int | None, int | None]]
) -> list[dict[str, object]]:
    # Where every file counts from 1, the counters only say that each is a search of its own.
    counted = any((held[one.snapshot_id][1] or 1) > 1 for one in files.values())
    pieces = []
    for name, one in files.items():
        records, first, last = held[one.snapshot_id]
        pieces.append(Piece(name, records, *((first, last) if counted else ())))
    most = max(piece.count for piece in pieces)
    hits = {one.delivery.hits for one in files.values()} - {None}
    whole = hits.pop() if len(hits) == 1 else None
    return [
        {
            "source": source,
            "name": f"{folder}/{split.stem}",
            "snapshot_ids": [files[piece.name].snapshot_id for piece in split.pieces],
            "warnings": list(split.warnings),
        }
        for split in split_searches(pieces, whole if whole and whole > most else None)
    ]


def _count_new(con: duckdb.DuckDBPyConnection, exports: Sequence[Snapshot]) -> None:
    new = {
        row[0]
        for row in con.execute(
            "SELECT snapshot_id FROM core.snapshot ANTI JOIN core.export_counter USING (snapshot_id) "
            "WHERE kind = 'export' AND state = 'loaded'"
        ).fetchall()
    }
    rows = []
    for export in exports:
        if export.snapshot_id in new:
            first, last = counters(export.path)
            rows.append({"snapshot_id": export.snapshot_id, "first": first, "last": last})
    if rows:
        con.register("counted", frame_of(ExportCounter, rows).to_arrow())
        con.execute("INSERT INTO core.export_counter BY NAME FROM counted")
        con.unregister("counted")

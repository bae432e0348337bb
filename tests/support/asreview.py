"""ASReview projects, made by hand: the parts of a project that hold records and labels, as each version keeps them."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing

Label = tuple[int, int | None, float, str | None]
"""(record, label, time, note)."""


def database(tables: Mapping[str, tuple[str, Sequence[tuple]]]) -> bytes:
    """A SQLite database: table → (its columns, its rows)."""
    with closing(sqlite3.connect(":memory:")) as con:
        for name, (columns, rows) in tables.items():
            con.execute(f"CREATE TABLE {name} ({columns})")
            con.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns.split(',')))})", rows)
        con.commit()
        return con.serialize()


def archive(members: Mapping[str, bytes | str]) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def project(
    data_set: str, labels: Sequence[Label], *, version: int = 3, changes: Sequence[tuple] = (), mode: str = "oracle"
) -> bytes:
    """A project over the data set (CSV with a column title); `changes`: rows of decision_changes (record, label, time)."""
    titles = [line.split(",")[0] for line in data_set.splitlines()[1:]]
    config: dict = {"version": "9.9", "mode": mode, "name": "invented"}
    if version == 1:
        config |= {"dataset_path": "queue.csv", "reviews": [{"id": "abc", "status": "review"}]}
        rows = [(record, label, f"2024-05-12 10:00:{int(time):02}", note) for record, label, time, note in labels]
        moved = [(record, label, f"2024-05-12 10:00:{int(time):02}") for record, label, time in changes]
        results = database(
            {
                "results": ("record_id, label, labeling_time, notes", rows),
                "decision_changes": ("record_id, new_label, time", moved),
            }
        )
        members: dict = {"reviews/abc/results.sql": results}
    else:
        config |= {"project_file_version": version, "datasets": [{"id": "d", "name": "queue.csv"}]}
        records = (
            "dataset_row, dataset_id, title, authors, year, doi, url, record_id",
            [(n, "d", title, "[]", None, None, None, n) for n, title in enumerate(titles)],
        )
        results_tables = {
            "results": ("record_id, label, time, note, tags, user_id", [(*label, None, None) for label in labels]),
            "decision_changes": ("record_id, label, time, user_id", [(*change, None) for change in changes]),
        }
        if version == 2:
            config["reviews"] = [{"id": "abc"}]
            members = {
                "reviews/abc/results.db": database(results_tables),
                "data_store.db": database({"record": records}),
            }
        else:
            members = {"results.db": database({**results_tables, "record": records})}
    return archive({"project.json": json.dumps(config), "data/queue.csv": data_set, **members})

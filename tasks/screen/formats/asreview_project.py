"""Decisions from an ASReview project (.asreview): a zip with project.json, the data set, and SQLite databases.

Version 1 keeps results in reviews/<id>/results.sql and its records only in the data set; version 2 in reviews/<id>/results.db
and data_store.db; version 3 all in results.db. Databases are read from memory, and cannot be written to. `row` of a decision
is the record's place in the project, from 1.

A label that was changed leaves a row in decision_changes: version 3 (a trigger) the old label with its time, earlier ones the
new label with the time of the change. By the times one tells which: what is older than the label that stands is history.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from schemas.errors import UserError
from tasks.screen.archive import Archive
from tasks.screen.decisions import NO_VERDICT, DecisionCollector, DecisionFile, FileFacts, require_stage
from tasks.screen.formats.asreview import LABELS, no_reviewer, time_of
from tasks.screen.reports import folded, report_of
from tasks.screen.tagged import is_ris, ris_table
from tasks.tabular import Tabular, decode, parse_csv, parse_tabular

_VERSIONS = (1, 2, 3)


def is_project(data: bytes) -> bool:
    """Whether bytes are those of an ASReview project: a zip with a project.json and no workbook."""
    return data.startswith(b"PK\x03\x04") and b"project.json" in data and b"xl/workbook.xml" not in data


def read_project(data: bytes, name: str, facts: FileFacts) -> DecisionFile:
    """Read a project. Raises `UserError` for one that is damaged, of a version that is not known, or says no stage or who."""
    stage = require_stage(facts, name, "ASReview")
    archive = Archive(data, name)
    config = _config(archive)
    version = config.get("project_file_version", 1)
    if version not in _VERSIONS:
        raise UserError(f"is an ASReview project of version {version}, and versions 1 to 3 are known", path=name)
    results, changes = _labels(archive, config, version)
    reports = _records(archive, config, version)
    users = {row["user_id"] for row in results if row.get("user_id") is not None}
    if not facts.reviewer and len(users) < 2:
        raise no_reviewer(name)
    collector = DecisionCollector(name, "asreview-project")
    if config.get("mode") == "simulate":
        collector.warn(None, "is a simulation: its labels are those of the data set, and nobody's screening")
    by_record = {row["record_id"]: row for row in results}
    places = sorted({*reports, *by_record})
    collector.rows = len(places)
    for record in places:
        place = int(record) + 1
        report = report_of(place, reports.get(record, {}), key=f"asreview-{record}")
        collector.reports[place] = report
        label = by_record.get(record)
        if label is None or label["label"] is None:
            collector.without[NO_VERDICT] += 1
            continue
        user = label.get("user_id")
        reviewer = facts.reviewer if len(users) < 2 else f"ASReview user {user}"
        verdicts = list(_history(label, changes.get(record, [])))
        if not all(verdicts):
            collector.refuse(place, "its label is none of 1, 0 and blank")
            continue
        for verdict, time in verdicts:
            last = (verdict, time) == verdicts[-1]
            collector.add(
                report,
                verdict=verdict,
                stage=stage,
                reviewer=reviewer,
                decided_at=time_of(str(time)),
                labels=_tags(label) if last else None,
                note=(label.get("note") or label.get("notes") or None) if last else None,
            )
    return collector.finish(history=True)


def _history(label: Mapping[str, Any], changes: list[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    """(verdict, time) of each label that a record had, the present one last; '' for one that is none."""
    time = label.get("time", label.get("labeling_time"))
    earlier = [c for c in changes if time is not None and c["time"] is not None and c["time"] < time]
    later = [c["time"] for c in changes if time is not None and c["time"] is not None and c["time"] > time]
    present = LABELS.get(str(label["label"]), "")
    told = [(LABELS.get(str(c.get("label", c.get("new_label"))), ""), c["time"]) for c in earlier]
    told.sort(key=lambda pair: pair[1])
    told.append((present, max([time, *later]) if later else time))
    for (verdict, at), following in zip(told, [*told[1:], None], strict=True):
        if following is None or following[0] != verdict:
            yield verdict, at


def _tags(label: Mapping[str, Any]) -> list[str] | None:
    """The names of the tags that were set on a record, of JSON such as [{"name": …, "values": [{"name": …, "checked": true}]}]."""
    try:
        groups = json.loads(label.get("tags") or "[]")
        names = [str(v["name"]) for group in groups for v in group.get("values", []) if v.get("checked")]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return names or None


def _config(archive: Archive) -> dict[str, Any]:
    if "project.json" not in archive.members:
        raise UserError("is a zip archive, and no ASReview project: it has no project.json", path=archive.name)
    try:
        config = json.loads(archive.read("project.json"))
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise UserError("is a damaged ASReview project: its project.json is not JSON", path=archive.name)
    return config


def _labels(
    archive: Archive, config: Mapping[str, Any], version: int
) -> tuple[list[dict[str, Any]], dict[Any, list[Mapping[str, Any]]]]:
    """The rows of the table results, and those of decision_changes by record."""
    member = "results.db"
    if version < 3:
        reviews = config.get("reviews") or []
        if not reviews:
            return [], {}
        member = f"reviews/{reviews[0].get('id')}/{'results.sql' if version == 1 else 'results.db'}"
    if member not in archive.members:
        return [], {}  # set up, and nothing screened yet
    with _database(archive, member) as con:
        rows = _rows(con, "results")
        results = [row for row in rows if row.get("label") is not None]
        changes: dict[Any, list[Mapping[str, Any]]] = {}
        for row in _rows(con, "decision_changes"):
            changes.setdefault(row["record_id"], []).append(row)
    return results, changes


def _records(archive: Archive, config: Mapping[str, Any], version: int) -> dict[int, dict[str, str]]:
    """Cells by folded name of each record, by its id: the project's own, and of the data set all that it had."""
    datasets = [str(one.get("name", "")) for one in config.get("datasets") or []] or [
        str(config.get("dataset_path") or "")
    ]
    try:
        given = dict(enumerate(_data_set(archive, datasets[0]))) if len(datasets) == 1 else {}
    except UserError:
        if version == 1:  # it keeps its records nowhere else
            raise
        given = {}
    if version == 1:
        return given
    member = "results.db" if version == 3 else "data_store.db"
    if member not in archive.members:
        return given
    records = {}
    with _database(archive, member) as con:
        for row in _rows(con, "record"):
            own = {name: _text(row.get(name)) for name in ("title", "authors", "year", "doi", "url")}
            records[row["record_id"]] = {
                **given.get(row.get("dataset_row", -1), {}),
                **{name: value for name, value in own.items() if value},
            }
    return records


def _text(value: Any) -> str:
    """A value of the database as a cell; lists stand there as JSON."""
    if value is None:
        return ""
    text = str(value)
    if text.startswith("["):
        try:
            return "\n".join(map(str, json.loads(text)))
        except ValueError:
            return text
    return text


def _data_set(archive: Archive, name: str) -> list[dict[str, str]]:
    """The rows of the data set that was imported, with the columns that ASReview does not know, such as our id."""
    member = f"data/{name}"
    if member not in archive.members:
        return []
    return [folded(cells) for _, cells in _table(archive.read(member), name).records()]


def _table(data: bytes, name: str) -> Tabular:
    if data.startswith(b"PK\x03\x04"):
        return parse_tabular(data, name)
    text = decode(data, name)
    return ris_table(text, name) if is_ris(text) else parse_csv(text, name)


@contextmanager
def _database(archive: Archive, member: str) -> Iterator[sqlite3.Connection]:
    """A SQLite database of the archive, in memory. Raises `UserError` where it is damaged."""
    with closing(sqlite3.connect(":memory:")) as con:
        con.row_factory = sqlite3.Row
        try:
            con.deserialize(_unjournaled(archive.read(member)))
            con.execute("PRAGMA query_only = ON")
            con.execute("PRAGMA trusted_schema = OFF")
            con.execute("SELECT count(*) FROM sqlite_master").fetchall()
            yield con
        except sqlite3.Error as error:
            text = f"is a damaged ASReview project ({member}: {error})"
            raise UserError(text, path=archive.name, hint="export it again") from None


def _unjournaled(data: bytes) -> bytes:
    """A database that was last written with a write-ahead log says so in two bytes, and none in memory can have one."""
    return data[:18] + b"\x01\x01" + data[20:] if data[18:20] == b"\x02\x02" else data


def _rows(con: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """All rows of a table, none where there is no such table (a view is no table: it could run for ever)."""
    known = con.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [table]).fetchall()
    if not known:
        return []
    return [dict(row) for row in con.execute(f"SELECT * FROM {table}").fetchall()]  # noqa: S608 - our own names

"""Load full texts that stand by themselves, say which of them count, and which documents of projects and tables are theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.base import Table
from schemas.coding import CoreDocument
from schemas.document import CoreDocumentFile, CoreDocumentMention, CoreDocumentPage, DocumentStanding
from schemas.event import Content
from schemas.frames import frame_of
from tasks.synthesise.document_file import DocumentFile
from tasks.synthesise.qda_ids import digest
from tasks.synthesise.qda_text import hash_text
from tasks.synthesise.relate_projects import Rulings
from warehouse.deliveries import Delivery, State
from warehouse.write import fill_table, insert_frame

#: Where a report says what it is: the first page, or so much of a text without pages.
BEGINNING = 4_000
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"'<>,;]+")
_PMID = re.compile(r"\bPMID:?\s*(\d{5,9})\b")
_JOIN = Path(__file__).with_name("join_documents.sql").read_text(encoding="utf-8")
_JOINED = "SELECT arrival_id, name FROM core.document JOIN core.joined_document USING (arrival_id, document_id)"
_PART = """
UPDATE core.element_identity AS i SET known_as = j.was FROM core.joined_document AS j
WHERE i.element = 'document' AND i.arrival_id = j.arrival_id AND i.id = j.document_id
"""
_APPLY = """
UPDATE core.element_identity AS i SET known_as = j.known_as FROM core.joined_document AS j
WHERE i.element = 'document' AND i.arrival_id = j.arrival_id AND i.id = j.document_id
"""


def load_document(con: duckdb.DuckDBPyConnection, arrival_id: int, file: DocumentFile, sha256: str) -> None:
    """Writes a full text, its pages, and the DOIs and PMIDs at its beginning."""
    document_id, name = name_document(sha256), file.name.rsplit("/", 1)[-1]
    document = {
        "arrival_id": arrival_id, "document_id": document_id, "name": name, "kind": "pdf" if file.format == "pdf" else "text",
        "source_path": file.name, "text": file.text, "text_hash": None if file.text is None else hash_text(file.text),
    }  # fmt: skip
    frames: dict[type[Table], list[dict[str, Any]]] = {
        CoreDocument: [document],
        CoreDocumentFile: [{"arrival_id": arrival_id, "document_id": document_id, "format": file.format}],
        CoreDocumentPage: [
            {"arrival_id": arrival_id, "page": n, "start_char": start, "end_char": end} for n, start, end in file.pages
        ],
        CoreDocumentMention: [{"arrival_id": arrival_id, "key": key} for key in find_mentions(file)],
    }
    for model, rows in frames.items():
        table = model.Config.__dict__["name"]
        con.execute(f"DELETE FROM {table} WHERE arrival_id = ?", [arrival_id])  # noqa: S608 - a name from our own code
        insert_frame(con, table, frame_of(model, rows))


def name_document(sha256: str) -> str:
    """The id of a full text of these bytes."""
    return digest("doc", "file", sha256)


def find_mentions(file: DocumentFile) -> list[str]:
    """The DOIs and PMIDs at the beginning of a text. The references, at its end, have many more."""
    end = min(file.pages[0][2], 2 * BEGINNING) if file.pages else BEGINNING
    beginning = (file.text or "")[:end]
    dois = [found.rstrip(".)]}:") for found in _DOI.findall(beginning)]
    return list(dict.fromkeys([*dois, *_PMID.findall(beginning)]))


def part_documents(con: duckdb.DuckDBPyConnection) -> None:
    """Lets the ids hold again that documents have by themselves which are joined with full texts; before projects are related."""
    con.execute(_PART)
    con.execute("DELETE FROM core.joined_document")


def write_standing(con: duckdb.DuckDBPyConnection, deliveries: Iterable[Delivery], rulings: Rulings) -> None:
    """Says which full texts count, and by which ids the review knows them, before `link_all`.

    One takes the place of another where its file took that one's place, or where a person said so; it then goes on under the
    first one's id.
    """
    loaded = dict(con.execute("SELECT arrival_id, document_id FROM core.document_file").fetchall())
    held = [
        d
        for d in deliveries
        if d.content is Content.DOCUMENT and d.arrival_id in loaded and d.state is not State.WITHDRAWN
    ]
    by_bytes: dict[str, int] = {}
    known: dict[int, str] = {}
    counts: dict[int, bool] = {}
    replaced_by: dict[int, int] = {}
    for delivery in held:
        ruled = [by_bytes[sha256] for sha256 in rulings.get(delivery.sha256, ()) if sha256 in by_bytes]
        before = [arrival for arrival in (*ruled, *delivery.arrival.replaces) if arrival in known]
        known[delivery.arrival_id] = known[before[0]] if before else loaded[delivery.arrival_id]
        counts[delivery.arrival_id] = delivery.counts
        if delivery.counts:
            replaced_by |= dict.fromkeys(before, delivery.arrival_id)
            counts |= dict.fromkeys(ruled, False)
        by_bytes[delivery.sha256] = delivery.arrival_id
    fill_table(con, DocumentStanding, ((id, name, counts[id], replaced_by.get(id)) for id, name in known.items()))
    con.execute("DELETE FROM core.element_identity WHERE arrival_id IN (SELECT arrival_id FROM core.document_file)")
    rows = [(arrival, "document", loaded[arrival], name, name) for arrival, name in known.items()]
    schema = {
        "arrival_id": pl.Int64, "element": pl.String, "id": pl.String, "delivered_as": pl.String, "known_as": pl.String,
    }  # fmt: skip
    insert_frame(con, "core.element_identity", pl.DataFrame(rows, schema=schema, orient="row"))


def join_documents(con: duckdb.DuckDBPyConnection) -> set[tuple[int, str]]:
    """Makes documents of projects and tables one with the full text that they are, after `link_all`: see join_documents.sql.

    Returns these documents, by file and name: whether their report is known, their full text says.
    """
    con.execute(f"INSERT INTO core.joined_document BY NAME {_JOIN}")
    con.execute(_APPLY)
    return set(con.execute(_JOINED).fetchall())

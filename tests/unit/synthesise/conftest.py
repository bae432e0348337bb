"""What the tests of this folder share: projects packed from the fixture, and a warehouse with four reports."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tasks.synthesise.load_relations import write_rows
from tasks.synthesise.project_content import read_contents
from tasks.synthesise.relate_projects import Relation, relate_projects

FIXTURES = Path(__file__).parents[2] / "fixtures" / "coding"
# Positions in project.qde count UTF-16 units and CR LF as two, as NVivo on Windows does.
TEXT = "Nobody believed\r\n😀 \r\n𝒜𝒷 trust it\r\nuntil later…\r\n"
Pack = Callable[[str, dict[str, bytes | str]], Path]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    def make(name: str, files: dict[str, bytes | str]) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in files.items():
                archive.writestr(member, content)
        return path

    return make


@pytest.fixture
def project_xml() -> str:
    return (FIXTURES / "project.qde").read_text(encoding="utf-8")


@pytest.fixture
def ward(pack: Pack, project_xml: str) -> Path:
    """The fixture as a .qdpx; Windows' capitals in names of files and folders do not matter, nor a BOM."""
    return pack(
        "ward.qdpx",
        {
            "Project.qde": project_xml,
            "Sources/one.txt": b"\xef\xbb\xbf" + TEXT.encode(),
            "Sources/memo.txt": "Line one\r\nline two",
        },
    )


REPORTS = (
    (1, "Talking about pain", "Hartwell, J.", 2017, "10.1000/a"),
    (2, "Time on the ward", "Moss, A.", 2019, "10.1000/m"),
    (3, "Trust, revisited", "Hartwell, J.", 2020, None),
    (4, "Nobody screened this", "Quill, E.", 2021, None),
)
RECORD = """
    INSERT INTO core.record (record_id, source, identity, platform, format, title, authors, year, doi, raw_sha256,
                             search_id, first_executed_at, last_executed_at)
    VALUES (?, 'medline', ?, 'ovid', 'ris', ?, ?, ?, ?, 'x', 's', now(), now())
"""


class Warehouse:
    """A warehouse with four reports, into which files are delivered by name and day."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        for report in REPORTS:
            self.add_report(*report)

    def add_report(self, number: int, title: str, author: str, year: int, doi: str | None) -> None:
        self.con.execute(RECORD, [f"r{number}", f"acc:{number}", title, [author], year, doi])
        self.con.execute("INSERT INTO core.report_record VALUES (?, ?)", [f"r{number}", f"rep_{number}"])

    def deliver(self, arrival_id: int, file_name: str, day: int, kind: str = "coding", *, counts: bool = True) -> int:
        self.con.execute(
            "INSERT INTO core.arrival (arrival_id, sha256, kind, file_name, bytes, received_at, state, counts)"
            " VALUES (?, ?, ?, ?, 1, ?, ?, ?)",
            [
                arrival_id,
                f"x{arrival_id}",
                kind,
                file_name,
                datetime(2024, 6, day, tzinfo=UTC),
                "counts" if counts else "replaced",
                counts,
            ],
        )
        self.con.execute("INSERT INTO core.reading VALUES (?, '', 'loaded', NULL, NULL)", [arrival_id])
        return arrival_id

    def relate(self, rulings: Mapping[str, tuple[str, ...]] | None = None) -> list[Relation]:
        """What the projects that count are to each other, written as a derivation does."""
        ids = "SELECT arrival_id FROM core.arrival WHERE kind = 'coding' AND counts ORDER BY 1"
        relations = relate_projects(read_contents(self.con, [row[0] for row in self.rows(ids)]), rulings or {})
        write_rows(self.con, relations)
        return relations

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.con.execute(sql).fetchall()


@pytest.fixture
def warehouse(empty: duckdb.DuckDBPyConnection) -> Warehouse:
    return Warehouse(empty)

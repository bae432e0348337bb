"""What is written as a REFI-QDA project reads back as the same rows, whatever they hold."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.coding import Code, Coder, Coding, Document, DocumentValue, Memo
from schemas.frames import frame_of
from tasks.synthesise.qda_codes import read_codebook
from tasks.synthesise.qda_text import BY_TOOL, STANDARD
from tasks.synthesise.refi_qda import QdaProject, read_project
from tasks.synthesise.write_qda import ProjectParts, write_codebook, write_project

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
SAMPLES = [*sorted(SHARED.glob("coding/qdpx/*.qdpx")), *sorted(SHARED.glob("cases/coding/*.qdpx"))]
#: What a reader makes of the file, not of what it holds.
OF_THE_FILE = {"document": ["source_path", "kind", "guid"], "memo": ["memo_id"], "code": ["guid"]}
PARTS = ("document", "code", "coding", "memo", "value", "coder")


def parts_of(project: QdaProject) -> ProjectParts:
    return ProjectParts(project.name, **{part: getattr(project, part) for part in PARTS})


def rows_of(parts: object, part: str) -> list[str]:
    frame: pl.DataFrame = getattr(parts, part)
    return sorted(map(repr, frame.drop(OF_THE_FILE.get(part, [])).rows()))


def again(parts: ProjectParts, folder: Path, tool: str = "") -> QdaProject:
    origin = f"Living Review 0{f' for {tool}' if tool else ''}"
    content, _ = write_project(parts, origin=origin, dialect=BY_TOOL.get(tool, STANDARD))
    path = folder / "again.qdpx"
    path.write_bytes(content)
    return read_project(path)


@pytest.mark.parametrize("tool", ["", *BY_TOOL])
def test_a_project_with_everything_reads_back_equal(ward: Path, tmp_path: Path, tool: str) -> None:
    """But for what it says of pages and of texts that were not in the file: see the next test."""
    project = read_project(ward)
    found = again(parts_of(project), tmp_path, tool)
    assert {part: rows_of(found, part) for part in ("code", "value", "coder")} == {
        part: rows_of(project, part) for part in ("code", "value", "coder")
    }
    columns = ["document_id", "code_id", "coder", "start_char", "end_char", "created_at"]
    assert sorted(map(repr, found.coding.select(columns).rows())) == sorted(
        map(repr, project.coding.select(columns).rows())
    )
    assert found.choice.dialect == BY_TOOL.get(tool, STANDARD)


def test_what_the_file_cannot_hold_is_told(ward: Path) -> None:
    _, left_out = write_project(parts_of(read_project(ward)), origin="Living Review 0")
    assert dict(left_out.count_by_kind()) == {
        "PDF files (exported as their text)": 1,
        "pages of codings (kept: their place in the text)": 1,
        "places of codings on pages (kept: document and code)": 1,
    }


_WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), min_size=1, max_size=12)
_NAMES = _WORDS.map(lambda text: "".join(c for c in text if c.isprintable()).strip()).filter(bool)
_TEXTS = st.text(st.sampled_from("ab \n😀\ufeff\x0b é"), min_size=2, max_size=20).filter(lambda text: text.strip())


def a_guid(*parts: object) -> str:
    return str(uuid5(UUID(int=7), repr(parts)))


_TARGETS = st.sampled_from(["project", "code", "document", "none"])


@st.composite
def projects(draw) -> ProjectParts:
    """A few documents, codes, coders, memos and cases, with any words."""
    from tasks.synthesise.qda_ids import Ids
    from tasks.synthesise.qda_text import hash_text

    ids = Ids("any")
    documents, codes = [], []
    for n, (name, text) in enumerate(draw(st.lists(st.tuples(_NAMES, _TEXTS), min_size=1, max_size=3))):
        key = a_guid("document", n)
        documents.append({
            "document_id": ids.document(key, name), "guid": key, "name": name, "kind": "text", "description": None,
            "text": text, "text_hash": hash_text(text),
        })  # fmt: skip
    for n, name in enumerate(draw(st.lists(_NAMES, min_size=1, max_size=4))):
        above = draw(st.sampled_from([None, *codes[-1:]]))
        key = a_guid("code", n)
        path = f"{above['path']} / {name}" if above else name
        codes.append({
            "code_id": ids.code(key, path), "guid": key, "name": name, "parent_id": above and above["code_id"], "path": path,
            "position": n + 1, "color": draw(st.sampled_from([None, "#00ff00"])), "description": draw(st.sampled_from([None, "so"])),
            "is_codable": draw(st.booleans()),
        })  # fmt: skip
    coders = [
        {"guid": a_guid("coder", name), "coder": name}
        for name in sorted({*draw(st.lists(_NAMES, max_size=2))} - {"unknown"})
    ]
    spans = st.tuples(st.integers(0, 18), st.integers(1, 20))
    who = st.sampled_from(["unknown", *(row["coder"] for row in coders)])
    made: dict[str, dict[str, object]] = {}
    moment = datetime(2024, 5, 2, 8, tzinfo=UTC)
    for document, code, coder, (start, until) in draw(
        st.lists(st.tuples(st.sampled_from(documents), st.sampled_from(codes), who, spans), max_size=6)
    ):
        end = min(until, len(document["text"]))
        if start < end:
            id = Ids("any").coding(document["document_id"], code["code_id"], coder, start, end)
            made[id] = {
                "coding_id": id, "document_id": document["document_id"], "code_id": code["code_id"], "coder": coder, "start_char": start,
                "end_char": end, "quote": document["text"][start:end], "created_at": moment,
            }  # fmt: skip
    memos = [
        {"memo_id": f"mem_{n:016x}", "target": target, "name": name, "text": text, "author": coders[0]["coder"] if coders else None,
         "document_id": documents[0]["document_id"] if target == "document" else None,
         "code_id": codes[0]["code_id"] if target == "code" else None}
        for n, (target, name, text) in enumerate(draw(st.lists(st.tuples(_TARGETS, _NAMES, _TEXTS), max_size=3)))
    ]  # fmt: skip
    values: list[dict[str, object]] = []
    for name in sorted({*draw(st.lists(_NAMES, max_size=2))} - {"set", "case"}):
        values.append(
            {"document_id": documents[0]["document_id"], "case_name": None, "field": name, "value": f"{name} 1"}
        )
    for name in sorted({*draw(st.lists(_NAMES, max_size=2))}):
        values += [
            {"document_id": row["document_id"], "case_name": name, "field": "case", "value": name}
            for row in documents[:2]
        ]
        values += [{"document_id": documents[0]["document_id"], "case_name": name, "field": "age", "value": "40"}]
    values += [{"document_id": documents[0]["document_id"], "case_name": None, "field": "set", "value": "first"}]
    return ProjectParts(
        draw(_NAMES), frame_of(Document, documents), frame_of(Code, codes), frame_of(Coding, made.values()), frame_of(Memo, memos),
        frame_of(DocumentValue, values), frame_of(Coder, coders),
    )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=projects(), tool=st.sampled_from(["", *BY_TOOL]))
def test_any_project_reads_back_equal(tmp_path: Path, parts: ProjectParts, tool: str) -> None:
    found = again(parts, tmp_path, tool)
    assert found.name == parts.name
    for part in PARTS:
        assert rows_of(found, part) == rows_of(parts, part)
    assert found.not_carried == []


def test_the_same_rows_are_the_same_bytes(ward: Path) -> None:
    parts = parts_of(read_project(ward))
    assert write_project(parts, origin="Living Review 0") == write_project(parts, origin="Living Review 0")


def test_a_codebook_reads_back_equal(ward: Path, tmp_path: Path) -> None:
    code = read_project(ward).code
    path = tmp_path / "book.qdc"
    path.write_bytes(write_codebook(code, origin="Living Review 0"))
    assert read_codebook(path).code.rows() == code.rows()


@pytest.mark.skipif(not SAMPLES, reason="needs ../shared, which is not part of the project")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_real_projects_fit_the_standards_schema_and_lose_nothing_in_texts(sample: Path, tmp_path: Path) -> None:
    project = read_project(sample)
    content, _ = write_project(parts_of(project), origin="Living Review 0")
    schema = etree.XMLSchema(etree.parse(str(SHARED / "coding" / "standard" / "Project.xsd")))
    schema.assertValid(etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("project.qde")))
    found = again(parts_of(project), tmp_path)
    placed = pl.col("start_char").is_not_null()
    places = ["start_char", "end_char", "quote", "coder", "created_at"]
    assert sorted(map(repr, found.coding.filter(placed).select(places).rows())) == sorted(
        map(repr, project.coding.filter(placed).select(places).rows())
    )
    assert found.coding.height == project.coding.height
    for part, columns in (
        ("code", ["path", "color", "description", "is_codable"]),
        ("value", ["case_name", "field", "value"]),
    ):
        rows = [sorted(map(repr, getattr(of, part).select(columns).rows())) for of in (found, project)]
        assert rows[0] == rows[1]
    assert found.memo.height == project.memo.height

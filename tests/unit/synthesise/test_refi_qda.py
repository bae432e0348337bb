"""REFI-QDA projects: what is carried over, what is not, and where positions lie."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from schemas.errors import UserError
from tasks.synthesise.qda_codes import read_codebook
from tasks.synthesise.qda_ids import tool_of
from tasks.synthesise.refi_qda import read_project

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "coding"
LINES = "first line\r\nsecond line\r\nthird line\r\nfourth line\r\n"
PROJECT = Path(__file__).parents[2] / "fixtures" / "coding" / "project.qde"
TEXT = "Nobody believed\n😀 \n𝒜𝒷 trust it\nuntil later…\n"


@pytest.fixture
def project(ward):
    return read_project(ward)


def test_the_code_tree(project):
    rows = project.code.select("name", "path", "position", "color", "description", "is_codable").rows()
    assert rows == [
        ("Trust", "Trust", 1, "#cc3311", "Believing, and being believed.", True),
        ("lost", "Trust / lost", 2, None, None, True),
        ("Time", "Time", 3, None, None, False),
    ]
    assert project.code["parent_id"].to_list() == [None, project.code["code_id"][0], None]


def test_segments_lie_where_the_software_put_them(project):
    found = project.coding.join(project.code, on="code_id").join(project.document, on="document_id", suffix="_of")
    rows = found.sort("name_of", "start_char", "coder", nulls_last=True)
    assert rows.select("name_of", "path", "coder", "start_char", "end_char", "quote", "page").rows() == [
        ("Gone", "Trust", "Ann", None, None, None, None),
        ("Moss.pdf", "Trust / lost", "Ann", 9, 18, "No trust.", 2),
        ("Moss.pdf", "Trust / lost", "Ann", None, None, "a table", 3),
        ("talking about pain", "Trust", "Ann", 0, 15, "Nobody believed", None),
        ("talking about pain", "Trust / lost", "Bea", 0, 15, "Nobody believed", None),
        ("talking about pain", "Trust / lost", "unknown", 19, 30, "𝒜𝒷 trust it", None),
        ("talking about pain", "Trust", "Bea", 31, 43, "until later…", None),
    ]
    texts = dict(project.document.select("document_id", "text").rows())
    for document_id, start, end, quote in project.coding.select(
        "document_id", "start_char", "end_char", "quote"
    ).rows():
        assert start is None or texts[document_id][start:end] == quote
    assert texts[project.document["document_id"][0]] == TEXT
    assert str(project.choice.dialect) == "UTF-16 units, CR LF as 2"


def test_times_become_utc(project):
    assert str(project.coding.drop_nulls("created_at")["created_at"][0]) == "2024-05-02 08:00:00+00:00"


def test_memos_with_what_they_are_on(project):
    rows = project.memo.sort("target", "name").select("target", "name", "text", "start_char", "author").rows()
    assert rows == [
        ("code", "On trust", "Line one\nline two", None, "Ann"),
        ("coding", "Query", "Is this lost, or never there?", 0, None),
        ("none", "Loose", "First thoughts.", None, None),
        ("segment", "description", "Strong words.", 0, "Ann"),
    ]


def test_variables_and_cases(project):
    named = dict(project.document.select("document_id", "name").rows())
    rows = {
        (named.get(d), *rest) for d, *rest in project.value.select("document_id", "case_name", "field", "value").rows()
    }
    assert rows == {
        ("talking about pain", "Hartwell 2017", "case", "Hartwell 2017"),
        ("talking about pain", "Hartwell 2017", "Country", "Norway"),
        ("Moss.pdf", None, "DOI", "10.1000/m"),
        (None, "case 2", "case", "case 2"),
    }


def test_what_came_over_and_what_did_not_add_up_to_what_the_file_holds(project):
    assert dict(project.carried) == {
        "codes": 3, "codings": 7, "documents": 3, "memos": 4, "cases": 2, "values of variables": 2, "coders": 2,
        "codings of regions that are the text's": 1,
    }  # fmt: skip
    assert dict(project.not_carried) == {
        "PDF files (their text is carried over)": 1,
        "codings of pictures": 1,
        "codings whose positions lie outside the text": 1,
        "codings with an unknown code": 1,
        "formatted versions of texts": 1,
        "links": 1,
        "marked segments without a code": 1,
        "pictures (sources)": 1,
        "positions of PDF regions (kept: code, page, text)": 1,
        "empty sets": 1,
    }
    # 11 codings: one is the twin of a PDF's region, four are counted as left out.
    assert [str(p) for p in project.problems] == [
        "ward.qdpx: document 'Gone': its text internal://gone.txt is not in the file; "
        "its codings are kept without positions",
        "ward.qdpx:54: document 'talking about pain': a segment from 900 to 910 lies outside its 44 characters",
        "ward.qdpx:89: a coding names a code that the codebook does not hold",
    ]


def simple(pack, origin: str, text: str, spans: list[tuple[int, int]], guids: str = "1") -> Path:
    """A project of one code on these spans of one text; `guids` starts every GUID."""

    def guid(kind: int, n: int = 0) -> str:
        return f"{guids}0000000-0000-0000-000{kind}-{n:012d}"

    coded = "".join(
        f'<PlainTextSelection guid="{guid(3, n)}" startPosition="{a}" endPosition="{b}"><Coding guid="{guid(4, n)}" '
        f'creatingUser="{guid(5)}"><CodeRef targetGUID="{guid(1)}"/></Coding></PlainTextSelection>'
        for n, (a, b) in enumerate(spans)
    )
    xml = (
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="P" origin="{origin}">'
        f'<Users><User guid="{guid(5)}" name="Ann"/></Users>'
        f'<CodeBook><Codes><Code guid="{guid(1)}" name="Trust" isCodable="true"/></Codes></CodeBook>'
        f'<Sources><TextSource guid="{guid(2)}" name="One" plainTextPath="one.txt">{coded}</TextSource></Sources>'
        "</Project>"
    )
    return pack(f"{guids}.qdpx", {"project.qde": xml, "sources/one.txt": text.encode()})


def starts_of(text: str, words: list[str]) -> list[tuple[int, int]]:
    return [(text.index(word), text.index(word) + len(word)) for word in words]


@pytest.mark.parametrize(
    ("origin", "counted_in", "dialect"),
    [
        ("ATLAS.ti 23.1.1", LINES.replace("\r\n", "\n"), "code points, CR LF as 1"),
        ("MAXQDA 24.2", LINES, "code points, CR LF as 2"),
        # Against what is known of the tool, but the text leaves no doubt.
        ("ATLAS.ti 27", LINES, "code points, CR LF as 2"),
        ("MAXQDA 30", LINES.replace("\r\n", "\n"), "code points, CR LF as 1"),
    ],
)
def test_the_dialect_is_the_tools_unless_the_text_says_otherwise(pack, origin, counted_in, dialect):
    words = ["second", "third line", "fourth"]
    project = read_project(simple(pack, origin, LINES, starts_of(counted_in, words)))
    assert project.coding["quote"].to_list() == words
    assert str(project.choice.dialect) == dialect
    assert "3 of 3" in project.choice.why


def test_one_odd_segment_does_not_overrule_the_tool(pack):
    spans = [(12, 18), (25, 35)]  # 'second' as two-unit line ends count; the other is cut in the middle of words
    assert str(read_project(simple(pack, "MAXQDA 24", LINES, spans)).choice.dialect) == "code points, CR LF as 2"


def test_only_a_uuid_names_the_same_thing_in_two_files(pack):
    def ids(guids: str, last: str) -> tuple[set[str], ...]:
        project = read_project(simple(pack, "MyTool 1", LINES + last, [(0, 5)], guids))
        return tuple(set(frame[key]) for frame, key in (
            (project.document, "document_id"), (project.code, "code_id"), (project.coding, "coding_id"),
        ))  # fmt: skip

    assert ids("1", "") == ids("1", "") == ids("1", " ")
    assert all(not a & b for a, b in zip(ids("u", ""), ids("u", " "), strict=True))


def test_tools_are_known_by_their_name_alone():
    assert [tool_of(o) for o in ("NVivo for Mac 15.0.0", "ATLAS.ti 8.4.0 573 , macOS", "qc 1.3.2", None)] == [
        "nvivo", "atlas.ti", "qc", "unknown",
    ]  # fmt: skip


def test_parts_out_of_order_are_read_and_said(pack, project_xml):
    xml = project_xml
    start, end = xml.index("<Cases>"), xml.index("</Cases>") + len("</Cases>")
    moved = xml[:start] + xml[end:].replace("</Project>", xml[start:end] + "</Project>")
    project = read_project(pack("m.qdpx", {"project.qde": moved}))
    assert dict(project.carried)["cases"] == 2 and dict(project.carried)["values of variables"] == 2
    assert "not in the standard's order" in str(project.problems[0])


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", b" " * 30_000_000)
    return data.getvalue()


def cut_off() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("project.qde", PROJECT.read_bytes())
    return data.getvalue()[:-40]


def damaged() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("project.qde", PROJECT.read_bytes())
    return data.getvalue().replace(b"Believing", b"Belonging")


def zipped(name: str, content: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"hello", "no zip archive"),
        (cut_off(), "cut off or damaged"),
        (damaged(), "cannot be read"),
        (bomb(), "30,000,000 bytes; refused"),
        (zipped("readme.txt", "x"), "no project.qde"),
        (zipped("../project.qde", "<Project/>"), "a path that leads elsewhere"),
        (zipped("/etc/project.qde", "<Project/>"), "a path that leads elsewhere"),
        (zipped("project.qde", "<Project><Users>"), "its XML is broken"),
        (zipped("project.qde", ""), "its XML is broken"),
        (zipped("project.qde", "<Report/>"), "root element is Report"),
        (
            zipped("project.qde", '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]><Project>&x;</Project>'),
            "refused",
        ),
    ],
)
def test_what_is_no_project_is_refused_in_one_line(tmp_path, content, says):
    path = tmp_path / "ours.qdpx"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        read_project(path, name="coding/ours.qdpx")
    assert says in str(error.value) and str(error.value).startswith("coding/ours.qdpx:")
    assert "\n" not in str(error.value)


def test_any_single_qde_will_do_and_another_namespace_too(pack, project_xml):
    xml = project_xml.replace("urn:QDA-XML:project:1.0", "urn:QDA-XML:project:1:5")
    project = read_project(pack("a.qdpx", {"Ward talk.qde": xml, "__MACOSX/._project.qde": b"x"}))
    assert project.code.height == 3
    # Without one.txt its five codings stay, without positions.
    assert project.coding["start_char"].null_count() == 7


def test_a_codebook_alone(tmp_path):
    path = tmp_path / "book.qdc"
    path.write_text(
        '<CodeBook xmlns="urn:QDA-XML:codebook:0:4"><Codes><Code guid="{1}" name="A" isCodable="false">'
        '<Code guid="2" name="B" isCodable="true" description="b"/></Code></Codes><Sets><Set/></Sets></CodeBook>'
    )
    book = read_codebook(path)
    assert book.code.select("path", "is_codable", "description").rows() == [("A", False, None), ("A / B", True, "b")]
    assert book.sets == ("(without a name)",)
    path.write_bytes(b"%PDF")
    with pytest.raises(UserError, match="no REFI-QDA codebook"):
        read_codebook(path)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="needs the sample projects in ../shared")
@pytest.mark.parametrize(
    ("name", "carried"),
    [
        ("qc_demo", {"codes": 262, "codings": 205, "documents": 2}),
        ("nvivo_project", {"codes": 262, "codings": 0, "documents": 2}),
        ("atlasti_sources_missing", {"codes": 14, "codings": 10, "documents": 8, "memos": 4}),
        ("two_coders_schema_invalid", {"codes": 4, "codings": 7, "documents": 3, "cases": 1}),
    ],
)
def test_real_projects_come_over(name, carried):
    project = read_project(SHARED / "qdpx" / f"{name}.qdpx")
    assert {what: n for what, n in project.carried if what in carried} == carried
    assert not [p for p in project.problems if p.severity == "error"]

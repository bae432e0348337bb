"""Codings of tools that export no REFI-QDA: tables of Taguette, Dedoose and MAXQDA, and EPPI-Reviewer's JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import UserError
from tasks.synthesise.coding_file import is_mapping, read_codings
from tasks.synthesise.refi_qda import QdaProject

SAMPLE = Path(__file__).parents[3].parent / "shared" / "data" / "coding" / "eppi" / "PAOutcomesTest.json"
TAGUETTE = "id,document,tag,content\n1,Talk one,trust,Trust grows.\n2,Talk one,doubt,Trust grows.\n3,Talk two,trust,=It stays.\n"
MAXQDA = "Document name\tCode\tSegment\tCreated by\tPage\tComment\tColor\nTalk one\tCare\\Trust\tIt grows.\tAda\t3\tsure?\tred\n"
DEDOOSE = (
    "Media Title,Excerpt Copy,Excerpt Creator,Excerpt Date,Codes Applied Combined,Code: Trust Applied,Code: Doubt Applied,"
    "Code: Trust Weight\n"
    'Talk one,It grows.,ada,2024-05-02,"Trust, Doubt",True,True,3\nTalk one,It stays.,ben,5/2/24,Doubt,False,True,\n'
)


def read(folder: Path, name: str, text: str) -> QdaProject:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_codings(path)


def rows(project: QdaProject) -> list[tuple[object, ...]]:
    joined = project.coding.join(project.document.select("document_id", "name"), on="document_id").join(
        project.code.select("code_id", "path"), on="code_id"
    )
    return joined.sort("name", "quote", "path").select("name", "path", "coder", "quote", "page").rows()


def test_taguette_has_a_row_a_tag(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "t.csv", TAGUETTE)) == [
        ("Talk one", "doubt", "unknown", "Trust grows.", None),
        ("Talk one", "trust", "unknown", "Trust grows.", None),
        ("Talk two", "trust", "unknown", "=It stays.", None),
    ]


def test_maxqda_has_paths_coders_pages_and_comments_and_what_else_is_told(tmp_path: Path) -> None:
    project = read(tmp_path, "m.txt", MAXQDA)
    assert rows(project) == [("Talk one", "Care / Trust", "Ada", "It grows.", 3)]
    assert project.code.select("name", "parent_id").rows() == [("Care", None), ("Trust", project.code["code_id"][0])]
    assert project.memo.select("target", "text").rows() == [("coding", "sure?")]
    assert project.not_carried == [("columns of the table", 1)]


def test_a_comment_on_several_quotes_of_a_code_is_one_memo(tmp_path: Path) -> None:
    table = "document,code,quote,comment\nTalk,trust,It grows.,sure?\nTalk,trust,It stays.,sure?\nTalk,doubt,It stays.,sure?\n"
    project = read(tmp_path, "m.csv", table)
    assert (project.coding.height, project.memo.height, dict(project.carried)["memos"]) == (3, 2, 2)


def test_dedoose_has_a_column_a_code(tmp_path: Path) -> None:
    project = read(tmp_path, "d.csv", DEDOOSE)
    assert rows(project) == [
        ("Talk one", "Doubt", "ada", "It grows.", None),
        ("Talk one", "Trust", "ada", "It grows.", None),
        ("Talk one", "Doubt", "ben", "It stays.", None),
    ]
    assert [at and str(at.date()) for at in project.coding.sort("quote", "coding_id")["created_at"]][2] is None


def test_maxqdas_columns_of_variables_are_no_codes_and_a_stroke_is_part_of_a_name(tmp_path: Path) -> None:
    text = (
        "Document group\tDocument name\tCode\tBeginning\tEnd\tSegment\tOther codes assigned to segment\tCode: 1_play\n"
        "A\tTalk one\tWhat > Joke / Tease\t3\t3\tIt grows.\tWhat > Hope\t1\n"
    )
    assert [row[1] for row in rows(read(tmp_path, "m.txt", text))] == ["What / Joke / Tease"]
    assert read(tmp_path, "m2.txt", text).code["name"].to_list() == ["What", "Joke / Tease"]


def test_dedoose_without_columns_of_codes_has_them_behind_commas(tmp_path: Path) -> None:
    text = 'Media Title,Excerpt Range,Excerpt Copy,Codes Applied Combined\nTalk one,0-8,It grows.,"Trust, Doubt"\nTalk one,9-11,Hm.,\n'
    project = read(tmp_path, "d.csv", text)
    assert [row[1] for row in rows(project)] == ["Doubt", "Trust"]
    assert ("marked segments without a code", 1) in project.not_carried


def test_atlas_ti_has_the_codes_of_a_quotation_in_one_cell_a_line_each(tmp_path: Path) -> None:
    text = (
        "ID,Quotation Name,Document,Document Groups,Quotation Content,Comment,Codes,Reference,Density,Created by,"
        "Modified by,Created,Modified\n"
        '1:1,q,Talk one,,It grows.,sure?,"Trust\nHope",1 - 1,2,Ada,Ben,2024-05-02,2024-05-03\n'
    )
    assert rows(read(tmp_path, "a.csv", text)) == [
        ("Talk one", "Hope", "Ada", "It grows.", None),
        ("Talk one", "Trust", "Ada", "It grows.", None),
    ]


def test_a_table_that_this_program_wrote_has_its_levels_back(tmp_path: Path) -> None:
    project = read(
        tmp_path, "q.csv", "coding_id,code,quote,document,coder\ncdg_1,Care / Trust,It grows.,Talk one,Ada\n"
    )
    assert project.code["name"].to_list() == ["Care", "Trust"]


def test_the_same_words_have_the_same_ids_in_every_export(tmp_path: Path) -> None:
    one, other = (
        read(tmp_path, "one.csv", TAGUETTE),
        read(tmp_path, "other.csv", TAGUETTE + "4,Talk three,hope,It may.\n"),
    )
    assert set(one.coding["coding_id"]) < set(other.coding["coding_id"])


def test_a_row_without_a_document_or_code_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    project = read(tmp_path, "t.csv", TAGUETTE + "4,,hope,Words.\n5,Talk two,,Words.\n")
    assert [(problem.line, problem.message.split(",")[0]) for problem in project.problems] == [(5, "names no document")]
    assert project.coding.height == 3
    assert ("marked segments without a code", 1) in project.not_carried  # which Taguette writes as a row without a tag
    own = read(tmp_path, "own.csv", "document,code,quote\nTalk one,,Words.\n")
    assert [(problem.line, problem.message.split(",")[0]) for problem in own.problems] == [(2, "names no code")]


def test_a_table_of_documents_and_reports_is_none_of_segments(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("document,report\nTalk one,10.1000/a\n")
    assert is_mapping(path, "map.csv")
    with pytest.raises(UserError, match="has no columns document, code and quote"):
        read_codings(path)


_CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=9).map(str.strip).filter(bool)


@settings(max_examples=40, deadline=None)
@given(segments=st.lists(st.tuples(_CELL, st.lists(_CELL, min_size=1, max_size=3), _CELL), max_size=5))
def test_of_eppi_reviewer_every_code_of_every_reference_is_kept(tmp_path_factory, segments) -> None:
    """A code without words is on the whole reference; what a PDF's words were marked with is gone."""
    attributes = [{"AttributeId": n, "AttributeName": name} for n, (name, *_) in enumerate(segments)]
    codes = [
        {"AttributeId": n, "ArmTitle": "", "AdditionalText": "",
         "ItemAttributeFullTextDetails": [{"Text": f'Page 4:\n[¬s]"{q}[¬e]"', "IsFromPDF": True} for q in quotes]}
        for n, (_, quotes, _) in enumerate(segments)
    ]  # fmt: skip
    export = {
        "CodeSets": [{"SetName": "Set", "Attributes": {"AttributesList": attributes}}],
        "References": [{"ItemId": 1, "ShortTitle": "Fern (2019)", "DOI": "https://doi.org/10.1000/a", "Codes": codes}],
    }
    project = read(tmp_path_factory.mktemp("eppi"), "e.json", json.dumps(export))
    assert project.coding.height == sum(len(quotes) for _, quotes, _ in segments)
    words = [q.strip('"').strip() or None for _, quotes, _ in segments for q in quotes]
    assert sorted(map(str, project.coding["quote"])) == sorted(map(str, words))
    assert set(project.coding["page"]) <= {4}
    assert ("DOI", "10.1000/a") in project.value.select("field", "value").rows()


@pytest.mark.parametrize("text", ["{", "[]", '{"CodeSets": 1, "References": []}', '{"References": []}'])
def test_another_json_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match="is no JSON export of EPPI-Reviewer"):
        read(tmp_path, "e.json", text)


@pytest.mark.skipif(not SAMPLE.exists(), reason="needs ../shared, which is not part of the project")
def test_a_real_export_of_eppi_reviewer_is_read_whole() -> None:
    export = json.loads(SAMPLE.read_text(encoding="utf-8-sig"))
    codes = [code for reference in export["References"] for code in reference["Codes"]]
    project = read_codings(SAMPLE)
    assert project.coding.height == sum(max(1, len(code["ItemAttributeFullTextDetails"] or ())) for code in codes)
    assert project.memo.filter(project.memo["text"].str.starts_with("Arm: ")).height == sum(
        max(1, len(code["ItemAttributeFullTextDetails"] or ())) for code in codes if code["ArmTitle"]
    )
    assert project.problems == ()

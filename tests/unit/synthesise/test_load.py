"""Coded texts, characteristics and appraisals in the warehouse: linked to reports, the newest file of each counting."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.characteristic import CharacteristicRow
from schemas.dictionary import tables
from schemas.errors import UserError
from schemas.frames import frame_of
from tasks.synthesise.appraisal import read_appraisal
from tasks.synthesise.characteristics import read_characteristics
from tasks.synthesise.checklist import read_checklist
from tasks.synthesise.link import link_all
from tasks.synthesise.load import (
    check_quotes,
    load_appraisal,
    load_characteristics,
    load_mapping,
    load_project,
    load_study_links,
)
from tasks.synthesise.mapping import read_mapping
from tasks.synthesise.refi_qda import read_project

ALL_REPORTS = "core.report_record"


def sheet(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def loaded(warehouse, ward):
    load_project(warehouse.con, warehouse.deliver(11, "ward.qdpx", 1), read_project(ward))
    warehouse.relate()
    return warehouse


def test_documents_are_linked_by_title_variable_or_case_and_the_rest_is_said(loaded):
    unlinked = link_all(loaded.con, labels_of=ALL_REPORTS)
    assert loaded.rows("SELECT name, report_id FROM document ORDER BY name") == [
        ("Gone", None),
        ("Moss.pdf", "rep_2"),
        ("talking about pain", "rep_1"),
    ]
    assert loaded.rows("SELECT said_by, how FROM core.document_link WHERE record_id IS NOT NULL ORDER BY 1") == [
        ("name", "title"),
        ("variable", "doi"),
    ]
    assert [(u.name, u.why) for u in unlinked] == [("Gone", "no report is known by this name")]


def test_a_case_named_after_author_and_year_links_its_document(loaded):
    loaded.con.execute("UPDATE core.document SET name = 'Interview 7' WHERE name = 'talking about pain'")
    link_all(loaded.con, labels_of=ALL_REPORTS)
    assert loaded.rows("SELECT report_id FROM document WHERE name = 'Interview 7'") == [("rep_1",)]
    assert loaded.rows("SELECT said_by, key, how FROM core.document_link WHERE how = 'label'") == [
        ("case", "Hartwell 2017", "label")
    ]


def test_a_mapping_is_believed_before_anything_else(loaded, tmp_path):
    mapping = read_mapping(sheet(tmp_path, "m.csv", "Document;Report\nGone;10.1000/a\nMoss.pdf;rep_3\n;rep_1\n"))
    assert [str(p) for p in mapping.problems] == ["m.csv:4: names no document, and was not read"]
    load_mapping(loaded.con, 12, mapping.frame)
    assert link_all(loaded.con, labels_of=ALL_REPORTS) == []
    assert dict(loaded.rows("SELECT name, report_id FROM document")) == {
        "Gone": "rep_1",
        "Moss.pdf": "rep_3",
        "talking about pain": "rep_1",
    }
    with pytest.raises(UserError, match="no column 'report'"):
        read_mapping(sheet(tmp_path, "n.csv", "document,name\na,b\n"))


def test_links_follow_a_report_through_a_merge(loaded):
    link_all(loaded.con, labels_of=ALL_REPORTS)
    loaded.con.execute("UPDATE core.report_record SET report_id = 'rep_1' WHERE record_id = 'r2'")
    assert loaded.rows("SELECT DISTINCT report_id FROM coding WHERE report_id IS NOT NULL") == [("rep_1",)]


def test_quotes_are_rebuilt_from_positions_and_a_difference_is_found(loaded):
    assert ("𝒜𝒷 trust it",) in loaded.rows("SELECT quote FROM coding")
    assert check_quotes(loaded.con) == []
    loaded.con.execute("UPDATE core.document SET text = 'x' || text WHERE name = 'Moss.pdf'")
    assert [(document, stored, found) for _, document, stored, found in check_quotes(loaded.con)] == [
        ("Moss.pdf", "No trust.", " No trust")
    ]


def test_a_newer_export_replaces_what_the_project_said_and_loading_again_changes_nothing(loaded, pack, project_xml):
    files = {"project.qde": project_xml.replace('name="lost"', 'name="lost trust"'), "sources/one.txt": "x"}
    newer = read_project(pack("newer.qdpx", files))
    load_project(loaded.con, loaded.deliver(12, "another name.qdpx", 2), newer)
    loaded.relate({"x12": ("x11",)})
    before = loaded.rows("SELECT * FROM coding ORDER BY ALL"), loaded.rows("SELECT count(*) FROM core.coding")
    load_project(loaded.con, 12, newer)
    loaded.relate({"x12": ("x11",)})
    assert before == (loaded.rows("SELECT * FROM coding ORDER BY ALL"), loaded.rows("SELECT count(*) FROM core.coding"))
    assert loaded.rows("SELECT path FROM code WHERE parent_id IS NOT NULL") == [("Trust / lost trust",)]
    assert loaded.rows("SELECT DISTINCT arrival_id FROM coding") == [(12,)]
    assert loaded.rows("SELECT count(DISTINCT arrival_id) FROM core.coding") == [(2,)]


def test_copies_of_a_project_for_two_coders_share_documents_and_codes(loaded, pack, project_xml):
    """Bea's copy has another name and a coding of her own; what both hold stands once."""
    own = project_xml.replace('name="Ward talk"', 'name="Ward talk (Bea)"').replace(
        'startPosition="9"', 'startPosition="3"'
    )
    load_project(loaded.con, loaded.deliver(19, "bea.qdpx", 2), read_project(pack("bea.qdpx", {"project.qde": own})))
    loaded.relate({"x19": ()})
    assert loaded.rows("SELECT count(*) FROM coding_project") == [(2,)]
    assert loaded.rows("SELECT count(*), count(DISTINCT document_id) FROM document") == [(3, 3)]
    assert loaded.rows("SELECT count(*) FROM code") == [(3,)]
    quotes = loaded.rows(
        "SELECT quote FROM coding JOIN document USING (document_id) WHERE name = 'Moss.pdf' AND page = 2"
    )
    assert sorted(quotes) == [("No trust.",), ("time. No trust.",)]


def test_characteristics_join_codes(loaded, tmp_path):
    path = sheet(
        tmp_path,
        "c.csv",
        "report_id,study,country\nrep_1,Hartwell,Norway\n10.1000/m,,Chile\nrep_3,Hartwell,\nnowhere,,Peru\n",
    )
    load_characteristics(
        loaded.con, loaded.deliver(15, "c.csv", 3, "characteristics"), read_characteristics(path).frame
    )
    unlinked = link_all(loaded.con, labels_of=ALL_REPORTS)
    load_study_links(loaded.con)
    assert ("key", "nowhere") in [(u.kind, u.name) for u in unlinked]
    studies = dict(loaded.rows("SELECT report_id, study_id FROM report"))
    assert studies["rep_1"] == studies["rep_3"] != studies["rep_2"]
    answer = loaded.rows("""
        SELECT v.value, k.path, count(DISTINCT g.study_id)
        FROM coding AS g JOIN code AS k USING (code_id) JOIN characteristic AS v USING (study_id)
        WHERE v.field = 'country' GROUP BY ALL ORDER BY ALL
    """)
    assert answer == [("Chile", "Trust / lost", 1), ("Norway", "Trust", 1), ("Norway", "Trust / lost", 1)]


def test_the_newest_delivery_of_a_sheet_counts_whole_and_the_newest_sheet_counts_per_field(warehouse, tmp_path):
    for arrival_id, name, day, text in (
        (1, "one.csv", 1, "report_id,country,design\nrep_1,Norway,survey\n"),
        (2, "one.csv", 2, "report_id,country,design\nrep_1,Sweden,\n"),
        (3, "two.csv", 3, "report_id,country,setting\nrep_1,Finland,ward\n"),
    ):
        frame = read_characteristics(sheet(tmp_path, name, text)).frame
        load_characteristics(
            warehouse.con, warehouse.deliver(arrival_id, name, day, "characteristics", counts=arrival_id > 1), frame
        )
    link_all(warehouse.con, labels_of=ALL_REPORTS)
    assert warehouse.rows("SELECT field, value FROM characteristic ORDER BY ALL") == [
        ("country", "Finland"),
        ("setting", "ward"),
    ]


def test_a_projects_variables_are_characteristics_where_no_sheet_speaks(loaded):
    said = {"row": 2, "key": "rep_2", "field": "DOI", "value": "from the sheet", "status": "reported",
            "whole_study": False, "place": "line 2"}  # fmt: skip
    frame = frame_of(CharacteristicRow, [said])
    load_characteristics(loaded.con, loaded.deliver(15, "c.csv", 3, "characteristics"), frame)
    link_all(loaded.con, labels_of=ALL_REPORTS)
    assert set(loaded.rows("SELECT report_id, field, value FROM characteristic")) == {
        ("rep_1", "Country", "Norway"),
        ("rep_1", "case", "Hartwell 2017"),
        ("rep_2", "DOI", "from the sheet"),
    }


def test_appraisals_stand_once_an_item_and_reviewer(warehouse, tmp_path):
    text = "report_id,reviewer,item,answer,reason\nrep_1,Ann,6,no,not said\nrep_1,Ann,6,can't tell,\nrep_1,Bea,6,yes,\n"
    done = read_appraisal(sheet(tmp_path, "a.csv", text), checklists=[read_checklist("casp-qualitative")])
    load_appraisal(warehouse.con, warehouse.deliver(1, "a.csv", 1, "appraisal"), done.frame)
    link_all(warehouse.con, labels_of=ALL_REPORTS)
    assert warehouse.rows("SELECT item, answer, reason, reviewer FROM appraisal ORDER BY reviewer") == [
        (6, "can't tell", None, "Ann"),
        (6, "yes", None, "Bea"),
    ]


def test_every_table_and_view_is_documented_as_it_is(warehouse):
    mine = {
        "project", "document", "code", "coding", "memo", "document_value", "coder", "document_link", "document_mapping",
        "characteristic", "appraisal", "sheet_link", "coding_project", "extraction_sheet",
    }  # fmt: skip
    documented = {name: model for name, model in tables().items() if name.split(".")[1] in mine}
    assert len(documented) == 12 + 8
    for name, model in documented.items():
        found = {row[0] for row in warehouse.rows(f"DESCRIBE {name}")}
        assert found == set(model.to_schema().columns), name


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("Hartwell - 2017 - Talking about pain.pdf", "title"),
        ("Hartwell-2017-Talking about p.pdf", "record id"),
        ("Hartwell et al. - 2017 - A chapter of something.pdf", "label"),
    ],
)
def test_file_names_of_reference_managers_lead_to_their_report(loaded, name, how):
    loaded.con.execute("DELETE FROM core.document_value")
    loaded.con.execute("UPDATE core.document SET name = ? WHERE name = 'talking about pain'", [name])
    link_all(loaded.con, labels_of=ALL_REPORTS)
    assert loaded.rows(f"SELECT report_id FROM document WHERE name = '{name}'") == [("rep_1",)]
    assert loaded.rows("SELECT DISTINCT how FROM core.document_link WHERE match = 'matched'") == [(how,)]

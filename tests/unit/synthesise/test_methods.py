"""Methods beside thematic synthesis: what is read of their files, what stands, and what is missing or does not hold together."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from schemas.errors import UserError
from schemas.protocol import read_protocol
from schemas.protocol_synthesis import METHODS
from tasks.synthesise.form import clean
from tasks.synthesise.link import link_all
from tasks.synthesise.load import load_method
from tasks.synthesise.method_file import read_method_file
from tasks.synthesise.method_form import FormContent, name_themes, write_method_form
from tasks.synthesise.method_kinds import ASKED_FOR, KINDS

ETHNOGRAPHY = """
[[concept]]
id = "waiting"
report = "rep_1"
concept = "Waiting as work"
quote = "We wait, and that is work."
[[concept]]
id = "hurry"
report = "rep_2"
concept = "Hurry"
[[concept]]
id = "alone"
report = "rep_3"
concept = "Being alone with it"
[[relation]]
concept_a = "waiting"
concept_b = "hurry"
relation = "Refutational"
explanation = "What the one calls care the other calls delay."
[[construct]]
id = "tempo"
construct = "Whose tempo"
statement = "Care has the tempo of whoever is not asked to wait."
concepts = ["waiting", "hurry"]
"""
AGGREGATION = """id,report,finding,illustration,credibility,category
f1,rep_1,Nurses wait,“We wait.”,unequivocal,tempo
f2,rep_2,Nurses hurry,,credible,tempo
f3,rep_3,Nurses sing,,not supported,tempo
f4,rep_3,Nurses knit,“She knits.”,credible,
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def messages(path: Path) -> list[str]:
    return [str(problem) for problem in read_method_file(path).problems]


class TestReading:
    def test_toml_and_csv_say_the_same(self, tmp_path: Path):
        toml = written(tmp_path, "a.toml", '[[category]]\nid = "tempo"\ncategory = "Tempo"\nsynthesised = "s1"\n')
        table = written(tmp_path, "a.csv", "ID,Category,Synthesised finding\ntempo,Tempo,s1\n")
        frames = [read_method_file(path).frame.drop("place") for path in (toml, table)]
        assert frames[0].equals(frames[1])
        assert frames[0].select("kind", "id", "name", "others").rows() == [("category", "tempo", "Tempo", ["s1"])]

    def test_what_cannot_be_read_is_told_by_its_cell_and_the_rest_is_read(self, tmp_path: Path):
        book = Workbook()
        book.active.title = "Findings"
        for row in (
            ["Extracted in spring"], ["id", "report", "finding", "illustration", "credibility"],
            ["f1", "rep_1", "Nurses wait", "“We wait.”", "Unequivocal"], ["f2", "rep_1", "Nurses hurry", "", "certain"],
            ["f3", "", "Nurses sing", "", "credible"], ["f1", "rep_2", "#REF!", "", "credible"], ["f1", "rep_2", "Again", "", "credible"],
        ):  # fmt: skip
            book.active.append(row)
        book.create_sheet("Notes").append(["Not", "for", "you"])
        path = tmp_path / "f.xlsx"
        book.save(path)
        read = read_method_file(path)
        assert read.frame.select("id", "choice", "place").rows() == [
            ("f1", "unequivocal", "Findings!3:3"), ("f1", "credible", "Findings!7:7"),
        ]  # fmt: skip
        assert [str(problem) for problem in read.problems] == [
            "f.xlsx: Findings!E4: credibility: 'certain' is none of unequivocal, credible, not supported; the row was not read",
            "f.xlsx: Findings!B5: report: is missing; the row was not read",
            "f.xlsx: Findings!C6: finding: #REF! is an error of Excel's; the row was not read",
            "f.xlsx: sheet 'Notes' has no columns of a method of synthesis, and was not read",
            "f.xlsx: Findings!7:7: the finding 'f1' stands 2 times; the last counts",
        ]

    def test_a_framework_is_a_row_a_study_with_a_column_a_theme(self, tmp_path: Path):
        path = written(tmp_path, "cells.csv", "report_id,study,Trust,Time\nrep_1,A,It grows.,\n,B,,x\n")
        read = read_method_file(path)
        assert read.frame.select("key", "others", "text", "place").rows() == [
            ("rep_1", ["Trust"], "It grows.", "line 2"), ("B", ["Time"], "x", "line 3"),
        ]  # fmt: skip
        assert (read.rows, read.empty) == (4, 2)

    @pytest.mark.parametrize(
        ("name", "text", "line"),
        [
            ("a.toml", "[[concepts]]\nid = 'a'\n", "has 'concepts', which no method has (did you mean 'concept'?)"),
            ("a.toml", "[[concept]\n", "is not valid TOML"),
            ("a.toml", "", "is empty"),
            ("a.csv", "colour,smell\nred,none\n", "has no columns of a method of synthesis"),
        ],
    )
    def test_a_file_that_is_none_is_refused_in_one_line(self, tmp_path: Path, name: str, text: str, line: str):
        with pytest.raises(UserError, match=line.replace("(", r"\(").replace(")", r"\)").replace("?", r"\?")):
            read_method_file(written(tmp_path, name, text))

    def test_a_block_with_a_wrong_key_is_told_and_the_others_are_read(self, tmp_path: Path):
        path = written(tmp_path, "a.toml", ETHNOGRAPHY.replace("quote", "qoute") + "\n[[construct]]\nid = 'x'\n")
        assert messages(path) == [
            "a.toml: [[concept]] 1: has a key 'qoute' (did you mean 'quote'?); it was not read",
            "a.toml: [[construct]] 2: construct: is missing; it was not read",
        ]
        assert read_method_file(path).frame.height == 4


TEXT = st.text(min_size=1, max_size=12).map(lambda text: clean(text).strip()).filter(
    lambda text: text and text not in ("#N/A", "#REF!") and ";" not in text and "\n" not in text
)  # fmt: skip


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_a_form_reads_back_as_it_was_filled_in(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    method = data.draw(st.sampled_from([m for m in METHODS if ASKED_FOR[m]]))
    items = []
    for name in ASKED_FOR[method]:
        for n in range(data.draw(st.integers(0, 3)) if name != "cell" else 0):
            item = dict.fromkeys(("key", "id", "name", "text", "quote", "page", "choice", "who")) | {
                "kind": name,
                "others": [],
            }
            for column in KINDS[name].columns:
                text = data.draw(st.sampled_from(column.choices) if column.choices else TEXT)
                if column.into == "others":
                    item["others"].append(text)
                elif column.required or data.draw(st.booleans()):
                    item[column.into] = f"{n}" if column.into == "id" else text
            items.append(item)
    themes = data.draw(st.dictionaries(st.from_regex(r"[a-z]{3}", fullmatch=True), TEXT, min_size=1, max_size=3))
    cells = {("A", None): {theme: data.draw(TEXT) for theme in themes}}
    content = FormContent({"A": ["rep_1"], "B": ["rep_2", "rep_3"]}, themes, cells, items)
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    write_method_form(path, method, content)
    read = read_method_file(path)
    assert [problem for problem in read.problems if problem.severity == "error"] == []
    if "cell" in ASKED_FOR[method]:
        heading_of = name_themes(themes)
        found = {row["others"][0]: row["text"] for row in read.frame.to_dicts()}
        assert found == {heading_of[theme]: text for theme, text in cells["A", None].items()}
    else:
        assert read.frame.select(list(items[0]) if items else []).to_dicts() == items


@pytest.fixture
def review(warehouse):
    """A warehouse whose four reports are included, a study each."""
    for n in range(1, 5):
        warehouse.con.execute("INSERT INTO core.report_path VALUES (?, 'databases', 'included')", [f"rep_{n}"])
    return warehouse


def bring(review, path: Path, method: str, arrival_id: int = 20, day: int = 20) -> None:
    review.con.execute("DELETE FROM core.synthesis_method")
    review.con.execute("INSERT INTO core.synthesis_method VALUES (?, NULL)", [method])
    review.deliver(arrival_id, f"method/{path.name}", day, "method")
    load_method(review.con, arrival_id, read_method_file(path).frame)
    link_all(review.con, labels_of="core.report_record")


class TestWhatStands:
    def test_meta_ethnography(self, review, tmp_path: Path):
        bring(review, written(tmp_path, "a.toml", ETHNOGRAPHY), "meta-ethnography")
        assert review.rows("SELECT concept_id, study_id, relations, constructs FROM concept ORDER BY ALL") == [
            ("alone", "stu_3", 0, 0), ("hurry", "stu_2", 1, 1), ("waiting", "stu_1", 1, 1),
        ]  # fmt: skip
        assert review.rows("SELECT study_a, study_b, relation FROM concept_relation") == [
            ("stu_1", "stu_2", "refutational")
        ]
        assert review.rows("SELECT construct_id, concepts, studies FROM construct") == [("tempo", 2, 2)]
        assert review.rows("SELECT severity, element, id, detail FROM method_gap ORDER BY ALL") == [
            ("missing", "concept", "Quill 2021", "the study has no concept yet"),
            ("missing", "concept", "alone", "related to no concept of another study"),
        ]

    def test_what_is_named_and_not_there_is_told_by_its_place(self, review, tmp_path: Path):
        text = ETHNOGRAPHY.replace('"waiting", "hurry"]', '"waiting", "worry"]').replace(
            'report = "rep_3"', 'report = "rep_1"'
        )
        more = (
            text
            + '[[relation]]\nconcept_a = "waiting"\nconcept_b = "alone"\nrelation = "reciprocal"\nexplanation = "x"\n'
        )
        bring(review, written(tmp_path, "a.toml", more), "meta-ethnography")
        wrong = review.rows("SELECT element, id, detail, place FROM method_gap WHERE severity = 'wrong' ORDER BY ALL")
        assert wrong == [
            ("construct", "tempo", "no concept is called 'worry'", "method/a.toml: [[construct]] 1"),
            ("relation", "waiting – alone", "relates two concepts of one study", None),
        ]

    def test_meta_aggregation(self, review, tmp_path: Path):
        bring(review, written(tmp_path, "f.csv", AGGREGATION), "meta-aggregation")
        bring(review, written(tmp_path, "c.csv", "id,category,synthesised\ntempo,Tempo,s1\n"), "meta-aggregation", 21)
        bring(review, written(tmp_path, "s.csv", "id,statement\ns1,Care has a tempo.\n"), "meta-aggregation", 22)
        counts = "findings, studies, unequivocal, credible, not_supported"
        assert review.rows(f"SELECT {counts} FROM finding_category") == [(3, 3, 1, 1, 1)]
        assert review.rows(f"SELECT categories, {counts} FROM synthesised_finding") == [(1, 3, 3, 1, 1, 1)]
        assert review.rows("SELECT severity, element, id, detail FROM method_gap ORDER BY ALL") == [
            ("missing", "finding", "Quill 2021", "no finding of the study was extracted yet"),
            ("missing", "finding", "f4", "in no category yet"),
            ("missing", "synthesised", "s1", "has 1 of the two categories that a synthesised finding needs"),
            ("wrong", "finding", "f2", "credible, and has no illustration"),
            ("wrong", "finding", "f3", "not supported, and in a category all the same"),
        ]

    def test_of_several_files_what_came_last_counts_and_a_file_that_is_withdrawn_counts_for_nothing(
        self, review, tmp_path: Path
    ):
        bring(review, written(tmp_path, "f.csv", AGGREGATION), "meta-aggregation")
        later = AGGREGATION.splitlines()[0] + "\nf1,rep_1,Nurses wait long,“We wait.”,credible,tempo\n"
        bring(review, written(tmp_path, "later.csv", later), "meta-aggregation", 21, day=21)
        ask = "SELECT finding, credibility FROM study_finding WHERE finding_id = 'f1'"
        assert review.rows(ask) == [("Nurses wait long", "credible")]
        review.con.execute("UPDATE core.arrival SET counts = false WHERE arrival_id = 21")
        assert review.rows(ask) == [("Nurses wait", "unequivocal")]
        assert len(review.rows("FROM study_finding")) == 4

    def test_framework_cells_are_every_study_by_every_theme(self, review, tmp_path: Path):
        themes = [("trust", 1, "Trust"), ("time", 2, "Time")]
        for theme in themes:
            review.con.execute(
                "INSERT INTO core.theme VALUES (?, ?, ?, 'descriptive', '', 'Ada', now(), 1)", list(theme)
            )
        review.con.execute("INSERT INTO core.theme_segment VALUES ('time', 'cdg_1', 'cod_1', 'rep_2', 'stu_2')")
        text = (
            "report,theme,summary,analyst\nrep_1,Trust,It grows.,Ada\nrep_1,trust,It grows slowly.,Ada\n"
            "rep_1,TRUST,It does not.,Ben\nrep_2,Tempo,x,\n"
        )
        bring(review, written(tmp_path, "c.csv", text), "framework")
        cells = review.rows(
            "SELECT study_id, theme_id, state, analyst, summary FROM framework_cell WHERE study_id < 'stu_3' ORDER BY ALL"
        )
        assert cells == [
            ("stu_1", "time", "nothing coded", None, None),
            ("stu_1", "trust", "written", "Ada", "It grows slowly."),
            ("stu_1", "trust", "written", "Ben", "It does not."),
            ("stu_2", "time", "missing", None, None),
            ("stu_2", "trust", "nothing coded", None, None),
        ]
        assert review.rows("SELECT count(DISTINCT (study_id, theme_id)) FROM framework_cell") == [(8,)]
        assert review.rows("SELECT severity, element, id, detail FROM method_gap ORDER BY ALL") == [
            ("missing", "cell", "Moss 2019 – time", "not written yet: 1 coded segment"),
            ("wrong", "cell", "Tempo", "no theme is called 'Tempo'"),
        ]

    def test_rows_of_another_method_are_told(self, review, tmp_path: Path):
        bring(review, written(tmp_path, "a.toml", ETHNOGRAPHY), "meta-aggregation")
        told = review.rows("SELECT id, detail FROM method_gap WHERE element = 'file' ORDER BY ALL")
        assert told[0] == (
            "method/a.toml",
            "holds 1 rows of construct, which the method meta-aggregation does not ask for",
        )
        review.con.execute("DELETE FROM core.synthesis_method")
        assert len(review.rows("FROM method_gap")) == 3, "thematic synthesis asks for none of them"


class TestBestFit:
    """A codebook at version 1, and what a later delivery brought: a code renamed, one gone, one below another and one apart."""

    @pytest.fixture
    def grown(self, review):
        con = review.con
        con.execute("INSERT INTO core.synthesis_method VALUES ('best-fit', 1)")
        codes = {
            1: [("a", "Care", None), ("b", "Time", None), ("c", "Song", None)],
            2: [("a", "Care", None), ("b", "Tempo", None), ("d", "Care / Knitting", "a"), ("e", "Weather", None)],
        }
        for arrival, of_project in codes.items():
            review.deliver(arrival, "coding/p.qdpx", arrival)
            con.execute("INSERT INTO core.project VALUES (?, 'P', 'T', NULL, 'd')", [arrival])
            con.execute(
                "INSERT INTO core.document VALUES (?, 'd1', NULL, 'One', 'text', NULL, NULL, 'words words', 'h')",
                [arrival],
            )
            con.execute(
                "INSERT INTO core.document_link VALUES (?, 'd1', 'r1', 'matched', 'name', 'One', 'title')", [arrival]
            )
            for position, (id, path, parent) in enumerate(of_project, start=1):
                con.execute(
                    "INSERT INTO core.code VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, true)",
                    [arrival, id, id, path.split(" / ")[-1], parent, path, position],
                )
            codings = [("x", "a")] + ([("y", "a"), ("z", "d"), ("w", "e")] if arrival == 2 else [])
            for coding, code in codings:
                con.execute(
                    "INSERT INTO core.coding BY NAME SELECT ? AS arrival_id, ? AS coding_id, 'd1' AS document_id, ? AS code_id, "
                    "'Ada' AS coder, 0 AS start_char, 5 AS end_char, 'words' AS quote",
                    [arrival, coding, code],
                )
            con.execute(
                "INSERT INTO core.project_relation VALUES (?, 'p', ?, ?, ?, false, '')",
                [arrival, "new" if arrival == 1 else "newer", arrival == 2, 2 if arrival == 1 else None],
            )
            names = [("code", id) for id, *_ in of_project] + [("coding", id) for id, _ in codings]
            for element, id in [*names, ("document", "d1"), ("coder", "Ada")]:
                con.execute(
                    "INSERT INTO core.element_identity BY NAME SELECT ? AS arrival_id, ? AS element, ? AS id, ? AS delivered_as, "
                    "? AS known_as",
                    [arrival, element, id, id, id],
                )
        con.execute("INSERT INTO core.release VALUES (1, 'r', now(), 'h', 1, 'h')")
        return review

    def test_what_lies_outside_the_codebook_of_the_version(self, grown):
        assert grown.rows("SELECT code_id, state, path_then, below, codings FROM codebook_code ORDER BY code_id") == [
            ("a", "in the framework", "Care", None, 2), ("b", "renamed or moved", "Time", None, 0), ("c", "gone", "Song", None, 0),
            ("d", "outside", None, "Care", 1), ("e", "outside", None, None, 1),
        ]  # fmt: skip
        assert grown.rows("SELECT coding_id, in_framework FROM outside_coding ORDER BY coding_id") == [
            ("w", False), ("y", True), ("z", False),
        ]  # fmt: skip
        grown.con.execute("UPDATE core.report_path SET place = 'excluded_full_text' WHERE report_id = 'rep_1'")
        assert grown.rows("SELECT (SELECT sum(codings) FROM codebook_code), (SELECT count(*) FROM outside_coding)") == [
            (0, 0)
        ]
        grown.con.execute("UPDATE core.report_path SET place = 'included' WHERE report_id = 'rep_1'")
        assert grown.rows("SELECT severity, id FROM method_gap ORDER BY ALL") == [
            ("missing", "Care / Knitting"), ("missing", "Weather"), ("wrong", "Song"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("version", "detail"),
        [
            (None, "[synthesis] codebook_version does not say yet at which version the framework was frozen"),
            (7, "there is no version 7 of this review"),
        ],
    )
    def test_a_version_that_is_not_there_is_asked_for(self, grown, version: int | None, detail: str):
        grown.con.execute("UPDATE core.synthesis_method SET codebook_version = ?", [version])
        assert grown.rows("SELECT element, detail FROM method_gap") == [("codebook", detail)]


def test_only_best_fit_has_a_codebook_version(tmp_path: Path, example: Path):
    text = (example / "review.toml").read_text(encoding="utf-8")
    wrong = written(tmp_path, "review.toml", text.replace("[synthesis]\n", "[synthesis]\ncodebook_version = 1\n"))
    with pytest.raises(UserError, match="only the method best-fit has a codebook_version"):
        read_protocol(wrong)

"""Files of Covidence, ASReview, EPPI-Reviewer and Abstrackr: good ones, half-screened, broken, and mistaken ones."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from schemas.errors import UserError
from tasks.screen.archive import Archive
from tasks.screen.decisions import DecisionFile
from tasks.screen.read import read_decisions
from tests.support.asreview import archive, database, project

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "screening" / "decisions"
shared = pytest.mark.skipif(not SHARED.exists(), reason="needs the real exports in ../shared")


def read(tmp_path: Path, content: bytes | str, name: str = "decisions/export", **said: str | None) -> DecisionFile:
    path = tmp_path / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    done = read_decisions(path, name=name, **said)
    assert done.rows == done.frame["row"].n_unique() + sum(done.without.values())
    return done


def votes(done: DecisionFile) -> list[tuple]:
    return done.frame.select("row", "key", "stage", "reviewer", "verdict").rows()


def refused(tmp_path: Path, content: bytes | str, name: str = "decisions/export", **said: str | None) -> str:
    with pytest.raises(UserError) as error:
        read(tmp_path, content, name, **said)
    assert "\n" not in str(error.value)
    return str(error.value)


class TestCovidence:
    HEADER = "Title,Authors,Abstract,Published Year,Journal,Accession Number,DOI,Ref,Covidence #,Study,Notes,Tags\n"
    BREAD = 'What bakers say,"Núñez, P.; Oak, B.",,2018,Journal,M2,10.5555/b,,#12,Núñez 2018,{},later; maybe useful\n'
    RIS = (
        "TY  - JOUR\nTI  - What bakers say\nPY  - 2018\nN2  - Of bread.\nAN  - M2\nNS  - Núñez 2018\nN1  - {}\nER  - \n"
    )

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("review_7_irrelevant_csv_20240101.csv", [("title-abstract", "exclude")]),
            ("title-abstract/review_7_select_csv_20240101.csv", [("title-abstract", "include")]),
            ("title-abstract/exclude/list.csv", [("title-abstract", "exclude")]),
            ("title-abstract/what we EXCLUDED.csv", [("title-abstract", "exclude")]),
            # What came to full-text review in Covidence had passed title and abstract.
            ("review_7_excluded_csv_20240101.csv", [("title-abstract", "include"), ("full-text", "exclude")]),
            ("full-text/included.csv", [("title-abstract", "include"), ("full-text", "include")]),
        ],
    )
    def test_its_lists_hold_a_status_each(self, tmp_path: Path, name: str, expected: list) -> None:
        stage = name.split("/", maxsplit=1)[0] if "/" in name else None
        done = read(tmp_path, self.HEADER + self.BREAD.format(""), f"decisions/{name}", stage=stage)
        assert done.frame.select("stage", "verdict").rows() == expected
        assert set(done.frame["reviewer"]) == {"consensus"} and all(done.frame["consensus"])
        [report] = done.reports.iter_rows(named=True)
        assert (report["key"], report["meant"], report["doi"], report["year"], report["authors"]) == (
            "#12", "M2", "10.5555/b", 2018, "Núñez, P.; Oak, B.",
        )  # fmt: skip
        assert done.frame["labels"].to_list()[-1] == ["later", "maybe useful"]

    def test_the_note_beside_a_file_may_say_all_of_it(self, tmp_path: Path) -> None:
        done = read(tmp_path, self.HEADER + self.BREAD.format(""), stage="full-text", verdict="exclude", reviewer="Ada")
        assert votes(done)[-1] == (2, "#12", "full-text", "Ada", "exclude") and not any(done.frame["consensus"])

    def test_reasons_say_that_a_list_is_of_full_text_exclusions(self, tmp_path: Path) -> None:
        notes = '"Exclusion reason: Wrong setting; Ada Moss (2024-05-12 10:00:00)(Select): Not a town.; "'
        missing = "Exclusion reason: Full text not available; "
        done = read(tmp_path, self.HEADER + self.BREAD.format(notes) + self.BREAD.replace("#12", "#13").format(missing))
        assert done.frame.select("stage", "verdict", "reason").rows() == [
            ("title-abstract", "include", None), ("full-text", "exclude", "Wrong setting"),
            ("title-abstract", "include", None), ("retrieval", "not-retrieved", "Full text not available"),
        ]  # fmt: skip
        assert done.frame["note"][1] == "Ada Moss (2024-05-12 10:00:00)(Select): Not a town."

    def test_its_ris_and_one_cut_off(self, tmp_path: Path) -> None:
        whole = self.RIS.format("Exclusion reason: Wrong setting; ")
        done = read(
            tmp_path, whole + whole.replace("ER  - \n", ""), "decisions/full-text/excluded.ris", stage="full-text"
        )
        assert done.frame.select("row", "key", "verdict", "reason").rows() == [
            (1, "M2", "include", None), (1, "M2", "exclude", "Wrong setting"),
        ]  # fmt: skip
        assert done.without == {"could not be read": 1}
        assert [str(p) for p in done.problems] == [
            "decisions/full-text/excluded.ris:9: the record that begins here has no end: the file is cut off"
        ]

    def test_what_is_still_being_screened_has_no_verdict(self, tmp_path: Path) -> None:
        done = read(tmp_path, self.HEADER + self.BREAD.format(""), "decisions/review_7_screen_csv_20240101.csv")
        assert done.frame.is_empty() and done.without == {"no verdict yet": 1} and done.reports.height == 1

    @pytest.mark.parametrize(
        ("name", "stage", "says"),
        [
            ("title-abstract/export.csv", "title-abstract", "does not say what was decided"),
            ("title-abstract/review_7_excluded_csv_1.csv", "title-abstract", "by its name it is of full-text"),
            ("full-text/irrelevant.csv", "full-text", "it is of title-abstract"),
            ("included or excluded.csv", None, "says two things"),
            ("excluded.csv", None, "does not say the stage"),
        ],
    )
    def test_a_list_that_leaves_it_open_is_asked_about(
        self, tmp_path: Path, name: str, stage: str | None, says: str
    ) -> None:
        text = refused(tmp_path, self.HEADER + self.BREAD.format(""), f"decisions/{name}", stage=stage)
        assert says in text and text.startswith(f"decisions/{name}: ") and text.endswith(")")


class TestASReview:
    HEADER = "title,doi,asreview_label,asreview_time,asreview_note,asreview_user_name,asreview_tag_key study\n"
    ROWS = "Bread,10.5555/b,1,1715508000.5,see p. 4,Ada,1\nRivers,,0,,,Ada,0\nEditorial,,,,,,\n"

    def test_its_table(self, tmp_path: Path) -> None:
        done = read(tmp_path, self.HEADER + self.ROWS, stage="title-abstract")
        assert votes(done) == [
            (2, "10.5555/b", "title-abstract", "Ada", "include"),
            (3, "Rivers", "title-abstract", "Ada", "exclude"),
        ]
        first = done.frame.row(0, named=True)
        assert (first["decided_at"], first["note"], first["labels"]) == (
            datetime(2024, 5, 12, 10, 0, 0, 500_000),
            "see p. 4",
            ["keystudy"],
        )
        assert done.without == {"no verdict yet": 1}

    def test_its_ris(self, tmp_path: Path) -> None:
        marks = ["ASReview_relevant", "<p>ASReview_irrelevant</p>", "Ours. ASReview_not_seen. More.", "none at all"]
        ris = "".join(
            f"TY  - JOUR\nTI  - Title {n}\nN1  - Before\nN1  - {mark}\nER  - \n\n" for n, mark in enumerate(marks)
        )
        done = read(tmp_path, f"\ufeff{ris}", stage="title-abstract", reviewer="Ada")
        assert [(key, verdict) for _, key, _, _, verdict in votes(done)] == [
            ("Title 0", "include"),
            ("Title 1", "exclude"),
        ]
        assert done.without == {"no verdict yet": 2}

    @pytest.mark.parametrize("version", [1, 2, 3])
    def test_its_projects(self, tmp_path: Path, version: int) -> None:
        data = "title,doi\nBread,10.5555/b\nRivers,10.5555/r\nEditorial,\n"
        done = read(
            tmp_path,
            project(data, [(0, 1, 5.0, "why"), (1, 0, 6.0, None)], version=version),
            stage="title-abstract",
            reviewer="Ada",
        )
        assert votes(done) == [
            (1, "asreview-0", "title-abstract", "Ada", "include"),
            (2, "asreview-1", "title-abstract", "Ada", "exclude"),
        ]
        assert done.frame["note"].to_list() == ["why", None] and done.frame["decided_at"].null_count() == 0
        assert done.reports["doi"].to_list() == ["10.5555/b", "10.5555/r", None]
        assert done.without == {"no verdict yet": 1}

    def test_a_label_that_was_changed_is_history(self, tmp_path: Path) -> None:
        made = project(
            "title\nBread\nRivers\n", [(0, 1, 9.0, None), (1, 1, 3.0, None)], changes=[(0, 0, 2.0), (1, 1, 8.0)]
        )
        done = read(tmp_path, made, stage="title-abstract", reviewer="Ada")
        assert done.frame.select("key", "verdict", "decided_at").rows() == [
            ("asreview-0", "exclude", datetime(1970, 1, 1, 0, 0, 2)),
            ("asreview-0", "include", datetime(1970, 1, 1, 0, 0, 9)),
            ("asreview-1", "include", datetime(1970, 1, 1, 0, 0, 8)),
        ]
        assert not done.problems

    def test_a_simulation_is_told(self, tmp_path: Path) -> None:
        done = read(
            tmp_path, project("title\nBread\n", [(0, 1, 1.0, None)], mode="simulate"), stage="full-text", reviewer="Ada"
        )
        assert ["is a simulation" in p.message and p.severity == "warning" for p in done.problems] == [True]

    def test_what_it_leaves_open_is_asked(self, tmp_path: Path) -> None:
        table = self.HEADER.replace(",asreview_user_name", "") + "Bread,,1,,,1\n"
        assert "does not say who screened" in refused(tmp_path, table, stage="full-text")
        assert "does not record the stage" in refused(tmp_path, table, reviewer="Ada")
        made = project("title\nBread\n", [(0, 1, 1.0, None)])
        assert 'who = "…" into the note beside it, x.asreview.toml' in refused(
            tmp_path, made, "decisions/x.asreview", stage="full-text"
        )

    def test_two_labels_on_one_record_are_refused_and_not_told(self, tmp_path: Path) -> None:
        ris = "TY  - JOUR\nTI  - A\nN1  - ASReview_relevant\nN1  - ASReview_irrelevant\nER  - \n"
        done = read(tmp_path, ris, "a.ris", stage="full-text", reviewer="Ada")
        assert [str(p) for p in done.problems] == ["a.ris:1: its notes bear two labels of ASReview: keep one"]

    @pytest.mark.parametrize(
        ("members", "says"),
        [
            ({"project.json": "{"}, "its project.json is not JSON"),
            ({"project.json": '{"project_file_version": 4}'}, "of version 4"),
            (
                {"project.json": '{"project_file_version": 3}', "results.db": b"SQLite format 3\0 and no more"},
                "damaged ASReview project",
            ),
            ({"../project.json": "{}"}, "leads out of it"),
            ({"project.json": "{}", "zeros": b"\0" * (1 << 22)}, "unpacks to far more"),
        ],
    )
    def test_damaged_projects_and_tricks_of_archives(self, tmp_path: Path, members: dict, says: str) -> None:
        assert says in refused(tmp_path, archive(members), stage="full-text", reviewer="Ada")

    def test_more_tricks_of_archives(self, tmp_path: Path) -> None:
        whole = project("title\nBread\n", [(0, 1, 1.0, None)])
        assert "damaged archive" in refused(tmp_path, whole[:-60], stage="full-text", reviewer="Ada")
        many = io.BytesIO()
        with zipfile.ZipFile(many, "w") as packed:
            for n in range(2_001):
                packed.writestr(f"{n}", "")
        with pytest.raises(UserError, match="too much for a project"):
            Archive(many.getvalue(), "a")

    def test_a_table_that_a_view_stands_in_for_is_not_asked(self, tmp_path: Path) -> None:
        made = archive({"project.json": '{"project_file_version": 3}', "results.db": database({"other": ("a", [])})})
        done = read(tmp_path, made, stage="full-text", reviewer="Ada")
        assert done.rows == 0 and done.frame.is_empty()


class TestEPPI:
    @staticmethod
    def attribute(number: int, name: str, kind: str = "Selectable (show checkbox)", below: list | None = None) -> dict:
        return {
            "AttributeId": number,
            "AttributeName": name,
            "AttributeType": kind,
            "Attributes": {"AttributesList": below or []},
        }

    def content(self) -> dict:
        """A small export: two coding tools of screening, one of something else."""
        reasons = [self.attribute(11, "EXCLUDE on setting", "Exclude"), self.attribute(12, "Exclude: population")]
        title = {"SetName": "Screening on title & abstract", "Attributes": {"AttributesList": [
            self.attribute(10, "Exclude", "Not selectable (no checkbox)", reasons),
            self.attribute(13, "INCLUDE on title & abstract", "Include"),
        ]}}  # fmt: skip
        full = {
            "SetName": "Screening on full text",
            "Attributes": {"AttributesList": [self.attribute(20, "Include", "Include")]},
        }
        other = {"SetName": "Country", "Attributes": {"AttributesList": [self.attribute(30, "Nowhere")]}}
        references = [
            {"ItemId": 1, "Title": "Bread", "Year": "2018", "DOI": "10.5555/b", "Authors": "Nunez P;",
             "Codes": [{"AttributeId": 12, "AdditionalText": "see p. 4"}, {"AttributeId": 11}, {"AttributeId": 30}]},
            {"ItemId": 2, "Title": "Rivers", "Codes": [{"AttributeId": 13}, {"AttributeId": 20}]},
            {"ItemId": 3, "Title": "Editorial", "Codes": [{"AttributeId": 30}]},
            {"ItemId": 4, "Title": "Both", "Codes": [{"AttributeId": 11}, {"AttributeId": 13}]},
        ]  # fmt: skip
        return {"CodeSets": [title, full, other], "References": references}

    def test_codes_of_screening_are_decisions(self, tmp_path: Path) -> None:
        done = read(tmp_path, json.dumps(self.content()), "eppi.json")
        assert votes(done) == [
            (1, "eppi-1", "title-abstract", "consensus", "exclude"),
            (2, "eppi-2", "title-abstract", "consensus", "include"),
            (2, "eppi-2", "full-text", "consensus", "include"),
        ]
        assert (done.frame["reason"][0], done.frame["note"][0]) == ("population; setting", "see p. 4")
        assert done.without == {"no verdict yet": 1, "could not be read": 1}
        assert [str(p) for p in done.problems] == [
            "eppi.json:4: eppi-4 has codes of one stage that contradict each other"
        ]

    def test_the_folder_says_the_stage_where_no_name_does(self, tmp_path: Path) -> None:
        codes = {
            "CodeSets": [
                {"SetName": "Ours", "Attributes": {"AttributesList": [self.attribute(1, "Include", "Include")]}}
            ]
        }
        text = json.dumps({**codes, "References": [{"ItemId": 1, "Title": "Bread", "Codes": [{"AttributeId": 1}]}]})
        assert votes(read(tmp_path, text, stage="full-text", reviewer="Ada")) == [
            (1, "eppi-1", "full-text", "Ada", "include")
        ]
        assert "does not record the stage" in refused(tmp_path, text)

    def test_its_list_of_items(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        for row in (["Included", "ID", "ShortTitle", "Title", "Year"], ["I", 7, "N (2018)", "Bread", "2018"],
                    ["E", 8, "O (2019)", "Rivers", "2019"], ["D", 9, "", "Twice", None]):  # fmt: skip
            book.active.append(row)
        book.save(tmp_path / "items.xlsx")
        done = read(tmp_path, (tmp_path / "items.xlsx").read_bytes(), stage="title-abstract")
        assert [(key, verdict) for _, key, _, _, verdict in votes(done)] == [
            ("eppi-7", "include"),
            ("eppi-8", "exclude"),
        ]
        assert done.without == {"deleted, or a duplicate": 1}
        assert "flag I" in done.problems[0].message

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('{"References": [', "not well-formed JSON"),
            ('{"a": 1}', "not EPPI-Reviewer's"),
            ('{"CodeSets": [], "References": []}', "no codes of screening"),
        ],
    )
    def test_other_json_is_refused(self, tmp_path: Path, text: str, says: str) -> None:
        assert says in refused(tmp_path, text, stage="full-text")


class TestAbstrackr:
    HEADER = (
        "(internal) id,(source) id,pubmed id,keywords,abstract,title,journal,authors,tags,consensus,labeled_at,Ada,labeled_at,"
        "Ben,labeled_at,general notes (Ada),population notes (Ada),general notes (Ben)\n"
    )

    def test_a_column_a_reviewer(self, tmp_path: Path) -> None:
        rows = (
            "1,7,0,,,Bread,J,,later,x,,1,2024-05-12 10:00:00,-1,2024-05-13 10:00:00,why,who,\n"
            "2,8,123,,,Rivers,J,,,1,,1,2024-05-12 11:00:00,1,2024-05-12 12:00:00,,,\n"
            "3,9,0,,,Hills,J,,,-1,2024-05-14 10:00:00,1,2024-05-12 11:00:00,-1,2024-05-12 12:00:00,,,\n"
            "4,10,0,,,Half,J,,,o,,0,2024-05-12 11:00:00,o,,,,\n"
            "citations that are not yet labeled by anyone\n5,11,0,,,Open,J,\n6,12,0,,,Odd,J,,,o,,2,,o,,,,\n"
        )
        done = read(tmp_path, self.HEADER + rows, "a.csv", stage="title-abstract")
        assert [(key, who, verdict) for _, key, _, who, verdict in votes(done)] == [
            ("abstrackr-1", "Ada", "include"), ("abstrackr-1", "Ben", "exclude"),
            # That both agreed is no decision of anybody's.
            ("abstrackr-2", "Ada", "include"), ("abstrackr-2", "Ben", "include"),
            ("abstrackr-3", "consensus", "exclude"), ("abstrackr-3", "Ada", "include"), ("abstrackr-3", "Ben", "exclude"),
            ("abstrackr-4", "Ada", "maybe"),
        ]  # fmt: skip
        assert done.without == {"a heading": 1, "no verdict yet": 1, "could not be read": 1}
        assert [str(p) for p in done.problems] == ["a.csv:8: has a label that is not Abstrackr's"]
        first = done.frame.row(0, named=True)
        assert (first["decided_at"], first["note"], first["labels"]) == (
            datetime(2024, 5, 12, 10),
            "general: why\npopulation: who",
            ["later"],
        )
        assert done.reports["pmid"].to_list()[:2] == [None, "123"]

    def test_the_stage_is_asked(self, tmp_path: Path) -> None:
        assert "is Abstrackr's" in refused(tmp_path, self.HEADER)


def test_bibtex_of_rayyan_with_braces_that_do_not_close(tmp_path: Path) -> None:
    note = 'RAYYAN-INCLUSION: {{"Ada"=>true}} | RAYYAN-EXCLUSION-REASONS: x'
    entry = "@article{{rayyan-{0},\n  title={{Title {0}{1}}},\n  note={{" + note + "}}\n}}\n\n"
    done = read(
        tmp_path, entry.format(1, "") + entry.format(2, " {") + entry.format(3, ""), "a.bib", stage="title-abstract"
    )
    assert [key for _, key, *_ in votes(done)] == ["rayyan-1", "rayyan-3"]
    assert [str(p) for p in done.problems] == [
        "a.bib:6: the entry that begins here is not well-formed BibTeX, and was not read"
    ]


@pytest.mark.parametrize(
    "content",
    [
        "report_id,stage,reviewer,verdict\na,full-text,Ann,exclude\na,full-text,Ann,include\n",
        "report_id,stage,reviewer,verdict\nb,retrieval,Ann,exclude\nc,full-text,Ann,maybee\n",
        'key,title,notes\nrayyan-1,x,"RAYYAN-INCLUSION: {""Ann""=>""Exclude""}"\n',
        'key,title,notes\nrayyan-2,y,"RAYYAN-INCLUSION: {""Ann""=>""Included"""\n',
        "created_at,user_id,user_email,article_id,key,value\n2024-05-12T10:00:00Z,1,a@example.org,7,included,exclude\n",
    ],
)
def test_no_line_about_a_file_tells_a_verdict(tmp_path: Path, content: str) -> None:
    done = read(tmp_path, content, "a.csv", stage="title-abstract")
    said = " ".join(p.message.split("none of")[0] for p in done.problems).lower()
    assert done.problems and not [
        word for word in ("exclude", "include", "maybe") if word in said.replace("rayyan-inclusion", "")
    ]


@pytest.mark.shared
@shared
@pytest.mark.parametrize(
    ("name", "rows", "decisions", "reviewer"),
    [
        ("asreview_datatools_1.ris", 6, 4, "Ada"),
        ("asreview_labels.ris", 32, 20, "Ada"),
        ("asreview_v3_project_simulated.asreview", 366, 273, "Ada"),
        ("cff__baseline_abstrackr.csv", 11, 6, None),
        ("cff__baseline_eppireviewer.xlsx", 10, 10, None),
        ("cff__baseline_rayyan.csv", 10, 6, None),
        ("cff__baseline_rayyan.ris", 10, 6, None),
        ("rayyan_tinea_update.ris", 14, 16, None),
        ("rayyan_included.bib", 105, 211, None),
    ],
)
def test_real_exports(name: str, rows: int, decisions: int, reviewer: str | None) -> None:
    done = read_decisions(SHARED / name, stage="title-abstract", reviewer=reviewer)
    assert (done.rows, done.frame.height) == (rows, decisions) and not [p for p in done.errors if p.line is None]
    assert done.rows == done.frame["row"].n_unique() + sum(done.without.values())

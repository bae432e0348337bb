"""What people drop by mistake: one update over all of it says one line for each, loads what is good, and loses nothing."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from schemas.event import Arrival
from tests.support.cli import Said, living_review
from tests.support.exports import Rec, nbib, ovid
from tests.support.reviews import SmallReview
from warehouse.connect import reader

GOOD = ovid([Rec("1", "Of apples"), Rec("2", "Of pears", year=2011)])
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n"


def a_zip() -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.ris", GOOD)
    return held.getvalue()


@dataclass(frozen=True)
class Bad:
    """A file that somebody drops: `says` stands in the line about it."""

    name: str
    content: bytes
    says: str


def never_calculated() -> bytes:
    book, held = openpyxl.Workbook(), BytesIO()
    for row in (["Title", "Authors", "Year"], ['=CONCAT("Of ", "figs")', "Nobody, Ann", 2012]):
        book.active.append(row)
    book.save(held)
    return held.getvalue()


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY file SYSTEM "file:///etc/hostname">]>
<xml><records><record><titles><title>&file;</title></titles></record></records></xml>"""
EXPIRED = b"<!DOCTYPE html><html><body>Your session has expired</body></html>"
HEADER = b"id,reviewer,verdict,date\n"
FILES = [
    Bad("exports/medline/empty.ris", b"", "empty"),
    Bad("exports/medline/blank.ris", b"\n \n\n", "empty"),
    Bad("exports/medline/really-a.pdf.ris", PDF, "PDF"),
    Bad("exports/medline/letter.txt", b"Dear colleague,\nplease find the export attached.\n", "of no format that is known"),
    Bad("exports/medline/page.ris", EXPIRED, "is a web page"),
    Bad("exports/medline/packed.ris", a_zip(), "is a zip archive"),
    Bad("exports/medline/entities.xml", ENTITIES, "declares XML entities"),
    Bad("exports/medline/formulas.xlsx", never_calculated(), "a formula that was never calculated"),
    Bad("exports/medline/binary.ris", bytes(range(256)) * 8, ""),
    Bad("exports/medline/truncated.ris", GOOD[: GOOD.rindex("JF  -")].encode(), "cut off"),
    Bad("exports/pubmed/truncated.xml", b"<PubmedArticleSet><PubmedArticle><MedlineCitation>", "cut off"),
    Bad("exports/medline/half.ris.crdownload", GOOD[:80].encode(), "unfinished download"),
    Bad("exports/psycinfo/a.ris", GOOD.encode(), "lies in no folder of a source of the protocol"),
    Bad("exports/stray.ris", GOOD.encode(), "lies in no folder of a source of the protocol"),
    Bad("decisions/title-abstract/unknown.csv", HEADER + b"777,Ada,include,2020-01-07\n", "no report is known by that name"),
    Bad(
        "decisions/title-abstract/twice.csv", HEADER + b"2,Ada,include,2020-01-07\n2,Ada,exclude,2020-01-07\n",
        "Ada has 2 verdicts on 2 at title-abstract (line 2, 3)",
    ),
    Bad("decisions/title-abstract/words.csv", HEADER + b"1,Cem,perhaps,2020-01-07\n", "its verdict is none of"),
    Bad("decisions/title-abstract/empty.csv", b"", "empty"),
    Bad("decisions/nostage.csv", HEADER + b"1,Ada,include,2020-01-07\n", "has no stage column"),
    Bad("coding/broken.qdpx", b"PK\x03\x04 cut off", ""),
    Bad("extraction/broken.xlsx", b"PK\x03\x04 cut off", ""),
    Bad("appraisal/words.csv", b"nothing,of,use\n1,2,3\n", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    small = SmallReview(tmp_path_factory.mktemp("bad") / "orchards")
    small.drop("exports/medline/good.ris", GOOD)
    small.drop("exports/cinahl/latin.ris", ovid([Rec("3", "Äpfel und Öl")]).encode("cp1252"))
    small.drop("exports/pubmed/wide.nbib", nbib([Rec("4", "Of plums", year=2012)]).encode("utf-16"))
    small.drop("decisions/title-abstract/good.csv", HEADER + b"1,Ada,include,2020-01-07\n")
    small.drop("exports/medline/noted.ris", ovid([Rec("5", "Of quinces")]))
    small.drop("exports/medline/noted.ris.toml", "executed_at = 2020-01-06\nhist = 3\n")
    for bad in FILES:
        small.drop(bad.name, bad.content)
    (small.review.root / "exports/medline/folder.ris").mkdir()
    (small.review.root / "exports/medline/gone.ris").symlink_to("nowhere.ris")
    os.mkfifo(small.review.root / "exports/medline/pipe.ris")
    small.drop("exports/medline/packed again.ris", a_zip())
    return small


@pytest.fixture(scope="module")
def said(small: SmallReview) -> Said:
    return living_review("update", small.review.root)


def lines_about(said: Said, name: str) -> list[str]:
    return [
        line for line in said.err.splitlines() if line.startswith(("error: ", "warning: ")) and f": {name}:" in line
    ]


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.name)
def test_one_clear_line_with_the_files_name(said: Said, bad: Bad) -> None:
    lines = [line for line in lines_about(said, bad.name) if line.startswith("error: ")]
    assert len(lines) == 1, lines
    assert bad.says in lines[0]
    assert lines[0].startswith("error: ")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("folder.ris", "is an empty folder"),
        ("gone.ris", "is a link to a file that is not there"),
        ("pipe.ris", "is no file that can be read"),
        ("packed again.ris", "is a zip archive"),
    ],
)
def test_what_is_no_file_or_the_same_file_again_is_named_too(said: Said, name: str, says: str) -> None:
    (line,) = lines_about(said, f"exports/medline/{name}")
    assert says in line


def test_the_run_says_that_it_did_not_do_all_of_its_job(said: Said) -> None:
    assert said.code == 1
    assert "Traceback" not in said.err + said.out
    assert "Version 1 of orchards" in said.err


def test_decisions_name_the_line(said: Said) -> None:
    assert "decisions/title-abstract/unknown.csv:2: " in said.err
    assert "decisions/title-abstract/words.csv:2: " in said.err


def test_a_wrong_key_in_the_note_beside_a_file_is_said(said: Said) -> None:
    (line,) = lines_about(said, "exports/medline/noted.ris.toml")
    assert "'hist'" in line
    assert "hits" in line


def test_what_is_good_is_loaded_whatever_its_encoding(said: Said, small: SmallReview) -> None:
    with reader(small.review.published_warehouse) as con:
        titles = {row[0] for row in con.execute("SELECT title FROM record").fetchall()}
    assert {title.rstrip(".") for title in titles} == {
        "Of apples",
        "Of pears",
        "Äpfel und Öl",
        "Of plums",
        "Of quinces",
    }


def test_nothing_is_lost(said: Said, small: SmallReview) -> None:
    """What lies in a source's folder is kept as it came, read or not; every decision is in one table or the other."""
    arrived = [entry.event for entry in small.review.log.entries(Arrival)]
    kept = {event.name: small.review.snapshots.path(event.sha256).read_bytes() for event in arrived}
    for bad in FILES:
        path: Path = small.review.root / bad.name
        assert path.read_bytes() == bad.content
        if "psycinfo" not in bad.name and "stray" not in bad.name and "crdownload" not in bad.name:
            assert kept[bad.name] == bad.content
    with reader(small.review.private_warehouse) as con:
        found = con.execute(
            "SELECT key FROM core.decision UNION ALL SELECT key FROM core.unmatched_decision"
        ).fetchall()
    assert sorted(found) == [("1",), ("2",), ("2",), ("777",)]


def test_the_status_shows_what_was_read_in_part_and_no_verdict(said: Said, small: SmallReview) -> None:
    shown = json.loads(living_review("status", small.review.root, "--json").out)["broken"]
    part = [row["detail"] for row in shown if row["what"] == "file read in part"]
    line = GOOD[: GOOD.rindex("TY  -")].count("\n") + 1
    assert f"exports/medline/truncated.ris: line {line}: nothing ends the last record" in str(part)
    assert (
        "decisions/title-abstract/words.csv: line 2 does not count as it stands: living-review update says why" in part
    )
    assert "perhaps" not in str(shown)


def test_it_is_said_again_until_it_is_mended(said: Said, small: SmallReview) -> None:
    small.drop("exports/medline/really-a.pdf.ris", ovid([Rec("6", "Of medlars")]))
    again = living_review("update", small.review.root)
    assert again.code == 1
    assert lines_about(again, "exports/medline/really-a.pdf.ris") == []
    assert len(lines_about(again, "exports/medline/empty.ris")) == 1
    for name in ("unknown.csv", "words.csv", "twice.csv"):
        assert len(lines_about(again, f"decisions/title-abstract/{name}")) == 1
    assert "error: exports/medline/truncated.ris:" in lines_about(again, "exports/medline/truncated.ris")[0]
    with reader(small.review.published_warehouse) as con:
        assert con.execute("SELECT count(*) FROM record WHERE title LIKE 'Of medlars%'").fetchall() == [(1,)]

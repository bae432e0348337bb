"""`living-review dedupe`: tables of any shape in, clusters and pairs out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.commands.dedupe import command
from schemas.errors import UserError

TITLE = "Living with an implanted nerve stimulator: a qualitative study"


def clusters(path: Path) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as file:
        return {row["id"]: row["cluster"] for row in csv.DictReader(file)}


def test_columns_may_be_missing_or_named_otherwise(tmp_path: Path) -> None:
    rows = [
        "ID,Title,Authors,Year,Issue",
        f'x1,"{TITLE}","Halvorsen, I.; Tan, W.",2014,4',
        f'x2,"{TITLE.upper()}","Tan W, Halvorsen I",2014,4',
        'x3,Something else altogether,"Brandt, O.",2011,',
    ]
    (tmp_path / "in.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = CliRunner().invoke(
        command,
        [str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv"), "--pairs", str(tmp_path / "pairs.csv")],
        catch_exceptions=False,
    )
    assert clusters(tmp_path / "out.csv") == {"x1": "x1", "x2": "x1", "x3": "x3"}
    assert (tmp_path / "pairs.csv").read_text(encoding="utf-8").startswith("id1,id2,outcome,score,why\nx1,x2,same,")
    assert "3 records, 2 reports, 0 pairs for review" in done.output


def test_records_that_are_equal_in_every_field_are_one_report(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(
        "id,title\n" + "".join(f"x{n:03},Editorial\n" for n in range(300)), encoding="utf-8"
    )
    CliRunner().invoke(command, [str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")], catch_exceptions=False)
    assert set(clusters(tmp_path / "out.csv").values()) == {"x000"}


def test_what_a_cap_leaves_out_is_counted_and_said(tmp_path: Path) -> None:
    rows = "".join(f"x{n:03},Annual report of the national device registry to its members,{n}\n" for n in range(250))
    (tmp_path / "in.csv").write_text("id,title,pages\n" + rows, encoding="utf-8")
    done = CliRunner().invoke(
        command, [str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")], catch_exceptions=False
    )
    assert "pairs not compared under" in done.output
    assert len(clusters(tmp_path / "out.csv")) == 250


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,title\nx,One\nx,Two\n", "1 ids are repeated (x is one)"),
        ("id,title\nx,One\n,Two\n", "1 records have no id"),
    ],
)
def test_ids_must_be_there_and_unique(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=message.replace("(", r"\(").replace(")", r"\)")):
        CliRunner().invoke(command, [str(tmp_path / "in.csv")], catch_exceptions=False)


def test_exports_are_read_as_parse_reads_them(tmp_path: Path) -> None:
    record = "TY  - JOUR\nAU  - Halvorsen, Ingrid\nTI  - {}\nPY  - 2014\nJO  - Northern Nursing\nVL  - 7\nSP  - {}\nER  - \n\n"
    (tmp_path / "a.ris").write_text(record.format(TITLE, "55-61"), encoding="utf-8")
    (tmp_path / "b.ris").write_text(
        record.format(f"{TITLE}. Revised", "55-61") + record.format("Night alarms and the sleep of spouses", "80-85"),
        encoding="utf-8",
    )
    done = CliRunner().invoke(
        command,
        [str(tmp_path / "a.ris"), str(tmp_path / "b.ris"), "--out", str(tmp_path / "out.csv")],
        catch_exceptions=False,
    )
    assert len(set(clusters(tmp_path / "out.csv").values())) == 2
    assert "3 records, 2 reports" in done.output

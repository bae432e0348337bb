"""`living-review parse`: any export in, records out, one line a file."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from flows.commands.parse import command
from tasks.load.read import EMPTY

EXPORTS = Path(__file__).parents[2] / "fixtures" / "exports"
CONTRACT = {
    "record_id", "source", "platform", "accession", "title", "authors", "year", "journal", "volume", "issue", "pages", "doi",
    "pmid", "abstract", "keywords", "language", "url", "type", "raw_sha256",
}  # fmt: skip


def test_json_lines_hold_the_contract_and_the_last_line_the_counts() -> None:
    path = EXPORTS / "ovid-mixed.ris"
    done = CliRunner().invoke(command, [str(path)])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert len(rows) == 6
    assert all(set(row) >= CONTRACT and "raw" not in row for row in rows)
    assert rows[0]["authors"] == ["Abara, Maren", "O'Fjord, Li-Wen"]
    assert done.stderr.splitlines()[-1] == f"{path}: ris, ovid, 6 found, 6 loaded, 0 quarantined"


def test_raw_tokens_on_request() -> None:
    done = CliRunner().invoke(command, [str(EXPORTS / "wos.ciw"), "--raw"])
    assert json.loads(done.stdout.splitlines()[1])["raw"][-1] == {"tag": "UT", "value": "WOS:000099999900002"}


def test_a_refused_file_leaves_no_trace_and_the_others_go_on(tmp_path: Path) -> None:
    bad = tmp_path / "page.ris"
    bad.write_text("<html><title>Log in</title></html>", encoding="utf-8")
    done = CliRunner().invoke(command, [str(bad), str(EXPORTS / "cochrane.ris")])
    assert done.exit_code == 2
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr.startswith(f"refused: {bad}: is a web page that says “Log in”")
    assert "Traceback" not in done.output


def test_parquet_of_several_files_has_every_column(tmp_path: Path) -> None:
    out = tmp_path / "records.parquet"
    names = ["ovid-mixed.ris", "pubmed.nbib"]
    done = CliRunner().invoke(
        command, [*(str(EXPORTS / name) for name in names), "--format", "parquet", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    frame = pl.read_parquet(out)
    assert frame.schema == EMPTY.schema
    assert frame.height == 8
    assert [path.name for path in tmp_path.iterdir()] == ["records.parquet"]


def test_parquet_of_nothing_is_empty_and_not_missing(tmp_path: Path) -> None:
    out = tmp_path / "records.parquet"
    done = CliRunner().invoke(command, [str(tmp_path / "nowhere.ris"), "--format", "parquet", "--out", str(out)])
    assert done.exit_code == 2
    assert pl.read_parquet(out).height == 0


def test_quarantine_is_written_where_asked(tmp_path: Path) -> None:
    export, bin_ = tmp_path / "export.ris", tmp_path / "bin.jsonl"
    export.write_text("TY  - JOUR\nPY  - 2011\nER  - \n", encoding="utf-8")
    done = CliRunner().invoke(command, [str(export), "--quarantine", str(bin_)])
    assert "1 found, 0 loaded, 1 quarantined" in done.stderr
    assert json.loads(bin_.read_text(encoding="utf-8"))["raw"] == "TY  - JOUR\nPY  - 2011"


@pytest.mark.parametrize("form", ["ris", "csv", "bibtex", "endnote-xml"])
def test_other_formats_are_written_too(form: str, tmp_path: Path) -> None:
    out = tmp_path / "records"
    done = CliRunner().invoke(command, [str(EXPORTS / "ovid-mixed.ris"), "--format", form, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "A report on waiting" in out.read_text(encoding="utf-8-sig")

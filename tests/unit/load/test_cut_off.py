"""A file that was cut off: its last record is loaded as far as it came, and somebody is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.load.read import read
from tests.support.exports import Rec, ebsco, nbib, ovid

RECORDS = [Rec("1", "Of apples"), Rec("2", "Of pears", year=2011), Rec("3", "Of plums", year=2012)]


def warnings(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    reading = read(path)
    assert sum(batch.records.height for batch in reading) == text.count("TI  - ") + text.count("T1  - ")
    return [f"{line}: {text}" for line, text in reading.cut]


@pytest.mark.parametrize("write", [ovid, ebsco])
def test_a_last_record_that_nothing_ends_is_told_with_its_line(tmp_path: Path, write) -> None:
    whole = write(RECORDS)
    line = whole[: whole.rindex("TY  -")].count("\n") + 1
    expected = [f"{line}: nothing ends the last record, which starts here: is the file cut off?"]
    assert warnings(tmp_path / "a.ris", whole[: whole.rindex("VL  -")]) == expected
    assert warnings(tmp_path / "one.ris", write(RECORDS[:1])[:-30])


def test_a_whole_file_is_not(tmp_path: Path) -> None:
    for write in (ovid, ebsco, nbib):
        assert warnings(tmp_path / "a.txt", write(RECORDS)) == []


def test_nor_is_one_whose_writer_ends_no_record(tmp_path: Path) -> None:
    assert warnings(tmp_path / "a.ris", ebsco(RECORDS).replace("ER  - \n", "")) == []

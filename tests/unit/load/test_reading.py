"""ExportReader an export accounts for every record, and says in one line what it cannot read."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from schemas.errors import UserError
from schemas.record import ParsedRecord, QuarantinedRecord
from tasks.load.identity import record_id
from tasks.load.read import ExportReader, read
from tasks.load.source import Source
from tasks.load.tokens import Tokens

RECORD = "TY  - JOUR\nT1  - {title}\nAU  - Abara, Maren\nPY  - 2019\nER  - \n\n"


def write(folder: Path, content: str | bytes, name: str = "export.ris") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def frames(reading: ExportReader) -> tuple[pl.DataFrame, pl.DataFrame]:
    batches = list(reading)
    return pl.concat([one.records for one in batches]), pl.concat([one.quarantine for one in batches])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (gzip.compress(b"TY  - JOUR", mtime=0), "is a compressed archive"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office file"),
        (b"abc\0def\x01\x02" * 20, "is binary"),
        (b"<!DOCTYPE html><html><head><title>Session\n expired</title>", "is a web page that says “Session expired”"),
        (b"Dear colleague,\n\nhere are the records.\n", "is of no format that is known"),
    ],
)
def test_what_is_no_export_is_refused_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(UserError) as error:
        list(read(write(tmp_path, content)))
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert str(tmp_path) in str(error.value)


def test_an_export_with_a_stray_zero_byte_is_an_export(tmp_path: Path) -> None:
    records, _ = frames(read(write(tmp_path, "".join(RECORD.format(title=f"Title {n}") for n in range(9)) + "\0")))
    assert records.height == 9


def test_a_missing_file_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"the name.*cannot be read"):
        read(tmp_path / "nowhere.ris", name="the name")


def test_every_record_is_loaded_or_quarantined_with_its_reason(tmp_path: Path) -> None:
    path = write(
        tmp_path, RECORD.format(title="One") + "TY  - JOUR\nPY  - 2011\nER  - \n\n" + RECORD.format(title="Three")
    )
    reading = read(path)
    records, quarantine = frames(reading)
    assert (reading.found, reading.starts, reading.loaded, reading.quarantined) == (3, 3, 2, 1)
    ParsedRecord.validate(records)
    QuarantinedRecord.validate(quarantine)
    assert records.get_column("position").to_list() == [1, 3]
    assert quarantine.row(0, named=True) == {
        "position": 2,
        "line": 7,
        "reason": "no title, and nothing that identifies it (DOI, PMID, accession, abstract)",
        "raw": "TY  - JOUR\nPY  - 2011",
    }


def test_a_bad_year_is_a_warning_and_no_loss(tmp_path: Path) -> None:
    reading = read(write(tmp_path, RECORD.format(title="One").replace("2019", "10 15")))
    records, _ = frames(reading)
    assert records.get_column("year").to_list() == [None]
    assert reading.warnings == ["not a year: line 1: 10 15"]


def test_text_outside_records_is_counted_and_shown(tmp_path: Path) -> None:
    reading = read(write(tmp_path, "1.\n" + RECORD.format(title="One") + "Who wrote this?\n"))
    frames(reading)
    assert reading.outside == 2
    assert reading.warnings == ["text outside records: line 8: Who wrote this?"]


def test_a_file_whose_counts_differ_is_refused_whole(tmp_path: Path) -> None:
    reading = read(write(tmp_path, RECORD.format(title="One") * 2))
    honest = reading.sniffed.format

    class Lossy:
        name = honest.name

        def tokenise(self, source: Source) -> Iterator[Tokens]:
            for tokens in honest.tokenise(source):
                yield replace(tokens, frame=tokens.frame.filter(pl.col("record") == 0))

    reading.sniffed = replace(reading.sniffed, format=Lossy())  # type: ignore[arg-type]
    with pytest.raises(UserError, match="holds 2 record starts, but 1 records were read"):
        list(reading)


def test_raw_holds_what_normalising_changed(tmp_path: Path) -> None:
    records, _ = frames(read(write(tmp_path, RECORD.format(title="[GarcÃ­a &amp; co].") + "TY  - JOUR\nT1  - Two\n")))
    row = records.row(0, named=True)
    assert row["title"] == "García & co."
    assert {"tag": "T1", "value": "[GarcÃ­a &amp; co]."} in row["raw"]


def test_the_same_record_has_the_same_id_in_every_delivery(tmp_path: Path) -> None:
    kept = [RECORD.format(title=f"Title {n}").replace("ER", f"AB  - Abstract {n}\nER") for n in range(30)]
    first, _ = frames(read(write(tmp_path, "".join(kept))))
    again = [f"{n}.\n{text}" for n, text in enumerate(random.Random(4).sample(kept, len(kept)), 501)]
    new = RECORD.format(title="New")
    second, _ = frames(read(write(tmp_path, (new + "".join(again)).replace("\n", "\r\n").encode("utf-8-sig"))))
    assert set(first.get_column("record_id")) < set(second.get_column("record_id"))
    assert first.get_column("record_id").n_unique() == 30


@pytest.mark.parametrize(
    "line", ["T1  - Other", "AU  - Other, A", "PY  - 2020", "AB  - Other", "DO  - 10.5555/other", "VL  - 9"]
)
def test_records_that_differ_never_share_an_id(tmp_path: Path, line: str) -> None:
    text = "TY  - JOUR\nT1  - One\nAU  - Abara, M\nPY  - 2019\nAB  - Same\nDO  - 10.5555/a\nVL  - 1\nER  - \n"
    changed = "\n".join(line if old[:2] == line[:2] else old for old in text.splitlines()) + "\n"
    records, _ = frames(read(write(tmp_path, text + changed)))
    assert records.get_column("record_id").n_unique() == 2


def test_an_accession_is_the_identity_whatever_else_changes(tmp_path: Path) -> None:
    text = "TY  - JOUR\nID  - 30000001\nT1  - One\nY1  - 2019//\nL2  - https://ovidsp.ovid.com/ovidweb.cgi?D={}&AN=30000001\nER  - \n"
    early, _ = frames(read(write(tmp_path, text.format("ppez"))))
    late, _ = frames(read(write(tmp_path, text.format("medall").replace("One", "One, corrected"))))
    assert early.get_column("record_id").to_list() == late.get_column("record_id").to_list()
    assert early.get_column("raw_sha256").to_list() != late.get_column("raw_sha256").to_list()


def test_record_ids_can_be_made_for_another_source() -> None:
    ids = record_id(pl.Series(["MEDLINE", "Ovid MEDLINE"]), pl.Series(["acc:1", "acc:1"]))
    assert ids.to_list() == ["re262ecf015531df6ad19", "r85ba120edcfb0381566f"]


def test_a_download_that_broke_off_keeps_what_came(tmp_path: Path) -> None:
    whole = "".join(RECORD.format(title=f"Title {n} é") for n in range(40)).encode()
    for end in range(len(whole) - 90, len(whole), 9):
        reading = read(write(tmp_path, whole[:end]))
        list(reading)
        assert reading.found == reading.starts == reading.loaded + reading.quarantined
        assert reading.loaded >= 38

"""Files that were joined end to end, and values, encodings and errors that nobody foresaw: all names and titles are made up."""

# ruff: noqa: E501  an export's line stands on one line

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.errors import UserError
from tasks.load import read as reading_module
from tasks.load.read import UnexpectedError, read
from tests.support.parsing import column, parsed, ris

# Files joined end to end


def joined_of(form: str) -> tuple[str, list[str]]:
    """A file of two records, and what may stand between it and the next when they are joined."""
    return {
        "ris": ("TY  - JOUR\nTI  - Title 1\nER  - \n\nTY  - JOUR\nTI  - Title 2\nER  - ", ["", "\n", "\ufeff", "\n\ufeff"]),
        "ciw": (
            "FN Clarivate\nVR 1.0\nPT J\nTI Title 1\nUT WOS:1\nER\n\nPT J\nTI Title 2\nUT WOS:2\nER", ["", "\n", "\n\nEF", "\nEF\ufeff", "\n\ufeff"],
        ),
        "nbib": ("PMID- 1\nTI  - Title 1\nSO  - Fict.\n\nPMID- 2\nTI  - Title 2\nSO  - Fict. 2020;1:3.", ["", "\n", "\n\ufeff", "\ufeff"]),
        "enw": ("%0 Journal Article\n%T Title 1\n%D 2019\n\n%0 Journal Article\n%T Title 2\n%V A", ["", "\n", "\n\ufeff", "\ufeff"]),
        "refworks": ("RT Journal Article\nSR Print\nT1 Title 1\nYR 2019\n\nRT Journal Article\nSR Print\nT1 Title 2\nYR 2020", ["", "\n", "\ufeff"]),
        "bibtex": ("@article{a,\n title = {Title 1},\n}\n\n@article{b,\n title = {Title 2},\n}", ["", "\n", "\ufeff", "\n\ufeff"]),
        "ovid-tagged": ("<1. >\nUI  - 1\nTI  - Title 1\nAB  - x\n\n<2. >\nUI  - 2\nTI  - Title 2\nAB  - x", ["", "\n", "\n\ufeff"]),
        "csv": ("Title,Authors,Year\nTitle 1,Tan,2019\nTitle 2,Tan,2020", ["", "\n", "\ufeff", "\n\ufeff"]),
        "endnote-xml": (
            "<xml><records><record><titles><title>Title 1</title></titles><ref-type>17</ref-type></record>"
            "<record><titles><title>Title 2</title></titles></record></records></xml>", ["", "\n", "\n\ufeff"],
        ),
        "noteexpress": ("{Reference Type}: Journal Article\n{Title}: Title 1\n\n{Reference Type}: Journal Article\n{Title}: Title 2", ["", "\n", "\ufeff"]),
        "cnki-estudy": ("DataType: 1\nTitle-题名: Title 1\nPage-页码: 1\n\nDataType: 1\nTitle-题名: Title 2\nPage-页码: 2", ["\n", "\n\ufeff"]),
        "pubmed-abstract": ("1. Fict J. 2020;1:1.\n\nTitle 1\n\nPMID: 1\n\n\n2. Fict J. 2020;1:2.\n\nTitle 2\n\nPMID: 2", ["\n\n\n"]),
    }[form]  # fmt: skip


FORMS = (
    "ris", "ciw", "nbib", "enw", "refworks", "bibtex", "ovid-tagged", "csv", "endnote-xml", "noteexpress", "cnki-estudy", "pubmed-abstract",
)  # fmt: skip


@pytest.mark.parametrize("crlf", [False, True], ids=["LF", "CRLF"])
@pytest.mark.parametrize("form", FORMS)
def test_files_joined_end_to_end_lose_no_record(form: str, crlf: bool, tmp_path: Path) -> None:
    file, seams = joined_of(form)
    second = file.replace("Title 1", "Title 3").replace("Title 2", "Title 4")
    for seam in seams:
        text = "\ufeff" * (seam != "") + file + seam + second
        rows, reader = parsed(tmp_path, text.replace("\n", "\r\n") if crlf else text)
        assert [row["title"].strip() for row in rows] == ["Title 1", "Title 2", "Title 3", "Title 4"], (seam, rows)
        assert reader.warnings == []


def test_lines_are_numbered_as_in_the_file_after_a_joint(tmp_path: Path) -> None:
    file, _ = joined_of("ris")
    assert column(tmp_path, file + file + file, "line") == [1, 5, 7, 11, 13, 17]


def test_a_record_start_that_the_tokeniser_does_not_see_refuses_the_file(tmp_path: Path) -> None:
    text = "RT Journal Article\nT1 One\nNO see RT Journal Article\nSR Print\nT1 Two\n"
    assert column(tmp_path, text, "title") == ["One", "Two"]
    with pytest.raises(UserError, match="holds 2 record starts, but 1 records were read"):
        parsed(tmp_path, "RT Journal Article\nT1 One\nNO 1 RT Journal Article\nA1 Tan\n".replace("NO 1 RT", "   RT"))


def test_a_start_tag_need_not_come_first(tmp_path: Path) -> None:
    text = "".join(
        f"DB  - X\nTI  - Title {n}\nAB  - Text\nTY  - JOUR\nAU  - Tan, W.\nPY  - 2001\nER  - \n\n" for n in (1, 2, 3)
    )
    rows, _ = parsed(tmp_path, text)
    assert [(row["title"], row["authors"], row["year"]) for row in rows] == [
        (f"Title {n}", ["Tan, W."], 2001) for n in (1, 2, 3)
    ]
    nbib = "".join(f"OWN - NLM\nTI  - Title {n}\nPMID- {n}\nAU  - Tan W\n\n" for n in (1, 2))
    assert column(tmp_path, nbib, "title") == ["Title 1", "Title 2"]


def test_a_record_that_lost_its_start_is_still_one_of_its_own(tmp_path: Path) -> None:
    text = ris("PY  - 2001") + "TI  - Orphan\nPY  - 2002\nAU  - Tan, W.\n" + ris("PY  - 2003")
    assert column(tmp_path, text, "year") == [2001, 2002, 2003]


# What goes wrong


def test_a_legacy_encoding_is_told_as_a_guess(tmp_path: Path) -> None:
    _, reader = parsed(tmp_path, ris("AU  - Wójcik, Łukasz").encode("cp1250"))
    assert reader.warnings == ["is not UTF-8; that it is cp1252 is a guess: look at the accented letters"]
    xml = '<?xml version="1.0" encoding="windows-1250"?><xml><records><record><titles><title>Łódź</title></titles></record></records></xml>'
    rows, reader = parsed(tmp_path, xml.encode("cp1250"))
    assert ([row["title"] for row in rows], reader.warnings) == (["Łódź"], [])


POLISH = ("AU  - Wójcik, Łukasz", "T2  - Żółta łąka, ciepła jak źródło", "N1  - Książka o pielęgniarkach")
FRENCH = ("AU  - Lefèvre, Zoé", "T2  - Santé d’été : l’œuvre", "N1  - L’expérience des infirmières, 2 m² à 20 °C")
SPANISH = ("AU  - Muñoz, Inés", "T2  - ¿Qué años? Cuadernos de ficción, nº 5", "N1  - Una niña¿ soñó «mañana»")


@pytest.mark.parametrize(
    ("lines", "encoding", "told"),
    [
        (POLISH, "cp1250", "cp1250"),
        (POLISH, "iso8859-2", "iso8859-2"),
        (FRENCH, "cp1252", "cp1252"),
        (FRENCH, "mac_roman", "mac_roman"),
        (SPANISH, "cp1252", "cp1252"),
        (SPANISH, "cp850", "cp850"),
    ],
)
def test_signs_inside_words_tell_one_encoding_of_latin_scripts_from_another(
    tmp_path: Path, lines: tuple[str, ...], encoding: str, told: str
) -> None:
    rows, reader = parsed(tmp_path, ris(*lines).encode(encoding, "replace"))
    assert reader.warnings == [f"is not UTF-8; that it is {told} is a guess: look at the accented letters"]
    assert rows[0]["authors"] == [lines[0].removeprefix("AU  - ")]


def test_where_nothing_in_the_words_decides_the_encoding_is_cp1252(tmp_path: Path) -> None:
    _, reader = parsed(tmp_path, ris("AU  - Dvořák, Jiří", "T2  - Dvě města").encode("cp1250"))
    assert reader.warnings == ["is not UTF-8; that it is cp1252 is a guess: look at the accented letters"]


@pytest.mark.parametrize(
    ("tag", "value", "says"), [("DO", "see the publisher", "not a DOI"), ("PY", "in print", "not a year")]
)
def test_a_value_that_is_not_what_its_field_holds_is_set_aside_and_told(
    tag: str, value: str, says: str, tmp_path: Path
) -> None:
    rows, reader = parsed(tmp_path, ris(f"{tag}  - {value}"))
    assert (rows[0]["doi"], rows[0]["year"]) == (None, None)
    assert reader.warnings == [f"{says}: line 1: {value}"]


def test_a_record_whose_values_raise_an_error_is_quarantined_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    normalise = reading_module.normalise

    def failing(picked: pl.DataFrame, mapping: Any) -> pl.DataFrame:
        if picked.get_column("title").list.first().eq("Bad").any():
            raise ZeroDivisionError("nobody foresaw\nthis")
        return normalise(picked, mapping)

    monkeypatch.setattr(reading_module, "normalise", failing)
    path = tmp_path / "export"
    path.write_text(
        "".join(ris().replace("A title", title) for title in ("One", "Two", "Bad", "Four", "Five")), encoding="utf-8"
    )
    reader = read(path)
    batches = list(reader)
    assert [title for batch in batches for title in batch.records["title"]] == ["One", "Two", "Four", "Five"]
    assert pl.concat([batch.quarantine for batch in batches]).to_dicts() == [
        {
            "position": 3, "line": 9, "raw": "TY  - JOUR\nTI  - Bad",
            "reason": "reading it failed (ZeroDivisionError: nobody foresaw this); please report it, with the record",
        }
    ]  # fmt: skip
    assert (reader.found, reader.starts, reader.loaded, reader.quarantined) == (5, 5, 4, 1)


def test_an_error_that_nobody_foresaw_refuses_the_file_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("tasks.load.lines.tokenise", failing)
    path = tmp_path / "export"
    path.write_text(ris(), encoding="utf-8")
    with pytest.raises(
        UnexpectedError,
        match=r"^the name: reading it failed: ZeroDivisionError: nobody foresaw this \(please report it, with the file\)$",
    ):
        list(read(path, name="the name"))

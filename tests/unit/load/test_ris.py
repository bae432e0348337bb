"""RIS is read without loss, whatever its writer did to it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tasks.load import ris
from tasks.load import source as source_module
from tasks.load.source import Source


def tokens(tmp_path: Path, text: str | bytes) -> tuple[list[list[tuple[str, str]]], list[str], int]:
    """Records as (tag, value) in order, the text outside of them, and the starts counted."""
    path = tmp_path / "export.ris"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    pieces = list(ris.tokenise(Source.of(path)))
    frame = pl.concat([piece.frame for piece in pieces])
    records: dict[int, list[tuple[str, str]]] = {}
    for record, tag, value in frame.select("record", "tag", "value").iter_rows():
        records.setdefault(record, []).append((tag, value))
    outside = [text for piece in pieces for text in piece.outside.get_column("text")]
    return list(records.values()), outside, sum(piece.starts for piece in pieces)


@pytest.mark.parametrize(
    "head",
    ["TY  - JOUR", "TY  -  JOUR", "TY - JOUR", "TY  -JOUR", "TY   - JOUR", "\rTY  - JOUR", " TY  - JOUR", "TY\t- JOUR"],
)
def test_a_record_begins_however_its_first_line_is_spaced(tmp_path: Path, head: str) -> None:
    records, _, starts = tokens(tmp_path, f"TY  - BOOK\nTI  - First\nER  - \n\n{head}\nTI  - Second\nER  - \n")
    assert records == [[("TY", "BOOK"), ("TI", "First")], [("TY", "JOUR"), ("TI", "Second")]]
    assert starts == 2


def test_repeated_and_empty_tags_are_kept_in_order(tmp_path: Path) -> None:
    records, _, _ = tokens(
        tmp_path, "TY  - JOUR\nAB  - One\nDO  - 10.5555/a\nKW  -\nAB  - Two\nDO  - 10.5555/b\nER  -\n"
    )
    assert records == [
        [("TY", "JOUR"), ("AB", "One"), ("DO", "10.5555/a"), ("KW", ""), ("AB", "Two"), ("DO", "10.5555/b")]
    ]


def test_only_line_feeds_end_lines(tmp_path: Path) -> None:
    value = "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g"
    records, _, _ = tokens(tmp_path, f"TY  - JOUR\r\nAB  - {value}\nER  - \r\n")
    assert records == [[("TY", "JOUR"), ("AB", value)]]


def test_further_lines_belong_to_the_value_before_them(tmp_path: Path) -> None:
    records, outside, _ = tokens(
        tmp_path, "TY  - JOUR\nN1  - References:\n   One\n\nNF-kappa B\nIQ - a score\nVL  - 1\nER  - \n"
    )
    assert records == [[("TY", "JOUR"), ("N1", "References:\n   One\n\nNF-kappa B\nIQ - a score"), ("VL", "1")]]
    assert outside == []


def test_a_missing_end_tag_costs_nothing(tmp_path: Path) -> None:
    records, _, starts = tokens(tmp_path, "1.\nTY  - JOUR\nTI  - One\n\n2.\nTY  - JOUR\nTI  - Two")
    assert [dict(record)["TI"] for record in records] == ["One", "Two"]
    assert starts == 2


def test_a_missing_start_tag_costs_nothing(tmp_path: Path) -> None:
    lost_first = tokens(tmp_path, "JF  - J\nT1  - One\nAU  - A\nER  - \n\nTY  - JOUR\nT1  - Two\nER  - \n")
    assert [dict(record)["T1"] for record in lost_first[0]] == ["One", "Two"]
    lost_second = tokens(tmp_path, "TY  - JOUR\nT1  - One\nER  - \n\nJF  - J\nT1  - Two\nAU  - A\nER  - \n")
    assert [dict(record)["T1"] for record in lost_second[0]] == ["One", "Two"]
    assert lost_first[2] == lost_second[2] == 2


def test_tags_after_the_end_tag_belong_to_the_record(tmp_path: Path) -> None:
    records, outside, _ = tokens(
        tmp_path, "TY  - JOUR\nT1  - One\nER  - \nNL  - J Inv Stud\n\nTY  - JOUR\nT1  - Two\nER  - \n"
    )
    assert records[0] == [("TY", "JOUR"), ("T1", "One"), ("NL", "J Inv Stud")]
    assert outside == []


def test_text_between_records_is_reported_and_furniture_is_not(tmp_path: Path) -> None:
    text = "Record #1 of 2\nTY  - JOUR\nT1  - One\nER  - \nLink to the Ovid Full Text or citation:\n2.\nHello\nTY  - JOUR\nT1  - Two\n"
    records, outside, _ = tokens(tmp_path, text)
    assert len(records) == 2
    assert outside == ["Hello"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encoding_and_newlines_change_nothing(tmp_path: Path, encoding: str, newline: str) -> None:
    text = newline.join(["TY  - JOUR", "AU  - Brännström, Ø.", "TI  - “Naïve” cafés – 5 €", "ER  - ", ""]) * 3
    records, outside, starts = tokens(tmp_path, text.encode(encoding))
    assert records == [[("TY", "JOUR"), ("AU", "Brännström, Ø."), ("TI", "“Naïve” cafés – 5 €")]] * 3
    assert (outside, starts) == ([], 3)


def test_utf_8_with_a_few_other_bytes_keeps_both(tmp_path: Path) -> None:
    cut = "TY  - JOUR\nAU  - Brännström\nAU  - Iñárritu\n".encode() + b"AU  - Garc\xeda\nTI  - caf\xc3"
    records, _, _ = tokens(tmp_path, cut)
    assert [value for tag, value in records[0] if tag == "AU"] == ["Brännström", "Iñárritu", "García"]


def test_pieces_cut_no_record_in_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"{n}.\nTY  - JOUR\nTI  - Title {n}\nAB  - {'x ' * (n % 40)}\nER  - \n\n" for n in range(500))
    whole = tokens(tmp_path, text)
    monkeypatch.setattr(source_module, "CHUNK", 997)
    assert tokens(tmp_path, text) == whole
    assert whole[2] == len(whole[0]) == 500


def test_lines_are_counted_over_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "CHUNK", 64)
    path = tmp_path / "export.ris"
    path.write_text("TY  - JOUR\nTI  - T\nER  - \n\n" * 20, encoding="utf-8")
    frame = pl.concat([piece.frame for piece in ris.tokenise(Source.of(path))])
    assert frame.filter(pl.col("tag") == "TY").get_column("line").to_list() == [1 + 4 * n for n in range(20)]


def test_a_text_in_another_script_is_not_taken_for_western(tmp_path: Path) -> None:
    title = "Состояние рецепторного аппарата эндометрия и качество жизни пациенток"
    records, _, _ = tokens(tmp_path, f"TY  - JOUR\nTI  - {title}\nAB  - {title} {title}\nER  - \n".encode("cp1251"))
    assert dict(records[0])["TI"] == title


def test_tags_in_lower_case_are_tags_only_where_the_record_begins_so(tmp_path: Path) -> None:
    text = (
        "ty  - jour\nti  - First\nab  - Of it -\ner  - \nTY  - JOUR\nTI  - Second\nAB  - About\nit - a score\nER  - \n"
    )
    records, _, starts = tokens(tmp_path, text)
    assert records == [
        [("TY", "jour"), ("TI", "First"), ("AB", "Of it -")],
        [("TY", "JOUR"), ("TI", "Second"), ("AB", "About\nit - a score")],
    ]
    assert starts == 2


def test_zero_bytes_in_text_are_left_out_and_the_records_kept(tmp_path: Path) -> None:
    records, _, _ = tokens(tmp_path, "TY  - JOUR\nTI  - Wa\0rmth\nER  - \n" + "\0" * 64)
    assert records == [[("TY", "JOUR"), ("TI", "Warmth")]]

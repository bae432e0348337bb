"""Which files are one search, and what is missing between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.search.split import Piece, split_searches


def test_ranges_in_names_make_one_search_in_order():
    (one,) = split_searches(
        [Piece("medline 1001-2000.ris", 1000), Piece("medline 1-1000.ris", 1000), Piece("medline 2001-3000.ris", 417)]
    )
    assert [piece.name for piece in one.pieces] == [
        "medline 1-1000.ris",
        "medline 1001-2000.ris",
        "medline 2001-3000.ris",
    ]
    assert (one.stem, one.warnings) == ("medline", ())


def test_a_day_in_a_name_is_no_range_and_stays_in_the_name():
    assert split_searches([Piece("embase-2020-01-06.ris", 5), Piece("embase-2020-02-06.ris", 4)]) == []
    (one,) = split_searches([Piece("embase-2020-01-06 1-1000.ris", 1000), Piece("embase-2020-01-06 1001-2000.ris", 40)])
    assert (one.stem, len(one.pieces)) == ("embase-2020-01-06", 2)


def test_a_missing_range_is_told():
    (one,) = split_searches([Piece("embase_1-1000.ris", 1000), Piece("embase_2001-3000.ris", 1000)])
    assert one.warnings == (
        "records 1001 to 2000 are in no file, between 'embase_1-1000.ris' and 'embase_2001-3000.ris'; if none is missing, "
        "note what each file holds, as hits = 1000 in 'embase_2001-3000.ris.toml'",
    )


def test_a_search_that_begins_in_the_middle_is_told():
    (one,) = split_searches([Piece("embase_1001-2000.ris", 1000)])
    (warning,) = one.warnings
    assert warning.startswith("records 1 to 1000 are in no file, before 'embase_1001-2000.ris'; ")


def test_a_gap_is_settled_by_notes_that_say_how_much_each_file_holds():
    first, later = Piece("a 1-1000.ris", 1000, hits=1000), Piece("a 1201-1300.ris", 100)
    (one,) = split_searches([first, later])
    assert one.warnings[0].startswith("records 1001 to 1200 are in no file")
    (one,) = split_searches([first, Piece("a 1201-1300.ris", 100, hits=100)])
    assert one.warnings == ()
    (one,) = split_searches([first, Piece("a 1201-1300.ris", 100, hits=300)])
    assert one.warnings[0].startswith("records 1001 to 1200 are in no file")


def test_counters_of_marked_records_are_those_of_the_list_and_say_nothing():
    assert split_searches([Piece("marked.ris", 3, 3, 20)]) == []
    assert split_searches([Piece("marked.ris", 3, 3, 20), Piece("ovid.ris", 40, 1, 40)]) == []
    (one,) = split_searches([Piece("ovid.ris", 40, 1, 40), Piece("ovid(1).ris", 20, 51, 70)])
    assert one.warnings[0].startswith("records 41 to 50 are in no file, between 'ovid.ris' and 'ovid(1).ris'")


def test_overlap_is_told():
    (one,) = split_searches([Piece("a 1-1000.ris", 1000), Piece("a 991-1990.ris", 1000)])
    assert one.warnings == ("records 991 to 1000 are in two files, 'a 1-1000.ris' and 'a 991-1990.ris'",)


def test_a_file_that_holds_less_than_its_name_says():
    (one,) = split_searches([Piece("a 1-1000.ris", 990), Piece("a 1001-2000.ris", 12)])
    assert one.warnings == ("'a 1-1000.ris' should hold 1000 records and holds 990",)


def test_fewer_records_than_the_source_reported():
    (one,) = split_searches([Piece("a 1-1000.ris", 1000), Piece("a 1001-2000.ris", 400)], hits=1450)
    assert one.warnings == ("records 1401 to 1450 are in no file; the source reported 1450",)


def test_counters_in_the_file_are_believed_before_its_name():
    (one,) = split_searches([Piece("ovid.ris", 1000, 1, 1000), Piece("ovid(1).ris", 500, 1001, 1500)])
    assert (len(one.pieces), one.warnings) == (2, ())


@pytest.mark.parametrize(
    "names",
    [
        ["x part 1.ris", "x part 2.ris"],
        ["savedrecs.txt", "savedrecs(1).txt"],
        ["x_1 of 2.ris", "x_2 of 2.ris"],
        ["x_1.nbib", "x_2.nbib"],
    ],
)
def test_numbered_parts_of_which_all_but_the_last_are_full(names):
    (one,) = split_searches([Piece(names[0], 1000), Piece(names[1], 313)])
    assert [piece.name for piece in one.pieces] == names
    assert one.warnings == ()


def test_a_missing_part_is_told_and_a_full_last_part_too():
    (one,) = split_searches([Piece("x part 1.ris", 500), Piece("x part 2.ris", 500), Piece("x part 4.ris", 500)])
    assert one.warnings == ("part 3 is missing", "the last part, 'x part 4.ris', is full: another one may follow it")


@pytest.mark.parametrize(
    "pieces",
    [
        [Piece("medline 2003-2019.ris", 412)],
        [Piece("medline 2003-2010.ris", 1000), Piece("medline 2011-2019.ris", 731)],
        [Piece("medline_2026-10.ris", 40), Piece("medline_2026-11.ris", 33)],
        [Piece("medline-2026-10-01.ris", 1000), Piece("medline-2026-11-01.ris", 33)],
        [Piece("update_1.ris", 17), Piece("update_2.ris", 23)],
        [Piece("medline.ris", 1000), Piece("embase.ris", 1000)],
        [Piece("medline 1-1000.ris", 1000)],
    ],
)
def test_searches_of_their_own_are_left_alone(pieces):
    assert split_searches(pieces) == []


@given(st.integers(2, 8), st.integers(1, 99), st.randoms(use_true_random=False), st.data())
def test_every_missing_piece_in_the_middle_is_told(parts, last, random, data):
    pieces = [Piece(f"s {n * 100 + 1}-{n * 100 + 100}.ris", 100 if n < parts - 1 else last) for n in range(parts)]
    gone = data.draw(st.integers(0, parts - 2))
    del pieces[gone]
    random.shuffle(pieces)
    found = split_searches(pieces)
    missing = f"records {gone * 100 + 1} to {gone * 100 + 100} are in no file, "
    assert [warning.startswith(missing) for warning in found[0].warnings].count(True) == 1

"""Exports that are pieces of one search, and what of it is missing."""

from __future__ import annotations

from tests.support.exports import Rec, ovid


def piece(first: int, last: int) -> list[Rec]:
    return [
        Rec(str(n), f"Study number {n} of many", doi=f"10.5555/m.{n}", pages=(str(n), str(n)))
        for n in range(first, last + 1)
    ]


def test_pieces_of_an_export_are_one_search_and_what_is_missing_is_told(living):
    review = living("")
    review.search("cinahl", "alerts 1-50", piece(1, 50))
    review.search("cinahl", "alerts 101-120", piece(101, 120))
    (told,) = review.load()
    assert told.startswith("warning: exports/cinahl/alerts: records 51 to 100 are in no file, between ")
    ((_, what, message),) = review.broken()
    assert (what, message) == ("split export", told.removeprefix("warning: "))
    assert review.load() == []
    review.search("cinahl", "alerts 51-100", piece(51, 100))
    assert review.load() == []
    assert review.broken() == []
    assert review.rows("SELECT position, file_name, found FROM split_search ORDER BY position") == [
        (1, "exports/cinahl/alerts 1-50.ris", 50),
        (2, "exports/cinahl/alerts 51-100.ris", 50),
        (3, "exports/cinahl/alerts 101-120.ris", 20),
    ]
    review.update()
    assert review.rows("SELECT searches, records FROM source_contribution WHERE source = 'cinahl'") == [(1, 120)]
    assert review.rebuilt_equal()


def test_the_counters_of_ovid_tell_the_pieces(living):
    review = living("")
    review.search("medline", "citation", piece(1, 40))
    review.search("medline", "citation(1)", piece(51, 60), first=51)
    (told,) = review.load()
    assert told.startswith(
        "warning: exports/medline/citation: records 41 to 50 are in no file, between 'citation.ris' and "
    )


def test_notes_that_say_what_each_file_holds_settle_a_gap(living):
    review = living("")
    review.search("medline", "citation", piece(1, 40))
    second = review.search("medline", "citation(1)", piece(51, 60), first=51)
    assert len(review.load()) == 1
    for path, hits in ((second.with_name("citation.ris"), 40), (second, 10)):
        path.with_name(f"{path.name}.toml").write_text(f"executed_at = 2020-01-06\nhits = {hits}\n")
    assert review.load() == []
    assert review.broken() == []


def test_records_that_were_marked_in_a_list_are_no_piece_of_it(living):
    review = living("")
    marked = "".join(f"{counter}. \n{ovid(piece(counter, counter)).partition(chr(10))[2]}" for counter in (3, 17, 20))
    review.drop("exports/medline/marked.ris", marked)
    assert review.load() == []
    assert review.broken() == []


def test_exports_that_count_from_one_are_searches_of_their_own(living):
    review = living("")
    review.search("medline", "citation", piece(1, 40))
    review.search("medline", "citation(1)", piece(41, 60))
    assert review.load() == []
    assert review.rows("SELECT searches FROM source_contribution WHERE source = 'medline'") == [(2,)]

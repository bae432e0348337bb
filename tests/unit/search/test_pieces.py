"""Exports that are pieces of one search, and what of it is missing."""

from __future__ import annotations

from tests.support.exports import Rec


def piece(first: int, last: int) -> list[Rec]:
    return [
        Rec(str(n), f"Study number {n} of many", doi=f"10.5555/m.{n}", pages=(str(n), str(n)))
        for n in range(first, last + 1)
    ]


def test_pieces_of_an_export_are_one_search_and_what_is_missing_is_told(living):
    review = living("")
    review.search("cinahl", "alerts 1-50", piece(1, 50))
    review.search("cinahl", "alerts 101-120", piece(101, 120))
    assert review.load() == ["warning: exports/cinahl/alerts: records 51 to 100 are in no file"]
    assert review.broken() == [("warning", "split export", "exports/cinahl/alerts: records 51 to 100 are in no file")]
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
    assert review.load() == ["warning: exports/medline/citation: records 41 to 50 are in no file"]


def test_exports_that_count_from_one_are_searches_of_their_own(living):
    review = living("")
    review.search("medline", "citation", piece(1, 40))
    review.search("medline", "citation(1)", piece(41, 60))
    assert review.load() == []
    assert review.rows("SELECT searches FROM source_contribution WHERE source = 'medline'") == [(2,)]

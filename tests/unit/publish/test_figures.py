"""The UpSet plot of sources and the bars of searches."""

from __future__ import annotations

import pytest
from lxml import etree

from tasks.publish.figures import INCLUDED, REPORTS, overlap_svg, sources_svg

OVERLAP = [
    (("MEDLINE", "Embase"), 40, 3),
    (("MEDLINE",), 100, 0),
    (("Embase",), 20, 2),
    (("CINAHL", "Embase", "MEDLINE"), 5, 1),
]


def titles(svg: str) -> list[str]:
    return [title.text or "" for title in etree.fromstring(svg.encode()).iterfind(".//{*}g/{*}title")]


def test_sources_count_all_their_reports_and_combinations_only_their_own() -> None:
    assert titles(overlap_svg(OVERLAP)) == [
        "MEDLINE: 145 reports, 4 of them included",
        "Embase: 65 reports, 6 of them included",
        "CINAHL: 5 reports, 1 of them included",
        "only MEDLINE: 100 reports, 0 of them included",
        "Embase and MEDLINE: 40 reports, 3 of them included",
        "only Embase: 20 reports, 2 of them included",
        "CINAHL and Embase and MEDLINE: 5 reports, 1 of them included",
    ]


def test_bars_are_in_proportion() -> None:
    root = etree.fromstring(overlap_svg(OVERLAP).encode())
    columns = [r for r in root.iter("{*}rect") if r.get("width") == "18"]
    heights = {fill: [float(r.get("height")) for r in columns if r.get("fill") == fill] for fill in (REPORTS, INCLUDED)}
    tallest = heights[REPORTS][0]
    assert [round(100 * height / tallest) for height in heights[REPORTS]] == [100, 40, 20, 5]
    assert [round(100 * height / tallest) for height in heights[INCLUDED]] == [0, 3, 2, 1]


def test_combinations_beyond_the_top_are_summed_up() -> None:
    printed = " ".join(etree.fromstring(overlap_svg(OVERLAP, top=2, caption="As of today.").encode()).itertext())
    assert "And 2 more combinations with 25 reports, 3 of them included. As of today." in printed
    assert "only Embase" not in printed


def test_rows_of_the_same_sources_are_added_up_in_any_order() -> None:
    split = [(("Embase", "MEDLINE"), 30, 3), *OVERLAP[1:], (("MEDLINE", "Embase", "MEDLINE"), 10, 0)]
    assert overlap_svg(split) == overlap_svg(OVERLAP) == overlap_svg(reversed(OVERLAP))


def test_no_source_gives_an_empty_figure_and_wrong_numbers_none() -> None:
    assert titles(overlap_svg([])) == titles(sources_svg([])) == []
    for row in ((("MEDLINE",), 1, 2), (("MEDLINE",), -1, 0), ((), 1, 0)):
        with pytest.raises(ValueError, match="combination"):
            overlap_svg([row])
    with pytest.raises(ValueError, match="below 0"):
        sources_svg([("MEDLINE", "", 0, -1, 0)])


def test_searches_of_a_source_stand_together_in_the_order_given() -> None:
    rows = [("PsycINFO", "2026-01", 1, 8, 1), ("ASSIA", "", 0, 0, 0), ("PsycINFO", "2026-02", 0, 1000, 500)]
    assert titles(sources_svg(rows)) == [
        "PsycINFO 2026-01: 10 records, 1 of them of included reports, 8 of other reports, 1 duplicates",
        "PsycINFO 2026-02: 1,500 records, 0 of them of included reports, 1,000 of other reports, 500 duplicates",
        "ASSIA: 0 records, 0 of them of included reports, 0 of other reports, 0 duplicates",
    ]


def test_names_are_text() -> None:
    hostile = "<script>&\"'"
    for svg in (overlap_svg([((hostile,), 1, 0)]), sources_svg([(hostile, hostile, 0, 1, 0)])):
        root = etree.fromstring(svg.encode())
        assert hostile in [text.text for text in root.iter("{*}text")]
        assert not list(root.iter("{*}script"))

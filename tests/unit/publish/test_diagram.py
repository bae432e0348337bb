"""The PRISMA 2020 flow diagram: which boxes stand, what they say, and that nothing overflows or overlaps."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tasks.publish import svg
from tasks.publish.cards import PAD_X, SIZE
from tasks.publish.diagram import boxes, prisma_svg

Rows = list[tuple[str, str | None, int]]

FIRST: Rows = [
    ("identified_databases", "MEDLINE", 812),
    ("identified_databases", "Embase", 1043),
    ("removed_duplicates", None, 300),
    ("removed_other", "not loadable (quarantined)", 3),
    ("screened", None, 1552),
    ("excluded_screening", None, 1500),
    ("sought", None, 52),
    ("not_retrieved", None, 2),
    ("assessed", None, 50),
    ("excluded_full_text", "Not a qualitative study", 31),
    ("excluded_full_text", "Abstract only", 10),
    ("included_studies", None, 8),
    ("included_reports", None, 9),
]
UPDATE: Rows = [
    *FIRST,
    ("previous_studies", None, 27),
    ("previous_reports", None, 29),
    ("withdrawn_studies", None, 1),
    ("identified_other", "Citation searching", 64),
    ("removed_duplicates_other", None, 40),
    ("sought_other", None, 24),
    ("not_retrieved_other", None, 1),
    ("assessed_other", None, 23),
    ("excluded_full_text_other", "Setting", 23),
    ("total_studies", None, 34),
    ("total_reports", None, 37),
]


def drawn(rows: Rows, **options: object) -> etree._Element:
    return etree.fromstring(prisma_svg(rows, **options).encode())  # type: ignore[arg-type]


def lines(root: etree._Element, box: str) -> list[str]:
    """The printed lines of one box."""
    group = root.find(f".//{{*}}g[@id='box-{box}']")
    assert group is not None, f"no box {box}"
    return [(text.text or "").replace("\u00a0", " ") for text in group.iter("{*}text")]


def names(root: etree._Element) -> set[str]:
    return {group.get("id").removeprefix("box-") for group in root.iterfind(".//{*}g[@id]")}


def test_a_first_version_has_one_column_and_speaks_of_no_new_studies() -> None:
    root = drawn(FIRST)
    assert names(root) == {box for box, _, _ in FIRST}
    printed = " ".join(root.itertext())
    assert "Identification of studies via databases and registers" in printed
    assert "other methods" not in printed
    assert lines(root, "included_studies") == ["Studies included", "(n = 8)"]


def test_sources_and_reasons_are_listed_with_their_numbers_below_the_sum() -> None:
    root = drawn(FIRST)
    assert lines(root, "identified_databases") == ["Databases (n = 1,855)", "MEDLINE (n = 812)", "Embase (n = 1,043)"]
    assert lines(root, "excluded_full_text") == [
        "Reports excluded (n = 41)",
        "Not a qualitative study (n = 31)",
        "Abstract only (n = 10)",
    ]


def test_an_update_shows_previous_studies_other_methods_and_the_total() -> None:
    root = drawn(UPDATE)
    assert names(root) == {box for box, _, _ in UPDATE}
    assert lines(root, "included_studies") == ["New studies included", "(n = 8)"]
    assert lines(root, "total_studies") == ["Studies included in total", "(n = 34)"]
    assert "Identification of new studies via other methods" in " ".join(root.itertext())


def test_columns_whose_boxes_all_count_nothing_are_left_out() -> None:
    nothing: Rows = [(name, None, 0) for name, box in boxes().items() if box.column in {"previous", "other"}]
    assert prisma_svg([*FIRST, *nothing]) == prisma_svg(FIRST)


def test_what_awaits_a_verdict_is_shown_only_while_something_does() -> None:
    waiting = {"awaiting_screening": 5, "awaiting_retrieval": 2, "awaiting_full_text": 1}
    assert not names(drawn([*FIRST, *((box, None, 0) for box in waiting)])) & set(waiting)
    root = drawn([*FIRST, *((box, None, n) for box, n in waiting.items())])
    assert set(waiting) <= names(root)
    assert lines(root, "awaiting_screening") == ["Records awaiting screening (n = 5)"]


def test_a_review_without_a_record_still_has_its_diagram() -> None:
    assert lines(drawn([]), "screened") == ["Records screened", "(n = 0)"]


def test_other_methods_are_screened_only_if_somebody_screened_them() -> None:
    assert "screened_other" not in names(drawn(UPDATE))
    assert {"screened_other", "excluded_screening_other"} <= names(drawn([*UPDATE, ("screened_other", None, 24)]))


def test_each_box_says_its_number_and_can_be_linked_to_the_list_behind_it() -> None:
    root = drawn(FIRST, links={"screened": "records.html?box=screened&all"})
    group = root.find(".//{*}g[@id='box-screened']")
    assert group is not None
    assert group.findtext("{*}title") == "Records screened: 1,552"
    assert group.find("{*}a").get("href") == "records.html?box=screened&all"
    assert root.get("role") == "group"  # an image would hide the links from a screen reader
    assert drawn(FIRST).get("role") == "img"


def test_the_description_tells_every_number() -> None:
    description = drawn(UPDATE).findtext("{*}desc")
    assert "Databases: 1,855 (MEDLINE: 812; Embase: 1,043)" in description
    assert "Studies included in total: 34" in description


def test_title_and_caption_are_printed_and_prisma_credited() -> None:
    printed = " ".join(drawn(FIRST, title="<Our> review", caption="As of 2026-11-01.").itertext())
    assert "<Our> review" in printed
    assert "As of 2026-11-01. Flow diagram after PRISMA 2020" in printed


@pytest.mark.parametrize("row", [("screend", None, 1), ("screened", None, -1)])
def test_an_unknown_box_or_a_negative_number_is_refused(row: tuple[str, None, int]) -> None:
    with pytest.raises(ValueError, match=row[0]):
        prisma_svg([row])


def test_the_table_of_boxes_is_regular() -> None:
    table = boxes()
    other = {name.removesuffix("_other") for name, box in table.items() if box.column == "other"}
    assert other == {name for name, box in table.items() if box.column == "databases"} - {
        "identified_databases",
        "identified_registers",
    } | {"identified"}
    assert {box.unit for box in table.values()} == {"records", "reports", "studies"}
    assert all(box.means.endswith(".") and box.wording for box in table.values())


def number(element: etree._Element, name: str) -> float:
    return float(element.get(name))


label = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=80)
counted = st.lists(st.tuples(st.sampled_from(sorted(boxes())), st.none() | label, st.integers(0, 10**9)), max_size=60)


@settings(max_examples=60)
@given(counted)
def test_boxes_never_overlap_and_text_never_leaves_its_box(rows: Rows) -> None:
    first = prisma_svg(rows, title="A review", caption="As of today.")
    assert first == prisma_svg(rows, title="A review", caption="As of today.")
    root = etree.fromstring(first.encode())
    frames = [
        (number(r, "x"), number(r, "y"), number(r, "x") + number(r, "width"), number(r, "y") + number(r, "height"))
        for r in root.iter("{*}rect")
        if r.get("stroke")
    ]
    for a, b in combinations(frames, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    width, height = number(root, "width"), number(root, "height")
    assert all(x0 >= 0 and y0 >= 0 and x1 <= width and y1 <= height for x0, y0, x1, y1 in frames)
    for text in root.iterfind(".//{*}g//{*}text"):
        x, y, wide = number(text, "x"), number(text, "y"), svg.text_width(text.text or "", SIZE)
        assert any(
            x0 <= x and y0 < y - SIZE * 0.7 and x + wide <= x1 - PAD_X + 0.01 and y < y1 for x0, y0, x1, y1 in frames
        ), text.text


def test_every_arrow_ends_at_a_box() -> None:
    root = drawn([*UPDATE, ("awaiting_screening", None, 5), ("awaiting_full_text_other", None, 5)])
    rects = [r for r in root.iter("{*}rect") if r.get("stroke")]
    heads = [path for path in root.iter("{*}path") if path.get("fill") != "none"]
    assert len(heads) >= 16
    for head in heads:
        x, y = map(float, re.match(r"M(\S+) (\S+)", head.get("d")).groups())  # type: ignore[union-attr]
        assert any(
            (abs(x - left) < 0.02 or abs(x - left - wide) < 0.02 or abs(y - top) < 0.02)
            and left - 0.02 <= x <= left + wide + 0.02
            and top - 0.02 <= y <= top + high + 0.02
            for left, top, wide, high in ([number(r, k) for k in ("x", "y", "width", "height")] for r in rects)
        )

"""Pictures of saturation, drift and subgroups: every number stands in them, and none is drawn that is not there."""

from __future__ import annotations

from lxml import etree

from tasks.publish.synthesis_figures import VERSIONS, drift_svg, matrix_svg, saturation_svg

BRINGS = [(1, "Fern", 3, 3, 1.0, 2.0, 3.0), (2, "Oak & Co", 0, 3, 2.0, 3.0, 4.0), (3, "Moss", 2, 5, 5.0, 5.0, 5.0)]
MATRIX = [
    ("Trust", "Fictonia", 1, 2),
    ("Trust", "(not extracted)", 0, 1),
    ("Hope", "Fictonia", 2, 2),
    ("Hope", "(not extracted)", 0, 1),
]


def groups(drawn: str) -> dict[str, list[str]]:
    """Spoken title → the elements in it."""
    return {
        group.find("{*}title").text: [etree.QName(part).localname for part in group][1:]
        for group in etree.fromstring(drawn.encode()).iter("{*}g")
    }


def printed(drawn: str) -> list[str]:
    return [part.text for part in etree.fromstring(drawn.encode()).iter("{*}text")]


def test_saturation_has_a_point_a_study_within_the_band() -> None:
    drawn = saturation_svg(BRINGS, title="Codes")
    assert list(groups(drawn)) == [
        "Fern: 3 new, 3 in all; 1 to 3 in random orders",
        "Oak & Co: 0 new, 3 in all; 2 to 4 in random orders",
        "Moss: 2 new, 5 in all; 5 to 5 in random orders",
    ]
    assert [word for word in printed(drawn) if word.startswith("+")] == ["+3", "+0", "+2"]
    assert "5 4" in drawn  # the median is told by its dashes


def test_nothing_coded_is_an_empty_picture() -> None:
    assert groups(saturation_svg([], title="Codes")) == {}
    assert groups(drift_svg([], title="Drift")) == {}
    assert groups(matrix_svg([], title="By country")) == {}


def test_drift_marks_what_changed_and_only_that() -> None:
    drawn = drift_svg([(1, "Trust", 2, 5), (2, "Trust", 2, 5), (3, "Trust", 2, 6), (1, "Hope", 0, 0)], title="Drift")
    assert list(groups(drawn)) == [
        "Trust, version 1: 2 studies, 5 codings", "Trust, version 2: 2 studies, 5 codings",
        "Trust, version 3: 2 studies, 6 codings", "Hope, version 1: 0 studies, 0 codings",
    ]  # fmt: skip
    outlined = [
        rect.getparent().find("{*}title").text
        for rect in etree.fromstring(drawn.encode()).iter("{*}rect")
        if rect.get("stroke")
    ]
    assert outlined == ["Trust, version 3: 2 studies, 6 codings"]


def test_of_many_versions_the_first_the_newest_and_those_with_a_change_are_drawn() -> None:
    rows = [(version, "Trust", 1 + (version >= 40), 1) for version in range(1, 101)]
    shown = [word for word in printed(drift_svg(rows, title="Drift")) if word.startswith("v")]
    assert shown == ["v1", "v40", "v100"]
    every = [(version, "Trust", version, 1) for version in range(1, 101)]
    assert sum(word.startswith("v") for word in printed(drift_svg(every, title="Drift"))) == VERSIONS


def test_a_subgroup_without_support_has_its_denominator_and_no_square() -> None:
    drawn = matrix_svg(MATRIX, title="By country")
    assert groups(drawn) == {
        "Trust, Fictonia: 1 of 2 studies": ["rect", "text"],
        "Trust, (not extracted): 0 of 1 studies": ["text"],
        "Hope, Fictonia: 2 of 2 studies": ["rect", "text"],
        "Hope, (not extracted): 0 of 1 studies": ["text"],
    }
    words = printed(drawn)
    assert words.index("Fictonia") < words.index("(not extracted)")

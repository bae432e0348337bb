"""Traffic lights and bars of the appraisal: every answer told by shape and sign, and nothing left out."""

from __future__ import annotations

from lxml import etree

from tasks.publish.appraisal import bars_svg, lights_svg

CASP = ["yes", "can't tell", "no"]
LIGHTS = [
    ("Birch 2019", 1, "aims", "yes"), ("Birch 2019", 6, "role", "no"),
    ("Oak 2020", 1, "aims", "can't tell"), ("Oak 2020", 6, "role", "reviewers differ"),
]  # fmt: skip
BARS = [(1, "aims", "yes", 27), (1, "aims", "can't tell", 2), (6, "role", "yes", 5), (6, "role", "no", 24)]


def groups(drawn: str) -> dict[str, tuple[list[str], list[str]]]:
    """Spoken title → what is drawn (elements) and printed."""
    return {
        group.find("{*}title").text: (
            [etree.QName(part).localname for part in group][1:],
            [part.text for part in group.iterfind("{*}text")],
        )
        for group in etree.fromstring(drawn.encode()).iter("{*}g")
    }


def printed(drawn: str) -> list[str]:
    return [part.text for part in etree.fromstring(drawn.encode()).iter("{*}text")]


def test_each_answer_has_a_shape_and_a_sign_of_its_own():
    assert groups(lights_svg(LIGHTS, answers=CASP, title="CASP")) == {
        "Birch 2019, 1 aims: yes": (["circle", "text"], ["+"]),
        "Birch 2019, 6 role: no": (["path", "text"], ["–"]),
        "Oak 2020, 1 aims: can't tell": (["rect", "text"], ["?"]),
        "Oak 2020, 6 role: reviewers differ": (["circle", "text"], ["≠"]),
    }


def test_the_legend_explains_the_checklists_answers_and_what_else_occurs():
    words = printed(lights_svg(LIGHTS, answers=CASP, title="CASP"))
    assert [word for word in words if word in (*CASP, "reviewers differ", "reports differ", "not appraised")] == [
        *CASP, "reviewers differ",
    ]  # fmt: skip


def test_answers_of_a_checklist_of_the_teams_own_bear_their_first_letter():
    drawn = lights_svg(
        [("Oak", 1, "depth", "thick"), ("Oak", 2, "ties", "bare")], answers=["thick", "bare"], title="Ours"
    )
    assert [signs for _, signs in groups(drawn).values()] == [["T"], ["B"]]


def test_bars_print_sign_and_number_and_add_up():
    drawn = bars_svg(BARS, answers=CASP, title="CASP")
    assert {title: words for title, (_, words) in groups(drawn).items()} == {
        "1 aims: 27 reports yes": ["+ 27"],
        "1 aims: 2 reports can't tell": ["? 2"],
        "6 role: 5 reports yes": ["+ 5"],
        "6 role: 24 reports no": ["– 24"],
    }
    wide = [
        float(part.get("width"))
        for part in etree.fromstring(drawn.encode()).iter("{*}rect")
        if part.get("stroke-width")
    ]
    assert round(sum(wide[:2])) == round(sum(wide[2:])) == 460


def test_no_study_is_an_empty_picture():
    for drawn in (lights_svg([], answers=CASP, title="CASP"), bars_svg([], answers=CASP, title="CASP")):
        assert groups(drawn) == {}

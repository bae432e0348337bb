"""compare.sql by itself: at which level two records meet, field by field, whichever of them comes first; and what that is worth."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tasks.deduplicate import standalone
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.weights import HERE, prepare

Side = dict[str, Any]
#: Features of a record that say nothing, but for a page that is one.
BASE: Side = {
    "title": "", "words": "", "generic": False, "foreign_title": False, "authors": [], "year": None, "journal": "",
    "parallel": None, "issn": None, "volume": None, "number": None, "supplement": None, "series_of_supplements": False,
    "page": None, "page_end": None, "page_mark": "", "page_sure": True, "doi": None, "pmid": None, "abstract": None,
}  # fmt: skip
#: Two hundred letters in no order.
LETTERS = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(4))[:200]
FIVE = "alpha bravo charlie delta echo"


def title(letters: str, words: str = FIVE, **more: Any) -> Side:
    return {"title": letters, "words": words, **more}


def cut(length: int, wrong: int = 0, start: int = 0) -> str:
    """So many of the letters, the first `wrong` of them exchanged."""
    return "x" * wrong + LETTERS[start + wrong : start + length]


def late(length: int, wrong: int) -> str:
    """So many of the letters, the last `wrong` of them exchanged."""
    return LETTERS[: length - wrong] + "x" * wrong


TEN = ["ade", "ben", "cem", "dov", "eli", "fay", "gil", "hal", "ida", "jon"]


def people(*names: str, **more: Any) -> Side:
    return {"authors": list(names), **more}


def with_common(n: int, *, first: bool) -> Side:
    """Ten names of which n are among TEN, its first among them or not."""
    common = TEN[:n] if first else TEN[1 : n + 1]
    rest = [f"zz{number}{number}" for number in range(10 - n)]
    return people(*(common + rest if first else rest[:1] + common + rest[1:]))


def pages(first: int, last: int | None = None, mark: str = "", **more: Any) -> Side:
    return {"page": first, "page_end": last, "page_mark": mark, **more}


def abstract(common: int, own: str, words: int = 20) -> str:
    """An abstract of so many words (over 200 letters), the first of them common to all."""
    return " ".join([f"commonword{n}" for n in range(common)] + [f"{own}{n}word{n}" for n in range(words - common)])


CASES: dict[str, list[tuple[str, Side, Side]]] = {
    "year": [
        ("unknown", {"year": 2014}, {}),
        ("same", {"year": 2014}, {"year": 2014}),
        ("adjacent", {"year": 2014}, {"year": 2015}),
        ("different", {"year": 2014}, {"year": 2016}),
        ("different", {"year": 1914}, {"year": 2014}),
        ("unknown", {"year": 1913}, {"year": 2014}),
    ],
    "journal": [
        ("unknown", {"journal": "nursing"}, {}),
        ("unknown", {"journal": "nursing"}, {"journal": None}),
        ("same", {"journal": "nursing"}, {"journal": "nursing"}),
        ("same", {"journal": "nursing", "issn": ["1234-5678"]}, {"journal": "pflege", "issn": ["1234-5678"]}),
        ("same", {"journal": "nursing", "issn": ["1234-5678", "1111-1111"]}, {"journal": "pflege", "issn": ["1234-5678", "2222-2222"]}),
        ("different", {"journal": "nursing", "issn": ["1234-5678"]}, {"journal": "pflege", "issn": ["8765-4321"]}),
        ("same", {"journal": "j clin device res"}, {"journal": "journal clinical device research"}),
        ("same", {"journal": "bio medical nursing"}, {"journal": "biomedical nursing"}),
        ("same", {"journal": "revue", "parallel": ["revue", "pflege"]}, {"journal": "pflege"}),
        ("same", {"journal": "revue", "parallel": ["revue", "pflege"]}, {"journal": "soins", "parallel": ["soins", "pflege"]}),
        ("unknown", {"journal": "中华护理杂志"}, {"journal": "nursing"}),
        ("unknown", {"journal": "中华护理杂志"}, {"journal": "虚构医学学报"}),
        ("different", {"journal": "сестринское дело"}, {"journal": "вестник хирургии"}),
        ("longer_name", {"journal": "circulation"}, {"journal": "circulation research"}),
        ("namesake", {"journal": "j periodontol"}, {"journal": "journal clinical periodontology"}),
        ("different", {"journal": "中华护理杂志"}, {"journal": "вестник хирургии"}),
        ("alike", {"journal": "nursing research"}, {"journal": "nursing reseerch"}),
        ("alike", {"journal": "zeta care devices"}, {"journal": "zulu cure drugs"}),
        ("different", {"journal": "zeta care"}, {"journal": "zulu cure"}),
        ("alike", {"journal": "jama"}, {"journal": "journal american medical association"}),
        ("different", {"journal": "nursing"}, {"journal": "surgery"}),
    ],
    "volume": [
        ("unknown", {"volume": "23"}, {}),
        ("same", {"volume": "23"}, {"volume": "23"}),
        ("different", {"volume": "23"}, {"volume": "24"}),
        ("unknown", {"volume": "2014", "year": 2014}, {"volume": "23"}),
        ("unknown", {"volume": "2014", "year": 2014}, {"volume": "23", "year": 2014}),
        ("different", {"volume": "2014", "year": 2014}, {"volume": "2015", "year": 2015}),
        ("same", {"volume": "290", "series_of_supplements": True}, {"volume": "63", "supplement": "290"}),
        ("unknown", {"volume": "290", "series_of_supplements": True}, {"volume": "63", "supplement": "291"}),
        ("different", {"volume": "290", "series_of_supplements": True}, {"volume": "63", "series_of_supplements": True}),
    ],
    "number": [
        ("unknown", {"number": "4"}, {}),
        ("same", {"number": "4"}, {"number": "4"}),
        ("different", {"number": "4"}, {"number": "5"}),
        ("same", {"number": "11", "supplement": "1"}, {"number": "4", "supplement": "1"}),
        ("different", {"number": "4", "supplement": "1"}, {"number": "4", "supplement": "2"}),
        ("unknown", {"number": "4", "supplement": ""}, {"number": "4", "supplement": "2"}),
        ("unknown", {"supplement": "4"}, {"number": "4"}),
        ("unknown", {"supplement": ""}, {"number": "4"}),
        ("different", {"supplement": "2"}, {"number": "4"}),
        ("unknown", {"number": "99"}, {"number": "100"}),
        ("different", {"number": "100"}, {"number": "101"}),
        ("different", {"number": "10"}, {"number": "11"}),
        ("unknown", {"number": "311"}, {"number": "2043", "page": 311}),
        ("different", {"number": "31"}, {"number": "44", "page": 31}),
    ],
    "page": [
        ("unknown", pages(311), {}),
        ("same", pages(311), pages(311)),
        ("same_unsure", pages(311), pages(311, page_sure=False)),
        ("same_unsure", pages(311, page_sure=False), pages(311, page_sure=False)),
        ("unknown", pages(311), pages(312, page_sure=False)),
        ("different", pages(311), pages(312)),
        ("same", pages(31, mark="e"), pages(31)),
        ("same_unsure", pages(30, mark="e"), pages(30)),
        ("same", pages(30, mark="e"), pages(30, mark="e")),
        ("same_unsure", pages(311, mark="s"), pages(311)),
        ("same_unsure", pages(311, mark="p"), pages(311)),
        ("same", pages(311, mark="s"), pages(311, mark="s")),
        ("overlapping", pages(311, 322), pages(315, 330)),
        ("overlapping", pages(311, 322), pages(321, 330)),
        ("different", pages(311, 322), pages(322, 330)),
        ("different", pages(311, 322, "s"), pages(315, 330)),
        ("overlapping", pages(311, 322, volume="23"), pages(315, 330, volume="23")),
        ("different", pages(311, 322, volume="23"), pages(315, 330, volume="24")),
        ("overlapping", pages(311, 322, volume="23", year=2014), pages(315, 330, volume="23", year=2015)),
        ("overlapping", pages(311, 322, year=2014), pages(315, 330, year=2014)),
        ("different", pages(311, 322, year=2014), pages(315, 330, year=2015)),
        ("unknown", pages(1, 14), pages(114455, mark="e")),
        ("unknown", pages(1, 14), pages(114, mark="e")),
        ("unknown", pages(1, 14), pages(1000)),
        ("different", pages(1, 14), pages(999)),
        ("unknown", pages(1, 10), pages(311, 320)),
        ("unknown", pages(1, 5), pages(311, 315, volume="23")),
        ("different", pages(1, 4), pages(311, 314)),
        ("different", pages(1, 10), pages(311, 321)),
        ("different", pages(2, 11), pages(311, 320)),
        ("different", pages(1, 10, volume="22"), pages(311, 320, volume="23")),
        ("different", pages(2, 14), pages(1000)),
        ("different", pages(2, 14), pages(114455, mark="e")),
    ],
    "doi": [
        ("unknown", {"doi": "10.5555/a"}, {}),
        ("same", {"doi": "10.5555/a"}, {"doi": "10.5555/a"}),
        ("different", {"doi": "10.5555/a"}, {"doi": "10.5555/b"}),
    ],
    "pmid": [
        ("unknown", {"pmid": "1"}, {}),
        ("same", {"pmid": "1"}, {"pmid": "1"}),
        ("different", {"pmid": "1"}, {"pmid": "2"}),
    ],
    "title": [
        ("unknown", title("ab"), title("ab")),
        ("same_short", title("abc"), title("abc")),
        ("unknown", title("植入式神经刺激器"), title(cut(30))),
        ("same_recurring", title(cut(60), generic=True), title(cut(60), generic=True)),
        ("same_short", title("editorial", generic=True, pmid="1"), title("editorial", generic=True, pmid="1")),
        ("same_short", title("editorial", generic=True, doi="10.5555/a"), title("editorial", generic=True, doi="10.5555/a")),
        ("same_recurring", title("editorial", generic=True, doi="10.5555/a"), title("editorial", generic=True, doi="10.5555/b")),
        ("same_short", title(cut(29)), title(cut(29))),
        ("same", title(cut(30)), title(cut(30))),
        # Letters are counted in the first 150, where at least two words in five agree.
        ("nearly_same", title(cut(100)), title(cut(100, 6))),
        ("similar", title(cut(100)), title(cut(100, 7))),
        ("similar", title(cut(100)), title(cut(100, 20))),
        ("somewhat_alike", title(cut(100)), title(cut(100, 21))),
        ("somewhat_alike", title(cut(100)), title(cut(100, 40))),
        ("different", title(cut(100)), title(cut(100, 41))),
        ("translated", title(cut(100)), title(cut(100, 41), foreign_title=True)),
        ("somewhat_alike", title(cut(100)), title(cut(100, 40), foreign_title=True)),
        ("nearly_same", title(cut(20)), title(cut(20, 1))),
        ("similar", title(cut(19)), title(cut(19, 1))),
        ("nearly_same", title(cut(100)), title(cut(100, 1), "alpha bravo one two three")),
        ("different", title(cut(100)), title(cut(100, 1), "alpha golf one two three")),
        ("nearly_same", title(cut(100), "alpha bravo"), title(cut(100, 1), "alpha bravo charlie one two three")),
        ("same", title(cut(200)), title(late(200, 50))),
        ("nearly_same", title(cut(200)), title(late(200, 51))),
        ("nearly_same", title(cut(150)), title(late(150, 9))),
        ("similar", title(cut(150)), title(late(150, 10))),
        # A part: at either end, from twelve letters on; with letters that differ, from twenty, where three words in five agree.
        ("contained", title(cut(30)), title(cut(60))),
        ("contained", title(cut(30, start=30)), title(cut(60))),
        ("similar", title(cut(29)), title(cut(60))),
        ("similar", title(cut(12)), title(cut(60))),
        # Fewer letters, at the start, are a title that was cut.
        ("unknown", title(cut(11)), title(cut(30))),
        ("different", title(cut(11)), title(cut(29))),
        ("different", title(cut(11, start=49)), title(cut(60))),
        ("contained", title(cut(30)), title(cut(32))),
        ("contained", title(cut(100, 4)), title(cut(180))),
        ("similar", title(cut(100, 5)), title(cut(180))),
        ("similar", title(cut(50, 3)), title(cut(100))),
        ("contained", title(late(100, 4)), title("y" * 80 + cut(100))),
        ("similar", title(late(100, 5)), title("y" * 80 + cut(100))),
        ("contained", title(cut(100, 4)), title(cut(180), "alpha bravo charlie one two")),
        ("somewhat_alike", title(cut(100, 4)), title(cut(180), "alpha bravo one two three")),
        ("similar", title(cut(20, 1)), title(cut(60))),
        ("different", title(cut(19, 1)), title(cut(60))),
        ("contained", title(LETTERS[:130] + "x" * 20), title(LETTERS)),
        # Where no spaces set words apart, letters are counted at once.
        ("nearly_same", title("植入式神经刺激器患者的日常体验与家庭" * 2, "a"), title("植入式神经刺激器患者的日常体验与家人" * 2, "b")),
        ("different", title(cut(100), "a"), title(cut(100, 1), "b")),
    ],
    "author": [
        ("unknown", people("brandt", "otto"), {}),
        ("same", people("brandt", "otto"), people("otto", "brandt")),
        ("same", people("brandt", "otto"), people("brandt", "otto")),
        ("same", people(*TEN), with_common(7, first=False)),
        ("in_common", people(*TEN), with_common(6, first=False)),
        ("in_common", people(*TEN), with_common(3, first=False)),
        ("alike", people(*TEN), with_common(2, first=False)),
        ("alike", people(*TEN), with_common(1, first=False)),
        ("in_common", people(*TEN), with_common(1, first=True)),
        ("same_single", people("brandt"), people("brandt")),
        ("same_single", people("brandt"), people("brandt", "otto")),
        ("in_common", people("brandt"), people("otto", "brandt")),
        ("in_common", people("brandt", "otto"), people("brandt", "silva")),
        ("alike", people("halvorsen", "ann"), people("halvorson", "bea")),
        # By the first surname alone, where the whole names are far apart, and not by one that is less alike.
        ("alike", people("marsden", "quimbey"), people("marston", "wappzick")),
        ("different", people("quisto", "umbey"), people("questa", "wappzick")),
        ("alike", people("o", "kaforbrandt"), people("okafor", "brandt")),
        ("different", people("brandt"), people("silva")),
        ("unknown", people("王芳"), people("brandt")),
        ("unknown", people("王芳", **title(cut(30))), people("李伟", **title(cut(30)))),
        ("unknown", people("王芳", **title(cut(100))), people("李伟", **title(cut(100, 40)))),
        ("different", people("王芳", **title(cut(100))), people("李伟", **title(cut(100, 41)))),
        ("different", people("王芳"), people("李伟")),
        ("in_common", people("who"), people("world", "health", "organization")),
        ("in_common", people("cdc"), people("centers", "for", "disease", "control")),
        ("different", people("wh"), people("world", "health")),
        ("different", people("who", "brandt"), people("world", "health", "organization")),
        # One DOI and title: given names in the families' place, or another report's authors.
        ("unknown", people("brandt", doi="10.5555/a", **title(cut(30))), people("silva", doi="10.5555/a", **title(cut(30)))),
        ("different", people("brandt", doi="10.5555/a", **title(cut(29))), people("silva", doi="10.5555/a", **title(cut(29)))),
        ("different", people("brandt", doi="10.5555/a", **title(cut(60))), people("silva", doi="10.5555/a", **title(cut(60, 1)))),
        ("different", people("brandt", doi="10.5555/a", **title(cut(30))), people("silva", doi="10.5555/b", **title(cut(30)))),
    ],
}  # fmt: skip

#: Of one title, by the same people: the score alone lets abstracts be read. One half of each pair has the abstract of `own`.
TOGETHER = {**title(cut(60)), "authors": ["brandt", "otto"]}
SURE = {**TOGETHER, "journal": "nursing", "year": 2014, "volume": "23"}
SURE_NEARLY = SURE | title(cut(60, 1))
UNSURE = {"authors": ["brandt", "otto"], "journal": "nursing", "year": 2014, **pages(311, 322)}


def reading(common: int, a: Side, b: Side, more: tuple[int, int] = (20, 20)) -> tuple[Side, Side]:
    return {**a, "abstract": abstract(common, "left", more[0])}, {**b, "abstract": abstract(common, "right", more[1])}


CASES["abstract"] = [
    ("unknown", TOGETHER, TOGETHER),
    ("same", *reading(20, TOGETHER, TOGETHER)),
    ("same", *reading(16, TOGETHER, TOGETHER)),
    ("similar", *reading(15, TOGETHER, TOGETHER)),
    ("similar", *reading(11, TOGETHER, TOGETHER)),
    ("different", *reading(10, TOGETHER, TOGETHER)),
    ("same", *reading(16, TOGETHER, TOGETHER, (20, 30))),
    ("similar", *reading(11, TOGETHER, TOGETHER, (20, 30))),
    ("unknown", TOGETHER | {"abstract": "letter " * 28 + "end"}, TOGETHER | {"abstract": "letter " * 29}),
    ("same", TOGETHER | {"abstract": "letter " * 28 + "lett"}, TOGETHER | {"abstract": "letter " * 29}),
    # What is sure already is not read, but where something speaks against it.
    ("unknown", *reading(20, SURE, SURE)),
    ("same", *reading(20, SURE, SURE_NEARLY)),
    ("unknown", *reading(20, SURE | pages(311), SURE_NEARLY | pages(311))),
    ("same", *reading(20, SURE | pages(311) | {"number": "4"}, SURE | pages(311) | {"number": "5"})),
    ("same", *reading(20, SURE | pages(311) | {"doi": "10.5555/a"}, SURE | pages(311) | {"doi": "10.5555/b"})),
    ("same", *reading(20, SURE | {"doi": "10.5555/a"}, SURE | {"doi": "10.5555/b"})),
    # Nor what is of one title and page, whatever the score.
    ("unknown", *reading(20, TOGETHER | pages(311) | {"authors": ["brandt"]}, TOGETHER | pages(311) | {"authors": ["silva"]})),
    # But for a low page whose last pages differ: columns stand there, again and again.
    ("same", *reading(20, SURE | pages(9, 13), SURE | pages(9, 21))),
    ("unknown", *reading(20, SURE | pages(9, 13), SURE | pages(9, 13))),
    ("unknown", *reading(20, SURE | pages(100, 113), SURE | pages(100, 121))),
    # What is not one report anyhow is not read; what other titles leave open is.
    ("unknown", *reading(20, UNSURE | title("a" * 60), UNSURE | title("b" * 60) | pages(401))),
    ("same", *reading(20, UNSURE | title("a" * 60), UNSURE | title("b" * 60))),
]  # fmt: skip
ALL = [(field, level, a, b) for field, cases in CASES.items() for level, a, b in cases]
Compared = dict[str, Any]


@pytest.fixture(scope="module")
def compared() -> list[Compared]:
    """Each case as it is written, then each the other way round."""
    con = standalone.connect()
    prepare(con, [], Policy().least_score)
    load(con)
    return compare(con)


def load(con: duckdb.DuckDBPyConnection) -> None:
    both_ways = [(a, b) for _, _, a, b in ALL] + [(b, a) for _, _, a, b in ALL]
    sides = [
        {"id": f"{n}{name}", "content": 0, **BASE, **side}
        for n, pair in enumerate(both_ways)
        for name, side in zip("ab", pair, strict=True)
    ]
    con.register("sides", pl.DataFrame(sides, infer_schema_length=None).to_arrow())
    con.execute("INSERT INTO dedupe.feature BY NAME SELECT * EXCLUDE (abstract) FROM sides")
    con.execute("INSERT INTO dedupe_input BY NAME SELECT id, abstract FROM sides")
    con.unregister("sides")
    con.execute(
        "CREATE TEMP TABLE dedupe_batch AS SELECT id AS id_a, left(id, -1) || 'b' AS id_b FROM dedupe.feature WHERE id LIKE '%a'"
    )


def compare(con: duckdb.DuckDBPyConnection) -> list[Compared]:
    con.execute((HERE / "compare.sql").read_text(encoding="utf-8"))
    return con.sql("FROM dedupe_compared ORDER BY left(id_a, -1)::INT").pl().to_dicts()


@pytest.mark.parametrize("field", CASES)
def test_each_level(field: str, compared: list[Compared]) -> None:
    found = [
        (n, level, compared[n][field], compared[n + len(ALL)][field])
        for n, (of, level, _, _) in enumerate(ALL)
        if of == field
    ]
    wrong = [(ALL[n][1:], there, back) for n, level, there, back in found if not there == back == level]
    assert wrong == []


def test_two_scripts_are_one_where_both_have_it(compared: list[Compared]) -> None:
    assert {
        row["two_scripts"]
        for row, (_, _, a, b) in zip(compared, ALL * 2, strict=True)
        if a.get("title") == b.get("title")
    } == {False}
    assert any(row["two_scripts"] for row in compared)


def test_the_score_is_the_sum_of_the_levels_weights(compared: list[Compared]) -> None:
    with (Path(HERE) / "weights.csv").open(newline="", encoding="utf-8") as file:
        weights = {(row["field"], row["level"]): float(row["weight"]) for row in csv.DictReader(file)}
    fields = list(dict.fromkeys(field for field, _ in weights if field != "base"))
    places = {field: [level for of, level in weights if of == field] for field in fields}
    for row in compared:
        assert row["score"] == pytest.approx(
            weights["base", "any"] + sum(weights[field, row[field]] for field in fields)
        )
        assert row["levels"] == [places[field].index(row[field]) for field in fields]

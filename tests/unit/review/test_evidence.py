"""Evidence is of included reports: what was coded of others stays whole, and no view, table, export or page counts it.

A study of two reports, a study of one, a report that waits for its decision, and notes that are no report's were coded. Then a report of
each study is excluded; every number is held against the codings below, before and after.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import duckdb
import lxml.html
import polars as pl
import pytest

from tasks.publish import checklist
from tasks.review import status
from tasks.review.export_codings import CASES, count_not_included, export_project, read_matrix, read_quotes
from tasks.review.judge import decide
from tasks.review.rule_links import rule_on_studies
from tasks.review.site import write_site
from tasks.review.state_synthesis import import_statements
from tests.support.exports import Rec
from tests.support.projects import qdpx
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import reader

TITLES = {
    "1": "Nurses on community care for personality disorder", "2": "Time on the ward and what people make of it",
    "3": "Hope and its plans for another year", "4": "A talk that nobody has decided on",
}  # fmt: skip
STUDIES = {"1": "first", "2": "first", "3": "second"}
RULES = """
[screening.title-abstract]
votes = 1
[screening.full-text]
votes = 1
[synthesis]
refuted_by = 1
code_outside_themes_in = 1
"""
CHECKLISTS = Path(checklist.__file__).with_name("checklists")
BROKEN = Path(status.__file__).with_name("status_broken.sql")
#: Report, code and words.
CODED = [
    ("1", "trust", "Trust grows slowly."), ("1", "hope", "Hope is said to grow."), ("1", "doubt", "Trust grows slowly."),
    ("2", "trust", "Trust grows slowly."), ("2", "fear", "Nobody asked why."), ("2", "hope", "Nobody asked why."),
    ("3", "trust", "Trust grows slowly."), ("3", "hope", "Trust grows slowly."), ("3", "lone", "Nobody asked why."),
    ("4", "trust", "Trust grows slowly."), ("4", "lone", "Hope is said to grow."), ("Notes", "fear", "Trust grows slowly."),
]  # fmt: skip
TEXT = "Trust grows slowly. Hope is said to grow. Nobody asked why."
THEMES = {"trust": {"trust", "doubt"}, "hope": {"hope"}}
STATED = """
[[theme]]
id = "trust"
name = "Trust"
codes = ["trust", "doubt"]
[[theme]]
id = "hope"
name = "Hope"
codes = ["hope"]
[[finding]]
id = "grows"
finding = "Trust grows."
themes = ["trust"]
support = [{ code = "trust" }, { stance = "against", code = "doubt" }]
[[judgement]]
report = "3"
theme = "trust"
effect = "refuted"
reason = "No trust."
"""
_FINDING = """
[[finding]]
id = "f{n}"
report = "{n}"
finding = "It grows."
illustration = "Trust."
credibility = "credible"
category = "c"
"""
EXTRACTED = "".join(_FINDING.format(n=n) for n in TITLES) + '[[category]]\nid = "c"\nname = "Growth"\n'


@dataclass(frozen=True)
class State:
    """The published copy and the site, and the reports that are included."""

    copy: Path
    site: Path
    included: frozenset[str]

    @property
    def evidence(self) -> list[tuple[str, str, str]]:
        """The codings of included reports."""
        return [coding for coding in CODED if coding[0] in self.included]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, State]:
    root = tmp_path_factory.mktemp("evidence")
    small = SmallReview(root / "review", PROTOCOL + RULES)
    small.search("medline", "a", [Rec(id, title) for id, title in TITLES.items()])
    votes = "".join(f"{n},{stage},Ada,include\n" for n in (1, 2, 3) for stage in ("title-abstract", "full-text"))
    small.drop("decisions/votes.csv", f"id,stage,reviewer,verdict\n{votes}")
    names = TITLES | {"Notes": "Notes"}
    codings = [("Ada", code, names[report], words) for report, code, words in CODED]
    small.drop("coding/talk.qdpx", qdpx(dict.fromkeys(names.values(), TEXT), sorted({c for _, c, _ in CODED}), codings))
    small.drop("method/findings.toml", EXTRACTED)
    small.update()
    small.publish()
    rule_on_studies(small.review, ["1", "2"], "same", "Ada")
    (root / "said.toml").write_text(STATED)
    import_statements(small.review, root / "said.toml", "Ada")
    found = {}
    for name, included in (("all", {"1", "2", "3"}), ("two excluded", {"1"})):
        for report in {"1", "2", "3"} - included:
            decide(
                small.review, report, stage="full-text", verdict="exclude", reviewer="Ada", reason="Wrong population"
            )
        small.update()
        small.publish()
        shutil.copy(small.review.published_warehouse, root / f"{name}.duckdb")
        found[name] = State(
            root / f"{name}.duckdb", write_site(small.review, root / f"{name} site").folder, frozenset(included)
        )
    return found


@pytest.fixture(params=["all", "two excluded"])
def state(states: dict[str, State], request: pytest.FixtureRequest) -> State:
    return states[request.param]


@pytest.fixture
def con(state: State) -> Iterator[duckdb.DuckDBPyConnection]:
    with reader(state.copy) as con:
        yield con


def ask(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return con.execute(query).fetchall()


def count_pairs(state: State) -> dict[tuple[str, str], int]:
    """How many studies each two codes occur in together."""
    found: dict[tuple[str, str], int] = {}
    for study in {STUDIES[report] for report in state.included}:
        codes = sorted({code for report, code, _ in state.evidence if STUDIES[report] == study})
        for pair in combinations(codes, 2):
            found[pair] = found.get(pair, 0) + 1
    return found


def test_what_was_coded_stays_and_says_whether_its_report_is_included(
    state: State, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert ask(con, "SELECT count(*) FROM coding") == [(len(CODED),)]
    for view in ("coding_final", "quote", "coding_segment"):
        counted = ask(con, f"SELECT count(*), count(*) FILTER (included) FROM {view}")
        assert counted == [(len(CODED), len(state.evidence))]
    parts, _ = export_project(con, tmp_path / "all.qdpx", name="x", final=True)
    assert parts.coding.height == len(CODED)


def test_status_names_what_was_coded_of_a_report_that_waits(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("SET VARIABLE today = DATE '2020-02-01'")
    told = [detail for _, what, _, detail in ask(con, BROKEN.read_text(encoding="utf-8")) if what == "coding"]
    ((report,),) = ask(con, f"SELECT report_id FROM report WHERE title = '{TITLES['4']}'")
    assert told == [
        f"2 coded segments of a report are no evidence before the report is included: such as {report}, awaiting screening"
    ]


def test_tables_of_quotes_and_matrices_hold_the_evidence(state: State, con: duckdb.DuckDBPyConnection) -> None:
    quotes = read_quotes(con)
    assert sorted(quotes.select("code", "quote").rows()) == sorted((code, words) for _, code, words in state.evidence)
    assert count_not_included(con) == len(CODED) - len(state.evidence)
    cases = {
        "study": len({STUDIES[r] for r in state.included}),
        "report": len(state.included),
        "document": len(state.included),
        "coder": 1,
    }
    for case, (column, _) in CASES.items():
        matrix = read_matrix(con, case=case, counts=True)
        assert matrix.height == cases[case]
        codes = [name for name in matrix.columns if name not in (case, column)]
        assert matrix.select(pl.sum_horizontal(codes).sum()).item() == len(state.evidence)


def test_themes_and_findings_rest_on_the_evidence(state: State, con: duckdb.DuckDBPyConnection) -> None:
    behind = {theme: [c for c in state.evidence if c[1] in codes] for theme, codes in THEMES.items()}
    expected = {
        theme: (len({STUDIES[r] for r, *_ in of}), len({r for r, *_ in of}), len(of)) for theme, of in behind.items()
    }
    assert {
        id: numbers for id, *numbers in ask(con, "SELECT theme_id, studies, reports, codings FROM theme_evidence")
    } == {theme: list(numbers) for theme, numbers in expected.items()}
    total = sum(map(len, behind.values()))
    assert ask(con, "SELECT (SELECT count(*) FROM theme_support), (SELECT count(*) FROM table_3)") == [(total, total)]
    stances = [sum(code == of for _, code, _ in state.evidence) for of in ("trust", "doubt")]
    assert ask(con, "SELECT codings_for, codings_against FROM finding_evidence") == [tuple(stances)]
    assert ask(con, "SELECT count(*) FROM finding_support") == [(sum(stances),)]


def test_codes_are_counted_in_the_evidence(state: State, con: duckdb.DuckDBPyConnection) -> None:
    together = """
    SELECT least(a.path, b.path), greatest(a.path, b.path), studies
    FROM code_together JOIN code AS a ON a.code_id = code_a JOIN code AS b ON b.code_id = code_b
    """
    assert {(a, b): n for a, b, n in ask(con, together)} == count_pairs(state)
    used = {code for _, code, _ in state.evidence}
    assert ask(con, "SELECT max(codes), sum(new_codes) FROM saturation") == [(len(used), len(used))]
    assert {row[0] for row in ask(con, "SELECT path FROM code_first_seen JOIN code USING (code_id)")} == used
    due = {("theme", "trust")} if "3" in state.included else set()
    due |= {("code", code) for code in used - THEMES["trust"] - THEMES["hope"]}
    assert set(ask(con, "SELECT element, CASE element WHEN 'code' THEN name ELSE id END FROM synthesis_trigger")) == due


def test_what_other_methods_extract_counts_of_included_reports(state: State, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(con, "SELECT count(*), count(*) FILTER (included) FROM study_finding") == [(4, len(state.included))]
    assert ask(con, "SELECT findings, studies FROM finding_category") == [
        (len(state.included), len({STUDIES[r] for r in state.included}))
    ]


def test_the_site_shows_the_evidence(state: State, con: duckdb.DuckDBPyConnection) -> None:
    downloads = state.site / "downloads"
    assert pl.read_csv(downloads / "quotes.csv").height == len(state.evidence)
    together = pl.read_csv(downloads / "codes-together.csv").select("path_a", "path_b", "studies").rows()
    assert {(min(a, b), max(a, b)): n for a, b, n in together} == count_pairs(state)
    shown = {row["path"]: (row["studies"], row["codings"]) for row in pl.read_csv(downloads / "codes.csv").to_dicts()}
    for code, numbers in shown.items():
        of = [report for report, coded, _ in state.evidence if coded == code]
        assert numbers == (len({STUDIES[report] for report in of}), len(of)), code
    for theme, codes in THEMES.items():
        page = lxml.html.parse(str(state.site / "themes" / f"{theme}.html"))
        assert len(page.xpath("//blockquote")) == sum(code in codes for _, code, _ in state.evidence)
    assert sum(
        len(lxml.html.parse(str(page)).xpath("//blockquote")) for page in (state.site / "studies").glob("*.html")
    ) == len(state.evidence)


def test_the_checklists_report_the_evidence(state: State, con: duckdb.DuckDBPyConnection) -> None:
    says = {
        name: ask(con, (CHECKLISTS / "says" / f"{name}.sql").read_text(encoding="utf-8"))[0][0]
        for name in ("coders", "coding_process")
    }
    assert says["coders"] == f"Coders: 1 (Ada); texts coded: {len(state.included)}, by two or more: 0."
    used = len({code for _, code, _ in state.evidence})
    assert says["coding_process"].startswith(f"Codings of included reports {len(state.evidence)}, of {used} codes of ")

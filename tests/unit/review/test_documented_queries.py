"""Every query of README and docs, on a review in which what joins wrongly counts twice: each is held against its base tables.

There is a study of two reports, of two countries, appraised by two; a report that two coders coded, alike and not; a coding of a text
that is no report's; a theme over another; and a project in two deliveries.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from schemas.dictionary import tables
from tasks.review.rule_links import rule_on_studies
from tasks.review.state_synthesis import import_statements
from tests.support.exports import Rec
from tests.support.projects import qdpx
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import reader

ROOT = Path(__file__).parents[3]
PAGES = [
    ROOT / "README.md",
    *sorted(path for path in (ROOT / "docs").glob("*.md") if path.name not in ("data-dictionary.md", "queries.md")),
]
TITLES = (
    "Nurses on community care for personality disorder",
    "Time on the ward and what people make of it",
    "Hope and its plans for another year",
)
RULES = """
[screening.title-abstract]
votes = 1
[screening.full-text]
votes = 1
[synthesis]
refuted_by = 1
code_outside_themes_in = 1
stale_confidence = 1
[coding]
coders = ["Ada", "Ben"]
[[extraction.field]]
name = "country"
label = "Country"
type = "choices"
options = ["Fictonia", "Sampleton"]
[[extraction.field]]
name = "participants"
label = "Participants"
type = "number"
"""
WORDS = ("Trust grows slowly.", "Hope is said to grow.", "Nobody asked why.")
TEXTS = {**dict.fromkeys(TITLES, " ".join(WORDS)), "Notes": "Trust grows in notes."}
FIRST = [
    ("Ada", "trust", TITLES[0], WORDS[0]), ("Ben", "trust", TITLES[0], WORDS[0]), ("Ada", "hope", TITLES[0], WORDS[1]),
    ("Ben", "doubt", TITLES[0], WORDS[2]), ("Ada", "trust", TITLES[1], WORDS[0]), ("Ada", "doubt", TITLES[1], WORDS[0]),
    ("Ada", "trust", "Notes", "Trust grows"),
]  # fmt: skip
MORE = [*FIRST, ("Ada", "hope", TITLES[2], WORDS[1]), ("Ada", "lone", TITLES[2], WORDS[2])]
SHEET = """report_id,country,participants,extractor
1,Fictonia; Sampleton,12,Ada
1,Fictonia; Sampleton,12,Ben
2,Sampleton,12,Ada
3,Fictonia,9,Ada
"""
APPRAISED = "report_id,reviewer,Q6,Q1\n1,Ada,yes,yes\n1,Ben,yes,no\n2,Ada,yes,yes\n3,Ada,no,yes\n"
STATED = """
[[theme]]
id = "trust"
name = "Trust"
codes = ["trust", "doubt"]
[[theme]]
id = "all"
name = "All"
level = "analytic"
codes = ["hope", "trust"]
parts = ["trust"]
[[finding]]
id = "grows"
finding = "Trust grows."
themes = ["trust", "all"]
support = [{ code = "trust" }, { stance = "against", code = "doubt" }, { stance = "nuance", quote = "Hope is said", document = "TITLE" }]
[[judgement]]
report = "3"
theme = "trust"
effect = "refuted"
reason = "No trust."
""".replace("TITLE", TITLES[0])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    small = SmallReview(tmp_path_factory.mktemp("documented") / "review", PROTOCOL + RULES)
    small.search("medline", "a", [Rec(str(n), title) for n, title in enumerate(TITLES, 1)])
    small.search("cinahl", "b", [Rec("c1", TITLES[0])])
    votes = "".join(f"{n},{stage},Ada,include\n" for n in (1, 2, 3) for stage in ("title-abstract", "full-text"))
    small.drop("decisions/votes.csv", f"id,stage,reviewer,verdict\n{votes}")
    small.drop("coding/talk.qdpx", qdpx(TEXTS, ["trust", "hope", "doubt", "unused"], FIRST))
    small.drop("extraction/sheet.csv", SHEET)
    small.drop("appraisal/casp.csv", APPRAISED)
    small.update(check=False)
    small.publish()
    rule_on_studies(small.review, ["1", "2"], "same", "Ada")
    small.drop("coding/talk.qdpx", qdpx(TEXTS, ["trust", "hope", "doubt", "unused", "lone"], MORE))
    small.update(check=False)
    small.publish()
    said = small.review.root / "said.toml"
    said.write_text(STATED)
    import_statements(small.review, said, "Ada")
    small.update(check=False)
    small.publish()
    return small


def ask(small: SmallReview, query: str) -> pl.DataFrame:
    with reader(small.review.published_warehouse) as con:
        frame: pl.DataFrame = con.sql(query).pl()
        return frame


def queries(text: str) -> list[str]:
    """The queries of a page: what stands in a block of SQL, each that begins on an indented line, and each in the run of a line."""
    blocks = [
        query
        for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
        for query in re.split(r"\n\n(?=-- \d)", block.strip())
    ]
    return (
        blocks
        + re.findall(r"^    ((?:FROM|SELECT|WITH) [^;]+);", text, re.MULTILINE)
        + re.findall(r"`((?:FROM|SELECT|WITH) [^`]+)`", text)
    )


DOCUMENTED = sorted({query for page in PAGES for query in queries(page.read_text(encoding="utf-8"))})
RELATIONS = sorted({found[1] for query in DOCUMENTED if (found := re.fullmatch(r"FROM (\w+)", query.strip()))})


def test_there_are_queries_of_each_kind() -> None:
    assert sum(query.startswith("--") for query in DOCUMENTED) >= 5
    assert len(RELATIONS) >= 18


@pytest.mark.parametrize("query", DOCUMENTED, ids=lambda query: " ".join(query.split())[:60])
def test_each_query_runs_and_each_relation_has_one_row_for_its_key(small: SmallReview, query: str) -> None:
    found = ask(small, query)
    name = re.fullmatch(r"FROM (\w+)", query.strip())
    if name is None:
        return
    model = tables()[f"main.{name[1]}"]
    key = list(model.Config.__dict__.get("unique", ())) or [
        c for c, field in model.to_schema().columns.items() if field.unique
    ]
    if key:
        assert found.select(key).n_unique() == found.height


#: Documented relation → what it counts, and the same from the base tables.
HELD = {
    "coding": ("SELECT count(*) FROM coding", "SELECT count(*) FROM core.coding SEMI JOIN coding_project USING (arrival_id)"),
    "coding_final": (
        "SELECT count(*) FROM coding_final",
        "SELECT (SELECT count(*) FROM coding) - (SELECT count(*) FROM core.left_out_coding) + (SELECT count(*) FROM core.settled_coding)",
    ),
    "quote": ("SELECT count(*), count(DISTINCT coding_id) FROM quote", "SELECT count(*), count(*) FROM coding_final"),
    "code": ("SELECT count(*) FROM code", "SELECT count(*) FROM core.code SEMI JOIN coding_project USING (arrival_id)"),
    "coding_plan": (
        "SELECT sum(codings) FROM coding_plan", "SELECT count(*) FROM coding WHERE report_id IS NOT NULL"
    ),
    "coding_import": (
        "SELECT sum(kept + changed + added), sum(kept + changed + gone) FROM coding_import WHERE element = 'coding'",
        "SELECT count(*) FILTER (counts), count(*) FILTER (NOT counts) FROM core.coding JOIN core.project_relation USING (arrival_id)",
    ),
    "code_change": ("SELECT count(*) FROM code_change", "SELECT count(*) FROM core.code_change"),
    "not_carried": (
        "SELECT count(*) FROM not_carried", "SELECT count(*) FROM core.not_carried SEMI JOIN coding_project USING (arrival_id)"
    ),
    "study_characteristic": (
        "SELECT count(*) FROM study_characteristic", "SELECT count(DISTINCT (study_id, field)) FROM characteristic"
    ),
    "appraisal_final": (
        "SELECT count(*) FROM appraisal_final", "SELECT count(DISTINCT (study_id, checklist, item)) FROM appraisal"
    ),
    "appraisal": ("SELECT count(*) FROM appraisal", "SELECT count(*) FROM core.appraisal"),
    "theme": ("SELECT count(*) FROM theme", "SELECT count(*) FROM core.theme"),
    "theme_evidence": (
        "SELECT theme_id, studies, reports, codings FROM theme_evidence ORDER BY 1",
        "SELECT t.theme_id, count(DISTINCT g.study_id), count(DISTINCT g.report_id), count(DISTINCT g.coding_id) FROM "
        "(SELECT DISTINCT theme_id, code_id FROM theme_code) AS t JOIN coding_final AS g USING (code_id) WHERE included "
        "GROUP BY 1 ORDER BY 1",
    ),
    "finding_evidence": (
        "SELECT finding_id, codings, codings_for + codings_against + codings_nuance, studies FROM finding_evidence",
        "SELECT finding_id, count(DISTINCT coding_id), count(DISTINCT (coding_id, stance)), count(DISTINCT study_id) "
        "FROM core.finding_segment GROUP BY 1",
    ),
    "finding_support": (
        "SELECT count(*) FROM finding_support", "SELECT count(DISTINCT (finding_id, coding_id)) FROM core.finding_segment"
    ),
    "theme_by_characteristic": (
        "SELECT theme_id, field, sum(of_studies) FROM theme_by_characteristic GROUP BY ALL ORDER BY ALL",
        "SELECT t.theme_id, f.field, (SELECT count(DISTINCT (s.study_id, c.value)) FROM study AS s LEFT JOIN characteristic AS c "
        "ON c.study_id = s.study_id AND c.field = f.field) FROM theme AS t, (SELECT DISTINCT field FROM characteristic) AS f ORDER BY ALL",
    ),
    "theme_without": (
        "SELECT theme_id, field, value, studies - studies_left FROM theme_without ORDER BY ALL",
        "SELECT s.theme_id, c.field, c.value, count(DISTINCT s.study_id) FROM theme_support AS s JOIN ("
        "SELECT study_id, field, value FROM characteristic UNION SELECT study_id, checklist || ' ' || item, answer FROM appraisal"
        ") AS c USING (study_id) GROUP BY ALL ORDER BY ALL",
    ),
    "code_together": (
        "SELECT count(*), sum(studies) FROM code_together",
        "SELECT count(DISTINCT (a.code_id, b.code_id)), count(DISTINCT (a.code_id, b.code_id, a.study_id)) FROM coding_final AS a "
        "JOIN coding_final AS b ON a.study_id = b.study_id AND a.code_id < b.code_id WHERE a.included AND b.included",
    ),
    "saturation": (
        "SELECT max(codes), sum(new_codes), count(*) FROM saturation",
        "SELECT count(DISTINCT code_id), count(DISTINCT code_id), count(DISTINCT study_id) FROM coding_final WHERE included",
    ),
    "study_judgement": ("SELECT count(*) FROM study_judgement", "SELECT count(*) FROM core.study_judgement"),
    "confidence": ("SELECT count(*) FROM confidence", "SELECT count(*) FROM core.confidence"),
    "synthesis_trigger": ("SELECT count(*), count(DISTINCT (trigger, element, id)) FROM synthesis_trigger", "SELECT 2, 2"),
    "document_section": ("SELECT count(*) FROM document_section", "SELECT count(*) FROM core.document_section"),
    "method_gap": ("SELECT count(*) FROM method_gap", "SELECT 0"),  # of thematic synthesis nothing is asked here
    "unlinked": ("SELECT what, name FROM unlinked", "SELECT 'document', name FROM document WHERE report_id IS NULL"),
    "element_ruling": ("SELECT count(*) FROM element_ruling", "SELECT count(*) FROM core.element_ruling"),
}  # fmt: skip


@pytest.mark.parametrize("name", RELATIONS)
def test_what_a_relation_counts_is_what_its_base_has(small: SmallReview, name: str) -> None:
    assert name in HELD, f"{name} is documented, and nothing says against what it is held"
    asked, base = (ask(small, query).rows() for query in HELD[name])
    assert asked == base


def test_the_readmes_queries_count_everything_once(small: SmallReview) -> None:
    asked = {int(query[3]): ask(small, query) for query in DOCUMENTED if query.startswith("-- ")}
    assert sorted(asked) == [1, 2, 3, 4, 5]
    (codings,) = ask(small, "SELECT count(*) AS n FROM coding_final WHERE included")["n"]
    assert codings < ask(small, "FROM coding WHERE report_id IS NOT NULL").height  # two coded alike
    assert asked[1].rows() == [("medline", 3, 2), ("cinahl", 1, 0)]
    assert asked[2]["codings"].sum() == codings
    studies = ask(small, "SELECT DISTINCT code_id, study_id FROM coding_final WHERE included")
    assert asked[3]["studies"].sum() == studies.height
    reflexive = (
        "SELECT DISTINCT study_id FROM study JOIN appraisal_final USING (study_id) WHERE item = 6 AND answer = 'yes'"
    )
    assert asked[3]["of_them_reflexive"].sum() == studies.join(ask(small, reflexive), on="study_id").height
    assert asked[4].height == codings
    assert asked[5].height == ask(small, "SELECT 1 FROM duplicate_pair WHERE outcome = 'same'").height

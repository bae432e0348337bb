"""Files of decisions in a review: which reports their rows are matched to, and what a file that comes again changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.exports import Rec
from tests.support.reviews import SmallReview

PAIN = Rec(
    "M1",
    "Talking about pain at work: an invented study of three offices",
    ("Hartwell, Jo", "Moss, Ada"),
    2017,
    doi="10.5555/pain",
)
BREAD = Rec(
    "M2", "What bakers say of bread in towns that do not exist", ("Núñez, Pia",), 2018, volume="7", pages=("11", "19")
)
RIVER = Rec(
    "M3",
    "Rivers of nowhere and the people who cross them every day",
    ("Oak, Bo", "Elm, Cy"),
    2019,
    volume="9",
    pages=("1", "8"),
)
EDITORIAL = Rec("M4", "Editorial", ("Birch, Di",), 2019, volume="3", pages=("2", "3"))

RAYYAN = "key,title,year,journal,volume,pages,authors,url,notes,doi,pubmed_id\n"
LOG = "created_at,user_id,user_email,article_id,key,value\n"


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a review that has its records, and nothing screened."""
    small = SmallReview(tmp_path_factory.mktemp("searched") / "review")
    small.search("medline", "2020-01", [PAIN, BREAD, RIVER, EDITORIAL])
    small.update()
    return small.review.root


@pytest.fixture
def small(tmp_path: Path, searched: Path) -> SmallReview:
    shutil.copytree(searched, tmp_path / "review")
    return SmallReview(tmp_path / "review")


def votes(small: SmallReview) -> list[tuple]:
    """(accession, reviewer, verdict, how it was matched), of the decisions that count."""
    return small.rows(
        "SELECT r.accession, d.reviewer, d.verdict, d.matched_by "
        "FROM core.decision AS d JOIN core.record AS r USING (record_id) ORDER BY ALL"
    )


def rayyan(key: int, title: str, votes: str, more: str = ",,,,,", doi: str = "") -> str:
    year, journal, volume, pages, authors, url = more.split(",")
    cell = f"RAYYAN-INCLUSION: {{{votes}}}".replace('"', '""')
    return f'rayyan-{key},"{title}",{year},{journal},{volume},{pages},"{authors}",{url},"{cell}",{doi},\n'


def know_addresses(small: SmallReview) -> None:
    """A log of Rayyan names people by their addresses: the protocol says whose they are."""
    team = ", ".join(f'{{ name = "{name}", aliases = ["{name.lower()}@example.org"] }}' for name in ("Ada", "Ben"))
    text = small.review.protocol_path.read_text()
    assert 'reviewers = ["Ada", "Ben"]' in text
    small.review.protocol_path.write_text(text.replace('reviewers = ["Ada", "Ben"]', f"reviewers = [{team}]"))


def test_a_log_of_rayyan_names_reports_by_keys_that_its_articles_explain(small: SmallReview) -> None:
    know_addresses(small)
    small.drop(
        "decisions/title-abstract/log.csv",
        LOG
        + "2024-05-12T10:00:00Z,1,ada@example.org,77,included,1\n2024-05-12T10:01:00Z,1,ada@example.org,78,included,-1\n",
    )
    problems = small.update()
    assert [(p.line, "no report is known" in p.message) for p in problems] == [(2, True), (3, True)]
    # Half screened: the articles were exported before anybody voted, and only their log has the votes.
    articles = f'rayyan-77,"{PAIN.title}",2017,,,,,,,,\nrayyan-78,Something else,2017,,,,,https://example.org/?doi=10.5555%2Fpain&id=3,,,\n'
    small.drop("decisions/title-abstract/articles.csv", RAYYAN + articles)
    assert small.update() == []
    assert votes(small) == [
        ("M1", "Ada", "exclude", "doi"),
        ("M1", "Ada", "include", "title and year"),
    ]


def test_what_no_name_settles_is_compared_as_deduplication_compares_records(small: SmallReview) -> None:
    index = "SELECT id, content FROM dedupe.feature ORDER BY ALL", "FROM dedupe.block ORDER BY ALL"
    before = [small.rows(query) for query in index]
    bread = BREAD.title.replace("that do not exist", "that don't exist")
    small.drop(
        "decisions/title-abstract/articles.csv",
        RAYYAN
        + rayyan(1, bread, '"Ada"=>"Included"', "2018,Journal of Invented Care,7,11-19,Núñez Pia,")
        + rayyan(2, "Editorial", '"Ada"=>"Excluded"', "2019,Journal of Invented Care,3,2-3,Birch Di,")
        + rayyan(3, "Rivers of nowhere", '"Ada"=>"Excluded"', "2019,,,,,")
        + rayyan(4, "Nothing like any of them, and by nobody else", '"Ada"=>"Excluded"', "2011,,,,,"),
    )
    problems = small.update()
    assert votes(small) == [
        ("M2", "Ada", "include", "title, authors and place"),
        ("M4", "Ada", "exclude", "title and year"),
    ]
    assert [p.line for p in problems] == [4, 5]
    assert small.rows("SELECT count(*) FROM core.unmatched_decision") == [(2,)]
    assert [small.rows(query) for query in index] == before  # what was compared is no record, and left no trace
    assert small.hashes() == small.rebuilt()


def test_a_grown_file_adds_what_is_new_and_an_edited_one_changes_what_was_edited(small: SmallReview) -> None:
    name = "decisions/title-abstract/articles.csv"
    first = (
        RAYYAN
        + rayyan(1, PAIN.title, '"Ada"=>"Included"', "2017,,,,,")
        + rayyan(2, BREAD.title, '"Ada"=>"Excluded"', "2018,,,,,")
    )
    small.drop(name, first)
    small.update()
    dates = dict(small.rows("SELECT key, decided_at FROM core.decision"))
    grown = first + rayyan(3, RIVER.title, '"Ada"=>"Maybe", "Ben"=>"Included"', "2019,,,,,")
    small.drop(name, grown)
    small.update()
    assert [(accession, who, verdict) for accession, who, verdict, _ in votes(small)] == [
        ("M1", "Ada", "include"), ("M2", "Ada", "exclude"), ("M3", "Ada", "maybe"), ("M3", "Ben", "include"),
    ]  # fmt: skip
    again = dict(small.rows("SELECT key, min(decided_at) FROM core.decision GROUP BY key"))
    assert {key: again[key] for key in dates} == dates and again["rayyan-3"] > max(dates.values())

    edited = grown.replace('"Ada""=>""Included"', '"Ada""=>""Excluded"')
    assert edited != grown
    small.drop(name, edited)
    small.update()
    assert [(a, who, verdict) for a, who, verdict, _ in votes(small)][:2] == [
        ("M1", "Ada", "exclude"),
        ("M2", "Ada", "exclude"),
    ]
    now = dict(small.rows("SELECT key, min(decided_at) FROM core.decision GROUP BY key"))
    assert now["rayyan-1"] > again["rayyan-1"] and now["rayyan-2"] == again["rayyan-2"]
    # What the file said before is history, and stays.
    history = small.rows("SELECT verdict FROM core.imported_decision WHERE key = 'rayyan-1' ORDER BY arrival_id")
    assert history == [("include",), ("include",), ("exclude",)]


def test_a_grown_log_adds_the_events_that_are_new(small: SmallReview) -> None:
    know_addresses(small)
    small.drop("decisions/title-abstract/articles.csv", RAYYAN + f'rayyan-77,"{PAIN.title}",2017,,,,,,,,\n')
    name = "decisions/title-abstract/log.csv"
    first = LOG + "2024-05-12T10:00:00Z,1,ada@example.org,77,included,1\n"
    small.drop(name, first)
    small.update()
    before = small.rows("SELECT reviewer, verdict, decided_at FROM core.decision")
    small.drop(
        name,
        first + "2024-05-13T10:00:00Z,1,ada@example.org,77,included,-1\n"
        "2024-05-13T11:00:00Z,2,ben@example.org,77,included,1\n",
    )
    small.update()
    after = small.rows("SELECT reviewer, verdict, decided_at FROM core.decision ORDER BY decided_at")
    assert after[:1] == before and [row[:2] for row in after[1:]] == [
        ("Ada", "exclude"),
        ("Ben", "include"),
    ]


def test_our_id_in_a_note_or_an_accession_number_leads_before_all_else(small: SmallReview) -> None:
    [(record,)] = small.rows("SELECT record_id FROM core.record WHERE accession = 'M3'")
    river = f"rep_{record[1:]}"
    verdict = 'RAYYAN-INCLUSION: {""Ada""=>""Included""}'
    remark = 'USER-NOTES: {""Ada""=>[""not living-review-report rep_of_another""]}'
    articles = f'rayyan-5,"{PAIN.title}",2017,,,,,,"living-review-report {river} | {verdict} | {remark}",,\n'
    small.drop("decisions/title-abstract/a.csv", RAYYAN + articles)
    covidence = "Title,Accession Number,DOI,Covidence #,Study,Notes,Tags\n"
    listed = f"{PAIN.title},{river},10.5555/pain,#9,Oak 2019,,\n"
    small.drop("decisions/title-abstract/review_1_irrelevant_csv_20240101.csv", covidence + listed)
    small.update()
    assert [(a, who, how) for a, who, _, how in votes(small)] == [
        ("M3", "Ada", "report id"),
        ("M3", "consensus", "report id"),
    ]


def test_the_note_beside_a_file_says_what_its_tool_does_not(small: SmallReview) -> None:
    listed = "Title,Covidence #,Notes,Tags\n" + f"{PAIN.title},#9,,\n"
    name = "decisions/of covidence.csv"
    small.drop(name, listed)
    assert ["does not say what was decided" in p.message for p in small.update()] == [True]
    small.drop(f"{name}.toml", 'who = "Ada"\nstage = "title-abstract"\nverdict = "exclude"\n')
    small.update()
    assert votes(small) == [("M1", "Ada", "exclude", "title and year")]
    small.drop(f"{name}.toml", 'who = "Ada"\nstage = "title-abstract"\nverdict = "perhaps"\n')
    problems = small.update()
    assert [p.name for p in problems] == [f"{name}.toml"] and "has a wrong 'verdict'" in problems[0].message

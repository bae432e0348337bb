"""A review updated through Prefect from services and exports together, and what the information specialist is told."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from prefect.blocks.system import Secret

from flows.commands import known_items, prisma_s, sources
from flows.update import UpdateResult, update
from tasks.search.http import HOSTS
from tests.support.exports import Rec
from tests.support.living import CITATIONS, DECISIONS, SEED, SERVICES
from tests.support.reviews import PROTOCOL, SmallReview
from tests.support.services import Answer, Call, Fake, Server, serving
from warehouse.connect import reader

STATEMENTS = """
[prisma_s]
10 = "No published search filters were used."
14 = "A second information specialist reviewed the strategies."
"""


def answers(call: Call, number: int) -> object:
    """Europe PMC has five records, ClinicalTrials.gov refuses, OpenAlex knows one work that cites the seed."""
    if call.path.startswith("/europepmc"):
        return Fake("europepmc", 5)(call, number)
    if call.path == "/openalex/works/doi:10.5555/seed.1":
        return {"id": "https://openalex.org/W1"}
    if call.path == "/openalex/works":
        works = (
            [{"id": "https://openalex.org/W2", "title": "It cites the seed"}]
            if "cites:W1" in call.params["filter"]
            else []
        )
        return {"meta": {"count": len(works), "next_cursor": None}, "results": works}
    return Answer({"error": "the query is not understood"}, status=400)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as one, pytest.MonkeyPatch.context() as patch:
        one.script = answers
        for service in HOSTS:
            patch.setenv(f"LIVING_REVIEW_{service.upper()}_URL", f"{one.url}/{service}")
            patch.delenv(f"LIVING_REVIEW_{service.upper()}_KEY", raising=False)
        yield one


@pytest.fixture(scope="module")
def lived(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallReview, list[UpdateResult]]:
    """The review after two updates; OpenAlex's key is a Secret of Prefect."""
    head, tail = PROTOCOL.split("[eligibility]")
    review = SmallReview(
        tmp_path_factory.mktemp("search"), f"{head}{SERVICES}{CITATIONS}\n[eligibility]{tail}{STATEMENTS}"
    )
    review.search("medline", "first", [SEED, Rec("9002", "Waiting lists and what they do", doi="10.5555/other.2")])
    review.search("pubmed", "first", [Rec("10000777", "Nurses on personality disorder services", doi="10.5555/seed.1")])
    review.drop("decisions/votes.csv", DECISIONS)
    Secret(value="a-secret-key").save("living-review-openalex-key", overwrite=True)
    return review, [update(review.review.root, "test"), update(review.review.root, "test")]


def call(command, *words: object) -> Result:
    return CliRunner().invoke(command.command, [str(word) for word in words])


def rows(review: SmallReview, query: str) -> list[tuple]:
    with reader(review.review.published_warehouse) as con:
        return con.execute(query).fetchall()


def test_all_sources_load_but_the_one_that_refused(lived):
    review, (first, second) = lived
    assert [(p.severity, p.name) for p in first.problems] == [("error", "search of trials")]
    assert "the query is not understood" in first.problems[0].message
    assert (first.new_records, second.new_records) == (9, 0)
    assert rows(review, "SELECT source, records FROM source_contribution WHERE records > 0") == [
        ("medline", 2),
        ("pubmed", 1),
        ("europepmc", 5),
        ("citations", 1),
    ]
    assert rows(review, "SELECT DISTINCT state FROM run") == [("completed_with_problems",)]


def test_citations_are_chased_once_and_counted_as_another_method(lived, server):
    review, _ = lived
    asked = [one for one in server.calls if one.path.startswith("/openalex")]
    assert len(asked) == 4
    assert rows(review, "SELECT label, n FROM prisma_detail WHERE box = 'identified_other'") == [
        ("citation searching", 1)
    ]


def test_a_key_from_a_secret_is_sent_and_kept_nowhere(lived, server):
    review, _ = lived
    assert {one.params.get("api_key") for one in server.calls if one.path.startswith("/openalex")} == {"a-secret-key"}
    assert {one.params.get("api_key") for one in server.calls if one.path.startswith("/europepmc")} == {None}
    files = [path for path in review.review.root.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"a-secret-key" in path.read_bytes()]


def test_the_report_of_the_sources(lived, tmp_path):
    review, _ = lived
    assert (review.review.published / "overlap.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (review.review.published / "sources.svg").read_text(encoding="utf-8").startswith("<svg")
    done = call(sources, review.review.root, "--format", "json", "--figure", tmp_path / "overlap.svg")
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    by_source = {one["source"]: one for one in said["sources"]}
    assert (by_source["medline"]["included"], by_source["medline"]["unique_reports"]) == (1, 1)
    assert (by_source["trials"]["searches"], by_source["trials"]["hits"]) == (2, None)
    assert {"sources": ["medline", "pubmed"], "reports": 1, "included": 1} in said["overlap"]
    assert "medline and pubmed" in (tmp_path / "overlap.svg").read_text(encoding="utf-8")
    matrix = call(sources, review.review.root, "--format", "csv", "--overlap").stdout.splitlines()
    assert matrix[:2] == ["source,medline,pubmed,europepmc,citations", "medline,2,1,0,0"]


def test_prisma_s_says_what_is_missing(lived):
    review, _ = lived
    done = call(prisma_s, review.review.root, "--format", "json")
    items = {one["item"]: one for one in json.loads(done.stdout)}
    assert (done.exit_code, len(items)) == (1, 16)
    assert items[10]["reported"]
    assert items[14]["text"] == "A second information specialist reviewed the strategies."
    assert "the strategy for medline" in items[8]["missing"]


def test_known_items_and_who_missed_them(lived, tmp_path):
    review, _ = lived
    known = tmp_path / "known.csv"
    known.write_text("doi,title\n10.5555/seed.1,\n,waiting lists: and what they do\n")
    done = call(known_items, review.review.root, known, "--format", "csv")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1:] == [
        "2,10.5555/seed.1,doi,doi,,,",
        "3,waiting lists: and what they do,title,,,,",
    ]
    known.write_text("title\nA study that nobody found\n")
    done = call(known_items, review.review.root, known)
    assert done.exit_code == 1
    assert "A study that nobody found was found by no source" in done.stderr


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ('service = "clinicaltrials"\nmethod = "citation searching"', "clinicaltrials knows no citations"),
        ('service = "openalex"\nmethod = "citation searching"\nstrategy = "x"', "there is no strategy to follow"),
        ('service = "openalex"', "needs a strategy"),
    ],
)
def test_a_source_that_cannot_be_asked_so_is_refused_with_its_line(tmp_path, written, complaint):
    from schemas.errors import UserError

    head, tail = PROTOCOL.split("[eligibility]")
    source = f'[[source]]\nname = "odd"\ndatabase = "Odd"\nplatform = "Odd"\n{written}\n'
    review = SmallReview(tmp_path, f"{head}{source}\n[eligibility]{tail}")
    with pytest.raises(UserError, match=complaint):
        review.review.protocol()

"""All services walk alike: every page is kept before it is read, and complete means that the counts agree."""

from __future__ import annotations

import json
from datetime import date

import pytest

from schemas.errors import UserError
from tasks.search.service import retrieve
from tasks.search.services import SERVICES
from tasks.search.window import Window

TODAY = date(2026, 11, 23)
EVERYTHING = Window(None, TODAY)
MONTH = Window(date(2026, 10, 6), TODAY)
ALL = sorted(SERVICES)
#: Services whose answers about the whole search and whose records come on the same pages.
PAGED = [name for name in ALL if name != "ncbi"]


class Kept(list):
    """What a caller keeps of each page: the list of pages, in order."""

    def __call__(self, page):
        self.append(page)


@pytest.fixture
def search(server):
    """Runs one search; returns its outcome and the pages that were kept."""

    def run(name, script, window=EVERYTHING, strategy="nurse*"):
        kept = Kept()
        server.script = script
        return retrieve(SERVICES[name], strategy, window, server.client(), kept), kept

    return run


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("count", [0, 1, 3, 8])
def test_a_search_is_complete_when_everything_came(search, fake, name, count):
    outcome, kept = search(name, fake(name, count))
    assert (outcome.complete, outcome.reason) == (True, "")
    assert (outcome.expected, outcome.retrieved) == (count, count)
    assert len(outcome.pages) == -(-count // 3)
    assert set(outcome.pages) <= {page.sha256 for page in kept}
    assert [page.number for page in kept] == list(range(1, len(kept) + 1))


@pytest.mark.parametrize("name", ALL)
def test_a_hit_count_that_promises_more_than_comes_is_not_complete(search, fake, name):
    outcome, _ = search(name, fake(name, 8, total=11))
    assert (outcome.complete, outcome.expected, outcome.retrieved) == (False, 11, 8)
    assert "counts 11 records, but its pages ended after 8" in outcome.reason or "is empty" in outcome.reason


@pytest.mark.parametrize("name", PAGED)
def test_a_hit_count_that_promises_less_than_comes_is_not_complete(search, fake, name):
    outcome, _ = search(name, fake(name, 8, total=5))
    assert (outcome.complete, outcome.retrieved) == (False, 8)
    assert outcome.reason == f"{name} counts 5 records, but its pages held 8"


@pytest.mark.parametrize("name", ["europepmc", "semanticscholar"])
def test_an_estimate_may_exceed_what_there_is_by_one_in_a_hundred(search, fake, name):
    big = fake(name, 300, total=303)
    big.size = 100
    outcome, _ = search(name, big)
    assert outcome.complete
    assert outcome.notes == (f"{name} estimates 303 records; there were 300",)
    big.total = 304
    outcome, _ = search(name, big)
    assert not outcome.complete


@pytest.mark.parametrize("name", ["openalex", "semanticscholar", "clinicaltrials"])
def test_a_cursor_that_repeats_ends_the_walk(search, fake, name):
    honest = fake(name, 12)

    def stuck(call, number):
        body = json.dumps(honest(call, number))
        return body.replace('"c9"', '"c6"').replace('"t9"', '"t6"').encode()

    outcome, kept = search(name, stuck)
    assert not outcome.complete
    assert outcome.reason == f"{name} repeats its cursor after page 3"
    assert len(kept) == 3


def test_europepmc_echoing_its_cursor_too_early_is_not_complete(search, fake):
    honest = fake("europepmc", 12)
    outcome, _ = search("europepmc", lambda c, n: json.dumps(honest(c, n)).replace('"c9"', '"c6"').encode())
    assert outcome.reason == "europepmc counts 12 records, but its pages ended after 9"


def test_crossref_standing_still_ends_the_walk(search, fake):
    still = fake("crossref", 12)
    page = still.kind.page(still.ids[:3], 12, 0, 3, False)
    outcome, kept = search("crossref", lambda call, number: page)
    assert outcome.reason == "page 2 of crossref repeats what earlier pages held"
    assert len(kept) == 2


def test_crossref_bringing_a_doi_twice_is_counted_once(search, fake):
    doubled = fake("crossref", 7)
    doubled.ids[4] = doubled.ids[1]
    outcome, _ = search("crossref", doubled)
    assert (outcome.retrieved, outcome.complete) == (6, False)
    doubled.total = 6
    outcome, _ = search("crossref", doubled)
    assert (outcome.retrieved, outcome.complete) == (6, True)


@pytest.mark.parametrize("name", ALL)
def test_an_empty_page_in_the_middle_is_not_complete(search, fake, name):
    honest = fake(name, 12)
    keep = list(honest.ids)

    def gap(call, number):
        honest.ids = keep if number != 2 else [*keep[:3], *keep[6:]]
        here = honest.kind.place(call)
        if number != 2:
            return honest(call, number)
        return honest.kind.page([], 12, here, here + 3, False)

    outcome, _ = search(name, gap)
    assert not outcome.complete
    assert "is empty, but not its last" in outcome.reason or "pages ended after" in outcome.reason
    assert outcome.retrieved < 12


@pytest.mark.parametrize("name", ALL)
def test_a_page_that_is_cut_off_is_kept_and_asked_for_again(search, fake, name):
    honest = fake(name, 8)

    def cut(call, number):
        body = honest(call, number)
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return body[:-9] if number == 1 else body

    if name == "crossref":
        honest.size = 20
    outcome, kept = search(name, cut)
    assert outcome.complete
    assert len(kept) == len({page.request for page in kept}) + 1
    assert kept[1].sha256 not in outcome.pages


@pytest.mark.parametrize("name", ALL)
def test_a_page_that_stays_cut_off_leaves_what_came_before(search, fake, name):
    honest = fake(name, 8)

    def cut(call, number):
        body = honest(call, number)
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return body if number < 2 else body[:-9]

    outcome, kept = search(name, cut)
    assert not outcome.complete
    assert "is not whole" in outcome.reason
    assert "\n" not in outcome.reason
    assert outcome.retrieved >= 3
    assert len(kept) == 5


@pytest.mark.parametrize("name", ALL)
def test_a_service_that_changed_its_shape_says_so(search, name):
    outcome, kept = search(name, lambda call, number: {"apiVersion": 9, "hits": {"count": 8, "list": []}})
    assert not outcome.complete
    assert "has changed its shape" in outcome.reason
    assert len(kept) == 3


@pytest.mark.parametrize("name", PAGED)
def test_a_record_without_its_identity_is_a_changed_shape(search, fake, name):
    honest = fake(name, 3)
    names = ('"id"', '"DOI"', '"paperId"', '"nctId"')

    def renamed(call, number):
        text = json.dumps(honest(call, number))
        for one in names:
            text = text.replace(one, '"identifier"')
        return text.encode()

    outcome, _ = search(name, renamed)
    assert "has changed its shape" in outcome.reason


@pytest.mark.parametrize("name", ALL)
def test_a_service_that_is_down_is_stale_with_the_reason(search, server, name):
    outcome, kept = search(name, lambda call, number: server.answer(status=503))
    assert (outcome.complete, outcome.retrieved, kept) == (False, 0, [])
    assert outcome.reason == f"{name} answers 503 Service Unavailable (5 tries)"


def test_a_service_that_fails_half_way_keeps_what_came(search, server, fake):
    honest = fake("openalex", 9)
    outcome, _ = search("openalex", lambda c, n: honest(c, n) if n < 2 else server.answer(status=500))
    assert (outcome.retrieved, outcome.complete, len(outcome.pages)) == (6, False, 2)
    assert outcome.expected == 9


def test_a_page_is_kept_before_it_is_read(server):
    server.script = lambda call, number: b"\x00 not JSON"
    kept = []
    retrieve(SERVICES["openalex"], "nurse", EVERYTHING, server.client(), lambda page: kept.append(page.body))
    assert kept[0] == b"\x00 not JSON"


def test_a_strategy_that_refers_to_nothing_is_the_users_to_mend(server):
    with pytest.raises(UserError, match="refers to line 9"):
        retrieve(SERVICES["openalex"], "1. nurse\n2. #1 AND #9", EVERYTHING, server.client(), Kept())


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("europepmc", {"query": "(nurse*) AND FIRST_IDATE:[2026-10-06 TO 2026-11-23]", "resultType": "core"}),
        ("crossref", {"filter": "from-created-date:2026-10-06,until-created-date:2026-11-23"}),
        ("semanticscholar", {"publicationDateOrYear": "2025-10-06:"}),
        ("clinicaltrials", {"filter.advanced": "AREA[LastUpdatePostDate]RANGE[2026-10-06,2026-11-23]"}),
        ("ncbi", {"mindate": "2026/10/06", "maxdate": "2026/11/23", "datetype": "mdat", "usehistory": "y"}),
        (
            "openalex",
            {"filter": "title_and_abstract.search:nurse*,from_created_date:2026-10-06,to_created_date:2026-11-23"},
        ),
    ],
)
def test_an_update_asks_for_what_is_new(search, server, fake, name, sent):
    search(name, fake(name, 2), MONTH)
    assert sent.items() <= server.calls[0].params.items()


@pytest.mark.parametrize(
    ("name", "param", "sent"),
    [
        ("europepmc", "query", "(nurse*) AND FIRST_PDATE:[2003-01-01 TO 3000-12-31]"),
        ("crossref", "filter", "from-pub-date:2003-01-01"),
        ("semanticscholar", "publicationDateOrYear", "2003-01-01:"),
        ("clinicaltrials", "filter.advanced", "AREA[StudyFirstPostDate]RANGE[2003-01-01,MAX]"),
        ("ncbi", "term", "(nurse*) AND (2003/01/01:3000[dp])"),
        ("openalex", "filter", "title_and_abstract.search:nurse*,from_publication_date:2003-01-01"),
    ],
)
def test_a_first_search_keeps_to_the_years_of_the_protocol(server, fake, name, param, sent):
    server.script = fake(name, 2)
    window = Window(None, TODAY, published_from=date(2003, 1, 1))
    retrieve(SERVICES[name], "nurse*", window, server.client(), Kept())
    assert server.calls[0].params[param] == sent
    assert "mindate" not in server.calls[0].params


def test_openalex_takes_no_comma_in_a_search(search, server, fake):
    search("openalex", fake("openalex", 1), strategy="nurse, psychiatric")
    assert server.calls[0].params["filter"] == "title_and_abstract.search:nurse psychiatric"


def test_stored_requests_name_the_call_and_no_key(server, fake):
    server.script, kept = fake("openalex", 1), Kept()
    http = server.client({"LIVING_REVIEW_OPENALEX_KEY": "key-4711", "LIVING_REVIEW_CONTACT": "a@example.org"})
    retrieve(SERVICES["openalex"], "nurse", EVERYTHING, http, kept)
    assert kept[0].request.startswith(f"GET {server.url}/openalex/works?filter=title_and_abstract.search%3Anurse")
    assert "4711" not in kept[0].request
    assert "example.org" not in kept[0].request

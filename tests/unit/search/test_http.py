"""The session: patience with a service that stumbles, none with one that refuses, and no key in what is kept."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from schemas.errors import UserError
from tasks.search.http import LONGEST_WAIT, TRIES, Http, Request, ServiceError, retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WORKS = Request("openalex", "/works", (("filter", "cites:W1"), ("cursor", "*")))
KEY = {"LIVING_REVIEW_OPENALEX_KEY": "key-4711", "LIVING_REVIEW_CONTACT": "someone@example.org"}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after(header, NOW) == seconds


def test_a_busy_service_is_asked_again_after_the_time_it_names(server):
    server.script = lambda call, n: {"ok": 1} if n else server.answer(status=429, headers={"Retry-After": "7"})
    assert server.client().fetch(WORKS) == b'{"ok": 1}'
    assert 7.0 in server.slept


def test_failures_are_met_with_growing_waits(server):
    server.script = lambda call, n: {"ok": 1} if n == 3 else server.answer(b"oops", status=(500, 502, 503)[n])
    server.client().fetch(WORKS)
    assert [wait for wait in server.slept if wait >= 1] == [2.0, 4.0, 8.0]


def test_five_failures_are_enough(server):
    server.script = lambda call, n: server.answer(status=503)
    with pytest.raises(ServiceError, match=r"openalex answers 503 Service Unavailable \(5 tries\)"):
        server.client().fetch(WORKS)
    assert len(server.calls) == TRIES


def test_nobody_waits_an_hour(server):
    server.script = lambda call, n: server.answer(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(ServiceError, match="asks to wait 3600 s"):
        server.client().fetch(WORKS)
    assert len(server.calls) == 1
    assert all(wait <= LONGEST_WAIT for wait in server.slept)


def test_a_refusal_is_final_and_says_what_the_service_said(server):
    server.script = lambda call, n: server.answer({"error": "Unrecognized field"}, status=400)
    with pytest.raises(ServiceError, match=r"refuses: 400 Bad Request.*Unrecognized field"):
        server.client().fetch(WORKS)
    assert len(server.calls) == 1


def test_a_refusal_for_want_of_a_key_names_the_key(server):
    server.script = lambda call, n: server.answer({"message": "cursors need a key"}, status=401)
    with pytest.raises(ServiceError, match=r"cursors need a key.*there is no LIVING_REVIEW_OPENALEX_KEY"):
        server.client().fetch(WORKS)


def test_an_answer_that_breaks_off_is_asked_for_again(server):
    server.script = lambda call, n: {"ok": 1} if n else server.answer({"results": list(range(1000))}, cut=True)
    assert server.client().fetch(WORKS) == b'{"ok": 1}'


def test_silence_ends_after_the_time_limit(server):
    server.script = lambda call, n: server.answer({}, hang=30)
    with pytest.raises(ServiceError, match=r"openalex did not answer within 0.1 s \(5 tries\)"):
        server.client(read_seconds=0.1).fetch(WORKS)


def test_an_endless_answer_is_not_swallowed(server):
    server.script = lambda call, n: b"x" * 300_000
    with pytest.raises(ServiceError, match="more than 0 MB"):
        server.client(most_bytes=200_000).fetch(WORKS)


def test_a_service_that_is_not_there(server):
    http = Http(environ={"LIVING_REVIEW_OPENALEX_URL": "http://127.0.0.1:1"}, sleep=lambda wait: None)
    with pytest.raises(ServiceError, match=r"openalex cannot be reached \(5 tries\)"):
        http.fetch(WORKS)


def test_the_key_is_sent_and_kept_nowhere(server, caplog):
    caplog.set_level(logging.DEBUG)
    server.script = lambda call, n: server.answer(f"no: {call.params}".encode(), status=403)
    http = server.client(KEY)
    with pytest.raises(ServiceError) as caught:
        http.fetch(WORKS)
    assert server.calls[0].params["api_key"] == "key-4711"
    assert server.calls[0].params["mailto"] == "someone@example.org"
    for kept in (str(caught.value), http.canonical(WORKS), repr(WORKS), caplog.text):
        assert "key-4711" not in kept
        assert "someone@example.org" not in kept


def test_a_service_may_move_within_its_own_address(server):
    moved = {"Location": f"{server.url}/openalex/works/W2"}
    server.script = lambda call, n: {"id": "W2"} if n else server.answer(status=301, headers=moved)
    assert server.client().fetch(WORKS) == b'{"id": "W2"}'


def test_a_key_follows_nobody_to_another_address(server):
    elsewhere = {"Location": server.url.replace("127.0.0.1", "localhost")}
    server.script = lambda call, n: server.answer(status=302, headers=elsewhere)
    with pytest.raises(ServiceError, match="refuses: 302"):
        server.client(keys={"semanticscholar": "s2-key"}).fetch(Request("semanticscholar", "/paper/search/bulk", ()))
    assert len(server.calls) == 1


def test_a_key_can_go_into_a_header(server):
    server.script = lambda call, n: {"total": 0}
    server.client(keys={"semanticscholar": "s2-key"}).fetch(Request("semanticscholar", "/paper/search/bulk", ()))
    assert server.calls[0].headers["x-api-key"] == "s2-key"
    assert "s2-key" not in str(server.calls[0].params)


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_blank_key_is_no_key(server, blank):
    server.script = lambda call, n: {}
    http = server.client({"LIVING_REVIEW_OPENALEX_KEY": blank})
    http.fetch(WORKS)
    assert "api_key" not in server.calls[0].params


def test_the_caller_says_who_it_is(server):
    server.script = lambda call, n: {}
    server.client(KEY).fetch(Request("clinicaltrials", "/studies", ()))
    assert server.calls[0].headers["User-Agent"] == "living-review/0.1 (mailto:someone@example.org)"


def test_calls_keep_to_the_rate_of_the_service(server):
    server.script = lambda call, n: {}
    search = Request("ncbi", "/esearch.fcgi", (), "POST")
    http = server.client()
    for _ in range(4):
        http.fetch(search)
    assert server.slept == pytest.approx([0.35] * 3)
    server.slept.clear()
    http = server.client({"LIVING_REVIEW_NCBI_KEY": "k"})
    for _ in range(4):
        http.fetch(search)
    assert server.slept == pytest.approx([0.11] * 3)


def test_a_lower_rate_that_crossref_names_is_kept(server):
    server.script = lambda call, n: server.answer(
        {}, headers={"X-Rate-Limit-Limit": "1", "X-Rate-Limit-Interval": "2s"}
    )
    http = server.client()
    for _ in range(3):
        http.fetch(Request("crossref", "/works", ()))
    assert server.slept == pytest.approx([2.0, 2.0])


def test_a_base_address_must_be_http():
    with pytest.raises(UserError, match="LIVING_REVIEW_NCBI_URL is not an http address"):
        Http(environ={"LIVING_REVIEW_NCBI_URL": "file:///etc/passwd"})


def test_a_base_address_must_hold_no_password_for_it_is_stored_beside_every_page():
    with pytest.raises(UserError, match="LIVING_REVIEW_NCBI_URL holds a name or password") as error:
        Http(environ={"LIVING_REVIEW_NCBI_URL": "https://ada:hush@example.org"})
    assert "hush" not in str(error.value)

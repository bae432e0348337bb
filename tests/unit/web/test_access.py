"""Every route refuses whoever is not logged in, has no role for it, or was sent there by another site."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tests.support.page import SmallPage, Visit
from web.access import COOKIE

#: Routes that somebody must reach to log in.
OPEN = {("GET", "/login/{word}"), ("POST", "/login")}


@pytest.fixture(scope="module")
def visits(running: SmallPage) -> dict[str, Visit]:
    return {name: running.log_in(name) for name in ("Ada", "Ben", "Cem", "Dora")}


def routes(running: SmallPage) -> list[tuple[str, str]]:
    """(method, path) of each route that nobody needs to log in."""
    found = running.list_routes()
    assert len(found) > 30
    return sorted(found - OPEN)


def filled(path: str, running: SmallPage) -> str:
    report = running.reports["Pears"]
    known = {"stage": "title-abstract", "report_id": report, "text": "1", "form": "casp-qualitative", "subject": report}
    return path.format_map(defaultdict(lambda: "unknown", known))


def test_nobody_is_let_in_without_a_session(running: SmallPage) -> None:
    for client in (running.stranger(), running.stranger()):
        for method, path in routes(running):
            said = client.request(method, filled(path, running), data={} if method == "POST" else None)
            assert (said.status_code, "set-cookie" in said.headers) == (401, False), (method, path)
            assert "Pears" not in said.text
        client.cookies.set(COOKIE, "made-up")


#: Who may go where, by name: everything else is refused, forms too.
ALL = {"/", "/flow", "/flow.svg", "/settings", "/logout"}
TEAM = ALL | {
    "/decisions", "/clear", "/undo", "/comments", "/comments/undo", "/duplicates", "/duplicates/undo", "/records/{report_id}",
    "/records/{report_id}/undo", "/texts", "/texts/{report_id}", "/texts/{report_id}/undo", "/texts/{report_id}/{text}",
}  # fmt: skip
MAY = {
    "Cem": TEAM | {"/conflicts", "/conflicts/{stage}/{report_id}"},
    "Dora": ALL,
    "Ben": TEAM | {
        "/screen", "/screen/release", "/screen/{stage}", "/screen/{stage}/next", "/screen/{stage}/along", "/screen/{stage}/{report_id}",
        "/forms/{form}", "/forms/{form}/{subject}",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", MAY)
def test_the_protocol_says_who_may_what(running: SmallPage, visits: dict[str, Visit], name: str) -> None:
    """A form that is not hers is refused whatever is in it, and one that is hers for its fields alone: it is empty but for the session's
    own word."""
    before = running.small.review.log.head()
    for method, path in routes(running):
        address, visit = filled(path, running), visits[name]
        if path == "/logout":
            continue
        said = visit.client.get(address) if method == "GET" else visit.post(address)
        refused = said.status_code == 403 and "not among what the protocol gives you" in said.text
        hers = path in MAY[name] or (
            name == "Ben" and path.startswith("/code")
        )  # no coders are named: all who screen may
        assert refused is not hers, (method, path, said.status_code)
    assert running.small.review.log.head() == before


def test_no_form_is_taken_without_the_sessions_own_word(running: SmallPage, visits: dict[str, Visit]) -> None:
    before = running.small.review.log.head()
    for name, visit in visits.items():
        for method, path in routes(running):
            if method == "POST":
                for csrf in ("", visits["Ada" if name != "Ada" else "Ben"].csrf):
                    fields = {"csrf": csrf, "verdict": "include", "report": running.reports["Pears"]}
                    assert visit.client.post(filled(path, running), data=fields).status_code == 403, path
    assert running.small.review.log.head() == before


def test_a_form_from_another_site_is_refused(running: SmallPage, visits: dict[str, Visit]) -> None:
    visit = visits["Ben"]
    path = f"/screen/title-abstract/{running.reports['Pears']}"
    said = visit.client.post(
        path, data={"csrf": visit.csrf, "verdict": "include"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert said.status_code == 403
    link = running.accounts.make_link("Ben")
    refused = running.stranger().post("/login", data={"word": link}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert running.accounts.find_link(link) == "Ben"


def test_a_session_that_was_fixed_beforehand_is_worth_nothing(running: SmallPage) -> None:
    client = running.stranger()
    client.cookies.set(COOKIE, "chosen-by-somebody-else")
    said = client.post("/login", data={"word": running.accounts.make_link("Ben")})
    assert COOKIE in said.headers["set-cookie"]
    assert "chosen-by-somebody-else" not in said.headers["set-cookie"]
    other = running.stranger()
    other.cookies.set(COOKIE, "chosen-by-somebody-else")
    assert other.get("/flow").status_code == 401


def test_a_session_that_is_used_does_not_end_in_the_browser(running: SmallPage) -> None:
    said = running.stranger().post("/login", data={"word": running.accounts.make_link("Ben")})
    kept = re.search(r"Max-Age=(\d+)", said.headers["set-cookie"])
    assert kept
    assert int(kept[1]) > 300 * 24 * 3600, "its end, two weeks after it was last used, is the server's to say"


def test_a_link_works_once_and_looking_at_it_uses_nothing_up(running: SmallPage) -> None:
    client, word = running.stranger(), running.accounts.make_link("Ben")
    assert "Log in as Ben" in client.get(f"/login/{word}").text
    assert "Log in as Ben" in client.get(f"/login/{word}").text
    assert client.post("/login", data={"word": word}).status_code == 303
    assert running.stranger().post("/login", data={"word": word}).status_code == 410


def test_the_cookie_is_no_scripts_and_no_other_sites(running: SmallPage) -> None:
    said = running.stranger().post("/login", data={"word": running.accounts.make_link("Ben")})
    cookie = said.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_who_tries_links_is_slowed_down(running: SmallPage) -> None:
    client = running.stranger()
    said = [client.post("/login", data={"word": f"guess-{n}"}).status_code for n in range(14)]
    assert set(said) == {410, 429}
    running.page.limiter.storage.reset()


def test_log_out_everywhere_ends_all_sessions(running: SmallPage) -> None:
    here, there = running.log_in("Ben"), running.log_in("Ben")
    assert here.post("/logout", everywhere="1").status_code == 200
    assert [visit.client.get("/flow").status_code for visit in (here, there)] == [401, 401]


def test_who_is_removed_is_out_at_once(running: SmallPage) -> None:
    visit = running.log_in("Dora")
    link = running.accounts.make_link("Dora")
    running.accounts.remove("Dora")
    assert visit.client.get("/flow").status_code == 401
    assert running.stranger().post("/login", data={"word": link}).status_code == 410
    running.accounts.add("Dora")


def test_no_redirect_leads_outside(running: SmallPage, visits: dict[str, Visit]) -> None:
    visit = running.log_in("Ada")
    report = running.reports["Pears"]
    fields = {
        "verdict": "exclude", "stage": "title-abstract", "report": report, "comment": "x", "preset": "plain", "next": "//evil.example",
        "back_to": "//evil.example", "record": "x", "words": "x", "url": "//evil.example", "text": "1", "correction": "1",
        "a": "//evil.example", "b": "x", "go_on": "//evil.example", "ruling": "//evil.example",
        "act": "//evil.example", "coding": "//evil.example", "code": "//evil.example", "target": "//evil.example", "line": "1",
    }  # fmt: skip
    for method, path in routes(running):
        if "logout" in path or "publish" in path:
            continue
        address = filled(path, running)
        for query in ("", "?next=//evil.example&back_to=https://evil.example"):
            said = visit.post(address + query, **fields) if method == "POST" else visit.client.get(address + query)
            assert re.match(r"/(?!/)", said.headers.get("location", "/")), (path, said.headers)
    assert running.stranger().get("//evil.example/..").status_code in (401, 404)


def test_it_answers_to_its_own_name_alone(running: SmallPage) -> None:
    assert running.stranger().get("/flow", headers={"Host": "evil.example"}).status_code == 400


def test_a_form_too_large_for_a_person_is_refused(running: SmallPage, visits: dict[str, Visit]) -> None:
    said = visits["Ben"].post(
        f"/screen/title-abstract/{running.reports['Plums']}", verdict="include", note="x" * 300_000
    )
    assert said.status_code == 413


def test_nothing_runs_that_is_not_ours(running: SmallPage, visits: dict[str, Visit]) -> None:
    said = visits["Ben"].get("/screen")
    assert "script-src 'self'" in said.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in said.headers["content-security-policy"]
    assert said.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*(src=\"/static/|type=\"application/json\"))|\son\w+=|style=", said.text)


def test_what_is_kept_logs_nobody_in(running: SmallPage) -> None:
    word = running.accounts.make_link("Ben")
    secret = running.accounts.log_in(running.accounts.make_link("Dora"))
    assert secret
    kept = b"".join(path.read_bytes() for path in running.accounts.path.parent.glob("people.sqlite*"))
    assert word.encode() not in kept
    assert secret.encode() not in kept
    assert (running.accounts.path.stat().st_mode & 0o077) == 0
    assert (running.accounts.path.parent / ".gitignore").read_text() == "*\n"

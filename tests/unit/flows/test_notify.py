"""Notifications: off unless an address is given; counts only; one that cannot be sent stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.notify import describe_failure, describe_update, notifying, send
from schemas.errors import UserError
from schemas.problem import Problem
from tasks.review.gate import GateError
from tasks.review.update import UpdateResult
from tests.support.services import Server, serving
from warehouse.review import Review


@pytest.fixture
def server():
    with serving() as one:
        one.script = lambda call, number: one.answer(b"ok")
        yield one


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path / "cen")


def test_nothing_is_sent_without_an_address(review: Review, server: Server) -> None:
    send(review, "version 2", lambda name: "", pytest.fail)
    assert server.calls == []


def test_an_address_gets_title_and_text(review: Review, server: Server) -> None:
    address = server.url.replace("http://", "form://")
    send(review, "version 2; 7 new records", lambda name: address if name == "notify" else "", pytest.fail)
    (call,) = server.calls
    assert (call.params["title"], call.params["message"]) == ("Living review: cen", "version 2; 7 new records")


def test_a_wrong_address_is_told_without_it(review: Review) -> None:
    said: list[str] = []
    send(review, "text", lambda name: "nonsense://user:secret@x", said.append)
    assert said == ["1 address in LIVING_REVIEW_NOTIFY cannot be used"]


def test_what_fails_is_told_and_fails_all_the_same(review: Review, server: Server) -> None:
    address = server.url.replace("http://", "form://")
    with pytest.raises(UserError), notifying(review, lambda name: address, pytest.fail):
        raise UserError("decisions/x.csv:3: Ada excludes report rep_1")
    assert server.calls[0].params["message"] == "the update failed; living-review status says why"


def test_a_closed_gate_says_what_it_found() -> None:
    error = GateError("nothing is published, since source medline found nothing")
    assert describe_failure(error) == "the update is not published: source medline found nothing"


def test_lines_about_files_are_counted_not_quoted() -> None:
    done = UpdateResult(problems=[Problem("decisions/a.csv", 3, "Ada: include, Ben: exclude")])
    assert describe_update(done) == "1 line needs somebody (living-review status says which)"


def test_how_many_lines_are_about_decisions_is_not_told() -> None:
    """Of how many somebody has judged, and how, it could tell."""
    done = UpdateResult(problems=[Problem("exports/medline/a.ris", 7, "is cut off")])
    for row in range(3):
        done.problems.append(Problem("decisions/a.csv", row, "a decision about 'x': no report is known by that name"))
        assert describe_update(done) == "2 lines need somebody (living-review status says which)"
        assert done.errors_for_everybody == 2

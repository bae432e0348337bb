"""What a run tells Prefect's log, which every visitor of the dashboard can read."""

from __future__ import annotations

import logging

import pytest

from flows import say
from schemas.problem import Problem


def test_errors_are_told_and_of_decisions_only_where_they_are(monkeypatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(say, "get_run_logger", lambda: logging.getLogger("run"))
    say.tell(
        [
            Problem("exports/medline/a.ris", None, "is empty"),
            Problem("exports/medline/b.ris", 7, "a year that is none", "warning"),
            Problem("decisions/full-text/ada.csv", 2, "Ada has 2 verdicts on 7: include, exclude"),
            Problem("decisions/full-text/ada.csv", 3, "verdict 'exlude' is none of include, exclude"),
        ]
    )
    assert caplog.messages == [
        "exports/medline/a.ris: is empty",
        "decisions/full-text/ada.csv: 2 lines need somebody: living-review update says them",
    ]


def test_outside_a_run_nothing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    say.tell([Problem("exports/medline/a.ris", None, "is empty")])
    assert caplog.messages == []

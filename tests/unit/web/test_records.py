"""Corrections from a card: an event with a reason, taken back by who made it or the owner, and nothing of votes in it."""

from __future__ import annotations

import pytest

from schemas.event import CorrectionUndo, RecordCorrection
from tests.support.page import SmallPage, Visit


def correct(visit: Visit, running: SmallPage, title: str, **fields: str) -> int:
    report = running.reports[title]
    given = {
        "record": "r" + report[4:],
        "field": "abstract",
        "value": "A new abstract.",
        "reason": "The publisher's page",
    }
    return visit.post(f"/records/{report}", **(given | fields)).status_code


def test_a_correction_is_an_event_with_its_reason(running: SmallPage, ben: Visit) -> None:
    assert correct(ben, running, "Pears", stage="title-abstract") == 303
    entry = list(running.small.review.log.entries(RecordCorrection))[-1]
    assert (entry.actor, entry.event.field, entry.event.value) == ("Ben", "abstract", "A new abstract.")
    assert entry.event.why == "The publisher's page"
    page = ben.get(f"/records/{running.reports['Pears']}?stage=title-abstract").text
    assert "A new abstract." in page
    assert f'href="/screen/title-abstract/{running.reports["Pears"]}"' in page


@pytest.mark.parametrize(
    "fields",
    [{"reason": ""}, {"field": "accession"}, {"field": ""}, {"field": "year", "value": "soon"}, {"record": "r0"}],
)
def test_what_is_no_correction_is_refused(running: SmallPage, ben: Visit, fields: dict[str, str]) -> None:
    before = running.small.review.log.head()
    assert correct(ben, running, "Plums", **fields) in (400, 404)
    assert running.small.review.log.head() == before


def test_a_correction_is_taken_back_by_who_made_it_or_the_owner(running: SmallPage, ada: Visit, ben: Visit) -> None:
    assert correct(ada, running, "Quinces") == 303
    assert correct(ben, running, "Cherries") == 303
    hers, his = (entry.seq for entry in list(running.small.review.log.entries(RecordCorrection))[-2:])
    for visit, title, seq, status in (
        (ben, "Quinces", hers, 403), (ada, "Cherries", his, 303), (ada, "Quinces", hers, 303), (ada, "Quinces", hers, 404),
    ):  # fmt: skip
        report = running.reports[title]
        said = visit.post(f"/records/{report}/undo", record="r" + report[4:], correction=str(seq))
        assert said.status_code == status
    assert [entry.event.correction for entry in running.small.review.log.entries(CorrectionUndo)] == [his, hers]


def test_a_record_tells_nothing_of_who_voted(running: SmallPage, ada: Visit, ben: Visit) -> None:
    ada.decide(running.reports["Medlars"], "exclude", note="secretly sure")
    running.settle_down()
    page = ben.get(f"/records/{running.reports['Medlars']}").text
    assert "Ada" not in page
    assert "secretly" not in page

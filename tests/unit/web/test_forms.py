"""Extraction and appraisal on the page: who may, what is saved and how, and that nothing of another shows before all are done."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from schemas.event_answers import AnswerGiven, FormDone
from tests.support.forms import FORMS, TITLES, make_included_review
from tests.support.page import SmallPage, Visit, open_page
from tests.support.reviews import PROTOCOL

CHECKLIST = "two-questions"
KEYS = "country sample setting methods"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallPage]:
    protocol = PROTOCOL + FORMS + '\n[people]\nreaders = ["Dora"]\n'
    with open_page(make_included_review(tmp_path_factory.mktemp("forms") / "review", protocol)) as page:
        yield page


@pytest.fixture(scope="module")
def visits(running: SmallPage) -> dict[str, Visit]:
    return {name: running.log_in(name) for name in ("Ada", "Ben", "Cem", "Dora")}


@pytest.fixture(scope="module")
def addresses(running: SmallPage) -> list[str]:
    """The form of each study, in the order of TITLES."""
    studies = dict(running.small.rows("SELECT title, study_id FROM report"))
    return [f"/forms/extraction/{studies[title]}" for title in TITLES]


def answers(running: SmallPage) -> list[tuple[str, str, str]]:
    return [(e.actor, e.event.item, e.event.answer) for e in running.small.review.log.entries(AnswerGiven)]


def save_one(visit: Visit, address: str, key: str, seen: int = 10**6, **fields: str) -> tuple[int, dict]:
    """As the script saves a field that is left."""
    said = visit.client.post(address, data={"csrf": visit.csrf, "seen": str(seen), **fields}, headers={"X-Field": key})
    return said.status_code, said.json()


def test_who_is_not_named_gets_no_form(running: SmallPage, visits: dict[str, Visit], addresses: list[str]) -> None:
    appraisal = f"/forms/{CHECKLIST}/{running.reports['Apples']}"
    before = running.small.review.log.head()
    for address in ("/forms/extraction", addresses[0], f"/forms/{CHECKLIST}", appraisal):
        assert running.stranger().get(address).status_code == 401
        assert visits["Dora"].client.get(address).status_code == 403
        assert visits["Cem"].client.get(address).status_code == (403 if CHECKLIST in address else 200)
    for address, name in ((addresses[0], "Dora"), (appraisal, "Cem")):
        assert visits[name].post(address, do="set:country:Exemplaria").status_code == 403
    for csrf in ("", visits["Ben"].csrf):
        said = visits["Ada"].client.post(addresses[0], data={"csrf": csrf, "do": "set:country:Exemplaria"})
        assert said.status_code == 403
    assert visits["Ada"].client.get("/forms/nothing").status_code == 404
    assert visits["Ada"].client.get("/forms/extraction/stu_gone").status_code == 404
    assert running.small.review.log.head() == before
    nav = re.findall(r'href="/forms/[^"]*"[^>]*>(\w+)', visits["Cem"].get("/settings").text)
    assert nav == ["Extract"]


def test_a_field_is_saved_as_it_is_left(running: SmallPage, visits: dict[str, Visit], addresses: list[str]) -> None:
    ada, address = visits["Ada"], addresses[0]
    status, stands = save_one(ada, address, "sample", **{"answer.sample": " at least 1,550 "})
    assert (status, stands["answered"], stands["undo"]) == (200, 1, True)
    assert stands["read"] == "'at least 1,550' was read as 1550; write it without a comma"
    assert (
        save_one(ada, address, "methods", **{"answer.methods.1": "focus groups", "answer.methods.0": "interviews"})[0]
        == 200
    )
    assert answers(running)[-2:] == [
        ("Ada", "sample", "at least 1,550"),
        ("Ada", "methods", "interviews; focus groups"),
    ]
    page = ada.get(address).text
    assert 'value="at least 1,550"' in page
    assert len(re.findall(r"checked", page)) == 2


def test_a_letter_in_a_number_is_told_beside_it_and_not_noted(
    running: SmallPage, visits: dict[str, Visit], addresses: list[str]
) -> None:
    before = answers(running)
    status, stands = save_one(visits["Ada"], addresses[0], "sample", **{"answer.sample": "12b"})
    assert (status, stands["wrong"]) == (400, "'12b' is no number.")
    assert save_one(visits["Ada"], addresses[0], "colour", **{"answer.colour": "red"})[0] == 409
    assert answers(running) == before


def test_without_script_all_is_saved_at_once_and_what_is_wrong_stays_in_its_field(
    running: SmallPage, visits: dict[str, Visit], addresses: list[str]
) -> None:
    ben, address, seen = visits["Ben"], addresses[1], str(running.small.review.log.head().seq)
    typed = {"answer.country": "Exemplaria <b>", "answer.sample": "twelve", "answer.setting": "ward"}
    said = ben.post(address, do="done", seen=seen, keys=KEYS, **typed)
    assert said.status_code == 400
    assert "&#39;twelve&#39; is no number" in said.text
    assert 'value="twelve"' in said.text
    assert "Exemplaria <b>" not in said.text
    assert answers(running)[-2:] == [("Ben", "country", "Exemplaria <b>"), ("Ben", "setting", "ward")]
    assert list(running.small.review.log.entries(FormDone)) == []
    count = len(answers(running))
    assert ben.post(address, do="save", seen=seen, keys=KEYS, **typed | {"answer.sample": "12"}).status_code == 303
    assert len(answers(running)) == count + 1, "what was noted already is not noted again"
    assert ben.post(address, do="undo:sample").headers["location"] == f"{address}#q-sample"
    assert ben.post(address, do="set:sample:not reported").status_code == 303
    assert 'value="not reported"' in ben.get(address).text


def test_a_required_field_left_empty_keeps_it_open(visits: dict[str, Visit], addresses: list[str]) -> None:
    said = visits["Ada"].post(addresses[0], do="done")
    assert said.status_code == 400
    assert "Still open: Country" in said.text


def test_two_windows_with_one_form(running: SmallPage, visits: dict[str, Visit], addresses: list[str]) -> None:
    ada, address, seen = visits["Ada"], addresses[2], running.small.review.log.head().seq
    save_one(ada, address, "country", seen, **{"answer.country": "Exemplaria"})
    status, stands = save_one(ada, address, "country", seen, **{"answer.country": "Elsewhere"})
    assert status == 409
    assert "changed in another window meanwhile, to 'Exemplaria'" in stands["wrong"]
    # The whole form of the second window: what was not touched there is not written over.
    assert ada.post(address, do="save", seen=str(seen), keys=KEYS, **{"answer.sample": "7"}).status_code == 303
    page = ada.get(address).text
    assert ">Exemplaria</textarea>" in page
    assert 'value="7"' in page


def test_nothing_of_another_shows_anywhere_before_both_are_done(
    running: SmallPage, visits: dict[str, Visit], addresses: list[str]
) -> None:
    address = addresses[3]
    visits["Ada"].post(
        address, do="done", seen="1", keys=KEYS, **{"answer.country": "Secretland", "answer.sample": "424242"}
    )
    pages = ["/forms/extraction", address, "/decisions", "/flow", "/settings", "/overview", f"/forms/{CHECKLIST}"]
    for name in ("Ben", "Cem"):
        for path in pages:
            text = visits[name].get(path).text
            assert "Secretland" not in text, path
            assert "424242" not in text, path
        assert "take that back" not in visits[name].get(address).text.lower()
    visits["Ben"].post(
        address, do="done", seen="1", keys=KEYS, **{"answer.country": "Exemplaria", "answer.sample": "424242"}
    )
    for name in ("Ada", "Ben", "Cem"):
        page = visits[name].get(address).text
        assert "Secretland" in page
        assert "1 left to settle" in page
    assert visits["Ada"].post(address, do="reopen").status_code == 400


def test_a_difference_is_settled_by_one_of_the_answers_or_another(
    running: SmallPage, visits: dict[str, Visit], addresses: list[str]
) -> None:
    address, cem = addresses[3], visits["Cem"]
    assert cem.post(address, do="take:country:Nobody").status_code == 400
    assert cem.post(address, do="take:country:Ada").headers["location"] == f"{address}#q-country"
    assert "Settled by Cem" in cem.get(address).text
    fields = {"answer.country": "Third", "reason.country": "as the map has it"}
    assert visits["Ben"].post(address, do="settle:country", **fields).status_code == 303
    page = visits["Ada"].get(address).text
    assert "as the map has it" in page
    assert "History (2)" in page
    visits["Ada"].post("/publish")
    running.page.publisher.wait(120)
    running.page.desk._reload()
    found = running.small.rows("SELECT field, value, agreement FROM study_characteristic ORDER BY field")
    assert found == [("country", "Third", "consensus"), ("sample", "424242", "same")]
    assert "Complete" in visits["Ada"].get("/forms/extraction").text


def test_of_a_form_that_is_closed_to_her_the_script_is_told_why(
    running: SmallPage, visits: dict[str, Visit], addresses: list[str]
) -> None:
    """So that what was typed stays in its field, with what is to be done."""
    said = save_one(visits["Ada"], "/forms/extraction/stu_gone", "country", **{"answer.country": "Exemplaria"})
    assert said == (
        404,
        {"wrong": "This is not among what is included; it may have been merged, or excluded meanwhile."},
    )
    out = running.stranger().post(addresses[0], data={"answer.country": "Exemplaria"}, headers={"X-Field": "country"})
    assert (out.status_code, list(out.json())) == (401, ["wrong"])


def test_an_appraisal_has_reasons(running: SmallPage, visits: dict[str, Visit]) -> None:
    address = f"/forms/{CHECKLIST}/{running.reports['Apples']}"
    fields = {"answer.1": "yes", "reason.1": "stated on page 2"}
    assert save_one(visits["Ada"], address, "1", **fields)[0] == 200
    assert "stated on page 2</textarea>" in visits["Ada"].get(address).text
    assert "stated on page 2" not in visits["Ben"].get(address).text


def test_a_form_that_was_open_while_the_protocol_changed(
    running: SmallPage, visits: dict[str, Visit], addresses: list[str]
) -> None:
    path, ada = running.small.review.protocol_path, visits["Ada"]
    before, seen = path.read_text(), str(running.small.review.log.head().seq)
    changed = before.replace('name = "sample"\n', 'name = "people"\nformerly = ["sample"]\n').replace(
        'name = "setting"\n', 'name = "place"\n'
    )
    path.write_text(changed)
    try:
        fields = {"answer.sample": "77", "answer.setting": "ward"}
        said = ada.post(addresses[2], do="save", seen=seen, keys=KEYS, **fields)
        assert said.status_code == 400
        assert "&#39;setting&#39; is not asked any more" in said.text
        assert answers(running)[-1] == ("Ada", "people", "77"), (
            "a field that was renamed takes what was written under its old name"
        )
        assert 'value="77"' in ada.get(addresses[2]).text
        assert save_one(ada, addresses[2], "setting", **{"answer.setting": "ward"})[0] == 409
        path.write_text(changed.replace("[extraction]", "[extraction"))
        assert ada.get(addresses[2]).status_code == 200, "while it cannot be read, it is as it was"
    finally:
        path.write_text(before)

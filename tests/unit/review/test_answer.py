"""Answers given on the page: checked as a sheet's are, hidden until all who are asked are done, and then counted like a sheet's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemas.errors import UserError
from schemas.event import DuplicateRuling
from schemas.event_answers import AnswerGiven
from tasks.review.answer import ChangedElsewhereError, OpenForm, find_text_at
from tasks.review.form_work import FormWork, View
from tasks.review.status import read_status, read_waiting
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.forms import TITLES, make_included_review
from tests.support.reviews import SmallReview
from warehouse.connect import reader

CHECKLIST = "two-questions"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    return make_included_review(tmp_path_factory.mktemp("answers") / "review")


@pytest.fixture
def small(made: SmallReview, tmp_path: Path) -> SmallReview:
    shutil.copytree(made.review.root, tmp_path / "review")
    copy = SmallReview.__new__(SmallReview)
    copy.review = type(made.review)(tmp_path / "review")
    return copy


def hold(small: SmallReview, who: str, title: str = TITLES[0], form: str = "extraction") -> OpenForm:
    """Somebody's form about the study or report of this title."""
    what = "study_id" if form == "extraction" else "report_id"
    ((subject,),) = small.rows(f"SELECT {what} FROM report WHERE title = '{title}'")
    return OpenForm(FormWork(small.review), small.review.protocol().protocol, form, subject, who)


def extract(small: SmallReview, who: str, *, done: bool = True, title: str = TITLES[0], **answers: str) -> OpenForm:
    held = hold(small, who, title)
    for key, text in answers.items():
        held.give(key, text)
    if done:
        held.declare_done()
    return held


def own(view: View) -> dict[str, str]:
    return {row.question.key: row.own.text for row in view.rows if row.own.text}


def characteristics(small: SmallReview) -> list[tuple]:
    small.update()
    return small.rows("SELECT field, value, number, qualifier, agreement FROM study_characteristic ORDER BY ALL")


def waiting(small: SmallReview) -> dict[str, int]:
    """What `status` says of the form of characteristics."""
    rows = read_waiting(small.review, small.review.protocol().protocol).rows()
    return {waits: n for stage, waits, n in rows if stage == "Study characteristics"}


def test_status_says_what_waits_for_whom_as_it_is_now(small: SmallReview) -> None:
    n = len(small.rows("SELECT DISTINCT study_id FROM study_inclusion"))
    before = waiting(small)
    assert before == dict.fromkeys(before, n) and {"for Ada", "for Ben"} <= before.keys()
    extract(small, "Ada", country="Exemplaria")
    assert waiting(small)["for Ada"] == n - 1 and waiting(small)["for Ben"] == n, "hers is done, his is not"
    extract(small, "Ben", country="Sampleland")
    assert waiting(small)["differences to settle"] == 1 and waiting(small)["for Ben"] == n - 1


# --- What is an answer ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("sample", "12b", "'12b' is no number"),
        ("setting", "prison", "'prison' is none of ward, community"),
        ("methods", "interviews; tarot", "'interviews; tarot' is not all of interviews, focus groups"),
        ("country", "#N/A", "'#N/A' is an error of Excel's, not an answer"),
        ("colour", "red", "the protocol's form has no 'colour' any more (load the page again)"),
    ],
)
def test_what_is_no_answer_is_refused_and_not_noted(small: SmallReview, key: str, text: str, says: str) -> None:
    with pytest.raises(UserError) as refused:
        hold(small, "Ada").give(key, text)
    assert str(refused.value) == says
    assert list(small.review.log.entries(AnswerGiven)) == []


def test_what_was_said_already_is_not_noted_again(small: SmallReview) -> None:
    held = hold(small, "Ada")
    assert held.give("sample", " 18 ") is not None
    assert held.give("sample", "18") is None
    assert held.give("country", "") is None


def test_numbers_keep_their_qualifier_and_no_answer_is_told_from_none(small: SmallReview) -> None:
    for who in ("Ada", "Ben"):
        extract(
            small, who, country="not reported", sample="at least 550", methods="focus groups; interviews", setting="NA"
        )
    assert characteristics(small) == [
        ("country", "not reported", None, None, "same"),
        ("methods", "focus groups; interviews", None, None, "same"),
        ("sample", "at least 550", 550.0, "at least", "same"),
        ("setting", "not applicable", None, None, "same"),
    ]
    assert small.rows("SELECT DISTINCT status FROM characteristic WHERE field <> 'methods' ORDER BY ALL") == [
        ("not applicable",), ("not reported",), ("reported",),
    ]  # fmt: skip


def test_an_emptied_answer_is_an_answer(small: SmallReview) -> None:
    small.drop("extraction/sheet.csv", "report_id,extractor,sample\n1,Ada,18\n")
    refresh(small.review, "test", Steps())
    held = hold(small, "Ada")
    assert own(held.look()) == {"sample": "18"}, "what she said by a sheet is hers here too"
    held.give("sample", "")
    held.give("country", "Exemplaria")
    held.declare_done()
    extract(small, "Ben", country="Exemplaria")
    assert characteristics(small) == [("country", "Exemplaria", None, None, "same")]
    history = small.rows("SELECT status, origin FROM characteristic_history WHERE field = 'sample' ORDER BY ALL")
    assert history == [("emptied", "page"), ("reported", "sheet")]


def test_an_answer_is_taken_back_step_by_step(small: SmallReview) -> None:
    held = hold(small, "Ada")
    for text in ("18", "20", ""):
        held.give("sample", text)
    assert own(held.look()) == {}
    for stands in ("20", "18", None):
        held.undo("sample")
        assert own(held.look()).get("sample") == stands
    with pytest.raises(UserError, match="no answer here to take back"):
        held.undo("sample")
    row = next(row for row in held.look().rows if row.question.key == "sample")
    assert [given.answer for given in row.history] == ["18", "20", ""]
    assert all(given.undone for given in row.history)


# --- Who sees what, and when it counts ----------------------------------------------------------


def test_nothing_of_another_is_seen_or_counts_before_both_are_done(small: SmallReview) -> None:
    ada = extract(small, "Ada", country="Secretland", sample="18")
    ben = hold(small, "Ben")
    ben.give("country", "Exemplaria")
    for held in (ben, ada, hold(small, "Cem")):
        view = held.look()
        assert not view.is_complete
        assert all(not row.answers and row.settled is None for row in view.rows)
    assert "Secretland" not in repr(ben.look())
    assert "Secretland" not in repr(hold(small, "Cem").look())
    refresh(small.review, "test", Steps())
    for copy in (small.review.published_warehouse, small.review.private_warehouse):
        with reader(copy) as con:
            tables = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
            assert "Secretland" not in str([con.execute(f"FROM {table}").fetchall() for (table,) in tables])
    ben.declare_done()
    view = ada.look()
    assert view.state == "differing"
    country = view.rows[0]
    assert {who: shown.text for who, shown in country.answers.items()} == {"Ada": "Secretland", "Ben": "Exemplaria"}
    assert characteristics(small)[0] == ("country", "Exemplaria | Secretland", None, None, "extractors differ")


def test_a_third_is_not_let_in_while_two_are_at_it(small: SmallReview) -> None:
    extract(small, "Ada", country="Exemplaria", done=False)
    assert hold(small, "Cem").look().state == "open"
    extract(small, "Ben", country="Exemplaria", done=False)
    cem = hold(small, "Cem")
    assert cem.look().state == "taken"
    with pytest.raises(UserError, match="as many as the protocol asks for"):
        cem.give("country", "Exemplaria")


def test_only_those_whom_the_protocol_names(small: SmallReview) -> None:
    with pytest.raises(UserError, match="none of those whom the protocol names"):
        hold(small, "Dora").look()
    with pytest.raises(UserError, match="none of those"):
        hold(small, "Cem", form=CHECKLIST).look()


def test_done_needs_what_is_required_and_is_taken_back_only_while_nobody_else_is(small: SmallReview) -> None:
    ada = hold(small, "Ada")
    with pytest.raises(UserError, match=r"still open: Country \('not reported' is an answer too\)"):
        ada.declare_done()
    extract(small, "Ada", country="Exemplaria")
    with pytest.raises(UserError, match="take that back first"):
        ada.give("country", "Elsewhere")
    ada.reopen()
    ada.give("country", "Elsewhere")
    ada.declare_done()
    extract(small, "Ben", country="Exemplaria")
    for act in (ada.reopen, lambda: ada.give("country", "Exemplaria"), lambda: ada.undo("country"), ada.declare_done):
        with pytest.raises(UserError, match="all are done"):
            act()


def test_who_answered_by_a_sheet_is_done_by_it(small: SmallReview) -> None:
    sheet = "report_id,extractor,country\n1,Ben,Exemplaria\n2,Bern,Exemplaria\n3,Xenia,Exemplaria\n"
    small.drop("extraction/ben.csv", sheet)
    refresh(small.review, "test", Steps())
    assert [finding.detail for finding in read_status(small.review).warnings if finding.what == "form"] == [
        "Study characteristics: answers of 'Bern', whom the protocol does not name; did you mean 'Ben'?"
    ]
    assert extract(small, "Ada", country="Exemplaria").look().state == "complete"
    assert characteristics(small).count(("country", "Exemplaria", None, None, "same")) == 1


# --- Differences ----------------------------------------------------------------------------------


def test_a_difference_is_settled_and_the_history_is_kept(small: SmallReview) -> None:
    extract(small, "Ada", country="Exemplaria", sample="18", setting="ward")
    ben = extract(small, "Ben", country="Exemplaria", sample="20")
    assert [row.question.key for row in ben.look().rows if row.differs] == ["sample", "setting"]
    cem = hold(small, "Cem")
    assert cem.look().differences == 2
    with pytest.raises(UserError, match="what was agreed is missing"):
        cem.settle("sample", " ")
    cem.settle("sample", "19", "Table 2 says so")
    cem.settle("sample", "20")
    ben.settle("setting", "ward")
    assert ben.look().state == "complete"
    assert characteristics(small) == [
        ("country", "Exemplaria", None, None, "same"),
        ("sample", "20", 20.0, None, "consensus"),
        ("setting", "ward", None, None, "consensus"),
    ]
    settling = next(row.settling for row in ben.look().rows if row.question.key == "sample")
    assert [(given.actor, given.answer, given.reason) for given in settling] == [
        ("Cem", "19", "Table 2 says so"),
        ("Cem", "20", ""),
    ]
    ben.undo("sample", consensus=True)
    assert ("sample", "19", 19.0, None, "consensus") in characteristics(small)
    assert small.hashes() == small.rebuilt()


def test_nothing_is_settled_before_all_are_done(small: SmallReview) -> None:
    extract(small, "Ada", country="Exemplaria")
    with pytest.raises(UserError, match="once all who are asked are done"):
        hold(small, "Ada").settle("country", "Elsewhere")


def test_an_appraisal_comes_to_table_2(small: SmallReview) -> None:
    for who, answer in (("Ada", "Y"), ("Ben", "no")):
        held = hold(small, who, form=CHECKLIST)
        held.give("1", answer, f"as {who} reads it")
        held.give("2", f"{who} likes it")
        held.declare_done()
    assert hold(small, "Ada", form=CHECKLIST).look().differences == 1, "words never differ"
    small.update()
    table = "SELECT item, answer, agreement FROM table_2 WHERE study_position = 1 ORDER BY item"
    assert small.rows(table)[0] == (1, "reviewers differ", "reviewers differ")
    hold(small, "Ben", form=CHECKLIST).settle("1", "unclear", "the aims stand in another report")
    small.update()
    assert small.rows(table) == [(1, "unclear", "consensus"), (2, "Ada likes it | Ben likes it", "same")]
    assert small.rows("SELECT reason FROM appraisal_final WHERE item = 1") == [("the aims stand in another report",)]
    assert small.hashes() == small.rebuilt()


# --- Two windows, another protocol, other reports ------------------------------------------------


def test_two_windows_do_not_write_over_each_other(small: SmallReview) -> None:
    first, second = hold(small, "Ada"), hold(small, "Ada")
    seen = small.review.log.head().seq
    first.give("sample", "18", seen=seen)
    second.give("country", "Exemplaria", seen=seen)
    with pytest.raises(ChangedElsewhereError, match="changed in another window meanwhile, to '18'"):
        second.give("sample", "20", seen=seen)
    assert second.give("sample", "18", seen=seen) is None, "the same is no contradiction"
    second.give("sample", "20", seen=small.review.log.head().seq)
    history = next(row.history for row in second.look().rows if row.question.key == "sample")
    assert find_text_at(history, seen) == ("", "")
    assert find_text_at(history, seen + 1) == ("18", "")


def test_a_form_that_the_protocol_changes_keeps_what_still_fits(small: SmallReview) -> None:
    for who in ("Ada", "Ben"):
        extract(small, who, country="Exemplaria", setting="ward", sample="18", methods="interviews")
    path = small.review.protocol_path
    text = path.read_text().replace(
        'options = ["ward", "community"]', 'options = ["clinic"]\noptions_formerly = { ward = "clinic" }'
    )
    text = text.replace('name = "sample"\n', 'name = "people"\nformerly = ["sample"]\n')
    path.write_text(text.replace('options = ["interviews", ', "options = ["))
    assert [problem.message for problem in small.update()] == [
        "extraction, methods: 2 answers given on the page, 'interviews' is not all of focus groups; it does not count"
    ]
    assert small.rows("SELECT field, value, agreement FROM study_characteristic ORDER BY ALL") == [
        ("country", "Exemplaria", "same"), ("people", "18", "same"), ("setting", "clinic", "same"),
    ]  # fmt: skip
    assert own(hold(small, "Ada").look())["people"] == "18"
    assert small.hashes() == small.rebuilt()


def test_where_one_more_is_asked_answers_wait_again(small: SmallReview) -> None:
    for who in ("Ada", "Ben"):
        extract(small, who, country="Exemplaria")
    assert len(characteristics(small)) == 1
    path = small.review.protocol_path
    path.write_text(path.read_text().replace("extractors_per_study = 2", "extractors_per_study = 3"))
    assert characteristics(small) == []
    assert small.derived.anew == "", "who fills in a form is no reason to derive anew"
    extract(small, "Cem", country="Exemplaria")
    assert len(characteristics(small)) == 1


def test_answers_follow_a_report_that_is_merged(small: SmallReview) -> None:
    """Ada answered one, Ben the other of two that turn out to be one report."""
    before = [
        extract(small, "Ada", country="Exemplaria", title=TITLES[2]),
        extract(small, "Ben", country="Exemplaria", title=TITLES[3]),
    ]
    records = [row[0] for row in small.rows(f"SELECT record_id FROM record WHERE title IN {TITLES[2:]} ORDER BY 1")]
    small.review.log.append(DuplicateRuling(record_id_a=records[0], record_id_b=records[1], verdict="same"), "Ada")
    refresh(small.review, "test", Steps())
    ((title,),) = small.rows(f"SELECT title FROM report WHERE title IN {TITLES[2:]}")
    assert hold(small, "Ada", title).look().state == "complete"
    assert len({held.look().unit.subject for held in before}) == 1, "a form that was open meanwhile is the one of today"
    assert characteristics(small) == [("country", "Exemplaria", None, None, "same")]
    assert small.hashes() == small.rebuilt()


def test_what_is_not_included_has_no_form(small: SmallReview) -> None:
    work = FormWork(small.review)
    with pytest.raises(UserError, match="not among what is included"):
        OpenForm(work, small.review.protocol().protocol, "extraction", "stu_gone", "Ada").look()

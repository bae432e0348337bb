"""Open work, conflicts, the team and lists, as the command line gives them; with decisions that were noted since."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from flows.commands import list as list_command
from flows.commands import queue as queue_command
from schemas.screening import PLACES, STAGES
from tasks.review.status import read_status
from tasks.screen.write_queue import TOOLS
from tests.support.cli import living_review
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview

TEAM = 'reviewers = ["Ada", { name = "Ben", aliases = ["BO"] }, { name = "Cem", stages = [], resolves = true }]'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """Four reports: both included the first, both excluded the second, Ada alone judged the third, nobody the fourth."""
    lines = [TEAM if line.startswith("reviewers") else line for line in PROTOCOL.splitlines()]
    small = SmallReview(tmp_path_factory.mktemp("queue"), "\n".join(lines))
    small.search(
        "medline", "a",
        [
            Rec("1", "Nurses on community care for personality disorder"), Rec("2", "Yields of apple orchards"),
            Rec("3", "Pears and their yields"), Rec("4", "Nurses on personality disorder, again"),
        ],
    )  # fmt: skip
    votes = "1,ada,include\n1,BO,include\n2,Ada,exclude\n2,Ben,exclude\n3,ADA,include\n4,Eve,include\n"
    small.drop("decisions/title-abstract/votes.csv", f"id,reviewer,verdict\n{votes}")
    said = living_review("update", small.review.root)
    assert "a decision by 'Eve' counts for nothing: not one of the protocol's reviewers" in said.err
    return small


def rows(*words: object) -> list[dict[str, str]]:
    said = living_review(*words)
    assert said.code == 0, said.err
    return list(csv.DictReader(io.StringIO(said.out)))


def titles(small: SmallReview, out: Path, *options: str) -> list[str]:
    """What the queue for a table tool holds, in its order."""
    said = living_review("queue", small.review.root, "--format", "csv", "--out", out, *options)
    assert said.code == 0, said.err
    with out.open(encoding="utf-8-sig") as file:
        return [row["title"].rstrip(".") for row in csv.DictReader(file)]


def test_a_queue_is_of_what_one_has_not_voted_on_and_the_likeliest_come_first(
    small: SmallReview, tmp_path: Path
) -> None:
    at = ("--stage", "title-abstract")
    assert titles(small, tmp_path / "ada.csv", "--for", "ada", *at) == ["Nurses on personality disorder, again"]
    assert titles(small, tmp_path / "ben.csv", "--for", "BO", *at) == [
        "Nurses on personality disorder, again",
        "Pears and their yields",
    ]


def test_the_order_is_the_same_whatever_a_colleague_has_said_of_what_is_open(
    small: SmallReview, tmp_path: Path
) -> None:
    before = titles(small, tmp_path / "before.csv", "--for", "Ben")
    (report,) = small.rows("SELECT report_id FROM report WHERE title LIKE 'Nurses on personality%'")
    entry = living_review("decide", small.review.root, report[0], "--stage", "title-abstract", "--verdict", "exclude",
                          "--reviewer", "Ada")  # fmt: skip
    assert entry.code == 0, entry.err
    try:
        assert titles(small, tmp_path / "after.csv", "--for", "Ben") == before
        assert titles(small, tmp_path / "ada.csv", "--for", "Ada", "--stage", "title-abstract") == []
    finally:
        cleared = living_review(
            "decide", small.review.root, report[0], "--stage", "title-abstract", "--clear", "--reviewer", "ada"
        )
    assert cleared.code == 0, cleared.err
    assert titles(small, tmp_path / "ada.csv", "--for", "Ada", "--stage", "title-abstract") == [
        "Nurses on personality disorder, again"
    ]


def test_agreement_says_what_it_rests_on(small: SmallReview) -> None:
    found = {
        row["coefficient"]: row for row in rows("agreement", small.review.root, "--format", "csv") if not row["version"]
    }
    assert (found["share agreed"]["value"], found["share agreed"]["n"]) == ("1.0", "2")


def test_a_conflict_is_told_at_once_with_its_votes_and_is_for_whoever_settles_conflicts(
    small: SmallReview, tmp_path: Path
) -> None:
    (report,) = small.rows("SELECT report_id FROM report WHERE title LIKE 'Pears%'")
    noted = living_review("decide", small.review.root, report[0], "--stage", "title-abstract", "--verdict", "exclude",
                          "--reviewer", "Ben")  # fmt: skip
    assert noted.code == 0
    assert titles(small, tmp_path / "cem.csv", "--for", "Cem") == ["Pears and their yields"]
    assert "Pears and their yields" not in titles(small, tmp_path / "ben.csv", "--for", "Ben")
    living_review("refresh", small.review.root)
    (conflict,) = rows("conflicts", small.review.root, "--format", "csv")
    assert conflict["votes"] == "Ada: include; Ben: exclude"
    event = noted.out.split("event ")[1].split(";")[0]
    assert (
        "is a decision of Ben" in living_review("decide", small.review.root, event, "--undo", "--reviewer", "Ada").line
    )
    assert living_review("decide", small.review.root, event, "--undo", "--reviewer", "Ben").code == 0


def test_who_may_not_decide_is_told_so(small: SmallReview) -> None:
    (report,) = small.rows("SELECT report_id FROM report WHERE title LIKE 'Pears%'")
    for reviewer, says in (("Eve", "'Eve' is not one of the protocol's reviewers"), ("Cem", "Cem does not screen at")):
        said = living_review("decide", small.review.root, report[0], "--stage", "title-abstract", "--verdict", "include",
                             "--reviewer", reviewer)  # fmt: skip
        assert said.code == 2
        assert says in said.line


def test_the_team_by_the_protocol_and_by_what_came_in(small: SmallReview) -> None:
    team = {row["reviewer"]: row for row in rows("team", small.review.root, "--format", "csv")}
    assert list(team)[:3] == ["Ada", "Ben", "Cem"]
    assert (team["Eve"]["kind"], team["Eve"]["uncounted"]) == ("not in the protocol", "1")
    assert team["Ben"]["spellings"] == "BO"


def test_the_status_says_whose_decisions_count_for_nothing_though_their_reports_are_open(small: SmallReview) -> None:
    (told,) = [finding.detail for finding in read_status(small.review).errors if finding.what == "decision"]
    assert told.endswith("votes.csv: a decision by 'Eve' counts for nothing: not one of the protocol's reviewers")


def test_reports_by_place_go_to_a_table_and_to_a_reference_manager(small: SmallReview, tmp_path: Path) -> None:
    (excluded,) = rows("list", small.review.root, "--place", "excluded_screening", "--format", "csv")
    assert excluded["title"].startswith("Yields")
    for name in ("l.ris", "l.bib", "l.xlsx"):
        assert living_review("list", small.review.root, "--out", tmp_path / name).code == 0
    back = [line for line in living_review("parse", tmp_path / "l.ris", "--format", "jsonl").out.splitlines() if line]
    assert len(back) == 4


def test_open_verdicts_are_shown_to_the_reviewer_alone_whom_the_login_names(
    small: SmallReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ada alone has judged the third report."""
    assert living_review("refresh", small.review.root).code < 2

    def verdicts(login: str, by: str) -> list[str]:
        monkeypatch.setenv("LOGNAME", login)
        return sorted(row["own_verdict"] for row in rows("list", small.review.root, "--by", by, "--format", "csv"))

    assert verdicts("ada", "ADA") == ["exclude", "include", "include"]
    assert verdicts("bo", "Ada") == verdicts("somebody", "Ada") == ["exclude", "include"]
    assert verdicts("bo", "Ben") == ["exclude", "include"], "an alias is the person too"
    monkeypatch.setenv("LOGNAME", "bo")
    said = living_review("list", small.review.root, "--by", "Ada")
    assert said.err == "verdicts on reports that wait for votes are shown to Ada alone, not to 'bo'\n"


def test_a_line_about_a_reason_names_the_row_and_neither_report_nor_verdict(tmp_path: Path) -> None:
    """And it is a warning, since the state of a run, which everybody sees, would tell that somebody excluded."""
    lines = [TEAM if line.startswith("reviewers") else line for line in PROTOCOL.splitlines()]
    small = SmallReview(tmp_path, "\n".join([*lines, "[screening.title-abstract]", 'reasons = "required"']))
    small.search("medline", "a", [Rec("1", "Yields of apple orchards"), Rec("2", "Pears and their yields")])
    small.drop(
        "decisions/title-abstract/votes.csv", "id,reviewer,verdict,reason\n1,Ada,exclude,\n2,Ada,exclude,Fruity\n"
    )
    problems = small.update()
    assert {p.severity for p in problems} == {"warning"}
    found = [(p.line, p.message) for p in problems]
    assert [line for line, _ in found] == [2, 3]
    assert found[0][1] == "no reason, and the protocol asks for one at title-abstract"
    for _, message in found:
        assert "rep_" not in message
        assert "exclu" not in message


def test_words_that_commands_know_by_heart_are_those_of_the_tables() -> None:
    assert queue_command.STAGES == list_command.STAGES == STAGES
    assert list_command.PLACES == PLACES
    assert sorted(queue_command.TOOLS) == sorted(TOOLS)


def test_decisions_to_look_at_again_are_settled_ones_that_the_model_would_not_expect(tmp_path: Path) -> None:
    """Of twelve reports of nurses and twenty of orchards those are included, but for the fourth; the last one is open."""
    titles = [f"Nurses' views of community care for patients of ward {n}" for n in range(12)]
    titles += [f"Yields of apple orchards after frost in valley {n}" for n in range(20)]
    titles += ["Nurses' views of community care for patients of ward 12"]
    small = SmallReview(tmp_path / "review")
    records = [Rec(f"{n}", title, year=1980 + n, pages=(f"{n}1", f"{n}9")) for n, title in enumerate(titles)]
    small.search("medline", "a", records)
    votes = [f"{n},{who},{'include' if n < 12 and n != 3 else 'exclude'}" for n in range(32) for who in ("Ada", "Ben")]
    small.drop("decisions/title-abstract/votes.csv", "\n".join(["id,reviewer,verdict", *votes, "32,Ada,exclude"]))
    assert living_review("update", small.review.root).code == 0
    found = rows("list", small.review.root, "--surprising", "--format", "csv")
    assert found[0]["title"].rstrip(".").endswith("ward 3")
    assert found[0]["decision"] == "excluded"
    assert not any("ward 12" in row["title"] for row in found)
    assert rows("list", small.review.root, "--surprising", "--place", "excluded_screening", "--format", "csv") == [
        row for row in found if row["place"] == "excluded_screening"
    ]
    assert living_review("list", small.review.root, "--surprising", "--by", "Ada").code == 2

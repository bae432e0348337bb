"""Copies that a service which synchronises folders leaves where two computers changed one file: told, and never counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemas.event import Withdrawal
from tests.support.exports import Rec, ovid
from tests.support.reviews import SmallReview
from warehouse.conflicted_copies import find_copies_beside_the_log, find_original
from warehouse.dropfolder import list_drop_folders
from warehouse.log import Log


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("ovid (conflicted copy 2026-01-02).ris", "ovid.ris"),
        ("ovid (conflicted copy 2026-01-02 101112).ris", "ovid.ris"),
        ("ovid (Ada's conflicted copy 2026-01-02).ris.toml", "ovid.ris.toml"),
        ("ovid (In Konflikt stehende Kopie von Ada 2026-01-02).ris", "ovid.ris"),
        ("ovid-PC's conflicted copy.ris", "ovid.ris"),
        ("ovid.sync-conflict-20260102-101112-ABCDEFG.ris", "ovid.ris"),
        ("ledger.sync-conflict-20260102-101112-ABCDEFG.sqlite", "ledger.sqlite"),
        ("ovid_conflict-20260102-101112.ris", "ovid.ris"),
        ("votes (SFConflict ada@example.org 2026-01-02-10-11-12).csv", "votes.csv"),
        ("votes_DiskStation_Jan-02-101112-2026_Conflict.csv", "votes.csv"),
        ("README (conflicted copy 2026-01-02)", "README"),
    ],
)
def test_is_known_by_its_name(name: str, original: str) -> None:
    assert find_original(name) == original


@pytest.mark.parametrize(
    "name",
    ["armed conflict.ris", "conflict-2026.ris", "work_conflict-2020.ris", "copy of ovid.ris", "ovid (1).ris", "ovid (copy).ris",
     "ovid-2026-01-02.ris", "sync-conflict.ris", "conflicts of interest (second search).csv"],
)  # fmt: skip
def test_a_file_about_conflicts_is_none(name: str) -> None:
    assert find_original(name) is None


def test_in_a_drop_folder_it_is_left_alone_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "decisions" / "title-abstract"
    folder.mkdir(parents=True)
    for name in ("votes.csv", "votes (conflicted copy 2026-01-02).csv", "votes.csv.sync-conflict-20260102-101112.toml",
                 "desktop.ini", "Thumbs.db", ".DS_Store", "~$votes.xlsx", ".~lock.votes.csv#", "Icon\r"):  # fmt: skip
        (folder / name).write_text("x")
    found = list_drop_folders(tmp_path)
    assert [file.path.name for file in found.files] == ["votes.csv"]
    assert found.notes == {}
    copy, note = found.problems
    assert str(copy).startswith(
        "decisions/title-abstract/votes (conflicted copy 2026-01-02).csv: is a conflicted copy of 'votes.csv' that"
    )
    assert "copy of 'votes.csv.toml'" in note.message
    assert {copy.severity, note.severity} == {"error"}


class TestOfTheLedger:
    @pytest.fixture
    def log(self, tmp_path: Path) -> Log:
        log = Log(tmp_path / "ledger.sqlite")
        log.append(Withdrawal(arrival=1), "Ada")
        return log

    def copy(self, log: Log, name: str = "ledger (conflicted copy 2026-01-02).sqlite") -> Log:
        return Log(Path(shutil.copy(log.path, log.path.with_name(name))))

    def told(self, log: Log) -> list[str]:
        return [str(problem) for problem in find_copies_beside_the_log(log.path.parent, log)]

    def test_nothing_is_said_of_the_ledger_itself(self, log: Log) -> None:
        assert self.told(log) == []

    def test_one_that_holds_nothing_more_can_be_deleted(self, log: Log) -> None:
        name = self.copy(log, "ledger-PC.sqlite").path.name
        log.append(Withdrawal(arrival=2), "Ada")
        assert self.told(log) == [f"{name}: lies beside ledger.sqlite and holds nothing that it does not: delete it"]

    def test_one_that_holds_more_says_how_much_and_whose(self, log: Log) -> None:
        other = self.copy(log)
        log.append(Withdrawal(arrival=2), "Ada")
        other.append(Withdrawal(arrival=2), "Cem")
        (told,) = self.told(log)
        assert "holds an event from " in told
        assert "(by Cem): two computers wrote at once" in told
        other.append(Withdrawal(arrival=3), "Ben")
        (told,) = self.told(log)
        assert "holds 2 events from " in told
        assert "(by Ben, Cem)" in told

    def test_one_that_cannot_be_read_is_told_too(self, log: Log) -> None:
        self.copy(log).path.write_bytes(b"half a file that came over a slow line")
        (told,) = self.told(log)
        assert "lies beside ledger.sqlite, is not read, and the log is damaged" in told

    def test_a_copy_of_the_protocol_is_told(self, log: Log) -> None:
        log.path.with_name("review-PC (conflicted copy 2026-01-02).toml").write_text("")
        log.path.with_name("review (conflicted copy 2026-01-02).toml").write_text("")
        assert self.told(log) == [
            "review (conflicted copy 2026-01-02).toml: is a conflicted copy of review.toml, and is not read: compare the two"
        ]


def test_what_stands_in_one_counts_once(tmp_path: Path) -> None:
    small = SmallReview(tmp_path / "review")
    small.search("medline", "january", [Rec("1", "Of apples")])
    small.drop(
        "exports/medline/january (conflicted copy 2026-01-02).ris", ovid([Rec("1", "Of apples"), Rec("2", "Of pears")])
    )
    (problem,) = [one for one in small.update(check=False) if "conflicted" in one.message]
    assert problem.severity == "error"
    assert small.rows("SELECT found FROM search") == [(1,)]

"""A mistaken month: what goes wrong between two updates is told, and one command puts each of it right.

Every count is worked out by hand beside its step: `identified` are PRISMA's records identified from databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from schemas.errors import UserError
from schemas.problem import Problem
from tasks.review import derive as derivation
from tasks.review.as_of import open_warehouse_as_of
from tasks.review.manage_deliveries import (
    assign_delivery,
    list_deliveries,
    rename_source,
    restore_delivery,
    withdraw_delivery,
)
from tasks.review.status import read_status
from tests.support.exports import Rec
from tests.support.reviews import SmallReview

APPLES = Rec("1", "What orchard keepers say about apples in autumn", doi="10.5555/apples")
PEARS = Rec("2", "Pear growers and the weather: an interview study", ("Beispiel, Bo",), 2015, pages=("1", "9"))
PLUMS = Rec("3", "Growing plums in Nowhereland", ("Exemplo, Ex",), 2009, doi="10.5555/plums")
QUINCES = Rec("4", "Quinces after the frost: what gardeners remember", ("Ficticia, Fe",), 2012)


class Month(SmallReview):
    """A small review, and how its counts are read."""

    def live(self) -> list[Problem]:
        """An update up to its publication; everything adds up."""
        return self.update()

    def flow(self) -> dict[str, int]:
        return {box: n for box, n in self.rows("FROM prisma_flow") if n}

    def identified(self) -> dict[str, int]:
        return dict(self.rows("SELECT label, n FROM prisma_detail WHERE box = 'identified_databases'"))

    def statuses(self) -> dict[str, str]:
        query = "SELECT left(title, 4), status FROM screening_status JOIN report USING (report_id) WHERE stage = 'title-abstract'"
        return dict(self.rows(query))


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Month:
    """January went well: three records of MEDLINE; Ada and Ben have voted on the apples."""
    month = Month(tmp_path_factory.mktemp("january") / "review")
    month.search("medline", "january", [APPLES, PEARS, PLUMS], date(2026, 1, 5))
    month.drop(
        "decisions/title-abstract/votes.csv",
        "id,reviewer,verdict,date\n1,Ada,include,2026-01-06\n1,Ben,include,2026-01-06\n2,Ada,exclude,2026-01-06\n",
    )
    assert month.live() == []
    assert month.identified() == {"medline": 3}
    return month


@pytest.fixture
def month(january: Month, tmp_path: Path) -> Month:
    return january.copy(tmp_path / "review")


@pytest.fixture(autouse=True)
def _grown_and_derived_anew_hold_the_same(month: Month) -> Iterator[None]:
    yield
    assert month.rebuilt() == month.hashes()


def names(problems: list[Problem]) -> list[str]:
    return [problem.name for problem in problems]


def test_a_delivery_is_named_by_its_number_its_path_or_its_own_name(month: Month) -> None:
    (january,) = [one for one in list_deliveries(month.review) if one.content == "export"]
    for name in (str(january.id), january.name, "january.ris"):
        entry, withdrawn = withdraw_delivery(month.review, name, "Ada")
        assert withdrawn.id == january.id
        restore_delivery(month.review, name, "Ada")
    assert entry.event.arrival == january.id
    with pytest.raises(UserError, match="no delivery is known"):
        withdraw_delivery(month.review, "february.ris", "Ada")


def test_a_file_in_the_wrong_folder_is_told_and_counts_for_its_own_source_by_one_command(month: Month) -> None:
    path = month.search("cinahl", "february", [QUINCES], date(2026, 2, 5))
    wrong = path.with_name("february.ris").rename(path.parents[1] / "medline" / "february.ris")
    path.with_name("february.ris.toml").rename(wrong.with_name("february.ris.toml"))
    month.live()
    assert month.identified() == {"medline": 4}

    assign_delivery(month.review, "exports/medline/february.ris", "cinahl", "Ada")
    assert month.live() == []
    assert month.identified() == {"medline": 3, "cinahl": 1}
    assert month.live() == [], "and it stays so, though the file still lies where it lay"
    assert month.identified() == {"medline": 3, "cinahl": 1}


def test_moving_the_file_does_the_same_and_decisions_on_its_records_follow(month: Month) -> None:
    made = month.search("cinahl", "february", [QUINCES], date(2026, 2, 5))
    for name in ("february.ris", "february.ris.toml"):
        made.with_name(name).rename(month.review.root / "exports" / "medline" / name)
    month.live()
    ((quinces,),) = month.rows("SELECT report_id FROM report WHERE title LIKE 'Quin%'")
    month.drop(
        "decisions/title-abstract/february.csv",
        f"report_id,reviewer,verdict\n{quinces},Ada,include\n{quinces},Ben,include\n",
    )
    month.live()
    assert month.statuses()["Quin"] == "included"

    folder = month.review.root / "exports" / "cinahl"
    folder.mkdir(exist_ok=True)
    for name in ("february.ris", "february.ris.toml"):
        (month.review.root / "exports" / "medline" / name).rename(folder / name)
    assert month.live() == []
    assert month.identified() == {"medline": 3, "cinahl": 1}
    assert month.statuses()["Quin"] == "included"
    states = {one.name: one.state for one in list_deliveries(month.review) if one.content == "export"}
    assert states == {
        "exports/medline/january.ris": "counts", "exports/medline/february.ris": "moved", "exports/cinahl/february.ris": "counts",
    }  # fmt: skip


def test_the_same_file_in_two_folders_counts_twice_and_is_told_until_one_is_taken_away(month: Month) -> None:
    copy = month.review.root / "exports" / "cinahl" / "january.ris"
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes((month.review.root / "exports" / "medline" / "january.ris").read_bytes())
    for _ in range(2):
        assert [p.severity for p in month.live() if "holds the same bytes as exports/" in p.message] == ["warning"]
    assert month.identified() == {"medline": 3, "cinahl": 3}
    copy.unlink()
    assert "is no longer in its folder" in month.live()[0].message
    withdraw_delivery(month.review, "exports/cinahl/january.ris", "Ada")
    assert month.live() == []
    assert month.identified() == {"medline": 3}


def test_of_two_downloads_of_one_file_either_may_be_taken_away(month: Month) -> None:
    folder = month.review.root / "exports" / "medline"
    first, second = folder / "january.ris", folder / "january (1).ris"
    second.write_bytes(first.read_bytes())
    assert month.live() == []
    assert month.identified() == {"medline": 3}
    first.unlink()
    first.with_name("january.ris.toml").rename(folder / "january (1).ris.toml")
    for _ in range(2):
        assert month.live() == [], "what is left is the same file, so nothing is missing"
        assert month.identified() == {"medline": 3}
    assert month.statuses()["What"] == "included", "decisions on its records go with it"
    assert month.rows("SELECT executed_at::DATE FROM search") == [(date(2026, 1, 5),)]
    states = {one.name: one.state for one in list_deliveries(month.review) if one.content == "export"}
    assert states["exports/medline/january (1).ris"] == "counts"
    assert states["exports/medline/january.ris"] != "counts"


def test_a_date_that_was_wrong_is_put_right_by_the_note_beside_the_file(month: Month) -> None:
    month.drop("exports/medline/january.ris.toml", "executed_at = 2025-12-05\nhits = 3\n")
    assert month.live() == []
    assert month.rows("SELECT executed_at::DATE, hits FROM search") == [(date(2025, 12, 5), 3)]
    month.drop("exports/medline/january.ris.toml", "executed_at = 2025-12-05\nhist = 3\n")
    (problem,) = month.live()
    assert problem.name == "exports/medline/january.ris.toml"
    assert problem.message == "has a key 'hist', which no note has (did you mean 'hits'?)"
    assert month.rows("SELECT executed_at::DATE, hits FROM search") == [(date(2025, 12, 5), 3)]


def test_a_note_whose_window_runs_backwards_is_refused_and_what_was_known_stays(month: Month) -> None:
    note = "executed_at = 2026-01-05\nwindow_from = 2026-02-05\nwindow_to = 2026-01-01\n"
    month.drop("exports/medline/january.ris.toml", note)
    (problem,) = month.live()
    assert "window_from 2026-02-05 is after window_to 2026-01-01" in problem.message
    month.publish_version()
    assert [problem.message in one.detail for one in read_status(month.review).errors] == [True], "status says it too"
    assert month.rows("SELECT executed_at::DATE, window_from FROM search") == [(date(2026, 1, 5), None)]


def test_a_search_date_that_nobody_gave_is_not_known(month: Month) -> None:
    (month.review.root / "exports" / "medline" / "january.ris.toml").unlink()
    month.live()
    assert month.rows("SELECT executed_at_known, executed_at::DATE = current_date FROM search") == [(False, True)]


def test_a_spoiled_export_again_is_taken_back_by_withdrawing_it(month: Month) -> None:
    before = month.rows("SELECT title, pages FROM record ORDER BY ALL")
    spoiled = [Rec("1", "What orchard keepers say about ?pples", pages=("12-Jan", "12-Jan")), PEARS, PLUMS]
    month.search("medline", "january", spoiled, date(2026, 2, 6))
    month.live()
    assert month.identified() == {"medline": 3}
    assert month.rows("SELECT title, pages FROM record ORDER BY ALL") != before
    (new,) = [one for one in list_deliveries(month.review) if one.state == "counts" and one.content == "export"]
    withdraw_delivery(month.review, str(new.id), "Ada", "spoiled by a spreadsheet")
    month.live()
    assert month.rows("SELECT title, pages FROM record ORDER BY ALL") == before


def test_next_months_export_under_the_same_name_adds_and_does_not_replace(month: Month) -> None:
    month.search("medline", "january", [QUINCES], date(2026, 2, 5))
    for _ in range(2):
        (problem,) = month.live()
        assert "both count, as two searches" in problem.message
    assert month.identified() == {"medline": 4}
    restore_delivery(
        month.review, str(min(d.id for d in list_deliveries(month.review) if d.content == "export")), "Ada"
    )
    assert month.live() == []
    assert month.identified() == {"medline": 4}


def test_a_sheet_of_decisions_means_what_it_says_now_and_put_back_what_it_said(month: Month) -> None:
    sheet = month.review.root / "decisions" / "title-abstract" / "votes.csv"
    as_it_was = sheet.read_text()
    assert month.statuses() == {"What": "included", "Pear": "awaiting_second", "Grow": "awaiting"}
    sheet.write_text(as_it_was.replace("1,Ben,include", "1,Ben,exclude"))
    assert month.live() == []
    assert month.statuses()["What"] == "conflict"
    assert month.rows("SELECT count(*) FROM core.imported_decision") == [(6,)], "the old lines stay as history"
    sheet.write_text(as_it_was)
    assert month.live() == []
    assert month.statuses()["What"] == "included"
    assert month.rows("SELECT count(*) FROM screening_decision") == [(3,)]


def test_a_file_that_is_gone_still_counts_and_is_told_until_somebody_says(month: Month) -> None:
    (month.review.root / "exports" / "medline" / "january.ris").unlink()
    for _ in range(2):
        (problem,) = month.live()
        assert problem.severity == "warning"
        month.publish_version()
        assert [one.what for one in read_status(month.review).warnings] == ["file"]
    assert month.identified() == {"medline": 3}
    restore_delivery(month.review, "exports/medline/january.ris", "Ada")
    assert month.live() == []
    assert read_status(month.review).findings == []
    withdraw_delivery(month.review, "exports/medline/january.ris", "Ada")
    told = month.live()
    assert month.identified() == {}
    assert len([p for p in told if "a decision about" in p.message]) == 3, (
        "decisions on what is gone are told, and kept"
    )
    restore_delivery(month.review, "exports/medline/january.ris", "Ada")
    month.live()
    assert month.statuses()["What"] == "included"


def test_a_file_that_was_refused_is_told_until_it_is_gone(month: Month) -> None:
    month.drop("exports/medline/broken.ris", "Dear colleague,\nplease find the export attached.\n")
    month.live()
    month.publish_version()
    assert [one.what for one in read_status(month.review).errors] == ["refused file"]
    (month.review.root / "exports" / "medline" / "broken.ris").unlink()
    assert read_status(month.review).errors == []
    assert month.live() == []
    assert [one.state for one in list_deliveries(month.review) if "broken" in one.name] == ["withdrawn"]


def test_a_source_that_is_renamed_keeps_its_records_and_their_decisions(month: Month) -> None:
    protocol = month.review.protocol_path
    ((apples,),) = month.rows("SELECT report_id FROM report WHERE title LIKE 'What%'")
    protocol.write_text(protocol.read_text().replace('name = "medline"', 'name = "ovid-medline"'))
    told = month.live()
    assert month.identified() == {}
    assert "its source 'medline' is not in review.toml" in told[0].message
    rename_source(month.review, "medline", "ovid-medline", "Ada")
    assert month.live() == []
    assert month.identified() == {"ovid-medline": 3}
    assert month.statuses()["What"] == "included"
    assert dict(month.rows("FROM report_alias"))[apples] in dict(month.rows("SELECT report_id, 1 FROM report"))


def test_a_protocol_that_is_changed_and_changed_back_is_read_right_as_of_each_time(month: Month) -> None:
    protocol = month.review.protocol_path
    as_it_was = protocol.read_text()
    month.publish_version()
    protocol.write_text(as_it_was + "\n[screening.title-abstract]\nvotes = 1\n")
    month.live()
    month.publish_version()
    assert month.statuses()["Pear"] == "excluded"
    protocol.write_text(as_it_was)
    month.live()
    month.publish_version()
    assert month.statuses()["Pear"] == "awaiting_second"
    excluded = "SELECT n FROM prisma_flow WHERE box = 'excluded_screening'"
    for version, n in (("1", 0), ("2", 1), ("3", 0)):
        with open_warehouse_as_of(month.review, version) as con:
            assert con.execute(excluded).fetchall() == [(n,)], version


def test_after_an_upgrade_the_next_update_derives_anew_and_says_so(month: Month, monkeypatch) -> None:
    before = month.hashes()
    month.review.warehouse.unlink()
    month.live()
    assert month.derived.anew == "there is none"
    month.live()
    assert month.derived.anew == ""
    monkeypatch.setattr(derivation, "program_basis", lambda: "another program")
    month.update()
    assert month.derived.anew == "living-review was upgraded, or changed"
    assert month.hashes().keys() == before.keys()


def test_the_protocol_is_edited_and_not_withdrawn(month: Month) -> None:
    with pytest.raises(UserError, match=r"cannot be withdrawn \(edit it"):
        withdraw_delivery(month.review, "review.toml", "Ada")

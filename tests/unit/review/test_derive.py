"""Derive: when a warehouse grows, when it is derived anew and why, and that a failure leaves the old one."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from schemas.errors import UserError
from schemas.event import Assignment, DuplicateRuling, Restoration, SourceRenaming, Withdrawal
from tasks.load.load import LoadedSearch
from tasks.review.collect import collect, keep_protocol
from tasks.review.derive import _changed_deliveries, derive, describe_loaded, find_mismatch, remove_warehouse
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import writer
from warehouse.records import Loaded

APPLES, PEARS = Rec("1", "Of apples and what they say"), Rec("2", "Of pears and how they grew", pages=("1", "9"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    small = SmallReview(tmp_path_factory.mktemp("derive") / "review")
    small.search("medline", "january", [APPLES], date(2020, 1, 6))
    small.search("medline", "february", [PEARS], date(2020, 2, 6))
    assert small.update(check=False) == []
    assert small.derived.anew == "there is none"
    return small


@pytest.fixture
def small(made: SmallReview, tmp_path: Path) -> SmallReview:
    """Two exports of MEDLINE, loaded."""
    shutil.copytree(made.review.root, tmp_path / "review")
    return SmallReview(tmp_path / "review")


def why(small: SmallReview) -> str:
    return find_mismatch(read_state(small.review), small.review.warehouse)


def exports(small: SmallReview) -> list[int]:
    return [one.event_id for one in read_state(small.review).searches]


def test_what_is_new_at_the_end_lets_it_grow(small: SmallReview) -> None:
    assert why(small) == ""
    small.search("medline", "march", [Rec("3", "Of plums and their stones", pages=("20", "29"))], date(2020, 3, 6))
    small.update(check=False)
    assert small.derived.anew == ""
    assert len(small.derived.loaded) == 1


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("review_id", "another", "another review's"),
        ("seq", "999", "it knows more than is asked for"),
        ("program", "older", "was upgraded"),
        ("protocol", "older", "sources or rules have changed"),
    ],
)
def test_another_basis_is_derived_anew(small: SmallReview, key: str, value: str, says: str) -> None:
    with writer(small.review.warehouse) as con:
        con.execute("UPDATE core.meta SET value = ? WHERE key = ?", [value, key])
    assert says in why(small)


@pytest.mark.parametrize(
    ("old", "new", "anew"),
    [
        ('platform = "EBSCO"', 'platform = "Ovid"', True),
        ('method = "websites"', 'method = "organisations"', True),
        ("[screening]", '[deduplication]\npreprint = "merge"\n\n[screening]', True),
        ('include = ["Anything."]', 'include = ["Something."]', False),
        ('reviewers = ["Ada", "Ben"]', 'reviewers = ["Ada", "Cem"]', False),
    ],
)
def test_a_protocol_whose_sources_or_rules_changed_is_another_basis(small, old: str, new: str, anew: bool) -> None:
    assert old in PROTOCOL
    small.review.protocol_path.write_text(PROTOCOL.replace(old, new), encoding="utf-8")
    keep_protocol(small.review)
    assert why(small) == ("the protocol's sources or rules have changed" if anew else "")


def test_a_delivery_that_counts_no_longer_or_otherwise_is_derived_anew(small: SmallReview) -> None:
    first, second = exports(small)
    log = small.review.log
    log.append(Assignment(arrival=second, source="cinahl"), "Ada")
    assert why(small) == "deliveries were withdrawn, restored, assigned or corrected"
    log.append(Assignment(arrival=second, source="medline"), "Ada")
    log.append(Withdrawal(arrival=first), "Ada")
    assert why(small) == "deliveries were withdrawn, restored, assigned or corrected"
    derive(read_state(small.review), small.review.warehouse, Steps())
    assert why(small) == ""
    log.append(Restoration(arrival=first), "Ada")
    assert why(small) == "an earlier delivery counts again"


def test_a_delivery_between_two_that_were_loaded_counts_again_and_is_derived_anew(small: SmallReview) -> None:
    """What is loaded last decides which version of a record stands: nothing can be loaded into the middle."""
    small.search("medline", "march", [Rec("3", "Of plums and their stones", pages=("20", "29"))], date(2020, 3, 6))
    small.update(check=False)
    _, middle, _ = exports(small)
    small.review.log.append(Withdrawal(arrival=middle), "Ada")
    derive(read_state(small.review), small.review.warehouse, Steps())
    assert why(small) == ""
    small.review.log.append(Restoration(arrival=middle), "Ada")
    assert why(small) == "an earlier delivery counts again"


def test_nothing_is_derived_from_bytes_that_are_not_those_that_came_in(small: SmallReview) -> None:
    before = small.review.warehouse.read_bytes()
    delivery = next(one for one in read_state(small.review).deliveries if "january" in one.name)
    path = small.review.snapshots.path(delivery.sha256)
    path.chmod(0o644)
    assert b"apples" in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(b"apples", b"grapes"))
    with pytest.raises(UserError, match=delivery.name):
        derive(read_state(small.review), small.review.warehouse, Steps(), anew="somebody asked")
    assert small.review.warehouse.read_bytes() == before


def test_a_piece_of_a_split_export_that_was_withdrawn_is_no_piece_of_it(small: SmallReview) -> None:
    pieces = [f"of plums {first}-{first + 1}" for first in (1, 3, 5)]
    for number, name in enumerate(pieces):
        records = [
            Rec(f"{number}{n}", f"Of plums and their {number}{n} stones", pages=(f"{n}{number}", "99")) for n in "12"
        ]
        small.search("medline", name, records, date(2020, 3, 6))
    small.update(check=False)
    (split,) = small.rows("SELECT len(arrival_ids), warnings FROM core.split_search")
    assert split == (3, [])
    middle = next(one.arrival_id for one in read_state(small.review).deliveries if pieces[1] in one.name)
    small.review.log.append(Withdrawal(arrival=middle), "Ada")
    small.update(check=False)
    ((left, warnings),) = small.rows("SELECT len(arrival_ids), warnings FROM core.split_search")
    assert left == 2
    assert warnings[0].startswith("records 3 to 4 are in no file")


@pytest.mark.parametrize(
    ("found", "refused", "says"),
    [
        (3, [], "3 found, 2 loaded (1 new), 1 in quarantine"),
        (3, ["page 2"], "3 found, 2 loaded (1 new), 1 in quarantine"),
        (0, [], "0 found, 0 loaded (0 new), 0 in quarantine"),
        (0, ["page 1", "page 2"], "refused"),
    ],
)
def test_a_search_of_several_pages_is_called_by_its_counts_though_one_is_refused(
    found: int, refused: list[str], says: str
) -> None:
    counts = Loaded(found, 2, 1, 1) if found else Loaded(0, 0, 0, 0)
    assert describe_loaded(LoadedSearch("pubmed", None, counts, [], refused)) == says  # type: ignore[arg-type]


def test_a_file_that_cannot_be_read_is_called_refused(small: SmallReview) -> None:
    said: list[str] = []

    class Told(Steps):
        def show_line(self, line: str) -> None:
            said.append(line)

    small.drop("exports/medline/letter.txt", "Dear Ada,\nplease find the export enclosed.\n", date(2020, 3, 6))
    collect(small.review)
    done = derive(read_state(small.review), small.review.warehouse, Told())
    assert [line for line in said if line.startswith("load medline")] == [
        "load medline: exports/medline/letter.txt: refused"
    ]
    assert [problem.name for problem in done.problems] == ["exports/medline/letter.txt"]


def test_the_same_export_with_an_earlier_search_date_is_derived_anew_and_gives_that_date(small: SmallReview) -> None:
    small.search("medline", "again", [PEARS], date(2020, 1, 1))
    small.update()
    assert small.derived.anew == "deliveries were withdrawn, restored, assigned or corrected"
    found = small.rows("SELECT accession, first_found_at::DATE FROM record ORDER BY ALL")
    assert found == [("1", date(2020, 1, 6)), ("2", date(2020, 1, 1))]
    assert small.rebuilt() == small.hashes()


def test_what_was_read_of_a_file_is_gone_where_another_with_its_bytes_counts_instead(small: SmallReview) -> None:
    sheet = "id,reviewer,verdict\n1,Ada,include\n1,Nobody of this team,maybe\n,Ben,include\n"
    for name in ("a", "b"):
        small.drop(f"decisions/title-abstract/{name}.csv", sheet)
    small.update()
    first = next(d for d in read_state(small.review).deliveries if d.name.endswith("a.csv"))
    for event in (Withdrawal(arrival=first.arrival_id), Restoration(arrival=first.arrival_id)):
        small.review.log.append(event, "Ada")
        small.update()
    assert small.derived.anew == ""
    assert small.rows("SELECT DISTINCT arrival_id FROM core.imported_decision") == [(first.arrival_id,)]
    assert small.rebuilt() == small.hashes()


def test_what_is_wrong_in_a_file_of_decisions_is_a_problem_while_the_file_counts(small: SmallReview) -> None:
    name = "decisions/title-abstract/votes.csv"
    small.drop(name, "id,reviewer,verdict\n1,Ada,perhaps\n")
    assert name in [problem.name for problem in small.update(check=False)]
    arrival = next(one.arrival_id for one in read_state(small.review).deliveries if one.name == name)
    small.review.log.append(Withdrawal(arrival=arrival), "Ada")
    done = derive(read_state(small.review), small.review.warehouse, Steps(), anew="somebody asked")
    assert name not in [problem.name for problem in done.problems]


def test_a_renaming_of_what_came_in_is_derived_anew_and_a_ruling_is_not(small: SmallReview) -> None:
    log = small.review.log
    log.append(DuplicateRuling(record_id_a="ra", record_id_b="rb", verdict="same"), "Ada")
    assert why(small) == ""
    log.append(SourceRenaming(old="medline", new="pubmed"), "Ada")
    assert why(small) != ""


def test_answers_that_were_withdrawn_are_derived_anew(small: SmallReview) -> None:
    first, _ = exports(small)
    state = read_state(small.review)
    loaded = {one.event_id: one.fingerprint(state.protocol.source) for one in state.searches}
    assert _changed_deliveries(state, loaded, {first}) == ""
    assert _changed_deliveries(state, loaded, {999}) == "deliveries were withdrawn"
    with writer(small.review.warehouse) as con:
        con.execute(
            "INSERT INTO core.service_check BY NAME SELECT 999 AS check_id, 'retractions' AS subject, 'a list' AS origin, "
            "now() AS executed_at, 0 AS found, true AS complete, '' AS reason"
        )
    assert why(small) == "deliveries were withdrawn"


@pytest.mark.parametrize("damage", [b"", b"no warehouse"], ids=["empty", "garbage"])
def test_what_is_damaged_is_derived_anew(small: SmallReview, damage: bytes) -> None:
    small.review.warehouse.write_bytes(damage)
    assert why(small) == "it is damaged, or none of this version's"
    remove_warehouse(small.review.warehouse)
    assert why(small) == "there is none"


def test_a_derivation_that_fails_leaves_the_old_one_and_nothing_beside_it(small: SmallReview) -> None:
    before = small.review.warehouse.read_bytes()
    log = small.review.log
    log.append(Withdrawal(arrival=exports(small)[1]), "Ada")
    state = read_state(small.review)

    class Failing(Steps):
        def run(self, name, step):  # type: ignore[no-untyped-def]
            if name == "screen":
                raise ZeroDivisionError
            return super().run(name, step)

    with pytest.raises(ZeroDivisionError):
        derive(state, small.review.warehouse, Failing())
    assert small.review.warehouse.read_bytes() == before
    assert list(small.review.root.glob(".deriving*")) == []


def test_a_reason_from_outside_is_kept(small: SmallReview) -> None:
    said: list[str] = []

    class Told(Steps):
        def show_line(self, line: str) -> None:
            said.append(line)

    done = derive(read_state(small.review), small.review.warehouse, Told(), anew="somebody asked")
    assert done.anew == "somebody asked"
    assert "the warehouse is derived anew: somebody asked" in said
    assert any("load medline" in line and "1 found, 1 loaded (1 new), 0 in quarantine" in line for line in said)

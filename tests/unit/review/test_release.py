"""Releases of a small review that goes on: what is in them, that nothing hidden is, and that its numbers can be had again."""

from __future__ import annotations

import csv
import errno
import json
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb
import jsonschema
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.dictionary import tables
from schemas.errors import UserError
from schemas.event import Release
from tasks.publish.release_changes import read_changes
from tasks.publish.release_tables import WITHHELD, compare_shapes
from tasks.publish.tables import to_csv
from tasks.review.as_of import open_warehouse_as_of
from tasks.review.check_release import check_release
from tasks.review.judge import decide
from tasks.review.manage_deliveries import withdraw_delivery
from tasks.review.release import find_version_as_of, list_releases, open_release, write_release
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.coding import make_coding_review
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import memory
from warehouse.contracts import list_keys
from warehouse.releases import find_damage, folder_of, hash_files, list_gone, list_numbers, new_release, write_sums
from warehouse.review import Review

#: Words that stand in an abstract, in an export that cannot be loaded, in a full text: none of a release.
ABSTRACT, TEXT = "Zwetschgenabstract", "Quittenvolltext"
TITLE = """title = \"\"\"Apples, "pears"\nand =plums, by O'Neil\"\"\"\nauthors = ["Ficticia, Fe", "The Apple Group"]"""
SHEET = 'report_id,country,extractor\n"{}",=Nowhereland,Ada\n'
VIEWS = sorted(name.removeprefix("main.") for name in tables() if name.startswith("main."))


def publish(small: SmallReview) -> None:
    assert refresh(small.review, "test", Steps()).errors == []


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """Four versions: records with abstracts and a coded text; more records and a change; a sheet, and a vote that waits for its
    second; then the second search is withdrawn. The release of the first is written last."""
    small = make_coding_review(tmp_path_factory.mktemp("release") / "review", talk=f"{TEXT} is what she says. " * 5)
    protocol = small.review.protocol_path.read_text(encoding="utf-8")
    protocol = protocol.replace('title = "A small review"', TITLE)
    field = '\n[[extraction.field]]\nname = "country"\nlabel = "Country"\n'
    protocol = protocol.replace('write = "never"', 'write = "refresh"')
    small.review.protocol_path.write_text(protocol + field, encoding="utf-8")
    again = Rec(
        "1", "=Nurses on community care for personality disorder", pages=("1", "19"), abstract=f"New. {ABSTRACT}"
    )
    search = small.search(
        "medline", "b", [again, Rec("3", "=Of plums", pages=("3", "9"), abstract=ABSTRACT)], date(2020, 3, 1)
    )
    small.drop("exports/websites/list.csv", f"title,year,abstract\n,2012,\nCherries,2013,{ABSTRACT}\n")
    publish(small)
    report = small.rows("SELECT min(report_id) FROM report_path WHERE place = 'included'")[0][0]
    small.drop("extraction/ada.csv", SHEET.format(report))
    decide(
        small.review, small.rows("SELECT report_id FROM report WHERE title LIKE '%plums'")[0][0],
        stage="title-abstract", verdict="exclude", reviewer="Ada",
    )  # fmt: skip
    publish(small)
    withdraw_delivery(small.review, search.relative_to(small.review.root).as_posix(), "Cem")
    refresh(small.review, "test", Steps())  # which tells that a decision is about a report that is gone
    write_release(small.review, 1)
    return small.review


@pytest.fixture
def copied(review: Review, tmp_path: Path) -> Review:
    """The same, to be spoilt."""
    shutil.copytree(review.root, tmp_path / "review")
    return Review(tmp_path / "review")


def rows(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """The rows in an order that no query gave them."""
    return sorted(map(repr, con.execute(f"FROM {relation}").fetchall()))


def every_text(folder: Path) -> Iterator[tuple[str, str]]:
    """All that a reader of the folder's files can find: each file with a text of it, binary ones as tables and as they are."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            yield path.name, repr(pl.read_parquet(path).rows())
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            yield f"duckdb {name}", "".join(rows(con, f'"{name}"'))


def test_each_version_has_its_release_and_each_names_the_one_before(review: Review) -> None:
    releases = list_releases(review)
    versions = [e.event for e in review.log.entries(Release) if isinstance(e.event, Release)]
    assert [(r.number, r.previous) for r in releases] == [(1, None), (2, None), (3, 2), (4, 3)]
    assert [(r.as_of, r.included_reports) for r in releases] == [(v.upto, len(v.included)) for v in versions]
    assert [pl.read_parquet(r.folder / "parquet/record.parquet").height for r in releases] == [2, 4, 4, 3]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_numbers_of_a_release_come_out_of_todays_log_row_for_row(review: Review, number: int) -> None:
    folder = folder_of(review, number)
    hidden = {path.stem for path in WITHHELD.rglob("*.sql")}
    with open_warehouse_as_of(review, str(number)) as past, closing(memory()) as released:
        compared = {}
        for view in VIEWS:
            assert (folder / "parquet" / f"{view}.parquet").is_file(), view
            here, there = rows(past, view), rows(released, f"'{folder / 'parquet' / f'{view}.parquet'}'")
            assert len(here) == len(there), view
            if view not in hidden:
                assert here == there, view
                compared[view] = len(here)
        assert sum(n > 0 for n in compared.values()) > 30
    assert check_release(review, number).differing == []


def test_what_is_withheld_is_all_that_differs(review: Review) -> None:
    with open_warehouse_as_of(review, "3") as past:
        for view, column in (
            ("record", "abstract"),
            ("report", "abstract"),
            ("document", "text"),
            ("quarantine", "raw"),
        ):
            whole, told = (
                past.sql(f"FROM {view}").pl(),
                pl.read_parquet(folder_of(review, 3) / f"parquet/{view}.parquet"),
            )
            assert whole[column].drop_nulls().len() > 0, view
            assert set(told[column]) <= {None, "withheld"}, view
            assert told.schema == whole.schema, f"{view}: a column without values is still one of text"
            order = list_keys(tables()[f"main.{view}"])
            by = list(order[0]) if order else ["quarantine_id"]
            assert whole.drop(column).sort(by).equals(told.drop(column).sort(by)), view


def test_nothing_of_an_abstract_or_a_full_text_is_in_a_release_but_quotes(review: Review) -> None:
    with open_warehouse_as_of(review, "3") as past:
        assert ABSTRACT in repr(past.execute("FROM record").fetchall()) and TEXT in repr(
            past.execute("FROM document").fetchall()
        )
    quotes = {
        "coding",
        "coding_final",
        "coding_segment",
        "quote",
        "table_3",
        "coding_difference",
        "coding_place",
        "finding_support",
    }
    for number in (1, 2, 3, 4):
        found = {name for name, text in every_text(folder_of(review, number)) if ABSTRACT in text or TEXT in text}
        stems = {Path(name.removeprefix("duckdb ")).stem for name in found}
        assert stems <= quotes, number


def test_the_vote_that_waits_for_its_second_is_in_no_file(review: Review) -> None:
    for _, text in every_text(folder_of(review, 3)):
        assert "'exclude'" not in text or "Ada" not in text.split("'exclude'")[0][-200:]
    decisions = pl.read_parquet(folder_of(review, 3) / "parquet/screening_decision.parquet")
    assert decisions.filter(pl.col("verdict") == "exclude").is_empty()


def test_duckdb_parquet_and_csv_hold_the_same_and_no_cell_is_a_formula(review: Review) -> None:
    folder = folder_of(review, 3)
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        for view in VIEWS:
            assert rows(con, view) == rows(con, f"'{folder / 'parquet' / f'{view}.parquet'}'"), view
            frame = pl.read_parquet(folder / "parquet" / f"{view}.parquet")
            written = list(csv.reader((folder / "csv" / f"{view}.csv").open(encoding="utf-8", newline="")))
            assert written[0] == frame.columns and len(written) == 1 + frame.height, view
            expected = list(csv.reader(to_csv(frame).splitlines(keepends=True)))
            shown = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.List(pl.String), pl.Int64)]
            for name in shown:
                at = frame.columns.index(name)
                assert [row[at] for row in written] == [row[at] for row in expected], (view, name)
        assert con.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'report'").fetchall()[0][0]
    titles = (folder / "csv" / "record.csv").read_text(encoding="utf-8")
    assert ",'=Of plums" in titles and ",=Of plums" not in titles


def test_changes_lead_from_one_release_to_the_next(review: Review) -> None:
    """Of each view with a key: the old rows, less those removed, with those added, and cells changed, have the new keys and cells."""
    for before, after in ((1, 2), (2, 3), (3, 4), (1, 4)):
        old, new = folder_of(review, before), folder_of(review, after)
        changes = read_changes(old, new)
        for view in VIEWS:
            if not (keys := list_keys(tables()[f"main.{view}"])):
                continue
            sides = [
                {json.dumps({k: row[k] for k in keys[0]}, default=str): row for row in frame.to_dicts()}
                for frame in (pl.read_parquet(folder / f"parquet/{view}.parquet") for folder in (old, new))
            ]  # fmt: skip
            told = changes.filter(pl.col("view") == view)
            counts = [told.filter(pl.col("change") == kind).height for kind in ("removed", "added")]
            assert counts == [len(sides[0].keys() - sides[1].keys()), len(sides[1].keys() - sides[0].keys())], view
            both = sides[0].keys() & sides[1].keys()
            cells = sum(sides[0][key][name] != sides[1][key][name] for key in both for name in sides[0][key])
            assert told.filter(pl.col("change") == "changed").height == cells, view
    written = list(csv.DictReader((folder_of(review, 4) / "changes.csv").open(encoding="utf-8", newline="")))
    assert len(written) == read_changes(folder_of(review, 3), folder_of(review, 4)).height > 0
    assert (folder_of(review, 1) / "changes.csv").read_text(encoding="utf-8") == "view,key,change,column,before,after\n"


def test_other_programs_can_read_what_it_says_of_itself(review: Review) -> None:
    folder = folder_of(review, 4)
    schema = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8"))
    contract = yaml.safe_load((folder / "datacontract.yaml").read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(contract)
    assert [table["name"] for table in contract["schema"]] == VIEWS
    cited = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["title"] == """Apples, "pears" and =plums, by O'Neil""" and cited["version"] == "4"
    assert cited["authors"] == [{"family-names": "Ficticia", "given-names": "Fe"}, {"name": "The Apple Group"}]
    graph = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    described = {entity["@id"] for entity in graph if entity["@type"] == "File"}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there - described == {"release.json", "SHA256SUMS", "ro-crate-metadata.json"}
    assert tomllib.loads((folder / "review.toml").read_text(encoding="utf-8"))["release"] == {"write": "refresh"}
    summed = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=False, capture_output=True)
    assert summed.returncode == 0


def test_a_release_is_never_written_over(copied: Review) -> None:
    folder = folder_of(copied, 2)
    before = {
        path: (path.stat().st_mtime_ns, path.stat().st_mode & 0o777) for path in folder.rglob("*") if path.is_file()
    }
    assert {mode for _, mode in before.values()} == {0o444}
    assert write_release(copied, 2)[1] is False
    assert {path: path.stat().st_mtime_ns for path in before} == {path: at for path, (at, _) in before.items()}


def test_a_release_that_was_changed_with_all_its_checksums_is_told_by_the_log(copied: Review) -> None:
    folder = folder_of(copied, 2)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (folder / "CITATION.cff").write_text("title: another\n")
    said = json.loads((folder / "release.json").read_text())
    there = [file for file in hash_files(folder) if file.name not in ("release.json", "SHA256SUMS")]
    (folder / "release.json").write_text(json.dumps(said | {"files": [asdict(file) for file in there]}))
    (folder / "SHA256SUMS").unlink()
    write_sums(folder)
    assert subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=False).returncode == 0
    assert check_release(copied, 2).damage == ["release.json is not the one that was written, by the log"]
    with pytest.raises(UserError, match="no longer what was released"):
        write_release(copied, 2)
    shutil.rmtree(folder_of(copied, 3))
    assert write_release(copied, 3)[0].previous == 1, "the next release is not compared with it"


def test_a_release_under_another_number_is_told(copied: Review) -> None:
    shutil.rmtree(folder_of(copied, 3))
    folder_of(copied, 2).rename(folder_of(copied, 3))
    (line,) = check_release(copied, 3).damage
    assert "says that it is release 2" in line
    shutil.copytree(folder_of(copied, 4), copied.root / "releases" / "04")
    assert [(r.number, r.folder.name) for r in list_releases(copied)] == [(1, "1"), (4, "4")]
    with pytest.raises(UserError, match=r"release 2 was written on .*, and is gone"):
        check_release(copied, 2)


@pytest.mark.parametrize(("shape", "line"), [("parquet", "DuckDB"), ("csv", "CSV")])
def test_shapes_of_a_table_that_do_not_say_the_same_are_told(copied: Review, shape: str, line: str) -> None:
    folder = folder_of(copied, 2)
    assert compare_shapes(folder) == []
    spoilt, other = (folder / shape / f"{view}.{shape}" for view in ("study", "report_study"))
    spoilt.chmod(0o644)
    if shape == "csv":
        spoilt.write_text(spoilt.read_text() + "one,more\n")
    else:
        pl.read_parquet(spoilt).clear().write_parquet(spoilt)
    other.unlink()
    found = compare_shapes(folder)
    assert len(found) == 2 and any("report_study is not in" in one for one in found)
    assert any(one.startswith("study: ") and line in one for one in found), found


@pytest.mark.parametrize(
    "name", ["parquet/record.parquet", "warehouse.duckdb", "release.json", "SHA256SUMS", "CITATION.cff"]
)
def test_a_file_that_is_spoilt_gone_or_too_many_is_named(copied: Review, name: str) -> None:
    path = folder_of(copied, 2) / name
    assert find_damage(copied, 2) == []
    bytes_ = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(bytes_[:20] + bytes([bytes_[20] ^ 1]) + bytes_[21:])
    assert (found := check_release(copied, 2).damage) and any(Path(name).name in line for line in found), found
    with pytest.raises(UserError, match="no longer what was released"):
        write_release(copied, 2)
    path.unlink()
    assert any(Path(name).name in line for line in find_damage(copied, 2))
    path.write_bytes(bytes_)
    (folder_of(copied, 2) / "more.txt").write_text("more")
    assert find_damage(copied, 2) == ["more.txt was not part of it"]


def test_a_release_that_is_gone_is_told_and_written_again_with_the_same_tables(copied: Review) -> None:
    folder = folder_of(copied, 2)
    folder.rename(copied.root / "moved")
    assert list_numbers(copied) == [1, 3, 4] and list_gone(copied) == [2]
    released, new = write_release(copied, 2)
    assert new and released.previous == 1 and list_gone(copied) == []
    for path in (copied.root / "moved").rglob("*.[pc]*"):
        if path.suffix in (".parquet", ".csv") and path.parent.name != "moved":
            assert (folder / path.relative_to(copied.root / "moved")).read_bytes() == path.read_bytes(), path.name


def test_what_is_withheld_now_is_not_in_the_changes_from_a_release_that_had_it(copied: Review) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("schemas.protocol_release.Release.withheld", ())
        shutil.rmtree(folder_of(copied, 3))
        write_release(copied, 3)
    assert ABSTRACT in (folder_of(copied, 3) / "csv" / "record.csv").read_text(encoding="utf-8")
    shutil.rmtree(folder_of(copied, 4))
    released, _ = write_release(copied, 4)
    assert released.previous == 3
    told = (released.folder / "changes.csv").read_text(encoding="utf-8")
    assert "record" in told and ABSTRACT not in told and TEXT not in told
    assert TEXT in read_changes(folder_of(copied, 3), released.folder).write_csv(), "else nothing was left out"


def test_names_of_files_and_columns_that_came_from_elsewhere_are_no_sql(tmp_path: Path) -> None:
    for folder, n in (("1", 1), ("2", 2)):
        (tmp_path / folder / "parquet").mkdir(parents=True)
        frame = pl.DataFrame({"a": [n], "b\" + error('ran') AS \"c": [n]})
        for name in ("odd", "x' AS view, error('ran') AS key --"):
            frame.write_parquet(tmp_path / folder / "parquet" / f"{name}.parquet")
    told = read_changes(tmp_path / "1", tmp_path / "2")
    assert sorted(told.select("view", "key", "change").rows()) == [
        ("odd", '{"a":1}', "removed"),
        ("odd", '{"a":2}', "added"),
    ]


def test_a_damaged_release_stops_neither_the_next_one_nor_with_a_traceback_who_compares(copied: Review) -> None:
    spoilt = folder_of(copied, 3) / "parquet" / "record.parquet"
    spoilt.chmod(0o644)
    spoilt.write_bytes(spoilt.read_bytes()[:-20])
    shutil.rmtree(folder_of(copied, 4))
    assert write_release(copied, 4)[0].previous == 2
    with pytest.raises(UserError, match="cannot be compared"):
        read_changes(folder_of(copied, 3), folder_of(copied, 4))
    with pytest.raises(UserError, match="its tables are not what was released"):
        open_release(copied, 3)
    assert open_release(copied, 4).number == 4


def test_a_death_half_way_leaves_nothing_that_looks_like_a_release_and_the_next_run_writes_it(copied: Review) -> None:
    shutil.rmtree(folder_of(copied, 4))
    left = copied.root / "releases" / ".4.999"
    left.mkdir()
    (left / "release.json").write_text("{}")
    assert list_numbers(copied) == [1, 2, 3] and [r.number for r in list_releases(copied)] == [1, 2, 3]
    with pytest.raises(KeyboardInterrupt), new_release(copied, 4) as fresh:
        (fresh / "release.json").write_text("{}")
        raise KeyboardInterrupt
    assert sorted(path.name for path in (copied.root / "releases").iterdir()) == ["1", "2", "3"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.review.release.data_contract", full_disk)
        done = refresh(copied, "test", Steps())
    assert done.published is not None and done.published.version == 4, "the version stands"
    assert [(p.name, "the disk is full" in p.message) for p in done.errors if p.name != "ledger"] == [
        ("releases/4", True)
    ]
    assert list_numbers(copied) == [1, 2, 3]
    assert "releases/4" not in {problem.name for problem in refresh(copied, "test", Steps()).errors}
    assert list_numbers(copied) == [1, 2, 3, 4]


def test_the_site_is_written_after_the_release_that_it_lists(copied: Review) -> None:
    shutil.rmtree(folder_of(copied, 4))
    seen: list[list[int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.review.update.renew_site", lambda review, *_: seen.append(list_numbers(review)) or [])
        refresh(copied, "test", Steps())
    assert seen == [[1, 2, 3, 4]]


def full_disk(*_: object) -> str:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_table_that_is_derived_otherwise_today_is_named(copied: Review) -> None:
    folder = folder_of(copied, 2)
    spoilt = folder / "parquet" / "prisma_flow.parquet"
    rewritten = pl.read_parquet(spoilt).with_columns(n=pl.col("n") + 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.review.check_release.find_damage", lambda review, number: [])
        spoilt.chmod(0o644)
        rewritten.write_parquet(spoilt)
        checked = check_release(copied, 2)
    assert [line.split(":")[0] for line in checked.differing] == ["prisma_flow"] and not checked.damage


def test_a_version_is_found_by_number_day_and_time(review: Review) -> None:
    releases = list_releases(review)
    assert find_version_as_of(review, "2") == 2
    assert [find_version_as_of(review, release.released_at.isoformat()) for release in releases] == [1, 2, 3, 4]
    assert find_version_as_of(review, "2090-01-01") == 4
    with pytest.raises(UserError, match="there is no version 9"):
        find_version_as_of(review, "9")


def test_a_review_without_anything_included_or_coded_has_a_release(tmp_path: Path) -> None:
    small = SmallReview(tmp_path / "review", PROTOCOL.replace('write = "never"', "abstracts = true"))
    small.search("medline", "a", [Rec("1", "Of apples", abstract=ABSTRACT)])
    assert refresh(small.review, "test", Steps()).errors == []
    assert list_releases(small.review) == [], "a refresh writes none, unless the protocol says so"
    released, new = write_release(small.review, 1)
    assert new and find_damage(small.review, 1) == [] and released.included_reports == 0
    assert ABSTRACT in (released.folder / "csv" / "record.csv").read_text(encoding="utf-8"), "the protocol allows it"
    assert not (released.folder / "codebook.qdc").exists()


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12))
def test_a_csv_neutralises_what_frames_do(text: str) -> None:
    from tasks.publish.release_tables import MACROS

    with duckdb.connect() as con:
        con.execute(MACROS)
        (told,) = con.execute("SELECT harmless(?)", [text]).fetchone() or ("",)
    frame = to_csv(pl.DataFrame({"text": [text]})).removeprefix("text\n")
    assert told == next(csv.reader([frame], strict=True), [""])[0] or "\n" in text or "\r" in text

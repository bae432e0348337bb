"""The copies for readers: swapped in whole; the one for everybody is blind where reviewers still have to vote."""

from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from schemas.base import Readers, readers_of
from schemas.dictionary import tables
from schemas.errors import UserError
from schemas.event import Release, ReportComment, ScreeningDecision
from tests.support.copies import contents, handmade
from tests.support.exports import Rec
from tests.support.handmade import Handmade
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import memory, reader, writer
from warehouse.materialise import materialise
from warehouse.publish import publish, publish_private
from warehouse.schema import create_schema, empty_warehouse

#: Words that only a verdict could bring into the file: reasons, labels and notes that nobody else would write.
TOLD = (
    "SECRETREASON",
    "SECRETLABEL",
    "SECRETNOTE",
    "SECRETLEDGER",
    "SECRETUNKNOWN",
    "SECRETWORD",
    "SECRETHASH",
    "SECRETREMARK",
    "SECRETCODING",
    "SECRETQUOTE",
    "SECRETMEMO",
    "SECRETLEVEL",
    "SECRETCONCERN",
)


#: Rows in which a verdict, or what is made of it, can stand, besides core.decision.
OF_ONE_VERDICT = """
INSERT INTO core.arrival BY NAME SELECT
    9 AS arrival_id, sha256(getvariable('verdict')) AS sha256, 'decisions' AS kind, 'votes.csv' AS file_name,
    length(getvariable('verdict')) AS bytes, getvariable('verdict') AS note, TIMESTAMPTZ '2020-01-06 12:00:00Z' AS received_at,
    'counts' AS state, true AS counts;
INSERT INTO core.reading VALUES (9, sha256(getvariable('verdict')), 'loaded', 'csv', 'utf-8');
INSERT INTO core.problem VALUES (9, 2, 'warning', getvariable('verdict') || ' is an odd word');
INSERT INTO core.imported_decision BY NAME SELECT
    9 AS arrival_id, 2 AS row, 'b' AS key, 'title-abstract' AS stage, 'Ada' AS reviewer, getvariable('verdict') AS verdict,
    getvariable('reason') AS reason, false AS consensus, [getvariable('verdict')] AS labels, getvariable('verdict') AS note;
INSERT INTO core.unmatched_decision BY NAME SELECT
    9 AS arrival_id, 3 AS row, 'x' AS key, 'title-abstract' AS stage, 'Ada' AS reviewer, getvariable('verdict') AS verdict,
    getvariable('reason') AS reason, 'no report is known by that name' AS why;
INSERT INTO core.release VALUES (1, 'x', TIMESTAMPTZ '2020-01-06 12:00:00Z', sha256(getvariable('verdict')), 7,
    sha256(getvariable('verdict')));
INSERT INTO core.meta VALUES ('content_hash', sha256(getvariable('verdict'))), ('head', sha256(getvariable('verdict')));
"""


#: A coding of a text that a second coder has still to code, with all that is made of it; and what one of two assessors says.
WAITING = Path(__file__).with_name("waiting.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """Three reports: both reviewers voted on the first, one on the second and (in the ledger) on the third; one vote is astray."""
    team = '["Ada", "Ben", { name = "Sifter", kind = "automation" }]'
    small = SmallReview(tmp_path_factory.mktemp("screened"), PROTOCOL.replace('["Ada", "Ben"]', team))
    small.search(
        "medline", "a", [Rec("1", "Of apples"), Rec("2", "Of pears", doi="10.5555/p"), Rec("3", "Of plums", year=2001)]
    )
    small.drop(
        "decisions/title-abstract/votes.csv",
        "id,reviewer,verdict,reason,labels,note\n"
        "1,Ada,exclude,OPENREASON,,\n1,Ben,exclude,OPENREASON,,\n"
        "2,Ada,exclude,SECRETREASON,SECRETLABEL,SECRETNOTE\n"
        "2,Sifter,exclude,SECRETTOOL,,\n"
        "77,Ada,exclude,SECRETUNKNOWN,,\n",
    )
    small.drop("decisions/title-abstract/words.csv", "id,reviewer,verdict\n3,Ada,SECRETWORD\n")
    small.update()
    (plums,) = small.rows("SELECT report_id FROM report WHERE title LIKE 'Of plums%'")
    decision = ScreeningDecision(report_id=plums[0], stage="title-abstract", verdict="exclude", reason="SECRETLEDGER")
    small.review.log.append(decision, "Ben")
    remark = ReportComment(report_id=plums[0], stage="title-abstract", comment="SECRETREMARK")
    small.review.log.append(remark, "Ben")
    release = Release(
        number=1, run_id="a run", upto=1, head="0" * 64, basis="x", content_hash="SECRETHASH", included=()
    )  # fmt: skip
    small.review.log.append(release, "test")
    small.update()
    with writer(small.review.warehouse) as con:  # as a larger review has it, and one whose codings wait
        con.execute(WAITING)
        con.execute("INSERT INTO core.content_part VALUES ('core.record', 0, '3:SECRETHASH', '1')")
        con.execute("INSERT INTO core.checked_view VALUES ('main.record', 'SECRETHASH')")
    small.publish()
    with writer(small.review.warehouse) as con:
        publish_private(con, private(small))
    return small


def private(small: SmallReview) -> Path:
    return small.review.root / "private" / "warehouse.duckdb"


@pytest.fixture(scope="module")
def shown_and_held(screened: SmallReview) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What the copy for everybody holds, and the private one."""
    return contents(screened.review.published_warehouse), contents(private(screened))


def test_verdicts_are_hidden_until_all_votes_are_in(screened: SmallReview) -> None:
    with reader(screened.review.published_warehouse) as con:
        shown = con.execute(
            "SELECT key, reviewer, verdict, reason FROM screening_decision ORDER BY key, reviewer"
        ).fetchall()
    assert [row for row in shown if row[0] == "1"] == [
        ("1", "Ada", "exclude", "OPENREASON"),
        ("1", "Ben", "exclude", "OPENREASON"),
    ]
    assert len(shown) == 2


def test_no_table_of_the_published_file_lets_a_verdict_out(screened: SmallReview) -> None:
    held = screened.review.warehouse.read_bytes()
    shown = screened.review.published_warehouse.read_bytes()
    # A word that is no verdict, where one should stand, is not even told: who mistyped it meant something.
    for word in (b"OPENREASON", *(word.encode() for word in TOLD if word != "SECRETWORD")):
        assert word in held, word
    assert b"OPENREASON" in shown
    assert [word for word in TOLD if word.encode() in shown] == []
    with reader(screened.review.published_warehouse) as con:
        tables = con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        views = con.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
        ).fetchall()
        for (name,) in [*tables, *views]:
            text = str(con.execute(f"SELECT to_json(t) FROM {name} AS t").fetchall())
            assert [word for word in TOLD if word in text] == [], name


def test_who_reads_the_copy_sees_where_each_report_stands(screened: SmallReview) -> None:
    query = "SELECT report_id, stage, status, votes FROM screening_status ORDER BY ALL"
    with reader(screened.review.published_warehouse) as con:
        shown = con.execute(query).fetchall()
        flow = con.execute("FROM prisma_flow").fetchall()
    assert sorted(row[2:] for row in shown) == [("awaiting", None), ("awaiting", None), ("excluded", 2)]
    assert sorted(row[2:] for row in screened.rows(query)) == [
        ("awaiting_second", 1),
        ("awaiting_second", 1),
        ("excluded", 2),
    ]
    assert flow == screened.rows("FROM prisma_flow")


def test_the_share_of_second_votes_does_not_tell_how_the_first_was(tmp_path: Path) -> None:
    """Where only exclusions get a second vote, a report that waits for one would say how it was voted: it is hidden all the same."""
    protocol = SmallReview(tmp_path / "x").review.protocol_path.read_text()
    small = SmallReview(
        tmp_path / "one-vote", protocol + "\n[screening.title-abstract]\nvotes = 1\nsecond_vote_of_excluded = 1.0\n"
    )
    small.search("medline", "a", [Rec("1", "Of apples")])
    small.drop("decisions/title-abstract/votes.csv", "id,reviewer,verdict,reason\n1,Ada,exclude,SECRETREASON\n")
    small.update()
    with reader(small.publish()) as con:
        assert con.execute("SELECT status, votes FROM screening_status").fetchall() == [("awaiting", None)]
        assert con.execute("FROM screening_decision").fetchall() == []


@pytest.mark.parametrize("name", sorted(tables()))
def test_the_copy_shows_each_table_as_it_declares(shown_and_held, name: str) -> None:
    """Whole: the same rows as in the private copy. Masked: no more, and some other ones. Never: none."""
    shown, held = (copy[name] for copy in shown_and_held)
    match readers_of(tables()[name]):
        case Readers.WHOLE:
            assert shown == held
        case Readers.MASKED:
            assert len(shown) <= len(held)
            assert shown != held
        case Readers.NEVER:
            assert shown == []
            assert held != []


def test_a_verdict_at_a_stage_that_is_not_reached_is_hidden(tmp_path: Path) -> None:
    """One of two has voted on title and abstract, and went on to the full text at once: neither vote is shown."""
    with handmade(tmp_path / "x") as made:
        made.record("a")
        made.vote("a", "Ada", "include")
        made.vote("a", "Ada", "include", "full-text")
        publish(made.con, tmp_path / "copy.duckdb")
    with reader(tmp_path / "copy.duckdb") as copy:
        assert copy.execute("FROM core.decision").fetchall() == []


def test_two_reviews_that_differ_in_hidden_verdicts_alone_give_the_same_copy(tmp_path: Path) -> None:
    """So no id, hash, size or count of the copy tells a verdict, to whoever tries out all that it could be."""

    def copy(verdict: str, reason: str | None) -> dict[str, list[str]]:
        with handmade(tmp_path / verdict) as made:
            made.record("a")
            made.record("b")
            made.vote("a", "Ada", "include")
            made.vote("a", "Ben", "include")
            made.vote("b", "Ada", verdict, reason=reason)
            for name, value in (("verdict", verdict), ("reason", reason)):
                made.con.execute(f"SET VARIABLE {name} = ?", [value])
            made.con.execute(OF_ONE_VERDICT)
            materialise(made.con)
            publish(made.con, tmp_path / verdict / "copy.duckdb")
        return contents(tmp_path / verdict / "copy.duckdb")

    shown = copy("include", None)
    assert shown == copy("maybe", "not sure at all")
    assert any("include" in row for row in shown["core.decision"])


def test_the_id_of_a_decision_is_no_function_of_its_verdict(tmp_path: Path) -> None:
    ids = []
    for verdict in ("include", "exclude"):
        small = SmallReview(tmp_path / verdict)
        small.search("medline", "a", [Rec("1", "Of apples")])
        small.drop("decisions/title-abstract/votes.csv", f"id,reviewer,verdict\n1,Ada,{verdict}\n1,Ben,exclude\n")
        small.update()
        ids.append(
            small.rows(
                "SELECT replace(decision_id, arrival_id::VARCHAR, 'the file'), row FROM core.decision ORDER BY ALL"
            )
        )
    assert ids[0] == ids[1] == [("dthe file-2-1", 2), ("dthe file-3-1", 3)]


def test_a_table_that_declares_nothing_is_refused(tmp_path: Path) -> None:
    con = memory()
    con.execute("CREATE TABLE secret AS SELECT 'exclude' AS verdict")
    with pytest.raises(ValueError, match=r"main\.secret does not declare how readers get it"):
        publish(con, tmp_path / "copy.duckdb")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def source(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse that says 'one'."""
    (tmp_path / "w.duckdb").write_bytes(empty_warehouse())
    with writer(tmp_path / "w.duckdb") as con:
        con.execute("INSERT INTO core.meta VALUES ('program', 'one')")
        yield con


def says(path: Path) -> str:
    with reader(path) as con:
        return str(con.execute("SELECT value FROM core.meta WHERE key = 'program'").fetchall()[0][0])


@pytest.mark.parametrize("make", [publish, publish_private])
def test_whoever_reads_keeps_the_old_copy_and_new_readers_see_the_new(make, source, tmp_path: Path) -> None:
    target = tmp_path / "it's here" / "warehouse.duckdb"
    make(source, target)
    with reader(target) as old:
        source.execute("UPDATE core.meta SET value = 'two'")
        make(source, target)
        assert old.execute("SELECT value FROM core.meta WHERE key = 'program'").fetchall() == [("one",)]
    assert says(target) == "two"
    assert [path.name for path in target.parent.iterdir()] == ["warehouse.duckdb"]


def test_only_the_team_can_open_the_private_copy(source, tmp_path: Path) -> None:
    publish_private(source, tmp_path / "private" / "warehouse.duckdb")
    assert stat.S_IMODE((tmp_path / "private" / "warehouse.duckdb").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700
    publish(source, tmp_path / "published" / "warehouse.duckdb")
    assert stat.S_IMODE((tmp_path / "published" / "warehouse.duckdb").stat().st_mode) == 0o444


def test_the_private_copy_of_a_warehouse_in_memory_has_the_same_rows(tmp_path: Path) -> None:
    con = memory()
    create_schema(con)
    Handmade(con).record("a")
    publish_private(con, tmp_path / "private" / "warehouse.duckdb")
    with reader(tmp_path / "private" / "warehouse.duckdb") as copy:
        assert copy.execute("FROM core.record").fetchall() == con.execute("FROM core.record").fetchall() != []


def test_the_private_copy_is_the_warehouses_file_and_what_was_written_last_is_in_it(source, tmp_path: Path) -> None:
    source.execute("UPDATE core.meta SET value = 'two'")
    publish_private(source, tmp_path / "private" / "warehouse.duckdb")
    assert (tmp_path / "private" / "warehouse.duckdb").read_bytes() == (tmp_path / "w.duckdb").read_bytes()
    assert says(tmp_path / "private" / "warehouse.duckdb") == "two"


@pytest.mark.parametrize("make", [publish, publish_private])
def test_what_a_killed_run_of_the_same_process_number_left_is_no_hindrance(make, source, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "warehouse.duckdb"
    left = target.with_name(f".warehouse.duckdb.{os.getpid()}")
    left.parent.mkdir()
    for path in (left, Path(f"{left}.wal")):
        path.write_bytes(b"half a copy")
    make(source, target)
    assert says(target) == "one"
    assert [path.name for path in target.parent.iterdir()] == ["warehouse.duckdb"]


def test_the_warehouse_stays_locked_after_it_was_copied(source, tmp_path: Path) -> None:
    """A process that opens and closes a file loses its locks on it: the file must be copied by another."""
    publish_private(source, tmp_path / "private" / "warehouse.duckdb")
    opens = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True)"
    other = subprocess.run(
        [sys.executable, "-c", opens, str(tmp_path / "w.duckdb")], check=False, capture_output=True, text=True
    )
    assert "Conflicting lock" in other.stderr


@contextmanager
def full_disk(left: int) -> Iterator[None]:
    """No file of this process can grow beyond `left` bytes; a process that it starts has the same limit."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("left", [0, 20_000, 300_000])
@pytest.mark.parametrize("make", [publish, publish_private])
def test_a_full_disk_leaves_the_old_copy_and_nothing_beside_it(make, left: int, source, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "warehouse.duckdb"
    make(source, target)
    source.execute("UPDATE core.meta SET value = 'two'")
    source.execute("CHECKPOINT")
    with full_disk(left), pytest.raises(UserError, match=r"warehouse\.duckdb: cannot be written: .*still stands"):
        make(source, target)
    assert says(target) == "one"
    assert [path.name for path in target.parent.iterdir()] == ["warehouse.duckdb"]
    make(source, target)
    assert says(target) == "two"


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("make", [publish, publish_private])
def test_a_disk_that_fails_leaves_the_old_copy_and_nothing_beside_it(
    make, step: str, source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copies" / "warehouse.duckdb"
    make(source, target)
    source.execute("UPDATE core.meta SET value = 'two'")

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os if step == "fsync" else Path, step, fails)
    with pytest.raises(UserError, match=r"cannot be written: Input/output error .*still stands"):
        make(source, target)
    monkeypatch.undo()
    assert says(target) == "one"
    assert [path.name for path in target.parent.iterdir()] == ["warehouse.duckdb"]


def test_a_run_that_is_stopped_while_it_copies_leaves_the_old_copy(source, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "warehouse.duckdb"
    publish(source, target)
    source.execute("UPDATE core.meta SET value = 'two'")

    class Stopped:
        """The same connection, which is stopped while it copies a table."""

        def execute(self, query: str, *rest: object) -> object:
            if query.startswith("INSERT INTO published.core.meta "):
                raise KeyboardInterrupt
            return source.execute(query, *rest)

    with pytest.raises(KeyboardInterrupt):
        publish(Stopped(), target)
    assert says(target) == "one"
    assert [path.name for path in target.parent.iterdir()] == ["warehouse.duckdb"]
    publish(source, target)
    assert says(target) == "two"

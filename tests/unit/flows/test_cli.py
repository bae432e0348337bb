"""The command line: what each command prints, its exit codes, and one clear line for every mistake."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory

import httpx
import pytest

from flows.cli import COMMANDS
from schemas.event import ScreeningDecision
from tests.support.cli import living_review
from tests.support.exports import Rec, ovid
from tests.support.reviews import SmallReview
from warehouse.review import Review


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """A published review: two reports, one included by both reviewers, one waiting; a record in quarantine."""
    small = SmallReview(tmp_path_factory.mktemp("cli") / "orchards")
    small.search("medline", "a", [Rec("1", "Of apples, 'quoted'", doi="10.5555/a"), Rec("2", "Of pears", year=2011)])
    small.drop("exports/websites/list.csv", "title,year\nOf plums,2012\n,2013\n")
    small.drop(
        "decisions/title-abstract/votes.csv", "id,reviewer,verdict\n1,Ada,include\n1,Ben,include\n2,Ada,exclude\n"
    )
    small.update()
    small.publish_version()
    return small


@pytest.fixture
def root(small: SmallReview) -> Path:
    return small.review.root


class TestHelp:
    def test_lists_every_command(self) -> None:
        said = living_review("--help")
        assert said.code == 0
        assert [name for name in COMMANDS if f"  {name} " not in said.out] == []

    @pytest.mark.parametrize("command", COMMANDS)
    def test_of_each_command(self, command: str) -> None:
        said = living_review(command, "--help")
        assert said.code == 0
        assert said.out.startswith(f"Usage: living-review {command}")

    def test_version(self) -> None:
        assert living_review("--version").out.startswith("living-review 0.")

    def test_a_wrong_name_gets_the_one_that_is_close(self) -> None:
        assert "No such command 'updat'. Did you mean 'update'?" in living_review("updat").err
        assert "Did you mean" not in living_review("xyzzy").err
        assert "--format" in living_review("sources", "--fromat").err

    @pytest.mark.parametrize(
        "words", [["updat"], ["update", "--nonsense"], ["sql"], ["sql", "a", "b", "c"], ["decide"]]
    )
    def test_wrong_use_is_2_and_says_how(self, words: list[str]) -> None:
        said = living_review(*words)
        assert said.code == 2
        assert "Traceback" not in said.err
        assert "Error: " in said.err


@pytest.mark.parametrize(
    "words",
    [
        ["sql", "ROOT", "SELECT 1", "--format", "csv", "--out"],
        ["sql", "ROOT", "SELECT 1", "--format", "parquet", "--out"],
        ["prisma", "ROOT", "--format", "svg", "--out"],
        ["parse", "EXPORT", "--out"],
        ["parse", "EXPORT", "--quarantine"],
        ["dedupe", "EXPORT", "--out"],
        ["dedupe", "EXPORT", "--pairs"],
    ],
    ids=" ".join,
)
def test_a_file_that_cannot_be_written_is_one_line(root: Path, tmp_path: Path, words: list[str]) -> None:
    export = tmp_path / "a.ris"
    export.write_text(ovid([Rec("1", "Of apples")]))
    said = living_review(*({"ROOT": root, "EXPORT": export}.get(word, word) for word in words), tmp_path / "none" / "x")
    assert said.code == 2
    assert "none" in said.line


@pytest.mark.parametrize(
    "words",
    [["parse", "--out"], ["parse", "--format", "parquet", "--out"], ["dedupe", "--out"], ["dedupe", "--pairs"]],
    ids=" ".join,
)
def test_what_is_no_file_is_written_to_and_never_replaced(tmp_path: Path, words: list[str]) -> None:
    """A pipe here; /dev/null, of whoever may replace it, is the one that hurts."""
    export, pipe = tmp_path / "a.ris", tmp_path / "pipe"
    export.write_text(ovid([Rec("1", "Of apples")]))
    os.mkfifo(pipe)
    got: list[bytes] = []
    reading = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reading.start()
    assert living_review(words[0], export, *words[1:], pipe).code == 0
    reading.join(10)
    assert len(got[0]) > 10
    assert pipe.is_fifo()


class TestNoReview:
    @pytest.mark.parametrize(
        "words",
        [
            ["update"], ["status"], ["rebuild"], ["schedule"], ["prisma"],
            ["decide", "DIR", "rep_1", "--stage", "full-text", "--verdict", "include"],
        ],
        ids=lambda words: words[0],
    )  # fmt: skip
    @pytest.mark.parametrize("there", [False, True], ids=["no folder", "no review.toml"])
    def test_one_line_that_names_the_folder_and_the_way_out(
        self, tmp_path: Path, words: list[str], there: bool
    ) -> None:
        folder = tmp_path / "nowhere"
        if there:
            folder.mkdir()
        words = [str(folder) if word == "DIR" else word for word in words]
        said = living_review(*words, *([] if str(folder) in words else [folder]))
        assert said.code == 2
        assert str(folder) in said.line
        assert "living-review init" in said.line

    def test_nothing_is_published_yet_and_the_command_that_mends_it_can_be_pasted(self, tmp_path: Path) -> None:
        folder = tmp_path / "Änne's 50% review"
        living_review("init", folder, "--source", "medline")
        said = living_review("prisma", folder)
        assert said.code == 2
        assert f"nothing is published yet (run: living-review update {quote(str(folder))})" in said.line
        assert f"no version yet: living-review update {quote(str(folder))}" in living_review("status", folder).out
        assert "nothing is published yet" in living_review("sql", folder, "SELECT 1").line


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
class TestReadOnlyShare:
    """A folder that a user may read and not write: by its permissions, and as nobody where the tests run as root, whom no
    permission binds."""

    @pytest.fixture
    def share(self, root: Path) -> Iterator[Path]:
        with TemporaryDirectory() as folder:
            share = Path(folder) / "orchards"
            shutil.copytree(root, share)
            inside = [Path(folder), share, *share.rglob("*")]
            for path in inside:
                path.chmod(0o555 if path.is_dir() else 0o444)
            yield share
            for path in inside:
                path.chmod(0o755)

    @pytest.mark.parametrize(
        "words", [["sql", "FROM prisma_flow"], ["sources"], ["prisma"]], ids=lambda words: words[0]
    )
    def test_what_only_reads_works(self, root: Path, share: Path, words: list[str]) -> None:
        expected = living_review(words[0], root, *words[1:])  # this also imports what nobody may not be allowed to read
        with as_nobody():
            with pytest.raises(PermissionError):
                (share / "new").touch()
            said = living_review(words[0], share, *words[1:])
        assert said == expected
        assert said.code == 0


@contextmanager
def as_nobody() -> Iterator[None]:
    """Within it files are opened as by a user without rights, where the tests run as root; else nothing changes."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


class TestInit:
    def test_writes_a_protocol_that_is_valid_and_a_folder_for_each_source(self, tmp_path: Path) -> None:
        said = living_review(
            "init", tmp_path / "new", "--source", "medline", "--source", "my-own_list", "--title", 'Of "apples"'
        )
        assert said.code == 0
        read = Review(tmp_path / "new").protocol().protocol
        assert read.review.title == 'Of "apples"'
        assert [source.name for source in read.source] == ["medline", "my-own_list"]
        assert (tmp_path / "new" / "exports" / "my-own_list").is_dir()

    def test_never_overwrites_one(self, tmp_path: Path) -> None:
        (tmp_path / "review.toml").write_text("mine")
        said = living_review("init", tmp_path)
        assert said.code == 2
        assert "review.toml" in said.line
        assert (tmp_path / "review.toml").read_text() == "mine"

    @pytest.mark.parametrize(
        ("name", "method"),
        [
            ("medline", "database"),
            ("handsearch", "other"),
            ("hand-searching", "other"),
            ("handsearched-journals", "other"),
            ("trial-registers", "register"),
            ("citation-chasing", "citation searching"),
            ("references", "reference lists"),
            ("web_sites", "websites"),
            ("web-of-science", "database"),
            ("organizations", "organisations"),
            ("experts", "other"),
            ("call-for-evidence", "call for evidence"),
        ],
    )
    def test_the_method_is_what_the_name_says(self, tmp_path: Path, name: str, method: str) -> None:
        living_review("init", tmp_path, "--source", name)
        (source,) = Review(tmp_path).protocol().protocol.source
        assert source.method == method

    def test_a_name_that_says_nothing_is_to_be_checked(self, tmp_path: Path) -> None:
        living_review("init", tmp_path, "--source", "medline", "--source", "orchard-index", "--source", "handsearch")
        methods = [line for line in (tmp_path / "review.toml").read_text().splitlines() if line.startswith("method")]
        assert [line for line in methods if "# check:" in line] == [methods[1]]

    @pytest.mark.parametrize("name", ["Medline", "a b", "../up", "-x", ""])
    def test_a_name_that_cannot_be_a_folder(self, tmp_path: Path, name: str) -> None:
        said = living_review("init", tmp_path / "new", f"--source={name}")
        assert said.code == 2
        assert f"'{name}'" in said.line
        assert not (tmp_path / "new" / "review.toml").exists()


class TestPrisma:
    def test_in_every_format(self, root: Path, tmp_path: Path) -> None:
        assert living_review("prisma", root).out.lstrip().startswith("<")
        rows = {
            row["box"]: row["n"]
            for row in csv.DictReader(io.StringIO(living_review("prisma", root, "--format", "csv").out))
        }
        assert (rows["identified_databases"], rows["awaiting_screening"]) == ("2", "1")
        assert json.loads(living_review("prisma", root, "--format", "json").out)
        living_review("prisma", root, "--out", tmp_path / "flow.png")
        assert (tmp_path / "flow.png").read_bytes().startswith(b"\x89PNG")

    def test_each_box_lists_its_members(self, root: Path) -> None:
        rows = list(csv.DictReader(io.StringIO(living_review("prisma", root, "--list", "awaiting_screening").out)))
        assert [row["title"] for row in rows] == ["Of pears"]
        said = living_review("prisma", root, "--list", "nonsense")
        assert said.code == 2
        assert "identified_databases" in said.line

    @pytest.mark.parametrize(
        ("when", "says"), [("9", "no version 9"), ("soon", "neither"), ("1999-01-01", "nothing yet")]
    )
    def test_a_past_that_there_was_not(self, root: Path, when: str, says: str) -> None:
        said = living_review("prisma", root, "--as-of", when)
        assert said.code == 2
        assert says in said.line

    def test_the_past_of_a_version(self, root: Path) -> None:
        said = living_review("prisma", root, "--as-of", "1", "--format", "csv")
        assert said.code == 0
        assert said.out == living_review("prisma", root, "--format", "csv").out


class TestDecide:
    def decide(self, root: Path, report: str, stage: str, verdict: str, *rest: str):
        return living_review("decide", root, report, "--stage", stage, "--verdict", verdict, "--reviewer", "Ben", *rest)

    def test_goes_into_the_log(self, small: SmallReview, root: Path) -> None:
        ((report,),) = small.rows("SELECT report_id FROM report WHERE title LIKE 'Of pears%'")
        said = self.decide(root, report, "title-abstract", "include")
        assert said.code == 0
        last = list(small.review.log.entries(ScreeningDecision))[-1]
        assert (last.actor, last.event.report_id, last.event.verdict) == ("Ben", report, "include")
        assert said.out.startswith("'Of pears")
        assert f"noted as event {last.seq};" in said.out

    @pytest.mark.parametrize(
        ("report", "stage", "verdict", "rest", "says"),
        [
            ("rep_unknown", "title-abstract", "include", [], "no report is known as 'rep_unknown'"),
            ("rep_unknown", "full-text", "exclude", [], "needs a reason"),
            ("rep_unknown", "full-text", "exclude", ["--reason", "Boring"], "'Boring' is no reason of the protocol"),
            ("rep_unknown", "title-abstract", "not-retrieved", [], "is no verdict at"),
            ("rep_unknown", "retrieval", "exclude", [], "is no verdict at"),
        ],
    )
    def test_what_cannot_be_is_not_noted(self, small, report, stage, verdict, *, rest, says) -> None:
        before = small.review.log.head().seq
        said = self.decide(small.review.root, report, stage, verdict, *rest)
        assert said.code == 2
        assert says in said.line
        assert small.review.log.head().seq == before


class TestStatus:
    def test_says_how_current_what_waits_and_what_is_broken(self, root: Path) -> None:
        said = living_review("status", root)
        assert said.code == 0
        assert "version 1 of " in said.out
        assert "overdue" in said.out
        assert "for Ben" in said.out
        assert "1 record of websites" in said.out

    def test_as_json(self, root: Path) -> None:
        said = json.loads(living_review("status", root, "--json").out)
        assert {row["source"]: row["records"] for row in said["sources"]} == {
            "medline": 2,
            "cinahl": 0,
            "pubmed": 0,
            "websites": 1,
        }

    def test_shows_no_verdict(self, root: Path) -> None:
        """Ada excluded the report that waits for Ben: neither form lets him know."""
        for words in (["status", root], ["status", root, "--json"]):
            assert "exclude" not in living_review(*words).out

    def test_of_a_review_that_was_rebuilt_before_it_was_ever_updated(self, tmp_path: Path) -> None:
        fresh = SmallReview(tmp_path)
        fresh.search("medline", "a", [Rec("1", "Of apples")])
        fresh.update()
        fresh.publish()
        said = living_review("status", tmp_path)
        assert said.code == 0
        assert "Traceback" not in said.err


class TestSchedule:
    def test_says_when_the_next_runs_are(self, root: Path) -> None:
        said = living_review("schedule", root, "--dry-run")
        assert said.code == 0
        assert "'0 6 1 * *' (UTC); next: 20" in said.out

    def test_needs_a_server(self, root: Path, monkeypatch) -> None:
        monkeypatch.delenv("PREFECT_API_URL", raising=False)
        said = living_review("schedule", root)
        assert said.code == 2
        assert "prefect server start" in said.line

    @pytest.mark.parametrize(
        ("cron", "zone"), [("61 6 1 * *", "UTC"), ("0 6 1 * *", "Europe/Nowhere"), ("a b c d e", "UTC")]
    )
    def test_a_schedule_that_cannot_be(self, tmp_path: Path, cron: str, zone: str) -> None:
        small = SmallReview(tmp_path)
        with small.review.protocol_path.open("a") as file:
            file.write(f'\n[schedule]\ncron = "{cron}"\ntimezone = "{zone}"\n')
        said = living_review("schedule", tmp_path, "--dry-run")
        assert said.code == 2
        assert "review.toml" in said.line
        assert cron in said.line or zone in said.line


class TestPrefectsServer:
    """It is Prefect's to try again; when that is over, it is one line and not Prefect's traceback."""

    URL = "http://user:secret@127.0.0.1:4200/api"

    def rebuild(self, root: Path, monkeypatch: pytest.MonkeyPatch, error: Exception):
        def fails(*_: object) -> None:
            raise RuntimeError("Failed to reach API") from error

        monkeypatch.setenv("PREFECT_API_URL", self.URL)
        monkeypatch.setattr("flows.update.rebuild", fails)
        return living_review("rebuild", root)

    def answers(self, code: int) -> httpx.HTTPStatusError:
        request = httpx.Request("POST", self.URL)
        return httpx.HTTPStatusError(f"for url {self.URL}", request=request, response=httpx.Response(code))

    def test_that_is_not_there(self, root: Path, monkeypatch) -> None:
        said = self.rebuild(root, monkeypatch, httpx.ConnectError("Connection refused"))
        assert said.code == 2
        assert "Prefect's server does not answer: Connection refused" in said.line
        assert "PREFECT_API_URL" in said.line

    @pytest.mark.parametrize(
        ("code", "says"),
        [(503, "503 Service Unavailable"), (401, "401 Unauthorized"), (500, "500 Internal Server Error")],
    )
    def test_that_stays_busy_refuses_or_has_lost_its_database(
        self, root: Path, monkeypatch, code: int, says: str
    ) -> None:
        said = self.rebuild(root, monkeypatch, self.answers(code))
        assert said.code == 2
        assert f"Prefect's server answers {says}" in said.line
        assert "secret" not in said.err

    def test_that_was_asked_wrongly_is_no_mistake_of_the_user(self, root: Path, monkeypatch) -> None:
        with pytest.raises(RuntimeError):
            self.rebuild(root, monkeypatch, self.answers(422))


def test_the_demo_wants_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    said = living_review("demo", tmp_path)
    assert said.code == 2
    assert "is not empty" in said.line
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_dictionary_is_a_page() -> None:
    said = living_review("dictionary")
    assert said.out.startswith("# Data dictionary")
    assert "### screening_status" in said.out

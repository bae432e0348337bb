"""DIR first and optional, by one rule; and names that are close to one that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from flows.arguments import ReviewGroup, login, quiet, review_folder
from flows.cli import command
from flows.terminal import console, print_problems
from schemas.problem import Problem


@click.command(cls=ReviewGroup, default="list")
def group() -> None:
    """Commands with DIR before nothing, and before two words."""


@group.command("list")
@review_folder
@click.option("--all", "whole", is_flag=True)
def list_(folder: Path, *, whole: bool) -> None:
    click.echo(f"list {folder} {whole}")


@group.command()
@review_folder
@click.argument("delivery", type=int)
@click.argument("source")
@click.option("--who", default="Ada")
def assign(folder: Path, delivery: int, source: str, who: str) -> None:
    click.echo(f"assign {folder} {delivery} {source} {who}")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apples").mkdir()
    monkeypatch.chdir(tmp_path)


def run(*words: str) -> Result:
    return CliRunner().invoke(group, words)


class TestFolder:
    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["assign", "7", "medline"], "assign . 7 medline Ada"),
            (["assign", "apples", "7", "medline"], "assign apples 7 medline Ada"),
            (["assign", "nowhere", "7", "medline"], "assign nowhere 7 medline Ada"),
            (["assign", "--who", "Ben", "apples", "7", "medline"], "assign apples 7 medline Ben"),
            (["assign", "apples", "7", "--who", "Ben", "medline"], "assign apples 7 medline Ben"),
            (["list"], "list . False"),
            (["list", "nowhere"], "list nowhere False"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_is_the_word_before_those_that_are_needed(self, words: list[str], says: str) -> None:
        assert run(*words).output == f"{says}\n"

    def test_that_exists_is_never_taken_for_a_word_that_is_needed(self) -> None:
        assert "Missing argument 'DELIVERY'" in run("assign", "apples", "medline").output
        assert "Missing argument" in run("assign", "apples").output

    def test_is_one_word(self) -> None:
        said = run("assign", "a", "b", "7", "medline")
        assert said.exit_code == 2
        assert "give [DIR] DELIVERY SOURCE" in said.output

    def test_stands_first_in_the_help(self) -> None:
        assert "assign [OPTIONS] [DIR] DELIVERY SOURCE" in run("assign", "--help").output

    def test_is_no_word_of_more_letters_than_a_name_can_have(self) -> None:
        assert "not a valid integer" in run("assign", "x" * 5000, "medline").output


class TestGroup:
    @pytest.mark.parametrize(
        ("words", "says"),
        [([], "list . False"), (["apples"], "list apples False"), (["--all"], "list . True"), (["nowhere"], "list nowhere False")],
        ids=["nothing", "a folder", "an option", "no folder"],
    )  # fmt: skip
    def test_what_names_no_command_is_for_the_default(self, words: list[str], says: str) -> None:
        assert run(*words).output == f"{says}\n"

    @pytest.mark.parametrize("folder", ["apples", "nowhere"])
    def test_the_folder_may_stand_before_the_command(self, folder: str) -> None:
        assert run(folder, "assign", "7", "medline").output == f"assign {folder} 7 medline Ada\n"
        assert run(folder, "list", "--all").output == f"list {folder} True\n"

    def test_without_a_default_a_folder_alone_misses_a_command(self, tmp_path: Path) -> None:
        @click.group(cls=ReviewGroup)
        def top() -> None: ...

        top.add_command(click.Command("assign"))
        said = CliRunner().invoke(top, [str(tmp_path)])
        assert said.exit_code == 2
        assert "Missing command, one of: assign." in said.output

    def test_help_is_of_the_group(self) -> None:
        assert "assign" in run("--help").output

    def test_a_name_that_is_close_to_a_command_is_a_mistake(self) -> None:
        said = run("asign", "7", "medline")
        assert said.exit_code == 2
        assert "No such command 'asign'. Did you mean 'assign'?" in said.output
        said = run("apples", "asign", "7", "medline")
        assert said.exit_code == 2
        assert "No such command 'asign'. Did you mean 'assign'?" in said.output, "behind the folder too"


def test_who_runs_it_has_a_name_also_where_the_system_knows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert re.fullmatch(r"user \d+", login())


class TestQuiet:
    @pytest.fixture
    def said(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
        """What a command that works, and finds a problem, puts on standard error."""

        @click.command()
        @quiet
        def work() -> None:
            console.print("loading …")
            print_problems([Problem("a.ris", 3, "is no record")])

        def run(*words: str) -> str:
            work.main(list(words), standalone_mode=False)
            return capsys.readouterr().err

        return run

    def test_leaves_out_what_is_done_and_not_what_went_wrong(self, said) -> None:
        assert said("--quiet") == "error: a.ris:3: is no record\n"

    def test_is_for_one_command_only(self, said) -> None:
        said("-q")
        assert said() == "loading …\nerror: a.ris:3: is no record\n"


def options(top: click.Command, path: str = "") -> Iterator[tuple[str, click.Option]]:
    """Every option of a command and of the commands below it, with the words that call it."""
    if isinstance(top, click.Group):
        for name in top.list_commands(click.Context(top)):
            below = top.get_command(click.Context(top), name)
            assert below is not None
            yield from options(below, f"{path} {name}")
    for parameter in top.params:
        if isinstance(parameter, click.Option):
            yield path.strip(), parameter


def find(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words call, and the words behind its name."""
    called: click.Command = command
    while isinstance(called, click.Group):
        below = called.get_command(click.Context(called), words[0])
        assert below is not None
        called, words = below, words[1:]
    return called, words


class TestOneName:
    """One thing is called by one name in all commands; what it was called before still works, and no help shows it."""

    old = frozenset({"--reviewer", "--coder", "--user", "--why"})

    def test_no_command_shows_an_old_name(self) -> None:
        assert [(path, option.opts) for path, option in options(command) if self.old & set(option.opts)] == []

    def test_who_is_the_login_unless_it_is_said_or_needs_no_name(self) -> None:
        asked = {path: option for path, option in options(command) if "--who" in option.opts}
        assert {"decide", "comment", "correct", "duplicates rule", "coding done", "deliveries withdraw"} <= set(asked)
        optional = {path for path, option in asked.items() if option.default is not login}
        assert optional == {"coding import", "extraction import", "appraisal import", "method import"}, (
            "files that may say whose they are"
        )

    @pytest.mark.parametrize(
        ("words", "old"),
        [
            (["decide", "rep_1"], "--reviewer"),
            (["comment", "rep_1"], "--reviewer"),
            (["correct", "r1"], "--reviewer"),
            (["duplicates", "rule", "r1", "r2", "same"], "--reviewer"),
            (["duplicates", "undo", "7"], "--reviewer"),
            (["coding", "done", "rep_1"], "--coder"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_old_names_lead_to_it(self, words: list[str], old: str) -> None:
        called, rest = find(words)
        for name in (old, "--who"):
            assert called.make_context("", [*rest, name, "Ada"]).params["who"] == "Ada"
        assert old not in called.get_help(click.Context(called))

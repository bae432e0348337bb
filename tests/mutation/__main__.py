"""Do the tests notice? Each mutant, one small fault put into a copy of the repository, should make a test fail.

    python -m tests.mutation                      a sample of every group of files (tests/mutation/targets.toml)
    python -m tests.mutation --group prisma       one group, all of its mutants
    python -m tests.mutation --sample 200 --seed 7

Prints what survived, with the lines before and after, and how many of each group were killed. Exit code 1: something did.
The checkout is never touched. Each mutant's tests run in a process forked from this one, so that the libraries are loaded
once; where processes cannot fork (Windows), run it in a container.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation import python_code, sql_code
from tests.mutation.mutant import Mutant

ROOT = Path(__file__).parents[2]
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "*.egg-info", "demo-review"
)
_LIBRARIES = (
    "_pytest.assertion.rewrite",
    "duckdb",
    "polars",
    "pandera.polars",
    "pydantic",
    "hypothesis",
    "lxml.etree",
    "requests",
)
#: A mutant that never ends is noticed, too.
_SECONDS = 180


@dataclass(frozen=True)
class Group:
    """Files about one thing, and the tests that should notice a fault in them, the quickest first."""

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]


def read_groups() -> list[Group]:
    """The groups of targets.toml."""
    said = tomllib.loads((Path(__file__).parent / "targets.toml").read_text(encoding="utf-8"))
    return [Group(name, tuple(one["files"]), tuple(one["tests"])) for name, one in said.items()]


def find_mutants(group: Group, root: Path = ROOT) -> list[Mutant]:
    """Every mutant of the group's files, in the order of the files and of the places in them."""
    found = []
    for pattern in group.files:
        paths = sorted(root.glob(pattern))
        if not paths:
            raise SystemExit(f"targets.toml: [{group.name}] names {pattern}, and there is no such file")
        for path in paths:
            text = path.read_text(encoding="utf-8")
            changes = (python_code if path.suffix == ".py" else sql_code).changes(text)
            name = path.relative_to(root).as_posix()
            found += [Mutant(group.name, name, text, change) for change in sorted(changes, key=lambda one: one.start)]
    return found


def draw(groups: Sequence[Group], sample: int | None, seed: int) -> list[tuple[Group, Mutant]]:
    """As many mutants of each group, drawn by a seed, in the order of their places; all of them without a sample."""
    drawn: list[tuple[Group, Mutant]] = []
    for number, group in enumerate(groups):
        mutants = find_mutants(group)
        if sample is not None:
            share = sample // len(groups) + (number < sample % len(groups))
            places = random.Random(f"{seed} {group.name}").sample(range(len(mutants)), min(share, len(mutants)))
            mutants = [mutants[at] for at in sorted(places)]
        drawn += [(group, mutant) for mutant in mutants]
    return drawn


def tests_pass(tree: Path, tests: Sequence[str]) -> bool:
    """Whether these tests pass on this tree, up to the first that does not, in a process of their own."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setsid()
        _run_tests(tree, tests)
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _run_tests(tree: Path, tests: Sequence[str]) -> None:
    """Runs the tests and ends this process with pytest's exit code."""
    code = 70
    try:
        out = os.open(tree / "tests.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.chdir(tree)
        os.environ["PYTHONPATH"] = str(tree)
        sys.path[:] = [str(tree), *(one for one in sys.path if one not in ("", str(ROOT)))]
        for name in [one for one in sys.modules if one.split(".")[0] == "tests"]:
            del sys.modules[name]
        import pytest

        # What noticed the last mutant is asked first: mutants of one file are neighbours, and most are noticed at once.
        options = ["-x", "-q", "--failed-first", "-p", "no:xdist"]
        addopts = "addopts=--import-mode=importlib -m 'not soak and not fuzz'"
        code = int(pytest.main([*options, "-o", addopts, *tests]))
    finally:
        sys.stdout.flush()
        os._exit(code)


def survives(tree: Path, group: Group, mutant: Mutant) -> bool:
    """Whether the group's tests pass although the mutant stands in this tree; the file is as it was afterwards."""
    path = tree / mutant.path
    try:
        path.write_text(mutant.change.apply(mutant.text), encoding="utf-8")
        _forget_compiled(path)
        return tests_pass(tree, group.tests)
    finally:
        path.write_text(mutant.text, encoding="utf-8")
        _forget_compiled(path)


def _forget_compiled(path: Path) -> None:
    if path.suffix == ".py":
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a sample; returns 1 where a mutant survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description="Do the tests notice a fault?")
    parser.add_argument("--sample", type=int, help="so many mutants, an equal share a group (default: all of them)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other mutants")
    parser.add_argument("--group", action="append", help="only this group of targets.toml; may be repeated")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    asked = parser.parse_args(arguments)
    groups = [group for group in read_groups() if not asked.group or group.name in asked.group]
    drawn = draw(groups, asked.sample, asked.seed)
    if asked.list:
        print("\n".join(line for _, mutant in drawn for line in mutant.describe()))
        return 0
    for name in _LIBRARIES:
        importlib.import_module(name)
    killed, tried = (
        dict.fromkeys([group.name for group in groups], 0),
        dict.fromkeys([group.name for group in groups], 0),
    )
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "copy"
        shutil.copytree(ROOT, tree, ignore=_LEFT_OUT)
        for group in groups:
            if not tests_pass(tree, group.tests):
                raise SystemExit(f"[{group.name}] its tests fail without a mutant:\n{(tree / 'tests.log').read_text()}")
        for number, (group, mutant) in enumerate(drawn, start=1):
            survived = survives(tree, group, mutant)
            tried[group.name] += 1
            killed[group.name] += not survived
            where, *lines = mutant.describe()
            print(
                f"{number}/{len(drawn)} {'SURVIVED' if survived else 'killed'} {where}",
                *(lines if survived else ()),
                sep="\n",
            )
            sys.stdout.flush()
    for name, n in tried.items():
        print(f"{name}: {killed[name]} of {n} killed")
    print(f"all: {sum(killed.values())} of {sum(tried.values())} killed (seed {asked.seed})")
    return int(killed != tried)


if __name__ == "__main__":
    raise SystemExit(main())

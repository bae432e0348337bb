"""Ctrl-C: one line, soon, and no child left. Each test is a process of its own, since it is to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.interrupt import LINE

ROOT = Path(__file__).parent.parent.parent.parent
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and process groups of POSIX")


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def start(started: list[subprocess.Popen[str]], body: str) -> tuple[subprocess.Popen[str], int]:
    """A command whose work is `body`, and which has started a child; returns it and the child's number."""
    code = f"""
import signal, subprocess, sys, time, click
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have started them with nohup
import flows.cli, flows.interrupt
flows.interrupt.PATIENCE = 0.3
def work():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print(child.pid, flush=True)
{textwrap.indent(textwrap.dedent(body), "    ")}
flows.cli.command.get_command = lambda ctx, name: click.Command("work", callback=work)
sys.argv = ["living-review", "work"]
flows.cli.main()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    started.append(process)
    assert process.stdout
    return process, int(process.stdout.readline())


def has_ended(pid: int) -> bool:
    """Whether it ends within seconds; one that nobody collects has ended too."""
    for _ in range(100):
        listed = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
        if not listed.strip() or listed.startswith("Z"):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    "body",
    [
        "time.sleep(60)",
        # As a library may that holds on to its work, or a comparison in C that no handler of Python's can reach.
        """
        while True:
            try:
                time.sleep(60)
            except KeyboardInterrupt:
                pass
        """,
        """
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None
        """,
        "import atexit; atexit.register(time.sleep, 60); time.sleep(60)",
        # As DuckDB's module, which aborts where an exception is raised while it sets itself up.
        """
        import importlib.machinery, os
        class Loader(importlib.machinery.ExtensionFileLoader):
            def exec_module(self, module):
                try:
                    time.sleep(60)
                except KeyboardInterrupt:
                    os.abort()
        Loader("c", "c.so").exec_module(None)
        """,
    ],
    ids=[
        "ends when it is asked",
        "does not",
        "says it in its own words",
        "does not come to an end",
        "loads a module in C",
    ],
)
def test_is_one_line_and_leaves_no_child(started, body: str, number: int) -> None:
    process, child = start(started, body)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert said == f"{LINE}\n"
    assert process.returncode == 130
    assert has_ended(child)


def test_of_the_terminal_does_not_reach_the_child_before_the_command_could_end_it(started) -> None:
    process, child = start(started, "time.sleep(60)")
    apart = os.getpgid(child) != os.getpgid(process.pid)
    os.kill(child, signal.SIGKILL)
    assert apart


def test_that_nobody_sends_changes_nothing(started) -> None:
    process, child = start(started, "sys.exit(7)")
    code = process.wait(timeout=20)
    os.kill(child, signal.SIGKILL)
    assert code == 7


def test_an_interrupt_before_the_command_line_is_there_is_no_traceback() -> None:
    code = """
import builtins, os, signal
import flows.__main__
import_module = builtins.__import__
def interrupted(name, *rest, **more):
    if name == "click":
        os.kill(os.getpid(), signal.SIGINT)
    return import_module(name, *rest, **more)
builtins.__import__ = interrupted
flows.__main__.main()
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


def test_the_package_runs_as_the_command_does() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "flows", "--version"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert said.stdout.startswith("living-review ")

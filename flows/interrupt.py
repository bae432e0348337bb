"""Ctrl-C, and a request to end: one line, a few seconds at most, and no child process left behind."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from types import FrameType

LINE = "living-review: stopped; what a run had begun is finished by the next one"
STOPPED = 130
PATIENCE = 3.0
"""Seconds that a command has to end by itself; then it is ended."""

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


_stop_printed = threading.Event()


def print_stopped() -> None:
    """The one line, once, below the ^C that a terminal shows."""
    if not _stop_printed.is_set():
        _stop_printed.set()
        os.write(2, f"{chr(10) if os.isatty(2) else ''}{LINE}\n".encode())


@contextmanager
def interruptible() -> Iterator[None]:
    """Within it an interrupt raises KeyboardInterrupt; a second one, or PATIENCE, ends the process and its children.

    The wait is a thread's, which a byte wakes that the signal itself writes: Python's own handlers only run when the main
    thread is between two lines of Python, and a query or a comparison in C may take minutes. Children get a process group
    of their own, so that Prefect's server does not die of the ctrl-c before the run could tell it how it ended.
    """
    if threading.current_thread() is not threading.main_thread() or os.name != "posix":
        yield
        return
    _stop_printed.clear()
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    before = signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    interrupted = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupted.set()
        if _is_loading_extension(frame):  # where C code is being set up, an exception can be an abort with a traceback
            _stop_at_once()
        signal.default_int_handler(number, frame)

    # One that is ignored (nohup) stays ignored.
    handlers = {s: signal.signal(s, interrupt) for s in _SIGNALS if signal.getsignal(s) != signal.SIG_IGN}
    popen = subprocess.Popen
    subprocess.Popen = _SeparatePopen  # type: ignore[misc]
    watcher = threading.Thread(target=_watch, args=(woken,), daemon=True)
    watcher.start()
    try:
        yield
    except BaseException:
        # What was interrupted may say so in its own words: DuckDB raises a RuntimeError.
        if not interrupted.is_set():
            raise
        end_children()
        raise KeyboardInterrupt from None
    finally:
        subprocess.Popen = popen  # type: ignore[misc]
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        if not interrupted.is_set():  # else the watcher stays, in case that even the end takes too long
            waking.close()
            watcher.join()


def end_children(patience: float = 1.5) -> None:
    """Ends every process that descends from this one: asked first, after `patience` seconds made to."""
    children = _descendants(os.getpid())
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    until = time.monotonic() + patience
    while any(map(_is_running, children)) and time.monotonic() < until:
        time.sleep(0.05)
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


class _SeparatePopen(subprocess.Popen):  # type: ignore[type-arg]
    """A child in a process group of its own, which the terminal's ctrl-c does not reach."""

    def __init__(self, *args: object, **options: object) -> None:
        if not options.get("start_new_session"):
            options.setdefault("process_group", 0)
        super().__init__(*args, **options)  # type: ignore[call-overload]


def _watch(woken: socket.socket) -> None:
    """Waits for a signal's byte, then for a second one or the end of patience. The socket's end is the command's."""
    with woken:
        while byte := woken.recv(1):
            if byte[0] in _SIGNALS:
                break
        else:
            return
        until = time.monotonic() + PATIENCE
        while (left := until - time.monotonic()) > 0 and select.select([woken], [], [], left)[0]:
            byte = woken.recv(1)
            if not byte:  # the command is over, and what Python does at its end may hang still
                time.sleep(left)
            elif byte[0] in _SIGNALS:
                break
    _stop_at_once()


def _stop_at_once() -> None:
    """Ends the children and this process, whatever it is doing; what it leaves half made the next run takes away."""
    end_children(patience=0.5)
    print_stopped()
    os._exit(STOPPED)


def _is_loading_extension(frame: FrameType | None) -> bool:
    """Whether an import of a module in C is under way."""
    while frame is not None:
        if isinstance(frame.f_locals.get("self"), ExtensionFileLoader):
            return True
        frame = frame.f_back
    return False


def _descendants(root: int) -> list[int]:
    """The processes that this one started, and those that they started."""
    children: dict[int, list[int]] = {}
    for child, parent in _processes():
        children.setdefault(parent, []).append(child)
    descendants, todo = [], [root]
    while todo:
        below = children.get(todo.pop(), [])
        descendants += below
        todo += below
    return descendants


def _processes() -> Iterator[tuple[int, int]]:
    """Each process and its parent."""
    if Path("/proc/self/stat").exists():
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                yield int(path.name), int((path / "stat").read_text().rpartition(")")[2].split()[1])
    else:
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False)  # noqa: S607
        for line in listed.stdout.splitlines():
            child, parent = line.split()
            yield int(child), int(parent)


def _is_running(pid: int) -> bool:
    """Whether it is there, and more than an entry that waits to be collected."""
    with suppress(OSError):
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    if Path("/proc/self/stat").exists():
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False

"""The command line as a user meets it: arguments in; exit code, standard output and standard error out."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from unittest.mock import patch

from flows.cli import main


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """Standard error, which is to be a single line and no traceback, after what it said that it is doing ('updating …')."""
        assert "Traceback" not in self.err
        lines = [line for line in self.err.strip().splitlines() if not line.endswith(" …")]
        assert len(lines) == 1, self.err
        return lines[0]


def living_review(*words: object) -> Said:
    """Runs `living-review` with these words in this process."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    code = 0
    with (
        patch.object(sys, "argv", ["living-review", *map(str, words)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", "replace"))  # type: ignore[attr-defined]
    return Said(code, *texts)

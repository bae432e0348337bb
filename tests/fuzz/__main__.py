"""Every parser on mutated exports.

    python -m tests.fuzz                                   100,000 inputs of each format, one process
    python -m tests.fuzz --inputs 5000 --only ris,wos
    python -m tests.fuzz --state fuzz.json                 goes on where it was stopped
    python -m tests.fuzz --show ris:1234 > input.ris       the input that a line of it names

Formats take turns, so that one that is stopped has tried all of them. Prints how far it is, what is wrong as soon as it is
found, and at the end how many inputs of each format were read. Exit code 1: something was wrong.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # before it is imported: tables of some rows are no work for two

from tests.fuzz.mutations import mutated, seeds
from tests.fuzz.trial import try_inputs

_BATCH = 1000
_SHOWN_EVERY = 20
_DEAD = 1800
"""Seconds after which a batch is given up, with the place where it hangs: no signal reaches a library that never returns."""


@dataclass
class Progress:
    """How many inputs of each format were read, from which number on, and what was wrong."""

    first: int
    done: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, file: Path | None, first: int) -> Progress:
        """What the file says, if there is one."""
        return cls(**json.loads(file.read_text(encoding="utf-8"))) if file and file.exists() else cls(first)

    def write(self, file: Path | None) -> None:
        """Keep it in the file, whole or not at all."""
        if file:
            new = file.with_name(f"{file.name}.new")
            new.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
            new.replace(file)

    def __str__(self) -> str:
        each = " · ".join(f"{form} {count:,}" for form, count in self.done.items())
        return f"{sum(self.done.values()):,} inputs, {len(self.wrong)} wrong: {each}"


def run(progress: Progress, inputs: int, formats: Sequence[str], state: Path | None) -> None:
    """Read that many inputs of each format, less those that were read before."""
    began = shown = time.monotonic()
    before = sum(progress.done.values())
    while waiting := [form for form in formats if progress.done.get(form, 0) < inputs]:
        for form in waiting:
            done = progress.done.get(form, 0)
            more = min(_BATCH, inputs - done)
            faulthandler.dump_traceback_later(_DEAD, exit=True)
            found = try_inputs(form, range(progress.first + done, progress.first + done + more))
            faulthandler.cancel_dump_traceback_later()
            progress.done[form] = done + more
            progress.wrong += found
            progress.write(state)
            if found or time.monotonic() - shown > _SHOWN_EVERY:
                shown = time.monotonic()
                total = sum(progress.done.values())
                pace = (total - before) / (shown - began)
                print(f"{total:,} inputs, {pace:.0f}/s, {len(progress.wrong)} wrong", *found, sep="\n  ", flush=True)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000, help="of each format")
    parser.add_argument(
        "--first", type=int, default=1, help="the number of the first input; the seed of what is done to it"
    )
    parser.add_argument("--only", default=",".join(seeds()), help="formats, with commas between them")
    parser.add_argument("--state", type=Path, help="a file that keeps how far it is")
    parser.add_argument("--show", metavar="FORMAT:NUMBER", help="write one input")
    args = parser.parse_args()
    if args.show:
        form, number = args.show.split(":")
        sys.stdout.buffer.write(mutated(form, int(number)))
        return 0
    formats = args.only.split(",")
    if unknown := set(formats) - set(seeds()):
        parser.error(f"no seeds of {', '.join(sorted(unknown))}; there are some of {', '.join(seeds())}")
    progress = Progress.read(args.state, args.first)
    try:
        run(progress, args.inputs, formats, args.state)
    except KeyboardInterrupt:
        print("stopped")
    print(progress, *progress.wrong, sep="\n  ")
    return 1 if progress.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

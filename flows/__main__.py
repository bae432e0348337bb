"""The entry point of `living-review` and `python -m flows`: a ctrl-c while modules are imported ends it without a traceback."""

from __future__ import annotations

import signal


def main() -> None:
    """The command line (flows/cli.py), which handles an interrupt itself from its first line on."""
    handled = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # one that is ignored (nohup) stays ignored
    if handled:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from flows.cli import main as run_command  # what takes long to import

    if handled:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run_command()


if __name__ == "__main__":
    main()

"""Prefect's settings for this process, before it is imported. What the environment says already wins."""

from __future__ import annotations

import os


def prepare(*, quiet: bool = True) -> None:
    """No analytics; and for commands that print their own lines, Prefect's log is for its server, not for the terminal."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    # Without a server Prefect starts one for the run; on a loaded machine that takes longer than its 20 seconds.
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "300")
    if quiet:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
        os.environ.setdefault("PREFECT_LOGGING_SERVER_LEVEL", "ERROR")

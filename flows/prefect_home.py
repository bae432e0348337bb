"""Prefect's settings for this process, before it is imported (what the environment says already wins); and its silence."""

from __future__ import annotations

import os
from pathlib import Path

from schemas.errors import UserError

#: What marks flow runs, deployments and automations as ours.
TAG = "living-review"
#: Seconds between a run's signs of life; the fewest that Prefect allows.
HEARTBEAT = "30"
BUSY_OR_REFUSING = (401, 403, 408, 429, 502, 503, 504)
#: As where its database is away: nothing that we asked wrongly.
BROKEN = 500


def set_prefect_settings(*, quiet: bool = True) -> None:
    """No analytics; and for commands that print their own lines, Prefect's log is for its server, not for the terminal."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    # By these the server finds runs whose process died (flows/automations.py).
    os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", HEARTBEAT)
    # Without a server Prefect starts one for the run; on a loaded machine that takes longer than its 20 seconds.
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "300")
    if quiet:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
        os.environ.setdefault("PREFECT_LOGGING_SERVER_LEVEL", "ERROR")


def is_server_named() -> bool:
    """Whether the environment, or Prefect's own settings, name a server. Prefect is only imported where it has settings."""
    if os.environ.get("PREFECT_API_URL"):
        return True
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    profiles = Path(os.environ.get("PREFECT_PROFILES_PATH", home / "profiles.toml"))
    if not any(path.is_file() for path in (profiles, Path(".env"), Path("prefect.toml"))):
        return False
    set_prefect_settings()
    from prefect.settings import get_current_settings

    return bool(get_current_settings().api.url)


def check_server_named() -> None:
    """Raises UserError where no server is named."""
    if not is_server_named():
        raise UserError(
            "no Prefect server is named",
            hint="start one with 'prefect server start', then set PREFECT_API_URL=http://127.0.0.1:4200/api",
        )


def explain_server_error(error: BaseException) -> UserError | None:
    """What to say where it is Prefect's server that failed: nobody is there, it is broken, after Prefect's own tries it is still busy, or
    it refuses. None where it is something else. The server's address is not said, since it may hold a password."""
    from httpx import HTTPStatusError, TransportError  # nothing but Prefect speaks through it

    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, (HTTPStatusError, TransportError)):
        cause = cause.__cause__
    if cause is None or (
        isinstance(cause, HTTPStatusError) and cause.response.status_code not in (*BUSY_OR_REFUSING, BROKEN)
    ):
        return None
    answer = (
        f"answers {cause.response.status_code} {cause.response.reason_phrase}"
        if isinstance(cause, HTTPStatusError)
        else f"does not answer: {cause or type(cause).__name__}"
    )
    return UserError(
        f"Prefect's server {answer}",
        hint="PREFECT_API_URL names it; without that, an update runs without Prefect; what was begun is finished by the next run",
    )

"""The event about a version's folder: what was written, so that it is told from what somebody makes of it later."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.event_base import Event, Sha256


class ReleaseWritten(Event):
    """The release of a version was written. `sha256`: of its release.json, which has the hash of every other file.

    A release that was moved away may be written again: each that was written is the release.
    """

    kind: Literal["release_written"] = "release_written"
    number: Annotated[int, Field(ge=1)]
    sha256: Sha256

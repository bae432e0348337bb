"""What every event of a review's log shares, and the types of their fields."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Seq = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1)]


class Event(BaseModel):
    """What every event shares."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    version: ClassVar[int] = 1

"""What the tables of review.toml share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """A table of review.toml: an unknown key is an error, so that a typing mistake is never a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def mistake_at(where: tuple[str | int, ...], message: str) -> PydanticCustomError:
    """A mistake of the protocol as a whole, with the place of the key that is to be mended."""
    return PydanticCustomError("twice", "{mistake}", {"mistake": message, "at": where})

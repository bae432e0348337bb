"""What the protocol says of documents that belong together without being one report."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Choice = Literal["separate", "merge"]


@dataclass(frozen=True)
class Policy:
    """Each kind of relation: 'separate' links the two reports, 'merge' makes them one.

    The defaults follow PRISMA 2020, where a report is a document: a preprint, a conference abstract, an erratum and each
    version of a Cochrane review are documents of their own, and what they report on is a study.
    """

    preprint: Choice = "separate"
    """A preprint and what was published of it."""
    conference_abstract: Choice = "separate"
    """A conference abstract and the full report; also one abstract printed in the supplements of two meetings."""
    cochrane_version: Choice = "separate"
    """Versions of one Cochrane review, its protocol included."""
    erratum: Choice = "separate"
    """A correction, and what it corrects."""
    comment: Choice = "separate"
    """A comment or a reply, and what it speaks of."""
    retraction: Choice = "separate"
    """A retraction notice, and what it retracts. A report that is marked as retracted is still that report."""
    registration: Choice = "separate"
    """A trial's registration, and a report of the trial."""
    thesis: Choice = "separate"
    """A thesis, and what was published of it."""

    @property
    def merged(self) -> list[str]:
        """The relations that make one report."""
        return [field.name for field in fields(self) if getattr(self, field.name) == "merge"]

"""What the protocol says of documents that belong together without being one report, and of how sure a merge has to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Literal, get_type_hints

from schemas.errors import UserError
from tasks.deduplicate.weights import threshold

Choice = Literal["separate", "merge"]
WorkChoice = Literal["separate", "together", "merge"]


@dataclass(frozen=True)
class Policy:
    """Each kind of relation: 'separate' links the two reports, 'merge' makes them one. And the bound on false merges.

    'together' keeps two reports of one work, which are screened as one.

    The defaults follow PRISMA 2020, where a report is a document: a preprint, a conference abstract, an erratum and each
    version of a Cochrane review are documents of their own, and what they report on is a study.
    """

    preprint: WorkChoice = "separate"
    """A preprint and what was published of it."""
    conference_abstract: WorkChoice = "separate"
    """A conference abstract and the full report; also one abstract printed in the supplements of two meetings."""
    cochrane_version: WorkChoice = "separate"
    """Versions of one Cochrane review, its protocol included."""
    erratum: Choice = "separate"
    """A correction, and what it corrects."""
    comment: Choice = "separate"
    """A comment or a reply, and what it speaks of."""
    retraction: Choice = "separate"
    """A retraction notice, and what it retracts. A report that is marked as retracted is still that report."""
    registration: Choice = "separate"
    """A trial's registration, and a report of the trial."""
    thesis: WorkChoice = "separate"
    """A thesis, and what was published of it."""
    false_merges: float = 0.001
    """At most this share of merges may be wrong, as far as labelled sets can tell; a stricter bound leaves more pairs to people."""

    @classmethod
    def merging(cls, relations: Iterable[str], false_merges: float) -> Policy:
        """The policy that merges these relations alone. Raises UserError for a relation or a bound that is not known."""
        policy = cls(false_merges=false_merges)
        threshold(false_merges)
        for relation in relations:
            field = relation.replace("-", "_")
            if field not in RELATIONS:
                raise UserError(f"'{relation}' cannot be merged", hint=f"what can: {', '.join(RELATIONS)}")
            policy = replace(policy, **{field: "merge"})  # type: ignore[arg-type]  # a name of RELATIONS
        return policy

    @property
    def merged(self) -> list[str]:
        """The relations that make one report."""
        return [relation for relation in RELATIONS if getattr(self, relation) == "merge"]

    @property
    def together(self) -> list[str]:
        """The relations whose reports are screened as one."""
        return [relation for relation in RELATIONS if getattr(self, relation) == "together"]

    @property
    def least_score(self) -> float:
        """Log-odds from which a pair is the same report."""
        return threshold(self.false_merges)


#: The relations for which there is a choice.
RELATIONS = tuple(field.name for field in fields(Policy) if get_type_hints(Policy)[field.name] in (Choice, WorkChoice))

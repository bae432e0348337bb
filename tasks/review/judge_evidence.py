"""Judge evidence: log what a person says the new evidence does to the conclusions; and take it back."""

from __future__ import annotations

from schemas.errors import UserError
from schemas.event import EvidenceJudged, Release, RunEnded
from warehouse.log import Entry
from warehouse.review import Review


def judge_evidence(review: Review, effect: str, who: str, why: str) -> Entry:
    """Notes that the new evidence is 'likely' or 'unlikely' to change the conclusions, or that this is 'unsaid'.

    Raises UserError where there is no version yet, no reason is given, or nothing is said that could be unsaid.
    """
    if not why.strip():
        raise UserError("what the evidence does to the conclusions needs a reason", hint="--reason TEXT")
    if not any(True for _ in review.log.entries(Release)):
        raise UserError("there is no version yet, so there are no conclusions to change", path=review.root)
    if effect == "unsaid" and find_standing_judgement(review) is None:
        raise UserError("nobody has said anything of the new evidence, or it no longer holds", path=review.root)
    return review.log.append(EvidenceJudged(effect=effect, why=" ".join(why.split())), who)  # type: ignore[arg-type]


def find_standing_judgement(review: Review) -> Entry | None:
    """What was said last, if no later run found further reports and nobody took it back."""
    standing: Entry | None = None
    for entry in review.log.entries(EvidenceJudged, RunEnded):
        if isinstance(entry.event, EvidenceJudged):
            standing = None if entry.event.effect == "unsaid" else entry
        elif isinstance(entry.event, RunEnded) and entry.event.new_reports > 0:
            standing = None
    return standing

"""Note what says that a new synthesis is due: an event of the log whenever it changes, and what of it is new."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.event_synthesis import SynthesisDue, Trigger
from warehouse.connect import reader
from warehouse.review import Review

# By the published copy: nothing is told of what waits for a second coder or assessor.
_DUE = "SELECT trigger, element, id, says FROM synthesis_trigger ORDER BY ALL"


@dataclass(frozen=True)
class Due:
    """Something that says that a new synthesis is due, in words. `new`: the version before did not say it."""

    trigger: str
    element: str
    id: str
    says: str
    new: bool


def note_due(review: Review, trigger: str) -> list[Due]:
    """Compares what the version just published says with what was noted last, and notes it where it differs.

    `trigger`: what started the run.
    """
    before: set[Trigger] = set()
    for entry in review.log.entries(SynthesisDue):
        if isinstance(entry.event, SynthesisDue):
            before = set(entry.event.due)
    with reader(review.published_warehouse) as con:
        rows = con.execute(_DUE).fetchall()
    now = {Trigger(trigger=rule, element=element, id=id): says for rule, element, id, says in rows}
    if now.keys() != before:
        review.log.append(SynthesisDue(due=tuple(now)), trigger)
    return [Due(t.trigger, t.element, t.id, says, t not in before) for t, says in now.items()]

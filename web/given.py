"""Given: the verdicts that were given here, so that the last one can be taken back, and one that is sent twice is noted once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from schemas.event import ScreeningClear, ScreeningDecision, ScreeningUndo
from tasks.review.judge import Said
from warehouse.log import Entry, Log

_KEPT = 4000
Key = tuple[str, str, str]
"""Who, at which stage, on which report."""


@dataclass(frozen=True)
class Given:
    """A verdict that was given here."""

    said: Said
    note: str | None
    entry: Entry


class GivenVerdicts:
    """The last verdicts of everybody. The caller sees to it that one thread asks at a time."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._last: OrderedDict[Key, Given] = OrderedDict()
        self._sendings: OrderedDict[tuple[str, str], Entry] = OrderedDict()

    def find(self, report_id: str, said: Said, note: str | None, sending: str) -> Entry | None:
        """The event of a verdict that was noted already: of the same `sending`, also where it was taken back meanwhile; or of the same
        words, unless whoever gave it said something else of the report since, here or elsewhere."""
        known = self._sendings.get((said.reviewer, sending))
        last = self._last.get((said.reviewer, said.stage, report_id))
        if (
            known is None
            and last is not None
            and (last.said, last.note) == (said, note)
            and self._stands(last.entry, report_id)
        ):
            known = last.entry
        return known

    def add(self, report_id: str, given: Given, sending: str) -> None:
        """Remembers one."""
        said = given.said
        self._last[said.reviewer, said.stage, report_id] = given
        self._last.move_to_end((said.reviewer, said.stage, report_id))
        if sending:
            self._sendings[said.reviewer, sending] = given.entry
        for kept in (self._last, self._sendings):
            while len(kept) > _KEPT:
                kept.popitem(last=False)

    def take_last(self, person: str) -> tuple[Key, Given] | None:
        """The last verdict of a person, which is forgotten."""
        key = next((key for key in reversed(self._last) if key[0] == person), None)
        return (key, self._last.pop(key)) if key else None

    def forget(self, key: Key) -> None:
        """Forgets the last verdict of a person on a report."""
        self._last.pop(key, None)

    def _stands(self, entry: Entry, report_id: str) -> bool:
        for later in self._log.entries(ScreeningDecision, ScreeningClear, ScreeningUndo, after=entry.seq):
            if isinstance(later.event, ScreeningUndo):
                if later.event.decision == entry.seq:
                    return False
            elif later.actor == entry.actor and getattr(later.event, "report_id", "") == report_id:
                return False
        return True

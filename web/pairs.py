"""The pairs of records that wait for a ruling, as they are now: those of the published copy without what was ruled since."""

from __future__ import annotations

from schemas.event import DuplicateRuling, DuplicateUndo
from tasks.deduplicate.inspect import Waiting, review_queue
from tasks.review.judge import list_rulings
from warehouse.connect import reader
from warehouse.reports import create_dedupe_input
from warehouse.review import Review


class Pairs:
    """The pairs of one review. The caller sees to it that one thread reads at a time."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self._all: list[Waiting] = []
        self._rulings: dict[tuple[str, str], str] = {}
        self._seq = 0

    def read(self) -> None:
        """Reads the published copy, and all rulings."""
        with reader(self.review.published_warehouse) as con:
            create_dedupe_input(con)
            self._all = review_queue(con)
        self._rulings, self._seq = list_rulings(self.review), self.review.log.head().seq

    def follow(self) -> None:
        """Reads the rulings again, if there are new ones."""
        head = self.review.log.head().seq
        if next(self.review.log.entries(DuplicateRuling, DuplicateUndo, after=self._seq, upto=head), None):
            self._rulings = list_rulings(self.review)
        self._seq = head

    def waiting(self, *, put_off: bool = False) -> list[Waiting]:
        """The pairs without a ruling, most likely the same first; with `put_off`, those that were left for later."""
        wanted = "not_now" if put_off else None
        return [pair for pair in self._all if self._rulings.get((pair.id_a, pair.id_b)) == wanted]

"""The pairs of records that wait for a ruling, as they are now: those of the published copy without what was ruled since."""

from __future__ import annotations

from schemas.event import DuplicateRuling, DuplicateUndo
from tasks.deduplicate.inspect import Waiting, review_queue
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.reports import create_dedupe_input, find_last_rulings, find_standing_rulings
from warehouse.review import Review


class Pairs:
    """The pairs of one review. The caller sees to it that one thread reads at a time."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self._all: list[Waiting] = []
        self._standing: dict[tuple[str, str], Entry] = {}
        self._rulings: dict[tuple[str, str], str] = {}
        self._seq = 0

    def read(self) -> None:
        """Reads the published copy, and all rulings."""
        with reader(self.review.published_warehouse) as con:
            create_dedupe_input(con)
            self._all = review_queue(con)
        self._seq = self.review.log.head().seq
        self._read_rulings()

    def follow(self) -> None:
        """Reads the rulings again, if there are new ones."""
        head = self.review.log.head().seq
        if next(self.review.log.entries(DuplicateRuling, DuplicateUndo, after=self._seq, upto=head), None):
            self._read_rulings()
        self._seq = head

    def _read_rulings(self) -> None:
        entries = list(self.review.log.entries(DuplicateRuling, DuplicateUndo))
        self._standing, self._rulings = find_last_rulings(entries), find_standing_rulings(entries)

    def list_last(self, n: int) -> list[Entry]:
        """The last n rulings that stand, newest first."""
        return sorted(self._standing.values(), key=lambda entry: -entry.seq)[:n]

    def waiting(self, *, put_off: bool = False) -> list[Waiting]:
        """The pairs without a ruling, most likely the same first; with `put_off`, those that were left for later."""
        wanted = "not_now" if put_off else None
        return [pair for pair in self._all if self._rulings.get((pair.id_a, pair.id_b)) == wanted]

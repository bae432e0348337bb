"""The open work of one person, in order: what is next, what she has voted on, how much is left."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from enum import Enum

from schemas.protocol import STAGES

_NEAR_THE_TOP = 512


class Place(Enum):
    """Where a report stands for a person: it waits for her, she has voted, or nobody waits for her."""

    WAITS = "waits"
    VOTED = "voted"
    SETTLED = "settled"


class PersonalQueue:
    """Reports of one person to vote on, retrieve or settle, by stage; best candidates first by `rank`."""

    def __init__(self, rank: Callable[[str], int]) -> None:
        self._rank = rank
        self._work: dict[tuple[str, str], str] = {}
        self._voted: set[tuple[str, str]] = set()
        self._left: Counter[tuple[str, str]] = Counter()
        self._done: Counter[str] = Counter()
        self._heaps: dict[str, list[tuple[int, str]]] = {}

    def put(self, report_id: str, stage: str, work: str) -> None:
        """Adds what is to be done; nobody is asked twice for her own vote."""
        if work == "settle" or (stage, report_id) not in self._voted:
            self._remove(report_id, stage)
            self._work[stage, report_id] = work
            self._left[stage, work] += 1
            heapq.heappush(self._heaps.setdefault(stage, []), (self._rank(report_id), report_id))

    def put_all(self, work: Iterable[tuple[str, str, str]]) -> None:
        """Adds (report_id, stage, work) of many reports at once, of which nothing was to be done."""
        found = {
            (stage, report_id): kind
            for report_id, stage, kind in work
            if kind == "settle" or (stage, report_id) not in self._voted
        }
        self._work |= found
        self._left.update((stage, kind) for (stage, _), kind in found.items())
        self.sort()

    def vote(self, report_id: str, stage: str) -> None:
        """Notes that she has voted."""
        self._remove(report_id, stage)
        if (stage, report_id) not in self._voted:
            self._voted.add((stage, report_id))
            self._done[stage] += 1

    def drop(self, report_id: str, stages: Iterable[str]) -> None:
        """Forgets all that was known of a report at these stages."""
        for stage in stages:
            self._remove(report_id, stage)
            if (stage, report_id) in self._voted:
                self._voted.remove((stage, report_id))
                self._done[stage] -= 1

    def sort(self) -> None:
        """Puts all in order anew, where the ranks are others."""
        heaps: dict[str, list[tuple[int, str]]] = {}
        for stage, report_id in self._work:
            heaps.setdefault(stage, []).append((self._rank(report_id), report_id))
        for heap in heaps.values():
            heapq.heapify(heap)
        self._heaps = heaps

    def first(self, stage: str, wanted: Callable[[str], bool]) -> str | None:
        """The best report at a stage to vote on or to retrieve, that is wanted; None where there is none."""
        heap = self._heaps.get(stage, [])
        passed: dict[str, int] = {}
        found = None
        while heap and found is None:
            rank, report_id = heapq.heappop(heap)
            work = self._work.get((stage, report_id), "settle")
            if work == "settle" or report_id in passed:
                continue
            passed[report_id] = rank
            if wanted(report_id):
                found = report_id
        for report_id, rank in passed.items():
            heapq.heappush(heap, (rank, report_id))
        return found

    def find_place(self, report_id: str, stage: str) -> Place:
        """Where a report stands for her."""
        if (stage, report_id) in self._voted:
            return Place.VOTED
        return Place.SETTLED if self._work.get((stage, report_id), "settle") == "settle" else Place.WAITS

    def peek(self, stage: str, n: int) -> list[str]:
        """About n reports near the top."""
        near = sorted(self._heaps.get(stage, [])[:_NEAR_THE_TOP])
        return [report_id for _, report_id in near if (stage, report_id) in self._work][:n]

    def list_votes_to_give(self, stage: str) -> list[str]:
        """The reports at a stage to vote on or to retrieve, in no order."""
        return [report_id for (at, report_id), work in self._work.items() if at == stage and work != "settle"]

    def list_conflicts(self) -> list[tuple[str, str]]:
        """(stage, report_id) of what is hers to settle, in order."""
        found = [item for item, work in self._work.items() if work == "settle"]
        return sorted(found, key=lambda item: (item[0] != "title-abstract", self._rank(item[1]), item[1]))

    def count_left(self, stage: str) -> int:
        """How many reports are left to vote on or to retrieve."""
        return self._left[stage, "vote"] + self._left[stage, "retrieve"]

    def count_conflicts(self) -> int:
        """How many conflicts are hers to settle."""
        return sum(n for (_, work), n in self._left.items() if work == "settle")

    def count_voted(self, stage: str) -> int:
        """On how many reports she has voted."""
        return self._done[stage]

    def _remove(self, report_id: str, stage: str) -> None:
        work = self._work.pop((stage, report_id), None)
        if work is not None:
            self._left[stage, work] -= 1


def list_next(queues: Iterable[PersonalQueue], n: int) -> list[str]:
    """The reports that come next in these queues, about n of each at each stage."""
    return list({report: None for queue in queues for stage in STAGES for report in queue.peek(stage, n)})

"""The desk: the open work of everybody, as it is now, kept in memory, so that the next card is there at once.

Who has what to do comes from the private copy and, of what was said since, from the same queries over the log (`later_votes`).
The desk only remembers between two readings who has voted on what, and who has which card in hand, so that no card is shown
twice and none to more people than it waits for. A thread of its own reads what the log says anew, and the copy when an update
has published another; requests wait for neither.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import duckdb

from schemas.errors import UserError
from schemas.protocol import STAGES, Protocol
from tasks.review.judge import Said, clear_decisions, note_decision, undo_decision
from tasks.review.later_votes import NO_VOTES, LaterVotes, read_later_votes
from tasks.review.look_up import Card, Comment, find_cards, find_comments, find_own_votes, find_own_work
from tasks.review.queue import open_as_it_is_now, rank_texts, read_texts
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review
from web.pairs import Pairs
from web.queue import PersonalQueue

IN_HAND = 600.0
"""Seconds after which a card that nobody voted on is no longer in somebody's hand."""
_AHEAD = 120
"""So many cards of each queue are read beforehand: the next one is there when the key is up."""
_KEPT = 4000
_LOOK_AGAIN = 0.25


@dataclass(frozen=True)
class Given:
    """A verdict that was given here."""

    said: Said
    note: str | None
    entry: Entry


class Desk:
    """The work of one review. Every method may be called from any thread."""

    def __init__(self, review: Review, clock: Callable[[], float] = time.monotonic) -> None:
        self.review = review
        self._clock = clock
        self._state = threading.RLock()
        self._reading = threading.RLock()  # DuckDB shares one database between a process's readers of a file
        self._writing = threading.Lock()  # in turn, instead of by SQLite's waiting
        self._news, self._hurry, self._stopped = threading.Event(), threading.Event(), threading.Event()
        self._read = threading.Condition(self._state)
        self._stamp: tuple[int, int] | None = None
        self._later = NO_VOTES
        self._queues: dict[str, PersonalQueue] = {}
        self._missing: dict[tuple[str, str], int] = {}
        self._in_hand: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        self._since: dict[tuple[str, str, str], int] = {}
        self._voted: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # what _since says, by report
        self._kept = ExitStack()
        self._given: OrderedDict[tuple[str, str, str], Given] = OrderedDict()
        self._cards: OrderedDict[str, Card] = OrderedDict()
        self._commented: set[str] = set()
        self.pairs = Pairs(review)
        self._ranks: dict[str, int] = {}
        self._protocol: tuple[tuple[int, int], Protocol] | None = None
        self._ranking: threading.Thread | None = None
        self._thread = threading.Thread(target=self._watch, name="desk", daemon=True)

    def start(self) -> None:
        """Reads all, then follows the log in the background. Raises UserError where nothing is published."""
        self._reload()
        self._kept.enter_context(self.review.log.keep_open())
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._stopped.set()
        self._hurry.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        self._kept.close()

    # --- What is asked ----------------------------------------------------------------------------

    @property
    def protocol(self) -> Protocol:
        """The protocol as it stands; while it cannot be read, as it stood."""
        with suppress(OSError):
            found = self.review.protocol_path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if self._protocol is None or self._protocol[0] != stamp:
                try:
                    self._protocol = stamp, self.review.protocol().protocol
                except UserError:
                    if self._protocol is None:
                        raise
                    self._protocol = stamp, self._protocol[1]
        if self._protocol is None:
            self._protocol = (0, 0), self.review.protocol().protocol
        return self._protocol[1]

    @property
    def later(self) -> LaterVotes:
        """What was said since the copies were published."""
        with self._state:
            return self._later

    @contextmanager
    def look_up(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The private copy with what was said since, for the queries of look_up."""
        with self._reading:
            with self._state:
                later = self._later
            with open_as_it_is_now(self.review, later) as con:
                yield con

    @contextmanager
    def reading(self) -> Iterator[None]:
        """For use cases that open a copy themselves: one at a time."""
        with self._reading:
            yield

    def queue(self, person: str) -> PersonalQueue:
        """The open work of a person."""
        with self._state:
            if person in self._queues:
                return self._queues[person]
        with self._reading:
            with self._state:
                stamp = self._stamp
            with open_as_it_is_now(self.review, NO_VOTES) as con:
                work, votes = find_own_work(con, person), find_own_votes(con, person)
            with self._state:
                if stamp == self._stamp and person not in self._queues:
                    self._queues[person] = self._make_queue(person, work, votes)
                if person in self._queues:
                    return self._queues[person]
        return self.queue(person)

    def count(self, person: str, stage: str) -> tuple[int, int]:
        """On how many reports a person has voted at a stage, and how many are left."""
        queue = self.queue(person)
        with self._state:
            return queue.count_voted(stage), queue.count_left(stage)

    def count_conflicts(self, person: str) -> int:
        """How many conflicts wait for a person."""
        queue = self.queue(person)
        with self._state:
            return queue.count_conflicts()

    def list_conflicts(self, person: str) -> list[tuple[str, str]]:
        """(stage, report_id) of the conflicts that wait for a person."""
        queue = self.queue(person)
        with self._state:
            return queue.list_conflicts()

    def offer(self, person: str, stage: str, holding: Sequence[str] = ()) -> Card | None:
        """The next card for a person, taken into her hand: none that she has voted on or holds already, and none that as many
        others have in hand as it waits for."""
        queue = self.queue(person)
        with self._state:
            report_id = queue.first(
                stage, lambda report: report not in holding and self._is_free(report, stage, person)
            )
            if report_id is None:
                return None
            self._in_hand[stage, report_id][person] = self._clock()
        card = self.card(report_id)
        if card is None:  # gone with the copy that was published a moment ago
            with self._state:
                queue.drop(report_id, [stage])
            return self.offer(person, stage, holding)
        return card

    def count_in_others_hands(self, person: str, stage: str) -> int:
        """How many of a person's reports she is not offered because others have them in hand."""
        queue = self.queue(person)
        with self._state:
            return sum(not self._is_free(report, stage, person) for report in queue.list_votes_to_give(stage))

    def comments(self, report_id: str, person: str) -> list[Comment]:
        """The comments on a report that a person may see."""
        with self._state:
            if report_id not in self._commented:
                return []
        with self.look_up() as con:
            return find_comments(con, report_id, person)

    def count_pairs(self) -> int:
        """How many pairs of records wait for a ruling."""
        return len(self.pairs.waiting())

    def card(self, report_id: str) -> Card | None:
        """The card of a report, with those that come next read beside it; None where it is not known."""
        with self._state:
            if report_id in self._cards:
                self._cards.move_to_end(report_id)
                return self._cards[report_id]
        return self._read_cards([report_id]).get(report_id)

    def _read_cards(self, reports: Sequence[str]) -> dict[str, Card]:
        with self._reading:
            with self._state:
                stamp = self._stamp
            with open_as_it_is_now(self.review, NO_VOTES) as con:
                cards = find_cards(con, reports)
            with self._state:
                if stamp == self._stamp:
                    self._cards.update(cards)
                    while len(self._cards) > _KEPT:
                        self._cards.popitem(last=False)
        return cards

    def _read_ahead(self) -> None:
        """Reads the cards that come next in each queue, once half of those that were read are used up."""
        with self._state:
            coming = [queue.peek(stage, _AHEAD) for queue in self._queues.values() for stage in STAGES]
            short = any(report not in self._cards for reports in coming for report in reports[: _AHEAD // 2])
            missing = {report: None for reports in coming for report in reports if report not in self._cards}
        if short:
            self._read_cards(list(missing))

    # --- What is said -----------------------------------------------------------------------------

    def vote(self, card: Card, said: Said, note: str | None) -> Entry:
        """Notes a verdict, and takes the card out of the hand of whoever gave it. One that is sent twice is noted once."""
        key = (said.reviewer, said.stage, card.report_id)
        with self._state:
            last = self._given.get(key)
        if last is not None and last.said == said and last.note == note:
            return last.entry
        with self._writing:
            entry = note_decision(self.review, card.report_id, card.names, said, note)
        queue = self.queue(said.reviewer)
        with self._state:
            self._given[key] = Given(said, note, entry)
            self._given.move_to_end(key)
            while len(self._given) > _KEPT:
                self._given.popitem(last=False)
            if not said.consensus:
                queue.vote(card.report_id, said.stage)
                self._since[key] = entry.seq
                self._voted[said.stage, card.report_id].add(said.reviewer)
            for stage in STAGES:
                self._in_hand[stage, card.report_id].pop(said.reviewer, None)
        self._news.set()
        return entry

    def undo(self, person: str) -> tuple[str, str] | None:
        """Takes back the last verdict that a person gave here; its stage and report. None where there is none to take back."""
        with self._state:
            key = next((key for key in reversed(self._given) if key[0] == person), None)
            given = self._given.pop(key) if key else None
            if key is None or given is None:
                return None
            self._forget_vote(key)
        self.write(lambda: undo_decision(self.review, given.entry.seq, person))
        return key[1], key[2]

    def clear(self, person: str, stage: str, report_id: str) -> None:
        """Takes back all that a person said of a report at a stage."""
        with self._state:
            self._given.pop((person, stage, report_id), None)
            self._forget_vote((person, stage, report_id))
        self.write(lambda: clear_decisions(self.review, report_id, stage=stage, reviewer=person)[0])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """For use cases that read a copy and write what the desk need not know: one at a time."""
        with self._writing, self._reading:
            yield

    def write(self, note: Callable[[], Entry]) -> Entry:
        """Notes something else, and waits until the desk knows it."""
        with self._writing, self._reading:
            entry = note()
        self.catch_up(entry.seq)
        return entry

    def catch_up(self, seq: int, patience: float = 5.0) -> None:
        """Waits until the desk knows of an event of the log, but not for ever."""
        self._hurry.set()
        self._news.set()
        with self._read:
            self._read.wait_for(lambda: self._later.seq >= seq, timeout=patience)

    # --- How it keeps up --------------------------------------------------------------------------

    def _watch(self) -> None:
        self._start_ranking()
        while not self._stopped.is_set():
            self._news.wait(_LOOK_AGAIN)
            self._news.clear()
            began = time.monotonic()
            # What cannot be read now, because an update is just writing it, is read a moment later.
            with suppress(UserError, duckdb.Error):
                if self._find_stamp() != self._stamp:
                    self._reload()
                    self._start_ranking()
                elif self.review.log.head().seq > self._later.seq:
                    self._follow()
                self._read_ahead()
            # Half of the time is the requests'; unless one waits for what is new.
            self._hurry.wait(time.monotonic() - began)
            self._hurry.clear()

    def _find_stamp(self) -> tuple[int, int] | None:
        try:
            found = self.review.private_warehouse.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _reload(self) -> None:
        with self._reading:
            stamp = self._find_stamp()
            self.pairs.read()
            later = read_later_votes(self.review)
            with reader(self.review.private_warehouse) as con:
                commented = {row[0] for row in con.execute("SELECT DISTINCT report_id FROM report_comment").fetchall()}
            with self._state:
                people = list(self._queues)
                self._stamp, self._later = stamp, later
                self._queues.clear()
                self._cards.clear()
                self._commented = commented | set(later.comments["report_id"])
                self._missing = {(report, stage): n for report, stage, n in later.missing.rows()}
                self._forget_what_is_read()
                self._read.notify_all()
        for person in people:
            self.queue(person)

    def _follow(self) -> None:
        with self._reading:
            newer = read_later_votes(self.review, self._later)
            self.pairs.follow()
            with self._state:
                self._commented |= set(newer.comments["report_id"])
                self._later = self._later.updated_by(newer)
                self._missing |= {(report, stage): n for report, stage, n in newer.missing.rows()}
                for person, queue in self._queues.items():
                    self._overlay(person, queue, newer)
                self._forget_what_is_read()
                self._read.notify_all()

    def _forget_what_is_read(self) -> None:
        """What the queues know by themselves now needs no remembering."""
        for key in [key for key, seq in self._since.items() if seq <= self._later.seq]:
            self._forget_vote(key)
        for reviewer, stage, report_id in self._since:
            if reviewer in self._queues:
                self._queues[reviewer].vote(report_id, stage)
        self._in_hand = defaultdict(dict, {key: hands for key, hands in self._in_hand.items() if hands})

    def _forget_vote(self, key: tuple[str, str, str]) -> None:
        reviewer, stage, report_id = key
        self._since.pop(key, None)
        self._voted[stage, report_id].discard(reviewer)
        if not self._voted[stage, report_id]:
            del self._voted[stage, report_id]

    def _make_queue(
        self, person: str, work: Sequence[tuple[str, str, str, int]], votes: Sequence[tuple[str, str]]
    ) -> PersonalQueue:
        queue = PersonalQueue(lambda report: self._ranks.get(report, len(self._ranks)))
        for report_id, stage in votes:
            queue.vote(report_id, stage)
        for report_id, stage, kind, missing in work:
            queue.put(report_id, stage, kind)
            self._missing.setdefault((report_id, stage), missing)
        self._overlay(person, queue, self._later)
        for reviewer, stage, report_id in self._since:
            if reviewer == person:
                queue.vote(report_id, stage)
        return queue

    def _overlay(self, person: str, queue: PersonalQueue, later: LaterVotes) -> None:
        """Lets the reports of which something newer is known stand as that says."""
        for report_id in later.statuses["report_id"].unique():
            queue.drop(report_id, STAGES)
        for report_id, stage, reviewer in later.votes.rows():
            if reviewer == person:
                queue.vote(report_id, stage)
        for report_id, stage, reviewer, work in later.queue.rows():
            if reviewer in ("", person):
                queue.put(report_id, stage, work)

    def _is_free(self, report_id: str, stage: str, person: str) -> bool:
        missing = self._missing.get((report_id, stage), 1)
        hands = self._in_hand.get((stage, report_id), {})
        now = self._clock()
        busy = {who for who, at in hands.items() if who != person and now - at < IN_HAND}
        busy |= self._voted[stage, report_id] - {person} if (stage, report_id) in self._voted else set()
        return len(busy) < max(missing, 1) or stage == "retrieval"

    def _start_ranking(self) -> None:
        """Learns the order anew, which may take minutes; until then, it is that of before."""
        if self._ranking is None or not self._ranking.is_alive():
            self._ranking = threading.Thread(target=self._rank, name="order", daemon=True)
            self._ranking.start()

    def _rank(self) -> None:
        with suppress(UserError, duckdb.Error):
            with self._reading:
                texts = read_texts(self.review)
            order = rank_texts(texts, self.protocol)
            with self._state:
                self._ranks = dict(order.select("report_id", "rank").iter_rows())
                for queue in self._queues.values():
                    queue.sort()

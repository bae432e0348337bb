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

import duckdb

from schemas.errors import UserError
from schemas.protocol import STAGES, Protocol
from tasks.review.judge import Said, clear_decisions, note_decision, undo_decision
from tasks.review.later_votes import NO_VOTES, LaterVotes, read_later_votes
from tasks.review.look_up import Card, Comment, find_cards, find_comments, find_own_votes, find_own_work
from tasks.review.queue import open_as_it_is_now
from warehouse.log import Entry
from warehouse.review import Review
from web.given import Given, GivenVerdicts
from web.hands import ALONG, IN_HAND, Hands
from web.order import Order
from web.pairs import Pairs
from web.queue import PersonalQueue, Place, list_next

_AHEAD = 120
"""So many cards of each queue are read beforehand: the next one is there when the key is up."""
_KEPT = 4000
_LOOK_AGAIN = 0.25


class Desk:
    """The work of one review. Every method may be called from any thread."""

    def __init__(self, review: Review, clock: Callable[[], float] = time.monotonic) -> None:
        self.review = review
        self._state = threading.RLock()
        self._reading = threading.RLock()  # DuckDB shares one database between a process's readers of a file
        self._writing = threading.Lock()  # in turn, instead of by SQLite's waiting
        self._news, self._hurry, self._stopped = threading.Event(), threading.Event(), threading.Event()
        self._read = threading.Condition(self._state)
        self._stamp: tuple[object, ...] | None = None
        self._later = NO_VOTES
        self._queues: dict[str, PersonalQueue] = {}
        self._missing: dict[tuple[str, str], int] = {}
        self._hands = Hands(clock)
        self._since: dict[tuple[str, str, str], int] = {}
        self._voted: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # what _since says, by report
        self._kept = ExitStack()
        self._given = GivenVerdicts(review.log)
        self._cards: OrderedDict[str, Card] = OrderedDict()
        self._commented: set[str] = set()
        self.pairs = Pairs(review)
        self._order = Order(review, self.reading, self._sort_queues)
        self._protocol: tuple[tuple[int, int], Protocol] | None = None
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
        return self._read_protocol()[1]

    def _read_protocol(self) -> tuple[tuple[int, int], Protocol]:
        """The protocol, with what tells its file from one that was changed."""
        known, stamp = self._protocol, (0, 0)
        with suppress(OSError):
            found = self.review.protocol_path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
        if known is None or known[0] != stamp:
            try:
                known = stamp, self.review.protocol().protocol
            except UserError:
                if known is None:
                    raise
                known = stamp, known[1]
            self._protocol = known
        return known

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
        with self._reading:  # which keeps what is later, and the copy, as they are
            with self._state:
                later = self._later
            with open_as_it_is_now(self.review, NO_VOTES) as con:
                queue, missing = self._make_queue(con, person, later)
            with self._state:
                self._missing = missing | self._missing
                self._add_votes(person, queue)
                return self._queues.setdefault(person, queue)

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
        cards = self.offer_many(person, stage, holding, 1)
        return cards[0] if cards else None

    def offer_many(
        self, person: str, stage: str, holding: Sequence[str], most: int, *, along: bool = False
    ) -> list[Card]:
        """The next cards for a person; `along`: to where there is no net, so that they stay in her hand for a working day."""
        queue, known = self.queue(person), set(holding)
        taken: list[str] = []
        with self._state:
            while len(taken) < most:
                report_id = queue.first(stage, lambda it: it not in known and self._is_free(it, stage, person))
                if report_id is None:
                    break
                self._hands.take(person, stage, report_id, ALONG if along else IN_HAND)
                known.add(report_id)
                taken.append(report_id)
        cards = self.cards(taken)
        gone = [report_id for report_id in taken if report_id not in cards]
        if not gone:
            return [cards[report_id] for report_id in taken]
        with self._state:  # with the copy that was published a moment ago
            for report_id in gone:
                queue.drop(report_id, [stage])
        return self.offer_many(person, stage, holding, most, along=along)

    def give_back(self, person: str, words: Sequence[str]) -> None:
        """Takes the cards of these words out of a person's hand."""
        with self._state:
            self._hands.give_back(person, set(words))

    def find_word(self, person: str, stage: str, report_id: str) -> str:
        """The word by which a card in a person's hand is given back; '' where it is not in hers."""
        with self._state:
            return self._hands.find_word(person, stage, report_id)

    def find_place(self, person: str, stage: str, report_id: str) -> Place:
        """Where a report stands for a person who decided on it without a net."""
        queue = self.queue(person)
        with self._state:
            return queue.find_place(report_id, stage)

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
        """The card of a report, also by an id from before it was merged; None where it is not known."""
        return next(iter(self.cards([report_id]).values()), None)

    def cards(self, reports: Sequence[str]) -> dict[str, Card]:
        """The cards of these reports, those that are known."""
        with self._state:
            found = {report: self._cards[report] for report in reports if report in self._cards}
            for report in found:
                self._cards.move_to_end(report)
        missing = [report for report in reports if report not in found]
        return found | self._read_cards(missing) if missing else found

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

    def vote(self, card: Card, said: Said, note: str | None, sending: str = "") -> Entry:
        """Notes a verdict, and takes the card out of the hand of whoever gave it. One that is sent twice is noted once: one of the
        same `sending`, also where it was taken back meanwhile."""
        key = (said.reviewer, said.stage, card.report_id)
        with self._state:
            if noted := self._given.find(card.report_id, said, note, sending):
                return noted
        with self._writing:
            entry = note_decision(self.review, card.report_id, card.names, said, note)
        queue = self.queue(said.reviewer)
        with self._state:
            self._given.add(card.report_id, Given(said, note, entry), sending)
            if not said.consensus:
                queue.vote(card.report_id, said.stage)
                self._since[key] = entry.seq
                self._voted[said.stage, card.report_id].add(said.reviewer)
            self._hands.drop(said.reviewer, card.report_id, STAGES)
        self._news.set()
        return entry

    def undo(self, person: str) -> tuple[str, str] | None:
        """Takes back the last verdict that a person gave here; its stage and report. None where there is none to take back."""
        with self._state:
            last = self._given.take_last(person)
            if last is None:
                return None
            key, given = last
            self._forget_vote(key)
        self.write(lambda: undo_decision(self.review, given.entry.seq, person))
        return key[1], key[2]

    def clear(self, person: str, stage: str, report_id: str) -> None:
        """Takes back all that a person said of a report at a stage."""
        with self._state:
            self._given.forget((person, stage, report_id))
            self._forget_vote((person, stage, report_id))
        self.write(lambda: clear_decisions(self.review, report_id, stage=stage, reviewer=person)[0])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """For use cases that read a copy and write what the desk need not know: one at a time."""
        with self._writing, self._reading:
            yield

    def write(self, note: Callable[[], Entry]) -> Entry:
        """Notes something else, and waits until the desk knows it."""
        with self._reading, self._writing:  # in this order: while a reading goes on, votes are written
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
        self._order.learn(self.protocol)
        while not self._stopped.is_set():
            self._news.wait(_LOOK_AGAIN)
            self._news.clear()
            began = time.monotonic()
            # What cannot be read now, because an update is just writing it, is read a moment later.
            with suppress(UserError, duckdb.Error):
                if self._find_stamp() != self._stamp:
                    self._reload()
                    self._order.learn(self.protocol)
                elif self.review.log.head().seq > self._later.seq:
                    self._follow()
                self._prepare_queue()
                self._read_ahead()
            # Half of the time is the requests'; unless one waits for what is new.
            self._hurry.wait(time.monotonic() - began)
            self._hurry.clear()

    def _prepare_queue(self) -> None:
        """Makes the queue of one reviewer who has none, before she asks for it: of 100,000 reports that takes a third of a second."""
        with self._state:
            without = [each.name for each in self.protocol.screening.people if each.name not in self._queues]
        if without:
            self.queue(without[0])

    def _find_stamp(self) -> tuple[object, ...] | None:
        """What tells the copy and the protocol from those before them: with either, everything is read anew."""
        try:
            found = self.review.private_warehouse.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, self._read_protocol()[0]

    def _reload(self) -> None:
        """Reads all anew; until that is done, everybody goes on with what was known."""
        with self._reading:
            stamp = self._find_stamp()
            self.pairs.read()
            later = read_later_votes(self.review, protocol=self.protocol)
            with self._state:
                people = list(self._queues)
            with open_as_it_is_now(self.review, NO_VOTES) as con:
                commented = {row[0] for row in con.execute("SELECT DISTINCT report_id FROM report_comment").fetchall()}
                made = {person: self._make_queue(con, person, later) for person in people}
                cards = find_cards(con, list_next([queue for queue, _ in made.values()], _AHEAD))
            missing = {key: n for _, of_one in made.values() for key, n in of_one.items()}
            with self._state:
                self._stamp, self._later = stamp, later
                self._queues = {person: queue for person, (queue, _) in made.items()}
                self._cards = OrderedDict(cards)
                self._commented = commented | set(later.comments["report_id"])
                self._missing = missing | {(report, stage): n for report, stage, n in later.missing.rows()}
                self._forget_what_is_read()
                self._read.notify_all()

    def _follow(self) -> None:
        with self._reading:
            newer = read_later_votes(self.review, self._later, self.protocol)
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
        for person, queue in self._queues.items():
            self._add_votes(person, queue)

    def _add_votes(self, person: str, queue: PersonalQueue) -> None:
        for reviewer, stage, report_id in self._since:
            if reviewer == person:
                queue.vote(report_id, stage)

    def _forget_vote(self, key: tuple[str, str, str]) -> None:
        reviewer, stage, report_id = key
        self._since.pop(key, None)
        self._voted[stage, report_id].discard(reviewer)
        if not self._voted[stage, report_id]:
            del self._voted[stage, report_id]

    def _make_queue(
        self, con: duckdb.DuckDBPyConnection, person: str, later: LaterVotes
    ) -> tuple[PersonalQueue, dict[tuple[str, str], int]]:
        """A person's queue by the copy and what is later; and how many votes its reports wait for, by the copy."""
        queue, work = PersonalQueue(self._order.rank), find_own_work(con, person)
        for report_id, stage in find_own_votes(con, person):
            queue.vote(report_id, stage)
        queue.put_all((report_id, stage, kind) for report_id, stage, kind, _ in work)
        self._overlay(person, queue, later)
        return queue, {(report_id, stage): missing for report_id, stage, _, missing in work}

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
        busy = self._hands.list_others(person, stage, report_id)
        busy |= self._voted[stage, report_id] - {person} if (stage, report_id) in self._voted else set()
        return len(busy) < max(missing, 1) or stage == "retrieval"

    def _sort_queues(self) -> None:
        with self._state:
            for queue in self._queues.values():
                queue.sort()

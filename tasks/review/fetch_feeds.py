"""Fetch feeds: look into the mailbox, the remote folders and the Zotero libraries of the protocol, and put what is new into the
drop folders, where `collect` takes it. A place that cannot be looked into is said and logged; the others go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from schemas.errors import UserError
from schemas.event import Arrival, Content, FeedChecked
from schemas.problem import Problem
from schemas.protocol import SearchSource
from schemas.protocol_feeds import Mailbox, show_address
from schemas.words import counted
from tasks.review.state import ReviewState
from tasks.review.steps import Steps
from tasks.search.feed import FeedAnswer, FeedError
from tasks.search.http import Http
from tasks.search.mailbox import known_message, look_into_mailbox
from tasks.search.remote_folder import mirror_folder
from tasks.search.zotero import follow_library
from warehouse.deliveries import State

ACTOR = "update"
ReadSecret = Callable[[str], str]
"""A secret by its name ('mailbox-password'); empty where there is none."""


@dataclass(frozen=True)
class Feed:
    """A place that feeds sources: `kind` as the log calls it, `place` without user and password."""

    kind: str
    place: str
    sources: tuple[str, ...]
    look: Callable[[], FeedAnswer]

    @property
    def name(self) -> str:
        """What people see; no two feeds of a review have the same."""
        place = self.place if self.kind == "zotero" else f"{self.kind} {self.place}"
        return f"look into {place}" + ("" if self.kind == "mailbox" else f" for {self.sources[0]}")


def fetch_feeds(state: ReviewState, steps: Steps, http: Callable[[], Http], read_secret: ReadSecret) -> list[Problem]:
    """Looks into every feed, side by side; returns what is wrong with them."""
    feeds = {feed.name: feed for feed in list_feeds(state, http, read_secret)}
    answers = steps.run_all({name: feed.look for name, feed in feeds.items()})
    problems: list[Problem] = []
    for name, feed in feeds.items():
        answer = answers[name]
        found = answer if isinstance(answer, FeedAnswer) else FeedAnswer(reason=_describe(answer))
        state.review.log.append(
            FeedChecked(
                feed=feed.kind, place=feed.place, sources=feed.sources, taken=len(found.taken),  # type: ignore[arg-type]
                complete=not found.reason, reason=found.reason, library_version=found.version,
            ),
            ACTOR,
        )  # fmt: skip
        came = f"{counted(len(found.taken), 'new file')}" + (f"; {found.reason}" if found.reason else "")
        steps.show_line(f"{name}: {came}")
        problems += found.problems
        if found.reason:
            problems.append(Problem(name.removeprefix("look into "), None, found.reason))
    return problems


def list_feeds(state: ReviewState, http: Callable[[], Http], read_secret: ReadSecret) -> list[Feed]:
    """The feeds that the protocol names."""
    feeds = []
    if mailbox := state.protocol.mailbox:
        sources = tuple(dict.fromkeys(rule.source for rule in mailbox.rule))
        feeds.append(Feed("mailbox", mailbox.place, sources, partial(_look_into_mailbox, state, mailbox, read_secret)))
    for source in state.protocol.source:
        if source.folder:
            look = partial(_mirror_folder, state, source.folder, source.name)
            feeds.append(Feed("folder", show_address(source.folder), (source.name,), look))
        if source.zotero_group:
            look = partial(_follow_library, state, source, http)
            feeds.append(Feed("zotero", source.zotero_place, (source.name,), look))
    return feeds


def _look_into_mailbox(state: ReviewState, mailbox: Mailbox, read_secret: ReadSecret) -> FeedAnswer:
    arrivals = [
        arrival
        for entry in state.entries(Arrival)
        if isinstance(arrival := entry.event, Arrival)
        and arrival.content is Content.EXPORT
        and PurePosixPath(arrival.name).parts[2:3] == ("mail",)
    ]
    known = [known_message(state.review.snapshots.path(arrival.sha256).read_bytes()) for arrival in arrivals]
    stems = [PurePosixPath(arrival.name).stem for arrival in arrivals]
    return look_into_mailbox(mailbox, state.review.root, read_secret("mailbox-password"), known=known, names=stems)


def _mirror_folder(state: ReviewState, address: str, source: str) -> FeedAnswer:
    settled = {d.name: d.arrival.size for d in state.deliveries if d.state in (State.MOVED, State.WITHDRAWN)}
    return mirror_folder(address, source, state.review.root, settled)


def _follow_library(state: ReviewState, source: SearchSource, http: Callable[[], Http]) -> FeedAnswer:
    assert source.zotero_group is not None
    place, since = source.zotero_place, None
    for entry in state.entries(FeedChecked):
        event = entry.event
        if isinstance(event, FeedChecked) and event.place == place and event.complete and source.name in event.sources:
            since = event.library_version
    return follow_library(
        source.zotero_group,
        source.name,
        state.review.root,
        http(),
        collection=source.zotero_collection,
        since=since,
    )


def _describe(answer: object) -> str:
    if isinstance(answer, FeedError):
        return str(answer)
    return str(answer) if isinstance(answer, UserError) else f"failed with {type(answer).__name__}"

"""Manage deliveries: what arrived and what came of it; withdraw, restore, assign it to another source, rename a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.errors import UserError
from schemas.event import Assignment, CitationOutcome, Content, Restoration, SearchOutcome, SourceRenaming, Withdrawal
from tasks.review.protocol import check_protocol
from tasks.review.state import ReviewState, read_state
from warehouse.connect import reader
from warehouse.deliveries import OF_SOURCES, Delivery, State, find_withdrawn_events
from warehouse.log import Entry
from warehouse.review import Review

_COUNTS = """
SELECT a.arrival_id, r.outcome, count(f.record_id) AS loaded,
    (SELECT count(*) FROM core.quarantine AS q WHERE q.arrival_id = a.arrival_id) AS quarantined
FROM core.arrival AS a
LEFT JOIN core.reading AS r USING (arrival_id)
LEFT JOIN core.found_record AS f USING (arrival_id)
GROUP BY ALL
"""
_HIDDEN = (Content.PAGE, Content.NOTICE_PAGE, Content.OPEN_TEXT)


@dataclass(frozen=True)
class ListedDelivery:
    """One line of the list: a file, or a service's whole answer. `result`: what came of it."""

    id: int
    received_at: datetime
    name: str
    content: str
    source: str | None
    searched_at: datetime | None
    state: str
    result: str


def list_deliveries(review: Review) -> list[ListedDelivery]:
    """What arrived, in order: files and the answers of services (their pages are not listed one by one)."""
    state = read_state(review)
    results = _read_results(review)
    found = [
        ListedDelivery(
            delivery.arrival_id, delivery.received_at, delivery.name, str(delivery.content), delivery.source,
            delivery.executed_at, _describe_state(delivery), results.get(delivery.arrival_id, _describe_unread(delivery)),
        )
        for delivery in state.deliveries
        if delivery.content not in _HIDDEN
    ]  # fmt: skip
    withdrawn = find_withdrawn_events(review.log.entries(Withdrawal, Restoration))
    for entry in review.log.entries(SearchOutcome, CitationOutcome):
        event = entry.event
        assert isinstance(event, SearchOutcome | CitationOutcome)
        result = f"{event.retrieved:,} records" + ("" if event.complete else f"; not complete: {event.reason}")
        found.append(
            ListedDelivery(
                entry.seq, entry.at, f"search of {event.source}", "service", state.renamed.get(event.source, event.source),
                event.executed_at, str(State.WITHDRAWN if entry.seq in withdrawn else State.COUNTS), result,
            )
        )  # fmt: skip
    return sorted(found, key=lambda delivery: delivery.id)


def withdraw_delivery(review: Review, which: str, who: str, reason: str = "") -> tuple[Entry, ListedDelivery]:
    """Takes a delivery out: from the next run on, what was loaded from it is gone. `which`: its id, or the file's name.

    Raises UserError where it is not known, is withdrawn already, or is the protocol.
    """
    delivery = find_delivery(review, which)
    if delivery.content == Content.PROTOCOL:
        raise UserError(
            "the protocol cannot be withdrawn", path=review.protocol_path, hint="edit it; the next run follows it"
        )
    if delivery.state in (State.WITHDRAWN, State.MOVED):
        raise UserError(
            f"'{delivery.name}' ({delivery.id}) was withdrawn already",
            hint=f"living-review deliveries restore {delivery.id} brings it back",
        )
    return review.log.append(Withdrawal(arrival=delivery.id, reason=reason), who), delivery


def restore_delivery(review: Review, which: str, who: str) -> tuple[Entry, ListedDelivery]:
    """Lets a delivery count again that was withdrawn or replaced, or count without its file. Raises UserError where it is
    not known."""
    delivery = find_delivery(review, which)
    return review.log.append(Restoration(arrival=delivery.id), who), delivery


def assign_delivery(review: Review, which: str, source: str, who: str) -> tuple[Entry, ListedDelivery]:
    """Lets an export count for another source. Raises UserError where either is not known, or it is no export."""
    delivery = find_delivery(review, which)
    known = [s.name for s in check_protocol(review).protocol.source]
    if source not in known:
        raise UserError(f"'{source}' is no source of review.toml", hint=f"sources: {', '.join(known)}")
    if delivery.content not in [str(content) for content in OF_SOURCES]:
        raise UserError(f"'{delivery.name}' is no export", hint="only exports belong to a source")
    if delivery.source == source:
        raise UserError(f"'{delivery.name}' counts for '{source}' already")
    return review.log.append(Assignment(arrival=delivery.id, source=source), who), delivery


def rename_source(review: Review, old: str, new: str, who: str) -> Entry:
    """Says that a source of the protocol bears another name now. Raises UserError where the new name is not in review.toml,
    the old one still is, or nothing ever came in under it."""
    known = [s.name for s in check_protocol(review).protocol.source]
    if new not in known:
        raise UserError(
            f"'{new}' is no source of review.toml", hint=f"rename it there first; sources: {', '.join(known)}"
        )
    if old in known:
        raise UserError(
            f"'{old}' still is a source of review.toml", hint="a renamed source stands there by its new name only"
        )
    if old not in _list_source_names(read_state(review)):
        raise UserError(f"nothing came in for a source '{old}'")
    return review.log.append(SourceRenaming(old=old, new=new), who)


def _describe_state(delivery: Delivery) -> str:
    """Whether it counts; with the delivery that replaced it, or that it repeats."""
    if delivery.other is None:
        return str(delivery.state)
    return (
        f"{delivery.state} by {delivery.other}"
        if delivery.state is State.REPLACED
        else f"{delivery.state} (as {delivery.other})"
    )


def _describe_unread(delivery: Delivery) -> str:
    return "not read yet" if delivery.counts and delivery.content is not Content.PROTOCOL else ""


def find_delivery(review: Review, which: str) -> ListedDelivery:
    """The delivery of this id, or file name; of several of a name the last one, one that counts first.

    Raises UserError where none, or files of two folders, are meant.
    """
    known = list_deliveries(review)
    if which.lstrip("#").isdigit():
        found = [delivery for delivery in known if delivery.id == int(which.lstrip("#"))]
    else:
        found = [delivery for delivery in known if delivery.name == which.replace("\\", "/").removeprefix("./")]
        found = found or [delivery for delivery in known if delivery.name.rsplit("/", 1)[-1] == which]
        found = [delivery for delivery in found if delivery.state == State.COUNTS] or found
        if len(places := {delivery.name for delivery in found}) > 1:
            raise UserError(f"'{which}' can mean {' or '.join(sorted(places))}", hint="name one, or its id")
    if not found:
        raise UserError(
            f"no delivery is known as '{which}'", path=review.root, hint="living-review deliveries lists them"
        )
    return found[-1]


def _read_results(review: Review) -> dict[int, str]:
    """What came of reading each file, by its arrival's id, from the published copy; empty where nothing is published."""
    try:
        with reader(review.published_warehouse) as con:
            rows = con.execute(_COUNTS).fetchall()
    except UserError:
        return {}
    results = {}
    for arrival_id, outcome, loaded, quarantined in rows:
        if outcome == "refused":
            results[arrival_id] = "refused"
        elif outcome and (loaded or quarantined):
            results[arrival_id] = f"{loaded:,} records" + (f", {quarantined:,} in quarantine" if quarantined else "")
        elif outcome:
            results[arrival_id] = "read"
    return results


def _list_source_names(state: ReviewState) -> set[str]:
    names = {delivery.arrival.source for delivery in state.deliveries if delivery.arrival.source}
    outcomes = {e.event.source for e in state.outcomes if isinstance(e.event, SearchOutcome | CitationOutcome)}
    return names | outcomes | set(state.renamed)

"""The steps of a run, as plain functions: the flows give them to Prefect, `rebuild` and past versions call them in a row.

Each step opens the warehouse for itself and closes it again: no transaction is held between steps, and a step that dies
leaves the warehouse as the step before it left it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.ledger import Kind
from schemas.problem import Problem
from schemas.protocol import Protocol, ReadProtocol, locate, read_protocol
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.run import Summary
from tasks.deduplicate.run import deduplicate as compare_records
from tasks.load.load import LoadedSearch, load_search
from tasks.screen.load import load_decisions, match_all
from tasks.search import take_in as asked
from tasks.search.split_exports import group_exports
from tasks.synthesise.appraisal import checklist
from tasks.synthesise.take_in import KINDS, link, take_in
from warehouse import reports
from warehouse.connect import writer
from warehouse.materialise import materialise
from warehouse.migrate import migrate
from warehouse.records import known_snapshots
from warehouse.review import Review
from warehouse.runs import write_runs
from warehouse.settings import shape, write_settings
from warehouse.snapshots import Snapshot


@dataclass(frozen=True)
class Place:
    """Where a run works: a review's truths, and the warehouse to derive from them, up to a time (None: all)."""

    review: Review
    warehouse: Path
    until: datetime | None = None

    @property
    def protocol(self) -> Protocol:
        """The protocol in force: today's, or for a past version the last one that was kept by then."""
        if self.until is not None:
            kept = self.review.snapshots.all("protocol", until=self.until)
            if kept:
                return read_protocol(kept[-1].path).protocol
        return self.review.protocol().protocol


def checked_protocol(review: Review) -> ReadProtocol:
    """The protocol as it stands now, and what it names is there. Raises UserError with the line of what is wrong."""
    read = review.protocol()
    try:
        checklist(read.protocol.appraisal.checklist)
    except UserError as error:
        line = locate(read.text, ("appraisal", "checklist"))
        raise UserError(error.message, path=review.protocol_path, line=line, hint=error.hint) from None
    return read


@dataclass(frozen=True)
class Waiting:
    """One search that the warehouse has not read yet: `head` says what is known of it, `files` hold its records.

    `expected`, `complete`, `reason`: what the service counted, and whether all of it came.
    """

    head: Snapshot
    files: list[Snapshot] = field(default_factory=list)
    complete: bool = True
    expected: int | None = None
    reason: str = ""

    @property
    def source(self) -> str:
        """The protocol's source."""
        return str(self.head.delivery.source)


def prepare(place: Place) -> bool:
    """Brings the warehouse's tables and settings up to date.

    Returns False where it has to be derived from the start instead, because what decides loading and merging (sources,
    platforms, methods, the policy on duplicates) has changed in the protocol.
    """
    protocol = place.protocol
    with writer(place.warehouse) as con:
        migrate(con)
        row = con.execute("SELECT value FROM core.meta WHERE key = 'shape'").fetchone()
        if row is not None and row[0] != shape(protocol):
            return False
        write_settings(con, protocol)
        con.execute("INSERT OR REPLACE INTO core.meta VALUES ('shape', ?)", [shape(protocol)])
    return True


def waiting_searches(place: Place) -> list[Waiting]:
    """The searches that have not been loaded, in the order in which they came in.

    An export is a search of its own. The pages of a service's answer are one search once its end is noted; pages of a
    run that died are not loaded, since the next run asks for them again.
    """
    with writer(place.warehouse) as con:
        known = known_snapshots(con)
    found: list[Waiting] = []
    pages: dict[str, list[Snapshot]] = defaultdict(list)
    for snapshot in place.review.snapshots.all("export", "page", "retrieval", until=place.until):
        key = snapshot.delivery.search_key or ""
        if snapshot.delivery.kind == "page":
            pages[key].append(snapshot)
        elif snapshot.arrival_id in known:
            continue
        elif snapshot.delivery.kind == "export":
            found.append(Waiting(snapshot, [snapshot]))
        else:
            said = json.loads(snapshot.path.read_text(encoding="utf-8"))
            read = sorted((p for p in pages[key] if p.sha256 in said["pages"]), key=lambda p: p.delivery.page or 0)
            found.append(Waiting(snapshot, read, said["complete"], said["expected"], said["reason"]))
    return found


def load_searches(place: Place, waiting: Iterable[Waiting]) -> Iterator[LoadedSearch]:
    """Loads searches one after the other, each whole or not at all, and says of each what it came to."""
    protocol = place.protocol
    with writer(place.warehouse) as con:
        for one in waiting:
            yield load_search(
                con, one.head, one.files, protocol, complete=one.complete, expected=one.expected, reason=one.reason
            )


def note_search(place: Place) -> list[Problem]:
    """Reads what services were asked besides searches, and finds the exports that are pieces of one search."""
    kept = place.review.snapshots.all("export", *asked.KINDS, until=place.until)
    exports = [one for one in kept if one.delivery.kind == "export"]
    with writer(place.warehouse) as con:
        problems = asked.take_in(con, [one for one in kept if one.delivery.kind != "export"])
        return problems + group_exports(con, exports)


def deduplicate(place: Place) -> Summary:
    """Compares the records that are new with all, and names the reports."""
    events = place.review.ledger.events(Kind.DUPLICATE_RULING, Kind.DUPLICATE_UNDO, until=place.until)
    with writer(place.warehouse) as con:
        reports.dedupe_input(con)
        reports.rulings(con, events)
        summary = compare_records(con, Policy(**place.protocol.deduplication.model_dump()), "ruling")
        reports.name_reports(con)
    return summary


def screen(place: Place) -> list[Problem]:
    """Reads the files of decisions that are new, and matches all decisions to their reports."""
    problems = []
    with writer(place.warehouse) as con:
        for snapshot in _unread(con, place, "decisions"):
            problems += load_decisions(con, snapshot)
        events = place.review.ledger.events(Kind.SCREENING_DECISION, Kind.SCREENING_UNDO, until=place.until)
        problems += match_all(con, events)
        materialise(con)
    return problems


def synthesise(place: Place) -> list[Problem]:
    """Reads the QDA projects, study characteristics and appraisals that are new, and links them to reports."""
    problems: list[Problem] = []
    with writer(place.warehouse) as con:
        for snapshot in _unread(con, place, *KINDS):
            problems += take_in(con, snapshot, place.protocol)
        problems += link(con)
        materialise(con)
    return problems


def note_runs(place: Place) -> None:
    """Writes down what the ledger says of runs and releases."""
    with writer(place.warehouse) as con:
        write_runs(con, place.review.ledger.events(Kind.RUN, Kind.RELEASE, until=place.until))


def derive(place: Place) -> list[Problem]:
    """Every step in a row, from whatever the warehouse holds: nothing, for a rebuild or a past version."""
    problems: list[Problem] = []
    # Held open, so that the steps find it open: opening and closing the file is a good part of what a small review costs.
    with writer(place.warehouse):
        prepare(place)
        for loaded in load_searches(place, waiting_searches(place)):
            problems += loaded.problems
        problems += note_search(place)
        deduplicate(place)
        problems += screen(place)
        problems += synthesise(place)
        note_runs(place)
    return problems


def _unread(con: duckdb.DuckDBPyConnection, place: Place, *kinds: str) -> Iterable[Snapshot]:
    known = known_snapshots(con)
    return [s for s in place.review.snapshots.all(*kinds, until=place.until) if s.arrival_id not in known]

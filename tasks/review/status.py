"""Status: how current a review is, what waits for whom, and what needs somebody, as it is now.

By the published copy, and by what can change without a run: the drop folders, the protocol, the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas import clock
from schemas.errors import UserError
from schemas.event import FeedChecked, PublishedAnyway, Release, RunEnded
from schemas.protocol import Protocol
from tasks.review.check_files import check_dropfolders
from tasks.review.heads import check_heads
from tasks.review.later_votes import NO_VOTES, create_later_vote_tables, read_later_votes
from tasks.review.living_state import EVENTS as LIVING_EVENTS
from tasks.review.living_state import LivingState, find_living_state
from tasks.review.protocol import check_protocol
from tasks.review.six_questions import Answer, answer_six_questions
from tasks.review.state import read_state
from tasks.review.waiting_forms import count_waiting_forms
from tasks.synthesise.load_given_answers import find_misspelt_people
from warehouse.connect import reader
from warehouse.dropfolder import list_drop_folders
from warehouse.log import Entry
from warehouse.review import Review, check_log_and_snapshots

_SQL = {
    name: Path(__file__).with_name(f"status_{name}.sql")
    for name in ("sources", "waiting", "broken", "decisions", "method")
}
#: Whether a method beside thematic synthesis is asked for or delivered: its checks take a second to plan.
_HAS_METHOD = "SELECT EXISTS (FROM core.synthesis_method) OR EXISTS (FROM core.method_item)"


@dataclass
class Finding:
    """One line that needs somebody: an error, or a warning; `what` it is about."""

    severity: str
    what: str
    detail: str


@dataclass
class Status:
    """The state of a review. `sources`, `waiting`: a row a line, as the views have it; `findings`: errors first.

    `living`: its state as a living review, None while nothing is published; `answers`: to the six questions. `published_anyway`: the
    event by which a person let the version pass the gate.
    """

    title: str
    version: int | None = None
    released_at: datetime | None = None
    last_run: Entry | None = None
    published_anyway: Entry | None = None
    sources: pl.DataFrame = field(default_factory=pl.DataFrame)
    waiting: pl.DataFrame = field(default_factory=pl.DataFrame)
    pairs_to_rule: int = 0
    findings: list[Finding] = field(default_factory=list)
    living: LivingState | None = None
    answers: list[Answer] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """What does not count as it stands."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """What counts, and should be looked at."""
        return [finding for finding in self.findings if finding.severity == "warning"]


def read_status(review: Review, today: date | None = None) -> Status:
    """The status of a review, and how current it is on a day, today by default.

    Raises UserError where the protocol is wrong, or log and snapshots do not belong together.
    """
    read = check_protocol(review)
    check_log_and_snapshots(review)
    check_heads(review)
    status = Status(read.protocol.review.title, answers=answer_six_questions(read.protocol))
    status.findings += [Finding("warning", "protocol", text) for text in read.warnings]
    _read_log(review, read.protocol, status)
    try:
        with reader(review.published_warehouse) as con:
            con.execute("SET VARIABLE today = ?", [today or clock.today()])
            _read_copy(con, status, {file.name for file in list_drop_folders(review.root).files})
            status.findings += [Finding("warning", "form", text) for text in find_misspelt_people(con, read.protocol)]
            status.living = find_living_state(con, read.protocol, review.log.entries(*LIVING_EVENTS), today)
        _read_screening(review, read.protocol, status)
    except UserError as error:
        if review.published_warehouse.exists():
            status.findings.append(Finding("error", "published copy", str(error)))
    except duckdb.Error as error:
        text = f"is damaged: {str(error).splitlines()[0]} (the next living-review update makes it again)"
        status.findings.append(Finding("error", "published copy", text))
    status.findings.sort(key=lambda finding: finding.severity)
    return status


def _read_log(review: Review, protocol: Protocol, status: Status) -> None:
    state = read_state(review)
    anyway: Entry | None = None
    for entry in review.log.entries(Release, PublishedAnyway):
        match entry.event:
            case PublishedAnyway():
                anyway = entry
            case Release() as release:
                status.version, status.released_at = release.number, entry.at
                status.published_anyway, anyway = anyway, None
    if status.published_anyway and isinstance(event := status.published_anyway.event, PublishedAnyway):
        text = f"was published anyway by {status.published_anyway.actor}, though {'; '.join(event.findings)}: {event.reason}"
        status.findings.append(Finding("warning", f"version {status.version}", text))
    for entry in review.log.entries(RunEnded):
        status.last_run = entry
    last = status.last_run
    if last is not None and isinstance(last.event, RunEnded) and last.event.state == "failed":
        why = f": {last.event.error}" if last.event.error else ""
        status.findings.append(Finding("error", "run", f"the last run failed, at {last.at:%Y-%m-%d %H:%M} UTC{why}"))
    looks = [entry.event for entry in review.log.entries(FeedChecked) if isinstance(entry.event, FeedChecked)]
    for place in sorted(protocol.feed_places):
        look = next((look for look in reversed(looks) if look.place == place), None)
        if look and not look.complete:
            status.findings.append(Finding("error", look.feed, f"{look.place}: {look.reason}"))
    if state.head.seq and last is not None:
        for problem in check_dropfolders(state):
            status.findings.append(Finding(problem.severity, "file", str(problem)))


def read_waiting(review: Review, protocol: Protocol) -> pl.DataFrame:
    """What waits, with the votes and answers since the last publication; without them, and without persons, for somebody who may
    not open the private copy."""
    with _open_screening(review) as con:
        waiting = _query_waiting(con)
    return pl.concat([waiting, _count_forms(review, protocol, waiting.schema)])


def _read_screening(review: Review, protocol: Protocol, status: Status) -> None:
    """What waits, and the decisions that do not count; of closed reports only, for somebody who may not open the private copy."""
    with _open_screening(review) as con:
        waiting = _query_waiting(con)
        found = con.execute(_SQL["decisions"].read_text(encoding="utf-8")).fetchall()
    status.waiting = pl.concat([waiting, _count_forms(review, protocol, waiting.schema)])
    status.findings += [Finding(*row) for row in found]


def _count_forms(review: Review, protocol: Protocol, schema: pl.Schema) -> pl.DataFrame:
    """What waits to be extracted and appraised; nothing is said of it to somebody who may not open the private copy."""
    try:
        rows = count_waiting_forms(review, protocol)
    except UserError:
        rows = []
    return pl.DataFrame(rows, schema=schema, orient="row")


@contextmanager
def _open_screening(review: Review) -> Iterator[duckdb.DuckDBPyConnection]:
    """The private copy with the votes since, and variable `private`; the published one where the private may not be opened."""
    try:
        later, copy, private = read_later_votes(review), review.private_warehouse, True
    except UserError:
        later, copy, private = NO_VOTES, review.published_warehouse, False
    with reader(copy) as con:
        create_later_vote_tables(con, later)
        con.execute("SET VARIABLE private = ?", [private])
        yield con


def _query_waiting(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    waiting: pl.DataFrame = con.sql(_SQL["waiting"].read_text(encoding="utf-8")).pl()
    return waiting


def _read_copy(con: duckdb.DuckDBPyConnection, status: Status, present: set[str]) -> None:
    sql = {name: path.read_text(encoding="utf-8") for name, path in _SQL.items()}
    status.sources = con.sql(sql["sources"]).pl()
    rows = con.execute("SELECT count(*) FROM duplicate_pair WHERE outcome = 'review'").fetchall()
    status.pairs_to_rule = int(rows[0][0])
    for severity, what, file, detail in con.execute(sql["broken"]).fetchall():
        if what != "refused file" or file in present:  # a refused file that is gone is gone
            status.findings.append(Finding(severity, what, detail))
    if con.execute(_HAS_METHOD).fetchall()[0][0]:
        status.findings += [Finding("warning", "method", text) for (text,) in con.execute(sql["method"]).fetchall()]

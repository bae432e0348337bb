"""Update: one living update, from search to publication. The same from the command line, the schedule and the demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from shlex import quote

import duckdb

from schemas import clock
from schemas.errors import UserError
from schemas.event import Release, RunEnded
from schemas.event_full_text import FullTextKept
from schemas.event_release import ReleaseWritten
from schemas.event_synthesis import SynthesisDue
from schemas.problem import Problem
from schemas.protocol import Protocol
from schemas.words import counted
from tasks.review.ask_services import ServiceAnswer, is_due, log_failed_search, search_service
from tasks.review.chase_citations import chase_citations
from tasks.review.check_reports import fetch_crossref_notices, fetch_pubmed_notices, find_open_texts
from tasks.review.collect import CollectResult, collect, keep_protocol
from tasks.review.derive import Derivation, derive, find_mismatch
from tasks.review.gate import Anyway
from tasks.review.note_due import Due, note_due
from tasks.review.protocol import check_protocol
from tasks.review.publish import Publication, publish
from tasks.review.run import Run, start_run
from tasks.review.site import renew_site
from tasks.review.state import ReviewState, read_state
from tasks.review.steps import Steps
from tasks.search.citations import Seed
from tasks.search.http import Http
from warehouse.connect import reader, writer
from warehouse.content import hash_tables
from warehouse.meta import read_meta
from warehouse.releases import folder_of
from warehouse.review import Review

_TO_ASK_ABOUT = Path(__file__).with_name("reports_to_ask_about.sql").read_text(encoding="utf-8")
_COUNTS = "SELECT (SELECT count(*) FROM core.record), (SELECT count(DISTINCT report_id) FROM core.report_record)"

#: Clocks that differ by less are those of two machines.
_CLOCKS_DIFFER = timedelta(minutes=5)

#: The trigger of runs that a schedule started: they ask a service only as often as the protocol says.
SCHEDULE = "schedule"


@dataclass
class UpdateResult:
    """The result of a run. `problems` are lines for the user; with an error among them, the run did not do all of its job.

    `derived`: the result of each derivation of the run. `due`: what says that a new synthesis is due.
    """

    new_records: int = 0
    new_reports: int = 0
    problems: list[Problem] = field(default_factory=list)
    derived: list[Derivation] = field(default_factory=list)
    published: Publication | None = None
    due: list[Due] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """The problems that need somebody."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def errors_for_everybody(self) -> int:
        """How many errors everybody may know of: those about decisions and codings, which can be of exclusions alone, are one."""
        others = sum(not problem.is_about_judgements for problem in self.errors)
        return others + (others < len(self.errors))

    def add_problems(self, problems: list[Problem]) -> None:
        """Adds the problems that are not among them yet."""
        self.problems += [problem for problem in dict.fromkeys(problems) if problem not in self.problems]


def update(
    review: Review,
    trigger: str,
    steps: Steps,
    http: Callable[[], Http],
    read_secret: Callable[[str], str] = lambda name: "",
    *,
    anyway: Anyway | None = None,
) -> UpdateResult:
    """Search, load, deduplicate, screen, synthesise, publish: one run at a time, and every event logged.

    `read_secret`: gives secrets by name; `anyway`: who lets it be published though the gate is closed. Raises UserError where another
    run is writing, the protocol is wrong, the log does not hold, a check fails, or the gate is closed.
    """
    result = UpdateResult()
    with start_run(review, trigger) as run:
        protocol = _take_protocol(review, result)
        if protocol.feed_places:
            from tasks.review.fetch_feeds import fetch_feeds  # noqa: PLC0415  slow to import, and few reviews need it

            result.add_problems(fetch_feeds(read_state(review), steps, http, read_secret))
        collected = steps.run("collect files", lambda: _collect(review))
        moved = f", {len(collected.moved)} moved" if collected.moved else ""
        steps.show_line(
            f"search: {counted(len(collected.new), 'new file')} in the drop folders, {collected.known} known{moved}"
        )
        result.add_problems(collected.problems)
        _search(read_state(review), steps, http, scheduled=trigger == SCHEDULE)
        state = _derive(review, result, steps)
        if asks_about_reports(protocol) and _ask_about_reports(state, result, steps, http):
            state = _derive(review, result, steps)
        _publish(state, run, result, steps, anyway)
        _write_release(state, result, steps, after="update")
        _write_site(state, result, steps)
    return result


def refresh(review: Review, trigger: str, steps: Steps) -> UpdateResult:
    """Takes in the files of the drop folders and the decisions in the log, and publishes; no service is asked."""
    result = UpdateResult()
    with start_run(review, trigger) as run:
        _take_protocol(review, result)
        result.add_problems(steps.run("collect files", lambda: _collect(review)).problems)
        state = _derive(review, result, steps)
        _publish(state, run, result, steps)
        _write_release(state, result, steps, after="refresh")
        _write_site(state, result, steps)
    return result


def _collect(review: Review) -> CollectResult:
    """Takes in what lies in the drop folders, and before it the full texts that were kept on the page."""
    if any(review.log.entries(FullTextKept)):
        from tasks.review.put_full_texts import put_full_texts  # noqa: PLC0415  most reviews have none

        put_full_texts(review)
    return collect(review)


@dataclass
class RebuildResult(UpdateResult):
    """The result of a rebuild. `differing`: the tables in which the old warehouse had other rows, though it stood at the same
    place of the log; None where there was none to compare with."""

    differing: list[str] | None = None


def rebuild(review: Review, steps: Steps) -> RebuildResult:
    """Derives the warehouse from nothing, compares it with the old one's content, and publishes it.

    The protocol and files are those that the log knows.
    """
    result = RebuildResult()
    with start_run(review, "rebuild") as run:
        state = read_state(review)
        if state.head.seq == 0:
            raise UserError(
                "nothing has come in yet", path=review.root, hint=f"run: living-review update {quote(str(review.root))}"
            )
        old = _comparable_hashes(state)
        result.derived.append(derive(state, review.warehouse, steps, anew="asked for"))
        if old is not None:
            with writer(review.warehouse) as con:
                fresh = hash_tables(con)
            result.differing = sorted(name for name in fresh.keys() | old.keys() if fresh.get(name) != old.get(name))
        _publish(state, run, result, steps)
        _write_site(state, result, steps)
    return result


def _comparable_hashes(state: ReviewState) -> dict[str, str] | None:
    """The hashes of the old warehouse's tables, where it can be read and nothing that counts has happened since."""
    try:
        if find_mismatch(state, state.review.warehouse):
            return None
        with writer(state.review.warehouse) as con:
            seq = int(read_meta(con)["seq"])
            since = [
                e
                for e in state.review.log.entries(after=seq)
                if not isinstance(e.event, RunEnded | Release | ReleaseWritten | SynthesisDue)
            ]
            return None if since else hash_tables(con)
    except (UserError, duckdb.Error):
        return None


def _take_protocol(review: Review, result: UpdateResult) -> Protocol:
    read = check_protocol(review)
    keep_protocol(review)
    result.add_problems([Problem("", None, text, "warning") for text in read.warnings])
    result.add_problems(_check_clock(review))
    return read.protocol


def _check_clock(review: Review) -> list[Problem]:
    """Says where this machine's clock is behind the log: its order holds, but what is due is counted from dates."""
    last = next(iter(review.log.entries(after=review.log.head().seq - 1)), None)
    if last is None or last.at - clock.now() < _CLOCKS_DIFFER:
        return []
    text = f"this machine's says {clock.now():%Y-%m-%d %H:%M} UTC, and the log's last event is of {last.at:%Y-%m-%d %H:%M}: one is wrong"
    return [Problem("clock", None, text, "warning")]


def _search(state: ReviewState, steps: Steps, http: Callable[[], Http], *, scheduled: bool) -> None:
    """Asks each service that the protocol names, on a schedule those that are due; one that fails leaves its source stale, and the
    others go on."""
    today = clock.today()
    searched = [s for s in state.protocol.source if s.service and not s.chased]
    sources = {f"search {s.name}": s for s in searched if not scheduled or is_due(state, s, today)}
    for source in searched:
        if source not in sources.values():
            steps.show_line(f"search {source.name}: not due yet, by every_days = {source.every_days}")
    answers = steps.run_all({name: partial(_search_one, state, s.name, http) for name, s in sources.items()})
    for name, source in sources.items():
        answer = answers[name]
        asked = answer if isinstance(answer, ServiceAnswer) else log_failed_search(state.review, source, _error(answer))
        came = f"stale: {asked.reason}" if asked.reason else f"{counted(asked.retrieved, 'record')} for {asked.what}"
        steps.show_line(f"search {source.name}: {came}")


def _search_one(state: ReviewState, name: str, http: Callable[[], Http]) -> ServiceAnswer:
    return search_service(state, next(s for s in state.protocol.source if s.name == name), http())


def _derive(review: Review, result: UpdateResult, steps: Steps) -> ReviewState:
    state = read_state(review)
    derived = derive(state, review.warehouse, steps)
    result.derived.append(derived)
    result.add_problems(derived.problems)
    return state


def _standing_problems(con: duckdb.DuckDBPyConnection) -> list[Problem]:
    """The errors in the files that count; they are listed at each run until they are mended."""
    rows = con.execute(
        "SELECT a.file_name, p.line, p.message FROM core.arrival AS a JOIN core.problem AS p "
        "ON p.arrival_id = CASE WHEN a.state = 'repeated' THEN a.other ELSE a.arrival_id END "
        "WHERE (a.counts OR a.state = 'repeated') AND p.severity = 'error' ORDER BY ALL"
    ).fetchall()
    return [Problem(*row) for row in rows]


def asks_about_reports(protocol: Protocol) -> bool:
    """Whether services are asked about single reports: for citations, notices, open texts."""
    chased = any(source.chased for source in protocol.source)
    return chased or protocol.notices.crossref or protocol.notices.pubmed or protocol.open_texts.unpaywall


def list_reports_to_ask_about(review: Review) -> tuple[list[Seed], list[Seed]]:
    """The reports that are included by now, and those that are at full text."""
    with writer(review.warehouse) as con:
        rows = con.execute(_TO_ASK_ABOUT).fetchall()
    included = [Seed(report, doi, pmid) for report, is_included, doi, pmid in rows if is_included]
    return included, [Seed(report, doi, pmid) for report, is_included, doi, pmid in rows if not is_included]


def _ask_about_reports(state: ReviewState, result: UpdateResult, steps: Steps, http: Callable[[], Http]) -> bool:
    """Asks for citations of the included reports, notices and open texts; returns whether anything was logged."""
    protocol = state.protocol
    included, at_full_text = list_reports_to_ask_about(state.review)
    both = [*included, *at_full_text]
    works: dict[str, Callable[[], object]] = {}
    if any(source.chased for source in protocol.source):
        works["chase citations"] = lambda: chase_citations(state, included, http())
    if protocol.notices.crossref:
        works["notices from crossref"] = lambda: fetch_crossref_notices(state, http())
    if protocol.notices.pubmed:
        works["notices from pubmed"] = lambda: fetch_pubmed_notices(state, [s.pmid for s in both if s.pmid], http())
    if protocol.open_texts.unpaywall:
        works["open texts from unpaywall"] = lambda: find_open_texts(state, [s.doi for s in both if s.doi], http())
    for name, answer in steps.run_all(works).items():
        if isinstance(answer, UserError):
            result.add_problems([Problem(name, None, str(answer))])
        elif isinstance(answer, BaseException):
            result.add_problems([Problem(name, None, f"failed with {type(answer).__name__}")])
            if name == "chase citations":
                for source in protocol.source:
                    if source.chased:
                        log_failed_search(state.review, source, answer)
    return state.review.log.head().seq > state.head.seq


def _publish(state: ReviewState, run: Run, result: UpdateResult, steps: Steps, anyway: Anyway | None = None) -> None:
    before = _published_counts(state.review)
    with writer(state.review.warehouse) as con:
        result.add_problems(_standing_problems(con))
        records, reports = con.execute(_COUNTS).fetchall()[0]
        result.new_records, result.new_reports = max(records - before[0], 0), max(reports - before[1], 0)
        run.new_records, run.new_reports, run.errors = (
            result.new_records,
            result.new_reports,
            result.errors_for_everybody,
        )
        result.published = publish(state, run, steps, anyway)  # which finds it open
    result.due = note_due(state.review, run.trigger)
    for due in result.due:
        if due.new:
            steps.show_line(f"publish: a new synthesis is due: {due.says}")


def _write_site(state: ReviewState, result: UpdateResult, steps: Steps) -> None:
    """Renews the site, after the release that it lists."""
    if result.published is not None:
        result.add_problems(renew_site(state.review, state.protocol, result.published.content_hash, steps))


def _write_release(state: ReviewState, result: UpdateResult, steps: Steps, *, after: str) -> None:
    """Writes the release of the version that stands, where the protocol asks for it after such a run and it does not lie there yet: that
    of a run which died before it wrote it, too. What is published stays, whatever becomes of it."""
    asked = state.protocol.release.write
    if result.published is None or asked == "never" or (after == "refresh" and asked != "refresh"):
        return
    from tasks.review.release import write_release  # noqa: PLC0415  slow to import, and not every run needs it

    number = result.published.version
    if folder_of(state.review, number).exists():
        return
    try:
        released, _ = steps.run("write the release", lambda: write_release(state.review, number))
    except UserError as error:
        way_out = error.hint or f"living-review release {quote(str(state.review.root))} writes it"
        result.add_problems([Problem(f"releases/{number}", None, f"{error.message} ({way_out})")])
    else:
        steps.show_line(f"release: {number}, {counted(len(released.files), 'file')}, {released.size / 1e6:,.1f} MB")


def _published_counts(review: Review) -> tuple[int, int]:
    """Records and reports in the published copy before this run; a run that only repairs the warehouse finds nothing new."""
    try:
        with reader(review.published_warehouse) as con:
            records, reports = con.execute(_COUNTS).fetchall()[0]
            return int(records), int(reports)
    except UserError:  # nothing is published, or nothing that can be read
        return 0, 0


def _error(answer: object) -> BaseException:
    return answer if isinstance(answer, BaseException) else RuntimeError("no answer")

"""Update: one living update, from search to publication. The same flow from the command line, the schedule and the demo."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from collections import defaultdict
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.events import emit_event
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows.deduplicate import deduplicate
from flows.follow import asks, follow
from flows.journal import Run, journal
from flows.load import load
from flows.publish import Published, publish
from flows.rebuild import rebuild
from flows.say import say, tell
from flows.screen import screen
from flows.search import search
from flows.steps import Place, checked_protocol, note_search, prepare
from flows.synthesise import synthesise
from schemas.errors import UserError
from schemas.problem import Problem
from warehouse.connect import reader, writer
from warehouse.lock import lock
from warehouse.review import Review, open_review
from warehouse.snapshots import Delivery, Snapshot


@dataclass
class Updated:
    """What an update came to. `errors` are lines for the user; with any, the run did not do all of its job."""

    new_records: int = 0
    new_reports: int = 0
    problems: list[Problem] = field(default_factory=list)
    published: Published | None = None

    @property
    def errors(self) -> list[Problem]:
        """The problems that need somebody."""
        return [p for p in self.problems if p.severity == "error"]


@flow(name="update", flow_run_name="update {review.name}")
def update(review: Path, trigger: str = "command line") -> Updated:
    """Search, load, deduplicate, screen, synthesise, publish: one writer at a time, and all that happened noted."""
    here = open_review(review)
    try:
        with lock(here.root, f"update ({trigger})"), journal(here, trigger) as run, one_heart():
            done = _update(Place(here, here.warehouse), run)
    except Exception as error:
        _event(here, "update-failed", {"reason": str(error)})
        raise
    if done.new_reports:
        _event(here, "new-evidence-awaits", {"new_records": done.new_records, "new_reports": done.new_reports})
    return done


def _update(place: Place, run: Run) -> Updated:
    review, done = place.review, Updated()
    protocol = checked_protocol(review)
    done.problems += [Problem("", None, text, "warning") for text in protocol.warnings]
    review.snapshots.add(review.protocol_path, Delivery("protocol", "review.toml"))
    before = _published_counts(place)
    if not prepare(place):
        say("the protocol's sources or rules have changed: the warehouse is derived again")
        rebuild(review.root, locked=True)
    searched = search(review.root)
    done.problems += searched.problems
    _take_in(place, done)
    done.problems += _still_wrong(place, searched.collected.present, done.problems)
    deduplicate(place)
    done.problems += screen(place)
    if asks(place.protocol):
        done.problems += follow(place)
        if _take_in(place, done):
            deduplicate(place)
            # What was said of decisions before is said again here.
            done.problems = list(dict.fromkeys([*done.problems, *screen(place)]))
    done.problems += synthesise(place)
    after = _counts(writer(place.warehouse))
    done.new_records, done.new_reports = after[0] - before[0], after[1] - before[1]
    run.new_records, run.new_reports, run.errors = done.new_records, done.new_reports, len(done.errors)
    tell(done.problems)
    done.published = publish(place, run)
    return done


def one_heart() -> AbstractContextManager[object]:
    """This run's own heartbeat tells Prefect that it lives; the flows inside send none, since at the end of each Prefect
    would wait, up to a second, for the thread that sends it."""
    return temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})


def _event(review: Review, what: str, payload: dict[str, Any]) -> None:
    """An event that Prefect's automations can act on: living-review.<what> of living-review.review.<folder's name>."""
    emit_event(
        f"living-review.{what}", {"prefect.resource.id": f"living-review.review.{review.root.name}"}, payload=payload
    )


def _take_in(place: Place, done: Updated) -> int:
    """Loads what waits in the store; returns how many searches that were."""
    loaded = load(place)
    done.problems += [problem for one in loaded for problem in one.problems]
    done.problems += note_search(place)
    return len(loaded)


def _still_wrong(place: Place, present: dict[str, Snapshot], said: list[Problem]) -> list[Problem]:
    """What needed somebody before, of files that still lie in a drop folder, is said again, by each name that a file has
    there, until somebody mends it."""
    wrong: dict[str, list[tuple[int | None, str]]] = defaultdict(list)
    with writer(place.warehouse) as con:
        for key, line, text in con.execute(
            "SELECT snapshot_id, line, message FROM core.problem WHERE severity = 'error' ORDER BY ALL"
        ).fetchall():
            wrong[key].append((line, text))
    found = [Problem(name, *what) for name, one in present.items() for what in wrong.get(one.snapshot_id, [])]
    return [problem for problem in found if problem not in said]


def _published_counts(place: Place) -> tuple[int, int]:
    """What readers had before this run: a run that makes good what another left, or a lost warehouse, finds nothing new."""
    try:
        return _counts(reader(place.review.published_warehouse))
    except UserError:  # nothing is published, or nothing that can be read
        return 0, 0


def _counts(opened: AbstractContextManager[Any]) -> tuple[int, int]:
    with opened as con:
        records, reports = con.execute(_COUNTS).fetchall()[0]
    return int(records), int(reports)


_COUNTS = "SELECT (SELECT count(*) FROM core.record), (SELECT count(DISTINCT report_id) FROM core.report_record)"

"""Derive: the warehouse from the log. One sequence of steps, for updates, rebuilds, past versions and tests.

A warehouse that fits grows: what is new in the log is added, at a cost that follows the new. One that does not fit is
derived from nothing beside the old one, and takes its place whole. Both come to the same rows.

Each step opens the warehouse for itself and leaves it whole: a run that dies between two steps, or in one, is finished by
the next run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path

import duckdb

from schemas.errors import not_written
from schemas.event import (
    Content,
    DuplicateRuling,
    DuplicateUndo,
    Release,
    RunEnded,
    ScreeningDecision,
    ScreeningUndo,
)
from schemas.problem import Problem
from schemas.words import counted
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.run import Summary
from tasks.deduplicate.run import deduplicate as compare_records
from tasks.load.load import LoadedSearch, load_search
from tasks.review.basis import program_basis, protocol_basis
from tasks.review.state import ReviewState
from tasks.review.steps import Steps
from tasks.screen.load import load_decisions, match_decisions
from tasks.search.load_answers import load_answers
from tasks.search.split_exports import group_exports
from tasks.synthesise.load_files import CONTENTS, link, load_file
from warehouse import reports
from warehouse.arrivals import loaded_searches, unread, write_arrivals
from warehouse.connect import DamagedError, writer
from warehouse.deliveries import State
from warehouse.materialise import materialise
from warehouse.plan import PlannedSearch
from warehouse.runs import write_runs
from warehouse.schema import empty_warehouse
from warehouse.settings import write_settings

_ANSWERS = "SELECT check_id FROM core.service_check UNION SELECT event_id FROM core.trail"


@dataclass
class Derived:
    """What a derivation came to. `anew`: why the warehouse was derived from nothing; empty where it grew."""

    anew: str = ""
    loaded: list[LoadedSearch] = field(default_factory=list)
    deduplicated: Summary | None = None
    problems: list[Problem] = field(default_factory=list)


def derive(state: ReviewState, warehouse: Path, steps: Steps, *, anew: str = "") -> Derived:
    """Brings the warehouse at this path to what the log says at the state's head; `anew`: why to start from nothing.

    Raises UserError where the log, or what it names, does not hold; the warehouse is then as it was.
    """
    reason = anew or why_anew(state, warehouse)
    if not reason:
        try:
            return _run_steps(state, warehouse, steps)
        except (DamagedError, duckdb.Error) as error:
            reason = f"it is damaged ({' '.join(str(error).split())[:160]})"
    if warehouse.exists():
        steps.say(f"the warehouse is derived anew: {reason}")
    for delivery in state.deliveries:  # nothing is derived from bytes that are not those that came in
        state.review.snapshots.check(delivery.sha256, name=delivery.name)
    fresh = warehouse.with_name(f".deriving-{warehouse.name}")
    remove_warehouse(fresh)
    try:
        done = _run_steps(state, fresh, steps)
        with writer(fresh) as con:  # closing says nothing where the disk is full, and leaves rows in the journal
            con.execute("CHECKPOINT")
        remove_warehouse(warehouse)
        fresh.replace(warehouse)
    finally:
        remove_warehouse(fresh)
    done.anew = reason
    return done


def why_anew(state: ReviewState, warehouse: Path) -> str:
    """Why this warehouse cannot grow into what the log says at the state's head; empty where it can."""
    if not warehouse.exists():
        return "there is none"
    try:
        with writer(warehouse) as con:
            notes = dict(con.execute("SELECT key, value FROM core.meta").fetchall())
            loaded = loaded_searches(con)
            answers = {row[0] for row in con.execute(_ANSWERS).fetchall()}
    except (DamagedError, duckdb.Error):
        return "it is damaged, or none of this version's"
    reasons = (
        (notes.get("review_id") != state.review_id, "it is another review's"),
        (int(notes.get("seq", "0")) > state.head.seq, "it knows more than is asked for"),
        (notes.get("program") != program_basis(), "living-review was upgraded, or changed"),
        (notes.get("protocol") != protocol_basis(state.protocol), "the protocol's sources or rules have changed"),
    )
    return next((why for holds, why in reasons if holds), "") or _changed_deliveries(state, loaded, answers)


def _changed_deliveries(state: ReviewState, loaded: dict[int, str], answers: set[int]) -> str:
    """What of the searches and answers that were loaded no longer counts, counts again, or is another."""
    planned = {search.event_id: search.fingerprint(state.protocol.source) for search in state.searches}
    if any(planned.get(event_id) != fingerprint for event_id, fingerprint in loaded.items()):
        return "deliveries were withdrawn, restored, assigned or corrected"
    if any(event_id < max(loaded, default=0) for event_id in planned.keys() - loaded.keys()):
        return "an earlier delivery counts again"
    counting = {entry.seq for entry in state.outcomes} | {one.arrival_id for one in state.deliveries if one.counts}
    return "" if answers <= counting else "deliveries were withdrawn"


def remove_warehouse(path: Path) -> None:
    """A warehouse file and its write-ahead log."""
    for one in (path, path.with_name(f"{path.name}.wal")):
        one.unlink(missing_ok=True)


def _run_steps(state: ReviewState, warehouse: Path, steps: Steps) -> Derived:
    done = Derived()
    if not warehouse.exists():
        try:
            warehouse.write_bytes(empty_warehouse())
        except OSError as error:
            raise not_written(warehouse, error) from None
    # Held open, so that the steps find it open: opening and closing the file is a good part of what a small review costs.
    with writer(warehouse):
        _prepare(state, warehouse)
        # In the order of the log, whatever their source: what is loaded first decides which of two is the known one.
        for source, searches in groupby(_waiting(state, warehouse), key=lambda search: search.source.name):
            done.loaded += steps.run(f"load {source}", partial(_load, state, warehouse, list(searches), steps))
        done.problems += [problem for one in done.loaded for problem in one.problems]
        done.problems += steps.run("load answers of services", lambda: _load_answers(state, warehouse))
        done.deduplicated = steps.run("deduplicate", lambda: _deduplicate(state, warehouse, steps))
        done.problems += steps.run("screen", lambda: _screen(state, warehouse, steps))
        done.problems += steps.run("synthesise", lambda: _synthesise(state, warehouse, steps))
        _finish(state, warehouse)
    return done


def _prepare(state: ReviewState, warehouse: Path) -> None:
    """Tables, settings of the protocol, and what is known of every arrival."""
    with writer(warehouse) as con:
        write_settings(con, state.protocol)
        con.execute("BEGIN")
        write_arrivals(con, state.deliveries)
        _note(con, review_id=state.review_id, program=program_basis(), protocol=protocol_basis(state.protocol))
        con.execute("COMMIT")


def _waiting(state: ReviewState, warehouse: Path) -> list[PlannedSearch]:
    with writer(warehouse) as con:
        loaded = loaded_searches(con)
    return [search for search in state.searches if search.event_id not in loaded]


def _load(state: ReviewState, warehouse: Path, searches: list[PlannedSearch], steps: Steps) -> list[LoadedSearch]:
    done = []
    with writer(warehouse) as con:
        for number, search in enumerate(searches, start=1):
            one = load_search(con, search, state.protocol, state.review.snapshots.path)
            done.append(one)
            counts = one.loaded
            came = (
                "refused"
                if one.refused and not counts.found
                else f"{counts.found} found, {counts.loaded} loaded ({counts.new} new), {counts.quarantined} in quarantine"
            )
            steps.say(f"load {one.source}: {search.name}: {came}{_say_more(con, search)}")
            steps.progress(f"Searches of {one.source} loaded", number / len(searches))
            if search.reason:
                one.problems.append(Problem(search.name, None, search.reason))
    return done


def _say_more(con: duckdb.DuckDBPyConnection, search: PlannedSearch) -> str:
    """What else there is to say of a search that was loaded: what it changed, what nobody said of it, what is missing."""
    changed = con.execute(
        "SELECT count(DISTINCT record_id) FROM core.record_change JOIN core.search USING (search_id) WHERE event_id = ?",
        [search.event_id],
    ).fetchall()[0][0]
    parts = [
        f"; {counted(changed, 'known record')} changed (record_change lists how)" if changed else "",
        "" if search.executed_at_known else "; the search date was not given, so it counts by the day it came in",
        f"; not complete: {search.reason}" if search.reason else "",
    ]
    return "".join(parts)


def _load_answers(state: ReviewState, warehouse: Path) -> list[Problem]:
    """What services were asked besides searches, and the exports that are pieces of one search."""
    path_of = state.review.snapshots.path
    exports = [one for one in state.deliveries if one.content is Content.EXPORT and one.counts]
    with writer(warehouse) as con:
        problems = load_answers(con, state.outcomes, state.deliveries, path_of)
        return problems + group_exports(con, exports, path_of)


def _deduplicate(state: ReviewState, warehouse: Path, steps: Steps) -> Summary:
    """Compares the records that are new with all, and names the reports."""
    with writer(warehouse) as con:
        reports.dedupe_input(con)
        reports.write_rulings(con, state.entries(DuplicateRuling, DuplicateUndo))
        summary = compare_records(con, Policy(**state.protocol.deduplication.model_dump()), "ruling")
        reports.name_reports(con)
    left_out = (
        f"; {summary.overfull:,} over-full keys left out at most {summary.left_out:,} pairs" if summary.overfull else ""
    )
    steps.say(
        f"deduplicate: {summary.reports:,} reports of {summary.records:,} records; {summary.indexed:,} new or changed records "
        f"compared in {summary.compared:,} pairs; {summary.for_review:,} pairs for review{left_out}"
    )
    return summary


def _screen(state: ReviewState, warehouse: Path, steps: Steps) -> list[Problem]:
    """Reads the files of decisions that are new, and matches all decisions to their reports."""
    problems: list[Problem] = []
    with writer(warehouse) as con:
        for one in unread(con, [d for d in state.deliveries if d.content is Content.DECISIONS and _is_read(d.state)]):
            found = load_decisions(con, one, state.review.snapshots.path(one.sha256))
            problems += found if one.counts else []
        problems += match_decisions(con, state.entries(ScreeningDecision, ScreeningUndo))
        materialise(con)
        counts = con.execute(
            "SELECT stage, status, count(*) FROM screening_status GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    for stage in ("title-abstract", "full-text"):
        at_stage = [f"{n} {status.replace('_', ' ')}" for at, status, n in counts if at == stage]
        steps.say(f"screen {stage}: {', '.join(at_stage) or 'nothing has reached it'}")
    return problems


def _synthesise(state: ReviewState, warehouse: Path, steps: Steps) -> list[Problem]:
    """Reads the QDA projects, study characteristics and appraisals that are new, and links them to reports."""
    problems: list[Problem] = []
    with writer(warehouse) as con:
        for one in unread(con, [d for d in state.deliveries if d.content in CONTENTS and _is_read(d.state)]):
            found = load_file(con, one, state.review.snapshots.path(one.sha256), state.protocol)
            problems += found if one.counts else []
        problems += link(con)
        codes, codings, documents, answers, studies = con.execute(
            "SELECT (SELECT count(*) FROM code), (SELECT count(*) FROM coding), (SELECT count(*) FROM document), "
            "(SELECT count(*) FROM characteristic), (SELECT count(DISTINCT study_id) FROM characteristic)"
        ).fetchall()[0]
    steps.say(
        f"synthesise: {codings} codings under {codes} codes in {documents} documents; {answers} characteristics of {studies} studies"
    )
    return problems


def _is_read(state: State) -> bool:
    """Files of people are read even where they no longer count: what they said is history."""
    return state is not State.REPEATED


def _finish(state: ReviewState, warehouse: Path) -> None:
    """Runs and releases, and up to where in the log this warehouse is."""
    with writer(warehouse) as con:
        write_runs(con, state.entries(RunEnded, Release))
        _note(con, seq=str(state.head.seq), head=state.head.hash)


def _note(con: duckdb.DuckDBPyConnection, **notes: str) -> None:
    con.executemany("INSERT OR REPLACE INTO core.meta VALUES (?, ?)", list(notes.items()))

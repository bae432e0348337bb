"""Derive: the warehouse from the log. One sequence of steps, for updates, rebuilds, past versions and tests.

A warehouse that fits grows: what is new in the log is added, at a cost that follows the new. One that does not fit is
derived from nothing beside the old one, and takes its place whole. Both come to the same rows.

Each step opens the warehouse for itself and leaves it whole: a run that dies between two steps, or in one, is finished by
the next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path

import duckdb

from schemas.errors import not_written
from schemas.event import (
    CommentUndo,
    Content,
    CorrectionUndo,
    DuplicateRuling,
    DuplicateUndo,
    RecordCorrection,
    ReportComment,
    ScreeningClear,
    ScreeningDecision,
    ScreeningUndo,
)
from schemas.event_base import Event
from schemas.event_documents import CodingPositioned, SectionMarked, SegmentDescribed
from schemas.event_synthesis import (
    CodingDone,
    CodingSettlement,
    CodingUndo,
    LinkUndo,
    ProjectRuling,
    ReportLinked,
    StudyRuled,
)
from schemas.problem import Problem
from schemas.words import counted
from tasks.deduplicate.find import find_records
from tasks.deduplicate.policy import Policy
from tasks.deduplicate.run import Summary
from tasks.deduplicate.run import deduplicate as compare_records
from tasks.load.load import LoadedSearch, load_search
from tasks.review.basis import program_basis, protocol_basis
from tasks.review.protocol_changes import write_protocol_changes
from tasks.review.state import ReviewState
from tasks.review.steps import Steps
from tasks.screen.comments import load_comments
from tasks.screen.cover import measure_cover
from tasks.screen.load import load_decisions, match_decisions
from tasks.screen.measure import measure_screening
from tasks.search.load_answers import load_answers
from tasks.search.split_exports import group_exports
from tasks.synthesise.coding_work import STEPS
from tasks.synthesise.declarations import write_declarations
from tasks.synthesise.describe_segments import write_segments
from tasks.synthesise.load_files import CONTENTS, link, load_file, relate, write_synthesis
from tasks.synthesise.load_given_answers import EVENTS as GIVEN_ANSWERS
from tasks.synthesise.load_given_answers import write_given_answers
from tasks.synthesise.load_plan import clear_waiting, find_done, write_plan, write_waiting
from tasks.synthesise.load_relations import describe_relation
from tasks.synthesise.load_same import EVENTS as SAME
from tasks.synthesise.load_same import write_same
from tasks.synthesise.load_settlements import write_settlements
from tasks.synthesise.load_work import write_unshared_codes, write_work
from tasks.synthesise.mark_sections import write_sections
from tasks.synthesise.measure_codings import measure_codings
from tasks.synthesise.statements import EVENTS as STATEMENTS
from warehouse import reports
from warehouse.arrivals import find_files_to_read, read_loaded_searches, write_arrivals
from warehouse.cards import write_cards
from warehouse.connect import DamagedError, held_open, writer
from warehouse.corrections import correct_records, restore_records
from warehouse.materialise import materialise
from warehouse.meta import read_meta, write_meta
from warehouse.plan import PlannedSearch
from warehouse.publish import select_for_everybody
from warehouse.runs import EVENTS, write_runs
from warehouse.schema import empty_warehouse
from warehouse.settings import write_settings
from warehouse.write import transaction

_SYNTHESIS_EVENTS: tuple[type[Event], ...] = (
    ProjectRuling,
    ReportLinked,
    StudyRuled,
    LinkUndo,
    CodingDone,
    CodingSettlement,
    CodingUndo,
    *SAME,
    SectionMarked,
    CodingPositioned,
    SegmentDescribed,
    *GIVEN_ANSWERS,
    *STATEMENTS,
    *STEPS,
)
_ANSWERS = "SELECT check_id FROM core.service_check UNION SELECT event_id FROM core.trail"


@dataclass
class Derivation:
    """The result of a derivation. `anew`: why the warehouse was derived from nothing; empty where it grew."""

    anew: str = ""
    loaded: list[LoadedSearch] = field(default_factory=list)
    deduplicated: Summary | None = None
    problems: list[Problem] = field(default_factory=list)


def derive(state: ReviewState, warehouse: Path, steps: Steps, *, anew: str = "") -> Derivation:
    """Brings the warehouse at this path to what the log says at the state's head; `anew`: why to start from nothing.

    Raises UserError where the log, or what it names, does not hold; the warehouse is then as it was.
    """
    with held_open(warehouse):
        reason = anew or find_mismatch(state, warehouse)
        if not reason:
            try:
                return _run_steps(state, warehouse, steps)
            except (DamagedError, duckdb.Error) as error:
                reason = f"it is damaged ({' '.join(str(error).split())[:160]})"
    if warehouse.exists():
        steps.show_line(f"the warehouse is derived anew: {reason}")
    for delivery in state.deliveries:  # nothing is derived from bytes that are not those that came in
        state.review.snapshots.check(delivery.sha256, name=delivery.name)
    fresh = warehouse.with_name(f".deriving-{warehouse.name}")
    remove_warehouse(fresh)
    try:
        derivation = _run_steps(state, fresh, steps)
        with writer(fresh) as con:  # closing says nothing where the disk is full, and leaves rows in the journal
            con.execute("CHECKPOINT")
        remove_warehouse(warehouse)
        fresh.replace(warehouse)
    finally:
        remove_warehouse(fresh)
    derivation.anew = reason
    return derivation


def find_mismatch(state: ReviewState, warehouse: Path) -> str:
    """Why this warehouse cannot grow into what the log says at the state's head; empty where it can."""
    if not warehouse.exists():
        return "there is none"
    try:
        with writer(warehouse) as con:
            meta = read_meta(con)
            loaded = read_loaded_searches(con)
            answers = {row[0] for row in con.execute(_ANSWERS).fetchall()}
    except (DamagedError, duckdb.Error):
        return "it is damaged, or none of this version's"
    reasons = (
        (meta.get("review_id") != state.review_id, "it is another review's"),
        (int(meta.get("seq", "0")) > state.head.seq, "it knows more than is asked for"),
        (meta.get("program") != program_basis(), "living-review was upgraded, or changed"),
        (meta.get("protocol") != protocol_basis(state.protocol), "the protocol's sources or rules have changed"),
    )
    return next((why for holds, why in reasons if holds), "") or _changed_deliveries(state, loaded, answers)


def _changed_deliveries(state: ReviewState, loaded: dict[int, str], answers: set[int]) -> str:
    """What of the searches and answers that were loaded no longer counts, counts again, or is another."""
    planned = {search.event_id: search.fingerprint(state.protocol.source) for search in state.searches}
    if any(planned.get(event_id) != fingerprint for event_id, fingerprint in loaded.items()):
        return "deliveries were withdrawn, restored, assigned or corrected"
    if any(event_id < max(loaded, default=0) for event_id in planned.keys() - loaded.keys()):
        return "an earlier delivery counts again"
    counting = {entry.seq for entry in state.outcomes} | {
        delivery.arrival_id for delivery in state.deliveries if delivery.counts
    }
    return "" if answers <= counting else "deliveries were withdrawn"


def remove_warehouse(path: Path) -> None:
    """Deletes a warehouse file and its write-ahead log, where they exist. Raises UserError where one cannot be deleted."""
    for file in (path, path.with_name(f"{path.name}.wal")):
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise not_written(file, error) from None


def _run_steps(state: ReviewState, warehouse: Path, steps: Steps) -> Derivation:
    derivation = Derivation()
    if not warehouse.exists():
        try:
            warehouse.write_bytes(empty_warehouse())
        except OSError as error:
            raise not_written(warehouse, error) from None
    # Held open, so that the steps find it open: opening and closing the file is a good part of what a small review costs.
    with writer(warehouse):
        _write_what_the_log_says(state, warehouse)
        unloaded = _list_unloaded_searches(state, warehouse)
        if unloaded:
            with writer(warehouse) as con:
                restore_records(con)
        # In the order of the log, whatever their source: what is loaded first decides which of two is the known one.
        for source, searches in groupby(unloaded, key=lambda search: search.source.name):
            derivation.loaded += steps.run(
                f"load {source}", partial(_load_searches, state, warehouse, list(searches), steps)
            )
        derivation.problems += [problem for loaded_search in derivation.loaded for problem in loaded_search.problems]
        derivation.problems += _correct(state, warehouse)
        derivation.problems += steps.run("load answers of services", lambda: _load_answers(state, warehouse))
        derivation.deduplicated = steps.run("deduplicate", lambda: _deduplicate(state, warehouse, steps))
        derivation.problems += steps.run("screen", lambda: _screen(state, warehouse, steps))
        derivation.problems += steps.run("synthesise", lambda: _synthesise(state, warehouse, steps))
        _write_head(state, warehouse)
    return derivation


def _write_what_the_log_says(state: ReviewState, warehouse: Path) -> None:
    """Writes the protocol's settings, runs and releases, and what is known of every arrival."""
    with writer(warehouse) as con:
        write_settings(con, state.protocol)
        write_runs(con, state.entries(*EVENTS))
        with transaction(con):
            write_arrivals(con, state.deliveries)
            write_protocol_changes(con, state)
            write_meta(con, review_id=state.review_id, program=program_basis(), protocol=protocol_basis(state.protocol))


def _list_unloaded_searches(state: ReviewState, warehouse: Path) -> list[PlannedSearch]:
    with writer(warehouse) as con:
        loaded = read_loaded_searches(con)
    return [search for search in state.searches if search.event_id not in loaded]


def _load_searches(
    state: ReviewState, warehouse: Path, searches: list[PlannedSearch], steps: Steps
) -> list[LoadedSearch]:
    loaded = []
    with writer(warehouse) as con:
        for number, search in enumerate(searches, start=1):
            loaded_search = load_search(con, search, state.protocol, state.review.snapshots.path)
            loaded.append(loaded_search)
            result = describe_loaded(loaded_search) + _describe_more(con, search)
            steps.show_line(f"load {loaded_search.source}: {search.name}: {result}")
            steps.show_progress(f"Searches of {loaded_search.source} loaded", number / len(searches))
            if search.reason and not _is_made_up_for(search, state.searches):
                loaded_search.problems.append(Problem(search.name, None, search.reason))
    return loaded


def _is_made_up_for(failed: PlannedSearch, searches: Sequence[PlannedSearch]) -> bool:
    """Whether its source was searched completely since: each search goes back to where the source was last complete."""
    return any(
        later.event_id > failed.event_id and later.source.name == failed.source.name and later.complete
        for later in searches
        if not later.is_export
    )


def describe_loaded(search: LoadedSearch) -> str:
    """What came of loading a search, by its counts; one of several files is refused only where nothing was found in the others."""
    counts = search.loaded
    if search.refused and not counts.found:
        return "refused"
    return f"{counts.found} found, {counts.loaded} loaded ({counts.new} new), {counts.quarantined} in quarantine"


def _describe_more(con: duckdb.DuckDBPyConnection, search: PlannedSearch) -> str:
    """The end of the line about a loaded search: known records that it changed, a missing search date, why it is not complete."""
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


def _correct(state: ReviewState, warehouse: Path) -> list[Problem]:
    """Puts right what people corrected in records."""
    with writer(warehouse) as con:
        return correct_records(con, state.entries(RecordCorrection, CorrectionUndo))


def _load_answers(state: ReviewState, warehouse: Path) -> list[Problem]:
    """What services were asked besides searches, and the exports that are pieces of one search."""
    path_of = state.review.snapshots.path
    exports = [delivery for delivery in state.deliveries if delivery.content is Content.EXPORT and delivery.counts]
    with writer(warehouse) as con:
        problems = load_answers(con, state.outcomes, state.deliveries, path_of)
        return problems + group_exports(con, exports, path_of)


def _deduplicate(state: ReviewState, warehouse: Path, steps: Steps) -> Summary:
    """Compares the records that are new with all, and names the reports."""
    with writer(warehouse) as con:
        reports.create_dedupe_input(con)
        reports.write_rulings(con, state.entries(DuplicateRuling, DuplicateUndo))
        policy = Policy(**state.protocol.deduplication.model_dump())
        summary = compare_records(con, policy, "ruling")
        reports.name_reports(con)
        write_cards(con, policy.together)
    left_out = (
        f"; {summary.overfull:,} over-full keys left out at most {summary.left_out:,} pairs" if summary.overfull else ""
    )
    steps.show_line(
        f"deduplicate: {counted(summary.reports, 'report')} of {counted(summary.records, 'record')}; "
        f"{counted(summary.indexed, 'new or changed record')} compared in {counted(summary.compared, 'pair')}; "
        f"{counted(summary.for_review, 'pair')} for review{left_out}"
    )
    return summary


def _screen(state: ReviewState, warehouse: Path, steps: Steps) -> list[Problem]:
    """Reads the files of decisions that are new, and matches all decisions to their reports."""
    problems: list[Problem] = []
    with writer(warehouse) as con:
        for delivery in find_files_to_read(con, [d for d in state.deliveries if d.content is Content.DECISIONS]):
            file_problems = load_decisions(con, delivery, state.review.snapshots.path(delivery.sha256))
            problems += file_problems if delivery.counts else []
        reports.create_dedupe_input(con)
        policy = Policy(**state.protocol.deduplication.model_dump())
        problems += match_decisions(
            con,
            state.entries(ScreeningDecision, ScreeningClear, ScreeningUndo),
            state.protocol,
            lambda claims: find_records(con, claims, policy),
        )
        problems += load_comments(con, state.entries(ReportComment, CommentUndo))
        materialise(con)
        measure_screening(con)
        measure_cover(con)
        # What is printed tells no more than the copy for everybody.
        shown = select_for_everybody(con)["core.screening_status"]
        counts = con.execute(f"SELECT stage, status, count(*) FROM ({shown}) GROUP BY ALL ORDER BY ALL").fetchall()  # noqa: S608 - our own SQL
    for stage in ("title-abstract", "full-text"):
        at_stage = [f"{n} {status.replace('_', ' ')}" for at, status, n in counts if at == stage]
        steps.show_line(f"screen {stage}: {', '.join(at_stage) or 'nothing has reached it'}")
    return problems


def _synthesise(state: ReviewState, warehouse: Path, steps: Steps) -> list[Problem]:
    """Reads the QDA projects, study characteristics and appraisals that are new, and links them to reports."""
    problems: list[Problem] = []
    with writer(warehouse) as con:
        with transaction(con):
            write_declarations(con, state.protocol)
        if not _has_synthesis(state):
            return problems
        for delivery in find_files_to_read(con, [d for d in state.deliveries if d.content in CONTENTS]):
            file_problems = load_file(con, delivery, state.review.snapshots.path(delivery.sha256), state.protocol)
            problems += file_problems if delivery.counts else []
        known = {row[0] for row in con.execute("SELECT arrival_id FROM core.project_relation").fetchall()}
        for relation in relate(con, state.deliveries, state.entries(ProjectRuling)):
            if relation.content.arrival_id not in known or relation.ruled:
                described = describe_relation(relation, counts=not state.protocol.coding.independent)
                steps.show_line(f"synthesise: {relation.content.file_name}: {described}")
        with transaction(con):
            problems += write_same(con, state.entries(*SAME))
        counts = not state.protocol.coding.independent
        positions = state.entries(CodingPositioned, CodingUndo)
        problems += link(con, state.entries(ReportLinked, StudyRuled, LinkUndo), positions, counts=counts)
        with transaction(con):
            problems += write_given_answers(con, state.entries(*GIVEN_ANSWERS), state.protocol)
        with transaction(con):
            steps_of_coders = state.entries(*STEPS)
            problems += write_work(con, steps_of_coders, state.protocol.coding)
            problems += write_sections(con, state.entries(SectionMarked, CodingUndo))
            done = find_done(con, state.entries(CodingDone, CodingUndo))
            clear_waiting(con)
            measure_codings(con, state.protocol.coding, done)
            problems += write_plan(con, state.protocol.coding, done)
            if state.protocol.coding.independent and write_waiting(con):
                measure_codings(con, state.protocol.coding, done)
            write_unshared_codes(con, steps_of_coders, state.protocol.coding)
            write_settlements(con, state.entries(CodingSettlement, CodingUndo), state.protocol.coding)
            problems += write_segments(con, state.protocol, state.entries(SegmentDescribed, CodingUndo))
        problems += write_synthesis(con, state.entries(*STATEMENTS), state.protocol.screening.seed)
        codes, codings, documents, answers, studies = con.execute(
            "SELECT (SELECT count(*) FROM code ANTI JOIN core.waiting_code USING (code_id)), "
            "(SELECT count(*) FROM coding), (SELECT count(*) FROM document), "
            "(SELECT count(*) FROM characteristic), (SELECT count(DISTINCT study_id) FROM characteristic)"
        ).fetchall()[0]
    steps.show_line(
        f"synthesise: {counted(codings, 'coding')} under {counted(codes, 'code')} in {counted(documents, 'document')}; "
        f"{counted(answers, 'characteristic')} of {counted(studies, 'study', 'studies')}"
    )
    return problems


def _has_synthesis(state: ReviewState) -> bool:
    """Whether anything was ever coded, extracted, appraised or stated, or is planned to be: else its tables are empty, and stay so."""
    return (
        any(delivery.content in CONTENTS for delivery in state.deliveries)
        or bool(state.protocol.coding.coders or state.protocol.coding.assignment)
        or bool(state.entries(*_SYNTHESIS_EVENTS))
    )


def _write_head(state: ReviewState, warehouse: Path) -> None:
    """Writes the last event that this warehouse was derived from."""
    with writer(warehouse) as con:
        write_meta(con, seq=str(state.head.seq), head=state.head.hash)

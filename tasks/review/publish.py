"""Publish: check that everything adds up, note a version, and swap in the copies that people read. Or nothing at all."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from schemas import clock
from schemas.errors import UserError, not_written
from schemas.event import Release
from tasks.publish.badge import state_files
from tasks.publish.news import News, Standing, find_news, read_standing
from tasks.publish.prisma import Flow, prisma_flow
from tasks.publish.sources import overlap_figure, sources_figure
from tasks.review.basis import program_basis
from tasks.review.gate import Anyway, pass_gate
from tasks.review.living_state import EVENTS as LIVING_EVENTS
from tasks.review.living_state import find_living_state
from tasks.review.run import Run
from tasks.review.state import ReviewState
from tasks.review.steps import Steps
from warehouse.check import check_changes
from warehouse.connect import reader, writer
from warehouse.content import combine_hashes, hash_tables
from warehouse.meta import write_meta
from warehouse.publish import publish as publish_copy
from warehouse.publish import publish_private
from warehouse.runs import EVENTS, write_runs


@dataclass(frozen=True)
class Publication:
    """A publication: the `version` and whether it is `new`, the hash of its content, the flow, and what is new in a new version."""

    version: int
    new: bool
    content_hash: str
    flow: Flow
    news: News | None = None


def publish(state: ReviewState, run: Run, steps: Steps, anyway: Anyway | None = None) -> Publication:
    """Publishes what was derived up to the state's head; `anyway`: who lets it pass though the gate is closed.

    Raises UserError, and leaves the published copies as they were, where a check does not hold or the gate is closed.
    """
    with writer(state.review.warehouse):  # held open, so that the steps find it open
        content_hash = steps.run("check that it adds up", lambda: _check(state, steps))
        steps.run("compare with the last version", lambda: _pass_gate(state, steps, anyway))
        before, since = _read_last_version(state)
        version, new = steps.run("note the version", lambda: _release(state, run, content_hash, steps))
        flow = steps.run("publish the copies", lambda: _publish_copies(state))
    news = _publish_news(state, before, version, since) if new else None
    return Publication(version, new, content_hash, flow, news)


def _check(state: ReviewState, steps: Steps) -> str:
    """Checks what changed; returns the hash of the content."""
    with writer(state.review.warehouse) as con:
        hashes = hash_tables(con)
        found = check_changes(con, hashes)
    if found:
        for line in found:
            steps.show_line(f"check: {line}")
        raise UserError(
            f"the numbers do not add up, so nothing is published: {found[0]}",
            path=state.review.root,
            hint="living-review rebuild derives the warehouse again; if that does not help, please report it",
        )
    steps.show_line("check: every number adds up")
    return combine_hashes(hashes)


def _pass_gate(state: ReviewState, steps: Steps, anyway: Anyway | None) -> None:
    with writer(state.review.warehouse) as con:
        pass_gate(con, state, steps, anyway)


def _release(state: ReviewState, run: Run, content_hash: str, steps: Steps) -> tuple[int, bool]:
    """A new version where the content is another than the last version's; and the run, so that the copies know of both."""
    log = state.review.log
    with writer(state.review.warehouse) as con:
        included = con.execute(
            "SELECT report_id, study_id FROM report_path JOIN report USING (report_id) WHERE place = 'included' ORDER BY ALL"
        ).fetchall()
        flow = con.execute("SELECT box, n FROM prisma_flow").fetchall()
    # By the log and not the warehouse, which may be new, or may have died before it noted the last version.
    releases = [entry.event for entry in log.entries(Release) if isinstance(entry.event, Release)]
    version = releases[-1].number if releases else 0
    new = not releases or content_hash != releases[-1].content_hash
    if new:
        version += 1
        event = Release(
            number=version, run_id=run.run_id, upto=state.head.seq, head=state.head.hash, basis=program_basis(),
            content_hash=content_hash, included=tuple(included), flow=tuple(flow),
        )  # fmt: skip
        log.append(event, run.trigger)
    run.note_end()
    head = log.head()
    with writer(state.review.warehouse) as con:
        write_runs(con, log.entries(*EVENTS, upto=head.seq))
        write_meta(con, log_seq=str(head.seq), log_head=head.hash, content_hash=content_hash)
    steps.show_line(f"publish: version {version}" + ("" if new else ", unchanged"))
    return version, new


def _publish_copies(state: ReviewState) -> Flow:
    """Writes the warehouse's copies, and beside the masked one the flow diagram, the figures of the sources, the badge and the state."""
    review = state.review
    with writer(review.warehouse) as con:
        publish_copy(con, review.published_warehouse)
        flow = prisma_flow(con, state.protocol.review.title)
        publish_private(con, review.private_warehouse)
        figures = {"overlap.svg": overlap_figure(con), "sources.svg": sources_figure(con)}
    with reader(review.published_warehouse) as con:  # what everybody may read, since everybody reads the state
        living = find_living_state(con, state.protocol, review.log.entries(*LIVING_EVENTS))
    figures |= state_files(living.as_data(), clock.today())
    files = {f"prisma.{ending}": flow.render(ending) for ending in ("svg", "png", "csv", "json")}
    files |= {name: figure.encode() for name, figure in figures.items()}
    for name, content in files.items():
        write_file(review.published / name, content)
    return flow


def _read_last_version(state: ReviewState) -> tuple[Standing, int]:
    """How the last version stands, by the copy that is published, and the log's place up to which it goes."""
    last = max((e.event.upto for e in state.review.log.entries(Release) if isinstance(e.event, Release)), default=0)
    try:
        with reader(state.review.published_warehouse) as con:
            return read_standing(con), last
    except (UserError, duckdb.Error):  # there is none, or none that can be read
        return Standing(), last


def _publish_news(state: ReviewState, before: Standing, version: int, since: int) -> News:
    """Writes what is new beside the copies, and returns it."""
    with reader(state.review.published_warehouse) as con:
        news = find_news(con, before, version, since)
    write_file(state.review.published / "whats-new.md", news.markdown().encode())
    write_file(state.review.published / "whats-new.json", news.json().encode())
    return news


def write_file(target: Path, content: bytes) -> None:
    """Replaces a file's content, whole or not at all. Raises UserError where it cannot be written."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content)
        fresh.replace(target)
    except OSError as error:
        raise not_written(target, error) from None
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)

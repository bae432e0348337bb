"""Publish: check that everything adds up, note a version, and swap in the copy that readers see. Or nothing at all."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from dataclasses import dataclass
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext

from flows.journal import Run
from flows.say import say
from flows.steps import Place, note_runs
from schemas.errors import UserError
from schemas.ledger import Kind
from tasks.publish.prisma import Flow, prisma_flow
from tasks.publish.sources import overlap_figure, sources_figure
from warehouse.check import violations
from warehouse.connect import reader, writer
from warehouse.content import content_hash
from warehouse.publish import publish as copy


@dataclass(frozen=True)
class Published:
    """What was published: `version` and whether it is `new`, the hash of its content, and the flow."""

    version: int
    new: bool
    content_hash: str
    flow: Flow


@flow(name="publish", flow_run_name="publish {place.review.root.name}")
def publish(place: Place, run: Run) -> Published:
    """Raises UserError, and leaves the published copy as it was, where a check does not hold."""
    check(place)
    version, new, digest = release(place, run)
    return Published(version, new, digest, swap_in(place))


@task(name="check that it adds up", cache_policy=NO_CACHE)
def check(place: Place) -> None:
    """PRISMA's identities and every data test."""
    with writer(place.warehouse) as con:
        found = violations(con)
    if found:
        for line in found:
            say(f"check: {line}")
        raise UserError(
            f"the numbers do not add up, so nothing is published: {found[0]}",
            path=place.review.root,
            hint="living-review rebuild derives the warehouse again; if that does not help, please report it",
        )
    say("check: every number adds up")


@task(name="note the version", cache_policy=NO_CACHE)
def release(place: Place, run: Run) -> tuple[int, bool, str]:
    """A new version where the content is another than the last version's; and the run, so that the copy knows of both."""
    with writer(place.warehouse) as con:
        digest = content_hash(con)
        included = con.execute(
            "SELECT report_id, study_id FROM report_path JOIN report USING (report_id) WHERE place = 'included' ORDER BY ALL"
        ).fetchall()
    # By the ledger and not the warehouse, which may be new, or may have died before it noted the last version.
    *_, last = (
        {"version": 0, "content_hash": ""},
        *(event.payload for event in place.review.ledger.events(Kind.RELEASE)),
    )
    version, new = last["version"], digest != last["content_hash"]
    if new:
        version += 1
        payload = {"version": version, "run_id": run.run_id, "content_hash": digest, "included": included}
        place.review.ledger.append(Kind.RELEASE, run.trigger, payload)
    run.note()
    note_runs(place)
    say(f"publish: version {version}" + ("" if new else ", unchanged"))
    return version, new, digest


@task(name="publish the copy", cache_policy=NO_CACHE)
def swap_in(place: Place) -> Flow:
    """The warehouse's copy, and beside it the flow diagram and figures of the sources; artifacts for the dashboard."""
    title = place.protocol.review.title
    target = place.review.published_warehouse
    with writer(place.warehouse) as con:
        copy(con, target)
        flow = prisma_flow(con, title)
        figures = {"overlap.svg": overlap_figure(con), "sources.svg": sources_figure(con)}
    write_flow(flow, place.review.published)
    for name, figure in figures.items():
        swap(place.review.published / name, figure.encode())
    if TaskRunContext.get():
        _artifacts(target, flow)
    return flow


def write_flow(flow: Flow, folder: Path) -> None:
    """prisma.svg, .png, .csv and .json, each swapped in whole."""
    for ending in ("svg", "png", "csv", "json"):
        swap(folder / f"prisma.{ending}", flow.render(ending))


def swap(target: Path, content: bytes) -> None:
    """The file's new content, whole, or the old one."""
    fresh = target.with_name(f".{target.name}")
    fresh.write_bytes(content)
    fresh.replace(target)


def _artifacts(warehouse: Path, flow: Flow) -> None:
    with reader(warehouse) as con:
        counts = con.sql(
            "SELECT source, count(*) AS searches, sum(found)::BIGINT AS found, sum(loaded)::BIGINT AS loaded, "
            "sum(quarantined)::BIGINT AS quarantined, sum(new)::BIGINT AS new, max(executed_at)::DATE::VARCHAR AS last_search "
            "FROM search GROUP BY source ORDER BY source"
        ).pl()
        lost = con.sql("SELECT source, file_name, line, reason FROM quarantine ORDER BY ALL").pl()
    create_table_artifact(table=counts.to_dicts(), key="counts-by-source", description="Records by source")
    create_table_artifact(table=lost.to_dicts(), key="quarantine", description="Records that could not be loaded")
    lines = [f"| {box}{f' ({label})' if label else ''} | {n} |" for box, label, n in flow.rows if n]
    create_markdown_artifact(
        key="prisma-flow",
        markdown="\n".join([f"# PRISMA flow\n\n{flow.caption}\n", "| box | n |", "|---|---|", *lines]),
    )

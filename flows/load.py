"""Load: every new file is read without loss, validated, counted and merged; what cannot be loaded is kept in quarantine."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from itertools import groupby
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext

from flows.say import say
from flows.steps import Place, Waiting, load_searches, waiting_searches
from tasks.load.load import LoadedSearch


@flow(name="load", flow_run_name="load {place.review.root.name}")
def load(place: Place) -> list[LoadedSearch]:
    """Loads the searches that the warehouse has not read yet: one task a source."""
    waiting = sorted(waiting_searches(place), key=lambda search: search.source)
    done: list[LoadedSearch] = []
    for source, searches in groupby(waiting, key=lambda search: search.source):
        done += load_source.with_options(task_run_name=f"load {source}")(place, list(searches))
    return done


@task(name="load a source", cache_policy=NO_CACHE)
def load_source(place: Place, searches: list[Waiting]) -> list[LoadedSearch]:
    """All waiting searches of one source."""
    meter: Any = None
    if TaskRunContext.get():
        meter = create_progress_artifact(0.0, description=f"Searches of {searches[0].source} loaded")
    done: list[LoadedSearch] = []
    for number, (search, loaded) in enumerate(zip(searches, load_searches(place, searches), strict=True), start=1):
        done.append(loaded)
        count = loaded.loaded
        say(
            f"load {loaded.source}: {search.head.delivery.file_name}: "
            + (
                "refused"
                if loaded.refused and not count.found
                else f"{count.found} found, {count.loaded} loaded ({count.new} new), {count.quarantined} in quarantine"
            )
        )
        if meter:
            update_progress_artifact(meter, 100 * number / len(searches))
    return done

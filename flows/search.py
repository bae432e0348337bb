"""Search: take what lies in the drop folders, and ask the services that the protocol names. Each source for itself."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.http import shared_http
from flows.say import say
from flows.services import Asked, note_failure, search_service
from schemas.problem import Problem
from warehouse.dropfolder import Collected, collect
from warehouse.review import open_review


@dataclass
class Searched:
    """What a search brought to the store: `new` files, what lies there already (`present`), and how services answered.

    A service that failed is said when its search is loaded, as every source's state is.
    """

    new: int = 0
    collected: Collected = field(default_factory=Collected)
    asked: list[Asked] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """One line for each file that could not be taken."""
        return self.collected.problems


def network_failed(task: Any, task_run: Any, state: Any) -> bool:
    """Whether a task is worth another try: the network failed, and not the work itself."""
    try:
        state.result()
    except OSError:
        return True
    except Exception:  # whatever it is, trying again will not mend it
        return False
    return False


#: How tasks that go out to the network are tried again, beyond the tries of a single request.
NETWORK: dict[str, Any] = {
    "cache_policy": NO_CACHE,
    "retries": 3,
    "retry_delay_seconds": [10, 60, 300],
    "retry_condition_fn": network_failed,
}


@flow(name="search", flow_run_name="search {review.name}")
def search(review: Path) -> Searched:
    """Takes a snapshot of every new file, and of every page of every service's answer."""
    here = open_review(review)
    done = Searched(collected=take_files(review))
    names = [source.name for source in here.protocol().protocol.source if source.service and not source.chased]
    waiting = [ask_service.with_options(task_run_name=f"search {name}").submit(review, name) for name in names]
    for name, one in zip(names, waiting, strict=True):
        asked = one.result(raise_on_failure=False)
        done.asked.append(asked if isinstance(asked, Asked) else note_failure(here, name, asked))
    done.new = len(done.collected.new) + sum(a.new for a in done.asked)
    return done


@task(name="take files", cache_policy=NO_CACHE)
def take_files(review: Path) -> Collected:
    """The drop folders' files into the store."""
    here = open_review(review)
    collected = collect(here, here.protocol().protocol)
    say(
        f"search: {len(collected.new)} new files in the drop folders, {len(collected.present) - len(collected.new)} known"
    )
    return collected


@task(name="search a service", **NETWORK)
def ask_service(review: Path, source: str) -> Asked:
    """One service's answer into the store. A service that fails leaves its source stale, and the others go on."""
    asked = search_service(open_review(review), source, shared_http())
    say(
        f"search {source}: "
        + (f"stale: {asked.reason}" if asked.reason else f"{asked.retrieved} records for {asked.what}")
    )
    return asked

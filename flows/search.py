"""Search: take what lies in the drop folders, and ask the services that the protocol names. Each source for itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.say import say
from flows.services import Asked, search_service
from schemas.problem import Problem
from warehouse.dropfolder import Collected, collect
from warehouse.review import open_review


@dataclass
class Searched:
    """What a search brought to the store: `new` files, what lies there already (`present`), and what went wrong."""

    new: int = 0
    collected: Collected = field(default_factory=Collected)
    asked: list[Asked] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """One line for each thing that went wrong."""
        return self.collected.problems + [
            Problem(f"search of {a.source}", None, a.reason) for a in self.asked if a.reason
        ]


@flow(name="search")
def search(review: Path) -> Searched:
    """Takes a snapshot of every new file, and of every page of every service's answer."""
    here = open_review(review)
    protocol = here.protocol().protocol
    done = Searched(collected=take_files(review))
    waiting = [
        ask_service.with_options(task_run_name=f"search {source.name}").submit(review, source.name)
        for source in protocol.source
        if source.service
    ]
    done.asked = [one.result() for one in waiting]
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


@task(name="search a service", cache_policy=NO_CACHE)
def ask_service(review: Path, source: str) -> Asked:
    """One service's answer into the store. A service that fails leaves its source stale, and the others go on."""
    asked = search_service(open_review(review), source)
    say(
        f"search {source}: "
        + (f"stale: {asked.reason}" if asked.reason else f"{asked.retrieved} records for {asked.window}")
    )
    return asked

"""Runs of the command line: as a flow where a Prefect server is named, else in this process, without Prefect.

Both do the same work, in the same steps. Prefect's own server takes ten times as long to start as the work takes, and its
dashboard would end with the run: so it is started where somebody asks for it (`--prefect`).

What is heavy is imported by the work, after it is said what is being done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from flows.prefect_home import TAG, is_server_named, set_prefect_settings
from flows.terminal import print_line, show_progress

if TYPE_CHECKING:
    from tasks.review.steps import Steps
    from tasks.review.update import UpdateResult
    from warehouse.review import Review

Result = TypeVar("Result")


def run_here_or_in_prefect(
    review: Review,
    doing: str,
    flow: str,
    work: Callable[[Steps], UpdateResult],
    *,
    in_prefect: bool = False,
    options: Mapping[str, object] = MappingProxyType({}),
    say: Callable[[str], None] = print_line,
) -> UpdateResult:
    """What the work came to. `flow`: the flow of that name that does the same in Prefect, with these `options`; `doing`: what people
    see meanwhile; `say` is given each line of the run."""
    if not in_prefect and not is_server_named():
        from flows.http import secret_reader
        from flows.notify import notifying

        with notifying(review, secret_reader() if flow == "update" else lambda name: "", say) as notify:
            done = run_here(doing, work, say)
            notify(done)
            return done
    set_prefect_settings()
    with show_progress(doing):
        from prefect import tags

        from flows import update as flows

        flows.listeners.append(say)
        try:
            with tags(TAG):
                updated: UpdateResult = getattr(flows, flow)(review.root, **options)
        finally:
            flows.listeners.remove(say)
        return updated


def run_here(doing: str, work: Callable[[Steps], Result], say: Callable[[str], None] = print_line) -> Result:
    """What the work came to, done in this process whatever server is named."""
    with show_progress(doing):
        from tasks.review.steps import Steps

        return work(Steps(say))

"""Runs that need no network, in this process: as a flow where a Prefect server is named, else without Prefect.

Starting Prefect's own server takes longer than these runs do.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from flows.terminal import console, print_line, show_progress
from tasks.review.steps import Steps
from tasks.review.update import UpdateResult
from warehouse.review import Review


def run_here_or_in_prefect(
    review: Review, doing: str, flow: str, work: Callable[[Steps], UpdateResult], *, always_here: bool = False
) -> UpdateResult:
    """What the work came to. `flow`: the flow of that name that does the same in Prefect, unless it is `always_here`."""
    if always_here or not os.environ.get("PREFECT_API_URL"):
        console.print(f"{doing} …", markup=False)
        with console.status(doing):
            return work(Steps(print_line))
    from flows.prefect_home import set_prefect_settings

    set_prefect_settings()
    from flows import update as flows

    with show_progress(doing):
        updated: UpdateResult = getattr(flows, flow)(review.root)
        return updated

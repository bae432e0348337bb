"""Schedule: a review's updates on its cron, served by this process or deployed to a work pool."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim
from prefect.schedules import Schedule
from prefect.types.entrypoint import EntrypointType

from flows.prefect_home import TAG
from flows.update import update
from tasks.review.update import SCHEDULE
from warehouse.review import Review


def serve(review: Review, schedule: Schedule) -> None:
    """Serves updates until the process is stopped; one at a time, late ones are not piled up."""
    update.serve(
        name=review.root.name,
        schedules=[schedule],
        parameters={"review": str(review.root), "trigger": SCHEDULE},
        tags=[TAG],
        limit=1,
        pause_on_shutdown=False,
        print_starting_message=True,
        # By its module: loaded as a script, its annotations could not be resolved.
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def next_runs(cron: str, timezone: str, n: int, now: datetime | None = None) -> list[str]:
    """The next n runs, as 'YYYY-MM-DD HH:MM'."""
    runs = CronSim(cron, now or datetime.now(ZoneInfo(timezone)))
    return [f"{run:%Y-%m-%d %H:%M}" for run in islice(runs, n)]

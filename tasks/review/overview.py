"""Overview: how far a review's screening is, for its owner; no verdict on anything that still waits for a vote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas import clock
from tasks.review.later_votes import LaterVotes, create_later_vote_tables
from tasks.review.status import read_waiting
from warehouse.connect import reader
from warehouse.review import Review

if TYPE_CHECKING:
    from tasks.screen.order.stopping import Risk

_SQL = {
    name: Path(__file__).with_name(f"overview_{name}.sql").read_text(encoding="utf-8")
    for name in ("progress", "settled", "agreement", "workload")
}
PACE_OVER = timedelta(days=28)
"""The forecast goes by what was settled in the last four weeks."""


@dataclass(frozen=True)
class Forecast:
    """When titles and abstracts will be done at the pace of the last four weeks: `a_day` reports settled."""

    waiting: int
    a_day: float
    days: int


@dataclass(frozen=True)
class Workload:
    """How many reports somebody judged at a stage, of those that wait for no vote; `lately`: in the last four weeks."""

    reviewer: str
    stage: str
    judged: int
    lately: int


@dataclass(frozen=True)
class Overview:
    """`progress`: stage → status → reports; `waiting`: (stage, what, reports) as `status` has it; `agreement`: rows of coefficients;
    `curve`: found and risk over the screened; `forecast`: None where nothing waits, or was settled lately."""

    progress: dict[str, dict[str, int]]
    waiting: list[tuple[str, str, int]]
    agreement: list[dict[str, Any]]
    curve: list[Risk]
    forecast: Forecast | None
    workload: list[Workload]


def read_overview(review: Review, later: LaterVotes, now: datetime | None = None) -> Overview:
    """The overview by the published copy, counts with what was said since. Raises UserError where nothing is published."""
    from tasks.screen.order.stopping import draw_curve  # noqa: PLC0415  scipy is slow to import

    now = now or clock.now()
    with reader(review.published_warehouse) as con:
        create_later_vote_tables(con, later)
        progress: dict[str, dict[str, int]] = {}
        for stage, status, reports in con.execute(_SQL["progress"]).fetchall():
            progress.setdefault(stage, {})[status] = reports
        settled = con.execute(_SQL["settled"]).fetchall()
        con.execute("SET VARIABLE lately = ?", [now - PACE_OVER])
        workload = [Workload(*row) for row in con.execute(_SQL["workload"]).fetchall()]
        agreement = con.sql(_SQL["agreement"]).pl().to_dicts()
    waits = progress.get("title-abstract", {}).get("awaiting", 0)
    included = [bool(is_in) for _, is_in, _, _ in settled]
    curve = draw_curve(included, len(included) + waits, points=60) if included else []
    forecast = predict_end([at for _, _, at, dated in settled if dated], waits, now)
    waiting = read_waiting(review, review.protocol().protocol)
    return Overview(progress, [tuple(row) for row in waiting.rows()], agreement, curve, forecast, workload)


def predict_end(settled_at: list[datetime], waiting: int, now: datetime) -> Forecast | None:
    """When what waits will be settled, at the pace of the last four weeks, or of the days since the first one settled in them."""
    recent = [at for at in settled_at if now - PACE_OVER <= at <= now]
    if not waiting or not recent:
        return None
    days = max((now - min(recent)) / timedelta(days=1), 1.0)
    pace = len(recent) / days
    return Forecast(waiting, pace, max(1, round(waiting / pace)))

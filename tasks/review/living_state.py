"""The state of a living review on a day: how current each source is, what waits, and what that makes of the review.

What makes a source stale and a review overdue is said in [living] of the protocol; whether conclusions are likely to change is what
a person said last, as long as it holds, or what the triggers of [synthesis] say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl

from schemas import clock
from schemas.event import EvidenceJudged, Release, RunEnded
from schemas.protocol import Protocol
from schemas.protocol_living import Living
from schemas.words import counted
from warehouse.log import Entry

_CURRENCY = Path(__file__).with_name("currency.sql").read_text(encoding="utf-8")
_WAITING = """
SELECT
    count(*) FILTER (place = 'awaiting_screening') AS to_screen,
    count(*) FILTER (place = 'awaiting_retrieval') AS to_retrieve,
    count(*) FILTER (place = 'awaiting_full_text') AS to_assess
FROM report_path
"""
_TRIGGERS = "SELECT DISTINCT trigger FROM synthesis_trigger ORDER BY ALL"

StateName = Literal[
    "retired",
    "overdue",
    "new evidence, conclusions likely to change",
    "new evidence, conclusions unlikely to change",
    "new evidence awaiting",
    "up to date",
]
EVENTS = (EvidenceJudged, Release, RunEnded)


@dataclass(frozen=True)
class LivingState:
    """`state` in one word or a few, `reasons` for it, a line each; `currency`: a row a source; `overdue_from`: the day from which on it
    will be overdue, if nothing is done, None where it is or nothing says."""

    state: StateName
    reasons: list[str]
    currency: pl.DataFrame
    version: int | None = None
    released_at: datetime | None = None
    overdue_from: date | None = None

    def as_data(self) -> dict[str, Any]:
        """The state for other programs."""
        return {
            "state": self.state,
            "reasons": self.reasons,
            "version": self.version,
            "released_at": self.released_at,
            "overdue_from": self.overdue_from,
            "sources": self.currency.to_dicts(),
        }


@dataclass
class _Log:
    """What the log says of versions, and of what people think of the new evidence."""

    version: int | None = None
    released_at: datetime | None = None
    judged: Entry | None = None
    entries: list[Entry] = field(default_factory=list)


def find_living_state(
    con: duckdb.DuckDBPyConnection, protocol: Protocol, entries: Iterable[Entry], today: date | None = None
) -> LivingState:
    """The state on a day, today by default. `con`: a copy of the warehouse; `entries`: the log's events of `EVENTS`."""
    today = today or clock.today()
    currency, log = read_currency(con, protocol, today), _read_log(entries)
    waits, triggers = con.execute(_WAITING).fetchall()[0], [row[0] for row in con.execute(_TRIGGERS).fetchall()]
    names = ("to screen", "to retrieve", "to assess in full text")
    waiting = [f"{counted(n, 'report')} {what}" for n, what in zip(waits, names, strict=True) if n]
    overdue = _list_overdue(protocol, currency, log, today)
    state, reasons = _name_state(protocol.living, overdue, log, waiting, triggers, today=today)
    return LivingState(
        state, reasons, currency, log.version, log.released_at, _find_overdue_day(protocol, currency, log, today)
    )


def read_currency(con: duckdb.DuckDBPyConnection, protocol: Protocol, today: date) -> pl.DataFrame:
    """How current each source is on a day: a row a source."""
    con.execute("SET VARIABLE today = ?", [today])
    con.execute("SET VARIABLE stale_after_days = ?", [protocol.living.stale_after_days])
    rows: pl.DataFrame = con.sql(_CURRENCY).pl()
    return rows


def _read_log(entries: Iterable[Entry]) -> _Log:
    log = _Log()
    for entry in entries:
        match entry.event:
            case Release() as release:
                log.version, log.released_at = release.number, entry.at
            case EvidenceJudged() as judged:
                log.judged = None if judged.effect == "unsaid" else entry
            case RunEnded() as run if run.new_reports > 0:
                log.judged = None  # it was said of other evidence
            case _:
                pass
    return log


def _name_state(
    living: Living, overdue: list[str], log: _Log, waiting: list[str], triggers: list[str], *, today: date
) -> tuple[StateName, list[str]]:
    if living.retired and living.retired <= today:
        because = f": {living.retired_because}" if living.retired_because else ""
        return "retired", [f"retired on {living.retired}{because}"]
    if overdue:
        return "overdue", overdue + waiting
    judged = log.judged.event if log.judged else None
    if isinstance(judged, EvidenceJudged) and log.judged:
        said = f"as was said on {log.judged.at:%Y-%m-%d}: {judged.why}"  # everybody reads it, so not by whom
        if judged.effect == "likely":
            return "new evidence, conclusions likely to change", [said, *waiting]
        if waiting or triggers:
            return "new evidence, conclusions unlikely to change", [said, *waiting]
    if triggers:
        why = [f"a new synthesis is due by [synthesis] of the protocol: {', '.join(triggers)}"]
        return "new evidence, conclusions likely to change", why + waiting
    return ("new evidence awaiting", waiting) if waiting else ("up to date", ["nothing waits, and no source is stale"])


def _list_overdue(protocol: Protocol, currency: pl.DataFrame, log: _Log, today: date) -> list[str]:
    """Why the review is overdue; databases and registers count, since other methods are seldom searched again."""
    regular = currency.filter(pl.col("method").is_in(["database", "register"]))
    never = regular.filter(pl.col("state") == "never searched")["source"].to_list()
    lines = [f"never searched: {', '.join(never)}"] if never else []
    stale = regular.filter(pl.col("state") == "stale").group_by("stale_since", maintain_order=True).agg("source")
    lines += [f"stale since {since}: {', '.join(names)}" for since, names in stale.sort("stale_since").iter_rows()]
    every = protocol.living.version_every_days
    if every and log.released_at and (today - log.released_at.date()).days > every:
        lines.append(f"the last version is of {log.released_at:%Y-%m-%d}, and one is due every {counted(every, 'day')}")
    return lines


def _find_overdue_day(protocol: Protocol, currency: pl.DataFrame, log: _Log, today: date) -> date | None:
    regular = currency.filter(pl.col("method").is_in(["database", "register"]))
    grace = timedelta(days=protocol.living.stale_after_days + 1)
    days = [day + grace for day in regular["current_until"].drop_nulls().to_list()]
    if protocol.living.version_every_days and log.released_at:
        days.append(log.released_at.date() + timedelta(days=protocol.living.version_every_days + 1))
    first = min(days, default=None)
    return first if first and first > today else None

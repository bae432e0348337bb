"""Who codes which report by the protocol: assigned, or drawn by its seed. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from schemas.protocol_coding import Coding, CodingAssignment


@dataclass(frozen=True)
class PlannedCoding:
    """A report that a coder is to code. `double`: a second coder codes it too; `drawn`: by the seed, not assigned."""

    report_id: str
    coder: str
    part: str | None
    double: bool
    drawn: bool


def plan_codings(
    reports: Mapping[str, Iterable[str]],
    coding: Coding,
    assigned: Mapping[str, CodingAssignment],
    begun: Mapping[str, Iterable[str]] | None = None,
) -> list[PlannedCoding]:
    """The plan for `reports` (report id → all ids that it has had); `assigned`: report id → its assignment.

    `begun`: report id → who has coded of it. Whoever began a report that is not assigned keeps it; the others are drawn. A
    report that others were merged into is double-coded if one of them was: what was drawn stays drawn.
    """
    team = [coder.name for coder in coding.team]
    if not team:
        return []
    return [
        planned
        for report_id, names in sorted(reports.items())
        for planned in _plan(
            report_id, names, coding, assigned.get(report_id), sorted((begun or {}).get(report_id, ()))
        )
    ]


def draw(seed: str, name: str) -> float:
    """A number from 0 to 1 that the seed and a name lead to, as the shares of screening are drawn."""
    return int(hashlib.sha256(f"{seed}{name}".encode()).hexdigest()[:8], 16) / 2**32


def _plan(
    report_id: str, names: Iterable[str], coding: Coding, assignment: CodingAssignment | None, begun: list[str]
) -> Iterator[PlannedCoding]:
    team = [coder.name for coder in coding.team]
    if assignment is not None:
        coders = [str(coding.find_coder(written)) for written in assignment.coders]
        part, double = assignment.part or coding.part, len(coders) > 1
    else:
        number, name = min((draw(coding.seed, name), name) for name in {report_id, *names})
        part, double = coding.part, number < coding.double_coded and len(team) > 1
        coders = [coder for coder in begun if coder in team]
        order = sorted((c for c in team if c not in coders), key=lambda coder: draw(f"{coding.seed}{coder}", name))
        coders += order[: max(0, 1 + double - len(coders))]
    for coder in coders:
        yield PlannedCoding(report_id, coder, part, double, assignment is None)

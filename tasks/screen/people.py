"""Who decided: one person whatever the spelling, and whether the verdict counts by the protocol. Pure."""

from __future__ import annotations

from datetime import date

import polars as pl

from schemas.errors import UserError
from schemas.protocol_screening import Reviewer, Screening, fold_name
from schemas.words import did_you_mean

TOOL = "a tool, not a reviewer"
"""Why a tool's verdict is none of a reviewer's."""
CONSENSUS = "consensus"
"""The name of a consensus that the team reached without saying who settled it."""


def name_people(decisions: pl.DataFrame, screening: Screening) -> pl.DataFrame:
    """Decisions with `written` (the reviewer as it stood), `reviewer` (the one name of that person) and `uncounted`.

    `decisions` needs reviewer, stage, decided_at (UTC) and consensus. The name is the protocol's, by name or alias; of somebody
    who is not in it, the spelling that was used first. `uncounted` says why a verdict counts for nothing, null where it counts.
    """
    first: dict[str, str] = {}
    for written in decisions.sort("decided_at", "reviewer")["reviewer"].unique(maintain_order=True):
        member = find_member(written, screening)
        first.setdefault(fold_name(written), member.name if member else " ".join(written.split()))
    names = {written: first[fold_name(written)] for written in decisions["reviewer"].unique()}
    kinds = decisions.select("reviewer", "stage", pl.col("decided_at").dt.date(), "consensus")
    whys = {
        kind: find_why_uncounted(kind[0], screening, kind[1], kind[2], consensus=kind[3])
        for kind in kinds.unique().iter_rows()
    }
    return decisions.with_columns(
        written=pl.col("reviewer"),
        reviewer=pl.col("reviewer").replace_strict(names, return_dtype=pl.String),
        uncounted=pl.Series([whys[kind] for kind in kinds.iter_rows()], dtype=pl.String),
    )


def name_reviewer(written: str, screening: Screening) -> str:
    """The one name of the person who is about to decide. Raises UserError for somebody who is not in the protocol's team."""
    if not fold_name(written):
        raise UserError("a decision needs a reviewer's name")
    member = find_member(written, screening)
    if member is not None and member.kind == "person":
        return member.name
    if member is None and not screening.people:
        return " ".join(written.split())
    names = [person.name for person in screening.people]
    if member is not None:
        hint = f"--who takes: {', '.join(names)}" if names else "its verdicts come in as a file of decisions"
        raise UserError(f"{member.name} is {TOOL}", hint=hint)
    raise UserError(
        f"'{written}' is not one of the protocol's reviewers",
        hint=did_you_mean(written, names) or f"reviewers: {', '.join(names)}",
    )


def name_person(written: str, screening: Screening) -> str:
    """The name of somebody who comments or corrects, which needs no place in the team: the protocol's, where it knows the person.

    Raises UserError where there is none.
    """
    member = find_member(written, screening)
    name = member.name if member else " ".join(written.split())
    if not name:
        raise UserError("it needs the name of who says it")
    return name


def is_same_person(written: str, other: str, screening: Screening) -> bool:
    """Whether two names are one person's, by the protocol's names and aliases; capitals and blanks do not matter."""
    folds = {fold_name(member.name if (member := find_member(name, screening)) else name) for name in (written, other)}
    return len(folds) == 1


def find_member(written: str, screening: Screening) -> Reviewer | None:
    """Who of the protocol's team bears a name, or has it as an alias; capitals and blanks do not matter."""
    fold = fold_name(written)
    return next((r for r in screening.team if fold in map(fold_name, (r.name, *r.aliases))), None)


def find_why_uncounted(written: str, screening: Screening, stage: str, day: date, *, consensus: bool) -> str | None:
    """Why a verdict counts for nothing by the protocol; None where it counts."""
    if consensus and fold_name(written) == CONSENSUS:
        return None
    member = find_member(written, screening)
    if member is None:
        return "not one of the protocol's reviewers" if screening.people else None
    why = None
    if consensus and not member.resolves and any(other.resolves for other in screening.team):
        why = "settles no conflicts by the protocol"
    elif not consensus and stage not in member.stages:
        why = f"does not screen at {stage} by the protocol"
    elif (member.since and day < member.since) or (member.until and day > member.until):
        why = f"was not in the team on {day} by the protocol"
    elif member.kind == "automation":
        why = TOOL
    return why

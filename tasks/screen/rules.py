"""The rules of a decision: which verdicts a stage knows. One place for files, command line and page. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

VERDICTS: Mapping[str, tuple[str, ...]] = {
    "title-abstract": ("include", "exclude", "maybe"),
    "retrieval": ("include", "not-retrieved"),
    "full-text": ("include", "exclude", "maybe"),
}
"""What can be decided at each stage. At retrieval, include says that the full text is here."""


def settle_stage(stage: str, verdict: str) -> str:
    """The stage that a verdict belongs to: 'not-retrieved' noted at full text belongs to retrieval."""
    return "retrieval" if (stage, verdict) == ("full-text", "not-retrieved") else stage


def refuse_verdict(stage: str, verdict: str) -> str | None:
    """Why a verdict is none of its stage, and the way out; None where it is one."""
    if verdict in VERDICTS[stage]:
        return None
    if (stage, verdict) == ("retrieval", "exclude"):
        return "exclude is no verdict at retrieval: write not-retrieved, or exclude at full-text"
    return f"{verdict} is no verdict at {stage}: it knows {', '.join(VERDICTS[stage])}"


def spell_reason(reason: str, reasons: Sequence[str]) -> str:
    """A reason as the protocol spells it, whatever the capitals and blanks; as it is where it is none of the protocol's."""
    folded = " ".join(reason.split()).casefold()
    return next((known for known in reasons if known.casefold() == folded), reason)

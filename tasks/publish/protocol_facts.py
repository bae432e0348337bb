"""What the protocol alone says of items of reporting checklists, line by line; nothing where it does not say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib.metadata import version

from schemas.protocol import Protocol
from schemas.words import counted

#: What stands in a protocol that nobody has written yet (warehouse/review.template.toml): it says nothing.
_TEMPLATE = ("What the review asks.", "What a study must be to be included.")


def _eligibility(protocol: Protocol) -> list[str]:
    lines = [f"Included: {line}" for line in protocol.eligibility.include if line not in _TEMPLATE]
    if not lines:
        return []
    for number, exclusion in enumerate(protocol.eligibility.exclusion, start=1):
        meant = f" ({exclusion.definition})" if exclusion.definition else ""
        lines.append(f"Excluded, reason {number}: {exclusion.reason}{meant}")
    return lines


def _limits(protocol: Protocol) -> list[str]:
    return [
        f"Limits of {source.database} ({source.platform}): {source.limits}"
        for source in protocol.source
        if source.limits
    ]


def _coding(protocol: Protocol) -> list[str]:
    coding = protocol.coding
    if not coding.coders:
        return []
    lines = [
        f"Planned: {counted(len(coding.team), 'coder')}; reports coded by two of them: {100 * coding.double_coded:g}%."
    ]
    return (
        [*lines, "Who codes the same text sees nothing of the other's codings until both are done."]
        if coding.independent
        else lines
    )


def _retired(protocol: Protocol) -> list[str]:
    living = protocol.living
    if not living.retired:
        return ["It goes on living: it is not being retired with this version."]
    return [f"Retired on {living.retired}{f': {living.retired_because}' if living.retired_because else ''}."]


def _later_steps(protocol: Protocol) -> list[str]:
    living = protocol.living
    lines = [living.produce] if living.produce else []
    if living.version_every_days:
        lines.append(f"A new version at least every {counted(living.version_every_days, 'day')}.")
    return lines


def _said(value: str | None) -> list[str]:
    return [" ".join(value.split())] if value and value.strip() and value.strip() not in _TEMPLATE else []


#: Name, as the checklists call it (protocol:<name>) → what the protocol says.
FACTS: Mapping[str, Callable[[Protocol], list[str]]] = {
    "question": lambda protocol: _said(protocol.review.question),
    "living_title": lambda protocol: (
        [protocol.review.title] if re.search(r"\bliving\b", protocol.review.title, re.IGNORECASE) else []
    ),
    "method": lambda protocol: [f"Method of synthesis: {protocol.synthesis.method}."],
    "eligibility": _eligibility,
    "limits": _limits,
    "schedule": lambda protocol: [
        f"Updated by the schedule '{protocol.schedule.cron}' ({protocol.schedule.timezone})."
    ],
    "coded_part": lambda protocol: [f"Coded of a report: {protocol.coding.part}."] if protocol.coding.part else [],
    "coding": _coding,
    "program": lambda protocol: [f"Kept with Living Review, version {version('living-review')}."],
    "retired": _retired,
    "why_living": lambda protocol: _said(protocol.living.why),
    "later_steps": _later_steps,
    "retirement": lambda protocol: _said(protocol.living.retirement) or ["There is no plan for its retirement."],
    "authors": lambda protocol: [f"Authors: {'; '.join(protocol.review.authors)}."] if protocol.review.authors else [],
}

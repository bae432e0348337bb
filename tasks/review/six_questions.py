"""Six questions that a living evidence synthesis is to answer at any time: what, how, when to produce, when to update, how to
disseminate, when to stop. Answered from the protocol; what it does not say is said to be missing, with the key for it."""

from __future__ import annotations

from dataclasses import dataclass

from schemas import clock
from schemas.protocol import Protocol
from schemas.protocol_screening import StageRule
from schemas.words import counted

_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
#: Rule of [synthesis] → when it says that a synthesis is due.
_DUE = {
    "refuted_by": "{n} or more studies refute a theme or finding",
    "code_outside_themes_in": "a code that is in no theme is used in {n} or more studies",
    "stale_confidence": "the confidence in {n} or more findings is to be assessed again",
}


@dataclass(frozen=True)
class Answer:
    """An answer to one of the questions; `missing`: the keys of review.toml that would say more."""

    question: str
    lines: list[str]
    missing: list[str]


def answer_six_questions(protocol: Protocol) -> list[Answer]:
    """The six answers, in their order."""
    return [
        _what(protocol),
        _how(protocol),
        _produce(protocol),
        _update(protocol),
        _disseminate(protocol),
        _stop(protocol),
    ]


def _what(protocol: Protocol) -> Answer:
    about = protocol.review
    lines = [about.question, *(f"includes: {one}" for one in protocol.eligibility.include)]
    lines += [f"registered as {about.registration}"] if about.registration else []
    lines += [f"living because: {protocol.living.why}"] if protocol.living.why else []
    return Answer(
        "what", lines, _missing({"living.why": protocol.living.why, "review.registration": about.registration})
    )


def _how(protocol: Protocol) -> Answer:
    sources = [source.name for source in protocol.source]
    screening = protocol.screening
    lines = [
        f"{counted(len(sources), 'source')}: {', '.join(sources)}",
        f"title and abstract by {_votes(screening.title_abstract)}",
        f"full text by {_votes(screening.full_text)}",
    ]
    lines.append(f"appraised with {', '.join(protocol.appraisal.checklists)}")
    return Answer("how", lines, [])


def _votes(rule: StageRule) -> str:
    """Who votes at a stage, in words."""
    shares = {"included": rule.second_vote_of_included, "excluded": rule.second_vote_of_excluded}
    more = [f"{100 * share:g}% of the {what}" for what, share in shares.items() if share]
    return counted(rule.votes, "reviewer") + (f", by a second one {' and '.join(more)}" if more else "")


def _produce(protocol: Protocol) -> Answer:
    rules = [_DUE[name].format(n=n) for name, n in protocol.synthesis.thresholds.items() if name in _DUE]
    lines = [protocol.living.produce] if protocol.living.produce else []
    lines += [f"a new synthesis is due when {'; or when '.join(rules)}"] if rules else []
    missing = [] if lines else ["living.produce", "synthesis.refuted_by"]
    return Answer("when to produce", lines, missing)


def _update(protocol: Protocol) -> Answer:
    by_days: dict[int, list[str]] = {}
    for source in protocol.source:
        if source.repeated_every:
            by_days.setdefault(source.repeated_every, []).append(source.name)
    lines = [f"updated {_rhythm(protocol.schedule.cron)} ({protocol.schedule.timezone})"]
    lines += [f"searched every {counted(days, 'day')}: {', '.join(names)}" for days, names in sorted(by_days.items())]
    lines.append(f"stale {counted(protocol.living.stale_after_days, 'day')} later")
    every = protocol.living.version_every_days
    lines += [f"a version at least every {counted(every, 'day')}"] if every else []
    return Answer("when to update", lines, [])


def _rhythm(cron: str) -> str:
    """A cron line in words, where it is one of those that most reviews have."""
    minute, hour, day, month, weekday = cron.split()
    if not (minute.isdecimal() and hour.isdecimal()) or month != "*" or weekday not in ("*", *"0123456"):
        return f"on the cron '{cron}'"
    at = f"at {int(hour)}:{int(minute):02}"
    if day.isdecimal() and weekday == "*":
        return f"on day {day} of each month, {at}"
    if day != "*":
        return f"on the cron '{cron}'"
    return f"each day, {at}" if weekday == "*" else f"each {_WEEKDAYS[int(weekday)]}, {at}"


def _disseminate(protocol: Protocol) -> Answer:
    said = protocol.living.disseminate
    return Answer("how to disseminate", [said] if said else [], _missing({"living.disseminate": said}))


def _stop(protocol: Protocol) -> Answer:
    living = protocol.living
    lines = [living.retirement] if living.retirement else ["there is no retirement plan"]
    if living.retired:
        tense = "retired" if living.retired <= clock.today() else "to be retired"
        lines.append(f"{tense} on {living.retired}" + (f": {living.retired_because}" if living.retired_because else ""))
    return Answer("when to stop", lines, _missing({"living.retirement": living.retirement}))


def _missing(keys: dict[str, str | None]) -> list[str]:
    return [key for key, value in keys.items() if not value]

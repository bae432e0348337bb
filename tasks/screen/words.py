"""The words by which files name stages and verdicts, and the one spelling of identifiers."""

from __future__ import annotations

import re

from tasks.tabular import fold

_STAGES = {
    "title-abstract": (
        "title-abstract", "title and abstract", "title & abstract", "titles and abstracts", "title", "abstract",
        "abstracts", "tiab", "ti/ab", "ta", "screening", "title screening", "abstract screening",
        "title abstract screening",
        "title and abstract screening", "first pass", "level 1", "stage 1", "1",
    ),
    "retrieval": ("retrieval", "retrieved", "full-text retrieval", "report retrieval", "sought"),
    "full-text": (
        "full-text", "full texts", "ft", "full text screening", "full text review", "full text assessment",
        "full text eligibility", "eligibility", "second pass", "level 2", "stage 2", "2",
    ),
}  # fmt: skip

_VERDICTS = {
    "include": ("include", "included", "in", "yes", "y", "1", "true", "relevant", "eligible", "keep",
                "retrieved", "obtained"),
    "exclude": ("exclude", "excluded", "out", "no", "n", "0", "false", "irrelevant", "not relevant", "ineligible",
                "not eligible", "reject"),
    "maybe": ("maybe", "unsure", "unclear", "undecided", "uncertain", "can't tell", "not sure", "?"),
    "not-retrieved": (
        "not-retrieved", "unretrieved", "not available", "unavailable", "not found", "not obtained",
        "could not be retrieved", "no full text", "full text not available", "full text unavailable",
    ),
}  # fmt: skip

_STAGE_OF = {fold(word): stage for stage, words in _STAGES.items() for word in words}
_VERDICT_OF = {fold(word): verdict for verdict, words in _VERDICTS.items() for word in words}
_CONSENSUS = {
    fold(word) for word in ("consensus", "adjudicated", "adjudication", "agreed", "resolved", "final", "final decision")
}


def stage_of(text: str) -> str | None:
    """The stage that a word means, or None."""
    return _STAGE_OF.get(fold(text))


def verdict_of(text: str) -> str | None:
    """The verdict that a word means, or None."""
    return _VERDICT_OF.get(fold(text))


def is_consensus(reviewer: str) -> bool:
    """Whether a reviewer's name stands for the decision that settles the votes."""
    return fold(reviewer) in _CONSENSUS


def year_of(text: str) -> int | None:
    """The first plausible year of publication in a cell; None where there is none."""
    match = re.search(r"(?<!\d)(1[6-9]\d\d|20\d\d)(?!\d)", text)
    return int(match[1]) if match else None

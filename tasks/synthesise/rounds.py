"""A coder at two times: which of her rounds is the first in a document, and which two works are compared. Pure.

Of a document that one person coded several times the first time counts; the later ones are there to be compared with it. They are
compared with her own work alone, and other coders with each other by their first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemas.protocol_coding import Coding


def find_later_rounds(coders: Iterable[str], coding: Coding) -> Mapping[str, str]:
    """Of the coders of a document, those who coded it before under another name → the person that they are."""
    known = {coder: coding.find_round(coder) for coder in coders}
    first: dict[str, int] = {}
    for person, number in known.values():
        first[person] = min(number, first.get(person, number))
    return {coder: person for coder, (person, number) in known.items() if number > first[person]}


def are_compared(a: str, b: str, later: Mapping[str, str], coding: Coding) -> bool:
    """Whether two coders of a document are compared: two people by their first rounds, or two rounds of one person."""
    if is_same_coder(a, b, coding):
        return True
    return a not in later and b not in later


def is_same_coder(a: str, b: str, coding: Coding) -> bool:
    """Whether two names are of one person, at different times."""
    (person_a, round_a), (person_b, round_b) = coding.find_round(a), coding.find_round(b)
    return person_a == person_b and round_a != round_b

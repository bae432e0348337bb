"""Hands: who has which card before her, so that no card is before more people than it waits for."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

IN_HAND = 600.0
"""Seconds after which a card that nobody voted on is no longer in somebody's hand."""
ALONG = 8 * 3600.0
"""The same, of cards that somebody took along to where there is no net: a working day."""


@dataclass(frozen=True)
class Held:
    """A card in a hand: until when, and the word by which the page that shows it gives it back."""

    until: float
    word: str


class Hands:
    """Which cards are in whose hands. The caller sees to it that one thread asks at a time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._held: defaultdict[tuple[str, str], dict[str, Held]] = defaultdict(dict)

    def take(self, person: str, stage: str, report_id: str, seconds: float = IN_HAND) -> None:
        """Puts a card into somebody's hand, for at least so long."""
        old = self._held[stage, report_id].get(person)
        until = max(self._clock() + seconds, old.until if old else 0.0)
        self._held[stage, report_id][person] = Held(until, secrets.token_hex(6))

    def find_word(self, person: str, stage: str, report_id: str) -> str:
        """The word of a card in somebody's hand; '' where it is in none of hers."""
        held = self._held.get((stage, report_id), {}).get(person)
        return held.word if held else ""

    def give_back(self, person: str, words: Collection[str]) -> None:
        """Takes cards out of somebody's hand that she has not been given again since."""
        for key in [key for key, hands in self._held.items() if person in hands and hands[person].word in words]:
            self._drop(key, person)

    def drop(self, person: str, report_id: str, stages: Collection[str]) -> None:
        """Takes a report's cards out of somebody's hand."""
        for stage in stages:
            if (stage, report_id) in self._held:
                self._drop((stage, report_id), person)

    def list_others(self, person: str, stage: str, report_id: str) -> set[str]:
        """Who else has a card in hand."""
        now = self._clock()
        hands = self._held.get((stage, report_id), {})
        return {who for who, held in hands.items() if who != person and now < held.until}

    def _drop(self, key: tuple[str, str], person: str) -> None:
        self._held[key].pop(person, None)
        if not self._held[key]:
            del self._held[key]

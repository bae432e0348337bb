"""Keys: what each one does on a card, by the tool that somebody is used to, or as she has set it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

ACTIONS: Mapping[str, str] = {
    "include": "Include",
    "exclude": "Exclude",
    "maybe": "Maybe",
    "undo": "Undo the last decision",
    "note": "Write a note",
}
"""What a key can do. Numbers choose a reason for exclusion, and `?` shows the keys: these are fixed."""
PRESETS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "plain": ("Plain", {"include": "v", "exclude": "x", "maybe": "m", "undo": "u", "note": "n"}),
    "rayyan": ("As in Rayyan", {"include": "i", "exclude": "e", "maybe": "u", "undo": "z", "note": "n"}),
    "asreview": ("As in ASReview", {"include": "r", "exclude": "i", "maybe": "m", "undo": "u", "note": "n"}),
}
"""Tools contradict each other: `i` is include in one, and irrelevant in another."""
PAIRS: Mapping[str, str] = {"same": "s", "distinct": "d", "not_now": "l"}
"""On two records that may be duplicates."""


def find_keys(settings: Mapping[str, object]) -> dict[str, str] | None:
    """Action → letter, as somebody has chosen; None where she was not asked yet."""
    own = settings.get("keys")
    if isinstance(own, dict) and refuse_keys(own) is None:
        return {action: str(own[action]) for action in ACTIONS}
    return None


def refuse_keys(keys: Mapping[str, object]) -> str | None:
    """Why these cannot be somebody's keys; None where they can."""
    letters = [keys.get(action) for action in ACTIONS]
    if any(not (isinstance(letter, str) and len(letter) == 1 and "a" <= letter <= "z") for letter in letters):
        return "Each key is one letter from a to z."
    if len(set(letters)) < len(letters):
        return "Two actions have the same key."
    return None

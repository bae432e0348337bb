"""Group codes: themes stated over codes, one step at a time, as the page does it; a theme is stated anew whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from schemas.errors import UserError
from schemas.event_synthesis import CodeName, StatementRemoved, SynthesisUndo, ThemeStated
from schemas.protocol_screening import fold_name
from tasks.synthesise.statements import Statements
from warehouse.log import Entry
from warehouse.review import Review


def list_themes(standing: Statements) -> list[ThemeStated]:
    """The themes as they stand, in the order in which they were stated."""
    return [entry.event for entry in standing.themes if isinstance(entry.event, ThemeStated)]


def group_codes(review: Review, standing: Statements, name: str, codes: Sequence[CodeName], who: str) -> Entry:
    """Adds codes to the theme of this name or key; a name that none bears makes a descriptive theme."""
    name = " ".join(name.split())
    if not name:
        raise UserError("a theme needs a name")
    if not codes:
        raise UserError("choose the codes that the theme is made of")
    themes = list_themes(standing)
    theme = next((t for t in themes if fold_name(name) in (fold_name(t.name), t.theme_id)), None)
    if theme is None:
        taken = {t.theme_id for t in themes}
        theme = ThemeStated(theme_id=_make_key(name, taken), name=name, level="descriptive")
    known = {code.code_id: code for code in (*theme.codes, *codes)}
    return review.log.append(theme.model_copy(update={"codes": tuple(known.values())}), who)


def change_theme(
    review: Review, standing: Statements, key: str, who: str, *, name: str, level: str, statement: str, without: Sequence[str] = ()
) -> Entry:  # fmt: skip
    """States a theme anew: its name, level and statement, and without some of its codes (ids)."""
    theme = _find(standing, key)
    if not name.strip():
        raise UserError("a theme needs a name")
    if level not in ("descriptive", "analytic"):
        raise UserError("a theme is descriptive or analytic")
    codes = tuple(code for code in theme.codes if code.code_id not in without)
    values = {"name": " ".join(name.split()), "level": level, "statement": statement.strip(), "codes": codes}
    changed = theme.model_copy(update=values)
    if changed == theme:
        raise UserError("nothing is said otherwise")
    return review.log.append(changed, who)


def remove_theme(review: Review, standing: Statements, key: str, who: str) -> Entry:
    """A theme is no longer stated."""
    _find(standing, key)
    return review.log.append(StatementRemoved(what="theme", id=key), who)


def undo_theme(review: Review, seq: int, who: str) -> Entry:
    """Takes back what somebody said of a theme last, by its place in the log. Raises UserError for what is another's."""
    entries = list(review.log.entries(ThemeStated, StatementRemoved, SynthesisUndo))
    undone = {entry.event.event for entry in entries if isinstance(entry.event, SynthesisUndo)}
    entry = next((e for e in entries if e.seq == seq and not isinstance(e.event, SynthesisUndo)), None)
    if entry is None or seq in undone or entry.actor != who:
        raise UserError("there is no such step of yours")
    return review.log.append(SynthesisUndo(event=seq), who)


def _find(standing: Statements, key: str) -> ThemeStated:
    theme = next((t for t in list_themes(standing) if t.theme_id == key), None)
    if theme is None:
        raise UserError("there is no such theme; it may be removed by now")
    return theme


def _make_key(name: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "theme"
    return next(k for k in (key, *(f"{key}-{n}" for n in range(2, len(taken) + 3))) if k not in taken)

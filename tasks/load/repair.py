"""Text that came damaged: decoded wrongly somewhere on its way, or with HTML's entities left in. The raw record keeps it."""

from __future__ import annotations

import html
import re

import polars as pl

from tasks.load.latex import plain

MISREAD = r"Ã[\u{80}-\u{BF}\u{2018}-\u{2122}]|Â[\u{A0}-\u{BF}]|â€|â\u{80}|Ð[\u{80}-\u{BF}]"
"""Traces of UTF-8 that was once read as cp1252 or Latin-1."""

MISREAD_PYTHON = re.sub(r"\\u\{(\w+)\}", lambda match: f"\\u{int(match[1], 16):04x}", MISREAD)
ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});"
_ENTITY = re.compile(ENTITY)


def repair(tokens: pl.DataFrame) -> pl.DataFrame:
    """Tokens with the values repaired that were decoded wrongly once, and entities of HTML resolved."""
    damaged = tokens.select(
        pl.col("value").filter(pl.col("value").str.contains(f"{MISREAD}|{ENTITY}")).unique(maintain_order=True)
    ).to_series()
    if damaged.is_empty():
        return tokens
    repaired = {text: _unescaped(_reread(text)) for text in damaged}
    return tokens.with_columns(pl.col("value").replace(repaired))


def without_markup(tokens: pl.DataFrame) -> pl.DataFrame:
    """Tokens with the markup of LaTeX resolved in values that hold any."""
    marked = tokens.select(pl.col("value").filter(pl.col("value").str.contains(r"[\\{}]")).unique(maintain_order=True))
    texts = marked.to_series()
    return (
        tokens.with_columns(pl.col("value").replace({text: plain(text) for text in texts})) if texts.len() else tokens
    )


def _unescaped(text: str) -> str:
    """Text without HTML's entities, which are escaped more than once where a writer escaped what came escaped."""
    while (shorter := _ENTITY.sub(lambda found: html.unescape(found[0]), text)) != text:
        text = shorter
    return text


def _reread(text: str) -> str:
    """Text that was decoded wrongly, once or again and again, decoded rightly."""
    for _ in range(4):
        if not re.search(MISREAD_PYTHON, text) or (better := _once(text)) == text:
            break
        text = better
    return text


def _once(text: str) -> str:
    """Text that was decoded wrongly once, decoded rightly; ftfy where it is not simply UTF-8 read as cp1252."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        from ftfy import fix_encoding  # noqa: PLC0415  slow to import, and seldom needed

        return str(fix_encoding(text))

"""Languages, however a source names them: looked up in languages.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import polars as pl


@cache
def codes() -> dict[str, str]:
    """Codes and names of languages, and the code that stands for each."""
    table = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
    return {word: code for code, words in table.items() for word in (code, *words.split("|"))}


def languages(values: pl.Series) -> pl.Series:
    """Languages as codes of ISO 639-2 (eng; fre), as MEDLINE has them; a word that is not known stays, in lower case."""
    known = {value: _language(value) for value in values.drop_nulls().unique()}
    return values.replace_strict(known, return_dtype=pl.String, default=None).alias("language")


def _language(value: str) -> str | None:
    """One value, of one language or several."""
    words = re.split(r"[;,/|]| and ", re.sub(r"\([^()]*\)", "", value.lower()))
    found = [
        codes().get(re.sub(r"^([a-z]{2,3})[-_]\w+$", r"\1", word), word) for word in (w.strip(" .") for w in words)
    ]
    return "; ".join(dict.fromkeys(code for code in found if code not in ("", "und", "unknown"))) or None

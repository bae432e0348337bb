"""Each .sql file of deduplication says at its head which relations it reads and which it gives, and that is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tasks.deduplicate.weights import HERE

FILES = sorted(path for path in HERE.glob("*.sql") if path.name != "macros.sql")
RELATION = r"(dedupe[._][a-z_]+)"


def said(text: str, word: str) -> set[str]:
    """The relations after 'Reads:' or 'Gives:' in the head, without what is said of them in brackets; 'rows' is none."""
    head = " ".join(line.removeprefix("--").strip() for line in text.split("\n\n", maxsplit=1)[0].splitlines())
    found = re.search(rf"{word}: (.*?)(?: Gives: |$)", head)
    names = re.sub(r"\([^)]*\)", "", found.group(1)).split(",") if found else []
    return {name.strip() for name in names} - {"rows"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_head_says_what_is_read_and_given(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = re.sub(r"--.*", "", text)
    made = set(re.findall(rf"CREATE OR REPLACE TEMP (?:TABLE|VIEW) {RELATION}", code))
    changed = set(re.findall(rf"(?:INSERT INTO|DELETE FROM|UPDATE) {RELATION}", code))
    read = set(re.findall(rf"(?:FROM|JOIN) {RELATION}", code.replace("DELETE FROM", "DELETE"))) - made
    assert said(text, "Reads") == read
    assert said(text, "Gives") == made | changed


def test_levels_are_asked_for_by_name() -> None:
    decide = (HERE / "decide.sql").read_text(encoding="utf-8")
    fields = "title|author|year|journal|volume|number|page|doi|pmid|abstract"
    assert re.findall(rf"\b(?:{fields}) (?:=|<>|IN \() *\d", decide) == []

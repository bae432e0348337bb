"""Sets that were screened: texts with labels, from a table or from an export in which a screening tool left its verdicts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.errors import UserError
from tasks.screen.formats.rayyan import parse_notes
from tasks.screen.order.rank import join_text
from tasks.screen.words import verdict_of, year_of
from tasks.tabular import named_columns, read_tabular

COLUMNS = {
    "title": ("title", "primary_title", "article title"),
    "abstract": ("abstract", "abstract note"),
    "keywords": ("keywords", "author keywords"),
    "year": ("year", "publication year", "published year"),
    "label": (
        "label_included",
        "included",
        "asreview_label",
        "label",
        "final_included",
        "decision",
        "verdict",
        "inclusion",
    ),
    "screened": ("label_abstract_screening", "label_abstract_included", "abstract_included"),
    "notes": ("notes", "note"),
}
_ASREVIEW = re.compile(r"\bASReview_(relevant|irrelevant)\b", re.IGNORECASE)


@dataclass(frozen=True)
class LabelledSet:
    """As many of each as the file has rows: what is compared; whether it was included, None where nobody said; year of publication;
    whether titles and abstracts alone were let through, where the file says so (None: it does not)."""

    texts: list[str]
    included: list[bool | None]
    years: list[int | None]
    screened: list[bool] | None


def read_labelled_table(path: Path) -> LabelledSet:
    """A CSV or Excel table with a title, a label (1 / 0, yes / no, included / excluded … or Rayyan's notes) and, if it has them, abstract,
    keywords and year. Raises UserError for a missing column, a label that is not understood, or a row that is not read."""
    table = read_tabular(path, name=str(path))
    if table.problems:
        problem = table.problems[0]
        raise UserError(
            problem.message, path=path, line=problem.line, hint="mend that row: results go by the number of the row"
        )
    columns = named_columns(table.header, COLUMNS)
    shown = ", ".join(table.header[:12])
    if "title" not in columns:
        raise UserError("has no column 'title'", path=path, hint=f"its columns: {shown}")
    if "label" not in columns and "notes" not in columns:
        hint = f"a column label_included holds 1 or 0; its columns: {shown}"
        raise UserError("has no column of labels", path=path, hint=hint)
    texts, included, years, screened = [], [], [], []
    for line, cells in table.records():
        said = {meaning: cells.get(column, "") for meaning, column in columns.items()}
        texts.append(join_text(said["title"], said.get("abstract"), said.get("keywords")))
        label = _label(said["label"], path, line) if "label" in said else read_note(said["notes"])
        included.append(label)
        years.append(_year(said.get("year", "")))
        screened.append(bool(label) or bool(_label(said.get("screened", ""), path, line)))
    return LabelledSet(texts, included, years, screened if "screened" in columns else None)


def label_records(records: pl.DataFrame) -> LabelledSet:
    """Records of an export, as `parse` gives them, labelled by what ASReview or Rayyan wrote into their notes."""
    texts, included, years = [], [], []
    for title, abstract, keywords, year, raw in records.select("title", "abstract", "keywords", "year", "raw").rows():
        texts.append(join_text(title, abstract, "; ".join(keywords or ())))
        years.append(year)
        notes = [label for entry in raw if (label := read_note(entry["value"] or "")) is not None]
        included.append(notes[0] if notes else None)
    return LabelledSet(texts, included, years, None)


def read_note(note: str) -> bool | None:
    """The verdict in a note of ASReview's or Rayyan's; None where there is none, or reviewers disagree or are not sure."""
    if match := _ASREVIEW.search(note):
        return match[1].lower() == "relevant"
    if "RAYYAN-INCLUSION" not in note:
        return None
    try:
        verdicts = {verdict for _, verdict in parse_notes(note).verdicts}
    except ValueError:
        return None
    return {"include": True, "exclude": False}.get(verdicts.pop()) if len(verdicts) == 1 else None


def check_labels(labelled: LabelledSet, path: Path) -> None:
    """Raises UserError unless there are both included and excluded records."""
    found = {label for label in labelled.included if label is not None}
    if not found:
        raise UserError(
            "no record bears a label", path=path, hint="label_included is 1 or 0 for records that were screened"
        )
    if len(found) == 1:
        which = "included" if found == {True} else "excluded"
        raise UserError(f"all labels are equal: every record is {which}", path=path, hint="a simulation needs both")


def _label(cell: str, path: Path, line: int) -> bool | None:
    if not cell:
        return None
    verdict = verdict_of(cell.removesuffix(".0"))
    if verdict not in ("include", "exclude", "maybe"):
        raise UserError(
            f"the label {cell!r} is not understood", path=path, line=line, hint="1 or 0, included or excluded"
        )
    return None if verdict == "maybe" else verdict == "include"


def _year(cell: str) -> int | None:
    return year_of(cell.removesuffix(".0"))

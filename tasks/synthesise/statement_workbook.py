"""Themes, findings, confidence and judgements as a workbook (.xlsx): what `statement_file` has as TOML, out and in.

A sheet for each kind: Themes, Findings, Support (a row for each code or segment that a finding rests on), Confidence, Judgements. Cells
that hold several (codes, parts, themes) have one a line. Who said what and when stands beside it, and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from pydantic import ValidationError

from schemas.errors import UserError
from schemas.event_synthesis import ConfidenceAssessed, FindingStated, StudyJudged, ThemeStated
from schemas.words import did_you_mean
from tasks.synthesise.form import MAX_CELL, write_text
from tasks.synthesise.sheets import LISTS
from tasks.synthesise.statement_file import (
    ConfidenceBlock,
    FindingBlock,
    JudgementBlock,
    Placed,
    StatementFile,
    SupportBlock,
    ThemeBlock,
    check_unique,
    describe_message,
)
from tasks.synthesise.statements import Statements
from tasks.tabular import fold
from tasks.workbooks import Sheet, read_sheets

_COMPONENTS = ("methodological limitations", "coherence", "adequacy", "relevance")
#: Sheet → its columns; '(not read)' marks what is there for people.
COLUMNS = {
    "Themes": ("id", "name", "level", "statement", "codes", "parts", "stated by (not read)", "stated at (not read)"),
    "Findings": ("id", "finding", "plain", "themes", "stated by (not read)", "stated at (not read)"),
    "Support": ("finding", "stance", "code", "coding", "quote", "document"),
    "Confidence": (
        "finding", "by", "consensus", "level", "explanation",
        *(f"{name}{more}" for name in _COMPONENTS for more in ("", " explanation")),
    ),
    "Judgements": ("report", "theme", "finding", "effect", "reason", "by"),
}  # fmt: skip
_CONCERNS = ("none or very minor", "minor", "moderate", "serious")
_CHOICES: Mapping[tuple[str, str], Sequence[str]] = {
    ("Themes", "level"): ("descriptive", "analytic"),
    ("Support", "stance"): ("for", "against", "nuance"),
    ("Confidence", "consensus"): ("yes", "no"),
    ("Confidence", "level"): ("high", "moderate", "low", "very low"),
    ("Judgements", "effect"): ("confirmed", "extended", "enriched", "refuted", "silent"),
    **{("Confidence", name): _CONCERNS for name in _COMPONENTS},
}
_SEVERAL = {"codes", "parts", "themes"}
_SPARE = 200
"""Rows below the last that have the lists too, for what is added."""
_Made = TypeVar("_Made", bound=Placed)


def write_statement_workbook(path: Path, statements: Statements, codes: Sequence[str]) -> None:
    """Writes what stands; `codes`: the paths that the list of a support's code offers. Raises UserError for what no cell holds."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    choices = {**_CHOICES, ("Support", "code"): codes}
    used = 0
    for name, rows in _list_rows(statements).items():
        sheet = book.create_sheet(name, len(book.sheetnames) - 1)
        for column, heading in enumerate(COLUMNS[name], start=1):
            top = sheet.cell(1, column)
            write_text(top, heading)
            top.font, top.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6EE")
            sheet.column_dimensions[get_column_letter(column)].width = 30
            if options := choices.get((name, heading)):
                used += 1
                for line, option in enumerate(options, start=1):
                    write_text(lists.cell(line, used), option)
                at, letter = get_column_letter(used), get_column_letter(column)
                rule = DataValidation("list", formula1=f"{LISTS}!${at}$1:${at}${len(options)}", allow_blank=True)
                rule.errorStyle, rule.showErrorMessage, rule.error = "warning", True, "choose from the list"
                sheet.add_data_validation(rule)
                rule.add(f"{letter}2:{letter}{len(rows) + 1 + _SPARE}")
        for line, row in enumerate(rows, start=2):
            for column, text in enumerate(row, start=1):
                if len(text) > MAX_CELL:
                    place = f"{name}!{get_column_letter(column)}{line}"
                    raise UserError(
                        f"{place}: {len(text):,} characters, and a cell holds {MAX_CELL:,}",
                        path=path,
                        hint="export it as .toml",
                    )
                write_text(sheet.cell(line, column), text)
        sheet.freeze_panes = "B2"
    book.active = 0
    book.save(path)


def _list_rows(statements: Statements) -> dict[str, list[Sequence[str]]]:
    rows: dict[str, list[Sequence[str]]] = {name: [] for name in COLUMNS}
    for entry in (*statements.themes, *statements.findings, *statements.confidence, *statements.judgements):
        said = (entry.actor, f"{entry.at:%Y-%m-%d %H:%M} UTC")
        match entry.event:
            case ThemeStated() as t:
                paths = "\n".join(code.path for code in t.codes)
                rows["Themes"].append((t.theme_id, t.name, t.level, t.statement, paths, "\n".join(t.parts), *said))
            case FindingStated() as f:
                rows["Findings"].append((f.finding_id, f.sentence, f.plain, "\n".join(f.themes), *said))
                for s in f.support:
                    if s.code is not None:
                        rows["Support"].append((f.finding_id, s.stance, s.code.path))
                    if s.coding is not None:
                        words = (s.coding.quote or "")[:MAX_CELL]
                        rows["Support"].append(
                            (f.finding_id, s.stance, "", s.coding.coding_id, words, s.coding.document)
                        )
            case ConfidenceAssessed() as c:
                parts = [text for part in c.components.values() for text in (part.concern, part.explanation)]
                rows["Confidence"].append(
                    (c.finding_id, entry.actor, "yes" if c.consensus else "no", c.level, c.explanation, *parts)
                )
            case StudyJudged() as j:
                about = (j.id, "") if j.what == "theme" else ("", j.id)
                rows["Judgements"].append((j.report_id, *about, j.effect, j.reason, entry.actor))
    return rows


def read_statement_workbook(path: Path) -> StatementFile:
    """The workbook's blocks, each with its place. Raises UserError, with the cell, where one is not valid or an id stands twice."""
    try:
        with path.open("rb") as file:
            found, _ = read_sheets(file, path.name)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}", path=path) from None
    sheets = {fold(sheet.name): sheet for sheet in found}
    named = {name: sheets[fold(name)] for name in COLUMNS if fold(name) in sheets}
    strange = [s.name for s in found if s.rows and fold(s.name) not in {fold(n) for n in (*COLUMNS, LISTS)}]
    if strange or not named:
        hint = did_you_mean(strange[0], COLUMNS) if strange else ""
        what = (
            f"has a sheet '{strange[0]}', which it may not have"
            if strange
            else "has none of the sheets of themes and findings"
        )
        raise UserError(what, path=path, hint=hint or f"sheets: {', '.join(COLUMNS)}")
    rows = {name: list(_read_rows(sheet, name, path)) for name, sheet in named.items()}
    supports: dict[str, list[SupportBlock]] = {}
    for place, cells in rows.get("Support", ()):
        finding = cells.pop("finding", "")
        # Beside a coding's id its words stand for people.
        said = (
            {key: value for key, value in cells.items() if key in ("stance", "coding")} if "coding" in cells else cells
        )
        block = _make(SupportBlock, said, place, path)
        if not finding:
            raise UserError(f"{place('finding')}: names no finding", path=path)
        supports.setdefault(finding, []).append(block)
    read = StatementFile(
        theme=[_make(ThemeBlock, cells, place, path) for place, cells in rows.get("Themes", ())],
        finding=[
            _make(FindingBlock, {**cells, "support": supports.pop(cells.get("id", ""), [])}, place, path)
            for place, cells in rows.get("Findings", ())
        ],
        confidence=[
            _make(ConfidenceBlock, _join_components(cells), place, path) for place, cells in rows.get("Confidence", ())
        ],
        judgement=[_make(JudgementBlock, cells, place, path) for place, cells in rows.get("Judgements", ())],
    )
    if supports:
        finding, blocks = next(iter(supports.items()))
        hint = did_you_mean(finding, [block.id for block in read.finding])
        raise UserError(
            f"{blocks[0].place('finding')}: the sheet Findings has no finding '{finding}'", path=path, hint=hint
        )
    check_unique(read, path)
    return read


class _Place:
    """A row: where each of its cells stands, as 'Themes!E3'."""

    def __init__(self, sheet: str, line: int, columns: Mapping[str, int]) -> None:
        self._sheet, self._line, self._columns = sheet, line, columns

    def __call__(self, heading: str = "") -> str:
        column = self._columns.get(heading)
        return (
            f"{self._sheet}!{self._line}:{self._line}"
            if column is None
            else f"{self._sheet}!{get_column_letter(column)}{self._line}"
        )


def _read_rows(sheet: Sheet, name: str, path: Path) -> Iterator[tuple[_Place, dict[str, Any]]]:
    """Each row that holds anything: its cells that are not empty, by heading."""
    known = {fold(heading): heading for heading in COLUMNS[name]}
    columns: dict[int, str] = {}
    for line, cells in sheet.rows:
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            for number, cell in enumerate(cells, start=1):
                if cell.strip() and fold(cell) not in known:
                    hint = did_you_mean(cell.strip(), COLUMNS[name]) or f"columns: {', '.join(COLUMNS[name])}"
                    raise UserError(
                        f"{name}!{get_column_letter(number)}{line}: '{cell.strip()}' is no column of it",
                        path=path,
                        hint=hint,
                    )
                if cell.strip():
                    columns[number] = known[fold(cell)]
            continue
        for number, cell in enumerate(cells, start=1):
            if cell.strip() and number not in columns:
                raise UserError(f"{name}!{get_column_letter(number)}{line} stands below no heading", path=path)
        filled: dict[str, Any] = {
            columns[number]: [part.strip() for part in cell.splitlines() if part.strip()]
            if columns[number] in _SEVERAL
            else cell.strip()
            for number, cell in enumerate(cells, start=1)
            if cell.strip() and "(not read)" not in columns[number]
        }
        if filled:
            yield _Place(sheet.name, line, {heading: number for number, heading in columns.items()}), filled


def _join_components(cells: dict[str, Any]) -> dict[str, Any]:
    """The components as blocks have them; 'yes' of consensus as true."""
    joined = {key: value for key, value in cells.items() if key in ("finding", "by", "level", "explanation")}
    for name in _COMPONENTS:
        part = {"concern": cells.get(name), "explanation": cells.get(f"{name} explanation")}
        if given := {key: value for key, value in part.items() if value is not None}:
            joined[name.replace(" ", "_")] = given
    if (consensus := str(cells.get("consensus", "no")).casefold()) not in ("yes", "no", "true", "false"):
        joined["consensus"] = consensus
    else:
        joined["consensus"] = consensus in ("yes", "true")
    return joined


def _make(model: type[_Made], cells: Mapping[str, Any], place: _Place, path: Path) -> _Made:
    """A block of a row. Raises UserError with the cell where it is not valid."""
    try:
        block = model.model_validate(cells)
    except ValidationError as error:
        mistake = error.errors()[0]
        parts = [str(part).replace("_", " ") for part in mistake["loc"]]
        heading = f"{parts[0]} explanation" if parts[1:] == ["explanation"] else parts[0] if parts else ""
        message = describe_message(mistake["type"], mistake["msg"])
        what = f"{heading} is missing" if mistake["type"] == "missing" else message
        raise UserError(f"{place(heading)}: {what}", path=path) from None
    block.put(place)
    return block

"""The kinds of rows that methods of synthesis are made of, as data: their columns, and which method asks for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.method import CREDIBILITY, RELATIONS
from schemas.protocol_synthesis import Method
from tasks.synthesise.sheets import KEY_COLUMNS, STUDY_COLUMNS


@dataclass(frozen=True)
class Column:
    """A column. `into`: the column of core.method_item that it fills; `words`: headings that mean it, the first as it is written;
    `choices`: what it may hold; `several`: it holds several values, separated by ';'."""

    into: str
    words: tuple[str, ...]
    required: bool = False
    choices: tuple[str, ...] = ()
    several: bool = False

    @property
    def name(self) -> str:
        """The heading as we write it."""
        return self.words[0]


@dataclass(frozen=True)
class Kind:
    """A kind of rows. `name`: of its blocks in TOML; `sheet`: of its sheet in a workbook."""

    name: str
    sheet: str
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns that each row fills."""
        return tuple(column for column in self.columns if column.required)


_ID = Column("id", ("id",), required=True)
_REPORT = Column("key", ("report", *dict.fromkeys((*KEY_COLUMNS, *STUDY_COLUMNS))), required=True)
_QUOTE, _PAGE = Column("quote", ("quote", "illustration")), Column("page", ("page", "pages"))
_ANALYST = Column("who", ("analyst", "extractor", "reviewer", "coder", "by"))
#: A report beside an `id` of the row's own is not named by a column 'id'.
_OF_REPORT = Column("key", tuple(word for word in _REPORT.words if word not in ("id", "key")), required=True)

CELL = Kind("cell", "Framework", (
    _REPORT, Column("others", ("theme",), required=True), Column("text", ("summary", "cell", "text"), required=True), _ANALYST,
))  # fmt: skip
KINDS: dict[str, Kind] = {kind.name: kind for kind in (
    CELL,
    Kind("concept", "Concepts", (
        _ID, _OF_REPORT, Column("name", ("concept", "name", "metaphor"), required=True),
        Column("text", ("description", "meaning", "interpretation")), _QUOTE, _PAGE, _ANALYST,
    )),
    Kind("relation", "Relations", (
        Column("others", ("concept_a", "from"), required=True), Column("others", ("concept_b", "to"), required=True),
        Column("choice", ("relation",), required=True, choices=tuple(RELATIONS)),
        Column("text", ("explanation", "reason"), required=True), _ANALYST,
    )),
    Kind("construct", "Constructs", (
        _ID, Column("name", ("construct", "name"), required=True), Column("text", ("statement", "interpretation")),
        Column("others", ("concepts", "rests_on"), required=True, several=True), _ANALYST,
    )),
    Kind("finding", "Findings", (
        _ID, _OF_REPORT, Column("text", ("finding",), required=True), Column("quote", ("illustration", "quote")), _PAGE,
        Column("choice", ("credibility",), required=True, choices=tuple(CREDIBILITY)), Column("others", ("category",)), _ANALYST,
    )),
    Kind("category", "Categories", (
        _ID, Column("name", ("category", "name"), required=True), Column("text", ("description",)),
        Column("others", ("synthesised", "synthesised_finding", "synthesized_finding")), _ANALYST,
    )),
    Kind("synthesised", "Synthesised findings", (
        _ID, Column("text", ("statement", "synthesised_finding", "synthesized_finding"), required=True), _ANALYST,
    )),
)}  # fmt: skip

#: What each method asks for in files of its own. Themes and findings of thematic synthesis are stated (living-review themes).
ASKED_FOR: dict[Method, Sequence[str]] = {
    "thematic": (),
    "framework": ("cell",),
    "best-fit": ("cell",),
    "meta-ethnography": ("concept", "relation", "construct"),
    "meta-aggregation": ("finding", "category", "synthesised"),
}

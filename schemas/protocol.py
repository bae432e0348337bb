"""The protocol of a review: `review.toml`, typed and validated.

`read_protocol` raises `UserError` with the file and the line of what is wrong; `Protocol.warnings()` lists what is
allowed but odd. Words and rules are PRISMA 2020's and the review's own; nothing here is about files or databases.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from schemas.errors import UserError
from schemas.protocol_coding import Coding
from schemas.protocol_feeds import FolderAddress, Mailbox, show_address
from schemas.protocol_forms import Appraisal, Extraction
from schemas.protocol_gate import Gate
from schemas.protocol_living import Living
from schemas.protocol_people import People
from schemas.protocol_release import Release
from schemas.protocol_screening import Screening
from schemas.protocol_section import Name, Section, mistake_at
from schemas.protocol_site import SiteRules
from schemas.protocol_synthesis import Synthesis

#: How records of a source were found, in PRISMA 2020's words. The first two make the left column of the flow diagram.
Method = Literal[
    "database",
    "register",
    "citation searching",
    "reference lists",
    "websites",
    "organisations",
    "call for evidence",
    "other",
]
OTHER_METHODS: tuple[str, ...] = (
    "citation searching",
    "reference lists",
    "websites",
    "organisations",
    "call for evidence",
    "other",
)
METHODS: tuple[str, ...] = get_args(Method)
Service = Literal["ncbi", "europepmc", "openalex", "crossref", "semanticscholar", "clinicaltrials"]
#: The services that know who cites a report, and what it cites.
CITATION_SERVICES: tuple[str, ...] = ("openalex", "europepmc", "crossref", "semanticscholar")
#: Platforms by the names that they are known by: only a name that is nearly one of these is told. Any other is a platform.
PLATFORMS: tuple[str, ...] = (
    "Ovid",
    "EBSCO",
    "ProQuest",
    "PubMed",
    "Embase.com",
    "Scopus",
    "Web of Science",
    "Cochrane Library",
    "ClinicalTrials.gov",
    "Europe PMC",
    "OpenAlex",
    "EndNote",
    "Zotero",
)
STAGES: tuple[str, ...] = ("title-abstract", "retrieval", "full-text")


class About(Section):
    """[review]: what the review is."""

    title: str = Field(min_length=1)
    question: str = Field(min_length=1)
    registration: str | None = None
    authors: list[str] = Field(default_factory=list)
    contact: str | None = None


class SearchSource(Section):
    """[[source]]: one database on one platform, or one other method; its files lie in exports/<name>/."""

    name: Name
    database: str = Field(min_length=1)
    platform: str = Field(min_length=1)
    method: Method = "database"
    service: Service | None = None
    window_from: date | None = None
    window_to: date | None = None
    strategy: str | None = None
    limits: str | None = None
    every_days: int = Field(default=31, ge=1)
    folder: FolderAddress | None = None
    zotero_group: int | None = Field(default=None, ge=1)
    zotero_collection: str | None = Field(default=None, pattern=r"^[A-Z0-9]{8}$")

    @model_validator(mode="after")
    def _checks(self) -> SearchSource:
        if self.window_from and self.window_to and self.window_from > self.window_to:
            raise ValueError(f"window_from {self.window_from} is after window_to {self.window_to}")
        written = bool(self.strategy and self.strategy.strip())
        if self.chased and self.service not in CITATION_SERVICES:
            raise ValueError(f"{self.service} knows no citations; those who do: {', '.join(CITATION_SERVICES)}")
        if self.chased and written:
            raise ValueError("citations are chased from the included reports, so there is no strategy to follow")
        if self.service and not self.chased and not written:
            raise ValueError(f"a source that is searched by a service ({self.service}) needs a strategy")
        if self.zotero_collection and not self.zotero_group:
            raise ValueError("zotero_collection needs the zotero_group that it is in")
        return self

    @property
    def repeated_every(self) -> int | None:
        """Every how many days it is searched again: a database, a register or a service, unless the protocol says otherwise, in a month;
        of other methods nobody promises it unless the protocol does."""
        regular = (
            self.method in ("database", "register") or self.service is not None or "every_days" in self.model_fields_set
        )
        return self.every_days if regular else None

    @property
    def chased(self) -> bool:
        """Whether a service is asked for the citations of the included reports, instead of being searched."""
        return self.service is not None and self.method == "citation searching"

    @property
    def zotero_place(self) -> str:
        """What the log calls the Zotero library that feeds it."""
        collection = f" collection {self.zotero_collection}" if self.zotero_collection else ""
        return f"zotero group {self.zotero_group}{collection}"


class ExclusionReason(Section):
    """[[eligibility.exclusion]]: one reason for exclusion; the order of the file is the order in which they apply."""

    reason: str = Field(min_length=1)
    definition: str | None = None


class Eligibility(Section):
    """[eligibility]: who and what is in, and the ordered reasons for exclusion."""

    include: list[str] = Field(min_length=1)
    exclusion: list[ExclusionReason] = Field(min_length=1)

    @property
    def reasons(self) -> list[str]:
        """The reasons for exclusion, in their order."""
        return [exclusion.reason for exclusion in self.exclusion]


class Deduplication(Section):
    """[deduplication]: what counts as the same report. 'separate' keeps both reports and links them; 'together' does too, and they
    are screened as one."""

    preprint: Literal["separate", "together", "merge"] = "separate"
    conference_abstract: Literal["separate", "together", "merge"] = "separate"
    cochrane_version: Literal["separate", "together", "merge"] = "separate"
    erratum: Literal["separate", "merge"] = "separate"
    comment: Literal["separate", "merge"] = "separate"
    retraction: Literal["separate", "merge"] = "separate"
    registration: Literal["separate", "merge"] = "separate"
    thesis: Literal["separate", "together", "merge"] = "separate"
    false_merges: float = Field(default=0.001, ge=0.0002, lt=1)
    """At most this share of merges may be wrong; a stricter bound leaves more pairs to people (docs/dedupe.md)."""


class Notices(Section):
    """[notices]: who is asked at each update for retractions of, and other notices on, the reports.

    Crossref is asked for all notices that were registered since the last time, PubMed for the records of the reports
    that are included or at full text. Retraction Watch's list is read from the folder notices/, where it lies there.
    """

    crossref: bool = False
    pubmed: bool = False


class OpenTexts(Section):
    """[open_texts]: who is asked where the texts of the reports stand open that are included or at full text."""

    unpaywall: bool = False
    every_days: int = Field(default=31, ge=1)


class Schedule(Section):
    """[schedule]: when the search is rerun."""

    cron: str = "0 6 1 * *"
    timezone: str = "UTC"

    @field_validator("cron")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        if len(value.split()) != 5:
            raise ValueError(f"'{value}' is not a cron line of five fields (minute hour day month weekday)")
        try:
            next(CronSim(value, datetime(2000, 1, 1)))
        except (CronSimError, StopIteration) as error:
            raise ValueError(f"'{value}' is no cron line: {error or 'it never comes'}") from None
        return value

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"'{value}' is no time zone, as 'Europe/London' is") from None
        return value


class Protocol(Section):
    """A whole review.toml."""

    review: About
    source: list[SearchSource] = Field(min_length=1)
    eligibility: Eligibility
    screening: Screening = Screening()
    people: People = People()
    deduplication: Deduplication = Deduplication()
    extraction: Extraction = Extraction()
    appraisal: Appraisal = Appraisal()
    coding: Coding = Coding()
    synthesis: Synthesis = Synthesis()
    schedule: Schedule = Schedule()
    living: Living = Living()
    gate: Gate = Gate()
    release: Release = Release()
    site: SiteRules = SiteRules()
    mailbox: Mailbox | None = None
    notices: Notices = Notices()
    open_texts: OpenTexts = OpenTexts()
    #: [prisma_s]: the team's own statements for the table of PRISMA-S, by the item's number (1 to 16).
    prisma_s: dict[Annotated[int, Field(ge=1, le=16)], str] = Field(default_factory=dict)
    #: [reporting.<checklist>]: the team's own statements for other reporting checklists, by the item's number.
    reporting: dict[str, dict[str, str]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _unique(self) -> Protocol:
        for kind, names, table, key in (
            ("source", [s.name for s in self.source], ("source",), "name"),
            (
                "reason for exclusion",
                [e.reason for e in self.eligibility.exclusion],
                ("eligibility", "exclusion"),
                "reason",
            ),
            ("extraction field", [f.name for f in self.extraction.field], ("extraction", "field"), "name"),
        ):
            again = [place for place, name in enumerate(names) if name in names[:place]]
            if again:
                raise mistake_at((*table, again[0], key), f"{kind} '{names[again[0]]}' stands twice")
        for place, rule in enumerate(self.mailbox.rule if self.mailbox else ()):
            if rule.source not in {s.name for s in self.source}:
                raise mistake_at(("mailbox", "rule", place, "source"), f"there is no source '{rule.source}'")
            if rule.is_empty:
                raise mistake_at(("mailbox", "rule", place), "a rule needs from or subject, else every message fits it")
        chasing: set[str | None] = set()
        for place, source in enumerate(self.source):
            if source.chased and source.service in chasing:
                raise mistake_at(("source", place, "service"), f"two sources chase citations by {source.service}")
            chasing.add(source.service if source.chased else None)
        return self

    def list_statements(self, checklist: str) -> dict[str, str]:
        """The team's own statements for a reporting checklist, by the item's number; for PRISMA-S those of [prisma_s] too."""
        said = {str(number): text for number, text in self.prisma_s.items()} if checklist == "prisma-s" else {}
        return {**said, **self.reporting.get(checklist, {})}

    @property
    def feed_places(self) -> set[str]:
        """What the log calls the places that feed sources."""
        places = {self.mailbox.place} if self.mailbox else set()
        places |= {show_address(source.folder) for source in self.source if source.folder}
        return places | {source.zotero_place for source in self.source if source.zotero_group}

    def warnings(self) -> list[str]:
        """What is allowed but looks like a slip, one line each."""
        lines = []
        ends = [s.window_to for s in self.source if s.method == "database" and s.window_to]
        last = max(ends, default=None)
        for source in self.source:
            if last and source.method == "database" and source.window_to and (last - source.window_to).days > 31:
                lines.append(
                    f"source '{source.name}': its window ends {source.window_to}, while others end {last}; "
                    "records between the two are not searched for there"
                )
        for source in self.source:
            written, platforms = source.platform.casefold(), {p.casefold(): p for p in PLATFORMS}
            near = [p for p in difflib.get_close_matches(written, platforms, 1, 0.8) if abs(len(p) - len(written)) < 2]
            if near and written not in platforms:
                lines.append(
                    f"source '{source.name}': platform '{source.platform}' is not known; is it '{platforms[near[0]]}'?"
                )
        reasons = [e.reason for e in self.eligibility.exclusion]
        if len({r.casefold() for r in reasons}) < len(reasons):
            lines.append("two reasons for exclusion differ in capitals only")
        return lines


@dataclass(frozen=True)
class ReadProtocol:
    """A protocol as read: the model, its warnings with file and line, and the text it was read from."""

    protocol: Protocol
    warnings: list[str]
    text: str


def read_protocol(path: Path) -> ReadProtocol:
    """Reads and validates a review.toml. Raises UserError with the line of the first thing that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError("there is no protocol here", path=path, hint="make one with: living-review init DIR") from None
    except UnicodeDecodeError:
        raise UserError("is not UTF-8 text", path=path, hint="save it as UTF-8") from None
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}", path=path) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+)", str(error))
        line = int(at[1]) if at else len(text.splitlines())
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        line_text = "".join(text.splitlines()[line - 1 : line])
        hint = "a date is written as 2020-01-31" if re.search(r"=\s*\d+\s*[-/.]\s*\d+\s*[-/.]", line_text) else ""
        raise UserError(f"is not valid TOML: {message}", path=path, line=line or None, hint=hint) from None
    try:
        protocol = Protocol.model_validate(data)
    except ValidationError as error:
        # A key that is misspelt is also one that is missing: the first says more.
        first = min(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")
        context = first.get("ctx", {})
        line, key = find_line(text, context.get("at", first["loc"])), ".".join(str(p) for p in first["loc"])
        description = _describe_error(key, first["type"], first["msg"], context)
        raise UserError(
            description,
            path=path,
            line=line,
            hint=_suggest_key(first["loc"]) if first["type"] == "extra_forbidden" else "",
        ) from None
    warnings = [f"{path}:{_line_of_warning(text, protocol, w)}: {w}" for w in protocol.warnings()]
    return ReadProtocol(protocol, warnings, text)


def find_line(text: str, loc: Sequence[str | int]) -> int:
    """The line (from 1) of review.toml on which the key at `loc` stands, or of the table that should hold it."""
    keys = [part for part in loc if isinstance(part, str)]
    indices = [part for part in loc if isinstance(part, int)]
    best, depth, seen = 1, 0, Counter[str]()
    table: list[str] = Field(default_factory=list)
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?", line):
            table = [part.strip().strip("\"'") for part in header[1].split(".")]
            if line.lstrip().startswith("[["):
                seen[".".join(table)] += 1
            reached = table
        elif key := re.match(r"\s*([A-Za-z0-9_\"'-]+)\s*=", line):
            reached = [*table, key[1].strip("\"'")]
        else:
            continue
        index = seen[".".join(table)] - 1
        if reached == keys[: len(reached)] and len(reached) > depth and (not indices or index in (-1, indices[0])):
            best, depth = number, len(reached)
    return best


def _suggest_key(loc: Sequence[str | int]) -> str:
    """The key that an unknown one is nearly."""
    model: type[BaseModel] = Protocol
    for part in loc[:-1]:
        if isinstance(part, str):
            fields = {f.alias or name: f for name, f in model.model_fields.items()}
            inner = [fields[part].annotation, *get_args(fields[part].annotation)] if part in fields else []
            model = next(
                (
                    annotation
                    for annotation in inner
                    if isinstance(annotation, type) and issubclass(annotation, BaseModel)
                ),
                model,
            )
    keys = [f.alias or name for name, f in model.model_fields.items()]
    near = difflib.get_close_matches(str(loc[-1]), keys, 1)
    return f"did you mean '{near[0]}'?" if near else ""


def _line_of_warning(text: str, protocol: Protocol, warning: str) -> int:
    for index, source in enumerate(protocol.source):
        if warning.startswith(f"source '{source.name}'"):
            return find_line(text, ("source", index, "platform" if ": platform '" in warning else "window_to"))
    return find_line(text, ("eligibility",))


def _describe_error(key: str, kind: str, message: str, context: dict[str, object]) -> str:
    if kind == "missing":
        return f"'{key}' is missing"
    if kind == "extra_forbidden":
        return f"'{key}' is not a key that the protocol knows; look for a typing mistake"
    if kind == "twice":
        return message
    if kind == "value_error":
        return f"{key}: {context.get('error', message)}" if key else str(context.get("error", message))
    return f"'{key}': {message[:1].lower()}{message[1:]}"

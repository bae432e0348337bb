"""The events of a review's log: everything that happened to it, typed and versioned.

An event is never changed: what was wrong is put right by another event. `kind` names the model; `version` counts the
shapes that a kind has had, so that an old log is read by the model that wrote it. Numbers of other events (`arrival`,
`replaces`, `decision` …) are places in the log (`seq`, from 1).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from schemas.event_answers import AnswerGiven, AnswerUndo, FormDone
from schemas.event_base import Event, Seq, Sha256, Text
from schemas.event_coding import (
    CodeCreated,
    CodeRenamed,
    CodesMerged,
    CodesMoved,
    CodeSplit,
    CodesRetired,
    CodeUndo,
    CodingAdded,
    CodingMoved,
    CodingsRemoved,
    MemoWritten,
)
from schemas.event_documents import CodingPositioned, SectionMarked, SegmentDescribed
from schemas.event_full_text import FullTextKept, FullTextUndo
from schemas.event_release import ReleaseWritten
from schemas.event_synthesis import (
    CodingDone,
    CodingSettlement,
    CodingUndo,
    ConfidenceAssessed,
    ElementsRuled,
    ElementsUndo,
    FindingStated,
    LinkUndo,
    ProjectRuling,
    ReportLinked,
    StatementRemoved,
    StudyJudged,
    StudyRuled,
    SynthesisDue,
    SynthesisUndo,
    ThemeStated,
)

#: How a QDA project counts positions in its texts.
Positions = Literal[
    "code points, CR LF as 1", "code points, CR LF as 2", "UTF-16 units, CR LF as 1", "UTF-16 units, CR LF as 2"
]


class Content(StrEnum):
    """What the bytes that arrived are for."""

    PROTOCOL = "protocol"
    EXPORT = "export"
    PAGE = "page"
    """One page of a service's answer to a search, with records."""
    DECISIONS = "decisions"
    CODING = "coding"
    DOCUMENT = "document"
    """A report's full text."""
    CHARACTERISTICS = "characteristics"
    APPRAISAL = "appraisal"
    METHOD = "method"
    """What a method of synthesis beside themes and findings asks for."""
    NOTICES = "notices"
    """Retraction Watch's list."""
    NOTICE_PAGE = "notice-page"
    OPEN_TEXT = "open-text"


class ReviewStarted(Event):
    """The first event of every log. `review_id` tells this review from every other, wherever its folder lies."""

    kind: Literal["review_started"] = "review_started"
    review_id: Text


class Arrival(Event):
    """Bytes came in under a name.

    `name`: the file's path in the review's folder, with '/', or for a service's answer `services/<source>/<search>/<page>`.
    `source`: the protocol's source in whose folder it lay (exports), or that was searched (pages). `stage`: of decisions,
    by their folder. `search_key`: what the pages of one answer share; `page`: their order, from 1; `request`: what they
    answer, without keys; `trail`: how a page's records were found from a report (citations). `replaces`: the arrivals whose
    place this one takes, because the file of that name was changed or moved.
    """

    kind: Literal["arrival"] = "arrival"
    name: Text
    content: Content
    sha256: Sha256
    size: Annotated[int, Field(ge=0)]
    source: str | None = None
    stage: str | None = None
    search_key: str | None = None
    page: int | None = None
    request: str | None = None
    trail: str | None = None
    replaces: tuple[Seq, ...] = ()


class Note(Event):
    """What is said of a file by the note beside it (`<file>.toml`), as of now: it takes the place of what was said before.

    `name`: of the file; `sha256`: of the note's bytes, None where the note was taken away. Days and times are UTC. `stage`
    and `verdict`: of decisions that do not say them themselves (since version 2). `positions`: how a QDA project counts (since version 3).
    `round`: at which time its coders coded it, where they had before (since version 4).
    """

    version: ClassVar[int] = 4

    kind: Literal["note"] = "note"
    name: Text
    sha256: Sha256 | None = None
    executed_at: datetime | None = None
    window_from: date | None = None
    window_to: date | None = None
    hits: Annotated[int, Field(ge=0)] | None = None
    who: str | None = None
    strategy: str | None = None
    note: str | None = None
    stage: Literal["title-abstract", "retrieval", "full-text"] | None = None
    verdict: Literal["include", "exclude", "maybe", "not-retrieved"] | None = None
    positions: Positions | None = None
    round: Annotated[int, Field(ge=2, le=99)] | None = None


class Withdrawal(Event):
    """An arrival, or a service's whole answer, no longer counts. `moved`: its file lies under another name now."""

    kind: Literal["withdrawal"] = "withdrawal"
    arrival: Seq
    reason: str = ""
    moved: bool = False


class Restoration(Event):
    """An arrival counts, whether it was withdrawn, replaced, or its file is gone."""

    kind: Literal["restoration"] = "restoration"
    arrival: Seq


class Assignment(Event):
    """An arrival counts for another source than that of its folder."""

    kind: Literal["assignment"] = "assignment"
    arrival: Seq
    source: Text


class SourceRenaming(Event):
    """A source of the protocol bears another name; what came in under the old one counts for the new one."""

    kind: Literal["source_renaming"] = "source_renaming"
    old: Text
    new: Text


class Outcome(Event):
    """How a service answered.

    `search_key`: what its pages share; `executed_at`: when it was asked; `expected`: the service's hit count, None where
    it gives none; `retrieved`: distinct records received; `pages`: SHA-256 of the pages to be loaded, in order;
    `complete`: whether all of it came; `reason`: why not, in one line.
    """

    search_key: Text
    executed_at: datetime
    window_from: date | None = None
    window_to: date | None = None
    expected: int | None = None
    retrieved: int = 0
    pages: tuple[str, ...] = ()
    complete: bool
    reason: str = ""
    notes: tuple[str, ...] = ()


class SearchOutcome(Outcome):
    """A search of a source's service ended. `strategy`: as it was run; `translation`: how the service understood it."""

    kind: Literal["search_outcome"] = "search_outcome"
    source: Text
    strategy: str | None = None
    translation: str = ""
    refused: int | None = None


class Trail(BaseModel):
    """One trail of citations that was followed: from a report, in a direction, by a service; and how it ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trail: Text
    report_id: Text
    direction: Literal["forwards", "backwards"]
    service: Text
    asked: Text
    expected: int | None = None
    retrieved: int
    complete: bool
    reason: str = ""
    notes: tuple[str, ...] = ()


class CitationOutcome(Outcome):
    """A source's chase of citations ended: all its trails, as one search."""

    kind: Literal["citation_outcome"] = "citation_outcome"
    source: Text
    trails: tuple[Trail, ...]


class NoticeOutcome(Outcome):
    """A service (`origin`: crossref, pubmed) was asked for notices on reports."""

    kind: Literal["notice_outcome"] = "notice_outcome"
    origin: Text


class OpenTextOutcome(Outcome):
    """Unpaywall was asked where texts stand open. `answered`: the DOIs with an answer; `unknown`: of these, those it does
    not know."""

    kind: Literal["open_text_outcome"] = "open_text_outcome"
    answered: tuple[str, ...]
    unknown: tuple[str, ...]


class FeedChecked(Event):
    """A place that feeds sources was looked into; what was taken from there arrived as files in their drop folders.

    `feed`: what kind of place; `place`: which, without user and password; `sources`: those that it feeds; `taken`: files
    taken; `complete`: whether all of it could be looked into; `reason`: why not, in one line; `library_version`: of a Zotero library,
    up to which its items are known.
    """

    kind: Literal["feed_checked"] = "feed_checked"
    feed: Literal["mailbox", "folder", "zotero"]
    place: Text
    sources: tuple[str, ...]
    taken: Annotated[int, Field(ge=0)] = 0
    complete: bool
    reason: str = ""
    library_version: int | None = None


class EvidenceJudged(Event):
    """A person, the event's actor, says whether the new evidence is likely to change the review's conclusions.

    It holds until a later run finds further reports, or somebody says otherwise; `unsaid` takes back what was said.
    """

    kind: Literal["evidence_judged"] = "evidence_judged"
    effect: Literal["likely", "unlikely", "unsaid"]
    why: Text


class PublishedAnyway(Event):
    """A person, the event's actor, let an update be published that the gate had stopped. `findings`: what the gate said."""

    kind: Literal["published_anyway"] = "published_anyway"
    findings: tuple[str, ...]
    reason: Text


class ReportNames(BaseModel):
    """By what else a report can be known again, should its id be gone: the record's own words when it was judged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None


class ScreeningDecision(Event):
    """One reviewer's verdict on a report at a stage; the reviewer is the event's actor. `seconds`: that it took."""

    kind: Literal["screening_decision"] = "screening_decision"
    version: ClassVar[int] = 2
    report_id: Text
    stage: Literal["title-abstract", "retrieval", "full-text"]
    verdict: Literal["include", "exclude", "maybe", "not-retrieved"]
    reason: str | None = None
    note: str | None = None
    seconds: Annotated[float, Field(ge=0)] | None = None
    consensus: bool = False
    names: ReportNames = ReportNames()


#: In the place of a verdict: the reviewer takes back all that she said of the report at that stage.
CLEAR = "clear"


class ScreeningClear(Event):
    """A reviewer takes back all that she said of a report at a stage, in the ledger and in files."""

    kind: Literal["screening_clear"] = "screening_clear"
    report_id: Text
    stage: Literal["title-abstract", "retrieval", "full-text"]
    names: ReportNames = ReportNames()


class ScreeningUndo(Event):
    """A verdict taken back."""

    kind: Literal["screening_undo"] = "screening_undo"
    decision: Seq


class ReportComment(Event):
    """A remark of a person, the event's actor, on a report at a stage, for the team; it decides nothing."""

    kind: Literal["report_comment"] = "report_comment"
    report_id: Text
    stage: Literal["title-abstract", "retrieval", "full-text"]
    comment: Text
    names: ReportNames = ReportNames()


class CommentUndo(Event):
    """A comment taken back."""

    kind: Literal["comment_undo"] = "comment_undo"
    comment: Seq


class RecordCorrection(Event):
    """A value of a record that its source gives wrongly, or not at all, put right by a person; the bytes stay as they came in.

    `value`: as the record is to have it, a list's values joined by '; '; None where there is none. `source_value`: what the
    source gave when it was put right. Of several corrections of a field the last one that was not taken back counts.
    """

    kind: Literal["record_correction"] = "record_correction"
    record_id: Text
    field: Literal[
        "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "pmcid", "issn", "isbn",
        "abstract", "keywords", "language", "url", "type",
    ]  # fmt: skip
    value: str | None = None
    source_value: str | None = None
    why: Text


class CorrectionUndo(Event):
    """A correction taken back."""

    kind: Literal["correction_undo"] = "correction_undo"
    correction: Seq


class DuplicateRuling(Event):
    """A person's ruling on two records."""

    kind: Literal["duplicate_ruling"] = "duplicate_ruling"
    record_id_a: Text
    record_id_b: Text
    verdict: Literal["same", "distinct", "not_now"]


class DuplicateUndo(Event):
    """A ruling taken back."""

    kind: Literal["duplicate_undo"] = "duplicate_undo"
    ruling: Seq


class RunEnded(Event):
    """A run ended, well or not; said again of the same run, the last word counts. `problems`: errors that need somebody."""

    kind: Literal["run_ended"] = "run_ended"
    run_id: Text
    started_at: datetime
    trigger: Text
    state: Literal["completed", "completed_with_problems", "failed"]
    new_records: int = 0
    new_reports: int = 0
    problems: int = 0
    error: str = ""


class Release(Event):
    """A version was published.

    It is what derivation makes of the log up to and including `upto`, whose hash was `head`. `basis`: what it was derived
    with. `included`: (report id, study id) of each included report. `flow`: (box, number) of the PRISMA flow (since version 2).
    """

    version: ClassVar[int] = 2

    kind: Literal["release"] = "release"
    number: Annotated[int, Field(ge=1)]
    run_id: Text
    upto: Seq
    head: Sha256
    basis: Text
    content_hash: Text
    included: tuple[tuple[str, str], ...]
    flow: tuple[tuple[str, Annotated[int, Field(ge=0)]], ...] = ()


AnyEvent = Annotated[
    ReviewStarted | Arrival | Note | Withdrawal | Restoration | Assignment | SourceRenaming | SearchOutcome | CitationOutcome
    | NoticeOutcome | OpenTextOutcome | FeedChecked | EvidenceJudged | PublishedAnyway
    | ScreeningDecision | ScreeningClear | ScreeningUndo | ReportComment | CommentUndo
    | RecordCorrection | CorrectionUndo | DuplicateRuling | DuplicateUndo
    | ProjectRuling | ThemeStated | FindingStated | StatementRemoved | ConfidenceAssessed | StudyJudged | SynthesisUndo
    | CodingDone | CodingSettlement | CodingUndo | SectionMarked | CodingPositioned | SegmentDescribed
    | ReportLinked | StudyRuled | LinkUndo | ElementsRuled | ElementsUndo
    | FullTextKept | FullTextUndo | AnswerGiven | FormDone | AnswerUndo 
    | CodeCreated | CodeRenamed | CodesMoved | CodesMerged | CodeSplit | CodesRetired | CodingAdded | CodingMoved
    | CodingsRemoved | MemoWritten | CodeUndo | SynthesisDue | RunEnded | Release | ReleaseWritten,
    Field(discriminator="kind"),
]  # fmt: skip
_READER: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
#: Kind → model.
MODELS: dict[str, type[Event]] = {str(model.model_fields["kind"].default): model for model in (
    ReviewStarted, Arrival, Note, Withdrawal, Restoration, Assignment, SourceRenaming, SearchOutcome, CitationOutcome,
    NoticeOutcome, OpenTextOutcome, FeedChecked, EvidenceJudged, PublishedAnyway,
    ScreeningDecision, ScreeningClear, ScreeningUndo, ReportComment, CommentUndo,
    RecordCorrection, CorrectionUndo, DuplicateRuling, DuplicateUndo, ProjectRuling,
    ThemeStated, FindingStated, StatementRemoved, ConfidenceAssessed, StudyJudged, SynthesisUndo, CodingDone,
    CodingSettlement, CodingUndo, SectionMarked, CodingPositioned, SegmentDescribed,
    ReportLinked, StudyRuled, LinkUndo, ElementsRuled, ElementsUndo, FullTextKept, FullTextUndo, AnswerGiven, FormDone,
    AnswerUndo, CodeCreated, CodeRenamed, CodesMoved, CodesMerged, CodeSplit, CodesRetired, CodingAdded, CodingMoved, CodingsRemoved,
    MemoWritten, CodeUndo, SynthesisDue, RunEnded, Release, ReleaseWritten,
)}  # fmt: skip


def read_event(kind: str, version: int, payload: dict[str, Any]) -> AnyEvent:
    """The event of a payload as it stands in a log.

    Raises ValueError where the payload is not one of this kind, or is of a version that this program does not know.
    """
    if kind not in MODELS or version > MODELS[kind].version:
        raise ValueError(f"'{kind}' of version {version} was written by a newer living-review")
    return _READER.validate_python({"kind": kind, **payload})

"""State the synthesis: themes, findings, confidence and judgements, as people write them, into the log; and back out of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.event_base import Event
from schemas.event_synthesis import (
    CodeName,
    CodingName,
    ConfidenceAssessed,
    Evidence,
    FindingStated,
    StatementRemoved,
    StudyJudged,
    Support,
    SynthesisUndo,
    ThemeStated,
)
from schemas.words import did_you_mean
from tasks.output import whole_file
from tasks.review.judge import find_report
from tasks.synthesise.statement_file import (
    ConfidenceBlock,
    FindingBlock,
    JudgementBlock,
    StatementFile,
    SupportBlock,
    ThemeBlock,
    format_statements,
    read_statement_file,
)
from tasks.synthesise.statements import EVENTS, Statements, hide_waiting, read_statements
from warehouse.connect import reader
from warehouse.log import Entry
from warehouse.review import Review

_CODES = "SELECT code_id, path, name FROM code ORDER BY position"
_CODINGS = """
SELECT g.coding_id, d.name, k.path, g.coder, g.quote
FROM coding_final AS g JOIN document AS d USING (document_id) JOIN code AS k USING (code_id)
ORDER BY g.coding_id
"""
_BASIS = "SELECT finding_id, codings, studies, appraisal, retracted FROM finding_basis"


@dataclass
class ImportedStatements:
    """What a file changed: `changed` lines say what is new, changed or removed; `absent`: what stands and is not in the file."""

    changed: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def import_statements(review: Review, path: Path, who: str, *, remove: bool = False) -> ImportedStatements:
    """Notes what the file says otherwise than the log; `remove`: themes and findings that it does not hold are removed.

    It counts from the next update or refresh on. Raises UserError, and notes nothing, where anything in it is not known.
    """
    read = read_statement_file(path)
    standing = list_statements(review)
    events: list[tuple[Event, str]] = []
    with reader(review.published_warehouse) as con:
        names = _Names(con, path)
        _check_keys(read, standing, path)
        events += [(_state_theme(block, names), block.by or who) for block in read.theme]
        events += [(_state_finding(block, names), block.by or who) for block in read.finding]
        events += [(_assess(block, names), block.by or who) for block in read.confidence]
    events += [(_judge(block, review), block.by or who) for block in read.judgement]
    result = ImportedStatements()
    known = {_key(entry.event, entry.actor): entry for entry in _list_entries(standing)}
    for event, actor in events:
        before = known.get(_key(event, actor))
        if before is None or not _is_same(before.event, event):
            review.log.append(event, actor)
            result.changed.append(f"{'new' if before is None else 'changed'}: {_describe(event)}")
    held = {_key(event, actor) for event, actor in events}
    for entry in (*standing.themes, *standing.findings):
        if _key(entry.event, entry.actor) in held:
            continue
        if remove:
            what, id = _key(entry.event, "")[:2]
            review.log.append(StatementRemoved(what=what, id=id), who)  # type: ignore[arg-type]
            result.changed.append(f"removed: {_describe(entry.event)}")
        else:
            result.absent.append(_describe(entry.event))
    return result


def export_statements(review: Review, path: Path, who: str) -> Statements:
    """Writes what stands, as far as `who` may see it, into a file that `import_statements` takes. Raises UserError where it cannot
    be written."""
    standing = hide_waiting(list_statements(review), review.protocol().protocol.synthesis.assessors, who)
    with whole_file(path) as part:
        part.write_text(format_statements(standing), encoding="utf-8")
    return standing


def list_statements(review: Review) -> Statements:
    """What stands in the log now."""
    return read_statements(review.log.entries(*EVENTS))


def confirm_confidence(review: Review, finding: str, who: str) -> list[Entry]:
    """Says that the confidence in a finding holds although what it rests on has changed: of one's own assessment, and of
    the consensus where one stands. Raises UserError where there is none."""
    with reader(review.published_warehouse) as con:
        evidence = _Names(con, review.root).evidence.get(finding)
    standing = [
        entry.event
        for entry in list_statements(review).confidence
        if isinstance(entry.event, ConfidenceAssessed)
        and entry.event.finding_id == finding
        and (entry.event.consensus or entry.actor == who)
    ]
    if not standing or evidence is None:
        raise UserError(f"{who} has not assessed the finding '{finding}'", path=review.root)
    return [review.log.append(event.model_copy(update={"evidence": evidence}), who) for event in standing]


def undo_statement(review: Review, seq: int, who: str) -> Entry:
    """Takes a statement, assessment or judgement back. Raises UserError where it is none, or was taken back."""
    entries = list(review.log.entries(*EVENTS))
    entry = next((entry for entry in entries if entry.seq == seq and not isinstance(entry.event, SynthesisUndo)), None)
    if entry is None:
        raise UserError(f"event {seq} is no theme, finding, assessment or judgement", path=review.log.path)
    if any(isinstance(other.event, SynthesisUndo) and other.event.event == seq for other in entries):
        raise UserError(f"event {seq} was taken back already", path=review.log.path)
    return review.log.append(SynthesisUndo(event=seq), who)


class _Names:
    """The codes and codings of the published copy by what people call them, and what findings rest on."""

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._path = path
        self._codes: dict[str, dict[str, CodeName]] = defaultdict(dict)
        for code_id, code_path, name in con.execute(_CODES).fetchall():
            for word in {code_path, name}:
                self._codes[word][code_id] = CodeName(code_id=code_id, path=code_path)
        self._codings = [
            CodingName(coding_id=coding_id, document=document, path=code, coder=coder, quote=quote)
            for coding_id, document, code, coder, quote in con.execute(_CODINGS).fetchall()
        ]
        self.evidence = {
            row[0]: Evidence(codings=tuple(row[1]), studies=tuple(row[2]), appraisal=row[3], retracted=tuple(row[4]))
            for row in con.execute(_BASIS).fetchall()
        }

    def find_code(self, word: str, where: str) -> CodeName:
        found = list(self._codes.get(word, {}).values())
        if not found:
            raise UserError(
                f"{where}: no code is called '{word}'", path=self._path, hint=did_you_mean(word, self._codes)
            )
        if len(found) > 1:
            paths = "; ".join(code.path for code in found)
            raise UserError(
                f"{where}: '{word}' can mean {len(found)} codes", path=self._path, hint=f"give the path: {paths}"
            )
        return found[0]

    def find_coding(self, block: SupportBlock, where: str) -> CodingName:
        if block.coding is not None:
            found = [coding for coding in self._codings if coding.coding_id == block.coding]
        else:
            words = _squeeze(block.quote)
            found = [
                coding
                for coding in self._codings
                if words in _squeeze(coding.quote) and block.document in (None, coding.document)
            ]
            exact = [coding for coding in found if _squeeze(coding.quote) == words]
            found = exact or found
        what = f"the coding {block.coding}" if block.coding else f"the words '{block.quote}'"
        if not found:
            raise UserError(f"{where}: {what}: no segment that counts is known by it", path=self._path)
        if len(found) > 1 and len({(coding.document, coding.quote, coding.path) for coding in found}) > 1:
            hint = "give its document, more words, or coding = one of: " + ", ".join(c.coding_id for c in found[:4])
            raise UserError(f"{where}: {what} stand in {len(found)} segments", path=self._path, hint=hint)
        return found[0]


def _squeeze(text: str | None) -> str:
    return " ".join((text or "").split())


def _check_keys(read: StatementFile, standing: Statements, path: Path) -> None:
    """Raises UserError where a block names a theme or finding that is neither in the file nor in the log."""
    themes = {block.id for block in read.theme} | {_key(entry.event, "")[1] for entry in standing.themes}
    findings = {block.id for block in read.finding} | {_key(entry.event, "")[1] for entry in standing.findings}
    named = [(f"theme '{t.id}'", "theme", part) for t in read.theme for part in t.parts]
    named += [(f"finding '{f.id}'", "theme", theme) for f in read.finding for theme in f.themes]
    named += [("[[confidence]]", "finding", c.finding) for c in read.confidence]
    named += [("[[judgement]]", "theme" if j.theme else "finding", j.theme or j.finding or "") for j in read.judgement]
    for where, kind, key in named:
        known = themes if kind == "theme" else findings
        if key not in known:
            raise UserError(f"{where}: no {kind} is called '{key}'", path=path, hint=did_you_mean(key, known))


def _state_theme(block: ThemeBlock, names: _Names) -> ThemeStated:
    where = f"theme '{block.id}'"
    return ThemeStated(
        theme_id=block.id, name=block.name, level=block.level, statement=block.statement,
        codes=tuple(names.find_code(word, where) for word in block.codes), parts=tuple(block.parts),
    )  # fmt: skip


def _state_finding(block: FindingBlock, names: _Names) -> FindingStated:
    where = f"finding '{block.id}'"
    support = tuple(
        Support(stance=line.stance, code=names.find_code(line.code, where))
        if line.code is not None
        else Support(stance=line.stance, coding=names.find_coding(line, where))
        for line in block.support
    )
    return FindingStated(
        finding_id=block.id, sentence=block.finding, plain=block.plain, themes=tuple(block.themes), support=support
    )


def _assess(block: ConfidenceBlock, names: _Names) -> ConfidenceAssessed:
    if block.finding not in names.evidence:
        raise UserError(
            f"[[confidence]]: finding '{block.finding}' is not in the published copy yet, so what it rests on is not known",
            hint="import the findings first, then living-review refresh, then the assessments",
        )
    return ConfidenceAssessed(
        finding_id=block.finding, level=block.level, explanation=block.explanation, consensus=block.consensus,
        components=block.components, evidence=names.evidence[block.finding],
    )  # fmt: skip


def _judge(block: JudgementBlock, review: Review) -> StudyJudged:
    report_id, _ = find_report(review, block.report)
    what = "theme" if block.theme else "finding"
    return StudyJudged(report_id=report_id, what=what, id=block.theme or block.finding or "", effect=block.effect, reason=block.reason)  # type: ignore[arg-type]  # fmt: skip


def _list_entries(standing: Statements) -> Iterator[Entry]:
    yield from (*standing.themes, *standing.findings, *standing.confidence, *standing.judgements)


def _key(event: Event, actor: str) -> tuple[str, ...]:
    """What an event is about: what stands once for each key."""
    match event:
        case ThemeStated():
            return ("theme", event.theme_id)
        case FindingStated():
            return ("finding", event.finding_id)
        case ConfidenceAssessed():
            return ("confidence", event.finding_id, "" if event.consensus else actor)
        case StudyJudged():
            return ("judgement", event.report_id, event.what, event.id, actor)
    raise TypeError(type(event).__name__)


def _is_same(before: Event, now: Event) -> bool:
    """Whether nothing is said otherwise; what a finding rested on when it was assessed is not said by anybody."""
    return before.model_dump(exclude={"evidence"}) == now.model_dump(exclude={"evidence"})


def _describe(event: Event) -> str:
    key = _key(event, "")
    return (
        f"{key[0]} '{key[1]}'" if key[0] in ("theme", "finding") else f"{key[0]} on {' '.join(filter(None, key[1:]))}"
    )

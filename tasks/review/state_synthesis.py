"""State the synthesis: themes, findings, confidence and judgements, as people write them, into the log; and back out of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

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
from tasks.synthesise.load_statements import read_known
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
from tasks.synthesise.statement_workbook import read_statement_workbook, write_statement_workbook
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
    """What a file changed: `changed` lines say what is new, changed or removed, and what is no more said; `absent`: what stands and
    is not in the file; `held`: what was not noted, since it would say less than stands."""

    changed: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


def import_statements(review: Review, path: Path, who: str, *, remove: bool = False) -> ImportedStatements:
    """Notes what the file says otherwise than the log; `remove`: themes and findings that it does not hold are removed, and those that
    rest on less than before are noted, which else are held back.

    It counts from the next update or refresh on. Raises UserError, and notes nothing, where anything in it is not known.
    """
    read = read_statement_workbook(path) if _is_workbook(path) else read_statement_file(path)
    standing = list_statements(review)
    events: list[tuple[Event, str]] = []
    with reader(review.published_warehouse) as con:
        names = _Names(con, path, standing)
        _check_keys(read, standing, path)
        events += [(_state_theme(block, names), block.by or who) for block in read.theme]
        events += [(_state_finding(block, names), block.by or who) for block in read.finding]
        events += [(_assess(block, names), block.by or who) for block in read.confidence]
    events += [(_judge(block, review), block.by or who) for block in read.judgement]
    result = ImportedStatements()
    known = {_key(entry.event, entry.actor): entry for entry in _list_entries(standing)}
    for event, actor in events:
        before = known.get(_key(event, actor))
        if before is None:
            result.changed.append(f"new: {_describe(event)}")
        elif names.normalise(before.event) != names.normalise(event):
            gone = _list_gone(before.event, event, names)
            if gone and not remove and _count_parts(event) < _count_parts(before.event):
                result.held.append(f"{_describe(event)}, which would lose: {', '.join(gone)}")
                continue
            result.changed.append(f"changed: {_describe(event)}" + (f"; no more: {', '.join(gone)}" if gone else ""))
        else:
            continue
        review.log.append(event, actor)
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
    """Writes what stands, as far as `who` may see it, into a file that `import_statements` takes: TOML, or a workbook (.xlsx).

    Codes and segments are named as they are known now. Raises UserError where it cannot be written.
    """
    standing = hide_waiting(list_statements(review), review.protocol().protocol.synthesis.assessors, who)
    with reader(review.published_warehouse) as con:
        names = _Names(con, path, standing)
    standing = replace(
        standing,
        themes=[names.rename(e) for e in standing.themes],
        findings=[names.rename(e) for e in standing.findings],
    )
    with whole_file(path) as part:
        if path.suffix.lower() == ".xlsx":
            write_statement_workbook(part, standing, sorted(names.paths.values()))
        else:
            part.write_text(format_statements(standing), encoding="utf-8")
    return standing


def _is_workbook(path: Path) -> bool:
    """Whether it is one by what it begins with, whatever its name."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:  # said by who reads it
        return False


def list_statements(review: Review) -> Statements:
    """What stands in the log now."""
    return read_statements(review.log.entries(*EVENTS))


def confirm_confidence(review: Review, finding: str, who: str) -> list[Entry]:
    """Says that the confidence in a finding holds although what it rests on has changed: of one's own assessment, and of
    the consensus where one stands. Raises UserError where there is none."""
    with reader(review.published_warehouse) as con:
        evidence = _Names(con, review.root, Statements()).evidence.get(finding)
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
    """The codes and codings of the published copy by what people call them, and what findings rest on.

    What stands in the log already (`standing`) may be named as it is there, even where it is gone.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path, standing: Statements) -> None:
        self._path = path
        self._known = read_known(con)
        self._codes: dict[str, dict[str, CodeName]] = defaultdict(dict)
        self.paths: dict[str, str] = {}
        for code_id, code_path, name in con.execute(_CODES).fetchall():
            self.paths[code_id] = code_path
            for word in {code_path, name}:
                self._codes[word][code_id] = CodeName(code_id=code_id, path=code_path)
        self._codings = {
            coding_id: CodingName(coding_id=coding_id, document=document, path=code, coder=coder, quote=quote)
            for coding_id, document, code, coder, quote in con.execute(_CODINGS).fetchall()
        }
        self.evidence = {
            row[0]: Evidence(codings=tuple(row[1]), studies=tuple(row[2]), appraisal=row[3], retracted=tuple(row[4]))
            for row in con.execute(_BASIS).fetchall()
        }
        self._said_codes: dict[str, CodeName] = {}
        self._said_codings: dict[str, CodingName] = {}
        for entry in (*standing.themes, *standing.findings):
            for code in entry.event.codes if isinstance(entry.event, ThemeStated) else ():
                self._said_codes[code.path] = code
            for support in entry.event.support if isinstance(entry.event, FindingStated) else ():
                if support.code is not None:
                    self._said_codes[support.code.path] = support.code
                if support.coding is not None:
                    self._said_codings[support.coding.coding_id] = support.coding

    def find_code(self, word: str, where: str) -> CodeName:
        found = list(self._codes.get(word, {}).values())
        if not found and word in self._said_codes:
            return self._said_codes[word]
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
        if block.coding is not None and block.coding not in self._codings and block.coding in self._said_codings:
            return self._said_codings[block.coding]
        if block.coding is not None:
            found = [self._codings[block.coding]] if block.coding in self._codings else []
        else:
            words = _squeeze(block.quote)
            found = [
                coding
                for coding in self._codings.values()
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

    def rename(self, entry: Entry) -> Entry:
        """A theme or finding with its codes and segments as they are known now; what is gone as it was named."""
        match entry.event:
            case ThemeStated() as theme:
                codes = tuple(self._name_code(code) for code in theme.codes)
                return replace(entry, event=theme.model_copy(update={"codes": codes}))
            case FindingStated() as finding:
                support = tuple(
                    line.model_copy(
                        update={
                            "code": line.code and self._name_code(line.code),
                            "coding": line.coding and self._name_coding(line.coding),
                        }
                    )
                    for line in finding.support
                )
                return replace(entry, event=finding.model_copy(update={"support": support}))
        return entry

    def normalise(self, event: Event) -> dict[str, Any]:
        """What an event says, whichever ids and paths say it; without what a finding rested on, which nobody says."""
        said = event.model_dump(exclude={"evidence"})
        if isinstance(event, ThemeStated):
            said["codes"] = [self._name_code(code).code_id for code in event.codes]
        if isinstance(event, FindingStated):
            said["support"] = [
                (
                    line.stance,
                    line.code and self._name_code(line.code).code_id,
                    line.coding and self._name_coding(line.coding).coding_id,
                )
                for line in event.support
            ]
        return {key: _plain(value) if isinstance(value, str) else value for key, value in said.items()}

    def rename_codes(self, theme: ThemeStated) -> list[str]:
        """The paths of a theme's codes, as they are known now."""
        return [self._name_code(code).path for code in theme.codes]

    def describe_support(self, finding: FindingStated) -> list[str]:
        """Each line of a finding's support in words."""
        return [
            f"{line.stance} by the code '{self._name_code(line.code).path}'"
            if line.code is not None
            else f"{line.stance} by '{_squeeze(line.coding.quote if line.coding else '')[:60]}'"
            for line in finding.support
        ]

    def _name_code(self, code: CodeName) -> CodeName:
        now, _ = self._known.find_code(code)
        return code if now is None else CodeName(code_id=now, path=self.paths[now])

    def _name_coding(self, coding: CodingName) -> CodingName:
        now, _ = self._known.find_coding(coding)
        return coding if now is None else self._codings[now]


def _plain(text: str) -> str:
    """A text without what a cell does not hold: control characters, line ends of Windows, blanks at its ends."""
    return "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c in "\n\t" or ord(c) >= 32).strip()


def _squeeze(text: str | None) -> str:
    return " ".join((text or "").split())


def _check_keys(read: StatementFile, standing: Statements, path: Path) -> None:
    """Raises UserError where a block names a theme or finding that is neither in the file nor in the log."""
    themes = {block.id for block in read.theme} | {_key(entry.event, "")[1] for entry in standing.themes}
    findings = {block.id for block in read.finding} | {_key(entry.event, "")[1] for entry in standing.findings}
    named = [(t.describe(f"theme '{t.id}'", "parts"), "theme", part) for t in read.theme for part in t.parts]
    named += [(f.describe(f"finding '{f.id}'", "themes"), "theme", theme) for f in read.finding for theme in f.themes]
    named += [(c.place("finding") or "[[confidence]]", "finding", c.finding) for c in read.confidence]
    for j in read.judgement:
        kind, key = ("theme", j.theme) if j.theme else ("finding", j.finding or "")
        named.append((j.place(kind) or "[[judgement]]", kind, key or ""))
    for where, kind, key in named:
        known = themes if kind == "theme" else findings
        if key not in known:
            raise UserError(f"{where}: no {kind} is called '{key}'", path=path, hint=did_you_mean(key, known))


def _state_theme(block: ThemeBlock, names: _Names) -> ThemeStated:
    where = block.describe(f"theme '{block.id}'", "codes")
    return ThemeStated(
        theme_id=block.id, name=block.name, level=block.level, statement=block.statement,
        codes=tuple(names.find_code(word, where) for word in block.codes), parts=tuple(block.parts),
    )  # fmt: skip


def _state_finding(block: FindingBlock, names: _Names) -> FindingStated:
    about = f"finding '{block.id}'"
    support = tuple(
        Support(stance=line.stance, code=names.find_code(line.code, line.describe(about, "code")))
        if line.code is not None
        else Support(
            stance=line.stance,
            coding=names.find_coding(line, line.describe(about, "coding" if line.coding else "quote")),
        )
        for line in block.support
    )
    return FindingStated(
        finding_id=block.id, sentence=block.finding, plain=block.plain, themes=tuple(block.themes), support=support
    )


def _assess(block: ConfidenceBlock, names: _Names) -> ConfidenceAssessed:
    if block.finding not in names.evidence:
        raise UserError(
            f"{block.place('finding') or '[[confidence]]'}: finding '{block.finding}' is not published yet: what it rests on is not known",
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


def _count_parts(event: Event) -> int:
    """How many codes, parts, themes and lines of support it names."""
    if isinstance(event, ThemeStated):
        return len(event.codes) + len(event.parts)
    return len(event.support) + len(event.themes) if isinstance(event, FindingStated) else 0


def _list_gone(before: Event, now: Event, names: _Names) -> list[str]:
    """The codes, parts, themes and support that were named and are no more, in words."""
    if isinstance(before, ThemeStated) and isinstance(now, ThemeStated):
        codes = [code for code in names.rename_codes(before) if code not in names.rename_codes(now)]
        return [f"code '{code}'" for code in codes] + [
            f"part '{part}'" for part in before.parts if part not in now.parts
        ]
    if isinstance(before, FindingStated) and isinstance(now, FindingStated):
        lines = [line for line in names.describe_support(before) if line not in names.describe_support(now)]
        return lines + [f"theme '{theme}'" for theme in before.themes if theme not in now.themes]
    return []


def _describe(event: Event) -> str:
    key = _key(event, "")
    return (
        f"{key[0]} '{key[1]}'" if key[0] in ("theme", "finding") else f"{key[0]} on {' '.join(filter(None, key[1:]))}"
    )

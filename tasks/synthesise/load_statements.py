"""Write themes, findings, confidence and judgements as they stand, with the codes and codings that they name as known now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import duckdb

from schemas.event_synthesis import CodeName, CodingName, ConfidenceAssessed, FindingStated, StudyJudged, ThemeStated
from schemas.problem import Problem
from tasks.synthesise.statements import Statements
from warehouse.write import replace_rows

_CODES = "SELECT code_id, path FROM main.code"
#: Codes that were ruled to be the same as another, each with that one.
_SAME = "SELECT DISTINCT delivered_as, known_as FROM core.element_identity WHERE element = 'code' AND delivered_as <> known_as"
_CODINGS = """
SELECT g.coding_id, d.name AS document, k.path, g.coder, g.quote
FROM main.coding_final AS g JOIN main.document AS d USING (document_id) JOIN main.code AS k USING (code_id)
ORDER BY g.coding_id
"""
#: Codings that count once with another one, each with the one that counts.
_ALIKE = """
SELECT g.coding_id, min(f.coding_id)
FROM main.coding AS g
JOIN core.left_out_coding USING (coding_id)
JOIN main.coding_final AS f
    ON f.document_id = g.document_id AND f.code_id = g.code_id AND f.start_char = g.start_char AND f.end_char = g.end_char
GROUP BY g.coding_id
UNION ALL
SELECT id, into_id FROM core.set_aside WHERE element = 'coding' AND into_id IS NOT NULL
"""
_MERGED = "SELECT id, into_id FROM core.set_aside WHERE element = 'code' AND into_id IS NOT NULL"


@dataclass
class Known:
    """The codes and codings that count now, by what a statement may name them."""

    codes: dict[str, str]
    codings: dict[tuple[str | None, ...], str]
    code_ids: set[str]
    coding_ids: set[str]
    alike: dict[str, str]
    same: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)

    def find_code(self, code: CodeName) -> tuple[str | None, str | None]:
        """The code's id now, and by what it was found: id, merge or path; none where it is gone."""
        if code.code_id in self.code_ids:
            return code.code_id, "id"
        if self.same.get(code.code_id) in self.code_ids:
            return self.same[code.code_id], "ruled the same"
        if code.code_id in self.merged:
            return self.merged[code.code_id], "merge"
        found = self.codes.get(code.path)
        return found, "path" if found else None

    def find_coding(self, coding: CodingName) -> tuple[str | None, str | None]:
        """The coding's id now, and by what it was found; none where it is gone.

        By its id; as another coder's on the same segment; by code and quote; by the quote, whatever the code.
        """
        if coding.coding_id in self.coding_ids:
            return coding.coding_id, "id"
        if coding.coding_id in self.alike:
            return self.alike[coding.coding_id], "same segment and code"
        for by, key in (
            ("code and quote", (coding.document, coding.path, coding.coder, coding.quote)),
            ("quote", (coding.document, coding.quote)),
        ):
            if coding.quote and key in self.codings:
                return self.codings[key], by
        return None, None


def read_known(con: duckdb.DuckDBPyConnection) -> Known:
    """What counts now. A path or quote that stands several times leads to the first; one that two codes bear to none."""
    by_path: dict[str, list[str]] = defaultdict(list)
    codes = con.execute(_CODES).fetchall()
    for code_id, path in codes:
        by_path[path].append(code_id)
    codings: dict[tuple[str | None, ...], str] = {}
    rows = con.execute(_CODINGS).fetchall()
    for coding_id, document, path, coder, quote in rows:
        codings.setdefault((document, path, coder, quote), coding_id)
        codings.setdefault((document, quote), coding_id)
    unique = {path: ids[0] for path, ids in by_path.items() if len(ids) == 1}
    return Known(
        unique,
        codings,
        {code_id for code_id, _ in codes},
        {row[0] for row in rows},
        dict(con.execute(_ALIKE).fetchall()),
        dict(con.execute(_SAME).fetchall()),
        dict(con.execute(_MERGED).fetchall()),
    )


def write_statements(con: duckdb.DuckDBPyConnection, statements: Statements) -> list[Problem]:
    """Replaces what the warehouse holds of them; a warning for each code or coding that is named and gone."""
    known = read_known(con) if statements.themes or statements.findings else Known({}, {}, set(), set(), {})
    themes = [(entry, entry.event) for entry in statements.themes if isinstance(entry.event, ThemeStated)]
    findings = [(entry, entry.event) for entry in statements.findings if isinstance(entry.event, FindingStated)]
    confidence = [(entry, e) for entry in statements.confidence if isinstance(e := entry.event, ConfidenceAssessed)]
    theme_ids, finding_ids = {theme.theme_id for _, theme in themes}, {finding.finding_id for _, finding in findings}
    codes = [(theme.theme_id, code.path, known.find_code(code)[0]) for _, theme in themes for code in theme.codes]
    support = [row for _, finding in findings for row in _list_support(finding, known)]
    rows: dict[str, Sequence[Sequence[object]]] = {
        "core.theme": [
            (t.theme_id, n, t.name, t.level, t.statement, e.actor, e.at, e.seq) for n, (e, t) in enumerate(themes, start=1)
        ],
        "core.theme_code": codes,
        "core.theme_part": [(t.theme_id, part) for _, t in themes for part in t.parts if part in theme_ids],
        "core.finding": [
            (f.finding_id, n, f.sentence, f.plain, e.actor, e.at, e.seq) for n, (e, f) in enumerate(findings, start=1)
        ],
        "core.finding_theme": [(f.finding_id, theme) for _, f in findings for theme in f.themes if theme in theme_ids],
        "core.finding_support": support,
        "core.confidence": [
            (
                c.finding_id, e.actor, c.consensus, c.level, c.explanation, e.at, e.seq, list(c.evidence.codings),
                list(c.evidence.studies), c.evidence.appraisal, list(c.evidence.retracted),
            )
            for e, c in confidence if c.finding_id in finding_ids
        ],
        "core.confidence_component": [
            (c.finding_id, e.actor, c.consensus, name, part.concern, part.explanation)
            for e, c in confidence if c.finding_id in finding_ids for name, part in c.components.items()
        ],
        "core.study_judgement": [
            (j.report_id, j.what, j.id, j.effect, j.reason, e.actor, e.at, e.seq)
            for e in statements.judgements if isinstance(j := e.event, StudyJudged)
        ],
    }  # fmt: skip
    for table, table_rows in rows.items():
        replace_rows(con, table, table_rows)
    lost = [
        f"theme '{theme}': its code '{path}' is in no project that counts"
        for theme, path, code in codes
        if code is None
    ]
    lost += [
        f"finding '{finding}': its support by the {element} {named} is gone; state it anew (living-review themes export)"
        for finding, _, _, element, named, known_as, _ in support
        if known_as is None
    ]
    return [Problem("", None, text, "warning") for text in lost]


def _list_support(finding: FindingStated, known: Known) -> Iterator[tuple[object, ...]]:
    for number, support in enumerate(finding.support, start=1):
        start = (finding.finding_id, number, support.stance)
        if support.code is not None:
            yield (*start, "code", f"'{support.code.path}'", *known.find_code(support.code))
        if support.coding is not None:
            named = f"'{support.coding.path}' in {support.coding.document}: {support.coding.quote or 'no text'}"
            yield (*start, "coding", named, *known.find_coding(support.coding))

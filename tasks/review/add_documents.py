"""Add documents: full texts of reports, taken in from where they lie, each linked to its report as far as it says which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import UserError
from schemas.event import Content
from schemas.event_synthesis import ProjectRuling, ReportLinked
from schemas.problem import Problem, problem_of
from tasks.review.bring_in import IncomingFile, bring_in
from tasks.review.judge import find_report
from tasks.review.manage_deliveries import find_delivery
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tasks.review.update import UpdateResult
from tasks.synthesise.document_file import read_document
from tasks.synthesise.load_documents import name_document
from warehouse.connect import reader
from warehouse.review import Review
from warehouse.snapshots import digest

_ADDED = """
SELECT f.name, d.name = f.name AS itself, f.characters, f.pages, f.report_id, r.title,
    (SELECT count(*) FROM document_file AS o WHERE o.report_id = f.report_id) - 1 AS others,
    (SELECT count(*) FROM core.document_standing AS s WHERE s.replaced_by = f.arrival_id) AS replaced
FROM core.document_standing AS n
JOIN core.document AS d USING (arrival_id)
JOIN document_file AS f ON f.document_id = n.known_as
LEFT JOIN report AS r USING (report_id)
WHERE d.document_id = ?
"""


@dataclass(frozen=True)
class AddedDocument:
    """A full text that was taken in. `file`: what was handed over; `name`: of the file of it that counts, which is `itself` or one that
    took its place; `others`: how many other full texts of its report count; `replaced`: whose place it took."""

    file: str
    name: str
    itself: bool
    characters: int | None
    pages: int | None
    report_id: str | None
    title: str | None
    others: int
    replaced: int

    @property
    def same_as(self) -> str:
        """The file of the same bytes that counts, where that is another one."""
        return self.name if self.itself and self.name != self.file else ""


def add_documents(
    review: Review, files: Sequence[Path], steps: Steps, who: str, *, replaces: str = "", report: str = ""
) -> tuple[list[AddedDocument], list[Problem], UpdateResult | None]:
    """Takes in full texts; those that cannot be read are problems, and all others are taken.

    `replaces`: the delivery (name or id) whose place the one file takes, with all codings of it; `report`: what it is the text of.
    """
    if (replaces or report) and len(files) != 1:
        raise UserError("--replaces and --report are about one file; add it by itself")
    problems, good = [], []
    for path in files:
        try:
            read_document(path)
            good.append(path)
        except UserError as error:
            problems.append(problem_of(path.name, error))
    if not good:
        return [], problems, None
    if replaces:
        known = {delivery.arrival_id: delivery for delivery in read_state(review).deliveries}
        old = known[find_delivery(review, replaces).id]
        if old.content is not Content.DOCUMENT:
            raise UserError(f"'{replaces}' is no full text", path=review.root)
        review.log.append(ProjectRuling(sha256=digest(good[0]), replaces=(old.sha256,)), who)
    if report:
        report_id, _ = find_report(review, report)
        review.log.append(ReportLinked(what="document", id=name_document(digest(good[0])), report_id=report_id), who)
    result = bring_in(review, [IncomingFile(path, Content.DOCUMENT) for path in good], "documents add", steps)
    names = {f"documents/{path.name}" for path in good}
    problems += [problem for problem in result.problems if problem.name in names]
    with reader(review.published_warehouse) as con:
        added = [
            AddedDocument(path.name, *row)
            for path in good
            for row in con.execute(_ADDED, [name_document(digest(path))]).fetchall()
        ]
    return added, problems, result

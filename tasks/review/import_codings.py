"""Import codings: a QDA project that an analyst hands over, compared with those that count before it is taken in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.event import Content
from schemas.event_synthesis import ProjectRuling
from tasks.review.bring_in import IncomingFile, bring_in
from tasks.review.manage_deliveries import find_delivery
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tasks.review.update import UpdateResult
from tasks.synthesise.coding_file import read_codings
from tasks.synthesise.load_relations import describe_difference, read_rulings
from tasks.synthesise.mapping import read_mapping
from tasks.synthesise.project_content import describe_content, read_contents
from tasks.synthesise.refi_qda import QdaProject
from tasks.synthesise.relate_projects import Role, relate_projects
from warehouse.connect import DamagedError, reader, writer
from warehouse.review import Review
from warehouse.snapshots import digest

#: No arrival has it: a project that has not come in yet.
_NOT_YET = 2**62


@dataclass(frozen=True)
class ImportedProject:
    """What was handed over, and the result of the run that took it in. `name`: under which it came in; `known_as`: the names under
    which the same bytes had come in before."""

    project: QdaProject
    name: str
    result: UpdateResult
    known_as: tuple[str, ...] = ()


def import_codings(
    review: Review,
    path: Path,
    steps: Steps,
    *,
    mapping: Path | None = None,
    who: str | None = None,
    round: int | None = None,
    replaces: Sequence[str] = (),
    beside: bool = False,
) -> ImportedProject:
    """Takes in a project (.qdpx), codebook (.qdc), table of coded segments or EPPI-Reviewer's JSON; and a table
    that says which report each document is.

    `round`: at which time its coders coded it, where they had before. `replaces`: the deliveries, by name or id, whose place
    it takes; `beside`: it counts beside all others. Without either,
    what it holds decides. Raises UserError where it cannot be read, or what it is to the known projects is unclear.
    """
    project = read_codings(path, round=round)
    files = [IncomingFile(path, Content.CODING, who, round)]
    if mapping is not None:
        read_mapping(mapping)
        files.append(IncomingFile(mapping, Content.CODING, who))
    sha256 = digest(path)
    if replaces or beside:
        known = {delivery.arrival_id: delivery.sha256 for delivery in read_state(review).deliveries}
        replaced = tuple(known[find_delivery(review, which).id] for which in replaces)
        review.log.append(ProjectRuling(sha256=sha256, replaces=replaced), who or "coding import")
    else:
        _check_relation(review, path, project, sha256)
    deliveries = read_state(review).deliveries if review.warehouse.exists() else []
    before = tuple(dict.fromkeys(d.name for d in deliveries if d.sha256 == sha256 and d.counts))
    result = bring_in(review, files, "coding import", steps)
    arrived = [delivery.name for delivery in read_state(review).deliveries if delivery.sha256 == sha256]
    return ImportedProject(project, arrived[-1], result, before)


@contextmanager
def open_whole(review: Review) -> Iterator[duckdb.DuckDBPyConnection]:
    """The team's copy, for who hands a file over; the copy for everybody for somebody who may not open it."""
    with ExitStack() as stack:
        try:
            con = stack.enter_context(reader(review.private_warehouse))
        except UserError:
            con = stack.enter_context(reader(review.published_warehouse))
        yield con


def _check_relation(review: Review, path: Path, project: QdaProject, sha256: str) -> None:
    """Raises UserError, with what differs from each, where it is unclear which project this is a delivery of."""
    state = read_state(review)
    rulings = read_rulings(state.entries(ProjectRuling))
    if sha256 in rulings or not review.warehouse.exists():
        return
    counting = [
        d.arrival_id for d in state.deliveries if d.content is Content.CODING and d.counts and d.sha256 != sha256
    ]
    try:
        with writer(review.warehouse) as con:
            contents = [*read_contents(con, counting), describe_content(project, _NOT_YET, sha256, path.name)]
            relation = relate_projects(contents, rulings)[-1]
    except (DamagedError, duckdb.Error):  # derived anew by the run that takes the file in, which tells what is unclear
        return
    if relation.role is Role.UNCLEAR:
        differences = "; ".join(f"against {c.old.file_name}: {describe_difference(c)}" for c in relation.comparisons)
        raise UserError(
            f"may be a newer export of a known project, or a copy beside it ({relation.why}); {differences}",
            path=path,
            hint=f"--replaces {relation.comparisons[0].old.file_name} where it takes its place; --beside where both count",
        )

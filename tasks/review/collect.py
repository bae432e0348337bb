"""Collect: log the files in the drop folders, and the notes beside them. The files stay where they are.

A file is taken when its name is new, or its bytes are others than the last ones under that name. Then

- of decisions, sheets and lists, the newest file of a name takes the place of the one before;
- of full texts too, if the two are states of one text, or the old one could not be read; else both count;
- of QDA projects too, if the old one could not be read; else what the two hold decides, when the warehouse is derived, since
  two colleagues' projects often bear one name;
- of exports too, if at least half of the old file's records are in the new one (it is the same search, exported again), or
  the old one could not be read. Else both count, since a search whose file somebody wrote over was a search all the same;
- a file whose bytes lay under another name, which is gone, was moved: the old name no longer counts. The same where one of
  two copies is gone: the one that is left takes its place.

A file that is gone still counts, with a warning, until it is withdrawn, or restored, which means: count it without a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import polars as pl

from schemas.errors import UserError
from schemas.event import Arrival, Content, Note, Withdrawal
from schemas.problem import Problem, problem_of
from tasks.load.open_exports import open_exports
from tasks.review.check_files import (
    check_folder,
    comes_from_drop_folder,
    find_copied_decisions,
    find_doubtful_files,
    find_missing_files,
    read_notes,
)
from tasks.review.state import ReviewState, read_state
from tasks.synthesise.coding_file import TABLES, is_readable
from tasks.synthesise.document_file import is_newer_state
from warehouse.conflicted_copies import find_copies_beside_the_log
from warehouse.connect import writer
from warehouse.deliveries import Delivery, State, find_newest_by_name
from warehouse.dropfolder import DropFolders, DroppedFile, list_drop_folders
from warehouse.log import Entry
from warehouse.review import Review
from warehouse.snapshots import digest

ACTOR = "update"
SAME_SEARCH = 0.5
"""The share of an export's records that a newer file of its name holds, if it is the same search exported again."""


@dataclass
class CollectResult:
    """What was found: `new` files by their place in the log, `moved` ones (old name, new name), how many are `known`, and problems."""

    new: list[Entry] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


def keep_protocol(review: Review) -> None:
    """Stores and logs review.toml, where it differs from the last protocol in the log."""
    sha256 = digest(review.protocol_path)
    last = [entry.event for entry in review.log.entries(Arrival) if _is_protocol(entry)]
    if not last or last[-1].sha256 != sha256:  # type: ignore[union-attr]  # arrivals only
        kept, size = review.snapshots.add(review.protocol_path, name="review.toml")
        review.log.append(Arrival(name="review.toml", content=Content.PROTOCOL, sha256=kept, size=size), ACTOR)


def collect(review: Review) -> CollectResult:
    """Takes every file in the drop folders that is not known yet, and every note; call after `keep_protocol`."""
    state, found = read_state(review), list_drop_folders(review.root)
    collected = CollectResult(problems=[*found.problems, *find_copies_beside_the_log(review.root, review.log)])
    by_name = find_newest_by_name(state.deliveries)
    present = {file.name for file in found.files}
    for file in found.files:
        problem = check_folder(file, state)
        if problem:
            collected.problems.append(problem)
            continue
        try:
            sha256 = digest(file.path)
        except OSError as error:
            collected.problems.append(Problem(file.name, None, f"cannot be read: {error.strerror or error}"))
            continue
        before = by_name.get(file.name)
        if before is not None and before.sha256 == sha256 and before.state is not State.MOVED:
            collected.known += 1
            continue
        try:
            _take_file(state, file, sha256, present, collected)
        except UserError as error:
            collected.problems.append(problem_of(file.name, error))
    _collect_notes(review, found, set(by_name) | present, collected)
    _forget_refused(state, present)
    _hand_over_to_copies(read_state(review), present, collected)
    after = read_state(review)
    collected.problems += find_missing_files(after.deliveries, present)
    collected.problems += [*find_doubtful_files(after), *find_copied_decisions(after.deliveries)]
    return collected


def _take_file(state: ReviewState, file: DroppedFile, sha256: str, present: set[str], collected: CollectResult) -> None:
    """Stores one file and logs its arrival, with the deliveries that it replaces."""
    review, known = state.review, state.deliveries
    same_name = [delivery for delivery in known if delivery.name == file.name and delivery.counts]
    moved = [
        delivery
        for delivery in known
        if delivery.counts
        and delivery.sha256 == sha256
        and comes_from_drop_folder(delivery)
        and delivery.name not in present
    ]
    kept, size = review.snapshots.add(file.path, name=file.name)
    replaced = [delivery for delivery in same_name if _replaces(review, file, kept, delivery)]
    arrival = Arrival(
        name=file.name, content=file.content, sha256=kept, size=size, stage=file.stage,
        source=file.folder if file.content is Content.EXPORT else None,
        replaces=tuple(dict.fromkeys(delivery.arrival_id for delivery in [*replaced, *moved])),
    )  # fmt: skip
    entry = review.log.append(arrival, ACTOR)
    collected.new.append(entry)
    for delivery in moved:
        review.log.append(Withdrawal(arrival=delivery.arrival_id, reason=f"moved to {file.name}", moved=True), ACTOR)
        collected.moved.append((delivery.name, file.name))


def _replaces(review: Review, file: DroppedFile, sha256: str, before: Delivery) -> bool:
    if file.content is Content.CODING and file.path.suffix.lower() not in TABLES:
        return not is_readable(review.snapshots.path(before.sha256), before.name)
    if file.content is Content.DOCUMENT:
        return is_newer_state(file.path, file.name, review.snapshots.path(before.sha256), before.name)
    if file.content is not Content.EXPORT:
        return True
    old = _titles(review, before.sha256, before.name)
    if not old:
        return True
    return len(old & _titles(review, sha256, file.name)) >= SAME_SEARCH * len(old)


def _titles(review: Review, sha256: str, name: str) -> set[str]:
    """What an export's records are called, letters and digits only; none where it cannot be read."""
    try:
        with open_exports(review.snapshots.path(sha256), name) as opened:
            frames = [batch.records for reading in opened.readings for batch in reading]
    except UserError:
        return set()
    named = pl.col("title").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return {str(title) for frame in frames for title in frame.select(pl.coalesce(named, "record_id")).to_series()}


def _collect_notes(review: Review, found: DropFolders, known_names: set[str], collected: CollectResult) -> None:
    """Logs the notes beside files that are new or changed, and those that were removed."""
    last: dict[str, Note] = {
        entry.event.name: entry.event for entry in review.log.entries(Note) if isinstance(entry.event, Note)
    }
    notes, problems = read_notes(review, found, known_names)
    collected.problems += problems
    for note in notes:
        if note.name not in last or last[note.name].sha256 != note.sha256:
            review.snapshots.add(found.notes[note.name], name=f"{note.name}.toml")
            review.log.append(note, ACTOR)
    for about, note in last.items():
        if note.sha256 is not None and about not in found.notes:
            review.log.append(Note(name=about, sha256=None), ACTOR)


def _forget_refused(state: ReviewState, present: set[str]) -> None:
    """Withdraws files that were refused whole and then removed: nothing of them counts, so no warning is needed."""
    gone = [
        delivery
        for delivery in state.deliveries
        if delivery.counts and comes_from_drop_folder(delivery) and delivery.name not in present
    ]
    if not gone or not state.review.warehouse.exists():
        return
    try:
        with writer(state.review.warehouse) as con:
            refused = {
                row[0]
                for row in con.execute("SELECT arrival_id FROM core.reading WHERE outcome = 'refused'").fetchall()
            }
    except (UserError, duckdb.Error):  # it is derived anew, and the next update knows
        return
    for delivery in gone:
        if delivery.arrival_id in refused and not delivery.restored:
            state.review.log.append(Withdrawal(arrival=delivery.arrival_id, reason="refused, and taken away"), ACTOR)


def _hand_over_to_copies(state: ReviewState, present: set[str], collected: CollectResult) -> None:
    """Lets a copy that still lies in its folder take the place of the file that counts and was taken away."""
    copies = {
        delivery.other: delivery.name
        for delivery in state.deliveries
        if delivery.state is State.REPEATED and delivery.name in present
    }
    for delivery in state.deliveries:
        copy = copies.get(delivery.arrival_id)
        if copy and delivery.counts and delivery.name not in present:
            withdrawal = Withdrawal(arrival=delivery.arrival_id, reason=f"its copy {copy} is left", moved=True)
            state.review.log.append(withdrawal, ACTOR)
            collected.moved.append((delivery.name, copy))


def _is_protocol(entry: Entry) -> bool:
    return isinstance(entry.event, Arrival) and entry.event.content is Content.PROTOCOL

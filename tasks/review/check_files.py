"""Check files: what is wrong with the files in the drop folders and the notes beside them, without taking or reading any."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.errors import UserError
from schemas.event import Content, Note
from schemas.problem import Problem, problem_of
from schemas.protocol import Protocol
from tasks.review.state import ReviewState
from warehouse.conflicted_copies import find_copies_beside_the_log
from warehouse.deliveries import Delivery, State
from warehouse.dropfolder import DropFolders, DroppedFile, list_drop_folders, read_note
from warehouse.review import Review
from warehouse.snapshots import digest


def check_dropfolders(state: ReviewState) -> list[Problem]:
    """What is wrong with the drop folders as they are now, without taking anything: for `status`."""
    found = list_drop_folders(state.review.root)
    present = {file.name for file in found.files}
    misplaced = [problem for file in found.files if (problem := check_folder(file, state))]
    _, noted = read_notes(state.review, found, {delivery.name for delivery in state.deliveries} | present)
    return [
        *found.problems,
        *find_copies_beside_the_log(state.review.root, state.review.log),
        *misplaced,
        *noted,
        *find_missing_files(state.deliveries, present),
        *find_doubtful_files(state),
        *find_copied_decisions(state.deliveries),
    ]


def find_missing_files(all_deliveries: Iterable[Delivery], present: set[str]) -> list[Problem]:
    """A warning for each file that counts and no longer lies in its folder, unless somebody said that it counts."""
    return [
        Problem(
            delivery.name, None,
            "is no longer in its folder; what came of it still counts "
            "(if it was moved, the next update sees it; else living-review deliveries withdraw "
            f"{delivery.arrival_id} takes it out, restore {delivery.arrival_id} keeps it)",
            "warning",
        )
        for delivery in all_deliveries
        if delivery.counts and not delivery.restored and comes_from_drop_folder(delivery) and delivery.name not in present
    ]  # fmt: skip


def find_doubtful_files(state: ReviewState) -> list[Problem]:
    """Warnings on deliveries: a source that the protocol does not have, the same file counting for two sources, and two
    files of one name that both count, until somebody restores one of them, which says that this is meant."""
    found = []
    counting: dict[str, Delivery] = {}
    by_name: dict[str, Delivery] = {}
    for delivery in state.deliveries:
        if delivery.state is State.NO_SOURCE and comes_from_drop_folder(delivery):
            found.append(
                Problem(
                    delivery.name, None,
                    f"does not count: its source '{delivery.source}' is not in review.toml (put it back there; or, if it was renamed: "
                    f"living-review deliveries rename {delivery.source} NEW; or: living-review deliveries withdraw {delivery.arrival_id})",
                    "warning",
                )
            )  # fmt: skip
        if delivery.counts and delivery.content is Content.EXPORT:
            earlier = by_name.setdefault(delivery.name, delivery)
            if earlier is not delivery and not (delivery.restored or earlier.restored):
                found.append(
                    Problem(
                        delivery.name, None,
                        f"holds other records than on {earlier.received_at:%Y-%m-%d}; both count, as two searches "
                        f"(living-review deliveries withdraw {earlier.arrival_id} takes out the earlier one, restore "
                        f"{earlier.arrival_id} says that both are meant)",
                        "warning",
                    )
                )  # fmt: skip
            other = counting.setdefault(delivery.sha256, delivery)
            if other is not delivery:
                found.append(
                    Problem(
                        delivery.name, None,
                        f"holds the same bytes as {other.name}, which counts for source '{other.source}', and counts for "
                        f"'{delivery.source}' too; if one of the two is in the wrong folder, take it away there, or: "
                        f"living-review deliveries withdraw {delivery.arrival_id} (or {other.arrival_id})",
                        "warning",
                    )
                )  # fmt: skip
    return found


def find_copied_decisions(all_deliveries: Iterable[Delivery]) -> list[Problem]:
    """A warning for each file of decisions whose bytes count at another stage too, unless somebody said that both are meant."""
    found = []
    counting: dict[str, Delivery] = {}
    for delivery in all_deliveries:
        if not delivery.counts or delivery.content is not Content.DECISIONS:
            continue
        other = counting.setdefault(delivery.sha256, delivery)
        if other.stage != delivery.stage and not (delivery.restored or other.restored):
            text = (
                f"holds the same bytes as {other.name}, which counts at {other.stage}, and counts at {delivery.stage} too; if one of "
                f"the two is in the wrong folder, take it away there and: living-review deliveries withdraw {delivery.arrival_id} "
                f"(or {other.arrival_id}); restore {delivery.arrival_id} says that both are meant"
            )
            found.append(Problem(delivery.name, None, text, "warning"))
    return found


def check_folder(file: DroppedFile, state: ReviewState) -> Problem | None:
    """The problem of an export that lies in no folder of a source; None where there is none."""
    sources = _source_folders(state.protocol, state.renamed)
    if file.content is not Content.EXPORT or file.folder in sources:
        return None
    known = {delivery.name for delivery in state.deliveries if delivery.name == file.name}
    if known:  # its source was taken out of the protocol, which find_doubtful_files reports
        return None
    text = (
        f"lies in no folder of a source of the protocol (folder: {file.folder or 'none'}; "
        f"sources: {', '.join(s.name for s in state.protocol.source)}); move it, or add the source to review.toml"
    )
    return Problem(file.name, None, text)


def read_notes(review: Review, found: DropFolders, known_names: set[str]) -> tuple[list[Note], list[Problem]]:
    """The notes that lie beside files as they are now, and what is wrong with the others."""
    notes: list[Note] = []
    problems: list[Problem] = []
    for about, path in found.notes.items():
        name = path.relative_to(review.root).as_posix()
        if about not in known_names:
            text = f"is a note about '{about}', and no file of that name is known"
            problems.append(Problem(name, None, text, "warning"))
            continue
        try:
            notes.append(read_note(path, about, digest(path)))
        except OSError as error:
            problems.append(Problem(name, None, f"cannot be read: {error.strerror or error}"))
        except UserError as error:
            problems.append(problem_of(name, error))
    return notes, problems


def _source_folders(protocol: Protocol, renamed: dict[str, str]) -> set[str]:
    names = {source.name for source in protocol.source}
    return names | {old for old, new in renamed.items() if new in names}


def comes_from_drop_folder(delivery: Delivery) -> bool:
    return delivery.content not in (Content.PROTOCOL, Content.PAGE, Content.NOTICE_PAGE, Content.OPEN_TEXT)

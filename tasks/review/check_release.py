"""Whether a release is still what was released, and whether today's log and program give its numbers again."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tasks.publish.release_tables import compare_rows, compare_shapes, open_views, quoted, select_released
from tasks.review.as_of import find_moment, past_copy
from tasks.review.basis import program_basis
from warehouse.releases import find_damage, find_folder, read_release
from warehouse.review import Review


@dataclass
class ReleaseCheck:
    """What was found about a release. `damage`: files that are not as they were; `unlike`: tables whose DuckDB, Parquet and CSV do not
    say the same; `differing`: tables that are derived otherwise today; `same_program`: whether the program that wrote it is the one
    that derived them."""

    number: int
    damage: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    same_program: bool = True


def check_release(review: Review, number: int, *, derive: bool = True) -> ReleaseCheck:
    """Checks the files of a release, and where they are whole, compares its tables' shapes with each other, derives its version anew and
    compares every table, row for row: what Parquet says is what DuckDB and CSV say.

    Raises UserError where there is no such release, or its version cannot be derived.
    """
    folder = find_folder(review, number)
    check = ReleaseCheck(number, find_damage(review, number))
    if check.damage or not derive:
        return check
    released = read_release(folder)
    check.unlike = compare_shapes(folder)
    check.same_program = released.program == program_basis()
    with past_copy(review, find_moment(review, str(number))) as copy:
        check.differing = compare_tables(copy, folder / "parquet", released.withheld)
    return check


def compare_tables(copy: Path, parquet: Path, withheld: tuple[str, ...]) -> list[str]:
    """A line for each table that a masked copy shows otherwise than the Parquet files of a release."""
    files = {path.stem: path for path in parquet.glob("*.parquet")}
    with open_views(copy) as (con, views):
        found = [f"{view} is no table of this program" for view in sorted(files.keys() - views)]
        found += [f"{view} was no table of the release" for view in sorted(set(views) - files.keys())]
        for view in sorted(files.keys() & views):
            released, derived = f"read_parquet('{quoted(files[view])}')", f"({select_released(view, withheld)})"
            rows = {"the release": released, "what is derived today": derived}
            if line := compare_rows(con, rows):
                found.append(f"{view}: {line}")
    return sorted(found)

"""Whether a release is still what was released, and whether today's log and program give its numbers again."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.words import counted
from tasks.publish.release_tables import open_views, quoted, select_released
from tasks.review.as_of import find_moment, past_copy
from tasks.review.basis import program_basis
from warehouse.releases import find_damage, folder_of, list_numbers, read_release
from warehouse.review import Review


@dataclass
class ReleaseCheck:
    """What was found about a release. `damage`: files that are not as they were; `differing`: tables that are derived otherwise
    today; `same_program`: whether the program that wrote it is the one that derived them."""

    number: int
    damage: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    same_program: bool = True


def check_release(review: Review, number: int, *, derive: bool = True) -> ReleaseCheck:
    """Checks the files of a release, and where they are whole, derives its version anew and compares every table, row for row.

    Raises UserError where there is no such release, or its version cannot be derived.
    """
    folder = folder_of(review, number)
    if not folder.is_dir():
        there = ", ".join(map(str, list_numbers(review))) or "none"
        raise UserError(f"there is no release {number}", path=review.root, hint=f"releases: {there}")
    check = ReleaseCheck(number, find_damage(folder))
    if check.damage or not derive:
        return check
    released = read_release(folder)
    if released.number != number:
        check.damage.append(f"it says that it is release {released.number}")
        return check
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
            here = f"({select_released(view, withheld)})"
            there = f"read_parquet('{quoted(files[view])}')"
            if line := _compare(con, here, there):
                found.append(f"{view}: {line}")
    return sorted(found)


def _compare(con: duckdb.DuckDBPyConnection, here: str, there: str) -> str:
    """What differs between the rows of two relations; empty where they have the same."""
    columns, before = (
        {name: kind for name, kind, *_ in con.execute(f"DESCRIBE FROM {rows}").fetchall()} for rows in (here, there)
    )
    if columns != before:
        names = sorted(name for name in columns.keys() | before.keys() if columns.get(name) != before.get(name))
        return f"other columns: {', '.join(names)}"
    shown = ", ".join(f'"{name}"' for name in columns)
    counts = [
        con.execute(f"SELECT count(*) FROM (SELECT {shown} FROM {one} EXCEPT ALL SELECT {shown} FROM {other})").fetchall()[0][0]  # noqa: S608
        for one, other in ((there, here), (here, there))
    ]  # fmt: skip
    if not any(counts):
        return ""
    return f"{counted(counts[0], 'row')} of the release {'is' if counts[0] == 1 else 'are'} not derived today, {counts[1]:,} otherwise"

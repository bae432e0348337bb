"""Release: a version of the review as a folder that stands for itself, to be kept and passed on; never written a second time."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import duckdb

from schemas.dictionary import markdown
from schemas.errors import UserError
from schemas.event import Release
from schemas.protocol import Protocol
from tasks.publish.appraisal import bars_figure, lights_figure
from tasks.publish.checklist import frame_items, list_checklists, list_fitting, load_checklist
from tasks.publish.prisma import prisma_flow
from tasks.publish.release_about import About, citation, crate, data_contract
from tasks.publish.release_changes import write_changes
from tasks.publish.release_protocol import withhold_places
from tasks.publish.release_tables import write_tables
from tasks.publish.sources import overlap_figure, sources_figure
from tasks.publish.synthesis_figures import drift_figure, saturation_figure
from tasks.publish.tables import to_csv
from tasks.review.as_of import find_event_as_of, find_moment, past_copy
from tasks.review.basis import program_basis
from tasks.review.export_codings import export_codebook
from tasks.review.read_checklist import read_checklists
from tasks.review.state import ReviewState, read_state
from tasks.synthesise.study_tables import table_1, table_2
from warehouse.connect import reader
from warehouse.releases import (
    ABOUT,
    REPORTING,
    ReleaseFolder,
    find_damage,
    find_folder,
    folder_of,
    hash_files,
    is_noted,
    list_numbers,
    list_releases,
    new_release,
    note_release,
    read_release,
    write_sums,
)
from warehouse.review import Review

__all__ = ["ReleaseFolder", "list_releases", "write_release"]

_FULL = ("No space left", "Disk quota exceeded", "File too large")
#: What each file is that is no table.
_DESCRIBED = {
    "warehouse.duckdb": "Every table of the release in one DuckDB file",
    "prisma": "The PRISMA 2020 flow diagram",
    "overlap": "Reports that several sources found",
    "sources": "The records that each search was the first to find",
    "saturation": "Codes by number of studies",
    "drift": "The studies behind each theme, version by version",
    "table_1": "Table 1: characteristics of the included studies",
    "table_3": "Table 3: themes with codes and quotes",
    "reporting.json": "The reporting checklists as they are filled, with what is still open",
    "codebook.qdc": "The codebook (REFI-QDA)",
    "review.toml": "The protocol as it was",
    "data-dictionary.md": "What each table and column means",
    "changes.csv": "What changed since the release before: added, removed and changed rows, by key",
    "CITATION.cff": "How to cite this release",
    "datacontract.yaml": "What the tables promise (Open Data Contract Standard)",
}


def find_last_version(review: Review) -> int:
    """The number of the last version. Raises UserError where none was published."""
    numbers = [entry.event.number for entry in review.log.entries(Release) if isinstance(entry.event, Release)]
    if not numbers:
        raise UserError("no version was published yet", path=review.root, hint="run: living-review update")
    return max(numbers)


def find_version_as_of(review: Review, as_of: str) -> int:
    """The version of this number, or the last one that was published by this moment. Raises UserError where there is none."""
    upto, version = find_event_as_of(review, as_of)
    if version is not None:
        return version
    by_then = [e.event.number for e in review.log.entries(Release, upto=upto) if isinstance(e.event, Release)]
    if not by_then:
        raise UserError(f"no version was published by {as_of}", path=review.root)
    return max(by_then)


def open_release(review: Review, number: int) -> ReleaseFolder:
    """The release of this number, its tables as they were. Raises UserError where there is none, it cannot be read, or a table is
    missing, another or too many."""
    release = read_release(find_folder(review, number))
    if not _has_its_tables(review, release.folder):
        raise UserError(
            "its tables are not what was released",
            path=release.folder,
            hint=f"living-review release check {number} says more",
        )
    return release


def write_release(review: Review, number: int) -> tuple[ReleaseFolder, bool]:
    """Writes the release of a version, and returns it; False where it was there, and is as it was.

    The caller holds the review's lock. Raises UserError where there is no such version, where a release of it is damaged, or where
    it cannot be written.
    """
    folder = folder_of(review, number)
    if folder.exists():
        if damage := find_damage(review, number):
            raise UserError(
                f"is no longer what was released: {damage[0]}",
                path=folder,
                hint="restore it from a backup; or move it away, and it is written again",
            )
        return read_release(folder), False
    moment = find_moment(review, str(number))
    state = read_state(review, moment.upto)
    # By the protocol of then and the one of today: what may not be passed on now is not, whatever was said then.
    today = review.protocol().protocol.release.withheld
    withheld = tuple(dict.fromkeys((*state.protocol.release.withheld, *today)))
    try:
        with past_copy(review, moment) as copy, new_release(review, number) as fresh:
            _fill(fresh, state, copy, number, withheld)
            note_release(review, number, fresh)
    except duckdb.Error as error:
        if any(words in str(error) for words in _FULL):
            raise UserError(
                "cannot be written: the disk is full", path=folder, hint="free some space, then run again"
            ) from None
        raise
    return read_release(folder), True


def _fill(fresh: Path, state: ReviewState, copy: Path, number: int, withheld: tuple[str, ...]) -> None:
    """Writes all files of a release into its folder."""
    review = state.review
    event, released_at = next(
        (e.event, e.at)
        for e in review.log.entries(Release)
        if isinstance(e.event, Release) and e.event.number == number
    )
    about = About(review.log.review_id() or "", number, released_at, state.protocol)
    write_tables(copy, fresh, withheld)
    with reader(copy) as con:
        _write_pictures_and_tables(con, fresh, about)
        _write_reporting(con, fresh, state.protocol)
    written = state.protocol_file.read_text(encoding="utf-8-sig")
    _write(fresh / "review.toml", withhold_places(written, state.protocol))
    _write(fresh / "data-dictionary.md", markdown(base_tables=False))
    before = _find_previous(review, number)
    write_changes(None if before is None else folder_of(review, before), fresh, fresh / "changes.csv", withheld)
    views = sorted(path.stem for path in (fresh / "parquet").iterdir())
    _write(fresh / "CITATION.cff", citation(about))
    _write(fresh / "datacontract.yaml", data_contract(about, views, withheld))
    names = [file.name for file in hash_files(fresh)]
    described = _DESCRIBED | {name: load_checklist(name).title for name in list_checklists()}
    _write(fresh / "ro-crate-metadata.json", crate(about, fresh, names, described))
    released = ReleaseFolder(
        number=number, folder=fresh, title=about.title, released_at=released_at, previous=before, as_of=event.upto,
        program=program_basis(), withheld=withheld, included_reports=len(event.included),
        included_studies=len({study for _, study in event.included}), files=tuple(hash_files(fresh)),
    )  # fmt: skip
    _write(fresh / ABOUT, json.dumps(released.as_data(), ensure_ascii=False, indent=1) + "\n")
    write_sums(fresh)


def _find_previous(review: Review, number: int) -> int | None:
    """The release before, of those whose tables are as they were: one that is damaged stops no release after it."""
    earlier = sorted((n for n in list_numbers(review) if n < number), reverse=True)
    return next((n for n in earlier if _has_its_tables(review, folder_of(review, n))), None)


def _has_its_tables(review: Review, folder: Path) -> bool:
    try:
        said = {file.name: file.sha256 for file in read_release(folder).files}
        if not is_noted(review, folder):
            return False
    except (UserError, OSError):
        return False
    there = {f"parquet/{file.name}": file.sha256 for file in hash_files(folder / "parquet")}
    return there == {name: sha256 for name, sha256 in said.items() if name.startswith("parquet/")}


def _write_pictures_and_tables(con: duckdb.DuckDBPyConnection, fresh: Path, about: About) -> None:
    """Writes the flow diagram, the figures, tables 1 to 3 and the codebook: of what there is."""
    flow = prisma_flow(con, about.title)
    for shape in ("svg", "png", "csv", "json"):
        (fresh / f"prisma.{shape}").write_bytes(flow.render(shape))
    figures, tables = fresh / "figures", fresh / "tables"
    figures.mkdir()
    tables.mkdir()
    _write(figures / "overlap.svg", overlap_figure(con))
    _write(figures / "sources.svg", sources_figure(con))
    if about.protocol.extraction.field:
        _write(tables / "table_1.csv", to_csv(table_1(con)))
    for (checklist,) in con.execute("SELECT DISTINCT checklist FROM checklist_item ORDER BY 1").fetchall():
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", checklist)
        _write(tables / f"table_2-{name}.csv", to_csv(table_2(con, checklist)))
        _write(figures / f"appraisal-{name}.svg", lights_figure(con, checklist))
        _write(figures / f"appraisal-{name}-bars.svg", bars_figure(con, checklist))
    _write(tables / "table_3.csv", to_csv(con.sql("FROM table_3 ORDER BY ALL").pl()))
    if con.execute("SELECT 1 FROM code LIMIT 1").fetchall():
        export_codebook(con, fresh / "codebook.qdc")
        _write(figures / "saturation.svg", saturation_figure(con))
        _write(figures / "drift.svg", drift_figure(con))


def _write_reporting(con: duckdb.DuckDBPyConnection, fresh: Path, protocol: Protocol) -> None:
    """Writes the reporting checklists that fit the review, each as a table, and all as data."""
    filled = read_checklists(con, protocol, list_fitting(protocol))
    data = []
    for name, items in filled.items():
        checklist = load_checklist(name)
        _write(fresh / "tables" / f"{name}.csv", to_csv(frame_items(items)))
        data.append(
            {"name": name, "title": checklist.title, "cite": checklist.cite, "items": [asdict(item) for item in items]}
        )
    _write(fresh / REPORTING, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")

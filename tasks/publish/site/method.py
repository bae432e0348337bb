"""How the review is done: its searches, what a machine did, its versions, and what can be taken from it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

from tasks.publish.site.build import Site
from tasks.publish.site.changes import read_changes
from tasks.publish.site.copy import query
from tasks.publish.site.downloads import offered_files
from tasks.publish.site.evidence import Row, group
from tasks.publish.site.flow import name_box
from tasks.publish.site.paging import split, weigh
from tasks.publish.site.render import HERE, Page, show_day

#: Versions whose numbers stand side by side on a page; the table for download has all.
_COLUMNS = 12
#: The columns of a reporting checklist as a table.
_REPORTED = ("item", "heading", "asks", "status", "reported", "missing", "rows", "where")
_NO_NEWS: dict[str, Any] = {
    "version": None, "amendments": None, "sources": [], "changes": [], "included": [], "no_longer_included": [], "retractions": [],
}  # fmt: skip


def search_pages(site: Site) -> Iterator[Page]:
    """Each source with its searches and strategies."""
    sources = site.copy.rows("sources")
    searches = group(site.copy.rows("searches"), "source")
    rows = [
        {**row, "runs": (runs := searches.get(row["source"], [])), "strategies": list_strategies(runs)}
        for row in sources
    ]
    for sheet in split(
        rows,
        "searches",
        lambda row: weigh(*(run["strategy"] for run in row["strategies"]), markup=600 + 500 * len(row["runs"])),
    ):
        yield Page(
            sheet.name,
            "searches.html",
            {"sheet": sheet, "sources": sources, "has_reporting": bool(site.facts.reporting)},
        )


def reporting_pages(site: Site) -> Iterator[Page]:
    """The reporting checklists, and for each a page, and a table with all that is reported."""
    if site.facts.reporting:
        yield Page("reporting.html", "reporting.html", {"reporting": site.facts.reporting})
    for one in site.facts.reporting:
        rows = [{name: item.get(name) for name in _REPORTED} for item in one.items]
        site.write_table(
            f"downloads/reporting-{one.name}.csv", pl.DataFrame(rows, schema=dict.fromkeys(_REPORTED, pl.String))
        )
        yield Page(f"reporting/{one.name}.html", "checklist.html", {"one": one})


def list_strategies(runs: Sequence[Row]) -> list[Row]:
    """The searches that were run with another strategy than the one before them."""
    told = [run for run in runs if run["strategy"]]
    return [run for n, run in enumerate(told) if n == 0 or run["strategy"] != told[n - 1]["strategy"]]


@cache
def machine_parts() -> list[dict[str, str]]:
    """The parts of the page on what a machine did (machine.toml)."""
    parts: list[dict[str, str]] = tomllib.loads((HERE / "machine.toml").read_text(encoding="utf-8"))["part"]
    return parts


def machine_pages(site: Site) -> Iterator[Page]:
    """What a machine did, each number with the query that gives it."""
    parts = []
    for part in machine_parts():
        name = part["query"]
        frame = site.copy.frame(name)
        numeric = [kind.is_numeric() for kind in frame.schema.values()]
        rows = [[show_cell(value) for value in row] for row in frame.iter_rows()]
        parts.append(
            {**part, "name": name, "columns": frame.columns, "numeric": numeric, "rows": rows, "query": query(name)}
        )
    yield Page("machine.html", "machine.html", {"sections": parts})


def version_pages(site: Site) -> Iterator[Page]:
    """The versions, and what each changed."""
    versions = site.copy.rows("versions")
    changes = group(site.copy.rows("version_reports"), "version")
    folders = {release.number: release for release in site.facts.releases}
    rows = [
        {**row, "changes": changes.get(row["version"], []), "release": folders.get(row["version"])} for row in versions
    ]
    flows: dict[int, dict[str, int]] = {}
    for row in site.copy.rows("prisma_versions"):
        flows.setdefault(row["version"], {})[row["box"]] = row["n"]
    table = list_numbers(flows)
    for sheet in split(
        rows, "versions", lambda row: weigh(*(change["title"] for change in row["changes"][:20]), markup=800)
    ):
        yield Page(sheet.name, "versions.html", {"sheet": sheet, "known": set(site.evidence.study_by_id), **table})
    for row in rows:
        if row["release"]:
            changes_of = read_changes(row["release"], site.protocol.site, site.copy.find_names)
            before = max((version for version in flows if version < row["version"]), default=None)
            values = {
                "row": row, "offered": offered_files(row["release"], site.protocol.site), **changes_of, "before": before,
                "flow": compare_flows(flows.get(before or 0, {}), flows.get(row["version"], {})),
            }  # fmt: skip
            yield Page(f"versions/{row['version']}.html", "version.html", values)


def list_numbers(flows: Mapping[int, Mapping[str, int]]) -> dict[str, Any]:
    """The flows of the last versions side by side: `columns`, and `numbers` (what a box is called, its number at each version)."""
    columns = sorted(flows)[-_COLUMNS:]
    boxes = [box for box in flows[columns[-1]] if any(flows[version][box] for version in columns)] if columns else []
    return {
        "columns": columns,
        "numbers": [(name_box(box), [flows[version][box] for version in columns]) for box in boxes],
    }


def compare_flows(before: Mapping[str, int], now: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """What each box is called, and its number at a version and at the one before it."""
    return [(name_box(box), before.get(box, 0), n) for box, n in now.items() if n or before.get(box)]


def overview_pages(site: Site) -> Iterator[Page]:
    """The first page."""
    notices = site.copy.rows("notices")
    labels = {study["study_id"]: study["label"] for study in site.evidence.studies} if notices else {}
    yield Page(
        "index.html",
        "index.html",
        {
            "notices": notices,
            "labels": labels,
            "news": {**_NO_NEWS, **site.facts.news},
            "cited": cite(site),
            "has_badge": bool(site.facts.living),
        },
    )


def cite(site: Site) -> str:
    """How the version is cited."""
    about, counts = site.protocol.review, site.counts
    authors = "; ".join(about.authors)
    version = f"Version {counts['version']}, {show_day(counts['released_at'])}." if counts["version"] else ""
    title = about.title if about.title.endswith((".", "?", "!")) else f"{about.title}."
    registered = f"Registered as {about.registration}." if about.registration else ""
    return " ".join(
        part
        for part in (f"{authors}." if authors else "", title, "Living systematic review.", version, registered)
        if part
    )


def show_cell(value: Any) -> str:
    """A cell of a small table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)

"""The PRISMA flow, each of its boxes a way to the records that it counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import polars as pl

from tasks.publish.diagram import boxes, prisma_svg
from tasks.publish.prisma import prisma_flow
from tasks.publish.site.build import Site
from tasks.publish.site.paging import split, weigh
from tasks.publish.site.render import Page, clip, show_authors

#: Records of a box that pages show; of a larger box the table (CSV) has all. What was excluded at full text, and what is included, is
#: always shown whole.
SHOWN = 1000
_WHOLE = ("excluded_full_text", "not_retrieved", "included")
_COLUMNS = ("label", "id", "report_id", "title", "authors", "year", "journal", "doi", "pmid", "file_name", "line")


def flow_pages(site: Site) -> Iterator[Page]:
    """The diagram with a table beside it, and the pages of each box."""
    flow = prisma_flow(site.copy.con, site.facts.protocol.review.title)
    counts = {row["box"]: row["n"] for row in site.copy.rows("boxes")}
    filled = [box for box, n in counts.items() if n and not box.startswith("total")]
    headings = {box: name_box(box) for box in filled}
    details: dict[str, list[tuple[str, int]]] = {}
    for box, label, n in flow.rows:
        if label:
            details.setdefault(box, []).append((label, n))
    links = {box: f"flow/{box}.html" for box in filled}
    svg = prisma_svg(flow.rows, title=flow.title, caption=flow.caption, links=links)
    rows = [
        {"box": boxes()[name], "heading": headings[name], "n": counts[name], "details": details.get(name, [])}
        for name in filled
    ]
    yield Page("flow.html", "flow.html", {"svg": svg, "rows": rows, "caption": flow.caption})
    members = site.copy.large_frame("members").partition_by("box", as_dict=True, include_key=False)
    for box in filled:
        yield from _box_pages(site, box, headings[box], members[(box,)])


def _box_pages(site: Site, box: str, heading: str, frame: pl.DataFrame) -> Iterator[Page]:
    table = f"flow/{box}.csv"
    site.write_table(table, frame.select(_COLUMNS))
    whole = box.startswith(_WHOLE)
    rows = (frame if whole else frame.head(SHOWN)).to_dicts()
    for row in rows:
        row["leads"] = row["study_id"] in site.evidence.study_by_id
    start = 1
    for sheet in split(rows, box, _weigh_row):
        groups = []
        for label, of in groupby(sheet.items, key=lambda row: row["label"]):
            listed = list(of)
            groups.append((label, start, listed))
            start += len(listed)
        values: dict[str, Any] = {
            "box": boxes()[box], "heading": heading, "n": frame.height, "sheet": sheet, "groups": groups,
            "table": table.removeprefix("flow/"),
            "by_label": any(row["label"] for row in rows), "left_out": 0 if whole else max(frame.height - SHOWN, 0),
        }  # fmt: skip
        yield Page(f"flow/{sheet.name}", "box.html", values)


def name_box(name: str) -> str:
    """A box as a heading of its own, without the boxes around it."""
    box = boxes()[name]
    wording = box.first or box.wording
    small = wording[:1].lower() + wording[1:]
    if name.startswith("identified"):
        return f"Records identified from {small}"
    if name.startswith("removed"):
        wording = f"Removed before screening: {small.removeprefix('removed ')}"
    return f"{wording} (other methods)" if box.column == "other" else wording


def _weigh_row(row: dict[str, Any]) -> int:
    return weigh(
        clip(row["title"]),
        show_authors(row["authors"]),
        clip(row["journal"], 120),
        row["doi"],
        row["doi"],
        row["label"],
    )

"""The PRISMA flow, each of its boxes a way to the records that it counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tasks.publish.diagram import boxes, prisma_svg
from tasks.publish.prisma import prisma_flow
from tasks.publish.site.build import Site
from tasks.publish.site.paging import split, weigh
from tasks.publish.site.render import Page, clip, show_authors

#: Records of a box that pages show; of a larger box the table (CSV) has all. What was excluded at full text, and what is included, is
#: always shown whole.
SHOWN = 1000
_WHOLE = ("excluded_full_text", "not_retrieved", "included", "total")
_COLUMNS = ("label", "id", "report_id", "title", "authors", "year", "journal", "doi", "pmid", "file_name", "line")


def flow_pages(site: Site) -> Iterator[Page]:
    """The diagram with a table beside it, and the pages of each box."""
    flow = prisma_flow(site.copy.con, site.facts.protocol.review.title)
    counts = {row["box"]: row["n"] for row in site.copy.rows("boxes")}
    filled = [box for box, n in counts.items() if n]
    details: dict[str, list[tuple[str, int]]] = {}
    for box, label, n in flow.rows:
        if label:
            details.setdefault(box, []).append((label, n))
    links = {box: f"flow/{box}.html" for box in filled}
    svg = prisma_svg(flow.rows, title=flow.title, caption=flow.caption, links=links)
    rows = [{"box": boxes()[name], "n": counts[name], "details": details.get(name, [])} for name in boxes() if counts.get(name)]
    yield Page("flow.html", "flow.html", {"svg": svg, "rows": rows, "caption": flow.caption})
    for box in filled:
        yield from _box_pages(site, box, counts[box])


def _box_pages(site: Site, box: str, n: int) -> Iterator[Page]:
    frame = site.copy.frame("members", box=box)
    table = f"flow/{box}.csv"
    site.write_table(table, frame.select(_COLUMNS))
    whole = box.startswith(_WHOLE)
    rows = (frame if whole else frame.head(SHOWN)).to_dicts()
    by_label = sum(1 for row in rows[:50] if row["label"]) > 0
    for sheet in split(rows, box, _weigh_row):
        values: dict[str, Any] = {
            "box": boxes()[box], "n": n, "sheet": sheet, "table": table.removeprefix("flow/"), "by_label": by_label,
            "left_out": 0 if whole else max(frame.height - SHOWN, 0),
        }  # fmt: skip
        yield Page(f"flow/{sheet.name}", "box.html", values)


def _weigh_row(row: dict[str, Any]) -> int:
    return weigh(clip(row["title"]), show_authors(row["authors"]), clip(row["journal"], 120), row["doi"], row["doi"], row["label"])

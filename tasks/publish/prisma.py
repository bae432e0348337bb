"""PRISMA's numbers from a warehouse, and the files that show them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import duckdb
import polars as pl

from tasks.publish.diagram import boxes, prisma_svg
from tasks.publish.svg import svg_png
from tasks.publish.updated_flow import MEMBERS, Earlier, list_since

_ROWS = """
SELECT b.box, coalesce(s.database, d.label) AS label, coalesce(d.n, 0) AS n
FROM core.prisma_box AS b
LEFT JOIN (SELECT box, label, count(*) AS n FROM {members} GROUP BY ALL) AS d USING (box)
LEFT JOIN core.source AS s ON s.source = d.label AND b.box IN ('identified_databases', 'identified_registers')
ORDER BY b.position, s.position, d.n DESC, d.label
"""
#: Who is in a box, with what names them.
_MEMBERS = """
SELECT m.label, m.unit, m.id, m.report_id, r.title, array_to_string(r.authors, '; ') AS authors, r.year, r.doi
FROM {members} AS m LEFT JOIN report AS r USING (report_id)
WHERE m.box = ?
ORDER BY ALL
"""
_WHOLE = "prisma_member"
_TOOLS = "SELECT reviewer, checked FROM core.reviewer WHERE excludes_alone ORDER BY position"


@dataclass(frozen=True)
class Flow:
    """The flow of one moment: `rows` are (box, line inside the box or None, number), in the diagram's order.

    `updated`: it has what an earlier version included, and what is new since.
    """

    rows: list[tuple[str, str | None, int]]
    title: str
    caption: str
    updated: bool = False

    def svg(self) -> str:
        """The diagram."""
        return prisma_svg(self.rows, title=self.title, caption=self.caption, updated=self.updated)

    def png(self, scale: float = 2.0) -> bytes:
        """The diagram as a picture."""
        return svg_png(self.svg(), scale)

    def csv(self) -> str:
        """A row a line of the diagram: box, label, n, unit, wording."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("box", "label", "n", "unit", "wording"))
        for box, label, n in self.rows:
            text = "'" + label if label and label[0] in "=+-@\t\r" else label
            writer.writerow((box, text, n, boxes()[box].unit, boxes()[box].wording))
        return out.getvalue()

    def json(self) -> str:
        """The same as a list of objects, with title and caption."""
        rows = [
            {"box": box, "label": label, "n": n, "unit": boxes()[box].unit, "wording": boxes()[box].wording}
            for box, label, n in self.rows
        ]
        return (
            json.dumps({"title": self.title, "caption": self.caption, "boxes": rows}, ensure_ascii=False, indent=1)
            + "\n"
        )

    def render(self, shape: str) -> bytes:
        """The flow as a file's bytes: svg, png, csv or json."""
        if shape == "png":
            return self.png()
        return {"svg": self.svg, "csv": self.csv, "json": self.json}[shape]().encode()


def list_members(con: duckdb.DuckDBPyConnection, box: str, earlier: Earlier | None = None) -> pl.DataFrame:
    """Who is in a box of the flow of the whole review, or of what is new since an earlier version."""
    if earlier:
        list_since(con, earlier)
    rows: pl.DataFrame = con.sql(_MEMBERS.format(members=MEMBERS if earlier else _WHOLE), params=[box]).pl()
    return rows


def prisma_flow(con: duckdb.DuckDBPyConnection, title: str, earlier: Earlier | None = None, since: str = "") -> Flow:
    """The flow of the whole review, with the version and the last search in its caption.

    With `earlier`: that of what is new since, beside what was included then; `since` names that version in the caption.
    """
    if earlier:
        list_since(con, earlier)
    rows = con.execute(_ROWS.format(members=MEMBERS if earlier else _WHOLE)).fetchall()
    version = con.execute("SELECT max(version) FROM core.release").fetchall()[0][0]
    parts = [f"Version {version}" if version else "Not yet published"]
    if earlier:
        parts.append(f"previous studies are those of {since}; new is what came, or was decided, since")
    last = con.execute("SELECT executed_at, executed_at_known FROM core.search ORDER BY ALL DESC LIMIT 1").fetchall()
    for at, known in last:
        day = f"{at:%d %B %Y}".removeprefix("0")
        parts.append(f"last search {day}" if known else f"last search received {day} (search date not given)")
    tools = con.execute(_TOOLS).fetchall()
    if tools and any(n for box, _, n in rows if str(box).startswith("removed_automation")):
        which = ", ".join(
            f"{tool} (people screen a drawn share of {share:g} of all whatever it says)" for tool, share in tools
        )
        parts.append(f"automation tools: {which}")
    flow = [(str(b), label, int(n)) for b, label, n in rows]
    return Flow(flow, title, "; ".join(parts) + ".", updated=earlier is not None)

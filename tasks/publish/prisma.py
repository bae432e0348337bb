"""PRISMA's numbers from a warehouse, and the files that show them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import duckdb

from tasks.publish.diagram import boxes, prisma_svg
from tasks.publish.svg import svg_png

_ROWS = """
SELECT b.box, coalesce(s.database, d.label) AS label, coalesce(d.n, 0) AS n
FROM core.prisma_box AS b
LEFT JOIN main.prisma_detail AS d USING (box)
LEFT JOIN core.source AS s ON s.source = d.label AND b.box IN ('identified_databases', 'identified_registers')
ORDER BY b.position, s.position, d.n DESC, d.label
"""
_TOOLS = "SELECT reviewer, checked FROM core.reviewer WHERE excludes_alone ORDER BY position"


@dataclass(frozen=True)
class Flow:
    """The flow of one moment: `rows` are (box, line inside the box or None, number), in the diagram's order."""

    rows: list[tuple[str, str | None, int]]
    title: str
    caption: str

    def svg(self) -> str:
        """The diagram."""
        return prisma_svg(self.rows, title=self.title, caption=self.caption)

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


def prisma_flow(con: duckdb.DuckDBPyConnection, title: str) -> Flow:
    """The flow as the warehouse has it, with the version and the last search in its caption."""
    rows = con.execute(_ROWS).fetchall()
    version = con.execute("SELECT max(version) FROM core.release").fetchall()[0][0]
    parts = [f"Version {version}" if version else "Not yet published"]
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
    return Flow([(str(b), label, int(n)) for b, label, n in rows], title, "; ".join(parts) + ".")

"""The codebook, each code with its quotes, the codes that occur together, and how codes and themes changed."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.publish.site.build import Site
from tasks.publish.site.evidence import group
from tasks.publish.site.paging import split, weigh
from tasks.publish.site.render import Page, slug
from tasks.publish.synthesis_figures import drift_figure, saturation_figure

#: Pairs of codes, and changes of the codebook, that a page shows; the tables (CSV) have all.
PAIRS, CHANGES = 200, 150


def code_pages(site: Site) -> Iterator[Page]:
    """The codebook, a page each code, and the pairs of codes that occur together."""
    evidence = site.evidence
    if not evidence.codes:
        return
    has_pairs = len({row["code_id"] for row in evidence.quotes}) > 1
    if has_pairs:
        together = site.copy.frame("together")
        site.write_table("downloads/codes-together.csv", together)
        yield Page("together.html", "together.html", {"pairs": together.head(PAIRS).to_dicts(), "n": together.height})
    for sheet in split(evidence.codes, "codes", lambda row: weigh(row["name"], row["description"], markup=400)):
        yield Page(sheet.name, "codes.html", {"sheet": sheet, "n": len(evidence.codes), "has_pairs": has_pairs})
    quotes = group(evidence.quotes, "code_id")
    below = group((code for code in evidence.codes if code["parent_id"]), "parent_id")
    paths = {code["code_id"]: code for code in evidence.codes}
    for code in evidence.codes:
        of = sorted(quotes.get(code["code_id"], []), key=lambda row: str(row["study"]))
        values = {"code": code, "below": below.get(code["code_id"], []), "above": paths.get(code["parent_id"] or "")}
        shown = of if site.protocol.site.quotes else []
        for sheet in split(shown, slug(code["code_id"]), lambda row: weigh(row["quote"], row["study"], markup=300)):
            yield Page(f"codes/{sheet.name}", "code.html", {**values, "sheet": sheet})


def drift_pages(site: Site) -> Iterator[Page]:
    """What themes rested on at each version, and what was done to the codebook."""
    evidence = site.evidence
    if not evidence.codes:
        return
    rows = site.copy.rows("drift") if evidence.themes else []
    versions = sorted({row["version"] for row in rows})[-12:]
    at = {(row["theme_id"], row["version"]): row for row in rows}
    table = [(theme, [at[theme["theme_id"], version] for version in versions]) for theme in evidence.themes]
    if rows:
        site.write_file("figures/drift.svg", drift_figure(site.copy.con))
        site.write_table("downloads/drift.csv", site.copy.frame("drift"))
    has_saturation = bool(evidence.quotes)
    if has_saturation:
        site.write_file("figures/saturation.svg", saturation_figure(site.copy.con))
    changes = site.copy.frame("code_changes")
    site.write_table("downloads/code-changes.csv", changes)
    values = {
        "versions": versions, "table": table, "changes": changes.head(CHANGES).to_dicts(), "n": changes.height,
        "has_saturation": has_saturation,
    }  # fmt: skip
    yield Page("drift.html", "drift.html", values)

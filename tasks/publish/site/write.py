"""The whole site, from the published copy: its pages, tables, figures and style."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tasks.publish.site.build import Site
from tasks.publish.site.codes import code_pages, drift_pages
from tasks.publish.site.copy import Copy
from tasks.publish.site.downloads import download_pages
from tasks.publish.site.explorer import explorer_pages
from tasks.publish.site.facts import Facts
from tasks.publish.site.flow import flow_pages
from tasks.publish.site.method import machine_pages, overview_pages, reporting_pages, search_pages, version_pages
from tasks.publish.site.render import HERE, Page, render
from tasks.publish.site.studies import appraisal_pages, study_pages
from tasks.publish.site.synthesis import finding_pages, theme_pages

PAGES: tuple[Callable[[Site], Iterator[Page]], ...] = (
    overview_pages, flow_pages, study_pages, appraisal_pages, theme_pages, finding_pages, code_pages, explorer_pages, drift_pages,
    search_pages, reporting_pages, version_pages, machine_pages, download_pages,
)  # fmt: skip
#: The way through the site; what a review does not have yet is left out.
WAYS = (
    ("index.html", "Overview"), ("flow.html", "Flow"), ("studies.html", "Studies"), ("appraisal.html", "Appraisal"),
    ("themes.html", "Themes"), ("findings.html", "Findings"), ("codes.html", "Codes"), ("explorer.html", "Explore"),
    ("drift.html", "Drift"), ("searches.html", "Searches"), ("reporting.html", "Reporting"), ("versions.html", "Versions"),
    ("machine.html", "Machine"), ("downloads.html", "Downloads"),
)  # fmt: skip
#: The way that a page belongs to, where its name does not say it.
_UNDER = {"together": "codes.html"}


@dataclass(frozen=True)
class Written:
    """What was written: how many pages, and the bytes of the largest."""

    pages: int
    largest: int


def write_site(con: duckdb.DuckDBPyConnection, facts: Facts, folder: Path) -> Written:
    """Writes the site into an empty folder. `con`: a reader of the published copy, and of nothing else."""
    site = Site(Copy(con), facts, folder)
    pages = [page for make in PAGES for page in make(site)]
    if facts.has_search:
        pages.append(Page("search.html", "search.html"))
    paths = {page.path for page in pages}
    ways = [(path, name) for path, name in WAYS if path in paths]
    shared = {
        "review": site.protocol.review, "facts": facts, "living": facts.living, "ways": ways, "counts": site.counts,
        "rules": site.protocol.site,
    }  # fmt: skip
    largest = 0
    for page in pages:
        html = render(page, {**shared, "here": _find_way(page.path)})
        site.write_file(page.path, html)
        largest = max(largest, len(html.encode()))
    for source in (HERE / "static").iterdir():
        site.write_file(f"static/{source.name}", source.read_bytes())
    return Written(len(pages), largest)


def _find_way(path: str) -> str:
    """The way in the navigation that leads to a page."""
    first = path.split("/", 1)[0].split(".", 1)[0]
    known = [
        way
        for way, _ in WAYS
        if first == way.removesuffix(".html") or first.startswith(way.removesuffix(".html") + "-")
    ]
    return known[0] if known else _UNDER.get(first, "")

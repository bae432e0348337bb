"""What readers can take with them: tables, figures, and, where the protocol lets it, the copy and the releases whole."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.protocol_site import SiteRules
from tasks.publish.badge import state_files
from tasks.publish.site.build import Site
from tasks.publish.site.render import Page
from warehouse.releases import ABOUT, SUMS, ReleaseFolder

#: Table → the query it holds, and what it is.
TABLES = {
    "included-reports": ("study_reports", "The reports of the included studies"),
    "study-characteristics": ("characteristics", "Table 1: characteristics of the included studies"),
    "appraisal": ("appraisal", "Table 2: critical appraisal, a row a study and item"),
    "quotes": ("quotes", "Quotes, with their codes and studies"),
    "codes": ("codes", "The codebook, with the studies and segments of each code"),
    "themes": ("themes", "Themes, with what they rest on"),
    "findings": ("findings", "Findings, with what they rest on"),
    "sources": ("sources", "What each source brought"),
    "searches": ("searches", "Each search, with its strategy"),
    "versions": ("versions", "The versions"),
    "flow-by-version": ("prisma_versions", "The numbers of the flow at each version"),
}
#: Tables that other pages write.
ELSEWHERE = {
    "subgroups": "Themes by the characteristics of studies",
    "codes-together": "Codes that occur together",
    "code-changes": "Changes of the codebook",
    "drift": "What themes rested on at each version",
}
FIGURES = {
    "prisma.svg": "PRISMA flow diagram", "prisma.png": "PRISMA flow diagram, as a picture", "prisma.csv": "PRISMA flow, as a table",
    "prisma.json": "PRISMA flow, as data", "sources.svg": "Records by source", "overlap.svg": "Sources that found the same reports",
    "badge.svg": "Badge of the review's state", "badge.json": "The badge as data", "living.json": "The review's state as data",
    "whats-new.md": "What the last version brought",
}  # fmt: skip


def download_pages(site: Site) -> Iterator[Page]:
    """The page of downloads; the files are written here."""
    for name, (query, _) in TABLES.items():
        if name == "quotes" and not site.protocol.site.quotes:
            continue
        frame = site.copy.frame(query)
        if frame.height:
            site.write_table(f"downloads/{name}.csv", frame)
    words = {name: words for name, (_, words) in TABLES.items()} | ELSEWHERE
    tables = [
        (f"downloads/{name}.csv", said, site.tables[f"downloads/{name}.csv"])
        for name, said in words.items()
        if f"downloads/{name}.csv" in site.tables
    ]
    figures = []
    # Of the day on which the site is written: what lies beside the copy may be older, and say another state than the pages.
    state = state_files(site.facts.living, site.facts.day) if site.facts.living else {}
    for name, said in FIGURES.items():
        if name in state:
            content = state[name].encode()
        elif (source := site.facts.published / name).is_file():
            content = source.read_bytes()
        else:
            continue
        site.write_file(f"downloads/{name}", content)
        figures.append((f"downloads/{name}", said, len(content)))
    latest = next(
        (one for one in reversed(site.facts.releases) if "warehouse.duckdb" in offered_files(one, site.protocol.site)),
        None,
    )
    values: dict[str, Any] = {
        "tables": tables,
        "figures": figures,
        "copy": None,
        "releases": [(one, is_offered(one, site.protocol.site)) for one in site.facts.releases],
        "latest": latest,
    }
    if site.protocol.site.copies and site.protocol.site.quotes:  # every quote stands in it
        values["copy"] = _put_copy(site)
    for release in site.facts.releases:
        for name in offered_files(release, site.protocol.site):
            put(release.folder / name, site.folder / "releases" / str(release.number) / name)
    yield Page("downloads.html", "downloads.html", values)


def _put_copy(site: Site) -> dict[str, Any]:
    """The published warehouse, beside the site's other files."""
    source, target = site.facts.published / "warehouse.duckdb", site.folder / "downloads" / "warehouse.duckdb"
    put(source, target)
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": "downloads/warehouse.duckdb", "bytes": target.stat().st_size, "sha256": digest}


def is_offered(release: ReleaseFolder, rules: SiteRules) -> bool:
    """Whether readers may take a release: it holds no texts that are other people's, or the protocol says that they may go."""
    return rules.quotes and (rules.copies or {"abstracts", "full_texts"} <= set(release.withheld))


def offered_files(release: ReleaseFolder, rules: SiteRules) -> list[str]:
    """The files of a release that readers may take from the site: all but the views one by one, which stand in its warehouse too."""
    if not is_offered(release, rules):
        return []
    names = [file.name for file in release.files if not file.name.startswith(("csv/", "parquet/"))]
    files = {name: release.folder / name for name in (*names, ABOUT, SUMS)}
    return [
        name
        for name, file in files.items()
        if file.is_file() and file.resolve().is_relative_to(release.folder.resolve())
    ]


def put(source: Path, target: Path) -> None:
    """A file at a second place: the same bytes on the disk where that can be, a copy elsewhere."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)

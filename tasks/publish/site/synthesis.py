"""Themes, findings and the confidence in them, with the quotes behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tasks.publish.cerqual import read_cerqual
from tasks.publish.site.build import Site
from tasks.publish.site.evidence import Row, group
from tasks.publish.site.paging import split, weigh
from tasks.publish.site.render import Page, slug

#: Columns of a matrix; of a field with more values those of most studies are shown, and the table (CSV) has all.
COLUMNS = 12


def theme_pages(site: Site) -> Iterator[Page]:
    """All themes, the matrix of each field, and each theme with its quotes."""
    evidence = site.evidence
    if not evidence.themes:
        return
    matrices = make_matrices(site)
    findings = {one["finding_id"]: one for one in evidence.findings}
    yield Page("themes.html", "themes.html", {"themes": evidence.themes, "matrices": matrices})
    for matrix in matrices:
        yield Page(f"themes/by-{slug(matrix['field'])}.html", "matrix.html", {"matrix": matrix, "matrices": matrices})
    alone = group(site.copy.rows("alone"), "theme_id") if evidence.appraisal else {}
    codings = group(evidence.theme_codings, "theme_id")
    studies, quotes = evidence.study_by_id, evidence.quote_by_id
    for theme in evidence.themes:
        key = theme["theme_id"]
        of = codings.get(key, [])
        behind = (
            [quotes[row["coding_id"]] for row in of if row["coding_id"] in quotes] if site.protocol.site.quotes else []
        )
        values: dict[str, Any] = {
            "theme": theme, "alone": alone.get(key, []),
            "studies": [study for study in studies.values() if study["study_id"] in {row["study_id"] for row in of}],
            "codes": [code for code in evidence.codes if code["code_id"] in {row["code_id"] for row in of}],
            "findings": [one for one in findings.values() if key in (one["theme_ids"] or [])],
            "rows": [(matrix, cells) for matrix in matrices for name, cells in matrix["rows"] if name["theme_id"] == key],
        }  # fmt: skip
        for sheet in split(
            sorted(behind, key=lambda row: row["code"]),
            slug(key),
            lambda row: weigh(row["quote"], row["code"], markup=300),
        ):
            yield Page(f"themes/{sheet.name}", "theme.html", {**values, "sheet": sheet})


def make_matrices(site: Site) -> list[dict[str, Any]]:
    """For each field of the protocol: its values, and a row a theme of how many studies with each support it."""
    rows = site.copy.rows("subgroups")
    site.write_table("downloads/subgroups.csv", site.copy.frame("subgroups"))
    matrices = []
    for field, of in group(rows, "field").items():
        sizes = {row["value"]: row["of_studies"] for row in of}
        most = sorted(sizes, key=lambda value: (value == "(not extracted)", -sizes[value], value))[:COLUMNS]
        kept = [value for value in sizes if value in most]
        cells = {(row["theme_id"], row["value"]): row for row in of}
        matrix = {
            "field": field, "label": of[0]["label"], "values": kept, "left_out": len(sizes) - len(kept), "sizes": sizes,
            "rows": [(theme, [cells[theme["theme_id"], value] for value in kept]) for theme in site.evidence.themes],
        }  # fmt: skip
        if set(kept) - {"(not extracted)"}:
            matrices.append(matrix)
    return matrices


def finding_pages(site: Site) -> Iterator[Page]:
    """The summary of qualitative findings, the evidence profile, and each finding with the quotes for it and against it."""
    evidence = site.evidence
    if not evidence.findings:
        return
    tables = read_cerqual(site.copy.con)
    told = zip(evidence.findings, tables.summary.to_dicts(), tables.profile.to_dicts(), strict=True)
    support = group(evidence.support, "finding_id")
    rows: list[Row] = []
    label_of = {
        row["report_id"]: evidence.study_by_id[row["study_id"]]["label"] for row in site.copy.rows("study_reports")
    }
    for finding, summary, profile in told:
        for report, label in label_of.items():  # what changed since an assessment names reports by their ids
            profile["Since the assessment"] = (profile["Since the assessment"] or "").replace(report, label)
        of = support.get(finding["finding_id"], [])
        labels = {row["study_id"]: row["study"] for row in of if row["study"]}  # a text may be of no included study
        against = {row["study_id"] for row in of if row["stance"] == "against"}
        rows.append(
            {**finding, "summary": summary, "profile": profile, "labels": labels, "against": against, "support": of}
        )
    for sheet in split(rows, "findings", _weigh_finding):
        yield Page(sheet.name, "findings.html", {"sheet": sheet, "n": len(rows)})
    themes = {theme["theme_id"]: theme for theme in evidence.themes}
    for row in rows:
        values = {"finding": row, "themes": [themes[key] for key in row["theme_ids"] or [] if key in themes]}
        quoted = row["support"] if site.protocol.site.quotes else []
        for sheet in split(
            quoted, slug(row["finding_id"]), lambda one: weigh(one["quote"], one["code"], one["study"], markup=300)
        ):
            yield Page(f"findings/{sheet.name}", "finding.html", {**values, "sheet": sheet})


def _weigh_finding(row: Row) -> int:
    return weigh(
        row["sentence"], *row["profile"].values(), *row["labels"].values(), markup=1200 + 120 * len(row["labels"])
    )

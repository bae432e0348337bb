"""The included studies: a table of their characteristics, and a page each; and the appraisal of them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tasks.publish.appraisal import bars_figure, lights_figure
from tasks.publish.site.build import Site
from tasks.publish.site.evidence import group
from tasks.publish.site.paging import split, weigh
from tasks.publish.site.render import Page, clip, slug


def study_pages(site: Site) -> Iterator[Page]:
    """The table of the included studies, and each study with all that is known of it."""
    evidence = site.evidence
    notices = group(site.copy.rows("notices"), "study_id")
    rows = [
        {
            **study,
            "cells": evidence.characteristics.get(study["study_id"], []),
            "notices": notices.get(study["study_id"], []),
        }
        for study in evidence.studies
    ]
    for sheet in split(rows, "studies", _weigh_study):
        yield Page(sheet.name, "studies.html", {"sheet": sheet, "fields": evidence.fields, "n": len(rows)})
    reports = group(site.copy.rows("study_reports"), "study_id")
    abstracts = (
        {r["report_id"]: r["abstract"] for r in site.copy.rows("abstracts")} if site.protocol.site.abstracts else {}
    )
    quotes = group(evidence.quotes, "study_id") if site.protocol.site.quotes else {}
    themes = _themes_of_studies(site)
    support = group((row for row in evidence.support if row["study_id"]), "study_id")
    titles = {row["checklist"]: row["title"] for row in site.copy.rows("checklists")} if evidence.appraisal else {}
    findings = {row["finding_id"]: row for row in evidence.findings}
    for study in evidence.studies:
        key = study["study_id"]
        stances: dict[str, set[str]] = {}
        for row in support.get(key, []):
            stances.setdefault(row["finding_id"], set()).add(row["stance"])
        values: dict[str, Any] = {
            "study": study, "reports": reports.get(key, []), "notices": notices.get(key, []), "abstracts": abstracts,
            "cells": evidence.characteristics.get(key, []), "appraisal": group(evidence.appraisal.get(key, []), "checklist"),
            "titles": titles, "themes": themes.get(key, []), "findings": [(findings[one], sorted(of)) for one, of in stances.items()],
        }  # fmt: skip
        for sheet in split(quotes.get(key, []), slug(key), lambda row: weigh(row["quote"], row["code"])):
            yield Page(f"studies/{sheet.name}", "study.html", {**values, "sheet": sheet})


def _weigh_study(row: dict[str, Any]) -> int:
    return weigh(
        row["label"], *(clip(cell["value"], 200) for cell in row["cells"]), markup=500 + 120 * len(row["cells"])
    )


def _themes_of_studies(site: Site) -> dict[str, list[dict[str, Any]]]:
    """The themes that each study supports, with the number of its segments."""
    found: dict[str, dict[str, int]] = {}
    for row in site.evidence.theme_codings:
        if row["study_id"]:
            of = found.setdefault(row["study_id"], {})
            of[row["theme_id"]] = of.get(row["theme_id"], 0) + 1
    return {
        study: [{**theme, "here": of[theme["theme_id"]]} for theme in site.evidence.themes if theme["theme_id"] in of]
        for study, of in found.items()
    }


def appraisal_pages(site: Site) -> Iterator[Page]:
    """The appraisal of the included studies: traffic lights and bars of each checklist, and the answers as a table."""
    evidence = site.evidence
    answers = [row for rows in evidence.appraisal.values() for row in rows]
    items = group(site.copy.rows("items"), "checklist")
    checklists = []
    for number, row in enumerate(site.copy.rows("checklists"), start=1):
        of = [answer for answer in answers if answer["checklist"] == row["checklist"]]
        if not of:
            continue
        closed = [item for item in items[row["checklist"]] if not item["open"]]
        site.write_file(f"figures/appraisal-{number}.svg", lights_figure(site.copy.con, row["checklist"]))
        site.write_file(f"figures/appraisal-{number}-bars.svg", bars_figure(site.copy.con, row["checklist"]))
        by_study = group(of, "study_id")
        table = [
            (evidence.study_by_id[key], {answer["item"]: answer for answer in by_study[key]})
            for key in (study["study_id"] for study in evidence.studies) if key in by_study
        ]  # fmt: skip
        checklists.append({**row, "number": number, "items": items[row["checklist"]], "closed": closed, "table": table})
    if not checklists:
        return
    for checklist in checklists:
        stem = "appraisal" if checklist is checklists[0] else f"appraisal-checklist-{checklist['number']}"
        for sheet in split(checklist["table"], stem, lambda row: 300 + 140 * len(row[1])):
            values = {"checklist": checklist, "sheet": sheet, "checklists": checklists}
            yield Page(sheet.name, "appraisal.html", values)

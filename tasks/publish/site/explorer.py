"""Studies filtered by stacked codes and characteristics: by a script that works from a folder, and without one as matrices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tasks.publish.site.build import Site
from tasks.publish.site.evidence import group
from tasks.publish.site.paging import split, weigh
from tasks.publish.site.render import Page, clip, slug
from tasks.publish.site.synthesis import COLUMNS


def explorer_pages(site: Site) -> Iterator[Page]:
    """The explorer, its data, and a matrix of codes by the values of each characteristic."""
    evidence = site.evidence
    if not evidence.studies:
        return
    values = site.copy.rows("values")
    bears: dict[str, set[str]] = {}
    if evidence.quotes:
        for row in site.copy.rows("code_studies"):
            bears.setdefault(row["code_id"], set()).add(row["study_id"])
    codes = [code for code in evidence.codes if code["code_id"] in bears]
    labels = {row["field"]: row["label"] for row in evidence.fields}
    fields = []
    for name, of in group(values, "field").items():
        by_value = group(of, "value")
        fields.append(
            {
                "field": name,
                "label": labels[name],
                "values": {v: {r["study_id"] for r in rows} for v, rows in by_value.items()},
            }
        )
    if not codes and not fields:
        return
    site.write_file("data/explorer.js", _script(_data(site, codes, fields, bears)))
    matrices = [field for field in fields if codes]
    yield Page("explorer.html", "explorer.html", {"matrices": matrices, "n": len(evidence.studies)})
    for field in matrices:
        sizes = {value: len(studies) for value, studies in field["values"].items()}
        kept = sorted(sizes, key=lambda value: (-sizes[value], value))[:COLUMNS]
        rows = [(code, [len(bears[code["code_id"]] & field["values"][value]) for value in kept]) for code in codes]
        for sheet in split(
            rows, f"by-{slug(field['field'])}", lambda row: weigh(row[0]["name"], markup=300 + 60 * len(row[1]))
        ):
            yield Page(
                f"explorer/{sheet.name}",
                "code_matrix.html",
                {
                    "field": field,
                    "kept": kept,
                    "sizes": sizes,
                    "sheet": sheet,
                    "matrices": matrices,
                    "left_out": len(sizes) - len(kept),
                },
            )


def _data(
    site: Site, codes: list[dict[str, Any]], fields: list[dict[str, Any]], bears: dict[str, set[str]]
) -> dict[str, Any]:
    """What the script filters, by the places of studies in one list."""
    place = {study["study_id"]: n for n, study in enumerate(site.evidence.studies)}
    return {
        "studies": [[study["label"], slug(study["study_id"]), study["year"], clip(study["title"], 160)] for study in site.evidence.studies],
        "codes": [
            [code["name"], slug(code["code_id"]), code["depth"], sorted(place[one] for one in bears[code["code_id"]])] for code in codes
        ],
        "fields": [
            [field["label"], slug(field["field"]), [[value, sorted(place[one] for one in of)] for value, of in field["values"].items()]]
            for field in fields
        ],
    }  # fmt: skip


def _script(data: dict[str, Any]) -> str:
    """Data as a plain script, since a page in a folder may fetch nothing; no '<' is left that could end a script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f"window.explorer={text};\n"

"""What a release says of itself to other programs: how to cite it, what is in it, and what each of its tables promises."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from polars.datatypes import DataType

from schemas.base import Table, describe
from schemas.dictionary import tables
from schemas.protocol import Protocol
from warehouse.contracts import list_contracts, list_keys

_NAMELESS = "Authors not named in the protocol"
_UNLICENSED = "No licence is given: ask the authors"
#: What a file is, by its ending.
_FORMATS = {
    ".csv": "text/csv", ".duckdb": "application/vnd.duckdb", ".json": "application/json", ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet", ".png": "image/png", ".qdc": "application/xml", ".svg": "image/svg+xml",
    ".toml": "application/toml", ".yaml": "application/yaml", ".cff": "application/yaml",
}  # fmt: skip
#: The beginning of a polars type's name → the logical type of the Open Data Contract Standard.
_LOGICAL = {
    "Int": "integer", "UInt": "integer", "Float": "number", "Boolean": "boolean", "Datetime": "timestamp", "Date": "date",
    "List": "array", "Struct": "object",
}  # fmt: skip


#: LibYAML's, where it is there: it is ten times as fast.
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class About:
    """What is said of a release: `review_id` tells its review from all others."""

    review_id: str
    number: int
    released_at: datetime
    protocol: Protocol

    @property
    def title(self) -> str:
        """The review's title, on one line."""
        return " ".join(self.protocol.review.title.split())

    @property
    def name(self) -> str:
        """The release's own."""
        return f"{self.title} (version {self.number})"

    @property
    def question(self) -> str:
        """What the review asks, on one line."""
        return " ".join(self.protocol.review.question.split())

    @property
    def authors(self) -> list[str]:
        """Those whom the protocol names, each once."""
        return list(
            dict.fromkeys(name for author in self.protocol.review.authors if (name := " ".join(author.split())))
        )


def citation(about: About) -> str:
    """CITATION.cff (Citation File Format 1.2)."""
    found: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "Please cite this version of the review.",
        "type": "dataset",
        "title": about.title,
        "version": str(about.number),
        "date-released": about.released_at.date(),
        "authors": [_author(name) for name in about.authors or [_NAMELESS]],
        "abstract": about.question,
        "keywords": ["living systematic review"],
    }
    if about.protocol.release.license:
        found["license"] = about.protocol.release.license
    return _yaml(found)


def data_contract(about: About, views: Sequence[str], withheld: Sequence[str]) -> str:
    """datacontract.yaml (Open Data Contract Standard 3.1): every table of the release, as schemas/ documents and checks it."""
    models = tables()
    return _yaml(
        {
            "apiVersion": "v3.1.0",
            "kind": "DataContract",
            "id": f"{about.review_id or 'review'}-{about.number}",
            "name": about.title,
            "version": f"{about.number}.0.0",
            "status": "active",
            "contractCreatedTs": about.released_at.isoformat(),
            "description": {
                "purpose": about.question,
                "limitations": "Made of the copy that everybody may read: verdicts on reports that wait for votes are hidden. "
                + _limits(withheld),
                "usage": "CSV, Parquet and DuckDB hold the same rows.",
            },
            "servers": [
                {"server": kind, "type": "local", "path": f"{kind}/*.{kind}", "format": kind} for kind in ("parquet", "csv")
            ],
            "schema": [_table(view, models[f"main.{view}"]) for view in views],
        }
    )  # fmt: skip


def crate(about: About, folder: Path, names: list[str], described: dict[str, str]) -> str:
    """ro-crate-metadata.json (RO-Crate): the folder's files by name, with what each is."""
    from rocrate.model import ContextEntity, Person  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to import
    from rocrate.rocrate import ROCrate  # type: ignore[import-untyped]  # noqa: PLC0415

    made = ROCrate(version="1.1")
    made.name, made.description, made.datePublished = about.name, about.question, about.released_at
    license = about.protocol.release.license
    at = f"https://spdx.org/licenses/{license}" if license else "#no-licence"
    made.license = made.add(
        ContextEntity(
            made,
            at,
            properties={"@type": "CreativeWork", "name": license or _UNLICENSED, "description": license or _UNLICENSED},
        )
    )
    made.creator = [
        made.add(Person(made, f"#author-{n}", properties={"name": name})) for n, name in enumerate(about.authors, 1)
    ]
    made.root_dataset["version"] = str(about.number)
    for name in names:
        made.add_file(
            folder / name,
            name,
            properties={
                "name": name,
                "description": described.get(name, described.get(Path(name).stem, "")) or name,
                "contentSize": str((folder / name).stat().st_size),
                "encodingFormat": _FORMATS.get(Path(name).suffix, "text/plain"),
            },
        )
    return json.dumps(made.metadata.generate(), ensure_ascii=False, indent=1) + "\n"


def _author(name: str) -> dict[str, str]:
    """'Family, Given' is a person; whatever else is written is a name that is not taken apart."""
    family, comma, given = name.partition(", ")
    return {"family-names": family, "given-names": given} if comma else {"name": name}


def _limits(withheld: Sequence[str]) -> str:
    kept_out = [kind.replace("_", " ") for kind in withheld]
    return f"Without {' and '.join(kept_out)}, which are others' texts." if kept_out else ""


def _table(view: str, model: type[Table]) -> dict[str, Any]:
    comment, columns = describe(model)
    keys = list_keys(model)
    key = keys[0] if keys else ()
    rules: dict[str, list[Any]] = {}
    for contract in list_contracts(model):
        rules.setdefault(contract.column, []).append(contract)
    properties = [
        _column(name, column.dtype.type, text, rules.get(name, []), key)
        for (name, text), column in zip(columns.items(), model.to_schema().columns.values(), strict=True)
    ]
    table: dict[str, Any] = {
        "name": view, "logicalType": "object", "physicalType": "table", "description": comment, "properties": properties,
    }  # fmt: skip
    if whole := rules.get("a row"):
        table["quality"] = [
            {
                "type": "sql",
                "description": rule.message.removeprefix("breaks: "),
                "query": f'SELECT count(*) FROM "{view}" WHERE NOT ({rule.condition})',  # noqa: S608 - from our own models
                "mustBe": 0,
            }
            for rule in whole
        ]
    return table


def _column(name: str, dtype: DataType, text: str, rules: list[Any], key: tuple[str, ...]) -> dict[str, Any]:
    shown = str(dtype)
    logical = next((kind for begins, kind in _LOGICAL.items() if shown.startswith(begins)), "string")
    column: dict[str, Any] = {
        "name": name,
        "logicalType": logical,
        "physicalType": shown,
        "description": text or name,
        "required": any(rule.message == "is missing" for rule in rules),
    }
    if name in key:
        column |= {"primaryKey": True, "primaryKeyPosition": key.index(name) + 1}
    if logical == "array":
        column["items"] = {"name": "item", "logicalType": "object" if "Struct" in shown else "string"}
    options: dict[str, Any] = {}
    for rule in rules:
        if rule.condition.startswith("regexp_matches"):
            options["pattern"] = rule.value
        elif rule.condition.endswith(">= $value") and logical in ("integer", "number"):
            options["minimum"] = rule.value
        elif rule.condition.endswith("<= $value") and logical in ("integer", "number"):
            options["maximum"] = rule.value
        elif rule.condition.startswith("list_contains"):
            column["quality"] = [
                {"type": "library", "metric": "invalidValues", "arguments": {"validValues": rule.value}, "mustBe": 0}
            ]
    if options:
        column["logicalTypeOptions"] = options
    return column


def _yaml(found: dict[str, Any]) -> str:
    text: str = yaml.dump(found, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=110)
    return text

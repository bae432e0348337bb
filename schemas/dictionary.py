"""The data dictionary: every table and column of the warehouse, from the models that validate them."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from schemas.base import Readers, Table, describe, readers_of


def tables() -> dict[str, type[Table]]:
    """The models that stand in the warehouse, by qualified name ('core.record', 'main.report'), sorted."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        importlib.import_module(f"schemas.{module.name}")
    models: dict[str, type[Table]] = {}
    waiting = [Table]
    while waiting:
        for model in waiting.pop().__subclasses__():
            waiting.append(model)
            name = model.Config.__dict__.get("name")
            if name and "." in name:
                models[name] = model
    return dict(sorted(models.items()))


def comments() -> list[str]:
    """COMMENT ON statements for every table and column. Those in schema main are views, all others base tables."""
    statements = []
    for name, model in tables().items():
        comment, columns = describe(model)
        kind = "VIEW" if name.startswith("main.") else "TABLE"
        statements.append(f"COMMENT ON {kind} {name} IS {_quoted(comment)}")
        statements += [f'COMMENT ON COLUMN {name}."{column}" IS {_quoted(text)}' for column, text in columns.items()]
    return statements


#: What stands on the page for each declaration.
_SHOWN = {
    None: "undeclared: not published.",
    Readers.WHOLE: "whole.",
    Readers.MASKED: "masked: verdicts on reports that wait for a vote, and what would tell them, are hidden.",
    Readers.NEVER: "never: the table is there without rows.",
}


def markdown(*, base_tables: bool = True) -> str:
    """The dictionary as a page, contract views first; `base_tables`: and what they rest on."""
    parts = [
        "# Data dictionary",
        "",
        "Made from `schemas/` by `living-review dictionary`; do not edit. *For readers* says how the copy that everybody",
        "reads shows a table; the team's private copy has all of them whole.",
        "",
    ]
    models = tables()
    for title, prefix in (("Views to query", "main."), ("Base tables", ""))[: 1 + base_tables]:
        parts += [f"## {title}", ""]
        for name, model in models.items():
            if name.startswith("main.") != (prefix == "main."):
                continue
            comment, columns = describe(model)
            parts += [
                f"### {name.removeprefix('main.')}",
                "",
                comment,
                "",
                f"*For readers:* {_SHOWN[readers_of(model)]}",
                "",
                "| column | type | meaning |",
                "|---|---|---|",
            ]
            schema = model.to_schema().columns
            parts += [f"| {column} | {schema[column].dtype} | {text} |" for column, text in columns.items()]
            parts.append("")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

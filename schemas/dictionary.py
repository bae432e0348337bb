"""The data dictionary: every table and column of the warehouse, from the models that validate them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from html import escape
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


def html() -> str:
    """The dictionary as one page to search and print; where a comment names a table or view, it links there."""
    models = tables()
    names = {name.removeprefix("main."): f"#{name.removeprefix('main.')}" for name in models}
    # Only words that nobody would write without meaning the view: of two parts, or with their schema.
    told = sorted((name for name in names if "_" in name or "." in name), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, told))})(?![\w])")

    def linked(text: str, own: str) -> str:
        return pattern.sub(
            lambda found: found[0] if found[0] == own else f'<a href="{names[found[0]]}">{found[0]}</a>', escape(text)
        )

    parts, listed = [], []
    for title, is_view in (("Views to query", True), ("Base tables", False)):
        shown = {name: model for name, model in models.items() if name.startswith("main.") == is_view}
        links = " · ".join(
            f'<a href="#{name.removeprefix("main.")}">{name.removeprefix("main.")}</a>' for name in shown
        )
        listed.append(f"<h2>{title}</h2><p>{links}</p>")
        parts.append(f"<h2>{title}</h2>")
        for name, model in shown.items():
            own = name.removeprefix("main.")
            comment, columns = describe(model)
            schema = model.to_schema().columns
            rows = "".join(
                f"<tr><td><code>{column}</code></td><td>{escape(str(schema[column].dtype))}</td><td>{linked(text, own)}</td></tr>"
                for column, text in columns.items()
            )
            parts.append(
                f'<h3 id="{own}">{own}</h3><p>{linked(comment, own)}</p><p><em>For readers:</em> {_SHOWN[readers_of(model)]}</p>'
                f"<table><thead><tr><th>column</th><th>type</th><th>meaning</th></tr></thead><tbody>{rows}</tbody></table>"
            )
    return _PAGE.format(listed="\n".join(listed), parts="\n".join(parts))


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Data dictionary</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #8888; overflow-wrap: anywhere; }}
td:first-child {{ min-width: 9rem; }}
h3 {{ margin-top: 2.5rem; scroll-margin-top: 1rem; }}
@media print {{ h3 {{ break-after: avoid; }} }}
</style></head><body>
<h1>Data dictionary</h1>
<p>What each view and table of the warehouse holds. <em>For readers</em> says how the copy that everybody reads shows it.</p>
{listed}
{parts}
</body></html>
"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

"""What the protocol declares of extraction and appraisal, as tables that queries can join; replaced at each run."""

from __future__ import annotations

import duckdb

from schemas.protocol import Protocol
from tasks.synthesise.checklist import read_checklists
from tasks.tabular import fold
from warehouse.write import replace_rows


def write_declarations(con: duckdb.DuckDBPyConnection, protocol: Protocol) -> None:
    """Writes core.protocol_field and core.checklist_item."""
    claimed: set[str] = set()
    fields: list[tuple[object, ...]] = []
    for position, field in enumerate(protocol.extraction.field, start=1):
        # A variable is one field's: the first that claims it.
        spelt = dict.fromkeys(fold(word) for word in (field.name, field.label, *field.variables, *field.formerly))
        variables = [word for word in spelt if word and word not in claimed]
        claimed.update(variables)
        fields.append((field.name, position, field.label, field.type, field.options, field.unit, field.required,
                       variables, field.formerly))  # fmt: skip
    items = [
        (checklist.name, checklist.title, item.number, item.short, item.question, item.open,
         [] if item.open else list(dict.fromkeys(checklist.answers.values())))
        for checklist in read_checklists(protocol.appraisal)
        for item in checklist.items
    ]  # fmt: skip
    replace_rows(con, "core.protocol_field", fields)
    replace_rows(con, "core.checklist_item", items)

"""Cards: reports of one work that the protocol has screened as one, such as a preprint and its article.

They stay reports of their own; votes and consensus on one of them, on title and abstract or at full text, count for all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse.write import replace_rows, transaction

_RELATED = Path(__file__).with_name("related_reports.sql").read_text(encoding="utf-8")


def write_cards(con: duckdb.DuckDBPyConnection, relations: Sequence[str]) -> None:
    """Fills core.screening_card anew with the reports between which one of these relations was found.

    The card is named after its first report: one that is no preprint, abstract or thesis itself, else the least id.
    """
    con.execute("SET VARIABLE together = ?", [list(relations)])
    pairs = con.execute(_RELATED).fetchall() if relations else []
    secondary: dict[str, bool] = {}
    card: dict[str, str] = {}
    reports_of: dict[str, list[str]] = defaultdict(list)
    for a, a_is_secondary, b, b_is_secondary in pairs:
        secondary |= {a: a_is_secondary, b: b_is_secondary}
        for report in (a, b):
            if report not in card:
                card[report] = report
                reports_of[report].append(report)
        kept, joined = sorted((card[a], card[b]))
        if kept != joined:
            for report in reports_of.pop(joined):
                card[report] = kept
                reports_of[kept].append(report)
    rows = []
    for reports in reports_of.values():
        reports.sort(key=lambda report: (secondary[report], report))
        rows += [(report, reports[0], position) for position, report in enumerate(reports, start=1)]
    with transaction(con):
        replace_rows(con, "core.screening_card", rows)

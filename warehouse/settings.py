"""The parts of the protocol that queries need, as tables; replaced at each run."""

from __future__ import annotations

import tomllib
from pathlib import Path

import duckdb

from schemas.protocol import Protocol
from warehouse.write import replace_rows, transaction

_BOXES = Path(__file__).parent.parent / "tasks" / "publish" / "prisma_boxes.toml"


def write_settings(con: duckdb.DuckDBPyConnection, protocol: Protocol) -> None:
    """Writes sources, rules of screening and synthesis, reasons for exclusion and PRISMA's boxes: all of them, or none."""
    with transaction(con):
        for table, rows in list_settings(protocol).items():
            replace_rows(con, table, rows)


def list_settings(protocol: Protocol) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each of these tables."""
    rules = {"title-abstract": protocol.screening.title_abstract, "full-text": protocol.screening.full_text}
    boxes = tomllib.loads(_BOXES.read_text(encoding="utf-8"))["box"]
    return {
        "core.source": [
            (s.name, place, s.database, s.platform, s.method, s.service, s.repeated_every)
            for place, s in enumerate(protocol.source, start=1)
        ],
        "core.screening_rule": [
            (
                stage, r.votes, r.second_vote_of_included, r.second_vote_of_excluded, r.calibration, r.maybe, r.reasons,
                protocol.screening.seed,
            )
            for stage, r in rules.items()
        ],
        "core.reviewer": [
            (r.name, place, r.kind, r.stages, r.resolves, r.excludes_alone, r.checked, r.since, r.until)
            for place, r in enumerate(protocol.screening.team, start=1)
        ],
        "core.synthesis_rule": list(protocol.synthesis.thresholds.items()),
        "core.synthesis_method": [(s.method, s.codebook_version) for s in [protocol.synthesis] if s.method != "thematic"],
        "core.exclusion_reason": [(e.reason, place) for place, e in enumerate(protocol.eligibility.exclusion, start=1)],
        "core.prisma_box": [(box["name"], place) for place, box in enumerate(boxes, start=1)],
    }  # fmt: skip

"""A review of some hundred reports, drawn by a seed: everything that screening and PRISMA's boxes know stands in it."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

import polars as pl

from tasks.publish.diagram import boxes
from tests.support.handmade import Handmade
from warehouse.write import insert_frame

METHODS = {
    "medline": "database",
    "embase": "database",
    "registry": "register",
    "websites": "websites",
    "people": "other",
}
PEOPLE = ("Ada", "Ben", "Cem")
REASONS = ("Late", "Early", "In no protocol", None)
STAGES = ("title-abstract", "retrieval", "full-text")


class LargeReview(Handmade):
    """Rows go in all at once, at the end: one by one they would take most of a test's time."""

    def __init__(self, con: Any, reports: int, seed: int) -> None:
        super().__init__(con)
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._random = Random(seed)
        con.execute("INSERT INTO core.source VALUES ('people', 5, 'people', 'any', 'other', NULL, 31)")
        self.boxes(list(boxes()))
        self.reasons("Early", "Late")
        self.arrival()
        for source in METHODS:
            for nth in (1, 2):
                self.search(f"q-{source}-{nth}", source)
        for number in range(reports):
            self._report(number)
        for _ in range(reports // 4):
            source = self._random.choice([*METHODS, "in no protocol"])
            self.quarantine(
                self._random.choice("abcdefgh"),
                f"q-{source}-{self._random.choice((1, 2))}",
                source,
                self._random.choice((1, 1, 2)),
            )
        for table, rows in self._rows.items():
            insert_frame(con, table, pl.DataFrame(rows, infer_schema_length=None))

    def _report(self, number: int) -> None:
        """Some records of one report, and, stage by stage, votes on any of them."""
        draw = self._random
        records = [f"{number:03}{letter}" for letter in "abcd"[: draw.choice((1, 1, 2, 3, 4))]]
        report = draw.choice(records)
        for record in draw.sample(records, len(records)):
            source = draw.choice(list(METHODS))
            self.record(
                record, report, source, search_id=f"q-{source}-1", first_executed_at=self.moment(draw.randrange(4)),
                authors=None,
            )  # fmt: skip
            self.deliver(record, f"q-{source}-1", draw.choice((0, 0, 0, 1, 2)))
            self.deliver(record, f"q-{source}-2", draw.choice((0, 0, 1, 3)))
            if draw.random() < 0.3:
                self._insert("core.record_alias", {"alias": f"rold{record}", "record_id": f"r{record}"})
            if draw.random() < 0.3:
                link = {"arrival_id": 2, "record_id": f"r{record}", "study": draw.choice(("Hearts", "Lungs", "Teeth"))}
                self._insert("core.study_link", link)
        for stage in STAGES[: draw.choice((0, 1, 1, 2, 3, 3, 3, 3))]:
            if stage == "full-text" or draw.random() < 0.8:
                self._votes(records, stage)

    def _votes(self, records: list[str], stage: str) -> None:
        """What people say at a stage: mostly the same, now and then something else, taken back, of one date, or uncounted."""
        draw = self._random
        other = "not-retrieved" if stage == "retrieval" else "exclude"
        usual = draw.choice(("include", "include", other))
        for person in draw.sample(PEOPLE, draw.choice((0, 1, 2, 2, 3))):
            from_file = draw.random() < 0.4
            for _ in range(draw.choice((1, 1, 1, 2, 2))):
                verdict = draw.choice((usual, usual, usual, usual, "include", other, "maybe", "clear"))
                self._vote(
                    records,
                    person,
                    "include" if (stage, verdict) == ("retrieval", "maybe") else verdict,
                    stage,
                    from_file,
                )
        for _ in range(draw.choice((0, 0, 0, 0, 1, 2))):
            verdict = draw.choice((usual, usual, other))
            self._vote(records, "consensus", verdict, stage, draw.random() < 0.4, consensus=True)

    def _vote(self, records: list[str], person: str, verdict: str, stage: str, from_file: bool, **fields: Any) -> None:
        draw = self._random
        self.vote(
            draw.choice(records), person, verdict, stage, at=draw.randrange(4), reason=draw.choice(REASONS),
            undone=draw.random() < 0.05, uncounted="nobody knows them" if draw.random() < 0.05 else None,
            **({"seq": None} if from_file else {}), **fields,
        )  # fmt: skip

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        self._rows[table].append(row)

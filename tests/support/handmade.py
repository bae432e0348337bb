"""A warehouse in memory whose records, reports and decisions are written down by hand: for the views and checks on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from warehouse.materialise import materialise

START = datetime(2020, 1, 6, 12, tzinfo=UTC)


class Handmade:
    """Rows are added by name: `record('a1', report='a1')`, `vote('a1', 'Ada', 'include')`. A report bears a record's name."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._clock = 0
        self.rule("title-abstract")
        self.rule("full-text")
        for name, method in (
            ("medline", "database"),
            ("embase", "database"),
            ("registry", "register"),
            ("websites", "websites"),
        ):
            self.con.execute(
                "INSERT INTO core.source VALUES (?, (SELECT count(*) + 1 FROM core.source), ?, 'any', ?, NULL, 31)",
                [name, name, method],
            )

    def rule(
        self,
        stage: str,
        votes: int = 2,
        maybe: str = "conflict",
        *,
        included: float | None = None,
        excluded: float | None = None,
        calibration: float = 0.0,
        reasons: str = "optional",
    ) -> None:
        """The protocol's rule of one stage."""
        self.con.execute(
            "INSERT OR REPLACE INTO core.screening_rule BY NAME SELECT ? AS stage, ? AS votes, ? AS second_vote_of_included, "
            "? AS second_vote_of_excluded, ? AS maybe, ? AS calibration, ? AS reasons",
            [stage, votes, included, excluded, maybe, calibration, reasons],
        )

    def team(self, *names: str, resolves: bool = False) -> None:
        """People of the protocol's team, who screen at every stage."""
        for name in names:
            self.con.execute(
                "INSERT INTO core.reviewer BY NAME SELECT ? AS reviewer, 1 + (SELECT count(*) FROM core.reviewer) AS position, "
                "'person' AS kind, ['title-abstract', 'retrieval', 'full-text'] AS stages, ? AS resolves",
                [name, resolves],
            )

    def tool(self, name: str, checked: float | None = None) -> None:
        """A tool of the protocol; with `checked`, it excludes alone, but for that share."""
        self.con.execute(
            "INSERT INTO core.reviewer BY NAME SELECT ? AS reviewer, 1 + (SELECT count(*) FROM core.reviewer) AS position, "
            "'automation' AS kind, ['title-abstract', 'retrieval', 'full-text'] AS stages, false AS resolves, "
            "? AS excludes_alone, ? AS checked",
            [name, checked is not None, checked],
        )

    def reasons(self, *reasons: str) -> None:
        """The protocol's reasons for exclusion, in order."""
        self.con.executemany(
            "INSERT INTO core.exclusion_reason VALUES (?, ?)", [[r, n] for n, r in enumerate(reasons, start=1)]
        )

    def boxes(self, names: Sequence[str]) -> None:
        """The boxes of the flow diagram."""
        self.con.executemany(
            "INSERT INTO core.prisma_box VALUES (?, ?)", [[name, n] for n, name in enumerate(names, start=1)]
        )

    def record(self, name: str, report: str | None = None, source: str = "medline", **fields: Any) -> str:
        """One record of one search, delivered once; returns its id. `report`: the record that names its report."""
        self._clock += 1
        at = START + timedelta(minutes=self._clock)
        row = {
            "record_id": f"r{name}", "source": source, "identity": f"acc:{name}", "platform": "any", "format": "ris",
            "accession": name, "title": f"Title {name}", "authors": ["Testperson, Tess"], "year": 2019, "raw_sha256": f"raw-{name}",
            "search_id": f"q-{source}", "first_executed_at": at, "last_executed_at": at, **fields,
        }  # fmt: skip
        self._insert("core.record", row)
        version = {"record_id": row["record_id"], "raw_sha256": row["raw_sha256"]}
        self._insert("core.record_raw", {**version, "raw": [{"tag": "TI", "value": name}]})
        place = {"search_id": row["search_id"], "arrival_id": 1, "position": self._clock, "line": 1}
        self._insert("core.found_record", {**place, **version})
        self._insert("core.report_record", {"record_id": row["record_id"], "report_id": f"rep_{report or name}"})
        return str(row["record_id"])

    @staticmethod
    def moment(minute: int) -> datetime:
        """So many minutes after the start."""
        return START + timedelta(minutes=minute)

    def arrival(self, arrival_id: int = 1) -> None:
        """One file, as it was read."""
        row = {"arrival_id": arrival_id, "sha256": "x", "kind": "export", "file_name": "a.ris", "bytes": 1}
        self._insert("core.arrival", {**row, "received_at": START, "state": "counts", "counts": True})
        self._insert("core.reading", {"arrival_id": arrival_id, "fingerprint": "", "outcome": "loaded"})

    def search(self, search_id: str, source: str, **fields: Any) -> None:
        """One search of a source, in which records can be delivered."""
        row = {
            "search_id": search_id, "event_id": 1, "source": source, "platform": "any", "executed_at": START,
            "executed_at_known": True, "found": 0, "loaded": 0, "quarantined": 0, "complete": True, "reason": "", **fields,
        }  # fmt: skip
        self._insert("core.search", row)

    def deliver(self, record: str, search_id: str, times: int = 1) -> None:
        """A record that is known stands in a search's files, once or several times."""
        for _ in range(times):
            self._clock += 1
            version = {"record_id": f"r{record}", "raw_sha256": f"raw-{record}"}
            self._insert(
                "core.found_record",
                {"search_id": search_id, "arrival_id": 1, "position": self._clock, "line": 1, **version},
            )

    def quarantine(self, raw: str, search_id: str, source: str, times: int = 1) -> None:
        """A record that could not be loaded."""
        for _ in range(times):
            self._clock += 1
            row = {"search_id": search_id, "arrival_id": 1, "source": source, "position": self._clock, "line": 1}
            self._insert("core.quarantine", {**row, "reason": "no title", "raw": raw})

    def vote(
        self, record: str, reviewer: str, verdict: str, stage: str = "title-abstract", *,
        reason: str | None = None, consensus: bool = False, at: int | None = None, undone: bool = False,
        **fields: Any,
    ) -> None:  # fmt: skip
        """One verdict. `at`: minutes after the start; each vote is later than the one before it if it is left out."""
        self._clock += 1
        row = {
            "decision_id": f"d{self._clock}", "seq": self._clock, "key": record, "record_id": f"r{record}", "matched_by": "record id",
            "stage": stage, "reviewer": reviewer, "written": reviewer, "verdict": verdict, "reason": reason,
            "decided_at": START + timedelta(minutes=self._clock if at is None else at), "consensus": consensus, "undone": undone,
            **fields,
        }  # fmt: skip
        self._insert("core.decision", row)

    def statuses(self, report: str) -> dict[str, str]:
        """The report's status at each stage that it has reached."""
        materialise(self.con)
        rows = self.con.execute(
            "SELECT stage, status FROM screening_status WHERE report_id = ?", [f"rep_{report}"]
        ).fetchall()
        return dict(rows)

    def place(self, report: str) -> str:
        """Where the report is in the flow."""
        materialise(self.con)
        return str(
            self.con.execute("SELECT place FROM report_path WHERE report_id = ?", [f"rep_{report}"]).fetchall()[0][0]
        )

    def flow(self) -> dict[str, int]:
        """The boxes that are not empty."""
        materialise(self.con)
        return dict(self.con.execute("SELECT box, n FROM prisma_flow WHERE n > 0").fetchall())

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        self.con.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
        )

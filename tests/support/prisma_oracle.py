"""What PRISMA's boxes must hold, worked out record by record from the base tables and the protocol's rules: slow, plain, and
without a line of the warehouse's SQL."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

STAGES = ("title-abstract", "retrieval", "full-text")
Row = Mapping[str, Any]
Member = tuple[str, str | None, str]
"""Box, line in the box, and the id of the record, report or study."""


class Oracle:
    """The base tables of one warehouse, as they are when it is made."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        def table(name: str) -> list[Row]:
            return con.sql(f"FROM core.{name}").pl().to_dicts()

        self.method = {row["source"]: row["method"] for row in table("source")}
        self.rules = {row["stage"]: row for row in table("screening_rule")}
        self.reasons = {row["reason"]: row["position"] for row in table("exclusion_reason")}
        self.records = table("record")
        self.report_of = {row["record_id"]: row["report_id"] for row in table("report_record")}
        self.deliveries = table("found_record")
        self.failures = table("quarantine")
        self.study_links = table("study_link")
        self.people = [row for row in table("reviewer") if row["kind"] == "person"]
        self.old_ids = {row["alias"]: row["record_id"] for row in table("record_alias")}
        self.reports = sorted(set(self.report_of.values()))
        self.decisions = [row for row in table("decision") if not row["undone"]]
        self.ballots = self._ballots(self.decisions)
        self.alone = {row["reviewer"]: row["checked"] for row in table("reviewer") if row["excludes_alone"]}
        self.tools = self._verdicts_of_tools(self.decisions)

    def _ballots(self, decisions: Iterable[Row]) -> Mapping[tuple[str, str], list[Row]]:
        """The verdicts that count on each report at each stage: of each person the last, unless two of one date differ."""
        by_person: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for decision in decisions:
            if decision["uncounted"] is None:
                who = decision["record_id"] if decision["consensus"] else decision["reviewer"]
                person = f"{'consensus on' if decision['consensus'] else 'vote of'} {who}"
                by_person[self.report_of[decision["record_id"]], decision["stage"], person].append(decision)
        counted: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for (report, stage, person), given in by_person.items():
            newest = max((one["decided_at"], one["seq"] or 0) for one in given)
            last = [
                one for one in given if (one["decided_at"], one["seq"] or 0) == newest and one["verdict"] != "clear"
            ]
            if person.startswith("consensus") or len({one["verdict"] for one in last}) == 1:
                counted[report, stage] += last
        for ballots in counted.values():
            noted = [one["decided_at"] for one in ballots if one["consensus"] and one["seq"] is not None]
            ballots[:] = [
                one
                for one in ballots
                if not one["consensus"] or one["decided_at"] >= max(noted, default=one["decided_at"])
            ]
        return counted

    def _verdicts_of_tools(self, decisions: Iterable[Row]) -> Mapping[str, dict[str, set[str]]]:
        """What each tool that may exclude alone says of each report on title and abstract."""
        by_tool: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for one in decisions:
            is_tools = one["uncounted"] == "a tool, not a reviewer" and one["reviewer"] in self.alone
            if is_tools and one["stage"] == "title-abstract" and not one["consensus"]:
                by_tool[self.report_of[one["record_id"]], one["reviewer"]].append(one)
        found: dict[str, dict[str, set[str]]] = defaultdict(dict)
        for (report, tool), given in by_tool.items():
            newest = max((one["decided_at"], one["seq"] or 0) for one in given)
            found[report][tool] = {one["verdict"] for one in given if (one["decided_at"], one["seq"] or 0) == newest}
        return found

    def _only_a_tool_excluded(self, report: str) -> bool:
        said = self.tools.get(report, {})
        if not said or set().union(*said.values()) != {"exclude"}:
            return False
        people = max(self.rules["title-abstract"]["calibration"], *(self.alone[tool] for tool in said))
        return self._drawn(report, "title-abstract") >= people

    def _drawn(self, report: str, stage: str) -> float:
        records = [record for record, of in self.report_of.items() if of == report]
        records += [alias for alias, record in self.old_ids.items() if record in records]
        names = [report, *(f"rep_{record[1:]}" for record in records)]
        seed = self.rules[stage]["seed"]
        return min(int(hashlib.sha256((seed + name).encode()).hexdigest()[:8], 16) / 2**32 for name in names)

    def _votes(self, report: str, stage: str) -> list[tuple[str, str]]:
        """Who votes what there, a 'maybe' as what the protocol says that it counts as; without the consensus."""
        as_include = stage in self.rules and self.rules[stage]["maybe"] == "include"
        return [
            (one["reviewer"], "include" if as_include and one["verdict"] == "maybe" else one["verdict"])
            for one in self.ballots.get((report, stage), [])
            if not one["consensus"]
        ]

    def needed(self, report: str, stage: str) -> int:
        """How many people must vote there; in a share for calibration all of the stage."""
        if stage not in self.rules:
            return 1
        rule, verdicts = self.rules[stage], {verdict for _, verdict in self._votes(report, stage)}
        drawn = self._drawn(report, stage)
        included, excluded = rule["second_vote_of_included"], rule["second_vote_of_excluded"]
        second = ("include" in verdicts and included is not None and drawn < included) or (
            "exclude" in verdicts and excluded is not None and drawn < excluded
        )
        everybody = sum(person["until"] is None and stage in person["stages"] for person in self.people)
        return max(int(rule["votes"]) + second, everybody if drawn < rule["calibration"] else 0)

    def votes_given(self) -> Mapping[tuple[str, str], list[Row]]:
        """All votes of people on each report at each stage, the earliest first, whether they still count or were changed later."""
        given: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for one in sorted(self.decisions, key=lambda one: (one["decided_at"], one["seq"] or 0, one["decision_id"])):
            if not one["consensus"] and one["uncounted"] is None and one["verdict"] != "clear":
                given[self.report_of[one["record_id"]], one["stage"]].append(one)
        return given

    def voters(self, report: str, stage: str) -> set[str]:
        """Who has voted there."""
        return {reviewer for reviewer, _ in self._votes(report, stage)}

    def judged(self, report: str, stage: str) -> str:
        """What the votes at one stage come to, whatever was said at the others."""
        ballots = self.ballots.get((report, stage), [])
        agreed = {one["verdict"] for one in ballots if one["consensus"]}
        verdicts = {verdict for _, verdict in self._votes(report, stage)}
        if stage == "retrieval":
            counts = agreed or verdicts
            if len(counts) > 1:
                return "conflict"
            return {"": "awaiting", "not-retrieved": "not_retrieved"}.get("".join(counts), "retrieved")
        if agreed:
            return {"include": "included", "exclude": "excluded"}.get("".join(agreed), "conflict")
        if len(self.voters(report, stage)) < self.needed(report, stage):
            if stage == "title-abstract" and self._only_a_tool_excluded(report):
                return "ineligible"
            return "awaiting_second" if verdicts else "awaiting"
        return {"include": "included", "exclude": "excluded"}.get("".join(verdicts), "conflict")

    def statuses(self, report: str) -> dict[str, str]:
        """Its status at each stage that it has reached. Votes at a later stage carry it past one where nobody voted, once all are in."""
        title, retrieval, full = (self.judged(report, stage) for stage in STAGES)
        is_read = full not in ("awaiting", "awaiting_second")
        if title in ("awaiting", "ineligible") and (retrieval != "awaiting" or is_read):
            title = "included"
        if title in ("awaiting", "ineligible") and full == "awaiting_second":
            return {"title-abstract": title, "retrieval": retrieval, "full-text": full}
        if title != "included":
            return {"title-abstract": title}
        if retrieval == "awaiting" and is_read:
            retrieval = "retrieved"
        if retrieval == "not_retrieved":
            return {"title-abstract": title, "retrieval": retrieval}
        return {"title-abstract": title, "retrieval": retrieval, "full-text": full}

    def place(self, report: str) -> str:
        """Where it is in the flow."""
        status = self.statuses(report)
        title, retrieval, full = (status.get(stage, "") for stage in STAGES)
        if title != "included":
            return {"excluded": "excluded_screening", "ineligible": "ineligible"}.get(title, "awaiting_screening")
        if retrieval == "not_retrieved":
            return "not_retrieved"
        if full in ("included", "excluded"):
            return "included" if full == "included" else "excluded_full_text"
        return "awaiting_full_text" if retrieval == "retrieved" else "awaiting_retrieval"

    def arm(self, report: str) -> str:
        """PRISMA's column: databases, where any of its records is of one or of a register."""
        sources = [one["source"] for one in self.records if self.report_of[one["record_id"]] == report]
        return "other" if all(self._suffix(source) for source in sources) else "databases"

    def queue(self, report: str) -> set[tuple[str, str, str]]:
        """Stage, person ('' for anybody, where the protocol names nobody) and work of all that there is to do on it."""
        team = [person for person in self.people if person["until"] is None]
        if not self.people:
            team = [{"reviewer": "", "stages": STAGES, "resolves": True}]
        statuses, found = self.statuses(report), set()
        for stage, status in statuses.items():
            of_stage = [person for person in team if stage in person["stages"]]
            if stage == "full-text" and statuses["retrieval"] == "conflict":
                continue
            if stage != "full-text" and status == "awaiting" and statuses.get("full-text") == "awaiting_second":
                continue
            if status == "conflict":
                settling = [person for person in team if person["resolves"]] or of_stage
                found |= {(stage, person["reviewer"], "settle") for person in settling}
            elif status in ("awaiting", "awaiting_second") or (status == "ineligible" and self.voters(report, stage)):
                work = "retrieve" if stage == "retrieval" else "vote"
                missing = {person["reviewer"] for person in of_stage} - self.voters(report, stage)
                found |= {(stage, person, work) for person in missing}
        return found

    def reason(self, report: str, stage: str) -> str | None:
        """Why it was excluded: the consensus' word, else the first in the protocol's order; None where nobody asks for it."""
        if stage == "title-abstract" and self.rules[stage]["reasons"] != "required":
            return None
        said = [one for one in self.ballots[report, stage] if one["verdict"] == "exclude" and one["reason"]]
        ranked = sorted(
            (not one["consensus"], self.reasons.get(one["reason"], 9999), str(one["reason"])) for one in said
        )
        return ranked[0][2] if ranked else "no reason given"

    def study(self, report: str) -> str:
        """The study that it is of: named after the first report with its label, else after the report."""
        labels: dict[str, str] = {}
        for link in self.study_links:
            of = self.report_of[link["record_id"]]
            labels[of] = min(labels.get(of, link["study"]), link["study"])
        if report not in labels:
            return report.replace("rep_", "stu_")
        return min(one for one, label in labels.items() if label == labels[report]).replace("rep_", "stu_")

    def _most(self, names: Iterable[tuple[str, str]]) -> dict[str, int]:
        """For each thing, in how many copies the search that delivers it most delivers it; from (search, thing) pairs."""
        most: Counter[str] = Counter()
        for (_, thing), times in Counter(names).items():
            most[thing] = max(most[thing], times)
        return dict(most)

    def members(self) -> set[Member]:
        """Who is in each box."""
        found: set[Member] = set()
        times = self._most((one["search_id"], one["record_id"]) for one in self.deliveries)
        by_report: dict[str, list[Row]] = defaultdict(list)
        for record in self.records:
            by_report[self.report_of[record["record_id"]]].append(record)
            name, source = record["record_id"], record["source"]
            for nth in range(1, times[name] + 1):
                copy = name if nth == 1 else f"{name}#{nth}"
                found.add((*self._identified(source), copy))
                if nth > 1:
                    found.add((f"removed_duplicates{self._suffix(source)}", None, copy))
        raw = {self._failure(one): one["source"] for one in self.failures}
        for name, n in self._most((one["search_id"], self._failure(one)) for one in self.failures).items():
            source = raw[name]
            for nth in range(1, n + 1):
                copy = name if nth == 1 else f"{name}#{nth}"
                found |= {(*self._identified(source), copy)}
                found |= {(f"removed_other{self._suffix(source)}", "could not be loaded", copy)}
        for report, records in by_report.items():
            found |= self._flow(report, records)
        return found

    def _flow(self, report: str, records: list[Row]) -> set[Member]:
        """The boxes after identification that one report, and the records that stand for it, are in."""
        inner = [one for one in records if not self._suffix(one["source"])]
        first = min(inner or records, key=lambda one: (one["first_executed_at"], one["record_id"]))
        name, suffix, place = first["record_id"], self._suffix(first["source"]), self.place(report)
        found: set[Member] = {
            (f"removed_duplicates{self._suffix(one['source'])}", None, one["record_id"])
            for one in records
            if one is not first
        }
        if place == "awaiting_screening":
            return found | {(f"awaiting_screening{suffix}", None, name)}
        if place == "ineligible":
            return found | {(f"removed_automation{suffix}", None, name)}
        found.add((f"screened{suffix}", None, name))
        if place == "excluded_screening":
            return found | {(f"excluded_screening{suffix}", self.reason(report, "title-abstract"), name)}
        found.add((f"sought{suffix}", None, report))
        if place not in ("excluded_full_text", "included"):
            return found | {(f"{place}{suffix}", None, report)}
        found.add((f"assessed{suffix}", None, report))
        if place == "excluded_full_text":
            return found | {(f"excluded_full_text{suffix}", self.reason(report, "full-text"), report)}
        return found | {
            (f"{part}_{unit}", None, report if unit == "reports" else self.study(report))
            for part in ("included", "total")
            for unit in ("reports", "studies")
        }

    def _identified(self, source: str) -> tuple[str, str]:
        method = self.method.get(source, "database")
        box = {"database": "identified_databases", "register": "identified_registers"}.get(method, "identified_other")
        return box, method if box == "identified_other" else source

    def _suffix(self, source: str) -> str:
        return "" if self.method.get(source, "database") in ("database", "register") else "_other"

    def _failure(self, one: Row) -> str:
        return "x" + hashlib.sha256(f"{one['source']}\n{one['raw']}".encode()).hexdigest()[:20]

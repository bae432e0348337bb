"""The numbers that must come out of the example, counted on its plan: nothing here uses the software under test."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict

from examples.cen.generator import coding
from examples.cen.generator.decisions import FULL, RETRIEVAL, TITLE, Vote, decision_files, rayyan_units, unit_of
from examples.cen.generator.deliveries import MIXED, SEARCHES
from examples.cen.generator.model import Export, Record
from examples.cen.generator.plan import PARTS, STUDIES, exports, project, votes
from examples.cen.generator.relevant import SIBLINGS
from examples.cen.generator.studies import study_files

Table = dict[str, int | str | tuple[str, ...]]

OTHER = ("citation-searching", "reference-lists", "call-for-evidence", "websites")
BRIDGE = ("bridge-a", "bridge-b", "bridge")

_HEAD = """\
# What must come out of the worked example. Counted by make_example.py on its plan, without the software under test; do
# not edit. expected-records.csv says the same record by record: search, file, position in the file (from 1), source,
# accession, the report that it stands for, whether it is new, delivered again or quarantined, and its pitfalls.
#
# Figures of [second-search] are those after both searches, unless a comment says otherwise.
"""


def expected_files() -> dict[str, bytes]:
    """EXPECTED.toml and expected-records.csv."""
    return {"EXPECTED.toml": _toml().encode(), "expected-records.csv": _records()}


def source_of(export: Export, record: Record | None) -> str:
    """The protocol's name of the source; in the mixed file each record has its own."""
    if export.source == MIXED[0] and record is not None:
        return record.source.lower()
    return export.path.split("/")[1]


def _deliveries(*searches: str) -> list[tuple[str, Export, int, Record]]:
    return [
        (search, export, position, record)
        for search in searches
        for export in exports(search)
        for position, record in enumerate(export.records, start=1)
    ]


def _report(record: Record, until: str) -> str:
    """The report as it can be told by then: the third record of "bridge" makes one of two."""
    unit = unit_of(record)
    return "bridge" if unit in BRIDGE and until != SEARCHES[0] else unit


def _until(search: str) -> tuple[str, ...]:
    return PARTS[: PARTS.index(search) + 1]


def identification(search: str) -> Table:
    """Records and reports after a search, and PRISMA's two columns of them."""
    all_ = _deliveries(*_until(search))
    good = [(source_of(export, record), record) for _, export, _, record in all_ if record.report and not record.again]
    methods: dict[str, set[str]] = defaultdict(set)
    count: Counter[str] = Counter()
    for source, record in good:
        method = "other" if source in OTHER else "databases"
        methods[_report(record, search)].add(method)
        count[method] += 1
    in_databases = sum("databases" in found for found in methods.values())
    in_other = len(methods) - in_databases
    return {
        "deliveries": len(all_),
        "again": sum(record.again for *_, record in all_),
        "quarantined": sum(record.report is None for *_, record in all_),
        "records": len(good),
        "reports": len(methods),
        "duplicates": len(good) - len(methods),
        "records_databases": count["databases"],
        "records_other": count["other"],
        "reports_databases": in_databases,
        "reports_other": in_other,
        "duplicates_databases": count["databases"] - in_databases,
        "duplicates_other": count["other"] - in_other,
    }


def sources(search: str) -> Table:
    """Records by source after a search."""
    good = (
        source_of(export, record)
        for _, export, _, record in _deliveries(*_until(search))
        if record.report and not record.again
    )
    return dict(sorted(Counter(good).items()))


def statuses(search: str) -> dict[str, dict[str, str]]:
    """Stage → report → status after a search: two votes, a maybe is an include, consensus settles."""
    ballots: dict[tuple[str, str], list[Vote]] = defaultdict(list)
    for one in _until(search):
        for vote in votes(one):
            unit = "bridge" if vote.unit in BRIDGE and search != SEARCHES[0] else vote.unit
            ballots[vote.stage, unit].append(vote)
    known = {_report(record, search) for *_, record in _deliveries(*_until(search)) if record.report}
    titles = {unit: _status(ballots[TITLE, unit]) for unit in sorted(known)}
    sought = [unit for unit, status in titles.items() if status == "included"]
    retrieval = {
        unit: (ballots[RETRIEVAL, unit][0].verdict.replace("-", "_") if ballots[RETRIEVAL, unit] else "awaiting")
        for unit in sought
    }
    full = {unit: _status(ballots[FULL, unit]) for unit in sought if retrieval[unit] != "not_retrieved"}
    return {TITLE: titles, RETRIEVAL: retrieval, FULL: full}


def _status(ballot: list[Vote]) -> str:
    """One report at one stage. At full text every report here that has a first vote is one that needs the second.

    Of a reviewer's own verdicts the later counts; two of one date that differ count for nothing.
    """
    words = {"include": "included", "maybe": "included", "exclude": "excluded"}
    agreed = [words[vote.verdict] for vote in ballot if vote.reviewer == "consensus"]
    last = {
        who: _last({vote for vote in ballot if vote.reviewer == who})
        for who in {v.reviewer for v in ballot} - {"consensus"}
    }
    said = {words[verdict] for verdict in last.values() if verdict}
    if agreed:
        return agreed[-1]
    voters = sum(1 for verdict in last.values() if verdict)
    if voters < 2:
        return "awaiting_second" if voters else "awaiting"
    return "conflict" if len(said) > 1 else said.pop()


def _last(own: set[Vote]) -> str:
    """The verdict of the latest date; '' where there are two."""
    verdicts = {vote.verdict for vote in own if vote.date == max(one.date for one in own)}
    return verdicts.pop() if len(verdicts) == 1 else ""


def reasons(search: str) -> Table:
    """Reports excluded at full text, by reason."""
    out = {unit for unit, status in statuses(search)[FULL].items() if status == "excluded"}
    last: dict[str, str] = {}
    for one in _until(search):
        for vote in votes(one):
            if (
                vote.stage == FULL
                and vote.unit in out
                and vote.reason
                and (vote.reviewer == "consensus" or vote.unit not in last)
            ):
                last[vote.unit] = vote.reason
    return dict(sorted(Counter(last.values()).items()))


def conflicts(search: str) -> Table:
    """Reports on which the two reviewers' votes at a stage differ, and how many a consensus settles."""
    raised, settled = set(), set()
    for one in _until(search):
        by_unit: dict[tuple[str, str], set[str]] = defaultdict(set)
        for vote in (vote for until in _until(one) for vote in votes(until)):
            if vote.reviewer == "consensus":
                settled.add((vote.stage, vote.unit))
            elif vote.stage != RETRIEVAL:
                by_unit[vote.stage, vote.unit].add("include" if vote.verdict == "maybe" else vote.verdict)
        raised |= {unit for unit, said in by_unit.items() if len(said) > 1}
    return {"raised": len(raised), "settled": len(raised & settled), "open": len(raised - settled)}


def flow(search: str) -> Table:
    """PRISMA's boxes after a search, both columns; what waits for a text and what waits for a verdict are one box."""
    status, counts = statuses(search), identification(search)
    found = _deliveries(*_until(search))
    by_databases = {_report(r, search) for _, export, _, r in found if r.report and source_of(export, r) not in OTHER}
    boxes: Table = {}
    for column, suffix in (("databases", ""), ("other", "_other")):
        here = {unit for unit in status[TITLE] if (unit in by_databases) == (column == "databases")}
        blank = sum(
            r.report is None and (source_of(export, r) in OTHER) == (column == "other") for _, export, _, r in found
        )
        title, retrieval, full = (
            Counter(said for unit, said in by_unit.items() if unit in here) for by_unit in status.values()
        )
        boxes |= {
            f"identified{suffix}": int(str(counts[f"records_{column}"])) + blank,
            f"removed_duplicates{suffix}": counts[f"duplicates_{column}"],
            f"removed_other{suffix}": blank,
            f"awaiting_screening{suffix}": title["awaiting"] + title["awaiting_second"] + title["conflict"],
            f"screened{suffix}": title["included"] + title["excluded"],
            f"excluded_screening{suffix}": title["excluded"],
            f"sought{suffix}": title["included"],
            f"not_retrieved{suffix}": retrieval["not_retrieved"],
            f"awaiting{suffix}": full["awaiting"] + full["awaiting_second"] + full["conflict"],
            f"assessed{suffix}": full["included"] + full["excluded"],
            f"excluded_full_text{suffix}": full["excluded"],
        }
    return boxes


def included(search: str) -> Table:
    """The included reports and their studies after a search."""
    reports = {unit for unit, value in statuses(search)[FULL].items() if value == "included"}
    return {"reports": len(reports), "studies": sum(bool(set(study.reports) & reports) for study in STUDIES)}


def coded(search: str) -> Table:
    """What the coding project holds after a search."""
    now = project(search)
    found = [(key, segment) for key in now.documents for segment in coding.segments(now, key)]
    return {
        "documents": len(now.documents),
        "double_coded": len(now.double_coded),
        "codes": coding.codes(now),
        "segments": len(found),
        "codings": sum(len(segment.codes) for _, segment in found),
        "cases": len({study.name for study in STUDIES if set(study.reports) & set(now.documents)}),
        "notes": 3,
    }


def _toml() -> str:
    lines = [_HEAD]
    for search in SEARCHES:
        status = statuses(search)
        lines += _table(f"[{search}]", identification(search))
        lines += _table(f"[{search}.sources]", sources(search), "records, each counted once")
        for stage, by_unit in status.items():
            lines += _table(
                f"[{search}.status.{stage}]",
                dict(sorted(Counter(by_unit.values()).items())),
                "reports that have come this far",
            )
        lines += _table(f"[{search}.excluded]", reasons(search), "reports excluded at full text, by reason")
        lines += _table(f"[{search}.conflicts]", conflicts(search), "reports and stages on which Ada and Ben differ")
        lines += _table(f"[{search}.included]", included(search))
        lines += _table(f"[{search}.flow]", flow(search), "PRISMA's boxes; awaiting: retrieval and full text together")
        lines += _table(f"[{search}.coding]", coded(search), "the project of this search")
        rows = {
            name: content.count(b"\n") - 1 for name, content in (decision_files(search) | study_files(search)).items()
        }
        rows = {name: len(rayyan_units(search)) if name.endswith("rayyan.csv") else n for name, n in rows.items()}
        lines += _table(f"[{search}.rows]", rows, "rows of this search's files, without the header")
    for search in SEARCHES:
        for export in exports(search):
            lines += _table("[[file]]", _file(search, export))
    for pair in SIBLINGS:
        lines += _table(
            "[[apart]]", {"why": pair.why, "reports": (pair.first[0], pair.second[0])}, "two reports, never one"
        )
    joined = "two reports until the second search brings a record with the title of the one and the DOI of the other"
    lines += _table("[bridge]", {"reports": BRIDGE}, joined)
    return "\n".join(lines)


def _file(search: str, export: Export) -> Table:
    blank = sum(record.report is None for record in export.records)
    by_source = Counter(source_of(export, record) for record in export.records if record.report)
    row: Table = {
        "path": f"{search}/{export.path}",
        "found": len(export.records),
        "loaded": len(export.records) - blank,
        "quarantined": blank,
        "again": sum(record.again for record in export.records),
    }
    return row | {f"from_{source}": n for source, n in sorted(by_source.items()) if len(by_source) > 1}


def _table(head: str, values: Table, comment: str = "") -> list[str]:
    quoted = (f"{_key(name)} = {_value(value)}" for name, value in values.items())
    return [f"{head}  # {comment}" if comment else head, *quoted, ""]


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else f'"{name}"'


def _value(value: int | str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return str(value) if isinstance(value, int) else f'"{value}"'


def _records() -> bytes:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("search", "file", "position", "source", "accession", "report", "state", "pitfalls"))
    for search, export, position, record in _deliveries(*SEARCHES):
        report = unit_of(record) if record.report else ""
        state = "again" if record.again else "new" if record.report else "quarantined"
        table.writerow(
            (
                search,
                export.path,
                position,
                source_of(export, record),
                record.accession,
                report,
                state,
                "; ".join(record.variants),
            )
        )
    return text.getvalue().encode()

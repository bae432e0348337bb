"""Random lives of a small review: whatever comes in, in whatever order and how often, the promises of the design hold.

A life is a list of updates, each a list of events: exports (new records, records delivered again, a part of an export with
other counters), decisions in files and in the ledger, consensus, rulings on duplicates, and any of them taken back. After
every update the checks of the warehouse are empty and no report id is lost; at the end a rebuild gives the same rows, and
so does the same material in another order.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemas.event import DuplicateRuling, DuplicateUndo, ScreeningDecision, ScreeningUndo
from tests.support.exports import Rec
from tests.support.reviews import DAY, SmallReview
from warehouse.check import find_violations
from warehouse.connect import writer

APPLES = Rec(
    "",
    "What orchard keepers say about apples in autumn",
    ("Testperson, Tess", "Beispiel, Bo"),
    2018,
    doi="10.5555/apples",
)
REPORTS = [
    APPLES,
    replace(APPLES, title=APPLES.title + ": part II", pages=("259", "270"), doi="10.5555/apples-2"),
    replace(APPLES, title="Erratum: " + APPLES.title, year=2019, pages=("300", "300"), doi=""),
    Rec("", "Pear growers and the weather: an interview study", ("Ficticia, Fe",), 2015, pages=("1", "9")),
    Rec("", "Pear growers and the weather: an interview study", ("Ficticia, Fe",), 2016, doi="10.5555/pears"),
    Rec("", "Editorial", ("Mustermann, Mo",), 2011, volume="1", pages=("1", "2")),
    Rec("", "Editorial", ("Mustermann, Mo",), 2012, volume="2", pages=("1", "2")),
    Rec(
        "",
        "Growing plums in Nowhereland: experiences of gardeners",
        ("Exemplo, Ex", "Specimen, Sy"),
        2009,
        doi="10.5555/plums",
    ),
]
NUMBERS = {"medline": 99000000, "cinahl": 990000000, "pubmed": 98000000}
SOURCES = tuple(NUMBERS)
STAGES = ("title-abstract", "full-text")
REASONS = {"include": "", "exclude": "Wrong population", "maybe": ""}


def record(source: str, number: int, version: int) -> Rec:
    """What a source says of a report: each in its own way, and a second version that says a little more."""
    report = REPORTS[number]
    said = replace(
        report, accession=str(NUMBERS[source] + number), abstract="" if version == 0 else "With an abstract now."
    )
    if source == "cinahl":
        return replace(said, title=said.title.title(), doi="")
    return replace(said, title=said.title + ".") if source == "medline" else said


@dataclass(frozen=True)
class Export:
    """Reports by number, in this order, with the counter of the first."""

    source: str
    reports: tuple[int, ...]
    version: int
    first: int


@dataclass(frozen=True)
class Vote:
    """One verdict on one record, in a file or in the ledger."""

    source: str
    report: int
    stage: str
    reviewer: str
    verdict: str
    in_ledger: bool
    consensus: bool


@dataclass(frozen=True)
class Ruling:
    """What somebody says of two records, by their places in the warehouse."""

    one: int
    other: int
    verdict: str


@dataclass(frozen=True)
class Undo:
    """Takes back one of the events that the ledger holds, by its place."""

    place: int


numbers = st.integers(0, len(REPORTS) - 1)
export_events = st.builds(
    Export,
    st.sampled_from(SOURCES),
    st.lists(numbers, min_size=1, max_size=6).map(tuple),
    st.integers(0, 1),
    st.integers(1, 40),
)
events = st.one_of(
    export_events,
    st.builds(
        Vote, st.sampled_from(SOURCES), numbers, st.sampled_from(STAGES), st.sampled_from(["Ada", "Ben"]),
        st.sampled_from(list(REASONS)), st.booleans(), st.booleans(),
    ),
    st.builds(Ruling, st.integers(0, 99), st.integers(0, 99), st.sampled_from(["same", "distinct", "not_now"])),
    st.builds(Undo, st.integers(0, 99)),
)  # fmt: skip
lives = st.lists(st.tuples(export_events, st.lists(events, max_size=6)), min_size=2, max_size=3)


class Life:
    """A review that lives through updates, and remembers what must never be lost."""

    def __init__(self, root: Path) -> None:
        self.small = SmallReview(root)
        self.given: dict[str, str] = {}  # every report id that was ever shown → a record that it stood for
        self.delivered: set[tuple[str, str]] = set()
        self.rows = self.said = self.files = 0

    def happens(self, event: Export | Vote | Ruling | Undo) -> None:
        """One event between two updates."""
        self.files += 1
        log = self.small.review.log
        if isinstance(event, Export):
            records = [record(event.source, number, event.version) for number in event.reports]
            self.small.search(event.source, f"{self.files:03}", records, DAY + timedelta(days=self.files), event.first)
            self.delivered |= {(event.source, one.accession) for one in records}
        elif isinstance(event, Vote):
            key = str(NUMBERS[event.source] + event.report)
            if event.in_ledger:
                decision = ScreeningDecision(
                    report_id=key, stage=event.stage, verdict=event.verdict, reason=REASONS[event.verdict] or None,
                    consensus=event.consensus,
                )  # fmt: skip
                log.append(decision, event.reviewer)
                self.said += 1
            else:
                line = f"{key},{event.reviewer},{event.verdict},{REASONS[event.verdict]},{event.consensus},2020-03-{1 + self.files % 28:02}"
                header = "id,reviewer,verdict,reason,consensus,date"
                self.small.drop(f"decisions/{event.stage}/{self.files:03}.csv", f"{header}\n{line}\n")
                self.rows += 1
        elif isinstance(event, Ruling):
            known = sorted(f"{row[0]}" for row in self._known())
            if known:
                one, other = known[event.one % len(known)], known[event.other % len(known)]
                if one != other:
                    log.append(DuplicateRuling(record_id_a=one, record_id_b=other, verdict=event.verdict), "Ada")
        else:
            standing = list(log.entries(ScreeningDecision, DuplicateRuling))
            if standing:
                taken = standing[event.place % len(standing)]
                is_decision = isinstance(taken.event, ScreeningDecision)
                log.append(
                    ScreeningUndo(decision=taken.seq) if is_decision else DuplicateUndo(ruling=taken.seq), taken.actor
                )

    def update(self) -> None:
        """One update, and everything that must hold after it."""
        self.small.update(check=False)
        with writer(self.small.review.warehouse) as con:
            assert find_violations(con) == []
            assert con.execute("SELECT identity FROM prisma_identity WHERE holds IS NOT true").fetchall() == []

            # No record is lost or shown twice, and each report is in one place of the flow.
            shown = con.execute("SELECT source, accession FROM record").fetchall()
            assert sorted(shown) == sorted(self.delivered)
            reports = {row[0] for row in con.execute("SELECT report_id FROM report").fetchall()}
            assert sorted(row[0] for row in con.execute("SELECT report_id FROM report_path").fetchall()) == sorted(
                reports
            )

            # An id that was once given means a report, and the one in which its record is now.
            now = {**{report: report for report in reports}, **dict(con.execute("FROM report_alias").fetchall())}
            home = dict(con.execute("SELECT record_id, report_id FROM record").fetchall())
            assert {report: now[report] for report in self.given} == {
                report: home[name] for report, name in self.given.items()
            }
            self.given |= {report: "r" + report.removeprefix("rep_") for report in reports}

            # No decision is lost between files, ledger and tables.
            counted = con.execute(
                "SELECT (SELECT count(*) FROM core.decision WHERE arrival_id IS NOT NULL)"
                " + (SELECT count(*) FROM core.unmatched_decision WHERE arrival_id IS NOT NULL),"
                " (SELECT count(*) FROM core.decision WHERE seq IS NOT NULL)"
                " + (SELECT count(*) FROM core.unmatched_decision WHERE seq IS NOT NULL)"
            ).fetchall()
            assert counted == [(self.rows, self.said)]

            # Nobody's ruling is overruled: records that were last said to be distinct are, and those said to be the same
            # are too, unless other rulings say the contrary.
            cluster = dict(con.execute("FROM dedupe.cluster").fetchall())
            ruled = con.execute("FROM dedupe.ruling").fetchall()
            assert [(a, b) for a, b, verdict in ruled if verdict == "distinct" and cluster[a] == cluster[b]] == []
            group = {name: name for name in cluster}
            for a, b, verdict in ruled:
                if verdict == "same":
                    group = {name: group[a] if home == group[b] else home for name, home in group.items()}
            torn = {group[a] for a, b, verdict in ruled if verdict == "distinct" and group[a] == group[b]}
            apart = [
                (a, b)
                for a, b, verdict in ruled
                if verdict == "same" and cluster[a] != cluster[b] and group[a] not in torn
            ]
            assert apart == []

    def hashes(self, *but: str) -> dict[str, str]:
        """The content of the warehouse, table by table."""
        return {name: value for name, value in self.small.hashes().items() if name not in but}

    def reports(self) -> list[tuple]:
        """What records say, and which report each stands for."""
        return self.small.rows(
            "SELECT record_id, report_id, title, doi, raw_sha256, first_found_at FROM record ORDER BY record_id"
        )

    def taken_back(self) -> set[int]:
        """The rulings that were taken back."""
        return {entry.event.ruling for entry in self.small.review.log.entries(DuplicateUndo)}

    def _known(self) -> list[tuple]:
        return self.small.rows("SELECT record_id FROM record") if self.small.review.warehouse.exists() else []


def live(life: list[tuple[Export, list]], random: Random) -> None:
    """Lives the life; then once more with nothing new, once from the truths alone, and once in another order."""
    with TemporaryDirectory() as folder:
        grown = Life(Path(folder) / "grown")
        for first, others in life:
            for event in (first, *others):
                grown.happens(event)
            grown.update()
        content = grown.hashes()

        again = sorted((grown.small.review.root / "exports").rglob("*.??*"))
        for path in again[: 1 + len(again) // 2]:
            shutil.copy(path, path.with_name(f"copy-{path.name}"))
        grown.update()
        assert grown.hashes("core.arrival") == {name: v for name, v in content.items() if name != "core.arrival"}, (
            "the same bytes again change nothing"
        )

        assert grown.small.rebuilt() == grown.hashes(), "a warehouse derived from the log alone has the same rows"

        other = Life(Path(folder) / "other")
        names = [
            path
            for path in (grown.small.review.root / "exports").rglob("*")
            if path.is_file() and path.suffix in (".ris", ".nbib") and not path.name.startswith("copy-")
        ]
        names = [path.relative_to(grown.small.review.root) for path in names]
        random.shuffle(names)
        cut = random.randint(1, len(names))
        for part in (names[:cut], names[cut:]):
            for name in part:
                target = other.small.drop(str(name), (grown.small.review.root / name).read_bytes())
                beside = (grown.small.review.root / name).with_name(f"{name.name}.toml")
                if beside.exists():
                    shutil.copy(beside, target.with_name(f"{name.name}.toml"))
            other.small.update()
        for entry in grown.small.review.log.entries(DuplicateRuling, DuplicateUndo):
            if isinstance(entry.event, DuplicateRuling) and entry.seq not in grown.taken_back():
                other.small.review.log.append(entry.event, entry.actor)
        other.small.update()
        assert other.reports() == grown.reports(), "the order in which exports come does not matter"


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.reuse, Phase.generate))
@given(lives, st.integers(0, 2**16))
def test_whatever_comes_in_the_promises_hold(life: list, seed: int) -> None:
    live(life, Random(seed))


@pytest.mark.soak
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(export_events, st.lists(events, max_size=12)), min_size=2, max_size=5), st.integers(0, 2**16))
def test_long_lives(life: list, seed: int) -> None:
    live(life, Random(seed))

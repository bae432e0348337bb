"""Random histories of a team that screens: whoever comes, goes or bears another name, and whichever records become one report,
votes, statuses, queues and PRISMA's boxes are those that can be worked out from the history by hand.

A history is a list of rounds; a round is votes, consensus, clears and undos, then perhaps another team, and other groups of records
that are one report. After each round everything is compared.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemas.event import ScreeningClear, ScreeningDecision, ScreeningUndo
from schemas.protocol import Protocol
from schemas.protocol_screening import Reviewer, Screening, StageRule
from tasks.screen.load import match_decisions
from tests.support.examples import examples
from tests.support.handmade import Handmade
from tests.support.prisma_oracle import Oracle
from tests.support.reviews import PROTOCOL
from warehouse.connect import memory
from warehouse.log import Entry
from warehouse.materialise import materialise
from warehouse.schema import create_schema
from warehouse.settings import write_settings

#: Each person, by all spellings of the name; capitals and blanks make no other person.
PEOPLE = (("Ada", "ADA ", "A. L."), ("Ben", "ben  ", "Okri"), ("Cem", "cem", "C."), ("Dan", " dan", "D. D."))
TOOL = "Sifter"
RECORDS = ("0", "1", "2", "3")
STAGES = ("title-abstract", "full-text")
START = datetime(2020, 1, 1, 12, tzinfo=UTC)

Member = tuple[int, int, tuple[str, ...], bool, int | None]
"""Which person, which spelling is the protocol's, stages, whether she settles conflicts, days until she leaves."""


@dataclass(frozen=True)
class Word:
    """What somebody says of a record at a stage; `verdict` is clear where all of it is taken back."""

    person: int
    spelling: int
    record: int
    stage: str
    verdict: str
    consensus: bool


@dataclass(frozen=True)
class Undo:
    """One of the words so far, by its place, is taken back."""

    place: int


members = st.tuples(
    st.integers(0, 3), st.integers(0, 2), st.sampled_from([STAGES, STAGES, ("title-abstract",), ()]), st.booleans(),
    st.sampled_from([None, None, None, 5, 15]),
)  # fmt: skip
teams = st.lists(members, max_size=4, unique_by=lambda member: member[0]).map(tuple)
words = st.builds(
    Word, st.integers(0, 3), st.integers(0, 2), st.integers(0, 3), st.sampled_from(["title-abstract", "title-abstract", "full-text"]),
    st.sampled_from(["include", "exclude", "exclude", "maybe", "clear"]), st.sampled_from([False, False, False, False, True]),
)  # fmt: skip
events = st.one_of(words, words, words, words, st.builds(Undo, st.integers(0, 99)))
#: Which group each record is in: those of one group are one report.
groups = st.lists(st.integers(0, 3), min_size=4, max_size=4).map(tuple)
rules = st.builds(
    StageRule, votes=st.just(1), second_vote_of_included=st.sampled_from([None, 1.0]),
    second_vote_of_excluded=st.sampled_from([None, 0.5]), maybe=st.sampled_from(["include", "conflict"]),
) | st.builds(StageRule, votes=st.integers(1, 2))  # fmt: skip
rounds = st.tuples(st.lists(events, min_size=1, max_size=10), teams, groups)
histories = st.tuples(rules, rules, st.lists(rounds, min_size=1, max_size=2))
long_histories = st.tuples(rules, rules, st.lists(rounds, min_size=2, max_size=6))


class History:
    """The log, the team of now and the groups of now; and what follows from them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, title: StageRule, full: StageRule) -> None:
        self.con, self.title, self.full = con, title, full
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'").fetchall():
            con.execute(f"DELETE FROM core.{name}")
        made = Handmade(con)
        made.search("q-medline", "medline", found=len(RECORDS), loaded=len(RECORDS))
        made.arrival()
        for record in RECORDS:
            made.record(record)
        self.log: list[Entry] = []
        self.words: dict[int, Word] = {}
        self.undone: set[int] = set()

    def happens(self, event: Word | Undo) -> None:
        """One event, a day after the one before it."""
        seq = len(self.log) + 1
        at = START + timedelta(days=seq)
        if isinstance(event, Undo):
            standing = sorted(self.words.keys() - self.undone)
            if standing:
                taken = standing[event.place % len(standing)]
                self.undone.add(taken)
                self.log.append(Entry(seq, at, "anybody", ScreeningUndo(decision=taken), ""))
            return
        report, actor = f"rep_{RECORDS[event.record]}", PEOPLE[event.person][event.spelling]
        if event.verdict == "clear":
            logged = ScreeningClear(report_id=report, stage=event.stage)
        else:
            logged = ScreeningDecision(
                report_id=report, stage=event.stage, verdict=event.verdict, consensus=event.consensus
            )
        self.words[seq] = event
        self.log.append(Entry(seq, at, actor, logged, ""))

    def derive(self, team: tuple[Member, ...], group: tuple[int, ...]) -> None:
        """What the warehouse makes of all that, by this team, with these groups of records."""
        self.team = {
            person: (" ".join(PEOPLE[person][spelling].split()), stages, resolves, until)
            for person, spelling, stages, resolves, until in team
        }
        reviewers: list[str | Reviewer] = [Reviewer(name=TOOL, kind="automation")]
        reviewers += [
            Reviewer(
                name=name, aliases=list(PEOPLE[person]), stages=list(stages), resolves=resolves,
                until=None if until is None else self.day(until),
            )
            for person, (name, stages, resolves, until) in self.team.items()
        ]  # fmt: skip
        screening = Screening.model_validate(
            {"reviewers": reviewers, "title-abstract": self.title.model_dump(), "full-text": self.full.model_dump()}
        )
        protocol = Protocol.model_validate(tomllib.loads(PROTOCOL)).model_copy(update={"screening": screening})
        self.report_of = {n: f"rep_{RECORDS[group.index(number)]}" for n, number in enumerate(group)}
        for n, report in self.report_of.items():
            self.con.execute(
                "UPDATE core.report_record SET report_id = ? WHERE record_id = ?", [report, f"r{RECORDS[n]}"]
            )
        write_settings(self.con, protocol)
        match_decisions(self.con, self.log, protocol, lambda _: pl.DataFrame())
        materialise(self.con)

    @staticmethod
    def day(number: int) -> date:
        """The day of the event of that number."""
        return (START + timedelta(days=number)).date()

    def counts(self, seq: int) -> bool:
        """Whether a word counts by the team of now."""
        word = self.words[seq]
        if not self.team:
            return True
        if word.person not in self.team:
            return False
        _, stages, resolves, until = self.team[word.person]
        if until is not None and seq > until:
            return False
        if word.consensus and word.verdict != "clear":
            return resolves or not any(others[2] for others in self.team.values())
        return word.stage in stages

    def voter(self, seq: int) -> str:
        """Who said it: the person's name in the team; of somebody who is in none, the folded spelling."""
        word = self.words[seq]
        name = self.team[word.person][0] if word.person in self.team else PEOPLE[word.person][word.spelling]
        return " ".join(name.split()).casefold()

    def ballots(self) -> set[tuple[str, str, str, str]]:
        """(report, stage, voter, verdict) of each vote that stands: a person's last word that counts, unless it takes all back."""
        last: dict[tuple[str, str, str], str] = {}
        for seq, word in self.words.items():
            if seq not in self.undone and self.counts(seq) and (word.verdict == "clear" or not word.consensus):
                last[self.report_of[word.record], word.stage, self.voter(seq)] = word.verdict
        return {(*key, verdict) for key, verdict in last.items() if verdict != "clear"}

    def check(self) -> None:
        """Everything that must hold."""
        rows = self.con.execute("SELECT seq, undone, uncounted IS NULL FROM core.decision ORDER BY seq").fetchall()
        assert rows == [(seq, seq in self.undone, self.counts(seq)) for seq in self.words], "no word is lost"

        ballots = self.ballots()
        query = "SELECT report_id, stage, lower(reviewer), verdict FROM screening_ballot WHERE NOT consensus AND NOT unclear"
        assert set(self.con.execute(query).fetchall()) == ballots, "each person has one vote: her last word"

        oracle = Oracle(self.con)
        statuses = self.con.execute("SELECT report_id, stage, status FROM screening_status ORDER BY ALL").fetchall()
        assert statuses == sorted(
            (report, stage, status) for report in oracle.reports for stage, status in oracle.statuses(report).items()
        )
        assert dict(self.con.execute("SELECT report_id, place FROM report_path").fetchall()) == {
            report: oracle.place(report) for report in oracle.reports
        }
        self.check_queue(
            {(report, stage): status for report, stage, status in statuses}, {ballot[:3] for ballot in ballots}
        )
        assert self.con.execute("SELECT identity FROM prisma_identity WHERE holds IS NOT true").fetchall() == []

    def check_queue(self, status: dict[tuple[str, str], str], voted: set[tuple[str, str, str]]) -> None:
        """Nobody is asked twice, nor about what is settled; and what waits is asked of everybody who may still vote."""
        active = {
            " ".join(name.split()).casefold(): (stages, resolves)
            for name, stages, resolves, until in self.team.values()
            if until is None
        } if self.team else {"": (STAGES, True)}  # fmt: skip
        resolve = any(resolves for _, resolves in active.values())
        expected = set()
        for (report, stage), at in status.items():
            if stage == "retrieval":
                continue
            for name, (stages, resolves) in active.items():
                if at == "conflict" and (resolves if resolve else stage in stages):
                    expected.add((report, stage, name, "settle"))
                is_read = (
                    stage != "full-text" and at == "awaiting" and status.get((report, "full-text")) == "awaiting_second"
                )
                waits = at in ("awaiting", "awaiting_second") and not is_read
                if waits and stage in stages and (report, stage, name) not in voted:
                    expected.add((report, stage, name, "vote"))
        query = "SELECT report_id, stage, lower(reviewer), work FROM screening_queue WHERE stage <> 'retrieval'"
        assert set(self.con.execute(query).fetchall()) == expected


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = memory()
    create_schema(con)
    yield con
    con.close()


def live(con: duckdb.DuckDBPyConnection, title: StageRule, full: StageRule, history: list) -> None:
    lived = History(con, title, full)
    for happened, team, group in history:
        for event in happened:
            lived.happens(event)
        lived.derive(team, group)
        lived.check()


@settings(
    max_examples=examples(10, 40),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)
@given(histories)
def test_whoever_screens_and_whatever_becomes_one_report_it_adds_up(con, history) -> None:
    live(con, *history)


@pytest.mark.soak
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(long_histories)
def test_long_histories(con, history) -> None:
    live(con, *history)

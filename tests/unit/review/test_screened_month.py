"""A month in which two people screen through files and commands: PRISMA's boxes after each step, worked out by hand beside it, and
record by record by the oracle.

Apples stand in both databases. Titles and abstracts get two votes; at full text one, and a second of what is included.
"""

from __future__ import annotations

from pathlib import Path

from tasks.review.judge import clear_decisions, decide, rule_on_pair, undo_decision, undo_ruling
from tasks.review.manage_deliveries import restore_delivery, withdraw_delivery
from tests.support.exports import Rec
from tests.support.prisma_oracle import Oracle
from tests.support.reviews import PROTOCOL, SmallReview
from warehouse.connect import writer

APPLES = Rec("1", "What orchard keepers say about apples in autumn", doi="10.5555/apples")
PEARS = Rec("2", "Pear growers and the weather: an interview study", ("Beispiel, Bo",), 2015)
PLUMS = Rec("3", "Growing plums in Nowhereland", ("Exemplo, Ex",), 2009)
QUINCES = Rec("4", "Quinces after the frost: what gardeners remember", ("Ficticia, Fe",), 2012)
AGAIN = Rec("5", "What orchard keepers say about apples in autumn.", doi="10.5555/apples")
MEDLARS = Rec("6", "A winter of medlars, told by those who kept them", ("Voorbeeld, Vo",), 2011)

TEAM = 'reviewers = ["Ada", {}, {{ name = "Cem", stages = [], resolves = true }}]'
RULE = "\n[screening.full-text]\nvotes = 1\nsecond_vote_of_included = 1.0\n"
ADA = (
    "1,Ada,include,2020-02-01\n2,Ada,exclude,2020-02-01\n3,Ada,include,2020-02-01\n4,Ada,exclude,2020-02-01\n"
    "6,Ada,include,2020-02-02\n"
)


class Month(SmallReview):
    """The review, and how its boxes are read."""

    def write_protocol(self, ben: str) -> None:
        """The protocol, in which Ben stands as this says."""
        team = PROTOCOL.replace('reviewers = ["Ada", "Ben"]', TEAM.format(ben))
        self.review.protocol_path.write_text(team + RULE, encoding="utf-8")

    def boxes(self) -> dict[str, int]:
        """What is in each box after identification that holds anything, once all that lies there is taken in."""
        self.update()
        with writer(self.review.warehouse) as con:
            members = con.execute("SELECT box, label, id FROM prisma_member").fetchall()
            assert sorted(members, key=str) == sorted(Oracle(con).members(), key=str)
        flow = self.rows("SELECT box, n FROM prisma_flow WHERE n > 0 AND box NOT LIKE 'identified%'")
        return {box: n for box, n in flow if not box.startswith("total_")}

    def decides(
        self, who: str, title: str, verdict: str, stage: str = "title-abstract", *, consensus: bool = False
    ) -> int:
        """A decision by command on the report whose title begins so; its number in the log."""
        self.publish()
        reason = "Wrong population" if (stage, verdict) == ("full-text", "exclude") else None
        entry, _ = decide(
            self.review, self.id_of("report", title), stage=stage, verdict=verdict, reviewer=who, reason=reason,
            consensus=consensus,
        )  # fmt: skip
        return entry.seq

    def id_of(self, of: str, title: str) -> str:
        """The id of the first report, or record, whose title begins so."""
        ids = self.rows(f"SELECT min({of}_id) FROM record WHERE title LIKE '{title}%'")
        return str(ids[0][0])


def test_prisma_is_right_after_every_step_of_a_month(tmp_path: Path) -> None:
    month = Month(tmp_path / "review")
    month.write_protocol('"Ben"')
    month.search("medline", "january", [APPLES, PEARS, PLUMS, QUINCES])
    month.search("cinahl", "january", [AGAIN, MEDLARS])
    month.drop("exports/websites/list.csv", "title,year\nCherries in a garden of nowhere,2012\n")
    other = {"awaiting_screening_other": 1}
    start = {"removed_duplicates": 1, "awaiting_screening": 5, **other}
    assert month.boxes() == start

    month.drop("decisions/title-abstract/ada.csv", f"id,reviewer,verdict,date\n{ADA}")
    assert month.boxes() == start, "one of two votes moves nothing"

    month.drop("decisions/title-abstract/ben.csv", "id,reviewer,verdict\n5,Ben,include\n2,Ben,exclude\n3,Ben,exclude\n")
    passed = {"removed_duplicates": 1, "awaiting_screening": 3, "screened": 2, "excluded_screening": 1, "sought": 1}
    assert month.boxes() == {**passed, "awaiting_retrieval": 1, **other}, "on plums they differ"

    month.decides("Cem", "Growing", "include", consensus=True)
    settled = {**passed, "awaiting_screening": 2, "screened": 3, "sought": 2, "awaiting_retrieval": 2, **other}
    assert month.boxes() == settled

    changed = month.decides("Ada", "Pear", "include")
    reopened = {**settled, "awaiting_screening": 3, "screened": 2}
    del reopened["excluded_screening"]
    assert month.boxes() == reopened, "Ada changed her mind on pears"
    month.publish()
    clear_decisions(month.review, month.id_of("report", "Pear"), stage="title-abstract", reviewer="Ada")
    assert month.boxes() == reopened, "with her vote taken back altogether they wait for it"
    (cleared,) = month.rows("SELECT max(seq) FROM core.decision")[0]
    undo_decision(month.review, cleared, "Ada")
    undo_decision(month.review, changed, "Ada")
    assert month.boxes() == settled, "both undone: what her file says counts"

    read_full_texts(month, merge_two(month, settled))
    assert month.rebuilt() == month.hashes()


def merge_two(month: Month, settled: dict[str, int]) -> dict[str, int]:
    """Two half-screened reports become one, which is settled, and are taken apart again; the boxes then."""
    # Ada excluded quinces and, a day later, included medlars: ruled one report, the later verdict is hers.
    ruling = rule_on_pair(
        month.review, month.id_of("record", "Quin"), month.id_of("record", "A winter"), "same", "Cem"
    ).seq
    merged = {**settled, "removed_duplicates": 2, "awaiting_screening": 1}
    assert month.boxes() == merged
    month.decides("Ben", "Quin", "include")
    both = {**merged, "screened": 4, "sought": 3, "awaiting_retrieval": 3}
    del both["awaiting_screening"]
    assert month.boxes() == both
    assert month.id_of("report", "Quin").removeprefix("rep_") == month.id_of("record", "A winter").removeprefix("r")
    undo_ruling(month.review, ruling, "Cem")
    apart = {**settled, "awaiting_screening": 1, "screened": 4, "sought": 3, "awaiting_retrieval": 3}
    assert month.boxes() == apart, (
        "Ben's vote is on medlars, after which the report was named; quinces are half screened"
    )
    return apart


def read_full_texts(month: Month, passed: dict[str, int]) -> None:
    """Full texts, one by two people who differ; then Ben's file is withdrawn, and Ben leaves; then the other column."""
    month.drop(
        "decisions/full-text/ada.csv", "id,reviewer,verdict,reason\n1,Ada,include,\n3,Ada,exclude,Wrong population\n"
    )
    begun = {**passed, "awaiting_retrieval": 2, "assessed": 1, "excluded_full_text": 1}
    assert month.boxes() == begun, (
        "an exclusion waits for no second vote; an inclusion does, and nothing tells that it is there"
    )
    month.decides("Ben", "What orchard", "exclude", "full-text")
    read = {**begun, "awaiting_retrieval": 1, "awaiting_full_text": 1}
    assert month.boxes() == read, "they differ on apples"
    month.decides("Cem", "What orchard", "include", "full-text", consensus=True)
    included = {**read, "assessed": 2, "included_reports": 1, "included_studies": 1}
    del included["awaiting_full_text"]
    assert month.boxes() == included

    withdraw_delivery(month.review, "decisions/title-abstract/ben.csv", "Cem")
    alone = {
        "removed_duplicates": 1, "awaiting_screening": 3, "screened": 2, "sought": 2, "awaiting_retrieval": 1, "assessed": 1,
        "excluded_full_text": 1, "awaiting_screening_other": 1,
    }  # fmt: skip
    assert month.boxes() == alone, "what Cem settled has passed, and medlars, on which Ben voted by command"
    restore_delivery(month.review, "decisions/title-abstract/ben.csv", "Cem")
    assert month.boxes() == included

    month.write_protocol('{ name = "Ben", until = 2019-12-31 }')
    del alone["awaiting_retrieval"]
    assert month.boxes() == {**alone, "awaiting_screening": 4, "screened": 1, "sought": 1}, "he left before he voted"
    month.write_protocol('"Ben"')
    month.decides("Ada", "Cherries", "include")
    month.decides("Ben", "Cherries", "include")
    month.decides("Ada", "Cherries", "not-retrieved", "retrieval")
    del included["awaiting_screening_other"]
    assert month.boxes() == {**included, "screened_other": 1, "sought_other": 1, "not_retrieved_other": 1}

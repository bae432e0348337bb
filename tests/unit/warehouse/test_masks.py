"""What a reader of the copy for everybody sees of each masked table, row by row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.handmade import START, Handmade
from warehouse.materialise import materialise
from warehouse.publish import MASKS


def shown(made: Handmade, table: str, *columns: str, by: str) -> list[tuple[Any, ...]]:
    """These columns of the rows that a reader gets, in order."""
    mask = (MASKS / f"{table}.sql").read_text(encoding="utf-8")
    return made.con.execute(f"SELECT {', '.join(columns)} FROM ({mask}) ORDER BY {by}").fetchall()


def untouched(made: Handmade, table: str, *hidden: str) -> bool:
    """Whether the mask leaves every row and all columns but these as they are."""
    mask = (MASKS / f"{table}.sql").read_text(encoding="utf-8")
    rest = f"SELECT * EXCLUDE ({', '.join(hidden)}) FROM"
    return (
        made.con.execute(f"{rest} ({mask}) ORDER BY ALL").fetchall()
        == made.con.execute(f"{rest} {table} ORDER BY ALL").fetchall()
        != []
    )


@pytest.fixture
def files(made: Handmade) -> Handmade:
    """A file of decisions that was loaded, one that was refused, an export, and a line about a file that is not known."""
    for arrival, kind, outcome in ((1, "decisions", "loaded"), (2, "decisions", "refused"), (3, "export", "loaded")):
        made.con.execute(
            "INSERT INTO core.arrival BY NAME SELECT ? AS arrival_id, 'a hash' AS sha256, ? AS kind, 'a file' AS file_name, "
            "7 AS bytes, 'a note' AS note, ?::TIMESTAMPTZ AS received_at, 'counts' AS state, true AS counts",
            [arrival, kind, START],
        )
        made.con.execute("INSERT INTO core.reading VALUES (?, 'a print', ?, 'csv', 'utf-8')", [arrival, outcome])
    made.con.execute("INSERT INTO core.reading VALUES (4, 'a print', 'loaded', 'csv', 'utf-8')")
    made.con.executemany(
        "INSERT INTO core.problem VALUES (?, 1, 'warning', 'so it is')", [[arrival] for arrival in (1, 2, 3, 4, 5)]
    )
    return made


def test_of_files_of_decisions_hash_size_and_note_are_hidden(files: Handmade) -> None:
    assert shown(files, "core.arrival", "sha256", "bytes", "note", by="arrival_id") == [
        ("hidden", 0, None), ("hidden", 0, None), ("a hash", 7, "a note"),
    ]  # fmt: skip
    assert untouched(files, "core.arrival", "sha256", "bytes", "note")


def test_of_files_of_decisions_the_fingerprint_is_hidden(files: Handmade) -> None:
    assert shown(files, "core.reading", "fingerprint", by="arrival_id") == [
        ("hidden",), ("hidden",), ("a print",), ("a print",),
    ]  # fmt: skip
    assert untouched(files, "core.reading", "fingerprint")


def test_lines_about_decisions_that_were_loaded_are_hidden(files: Handmade) -> None:
    assert shown(files, "core.problem", "message", by="arrival_id") == [
        ("hidden",), ("so it is",), ("so it is",), ("so it is",), ("so it is",),
    ]  # fmt: skip
    assert untouched(files, "core.problem", "message")


@pytest.mark.parametrize(
    ("votes", "seen"),
    [
        ("Ada include", False),
        ("Ada exclude", False),
        ("Ada include, Ben include", True),
        ("Ada exclude, Ben exclude", True),
        ("Ada include, Ben exclude", True),
    ],
)
def test_a_verdict_and_its_reason_are_seen_when_all_votes_are_in(made: Handmade, votes: str, seen: bool) -> None:
    made.record("a")
    for vote in votes.split(", "):
        who, verdict = vote.split()
        made.vote("a", who, verdict, reason=f"of {who}")
    materialise(made.con)
    expected = [(vote.split()[0], vote.split()[1], f"of {vote.split()[0]}") for vote in votes.split(", ")]
    assert shown(made, "core.decision", "reviewer", "verdict", "reason", by="reviewer") == (expected if seen else [])


def test_a_report_that_waits_only_waits(made: Handmade) -> None:
    for record, voters in (("a", []), ("b", ["Ada"]), ("c", ["Ada", "Ben"])):
        made.record(record)
        for who in voters:
            made.vote(record, who, "exclude")
    materialise(made.con)
    assert shown(made, "core.screening_status", "status", "votes", "votes_needed", by="report_id") == [
        ("awaiting", None, None), ("awaiting", None, None), ("excluded", 2, 2),
    ]  # fmt: skip
    assert untouched(made, "core.screening_status", "status", "votes", "votes_needed")


def test_each_stage_is_open_or_closed_by_itself(made: Handmade) -> None:
    """Votes at a stage that the report has not reached are nobody's business yet, nor are those on what is no report."""
    made.record("a")
    made.record("b")
    for who in ("Ada", "Ben"):
        made.vote("a", who, "include")
        made.vote("b", who, "exclude")
    made.vote("a", "Cem", "include", "full-text")
    made.vote("b", "Dan", "include", "full-text")
    made.vote("nobody", "Eve", "include")
    materialise(made.con)
    assert shown(made, "core.decision", "record_id", "reviewer", "verdict", by="seq") == [
        ("ra", "Ada", "include"), ("rb", "Ada", "exclude"), ("ra", "Ben", "include"), ("rb", "Ben", "exclude"),
    ]  # fmt: skip


def test_of_decisions_on_what_is_not_known_neither_person_nor_verdict_is_shown(made: Handmade) -> None:
    made.con.execute(
        "INSERT INTO core.unmatched_decision BY NAME SELECT 9 AS arrival_id, 3 AS row, 'x' AS key, 'title-abstract' AS stage, "
        "'Ada' AS reviewer, 'include' AS verdict, 'why' AS reason, 'no report is known by that name' AS why"
    )
    assert shown(made, "core.unmatched_decision", "reviewer", "verdict", "reason", by="row") == [
        ("hidden", "hidden", None)
    ]
    assert untouched(made, "core.unmatched_decision", "reviewer", "verdict", "reason")


@pytest.mark.parametrize(
    ("format", "reviewer", "seen"),
    [("list", "Ada", "hidden"), ("list", "consensus", "Of pears"), ("csv", "Ada", "Of pears")],
)
def test_of_a_list_of_what_one_person_excluded_no_report_is_named(
    made: Handmade, format: str, reviewer: str, seen: str
) -> None:
    """decisions/title-abstract/exclude/ada.ris says the verdict by its name."""
    made.con.execute("INSERT INTO core.reading VALUES (9, '', 'loaded', ?, NULL)", [format])
    made.con.execute(
        "INSERT INTO core.unmatched_decision BY NAME SELECT 9 AS arrival_id, 3 AS row, 'Of pears' AS key, 'title-abstract' AS stage, "
        "? AS reviewer, 'exclude' AS verdict, 'it may be rep_pear' AS why",
        [reviewer],
    )
    ((key, why),) = shown(made, "core.unmatched_decision", "key", "why", by="row")
    assert key == seen
    assert ("rep_pear" in why) == (seen != "hidden")


def test_hashes_over_all_verdicts_are_hidden(made: Handmade) -> None:
    made.con.execute("INSERT INTO core.release VALUES (1, 'a run', ?::TIMESTAMPTZ, 'a hash', 7, 'a head')", [START])
    assert shown(made, "core.release", "content_hash", "head", by="version") == [("hidden", "hidden")]
    assert untouched(made, "core.release", "content_hash", "head")


def test_of_what_the_warehouse_says_of_itself_only_what_is_named_is_seen(made: Handmade) -> None:
    known = ("log_seq", "program", "protocol", "review_id", "seq")
    for key in (*known, "basis", "content_hash", "head", "whatever is to come"):
        made.con.execute("INSERT INTO core.meta VALUES (?, ?)", [key, f"value of {key}"])
    seen = dict(shown(made, "core.meta", "key", "value", by="key"))
    assert {key: value for key, value in seen.items() if value != "hidden"} == {key: f"value of {key}" for key in known}
    assert len(seen) == len(known) + 4


def test_of_comments_those_on_reports_that_wait_for_votes_are_hidden(made: Handmade) -> None:
    for seq, (record, stage) in enumerate(
        [("open", "title-abstract"), ("settled", "title-abstract"), ("settled", "full-text")], start=1
    ):
        if seq < 3:
            made.record(record)
        made.con.execute(
            "INSERT INTO core.report_comment VALUES (?, ?, ?, 'Ada', 'a remark', ?)", [seq, f"r{record}", stage, START]
        )
    made.vote("open", "Ada", "include")
    for who in ("Ada", "Ben"):
        made.vote("settled", who, "include")
    materialise(made.con)
    assert shown(made, "core.report_comment", "seq", "comment", by="seq") == [(2, "a remark")]


@pytest.fixture
def coded(made: Handmade) -> Handmade:
    """Two documents: the first waits for its second coder, the second does not; and a coding of a file that was withdrawn."""
    con = made.con
    con.execute("INSERT INTO core.waiting_document VALUES (1, 'd1')")
    for n in (1, 2):
        con.execute("INSERT INTO core.element_identity VALUES (1, 'document', ?, ?, ?)", [f"d{n}", f"k{n}", f"k{n}"])
        con.execute("INSERT INTO core.element_identity VALUES (1, 'coding', ?, ?, ?)", [f"g{n}"] * 3)
    for arrival, document in ((1, "d1"), (1, "d2"), (2, "d1")):
        con.execute(
            "INSERT INTO core.coding BY NAME SELECT ? AS arrival_id, replace(?, 'd', 'g') AS coding_id, ? AS document_id, "
            "'c' AS code_id, 'Ada' AS coder",
            [arrival, document, document],
        )
    for document in ("d1", "d2", None):
        con.execute(
            "INSERT INTO core.memo BY NAME SELECT 1 AS arrival_id, 'm' AS memo_id, 'segment' AS target, ? AS document_id",
            [document],
        )
    for known in ("k1", "k2", None):
        con.execute(
            "INSERT INTO core.code_change BY NAME SELECT 1 AS arrival_id, 0 AS other_id, 1 AS number, 'coded' AS kind, "
            "'c' AS code_id, ? AS document_id, 1 AS codings",
            [known],
        )
    return made


def test_codings_that_wait_for_a_second_coder_are_hidden_and_their_ids_too(coded: Handmade) -> None:
    assert shown(coded, "core.coding", "arrival_id", "document_id", by="ALL") == [(1, "d2")]
    assert shown(coded, "core.element_identity", "element", "id", by="ALL") == [
        ("coding", "g2"), ("document", "d1"), ("document", "d2"),
    ]  # fmt: skip


def test_memos_and_changes_of_what_waits_are_hidden(coded: Handmade) -> None:
    assert shown(coded, "core.memo", "document_id", by="1 NULLS FIRST") == [(None,), ("d2",)]
    assert shown(coded, "core.code_change", "document_id", by="1 NULLS FIRST") == [(None,), ("k2",)]


def test_no_gap_in_the_numbers_of_changes_counts_what_is_hidden(coded: Handmade) -> None:
    coded.con.execute(
        "UPDATE core.code_change SET number = CASE document_id WHEN 'k1' THEN 1 WHEN 'k2' THEN 2 ELSE 3 END"
    )
    assert shown(coded, "core.code_change", "number", "document_id", by="number") == [(1, "k2"), (2, None)]


@pytest.fixture
def alone(coded: Handmade) -> Handmade:
    """The first file is one coder's own and waits, with a code of hers; the second is not."""
    con = coded.con
    con.execute("INSERT INTO core.waiting_file VALUES (1, 1)")
    con.execute("INSERT INTO core.waiting_code VALUES ('hers')")
    for arrival, code in ((1, "hers"), (1, "known"), (2, "known")):
        con.execute("INSERT INTO core.element_identity VALUES (?, 'code', ?, ?, ?)", [arrival, code, code, code])
        con.execute(
            "INSERT INTO core.code BY NAME SELECT ? AS arrival_id, ? AS code_id, 'g' AS guid, 'n' AS name, 'p' AS path, 1 AS position, "
            "true AS is_codable",
            [arrival, code],
        )
    for arrival in (1, 2):
        con.execute(
            "INSERT INTO core.project_relation VALUES (?, 'p', 'newer', true, NULL, false, 'two are gone')", [arrival]
        )
        con.execute("INSERT INTO core.not_carried VALUES (?, 'codings', 'words')", [arrival])
        con.execute("INSERT INTO core.project_difference VALUES (?, 3, true, 'code', NULL, 1, 0, 0, 0)", [arrival])
        con.execute("INSERT INTO core.project_difference VALUES (?, 3, true, 'coding', 'Ada', 1, 0, 0, 0)", [arrival])
    con.execute("INSERT INTO core.project_difference VALUES (3, 1, true, 'coding', 'Ada', 1, 0, 0, 0)")
    return coded


def test_of_a_coders_own_file_that_waits_codes_counts_and_reasons_are_hidden(alone: Handmade) -> None:
    assert shown(alone, "core.code", "arrival_id", "code_id", by="ALL") == [(1, "known"), (2, "known")]
    assert shown(alone, "core.not_carried", "arrival_id", by="ALL") == [(2,)]
    assert shown(alone, "core.project_relation", "arrival_id", "why", by="ALL") == [(1, "hidden"), (2, "two are gone")]
    assert shown(alone, "core.project_difference", "arrival_id", "element", by="ALL") == [(2, "code"), (2, "coding")]
    assert shown(alone, "core.memo", "document_id", by="1 NULLS FIRST") == [("d2",)]
    assert set(shown(alone, "core.code_change", "document_id", "codings", by="ALL")) == {("k2", 1), (None, None)}


def test_a_file_of_several_coders_hides_no_memo(alone: Handmade) -> None:
    alone.con.execute("UPDATE core.waiting_file SET coders = 2")
    assert shown(alone, "core.memo", "document_id", by="1 NULLS FIRST") == [(None,), ("d2",)]


def test_how_much_was_coded_is_shown_when_all_who_code_a_report_are_done(coded: Handmade) -> None:
    rows = [
        ("r1", "Ada", "done"),
        ("r1", "Ben", "begun"),
        ("r2", "Ada", "done"),
        ("r2", "Ben", "done"),
        ("r3", "Ada", "begun"),
    ]
    for report, coder, state in rows:
        coded.con.execute(
            "INSERT INTO core.coding_plan BY NAME SELECT ? AS report_id, ? AS coder, true AS planned, ? <> 'r3' AS double, 5 AS codings, "
            "? AS state",
            [report, coder, report, state],
        )
    assert shown(coded, "core.coding_plan", "report_id", "codings", by="ALL") == [
        ("r1", None), ("r1", None), ("r2", 5), ("r2", 5), ("r3", 5),
    ]  # fmt: skip


def test_where_a_coding_stands_is_hidden_with_the_coding(coded: Handmade) -> None:
    for document in ("d1", "d2", "d3"):
        coding = f"of {document}"
        coded.con.execute(
            "INSERT INTO core.coding BY NAME SELECT 1 AS arrival_id, ? AS coding_id, ? AS document_id, 'k' AS code_id, 'Ada' AS coder",
            [coding, document],
        )
        coded.con.execute(
            "INSERT INTO core.coding_place BY NAME SELECT 1 AS arrival_id, ? AS coding_id, 'h' AS text_hash, 'exact' AS how, 1 AS places",
            [coding],
        )
    assert shown(coded, "core.coding_place", "coding_id", by="ALL") == [("of d2",)]


def test_codes_that_their_makers_alone_know_are_hidden_wherever_they_stand(coded: Handmade) -> None:
    con = coded.con
    con.execute("INSERT INTO core.unshared_code VALUES ('secret')")
    for code in ("secret", "shared"):
        con.execute("INSERT INTO core.element_identity VALUES (0, 'code', ?, ?, ?)", [code, code, code])
        con.execute(
            "INSERT INTO core.code BY NAME SELECT 0 AS arrival_id, ? AS code_id, ? AS guid, ? AS name, ? AS path, 1 AS position, "
            "true AS is_codable",
            [code] * 4,
        )
        con.execute(
            "INSERT INTO core.memo BY NAME SELECT 0 AS arrival_id, 'm' AS memo_id, 'code' AS target, ? AS code_id",
            [code],
        )
    for code, into in (("secret", None), ("shared", "secret"), ("shared", None)):
        con.execute(
            "INSERT INTO core.code_change BY NAME SELECT 0 AS arrival_id, 0 AS other_id, 1 AS number, 'merged' AS kind, "
            "? AS code_id, ? AS into_id, 0 AS codings",
            [code, into],
        )
        con.execute("INSERT INTO core.set_aside VALUES ('code', ?, ?, NULL)", [f"{code}", into])
    con.execute("INSERT INTO core.set_aside VALUES ('coding', 'g1', NULL, 'k1'), ('coding', 'g2', NULL, 'k2')")
    assert shown(coded, "core.code", "code_id", by="ALL") == [("shared",)]
    assert shown(coded, "core.memo", "code_id", by="1 NULLS LAST")[0] == ("shared",)
    assert ("code", "secret") not in shown(coded, "core.element_identity", "element", "id", by="ALL")
    changed = shown(coded, "core.code_change", "code_id", "into_id", "kind", by="ALL")
    assert [row for row in changed if row[2] == "merged"] == [("shared", None, "merged")]
    assert shown(coded, "core.set_aside", "id", by="ALL") == [("g2",), ("shared",)]


@pytest.mark.parametrize(
    ("assessors", "spoken", "seen"),
    [
        (None, ["Ada"], True),
        (2, ["Ada"], False),
        (2, ["Ada", "Ben"], True),
        (3, ["Ada", "Ben"], False),
        (3, ["Ada", "consensus"], True),
    ],
)
def test_confidence_is_seen_when_all_assessors_have_spoken_or_agreed(
    made: Handmade, assessors: int | None, spoken: list[str], seen: bool
) -> None:
    if assessors:
        made.con.execute("INSERT INTO core.synthesis_rule VALUES ('assessors', ?)", [assessors])
    for seq, who in enumerate(spoken):
        agreed = who == "consensus"
        made.con.execute(
            "INSERT INTO core.confidence VALUES ('f', ?, ?, 'low', '', ?, ?, [], [], '', [])",
            ["Ada" if agreed else who, agreed, START, seq],
        )
        made.con.execute(
            "INSERT INTO core.confidence_component VALUES ('f', ?, ?, 'coherence', 'minor', 'so')",
            ["Ada" if agreed else who, agreed],
        )
    expected = len(spoken) if seen else 0
    assert len(shown(made, "core.confidence", "finding_id", by="ALL")) == expected
    assert len(shown(made, "core.confidence_component", "finding_id", by="ALL")) == expected


def test_each_mask_has_its_test() -> None:
    asked = set(re.findall(r'shown\(\w+, "([^"]+)"', Path(__file__).read_text(encoding="utf-8")))
    assert {path.stem for path in MASKS.glob("*.sql")} == asked


def test_where_a_team_s_mailbox_and_folders_are_is_hidden(made: Handmade) -> None:
    for check, reason in ((1, ""), (2, "refuses the user 'ada' with this password")):
        made.con.execute(
            "INSERT INTO core.feed_check VALUES (?, 'medline', 'mailbox', 'imap.example.org INBOX', ?, 0, ?, ?)",
            [check, START, not reason, reason],
        )
    assert shown(made, "core.feed_check", "place", "reason", by="check_id") == [
        ("mailbox", ""),
        ("mailbox", "could not be looked into"),
    ]
    assert untouched(made, "core.feed_check", "place", "reason")

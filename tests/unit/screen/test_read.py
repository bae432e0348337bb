"""Decisions from plain tables and from Rayyan: what is read, what is said about the rest, and that rows add up."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from schemas.errors import UserError
from schemas.event import Arrival, Content
from tasks.screen.formats.rayyan import parse_notes
from tasks.screen.load import drop_impossible_dates
from tasks.screen.read import read_decisions
from warehouse.deliveries import Delivery

FIXTURES = Path(__file__).parents[2] / "fixtures" / "decisions"
SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "screening" / "decisions"
shared = pytest.mark.skipif(not SHARED.exists(), reason="needs the real exports in ../shared")


def adds_up(done) -> bool:
    return done.rows == done.frame["row"].n_unique() + sum(done.without.values())


def votes(done) -> list[tuple]:
    return done.frame.select("row", "key", "stage", "reviewer", "verdict").rows()


def test_a_plain_table_with_its_own_names_for_things():
    done = read_decisions(FIXTURES / "plain.csv")
    assert votes(done) == [
        (2, "rep_01", "title-abstract", "Ann", "include"),
        (3, "rep_01", "title-abstract", "Bea", "maybe"),
        (4, "rep_02", "full-text", "Ann", "exclude"),
        (5, "rep_02", "full-text", "consensus", "exclude"),
        (6, "rep_03", "retrieval", "Bea", "not-retrieved"),
    ]
    assert done.frame["decided_at"].to_list()[:4] == [
        datetime(2024, 5, 31, 9, 30),
        datetime(2024, 6, 1),
        datetime(2024, 6, 3, 8),
        datetime(2024, 6, 4),
    ]
    assert done.frame["consensus"].to_list() == [False, False, False, True, False]
    assert done.frame["reason"].to_list() == [None, None, "Wrong population", "Wrong population", None]


def test_every_row_of_a_plain_table_is_accounted_for():
    done = read_decisions(FIXTURES / "plain.csv")
    assert done.rows == 12 and adds_up(done)
    assert done.without == {"could not be read": 6, "no verdict yet": 1}
    assert [(p.line, p.severity) for p in done.problems] == [
        (None, "warning"), (9, "error"), (10, "error"), (11, "error"), (12, "error"), (13, "error"), (14, "error"),
    ]  # fmt: skip
    assert str(done.problems[0]) == "plain.csv: columns that were not read: Criteria panel"
    assert str(done.problems[1]) == "plain.csv:9: its verdict is none of include, exclude, maybe, not-retrieved"


def test_two_verdicts_of_one_reviewer_are_both_kept_and_said(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text(
        "report_id,stage,reviewer,verdict,date\n"
        "a,full-text,Ann,include,2024-01-01\na,full-text,Ann,exclude,2024-01-02\n"
        "b,full-text,Ann,include,\nb,full-text,Ann,exclude,\n"
        "c,full-text,Ann,include,\nc,full-text,Ann,include,\n"
        "d,full-text,Ann,include,\nd,title-abstract,Ann,exclude,\n"
    )
    done = read_decisions(path)
    assert done.frame.height == 8
    assert [(p.line, p.severity) for p in done.problems] == [(3, "warning"), (5, "error"), (7, "warning")]
    assert "remove one" in str(done.errors[0])


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["03/04/2024", "25/04/2024"], datetime(2024, 4, 3)),
        (["03/04/2024", "04/25/2024"], datetime(2024, 3, 4)),
        (["03/04/2024", "05/04/2024"], None),
        (["04/04/2024", "05/04/2024"], datetime(2024, 4, 4)),
        (["2024-04-03 10:11:12Z", "x"], datetime(2024, 4, 3, 10, 11, 12)),
        (["4/3/2024 3:04 PM", "4/25/2024 12:00 AM"], datetime(2024, 4, 3, 15, 4)),
        (["2024/4/3", "x"], datetime(2024, 4, 3)),
        (["03-Apr-2024 10:11", "x"], datetime(2024, 4, 3, 10, 11)),
        (["April 3 2024", "x"], datetime(2024, 4, 3)),
        (["3 Marble 2024", "x"], None),
        (["31 April 2024", "x"], None),
    ],
)
def test_a_date_counts_only_where_it_can_mean_one_day(tmp_path, dates, expected):
    path = tmp_path / "d.csv"
    path.write_text("id,reviewer,verdict,date\n" + "".join(f"{n},Ann,1,{d}\n" for n, d in enumerate(dates)))
    done = read_decisions(path, stage="title-abstract")
    assert done.frame["decided_at"][0] == expected
    assert done.frame.height == 2
    assert any(p.line == 2 for p in done.problems) == (expected is None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,full-text,exclude,,2024-05-31", "is filled in, but for its verdict"),
        ("full-text,Ann,exclude,,x", "is filled in, but for its verdict"),
        ("a,full-text,Ann,exclude,2024-05-31", "has a date where the reason should be"),
        ("a;full-text;Ann;exclude;x;2024-05-31", "is one cell where the header has 6"),
    ],
)
def test_a_row_whose_cells_are_in_other_columns_is_told(tmp_path, row, said):
    path = tmp_path / "d.csv"
    whole = "b,full-text,Ann,exclude,x,2024-05-31"
    path.write_text("\n".join(["report_id,stage,reviewer,verdict,reason,date", whole, row, ""]))
    done = read_decisions(path)
    assert adds_up(done)
    assert [(p.line, said in p.message) for p in done.problems] == [(3, True)]
    assert "exclude" not in done.problems[0].message


def test_a_row_without_a_verdict_and_without_a_sign_of_one_is_open(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("report_id,stage,reviewer,verdict,reason,note\na,full-text,Ann,,,see p. 3\nb,full-text,1\n")
    assert read_decisions(path).without == {"no verdict yet": 2}


def test_a_table_in_which_a_row_can_say_two_things_is_refused(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("report_id,stage,reviewer,verdict,verdict\na,full-text,Ann,include,exclude\n")
    with pytest.raises(UserError, match="has two columns 'verdict'"):
        read_decisions(path)


def test_a_doi_that_a_line_break_tore_at_a_slash_is_whole_again(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("doi,stage,reviewer,verdict\n10.5555/ abc,full-text,Ann,yes\nnone yet,full-text,Ann,no\n")
    assert read_decisions(path).frame.select("key", "doi").rows() == [
        ("10.5555/abc", "10.5555/abc"),
        ("none yet", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    path = tmp_path / "d.csv"
    rows = [
        ["report_id", "stage", "reviewer", "verdict", "reason"],
        ["a", "full-text", "Zoë", "exclude", "“Müller” case"],
    ]
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    row = read_decisions(path).frame.row(0, named=True)
    assert (row["reviewer"], row["reason"]) == ("Zoë", "“Müller” case")


def test_line_ends_of_old_macs(tmp_path):
    (tmp_path / "d.csv").write_bytes(b"report_id;stage;reviewer;verdict\ra;full-text;Ann;no\rb;full-text;Ann;yes")
    assert [row for row, *_ in votes(read_decisions(tmp_path / "d.csv"))] == [2, 3]


def test_excel_and_the_delimiter_line_that_excel_reads(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["report_id", "stage", "reviewer", "verdict", "date"])
    book.active.append(["a", "full-text", "Ann", 1, datetime(2024, 5, 31, 12)])
    book.save(tmp_path / "d.xlsx")
    done = read_decisions(tmp_path / "d.xlsx")
    assert votes(done) == [(2, "a", "full-text", "Ann", "include")]
    assert done.frame["decided_at"][0] == datetime(2024, 5, 31, 12)
    (tmp_path / "sep.csv").write_text("sep=;\nreport_id;stage;reviewer;verdict\na;full-text;Ann;no\n")
    assert votes(read_decisions(tmp_path / "sep.csv")) == [(3, "a", "full-text", "Ann", "exclude")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PK\x03\x04 cut", "is a damaged workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"r\x00e\x00p\x00o\x00", "not text"),
        (b"a,b\x81\n", "neither UTF-8 nor"),
        (b"title,abstract\nx,y\n", "no file of screening decisions"),
        (b"report_id,reviewer,verdict\na,Ann,include\n", "no stage column"),
        (b"report_id,stage,verdict\na,full-text,include\n", "no reviewer column"),
        (b'report_id,stage,reviewer,verdict,reason\na,full-text,Ann,exclude,"cut o', ":2: a quotation mark"),
        (b'key,title,notes\n1,x,"RAYYAN-INCLUSION: {}"\n', "does not record the stage"),
    ],
)
def test_a_file_that_is_something_else_is_refused_in_one_line(tmp_path, content, says):
    path = tmp_path / "decisions.csv"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        read_decisions(path, name="screening/ours.csv")
    assert says in str(error.value) and str(error.value).startswith("screening/ours.csv:")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_refused_in_one_line(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_decisions(tmp_path / "none.csv")


def test_rayyan_notes():
    done = read_decisions(FIXTURES / "rayyan_articles.csv", stage="title-abstract")
    assert votes(done) == [
        (2, "rayyan-1", "title-abstract", "Ann", "include"),
        (2, "rayyan-1", "title-abstract", 'Bea "B" Moss', "include"),
        (4, "rayyan-2", "title-abstract", "Ann", "exclude"),
        (4, "rayyan-2", "title-abstract", "Bea", "maybe"),
        (7, "rayyan-5", "title-abstract", "Ann", "include"),
        (7, "rayyan-5", "title-abstract", "Bea", "exclude"),
        (8, "rayyan-6", "title-abstract", "Ann", "include"),
        (8, "rayyan-6", "title-abstract", "Ann", "exclude"),
    ]
    first, _, excluded, maybe = done.frame.head(4).iter_rows(named=True)
    assert (first["title"], first["year"], first["doi"], first["pmid"]) == (
        "Talking about pain at work",
        2017,
        "10.1000/a",
        "111",
    )
    assert first["labels"] == ["key study", "phase 2"]
    assert first["note"] == "see p. 4 | table\nagain\nask Bea"
    assert (excluded["reason"], maybe["reason"], excluded["pmid"]) == ("wrong population; wrong setting", None, None)
    assert done.without == {"no verdict yet": 1, "could not be read": 1} and adds_up(done)
    assert [p.line for p in done.errors] == [6, 8]


@pytest.mark.parametrize(
    "cell",
    [
        'RAYYAN-INCLUSION: {"Ann"=>"Included"',
        'RAYYAN-INCLUSION: {"Ann"=>"Incl',
        'RAYYAN-INCLUSION: {"Ann"=>"Perhaps"}',
        "RAYYAN-INCLUSION: Ann",
        'RAYYAN-INCLUSION: {"Ann"=>"Included"} | USER-NOTES: {"Ann"=>["half',
    ],
)
def test_a_damaged_notes_cell_is_refused_and_never_half_read(cell):
    with pytest.raises(ValueError, match=r"RAYYAN-INCLUSION|USER-NOTES"):
        parse_notes(cell)


def test_a_rayyan_log_gives_each_change_of_mind_with_its_time_and_reasons():
    done = read_decisions(FIXTURES / "rayyan_log.csv", stage="title-abstract")
    assert votes(done) == [
        (3, "rayyan-1", "title-abstract", "ann@example.org", "exclude"),
        (5, "rayyan-1", "title-abstract", "bea@example.org", "maybe"),
        (7, "rayyan-1", "title-abstract", "ann@example.org", "include"),
    ]
    assert done.frame["labels"].to_list() == [None, None, ["key study"]]
    assert done.frame["decided_at"][0] == datetime(2024, 5, 12, 11, 8, 42, 13000)
    assert done.without == {
        "a reason, label or note": 4,
        "the same vote again": 1,
        "vote withdrawn": 2,
        "could not be read": 2,
    }
    assert adds_up(done) and [p.line for p in done.errors] == [12, 13]


@pytest.mark.shared
@shared
def test_replaying_a_real_rayyan_log_gives_the_notes_of_the_articles_export():
    articles = read_decisions(SHARED / "rayyan_dual_articles.csv", stage="title-abstract")
    log = read_decisions(SHARED / "rayyan_dual_customizations_log.csv", stage="title-abstract")
    noted, replayed, meets = defaultdict(dict), defaultdict(dict), defaultdict(int)
    for row in articles.frame.iter_rows(named=True):
        noted[row["key"]][row["reviewer"]] = row["verdict"]
    for row in log.frame.sort("decided_at").iter_rows(named=True):
        replayed[row["key"]][row["reviewer"]] = row["verdict"]
    for key, said in noted.items():
        for name, verdict in said.items():
            for address, vote in replayed[key].items():
                meets[name, address] += verdict == vote
    names = {}
    for name, address in sorted(meets, key=meets.get, reverse=True):
        if name not in names and address not in names.values():
            names[name] = address
    same = [key for key in noted if {names[name]: v for name, v in noted[key].items()} == replayed[key]]
    assert (len(same), len(noted), len(replayed)) == (1224, 1224, 1224)
    assert not articles.problems and not log.problems and adds_up(articles) and adds_up(log)


def test_a_day_on_which_nobody_can_have_decided_is_none(tmp_path):
    """A slip of the pen that made a verdict one of 2062 would outweigh all that is said until then."""
    came = datetime(2024, 5, 31, 12, tzinfo=UTC)
    delivery = Delivery(1, came, Arrival(sha256="0" * 64, name="d.csv", content=Content.DECISIONS, size=1))
    days = [datetime(2062, 5, 1), datetime(24, 5, 1), datetime(2024, 6, 1), datetime(2024, 5, 30), None]
    frame = pl.DataFrame({"row": [2, 3, 4, 5, 6], "decided_at": pl.Series(days, dtype=pl.Datetime("us", "UTC"))})
    kept, problems = drop_impossible_dates(frame, delivery)
    assert [day and day.replace(tzinfo=None) for day in kept["decided_at"]] == [None, None, *days[2:]]
    assert [(p.line, p.severity) for p in problems] == [(2, "warning")]
    assert "and 1 more row" in problems[0].message

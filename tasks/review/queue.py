"""Queue: what is whose to do, best candidates first; and what is asked beside it: conflicts, the team, lists of reports.

By the private copy, which knows all votes, and the decisions that were noted since it was published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from schemas.protocol import Protocol
from tasks.review.as_of import open_warehouse_as_of, protocol_as_of
from tasks.review.later_votes import LaterVotes, create_later_vote_tables, read_later_votes
from tasks.screen.people import name_reviewer
from warehouse.connect import reader
from warehouse.review import Review

_SQL = {
    name: Path(__file__).with_name(f"{name}.sql") for name in ("queue", "settled", "conflicts", "team", "list_reports")
}


def read_queue(
    review: Review, reviewer: str | None = None, stage: str | None = None, *, ranked: bool = True
) -> pl.DataFrame:
    """What is to do, of one reviewer or of anybody: rank, stage, work, report_id, terms, and the report's fields.

    The order is learnt from what is settled, never from open votes; before the first decision, from the protocol's question
    and criteria. `terms`: what speaks most for a report's place. Raises UserError for somebody who is not in the team.
    """
    protocol = review.protocol().protocol
    name = name_reviewer(reviewer, protocol.screening) if reviewer is not None else None
    with open_as_it_is_now(review) as con:
        con.execute("SET VARIABLE reviewer = ?", [name])
        work = _fetch(con, "queue")
        texts = _fetch(con, "settled") if ranked and not work.is_empty() else None
    if stage is not None:
        work = work.filter(pl.col("stage") == stage)
    order = (
        rank_texts(texts, protocol)
        if texts is not None
        else work.select("report_id")
        .unique()
        .with_columns(rank=pl.lit(0, pl.Int64), terms=pl.lit([], pl.List(pl.String)))
    )
    work = work.join(order, on="report_id").sort("stage", "rank", "report_id", descending=[True, False, False])
    return work.select(
        pl.int_range(1, pl.len() + 1).alias("rank"), "stage", "work", "report_id", "terms",
        pl.exclude("rank", "stage", "work", "report_id", "terms"),
    )  # fmt: skip


def read_conflicts(review: Review) -> pl.DataFrame:
    """Reports whose votes differ, with the votes: stage, report_id, title, year, votes."""
    with open_as_it_is_now(review) as con:
        return _fetch(con, "conflicts")


def read_team(review: Review) -> pl.DataFrame:
    """Who screens, by the protocol and by what came in: reviewer, kind, stages, resolves, since, until, and how much."""
    with open_as_it_is_now(review) as con:
        return _fetch(con, "team")


def list_reports(
    review: Review,
    places: Sequence[str] = (),
    stage: str | None = None,
    reviewer: str | None = None,
    *,
    private: bool = False,
    as_of: str | None = None,
) -> pl.DataFrame:
    """Reports in these places (all, if none is given), or that reached a stage; with `reviewer`, those that she judged, with
    her own verdict: as published, now or `as_of` a moment, or with what is open too (`private`, for herself). Raises UserError for
    somebody who is not in the team."""
    name = name_reviewer(reviewer, protocol_as_of(review, as_of).screening) if reviewer is not None else None
    with reader(review.private_warehouse) if private else open_warehouse_as_of(review, as_of) as con:
        for variable, value in (("places", list(places) or None), ("stage", stage), ("judged_by", name)):
            con.execute(f"SET VARIABLE {variable} = ?", [value])
        reports = _fetch(con, "list_reports")
    return reports if name else reports.drop("decided_at_stage", "own_verdict", "own_reason")


def list_surprising(review: Review, places: Sequence[str] = (), stage: str | None = None) -> pl.DataFrame:
    """Settled decisions that the model, had it not seen them, would have expected to be the other way, most surprising first.

    Of reports in these places and at this stage (all, if none is given). Columns:
    stage, decision (included or excluded), score (about 1: like the included; -1: like the excluded), then the report's fields.
    Nothing that is open, or was judged since the last publication, is among them.
    """
    from tasks.screen.order.surprising import find_surprising  # noqa: PLC0415  as in rank_texts

    with open_as_it_is_now(review) as con:
        texts = _fetch(con, "settled")
        judged_since = con.sql("SELECT DISTINCT report_id FROM later_status").pl()
        for variable, value in (("places", list(places) or None), ("stage", None), ("judged_by", None)):
            con.execute(f"SET VARIABLE {variable} = ?", [value])
        reports = _fetch(con, "list_reports").drop("decided_at_stage", "own_verdict", "own_reason")
    labels = texts.drop_nulls("stage").join(judged_since, on="report_id", how="anti")
    found = find_surprising(_distinct_texts(texts), labels.select("report_id", "stage", "included"))
    decision = pl.when("included").then(pl.lit("included")).otherwise(pl.lit("excluded"))
    if stage is not None:
        found = found.filter(pl.col("stage") == stage)
    return found.select("stage", "report_id", "score", decision=decision).join(
        reports, on="report_id", maintain_order="left"
    )


def count_reports(review: Review) -> int:
    """How many reports the private copy holds."""
    with reader(review.private_warehouse) as con:
        return int(con.execute("SELECT count(*) FROM main.report").fetchall()[0][0])


def rank_review(root: Path, protocol: Protocol) -> dict[str, int]:
    """Every report's rank in the order of screening, by a review's private copy. For a process of its own, as the page does."""
    order = rank_texts(read_texts(Review(root)), protocol)
    return dict(order.select("report_id", "rank").iter_rows())


def read_texts(review: Review) -> pl.DataFrame:
    """What the order is learnt from: every report's text, and what is settled of it in the private copy."""
    with reader(review.private_warehouse) as con:
        return _fetch(con, "settled")


@contextmanager
def open_as_it_is_now(review: Review, later: LaterVotes | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The private copy, with what was said since. Raises UserError where nothing is published, or it may not be opened."""
    later = read_later_votes(review) if later is None else later
    with reader(review.private_warehouse) as con:
        create_later_vote_tables(con, later)
        yield con


def _fetch(con: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    frame: pl.DataFrame = con.sql(_SQL[query].read_text(encoding="utf-8")).pl()
    return frame


def rank_texts(texts: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Every report's place in the order of screening: report_id, rank, terms; by what is settled, and by the protocol's question
    and criteria."""
    from tasks.screen.order.rank import rank_reports  # noqa: PLC0415  numpy and scipy are slow to import, and only this needs them

    question = "\n".join([protocol.review.question, *protocol.eligibility.include])
    labels = texts.drop_nulls("stage").select("report_id", "stage", "included")
    return rank_reports(_distinct_texts(texts), labels, question).select(
        "report_id", pl.col("rank").cast(pl.Int64), "terms"
    )


def _distinct_texts(texts: pl.DataFrame) -> pl.DataFrame:
    """report_id, title, abstract, one row a report."""
    return texts.select("report_id", "title", "abstract").unique("report_id", keep="first", maintain_order=True)

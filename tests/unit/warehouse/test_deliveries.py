"""Deliveries: what an arrival means, by all that the log says of it. A history is a list of events; `seq` counts from 1."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dictionary import tables
from schemas.event import Arrival, Assignment, Content, Event, Note, Restoration, SourceRenaming, Withdrawal
from warehouse.deliveries import (
    Delivery,
    State,
    end_of_day,
    find_newest_by_name,
    find_withdrawn_events,
    map_current_names,
    read_deliveries,
)  # fmt: skip
from warehouse.log import Entry

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = timedelta(days=1)
SOURCES = ("medline", "embase")


def export(name: str, content: str = "a", source: str = "medline", replaces: tuple[int, ...] = ()) -> Arrival:
    """An export whose bytes are `content`."""
    return Arrival(
        name=f"exports/{source}/{name}", content=Content.EXPORT, sha256=content.encode().hex().ljust(64, "0"), size=1,
        source=source, replaces=replaces,
    )  # fmt: skip


def votes(name: str, content: str = "a", replaces: tuple[int, ...] = ()) -> Arrival:
    sha256 = content.encode().hex().ljust(64, "0")
    return Arrival(name=f"decisions/{name}", content=Content.DECISIONS, sha256=sha256, size=1, replaces=replaces)


def history(events: Iterable[Event], sources: Iterable[str] | None = SOURCES) -> list[Delivery]:
    entries = [Entry(n, START + timedelta(days=n), "Ada", event, "0" * 64) for n, event in enumerate(events, start=1)]
    return read_deliveries(entries, sources)


def states(*events: Event) -> list[State]:
    return [one.state for one in history(events)]


def test_what_came_in_counts() -> None:
    (one,) = history([export("a.ris")])
    assert (one.arrival_id, one.received_at, one.source, one.state) == (
        1,
        START + timedelta(days=1),
        "medline",
        State.COUNTS,
    )


def test_what_was_withdrawn_does_not_until_it_is_restored() -> None:
    assert states(export("a.ris"), Withdrawal(arrival=1)) == [State.WITHDRAWN]
    assert states(export("a.ris"), Withdrawal(arrival=1), Restoration(arrival=1)) == [State.COUNTS]
    assert states(export("a.ris"), Withdrawal(arrival=1), Restoration(arrival=1), Withdrawal(arrival=1)) == [
        State.WITHDRAWN
    ]


def test_a_newer_file_takes_the_place_of_an_older_one() -> None:
    older, newer = history([votes("v.csv", "a"), votes("v.csv", "b", (1,))])
    assert (older.state, older.other, newer.state) == (State.REPLACED, 2, State.COUNTS)


def test_a_file_put_back_as_it_was_counts_again() -> None:
    assert states(votes("v.csv", "a"), votes("v.csv", "b", (1,)), votes("v.csv", "a", (2,))) == [
        State.REPLACED, State.REPLACED, State.COUNTS,
    ]  # fmt: skip


def test_where_the_newer_one_is_withdrawn_the_older_one_counts_again() -> None:
    spoiled = [export("a.ris", "a"), export("a.ris", "b", replaces=(1,)), Withdrawal(arrival=2)]
    assert states(*spoiled) == [State.COUNTS, State.WITHDRAWN]
    # … but not where a third took the place of the second.
    assert states(*spoiled, export("a.ris", "c", replaces=(2,))) == [State.REPLACED, State.WITHDRAWN, State.COUNTS]


def test_one_that_was_replaced_counts_beside_the_other_where_somebody_says_so() -> None:
    assert (
        states(export("a.ris", "a"), export("a.ris", "b", replaces=(1,)), Restoration(arrival=1)) == [State.COUNTS] * 2
    )


def test_the_same_bytes_for_the_same_source_count_once() -> None:
    one, again, elsewhere = history([export("a.ris"), export("copy.ris"), export("a.ris", source="embase")])
    assert (one.state, again.state, again.other, elsewhere.state) == (State.COUNTS, State.REPEATED, 1, State.COUNTS)
    assert states(export("a.ris"), export("copy.ris"), Withdrawal(arrival=1)) == [State.WITHDRAWN, State.COUNTS]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_of_the_same_export_the_earliest_known_search_date_counts_in_whatever_order_it_came(order) -> None:
    arrived = [export(f"{n}.ris") for n in order]
    dates = [Note(name=f"exports/medline/{n}.ris", sha256="0" * 64, executed_at=START - DAYS * n) for n in (1, 2)]
    (counting,) = [one for one in history([*arrived, *dates]) if one.counts]
    assert (counting.name, counting.executed_at) == ("exports/medline/2.ris", START - DAYS * 2)
    others = [one for one in history([*arrived, *dates]) if one is not counting]
    assert {one.other for one in others if one.state is State.REPEATED} == {counting.arrival_id}


def test_of_the_same_sheet_the_first_counts_whatever_its_date() -> None:
    events = [votes("v.csv"), votes("w-2020-01-01.csv")]
    assert states(*events) == [State.COUNTS, State.REPEATED]


def test_the_same_list_of_two_persons_or_of_two_verdicts_is_two_lists() -> None:
    def note(name: str, **says: str) -> Note:
        return Note(name=f"decisions/{name}", sha256="0" * 64, **says)

    lists = [votes("v.csv"), votes("w.csv")]
    assert states(*lists, note("v.csv", who="Ada"), note("w.csv", who="Ben")) == [State.COUNTS] * 2
    assert states(*lists, note("v.csv", verdict="include"), note("w.csv", verdict="maybe")) == [State.COUNTS] * 2
    assert states(*lists, note("v.csv", who="Ada"), note("w.csv", who="Ada")) == [State.COUNTS, State.REPEATED]


def test_a_note_beside_a_second_copy_says_what_the_first_one_does_not() -> None:
    copy = Note(name="exports/medline/copy.ris", sha256="1" * 64, executed_at=START, hits=7)
    (dated, noted) = history([export("a 2026-01-01.ris"), export("copy.ris"), copy])
    assert (dated.state, noted.state) == (State.REPEATED, State.COUNTS), "a note outranks the day in a name"
    assert (noted.executed_at, noted.hits) == (START, 7)
    own = Note(name="exports/medline/a.ris", sha256="2" * 64, executed_at=START - DAYS, who="Ada")
    (noted, _) = history([export("a.ris"), export("copy.ris"), copy, own])
    assert (noted.executed_at, noted.who, noted.hits) == (START - DAYS, "Ada", 7)
    (elsewhere, _) = history([export("a.ris", source="embase"), export("copy.ris"), copy])
    assert elsewhere.hits is None, "another source's file is no copy"


def test_an_export_counts_for_the_source_that_it_was_assigned_to_and_remembers_the_one_before() -> None:
    (one,) = history([export("a.ris"), Assignment(arrival=1, source="embase")])
    assert (one.source, one.former_sources) == ("embase", ("medline",))
    (back,) = history(
        [export("a.ris"), Assignment(arrival=1, source="embase"), Assignment(arrival=1, source="medline")]
    )
    assert (back.source, back.former_sources) == ("medline", ("embase",))


def test_a_file_that_was_moved_to_another_source_remembers_the_one_before() -> None:
    moved = [export("a.ris"), export("a.ris", source="embase", replaces=(1,)), Withdrawal(arrival=1, moved=True)]
    old, new = history(moved)
    assert (old.state, new.state, new.source, new.former_sources) == (State.MOVED, State.COUNTS, "embase", ("medline",))


def test_a_source_that_was_renamed_keeps_what_came_in_under_its_old_name() -> None:
    (one,) = history([export("a.ris"), SourceRenaming(old="medline", new="ovid-medline")], ["ovid-medline"])
    assert (one.state, one.source, one.former_sources) == (State.COUNTS, "ovid-medline", ("medline",))


def test_renaming_follows_a_chain_and_ends_where_a_name_comes_back() -> None:
    def names(*pairs: tuple[str, str]) -> dict[str, str]:
        events = [SourceRenaming(old=old, new=new) for old, new in pairs]
        return map_current_names(Entry(n, START, "Ada", event, "") for n, event in enumerate(events, start=1))

    assert names(("a", "b"), ("b", "c")) == {"a": "c", "b": "c"}
    assert names(("a", "b"), ("b", "a")) == {"b": "a"}


def test_a_source_that_the_protocol_no_longer_has_does_not_count() -> None:
    (one,) = history([export("a.ris")], ["embase"])
    assert one.state is State.NO_SOURCE


def test_the_last_note_says_what_is_known_and_taken_away_says_nothing() -> None:
    said = Note(name="exports/medline/a.ris", sha256="0" * 64, executed_at=START, hits=7, who="Ada")
    later = Note(name="exports/medline/a.ris", sha256="1" * 64, window_to=date(2026, 1, 1))
    (one,) = history([said, export("a.ris")])
    assert (one.executed_at, one.hits, one.who, one.window_to) == (START, 7, "Ada", None)
    (one,) = history([export("a.ris"), said, later])
    assert (one.executed_at, one.hits, one.window_to) == (None, None, date(2026, 1, 1))
    (one,) = history([export("a.ris"), said, Note(name="exports/medline/a.ris", sha256=None)])
    assert (one.executed_at, one.hits) == (None, None)


def test_a_day_in_the_name_is_known_and_a_note_knows_better() -> None:
    (one,) = history([export("medline-2026-01-31.ris")])
    assert one.executed_at == datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
    note = Note(name="exports/medline/medline-2026-01-31.ris", sha256="0" * 64, executed_at=START)
    (one,) = history([export("medline-2026-01-31.ris"), note])
    assert one.executed_at == START
    (one,) = history([export("medline-2026-13-31.ris")])
    assert one.executed_at is None


def page(number: int, key: str) -> Arrival:
    """A page of a service's answer; all have the same bytes, as the empty pages of a service may."""
    return Arrival(
        name=f"services/medline/{key}/{number}", content=Content.PAGE, sha256="0" * 64, size=1, source="medline",
        search_key=key, page=number,
    )  # fmt: skip


def test_pages_of_two_searches_are_two_pages_whatever_their_bytes() -> None:
    found = states(page(1, "k"), page(1, "other"), page(2, "k"), page(1, "k"))
    assert found == [State.COUNTS, State.COUNTS, State.COUNTS, State.REPEATED]


def test_decisions_at_two_stages_are_two_whatever_their_bytes() -> None:
    first, second = (
        votes(f"{stage}/v.csv").model_copy(update={"stage": stage}) for stage in ("title-abstract", "full-text")
    )
    assert states(first, second, second) == [State.COUNTS, State.COUNTS, State.REPEATED]


def test_bytes_for_another_purpose_count_beside() -> None:
    assert states(votes("v.csv"), votes("w.csv").model_copy(update={"content": Content.CODING})) == [State.COUNTS] * 2


def test_what_was_restored_and_withdrawn_again_is_no_longer_restored() -> None:
    (once,) = history([export("a.ris"), Withdrawal(arrival=1), Restoration(arrival=1)])
    (again,) = history([export("a.ris"), Withdrawal(arrival=1), Restoration(arrival=1), Withdrawal(arrival=1)])
    assert (once.restored, once.counts, again.restored, again.counts) == (True, True, False, False)


def test_of_each_name_the_last_delivery_is_the_newest_whether_it_counts_or_not() -> None:
    found = find_newest_by_name(
        history([votes("v.csv", "a"), votes("w.csv", "b"), votes("v.csv", "a"), Withdrawal(arrival=3)])
    )
    assert {name: (one.arrival_id, one.name) for name, one in found.items()} == {
        "decisions/v.csv": (3, "decisions/v.csv"), "decisions/w.csv": (2, "decisions/w.csv"),
    }  # fmt: skip


def test_an_event_is_withdrawn_while_nobody_restored_it() -> None:
    events = [Withdrawal(arrival=7), Withdrawal(arrival=8), Restoration(arrival=8), Restoration(arrival=9)]
    assert find_withdrawn_events(Entry(n, START, "Ada", event, "") for n, event in enumerate(events, start=10)) == {7}


def test_a_day_is_its_last_minute_and_a_time_is_utc() -> None:
    eastern = timezone(timedelta(hours=-5))
    assert end_of_day(date(2026, 1, 31)) == datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
    assert end_of_day(datetime(2026, 1, 31, 9)) == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert end_of_day(datetime(2026, 1, 31, 9, tzinfo=eastern)).isoformat() == "2026-01-31T14:00:00+00:00"


def test_a_page_has_no_date_in_its_name() -> None:
    (one,) = history([page(1, "k-2026-01-31").model_copy(update={"name": "services/medline/k/2026-01-31"})])
    assert one.executed_at is None


arrivals = st.builds(
    export, st.sampled_from(["a.ris", "b.ris"]), st.sampled_from("xyz"), st.sampled_from(SOURCES),
    st.lists(st.integers(1, 6), max_size=2).map(tuple),
)  # fmt: skip
others = st.one_of(
    st.builds(Withdrawal, arrival=st.integers(1, 8)),
    st.builds(Restoration, arrival=st.integers(1, 8)),
    st.builds(Assignment, arrival=st.integers(1, 8), source=st.sampled_from(SOURCES)),
    st.builds(SourceRenaming, old=st.sampled_from(SOURCES), new=st.sampled_from([*SOURCES, "third"])),
)


@given(st.lists(st.one_of(arrivals, others), max_size=12))
def test_whatever_happens_bytes_count_once_a_source_and_withdrawn_ones_never(events: list[Event]) -> None:
    # An arrival can only take the place of one that came before it.
    past = [
        event.model_copy(update={"replaces": tuple(n for n in event.replaces if n < seq)})
        if isinstance(event, Arrival)
        else event
        for seq, event in enumerate(events, start=1)
    ]
    found = history(past)
    assert [one.arrival_id for one in found] == [
        n for n, event in enumerate(past, start=1) if isinstance(event, Arrival)
    ]
    counting = [one for one in found if one.counts]
    assert len({(one.sha256, one.source) for one in counting}) == len(counting)
    assert all(one.source in SOURCES for one in counting)
    for one in found:
        last = [e for e in past if isinstance(e, Withdrawal | Restoration) and e.arrival == one.arrival_id]
        assert (one.state is State.WITHDRAWN) == (bool(last) and isinstance(last[-1], Withdrawal))


def test_the_states_are_the_words_that_the_dictionary_gives() -> None:
    (words,) = tables()["core.arrival"].to_schema().columns["state"].checks
    assert set(State) == set(words.statistics["allowed_values"])


def test_without_a_protocol_every_source_is_taken_as_one_of_it() -> None:
    (delivery,) = history([export("a.ris", source="unheard-of")], None)
    assert delivery.counts


def test_the_stage_that_a_note_names_goes_before_the_folders() -> None:
    arrival = votes("votes.csv").model_copy(update={"stage": "title-abstract"})
    assert history([arrival])[0].stage == "title-abstract"
    assert history([arrival, Note(name=arrival.name, stage="full-text")])[0].stage == "full-text"

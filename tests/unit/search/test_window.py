"""Windows overlap by 14 days, move only after a complete search, and fall into halves that share no day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tasks.search.window import EARLIEST, Window, halve_window, move_watermark, next_window

DAY = st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 1, 1))
TODAY = date(2026, 11, 23)


def test_the_first_search_asks_for_everything():
    window = next_window(None, TODAY, published_from=date(2003, 1, 1))
    assert (window.start, window.end, window.published_from) == (None, TODAY, date(2003, 1, 1))


def test_the_next_one_reaches_14_days_behind_the_watermark():
    assert next_window(date(2026, 10, 20), TODAY).start == date(2026, 10, 6)


def test_a_clock_that_was_set_back_leaves_no_gap():
    window = next_window(date(2027, 1, 1), TODAY)
    assert window.start == TODAY - timedelta(days=14)


def test_the_watermark_moves_only_after_a_complete_search():
    window = Window(date(2026, 10, 6), TODAY)
    assert move_watermark(date(2026, 10, 20), window, complete=False) == date(2026, 10, 20)
    assert move_watermark(date(2026, 10, 20), window, complete=True) == TODAY
    assert move_watermark(None, Window(None, TODAY), complete=True) == TODAY
    assert move_watermark(None, Window(None, TODAY), complete=False) is None


def test_the_watermark_never_jumps_over_days_that_were_not_searched():
    assert move_watermark(date(2026, 1, 1), Window(date(2026, 10, 6), TODAY), complete=True) == date(2026, 1, 1)


@given(watermark=DAY, end=DAY, complete=st.booleans())
def test_the_watermark_never_moves_back(watermark, end, complete):
    assert move_watermark(watermark, Window(None, end), complete=complete) >= watermark


@given(days=st.integers(min_value=1, max_value=20_000), end=DAY)
def test_halves_cover_every_day_once(days, end):
    window = Window(end - timedelta(days=days), end, published_from=date(2003, 1, 1))
    early, late = halve_window(window)
    assert (early.start, late.end) == (window.start, window.end)
    assert late.start - early.end == timedelta(days=1)
    assert early.start <= early.end
    assert late.start <= late.end
    assert early.published_from == late.published_from == date(2003, 1, 1)


def test_a_day_has_no_halves():
    assert halve_window(Window(TODAY, TODAY)) is None


def test_a_full_search_is_halved_from_the_beginning():
    early, late = halve_window(Window(None, TODAY))
    assert early.start == EARLIEST
    assert early.full
    assert late.full

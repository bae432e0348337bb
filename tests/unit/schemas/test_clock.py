"""The clock of a review: the machine's, or one that was set for a simulation; and who may look at the machine's."""

from __future__ import annotations

import re
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from schemas import clock
from schemas.event import RunEnded
from warehouse.log import Log

ROOT = Path(__file__).parents[3]
JULY = datetime(2020, 7, 31, 18, tzinfo=UTC)
#: About this machine and the people at it: locks, logins, how long a server asks to wait, when a schedule runs next, when a copy
#: was made, how old a folder is.
OF_THE_MACHINE = {
    "schemas/clock.py", "warehouse/lock.py", "tasks/review/accounts.py", "tasks/search/http.py", "flows/schedule.py",
    "tasks/review/back_up.py", "tasks/review/site.py", "warehouse/scratch.py",
}  # fmt: skip


def test_without_a_simulation_it_is_the_machines_time():
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_simulated_time_runs_on_and_ends_with_its_block():
    with clock.simulated(JULY):
        first, second = clock.now(), clock.now()
        assert JULY <= first <= second < JULY + timedelta(minutes=5)
        assert clock.today() == date(2020, 7, 31)
        with clock.simulated(JULY + timedelta(days=31)):
            assert clock.today() == date(2020, 8, 31)
        assert clock.today() == date(2020, 7, 31)
    assert clock.now().year > 2020


def test_it_ends_with_an_error_too():
    with pytest.raises(KeyboardInterrupt), clock.simulated(JULY):
        raise KeyboardInterrupt
    assert clock.now().year > 2020


def test_every_thread_of_the_process_sees_it():
    seen = []
    with clock.simulated(JULY):
        thread = threading.Thread(target=lambda: seen.append(clock.today()))
        thread.start()
        thread.join()
    assert seen == [date(2020, 7, 31)]


def test_what_goes_into_the_log_bears_the_simulated_time(tmp_path: Path):
    log = Log(tmp_path / "ledger.sqlite")
    with clock.simulated(JULY):
        entry = log.append(RunEnded(run_id="r", started_at=JULY, trigger="t", state="completed"), "t")
    assert entry.at.date() == date(2020, 7, 31)
    log.verify()


def test_whatever_works_for_a_review_asks_this_clock():
    asks = re.compile(
        r"datetime\.now\(|date\.today\(|utcnow\(|time\.time\(|time\.gmtime\(|time\.localtime\(|\bnow\(\)::"
    )
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("schemas", "warehouse", "tasks", "flows")
        for path in (ROOT / package).rglob("*.py")
        if asks.search(path.read_text(encoding="utf-8"))
    }
    assert found - OF_THE_MACHINE == set()

"""What holds for all tests: Prefect keeps to a folder of its own that goes away, and tells nobody."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no reason to fail: what must hold is asserted, speed is measured in benchmarks/.
settings.register_profile("any machine", deadline=None)
# In CI the same examples each time: what fails there fails here, and what is found by chance is found at a desk.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "any machine")

# Tests start hundreds of processes, which would each compile all sources anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# pytest, started as a script, has its folder first on the path: programs of other packages that lie there are no libraries.
sys.path = [place for place in sys.path if Path(place) != Path(sys.executable).parent]

# Before anything imports Prefect, which reads its settings then. A developer's own server and profile stay out of it.
_HOME = tempfile.mkdtemp(prefix="living-review-tests-")
for _name in [name for name in os.environ if name.startswith("PREFECT_")]:
    del os.environ[_name]
os.environ |= {
    "PREFECT_HOME": _HOME,
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
}
# What the test server would do in the background and no test looks at: it keeps its SQLite database busy.
# tests/server has a server of its own, with everything on.
_IDLE = (
    "SCHEDULER", "LATE_RUNS", "CANCELLATION_CLEANUP", "PAUSE_EXPIRATIONS", "FOREMAN", "REPOSSESSOR", "TRIGGERS",
    "EVENT_PERSISTER", "TASK_RUN_RECORDER",
)  # fmt: skip
os.environ |= {f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in _IDLE}

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def _clear_prefect_home() -> Iterator[None]:
    yield
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def example() -> Path:
    """The worked example's folder."""
    return ROOT / "examples" / "cen"

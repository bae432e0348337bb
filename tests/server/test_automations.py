"""The automations on a real server: each once however often they are applied, others' left alone, and a run that was killed is crashed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from tests.support.servers import BIN, PrefectServer, prefect_server, process, wait_for

OTHERS = {
    "name": "somebody else's",
    "trigger": {
        "type": "event",
        "expect": ["prefect.flow-run.Failed"],
        "posture": "Reactive",
        "threshold": 1,
        "within": 0,
    },
    "actions": [{"type": "do-nothing"}],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    with prefect_server(tmp_path_factory.mktemp("automations")) as running:
        running.post("/automations/", OTHERS)
        yield running


def automations(server: PrefectServer, *words: str) -> list[str]:
    """What `living-review automations` prints."""
    command = [str(BIN / "living-review"), "automations", *words]
    done = subprocess.run(command, env=dict(server.env), capture_output=True, text=True, check=False)
    assert done.returncode == 0 or "Traceback" not in done.stderr, done.stderr
    return (done.stdout or done.stderr).splitlines()


def there(server: PrefectServer) -> dict[str, dict]:
    return {each["name"]: each for each in server.post("/automations/filter")}


def test_they_are_made_once_mended_and_taken_away(server: PrefectServer) -> None:
    made = automations(server, "apply")
    assert len(made) == 6
    assert {line.split()[0] for line in made} == {"created"}
    assert {line.split()[0] for line in automations(server, "apply")} == {"unchanged"}
    assert len(there(server)) == 7

    changed = there(server)["living-review: a run that is late"]
    server.patch(f"/automations/{changed['id']}", {"enabled": False})
    body = {key: changed[key] for key in ("name", "tags", "trigger", "actions", "enabled")} | {
        "description": "Other words."
    }
    server.put(f"/automations/{changed['id']}", body | {"enabled": False})
    lines = automations(server, "apply")
    assert [line.split()[0] for line in lines].count("updated") == 1
    now = there(server)["living-review: a run that is late"]
    assert (now["description"], now["enabled"]) == (changed["description"], False), "who paused it keeps it paused"
    assert any("Paused" in line for line in automations(server, "list"))

    block = {"name": "team", "data": {"url": "https://example.org/hook"}}
    kind = next(each for each in server.post("/block_types/filter") if each["slug"] == "slack-webhook")
    schema = server.post("/block_schemas/filter", {"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}})[0]
    server.post("/block_documents/", block | {"block_type_id": kind["id"], "block_schema_id": schema["id"]})
    told = automations(server, "apply", "--notify", "slack-webhook/team")
    assert [line.split()[0] for line in told].count("updated") == 4, "the two that only mark runs tell nobody"
    assert "has no block 'slack-webhook/none'" in automations(server, "apply", "--notify", "slack-webhook/none")[-1]

    automations(server, "remove")
    assert set(there(server)) == {"somebody else's"}


@pytest.mark.soak
def test_a_run_that_was_killed_is_crashed_within_three_minutes(server: PrefectServer, tmp_path: Path) -> None:
    small = SmallReview(tmp_path / "orchards")
    small.search("medline", "a", [Rec(str(n), f"Of apples and {n} other things") for n in range(20_000)])
    automations(server, "apply")
    log = tmp_path / "update.log"
    with process([str(BIN / "living-review"), "update", str(small.review.root)], server.env, log) as updating:
        running = {"flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}
        run = wait_for(lambda: server.post("/flow_runs/filter", running), 120, updating, log)[0]
        time.sleep(5)
        os.killpg(updating.pid, signal.SIGKILL)
    until = time.monotonic() + 180
    while (state := server.get(f"/flow_runs/{run['id']}")["state"]["type"]) == "RUNNING" and time.monotonic() < until:
        time.sleep(1)
    assert state == "CRASHED"
    automations(server, "remove")

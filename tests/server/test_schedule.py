"""A real server: the schedule is served there, its scheduler makes runs, and a run that is started there completes.

With FastAPI or SQLAlchemy beyond the caps in pyproject.toml the server does not start, or starts and never schedules.
"""

from __future__ import annotations

from pathlib import Path

from tests.support.exports import Rec
from tests.support.reviews import SmallReview
from tests.support.servers import BIN, prefect_server, process, wait_for
from warehouse.connect import reader


def test_the_schedule_makes_runs_and_a_run_publishes(tmp_path: Path) -> None:
    small = SmallReview(tmp_path / "orchards")
    small.search("medline", "a", [Rec("1", "Of apples")])
    log = tmp_path / "schedule.log"
    with (
        prefect_server(tmp_path / "home") as server,
        process([str(BIN / "living-review"), "schedule", str(small.review.root)], server.env, log) as serving,
    ):
        deployment = wait_for(lambda: server.post("/deployments/filter"), 120, serving, log)[0]
        assert deployment["name"] == "orchards"
        assert deployment["schedules"][0]["schedule"]["cron"] == "0 6 1 * *"

        scheduled = wait_for(
            lambda: server.post("/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}),
            180,
            serving,
            log,
        )
        assert {run["deployment_id"] for run in scheduled} == {deployment["id"]}
        assert {run["auto_scheduled"] for run in scheduled} == {True}

        run = server.post(f"/deployments/{deployment['id']}/create_flow_run")
        ended = wait_for(
            lambda: (now := server.get(f"/flow_runs/{run['id']}"))["state_type"] in ("COMPLETED", "FAILED", "CRASHED") and now,
            240, serving, log,
        )  # fmt: skip
        assert ended["state_type"] == "COMPLETED", log.read_text()
        assert ended["name"] == "update orchards"
        keys = {str(one["key"]).split("-orchards-")[0] for one in server.post("/artifacts/filter")}
        assert keys >= {"counts-by-source", "prisma-flow", "prisma-diagram", "quarantine", "whats-new"}
        of_the_run = {one["flow_run_id"] for one in server.post("/artifacts/filter")}
        assert of_the_run == {run["id"]}, "they belong to the run that people look at"

    with reader(small.review.published_warehouse) as con:
        assert con.execute("SELECT title FROM record").fetchall() == [("Of apples",)]
        assert con.execute("SELECT version FROM release").fetchall() == [(1,)]

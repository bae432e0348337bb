"""What an update leaves in Prefect, where every visitor of the dashboard sees it, is the same whatever an open vote says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from flows import artifacts
from flows.update import update
from tests.support.exports import Rec
from tests.support.reviews import SmallReview

RECORDS = [Rec(str(n), f"Of {n} kinds of apples", doi=f"10.5555/a.{n}") for n in range(1, 7)]


def made(root: Path, said: str, odd: str) -> SmallReview:
    """A review in which Ada said `said` of one report that Ben has not judged, and of another something that is no verdict."""
    small = SmallReview(root / "orchards")
    small.search("medline", "a", RECORDS)
    small.drop(
        "decisions/title-abstract/closed.csv",
        "id,reviewer,verdict\n1,Ada,include\n1,Ben,include\n2,Ada,include\n2,Ben,exclude\n3,Ada,exclude\n3,Ben,exclude\n",
    )
    small.drop("decisions/title-abstract/open.csv", f"id,reviewer,verdict\n4,Ada,{said}\n5,Ada,{odd}\n6,Ada,{said}\n")
    return small


def shown(
    small: SmallReview, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> dict[str, list[str]]:
    """All that the run left, without what no two runs have alike: ids, times, and the machine's folders."""
    events: list[Any] = []
    caplog.clear()
    monkeypatch.setattr(artifacts, "emit_event", lambda *words, **more: events.append((words, more)))
    state = update(small.review.root, "test", return_state=True)
    run_id = state.state_details.flow_run_id
    assert run_id is not None
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(run_id)
        made = client.read_artifacts(artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id])))
    found = {
        "run": [run.name, run.parameters, run.tags, state.message],
        "artifacts": sorted(
            str((one.key, one.type, one.description, one.data)) for one in made if one.type != "progress"
        ),
        "logs": [one.getMessage() for one in caplog.records if one.name in ("prefect.flow_runs", "prefect.task_runs")],
        "events": events,
    }
    return {name: [_plain(str(one), small) for one in many] for name, many in found.items()}


def _plain(text: str, small: SmallReview) -> str:
    text = text.replace(str(small.review.root.parent), "…")
    text = re.sub(r"\d{4}-\d\d-\d\d[T ][\d:.]+(\+00:00|Z)?|\d+(\.\d+)? s\b", "TIME", text)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{8,}\b", "ID", text)


def test_nothing_of_an_open_vote_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one = shown(made(tmp_path / "one", "include", "inclood"), monkeypatch, caplog)
    other = shown(made(tmp_path / "other", "exclude", "exclood"), monkeypatch, caplog)
    assert one == other
    assert any("screen title-abstract: 3 awaiting, 1 conflict" in line for line in one["logs"]), (
        "what all have voted on is"
    )
    assert any("open.csv: needs somebody" in line for line in one["logs"])
    assert len(one["artifacts"]) == 5 and len(one["events"]) == 2
    assert not {"Ada", "Ben"} & set(re.findall(r"\w+", str(one)))

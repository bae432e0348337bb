"""The automations of living reviews on a Prefect server: what it does by itself about runs that died, failed or are late, about new
evidence, and about a closed gate. They are told from others' by tag and name, and only these are ever changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, DoNothing, SendNotification
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound

from flows.prefect_home import TAG
from schemas.errors import UserError

#: Seconds without a sign of life after which a run is held to be dead: four heartbeats (flows/prefect_home.py).
SILENCE = timedelta(seconds=120)
#: A worker that took a run has started it by then.
START = timedelta(minutes=10)
Labels = dict[str, str | list[str]]
_OURS: Labels = {"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{TAG}"}
_RUNS: Labels = {"prefect.resource.id": "prefect.flow-run.*"}
_ANYTHING: Labels = {}
_REVIEWS: Labels = {"prefect.resource.id": "living-review.review.*"}
_ENDED = ("Completed", "Failed", "Cancelled", "Crashed", "TimedOut")
_RUN = "{{ flow_run.name }} is {{ flow_run.state.name }}: {{ flow_run|ui_url }}"
_REVIEW = "{{ event.resource.name }}"


@dataclass(frozen=True)
class Change:
    """What was done about one automation."""

    name: str
    done: Literal["created", "updated", "unchanged", "removed"]


def define_automations(block: UUID | None = None) -> list[AutomationCore]:
    """The automations. `block`: Prefect's notification block through which they tell; without one they show in the dashboard's events."""
    crashed = _crash("No sign of life for two minutes: its process or its machine died.")
    stuck = _crash("A worker took it and did not start it in ten minutes.")
    return [
        _define("a run that died", [crashed], "Marks a run as crashed that gave no sign of life for two minutes.",
                silence_after={"heartbeat"}, expect={"heartbeat", *_ENDED}, within=SILENCE),
        _define("a run that never started", [stuck], "Marks a run as crashed that a worker took and did not start in ten minutes.",
                silence_after={"Pending"}, expect={"Running", *_ENDED}, within=START),
        _define("a run that failed", _tell(block, "a run failed", _RUN), "Tells of a run that failed or crashed.",
                expect={"Failed", "Crashed", "TimedOut"}),
        _define("a run that is late", _tell(block, "a run is late", _RUN), "Tells of a run that no worker has taken.",
                expect={"Late"}),
        _define("new evidence", _tell(block, f"{_REVIEW}: new evidence awaits",
                "{{ event.payload.new_reports }} new reports of {{ event.payload.new_records }} records wait to be screened."),
                "Tells of reports that an update found.", event="new-evidence-awaits"),
        _define("the gate is closed", _tell(block, f"{_REVIEW}: not published",
                "The new numbers look wrong beside the last version's: living-review status says why."),
                "Tells of an update that was not published.", event="update-blocked"),
    ]  # fmt: skip


def apply_automations(block: str | None = None) -> list[Change]:
    """Makes the server's automations those that are defined, each once. One that somebody paused stays paused.

    `block`: `type/name` of a notification block. Raises UserError where there is none of that name.
    """
    with get_client(sync_client=True) as client:
        wanted = define_automations(_find_block(client, block) if block else None)
        there = _list_ours(client)
        changes = []
        for automation in wanted:
            same = [each for each in there if each.name == automation.name]
            for extra in same[1:]:
                client.delete_automation(extra.id)
            if not same:
                client.create_automation(automation)
                changes.append(Change(automation.name, "created"))
            elif not _is_equal(same[0], automation):
                client.update_automation(same[0].id, automation.model_copy(update={"enabled": same[0].enabled}))
                changes.append(Change(automation.name, "updated"))
            else:
                changes.append(Change(automation.name, "unchanged"))
        names = {automation.name for automation in wanted}
        return changes + _remove(client, [each for each in there if each.name not in names])  # of an older version


def list_automations() -> list[Automation]:
    """Those of ours that the server has."""
    with get_client(sync_client=True) as client:
        return _list_ours(client)


def remove_automations() -> list[Change]:
    """Takes all of ours away; the server's others stay."""
    with get_client(sync_client=True) as client:
        return _remove(client, _list_ours(client))


def _define(
    name: str,
    actions: list[ActionTypes],
    description: str,
    *,
    expect: Iterable[str] = (),
    silence_after: Iterable[str] = (),
    within: timedelta = timedelta(0),
    event: str = "",
) -> AutomationCore:
    """One automation: on an `event` of a review, or on `expect`ed events of a run, or on their absence after others."""
    about_run = {f"prefect.flow-run.{one}" for one in expect}
    return AutomationCore(
        name=f"living-review: {name}",
        description=description,
        tags=[TAG],
        trigger=EventTrigger(
            match=_REVIEWS if event else _RUNS,
            match_related=_ANYTHING if event else _OURS,
            after={f"prefect.flow-run.{one}" for one in silence_after},
            expect={f"living-review.{event}"} if event else about_run,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive if silence_after else Posture.Reactive,
            within=within,
        ),
        actions=actions,
    )


def _crash(message: str) -> ActionTypes:
    return ChangeFlowRunState(name="Crashed", state=StateType.CRASHED, message=message, force=False)


def _tell(block: UUID | None, subject: str, body: str) -> list[ActionTypes]:
    if block is None:
        return [DoNothing()]
    return [SendNotification(block_document_id=block, subject=f"Living review: {subject}", body=body)]


def _find_block(client: SyncPrefectClient, name: str) -> UUID:
    kind, _, given = name.partition("/")
    try:
        return client.read_block_document_by_name(given, kind).id
    except ObjectNotFound:
        raise UserError(
            f"Prefect's server has no block '{name}'",
            hint="make one in the dashboard under Blocks, and name it type/name, as in slack-webhook/team",
        ) from None


def _list_ours(client: SyncPrefectClient) -> list[Automation]:
    found: list[Automation] = []
    while page := client.request("POST", "/automations/filter", json={"limit": 200, "offset": len(found)}).json():
        found += [Automation.model_validate(each) for each in page]
    ours = [each for each in found if TAG in each.tags and each.name.startswith("living-review: ")]
    return sorted(ours, key=lambda each: each.name)


def _remove(client: SyncPrefectClient, automations: list[Automation]) -> list[Change]:
    for automation in automations:
        client.delete_automation(automation.id)
    return [Change(automation.name, "removed") for automation in automations]


def _is_equal(there: Automation, wanted: AutomationCore) -> bool:
    """Whether they do the same on the same occasion; ids, and whether somebody paused it, are the server's."""
    return all(
        AutomationCore.model_validate(there.model_dump()).model_dump(include={field})
        == wanted.model_dump(include={field})
        for field in ("description", "tags", "trigger", "actions")
    )

"""What a run leaves in Prefect's dashboard: tables, the flow diagram as a picture, and events. Their keys name the review."""

from __future__ import annotations

import base64
import re
from typing import Any

from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.events import emit_event

from tasks.review.update import UpdateResult
from warehouse.connect import reader
from warehouse.review import Review

_COUNTS = """
SELECT source, count(*) AS searches, sum(found)::BIGINT AS found, sum(loaded)::BIGINT AS loaded,
    sum(quarantined)::BIGINT AS quarantined, sum(new)::BIGINT AS new, max(executed_at)::DATE::VARCHAR AS last_search
FROM search GROUP BY source ORDER BY source
"""
_QUARANTINE = "SELECT source, file_name, line, reason FROM quarantine ORDER BY ALL LIMIT 1000"


def publish_artifacts(review: Review, updated: UpdateResult) -> None:
    """The artifacts of an update. No verdict is in any of them."""
    assert updated.published is not None
    flow, key = updated.published.flow, review_key(review)
    with reader(review.published_warehouse) as con:
        counts = con.sql(_COUNTS).pl().to_dicts()
        lost = con.sql(_QUARANTINE).pl().to_dicts()
    title = review.root.name
    create_table_artifact(table=counts, key=f"counts-by-source-{key}", description=f"{title}: records by source")
    create_table_artifact(table=lost, key=f"quarantine-{key}", description=f"{title}: records that could not be loaded")
    news = updated.published.news
    create_markdown_artifact(
        key=f"whats-new-{key}",
        description=f"{title}: new in this update: {updated.new_records} records, {updated.new_reports} reports",
        markdown=news.markdown() if news else f"Nothing is new: version {updated.published.version} stands.",
    )
    if any(due.new for due in updated.due):  # once for each that is new, with all that stand
        create_table_artifact(
            table=[{"due": due.says, "rule": due.trigger, "new": due.new} for due in updated.due],
            key=f"synthesis-due-{key}", description=f"{title}: a new synthesis is due, by [synthesis] of the protocol",
        )  # fmt: skip
    lines = [f"| {box}{f' ({label})' if label else ''} | {n} |" for box, label, n in flow.rows if n]
    create_markdown_artifact(
        key=f"prisma-flow-{key}",
        description=f"{title}: the PRISMA 2020 flow, box by box",
        markdown="\n".join([f"# {title}: PRISMA flow\n\n{flow.caption}\n", "| box | n |", "|---|---|", *lines]),
    )
    picture = base64.b64encode(flow.svg().encode()).decode()
    create_image_artifact(
        image_url=f"data:image/svg+xml;base64,{picture}",
        key=f"prisma-diagram-{key}",
        description=f"{title}: {flow.caption}",
    )


def review_key(review: Review) -> str:
    """What tells this review from others on one Prefect server: its folder's name, and the beginning of its id."""
    name = re.sub(r"[^a-z0-9]+", "-", review.root.name.lower()).strip("-") or "review"
    return f"{name}-{(review.log.review_id() or 'new')[:8]}"


def emit(review: Review, event: str, payload: dict[str, Any]) -> None:
    """An event that Prefect's automations can act on: living-review.<what> of living-review.review.<review's id>."""
    review_id = review.log.review_id() or "new"
    resource = {
        "prefect.resource.id": f"living-review.review.{review_id}",
        "prefect.resource.name": review.root.name,
    }
    emit_event(f"living-review.{event}", resource, payload={"review_id": review_id, **payload})

"""Deduplicate: compare the new records with all, keep every pair with its score and reason, name the reports."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.say import say
from flows.steps import Place
from flows.steps import deduplicate as run
from tasks.deduplicate.run import Summary


@flow(name="deduplicate", flow_run_name="deduplicate {place.review.root.name}")
def deduplicate(place: Place) -> Summary:
    """Same, for review, or distinct: what records that are the same stand for is a report."""
    return compare(place)


@task(name="compare records", cache_policy=NO_CACHE)
def compare(place: Place) -> Summary:
    """New records against all."""
    summary = run(place)
    say(
        f"deduplicate: {summary.reports:,} reports of {summary.records:,} records; {summary.indexed:,} new or changed records "
        f"compared in {summary.compared:,} pairs; {summary.for_review:,} pairs for review"
        + (
            f"; {summary.overfull:,} over-full keys left out at most {summary.left_out:,} pairs"
            if summary.overfull
            else ""
        )
    )
    return summary

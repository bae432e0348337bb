"""Screen: take in what reviewers decided, and say where each report stands."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.say import say
from flows.steps import Place
from flows.steps import screen as run
from schemas.problem import Problem
from warehouse.connect import writer


@flow(name="screen", flow_run_name="screen {place.review.root.name}")
def screen(place: Place) -> list[Problem]:
    """Decisions from files and ledger, matched to reports; status, conflicts and consensus are views on them."""
    return decisions(place)


@task(name="take in decisions", cache_policy=NO_CACHE)
def decisions(place: Place) -> list[Problem]:
    """Files of decisions and the ledger's events."""
    problems = run(place)
    with writer(place.warehouse) as con:
        counts = con.execute(
            "SELECT stage, status, count(*) FROM screening_status GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    for stage in ("title-abstract", "full-text"):
        of_stage = [f"{n} {status.replace('_', ' ')}" for at, status, n in counts if at == stage]
        say(f"screen {stage}: {', '.join(of_stage) or 'nothing has reached it'}")
    return problems

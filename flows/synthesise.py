"""Synthesise: take in study characteristics, appraisals and codings, linked to the reports that they are about."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.say import say
from flows.steps import Place
from flows.steps import synthesise as run
from schemas.problem import Problem
from warehouse.connect import writer


@flow(name="synthesise", flow_run_name="synthesise {place.review.root.name}")
def synthesise(place: Place) -> list[Problem]:
    """QDA projects, extraction sheets and checklists."""
    return take_in(place)


@task(name="take in codings and characteristics", cache_policy=NO_CACHE)
def take_in(place: Place) -> list[Problem]:
    """What analysts handed over since the last run."""
    problems = run(place)
    with writer(place.warehouse) as con:
        codes, codings, documents = con.execute(
            "SELECT (SELECT count(*) FROM code), (SELECT count(*) FROM coding), (SELECT count(*) FROM document)"
        ).fetchall()[0]
        answers, studies = con.execute("SELECT count(*), count(DISTINCT study_id) FROM characteristic").fetchall()[0]
    say(
        f"synthesise: {codings} codings under {codes} codes in {documents} documents; {answers} characteristics of {studies} studies"
    )
    return problems

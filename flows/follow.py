"""Follow up: from what is included by now, its citations, notices on it, and where its texts stand open."""

# No postponed annotations in a module with a flow: Prefect pickles the flow for a served run, and their names would be lost.

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.futures import PrefectFuture

from flows.chase import chase_citations
from flows.checks import notices_from_crossref, notices_from_pubmed, where_open
from flows.http import shared_http
from flows.say import say
from flows.search import NETWORK
from flows.services import Asked, note_failure
from flows.steps import Place
from schemas.errors import UserError
from schemas.problem import Problem
from schemas.protocol import Protocol
from tasks.search.citations import Seed
from warehouse.connect import writer

_WANTED = Path(__file__).with_name("included.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Wanted:
    """The reports to ask about: `included`, and with them those `at_full_text`."""

    included: list[Seed] = field(default_factory=list)
    at_full_text: list[Seed] = field(default_factory=list)

    @property
    def pmids(self) -> list[str]:
        """The PMIDs of all."""
        return [one.pmid for one in (*self.included, *self.at_full_text) if one.pmid]

    @property
    def dois(self) -> list[str]:
        """The DOIs of all."""
        return [one.doi for one in (*self.included, *self.at_full_text) if one.doi]


def asks(protocol: Protocol) -> bool:
    """Whether the protocol asks for any of this."""
    return (
        any(one.chased for one in protocol.source)
        or protocol.notices.crossref
        or protocol.notices.pubmed
        or protocol.open_texts.unpaywall
    )


def wanted(place: Place) -> Wanted:
    """The reports that the warehouse holds as included or at full text, by now."""
    with writer(place.warehouse) as con:
        rows = con.execute(_WANTED).fetchall()
    seeds = [(included, Seed(report, doi, pmid)) for report, included, doi, pmid in rows]
    return Wanted([seed for included, seed in seeds if included], [seed for included, seed in seeds if not included])


@flow(name="follow up")
def follow(place: Place) -> list[Problem]:
    """Each service for itself; answers go into the store, to be loaded like those of a search."""
    protocol, reports = place.protocol, wanted(place)
    waiting: list[tuple[str, PrefectFuture[Any]]] = []
    if any(one.chased for one in protocol.source):
        waiting.append(("citation searching", citations.submit(place, reports.included)))
    if protocol.notices.crossref:
        waiting.append(("notices from crossref", crossref_notices.submit(place)))
    if protocol.notices.pubmed:
        waiting.append(("notices from pubmed", pubmed_notices.submit(place, reports.pmids)))
    if protocol.open_texts.unpaywall:
        waiting.append(("open texts from unpaywall", open_texts.submit(place, reports.dois)))
    problems: list[Problem] = []
    for what, one in waiting:
        error = one.result(raise_on_failure=False)
        if isinstance(error, UserError):
            problems.append(Problem(what, None, str(error)))
        elif isinstance(error, BaseException):
            problems.append(Problem(what, None, f"failed with {type(error).__name__}"))
            if what == "citation searching":
                for source in protocol.source:
                    if source.chased:
                        note_failure(place.review, source.name, error)
    return problems


@task(name="chase citations", **NETWORK)
def citations(place: Place, included: list[Seed]) -> list[Asked]:
    """Forwards and backwards, from the included reports that were not chased lately."""
    done = chase_citations(place, included, shared_http())
    for one in done:
        say(
            f"citations {one.source}: "
            + (f"stale: {one.reason}" if one.reason else f"{one.retrieved} records from {one.what}")
        )
    return done


@task(name="notices from Crossref", **NETWORK)
def crossref_notices(place: Place) -> None:
    """Retractions and other notices that Crossref registered."""
    done = notices_from_crossref(place.review, shared_http())
    say(
        "notices from crossref: "
        + (f"not complete: {done.reason}" if done.reason else f"{done.retrieved} notices on any report")
    )


@task(name="notices from PubMed", **NETWORK)
def pubmed_notices(place: Place, pmids: list[str]) -> None:
    """Notices that PubMed links to the reports."""
    done = notices_from_pubmed(place.review, pmids, shared_http())
    say(
        "notices from pubmed: "
        + (f"not complete: {done.reason}" if done.reason else f"{done.retrieved} records looked at")
    )


@task(name="open texts", **NETWORK)
def open_texts(place: Place, dois: list[str]) -> None:
    """Where the texts stand open."""
    reason = where_open(place.review, dois, place.protocol.open_texts.every_days, shared_http())
    say("open texts: " + (f"not complete: {reason}" if reason else f"{len(dois)} DOIs looked at"))

"""The whole plan in its order: the two committed searches, and months 3 to 12."""

from __future__ import annotations

from examples.cen.generator import coding, decisions, deliveries
from examples.cen.generator.decisions import Vote
from examples.cen.generator.deliveries import SEARCHES
from examples.cen.generator.model import Export, Study
from examples.cen.generator.months import arrivals, people, synthesis
from examples.cen.generator.months.calendar import MONTHS
from examples.cen.generator.months.results import STUDIES as MONTHS_STUDIES
from examples.cen.generator.studies import STUDIES as FIRST_STUDIES

PARTS = (*SEARCHES, *MONTHS)
"""The name of each search or month."""
STUDIES: tuple[Study, ...] = (*FIRST_STUDIES, *MONTHS_STUDIES)


def exports(part: str) -> tuple[Export, ...]:
    """The files of a search or month, with their records in order."""
    return deliveries.exports(part) if part in SEARCHES else arrivals.exports(part)


def votes(part: str) -> tuple[Vote, ...]:
    """The votes of a search or month."""
    return decisions.votes(part) if part in SEARCHES else people.votes(part)


def project(part: str) -> coding.Project:
    """The coding project after a search or month."""
    return {SEARCHES[0]: coding.FIRST, SEARCHES[1]: coding.SECOND}.get(part) or synthesis.project(part)

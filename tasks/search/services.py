"""The services that can be searched, by the protocol's name for it. To add one: a module like these, a line here."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.search.clinicaltrials import CLINICALTRIALS
from tasks.search.crossref import CROSSREF
from tasks.search.europepmc import EUROPEPMC
from tasks.search.ncbi import NCBI
from tasks.search.openalex import OPENALEX
from tasks.search.semanticscholar import SEMANTICSCHOLAR
from tasks.search.service import Service

SERVICES: Mapping[str, Service] = {
    service.name: service for service in (NCBI, EUROPEPMC, OPENALEX, CROSSREF, SEMANTICSCHOLAR, CLINICALTRIALS)
}

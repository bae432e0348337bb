"""Roles: what a person may do on the page, by the protocol as it stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set
from enum import StrEnum

from schemas.errors import UserError
from schemas.protocol import Protocol
from schemas.protocol_screening import fold_name
from schemas.words import did_you_mean
from tasks.screen.people import find_member, name_person


class Role(StrEnum):
    """What somebody may do."""

    OWNER = "owner"
    SCREENER = "screener"
    RESOLVER = "resolver"
    CODER = "coder"
    EXTRACTOR = "extractor"
    APPRAISER = "appraiser"
    READER = "reader"


def find_roles(name: str, protocol: Protocol) -> frozenset[Role]:
    """The roles of a person; none for somebody whom the protocol does not know, unless it names no team, so that all are of it.

    Where the protocol names no coders, all who screen may code.
    Who settles conflicts is as the queue has it: those who `resolves`, or, where nobody does, all who screen.
    """
    screening, fold = protocol.screening, fold_name(name)
    roles = set()
    member = find_member(name, screening)
    of_team = member is not None and member.kind == "person"
    if of_team or not screening.people:
        if member is None or member.stages:
            roles.add(Role.SCREENER)
        if (member and member.resolves) or (not any(r.resolves for r in screening.team) and Role.SCREENER in roles):
            roles.add(Role.RESOLVER)
        if not protocol.people.owners:
            roles.add(Role.OWNER)
    if fold in map(fold_name, protocol.people.owners):
        roles.add(Role.OWNER)
    if protocol.coding.find_coder(name) or (not protocol.coding.coders and Role.SCREENER in roles):
        roles.add(Role.CODER)
    if protocol.extraction.field and _fills_in(name, protocol.extraction.extractors, protocol, roles):
        roles.add(Role.EXTRACTOR)
    if _fills_in(name, protocol.appraisal.appraisers, protocol, roles):
        roles.add(Role.APPRAISER)
    if fold in map(fold_name, protocol.people.readers) or roles:
        roles.add(Role.READER)
    return frozenset(roles)


def _fills_in(name: str, named: Sequence[str], protocol: Protocol, roles: Set[Role]) -> bool:
    """Whether a person is one of those named, whatever the spelling; where nobody is, whether she screens."""
    names = {fold_name(name_person(other, protocol.screening)) for other in named}
    return fold_name(name_person(name, protocol.screening)) in names if named else Role.SCREENER in roles


def list_people(protocol: Protocol) -> list[str]:
    """Everybody whom the protocol names, each once: reviewers, coders, extractors, appraisers, owners, readers."""
    names = [
        *(person.name for person in protocol.screening.people), *(coder.name for coder in protocol.coding.team),
        *protocol.extraction.extractors, *protocol.appraisal.appraisers, *protocol.people.owners, *protocol.people.readers,
    ]  # fmt: skip
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold_name(name_person(name, protocol.screening)), name_person(name, protocol.screening))
    return list(found.values())


def name_visitor(written: str, protocol: Protocol) -> str:
    """The one name of somebody who is to use the page. Raises UserError for somebody to whom the protocol gives no role."""
    name = name_person(written, protocol.screening)
    if find_roles(name, protocol):
        return protocol.coding.find_coder(name) or name if find_member(name, protocol.screening) is None else name
    known = list_people(protocol)
    raise UserError(
        f"'{written}' has no role by the protocol",
        hint=did_you_mean(written, known)
        or f"people: {', '.join(known)}; [people] and [screening] in review.toml say who is who",
    )

"""The way out to search services, one for the whole process: its rate limits hold across sources, tasks and reviews.

Keys come from the environment (LIVING_REVIEW_OPENALEX_KEY …), else, in a flow, from Prefect's Secret blocks
living-review-<service>-key (ncbi, openalex, semanticscholar); so does the contact address (LIVING_REVIEW_CONTACT, block
living-review-contact). They are never a parameter of a flow or a task, since Prefect keeps and shows those.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import cache

from tasks.search.http import HOSTS, Http


def shared_http(read_secret: Callable[[str], str] = lambda name: "") -> Http:
    """The session of this process; another one only where keys or addresses have changed.

    `read_secret` gives a secret by its name, or an empty text, where the environment has none.
    """
    keys = {
        service: os.environ.get(f"LIVING_REVIEW_{service.upper()}_KEY", "").strip()
        for service, host in HOSTS.items()
        if host.key
    }
    contact = os.environ.get("LIVING_REVIEW_CONTACT", "").strip()
    keys = {service: key or read_secret(f"living-review-{service}-key") for service, key in keys.items()}
    contact = contact or read_secret("living-review-contact")
    bases = {name: os.environ.get(name, "") for name in (f"LIVING_REVIEW_{service.upper()}_URL" for service in HOSTS)}
    with _LOCK:
        return _http(tuple(keys.items()), contact, tuple(bases.items()))


_LOCK = threading.Lock()


@cache
def _http(keys: tuple[tuple[str, str], ...], contact: str, bases: tuple[tuple[str, str], ...]) -> Http:
    return Http(keys=dict(keys), contact=contact, environ=dict(bases))


def secret_reader(read_block: Callable[[str], str] = lambda name: "") -> Callable[[str], str]:
    """Gives a secret by its name ('mailbox-password'): from the environment (LIVING_REVIEW_MAILBOX_PASSWORD), else from the
    Secret block of that name (living-review-mailbox-password); empty where neither has it."""

    def read(name: str) -> str:
        value = os.environ.get(f"LIVING_REVIEW_{name.upper().replace('-', '_')}", "")
        return value or read_block(f"living-review-{name}")

    return read

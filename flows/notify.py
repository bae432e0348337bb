"""Notifications by e-mail or chat, through apprise: off unless LIVING_REVIEW_NOTIFY, or the Secret block living-review-notify, holds
addresses (apprise's, separated by blanks). They say counts and where to look; no verdict, no name and no line of a file is in them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schemas.errors import UserError
from schemas.words import counted
from tasks.review.gate import GateError
from tasks.review.update import UpdateResult
from warehouse.review import Review

ReadSecret = Callable[[str], str]


@contextmanager
def notifying(
    review: Review, read_secret: ReadSecret, warn: Callable[[str], None]
) -> Iterator[Callable[[UpdateResult], None]]:
    """Yields what is to be called with the result of an update; a failure of the block is told as well, and goes on its way.

    `warn`: is told in a line where a notification could not be sent; that stops nothing.
    """
    try:
        yield lambda updated: send(review, describe_update(updated), read_secret, warn)
    except Exception as error:
        send(review, describe_failure(error), read_secret, warn)
        raise


def describe_update(updated: UpdateResult) -> str:
    """What there is to say of an update; empty where nothing is new and nothing is wrong."""
    news = updated.published.news if updated.published else None
    said = [news.sentence()] if news and (updated.new_reports or news.included or news.retractions) else []
    if updated.errors:
        lines = counted(updated.errors_for_everybody, "line needs", "lines need")
        said.append(f"{lines} somebody (living-review status says which)")
    return "; ".join(said)


def describe_failure(error: BaseException) -> str:
    """What there is to say of an update that failed."""
    if isinstance(error, GateError):
        return f"the update is not published: {error.message.removeprefix('nothing is published, since ')}"
    kind = "" if isinstance(error, UserError) else f" with {type(error).__name__}"
    return f"the update failed{kind}; living-review status says why"


def send(review: Review, text: str, read_secret: ReadSecret, warn: Callable[[str], None]) -> None:
    """Sends a text to every address, where there are any and there is something to say."""
    addresses = read_secret("notify").split() if text else []
    if not addresses:
        return
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it writes addresses, and these hold passwords
    target = apprise.Apprise()
    known = [target.add(address) for address in addresses]
    if not all(known):
        warn(f"{counted(known.count(False), 'address', 'addresses')} in LIVING_REVIEW_NOTIFY cannot be used")
    if any(known) and not target.notify(title=f"Living review: {review.root.name}", body=text):
        warn("a notification could not be sent")

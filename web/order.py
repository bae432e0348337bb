"""The order of screening: each report's place, learnt beside everything else, which may take minutes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import duckdb

from schemas.errors import UserError
from schemas.protocol import Protocol
from tasks.review.queue import rank_texts, read_texts
from warehouse.review import Review


class Order:
    """Every report's rank. `reading`: what keeps other readers of the copies out; `learnt`: what is told when there is a new order."""

    def __init__(
        self, review: Review, reading: Callable[[], AbstractContextManager[None]], learnt: Callable[[], None]
    ) -> None:
        self._review, self._reading, self._learnt = review, reading, learnt
        self._ranks: dict[str, int] = {}
        self._thread: threading.Thread | None = None

    def rank(self, report_id: str) -> int:
        """A report's place; a new one comes last."""
        return self._ranks.get(report_id, len(self._ranks))

    def learn(self, protocol: Protocol) -> None:
        """Learns the order anew; until that is done, it is that of before."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._learn, args=(protocol,), name="order", daemon=True)
            self._thread.start()

    def _learn(self, protocol: Protocol) -> None:
        with suppress(UserError, duckdb.Error):
            with self._reading():
                texts = read_texts(self._review)
            order = rank_texts(texts, protocol)
            self._ranks = dict(order.select("report_id", "rank").iter_rows())
            self._learnt()

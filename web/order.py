"""The order of screening: each report's place, learnt beside everything else, which may take minutes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.protocol import Protocol
from tasks.review.queue import count_reports, rank_review, rank_texts, read_texts
from warehouse.review import Review

_MANY = 1000
"""Of more reports the order is learnt in a process of its own: for seconds, it would take turns with whoever waits for a card."""


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
        with suppress(UserError, duckdb.Error, EOFError):
            with self._reading():
                texts = None if count_reports(self._review) > _MANY else read_texts(self._review)
            if texts is None:
                self._ranks = _rank_apart(self._review.root, protocol)
            else:
                self._ranks = dict(rank_texts(texts, protocol).select("report_id", "rank").iter_rows())
            self._learnt()


def _rank_apart(root: Path, protocol: Protocol) -> dict[str, int]:
    """Every report's rank, learnt in a process of its own, which ends with this one. Raises EOFError where it came to nothing."""
    context = get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    context.Process(target=_send_ranks, args=(sending, root, protocol), daemon=True).start()
    sending.close()
    with receiving:
        ranks: dict[str, int] = receiving.recv()
    return ranks


def _send_ranks(sending: Connection, root: Path, protocol: Protocol) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a ctrl-c is the page's
    if hasattr(os, "nice"):
        os.nice(10)
    with suppress(UserError, duckdb.Error):
        sending.send(rank_review(root, protocol))

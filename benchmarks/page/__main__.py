"""What people wait for on the page: several reviewers who decide without a pause, while an update runs.

    python -m benchmarks.page [--reviewers 8] [--decisions 500] [--pause 0] [--keys 60]
    python -m benchmarks.page --queue 100000 [--keep FOLDER]

Makes a review of fictional reports, serves it as `living-review screen` does, and lets each reviewer send her decisions as the
page's script does, one after the other. Half way an export comes in and `living-review refresh` runs beside it. Then it counts, in
the log, what was lost, given twice, or asked of more people than the protocol does. With a Chromium, `--keys` measures the time from
a key to the next card on the screen. `--queue` makes a review of so many reports, and times how it is opened: right after the start, by the
first and the second person, and again. A run of seconds; figures are of the machine and of whatever else it does.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

from schemas.event import ScreeningDecision
from tasks.review.accounts import Accounts, csrf_of
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.browser import find_chromium, open_chromium
from tests.support.exports import Rec
from tests.support.reviews import PROTOCOL, SmallReview

WORDS = (
    "nurses",
    "patients",
    "trust",
    "wards",
    "care",
    "views",
    "community",
    "services",
    "frost",
    "orchards",
    "yields",
    "harvest",
)


def name_team(people: list[str]) -> str:
    return PROTOCOL.replace('["Ada", "Ben"]', str(people).replace("'", '"'))


def make_review(root: Path, people: list[str], reports: int) -> SmallReview:
    small = SmallReview(root, name_team(people))
    small.search("medline", "a", [make_record(n) for n in range(reports)])
    refresh(small.review, "benchmark", Steps())
    return small


def make_record(n: int) -> Rec:
    words = [WORDS[(n * k + k) % len(WORDS)] for k in range(1, 9)]
    return Rec(
        str(n),
        f"{' '.join(words).capitalize()} in place {n}",
        (f"Author{n}, A",),
        1990 + n % 30,
        pages=(str(n), str(n + 9)),
    )


class Reviewer(threading.Thread):
    """One reviewer's browser: decides on the card that is shown, and gets the one behind the next."""

    def __init__(self, address: str, link: str, decisions: int, pause: float) -> None:
        super().__init__()
        self.address, self.link, self.decisions, self.pause = address, link, decisions, pause
        self.seconds: list[float] = []
        self.shown: list[str] = []
        self.sent: list[str] = []

    def run(self) -> None:
        with httpx.Client(base_url=self.address, timeout=60) as client:
            client.post("/login", data={"word": self.link})
            csrf = csrf_of(client.cookies["living-review"])
            card = self.find(client.get("/screen/title-abstract").text)
            behind = self.find(client.get(f"/screen/title-abstract/next?holding={card}").text)
            while card and len(self.sent) < self.decisions:
                verdict = "include" if hash((card, 1)) % 5 == 0 else "exclude"
                fields = {"csrf": csrf, "verdict": verdict, "holding": behind or ""}
                began = time.perf_counter()
                said = client.post(f"/screen/title-abstract/{card}", data=fields, headers={"X-Card": "1"})
                self.seconds.append(time.perf_counter() - began)
                said.raise_for_status()
                self.sent.append(card)
                card, behind = behind, self.find(said.text)
                time.sleep(self.pause)

    def find(self, page: str) -> str | None:
        found = re.search(r'data-report="(rep_\w+)"', page)
        if found:
            self.shown.append(found[1])
        return found[1] if found else None


def serve(root: Path) -> tuple[subprocess.Popen[str], str]:
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "flows", "screen", str(root), "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout
    address = next(line.split()[-1] for line in server.stdout if line.startswith("The page:"))
    for _ in range(600):
        try:
            httpx.get(f"{address}/static/page.css", timeout=2)
            return server, address
        except httpx.HTTPError:
            time.sleep(0.1)
    raise TimeoutError("the page did not start")


def tell(name: str, seconds: list[float]) -> None:
    cut = statistics.quantiles(seconds, n=100)
    print(
        f"{name}: n {len(seconds):,}, median {cut[49] * 1000:.0f} ms, p95 {cut[94] * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms"
    )


def press_keys(address: str, link: str, keys: int) -> list[float]:
    """From a key to the next card painted, in the browser's own time."""
    with open_chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}/login/{link}")
        page.click("button")
        page.click("text=Plain")
        page.goto(f"{address}/screen/title-abstract")
        page.wait_for_load_state("networkidle")
        seconds = []
        for n in range(keys):
            page.wait_for_timeout(400)
            seconds.append(
                page.evaluate(
                    """key => new Promise((done, fail) => {
                    const began = performance.now(), old = document.querySelector('.card').dataset.report;
                    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
                    const look = () => document.querySelector('#said.wrong') ? fail(document.querySelector('#said').textContent)
                        : document.querySelector('.card')?.dataset.report === old ? requestAnimationFrame(look)
                        : requestAnimationFrame(() => setTimeout(() => done((performance.now() - began) / 1000)));
                    look(); })""",
                    "xv"[n % 2],
                )
            )
    return seconds


def open_queues(root: Path, people: list[str], reports: int) -> None:
    """How long a large review's queue takes to open, right after the server's start and later."""
    small = SmallReview(root, name_team(people)) if root.exists() else make_review(root, people, reports)
    accounts = Accounts(small.review)
    began = time.perf_counter()
    server, address = serve(root)
    try:
        print(f"the page answers {time.perf_counter() - began:.1f} s after its command was given")
        for who in people[:2]:
            accounts.add(who)
            with httpx.Client(base_url=address, timeout=120, follow_redirects=True) as client:
                client.post("/login", data={"word": accounts.make_link(who)}, follow_redirects=False)
                for what in ("first", "again", "once more"):
                    began = time.perf_counter()
                    page = client.get("/screen/title-abstract")
                    took = time.perf_counter() - began
                    assert page.status_code == 200, page.text
                    print(f"{who} opens the queue, {what}: {took * 1000:.0f} ms")
                    if what == "again":
                        time.sleep(20)  # the order is learnt beside it
                for path in ("/overview", "/decisions", "/conflicts"):
                    began = time.perf_counter()
                    client.get(path)
                    print(f"{who} opens {path}: {(time.perf_counter() - began) * 1000:.0f} ms")
    finally:
        server.terminate()
        _, _, used = os.wait4(server.pid, 0)
        print(f"the server used {used.ru_utime + used.ru_stime:.0f} s of processor time, {used.ru_maxrss // 1024} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviewers", type=int, default=8)
    parser.add_argument("--decisions", type=int, default=500)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between an answer and the next decision")
    parser.add_argument("--keys", type=int, default=60)
    parser.add_argument("--queue", type=int, default=0, metavar="REPORTS", help="how a queue of so many opens, instead")
    parser.add_argument("--keep", type=Path, help="the folder of that review, to be used again")
    asked = parser.parse_args()
    people = [f"Reviewer {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: asked.reviewers]]
    if asked.queue:
        with tempfile.TemporaryDirectory() as folder:
            open_queues(asked.keep or Path(folder) / "review", people, asked.queue)
        return
    with tempfile.TemporaryDirectory() as folder:
        small = make_review(Path(folder) / "review", people, asked.reviewers * asked.decisions * 6 // 10)
        server, address = serve(small.review.root)
        accounts = Accounts(small.review)
        try:
            reviewers = [Reviewer(address, accounts.make_link(who), asked.decisions, asked.pause) for who in people]
            began = time.perf_counter()
            for reviewer in reviewers:
                reviewer.start()
            while sum(len(r.sent) for r in reviewers) < asked.reviewers * asked.decisions // 4 and any(
                r.is_alive() for r in reviewers
            ):
                time.sleep(0.2)
            small.search("medline", "b", [make_record(n) for n in range(90_000, 90_050)])
            update = subprocess.run(
                [sys.executable, "-m", "flows", "refresh", str(small.review.root), "--quiet"], check=False, capture_output=True, text=True
            )  # fmt: skip
            updated = time.perf_counter() - began
            for reviewer in reviewers:
                reviewer.join()
            took = time.perf_counter() - began
            report(small, reviewers, took)
            print(
                f"an update ran from a quarter of the decisions to second {updated:.0f}: exit code {update.returncode}"
            )
            if asked.keys and find_chromium():
                accounts.add(people[0])
                tell("key to card in Chromium", press_keys(address, accounts.make_link(people[0]), asked.keys))
        finally:
            server.terminate()
            _, _, used = os.wait4(server.pid, 0)
            print(
                f"the server used {used.ru_utime + used.ru_stime:.0f} s of processor time, {used.ru_maxrss // 1024} MB"
            )


def report(small: SmallReview, reviewers: list[Reviewer], took: float) -> None:
    sent = [(r.name, report) for r in reviewers for report in r.sent]
    noted = [
        (e.actor, e.event.report_id)
        for e in small.review.log.entries(ScreeningDecision)
        if isinstance(e.event, ScreeningDecision)
    ]
    votes = Counter(report for _, report in set(noted))
    tell("a decision and the card behind", [s for r in reviewers for s in r.seconds])
    print(f"{len(sent):,} decisions of {len(reviewers)} reviewers in {took:.0f} s: {len(sent) / took:.0f} a second")
    print(f"lost: {len(sent) - len(noted)}; noted twice: {len(noted) - len(set(noted))}")
    print(f"cards shown twice to one person: {sum(len(r.shown) - len(set(r.shown)) for r in reviewers)}")
    print(f"reports with more votes than the two asked for: {sum(n > 2 for n in votes.values())}")


if __name__ == "__main__":
    main()

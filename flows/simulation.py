"""The worked example, month by month: what its people and the outside world bring, and the update that follows, on the simulated day.

Only time and the world outside are simulated: the first by the review's clock, the other by servers of the example, on the loopback and
in this process. What works is the update that everybody runs.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from shlex import quote

import polars as pl

from examples.cen.generator.deliveries import SEARCHES
from examples.cen.generator.months import arrivals, files, people, protocol
from examples.cen.generator.months.calendar import BACK_ISSUES, LAST, NAMES, SERVICE_DOWN, closing, last_day
from examples.cen.servers import mailbox as mailboxes
from examples.cen.servers import service as services
from flows.commands.demo import BY_HAND, EXAMPLE, LIVED, lay_out
from flows.http import secret_reader, shared_http
from flows.run_here import run_here, run_here_or_in_prefect
from flows.terminal import console, is_coloured, print_line, print_problems, print_rows, terminal_width
from schemas import clock
from schemas.errors import UserError
from schemas.words import counted
from tasks.publish.tables import to_fitting_text
from tasks.review.gate import Anyway, GateError
from tasks.review.publish import Publication, write_file
from tasks.review.release import write_release
from tasks.review.site import renew_site
from tasks.review.state_synthesis import import_statements
from tasks.review.steps import Steps
from tasks.review.summary import summarise_update
from tasks.review.update import UpdateResult, refresh, update
from warehouse.connect import reader
from warehouse.lock import lock
from warehouse.review import Review, open_review

_LONGEST_MONTH = timedelta(hours=5)
"""Of real time; beyond it an event is not of the simulation."""

_STORY: Mapping[int, str] = {
    3: "The protocol is amended: Europe PMC is asked by each update, PubMed's alert comes by mail. A third study is included since the "
    "first search; the report whose retraction February brought is excluded.",
    4: "Europe PMC does not answer: its source is stale, the others go on. Two findings are judged anew.",
    5: "Europe PMC answers again, and is asked for what April missed. A code gets another name.",
    6: "A report that Europe PMC had indexed in April is included.",
    7: "A notice: one of the included reports was retracted.",
    8: "The team excludes the report that was retracted. Two codes become one.",
    9: "The protocol is amended: APA PsycINFO is searched too, and Cleo screens.",
    10: "Europe PMC takes in a publisher's back issues: 120 records at once. A study is included.",
    11: "The back issues are screened. A finding is judged anew.",
    12: "An ordinary month.",
}
_WHY_ANYWAY = "Europe PMC took in a publisher's back issues; looked at by Ada: they are what the search asks for"
_README = """\
# A simulated review

`living-review demo` made this folder: the worked example of Living Review, whose records, authors, decisions, quotations and codings
are all fictional. Time is simulated as well: each month's update was made on the last day of that month of 2020, by the review's
clock. From March on the protocol names a mailbox and Europe PMC; servers of the simulation answered for both, and ended with it.
`living-review update` is not simulated: it finds the mailbox gone, and asks the real Europe PMC, over the internet, for words that only
the example's records have. `living-review refresh` asks nobody.

`simulated-months.json` holds what each month came to, as it was printed then.
"""


@dataclass(frozen=True)
class Month:
    """What a month came to, as it was when its update ended. `flow`: the boxes of the PRISMA diagram."""

    month: str
    day: str
    version: int
    new_records: int
    identified: int
    included: int
    state: str
    flow: Mapping[str, int] = field(default_factory=dict)


@dataclass
class _World:
    """The servers of the example, and the simulated people."""

    folder: Path
    service: services.SearchService
    mailbox: mailboxes.Mailbox


def simulate(folder: Path, months: int, *, in_prefect: bool = False) -> bool:
    """The example in a folder, up to so many months; goes on where it was stopped. Returns whether each month has its release.

    Raises UserError where the folder holds something else, where a server of the example cannot be started, or where a month is not
    published: it is lived through again when it goes on.
    """
    lived = _begin(folder, months)
    try:
        with _outside_world(folder, served=months > len(SEARCHES)) as world:
            for number in range(len(lived) + 1, months + 1):
                review = open_review(folder)
                with clock.simulated(_find_start(review, number)):
                    lived.append(_live_through(world, review, number, months, in_prefect=in_prefect))
                _note(folder, lived)
    finally:
        if len(lived) < months:
            console.print(
                f"\n{counted(len(lived), 'month')} of {months} lived through. To go on: living-review demo {quote(str(folder))} "
                f"--months {months}\nTo start anew, remove the folder first.",
                markup=False,
            )
    return all(_find_release(folder, month.version) for month in lived)


def read_lived(folder: Path) -> list[Month]:
    """The months that a review of the simulation has lived through. Raises UserError where the folder holds no such review."""
    path = folder / LIVED
    try:
        return [Month(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        raise UserError("is not empty", path=folder, hint="name another folder, or remove this one") from None
    except (OSError, ValueError, TypeError):
        raise UserError("cannot be read", path=path, hint="name another folder, or remove this one") from None


def show_months(folder: Path) -> None:
    """A table of the months on standard output, and where to look."""
    lived = read_lived(folder)
    frame = pl.DataFrame(
        [
            (one.month, one.version, one.new_records, one.identified, one.included, one.state, _find_release(folder, one.version))
            for one in lived
        ],
        schema=["month", "version", "new records", "identified", "included", "state", "release"],
        orient="row",
    )  # fmt: skip
    console.print()
    print_rows(to_fitting_text(frame, width=terminal_width(), coloured=is_coloured(sys.stdout)) + "\n")
    where, last = quote(str(folder)), lived[-1].day
    site = (
        f"the site: {folder / 'published' / 'site' / 'index.html'}\n"
        if (folder / "published" / "site").exists()
        else ""
    )
    console.print(
        f"{site}the diagram: {folder / 'published' / 'prisma.svg'}; what is new: {folder / 'published' / 'whats-new.md'}\n"
        f"As it was in another month, and how current it is on the last simulated day:\n"
        f"  living-review prisma {where} --as-of {lived[len(lived) // 2].day} --format csv\n"
        f"  living-review status {where} --living --on {last}\n"
        f"  living-review themes drift {where}\n"
        f"  living-review sql {where} 'FROM prisma_flow'\n"
        f"Or screen what is left, settle what differs, and see the diagram change, on the page:\n"
        f"  living-review screen {where}",
        markup=False,
    )


def _find_release(folder: Path, version: int) -> str:
    """The folder of a version's files, where there is one."""
    return f"releases/{version}" if (folder / "releases" / str(version)).exists() else ""


def _begin(folder: Path, months: int) -> list[Month]:
    if folder.exists() and not folder.is_dir():
        raise UserError("is no folder", path=folder, hint="name another one")
    if folder.exists() and any(folder.iterdir()):
        lived = read_lived(folder)
        if len(lived) >= months:
            more = f", or go on: --months {LAST}" if len(lived) < LAST else ""
            raise UserError(
                f"has lived through {counted(len(lived), 'month')} already",
                path=folder,
                hint=f"name another folder{more}",
            )
        return lived
    folder.mkdir(parents=True, exist_ok=True)
    _note(folder, [])
    write_file(folder / "README.md", _README.encode())
    write_file(folder / "review.toml", _protocol(1, 0).encode())
    return []


def _note(folder: Path, lived: list[Month]) -> None:
    write_file(folder / LIVED, (json.dumps([asdict(month) for month in lived], indent=1) + "\n").encode())


def _find_start(review: Review, number: int) -> datetime:
    """When a month's update begins: in the evening of its last day, and never before what the log has."""
    last = max((entry.at for entry in review.log.entries()), default=None)
    if last is None or last < closing(number):
        return closing(number)
    if last > closing(number) + _LONGEST_MONTH:
        raise UserError(
            f"was worked on after {NAMES[number - 2]} 2020, so the simulation cannot go on",
            path=review.root,
            hint="name another folder",
        )
    return last + timedelta(seconds=1)


@contextmanager
def _outside_world(folder: Path, *, served: bool) -> Iterator[_World]:
    """The servers, and the environment by which the update finds them; nobody is notified of what is simulated.

    Unless `served`, none is started: the first months need none, nor a port to listen on.
    """
    service = services.SearchService(arrivals.indexed())
    mailbox = mailboxes.Mailbox(protocol.USER, secrets.token_urlsafe(12))
    with ExitStack() as running:
        try:
            if served:
                running.enter_context(services.serving(service))
                _start_mailbox(running, mailbox, folder)
        except OSError as error:
            raise UserError(
                f"a server of the simulation cannot listen on 127.0.0.1: {error.strerror or error}"
            ) from None
        known = [name for name in (os.environ.get("NO_PROXY"), os.environ.get("no_proxy")) if name]
        without_proxy = ",".join(dict.fromkeys([*known, "127.0.0.1"]))
        values = {
            "LIVING_REVIEW_EUROPEPMC_URL": service.url, "LIVING_REVIEW_MAILBOX_PASSWORD": mailbox.password,
            "LIVING_REVIEW_NOTIFY": "", "NO_PROXY": without_proxy, "no_proxy": without_proxy,
        }  # fmt: skip
        with _environment(values):
            yield _World(folder, service, mailbox)


def _start_mailbox(running: ExitStack, mailbox: mailboxes.Mailbox, folder: Path) -> None:
    """On the port that the protocol names, if it is free: an amendment is what a person decided, not what a port came to."""
    known = open_review(folder).protocol().protocol.mailbox
    try:
        running.enter_context(mailboxes.serving(mailbox, known.port if known else 0))
    except OSError:
        running.enter_context(mailboxes.serving(mailbox))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _protocol(number: int, port: int) -> str:
    """The protocol as it stands in a month."""
    text = protocol.name_simulation((EXAMPLE / "review.toml").read_text(encoding="utf-8"))
    if number >= 3:
        text = protocol.amend_in_march(text, port)
    return protocol.amend_in_september(text) if number >= 9 else text


def _live_through(world: _World, review: Review, number: int, months: int, *, in_prefect: bool) -> Month:
    name = f"{NAMES[number - 1]} 2020"
    console.print(f"\n[bold]{name}[/bold] (month {number} of {months}, simulated)")
    if number <= len(SEARCHES):
        done = _search_first(review, number, in_prefect=in_prefect)
    else:
        done = _search_again(world, review, number, in_prefect=in_prefect)
    month = _read_month(review, number, done)
    print_line(
        f"version {month.version}: {counted(month.new_records, 'new record')}; identified {month.identified}, "
        f"included {month.included}; {month.state}"
    )
    return month


def _search_first(review: Review, number: int, *, in_prefect: bool) -> UpdateResult:
    """One of the two searches that are committed, told at length, and the statements that follow it."""
    part = SEARCHES[number - 1]
    statements = lay_out(part, review.root)
    print_line("exports and decisions go into exports/ and decisions/")
    work = partial(update, review, "demo", http=shared_http)
    done = run_here_or_in_prefect(review, "updating", "update", work, in_prefect=in_prefect)
    print_problems(done.problems)
    console.print(summarise_update(review, done), markup=False)
    for path in statements:
        result = import_statements(review, path, "Ada")
        print_line(f"synthesis/{path.name}: {counted(len(result.changed), 'statement')} noted")
        last = run_here("taking them in", partial(refresh, review, "themes import"))
        done.published = last.published or done.published
    if done.published is not None:  # a refresh writes none; the month's last version is what stands
        run_here(f"writing release {done.published.version}", partial(_release, review, done.published))
    return done


def _release(review: Review, published: Publication, steps: Steps) -> None:
    """Writes the release of what was published, and the site that lists it."""
    with lock(review.root, f"release {published.version}"):
        write_release(review, published.version)
        renew_site(review, review.protocol().protocol, published.content_hash, steps)


def _search_again(world: _World, review: Review, number: int, *, in_prefect: bool) -> UpdateResult:
    """A month in which the review lives by itself: people put files into the folders, the update does the rest."""
    month = f"2020-{number:02d}"
    world.service.today, world.service.down = last_day(number), month == SERVICE_DOWN
    alerts = [files.alert(f"2020-{one:02d}") for one in range(3, number + 1)]
    world.mailbox.messages = alerts + ([files.stranger()] if number >= 5 else [])
    write_file(review.root / protocol.CERTIFICATE, world.mailbox.certificate)
    _write_where_new(review.protocol_path, _protocol(number, world.mailbox.port).encode())
    dropped = files.files(month)
    for name, content in dropped.items():
        _write_where_new(review.root / name, content)
    exports = sum(name.startswith("exports/") and not name.endswith(".toml") for name in dropped)
    votes = people.votes(month)
    who = ", ".join(sorted({vote.reviewer for vote in votes} - {"consensus"}))
    print_line(f"{counted(exports, 'export')}, an alert by mail, {counted(len(votes), 'decision')} of {who}")
    print_line(_STORY[number])
    for path in sorted((BY_HAND / month / "synthesis").glob("*.toml")):
        _write_where_new(review.root / "synthesis" / path.name, path.read_bytes())
        result = import_statements(review, path, "Ada")
        print_line(f"synthesis/{path.name}: {counted(len(result.changed), 'statement')} noted")
    try:
        return _update(review, in_prefect=in_prefect)
    except GateError as error:
        if month != BACK_ISSUES:
            raise
        print_line(f"the gate: {error.message}")
        print_line(f"published anyway by Ada: {_WHY_ANYWAY}")
        return _update(review, Anyway("Ada", _WHY_ANYWAY), in_prefect=in_prefect)


def _update(review: Review, anyway: Anyway | None = None, *, in_prefect: bool) -> UpdateResult:
    work = partial(update, review, "demo", http=shared_http, read_secret=secret_reader(), anyway=anyway)
    done = run_here_or_in_prefect(
        review, "updating", "update", work, in_prefect=in_prefect,
        options={"anyway": anyway} if anyway else {}, say=_say_in_short,
    )  # fmt: skip
    print_problems([problem for problem in done.problems if problem.severity == "error"])
    return done


def _say_in_short(line: str) -> None:
    """Of a run's lines those about what is new in the world."""
    if line.startswith(("search europepmc", "look into", "publish: a new synthesis")):
        print_line(line)


def _read_month(review: Review, number: int, done: UpdateResult) -> Month:
    if done.published is None:
        raise UserError(
            f"{NAMES[number - 1]} was not published", path=review.root, hint="living-review status says why"
        )
    with reader(review.published_warehouse) as con:
        boxes: dict[str, int] = dict(con.execute("SELECT box, n FROM prisma_flow").fetchall())
    living = json.loads((review.published / "living.json").read_text(encoding="utf-8"))
    identified = sum(n for box, n in boxes.items() if box.startswith("identified"))
    return Month(
        f"2020-{number:02d}", f"{last_day(number)}", done.published.version, done.new_records, identified, boxes["total_reports"],
        living["state"], boxes,
    )  # fmt: skip


def _write_where_new(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, content)

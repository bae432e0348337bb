"""A mailbox as a feed, against a real IMAP server: what is taken, once, and what is said of the rest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.event import FeedChecked
from schemas.protocol_feeds import Mailbox
from tasks.review.collect import keep_protocol
from tasks.review.fetch_feeds import fetch_feeds
from tasks.review.state import read_state
from tasks.review.steps import Steps
from tasks.search.feed import FeedError
from tasks.search.mailbox import look_into_mailbox
from tests.support.exports import Rec, ovid
from tests.support.feeds import PASSWORD, USER, ImapServer, alert, imap_server, silent_server
from tests.support.reviews import PROTOCOL, SmallReview

EXPORT = ovid([Rec("1", "Waiting to be heard"), Rec("2", "A second invented title")])
RULES = """
[mailbox]
host = "localhost"
port = {port}
user = "alerts"
certificate = "server.pem"

[[mailbox.rule]]
source = "medline"
from = "ovid.example"
subject = "cen"

[[mailbox.rule]]
source = "pubmed"
subject = "What's new for 'CEN'"
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def server(running: ImapServer) -> ImapServer:
    running.empty()
    return running


class Fed(SmallReview):
    """A small review whose protocol names the mailbox."""

    def __init__(self, root: Path, server: ImapServer) -> None:
        super().__init__(root, PROTOCOL + RULES.format(port=server.port))
        shutil.copy(server.certificate, root / "server.pem")

    def look(self, password: str = PASSWORD) -> list[str]:
        """What looking into the feeds says needs somebody."""
        keep_protocol(self.review)
        state = read_state(self.review)
        return [
            str(p)
            for p in fetch_feeds(state, Steps(), lambda: pytest.fail("no service is asked"), lambda name: password)
        ]

    def mails(self) -> list[str]:
        return sorted(str(path.relative_to(self.review.root)) for path in self.review.root.glob("exports/*/mail/*"))


@pytest.fixture
def fed(tmp_path: Path, server: ImapServer) -> Fed:
    return Fed(tmp_path / "review", server)


def test_an_alert_is_taken_by_its_rule_and_its_records_are_loaded(fed: Fed, server: ImapServer) -> None:
    server.deliver(alert(attachments={"citations.ris": EXPORT}))
    assert fed.look() == []
    (name,) = fed.mails()
    assert name.startswith("exports/medline/mail/2026-10-31 ")
    assert fed.update() == []
    assert fed.rows("SELECT source, found, loaded, executed_at::DATE::VARCHAR FROM search") == [
        ("medline", 2, 2, "2026-10-31")
    ]
    assert fed.rows("SELECT file_name FROM core.arrival WHERE kind = 'export'") == [(name,)]


def test_the_message_is_the_snapshot_so_that_a_rebuild_needs_no_mailbox(fed: Fed, server: ImapServer) -> None:
    server.deliver(alert(attachments={"citations.ris": EXPORT}))
    fed.look()
    fed.update()
    shutil.rmtree(fed.review.root / "exports")
    assert fed.rebuilt() == fed.hashes()


def test_a_message_is_taken_once_and_stays_as_it_was(fed: Fed, server: ImapServer) -> None:
    server.deliver(alert(attachments={"citations.ris": EXPORT}))
    before = server.flags()
    fed.look()
    fed.update()
    fed.look()
    assert len(fed.mails()) == 1
    server.deliver(b"Received: from another.example\r\n" + (fed.review.root / fed.mails()[0]).read_bytes())
    fed.look()
    assert len(fed.mails()) == 1, "the same message, as another server delivered it"
    assert server.flags()[:1] == before, "nothing is marked"
    server.deliver(alert(attachments={"citations.ris": EXPORT}, message_id="<two@ovid.example>"))
    fed.look()
    assert len(fed.mails()) == 2, "another message, though it holds the same"


def test_a_message_that_was_taken_away_here_is_not_taken_again(fed: Fed, server: ImapServer) -> None:
    server.deliver(alert(attachments={"citations.ris": EXPORT}))
    fed.look()
    fed.update()
    (fed.review.root / fed.mails()[0]).unlink()
    fed.look()
    assert fed.mails() == []


def test_what_fits_no_rule_is_left_alone_and_told(fed: Fed, server: ImapServer) -> None:
    server.deliver(alert("Lunch?", "Ada <ada@team.example>"))
    (said,) = fed.look()
    assert said == "mailbox: messages that fit no [[mailbox.rule]] are left alone: 'Lunch?' from Ada <ada@team.example>"
    assert fed.mails() == []


def test_an_alert_of_links_is_kept_and_told_with_the_way_out(fed: Fed, server: ImapServer) -> None:
    server.deliver(alert(text="7 new results.\nView them: https://ovid.example/alert/7\n"))
    fed.look()
    (problem,) = fed.update()
    assert "holds no records that can be read (have the alert send RIS" in problem.message
    assert len(fed.mails()) == 1
    assert fed.rows("SELECT count(*) FROM core.arrival WHERE kind = 'export'") == [(1,)]


def test_an_alert_that_found_nothing_is_a_search_that_found_nothing(fed: Fed, server: ImapServer) -> None:
    server.deliver(alert(text="There were no new results for this AutoAlert.\n"))
    fed.look()
    (problem,) = fed.update()
    assert (problem.severity, problem.message) == ("warning", "says that the search found nothing new")
    assert fed.rows("SELECT source, found, complete FROM search") == [("medline", 0, True)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"password": "wrong"}, "refuses the user 'alerts' with this password"),
        ({"password": ""}, "there is no password: LIVING_REVIEW_MAILBOX_PASSWORD"),
        ({"folder": "Nowhere"}, "has no folder 'Nowhere'"),
        ({"certificate": None}, "its certificate is not trusted"),
        ({"certificate": "none.pem"}, "certificate 'none.pem' cannot be read"),
    ],
)
def test_what_keeps_it_from_looking_is_one_line(fed: Fed, server: ImapServer, change: dict, says: str) -> None:
    told = {"host": "localhost", "port": server.port, "user": USER, "certificate": "server.pem"}
    password = change.pop("password", PASSWORD)
    mailbox = Mailbox(**told | change, rule=[{"source": "medline", "from": "ovid"}])
    with pytest.raises(FeedError) as raised:
        look_into_mailbox(mailbox, fed.review.root, password)
    assert says in str(raised.value)
    assert PASSWORD not in str(raised.value)


def test_a_server_that_hangs_is_given_up(fed: Fed) -> None:
    with silent_server() as port:
        mailbox = Mailbox(host="localhost", port=port, user=USER, rule=[{"source": "medline", "from": "ovid"}])
        with pytest.raises(FeedError, match=r"did not answer within 0\.2 s"):
            look_into_mailbox(mailbox, fed.review.root, PASSWORD, seconds=0.2)


def test_that_it_was_looked_into_is_in_the_log_and_the_warehouse(fed: Fed, server: ImapServer) -> None:
    fed.look(password="wrong")
    server.deliver(alert(attachments={"citations.ris": EXPORT}))
    fed.look()
    events = [entry.event for entry in fed.review.log.entries(FeedChecked)]
    assert [(e.feed, e.place, e.sources, e.taken, e.complete) for e in events] == [
        ("mailbox", "localhost INBOX", ("medline", "pubmed"), 0, False),
        ("mailbox", "localhost INBOX", ("medline", "pubmed"), 1, True),
    ]
    fed.update()
    assert fed.rows("SELECT source, taken, complete, reason FROM feed_check ORDER BY ALL") == [
        ("medline", 0, False, "refuses the user 'alerts' with this password"),
        ("medline", 1, True, ""),
        ("pubmed", 0, False, "refuses the user 'alerts' with this password"),
        ("pubmed", 1, True, ""),
    ]

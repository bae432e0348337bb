"""Months 3 to 12 of the worked example: the plan holds together, its files say what it plans, and its servers speak as real ones do."""

from __future__ import annotations

import imaplib
import itertools
import json
import ssl
import urllib.error
import urllib.request
from collections import Counter
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from examples.cen.generator import expected
from examples.cen.generator.catalogue import reports
from examples.cen.generator.decisions import FULL
from examples.cen.generator.deliveries import SEARCHES
from examples.cen.generator.months import arrivals, files, people, protocol
from examples.cen.generator.months.calendar import (
    AMENDMENT,
    BACK_ISSUES,
    EXCLUSION,
    MONTHS,
    NOTICE,
    SERVICE_DOWN,
    closing,
    last_day,
    number_of,
)
from examples.cen.generator.months.reports import month_reports
from examples.cen.generator.plan import PARTS, exports, project
from examples.cen.servers import mailbox as mailboxes
from examples.cen.servers import service as services
from schemas.protocol import Protocol, read_protocol

CEN = Path(__file__).parents[3] / "examples" / "cen"


def protocol_of(folder: Path, text: str) -> Protocol:
    path = folder / "review.toml"
    path.write_text(text, encoding="utf-8")
    return read_protocol(path).protocol


def amended(month: str) -> str:
    text = protocol.amend_in_march((CEN / "review.toml").read_text(encoding="utf-8"), 993)
    return protocol.amend_in_september(text) if month >= AMENDMENT else text


class TestPlan:
    def test_a_record_is_new_once_and_only_what_was_there_comes_again(self) -> None:
        seen: Counter[tuple[str, str]] = Counter()
        for part in PARTS:
            for export in exports(part):
                for record in export.records:
                    key = (expected.source_of(export, record), record.accession)
                    if record.report is None or not record.accession:
                        continue
                    assert bool(seen[key]) == record.again, (part, key)
                    seen[key] += 1

    def test_each_month_brings_8_to_25_new_records_and_october_the_back_issues_besides(self) -> None:
        counts = [int(str(expected.identification(part)["records"])) for part in PARTS]
        new = dict(zip(PARTS[1:], (now - before for before, now in itertools.pairwise(counts)), strict=True))
        backlog = len(arrivals.IN_SERVICE)
        assert {month: n for month, n in new.items() if not 8 <= n <= 25 + (backlog if month == MONTHS[0] else 0)} == {
            SEARCHES[1]: 27,
            BACK_ISSUES: 140,
        }

    def test_what_the_service_had_while_it_was_down_comes_a_month_later_whole(self) -> None:
        assert not [one for one in exports(SERVICE_DOWN) if one.source == arrivals.SERVICE]
        missed = {one.record.accession for one in arrivals.indexed() if f"{one.day}".startswith(SERVICE_DOWN)}
        (after,) = (one for one in exports("2020-05") if one.source == arrivals.SERVICE)
        assert missed
        assert missed <= {record.accession for record in after.records if not record.again}

    def test_the_back_issues_are_ten_times_what_a_search_of_the_service_ever_found(self) -> None:
        found = {month: len(arrivals.service_answer(month)) for month in MONTHS}
        assert found[BACK_ISSUES] >= max(100, 10 * max(n for month, n in found.items() if month < BACK_ISSUES))

    @pytest.mark.parametrize("month", MONTHS)
    def test_the_flow_adds_up(self, month: str) -> None:
        flow = {name: int(str(n)) for name, n in expected.flow(month).items()}
        for end in ("", "_other"):
            box = {name.removesuffix("_other"): n for name, n in flow.items() if name.endswith("_other") == bool(end)}
            box |= {"removed_other": flow[f"removed_other{end}"]}
            assert box["screened"] == box["excluded_screening"] + box["sought"]
            assert box["sought"] == box["not_retrieved"] + box["awaiting"] + box["assessed"]
        assert flow["identified"] == (
            flow["removed_duplicates"] + flow["removed_other"] + flow["awaiting_screening"] + flow["screened"]
        )

    def test_three_reports_are_included_over_the_year_and_two_that_were_retracted_are_not(self) -> None:
        before, after = (
            {unit for unit, said in expected.statuses(part)[FULL].items() if said == "included"}
            for part in (SEARCHES[1], MONTHS[-1])
        )
        assert (after - before, before - after) == ({"inc-13", "inc-14", "inc-15"}, {"inc-05", "inc-08"})
        told = files.files(NOTICE)["notices/retraction-watch.csv"].decode()
        assert reports()["inc-08"].doi in told
        assert [vote.reason for vote in people.votes(EXCLUSION) if vote.unit == "inc-08"] == ["Retracted"]

    def test_two_reviewers_differ_and_agree_in_each_month(self) -> None:
        raised = [expected.conflicts(part) for part in PARTS[1:]]
        assert all(now["raised"] > before["raised"] for before, now in itertools.pairwise(raised))  # type: ignore[operator]
        assert all(now["settled"] > before["settled"] for before, now in itertools.pairwise(raised))  # type: ignore[operator]

    def test_a_code_is_renamed_and_one_merged_into_another(self) -> None:
        before, after = project(SEARCHES[1]), project(MONTHS[-1])
        assert set(after.renamed) - set(before.renamed) == {"back and forth"}
        assert after.merged == {"time to reflect": "supervision"}
        assert set(after.documents) - set(before.documents) == {"inc-13", "inc-14", "inc-15"}

    def test_everything_is_plainly_fictional(self) -> None:
        assert all(one.doi.startswith("10.5555/cen.") and one.pmid.startswith("99") for one in month_reports().values())
        assert not {one.doi for one in month_reports().values()} & {one.doi for one in reports().values()}


class TestFiles:
    @pytest.mark.parametrize("month", MONTHS)
    def test_made_twice_they_are_the_same_byte_for_byte(self, month: str) -> None:
        assert files.files(month) == files.files(month)
        assert files.alert(month) == files.alert(month)

    @pytest.mark.parametrize("month", MONTHS)
    def test_what_they_name_is_in_the_protocol_of_the_month(self, month: str, tmp_path: Path) -> None:
        now = protocol_of(tmp_path, amended(month))
        made = files.files(month)
        assert {name.split("/")[1] for name in made if name.startswith("exports/")} <= {s.name for s in now.source}
        assert {vote.reason for vote in people.votes(month)} <= {"", *now.eligibility.reasons}

    def test_the_amendments_add_what_they_say(self, tmp_path: Path) -> None:
        march, september = (protocol_of(tmp_path, amended(month)) for month in (MONTHS[0], AMENDMENT))
        assert {s.name for s in september.source} - {s.name for s in march.source} == {"psycinfo"}
        assert [one.name for one in september.screening.team][-1:] == ["Cleo"]
        assert "Cleo" not in [one.name for one in march.screening.team]

    def test_an_alert_has_pubmeds_records_attached_or_in_its_body(self) -> None:
        for month in MONTHS:
            message = message_from_bytes(files.alert(month), policy=policy.default)
            (export,) = (one for one in exports(month) if one.source == arrivals.MAIL)
            attached = [part.get_content() for part in message.iter_attachments()]
            assert bool(attached) == bool(number_of(month) % 2)
            text = attached[0] if attached else message.get_body().get_content()  # type: ignore[union-attr]
            assert text.count("PMID- ") == len(export.records) > 0


class TestServers:
    def test_the_mailbox_shows_messages_over_tls_and_changes_none(self) -> None:
        mailbox = mailboxes.Mailbox("somebody", 'pass "word"')
        mailbox.messages = [files.alert("2020-03"), files.stranger()]
        with mailboxes.serving(mailbox):
            context = ssl.create_default_context(cadata=mailbox.certificate.decode())
            with imaplib.IMAP4_SSL("127.0.0.1", mailbox.port, ssl_context=context, timeout=20) as client:
                client.login("somebody", mailbox.password)
                assert client.select("INBOX", readonly=True) == ("OK", [b"2"])
                assert client.uid("search", "ALL") == ("OK", [b"1 2"])  # type: ignore[arg-type]
                _, answer = client.uid("fetch", "1:*", "(BODY.PEEK[])")
                assert [part[1] for part in answer if isinstance(part, tuple)] == mailbox.messages
                assert client.uid("fetch", "9", "(BODY.PEEK[])") == ("OK", [None])
                with pytest.raises(imaplib.IMAP4.error, match="can only be read"):
                    client.append("INBOX", "", "", b"x")  # type: ignore[arg-type]

    def test_the_mailbox_lets_nobody_else_in_and_trusts_no_other_certificate(self) -> None:
        mailbox = mailboxes.Mailbox("somebody", "secret")
        with mailboxes.serving(mailbox):
            context = ssl.create_default_context(cadata=mailbox.certificate.decode())
            with imaplib.IMAP4_SSL("127.0.0.1", mailbox.port, ssl_context=context, timeout=20) as client:
                with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
                    client.login("somebody", "guess")
                with pytest.raises(imaplib.IMAP4.error):
                    client.select("INBOX")
            with pytest.raises(ssl.SSLCertVerificationError):
                imaplib.IMAP4_SSL("127.0.0.1", mailbox.port, ssl_context=ssl.create_default_context(), timeout=20)
        with pytest.raises(OSError):
            imaplib.IMAP4_SSL("127.0.0.1", mailbox.port, timeout=5)

    def test_the_service_gives_a_window_page_by_page_as_it_stands_on_a_day(self) -> None:
        service = services.SearchService(arrivals.indexed())
        service.today = last_day(10)
        query, found, cursor = "x AND FIRST_IDATE:[2020-09-16 TO 2020-12-31]", [], "*"
        while page := service.answer(query, cursor, 1000)["resultList"]["result"]:  # type: ignore[index]
            found += [one["id"] for one in page]
            cursor = f"from{len(found)}"
        assert found == [
            one.record.accession.removeprefix("MED:")
            for one in arrivals.indexed()
            if date(2020, 9, 16) <= one.day <= last_day(10)
        ]
        assert len(found) > 100

    def test_the_service_answers_over_http_or_says_that_it_cannot(self) -> None:
        service = services.SearchService(arrivals.indexed())
        service.today = closing(3).date()
        with services.serving(service):
            with urllib.request.urlopen(f"{service.url}/search?query=x&cursorMark=*", timeout=20) as answer:
                assert json.load(answer)["hitCount"] == len(arrivals.service_answer("2020-03"))
            service.down = True
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{service.url}/search?query=x", timeout=20)
            assert refused.value.code == 503
        assert service.asked == 2

"""A mailbox as a feed: alerts that belong to a source are put into its drop folder as they are, whole messages.

The mailbox is opened for reading only and messages are peeked at, so nothing is moved, marked or deleted there. A message is
taken once: its file's name is made of its date, and of a hash over its Message-ID and what it holds, so the same message
with other headers of transport (another folder, another server) is the same file.
"""

from __future__ import annotations

import hashlib
import imaplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from imap_tools import MailBox
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from schemas.problem import Problem
from schemas.protocol_feeds import Mailbox
from tasks.search.feed import MOST_BYTES, FeedAnswer, FeedError, one_line, put_file

SECONDS = 60.0
"""Without a word of the server."""
_BULK = 200
"""Messages whose headers are asked for at once."""
_SHOWN = 3


@dataclass(frozen=True)
class Known:
    """A message that was taken: by its Message-ID and size it is known without being fetched again."""

    message_id: str
    size: int


def look_into_mailbox(
    mailbox: Mailbox,
    root: Path,
    password: str,
    *,
    known: Iterable[Known] = (),
    names: Iterable[str] = (),
    seconds: float = SECONDS,
) -> FeedAnswer:
    """Takes the messages that fit a rule and are not known.

    `known`: those that were taken; `names`: the stems of their files (`name_message`), under whatever source. Raises
    FeedError where the mailbox cannot be looked into, UserError where a file cannot be written.
    """
    answer, taken_before, stems = FeedAnswer(), set(known), set(names)
    if not password:
        raise FeedError(
            "there is no password: LIVING_REVIEW_MAILBOX_PASSWORD, or the Secret block living-review-mailbox-password"
        )
    strangers: list[str] = []
    try:
        with _log_in(mailbox, root, password, seconds) as box:
            for listed in box.fetch(headers_only=True, mark_seen=False, bulk=_BULK):
                uid, size, headers, subject = listed.uid or "", listed.size_rfc822, listed.obj, listed.subject
                sender = listed.from_values.full if listed.from_values else ""
                rule = next((rule for rule in mailbox.rule if rule.fits(sender, subject)), None)
                if rule is None:
                    strangers.append(f"'{subject[:60]}' from {sender[:60]}")
                    continue
                if Known(_message_id(headers), size) in taken_before:
                    continue
                if size > MOST_BYTES:
                    text = f"message '{subject[:60]}' of {size >> 20:,} MB is larger than {MOST_BYTES >> 20} MB, and is not taken"
                    answer.problems.append(Problem("mailbox", None, text))
                    continue
                content = _fetch(box, uid)
                stem = name_message(content)
                if stem not in stems:
                    stems.add(stem)
                    name = f"exports/{rule.source}/mail/{stem}.eml"
                    put_file(root, name, content)
                    answer.taken.append(name)
    except ssl.SSLCertVerificationError as error:
        hint = 'name its certificate in [mailbox]: certificate = "server.pem"'
        raise FeedError(f"its certificate is not trusted: {error.verify_message} ({hint})") from None
    except MailboxLoginError:
        raise FeedError(f"refuses the user '{mailbox.user}' with this password") from None
    except MailboxFolderSelectError:
        raise FeedError(f"has no folder '{mailbox.folder}'") from None
    except TimeoutError:
        raise FeedError(f"did not answer within {seconds:g} s") from None
    except (ImapToolsError, imaplib.IMAP4.error, MessageError, OSError) as error:
        raise FeedError(f"cannot be looked into: {one_line(error, password)}") from None
    if strangers:
        more = f" and {len(strangers) - _SHOWN} more" if len(strangers) > _SHOWN else ""
        text = f"messages that fit no [[mailbox.rule]] are left alone: {'; '.join(strangers[-_SHOWN:])}{more}"
        answer.problems.append(Problem("mailbox", None, text, "warning"))
    return answer


def name_message(content: bytes) -> str:
    """What a message's file is called: its day, where it says one, and a hash over its Message-ID and what it holds."""
    message = message_from_bytes(content, policy=policy.compat32)
    found = hashlib.sha256(_message_id(message).encode())
    found.update(content.partition(b"\r\n\r\n" if b"\r\n\r\n" in content else b"\n\n")[2])
    day = _day_of(message)
    return f"{day} {found.hexdigest()[:16]}" if day else found.hexdigest()[:16]


def known_message(content: bytes) -> Known:
    """By what a message that was taken is known again."""
    return Known(_message_id(message_from_bytes(content, policy=policy.compat32)), len(content))


def _log_in(mailbox: Mailbox, root: Path, password: str, seconds: float) -> MailBox:
    context = ssl.create_default_context()
    if mailbox.certificate:
        try:
            context.load_verify_locations(root / mailbox.certificate)
        except (OSError, ssl.SSLError) as error:
            raise FeedError(f"certificate '{mailbox.certificate}' cannot be read: {one_line(error)}") from None
    box = MailBox(mailbox.host, mailbox.port, timeout=seconds, ssl_context=context)
    if mailbox.user.isascii() and password.isascii():
        box.login(mailbox.user, password, initial_folder=None)
    else:
        box.login_utf8(mailbox.user, password, initial_folder=None)
    box.folder.set(mailbox.folder, readonly=True)
    return box


def _fetch(box: MailBox, uid: str) -> bytes:
    _, answer = box.client.uid("fetch", uid, "(BODY.PEEK[])")
    content = next((item[1] for item in answer if isinstance(item, tuple)), None)
    if not isinstance(content, bytes):
        raise FeedError("lists a message that it does not send")
    return content


def _message_id(headers: Message) -> str:
    return " ".join(str(headers["message-id"] or "").split())


def _day_of(message: Message) -> str:
    try:
        return f"{parsedate_to_datetime(str(message['date'])):%Y-%m-%d}"
    except (ValueError, TypeError):
        return ""

"""[mailbox] of review.toml, and what a [[source]] says of the place that feeds it."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator

from schemas.protocol_section import Name, Section

#: What addresses of folders may begin with, and the extra of the package that brings what is needed for it.
FOLDER_EXTRAS = {
    "file": "",
    "memory": "",
    "s3": "s3",
    "sftp": "sftp",
    "ssh": "sftp",
    "webdav": "webdav",
    "webdavs": "webdav",
    "smb": "smb",
}


def _check_folder(address: str) -> str:
    if re.search(r"//[^/@]*:(?!\d+/)[^@]*@|[?&;][^=&]*(?:pass|secret|token|key)[^=&]*=", address, re.IGNORECASE):
        raise ValueError(
            "holds a password; passwords stand in the environment only (FSSPEC_SFTP_PASSWORD and its like)"
        )
    kind, colon, rest = address.partition("://")
    if not colon or not rest.strip("/"):
        raise ValueError(f"'{address}' is no address of a folder, as 's3://bucket/folder' is")
    if kind not in FOLDER_EXTRAS:
        known = ", ".join(sorted(name for name in FOLDER_EXTRAS if name != "memory"))
        raise ValueError(f"'{kind}://' is no kind of folder that is known: {known}")
    return address


FolderAddress = Annotated[str, AfterValidator(_check_folder)]


def show_address(address: str) -> str:
    """An address of a folder, without its user."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


class MailRule(Section):
    """[[mailbox.rule]]: the messages that belong to a source: both texts, where both are given, must be in the message's
    sender and subject; capitals do not matter."""

    source: Name
    sender: str = Field(default="", alias="from")
    subject: str = ""

    @field_validator("subject")
    @classmethod
    def _no_line(cls, value: str) -> str:
        if "\n" in value:
            raise ValueError("a subject is one line")
        return value

    def fits(self, sender: str, subject: str) -> bool:
        """Whether a message of this sender and subject belongs to the rule's source."""
        return self.sender.casefold() in sender.casefold() and self.subject.casefold() in subject.casefold()

    @property
    def is_empty(self) -> bool:
        """Whether every message fits, which no rule should mean."""
        return not (self.sender.strip() or self.subject.strip())


class Mailbox(Section):
    """[mailbox]: where alerts arrive, by IMAP over TLS; the password is LIVING_REVIEW_MAILBOX_PASSWORD, or a Secret block.

    `certificate`: a file in the review's folder with the certificate of a server that no public authority vouches for.
    Of several rules that a message fits, the first counts.
    """

    host: str = Field(min_length=1, pattern=r"^[A-Za-z0-9.\-:]+$")
    port: int = Field(default=993, ge=1, le=65535)
    user: str = Field(min_length=1)
    folder: str = "INBOX"
    certificate: str | None = None
    rule: list[MailRule] = Field(min_length=1)

    @property
    def place(self) -> str:
        """What the log calls it."""
        return f"{self.host} {self.folder}"

"""The protocol in a release tells nobody where the team's mailbox and folders are."""

from __future__ import annotations

import tomllib

import pytest

from schemas.protocol import Protocol
from tasks.publish.release_protocol import withhold_places
from tests.support.reviews import PROTOCOL

MAILBOX = '\n[mailbox]\nhost = "imap.secret.org"\nuser = "ada@secret.org"\n[[mailbox.rule]]\nsource = "medline"\nfrom = "ovid"\n'
FOLDER = "folder = 'sftp://ada@files.secret.org/alerts'\n"


def read(text: str) -> Protocol:
    return Protocol.model_validate(tomllib.loads(text))


@pytest.mark.parametrize(
    "mailbox",
    [
        MAILBOX,
        MAILBOX.replace('"ada@secret.org"', "'''ada@secret.org'''"),
        '\n[mailbox]\n"host"="imap.secret.org"\nuser="ada@secret.org"\nrule=[{source="medline", from="ovid"}]\n',
    ],
)
def test_places_are_left_out_and_nothing_else_is(mailbox: str) -> None:
    text = PROTOCOL.replace("[[source]]\n", f"[[source]]\n{FOLDER}", 1) + mailbox
    told = withhold_places(text, read(text))
    assert "secret" in text and "secret" not in told
    assert told.splitlines()[0] == text.splitlines()[0] and len(told.splitlines()) == len(text.splitlines())
    before, after = read(text), read(told)
    assert after.mailbox is not None and before.mailbox is not None
    assert after.mailbox.rule == before.mailbox.rule
    assert after.source[0].folder == "sftp://withheld"
    assert after.model_copy(update={"mailbox": None, "source": before.source}) == before.model_copy(
        update={"mailbox": None}
    )


def test_a_protocol_without_places_is_shown_as_it_is() -> None:
    assert withhold_places(PROTOCOL, read(PROTOCOL)) == PROTOCOL


def test_what_cannot_be_found_leaves_nothing() -> None:
    text = PROTOCOL + MAILBOX.replace("ada@secret.org", "\\u0061da@secret.org")
    assert "secret" not in withhold_places(text, read(text))

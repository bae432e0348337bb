"""Amendments: which settings two protocols differ in, by key, and that names and addresses are never among them."""

from __future__ import annotations

from pathlib import Path

from schemas.protocol import Protocol, read_protocol
from tasks.review.protocol_changes import compare_protocols
from tests.support.reviews import PROTOCOL


def read(tmp_path: Path, text: str) -> Protocol:
    path = tmp_path / "review.toml"
    path.write_text(text, encoding="utf-8")
    return read_protocol(path).protocol


def test_what_was_added_changed_and_removed(tmp_path: Path) -> None:
    before = read(tmp_path, PROTOCOL)
    text = PROTOCOL.replace('name = "medline"', 'name = "medline"\nlimits = "English"')
    text = (
        text.replace('reason = "Wrong study design"', 'reason = "Wrong setting"') + "[screening.full-text]\nvotes = 1\n"
    )
    assert compare_protocols(before, read(tmp_path, text)) == [
        ("eligibility.exclusion.Wrong setting.stands", None, "true"),
        ("screening.full-text.votes", "2", "1"),
        ("source.medline.limits", None, "English"),
        ("eligibility.exclusion.Wrong study design.stands", "true", None),
    ]


def test_a_default_that_is_written_down_is_no_change(tmp_path: Path) -> None:
    assert (
        compare_protocols(read(tmp_path, PROTOCOL), read(tmp_path, PROTOCOL + "[coding]\ndouble_coded = 0.2\n")) == []
    )


def test_people_and_addresses_are_not_told(tmp_path: Path) -> None:
    private = PROTOCOL.replace("question =", 'contact = "ada@example.org"\nquestion =')
    private = private.replace('["Ada", "Ben"]', '[{ name = "Ada", aliases = ["ada@example.org"] }]\nseed = "x"')
    private = private.replace('name = "medline"', 'name = "medline"\nfolder = "sftp://ada@example.org/x"')
    private += '[people]\nowners = ["Ada"]\n[mailbox]\nhost = "mail.example.org"\nuser = "ada@example.org"\n'
    private += '[[mailbox.rule]]\nsource = "medline"\nfrom = "ovid"\n'
    assert compare_protocols(read(tmp_path, PROTOCOL), read(tmp_path, private)) == []

"""A message (.eml) as a file of exports: what is read of it, and what is refused."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from schemas.errors import UserError
from tasks.load.message import MOST_PARTS, is_message, take_apart
from tasks.load.open_exports import open_exports
from tests.support.cli import living_review
from tests.support.exports import Rec, ebsco, nbib, ovid
from tests.support.feeds import alert

ONE, TWO = Rec("1", "Waiting to be heard"), Rec("2", "A second invented title")
ABSTRACT_TEXT = """This message contains My NCBI what's new results.

Search: an invented strategy

PubMed Results
Items 1 - 1 of 1

1. J Invent Care. 2019 Oct;12(3):244-58. doi: 10.5555/one.

Waiting to be heard.

Testperson T(1).

Author information:
(1)Nowhere.

Nobody waited in earnest.

PMID: 10000001
"""


def titles(path: Path) -> list[str]:
    with open_exports(path) as opened:
        return [title for reading in opened.readings for batch in reading for title in batch.records["title"].to_list()]


def saved(tmp_path: Path, message: EmailMessage | bytes) -> Path:
    path = tmp_path / "alert.eml"
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return path


def packed(files: dict[str, bytes | str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def wrapped(message: EmailMessage, times: int) -> EmailMessage:
    for _ in range(times):
        outer = EmailMessage()
        outer["From"], outer["Message-ID"], outer["Subject"] = "a@b.example", "<outer@b.example>", "Fwd"
        outer.set_content("forwarded")
        outer.add_attachment(message)
        message = outer
    return message


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (alert(attachments={"citations.ris": ovid([ONE, TWO])}), [ONE, TWO]),
        (alert(attachments={"a.ris": ebsco([ONE]), "b.nbib": nbib([TWO])}), [ONE, TWO]),
        (alert(attachments={"all.zip": packed({"in/a.ris": ovid([ONE]), "in/logo.txt": ""})}), [ONE]),
        (alert(text=f"Your alert found 2 records.\n\n{ovid([ONE, TWO])}\n"), [ONE, TWO]),
        (alert(text=nbib([ONE])), [ONE]),
        (alert(text=ABSTRACT_TEXT), [ONE]),
        (alert(text="see the page", html=f"<html><body><pre>{ovid([TWO])}</pre></body></html>"), [TWO]),
        (alert(text=ovid([TWO]), attachments={"the same.ris": ovid([TWO])}), [TWO]),
        (wrapped(alert(attachments={"citations.ris": ovid([ONE])}), 1), [ONE]),
    ],
    ids=["attachment", "two", "zip", "body", "nbib", "pubmed text", "html", "attachment and body", "forwarded"],
)
def test_reads_what_alerts_hold(tmp_path: Path, message: EmailMessage, expected: Sequence[Rec]) -> None:
    path = saved(tmp_path, message)
    assert is_message(path)
    assert [title.rstrip(".") for title in titles(path)] == [record.title for record in expected]


def test_lines_broken_for_the_way_are_joined_again(tmp_path: Path) -> None:
    head = b"From: a@b.example\r\nMessage-ID: <1@b>\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
    text = ovid([ONE]).replace("Waiting to be heard", "Waiting \nto be heard").replace("\n", "\r\n").encode()
    assert titles(saved(tmp_path, head + text)) == ["Waiting to be heard"]


def test_an_attachment_that_is_no_export_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path, alert(attachments={"terms.pdf": b"%PDF-1.7", "citations.ris": ovid([ONE])}))
    with open_exports(path) as opened:
        assert opened.warnings == ["its attachment 'terms.pdf' is not read: is a PDF, not an export"]
        assert len(opened.readings) == 1


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (alert(text="New results: https://x.example/1"), "holds no records that can be read (have the alert send RIS"),
        (alert(attachments={"results.pdf": b"%PDF-1.7"}), "its attachment 'results.pdf' is not read: is a PDF"),
        (wrapped(alert(), 6), "within each other, 4 deep and more; it is refused whole"),
        (alert(attachments={f"{n}.txt": "x" for n in range(MOST_PARTS + 1)}), f"more than {MOST_PARTS} parts"),
        (alert(attachments={"bomb.zip": packed({"a": packed({"b": packed({"c": packed({"d": packed({"e": "x"})})})})})}), "4 deep"),
    ],
    ids=["links", "pdf", "nested", "many", "nested zip"],
)  # fmt: skip
def test_refuses_in_one_line(tmp_path: Path, message: EmailMessage, says: str) -> None:
    with pytest.raises(UserError) as raised:
        titles(saved(tmp_path, message))
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_archive_whose_packing_is_damaged_is_refused_in_one_line() -> None:
    whole = packed({"a.nbib": "PMID- 1\n" * 500})
    start = whole.index(b"a.nbib") + len("a.nbib")
    damaged = whole[:start] + b"\xff" * 12 + whole[start + 12 :]
    with pytest.raises(UserError, match=r"holds an archive 'x\.zip' that cannot be unpacked"):
        take_apart(alert(attachments={"x.zip": damaged}).as_bytes())


def test_an_archive_is_unpacked_to_the_limit_whatever_it_says_of_its_size(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tasks.load.message.MOST_BYTES", 1 << 20)
    bomb = packed({"zeros": b"\0" * (4 << 20)})
    assert len(bomb) < 10_000
    with pytest.raises(UserError, match="more than 1 MB, unpacked"):
        take_apart(alert(attachments={"bomb.zip": bomb}).as_bytes())


@pytest.mark.parametrize("content", [ovid([ONE]), nbib([ONE]), "Title: x\nFrom: y\n\n", "From: only\n", ""])
def test_exports_are_no_messages(tmp_path: Path, content: str) -> None:
    assert not is_message(saved(tmp_path, content.encode()))


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"=?utf-8?B?" + base64.b64encode(b"x") + b"?="])
def test_a_damaged_message_is_refused_not_a_crash(tmp_path: Path, damage: bytes) -> None:
    whole = alert(attachments={"citations.ris": ovid([ONE])}).as_bytes()
    for cut in range(100, len(whole), 97):
        path = saved(tmp_path, whole[:cut] + damage + whole[cut + 13 :])
        try:
            titles(path)
        except UserError as error:
            assert "\n" not in str(error)


def test_parse_reads_a_message_alone(tmp_path: Path) -> None:
    said = living_review(
        "parse", saved(tmp_path, alert(attachments={"citations.ris": ovid([ONE, TWO])})), "--format", "csv"
    )
    assert said.code == 0
    assert "Waiting to be heard" in said.out
    assert "alert.eml: citations.ris: ris, ovid, 2 found, 2 loaded, 0 quarantined" in said.err

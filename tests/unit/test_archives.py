"""A member that is damaged, by each packing, is refused in one line by everything that opens archives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from schemas.errors import UserError
from tasks.load.message import take_apart
from tasks.screen.archive import Archive
from tasks.synthesise.document_file import read_document
from tasks.synthesise.qda_archive import open_archive

PACKINGS = {"deflate": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}


def damaged(member: str, packing: int) -> bytes:
    """An archive with one member, whose packed bytes are others' from their tenth on."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr(member, "".join(chr(65 + n * n % 53) for n in range(5000)))
    content = bytearray(file.getvalue())
    begin = 30 + len(member)
    content[begin + 10 : begin + 60] = b"\xff" * 50
    return bytes(content)


def as_message(content: bytes, folder: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "alert"
    message.set_content("See the attachment.")
    message.add_attachment(content, maintype="application", subtype="zip", filename="records.zip")
    take_apart(message.as_bytes())


def as_project_of_a_screening_tool(content: bytes, folder: Path) -> None:
    Archive(content, "project.asreview").read("project.json")


def as_coding_project(content: bytes, folder: Path) -> None:
    (folder / "project.qdpx").write_bytes(content)
    open_archive(folder / "project.qdpx", "project.qdpx")


def as_word_document(content: bytes, folder: Path) -> None:
    (folder / "text.docx").write_bytes(content)
    read_document(folder / "text.docx")


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize(
    ("read", "member"),
    [
        (as_message, "records.ris"),
        (as_project_of_a_screening_tool, "project.json"),
        (as_coding_project, "project.qde"),
        (as_word_document, "word/document.xml"),
    ],
)
def test_a_damaged_member_is_refused_in_one_line(
    read: Callable[[bytes, Path], None], member: str, packing: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as refused:
        read(damaged(member, PACKINGS[packing]), tmp_path)
    assert "\n" not in str(refused.value)

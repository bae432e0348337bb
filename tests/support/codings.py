"""QDA projects written by hand: a few texts, and who coded which characters of them under which codes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from uuid import UUID, uuid5
from xml.sax.saxutils import escape, quoteattr

_NAMESPACE = UUID("5cec0000-0000-4000-8000-00000000c0de")
Coded = tuple[str, str, str, int, int]
"""Coder, text, code, start and end in code points, the end exclusive."""


def guid(kind: str, name: object) -> str:
    """The GUID of a part: the same in every project."""
    return str(uuid5(_NAMESPACE, f"{kind}:{name}"))


def write_project(texts: Mapping[str, str], codings: Iterable[Coded], *, codes: Iterable[str] = ()) -> bytes:
    """A project (.qdpx) of these texts and codings; `codes`: those of the codebook that nobody used."""
    codings = list(codings)
    users = "".join(
        f'<User guid="{guid("user", who)}" name={quoteattr(who)}/>' for who in sorted({who for who, *_ in codings})
    )
    names = sorted({code for _, _, code, _, _ in codings} | set(codes))
    book = "".join(f'<Code guid="{guid("code", code)}" name={quoteattr(code)} isCodable="true"/>' for code in names)
    sources = "".join(
        f'<TextSource guid="{guid("text", name)}" name={quoteattr(name)}>'
        f"<PlainTextContent>{escape(text)}</PlainTextContent>"
        + "".join(_segment(coded) for coded in codings if coded[1] == name)
        + "</TextSource>"
        for name, text in texts.items()
    )
    project = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<Project xmlns="urn:QDA-XML:project:1.0" name="Invented talk" origin="Handmade">'
        f"<Users>{users}</Users><CodeBook><Codes>{book}</Codes></CodeBook><Sources>{sources}</Sources></Project>"
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as qdpx:
        qdpx.writestr(zipfile.ZipInfo("project.qde", (2020, 1, 1, 0, 0, 0)), project)
    return archive.getvalue()


def _segment(coded: Coded) -> str:
    who, _, code, start, end = coded
    return (
        f'<PlainTextSelection guid="{guid("segment", coded)}" startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="{guid("coding", coded)}" creatingUser="{guid("user", who)}">'
        f'<CodeRef targetGUID="{guid("code", code)}"/></Coding></PlainTextSelection>'
    )

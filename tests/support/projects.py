"""QDA projects for tests, as the bytes of a .qdpx: documents, codes and codings in few words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr


def guid(kind: int, text: str) -> str:
    """A UUID that is the same for the same text of a kind."""
    return f"00000000-0000-4000-8000-{kind}{sum(ord(c) * 31**i for i, c in enumerate(text)) % 10**11:011d}"


def qdpx(
    texts: Mapping[str, str], codes: Sequence[str], codings: Sequence[tuple[str, str, str, str]], name: str = "Untitled"
) -> bytes:
    """A project. `texts`: document → text; `codes`: names; `codings`: (coder, code, document, words of its text)."""
    users = sorted({coder for coder, *_ in codings})
    sources = []
    for document, text in texts.items():
        selections = []
        for coder, code, of, words in codings:
            if of == document:
                start = text.index(words)
                key = f"{coder}{code}{of}{words}"
                selections.append(
                    f'<PlainTextSelection guid="{guid(3, key)}" name="" startPosition="{start}" endPosition="{start + len(words)}">'
                    f'<Coding guid="{guid(4, key)}" creatingUser="{guid(5, coder)}"><CodeRef targetGUID="{guid(1, code)}"/>'
                    "</Coding></PlainTextSelection>"
                )
        sources.append(
            f'<TextSource guid="{guid(2, document)}" name={quoteattr(document)} plainTextPath="internal://{guid(2, document)}.txt">'
            f"{''.join(selections)}</TextSource>"
        )
    xml = (
        f'<Project xmlns="urn:QDA-XML:project:1.0" name={quoteattr(name)} origin="MAXQDA 24"><Users>'
        + "".join(f'<User guid="{guid(5, user)}" name={quoteattr(user)}/>' for user in users)
        + "</Users><CodeBook><Codes>"
        + "".join(f'<Code guid="{guid(1, code)}" name={quoteattr(code)} isCodable="true"/>' for code in codes)
        + f"</Codes></CodeBook><Sources>{''.join(sources)}</Sources></Project>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for member, content in {
            "project.qde": xml,
            **{f"sources/{guid(2, d)}.txt": text for d, text in texts.items()},
        }.items():
            archive.writestr(zipfile.ZipInfo(member), content)  # dated 1980, so that the same project is the same bytes
    return packed.getvalue()

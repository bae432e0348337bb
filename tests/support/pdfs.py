"""PDFs for tests, written by hand: pages of lines in Helvetica, nothing else."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def pdf(*pages: Sequence[tuple[float, float, str]] | Sequence[str], pack: bool = True) -> bytes:
    """A PDF. Each page: lines from the top down, or (x, y from the bottom, words). A page without any is a scanned one."""
    contents = [_draw(page) for page in pages]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, content in enumerate(contents):
        stream = zlib.compress(content, 9) if pack else content
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {5 + 2 * number} 0 R/Resources<</Font<</F 3 0 R>>>>>>".encode(),
            f"<</Length {len(stream)}{'/Filter/FlateDecode' if pack else ''}>>stream\n".encode()
            + stream
            + b"\nendstream",
        ]
    return assemble(objects)


def assemble(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out + head + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    )


def _draw(page: Sequence[tuple[float, float, str]] | Sequence[str]) -> bytes:
    drawn = []
    for number, line in enumerate(page):
        x, y, words = line if isinstance(line, tuple) else (40, 760 - 14 * number, line)
        escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
        drawn.append(b"BT /F 10 Tf %g %g Td (%s) Tj ET\n" % (x, y, escaped))
    return b"".join(drawn)

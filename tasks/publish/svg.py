"""The little that the figures need to draw SVG: text measured in an open font, rectangles, arrows, and PNG.

Lengths are in pixels at scale 1. Text stays text. Widths are those of Noto Sans, which comes as a package: no font of
the machine is asked, so that the same input gives the same bytes everywhere. Noto Sans runs a little wider than Arial,
Helvetica and Roboto, which a browser may put in its place: text that fits here fits there.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import resvg_py
from fontTools.ttLib import TTFont
from pymupdf_fonts.NotoSans_Bold import fontbuffer as noto_bold
from pymupdf_fonts.NotoSans_Regular import fontbuffer as noto_regular

FONTS = "'Noto Sans', Arial, 'Liberation Sans', Helvetica, sans-serif"
INK = "#1f2933"
MUTED = "#5b6671"
LINE = "#3e4c59"

# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@cache
def _advances(bold: bool) -> tuple[dict[int, int], int]:
    """Advance width of each code point the font has, in font units; and the units in one em."""
    font = TTFont(io.BytesIO(noto_bold if bold else noto_regular), lazy=True)
    widths = font["hmtx"].metrics
    return {code: widths[glyph][0] for code, glyph in font.getBestCmap().items()}, font["head"].unitsPerEm


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text. A character that the font lacks counts a full em, as wide as ideographs are."""
    advances, em = _advances(bold)
    return sum(advances.get(ord(character), em) for character in text) * size / em


def wrap(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break text into lines no wider than `width`, between words; a word wider than a line, and only that, within.

    No-break spaces hold. At least one line comes back, and no character but the spaces broken at is lost.
    """
    lines: list[str] = []
    line = ""
    for word in re.split(r"[ \t\r\n]+", text.strip()):
        rest = word
        longer = f"{line} {rest}" if line else rest
        if text_width(longer, size, bold=bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while len(rest) > 1 and text_width(rest, size, bold=bold) > width:
            fits = max(1, next(n for n in range(1, len(rest) + 1) if text_width(rest[:n], size, bold=bold) > width) - 1)
            lines.append(rest[:fits])
            rest = rest[fits:]
        line = rest
    return [*lines, line]


def number(value: float) -> str:
    """A coordinate, short and always written the same way."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def clean(text: str) -> str:
    """Text as XML can carry it: what no XML may hold becomes U+FFFD; escaped."""
    return escape(_NOT_XML.sub("\ufffd", text))


def element(name: str, content: str | None = None, /, **attributes: str | float | None) -> str:
    """An element around markup. In attribute names _ stands for -, a trailing one is dropped; None leaves one out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}="
        + quoteattr(_NOT_XML.sub("\ufffd", value) if isinstance(value, str) else number(value))
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"


def text(
    x: float,
    y: float,
    line: str,
    *,
    size: float,
    bold: bool = False,
    fill: str = INK,
    anchor: str | None = None,
    turn: bool = False,
) -> str:
    """One line of text, its baseline at y; `turn` reads upwards."""
    return element(
        "text",
        clean(line),
        x=x,
        y=y,
        font_size=size,
        font_weight="700" if bold else None,
        fill=fill,
        text_anchor=anchor,
        transform=f"rotate(-90 {number(x)} {number(y)})" if turn else None,
    )


def group(parts: Iterable[str], *, id_: str | None = None, title: str | None = None, href: str | None = None) -> str:
    """Parts that belong together, with a title that a reader hears and a pointer shows; with `href`, a link."""
    inner = "".join(parts)
    if href is not None:
        inner = element("a", inner, href=href)
    return element("g", (element("title", clean(title)) if title else "") + inner, id_=id_)


def arrow(points: Sequence[tuple[float, float]], *, dashed: bool = False, head: bool = True) -> str:
    """A line through the points, straight across or down, with a filled head at its end."""
    (x0, y0), (x1, y1) = points[-2:]
    length = abs(x1 - x0) + abs(y1 - y0)
    dx, dy = ((x1 - x0) / length, (y1 - y0) / length) if length else (0.0, 0.0)
    reach, half = 8.0, 4.0
    neck = (x1 - dx * reach, y1 - dy * reach) if head else (x1, y1)
    path = "M" + " L".join(f"{number(x)} {number(y)}" for x, y in [*points[:-1], neck])
    line = element(
        "path", d=path, fill="none", stroke=LINE, stroke_width=1.25, stroke_dasharray="4 3" if dashed else None
    )
    if not head:
        return line
    corners = [(x1, y1), (neck[0] + dy * half, neck[1] + dx * half), (neck[0] - dy * half, neck[1] - dx * half)]
    return line + element("path", d="M" + " L".join(f"{number(x)} {number(y)}" for x, y in corners) + " Z", fill=LINE)


def document(
    width: float, height: float, body: Iterable[str], *, name: str, title: str, description: str, links: bool = False
) -> str:
    """A whole figure on white, with what a screen reader says of it. Figures on one page differ in `name`.

    With links inside it is a group and not an image: an image hides its parts from a screen reader.
    """
    inner = [
        element("title", clean(title), id_=f"{name}-title"),
        element("desc", clean(description), id_=f"{name}-desc"),
        element("rect", width=width, height=height, fill="#ffffff"),
        *body,
    ]
    root = element(
        "svg",
        "\n" + "\n".join(inner) + "\n",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="group" if links else "img",
        aria_labelledby=f"{name}-title {name}-desc",
        font_family=FONTS,
    )
    return root + "\n"


@lru_cache(maxsize=8)  # a run with nothing new draws what the last one drew
def svg_png(svg: str, scale: float = 2.0) -> bytes:
    """The figure as PNG, `scale` pixels a unit.

    The fonts that were measured are the fonts that are drawn; fonts of the machine are asked only if the figure holds
    characters, as of Chinese or Arabic, that Noto Sans lacks.
    """
    font_characters = _advances(False)[0]
    covered = all(ord(character) in font_characters for character in svg if character > "~")
    with tempfile.TemporaryDirectory() as folder:
        for name, font in (("regular.ttf", noto_regular), ("bold.ttf", noto_bold)):
            Path(folder, name).write_bytes(font)
        return resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            skip_system_fonts=covered,
            font_dirs=[folder],
            font_family="Noto Sans",
            sans_serif_family="Noto Sans",
        )

"""Text measured, broken and escaped; PNG without fonts of the machine."""

from __future__ import annotations

import struct
import zlib

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tasks.publish import svg


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and the decompressed scan lines, each with its filter byte."""
    width, height = struct.unpack(">II", png[16:24])
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    return width, height, zlib.decompress(data)


def figure(*parts: str) -> str:
    return svg.document(200, 40, parts, name="test", title="A figure", description="What it shows")


def test_width_grows_with_size_and_weight() -> None:
    assert svg.text_width("Records screened", 24) == 2 * svg.text_width("Records screened", 12)
    assert svg.text_width("Records screened", 12, bold=True) > svg.text_width("Records screened", 12)
    assert svg.text_width("文献", 10) == 20.0


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=30)


@given(st.lists(words, max_size=12), st.floats(30, 300))
def test_wrapped_lines_fit_and_lose_no_character(text: list[str], width: float) -> None:
    lines = svg.wrap(" ".join(text), 12, width)
    assert all(svg.text_width(line, 12) <= width or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text)


def test_a_no_break_space_holds_a_line_together() -> None:
    assert svg.wrap("Records (n\u00a0=\u00a01,000)", 12, svg.text_width("Records (n =", 12) + 5) == [
        "Records",
        "(n\u00a0=\u00a01,000)",
    ]


@given(st.text())
def test_any_text_gives_well_formed_xml(text: str) -> None:
    drawn = svg.group([svg.text(0, 10, text, size=12)], id_=text, title=text, href=text)
    root = etree.fromstring(figure(drawn).encode("utf-8", "surrogatepass"))
    assert etree.QName(root).localname == "svg"


def test_markup_in_text_stays_text() -> None:
    root = etree.fromstring(figure(svg.text(0, 10, "</text><script>x</script> & \x00", size=12)))
    assert root.findtext("{*}text") == "</text><script>x</script> & \ufffd"
    assert not list(root.iter("{*}script"))


def test_a_figure_says_what_it_is() -> None:
    root = etree.fromstring(figure())
    assert root.get("role") == "img"
    assert [root.find(f"{{*}}*[@id='{name}']").text for name in root.get("aria-labelledby").split()] == [
        "A figure",
        "What it shows",
    ]


def test_png_shows_text_drawn_with_the_packaged_font_alone() -> None:
    blank, empty = figure(), figure(svg.text(5, 25, "   ", size=20))
    written = figure(svg.text(5, 25, "Łódź Ωμ n = 12", size=20))
    assert pixels(svg.svg_png(blank)) == pixels(svg.svg_png(empty))
    width, height, drawn = pixels(svg.svg_png(written))
    assert (width, height) == (400, 80)
    assert drawn != pixels(svg.svg_png(blank))[2]
    # Bold is drawn in the bold font and not in the regular one.
    assert svg.svg_png(figure(svg.text(5, 25, "n", size=20, bold=True))) != svg.svg_png(
        figure(svg.text(5, 25, "n", size=20))
    )


def test_png_scales_and_repeats_byte_for_byte() -> None:
    drawn = figure(svg.text(5, 25, "n = 12", size=20))
    assert pixels(svg.svg_png(drawn, 3))[:2] == (600, 120)
    assert svg.svg_png(drawn) == svg.svg_png(drawn)

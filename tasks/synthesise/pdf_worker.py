"""Run by itself, in a process of its own: the text of each page of a PDF, as JSON. What a hostile file does to it stays in there.

Imports nothing of the program, so that it starts at once, and reads nothing but the file that it is given.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress

#: Memory that a PDF may ask for, in bytes, and seconds of a processor.
MEMORY, SECONDS = 1_500_000_000, 300


def read_pages(path: str, most_pages: int, most_characters: int) -> dict[str, object]:
    """{"pages": […]}, as the library gives them; or {"refused": why}."""
    import pypdfium2  # noqa: PLC0415  after the limits are set

    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        why = "it needs a password" if "assword" in str(error) else "it is damaged, or no PDF"
        return {"refused": why}
    if len(pdf) > most_pages:
        return {"refused": f"it has {len(pdf):,} pages; {most_pages:,} are the most"}
    pages: list[str] = []
    left = most_characters
    for number in range(len(pdf)):
        try:
            page = pdf[number]
            pages.append(page.get_textpage().get_text_range(errors="replace"))
            page.close()
        except pypdfium2.PdfiumError:
            return {"refused": f"its page {number + 1} is damaged"}
        left -= len(pages[-1])
        if left < 0:
            return {"refused": f"it holds more than {most_characters:,} characters"}
    return {"pages": pages}


def _set_limits() -> None:
    with suppress(
        ImportError, ValueError, OSError
    ):  # Windows has none of this; its caller's time limit holds there too
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _set_limits()
    try:
        read = read_pages(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except MemoryError:
        read = {"refused": "it unpacks to more than this program takes"}
    sys.stdout.write(json.dumps(read))

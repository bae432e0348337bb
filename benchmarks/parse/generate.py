"""Realistic RIS in any number of records, with the pitfalls of real exports. Fictional throughout.

The mix of tags, values to a record and lengths (about 1.15 kB a record) follows Ovid and Scopus exports: 5 authors, 9
keywords, an abstract of about 80 words; counters and link lines between records, continuation lines, an empty tag, text
beyond ASCII, a DOI as an address, and a last record without its newline.
"""

from __future__ import annotations

import random
from pathlib import Path

FAMILIES = (
    "Abara",
    "Brännström",
    "Cielo",
    "Dlamini",
    "Eszter",
    "Fjord",
    "García-Lune",
    "Hollow",
    "Iñárritu",
    "Jansen",
    "Köhler",
)
GIVEN = ("Maren", "Tobi A", "Li-Wen", "Ana Lucía", "Ø. P.", "Ruth", "J", "Siobhán", "Kofi", "Yara")
TEXT = (
    "carers dementia qualitative rural experience narrative of the and in with support nurses views barriers interviews",
    "community ageing meaning loss access older adults study methods findings thematic analysis participants described",
    "uncertainty services transition hospital home family trust naïve coöperation 5–10 µg p<0.05",
)
WORDS = " ".join(TEXT).split()


def record(number: int, pick: random.Random) -> str:
    """One record with what stands before it."""
    words = pick.choices(WORDS, k=90)
    title = " ".join(words[:14]).capitalize()
    abstract = " ".join(words[14:]).capitalize()
    if number % 7 == 0:
        middle = len(abstract) // 2
        abstract = f"BACKGROUND: {abstract[:middle]}\nMETHODS: {abstract[middle:]}"
    authors = "".join(f"A1  - {pick.choice(FAMILIES)}, {pick.choice(GIVEN)}\n" for _ in range(pick.randint(1, 8)))
    keywords = "".join(f"KW  - {word}\n" for word in pick.sample(WORDS[:40], pick.randint(4, 14)))
    first = pick.randint(1, 1800)
    return (
        f"{number + 1}.\nTY  - JOUR\nDB  - Ovid MEDLINE(R) ALL\nID  - {10_000_000 + number}\nT1  - {title}.\n{authors}"
        f"Y1  - {1990 + number % 36}//\nN2  - {abstract}.\n{keywords}JF  - Journal of {title[:24]}\n"
        f"VL  - {number % 90 + 1}\nIS  - {number % 12 + 1}\nSP  - {first}\nEP  - {first + number % 17}\n"
        f"DO  - https://dx.doi.org/10.5555/bench.{number:07d}\nSN  - {1000 + number % 900}-{number % 10_000:04d}\nLA  - English\n"
        f"M1  -\nUR  - https://ovidsp.ovid.com/ovidweb.cgi?T=JS&CSC=Y&NEWS=N&PAGE=fulltext&D=medall&AN={10_000_000 + number}\n"
        f"ER  - \n\nLink to the Ovid Full Text or citation:\n\n"
    )


def write(path: Path, records: int, *, seed: int = 20) -> None:
    """Write `records` records to `path`; the same ones for the same seed."""
    pick = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        for number in range(records):
            text = record(number, pick)
            file.write(text if number + 1 < records else text[: text.index("\nER  -")] + "\nER  -")

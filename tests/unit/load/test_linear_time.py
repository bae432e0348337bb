"""ExportReader takes time in proportion to a file's length, whatever is in it: no pattern that sees a file's text may cost more.

Each pattern is tried on long runs of what it could be made to go back over; each format is read with long files of its own
kind. A pattern of quadratic cost would take hours on them, one of exponential cost for ever, so the limits are generous.
"""

# ruff: noqa: E501  an export's line stands on one line

from __future__ import annotations

import json
import pkgutil
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType

import pytest

import tasks.load
from tasks.load.lines import Syntax
from tasks.load.registry import FORMATS, MAPPINGS, mappings

RUN = 10_000
"""Characters of a run: a quadratic pattern takes some 50 million steps on it."""
LIMIT = 0.4
"""Seconds of processor time; a linear pattern takes a few thousandths."""
UNITS = (
    *" \t\n\"',;{}()[]<>&-_=/\\%@#.:*0aA", "\r\n", "a ", "a, ", "a. ", "a\n", "1. ", "\n\n", " \n", "\n ", "}@", "<a ", "</", "<!--", "-->",
    "<?", "--><!--", '""', '","', ',"', ',""', '"""', "\\a", "{a", "a_", "TITLE,\n", "TY  - a\n", "AU  - a\n", "PMID- 1\n", "<1>\n", "%0 a\n",
    "@a{", "@a{a,\n", "<record ", "<record>", "<row ", "<row>", "<c ", "<c><f>", "FN a\n", "a and ", "title=", "a = {", "10.1000/", "&#1;",
    "doi:10.", "([", "]. ", "A-", "publisher={Association for Computing Machinery}",
)  # fmt: skip


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Every pattern of the modules that read files, every format's clue and every mapping's, by where it stands."""
    names = [f"tasks.load.{found.name}" for found in pkgutil.iter_modules(tasks.load.__path__)]
    for name in [*names, "tasks.cells", "tasks.workbooks", "tasks.identifiers"]:
        for key, value in vars(import_module(name)).items():
            if isinstance(value, re.Pattern):
                yield f"{name}.{key}", value
            elif isinstance(value, Syntax):
                yield f"{name}.{key}.start", value.start
                if value.count:
                    yield f"{name}.{key}.count", value.count
    for form in FORMATS:
        if form.clue:
            yield f"clue of {form.name}", re.compile(form.clue, re.MULTILINE)
    for form_name in sorted({path.name.split(".")[0] for path in MAPPINGS.glob("*.toml")}):
        for mapping in mappings(form_name):
            for clue in mapping.clues:
                yield f"clue of {mapping.format}.{mapping.platform}", re.compile(clue, re.MULTILINE)


class TooLongError(Exception):
    """The time was up."""


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise TooLongError


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_no_pattern_takes_more_than_linear_time(unit: str) -> None:
    run = (unit * (RUN // len(unit)))[:RUN]
    texts = (run, f'1. 2020, @a{{<a title, "abstract{run}')
    slow = None
    before = signal.signal(signal.SIGPROF, stop)
    try:
        for where, pattern in patterns():
            slow = where
            signal.setitimer(signal.ITIMER_PROF, LIMIT)
            for text in texts:
                seen = text.encode() if isinstance(pattern.pattern, bytes) else text
                found = pattern.search(seen) if where.startswith("clue") else list(pattern.finditer(seen))  # type: ignore[arg-type]
                del found
            signal.setitimer(signal.ITIMER_PROF, 0)
    except TooLongError:
        pytest.fail(f"{slow} takes too long on a run of {unit!r}")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


READ = """
import sys, time
from pathlib import Path
from tasks.load.read import read
for path in sys.argv[1:]:
    print(Path(path).name, end=" ", flush=True)
    reading = read(Path(path))
    list(reading)
    print(reading.format, reading.found, reading.loaded, flush=True)
"""
SECONDS = 240
"""For all files together; each takes well under a second on a machine that is not busy."""
AUTHORS, KEYWORDS, LONG = 200, 10_000, 5_000_000


def long_exports() -> dict[str, str]:
    """By its format's name, an export of one record with 200 authors, 10,000 keywords and a line of 5 MB.

    The line is a long run of words, then of each of what patterns could be made to go back over.
    """
    authors = [f"Fictional{chr(97 + n % 26)}, Person{chr(97 + n // 26)}" for n in range(AUTHORS)]
    words = [f"keyword{n}" for n in range(KEYWORDS)]
    fillers = ("word ", " ", "\t", '"', "<", "&", "{", "-", "a, ", "10.1000/", "and ", "\\")
    text = "Text " + " end. ".join((filler * LONG)[: LONG // len(fillers)] for filler in fillers) + " end."
    xml_text = text.replace("&", "&amp;").replace("<", "&lt;")
    json_text = json.dumps(text)
    csv_text = text.replace('"', '""')

    def tagged(tag: str, values: list[str]) -> str:
        return "\n".join(f"{tag}{value}" for value in values)

    names, keys = "; ".join(authors), "; ".join(words)
    cells = ",".join(f'"{name}"' for name in authors)
    elements = "".join(f"<author>{name}</author>" for name in authors)
    return {
        "ris": f"TY  - JOUR\nTI  - A title\n{tagged('AU  - ', authors)}\n{tagged('KW  - ', words)}\nAB  - {text}\nER  - \n",
        "enw": f"%0 Journal Article\n%T A title\n{tagged('%A ', authors)}\n{tagged('%K ', words)}\n%X {text}\n",
        "nbib": f"PMID- 20990001\nTI  - A title\n{tagged('FAU - ', authors)}\n{tagged('OT  - ', words)}\nAB  - {text}\n",
        "wos": f"FN A\nVR 1.0\nPT J\nAF {tagged('   ', authors)[3:]}\nTI A title\nDE {keys}\nAB {text}\nUT WOS:1\nER\n\nEF\n",
        "refworks": f"RT Journal Article\nT1 A title\n{tagged('A1 ', authors)}\n{tagged('K1 ', words)}\nAB {text}\n",
        "bibtex": f"@article{{a1,\n  title = {{A title}},\n  author = {{{' and '.join(authors)}}},\n  keywords = {{{keys}}},\n"
        f"  abstract = {{{re.sub(r'[{}@]', 'x', text)}}}\n}}\n",
        "ovid-tagged": f"<1. >\nTI  - A title\n{tagged('AU  - ', authors)}\n{tagged('KW  - ', words)}\nAB  - {text}\n",
        "ovid-reprint": f"<1>\nTitle\n  A title\nAuthors\n{tagged('  ', authors)}\nKeywords\n{tagged('  ', words)}\nAbstract\n  {text}\n",
        "pubmed-abstract": f"1. Fict J. 2020;1:1.\n\nA title.\n\nPMID: 20990000\n\n\n2. Fict J. 2020;1:1.\n\nA title.\n\n{', '.join('Fictional A' for _ in authors)}.\n\n{text}\n\nPMID: 20990001\n",
        "csl-json": f'[{{"title": "A title", "abstract": {json_text}, "keyword": "{keys}"}}]',
        "endnote-xml": f"<xml><records><record><contributors><authors>{elements}</authors></contributors><titles><title>A title</title></titles>"
        f"<keywords>{''.join(f'<keyword>{word}</keyword>' for word in words)}</keywords><abstract>{xml_text}</abstract></record></records></xml>",
        "pubmed-xml": f"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>20990001</PMID><Article><ArticleTitle>A title</ArticleTitle>"
        f"<Abstract><AbstractText>{xml_text}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
        "csv": f'Title,Authors,Year,Keywords,Abstract\nA title,"{names}",2020,"{keys}","{csv_text}"\n',
        "csv-by-row": f'"TITLE","A title"\n"AUTHOR NAMES",{cells}\n"ABSTRACT","{csv_text}"\n',
    }


def test_long_files_of_every_format_are_read_in_linear_time(tmp_path: Path) -> None:
    exports = long_exports()
    for name, text in exports.items():
        (tmp_path / name).write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    command = [sys.executable, "-c", READ, *(str(tmp_path / name) for name in exports)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:-1] == [
        f"{name} {name} 2 2" if name == "pubmed-abstract" else f"{name} {name} 1 1" for name in exports
    ]

"""Makes the worked example's drop folders: `python -m examples.cen.make_example [FOLDER]`, from the project's root.

Everything is fictional and nothing is drawn at random: the same plan gives the same bytes. What it makes is committed
beside this file, and a test holds that the two are the same. The plan:

    generator/vocabulary.py, topics.py, relevant.py   people, journals, titles
    generator/catalogue.py                             all reports, as complete as any source could know them
    generator/deliveries.py, variants.py               which record comes in which file, and what went wrong with it
    generator/ovid.py, platforms.py, lists.py          a writer for each platform's export
    generator/decisions.py, studies.py, coding.py      what two fictional reviewers made of them
    generator/expected.py                              the numbers that must come out, counted on the plan
"""

from __future__ import annotations

import sys
from pathlib import Path

from examples.cen.generator.files import files


def main(folder: Path) -> None:
    """Writes every file below `folder`."""
    for name, content in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

"""All files of the example, as bytes by their path below examples/cen."""

from __future__ import annotations

from collections.abc import Callable

from examples.cen.generator import coding
from examples.cen.generator.decisions import decision_files
from examples.cen.generator.deliveries import DATES, SEARCHES, exports
from examples.cen.generator.expected import expected_files
from examples.cen.generator.lists import write_csv, write_endnote
from examples.cen.generator.model import Export, Record
from examples.cen.generator.ovid import write as write_ovid
from examples.cen.generator.plan import project
from examples.cen.generator.platforms import write_ebsco, write_proquest, write_pubmed
from examples.cen.generator.studies import study_files

WRITERS: dict[str, Callable[[tuple[Record, ...]], bytes]] = {
    "ovid": lambda records: write_ovid(records).encode(),
    # With a BOM and Windows' line ends, as a browser on Windows saves it.
    "ovid-windows": lambda records: b"\xef\xbb\xbf" + write_ovid(records).replace("\n", "\r\n").encode(),
    "ebsco": lambda records: write_ebsco(records).encode(),
    "proquest": lambda records: write_proquest(records).encode(),
    "pubmed": lambda records: write_pubmed(records).encode(),
    "endnote": lambda records: write_endnote(records).encode(),
    "csv": lambda records: b"\xef\xbb\xbf" + write_csv(records).encode(),
}


def files() -> dict[str, bytes]:
    """Path below examples/cen → content."""
    made = expected_files()
    for search in SEARCHES:
        for export in exports(search):
            made[f"{search}/{export.path}"] = WRITERS[export.writer](export.records)
            made[f"{search}/{export.path}.toml"] = sidecar(export).encode()
        for name, content in (decision_files(search) | study_files(search)).items():
            made[f"{search}/{name}"] = content
        made[f"{search}/coding/cen-{DATES[search][:7]}.qdpx"] = coding.write(project(search))
    return made


def sidecar(export: Export) -> str:
    """What the information specialist noted of the search, beside the file."""
    lines = [f"executed_at = {export.executed_at}"]
    lines += [f"window_from = {export.window_from}", f"window_to = {export.window_to}"] if export.window_to else []
    lines += [f"hits = {export.hits}", 'who = "Ines Mustermann"']
    lines += [f'note = "{export.note}"'] if export.note else []
    return "\n".join([*lines, ""])

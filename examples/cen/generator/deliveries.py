"""The plan of records: which report comes from which sources, in which file, and what went wrong with it on the way."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from examples.cen.generator.catalogue import FIRST_GREY, reports
from examples.cen.generator.model import Export, Record, Report, draw
from examples.cen.generator.topics import TOPICS
from examples.cen.generator.variants import usual

SEARCHES = ("first-search", "second-search")
DATES = {"first-search": "2020-01-06", "second-search": "2020-02-06"}
WINDOWS = {"first-search": ("2003-01-01", "2019-12-31"), "second-search": ("2019-12-17", "2020-01-31")}

#: Folder below exports/, the source's name, the file's name without its date, the writer.
FILES: tuple[tuple[str, str, str, str], ...] = (
    ("medline", "MEDLINE", "ovid-medline-{date}.ris", "ovid"),
    ("embase", "Embase", "ovid-embase-{date}.ris", "ovid-windows"),
    ("embase", "MEDLINE and Embase", "ovid-medline-embase-{date}.ris", "ovid"),
    ("hmic", "HMIC", "ovid-hmic-{date}.ris", "ovid"),
    ("social-policy-and-practice", "Social Policy and Practice", "ovid-spp-{date}.ris", "ovid"),
    ("cinahl", "CINAHL", "ebsco-cinahl-{date}.ris", "ebsco"),
    ("assia", "ASSIA", "proquest-assia-{date}.ris", "proquest"),
    ("pubmed", "PubMed", "pubmed-{date}.nbib", "pubmed"),
    ("citation-searching", "Citation searching", "traced-{date}.xml", "endnote"),
    ("reference-lists", "Reference lists", "other-reviews-{date}.xml", "endnote"),
    ("call-for-evidence", "Call for evidence", "received-{date}.csv", "csv"),
    ("websites", "Websites", "web-searches-{date}.csv", "csv"),
)

MIXED = ("MEDLINE and Embase", "MEDLINE", "Embase")

#: Sources of the reports that were picked by hand; 'x' before a source: in the mixed file. Variants after a colon.
BY_HAND: dict[str, tuple[str, ...]] = {
    "inc-01": ("MEDLINE", "Embase:initials", "CINAHL:short pages", "PubMed"),
    "inc-02": ("MEDLINE", "CINAHL:title case"),
    "inc-03": ("Embase", "ASSIA:no doi,colon as dash", "PubMed"),
    "inc-04": ("MEDLINE", "Embase:ahead of print", "Citation searching:journal abbreviated"),
    "inc-05": ("MEDLINE", "CINAHL:short pages", "PubMed:no abstract"),
    "inc-06": ("xMEDLINE", "xEmbase:three authors", "ASSIA:title case,no doi"),
    "inc-07": ("CINAHL", "MEDLINE:no abstract"),
    "inc-08": ("Embase", "CINAHL:diacritics lost,colon as dash", "Reference lists:initials"),
    "inc-09": ("CINAHL", "PubMed:short pages"),
    "inc-10": ("Call for evidence", "Websites:no abstract"),
    "exc-01": ("MEDLINE", "Embase:short pages"),
    "exc-02": ("Embase",),
    "exc-03": ("MEDLINE", "CINAHL:no doi", "ASSIA:three authors", "PubMed"),
    "exc-04": ("ASSIA", "CINAHL:title case"),
    "exc-05": ("CINAHL",),
    "exc-06": ("xEmbase", "MEDLINE:short pages"),
    "exc-07": ("Embase", "Citation searching:no doi"),
    "exc-08": ("ASSIA",),
    "exc-09": ("MEDLINE", "Embase:year of the print issue", "CINAHL:journal abbreviated"),
    "exc-10": ("PubMed", "MEDLINE"),
    "exc-11": ("Embase", "xMEDLINE:ahead of print"),
    "exc-12": ("Websites",),
    "exc-13": ("CINAHL", "Embase:initials"),
    "exc-14": ("Reference lists",),
    "open-01": ("MEDLINE",),
    "open-02": ("CINAHL", "Citation searching:title case"),
    "open-03": ("Embase", "PubMed:no abstract"),
    # Nobody can tell from these two that they are one report: see SECOND.
    "bridge": ("ASSIA:original title only,no abstract", "MEDLINE:ahead of print,year of the print issue,no doi"),
    # Reports that look alike and are two.
    "part-1": ("MEDLINE", "Embase:short pages"),
    "part-2": ("MEDLINE", "Embase:no doi"),
    "abs-1": ("Embase",),
    "abs-2": ("Embase",),
    "err-1": ("MEDLINE",),
    "err-2": ("MEDLINE",),
    "rep-1": ("CINAHL", "PubMed:short pages"),
    "rep-2": ("CINAHL",),
    "pre-1": ("Embase",),
    "pre-2": ("xMEDLINE", "Embase:initials"),
    "con-1": ("xEmbase",),
    "con-2": ("xMEDLINE",),
    "col-1": ("CINAHL",),
    "col-2": ("CINAHL:no doi,ahead of print",),  # nothing tells which issue: people rule on it
    "ed-1": ("HMIC",),
    "ed-2": ("HMIC",),
}

#: By turns, for everything else that databases hold; where two are named, the second is a duplicate.
BY_TURNS: tuple[tuple[str, ...], ...] = (
    ("MEDLINE",), ("Embase",), ("CINAHL",), ("MEDLINE", "Embase"), ("ASSIA",), ("PubMed",), ("MEDLINE",),
    ("Embase",), ("CINAHL", "MEDLINE"), ("ASSIA",), ("MEDLINE",), ("CINAHL",), ("Embase", "xMEDLINE"), ("PubMed",),
    ("ASSIA",), ("MEDLINE",), ("Embase",), ("CINAHL", "ASSIA"), ("PubMed", "MEDLINE"), ("xEmbase",), ("CINAHL",),
)  # fmt: skip

#: The second search: new reports, and new records of old ones. The PubMed record of "bridge" has the title of the one
#: and the DOI and pages of the other.
SECOND: dict[str, tuple[str, ...]] = {
    "inc-11": ("MEDLINE", "Embase:initials", "PubMed"),
    "inc-12": ("CINAHL", "ASSIA:no doi"),
    "exc-15": ("CINAHL",),
    "exc-16": ("Embase",),
    "bridge": ("PubMed",),
    "inc-07": ("Embase:short pages",),
    "exc-02": ("ASSIA:title case,no doi",),
    "noise-01a": ("ASSIA:no doi",),
    "near-01": ("CINAHL:three authors",),
}

#: Delivered again in the second search, since its window overlaps the first's. The first of them was ahead of print.
AGAIN = (
    ("MEDLINE", ("near-04", "exc-01", "part-2", "inc-07")),
    ("Embase", ("exc-02", "pre-1", "near-02")),
    ("CINAHL", ("inc-09", "rep-1", "col-2")),
    ("PubMed", ("inc-01", "exc-10")),
)
AHEAD_AT_FIRST = ("MEDLINE", "near-04")


@cache
def exports(search: str) -> tuple[Export, ...]:
    """The files of one search, with their records in order; files without records are left out."""
    planned = _first() if search == "first-search" else _second()
    date, (window_from, window_to) = DATES[search], WINDOWS[search]
    found = []
    for folder, source, name, writer in FILES:
        records = planned.get(source, [])
        if not records:
            continue
        starts, ends = window_from, window_to
        note = ""
        if source == "ASSIA" and search == "first-search":
            ends, note = "2019-01-31", "The end of the window is the published one."
        elif source == "ASSIA":
            starts, note = "2019-01-18", "Starts where the first search of ASSIA ended, less a fortnight."
        elif source == MIXED[0]:
            note = "Late additions, taken from both databases in one export."
        elif folder in ("citation-searching", "reference-lists", "call-for-evidence", "websites"):
            starts = ends = ""
        path = f"exports/{folder}/{name.format(date=date)}"
        found.append(Export(path, source, writer, tuple(records), date, len(records), starts, ends, note))
    return tuple(found)


def _first() -> dict[str, list[Record]]:
    planned: dict[str, list[Record]] = defaultdict(list)
    turn = 0
    for key, report in reports().items():
        if key in BY_HAND:
            _plan(planned, report, BY_HAND[key])
        elif key.startswith("grey-"):
            _plan(planned, report, _grey_sources(int(key[5:]) - 1))
        elif key.startswith("near-") or (key.startswith("noise-") and not _is_fourth(key)):
            _plan(planned, report, BY_TURNS[turn % len(BY_TURNS)])
            turn += 1
        elif key.startswith("noise-") and int(key[6:8]) > len(TOPICS) // 2:
            where = "Citation searching" if int(key[6:8]) % 3 else "Reference lists"
            _plan(planned, report, (where,))
    for source, key in (
        ("Citation searching", "exc-01"),
        ("Citation searching", "near-15"),
        ("Reference lists", "exc-09"),
    ):
        _plan(planned, reports()[key], (f"{source}:{','.join(usual(key))}",))
    _shuffle(planned)
    # Two records without any content, as a platform's hiccup leaves them.
    planned["MEDLINE"].insert(16, Record(None, "MEDLINE", ""))
    planned["CINAHL"].insert(8, Record(None, "CINAHL", ""))
    return planned


def _second() -> dict[str, list[Record]]:
    planned: dict[str, list[Record]] = defaultdict(list)
    for key, sources in SECOND.items():
        _plan(planned, reports()[key], sources)
    turns = ("MEDLINE", "Embase", "ASSIA", "CINAHL", "PubMed", "MEDLINE", "Embase", "HMIC")
    late = [
        key for key in reports() if key.startswith("noise-") and _is_fourth(key) and int(key[6:8]) <= len(TOPICS) // 2
    ]
    for i, key in enumerate(late):
        _plan(planned, reports()[key], (turns[i % len(turns)],))
    _shuffle(planned)
    for source, keys in AGAIN:
        old = {record.report.key: record for record in _first()[source] if record.report}
        for i, key in enumerate(
            keys
        ):  # new records stand before and between the old ones, so that every counter changes
            record = old[key]
            variants = () if (source, key) == AHEAD_AT_FIRST else record.variants
            planned[source].insert(1 + 2 * i, Record(record.report, source, record.accession, variants, again=True))
    return planned


def _is_fourth(key: str) -> bool:
    """Whether a noise report is the fourth of its topic, kept out of the databases of the first search."""
    return key[-1] in "dh"


def _grey_sources(index: int) -> tuple[str, ...]:
    if index >= FIRST_GREY:
        return ("Websites",) if index % 2 else ("Call for evidence",)
    if index % 9 == 4:  # a report that both collect
        return ("HMIC", "Social Policy and Practice:title case")
    return ("HMIC",) if index % 2 else ("Social Policy and Practice",)


def _plan(planned: dict[str, list[Record]], report: Report, sources: tuple[str, ...]) -> None:
    """Adds the report's records. A duplicate without variants of its own gets usual ones."""
    for i, entry in enumerate(sources):
        name, _, listed = entry.partition(":")
        source = name.removeprefix("x")
        variants = tuple(listed.split(",")) if listed else ()
        if i and not listed and report.key not in BY_HAND and report.key not in SECOND:
            variants = usual(report.key)
        if (source, report.key) == AHEAD_AT_FIRST:
            variants = ("ahead of print",)
        file = MIXED[0] if name.startswith("x") else source
        planned[file].append(Record(report, source, accession(source, report), variants))


def _shuffle(planned: dict[str, list[Record]]) -> None:
    """An order that has nothing to do with how the reports were made up."""
    for records in planned.values():
        records.sort(key=lambda record: draw(f"order:{record.source}:{record.accession}:{_key(record)}", range(10**9)))


def _key(record: Record) -> str:
    return record.report.key if record.report else ""


def accession(source: str, report: Report) -> str:
    """The source's identifier of the report, in its shape and out of its range; empty where the source has none."""
    number = report.number
    shapes = {
        "MEDLINE": report.pmid or f"99{number:06d}",
        "PubMed": report.pmid,
        "Embase": f"999{number:06d}",
        "HMIC": f"HM99{number:04d}",
        "Social Policy and Practice": f"SP99{number:04d}",
        "CINAHL": f"99{number:07d}",
        "ASSIA": f"22999{number:05d}; 518{number:05d}",
    }
    return shapes.get(source, "")

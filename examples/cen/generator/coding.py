"""The coding as a REFI-QDA project (.qdpx): a zip of project.qde and the plain texts, the same bytes in every run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid5
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from examples.cen.generator.catalogue import reports
from examples.cen.generator.months.reports import month_reports
from examples.cen.generator.months.results import RESULTS as MONTHS_RESULTS
from examples.cen.generator.months.results import STUDIES as MONTHS_STUDIES
from examples.cen.generator.results import ADDED, BEN, BEN_SHORTER, CODEBOOK, DOUBLE_CODED, RENAMED, RESULTS, THEMES
from examples.cen.generator.studies import FIELDS, STUDIES

_NAMESPACE = UUID("5cec0000-0000-4000-8000-000000000000")
_COLOURS = ("#4477AA", "#66CCEE", "#228833", "#CCBB44", "#EE6677", "#AA3377")
_JANUARY, _FEBRUARY = "2020-01-30T10:00:00Z", "2020-02-20T10:00:00Z"
_LATE = ("inc-11", "inc-12")
_TEXTS = RESULTS | MONTHS_RESULTS


@dataclass(frozen=True)
class Segment:
    """One coded span: code points from 0, the end exclusive; the codes by coder."""

    start: int
    end: int
    codes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Project:
    """The project as it stands at some time.

    `documents`: plan keys of the reports that are coded by then, each with the moment of its coding. `renamed`: code → the name that it
    has by then; `added`: analytic theme, descriptive theme and code, of those that are new; `merged`: code → the one that took its place.
    """

    moment: str
    documents: Mapping[str, str]
    double_coded: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    added: tuple[tuple[int, str, str], ...] = ()
    merged: Mapping[str, str] = field(default_factory=dict)


FIRST = Project(_JANUARY, {key: _JANUARY for key in RESULTS if key not in _LATE}, DOUBLE_CODED["first-search"])
SECOND = Project(
    _FEBRUARY,
    {key: _FEBRUARY if key in _LATE else _JANUARY for key in RESULTS},
    DOUBLE_CODED["second-search"],
    dict([RENAMED]),
    (ADDED,),
)


def guid(key: str) -> str:
    """A GUID that is the same in every project."""
    return str(uuid5(_NAMESPACE, key))


def text_of(key: str) -> str:
    """A report's results section, a sentence a line."""
    return "\n".join(sentence for sentence, _ in _TEXTS[key]) + "\n"


def segments(project: Project, key: str) -> list[Segment]:
    """The coded spans of one document; on double-coded ones Ben's too, on the same span where he agrees on it."""
    made, position = [], 0
    for i, (sentence, code) in enumerate(_TEXTS[key]):
        end = position + len(sentence)
        codes = [("Ada" if key not in ("inc-04", "inc-08", "inc-10") else "Ben", code)]
        if key in project.double_coded:
            other = BEN.get((key, i), code)
            if (key, i) in BEN_SHORTER:
                made.append(Segment(position, position + sentence.index(" ", len(sentence) // 2), (("Ben", other),)))
            else:
                codes.append(("Ben", other))
        made.append(Segment(position, end, tuple(codes)))
        position = end + 1
    return made


def codes(project: Project) -> int:
    """How many codes the codebook has, the three levels together."""
    return (
        len(THEMES)
        + len(CODEBOOK)
        + sum(len(leaves) for *_, leaves in CODEBOOK)
        + len(project.added)
        - len(project.merged)
    )


def write(project: Project) -> bytes:
    """The .qdpx file."""
    archive = io.BytesIO()
    # Stored and dated by hand: a compressor's output and the clock differ from machine to machine.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as qdpx:
        members = {"project.qde": project_xml(project)}
        members |= {f"sources/{guid(f'text:{key}')}.txt": text_of(key) for key in project.documents}
        for name, text in members.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            qdpx.writestr(info, text.encode())
    return archive.getvalue()


def project_xml(project: Project) -> str:
    """project.qde, its parts in the order that the schema asks for."""
    ada = guid("user:Ada")
    root = Element(
        "Project",
        xmlns="urn:QDA-XML:project:1.0",
        name="CEN worked example (fictional)",
        origin="Living Review example",
        creatingUserGUID=ada,
        creationDateTime=_JANUARY,
        modifyingUserGUID=ada,
        modifiedDateTime=project.moment,
    )
    users = SubElement(root, "Users")
    for who in ("Ada", "Ben"):
        SubElement(users, "User", guid=guid(f"user:{who}"), name=who)
    _codebook(SubElement(SubElement(root, "CodeBook"), "Codes"), project)
    variables = SubElement(root, "Variables")
    for name, kind in _VARIABLES.items():
        SubElement(variables, "Variable", guid=guid(f"variable:{name}"), name=name, typeOfVariable=kind)
    _cases(SubElement(root, "Cases"), project)
    sources = SubElement(root, "Sources")
    for key in project.documents:
        _source(sources, project, key)
    notes = SubElement(root, "Notes")
    for key, (name, text) in _NOTES.items():
        note = SubElement(
            notes, "Note", guid=guid(f"note:{key}"), name=name, creatingUser=ada, creationDateTime=_JANUARY
        )
        SubElement(note, "PlainTextContent").text = text
    SubElement(root, "Description").text = "Fictional: nothing in this project was said, found or coded by anybody."
    SubElement(root, "NoteRef", targetGUID=guid("note:project"))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _codebook(top: Element, project: Project) -> None:
    for i, theme in enumerate(THEMES):
        analytic = _code(top, f"theme:{i}", theme, _COLOURS[i])
        SubElement(analytic, "Description").text = f"Analytic theme {i + 1} of the published review."
        for of, name, leaves in CODEBOOK:
            if of != i:
                continue
            descriptive = _code(analytic, f"descriptive:{name}", name)
            added = tuple(leaf for *place, leaf in project.added if place == [of, name])
            for leaf in (one for one in (*leaves, *added) if one not in project.merged):
                element = _code(descriptive, f"code:{leaf}", project.renamed.get(leaf, leaf))
                if leaf == _NOTES["code"][0]:
                    SubElement(element, "NoteRef", targetGUID=guid("note:code"))


def _code(parent: Element, key: str, name: str, colour: str = "") -> Element:
    return SubElement(
        parent, "Code", guid=guid(key), name=name, isCodable="true", **({"color": colour} if colour else {})
    )


_VARIABLES = {"DOI": "Text", "country": "Text", "setting": "Text", "sample-size": "Integer"}


def _value(parent: Element, name: str, value: str) -> None:
    element = SubElement(parent, "VariableValue")
    SubElement(element, "VariableRef", targetGUID=guid(f"variable:{name}"))
    SubElement(element, f"{_VARIABLES[name]}Value").text = value


def _cases(parent: Element, project: Project) -> None:
    """A case a study, with the characteristics that the analysts want beside their codes."""
    for study in (*STUDIES, *MONTHS_STUDIES):
        coded = [key for key in study.reports if key in project.documents]
        if not coded:
            continue
        case = SubElement(parent, "Case", guid=guid(f"case:{study.name}"), name=study.name)
        values = dict(zip(FIELDS, study.values, strict=True))
        for name in ("country", "setting", "sample-size"):
            _value(case, name, values[name])
        for key in coded:
            SubElement(case, "SourceRef", targetGUID=guid(f"source:{key}"))


def _source(parent: Element, project: Project, key: str) -> None:
    report, text = (reports() | month_reports())[key], text_of(key)
    made = {
        "creatingUser": guid("user:Ada"),
        "creationDateTime": project.documents[key],
    }
    source = SubElement(
        parent,
        "TextSource",
        made,
        guid=guid(f"source:{key}"),
        name=f"{report.authors[0].family} {report.year}",
        plainTextPath=f"internal://{guid(f'text:{key}')}.txt",
    )
    for segment in segments(project, key):
        name = f"{key}:{segment.start}-{segment.end}"
        selection = SubElement(
            source,
            "PlainTextSelection",
            made | {"creatingUser": guid(f"user:{segment.codes[0][0]}")},
            guid=guid(f"selection:{name}"),
            name=text[segment.start : segment.end][:40],
            startPosition=str(segment.start),
            endPosition=str(segment.end),
        )
        for who, code in segment.codes:
            coding = SubElement(
                selection,
                "Coding",
                made | {"creatingUser": guid(f"user:{who}")},
                guid=guid(f"coding:{name}:{who}:{code}"),
            )
            SubElement(coding, "CodeRef", targetGUID=guid(f"code:{project.merged.get(code, code)}"))
    if key == "inc-05":
        SubElement(source, "NoteRef", targetGUID=guid("note:source"))
    _value(source, "DOI", report.doi)


_NOTES = {
    "project": (
        "How we code",
        "Line by line, everything that bears on good practice. Every fifth report by both of us.",
    ),
    "code": ("softened letters", "Only where the referrer says so, not where we suspect it."),
    "source": ("Translation", "Coded in English; the report is in German."),
}

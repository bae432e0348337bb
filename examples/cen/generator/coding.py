"""The coding as a REFI-QDA project (.qdpx): a zip of project.qde and the plain texts, the same bytes in every run."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from uuid import UUID, uuid5
from xml.sax.saxutils import escape, quoteattr

from examples.cen.generator.catalogue import reports
from examples.cen.generator.deliveries import SEARCHES
from examples.cen.generator.results import ADDED, BEN, BEN_SHORTER, CODEBOOK, DOUBLE_CODED, RENAMED, RESULTS, THEMES
from examples.cen.generator.studies import FIELDS, STUDIES

_NAMESPACE = UUID("5cec0000-0000-4000-8000-000000000000")
_COLOURS = ("#4477AA", "#66CCEE", "#228833", "#CCBB44", "#EE6677", "#AA3377")
_MOMENT = {"first-search": "2020-01-30T10:00:00Z", "second-search": "2020-02-20T10:00:00Z"}
_LATE = ("inc-11", "inc-12")


@dataclass(frozen=True)
class Segment:
    """One coded span: code points from 0, the end exclusive; the codes by coder."""

    start: int
    end: int
    codes: tuple[tuple[str, str], ...]


def guid(key: str) -> str:
    """A GUID that is the same in every project."""
    return str(uuid5(_NAMESPACE, key))


def documents(search: str) -> tuple[str, ...]:
    """Plan keys of the reports that are coded by then."""
    return tuple(key for key in RESULTS if search != SEARCHES[0] or key not in _LATE)


def text_of(key: str) -> str:
    """A report's results section, a sentence a line."""
    return "\n".join(sentence for sentence, _ in RESULTS[key]) + "\n"


def segments(search: str, key: str) -> list[Segment]:
    """The coded spans of one document; on double-coded ones Ben's too, on the same span where he agrees on it."""
    made, position = [], 0
    for i, (sentence, code) in enumerate(RESULTS[key]):
        end = position + len(sentence)
        codes = [("Ada" if key not in ("inc-04", "inc-08", "inc-10") else "Ben", code)]
        if key in DOUBLE_CODED[search]:
            other = BEN.get((key, i), code)
            if (key, i) in BEN_SHORTER:
                made.append(Segment(position, position + sentence.index(" ", len(sentence) // 2), (("Ben", other),)))
            else:
                codes.append(("Ben", other))
        made.append(Segment(position, end, tuple(codes)))
        position = end + 1
    return made


def codes(search: str) -> int:
    """How many codes the codebook has, the three levels together."""
    return len(THEMES) + len(CODEBOOK) + sum(len(leaves) for *_, leaves in CODEBOOK) + (search != SEARCHES[0])


def project(search: str) -> bytes:
    """The .qdpx file as it stands after a search's reports were coded."""
    archive = io.BytesIO()
    # Stored and dated by hand: a compressor's output and the clock differ from machine to machine.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as qdpx:
        members = {"project.qde": _project(search)}
        members |= {f"sources/{guid(f'text:{key}')}.txt": text_of(key) for key in documents(search)}
        for name, text in members.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            qdpx.writestr(info, text.encode())
    return archive.getvalue()


def _project(search: str) -> str:
    moment = _MOMENT[search]
    user = guid("user:Ada")
    return "\n".join((
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="CEN worked example (fictional)" origin="Living Review example"'
        f' creatingUserGUID="{user}" creationDateTime="{_MOMENT[SEARCHES[0]]}" modifyingUserGUID="{user}" modifiedDateTime="{moment}">',
        f'<Users><User guid="{user}" name="Ada"/><User guid="{guid("user:Ben")}" name="Ben"/></Users>',
        _codebook(search),
        _variables(),
        _cases(search),
        "<Sources>",
        *(_source(search, key, moment) for key in documents(search)),
        "</Sources>",
        _notes(moment),
        "<Description>Fictional: nothing in this project was said, found or coded by anybody.</Description>",
        f'<NoteRef targetGUID="{guid("note:project")}"/>',
        "</Project>",
        "",
    ))  # fmt: skip


def _codebook(search: str) -> str:
    later = search != SEARCHES[0]
    lines = ["<CodeBook><Codes>"]
    for i, theme in enumerate(THEMES):
        lines.append(
            f'<Code guid="{guid(f"theme:{i}")}" name={quoteattr(theme)} isCodable="true" color="{_COLOURS[i]}">'
        )
        lines.append(f"<Description>Analytic theme {i + 1} of the published review.</Description>")
        for of, name, codes in CODEBOOK:
            if of != i:
                continue
            lines.append(f'<Code guid="{guid(f"descriptive:{name}")}" name={quoteattr(name)} isCodable="true">')
            added = (ADDED[2],) if later and (of, name) == ADDED[:2] else ()
            for code in (*codes, *added):
                shown = RENAMED[1] if later and code == RENAMED[0] else code
                memo = f'<NoteRef targetGUID="{guid("note:code")}"/>' if code == "softened letters" else ""
                lines.append(
                    f'<Code guid="{guid(f"code:{code}")}" name={quoteattr(shown)} isCodable="true">{memo}</Code>'
                )
            lines.append("</Code>")
        lines.append("</Code>")
    return "\n".join([*lines, "</Codes></CodeBook>"])


_VARIABLES = (("DOI", "Text"), ("country", "Text"), ("setting", "Text"), ("sample-size", "Integer"))


def _variables() -> str:
    made = (
        f'<Variable guid="{guid(f"variable:{name}")}" name="{name}" typeOfVariable="{kind}"/>'
        for name, kind in _VARIABLES
    )
    return f"<Variables>{''.join(made)}</Variables>"


def _value(name: str, value: str) -> str:
    element = f"{dict(_VARIABLES)[name]}Value"
    return f'<VariableValue><VariableRef targetGUID="{guid(f"variable:{name}")}"/><{element}>{escape(value)}</{element}></VariableValue>'


def _cases(search: str) -> str:
    """A case a study, with the characteristics that the analysts want beside their codes."""
    lines = ["<Cases>"]
    for study in STUDIES:
        coded = [key for key in study.reports if key in documents(search)]
        if not coded:
            continue
        values = dict(zip(FIELDS, study.values, strict=True))
        lines.append(f'<Case guid="{guid(f"case:{study.name}")}" name="{study.name}">')
        lines += [_value(name, values[name]) for name in ("country", "setting", "sample-size")]
        lines += [f'<SourceRef targetGUID="{guid(f"source:{key}")}"/>' for key in coded]
        lines.append("</Case>")
    return "\n".join([*lines, "</Cases>"])


def _source(search: str, key: str, moment: str) -> str:
    report = reports()[key]
    first = report.authors[0].family
    lines = [
        f'<TextSource guid="{guid(f"source:{key}")}" name={quoteattr(f"{first} {report.year}")}'
        f' plainTextPath="internal://{guid(f"text:{key}")}.txt" creatingUser="{guid("user:Ada")}" creationDateTime="{_MOMENT[SEARCHES[0]]}">'
    ]
    for segment in segments(search, key):
        name = f"{key}:{segment.start}-{segment.end}"
        coder = guid(f"user:{segment.codes[0][0]}")
        lines.append(
            f'<PlainTextSelection guid="{guid(f"selection:{name}")}" name={quoteattr(text_of(key)[segment.start : segment.end][:40])}'
            f' startPosition="{segment.start}" endPosition="{segment.end}" creatingUser="{coder}" creationDateTime="{moment}">'
        )
        for who, code in segment.codes:
            lines.append(
                f'<Coding guid="{guid(f"coding:{name}:{who}:{code}")}" creatingUser="{guid(f"user:{who}")}" creationDateTime="{moment}">'
                f'<CodeRef targetGUID="{guid(f"code:{code}")}"/></Coding>'
            )
        lines.append("</PlainTextSelection>")
    if key == "inc-05":
        lines.append(f'<NoteRef targetGUID="{guid("note:source")}"/>')
    lines += [_value("DOI", report.doi), "</TextSource>"]
    return "\n".join(lines)


_NOTES = {
    "project": (
        "How we code",
        "Line by line, everything that bears on good practice. Every fifth report by both of us.",
    ),
    "code": ("softened letters", "Only where the referrer says so, not where we suspect it."),
    "source": ("Translation", "Coded in English; the report is in German."),
}


def _notes(moment: str) -> str:
    made = (
        f'<Note guid="{guid(f"note:{key}")}" name={quoteattr(name)} creatingUser="{guid("user:Ada")}" creationDateTime="{moment}">'
        f"<PlainTextContent>{escape(text)}</PlainTextContent></Note>"
        for key, (name, text) in _NOTES.items()
    )
    return f"<Notes>{''.join(made)}</Notes>"

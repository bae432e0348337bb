"""The fictional studies: characteristics as the extraction form asks for them, and answers to the CASP checklist."""

# ruff: noqa: E501  (a title, a sentence or a study is a line)

from __future__ import annotations

import csv
import io

from examples.cen.generator.decisions import name_of, units
from examples.cen.generator.deliveries import SEARCHES
from examples.cen.generator.model import Study, draw
from examples.cen.generator.months.reports import month_reports

FIELDS = (
    "country",
    "year-of-data",
    "setting",
    "service-type",
    "professions",
    "sample-size",
    "data-collection",
    "analysis",
    "diagnosis-term",
)


STUDIES = (
    Study("STAY", ("inc-01", "inc-02"), ("Exemplaria", "2007", "generic community team", "care coordination", "psychiatric nurse; social worker",
          "18", "interviews", "thematic analysis", "complex emotional needs")),
    Study("EDGES", ("inc-03",), ("Fictonia", "2010", "specialist service", "outpatient clinic", "psychiatrist; psychologist",
          "14", "interviews", "framework analysis", "personality disorder")),
    Study("LETTERS", ("inc-04",), ("Exemplaria", "2013", "primary care", "general practice", "general practitioner",
          "21", "interviews", "thematic analysis", "personality disorder")),
    Study("WARM", ("inc-05",), ("Beispielland", "2005", "generic community team", "community nursing", "psychiatric nurse",
          "26", "focus groups", "grounded theory", "borderline personality disorder")),
    Study("ENOUGH", ("inc-06",), ("Exemplaria", "2014", "generic community team", "psychotherapy", "psychologist; counsellor",
          "11", "interviews", "interpretative phenomenological analysis", "emotionally unstable personality disorder")),
    Study("CALM", ("inc-07",), ("Sampleton", "2015", "specialist service", "day programme", "psychiatric nurse; psychologist; social worker",
          "19", "focus groups", "thematic analysis", "personality disorder")),
    Study("TEAM", ("inc-08",), ("Fictonia", "2016", "several", "community services", "psychologist; psychiatric nurse; occupational therapist",
          "31", "interviews and focus groups", "thematic analysis", "complex emotional needs")),
    Study("SKILLS", ("inc-09",), ("Sampleton", "2017", "generic community team", "skills group", "occupational therapist",
          "9", "interviews", "content analysis", "emotional dysregulation")),
    Study("SHARED", ("inc-10",), ("Exemplaria", "2012", "voluntary sector", "joint working", "social worker; support worker",
          "24", "focus groups", "thematic analysis", "complex emotional needs")),
    Study("ENDINGS", ("inc-11",), ("Beispielland", "2018", "specialist service", "mentalisation programme", "psychologist; psychiatric nurse",
          "13", "interviews", "thematic analysis", "borderline personality disorder")),
    Study("BESIDE", ("inc-12",), ("Fictonia", "2019", "several", "new community pathway", "psychiatric nurse; occupational therapist; psychologist",
          "16", "interviews", "framework analysis", "complex emotional needs")),
)  # fmt: skip

LATE = ("ENDINGS", "BESIDE")
CORRECTED = ("CALM", "sample-size", "17")
"""In January's form one number is wrong; February's form has it right."""

#: CASP's items 1 to 9: how often each answer comes, and why it is not yes. Item 10 is open.
_CASP = (
    (1, "yes yes yes yes yes", ""),
    (2, "yes yes yes yes yes", ""),
    (3, "yes yes yes yes can't tell", "The design is named and not argued for"),
    (4, "yes yes can't tell yes can't tell", "Who was asked and who declined is not told"),
    (5, "yes yes yes yes can't tell", "The topic guide is missing"),
    (6, "can't tell no can't tell no yes", "Nothing on the researchers' own part"),
    (7, "yes yes can't tell yes can't tell", "Approval is mentioned, consent is not"),
    (8, "yes yes yes yes can't tell", "How codes became themes is not told"),
    (9, "yes yes yes yes yes", ""),
)


def study_files(search: str) -> dict[str, bytes]:
    """extraction/characteristics.csv, the whole form, and appraisal/casp-….csv, the studies that are new."""
    late = search != SEARCHES[0]
    now = [study for study in STUDIES if late or study.name not in LATE]
    new = [study for study in STUDIES if (study.name in LATE) == late]
    month = "2020-02" if late else "2020-01"
    return {
        "extraction/characteristics.csv": characteristics_table(now, corrected=late),
        f"appraisal/casp-{month}.csv": appraisal_table(new),
    }


def report_name(key: str) -> str:
    """What the form calls a report: its DOI if its first record has one, else that record's accession."""
    if report := month_reports().get(key):
        return report.doi
    records = units(SEARCHES[0]).get(key) or units(SEARCHES[1])[key]
    return next(name for record in records if (name := name_of(record)))


def characteristics_table(studies: list[Study], *, corrected: bool) -> bytes:
    """The whole form, a row a report; `corrected`: whether the wrong number of January is put right."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("id", "study", "extractor", *FIELDS))
    for study in studies:
        values = list(study.values)
        if study.name == CORRECTED[0] and not corrected:
            values[FIELDS.index(CORRECTED[1])] = CORRECTED[2]
        for key in study.reports:
            table.writerow((report_name(key), study.name, "Ada", *values))
    return text.getvalue().encode()


def answers(study: Study) -> list[tuple[int, str, str]]:
    """Item, answer and reason for one study."""
    made = []
    for item, spread, reason in _CASP:
        options = [part.strip() for part in spread.replace("can't tell", "can't_tell").split()]
        answer = draw(f"casp:{study.name}:{item}", options).replace("_", " ")
        made.append((item, answer, "" if answer == "yes" else reason))
    return [*made, (10, "Speaks to clinicians' needs; fictional", "")]


def appraisal_table(studies: list[Study]) -> bytes:
    """Answers to the checklist, by turns of Ada and Ben."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("id", "study", "checklist", "item", "answer", "reason", "reviewer"))
    for i, study in enumerate(studies):
        for item, answer, reason in answers(study):
            table.writerow(
                (
                    report_name(study.reports[0]),
                    study.name,
                    "casp-qualitative",
                    item,
                    answer,
                    reason,
                    ("Ada", "Ben")[i % 2],
                )
            )
    return text.getvalue().encode()

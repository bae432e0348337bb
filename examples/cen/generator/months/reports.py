"""The reports of months 3 to 12, numbered from 501: three that are included, those read in full, and what is excluded by title."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from examples.cen.generator import vocabulary
from examples.cen.generator.catalogue import add, angles_of, journal_report, relevant_report
from examples.cen.generator.model import Report, draw
from examples.cen.generator.relevant import FICTION, Relevant
from examples.cen.generator.topics import ANGLES, TOPICS

FIRST_NUMBER = 501

INCLUDED = (
    Relevant(
        "inc-13", "Keys to the building: reception and clinical staff on first visits of people with complex emotional needs", 2020,
        "included", "Interviews with 12 clinicians of two community teams; thematic analysis.",
        "How somebody was greeted was felt to decide whether they came back.",
    ),
    Relevant(
        "inc-14", "A telephone that is answered: community nurses on contact between appointments in emotional instability", 2020,
        "included", "Interviews with 17 community nurses; framework analysis.",
        "Short calls at set times spared long ones at night.",
    ),
    Relevant(
        "inc-15", "Saying goodbye by video: therapists on ending treatment for personality disorder at a distance", 2020,
        "included", "Interviews with 10 therapists; thematic analysis.",
        "An ending on a screen needed a letter to be one.",
    ),
)  # fmt: skip

EXCLUDED = (
    Relevant("exc-17", "Told twice: service users on being referred again to a community team", 2020,
             "Not clinicians' perspectives", "Interviews with 14 service users.", "Telling it again was the hardest part."),
    Relevant("exc-18", "Rounds on the ward: psychiatrists and self-harm in a closed unit", 2020,
             "Not community care", "Interviews with 9 psychiatrists.", "Rounds left no time for a talk."),
    Relevant("exc-19", "Caseload and continuity: a count of 900 community contacts in personality disorder", 2020,
             "Not qualitative", "Routine data of 900 contacts.", "Half of the contacts were with a new face."),
    Relevant("exc-20", "Teachers, nurses and emotional outbursts at primary school: a focus group study", 2020,
             "Under 16", "Four focus groups.", "Quiet rooms were asked for."),
    Relevant("exc-21", "Eating disorder clinicians on patience: an interview study in two outpatient clinics", 2019,
             "Other population", "Interviews with 11 clinicians.", "Patience was called a technique."),
    Relevant("exc-22", "What the supervisor heard: a single case of community treatment", 2020,
             "Publication type", "One treatment, told by the supervisor.", "The case was not typical."),
)  # fmt: skip

OPEN = (
    Relevant("open-04", "Duty desk: an ethnography of a day in a community team", 2020,
             "not retrieved", "Observation and talk with 8 clinicians.", "The desk was never empty."),
)  # fmt: skip

#: Other topics than those of the first searches; each is combined with each angle.
NEW_TOPICS = (
    "gestational diabetes", "chronic fatigue", "rheumatoid arthritis", "cochlear implants", "coeliac disease", "tinnitus",
    "burn injuries", "sickle cell disease", "gout", "glaucoma", "alcohol withdrawal", "psoriasis", "stammering", "spinal injury",
    "food allergy", "delirium",
)  # fmt: skip
BACK_YEARS = (2008, 2016)


@cache
def month_reports() -> dict[str, Report]:
    """Every report of the months by its key, in the order of their numbers."""
    found: dict[str, Report] = {}
    for one in (*INCLUDED, *EXCLUDED, *OPEN):
        add(found, relevant_report(one, FIRST_NUMBER + len(found)))
    for i in range(len(NEW_TOPICS) * len(ANGLES)):
        topic, angle = NEW_TOPICS[i % len(NEW_TOPICS)], (i + i // len(NEW_TOPICS)) % len(ANGLES)
        add(found, _noise(f"new-{i + 1:03d}", topic, angle, FIRST_NUMBER + len(found), (2019, 2020)))
    for i, (topic, angle) in enumerate(_left_over()):
        add(found, _noise(f"back-{i + 1:03d}", topic, angle, FIRST_NUMBER + len(found), BACK_YEARS))
    return found


def _left_over() -> list[tuple[str, int]]:
    """The topics of the first searches, each with the angles that they did not take."""
    return [
        (topic, angle) for i, topic in enumerate(TOPICS) for angle in range(len(ANGLES)) if angle not in angles_of(i)
    ]


def _noise(key: str, topic: str, angle: int, number: int, years: tuple[int, int]) -> Report:
    title, method, finding = ANGLES[angle]
    text = title.format(topic=topic, place=draw(f"place:{key}", vocabulary.PLACES))
    year = draw(f"year:{key}", range(years[0], years[1] + 1))
    report = journal_report(key, number, text[0].upper() + text[1:], year)
    abstract = (
        ("BACKGROUND", f"Care for {topic} varies."),
        ("METHODS", method),
        ("RESULTS", finding),
        ("NOTE", FICTION),
    )
    return replace(report, abstract=abstract, keywords=(topic, "health services research"))

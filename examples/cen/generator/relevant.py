"""The reports that the example's reviewers read in full, and those that are nearly the same as another: by hand.

Nothing here was ever studied, found or said by anybody.
"""

# ruff: noqa: E501  (a title, a sentence or a study is a line)

from __future__ import annotations

from dataclasses import dataclass

FICTION = "This is a fictional record of a worked example."


@dataclass(frozen=True)
class Relevant:
    """A report on the review's topic. `fate`: included, or a reason for exclusion at full text, or what it waits for."""

    key: str
    title: str
    year: int
    fate: str
    method: str
    finding: str
    kind: str = "article"
    original_title: str = ""
    language: str = "English"


INCLUDED = (
    Relevant(
        "inc-01", "Staying in the room: care coordinators' accounts of long-term work with people with complex emotional needs", 2008,
        "included", "Interviews with 18 care coordinators in generic community teams, analysed thematically.",
        "Coordinators valued time and continuity and told of pressure to discharge.",
    ),
    Relevant(
        "inc-02", "Ten years of staying: a second reading of care coordinators' interviews about complex emotional needs", 2011,
        "included", "The interviews of an earlier study with 18 care coordinators, read again with narrative analysis.",
        "Hope and weariness alternated over the years of one working relationship.",
    ),
    Relevant(
        "inc-03", "A label with two edges: psychiatrists and psychologists on naming personality disorder in outpatient clinics", 2012,
        "included", "Interviews with 14 psychiatrists and psychologists; framework analysis.",
        "The diagnosis opened doors for some service users and closed them for others.",
    ),
    Relevant(
        "inc-04", "Nobody's patients: general practitioners referring people with personality disorder to community services", 2014,
        "included", "Interviews with 21 general practitioners; thematic analysis.",
        "Practitioners softened their letters so that a service would accept the referral.",
    ),
    Relevant(
        "inc-05", "Warm and firm: psychiatric nurses on the therapeutic relationship with borderline personality disorder", 2006,
        "included", "Four focus groups with 26 community nurses; grounded theory.",
        "Nurses looked for a stance that was open and bounded at the same time.",
        original_title="Warm und bestimmt: Pflegende über die therapeutische Beziehung bei Borderline-Störung", language="German",
    ),
    Relevant(
        "inc-06", "How much is enough? Therapists on the length of treatment for emotionally unstable personality disorder", 2015,
        "included", "Interviews with 11 therapists in secondary care; interpretative phenomenological analysis.",
        "Therapists feared doing too little in short contracts and too much in open ones.",
    ),
    Relevant(
        "inc-07", "Talking about risk before the crisis: a focus group study in a specialist personality disorder service", 2016,
        "included", "Three focus groups with 19 clinicians of one specialist service; thematic analysis.",
        "Plans made together in calm weeks kept decisions measured in bad ones.",
    ),
    Relevant(
        "inc-08", "Who looks after the team? Supervision and reflective practice in services for complex emotional needs", 2017,
        "included", "Interviews and focus groups with 31 clinicians; thematic analysis.",
        "Teams with protected supervision spoke of less fear and more curiosity.",
    ),
    Relevant(
        "inc-09", "Setting up a skills group in a rural team: occupational therapists' experiences with emotional dysregulation", 2018,
        "included", "Interviews with 9 occupational therapists; content analysis.",
        "Training, a manual and a partner in the team decided whether a group survived its first year.",
    ),
    Relevant(
        "inc-10", "Sharing the load: social workers and voluntary sector staff on joint work with complex emotional needs", 2013,
        "included", "Focus groups with 24 social workers and voluntary sector staff; thematic analysis.",
        "Agencies that shared records and meetings passed fewer people back and forth.", kind="report",
    ),
)  # fmt: skip

INCLUDED_LATER = (
    Relevant(
        "inc-11", "Moving on without falling off: clinicians on discharge from a mentalisation programme", 2019,
        "included", "Interviews with 13 clinicians of a mentalisation programme; thematic analysis.",
        "A door left ajar made endings safer than a fixed last session.",
    ),
    Relevant(
        "inc-12", "Side by side: clinicians and peer support workers in a new community pathway for complex emotional needs", 2020,
        "included", "Interviews with 16 clinicians; framework analysis.",
        "Working beside peer support workers changed how clinicians spoke of service users.",
    ),
)  # fmt: skip

EXCLUDED = (
    Relevant("exc-01", "Clinicians' views of a recurrent depression pathway in community teams: an interview study", 2013,
             "Other population", "Interviews with 15 clinicians.", "Stepped care was welcomed and rarely practised."),
    Relevant("exc-02", "First contact with early psychosis teams as care coordinators see it", 2010,
             "Other population", "Interviews with 12 care coordinators.", "The first month shaped the rest."),
    Relevant("exc-03", "What helped and what hurt: service users' accounts of a specialist personality disorder service", 2014,
             "Not clinicians' perspectives", "Interviews with 20 service users.", "Being believed mattered most."),
    Relevant("exc-04", "Living beside it: families and complex emotional needs, a narrative study", 2016,
             "Not clinicians' perspectives", "Narratives of 10 relatives.", "Relatives felt shut out of care planning."),
    Relevant("exc-05", "Behind two doors: nurses working with personality disorder on a forensic ward", 2009,
             "Not community care", "Interviews with 17 ward nurses.", "Security work and care work pulled apart."),
    Relevant("exc-06", "Seventy-two hours: crisis house staff on brief stays of people with borderline personality disorder", 2017,
             "Not community care", "Focus groups with 14 members of staff.", "Short stays were seen as respite."),
    Relevant("exc-07", "A house with a timetable: staff views of a residential therapeutic community", 2007,
             "Not community care", "Interviews with 8 members of staff.", "Living together was the treatment."),
    Relevant("exc-08", "School counsellors and emerging emotional needs at age thirteen: an interview study", 2015,
             "Under 16", "Interviews with 12 school counsellors.", "Counsellors avoided every diagnosis."),
    Relevant("exc-09", "Attitudes to personality disorder among community nurses: a questionnaire survey", 2011,
             "Not qualitative", "A questionnaire answered by 211 nurses.", "Scores differed by length of service."),
    Relevant("exc-10", "Burnout scores in teams that treat personality disorder: a cross-sectional comparison", 2018,
             "Not qualitative", "Two scales in 96 clinicians.", "Scores did not differ between teams."),
    Relevant("exc-11", "Before and after knowledge training on complex emotional needs: a controlled study of community staff", 2019,
             "Not qualitative", "A scale before and after training in 64 members of staff.", "Scores rose in both groups."),
    Relevant("exc-12", "Clinicians' meaning-making in outpatient work with personality disorder", 2012,
             "Publication type", "Interviews with 10 clinicians for a doctoral degree.", "Meaning came late.", kind="thesis"),
    Relevant("exc-13", "Therapy in a small town: a single case in community treatment of emotional instability", 2005,
             "Publication type", "One treatment, told by the therapist.", "It took four years."),
    Relevant("exc-14", "Community nurses and the difficult patient: conversations in four clinics", 1999,
             "Before 2003", "Conversations with 12 community nurses.", "Nurses asked for time."),
)  # fmt: skip

EXCLUDED_LATER = (
    Relevant("exc-15", "Night shift: inpatient nurses on self-harm and personality disorder", 2019,
             "Not community care", "Interviews with 13 ward nurses.", "Nights were when plans failed."),
    Relevant("exc-16", "Counting contacts: routine data on community treatment of personality disorder", 2019,
             "Not qualitative", "Routine data of 1,204 episodes.", "Contacts fell over two years."),
)  # fmt: skip

OPEN = (
    Relevant("open-01", "Out-of-hours doctors and repeated self-harm: an interview study in three practices", 2010,
             "not retrieved", "Interviews with 9 doctors.", "Doctors missed a number to call."),
    Relevant("open-02", "Community psychiatric nurses talk about boundaries: a discourse analysis", 2004,
             "not retrieved", "Recorded team talk of 16 nurses.", "Boundaries were drawn in the plural."),
    Relevant("open-03", "Waiting for formulation: psychologists on consultation to generic community teams", 2016,
             "awaits full text", "Interviews with 10 psychologists.", "Consultation worked when it was regular."),
    Relevant("bridge", "Between closeness and distance: clinicians in outpatient care of borderline personality disorder", 2013,
             "awaits retrieval", "Interviews with 12 clinicians.", "Distance was kept by appointment times.",
             original_title="Zwischen Nähe und Distanz: Fachkräfte in der ambulanten Versorgung der Borderline-Störung",
             language="German"),
)  # fmt: skip


@dataclass(frozen=True)
class Sibling:
    """Two reports that look alike and are two: (key, title, kind, year) each, `same_authors`, and why they stay apart."""

    why: str
    first: tuple[str, str, str, int]
    second: tuple[str, str, str, int]
    same_authors: bool = True
    same_journal: bool = True


SIBLINGS = (
    Sibling("part I and part II", ("part-1", "Attachment and community treatment. Part I: a review of concepts", "article", 2009),
            ("part-2", "Attachment and community treatment. Part II: a review of methods", "article", 2009)),
    Sibling("abstracts of one title at two congresses", ("abs-1", "Group skills training in everyday practice", "conference", 2012),
            ("abs-2", "Group skills training in everyday practice", "conference", 2014)),
    Sibling("report and erratum", ("err-1", "Medication reviews in outpatient care of personality disorder", "article", 2015),
            ("err-2", "Erratum: Medication reviews in outpatient care of personality disorder", "erratum", 2015)),
    Sibling("report and reply to it", ("rep-1", "Should community teams diagnose at first contact?", "article", 2017),
            ("rep-2", "Reply to: Should community teams diagnose at first contact?", "letter", 2017), same_authors=False),
    Sibling("preprint and published report", ("pre-1", "Telephone coaching between therapy sessions: a feasibility trial", "preprint", 2018),
            ("pre-2", "Telephone coaching between therapy sessions: a feasibility trial", "article", 2019), same_journal=False),
    Sibling("congress abstract and full report", ("con-1", "Day hospital or clinic? Outcomes of two programmes", "conference", 2010),
            ("con-2", "Day hospital or clinic? Outcomes of two programmes", "article", 2011)),
    Sibling("a recurring column", ("col-1", "News from the invented services", "editorial", 2016),
            ("col-2", "News from the invented services", "editorial", 2016)),
    Sibling("two editions of a book", ("ed-1", "Working with emotional needs: a handbook for teams", "book", 2006),
            ("ed-2", "Working with emotional needs: a handbook for teams. 2nd edition", "book", 2014)),
)  # fmt: skip

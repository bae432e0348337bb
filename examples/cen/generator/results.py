"""Fictional results sections of the included reports, each sentence with the code that it was given; and the codebook.

The six themes bear the names of the published review. Everything below them is made up for the example: no sentence was
written, and no quotation said, by anybody.
"""

from __future__ import annotations

THEMES = (
    "The use and misuse of diagnosis",
    "The patient journey into services: nowhere to go",
    "Therapeutic relationships: connection and distance",
    "The nature of treatment: not doing too much or too little",
    "Managing safety issues and crises: being measured and proactive",
    "Clinician and wider service needs: whose needs are they anyway?",
)

#: theme (from 0) → descriptive theme → codes.
CODEBOOK: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (0, "What a diagnosis does", ("opens a door", "closes a door")),
    (0, "Words used instead", ("everyday words",)),
    (1, "Getting in", ("thresholds", "softened letters")),
    (1, "Being passed on", ("back and forth",)),
    (2, "Closeness", ("being known over time", "warmth")),
    (2, "Distance", ("boundaries", "weariness")),
    (3, "Dose", ("too little", "too much")),
    (3, "Endings", ("a door left ajar",)),
    (4, "Planning ahead", ("plans made in calm weeks",)),
    (4, "Deciding together", ("sharing the decision",)),
    (5, "Support for staff", ("supervision", "time to reflect")),
    (5, "Working across agencies", ("shared records",)),
    (5, "Setting up something new", ("training and manuals",)),
)

RENAMED = ("weariness", "weariness and hope")
"""In the second project one code has a new name and the same GUID."""
ADDED = (5, "Setting up something new", "peer support workers beside clinicians")
"""And one code is new."""

RESULTS: dict[str, tuple[tuple[str, str], ...]] = {
    "inc-01": (
        (
            "Coordinators said that trust came slowly, over years in which nobody else in the service had stayed.",
            "being known over time",
        ),
        ("“She tests whether I will still be here in spring,” one of them said.", "being known over time"),
        ("Most spoke of pressure to discharge long before the work was done.", "too little"),
        ("Supervision was what kept several of them from leaving the post.", "supervision"),
    ),
    "inc-02": (
        ("Read again, the interviews tell of hope that came back after months without it.", "weariness"),
        ("“Some winters I only kept the appointment book,” said a coordinator.", "weariness"),
        ("Being remembered by name mattered to service users and coordinators alike.", "being known over time"),
    ),
    "inc-03": (
        ("For some service users the diagnosis was the ticket to a programme.", "opens a door"),
        ("For others it ended the conversation at reception.", "closes a door"),
        (
            "Several clinicians wrote “difficulty with strong feelings” – and nothing else – in their letters.",
            "everyday words",
        ),
        ("Psychologists more than psychiatrists preferred a shared description to a label.", "everyday words"),
    ),
    "inc-04": (
        (
            "Practitioners knew which words a service would not accept and left them out of the letter.",
            "softened letters",
        ),
        ("“I write low mood, and I do not mention the rest,” said one.", "softened letters"),
        ("People came back to the practice three or four times before anyone took them on.", "back and forth"),
        ("Thresholds seemed to change with the number of free places.", "thresholds"),
    ),
    "inc-05": (
        ("Nurses described a stance that was warm and firm at once; neither alone was enough.", "warmth"),
        ("Appointments that began and ended on time were felt to be kind.", "boundaries"),
        (
            "One nurse kept a service user's postcard – a single “🙂” – in her drawer as a sign that contact could survive a break.",
            "warmth",
        ),
        ("Others admitted that they had grown tired and formal.", "weariness"),
    ),
    "inc-06": (
        ("Twelve sessions were called a promise that could not be kept.", "too little"),
        ("Open-ended work frightened therapists too, since nobody could say when it was enough.", "too much"),
        ("Most wanted a middle way: a fixed block, a pause, and a second block.", "a door left ajar"),
    ),
    "inc-07": (
        (
            "Plans were written in calm weeks, in the service user's own words, and kept by both.",
            "plans made in calm weeks",
        ),
        ("When a bad night came, the plan was read aloud on the telephone.", "plans made in calm weeks"),
        (
            "Decisions about risk felt lighter when two clinicians and the service user took them together.",
            "sharing the decision",
        ),
        ("“Alone I would have sent her to hospital,” one clinician said.", "sharing the decision"),
    ),
    "inc-08": (
        ("Teams whose supervision hour could not be cancelled spoke of curiosity more than of fear.", "supervision"),
        ("Where it could be cancelled, it was.", "supervision"),
        ("Reflective meetings let staff say that they were angry without acting on it.", "time to reflect"),
        ("Managers were said to count contacts and not thoughts.", "time to reflect"),
    ),
    "inc-09": (
        ("Two days of training and a manual were enough to begin, and too little to go on.", "training and manuals"),
        ("A second therapist in the room made the group last.", "training and manuals"),
        ("Distances in the county meant that some people could attend only every other week.", "too little"),
    ),
    "inc-10": (
        ("Social workers and voluntary sector staff learnt of each other's appointments by chance.", "shared records"),
        ("Where records were shared, fewer people were sent back and forth.", "shared records"),
        ("“We were four agencies and nobody's case,” a support worker said.", "back and forth"),
    ),
    "inc-11": (
        ("Clinicians feared the last session as much as service users did.", "a door left ajar"),
        ("A letter that said how to come back was kept and hardly ever used.", "a door left ajar"),
        ("Those without such a letter came back through the emergency department.", "too little"),
    ),
    "inc-12": (
        ("Peer support workers changed the tone of the team meeting.", "peer support workers beside clinicians"),
        ("“I hear how I talk now,” a nurse said.", "peer support workers beside clinicians"),
        ("Clinicians worried who supervises the peer support workers.", "supervision"),
    ),
}

DOUBLE_CODED = {"first-search": ("inc-03", "inc-07"), "second-search": ("inc-03", "inc-07", "inc-12")}
"""A fifth of the reports, rounded up, coded by both."""

BEN = {("inc-03", 3): "opens a door", ("inc-07", 1): "sharing the decision", ("inc-12", 2): "time to reflect"}
"""Where Ben, on a double-coded report, chose another code than Ada: (report, sentence from 0)."""
BEN_SHORTER = {("inc-03", 2), ("inc-07", 3)}
"""Where he coded only the first half of the sentence."""

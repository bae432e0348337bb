"""The three studies of months 3 to 12: characteristics, results sections with the codes of their sentences, and how the codebook changes.

No sentence was written, and no quotation said, by anybody.
"""

from __future__ import annotations

from examples.cen.generator.model import Study

#: Month → the study that is included in it.
STUDY_OF = {"2020-03": "KEYS", "2020-06": "CALLS", "2020-10": "GOODBYE"}

STUDIES = (
    Study("KEYS", ("inc-13",), ("Sampleton", "2019", "generic community team", "first visits", "psychiatric nurse; social worker",
          "12", "interviews", "thematic analysis", "complex emotional needs")),
    Study("CALLS", ("inc-14",), ("Exemplaria", "2019", "generic community team", "telephone contact", "psychiatric nurse",
          "17", "interviews", "framework analysis", "emotional instability")),
    Study("GOODBYE", ("inc-15",), ("Fictonia", "2020", "specialist service", "video therapy", "psychologist; counsellor",
          "10", "interviews", "thematic analysis", "personality disorder")),
)  # fmt: skip

RESULTS: dict[str, tuple[tuple[str, str], ...]] = {
    "inc-13": (
        ("A door that was opened by name was remembered a year later.", "being known over time"),
        ("“They send us the ones that nobody rang back,” said a nurse.", "back and forth"),
        ("Receptionists were thought to know best who was close to leaving.", "shared records"),
    ),
    "inc-14": (
        ("Ten minutes at a set time were held to be worth an hour at night.", "plans made in calm weeks"),
        ("Nurses feared that a call that was always answered would never end.", "boundaries"),
        ("Calls were talked over in supervision, or not at all.", "time to reflect"),
    ),
    "inc-15": (
        ("On a screen nobody knew when the last minute was over.", "a door left ajar"),
        ("A letter by post was what made it an ending.", "a door left ajar"),
        ("Some therapists ended later than they had agreed, by weeks.", "too much"),
    ),
}

RENAMED = ("2020-05", "back and forth", "passed from team to team")
"""From this month on a code has another name and the same id."""
MERGED = ("2020-08", "time to reflect", "supervision")
"""From this month on the first code is gone, and what bore it bears the second."""
DOUBLE_CODED = "inc-14"
"""Ben codes it too."""

"""What a cell of an extraction sheet answers: a value in its field's own spelling, a number with a qualifier, or that there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.protocol import ExtractionField
from tasks.tabular import fold

NOT_REPORTED, NOT_APPLICABLE = "not reported", "not applicable"
_NONE = {
    "notreported": NOT_REPORTED, "nr": NOT_REPORTED, "notstated": NOT_REPORTED, "notgiven": NOT_REPORTED,
    "notapplicable": NOT_APPLICABLE, "na": NOT_APPLICABLE,
}  # fmt: skip
#: What Excel shows in a cell whose formula failed.
ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_YES_NO = {"yes": "yes", "y": "yes", "true": "yes", "1": "yes", "no": "no", "n": "no", "false": "no", "0": "no"}
#: Qualifier → how it is written before a number.
_BEFORE = {
    "at least": r"at least|no fewer than|minimum(?: of)?|min\.?|≥|>=",
    "at most": r"at most|no more than|up to|maximum(?: of)?|max\.?|≤|<=",
    "more than": r"more than|over|>",
    "fewer than": r"fewer than|less than|under|<",
    "about": r"about|around|approximately|approx\.?|circa|ca?\.?|~|≈",
}
_QUALIFIED = re.compile(
    "|".join(f"(?P<q{n}>{words})" for n, words in enumerate(_BEFORE.values())) + r"|(?P<none>)", re.IGNORECASE
)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+]?\d{1,3}(?:[  ]\d{3})+(?:[.,]\d+)?")
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Number:
    """A number with its qualifier ('at least'), and what to tell of how it was read."""

    number: float
    qualifier: str | None = None
    doubt: str = ""


@dataclass(frozen=True)
class Answer:
    """What a cell answers. `values`: the text of each value, in the field's spelling where it is known; of a field of several
    choices there may be several. `status`: reported, not reported, not applicable, or invalid for an error of Excel's.
    `checked`: what the form's model (form_model.py) is asked about; `doubt`: what to tell of how it was read."""

    values: tuple[str, ...]
    status: str = "reported"
    number: float | None = None
    qualifier: str | None = None
    doubt: str = ""

    @property
    def checked(self) -> str:
        """The answer as the form's model holds it against the declaration."""
        return "; ".join(self.values) if self.number is None else f"{self.number:.15g}"


def parse_answer(field: ExtractionField | None, text: str) -> Answer:
    """What a cell that is not empty answers; of a field that the protocol does not declare (None), its text as it stands.

    Whether the answer fits its field is not judged here.
    """
    if text in ERRORS:
        return Answer((text,), "invalid")
    options = _spell_options(field) if field else {}
    none = _NONE.get(fold(text))
    if none and fold(text) not in options:
        return Answer((none,), none)
    if field is None or field.type == "text":
        return Answer((text,))
    if field.type == "number":
        found = parse_number(text, field.unit)
        return (
            Answer((text,), number=found.number, qualifier=found.qualifier, doubt=found.doubt)
            if found
            else Answer((text,))
        )
    if field.type == "yes-no":
        return Answer((_YES_NO.get(fold(text), text),))
    parts = [text] if field.type == "choice" else [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    spelt = [part if part in field.options else options.get(fold(part), part) for part in parts or [text]]
    return Answer(tuple(dict.fromkeys(spelt)))


def parse_number(text: str, unit: str | None = None) -> Number | None:
    """The number that a text says, with or without its unit: '18', 'at least 550', '20+', '1,234', '3 months'; else None."""
    rest = text.strip()
    if unit and rest.casefold().endswith(unit.casefold()):
        rest = rest[: -len(unit)].strip()
    match = _QUALIFIED.match(rest)
    qualifier = None
    if match and match.lastgroup and match.lastgroup != "none":
        qualifier = list(_BEFORE)[int(match.lastgroup[1:])]
        rest = rest[match.end() :].strip()
    elif more := re.fullmatch(r"(.*\d)\s*(?:\+|or more)", rest, re.IGNORECASE):
        qualifier, rest = "at least", more[1]
    if _GROUPED.fullmatch(rest):
        plain = re.sub(r"[  ]", "", rest)
        plain = plain.replace(",", "") if "," in rest and not re.search(r"[  ]", rest) else plain.replace(",", ".")
        number = float(plain)
        return Number(
            number, qualifier, f"{text!r} was read as {number:.15g}; write it without a comma" if "," in rest else ""
        )
    if _PLAIN.fullmatch(rest):
        return Number(float(rest.replace(",", ".")), qualifier)
    return None


def _spell_options(field: ExtractionField) -> dict[str, str]:
    """Folded spelling → option, of today's options and of those that the protocol says were called otherwise before."""
    spelt = {fold(option): option for option in reversed(field.options)}
    return {fold(old): new for old, new in field.options_formerly.items()} | spelt

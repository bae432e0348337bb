"""How far two coders agree: coefficients over what they coded, each with the number it rests on and an interval. Pure.

Each character of a document is a decision of each coder: coded under the code, or not. From the four counts of such
decisions (both, a alone, b alone, neither) come

- Jaccard: what both coded, of what either did; it asks nothing of the text that nobody coded;
- the share agreed, and, corrected for chance, Cohen's kappa (Cohen 1960; what NVivo shows), Krippendorff's alpha for nominal
  data (Krippendorff 2019), Brennan-Prediger (1981) and Gwet's AC1 (2008), which all grow with the text that nobody coded;
- Cohen's kappa over the text that either coded under any code, which does not.

Of all codes together, each character is as many decisions as there are codes that the two used: a segment under three codes
counts in all three. Where segments lie is told apart from which code they bear: `position` asks of each character whether
it was coded at all, `choice of code` only of the text that both coded under which codes.

Intervals are at 95%, over documents: the middle of 1,000 samples of as many documents, drawn by a fixed seed (Efron and
Tibshirani 1993). Of a single document there is none, nor where the samples do not differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from schemas.words import counted
from tasks.synthesise.count_codings import Counts, PairInDocument

SAMPLES = 1000
SEED = 20220525

Numbers = npt.NDArray[np.float64]
SUBJECTS = ("coding", "position", "choice of code")
_NOTHING = 1e-12


@dataclass(frozen=True)
class CodingCoefficient:
    """One coefficient of two coders. `subject`: coding, position or choice of code; `document`, `code`: None for all of them.

    `value` is None where it is not defined (as kappa where nobody coded anything); `low` and `high` are None where no
    interval can be given; `n`: what it rests on, at least 1, of what `n_counts` says.
    """

    subject: str
    document: str | None
    code: str | None
    coder_a: str
    coder_b: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    n_counts: str


@dataclass(frozen=True)
class _Group:
    """Counts of one subject, code and document; `counts`: a row a document, `codes`: how many codes they add up over."""

    subject: str
    document: str | None
    code: str | None
    codes: int
    counts: npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Formula:
    """A coefficient: its name, its value and its denominator by counts, what the denominator counts, and of which subjects."""

    name: str
    value: Callable[[Counts], Numbers]
    n: Callable[[Counts], Numbers]
    n_counts: str
    subjects: tuple[str, ...] = SUBJECTS


def agree_on_codings(
    pairs: Iterable[PairInDocument], coefficients: Sequence[str] = (), *, any_code: bool = True
) -> list[CodingCoefficient]:
    """The coefficients of each pair of coders: over all documents and in each, of all codes and of each.

    `coefficients`: the names wanted, of COEFFICIENTS; all where it is empty. `any_code`: also where segments lie, and which
    code they bear, which rest on all codes.
    """
    by_pair: dict[tuple[str, str], list[PairInDocument]] = {}
    for pair in sorted(pairs, key=lambda p: (p.coder_a, p.coder_b, p.document)):
        by_pair.setdefault((pair.coder_a, pair.coder_b), []).append(pair)
    formulas = [formula for formula in _FORMULAS if not coefficients or formula.name in coefficients]
    return [
        coefficient
        for coders, documents in by_pair.items()
        for coefficient in _measure(list(_group(documents, any_code=any_code)), formulas, *coders)
    ]


def _group(documents: Sequence[PairInDocument], *, any_code: bool) -> Iterator[_Group]:
    """All that coefficients are computed of, for one pair of coders: over all documents first, then in each."""
    codes = sorted({code for pair in documents for code in pair.codes})
    of_code = {code: np.array([_count_code(pair, code) for pair in documents], dtype=np.int64) for code in codes}
    of_any = np.array([pair.any_code for pair in documents], dtype=np.int64)
    of_all = sum(of_code.values(), start=np.zeros_like(of_any))
    for document, rows in ((None, slice(None)), *((p.document, slice(n, n + 1)) for n, p in enumerate(documents))):
        yield _Group("coding", document, None, len(codes), of_all[rows])
        if any_code:
            yield _Group("position", document, None, 1, of_any[rows])
            yield _Group("choice of code", document, None, len(codes), _narrow_to_shared(of_all[rows]))
        for code in codes:
            counts = of_code[code][rows]
            if document is None or Counts(*counts[0]).text_a or Counts(*counts[0]).text_b:
                yield _Group("coding", document, code, 1, counts)


def _count_code(pair: PairInDocument, code: str) -> Counts:
    """The counts of a code in a document; where neither used it, all characters are decisions against it."""
    text = pair.any_code
    return pair.codes.get(code, Counts(text=text.text, coded=text.coded, shared=text.shared))


def _narrow_to_shared(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The same counts, as if the text that both coded were all there is."""
    c = Counts(*rows.T)
    return np.array(c._replace(text=c.shared, coded=c.shared, text_a=c.shared_a, text_b=c.shared_b)).T


def _measure(
    groups: Sequence[_Group], formulas: Sequence[_Formula], coder_a: str, coder_b: str
) -> Iterator[CodingCoefficient]:
    totals = _as_columns(np.array([group.counts.sum(axis=0) for group in groups]))
    computed = [(formula, formula.value(totals), formula.n(totals)) for formula in formulas]
    for place, group in enumerate(groups):
        samples = _draw(group) if group.document is None and len(group.counts) > 1 else None
        for formula, values, ns in computed:
            if group.subject not in formula.subjects or ns[place] == 0:
                continue
            value = float(values[place]) if np.isfinite(values[place]) else None
            low, high = _find_interval(formula.value(samples)) if samples and value is not None else (None, None)
            yield CodingCoefficient(
                group.subject, group.document, group.code, coder_a, coder_b, formula.name, value, low, high,
                int(ns[place]), _describe_n(formula, group, coder_a, coder_b),
            )  # fmt: skip


def _describe_n(formula: _Formula, group: _Group, coder_a: str, coder_b: str) -> str:
    """What a coefficient's denominator counts."""
    text = "characters that both coded" if group.subject == "choice of code" else "characters"
    if group.code is None and group.subject != "position":
        text = f"{text} × {counted(group.codes, 'code')}"
    counts = formula.n_counts.format(characters=text, a=coder_a, b=coder_b)
    return counts if group.document else f"{counts}, in {counted(len(group.counts), 'document')}"


def _draw(group: _Group) -> Counts:
    """The counts of samples of documents, as columns."""
    return _as_columns(_weigh(len(group.counts)) @ group.counts)


@cache
def _weigh(documents: int) -> npt.NDArray[np.int64]:
    """How often each document is in each sample: a row a sample."""
    shares = [1 / documents] * documents
    return np.random.default_rng(SEED).multinomial(documents, shares, size=SAMPLES)


def _find_interval(values: Numbers) -> tuple[float | None, float | None]:
    """The middle 95% of the samples; none where they do not differ, which would claim certainty."""
    defined = values[np.isfinite(values)]
    if defined.size == 0 or np.ptp(defined) < _NOTHING:
        return None, None
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)


def _as_columns(rows: npt.NDArray[np.int64]) -> Counts:
    return Counts(*rows.astype(np.float64).T)


def _divide(a: Numbers, b: Numbers) -> Numbers:
    """a / b; not a number where b is 0."""
    found: Numbers = np.divide(a, b, out=np.full(np.shape(a), np.nan), where=np.abs(b) > _NOTHING)
    return found


def _correct(agreed: Numbers, expected: Numbers) -> Numbers:
    """Agreement beyond chance, as a share of what chance leaves."""
    return _divide(agreed - expected, 1 - expected)


def _count_either(c: Counts) -> Numbers:
    either: Numbers = c.text_a + c.text_b - c.text_both
    return either


def _jaccard(c: Counts) -> Numbers:
    return _divide(c.text_both, _count_either(c))


def _share_agreed(c: Counts) -> Numbers:
    return _divide(c.text - _count_either(c) + c.text_both, c.text)


def _cohen(c: Counts) -> Numbers:
    """In counts, which are exact where shares are not: 0 where one coder coded nothing."""
    only_a, only_b = c.text_a - c.text_both, c.text_b - c.text_both
    neither = c.text - c.text_a - only_b
    beyond = c.text_both * neither - only_a * only_b
    return _divide(2 * beyond, c.text_a * (c.text - c.text_b) + c.text_b * (c.text - c.text_a))


def _cohen_over_coded(c: Counts) -> Numbers:
    return _cohen(c._replace(text=c.coded))


def _krippendorff(c: Counts) -> Numbers:
    coded, values = c.text_a + c.text_b, 2 * c.text
    return 1 - _divide(1 - _share_agreed(c), _divide(2 * coded * (values - coded), values * (values - 1)))


def _brennan_prediger(c: Counts) -> Numbers:
    scaled: Numbers = 2 * _share_agreed(c) - 1
    return scaled


def _gwet(c: Counts) -> Numbers:
    mean = _divide(c.text_a + c.text_b, 2 * c.text)
    return _correct(_share_agreed(c), 2 * mean * (1 - mean))


_FORMULAS = (
    _Formula("segments of a matched", lambda c: _divide(c.matched_a, c.segments_a), lambda c: c.segments_a,
             "segments of {a}, matched where {b} coded at least half of one", ("coding", "position")),
    _Formula("segments of b matched", lambda c: _divide(c.matched_b, c.segments_b), lambda c: c.segments_b,
             "segments of {b}, matched where {a} coded at least half of one", ("coding", "position")),
    _Formula("Jaccard", _jaccard, _count_either, "{characters}, coded by either"),
    _Formula("share agreed", _share_agreed, lambda c: c.text, "{characters}"),
    _Formula("Cohen's kappa", _cohen, lambda c: c.text, "{characters}"),
    _Formula("Cohen's kappa over coded text", _cohen_over_coded, lambda c: c.coded,
             "{characters}, of the text that either coded under any code", ("coding",)),
    _Formula("Krippendorff's alpha", _krippendorff, lambda c: c.text, "{characters}"),
    _Formula("Brennan-Prediger", _brennan_prediger, lambda c: c.text, "{characters}"),
    _Formula("AC1", _gwet, lambda c: c.text, "{characters}"),
)  # fmt: skip
#: The names of all coefficients, in the order in which they are told.
COEFFICIENTS = tuple(formula.name for formula in _FORMULAS)

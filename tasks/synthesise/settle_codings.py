"""What counts of documents that several people coded: where two differ, what a person settled, and what stands once. Pure.

Two coders *differ* where a segment of one is not matched by the other: less than half of it is coded under the same code.
Such segments that overlap are one difference, with what the other coded there under the same codes.

Of a document that several coded, what two coded alike counts once, as the first by name has it. Of a difference counts what
a person settled: what the first coded, the second, both, neither, or something new. Until then both count: nothing that
somebody found is lost by a rule, a study that one coder alone found a theme in is seen, and as what both coded alike counts
once, the document does not weigh double.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from tasks.synthesise.count_codings import Cover, Span
from tasks.synthesise.qda_ids import digest


@dataclass(frozen=True)
class MadeCoding:
    """A coding that somebody made. `span`: None where it has no place in the text; `elsewhere` then says where it is."""

    id: str
    code: str
    coder: str
    span: Span | None
    elsewhere: tuple[object, ...] = ()


@dataclass(frozen=True)
class Difference:
    """Where two coders differ. `id` is over the codings: where one of these changes, it is another difference."""

    id: str
    document: str
    coder_a: str
    coder_b: str
    span: Span
    codings_a: tuple[str, ...]
    codings_b: tuple[str, ...]


def find_differences(document: str, codings: Sequence[MadeCoding], coders: Iterable[str] = ()) -> list[Difference]:
    """Where every two coders of a document differ, in the order of the text; `coders`: those who may have coded nothing."""
    placed: dict[str, list[tuple[Span, MadeCoding]]] = defaultdict(list)
    for coding in codings:
        if coding.span is not None:
            placed[coding.coder].append((coding.span, coding))
    found = []
    for a, b in combinations(sorted({*placed, *coders}), 2):
        disputed = [*_find_disputed(placed[a], placed[b]), *_find_disputed(placed[b], placed[a])]
        found += [_describe(document, a, b, part) for part in _group(disputed)]
    return sorted(found, key=lambda d: (d.coder_a, d.coder_b, d.span, d.id))


def find_left_out(codings: Sequence[MadeCoding], settled: Iterable[tuple[Difference, str]]) -> dict[str, str]:
    """The codings of a document that do not count → why. `settled`: differences with what was chosen.

    Of three coders a coding may be part of two differences: it counts where one choice keeps it.
    """
    chosen: dict[str, set[bool]] = defaultdict(set)
    both: set[str] = set()
    for difference, choice in settled:
        for ids, kept in (
            (difference.codings_a, choice in ("first", "both")),
            (difference.codings_b, choice in ("second", "both")),
        ):
            for id in ids:
                chosen[id].add(kept)
        if choice == "both":
            both |= {*difference.codings_a, *difference.codings_b}
    left_out = {id: "settled" for id, kept in chosen.items() if kept == {False}}
    counting: dict[str, list[Span]] = defaultdict(list)
    elsewhere: set[tuple[object, ...]] = set()
    for coder in sorted({coding.coder for coding in codings}):
        covers = {code: Cover(spans) for code, spans in counting.items()}
        own = [c for c in codings if c.coder == coder and c.id not in left_out]
        for coding in own:
            if coding.id not in both and _is_counted(coding, covers, elsewhere):
                left_out[coding.id] = "coded alike"
        for coding in own:
            if coding.id in left_out:
                continue
            if coding.span is None:
                elsewhere.add((coding.code, *coding.elsewhere))
            else:
                counting[coding.code].append(coding.span)
    return left_out


def _is_counted(coding: MadeCoding, covers: Mapping[str, Cover], elsewhere: set[tuple[object, ...]]) -> bool:
    """Whether what another coder coded already says it."""
    if coding.span is None:
        return (coding.code, *coding.elsewhere) in elsewhere
    return coding.code in covers and covers[coding.code].matches(*coding.span)


_Placed = Sequence[tuple[Span, MadeCoding]]


def _find_disputed(own: _Placed, others: _Placed) -> Iterator[tuple[Span, MadeCoding]]:
    """What one coded and the other did not match, with what the other coded there under the same code."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for span, coding in others:
        spans[coding.code].append(span)
    covers = {code: Cover(found) for code, found in spans.items()}
    unmatched: dict[str, list[Span]] = defaultdict(list)
    for span, coding in own:
        if coding.code not in covers or not covers[coding.code].matches(*span):
            unmatched[coding.code].append(span)
            yield span, coding
    disputed = {code: Cover(found) for code, found in unmatched.items()}
    for span, coding in others:
        if coding.code in disputed and disputed[coding.code].measure(*span):
            yield span, coding


def _group(disputed: _Placed) -> Iterator[list[tuple[Span, MadeCoding]]]:
    """Codings that overlap, together; each once."""
    part: list[tuple[Span, MadeCoding]] = []
    end = 0
    for span, coding in sorted(dict.fromkeys(disputed), key=lambda item: (item[0], item[1].id)):
        if part and span[0] >= end:
            yield part
            part = []
        end = max(end, span[1]) if part else span[1]
        part.append((span, coding))
    if part:
        yield part


def _describe(document: str, coder_a: str, coder_b: str, part: _Placed) -> Difference:
    ids = {who: tuple(sorted(c.id for _, c in part if c.coder == who)) for who in (coder_a, coder_b)}
    return Difference(
        digest("dif", document, coder_a, coder_b, *sorted(c.id for _, c in part)),
        document, coder_a, coder_b,
        (min(start for (start, _), _ in part), max(end for (_, end), _ in part)),
        ids[coder_a], ids[coder_b],
    )  # fmt: skip

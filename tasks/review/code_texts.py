"""Code texts: what a coder does to codings, memos and codes, checked and noted in the log; and what is taken back.

Every function takes the workroom as it stands, names the coder, and returns the event. Raises UserError where a step is not
hers to do, or names what is not there; nothing is noted then.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

from schemas.errors import UserError
from schemas.event_base import Event
from schemas.event_coding import (
    CodeCreated,
    CodeRenamed,
    CodesMerged,
    CodesMoved,
    CodeSplit,
    CodesRetired,
    CodeUndo,
    CodingAdded,
    CodingMoved,
    CodingsRemoved,
    MemoWritten,
)
from schemas.event_synthesis import CodeName
from schemas.protocol_screening import fold_name
from schemas.words import counted, did_you_mean
from tasks.review.workroom import Workroom
from tasks.synthesise.coding_work import WorkCode, WorkCoding
from tasks.synthesise.qda_codes import SEPARATOR
from tasks.synthesise.qda_ids import digest
from warehouse.log import Entry

_LONGEST_NAME = 200


# --- Codings --------------------------------------------------------------------------------------


def check_may_code(room: Workroom, person: str, document_id: str) -> None:
    """Raises UserError where a document is none, another's by the plan, or was declared done."""
    text = room.texts.get(document_id)
    if text is None or not text.length:
        raise UserError("there is no such text")
    planned = room.planned(document_id)
    if planned and person not in planned:
        raise UserError(
            f"by the plan this text is coded by {' and '.join(planned)}",
            hint="[[coding.assignment]] in review.toml says it",
        )
    if person in room.done(document_id):
        raise UserError(
            "you have declared this text done, so its codings stay as they are",
            hint="take that back first, as long as others still code it",
        )


def add_coding(room: Workroom, person: str, document_id: str, code_id: str, span: tuple[int, int]) -> Entry:
    """A code on a segment, in code points of the text."""
    check_may_code(room, person, document_id)
    code = find_known_code(room, person, code_id)
    if not code.is_codable or code.retired:
        raise UserError(f"'{code.name}' is a heading, and no code", hint="choose one below it")
    start, end, quote = _cut(room, document_id, span)
    for coding in room.list_codings(person, document_id):
        if (coding.coder, coding.code, coding.start, coding.end) == (room.name_of(person), code_id, start, end):
            raise UserError(f"you have coded this with '{code.name}' already")
    return _note(
        room, person,
        CodingAdded(coding_id=_new_id("cdg"), document_id=document_id, code_id=code_id, start_char=start, end_char=end, quote=quote),
    )  # fmt: skip


def move_coding(room: Workroom, person: str, coding_id: str, span: tuple[int, int]) -> Entry:
    """Another segment for one of her codings; its memos stay with it."""
    coding = _find_own(room, person, coding_id)
    start, end, quote = _cut(room, coding.document, span)
    event = CodingMoved(coding_id=coding_id, code_id=coding.code, start_char=start, end_char=end, quote=quote)
    return _note(room, person, event)


def recode(room: Workroom, person: str, coding_id: str, code_id: str) -> Entry:
    """Another code for one of her codings; its memos stay with it."""
    _find_own(room, person, coding_id)
    find_known_code(room, person, code_id)
    return _note(room, person, CodingMoved(coding_id=coding_id, code_id=code_id))


def remove_codings(room: Workroom, person: str, coding_ids: Sequence[str]) -> Entry:
    """Takes her codings off the text."""
    for coding_id in coding_ids:
        _find_own(room, person, coding_id)
    return _note(room, person, CodingsRemoved(coding_ids=tuple(coding_ids)))


def write_memo(room: Workroom, person: str, target: str, on: str, words: str) -> Entry:
    """Her memo on a coding of hers, a code or a document; without words it is taken away."""
    if target == "coding":
        find_coding(room, person, on)
    elif target == "code":
        find_known_code(room, person, on)
    elif on not in room.texts:
        raise UserError("there is no such text")
    own = [m for m in room.work.memos.values() if (m.target, m.on, m.author) == (target, on, person)]
    if not own and not words.strip():
        raise UserError("a memo needs words")
    memo_id = own[0].id if own else _new_id("mem")
    return _note(room, person, MemoWritten(memo_id=memo_id, target=target, id=on, text=words.strip()))  # type: ignore[arg-type]


# --- Codes ----------------------------------------------------------------------------------------


def create_code(
    room: Workroom, person: str, name: str, *, parent_id: str | None = None, description: str = "", document_id: str | None = None
) -> Entry:  # fmt: skip
    """A new code; `document_id`: the text before which it was thought of."""
    name = _check_name(room, person, name, parent_id)
    guid = str(uuid.uuid4())
    return _note(room, person, CodeCreated(
        code_id=digest("cod", guid), guid=guid, name=name, parent_id=parent_id, description=description.strip(), document_id=document_id,
    ))  # fmt: skip


def split_path(room: Workroom, person: str, path: str) -> tuple[str | None, list[str]]:
    """The code that is known of a path such as 'a / b / c', and the names that are still to be made below it. Raises UserError
    for what is no name."""
    words = [" ".join(word.split()) for word in path.split(SEPARATOR)]
    for word in words:
        _check_words(word)
    for n in range(len(words) - 1, 0, -1):
        with suppress(UserError):
            return find_code(room, person, SEPARATOR.join(words[:n])).id, words[n:]
    return None, words


def rename_code(room: Workroom, person: str, code_id: str, name: str, description: str) -> Entry:
    """Another name or description."""
    code = find_known_code(room, person, code_id)
    name = _check_name(room, person, name, room.work.parent_of(code_id), code_id)
    if (name, description.strip()) == (code.name, code.description or ""):
        raise UserError("it bears this name and description already")
    return _note(room, person, CodeRenamed(code_id=code_id, name=name, description=description.strip()))


def move_codes(room: Workroom, person: str, code_ids: Sequence[str], parent_id: str | None) -> Entry:
    """Codes, with all below them, to below another one; None: to the top."""
    codes = _find_codes(room, person, code_ids)
    if parent_id is not None:
        parent = find_known_code(room, person, parent_id)
        for code in codes:
            if room.work.is_within(parent_id, code.id):
                raise UserError(f"'{parent.name}' is '{code.name}', or below it")
    for code in codes:
        _check_name(room, person, code.name, parent_id, code.id)
    return _note(room, person, CodesMoved(code_ids=tuple(code.id for code in codes), parent_id=parent_id))


def merge_codes(room: Workroom, person: str, code_ids: Sequence[str], into_id: str) -> Entry:
    """Codes that become another one."""
    codes = check_merge(room, person, code_ids, into_id)
    return _note(room, person, CodesMerged(code_ids=tuple(code.id for code in codes), into_id=into_id))


def check_merge(room: Workroom, person: str, code_ids: Sequence[str], into_id: str) -> list[WorkCode]:
    """The codes that would become another one. Raises UserError where there is none, or that one is below one of them."""
    if not code_ids or not into_id:
        raise UserError("choose the codes that become another one, and that one")
    into = find_known_code(room, person, into_id)
    codes = [code for code in _find_codes(room, person, code_ids) if code.id != into_id]
    if not codes:
        raise UserError("a code cannot be merged with itself")
    for code in codes:
        if room.work.is_within(into_id, code.id):
            raise UserError(
                f"'{into.name}' is below '{code.name}'", hint="move it out first, or merge the other way round"
            )
    return codes


def describe_merge(room: Workroom, person: str, code_ids: Sequence[str], into_id: str) -> str:
    """What a merge does to the codings that a person sees, in a few sentences."""
    by_place: dict[tuple[object, ...], set[str]] = {}
    wanted = {*code_ids, into_id}
    codings = [c for c in room.list_codings(person) if c.code in wanted]
    for coding in codings:
        place = (coding.coder, coding.document, coding.start, coding.end, coding.quote)
        by_place.setdefault(place, set()).add(coding.code)
    said = [f"{counted(sum(c.code != into_id for c in codings), 'coding')} will bear it."]
    if same := sum(len(codes) - 1 for codes in by_place.values()):
        said.append(
            f"{counted(same, 'coding')} on the very same words as another one of the same coder: one of the two stays."
        )
    if overlapping := _count_overlapping(codings):
        said.append(
            f"{counted(overlapping, 'coding')} in part on the words of another one of the same coder: both stay as they are."
        )
    return " ".join(said)


def _count_overlapping(codings: Sequence[WorkCoding]) -> int:
    placed = sorted((c.document, c.coder, c.start, c.end or 0) for c in codings if c.start is not None)
    return sum(a[:2] == b[:2] and b[2] < a[3] and a[2:] != b[2:] for a, b in pairwise(placed))


def split_code(room: Workroom, person: str, code_id: str, name: str, coding_ids: Sequence[str]) -> Entry:
    """Some codings of a code, whoever made them, under a new one beside it."""
    find_known_code(room, person, code_id)
    there = {c.id for c in room.list_codings(person) if c.code == code_id}
    if not coding_ids or not set(coding_ids) <= there:
        raise UserError("choose the codings that the new code takes")
    name = _check_name(room, person, name, room.work.parent_of(code_id))
    guid = str(uuid.uuid4())
    return _note(room, person, CodeSplit(
        code_id=code_id, new_id=digest("cod", guid), guid=guid, name=name, coding_ids=tuple(dict.fromkeys(coding_ids)),
    ))  # fmt: skip


def retire_codes(room: Workroom, person: str, code_ids: Sequence[str]) -> Entry:
    """Codes that nothing is coded with are no more."""
    codes = _find_codes(room, person, code_ids)
    ids = {code.id for code in codes}
    for code in codes:
        if n := sum(c.code == code.id for c in room.list_codings(person)):
            raise UserError(
                f"'{code.name}' is borne by {counted(n, 'coding')}",
                hint="merge it into another one, or unmark them first",
            )
        if any(
            room.work.parent_of(other.id) == code.id and other.id not in ids for other, _ in room.list_codes(person)
        ):
            raise UserError(f"there are codes below '{code.name}'", hint="move them first")
    return _note(room, person, CodesRetired(code_ids=tuple(code.id for code in codes)))


# --- Taken back -----------------------------------------------------------------------------------


def undo_step(room: Workroom, person: str) -> tuple[Entry, Entry]:
    """Takes back the last step of a person; returns the event, and the step."""
    undo, _ = room.find_undo(person)
    if not undo:
        raise UserError("there is nothing of yours to take back")
    step = _check_step(room, person, undo[-1])
    return _note(room, person, CodeUndo(event=undo[-1])), step


def redo_step(room: Workroom, person: str) -> tuple[Entry, Entry]:
    """Does again what a person took back last; returns the event, and the step."""
    _, redo = room.find_undo(person)
    if not redo:
        raise UserError("there is nothing to do again")
    undone = room.find_step(redo[-1])
    seq = undone.event.event if undone and isinstance(undone.event, CodeUndo) else 0
    step = _check_step(room, person, seq)
    return _note(room, person, CodeUndo(event=redo[-1])), step


def describe_step(room: Workroom, entry: Entry) -> str:
    """A step in words."""
    names = {code.id: code.name for code in room.work.codes.values()}
    words = "a memo"
    match entry.event:
        case CodeCreated(name=name):
            words = f"the new code '{name}'"
        case CodeRenamed(name=name):
            words = f"the name '{name}'"
        case CodesMoved(code_ids=ids):
            words = f"the move of {counted(len(ids), 'code')}"
        case CodesMerged(into_id=into):
            words = f"the merge into '{names.get(into, '?')}'"
        case CodeSplit(name=name):
            words = f"the split into '{name}'"
        case CodesRetired(code_ids=ids):
            words = f"the end of {counted(len(ids), 'code')}"
        case CodingAdded(code_id=id, quote=quote):
            words = f"'{names.get(id, '?')}' on '{_shorten(quote)}'"
        case CodingMoved(code_id=id):
            words = f"the change of a coding with '{names.get(id, '?')}'"
        case CodingsRemoved(coding_ids=ids):
            words = f"the removal of {counted(len(ids), 'coding')}"
    return words


# --- Found ----------------------------------------------------------------------------------------


def find_code(room: Workroom, person: str, words: str) -> WorkCode:
    """A code that a person knows of, by its path or its name. Raises UserError where none, or more than one, is meant."""
    codes = [code for code, _ in room.list_codes(person)]
    fold = fold_name(words)
    if not fold:
        raise UserError("which code?")
    found = [c for c in codes if fold_name(room.path_of(c.id)) == fold] or [
        c for c in codes if fold_name(c.name) == fold
    ]
    if not found:
        paths = [room.path_of(c.id) for c in codes]
        raise UserError(f"no code is called '{_shorten(words)}'", hint=did_you_mean(words, paths))
    if len(found) > 1:
        raise UserError(f"'{words}' can mean {len(found)} codes", hint="; ".join(room.path_of(c.id) for c in found[:4]))
    return found[0]


def name_codes(room: Workroom, person: str, code_ids: Sequence[str]) -> list[CodeName]:
    """Codes as a theme names them. Raises UserError for one that others do not know yet: a theme is everybody's."""
    codes = _find_codes(room, person, code_ids)
    hidden = room.work.find_hidden(room.list_waiting())
    for code in codes:
        if code.id in hidden:
            raise UserError(f"'{code.name}' is known to you alone until the text that it was made for is done")
    return [CodeName(code_id=code.id, path=room.path_of(code.id)) for code in codes]


def find_known_code(room: Workroom, person: str, code_id: str) -> WorkCode:
    """A code that a person knows of, by its id."""
    code = next((code for code, _ in room.list_codes(person) if code.id == code_id), None)
    if code is None:
        raise UserError("there is no such code; it may be merged or retired by now")
    return code


def find_coding(room: Workroom, person: str, coding_id: str) -> WorkCoding:
    """A coding that a person may see."""
    coding = next((c for c in room.list_codings(person) if c.id == coding_id), None)
    if coding is None:
        raise UserError("there is no such coding; it may be gone by now")
    return coding


def find_quote(text: str, lines: Sequence[tuple[int, int]], first: int, last: int, quote: str) -> tuple[int, int]:
    """The place of a quote that begins in the lines `first` to `last` (from 1); without a quote, these lines as a whole.

    Blanks count as one, whatever they are. Raises UserError where the words do not stand there once.
    """
    if not (1 <= first <= last <= len(lines)):
        raise UserError(f"the text has the lines 1 to {len(lines)}")
    start, end = lines[first - 1][0], lines[last - 1][1]
    if not quote.strip():
        return start, end
    kept = [n for n in range(start, end) if not text[n].isspace()]
    letters, wanted = "".join(text[n] for n in kept), "".join(quote.split())
    at = letters.find(wanted)
    if at < 0:
        raise UserError(
            f"'{_shorten(quote)}' does not stand in {'line' if first == last else 'lines'} {_name_lines(first, last)}"
        )
    if letters.find(wanted, at + 1) >= 0:
        raise UserError(f"'{_shorten(quote)}' stands there more than once", hint="give more of the words around it")
    return kept[at], kept[at + len(wanted) - 1] + 1


def _name_lines(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _find_codes(room: Workroom, person: str, code_ids: Sequence[str]) -> list[WorkCode]:
    if not code_ids:
        raise UserError("choose a code first")
    return [find_known_code(room, person, code_id) for code_id in dict.fromkeys(code_ids)]


def _find_own(room: Workroom, person: str, coding_id: str) -> WorkCoding:
    coding = find_coding(room, person, coding_id)
    if coding.coder != room.name_of(person):
        raise UserError(f"this is a coding of {coding.coder}, who alone changes it")
    check_may_code(room, person, coding.document)
    return coding


def _check_name(room: Workroom, person: str, name: str, parent_id: str | None, code_id: str | None = None) -> str:
    """The name without blanks around it. Raises UserError where it is none, or another code there has it."""
    name = " ".join(name.split())
    _check_words(name)
    if SEPARATOR in name:
        raise UserError(f"'{SEPARATOR}' separates a code from the one above it, and is in no name")
    if parent_id is not None:
        find_known_code(room, person, parent_id)
    for other, _ in room.list_codes(person):
        if (
            other.id != code_id
            and room.work.parent_of(other.id) == parent_id
            and fold_name(other.name) == fold_name(name)
        ):
            raise UserError(f"there is a code '{other.name}' already", hint="merge the two, or choose another name")
    return name


def _check_words(name: str) -> None:
    if not name:
        raise UserError("a code needs a name")
    if len(name) > _LONGEST_NAME:
        raise UserError(f"a code's name has at most {_LONGEST_NAME} letters", hint="a memo takes the rest")


def _check_step(room: Workroom, person: str, seq: int) -> Entry:
    """The step that is taken back, or done again. Raises UserError where its text is done, or its code in others' use."""
    entry = room.find_step(seq)
    if entry is None:
        raise UserError("there is no such step")
    event = entry.event
    if isinstance(event, CodingAdded | CodingMoved | CodingsRemoved):
        ids = event.coding_ids if isinstance(event, CodingsRemoved) else (event.coding_id,)
        documents = {
            e.event.document_id
            for e in room.list_steps()
            if isinstance(e.event, CodingAdded) and e.event.coding_id in ids
        }
        documents |= {c.document for c in room.work.start.codings if c.id in ids}
        for document_id in documents & room.texts.keys():
            check_may_code(room, person, document_id)
    if isinstance(event, CodeCreated | CodeSplit):
        new = event.code_id if isinstance(event, CodeCreated) else event.new_id
        split = set(event.coding_ids) if isinstance(event, CodeSplit) else set()
        if any(c.code == new and c.id not in split for c in room.list_codings(person)):
            raise UserError("codings bear this code by now", hint="merge it into another one, or unmark them first")
    return entry


def _cut(room: Workroom, document_id: str, span: tuple[int, int]) -> tuple[int, int, str]:
    """A segment without blanks around it, and its words. Raises UserError where it is none."""
    text = room.read_text(document_id)
    start, end = span
    if not 0 <= start < end <= len(text):
        raise UserError("select some words first")
    quote = text[start:end]
    start, end = start + len(quote) - len(quote.lstrip()), end - len(quote) + len(quote.rstrip())
    if start >= end:
        raise UserError("select some words first")
    return start, end, text[start:end]


def _note(room: Workroom, person: str, event: Event) -> Entry:
    return room.review.log.append(event, person)


def _new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(8)}"


def _shorten(words: str, most: int = 60) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"

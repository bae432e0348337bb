"""Answer: log what people say of included studies and reports on the page's forms, and what is settled where they differ.

Every rule of an answer stands here; what it then counts for is worked out as of a sheet's (tasks/synthesise).
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.errors import UserError
from schemas.event_answers import AnswerGiven, AnswerUndo, FormDone
from schemas.protocol import Protocol
from schemas.protocol_screening import fold_name
from tasks.review.form_work import FormWork, Row, View, is_of
from tasks.synthesise.answer_book import CONSENSUS, Given, find_standing
from tasks.synthesise.questions import Form, Question, read_answer
from warehouse.log import Entry


class ChangedElsewhereError(UserError):
    """The same question was answered otherwise, by the same person, since she opened the form."""


def open_form(work: FormWork, protocol: Protocol, form: str, subject: str, who: str) -> View:
    """A form about an included study or report, as a person may see it. Raises UserError where there is none, or it is not hers."""
    work.catch_up()
    found = work.forms(protocol).get(form)
    if found is None:
        raise UserError(f"the protocol has no form '{form}'")
    if not is_of(found, who, protocol):
        raise UserError(f"{who} is none of those whom the protocol names for this form")
    view = work.find_view(found, subject, who, protocol)
    if view is None:
        raise UserError("this is not among what is included; it may have been merged, or excluded meanwhile")
    return view


def give_answer(
    work: FormWork,
    protocol: Protocol,
    view: View,
    key: str,
    text: str,
    who: str,
    *,
    reason: str = "",
    seen: int | None = None,
) -> Entry | None:
    """Notes a person's answer to a question; None where nothing is new in it. An empty one empties what she said before.

    `seen`: the last event of the log that she knew of when she wrote it. Raises ChangedElsewhereError where she answered
    otherwise since; UserError where the question is none, the answer does not fit it, or she is done.
    """
    view = open_form(work, protocol, view.form.name, view.unit.subject, who)
    row, text = _find_row(view, key), _clean(text)
    _check_turn(view)
    if seen is not None and row.own.given is not None:
        _check_seen(row, text, reason, seen)
    return _note(work, view, row.question, row.own.given, text, reason, who)


def settle_answer(
    work: FormWork, protocol: Protocol, view: View, key: str, text: str, who: str, *, reason: str = ""
) -> Entry | None:
    """Notes what was agreed where answers differ. Raises UserError while somebody is not done, or where the answer does not fit."""
    view = open_form(work, protocol, view.form.name, view.unit.subject, who)
    row, text = _find_row(view, key), _clean(text)
    if view.state not in ("differing", "complete"):
        raise UserError("what differs is settled once all who are asked are done")
    if not text:
        raise UserError(f"{row.question.label}: what was agreed is missing")
    last = row.settled.given if row.settled else None
    return _note(work, view, row.question, last, text, reason, who, consensus=True)


def declare_form_done(work: FormWork, protocol: Protocol, view: View, who: str) -> Entry:
    """Notes that a person has filled in a form. Raises UserError where a required question is open, or she said so already."""
    view = open_form(work, protocol, view.form.name, view.unit.subject, who)
    _check_turn(view)
    if missing := view.missing:
        names = "; ".join(question.hint or question.label for question in missing[:4])
        more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        raise UserError(
            f"still open: {names}{more}", hint=f"'not reported' is an answer too" if view.form.is_extraction else None
        )
    if not view.answered:
        raise UserError("nothing is answered yet")
    return work.review.log.append(FormDone(form=view.form.name, report_id=view.unit.reports[0]), who)


def reopen_form(work: FormWork, protocol: Protocol, view: View, who: str) -> Entry:
    """Takes back that a form is done. Raises UserError where she has not said so, or others are done too: then she may have seen
    what they say, and what differs is settled."""
    view = open_form(work, protocol, view.form.name, view.unit.subject, who)
    if view.done_seq is None:
        raise UserError("you have not declared it done")
    if view.done > 1 and view.state in ("differing", "complete"):
        raise UserError("all are done, so that all may see what the others say: what is wrong now is settled below")
    return work.review.log.append(AnswerUndo(event=view.done_seq), who)


def undo_answer(
    work: FormWork, protocol: Protocol, view: View, key: str, who: str, *, consensus: bool = False
) -> Entry:
    """Takes the last answer to a question back, one's own or what was settled: what was said before it holds again.

    Raises UserError where there is none that was given on the page.
    """
    view = open_form(work, protocol, view.form.name, view.unit.subject, who)
    row = _find_row(view, key)
    if not consensus:
        _check_turn(view)
    elif view.state not in ("differing", "complete"):
        raise UserError("nothing is settled here")
    last = find_standing(row.settling if consensus else row.history)
    if last is None:
        raise UserError("there is no answer here to take back")
    return work.review.log.append(AnswerUndo(event=last.seq), who)


def find_text_at(history: Sequence[Given], seen: int, before: str = "") -> tuple[str, str]:
    """What a person had answered when she knew the log up to `seen`, with the reason. `before`: what a sheet said by then."""
    known = [given for given in history if given.seq <= seen and (given.undone is None or given.undone > seen)]
    return (known[-1].answer, known[-1].reason) if known else (before, "")


def _find_row(view: View, key: str) -> Row:
    row = next((row for row in view.rows if row.question.key == key), None)
    if row is None:
        raise UserError(f"the protocol's form has no '{key}' any more", hint="load the page again")
    return row


def _check_turn(view: View) -> None:
    """Raises UserError where a person may not answer now."""
    if view.state in ("done", "differing", "complete"):
        raise UserError("you declared this done; take that back first" if view.state == "done" else "all are done here")
    if view.state == "taken":
        raise UserError("as many as the protocol asks for are at this already")


def _check_seen(row: Row, text: str, reason: str, seen: int) -> None:
    touched = [given.seq for given in row.history] + [given.undone for given in row.history if given.undone]
    last = row.own.given
    touched += [last.seq] if last else []
    if max(touched, default=0) > seen and (text, reason) != (row.own.text, row.own.reason):
        stands = f"'{row.own.text}'" if row.own.text else "nothing"
        raise ChangedElsewhereError(
            f"{row.question.hint or row.question.label}: in another window this was changed meanwhile to {stands}",
            hint="load the page again to see it; what you wrote here is not noted",
        )


def _note(
    work: FormWork,
    view: View,
    question: Question,
    last: Given | None,
    text: str,
    reason: str,
    who: str,
    *,
    consensus: bool = False,
) -> Entry | None:
    reason = _clean(reason)
    if (text, reason) == ((last.answer, last.reason) if last else ("", "")):
        return None
    if text and (wrong := read_answer(question, text).wrong):
        raise UserError(f"{question.hint or question.label}: {wrong}")
    event = AnswerGiven(
        form=view.form.name,
        report_id=view.unit.reports[0],
        item=question.key,
        answer=text,
        reason=reason,
        consensus=consensus,
    )
    return work.review.log.append(event, who)


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()

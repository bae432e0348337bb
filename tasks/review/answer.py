"""Answer: log what people say of included studies and reports on the page's forms, and what is settled where they differ.

Every rule of an answer stands here; what it then counts for is worked out as of a sheet's (tasks/synthesise).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.errors import UserError
from schemas.event_answers import AnswerGiven, AnswerUndo, FormDone
from schemas.protocol import Protocol
from tasks.review.form_work import FormWork, Row, View, is_of
from tasks.synthesise.answer_book import Given, find_standing
from tasks.synthesise.questions import Question, read_answer
from warehouse.log import Entry


class NotIncludedError(UserError):
    """What a form was to be filled in about is not included, or not any more."""


class ChangedElsewhereError(UserError):
    """The same question was answered otherwise, by the same person, since she opened the form."""


@dataclass(frozen=True)
class OpenForm:
    """A form about one included study or report, in one person's hands. Each method looks anew at how it stands, so that the caller
    lets one after the other write."""

    work: FormWork
    protocol: Protocol
    form: str
    subject: str
    who: str

    def look(self) -> View:
        """The form as she may see it. Raises UserError where there is none, it is not hers, or its study is not included."""
        self.work.catch_up()
        form = self.work.forms(self.protocol).get(self.form)
        if form is None:
            raise UserError(f"the protocol has no form '{self.form}'")
        if not is_of(form, self.who, self.protocol):
            raise UserError(f"{self.who} is none of those whom the protocol names for this form")
        view = self.work.find_view(form, self.subject, self.who, self.protocol)
        if view is None:
            raise NotIncludedError("this is not among what is included; it may have been merged, or excluded meanwhile")
        return view

    def give(self, key: str, text: str, reason: str = "", *, seen: int | None = None) -> Entry | None:
        """Notes her answer to a question; None where nothing is new in it. An empty one empties what she said before.

        `seen`: the last event of the log that she knew of when she wrote it. Raises ChangedElsewhereError where she answered
        otherwise since; UserError where the question is none, the answer does not fit it, or it is not hers to answer now.
        """
        view = self.look()
        row = _find_row(view, key)
        _check_turn(view)
        said = _clean(text), _clean(reason)
        if seen is not None:
            _check_seen(row, said, seen)
        return self._note(view, row.question, said, row.own.given)

    def settle(self, key: str, text: str, reason: str = "") -> Entry | None:
        """Notes what was agreed where answers differ. Raises UserError while somebody is not done, or where the answer does not fit."""
        view = self.look()
        row = _find_row(view, key)
        _check_complete(view)
        if not _clean(text):
            raise UserError("what was agreed is missing")
        last = row.settled.given if row.settled else None
        return self._note(view, row.question, (_clean(text), _clean(reason)), last, consensus=True)

    def declare_done(self) -> Entry:
        """Notes that she has filled the form in. Raises UserError where a required question is open, or it is not her turn."""
        view = self.look()
        _check_turn(view)
        if missing := view.missing:
            more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
            hint = "'not reported' is an answer too" if view.form.is_extraction else ""
            raise UserError(f"still open: {'; '.join(one.short for one in missing[:4])}{more}", hint=hint)
        if not view.answered:
            raise UserError("nothing is answered yet")
        return self.work.review.log.append(FormDone(form=self.form, report_id=view.unit.reports[0]), self.who)

    def reopen(self) -> Entry:
        """Takes back that she is done. Raises UserError where she has not said so, or others are done too: then she may have seen what
        they say, and what differs is settled."""
        view = self.look()
        if view.done_seq is None:
            raise UserError("you have not declared it done")
        if view.done > 1 and view.is_complete:
            raise UserError("all are done, and may see what the others say: what is wrong now is settled")
        return self.work.review.log.append(AnswerUndo(event=view.done_seq), self.who)

    def undo(self, key: str, *, consensus: bool = False) -> Entry:
        """Takes the last answer to a question back, her own or what was settled: what was said before it holds again.

        Raises UserError where there is none that was given on the page, or it is not hers to take back now.
        """
        view = self.look()
        row = _find_row(view, key)
        (_check_complete if consensus else _check_turn)(view)
        last = find_standing(row.settling if consensus else row.history)
        if last is None:
            raise UserError("there is no answer here to take back")
        return self.work.review.log.append(AnswerUndo(event=last.seq), self.who)

    def _note(
        self, view: View, question: Question, said: tuple[str, str], last: Given | None, *, consensus: bool = False
    ) -> Entry | None:
        text, reason = said
        if said == ((last.answer, last.reason) if last else ("", "")):
            return None
        if text and (wrong := read_answer(question, text).wrong):
            raise UserError(wrong)
        event = AnswerGiven(
            form=self.form,
            report_id=view.unit.reports[0],
            item=question.key,
            answer=text,
            reason=reason,
            consensus=consensus,
        )
        return self.work.review.log.append(event, self.who)


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
    if view.is_hers:
        return
    if view.state == "done":
        raise UserError("you declared this done; take that back first")
    if view.is_complete:
        raise UserError("all are done here: what is wrong now is settled")
    raise UserError("as many as the protocol asks for are at this already")


def _check_complete(view: View) -> None:
    """Raises UserError while somebody is not done."""
    if not view.is_complete:
        raise UserError("what differs is settled once all who are asked are done")


def _check_seen(row: Row, said: tuple[str, str], seen: int) -> None:
    """Raises ChangedElsewhereError where something else was said, or taken back, since."""
    touched = [seq for given in row.history for seq in (given.seq, given.undone or 0)]
    if row.own.given:
        touched.append(row.own.given.seq)
    if max(touched, default=0) > seen and said != (row.own.text, row.own.reason):
        stands = f"to '{row.own.text}'" if row.own.text else "and emptied"
        raise ChangedElsewhereError(
            f"this was changed in another window meanwhile, {stands}",
            hint="load the page again; what you wrote here is not noted",
        )


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()

"""Waiting forms: how many studies and reports wait to be extracted and appraised, by whom, and how many differ; no answer is told."""

from __future__ import annotations

from collections import Counter

from schemas.protocol import Protocol
from tasks.review.form_work import FormWork, is_of
from tasks.review.roles import list_people
from warehouse.review import Review


def count_waiting_forms(review: Review, protocol: Protocol) -> list[tuple[str, str, int]]:
    """(the form's title, for whom or what, how many) by the private copy and the log. Raises UserError where nobody may read it."""
    work = FormWork(review)
    work.catch_up()
    people, counted = list_people(protocol), Counter[tuple[str, str]]()
    for form in work.forms(protocol).values():
        names = [name for name in people if is_of(form, name, protocol)]
        for unit in work.list_units(form):
            states = {}
            for name in names:
                view = work.find_view(form, unit.subject, name, protocol)
                states[name] = view.state if view else "complete"
            counted.update((form.title, f"for {name}") for name in names if states[name] in ("open", "begun"))
            if "differing" in states.values():
                counted[form.title, "differences to settle"] += 1
    return [(title, waits, n) for (title, waits), n in sorted(counted.items(), key=lambda item: item[0])]

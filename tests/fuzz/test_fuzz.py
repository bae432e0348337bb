"""A few mutated exports of each format; `python -m tests.fuzz` reads many."""

from __future__ import annotations

import pytest

from tasks.load.registry import FORMATS
from tests.fuzz.mutations import mutated, seeds
from tests.fuzz.trial import try_inputs


@pytest.mark.parametrize("form", [form.name for form in FORMATS])
def test_a_few_mutated_exports_of_each_format_are_read_or_refused(form: str) -> None:
    assert try_inputs(form, range(12)) == []


def test_a_number_makes_the_same_input_again() -> None:
    assert [mutated(form, 7) for form in seeds()] == [mutated(form, 7) for form in seeds()]
    assert len({mutated("ris", number) for number in range(50)}) > 40

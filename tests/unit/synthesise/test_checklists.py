"""Checklists as data: CASP and JBI, the team's own, and several in one review."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import UserError
from schemas.protocol import Appraisal, read_protocol
from tasks.synthesise.appraisal import read_appraisal
from tasks.synthesise.checklist import read_checklist, read_checklists

OWN = {
    "name": "depth",
    "title": "How deep",
    "item": [{"number": 1, "short": "thick", "question": "Is it thick?"}, {"number": 2, "short": "why", "question": "Why?", "open": True}],
    "answers": {"rich": ["r"], "thin": []},
}  # fmt: skip


def test_jbi_is_ten_items_with_four_answers():
    jbi = read_checklist("jbi-qualitative")
    assert [item.number for item in jbi.items] == list(range(1, 11))
    assert list(dict.fromkeys(jbi.answers.values())) == ["yes", "unclear", "no", "not applicable"]


def test_a_sheet_says_which_checklist_a_row_is_about_and_else_it_is_the_first(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(
        "report,checklist,item,answer\nrep_1,jbi-qualitative,7,n/a\nrep_1,,7,unclear\nrep_1,depth,1,R\nrep_1,other,1,yes\n"
    )
    checklists = read_checklists(Appraisal(checklist=["casp-qualitative", "jbi-qualitative", "depth"], own=[OWN]))
    done = read_appraisal(path, checklists=checklists)
    assert done.frame.select("checklist", "item", "answer").rows() == [
        ("jbi-qualitative", 7, "not applicable"), ("casp-qualitative", 7, "can't tell"), ("depth", 1, "rich"),
    ]  # fmt: skip
    assert [str(problem) for problem in done.problems] == [
        "a.csv:5: is about another checklist (other), and was not read"
    ]


def test_the_teams_own_is_declared_in_the_protocol(tmp_path: Path):
    path = tmp_path / "review.toml"
    path.write_text(
        "[review]\ntitle = 'T'\nquestion = 'Q?'\n[[source]]\nname = 'm'\ndatabase = 'M'\nplatform = 'Ovid'\n"
        "[eligibility]\ninclude = ['x']\n[[eligibility.exclusion]]\nreason = 'y'\n"
        "[appraisal]\nchecklist = 'depth'\n[[appraisal.own]]\nname = 'depth'\ntitle = 'How deep'\n"
        "[[appraisal.own.item]]\nnumber = 1\nshort = 'thick'\nquestion = 'Is it thick?'\n[appraisal.own.answers]\nrich = ['r']\nthin = []\n"
    )
    (depth,) = read_checklists(read_protocol(path).protocol.appraisal)
    assert (depth.title, depth.answers) == ("How deep", {"rich": "rich", "r": "rich", "thin": "thin"})
    path.write_text(path.read_text().replace("short = 'thick'\n", "short = 'thick'\nscore = 3\n"))
    with pytest.raises(UserError, match="score"):
        read_protocol(path)


def test_a_checklist_that_is_nowhere_names_those_that_are():
    with pytest.raises(UserError, match="there is: depth, casp-qualitative, jbi-qualitative; or declare it as"):
        read_checklists(Appraisal(checklist="mmat", own=[OWN]))

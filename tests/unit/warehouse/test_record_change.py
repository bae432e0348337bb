"""What a newer version changes in a record that is known is listed, and told where it spoils a good value."""

from __future__ import annotations

import pytest

from tests.support.staged import load
from warehouse.record_versions import list_spoiled_changes

APPLES = {
    "accession": "1", "title": "Über Äpfel: what orchard keepers say", "authors": ["Müller, Tess", "Beispiel, Bo"],
    "pages": "12-34", "issue": "3", "abstract": "They say a lot. And more.", "keywords": ["apples", "autumn"],
}  # fmt: skip


@pytest.fixture
def con(migrated):
    migrated.execute("BEGIN")
    yield migrated
    migrated.execute("ROLLBACK")


def changes(con) -> list[tuple]:
    return con.execute("SELECT field, before, after, spoiled FROM record_change ORDER BY field").fetchall()


@pytest.mark.parametrize(
    ("field", "value", "how"),
    [
        ("title", "?ber ?pfel: what orchard keepers say", "letters lost"),
        ("title", "\ufffdber \ufffdpfel: what orchard keepers say", "letters lost"),
        ("title", "Ãœber Ã„pfel: what orchard keepers say", "garbled"),
        ("title", "Über Äpfel", "cut short"),
        ("title", "Über Äpfel: what orchard keepers say.", None),
        ("title", "Uber Apfel: what orchard keepers say?", "letters lost"),
        ("title", "Über Äpfel: what do orchard keepers say?", None),
        ("authors", ["M?ller, Tess", "Beispiel, Bo"], "letters lost"),
        ("authors", ["Müller, Tess"], "cut short"),
        ("authors", ["Müller, Tess", "Beispiel, B"], None),
        ("authors", None, "emptied"),
        ("pages", "Dec-34", "became a date"),
        ("pages", "12-Mär", "became a date"),
        ("pages", "2034-12-01", "became a date"),
        ("pages", "xii-34", None),
        ("pages", "12", "cut short"),
        ("pages", "12-35", None),
        ("pages", "e1234", None),
        ("issue", "3-Jan", "became a date"),
        ("issue", "3 Suppl", None),
        ("abstract", "They say a lot.", "cut short"),
        ("abstract", "They say a lot. And more. And then some.", None),
        ("keywords", ["apples"], "cut short"),
        ("keywords", ["apples", "pears"], None),
    ],
)
def test_a_value_that_became_worse_is_told_from_one_that_changed(con, field, value, how):
    load(con, "a", [APPLES])
    loaded = load(con, "b", [{**APPLES, field: value}], day=1)
    ((changed, _, _, spoiled),) = changes(con)
    assert (changed, spoiled) == (field, how)
    assert bool(loaded.problems) == bool(how)


def test_one_line_a_file_says_how_many_records_which_fields_and_what_to_do(con):
    other = {**APPLES, "accession": "2"}
    load(con, "a", [APPLES, other])
    loaded = load(con, "b", [{**APPLES, "pages": "Dec-34", "issue": None}, {**other, "pages": "Dec-34"}], day=1)
    ((file, problem),) = loaded.problems
    assert (file, problem.severity) == (2, "warning")
    assert problem.message.startswith("spoils 2 records that were known (issue, pages); for example ")
    assert problem.message.endswith("withdraw it with: living-review deliveries withdraw 2")
    assert [search for (search,) in con.execute("SELECT DISTINCT search_id FROM record_change").fetchall()] != []


def test_the_same_again_and_an_older_search_change_nothing(con):
    load(con, "a", [APPLES], day=5)
    load(con, "b", [APPLES], day=6)
    load(con, "c", [{**APPLES, "pages": "99"}], day=1)
    assert changes(con) == []


def test_a_search_that_spoils_nothing_says_nothing(con):
    load(con, "a", [APPLES])
    load(con, "b", [{**APPLES, "abstract": "They say a lot. And more. And then some."}], day=1)
    (search,) = {row[0] for row in con.execute("SELECT search_id FROM record_change").fetchall()}
    assert list_spoiled_changes(con, search) == []

"""Full texts by themselves, from the file to a coding's place: taken in, linked, replaced, refused; whose words a segment has."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.support.cli import Said, living_review
from tests.support.exports import Rec
from tests.support.pdfs import pdf
from tests.support.reviews import PROTOCOL, SmallReview

APPLES, PEARS = (
    "Talking about apples: a qualitative study of orchards",
    "Of pears, and of what they may mean to those who pick them",
)
PROTOCOL_WITH_FORM = (
    PROTOCOL
    + """
[extraction]
[[extraction.field]]
name = "profession"
label = "Profession"
type = "choice"
options = ["picker", "grower"]

[coding.order]
participants = ["first order"]
[coding.speaker]
field = "profession"
codes = "speaker"
"""
)
FIRST = [APPLES, "Introduction", "Apples are red.", "We asked them."]
RESULTS = [
    "Results",
    '"Nobody asked the plums, and they said noth-',
    'ing at all", a picker told us.',
    "Apples are red.",
    "They waited for rain.",
]
LAST = ["Discussion", "It is so."]
TABLE = f"""document,tag,content,coder,page
"{APPLES}",silence,"Nobody asked the plums, and they said nothing at all",Ada,
"{APPLES}",first order,"Nobody asked the plums, and they said nothing at all",Ada,
"{APPLES}",speaker > Picker,"Nobody asked the plums, and they said nothing at all",Ada,
"{APPLES}",colour,Apples are red.,Ada,
"{APPLES}",colour,Apples are red.,Ben,2
"{APPLES}",waiting,They waited for rain.,Ada,
"{APPLES}",waiting,These words stand nowhere.,Ada,
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review with two reports, the full text of one, and a table of segments of it."""
    small = SmallReview(tmp_path_factory.mktemp("documents") / "review", PROTOCOL_WITH_FORM)
    small.search("medline", "a", [Rec("1", APPLES, doi="10.1000/apples"), Rec("2", PEARS, doi="10.1000/pears")])
    small.drop("documents/Testperson - 2019 - Talking about apples.pdf", pdf(FIRST, RESULTS, LAST))
    small.drop("coding/taguette.csv", TABLE)
    assert living_review("update", small.review.root).code == 0
    return small.review.root


@pytest.fixture
def small(made: Path, tmp_path: Path) -> SmallReview:
    shutil.copytree(made, tmp_path / "review")
    return SmallReview(tmp_path / "review", PROTOCOL_WITH_FORM)


def rows(small: SmallReview | Path, query: str) -> list[str]:
    root = small if isinstance(small, Path) else small.review.root
    said = living_review("sql", root, query, "--format", "csv")
    assert said.code == 0, said.err
    return said.out.splitlines()[1:]


def add(small: SmallReview, folder: Path, files: dict[str, bytes], *options: str) -> Said:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return living_review("documents", "add", small.review.root, *(folder / name for name in files), *options)


def test_a_text_is_linked_and_its_pages_are_known(made: Path) -> None:
    assert rows(
        made, "SELECT f.pages, f.said_by, r.doi FROM document_file AS f JOIN report AS r USING (report_id)"
    ) == ["3,name,10.1000/apples"]
    assert rows(made, "SELECT p.page, left(substr(d.text, p.start_char + 1), 6) FROM document_page AS p JOIN document AS d "
                      "USING (document_id) ORDER BY 1") == ["1,Talkin", "2,Result", "3,Discus"]  # fmt: skip
    assert rows(made, "SELECT count(*) FROM document") == ["1"], "the table's document is the full text"


def test_quotes_of_a_table_stand_in_the_text_and_those_that_do_not_are_listed(made: Path) -> None:
    found = rows(made, "SELECT code, coder, how, told_by, placed FROM coding_place ORDER BY ALL")
    assert found == [
        "colour,Ada,ambiguous,,false",
        "colour,Ben,exact,page,true",
        "first order,Ada,exact,,true",
        "silence,Ada,exact,,true",
        "speaker / Picker,Ada,exact,,true",
        "waiting,Ada,exact,,true",
        "waiting,Ada,missing,,false",
    ]
    assert rows(made, "SELECT count(*) FROM coding") == ["7"], "one without a place counts all the same"
    assert rows(made, "SELECT DISTINCT substr(d.text, g.start_char + 1, g.end_char - g.start_char) = g.quote FROM coding AS g "
                      "JOIN document AS d USING (document_id) WHERE g.start_char IS NOT NULL") == ["true"]  # fmt: skip


def test_a_person_says_at_which_of_several_places_a_quote_stands_and_takes_it_back(
    small: SmallReview, tmp_path: Path
) -> None:
    root = small.review.root
    (coding, missing) = (
        rows(small, f"SELECT coding_id FROM coding_place WHERE how = '{how}'")[0] for how in ("ambiguous", "missing")
    )
    said = living_review("coding", "place", root, coding)
    assert said.code == 0, said.err
    listed = said.out.splitlines()
    assert [line.split()[0] for line in listed] == ["1", "2"] and "They waited for rain." in listed[1]
    assert "stand nowhere" in living_review("coding", "place", root, missing).out
    assert (
        "there is no place 3: its words stand at 2 places"
        in living_review("coding", "place", root, coding, "--at", 3).line
    )
    assert living_review("coding", "place", root, missing, "--start", 4, "--end", 99999).code == 2
    assert living_review("coding", "place", root, coding, "--at", 2, "--who", "Ada").code == 0
    said = living_review("coding", "place", root, missing, "--start", 0, "--end", 7, "--who", "Ada")
    assert said.code == 0, said.err
    living_review("refresh", root)
    assert rows(small, "SELECT coded, quote FROM coding JOIN coding_place USING (coding_id) WHERE how = 'person' ORDER BY 1") == [
        "Apples are red.,Apples are red.", "These words stand nowhere.,Talking",
    ]  # fmt: skip
    second = rows(small, f"SELECT start_char FROM coding WHERE coding_id = '{coding}'")
    assert living_review("verify", root).code == 0

    # In another state of the text it is found by what is around it; the place taken back, it is ambiguous again.
    name = "Testperson - 2019 - Talking about apples.pdf"
    add(small, tmp_path, {name: pdf(["A correction was made.", *FIRST], RESULTS, LAST)})
    assert rows(small, f"SELECT start_char FROM coding WHERE coding_id = '{coding}'")[0] == str(
        int(second[0]) + len("A correction was made.\n")
    )
    event = said.out.split("event ")[1].split(";")[0]
    assert living_review("coding", "place", root, event, "--undo").code == 0
    assert "was taken back already" in living_review("coding", "place", root, event, "--undo").line
    living_review("refresh", root)
    assert rows(small, "SELECT how, count(*) FROM coding_place GROUP BY ALL ORDER BY 1") == [
        "exact,5", "missing,1", "person,1",
    ]  # fmt: skip
    assert living_review("verify", root).code == 0


def test_the_results_section_is_suggested_said_and_taken_back(small: SmallReview) -> None:
    section = (
        "SELECT s.heading, s.said_by, substr(d.text, s.start_char + 1, 7), substr(d.text, s.end_char - 4, 5) "
        "FROM document_section AS s JOIN document AS d USING (document_id)"
    )
    assert rows(small, section) == ['Results,,"""Nobody",rain.']
    name = "Testperson - 2019 - Talking about apples.pdf"
    said = living_review(
        "documents", "results", small.review.root, name, "--from", "We asked", "--to", "for rain.", "--who", "Ada"
    )
    assert said.code == 0, said.err
    living_review("refresh", small.review.root)
    assert rows(small, section) == [",Ada,We aske,rain."]
    assert rows(small, "SELECT coder, results_coded, results_characters < text_characters FROM coding_coverage ORDER BY 1") == [
        "Ada,73,true", "Ben,15,true",
    ]  # fmt: skip
    event = rows(small, "SELECT seq FROM document_section")[0]
    assert living_review("documents", "results", small.review.root, event, "--undo").code == 0
    living_review("refresh", small.review.root)
    assert rows(small, section)[0].startswith("Results,")
    said = living_review(
        "documents", "results", small.review.root, name, "--from", "Apples are red.", "--to", "for rain."
    )
    assert "stands at 2 places of it" in said.line


def test_a_new_state_of_a_text_takes_the_codings_over(small: SmallReview, tmp_path: Path) -> None:
    before = rows(small, "SELECT coding_id FROM coding ORDER BY 1"), rows(small, "SELECT document_id FROM document")
    corrected = pdf(["A correction was made.", *FIRST], RESULTS[:-1], ["They waited for the rain.", *LAST])
    name = "Testperson - 2019 - Talking about apples.pdf"
    said = add(small, tmp_path, {name: corrected})
    assert said.code == 0 and "in place of the one before" in said.out, said.err
    assert (
        rows(small, "SELECT coding_id FROM coding ORDER BY 1"),
        rows(small, "SELECT document_id FROM document"),
    ) == before
    assert rows(small, "SELECT how, count(*) FROM coding_place GROUP BY ALL ORDER BY 1") == [
        "ambiguous,1",
        "exact,4",
        "missing,2",
    ]
    assert (
        living_review(
            "deliveries", "withdraw", small.review.root, rows(small, "SELECT arrival_id FROM document_file")[0]
        ).code
        == 0
    )
    living_review("refresh", small.review.root)
    assert rows(small, "SELECT how, count(*) FROM coding_place GROUP BY ALL ORDER BY 1") == [
        "ambiguous,1",
        "exact,5",
        "missing,1",
    ]
    assert living_review("verify", small.review.root).code == 0


def test_what_cannot_be_read_is_refused_in_a_line_and_the_rest_is_taken(small: SmallReview, tmp_path: Path) -> None:
    said = add(small, tmp_path, {
        "a.pdf": b"<html>please log in</html>", "b.pdf": pdf(["x"])[:90], "c.doc": b"\xd0\xcf\x11\xe0", "d.docx": b"PK\x03\x04no",
        "scan.pdf": pdf([]), "pears.pdf": pdf(["doi:10.1000/pears", "Pears."]), "copy.pdf": pdf(FIRST, RESULTS, LAST), "empty.txt": b"",
    })  # fmt: skip
    assert said.code == 1
    for refused in (
        "a.pdf: is a PDF by its name, and none by its content", "b.pdf: cannot be read: it is damaged, or no PDF",
        "c.doc: is no full text that can be read", "d.docx: is damaged", "empty.txt: is empty",
    ):  # fmt: skip
        assert refused in said.err
    assert "scan.pdf: holds no text, and is kept without" in said.err
    assert f"pears.pdf: 24 characters, 1 page: '{PEARS}'" in said.out
    assert "copy.pdf: the same as Testperson" in said.out
    assert rows(small, "SELECT what, name FROM unlinked") == ["document,scan.pdf"]
    assert "scan.pdf" in living_review("status", small.review.root).out


def test_a_pdf_of_another_report_than_its_name_says_is_linked_by_hand(small: SmallReview, tmp_path: Path) -> None:
    said = add(
        small, tmp_path, {f"{APPLES.replace(':', '')}.pdf": pdf(["https://doi.org/10.1000/pears", "Pears are green."])}
    )
    assert "linked to no report yet" in said.out
    assert "can mean rep_" in said.err
    assert (
        living_review("documents", "link", small.review.root, f"{APPLES.replace(':', '')}.pdf", "10.1000/pears").code
        == 0
    )
    living_review("refresh", small.review.root)
    assert rows(small, f"SELECT said_by FROM document_file JOIN report USING (report_id) WHERE title = '{PEARS}'") == [
        "ruling"
    ]


def test_whose_words_a_segment_has_is_said_by_codes_and_people_and_suggested_by_rule(
    small: SmallReview, tmp_path: Path
) -> None:
    words = (
        "SELECT code, words_of, words_of_by, speakers, suggested_by FROM coding_segment "
        "WHERE code IN ('silence', 'waiting') ORDER BY ALL"
    )
    assert rows(small, words) == [
        "silence,participants,code,picker,quotation marks", 'waiting,,,"",', 'waiting,,,"",',
    ]  # fmt: skip
    sheet = tmp_path / "segments.csv"
    assert living_review("segments", small.review.root, "--out", sheet).code == 0
    with sheet.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    for row in listed:
        if row["quote"] == "They waited for rain.":
            row |= {"words_of": "authors", "speakers": "Grower"}
        if row["quote"] == "These words stand nowhere.":
            row["words_of"] = "nobody"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, listed[0])
        writer.writeheader()
        writer.writerows(listed)
    said = living_review("segments", "import", small.review.root, sheet, "--who", "Ada")
    assert said.code == 1 and "1 segment described, 5 as before" in said.out
    assert "'nobody' is not one of participants, authors, mixed, unknown" in said.err
    living_review("refresh", small.review.root)
    assert "waiting,authors,Ada,grower," in rows(small, words)
    assert living_review("verify", small.review.root).code == 0


def test_what_was_settled_anew_goes_over_by_its_words(small: SmallReview, tmp_path: Path) -> None:
    settled = "SELECT quote, start_char > 200 FROM coding_final WHERE settled = 'new'"
    difference, start = rows(
        small,
        "SELECT difference_id, strpos(text, 'They waited') - 1 FROM coding_difference JOIN document USING (document_id) LIMIT 1",
    )[0].split(",")
    said = living_review(
        "coding", "settle", small.review.root, difference, "--choice", "new", "--code", "waiting", "--reason", "so we read it",
        "--start", start, "--end", int(start) + 21, "--who", "Ada",
    )  # fmt: skip
    assert said.code == 0, said.err
    living_review("refresh", small.review.root)
    assert rows(small, settled) == ["They waited for rain.,false"]
    name = "Testperson - 2019 - Talking about apples.pdf"
    add(small, tmp_path, {name: pdf(["A correction was made to this.", *FIRST], RESULTS, LAST)})
    assert rows(small, settled) == ["They waited for rain.,true"]
    add(small, tmp_path, {name: pdf(["A correction was made to this.", *FIRST], RESULTS[:-1], LAST)})
    assert rows(small, settled) == ["They waited for rain.,"], "its words are kept, and have no place"

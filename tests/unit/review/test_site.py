"""The site: of what is published, whole; every link leads somewhere, every number is a view's, nothing is markup but our own."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import lxml.html
import polars as pl
import pytest

from schemas.errors import UserError
from schemas.event import Release
from schemas.problem import Problem
from tasks.publish.site.copy import query
from tasks.publish.site.method import machine_parts
from tasks.publish.site.paging import BUDGET, split
from tasks.publish.site.render import slug
from tasks.publish.site.table_file import write_csv
from tasks.publish.tables import to_csv
from tasks.review import site as use_case
from tasks.review.site import renew_site, write_site
from tasks.review.steps import Steps
from tests.support.reviews import SmallReview
from tests.support.site import ABSTRACT, LONG, TITLES, find_broken_links, list_pages, make_told_review
from warehouse.connect import reader

MOST = 300_000


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    return make_told_review(tmp_path_factory.mktemp("told") / "review")


@pytest.fixture(scope="module")
def site(told: SmallReview) -> Path:
    return told.review.published / "site"


@pytest.fixture
def con(told: SmallReview) -> Iterator[duckdb.DuckDBPyConnection]:
    with reader(told.review.published_warehouse) as con:
        yield con


def read(page: Path) -> Any:
    return lxml.html.parse(str(page)).getroot()


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def cells(page: Path, caption: str) -> list[list[str]]:
    """The rows of the table with this caption."""
    table = next(table for table in read(page).iter("table") if text(table.find("caption")) == caption)
    return [[text(cell) for cell in row] for row in table.iterfind("tbody/tr")]


def rows(con: duckdb.DuckDBPyConnection, words: str) -> list[tuple[Any, ...]]:
    return con.execute(words).fetchall()


def test_an_update_writes_it_and_every_link_leads_to_a_file_of_it(site: Path) -> None:
    assert {
        "index.html",
        "flow.html",
        "studies.html",
        "appraisal.html",
        "themes.html",
        "findings.html",
        "codes.html",
        "explorer.html",
    } <= {page.name for page in list_pages(site)}
    assert list(find_broken_links(site)) == []


def test_no_page_is_large_and_none_has_a_script_or_style_of_its_own(site: Path) -> None:
    for page in list_pages(site):
        assert page.stat().st_size < MOST
        root = read(page)
        assert all(script.get("src") and not script.text for script in root.iter("script"))
        assert not root.xpath(
            "//style | //@style | //@*[starts-with(name(), 'on')] | //form[@action] | //iframe | //object"
        )
        assert root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0].startswith("default-src 'none'")


def test_hostile_words_are_words(site: Path) -> None:
    for page in list_pages(site):
        root = read(page)
        assert not root.xpath(
            "//img[@onerror] | //script[contains(., 'alert')] | //b[.='slowly'] | //u | //i[.='Hope']"
        )
    assert "</script" not in (site / "data" / "explorer.js").read_text()
    assert TITLES[2] in text(read(site / "studies" / f"{study_of(site, 'PLUMS')}.html"))
    with (site / "flow" / "identified_databases.csv").open(encoding="utf-8", newline="") as file:
        assert "'=1+1 formulas" in {row["title"] for row in csv.DictReader(file)}


def study_of(site: Path, label: str) -> str:
    (name,) = read(site / "studies.html").xpath(f"//th/a[.='{label}']/@href")
    return Path(name).stem


def test_what_is_long_is_cut_in_lists_and_whole_on_its_own_page(site: Path) -> None:
    assert LONG not in (site / "flow" / "excluded_full_text.html").read_text()
    quotes = [text(quote) for page in (site / "codes").glob("*.html") for quote in read(page).iter("blockquote")]
    assert max(map(len, quotes)) == 600


def test_no_abstract_and_no_text_of_a_document_is_anywhere(site: Path) -> None:
    for file in site.rglob("*"):
        if file.is_file() and "pagefind" not in file.parts:
            content = file.read_bytes()
            assert ABSTRACT.encode() not in content, file
            assert b"Waiting was long. " * 40 not in content, file


def test_each_box_of_the_flow_leads_to_the_records_that_it_counts(site: Path, con: duckdb.DuckDBPyConnection) -> None:
    counts = {box: n for box, n in rows(con, "FROM prisma_flow") if n and not box.startswith("total")}
    flow = read(site / "flow.html")
    table = {Path(row.xpath("th/a/@href")[0]).stem: int(text(row.find("td"))) for row in flow.xpath("//table/tbody/tr")}
    assert table == counts
    assert {Path(link).stem for link in flow.xpath("//*[local-name()='svg']//@href")} == set(counts)
    for box, n in counts.items():
        page = read(site / "flow" / f"{box}.html")
        assert len(page.xpath("//ol[@class='records']/li")) == n
        assert pl.read_csv(site / "flow" / f"{box}.csv").height == n


def test_each_study_has_its_characteristics_answers_quotes_and_findings(
    site: Path, con: duckdb.DuckDBPyConnection
) -> None:
    assert (
        len(cells(site / "studies.html", "Characteristics of the included studies"))
        == rows(con, "SELECT count(*) FROM study")[0][0]
        == 3
    )
    page = site / "studies" / f"{study_of(site, 'PEARS')}.html"
    shown = {text(one.find("dt")): text(one.find("dd")) for one in read(page).xpath("//dl[@class='pairs']/div")}
    assert shown == {
        "Country": "<script>Fictonia</script>", "Number of people": "30 people",
        "Setting": "community", "Methods": "focus groups; interviews"
    }  # fmt: skip
    assert cells(page, "Two questions")[0][:2] == ["1 aims", "no"]
    assert (
        len(read(page).xpath("//blockquote"))
        == rows(con, "SELECT count(*) FROM quote WHERE study = 'PEARS'")[0][0]
        == 3
    )
    assert "finding · against, for" in text(read(page))


def test_themes_findings_and_codes_say_the_numbers_of_their_views(site: Path, con: duckdb.DuckDBPyConnection) -> None:
    ((key, studies, codings),) = rows(con, "SELECT theme_id, studies, codings FROM theme_evidence")
    theme = read(site / "themes" / f"{slug(key)}.html")
    assert f"{studies} studies" in text(theme) and f"{codings} segments" in text(theme)
    assert len(theme.xpath("//blockquote")) == codings
    found = {row[0]: row[1:] for row in cells(site / "findings.html", "Summary of qualitative findings")}
    assert found["It takes time."][0] == str(
        rows(con, "SELECT studies FROM finding_evidence WHERE finding_id = 'slow'")[0][0]
    )
    assert found["It takes time."][2] == "low confidence"
    used = dict(
        rows(con, "SELECT name, count(DISTINCT study_id) FROM coding_final JOIN code USING (code_id) GROUP BY name")
    )
    assert {row[0]: int(row[1] or 0) for row in cells(site / "codes.html", "The codebook")} == used | {"fear": 0}


def test_the_matrix_of_a_characteristic_is_the_view(site: Path, con: duckdb.DuckDBPyConnection) -> None:
    page = read(site / "themes" / "by-country.html")
    values = [text(head) for head in page.xpath("//thead//th")][1:]
    shown = dict(zip(values, (text(cell) for cell in page.xpath("//tbody//td")), strict=True))
    view = """
    SELECT coalesce(value, '(not extracted)'), studies || ' of ' || of_studies FROM theme_by_characteristic WHERE field = 'country'
    """
    assert shown == dict(rows(con, view))


def test_the_explorer_has_the_studies_of_each_code_and_value(site: Path, con: duckdb.DuckDBPyConnection) -> None:
    data = json.loads((site / "data" / "explorer.js").read_text().removeprefix("window.explorer=").removesuffix(";\n"))
    labels = [study[0] for study in data["studies"]]
    codes = {code[0]: sorted(labels[n] for n in code[3]) for code in data["codes"]}
    used = """
    SELECT name, list(DISTINCT label ORDER BY label)
    FROM coding_final JOIN code USING (code_id) JOIN study USING (study_id) GROUP BY name
    """
    assert codes == dict(rows(con, used))
    setting = next(field for field in data["fields"] if field[0] == "Setting")
    assert {value: sorted(labels[n] for n in of) for value, of in setting[2]} == {
        "ward": ["APPLES", "PLUMS"],
        "community": ["PEARS"],
    }


def test_what_a_machine_did_is_the_answer_of_the_query_beside_it(site: Path, con: duckdb.DuckDBPyConnection) -> None:
    page = read(site / "machine.html")
    for part in machine_parts():
        name = part["query"]
        (section,) = page.xpath(f"//section[@aria-labelledby='{name}']")
        assert text(section.find("h2")) == part["heading"]
        assert section.xpath(".//pre")[0].text.strip() == query(name).strip()
        assert len(section.xpath(".//tbody/tr")) == len(rows(con, query(name)))


def test_the_first_page_says_the_state_and_how_to_cite(site: Path) -> None:
    page = text(read(site / "index.html"))
    assert "Overdue" in page and "there is no retirement plan" in page and "1 report to screen" in page
    assert re.search(r"A small review <script>alert\(1\)</script>\. Living systematic review\. Version 3,", page)


def test_what_is_new_says_how_the_protocol_was_amended(told: SmallReview, tmp_path: Path) -> None:
    news = told.review.published / "whats-new.json"
    before = news.read_text()
    try:
        news.write_text(json.dumps(json.loads(before) | {"amendments": ["source added: <b>ERIC</b>"]}))
        folder = write_site(told.review, tmp_path / "out").folder
    finally:
        news.write_text(before)
    assert "source added: <b>ERIC</b>" in text(read(folder / "index.html"))


def test_the_protocol_says_what_of_other_peoples_words_is_shown(told: SmallReview, tmp_path: Path) -> None:
    protocol = told.review.protocol_path
    before = protocol.read_text()
    try:
        protocol.write_text(before.replace("[site]\n", "[site]\nquotes = false\nabstracts = true\ncopies = true\n"))
        folder = write_site(told.review, tmp_path / "out").folder
        protocol.write_text(before.replace("[site]\n", "[site]\ncopies = true\n"))
        copied = write_site(told.review, tmp_path / "copied").folder
    finally:
        protocol.write_text(before)
    pages = "".join(page.read_text() for page in list_pages(folder))
    assert (
        "<blockquote" not in pages and "DOUBT STAYS" not in pages and not (folder / "downloads" / "quotes.csv").exists()
    )
    assert f"{ABSTRACT} 1." in pages and f"{ABSTRACT} 4." not in pages, "of included reports alone"
    assert not (folder / "downloads" / "warehouse.duckdb").exists(), "every quote stands in it"
    copy = copied / "downloads" / "warehouse.duckdb"
    assert copy.read_bytes() == told.review.published_warehouse.read_bytes()
    assert list(find_broken_links(folder)) == []


def test_a_release_shows_what_it_changed_and_its_checksums(told: SmallReview, tmp_path: Path) -> None:
    releases = told.review.root / "releases"
    changes = (
        'view,key,change,column,before,after\nreport,rep_1,added,,,\nreport,"{""report_id"":""rep_2""}",changed,title,Old <b>,New\n'
        f"report,rep_2,changed,abstract,{ABSTRACT},Other\nstudy,stu_1,removed,,,\n"
    )
    item = {
        "item": "1",
        "heading": "Aim",
        "asks": "What?",
        "status": "open",
        "reported": "Said <b>.",
        "missing": "say it",
        "rows": "x",
    }
    reporting = json.dumps([{"name": "entreq", "title": "ENTREQ", "cite": "Tong", "items": [item]}])
    files = [
        {"name": "changes.csv", "bytes": 1234, "sha256": "ab" * 32},
        {"name": "reporting.json", "bytes": 9, "sha256": hashlib.sha256(reporting.encode()).hexdigest()},
    ]
    try:
        for number, withheld in ((2, []), (3, ["abstracts", "full_texts"]), (9, [])):  # 9: of no version
            (releases / str(number)).mkdir(parents=True)
            (releases / str(number) / "changes.csv").write_text(changes)
            (releases / str(number) / "reporting.json").write_text(reporting)
            about = {
                "number": number, "withheld": withheld, "files": files, "title": "x", "released_at": "2020-02-01T00:00:00+00:00",
                "previous": None, "as_of": 1, "program": "x", "included_reports": 3, "included_studies": 3,
            }  # fmt: skip
            (releases / str(number) / "release.json").write_text(json.dumps(about))
        site = write_site(told.review, tmp_path / "out").folder
    finally:
        shutil.rmtree(releases)
    page = site / "versions" / "2.html"
    assert cells(page, "Changes by view") == [
        ["report", "added", "1"],
        ["report", "changed", "2"],
        ["study", "removed", "1"],
    ]
    assert cells(page, "Files of version 2")[0] == ["changes.csv", "1.2 kB", "ab" * 32]
    assert ABSTRACT not in page.read_text()
    page = site / "versions" / "3.html"
    assert cells(page, "Changes of report")[1] == ["rep_2", "changed", "title", "Old <b>", "New"]
    assert ABSTRACT not in page.read_text()
    assert (site / "releases" / "3" / "changes.csv").is_file()
    assert not (site / "versions" / "9.html").exists() and "Release 9" not in (site / "downloads.html").read_text()
    (row,) = cells(site / "reporting" / "entreq.html", "ENTREQ: what is reported of each item")
    assert row[0] == "1 AimWhat?" and row[1].startswith("Said <b>.Open: say it")
    table = pl.read_csv(site / "downloads" / "reporting-entreq.csv", infer_schema=False)
    assert table.select("item", "reported", "missing").rows() == [("1", "Said <b>.", "say it")]
    assert [row[1:] for row in cells(site / "reporting.html", "Reporting checklists")][1] == [
        "1",
        "0",
        "0",
        "1",
        "release 3",
    ]
    assert list(find_broken_links(site)) == []


def test_a_text_search_that_fails_leaves_the_site_whole(
    told: SmallReview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "No module named pagefind_bin\n")
    monkeypatch.setattr(use_case, "find_spec", lambda name: name)
    monkeypatch.setattr(use_case.subprocess, "run", lambda *_, **__: failed)
    result = write_site(told.review, tmp_path / "out")
    assert result.no_search == "pagefind failed: No module named pagefind_bin"
    assert (
        not (result.folder / "search.html").exists() and "search.html" not in (result.folder / "index.html").read_text()
    )
    assert list(find_broken_links(result.folder)) == []


def test_a_review_without_studies_has_a_site_too(tmp_path: Path) -> None:
    small = SmallReview(tmp_path / "review")
    with pytest.raises(UserError, match="nothing is published yet"):
        write_site(small.review)
    small.update()
    small.publish()
    result = write_site(small.review)
    assert list(find_broken_links(result.folder)) == []
    assert "No study is included yet" in (result.folder / "studies.html").read_text()
    assert not (result.folder / "themes.html").exists()


def test_another_folder_is_never_replaced_and_an_older_site_is(told: SmallReview, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(UserError, match="holds something else than a site"):
        write_site(told.review, tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"
    write_site(told.review, tmp_path / "site")
    (tmp_path / "site" / "old.html").write_text("gone with the next")
    write_site(told.review, tmp_path / "site")
    assert not (tmp_path / "site" / "old.html").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "thesis"], "nothing is left beside it"


def test_what_a_run_left_is_removed_and_nothing_of_somebody_elses(told: SmallReview, tmp_path: Path) -> None:
    left, own = (".site.0a1b2c3d", ".site.0a1b2c3d.old"), (".site.bak", ".site.2026")
    for name in (*left, *own):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (0, 0))
    write_site(told.review, tmp_path / "site")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((*own, "site"))


def test_it_is_written_again_where_something_that_it_shows_changed(told: SmallReview, site: Path) -> None:
    protocol = told.review.protocol().protocol
    content = read_content_hash(told)
    before = (site / "index.html").stat().st_mtime_ns
    assert renew_site(told.review, protocol, content, Steps()) == []
    assert (site / "index.html").stat().st_mtime_ns == before
    retitled = protocol.model_copy(update={"living": protocol.living.model_copy(update={"retirement": "In a year."})})
    assert renew_site(told.review, retitled, content, Steps()) == []
    assert (site / "index.html").stat().st_mtime_ns > before


def read_content_hash(told: SmallReview) -> str:
    return [entry.event.content_hash for entry in told.review.log.entries(Release) if isinstance(entry.event, Release)][
        -1
    ]


def test_a_site_that_fails_leaves_the_old_one_and_is_told(
    told: SmallReview, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(use_case.pages, "write_site", fail)
    (problem,) = renew_site(told.review, told.review.protocol().protocol, "another content", Steps())
    assert problem == Problem(
        "site", None, "was not written, and stands as it was before: ZeroDivisionError: a fault of ours"
    )
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before
    assert not list(site.parent.glob(".site*"))


def test_a_list_is_split_by_what_it_weighs_and_none_is_lost() -> None:
    items = [BUDGET // 3] * 7 + [BUDGET * 2, 1]
    sheets = split(items, "box", lambda size: size)
    assert [len(sheet.items) for sheet in sheets] == [3, 3, 1, 1, 1]
    assert [item for sheet in sheets for item in sheet.items] == items
    assert [sheet.name for sheet in sheets] == ["box.html", "box.2.html", "box.3.html", "box.4.html", "box.5.html"]
    assert (sheets[0].before, sheets[0].after, sheets[-1].after) == (None, "box.2.html", None)
    assert [sheet.name for sheet in split([], "box", len)] == ["box.html"]


def test_a_table_is_written_as_the_other_tables_are(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "text": ["=1", " +x", "-4", "@a", 'b "c"', None, "＝x"],
            "n": [-1, 2, 3, None, 5, 6, 7],
            "list": [["a", "=b"]] + [["c"]] * 6,
        }
    )
    write_csv(frame, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text() == to_csv(frame)


@pytest.mark.parametrize(
    ("key", "safe"),
    [
        ("stu_12ab", True),
        ("../../etc/passwd", False),
        ("A", False),
        ("", False),
        ("con<", False),
        ("by-country", False),
        ("a.2", False),
    ],
)
def test_a_files_name_is_safe_whatever_the_id(key: str, safe: bool) -> None:
    assert re.fullmatch(r"[a-z0-9_-]+", slug(key))
    assert (slug(key) == key) == safe

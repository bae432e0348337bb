"""The site of a very large review, with the worst of titles: no page is above 300 kB, and nothing of a list is lost between pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import lxml.html
import polars as pl
import pytest

from schemas.protocol import Protocol
from tasks.publish.site.build import Site
from tasks.publish.site.codes import code_pages
from tasks.publish.site.explorer import explorer_pages
from tasks.publish.site.facts import Facts, Reporting
from tasks.publish.site.method import compare_flows, list_numbers, reporting_pages, search_pages, version_pages
from tasks.publish.site.render import Page, render
from tasks.publish.site.studies import study_pages
from tasks.publish.site.synthesis import theme_pages

MOST = 300_000
WORST = "<\"&'>" * 60
STUDIES, FIELDS, CODES, QUOTES, THEMES, SOURCES, SEARCHES, VERSIONS = 200, 30, 150, 2000, 40, 25, 120, 150
DAY = datetime(2026, 11, 28, tzinfo=UTC)
PROTOCOL = Protocol.model_validate(
    {
        "review": {"title": WORST, "question": WORST},
        "source": [{"name": "medline", "database": "MEDLINE", "platform": "Ovid"}],
        "eligibility": {"include": ["Anything."], "exclusion": [{"reason": "Wrong population"}]},
    }
)

CHECKLIST_ITEM = {
    "item": "1", "heading": "Aim", "asks": "What?", "status": "open", "reported": f"{WORST}\n" * 40, "missing": WORST,
    "rows": "SELECT count(*) FROM record",
}  # fmt: skip

Row = dict[str, Any]


def many(n: int, **row: Any) -> list[Row]:
    """So many rows: what is a function is asked for the row's number."""
    return [{key: value(k) if callable(value) else value for key, value in row.items()} for k in range(n)]


def study(n: int) -> str:
    return f"stu_{n % STUDIES}"


def code(n: int) -> str:
    return f"cod_{n % CODES}"


class LargeCopy:
    """Rows as the queries of a large review would give them; a query that is not named here gives none."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Row]] = {
            "studies": many(
                STUDIES, study_id=study, label=WORST, title=WORST, reports=1, version=1, released_at=DAY, year=2020, codings=10, themes=1
            ),
            "fields": many(FIELDS, field=lambda n: f"f{n}", label=lambda n: f"Field {n}", type="text"),
            "characteristics": many(
                STUDIES * FIELDS, study_id=study, field=lambda n: f"f{n // STUDIES}", label=lambda n: f"Field {n // STUDIES}",
                value=WORST[:200], number=None, qualifier=None, unit=None, status="reported", agreement="single",
            ),
            "study_reports": many(
                STUDIES, study_id=study, report_id=study, title=WORST, authors=[WORST] * 9, year=2020, journal=WORST, doi=None, pmid=None
            ),
            "codes": many(
                CODES, code_id=code, name=WORST[:120], path=WORST, parent_id=None, description=WORST, depth=0, studies=1, codings=9
            ),
            "quotes": many(
                QUOTES, coding_id=lambda n: f"cdg_{n}", code_id=lambda n: code(n % 7), code=WORST,
                quote=lambda n: WORST * 2 if n else None,
                study_id=lambda n: study(n % 11), study=WORST, page=3,
            ),
            "code_studies": many(3000, code_id=code, study_id=study),
            "values": many(STUDIES, study_id=study, field="f1", position=1, value=lambda n: f"{WORST} {n % 20}"),
            "together": many(500, code_a=code(0), path_a=WORST, code_b=code(1), path_b=WORST, studies=2, segments=1),
            "themes": many(
                THEMES, theme_id=lambda n: f"t{n}", name=WORST[:150], kind="analytic", statement=WORST * 2, stated_at=DAY, studies=9,
                reports=9, codings=9,
            ),
            "theme_codings": many(
                QUOTES, theme_id=lambda n: f"t{n % 2}", coding_id=lambda n: f"cdg_{n}", study_id=lambda n: study(n % 11),
                code_id=lambda n: code(n % 7),
            ),
            "subgroups": many(
                THEMES * 20, theme_id=lambda n: f"t{n // 20}", name="x", field="f1", label="Field 1", value=lambda n: f"{WORST} {n % 20}",
                studies=1, of_studies=2, studies_by_speaker=0,
            ),
            "sources": many(
                SOURCES, source=lambda n: f"s{n}", database=WORST[:90], platform="Ovid", method="database", searches=1, records=1,
                reports=1, unique_reports=1, included=1, included_alone=1,
            ),
            "searches": many(
                SEARCHES, source=lambda n: f"s{n % SOURCES}", executed_at=DAY, executed_at_known=True, window_from=None,
                window_to=None, hits=9, loaded=9, new=9, complete=True, reason="", strategy=lambda n: f"{WORST * 20} {n}",
            ),
            "versions": many(VERSIONS, version=lambda n: VERSIONS - n, released_at=DAY, studies=9, reports=9),
            "version_reports": many(
                VERSIONS * 25, version=lambda n: VERSIONS - n // 25, what="included", report_id=lambda n: f"r{n}", title=WORST, year=2020,
                authors=[WORST], study_id="stu_1",
            ),
            "prisma_versions": [
                {"version": version, "box": box, "n": 5} for version in range(1, VERSIONS + 1) for box in ("screened", "sought")
            ],
        }  # fmt: skip

    def rows(self, name: str) -> list[Row]:
        return self.answers.get(name, [])

    def frame(self, name: str) -> pl.DataFrame:
        return pl.DataFrame(self.rows(name), infer_schema_length=None)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Page, str]]]:
    """The pages of each kind with their HTML."""
    facts = Facts(
        protocol=PROTOCOL,
        day=date(2026, 11, 28),
        published=Path("nowhere"),
        reporting=[Reporting("prisma-s", WORST, WORST, 3, [CHECKLIST_ITEM] * 21)],
    )
    site = Site(LargeCopy(), facts, tmp_path_factory.mktemp("site"))  # type: ignore[arg-type]
    shared = {
        "review": PROTOCOL.review, "facts": facts, "living": {}, "ways": [], "counts": {"version": 1, "released_at": DAY},
        "rules": PROTOCOL.site, "here": "",
    }  # fmt: skip
    makers = (study_pages, code_pages, theme_pages, explorer_pages, search_pages, reporting_pages, version_pages)
    return {make.__name__: [(page, render(page, shared)) for page in make(site)] for make in makers}


def test_no_page_is_above_300_kb(written: dict[str, list[tuple[Page, str]]]) -> None:
    sizes = {page.path: len(html.encode()) for pages in written.values() for page, html in pages}
    assert {path: size for path, size in sizes.items() if size >= MOST} == {}
    assert max(sizes.values()) > MOST / 3, "it was a large review"


def list_texts(pages: list[tuple[Page, str]], template: str, path: str) -> Iterator[str]:
    for page, html in pages:
        if page.template == template:
            yield from (element.text_content() for element in lxml.html.fromstring(html).xpath(path))


def test_nothing_of_a_list_is_lost_or_told_twice(written: dict[str, list[tuple[Page, str]]]) -> None:
    assert len(list(list_texts(written["study_pages"], "studies.html", "//tbody/tr"))) == STUDIES
    assert len(list(list_texts(written["study_pages"], "study.html", "//blockquote"))) == QUOTES
    assert len(list(list_texts(written["code_pages"], "codes.html", "//tbody/tr"))) == CODES
    assert len(list(list_texts(written["theme_pages"], "theme.html", "//blockquote"))) == QUOTES
    runs = Counter(list_texts(written["search_pages"], "searches.html", "//pre"))
    assert len(runs) == SEARCHES and set(runs.values()) == {1}
    assert len(list(list_texts(written["version_pages"], "versions.html", "//h2"))) == VERSIONS


def test_a_coded_text_without_words_is_told_as_one(written: dict[str, list[tuple[Page, str]]]) -> None:
    quotes = [quote.strip() for quote in list_texts(written["study_pages"], "study.html", "//blockquote")]
    assert "None" not in quotes and quotes.count("The text as a whole, or a part of it without words.") == 1


SHARED = {"review": PROTOCOL.review, "ways": [], "counts": {"version": None}, "rules": PROTOCOL.site, "here": ""}


def test_the_first_version_has_none_before_it() -> None:
    copy = LargeCopy()
    copy.answers |= {"versions": copy.answers["versions"][-2:], "version_reports": []}
    site = Site(copy, Facts(protocol=PROTOCOL, day=date(2026, 11, 28), published=Path("nowhere")), Path("nowhere"))  # type: ignore[arg-type]
    html = render(next(version_pages(site)), SHARED | {"facts": site.facts})
    assert html.count("The same reports as in the version before.") == 1


def test_the_flows_of_the_last_versions_stand_side_by_side_and_each_beside_the_one_before() -> None:
    flows = {number: {"screened": number, "sought": int(number < 3)} for number in range(1, 16)}
    table = list_numbers(flows)
    assert table["columns"] == list(range(4, 16))
    assert table["numbers"] == [("Records screened", list(range(4, 16)))], (
        "a box that is empty in all of them is left out"
    )
    assert compare_flows(flows[2], flows[3]) == [("Records screened", 2, 3), ("Reports sought for retrieval", 1, 0)]
    assert list_numbers({}) == {"columns": [], "numbers": []}


def test_a_review_that_extracts_nothing_has_no_link_to_a_table_of_it() -> None:
    copy = LargeCopy()
    copy.answers |= {"fields": [], "characteristics": []}
    copy.answers["notices"] = many(3, study_id="stu_0", nature=lambda n: ("correction", "retraction", "retraction")[n])
    site = Site(copy, Facts(protocol=PROTOCOL, day=date(2026, 11, 28), published=Path("nowhere")), Path("nowhere"))  # type: ignore[arg-type]
    page = next(study_pages(site))
    html = lxml.html.fromstring(render(page, SHARED | {"facts": site.facts}))
    assert not html.xpath("//a[contains(@href, 'study-characteristics.csv')]")
    assert [flag.text for flag in html.xpath("//b[@class='flag']")] == ["correction", "retraction"]


def test_every_page_of_a_list_leads_to_the_next(written: dict[str, list[tuple[Page, str]]]) -> None:
    paths = {page.path for pages in written.values() for page, _ in pages}
    for page, html in written["study_pages"]:
        for link in lxml.html.fromstring(html).xpath("//nav[@class='pager']//a/@href"):
            assert str(Path(page.path).with_name(str(link))) in paths
    assert sum(page.template == "studies.html" for page, _ in written["study_pages"]) > 10

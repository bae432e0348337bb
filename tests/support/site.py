"""A small review that has everything its site shows, with titles, codes and words that try to be markup, formulas or far too long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html

from tasks.review.state_synthesis import import_statements
from tasks.review.steps import Steps
from tasks.review.update import refresh
from tests.support.codings import write_project
from tests.support.exports import Rec
from tests.support.forms import FORMS
from tests.support.reviews import PROTOCOL, SmallReview

SCRIPT = "<script>alert(1)</script> & 'quotes' \"too\""
LONG = "Quincesinspring" * 40
TITLES = (
    "Apples and nurses",
    "Pears and what people on the ward make of them",
    f"Plums at home {SCRIPT}",
    f"Nobody's {LONG}",
)
ABSTRACT = "Aims were made up and results invented"
TALK = "Trust grows <b>slowly</b>, one said. Doubt stays. Hope is a plan & a habit. " + "Waiting was long. " * 60
WORDS = f"""
[[theme]]
id = "trust-hope"
name = "Trust {SCRIPT.replace('"', "'")}"
statement = "It grows <b>slowly</b>."
codes = ["trust", "hope<br>"]

[[finding]]
id = "slow"
finding = "Trust grows slowly </title><img src=x onerror=alert(2)>"
plain = "It takes time."
themes = ["trust-hope"]
[[finding.support]]
code = "trust"
[[finding.support]]
code = "doubt"
stance = "against"

[[finding]]
id = "bare"
finding = "Nobody looked yet."
"""
CONFIDENCE = """
[[confidence]]
by = "Ada"
finding = "slow"
consensus = true
level = "low"
explanation = "Few & thin."
methodological_limitations = { concern = "minor", explanation = "<u>Unclear</u>." }
coherence = { concern = "minor", explanation = "It fits." }
adequacy = { concern = "serious", explanation = "One text." }
relevance = { concern = "minor", explanation = "Near." }
"""


def make_told_review(root: Path, rules: str = "") -> SmallReview:
    """The review, published, its site written: three included studies, one excluded at full text, one waiting. `rules`: of [site]."""
    protocol = PROTOCOL.replace("[site]\nwrite = false", f"[site]\n{rules}").replace(
        "A small review", f"A small review {SCRIPT[:25]}"
    )
    small = SmallReview(root, protocol + FORMS)
    records = [
        Rec(
            str(n),
            title,
            (f"Author{n}, <A>",),
            2000 + n,
            pages=(str(n), "99"),
            abstract=f"{ABSTRACT} {n}.",
            doi=f"10.5555/x.{n}",
        )
        for n, title in enumerate((*TITLES, "=1+1 formulas", "Cherries that wait"), 1)
    ]
    small.search("medline", "a", records)
    small.search("cinahl", "b", records[:2])
    votes = [
        (n, stage, who, "include", "")
        for n in (1, 2, 3, 4)
        for stage in ("title-abstract", "full-text")
        for who in ("Ada", "Ben")
    ]
    votes = [vote for vote in votes if vote[:2] != (4, "full-text")]
    votes += [(4, "full-text", who, "exclude", "Wrong population") for who in ("Ada", "Ben")]
    votes += [(5, "title-abstract", who, "exclude", "") for who in ("Ada", "Ben")]
    small.drop(
        "decisions/votes.csv",
        "id,stage,reviewer,verdict,reason\n" + "".join(",".join(map(str, vote)) + "\n" for vote in votes),
    )
    small.drop(
        "extraction/who.csv",
        "id,study,extractor,country,sample,setting,methods\n1,APPLES,consensus,Exemplaria,12,ward,interviews\n"
        '2,PEARS,consensus,"<script>Fictonia</script>",30,community,focus groups; interviews\n3,PLUMS,consensus,Exemplaria,,ward,\n',
    )
    small.drop(
        "appraisal/ada.csv",
        "id,study,checklist,item,answer,reason,reviewer\n"
        "1,APPLES,two-questions,1,yes,<b>page 2</b>,consensus\n"
        "2,PEARS,two-questions,1,no,,consensus\n3,PLUMS,two-questions,1,unclear,,consensus\n",
    )
    codings = [
        ("Ada", TITLES[0], "trust", 0, 35), ("Ada", TITLES[0], "hope<br>", 49, 74), ("Ada", TITLES[1], "trust", 0, 35),
        ("Ada", TITLES[1], "doubt", 36, 48), ("Ada", TITLES[1], "waiting", 0, 900),
    ]  # fmt: skip
    small.drop("coding/talk.qdpx", write_project({TITLES[0]: TALK, TITLES[1]: TALK.upper()}, codings, codes=["fear"]))
    assert refresh(small.review, "test", Steps()).errors == []
    for words in (WORDS, CONFIDENCE):
        import_statements(small.review, small.drop("words.toml", words), "Ada")
        assert refresh(small.review, "test", Steps()).errors == []
    return small


def list_pages(site: Path) -> list[Path]:
    """The pages of a site."""
    return sorted(path for path in site.rglob("*.html") if "pagefind" not in path.parts)


def find_broken_links(site: Path) -> Iterator[str]:
    """The links of all pages that lead to no file of the site, or to no place on a page."""
    parsed = {page: lxml.html.parse(str(page)).getroot() for page in list_pages(site)}
    ids = {page: set(root.xpath("//@id")) for page, root in parsed.items()}
    for page, root in parsed.items():
        for link in {str(link) for link in root.xpath("//@href | //@src")}:
            parts = urlsplit(link)
            if parts.scheme:
                if parts.scheme != "https":
                    yield f"{page.name}: {link}"
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            inside = target.is_relative_to(site.resolve())
            if not inside or not target.is_file() or (parts.fragment and parts.fragment not in ids.get(target, ())):
                yield f"{page.name}: {link}"

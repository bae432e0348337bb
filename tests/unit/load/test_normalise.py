"""Values as platforms write them, and as ParsedRecord holds them."""

from __future__ import annotations

import polars as pl
import pytest

from tasks.load import languages, names, normalise, repair


def lists(*values: str) -> pl.Series:
    return pl.Series("value", [list(values)], dtype=pl.List(pl.String))


@pytest.mark.parametrize(
    ("given", "expanded"),
    [
        ("244-58", "244-258"), ("1535-41", "1535-1541"), ("99-101", "99-101"), ("S12-5", "S12-S15"), ("e123-9", "e123-e129"),
        ("e115-120", "e115-e120"), ("S312-318", "S312-S318"), ("12-3; discussion 13-4", "12-13; discussion 13-4"),
        ("12-e4", "12-e4"), ("1016-1022.e2", "1016-1022.e2"), ("58-24", "58-24"), ("105752", "105752"), ("94-98,93", "94-98,93"),
        ("ix + 246", "ix + 246"), (None, None),
    ],
)  # fmt: skip
def test_pages_are_written_out_only_where_they_are_pages(given: str | None, expanded: str | None) -> None:
    assert (
        pl.DataFrame({"p": [given]}, schema={"p": pl.String}).select(normalise.expand(pl.col("p"))).item() == expanded
    )


@pytest.mark.parametrize(
    ("pages", "first", "last", "whole"),
    [
        (None, "244", "58", "244-258"), (None, "No", "Specified", None), (None, "349-69", None, "349-369"), (None, "12", "12", "12"),
        ("pp 37-64", None, None, "37-64"), (None, "pp. 5", "9", "5-9"), ("457-60-", None, None, "457-460"), (None, None, "7", "7"),
        ("1\u201312", None, None, "1-12"), ("No Pagination Specified", None, None, None),
        ("no-no", None, None, None), (None, "In", "press", None), (None, "67", "+", "67"), ("1137--+", None, None, "1137"),
        ("12--19", None, None, "12-19"),
        ("126-126", None, None, "126"), ("872--&", None, None, "872"),
        ("(1 September 2016)", None, None, None), ("unpaginated", None, None, None), ("Available: https://example.org/a", None, None, None),
    ],
)  # fmt: skip
def test_pages_from_one_tag_or_two(pages: str | None, first: str | None, last: str | None, whole: str | None) -> None:
    columns = [pl.Series([value], dtype=pl.String) for value in (pages, first, last)]
    assert normalise.pages(*columns).to_list() == [whole]


@pytest.mark.parametrize(
    ("given", "doi"),
    [
        ("10.5555/ABC.1", "10.5555/abc.1"), ("https://doi.org/10.5555/abc", "10.5555/abc"), ("doi: 10.5555/abc.", "10.5555/abc"),
        ("https://dx.doi.org/10.5555%2Fabc%281%29", "10.5555/abc(1)"), ("https://doi.org/https://doi.org/10.5555/abc", "10.5555/abc"),
        ("10.5555/abc10.5555/abc", "10.5555/abc"), ("10.5555/abc;10.5555/abc", "10.5555/abc"), ("(10.5555/abc)", "10.5555/abc"),
        ("10.1016/S0140-6736(20)30183-5", "10.1016/s0140-6736(20)30183-5"),
        ("10.5555/(SICI)1097-0001(19980815)17:1<61::AID-X1>3.0.CO;2-2", "10.5555/(sici)1097-0001(19980815)17:1<61::aid-x1>3.0.co;2-2"),
        ("https://doi.org/10.5555/0012-0001(2002)083[2421:ABCDEF]2.0.CO;2", "10.5555/0012-0001(2002)083[2421:abcdef]2.0.co;2"),
        ("10.5555/0012-0001(2002)083%5B2421:ABCDEF%5D2.0.CO;2", "10.5555/0012-0001(2002)083[2421:abcdef]2.0.co;2"),
        ("10.5555/abc[pii]", "10.5555/abc"), ("<10.5555/abc>", "10.5555/abc"),
        ("10.5555/abc     LK  - https://x.org/?d=10.5555%2Fabc", "10.5555/abc"), ("not a doi", None), ("S0140-6736(20)30183-5", None),
    ],
)  # fmt: skip
def test_dois(given: str, doi: str | None) -> None:
    assert normalise.dois(lists(given)).to_list() == [doi]


def test_the_first_valid_doi_counts() -> None:
    assert normalise.dois(lists("n/a", "10.5555/b", "10.5555/c")).to_list() == ["10.5555/b"]


@pytest.mark.parametrize(
    ("given", "year"),
    [
        ("2020//", 2020), ("2021/07//Jul-Sep2021", 2021), ("1 Jan.-Feb. 2019", 2019), ("Start date: 20170812", 2017), ("10 15", None),
        ("0000", None), ("12345", None), ("2016 Jan 15", 2016), ("in press", None),
    ],
)  # fmt: skip
def test_years(given: str, year: int | None) -> None:
    assert normalise.years(lists(given)).to_list() == [year]


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ("Baldwin,S.A.", "Baldwin, S.A."), ("Griffin DK", "Griffin, DK"), ("Brownstein C D", "Brownstein, C D"),
        ("G. Kalbe", "Kalbe, G."), ("van den Brink G.", "van den Brink, G."), ("World Health Organization", "World Health Organization"),
        ("Slade, Martin D. MPH 1", "Slade, Martin D."), ("Walsdorf, Neill B. [Inventor, Reprint Author]", "Walsdorf, Neill B."),
        ("Allen-Dicker,  Joshua", "Allen-Dicker, Joshua"), ("NICE", "NICE"),
        ("Zhang, Wei 1,2,*", "Zhang, Wei"), ("Tarn, Ida (tarn@example.org)", "Tarn, Ida"),
        ("Chen L(#)", "Chen, L"), ("Tarn, Prof. Dr. Ida", "Tarn, Ida"),
        ("Gazic, Barbara MD, PhD *", "Gazic, Barbara"), ("Moor, James A. Ph.D., FACSM", "Moor, James A."), ("Vaden KI Jr", "Vaden, KI Jr"),
        ("Orkney Trust (UK)", "Orkney Trust (UK)"), ("UNICEF UK", "UNICEF UK"), ("余敏", "余敏"),
    ],
)  # fmt: skip
def test_one_author(given: str, tidy: str) -> None:
    assert names.authors(lists(given)).to_list() == [[tidy]]


@pytest.mark.parametrize(
    ("given", "several"),
    [
        ("Bywater T, Hutchings JM, O'Neil C", ["Bywater, T", "Hutchings, JM", "O'Neil, C"]),
        ("Bywater, T., Hutchings, J. M.", ["Bywater, T.", "Hutchings, J. M."]),
        ("Smith, John; Jones, Mary Ann", ["Smith, John", "Jones, Mary Ann"]),
        ("King, Martin Luther, Jr", ["King, Martin Luther, Jr"]),
    ],
)
def test_several_authors_in_one_value(given: str, several: list[str]) -> None:
    assert names.authors(lists(given)).to_list() == [several]


def test_given_names_first_where_the_mapping_says_so() -> None:
    assert names.authors(lists("Maria von Trapp"), given_first=True).to_list() == [["von Trapp, Maria"]]


@pytest.mark.parametrize(
    ("given", "issn", "isbn"),
    [
        ("0964-6906 (Print)0964-6906 (Linking)", "0964-6906", None), ("19326203", "1932-6203", None),
        ("1895-5770 1573-3602", "1895-5770; 1573-3602", None), ("0-11-241166-5", None, "0112411665"),
        ("978-3-642-00230-4 (print)", None, "9783642002304"),
        ("978 3 642 00230 4", None, "9783642002304"), ("1476-069x", "1476-069X", None),
    ],
)  # fmt: skip
def test_serial_numbers(given: str, issn: str | None, isbn: str | None) -> None:
    assert normalise.serials(lists(given), "issn").to_list() == [issn]
    assert normalise.serials(lists(given), "isbn").to_list() == [isbn]


def test_the_most_telling_type_counts() -> None:
    assert normalise.types(lists("Journal Article", "Randomized Controlled Trial"), {}).to_list() == ["trial"]
    assert normalise.types(lists("JOUR"), {}).to_list() == ["article"]
    assert normalise.types(lists("Oddity"), {}).to_list() == ["other"]


def test_text_decoded_wrongly_once_is_repaired() -> None:
    tokens = pl.DataFrame({"value": ["GarcÃ­a", "itâ€™s", "SÃO PAULO", "Fish &amp; chips", "plain"]})
    assert repair.repair(tokens).get_column("value").to_list() == [
        "García",
        "it’s",
        "SÃO PAULO",
        "Fish & chips",
        "plain",
    ]


def test_text_decoded_wrongly_twice_is_repaired() -> None:
    assert repair.repair(pl.DataFrame({"value": ["GarcÃƒÂ­a"]})).get_column("value").to_list() == ["García"]


def test_structured_abstracts_stay_readable_and_stable() -> None:
    once = normalise.abstracts(lists("Background: One. Methods: Two.  AIMS AND SCOPE: Three."), wrapped=False)
    assert once.to_list() == ["Background: One.\nMethods: Two.\nAIMS AND SCOPE: Three."]
    assert normalise.abstracts(lists(once.item()), wrapped=False).to_list() == once.to_list()


def test_brackets_of_a_translated_title_go_and_others_stay() -> None:
    titles = pl.Series(
        "title", ["[Une étude].", "[One] and [two]", "A title. [References]", "Sums [sic] up", "[On warmth]. [German]"]
    )
    bare = ["Une étude.", "[One] and [two]", "A title.", "Sums [sic] up", "On warmth."]
    assert normalise.unbracketed(titles).to_list() == bare


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ("English", "eng"), ("en", "eng"), ("eng", "eng"), ("en-GB", "eng"), ("English (EN)", "eng"), ("Espanhol", "spa"), ("deu", "ger"),
        ("pt, en, es", "por; eng; spa"), ("English; French", "eng; fre"), ("English and German", "eng; ger"), ("Elvish", "elvish"),
        ("Unknown(0)", None), (None, None),
    ],
)  # fmt: skip
def test_languages_are_codes_whatever_they_are_called(given: str | None, codes: str | None) -> None:
    assert languages.languages(pl.Series([given], dtype=pl.String)).to_list() == [codes]


@pytest.mark.parametrize(
    ("given", "bare"),
    [("v. 40", "40"), ("v. v. 176", "176"), ("Vol. 3", "3"), ("No. 12", "12"), ("Nov", "Nov"), ("12A", "12A")],
)
def test_volumes_and_issues_are_without_the_word(given: str, bare: str) -> None:
    value = pl.DataFrame({"v": [given]}).select(normalise._bare(pl.col("v"))).item()
    assert value == bare


def test_given_names_first_with_a_suffix() -> None:
    assert names.authors(lists("J. H. Laros III"), given_first=True).to_list() == [["Laros, J. H. III"]]

"""The worked example: made again it is the same, its files hold what EXPECTED.toml says, and nothing in it is real."""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from lxml import etree

from examples.cen.generator.deliveries import SEARCHES
from examples.cen.generator.files import files
from schemas.protocol import read_protocol

CEN = Path(__file__).parents[3] / "examples" / "cen"
XSD = Path(__file__).parents[3].parent / "shared" / "data" / "coding" / "standard" / "Project.xsd"
EXPECTED = tomllib.loads((CEN / "EXPECTED.toml").read_text(encoding="utf-8"))
QDA = {"q": "urn:QDA-XML:project:1.0"}

#: How a record begins, counted on the text alone.
STARTS = {".ris": r"^TY  - ", ".nbib": r"^PMID- ", ".xml": r"<record>"}


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def plan() -> list[dict[str, str]]:
    return rows_of(CEN / "expected-records.csv")


def project(search: str) -> tuple[etree._Element, dict[str, str]]:
    (path,) = (CEN / search / "coding").glob("*.qdpx")
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt")}
        return etree.fromstring(archive.read("project.qde")), texts


def test_made_again_it_is_the_same_byte_for_byte():
    made = files()
    committed = {
        path.relative_to(CEN).as_posix()
        for part in (*SEARCHES, "EXPECTED.toml", "expected-records.csv")
        for path in [CEN / part, *(CEN / part).rglob("*")]
        if path.is_file()
    }
    assert committed == set(made)
    assert [name for name, content in made.items() if (CEN / name).read_bytes() != content] == []


def test_the_protocol_is_valid_and_warns_of_assias_end_date_only():
    read = read_protocol(CEN / "review.toml")
    assert len(read.warnings) == 1
    assert "source 'assia': its window ends 2019-01-31" in read.warnings[0]
    line = int(re.search(r"review\.toml:(\d+):", read.warnings[0])[1])
    assert (CEN / "review.toml").read_text(encoding="utf-8").splitlines()[line - 1] == "window_to = 2019-01-31"


def test_every_folder_of_exports_is_a_source_of_the_protocol():
    names = {source.name for source in read_protocol(CEN / "review.toml").protocol.source}
    folders = {path.name for search in SEARCHES for path in (CEN / search / "exports").iterdir()}
    assert folders == names


@pytest.mark.parametrize("expected", EXPECTED["file"], ids=lambda row: row["path"])
def test_each_export_holds_as_many_record_starts_as_expected(expected):
    path = CEN / expected["path"]
    if path.suffix == ".csv":
        found = len(rows_of(path))
    else:
        found = len(re.findall(STARTS[path.suffix], path.read_text(encoding="utf-8-sig"), re.MULTILINE))
    assert found == expected["found"] == expected["loaded"] + expected["quarantined"]
    sidecar = tomllib.loads(path.with_name(f"{path.name}.toml").read_text(encoding="utf-8"))
    assert sidecar["hits"] == found


@pytest.mark.parametrize("search", SEARCHES)
def test_the_totals_follow_from_the_list_of_records(search):
    upto = [row for row in plan() if search == SEARCHES[1] or row["search"] == SEARCHES[0]]
    states = Counter(row["state"] for row in upto)
    expected = EXPECTED[search]
    assert (len(upto), states["again"], states["quarantined"], states["new"]) == (
        expected["deliveries"], expected["again"], expected["quarantined"], expected["records"],
    )  # fmt: skip
    assert Counter(row["source"] for row in upto if row["state"] == "new") == expected["sources"]
    reports = {row["report"] for row in upto if row["report"]}
    joined = len(EXPECTED["bridge"]["reports"]) - 1 if search == SEARCHES[1] else 0
    assert len(reports) - joined == expected["reports"]
    assert expected["records"] - expected["duplicates"] == expected["reports"]


def test_a_record_delivered_again_has_the_source_and_accession_of_one_delivered_before():
    first = {(row["source"], row["accession"]) for row in plan() if row["search"] == SEARCHES[0]}
    new = [(row["source"], row["accession"]) for row in plan() if row["state"] == "new" and row["accession"]]
    again = {(row["source"], row["accession"]) for row in plan() if row["state"] == "again"}
    assert len(new) == len(set(new))
    assert len(again) == 12
    assert again <= first


@pytest.mark.parametrize("search", SEARCHES)
def test_the_flow_adds_up(search):
    expected = EXPECTED[search]
    title, retrieval, full = (expected["status"][stage] for stage in ("title-abstract", "retrieval", "full-text"))
    assert sum(title.values()) == expected["reports"]
    assert sum(retrieval.values()) == title["included"]
    assert sum(full.values()) == title["included"] - retrieval["not_retrieved"]
    assert sum(expected["excluded"].values()) == full["excluded"]
    assert full["included"] == expected["included"]["reports"]
    boxes = [name for name in expected["flow"] if f"{name}_other" in expected["flow"]]
    for suffix in ("", "_other"):
        box = {name: expected["flow"][name + suffix] for name in boxes}
        assert (
            box["identified"]
            == box["removed_duplicates"] + box["removed_other"] + box["awaiting_screening"] + box["screened"]
        )
        assert box["screened"] == box["excluded_screening"] + box["sought"]
        assert box["sought"] == box["not_retrieved"] + box["awaiting"] + box["assessed"]


@pytest.mark.parametrize("search", SEARCHES)
def test_hand_made_files_have_as_many_rows_as_expected(search):
    counted = {
        path.relative_to(CEN / search).as_posix(): len(rows_of(path))
        for folder in ("decisions", "extraction", "appraisal")
        for path in (CEN / search / folder).rglob("*.csv")
    }
    assert counted == EXPECTED[search]["rows"]


def test_no_reviewer_votes_twice_and_every_reason_is_the_protocols():
    reasons = {one.reason for one in read_protocol(CEN / "review.toml").protocol.eligibility.exclusion}
    seen: Counter[tuple[str, str, str]] = Counter()
    for path in CEN.glob("*/decisions/*/[!r]*.csv"):
        for row in rows_of(path):
            seen[row["id"], row["stage"], row["reviewer"]] += 1
            assert row["reason"] in reasons | {""}
            assert row["stage"] == path.parent.name
            if row["stage"] == "full-text" and row["verdict"] == "exclude":
                assert row["reason"]
    assert [key for key, n in seen.items() if n > 1] == []


def test_identifiers_in_decisions_lead_to_a_record_of_the_exports():
    known = {name for row in plan() for name in (row["accession"], row["accession"].split(";")[0]) if name}
    text = "".join(path.read_text(encoding="utf-8-sig") for path in CEN.glob("*/exports/*/*") if path.suffix != ".toml")
    known |= set(re.findall(r"10\.5555/cen\.\d{4}", text.replace("%2F", "/")))
    used = {row["id"] for path in CEN.glob("*/decisions/*/*.csv") for row in rows_of(path) if "id" in row}
    used |= {row["id"] for path in CEN.glob("*/extraction/*.csv") for row in rows_of(path)}
    assert used - known == set()


def test_siblings_are_told_apart_by_more_than_their_authors():
    """What must not merge differs in title, year, volume, issue or pages: nobody is asked to guess."""
    by_report: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for search in SEARCHES:
        for path in (CEN / search / "exports").rglob("*.ris"):
            for block in re.split(r"^ER  - ", path.read_text(encoding="utf-8-sig"), flags=re.MULTILINE):
                fields = dict(re.findall(r"^(ID|T1|Y1|VL|IS|SP|EP)  - (.*?)\s*$", block, re.MULTILINE))
                by_report[fields.get("ID", "")].add(
                    tuple(fields.get(tag, "") for tag in ("T1", "Y1", "VL", "IS", "SP", "EP"))
                )
    accessions = defaultdict(set)
    for row in plan():
        accessions[row["report"]].add(row["accession"])
    for pair in EXPECTED["apart"]:
        first, second = ({said for name in accessions[key] for said in by_report[name]} for key in pair["reports"])
        assert first
        assert second
        assert first.isdisjoint(second)


@pytest.mark.parametrize("search", SEARCHES)
def test_the_coding_project_has_the_counts_expected_and_spans_that_fit_their_texts(search):
    root, texts = project(search)
    expected = EXPECTED[search]["coding"]
    found = {
        "documents": len(root.findall("q:Sources/q:TextSource", QDA)),
        "codes": len(root.findall(".//q:Code", QDA)),
        "segments": len(root.findall(".//q:PlainTextSelection", QDA)),
        "codings": len(root.findall(".//q:Coding", QDA)),
        "cases": len(root.findall("q:Cases/q:Case", QDA)),
        "notes": len(root.findall("q:Notes/q:Note", QDA)),
    }
    assert found == {name: expected[name] for name in found}
    double = 0
    for source in root.findall("q:Sources/q:TextSource", QDA):
        text = texts["sources/" + source.get("plainTextPath").removeprefix("internal://")]
        double += len({one.get("creatingUser") for one in source.iter("{*}Coding")}) > 1
        for span in source.findall("q:PlainTextSelection", QDA):
            quote = text[int(span.get("startPosition")) : int(span.get("endPosition"))]
            assert quote.startswith(span.get("name"))
            assert quote == quote.strip()
    assert double == expected["double_coded"] >= 0.2 * expected["documents"]


def test_the_codebook_has_three_levels_under_the_six_published_themes_and_one_code_is_renamed():
    (before, _), (after, _) = (project(search) for search in SEARCHES)
    assert len(after.findall("q:CodeBook/q:Codes/q:Code", QDA)) == 6
    assert after.findall("q:CodeBook/q:Codes/q:Code/q:Code/q:Code", QDA)
    names = [{code.get("guid"): code.get("name") for code in root.iter("{*}Code")} for root in (before, after)]
    assert [(names[0][key], names[1][key]) for key in names[0] if names[0][key] != names[1][key]] == [
        ("weariness", "weariness and hope")
    ]
    assert [names[1][key] for key in names[1].keys() - names[0].keys()] == ["peer support workers beside clinicians"]


@pytest.mark.shared
@pytest.mark.skipif(not XSD.exists(), reason="needs the REFI-QDA schema in ../shared")
@pytest.mark.parametrize("search", SEARCHES)
def test_the_coding_project_is_valid_by_the_standards_schema(search):
    schema = etree.XMLSchema(etree.parse(XSD))
    schema.assertValid(project(search)[0])


def test_characteristics_use_the_protocols_fields_and_options():
    protocol = read_protocol(CEN / "review.toml").protocol
    fields = {one.name: one for one in protocol.extraction.field}
    for search in SEARCHES:
        for row in rows_of(CEN / search / "extraction" / "characteristics.csv"):
            assert set(row) == {"id", "study", "extractor", *fields}
            for name, one in fields.items():
                chosen = row[name].split("; ") if one.type == "choices" else [row[name]]
                assert not one.options or set(chosen) <= set(one.options)
                assert one.type != "number" or row[name].isdigit()


def test_everything_is_plainly_fictional():
    exports = [path for path in CEN.glob("*/exports/*/*") if path.suffix != ".toml"]
    assert len(exports) == len(EXPECTED["file"])
    for path in exports:
        text = path.read_text(encoding="utf-8-sig").replace("%2F", "/")
        assert set(re.findall(r"10\.\d{4,}/", text)) <= {"10.5555/"}
        assert all(pmid.startswith("99") for pmid in re.findall(r"^PMID- (\d+)", text, re.MULTILINE))
        assert all(issn.startswith("9999-") for issn in re.findall(r"(?<!\d)\d{4}-\d{3}[\dX](?!\d)", text))


def test_no_two_reports_share_an_accession():
    owners: dict[str, set[str]] = defaultdict(set)
    for row in plan():
        if row["accession"] and not row["report"].startswith("bridge"):
            owners[row["accession"]].add(row["report"])
    assert [name for name, reports in owners.items() if len(reports) > 1] == []

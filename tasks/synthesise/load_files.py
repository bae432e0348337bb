"""Load the files of analysts (QDA projects, full texts, characteristics, appraisals, a method's rows), and link them to reports."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from schemas.errors import UserError
from schemas.event import Content
from schemas.problem import Problem, problem_of
from schemas.protocol import Protocol
from tasks.synthesise.appraisal import read_appraisal
from tasks.synthesise.characteristics import read_characteristics
from tasks.synthesise.checklist import read_checklists
from tasks.synthesise.coding_file import is_mapping, read_codings
from tasks.synthesise.document_file import read_document
from tasks.synthesise.link import link_all
from tasks.synthesise.load import (
    check_quotes,
    load_appraisal,
    load_characteristics,
    load_mapping,
    load_method,
    load_project,
    load_study_links,
)
from tasks.synthesise.load_documents import join_documents, load_document, part_documents, write_standing
from tasks.synthesise.load_relations import find_unclear, read_rulings, write_relations
from tasks.synthesise.load_rulings import find_links, find_standing_rulings, write_study_rulings
from tasks.synthesise.load_statements import write_statements
from tasks.synthesise.mapping import read_mapping
from tasks.synthesise.method_file import read_method_file
from tasks.synthesise.place_codings import describe_unplaced, find_standing_positions, place_codings
from tasks.synthesise.relate_projects import Relation
from tasks.synthesise.saturation import write_saturation
from tasks.synthesise.statements import read_statements
from warehouse.arrivals import fingerprint, write_reading
from warehouse.deliveries import Delivery
from warehouse.log import Entry
from warehouse.materialise import SYNTHESIS, materialise
from warehouse.write import transaction

#: What this module reads.
CONTENTS = (Content.CODING, Content.DOCUMENT, Content.CHARACTERISTICS, Content.APPRAISAL, Content.METHOD)


def load_file(con: duckdb.DuckDBPyConnection, delivery: Delivery, path: Path, protocol: Protocol) -> list[Problem]:
    """Reads one file into the base tables, whole or not at all; returns the problems."""
    name = delivery.name
    with transaction(con):
        try:
            format, problems = _load(con, delivery, path, protocol)
        except UserError as error:
            problems = [problem_of(name, error)]
            write_reading(con, delivery.arrival_id, fingerprint(delivery), "refused", problems)
        else:
            write_reading(con, delivery.arrival_id, fingerprint(delivery), "loaded", problems, format=format)
    return problems


def relate(con: duckdb.DuckDBPyConnection, deliveries: Iterable[Delivery], rulings: Iterable[Entry]) -> list[Relation]:
    """Works out what the delivered projects are to each other; returns the relations, where anything differs since last time."""
    deliveries, ruled = list(deliveries), read_rulings(rulings)
    with transaction(con):
        part_documents(con)
        relations = write_relations(con, deliveries, ruled)
        write_standing(con, deliveries, ruled)
    return relations


def write_synthesis(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry], seed: str) -> list[Problem]:
    """Writes themes, findings and judgements as they stand, and saturation; a line for each support that is gone."""
    with transaction(con):
        problems = write_statements(con, read_statements(entries))
        write_saturation(con, seed)
        materialise(con, SYNTHESIS)
    return problems


def link(
    con: duckdb.DuckDBPyConnection,
    rulings: Iterable[Entry] = (),
    positions: Iterable[Entry] = (),
    *,
    counts: bool = True,
) -> list[Problem]:
    """Links documents and sheets to reports, and reports to studies, anew; one line for each that leads nowhere.

    `rulings`: what people said of documents, rows and studies, `positions`: of where codings stand; `counts`: how many codings a
    document has, and which, may be said. A function of these and of what the warehouse holds now, so that growing and rebuilding
    come to the same.
    """
    with transaction(con):
        standing = find_standing_rulings(rulings)
        all_unlinked = link_all(con, find_links(standing))
        load_study_links(con)
        write_study_rulings(con, standing)
        joined = join_documents(con)
        place_codings(con, find_standing_positions(positions))
    names = dict(con.execute("SELECT arrival_id, file_name FROM core.arrival").fetchall())
    # A text in a QDA project need not be a report's; a row of a sheet is about one, or it is a slip.
    problems = [
        Problem(
            names[unlinked.arrival_id],
            None,
            f"{unlinked.kind} '{unlinked.name}' is not linked to a report: {unlinked.why}",
            "warning" if unlinked.kind == "document" else "error",
        )
        for unlinked in all_unlinked
        if unlinked.kind != "document" or (unlinked.arrival_id, unlinked.name) not in joined
    ]
    return (
        problems
        + find_unclear(con)
        + describe_unplaced(con, counts=counts)
        + [
            Problem(
                document,
                None,
                f"{f'coding {coding}' if counts else 'a coding'}: its quote no longer stands in the text",
            )
            for coding, document, _, _ in check_quotes(con)
        ]
    )


def _load(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, path: Path, protocol: Protocol
) -> tuple[str, list[Problem]]:
    name, key = delivery.name, delivery.arrival_id
    if delivery.content is Content.CHARACTERISTICS:
        sheet = read_characteristics(path, name=name, fields=protocol.extraction.field)
        load_characteristics(con, key, sheet.frame)
        return f"characteristics, {sheet.layout}", list(sheet.problems)
    if delivery.content is Content.APPRAISAL:
        sheet = read_appraisal(path, checklists=read_checklists(protocol.appraisal), name=name)
        load_appraisal(con, key, sheet.frame)
        return f"appraisal, {sheet.layout}", list(sheet.problems)
    if delivery.content is Content.DOCUMENT:
        file = read_document(path, name=name)
        load_document(con, key, file, delivery.sha256)
        return f"full text, {file.format}", list(file.problems)
    if delivery.content is Content.METHOD:
        method_sheet = read_method_file(path, name=name)
        load_method(con, key, method_sheet.frame)
        return f"method, {method_sheet.layout}", list(method_sheet.problems)
    if is_mapping(path, name):
        mapping = read_mapping(path, name=name)
        load_mapping(con, key, mapping.frame)
        return "document mapping", list(mapping.problems)
    project = read_codings(path, name=name, positions=delivery.positions, round=delivery.round)
    load_project(con, key, project)
    return "project", list(project.problems)

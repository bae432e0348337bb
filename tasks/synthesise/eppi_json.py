"""EPPI-Reviewer's JSON: its code sets, and which words of which reference bear which code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from schemas.errors import UserError
from schemas.problem import Problem
from tasks.synthesise.coding_rows import CodedFile, CodedWords, make_project
from tasks.synthesise.qda_archive import decode_text
from tasks.synthesise.refi_qda import QdaProject

_MAX_BYTES = 500_000_000
_PAGE = re.compile(r"^Page\s+(\d+)\s*:\s*", re.IGNORECASE)
_MARKS = re.compile(r"\[¬[se]\]")
#: Of a reference, what says which report it is.
_NAMED_BY = {"DOI": "DOI", "ItemId": "EPPI-Reviewer ID"}


def read_eppi(path: Path, *, name: str | None = None) -> QdaProject:
    """Read a JSON export of EPPI-Reviewer (codes with the text that was coded). Raises `UserError` where it is none."""
    name = name or path.name
    if path.stat().st_size > _MAX_BYTES:
        raise UserError("is larger than 500 MB; refused", path=name)
    try:
        read = json.loads(decode_text(path.read_bytes()))
        sets, references = read["CodeSets"], read["References"]
        file = CodedFile(name, "EPPI-Reviewer")
        codes = {
            id: (names, about)
            for group in sets
            for id, names, about in _walk(group["Attributes"], (_name(group, "SetName"),))
        }
        file.codes = {names: about or None for names, about in codes.values()}
        for reference in references:
            _read_reference(file, reference, {id: names for id, (names, _) in codes.items()})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError("is no JSON export of EPPI-Reviewer with its code sets and references", path=name) from None
    return make_project(file, name=PurePath(name).stem)


def _walk(attributes: dict[str, Any] | None, above: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...], str]]:
    for attribute in (attributes or {}).get("AttributesList") or []:
        names = (*above, _name(attribute, "AttributeName"))
        yield int(attribute["AttributeId"]), names, str(attribute.get("AttributeSetDescription") or "")
        yield from _walk(attribute.get("Attributes"), names)


def _name(element: dict[str, Any], key: str) -> str:
    return str(element.get(key) or "").strip() or "(without a name)"


def _read_reference(file: CodedFile, reference: dict[str, Any], codes: dict[int, tuple[str, ...]]) -> None:
    document = " ".join(str(reference.get("ShortTitle") or reference.get("Title") or reference.get("ItemId")).split())
    document = (
        document if document not in {value[0] for value in file.values} else f"{document} [{reference.get('ItemId')}]"
    )
    for key, variable in _NAMED_BY.items():
        if reference.get(key):
            file.values.append((document, variable, re.sub(r"^https?://(dx\.)?doi\.org/", "", str(reference[key]))))
    for coded in reference.get("Codes") or []:
        code = codes.get(int(coded["AttributeId"]))
        if code is None:
            file.problems.append(
                Problem(file.name, None, f"'{document}' bears the code {coded['AttributeId']}, which no code set holds")
            )
            file.left_out.add("codings with an unknown code", document)
            continue
        # What is coded of one arm of a trial alone is kept as a coding; which arm stands in its memo.
        arm = str(coded.get("ArmTitle") or "").strip()
        noted = "\n".join(filter(None, (f"Arm: {arm}" if arm else "", _clean(coded.get("AdditionalText")))))
        for page, quote in [_read_quote(part) for part in coded.get("ItemAttributeFullTextDetails") or []] or [
            (None, None)
        ]:
            file.rows.append(CodedWords(document, code, quote, page=page, memo=noted or None))


def _read_quote(part: dict[str, Any]) -> tuple[int | None, str | None]:
    """The page and the words of a coded part. Of a PDF they stand in quotation marks, a line each, between marks of its own."""
    text = _clean(part.get("Text"))
    page = _PAGE.match(text)
    words = _MARKS.sub("", text[page.end() :] if page else text)
    if part.get("IsFromPDF"):
        words = " ".join(line.strip().strip('"') for line in words.splitlines())
    return int(page[1]) if page else None, words.strip() or None


def _clean(text: object) -> str:
    return re.sub(r"\r\n?", "\n", str(text or "")).strip()

"""Variables, cases and sets of a REFI-QDA project: what they say of its documents, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.synthesise.left_out import LeftOut
from tasks.synthesise.qda_archive import Element, child, children, guid, text_of

_VALUES = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")


class Values:
    """Collects `rows` (schemas.coding.DocumentValue). `documents`: GUID → document id, `paths`: GUID → path of a code.

    `of_variables` counts the rows that are a variable's value. `left_out` collects what is not carried over.
    """

    def __init__(
        self, root: Element, documents: Mapping[str, str], paths: Mapping[str, str], left_out: LeftOut
    ) -> None:
        self.rows: list[dict[str, Any]] = []
        self.of_variables = 0
        self._root, self._documents, self._paths, self._left_out = root, documents, paths, left_out
        self._names = {
            guid(variable.get("guid")): (variable.get("name") or "").strip()
            for variable in children(child(root, "Variables"), "Variable")
        }

    def add_value(self, element: Element, document_id: str | None, case: str | None) -> None:
        """A VariableValue of a document or a case."""
        reference = child(element, "VariableRef")
        key = guid(reference.get("targetGUID")) if reference is not None else ""
        value = next((text for kind in _VALUES if (text := text_of(element, kind))), None)
        if value is None:
            return
        self.of_variables += 1
        self._add(document_id, case, self._names.get(key) or key or "(without a name)", value.strip())

    def add_cases(self, selections: Mapping[str, str]) -> None:
        """The cases, with their codes and values. `selections`: GUID → the document of the segment."""
        for number, case in enumerate(children(child(self._root, "Cases"), "Case"), start=1):
            name = (case.get("name") or "").strip() or f"case {number}"
            documents = self._documents_of(case, name, selections)
            coded = [self._paths.get(guid(ref.get("targetGUID"))) for ref in children(case, "CodeRef")]
            self._left_out.add("descriptions of cases", name, text_of(case, "Description") is not None)
            for document_id in documents or [None]:
                self._add(document_id, name, "case", name)
                for path in filter(None, coded):
                    self._add(document_id, name, "code of case", path)
                for value in children(case, "VariableValue"):
                    self.add_value(value, document_id, name)

    def add_sets(self) -> None:
        """Sets of documents; what else a set holds is left out."""
        for group in children(child(self._root, "Sets"), "Set"):
            name = (group.get("name") or "").strip() or "(without a name)"
            members = [guid(member.get("targetGUID")) for member in children(group, "MemberSource")]
            for key in dict.fromkeys(members):
                if key in self._documents:
                    self._add(self._documents[key], None, "set", name)
                else:
                    self._left_out.add("members of sets that are no text", name)
            for member, kind in (("MemberCode", "codes in sets"), ("MemberNote", "memos in sets")):
                self._left_out.add(kind, name, len(children(group, member)))
            if not children(group, "MemberSource", "MemberCode", "MemberNote"):
                self._left_out.add("empty sets", name)

    def _documents_of(self, case: Element, name: str, selections: Mapping[str, str]) -> list[str | None]:
        """The documents of a case, and those that its segments are of."""
        referred = [guid(ref.get("targetGUID")) for ref in children(case, "SourceRef")]
        documents: dict[str | None, None] = dict.fromkeys(
            self._documents[key] for key in referred if key in self._documents
        )
        for ref in children(case, "SelectionRef"):
            document_id = selections.get(guid(ref.get("targetGUID")))
            if document_id:
                documents.setdefault(document_id)
                self._left_out.add("segments of cases (kept: their documents)", name)
        return list(documents)

    def _add(self, document_id: str | None, case: str | None, field: str, value: str) -> None:
        self.rows.append({"document_id": document_id, "case_name": case, "field": field, "value": value})

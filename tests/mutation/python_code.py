"""Mutants of a Python file: each a single slip of the kind that people make, found in the syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.mutation.mutant import Change

_COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Eq: ("!=",), ast.NotEq: ("==",), ast.Lt: ("<=", ">"), ast.LtE: ("<",), ast.Gt: (">=", "<"), ast.GtE: (">",),
    ast.In: ("not in",), ast.NotIn: ("in",), ast.Is: ("is not",), ast.IsNot: ("is",),
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.BitOr: ("|", "&"), ast.BitAnd: ("&", "|"),
}  # fmt: skip
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
#: What these say is for people's eyes: other words are no fault.
_MESSAGES = ("show_line", "UserError", "ValueError", "Problem", "show_progress")


def changes(text: str) -> Iterator[Change]:
    """Every change to the code; docstrings, annotations, imports and messages are left alone."""
    tree = ast.parse(text)
    starts = [0]
    for line in text.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def span(node: ast.expr | ast.stmt) -> tuple[int, int]:
        return starts[node.lineno - 1] + node.col_offset, starts[(node.end_lineno or 0) - 1] + (
            node.end_col_offset or 0
        )

    code = text.encode()
    for node in _logic(tree):
        yield from _of_node(node, code, span)  # type: ignore[arg-type]


def _logic(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that decide something."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert | ast.JoinedStr | ast.Raise):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Call) and _name(node.func) in _MESSAGES:
            continue
        if isinstance(node, ast.AnnAssign):
            yield from [node.value, *_logic(node.value)] if node.value else ()
            continue
        if isinstance(node, ast.FunctionDef):
            defaults = [one for one in [*node.args.defaults, *node.args.kw_defaults] if one]
            for part in [*defaults, *node.body]:
                yield from _logic(ast.Module([part if isinstance(part, ast.stmt) else ast.Expr(part)], []))
            continue
        yield node
        yield from _logic(node)


def _of_node(node: ast.AST, code: bytes, span) -> Iterator[Change]:  # type: ignore[no-untyped-def]
    match node:
        case ast.Compare(ops=[op], comparators=[right]):
            start, end = span(node.left)[1], span(right)[0]
            for other in _COMPARISONS[type(op)]:
                yield _within(code, start, end, r"[=!<>]+|\bnot\s+in\b|\bis\s+not\b|\bin\b|\bis\b", other, "comparison")
        case ast.BoolOp(op, [first, second, *_]):
            word, other = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
            yield _within(code, span(first)[1], span(second)[0], rf"\b{word}\b", other, "and/or")
            for one in (one for one in node.values if not isinstance(one, ast.Constant)):  # `x or ""` is no condition
                yield Change(*span(one), b"True" if word == "and" else b"False", "condition removed")
        case ast.UnaryOp(ast.Not(), operand):
            yield Change(span(node)[0], span(operand)[0], b"", "negation")
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            old, new = _ARITHMETIC[type(op)]
            yield _within(code, span(left)[1], span(right)[0], re.escape(old), new, "operator")
        case ast.Constant(value=bool() as value):
            yield Change(*span(node), str(not value).encode(), "constant")
        case ast.Constant(value=int() as value):
            yield Change(*span(node), str(value + 1).encode(), "constant")
        case ast.Constant(value=str() as value) if value and "\n" not in value:
            start, end = span(node)
            if code[start : start + 1] in (b'"', b"'") and code[end - 3 : end] != b'"""':
                yield Change(end - 1, end - 1, b"!", "constant")
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield Change(*span(value), b"None", "return value dropped")
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            start, end = span(test)
            yield Change(start, end, b"not (" + code[start:end] + b")", "condition negated")
        case ast.Expr(value=ast.Call()):
            yield Change(*span(node), b"pass", "statement removed")
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
            yield Change(*span(node.func), _CALLS[name].encode(), "min/max")


def _within(code: bytes, start: int, end: int, pattern: str, new: str, kind: str) -> Change:
    found = re.search(pattern.encode(), code[start:end])
    if found is None:
        raise ValueError(f"no {pattern} in {code[start:end]!r}")
    return Change(start + found.start(), start + found.end(), new.encode(), kind)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

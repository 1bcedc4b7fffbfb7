"""What an expression is made of, as far as the types of its variables are known: `amount > "3"` is no question.

A type is text | number | truth | list; an unknown one (None) fits everywhere. What is told here would stop the
step when it runs, or could never hold.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.flow.behaviours import conditions_of
from engine.flow.expressions import LITERAL_NAMES, read_tree
from engine.flow.graph import FlowNode, Graph
from engine.flow.loops import read_loop
from engine.flow.problems import Findings
from engine.foundation.language import Sentence, _

TEXT, NUMBER, TRUTH, LIST = "text", "number", "truth", "list"
TYPES = frozenset({TEXT, NUMBER, TRUTH, LIST})

Types = Mapping[str, str | None]
_LITERALS: Mapping[type, str | None] = {str: TEXT, int: NUMBER, float: NUMBER, bool: TRUTH, type(None): None}
_NULL = "null"
_CALLED: Mapping[str, str] = {
    TEXT: _("文字"),
    NUMBER: _("数"),
    TRUTH: _("是否"),
    LIST: _("列表"),
    _NULL: _("空值"),
}


def check_types(graph: Graph, types: Types, findings: Findings) -> None:
    """Tell every expression of the graph that cannot be asked of variables of these types."""
    for node in graph.nodes.values():
        for text, wanted in _expressions(node):
            if flaw := type_flaw(text, types, wanted):
                findings.add("wrong-type", node.line, node.id, text=text, reason=flaw)


def _expressions(node: FlowNode) -> Iterable[tuple[str, str]]:
    for flow in node.outgoing:
        if flow.condition is not None:
            yield flow.condition, TRUTH
    if node.loop is None:
        return
    loop = read_loop(node.loop)
    yield from ((text, TRUTH) for text in conditions_of(node.loop))
    for text, wanted in ((loop.condition, TRUTH), (loop.cardinality, NUMBER), (loop.collection, LIST)):
        if text is not None:
            yield text, wanted


def type_flaw(text: str, types: Types, wanted: str = TRUTH) -> Sentence | None:
    """Why the expression cannot be asked of variables of these types, or None. Raises ExpressionError."""
    reader = _Reader(types)
    reader.want(read_tree(text), wanted)
    return reader.flaw


class _Reader:
    """Walks an expression that is within the language and notes the first thing that does not fit."""

    def __init__(self, types: Types) -> None:
        self.types = types
        self.flaw: Sentence | None = None

    def want(self, node: ast.expr, *wanted: str) -> None:
        found = self.type_of(node)
        if found is not None and found not in wanted:
            self._note(node, found, *wanted)

    def type_of(self, node: ast.expr) -> str | None:
        reader = _READERS.get(type(node))
        return None if reader is None else reader(self, node)

    def _note(self, node: ast.expr, found: str, *wanted: str) -> None:
        kinds = [Sentence(_CALLED[each]) for each in wanted]
        should = kinds[0] if len(kinds) == 1 else Sentence(_("{one}或{other}"), one=kinds[0], other=kinds[1])
        told = {"part": ast.unparse(node), "found": Sentence(_CALLED[found]), "wanted": should}
        self.flaw = self.flaw or Sentence(_("“{part}”是{found}，应为{wanted}"), **told)

    def constant(self, node: ast.Constant) -> str | None:
        return _NULL if node.value is None else _LITERALS.get(type(node.value))

    def name(self, node: ast.Name) -> str | None:
        if node.id in LITERAL_NAMES:
            return _NULL if LITERAL_NAMES[node.id] is None else TRUTH
        return self.types.get(node.id)

    def listed(self, node: ast.List | ast.Tuple) -> str:
        for part in node.elts:
            self.type_of(part)
        return LIST

    def boolean(self, node: ast.BoolOp) -> str:
        for part in node.values:
            self.want(part, TRUTH)
        return TRUTH

    def unary(self, node: ast.UnaryOp) -> str:
        result = TRUTH if isinstance(node.op, ast.Not) else NUMBER
        self.want(node.operand, result)
        return result

    def arithmetic(self, node: ast.BinOp) -> str:
        self.want(node.left, NUMBER)
        self.want(node.right, NUMBER)
        return NUMBER

    def comparison(self, node: ast.Compare) -> str:
        left = node.left
        for sign, right in zip(node.ops, node.comparators, strict=True):
            self._compare(left, sign, right)
            left = right
        return TRUTH

    def _compare(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> None:
        one, other = self.type_of(left), self.type_of(right)
        if isinstance(sign, ast.In | ast.NotIn):
            self.want(right, LIST)
            if isinstance(right, ast.List | ast.Tuple):
                for part in right.elts:
                    self._alike(one, self.type_of(part), part)
            return
        if not isinstance(sign, ast.Eq | ast.NotEq):
            self.want(left, TEXT, NUMBER)
            self.want(right, TEXT, NUMBER)
        self._alike(one, other, right)

    def _alike(self, one: str | None, other: str | None, right: ast.expr) -> None:
        if one not in (None, _NULL, other) and other not in (None, _NULL):
            self._note(right, other, one)

    def call(self, node: ast.Call) -> str:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        single = len(node.args) == 1
        for part in node.args:
            wanted = {"len": (TEXT, LIST), "sum": (LIST,), "abs": (NUMBER,)}.get(name)
            self.want(part, *(wanted or ((LIST, NUMBER) if single else (NUMBER,))))
        return NUMBER


_READERS: Mapping[type, Callable[[_Reader, Any], str | None]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.List: _Reader.listed,
    ast.Tuple: _Reader.listed,
    ast.BoolOp: _Reader.boolean,
    ast.UnaryOp: _Reader.unary,
    ast.BinOp: _Reader.arithmetic,
    ast.Compare: _Reader.comparison,
    ast.Call: _Reader.call,
}

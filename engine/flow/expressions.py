"""The language of conditions: an allow-list over Python's expressions, parsed once, run without eval or exec.

Literals, names (Chinese too), comparisons, `and or not`, `in` lists, `+ - *` on numbers, and `FUNCTIONS`.
There are no attributes, subscripts, calls of anything else, comprehensions, powers or strings that format.
"""

from __future__ import annotations

import ast
import operator
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.flow.expression_values import FUNCTIONS, ExpressionError, as_bool, as_number, is_among, is_same
from engine.foundation.language import _

MAX_LENGTH = 500
MAX_NODES = 120
MAX_DEPTH = 20

TOO_LONG = _("不能超过{most}个字符")
NOT_ALLOWED = _("“{part}”不是这里可以写的")

Evaluation = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Expression:
    """One parsed condition: its text, the names it reads, and how to compute it."""

    text: str
    names: frozenset[str]
    evaluate: Evaluation

    def holds(self, variables: Mapping[str, Any]) -> bool:
        """Whether the condition is true; a value that is neither true nor false is an error, not a guess."""
        return as_bool(self.evaluate(variables))


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression:
    """The expression written in `text`; raises ExpressionError for anything outside the language."""
    tree = _read(text)
    names: set[str] = set()
    evaluation = _build(tree, names)
    return Expression(text, frozenset(names), evaluation)


_WARNINGS = threading.Lock()


def read_tree(text: str) -> ast.expr:
    """The tree of an expression of the language, for those who ask about it; raises ExpressionError."""
    parse(text)
    return _read(text)


def _read(text: str) -> ast.expr:
    source = text.strip()
    if not source:
        raise ExpressionError(_("表达式是空的"))
    if len(source) > MAX_LENGTH:
        raise ExpressionError(TOO_LONG, most=MAX_LENGTH)
    if "\\" in source or not all(c.isprintable() for c in source):
        raise ExpressionError(_("不能有反斜杠、换行和控制字符"))
    try:
        # The parser warns about spellings such as `1and 2`; the text is judged by its tree, not by warnings.
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = min(getattr(error, "offset", 0) or len(source), len(source))
        raise ExpressionError(_("从第{place}个字符起读不懂"), place=place) from None
    _bound(tree)
    return tree


def _bound(tree: ast.expr) -> None:
    """Size and depth are measured without recursion, before anything recursive touches the tree."""
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError(_("太长，或者嵌套太深"))
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def _part(node: ast.expr) -> str:
    """The part of an expression as its author may find it again."""
    text = ast.unparse(node)
    return text if len(text) <= 40 else text[:39] + "…"


# Values: how they may be combined -----------------------------------------------------------------


LITERAL_NAMES: Mapping[str, Any] = {"true": True, "false": False, "null": None}

_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def apply(left: Any, right: Any) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        return compare(as_number(left), as_number(right))

    return apply


_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: is_same,
    ast.NotEq: lambda left, right: not is_same(left, right),
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
    ast.In: is_among,
    ast.NotIn: lambda left, right: not is_among(left, right),
}


# Building ---------------------------------------------------------------------------------------


def _build(node: ast.expr, names: set[str]) -> Evaluation:
    builder = _BUILDERS.get(type(node))
    if builder is None:
        raise ExpressionError(NOT_ALLOWED, part=_part(node))
    return builder(node, names)


def _constant(node: ast.Constant, names: set[str]) -> Evaluation:
    value = node.value
    if value is not None and not isinstance(value, bool | int | float | str):
        raise ExpressionError(NOT_ALLOWED, part=_part(node))
    if isinstance(value, int | float) and not isinstance(value, bool):
        as_number(value)
    return lambda variables: value


def _name(node: ast.Name, names: set[str]) -> Evaluation:
    name = node.id
    if name in LITERAL_NAMES:
        literal = LITERAL_NAMES[name]
        return lambda variables: literal
    if name.startswith("_"):
        raise ExpressionError(_("名称不能以下划线开头：{name}"), name=name)
    if name in FUNCTIONS:
        raise ExpressionError(_("“{name}”是函数，不是字段"), name=name)
    names.add(name)

    def look_up(variables: Mapping[str, Any]) -> Any:
        try:
            return variables[name]
        except KeyError:
            raise ExpressionError(_("“{name}”还没有值"), name=name) from None

    return look_up


def _list(node: ast.List | ast.Tuple, names: set[str]) -> Evaluation:
    parts = [_build(part, names) for part in node.elts]
    return lambda variables: [part(variables) for part in parts]


def _boolean(node: ast.BoolOp, names: set[str]) -> Evaluation:
    parts = [_build(part, names) for part in node.values]
    combine = all if isinstance(node.op, ast.And) else any
    return lambda variables: combine(as_bool(part(variables)) for part in parts)


def _unary(node: ast.UnaryOp, names: set[str]) -> Evaluation:
    part = _build(node.operand, names)
    if isinstance(node.op, ast.Not):
        return lambda variables: not as_bool(part(variables))
    if isinstance(node.op, ast.USub):
        return lambda variables: -as_number(part(variables))
    raise ExpressionError(NOT_ALLOWED, part=_part(node))


def _arithmetic(node: ast.BinOp, names: set[str]) -> Evaluation:
    apply = _ARITHMETIC.get(type(node.op))
    if apply is None:
        raise ExpressionError(NOT_ALLOWED, part=_part(node))
    left, right = _build(node.left, names), _build(node.right, names)
    compute = apply
    return lambda variables: as_number(compute(as_number(left(variables)), as_number(right(variables))))


def _comparison(node: ast.Compare, names: set[str]) -> Evaluation:
    first = _build(node.left, names)
    steps = []
    for sign, part in zip(node.ops, node.comparators, strict=True):
        compare = _COMPARISONS.get(type(sign))
        if compare is None:
            raise ExpressionError(_("请用==和!=比较"))
        steps.append((compare, _build(part, names)))

    def evaluate(variables: Mapping[str, Any]) -> bool:
        left = first(variables)
        for compare, part in steps:
            right = part(variables)
            if not compare(left, right):
                return False
            left = right
        return True

    return evaluate


def _call(node: ast.Call, names: set[str]) -> Evaluation:
    if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
        raise ExpressionError(
            _("只能调用{names}，不带参数名：{part}"), names="、".join(FUNCTIONS), part=_part(node)
        )
    function_name = node.func.id
    function = FUNCTIONS[function_name]
    parts = [_build(part, names) for part in node.args]

    def evaluate(variables: Mapping[str, Any]) -> Any:
        try:
            return function(*[part(variables) for part in parts])
        except TypeError:
            raise ExpressionError(_("“{name}”的参数个数不对"), name=function_name) from None

    return evaluate


_BUILDERS: Mapping[type[ast.expr], Callable[[Any, set[str]], Evaluation]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.List: _list,
    ast.Tuple: _list,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.BinOp: _arithmetic,
    ast.Compare: _comparison,
    ast.Call: _call,
}

"""The language of conditions: an allow-list over Python's expressions, parsed once, run without eval or exec.

Literals, names (Chinese too), comparisons, `and or not`, `in` lists, `+ - *` on numbers, and `FUNCTIONS`.
There are no attributes, subscripts, calls of anything else, comprehensions, powers or strings that format.
"""

from __future__ import annotations

import ast
import math
import operator
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MAX_LENGTH = 500
MAX_NODES = 120
MAX_DEPTH = 20
MAX_NUMBER = 10**18

Evaluation = Callable[[Mapping[str, Any]], Any]


class ExpressionError(ValueError):
    """The text is outside the language, or its value cannot be computed from these variables."""


@dataclass(frozen=True)
class Expression:
    """One parsed condition: its text, the names it reads, and how to compute it."""

    text: str
    names: frozenset[str]
    evaluate: Evaluation

    def holds(self, variables: Mapping[str, Any]) -> bool:
        """Whether the condition is true; a value that is neither true nor false is an error, not a guess."""
        return _as_bool(self.evaluate(variables))


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
        raise ExpressionError("the expression is empty")
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH} characters")
    if "\\" in source or not all(c.isprintable() for c in source):
        raise ExpressionError("backslashes, line breaks and control characters are not allowed")
    try:
        # The parser warns about spellings such as `1and 2`; the text is judged by its tree, not by warnings.
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"not an expression: {getattr(error, 'msg', error)}") from None
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
            raise ExpressionError("too large or too deeply nested")
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


# Values -----------------------------------------------------------------------------------------


def _as_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(f"expected true or false, got {type(value).__name__}")
    return value


def _as_number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError(f"expected a number, got {type(value).__name__}")
    if not math.isfinite(value) or abs(value) > MAX_NUMBER:
        raise ExpressionError("the number is too large")
    return value


def _as_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ExpressionError(f"expected a list, got {type(value).__name__}")
    return value


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else len(_as_list(value))


def _numbers(*values: Any) -> list[int | float]:
    listed = _as_list(values[0]) if len(values) == 1 and isinstance(values[0], list) else list(values)
    if not listed:
        raise ExpressionError("expected at least one number")
    return [_as_number(value) for value in listed]


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "len": _length,
    "min": lambda *values: min(_numbers(*values)),
    "max": lambda *values: max(_numbers(*values)),
    "sum": lambda values: _as_number(sum(_as_number(value) for value in _as_list(values))),
    "abs": lambda value: abs(_as_number(value)),
}

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
        return compare(_as_number(left), _as_number(right))

    return apply


_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
    ast.In: lambda left, right: left in _as_list(right),
    ast.NotIn: lambda left, right: left not in _as_list(right),
}


# Building ---------------------------------------------------------------------------------------


def _build(node: ast.expr, names: set[str]) -> Evaluation:
    builder = _BUILDERS.get(type(node))
    if builder is None:
        raise ExpressionError(f"{type(node).__name__} is not part of the language")
    return builder(node, names)


def _constant(node: ast.Constant, names: set[str]) -> Evaluation:
    value = node.value
    if value is not None and not isinstance(value, bool | int | float | str):
        raise ExpressionError(f"a {type(value).__name__} is not part of the language")
    if isinstance(value, int | float) and not isinstance(value, bool):
        _as_number(value)
    return lambda variables: value


def _name(node: ast.Name, names: set[str]) -> Evaluation:
    name = node.id
    if name in LITERAL_NAMES:
        literal = LITERAL_NAMES[name]
        return lambda variables: literal
    if name.startswith("_"):
        raise ExpressionError("names do not begin with an underscore")
    if name in FUNCTIONS:
        raise ExpressionError(f"{name} is a function and no variable")
    names.add(name)

    def look_up(variables: Mapping[str, Any]) -> Any:
        try:
            return variables[name]
        except KeyError:
            raise ExpressionError(f"nothing is known as {name}") from None

    return look_up


def _list(node: ast.List | ast.Tuple, names: set[str]) -> Evaluation:
    parts = [_build(part, names) for part in node.elts]
    return lambda variables: [part(variables) for part in parts]


def _boolean(node: ast.BoolOp, names: set[str]) -> Evaluation:
    parts = [_build(part, names) for part in node.values]
    combine = all if isinstance(node.op, ast.And) else any
    return lambda variables: combine(_as_bool(part(variables)) for part in parts)


def _unary(node: ast.UnaryOp, names: set[str]) -> Evaluation:
    part = _build(node.operand, names)
    if isinstance(node.op, ast.Not):
        return lambda variables: not _as_bool(part(variables))
    if isinstance(node.op, ast.USub):
        return lambda variables: -_as_number(part(variables))
    raise ExpressionError("this sign is not part of the language")


def _arithmetic(node: ast.BinOp, names: set[str]) -> Evaluation:
    apply = _ARITHMETIC.get(type(node.op))
    if apply is None:
        raise ExpressionError(f"{type(node.op).__name__} is not part of the language")
    left, right = _build(node.left, names), _build(node.right, names)
    compute = apply
    return lambda variables: _as_number(compute(_as_number(left(variables)), _as_number(right(variables))))


def _comparison(node: ast.Compare, names: set[str]) -> Evaluation:
    first = _build(node.left, names)
    steps = []
    for sign, part in zip(node.ops, node.comparators, strict=True):
        compare = _COMPARISONS.get(type(sign))
        if compare is None:
            raise ExpressionError("use == and != to compare")
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
        raise ExpressionError("only " + ", ".join(FUNCTIONS) + " can be called, without keywords")
    function = FUNCTIONS[node.func.id]
    parts = [_build(part, names) for part in node.args]

    def evaluate(variables: Mapping[str, Any]) -> Any:
        try:
            return function(*[part(variables) for part in parts])
        except TypeError as error:
            raise ExpressionError(str(error)) from None

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

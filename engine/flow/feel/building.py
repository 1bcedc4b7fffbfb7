"""Parts put together from smaller ones, each counting the work that it will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.flow.feel.parts import MAX_ITEMS, FeelError, Part, Scope
from engine.flow.feel.properties import property_of
from engine.flow.feel.values import Range, calculate, disjunction, equal, kind_of, weight
from engine.foundation.language import _


def in_value(value: Any, tested: Any) -> bool | None:
    """Whether a value is the tested one, lies in it if it is a range, or is among it if it is a list."""
    if isinstance(tested, Range):
        return tested.holds(value)
    if isinstance(tested, list) and not isinstance(value, list):
        found: bool | None = False
        for each in tested:
            found = disjunction(found, in_value(value, each))
        return found
    return equal(value, tested)


def literal(value: Any) -> Part:
    return Part(lambda scope: value, kind_of(value), "literal", value)


def checked_literal(name: str, run: Callable[[Scope], Any]) -> Part:
    """`date("2026-02-30")` is null by the standard and a slip by any other measure: said when it is deployed."""
    value = run(Scope({}))
    if value is None:
        raise FeelError(_("这里的值不能成为{name}"), name=name)
    return literal(value)


def listed(parts: list[Part]) -> Part:
    if len(parts) > MAX_ITEMS:
        raise FeelError(_("列表超过{most}项"), most=MAX_ITEMS)
    runs = [part.run for part in parts]
    return Part(lambda scope: [run(scope) for run in runs], "list", "list", parts=tuple(parts))


def claim(run: Callable[[Scope], Any]) -> Part:
    return Part(run, "boolean", "claim")


def both(operation: Callable[[Any, Any], Any], left: Part, right: Part) -> Part:
    one, other = left.run, right.run

    def run(scope: Scope) -> Any:
        first, second = one(scope), other(scope)
        scope.effort.spend(weight(first) + weight(second))
        return operation(first, second)

    return claim(run)


def arithmetic(sign: str, left: Part, right: Part) -> Part:
    one, other = left.run, right.run

    def run(scope: Scope) -> Any:
        scope.effort.spend()
        return calculate(sign, one(scope), other(scope))

    return Part(run, left.kind if left.kind == right.kind in ("number", "string") else "Any")


def part_of(part: Part, name: str) -> Part:
    run = part.run
    return Part(lambda scope: property_of(run(scope), name))


def inside(tested: Part) -> Callable[[Scope, Any], bool | None]:
    def holds(scope: Scope, value: Any) -> bool | None:
        found = tested.run(scope)
        scope.effort.spend(weight(found))
        return in_value(value, found)

    return holds


def same_kind(one: Part, other: Part) -> None:
    """Refuse to order what can never be ordered, where the text tells."""
    known = {one.kind, other.kind} - {"Any", "null"}
    if len(known) > 1:
        raise FeelError(_("{one}与{other}不分先后"), one=one.kind, other=other.kind)

"""Unary tests (DMN 1.3, 7.3.10 and 10.3.1.2, rules 12–17): what a cell of a decision table asks of its input."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from engine.flow.feel.building import inside
from engine.flow.feel.parts import FeelError, Part, Scope, Test
from engine.flow.feel.reading import Reader
from engine.flow.feel.values import COMPARISONS, disjunction, negation
from engine.foundation.language import _

Holds = Callable[[Scope, Any], bool | None]
# Ambiguous on a truth value: is `年数 > 3` true, or is the input equal to it?
CLAIMS = frozenset({"claim"})


@lru_cache(maxsize=4096)
def parse_tests(text: str, names: frozenset[str]) -> Test | None:
    """The tests of one cell, any of which is enough; None for `-`, which everything passes. Raises FeelError."""
    if text.strip() in ("-", ""):
        return None
    reader = _Cell(text, names)
    test = reader.negated() if reader.is_negated else reader.tests()
    reader.end()
    return test


class _Cell(Reader):
    @property
    def is_negated(self) -> bool:
        return self.here == ("word", "not") and self.tokens[self.place + 1] == ("sign", "(")

    def negated(self) -> Test:
        self.take()
        self.expect("(")
        inner = self.tests()
        self.expect(")")
        return Test(lambda scope, value: negation(inner.holds(scope, value)), inner.kinds, inner.ambiguous)

    def tests(self) -> Test:
        tests = [self._test()]
        while self.passes(","):
            tests.append(self._test())
        if len(tests) == 1:
            return tests[0]
        each = [test.holds for test in tests]

        def holds(scope: Scope, value: Any) -> bool | None:
            found: bool | None = False
            for test in each:
                found = disjunction(found, test(scope, value))
            return found

        kinds = frozenset(kind for test in tests for kind in test.kinds)
        return Test(holds, kinds, any(test.ambiguous for test in tests))

    def _test(self) -> Test:
        if self.at("=", "!="):
            raise FeelError(_("请只写值，或者写not(值)"))
        if self.at("<", "<=", ">", ">="):
            compare = COMPARISONS[self.take().text]
            bound = self.additive()
            return Test(_compared(compare, bound), _kinds(bound))
        self.asks = False
        part = self.expression()
        if self.asks:
            return Test(lambda scope, value: _true(part.run(scope.asking(value))))
        if part.form in CLAIMS:
            return Test(lambda scope, value: _true(part.run(scope)), ambiguous=True)
        return Test(inside(part), _kinds(part))


def _compared(compare: Callable[[Any, Any], bool | None], bound: Part) -> Holds:
    def holds(scope: Scope, value: Any) -> bool | None:
        scope.effort.spend()
        return compare(value, bound.run(scope))

    return holds


def _true(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _kinds(part: Part) -> frozenset[str]:
    """The kinds of value that could ever pass the test."""
    if part.form in ("list", "range"):
        return frozenset(kind for inner in part.parts for kind in _kinds(inner))
    return frozenset() if part.kind in ("Any", "null", "list", "range") else frozenset({part.kind})

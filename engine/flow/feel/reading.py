"""The grammar of FEEL expressions (DMN 1.3, 10.3.1.2), as far as it is run here, read into closures."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from engine.flow.feel import times
from engine.flow.feel.building import (
    arithmetic,
    both,
    checked_literal,
    claim,
    inside,
    listed,
    literal,
    part_of,
    same_kind,
)
from engine.flow.feel.functions import AS_GIVEN, FUNCTIONS, NAMES
from engine.flow.feel.lexing import LEFT_OUT
from engine.flow.feel.parts import FeelError, Part, Scope
from engine.flow.feel.values import COMPARISONS, NUMBERS, Range, conjunction, disjunction, negative, weight
from engine.flow.feel.words import Words, found_at
from engine.foundation.language import _

MAX_DEPTH = 24
CONNECTIVES = {"or": disjunction, "and": conjunction}
CLOSINGS = {")": False, "[": False, "]": True}


@lru_cache(maxsize=4096)
def parse_expression(text: str, names: frozenset[str]) -> Part:
    """The expression in `text`, which may read `names`; raises FeelError for anything outside the language."""
    reader = Reader(text, names)
    part = reader.expression()
    reader.end()
    if reader.asks:
        raise FeelError(_("只有在检查输入的地方，“?”才代表输入"))
    return part


class Reader(Words):
    """Reads one text from left to right. `asks` tells whether `?` was among what has been read."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        super().__init__(text, names | NAMES)
        self.names = names
        self.depth = 0
        self.asks = False

    # Expressions --------------------------------------------------------------------------------

    def expression(self) -> Part:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FeelError(_("嵌套超过{most}层"), most=MAX_DEPTH)
        part = self._connected("or")
        self.depth -= 1
        return part

    def _choice(self) -> Part:
        condition = self.expression().run
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        no = self.expression()

        def run(scope: Scope) -> Any:
            return yes.run(scope) if condition(scope) is True else no.run(scope)

        return Part(run, yes.kind if yes.kind == no.kind else "Any")

    def _connected(self, word: str) -> Part:
        inner = (lambda: self._connected("and")) if word == "or" else self._compared
        part = inner()
        while self.passes(word):
            part = both(CONNECTIVES[word], part, inner())
        return part

    def _compared(self) -> Part:
        left = self.additive()
        if self.at(*COMPARISONS):
            sign = self.take().text
            right = self.additive()
            if sign not in ("=", "!="):
                same_kind(left, right)
            part = both(COMPARISONS[sign], left, right)
            if self.at(*COMPARISONS):
                raise FeelError(_("比较不能连写，请用and"))
            return part
        if self.passes("between"):
            return self._between(left)
        return self._among(left) if self.passes("in") else left

    def _between(self, value: Part) -> Part:
        low = self.additive()
        self.expect("and")
        high = self.additive()
        same_kind(value, low)
        same_kind(value, high)
        return claim(lambda scope: Range(low.run(scope), high.run(scope), True, True).holds(value.run(scope)))

    def _among(self, value: Part) -> Part:
        tests = self._listed_tests() if self.passes("(") else [self.element()]

        def run(scope: Scope) -> bool | None:
            own, found = value.run(scope), False
            for test in tests:
                found = disjunction(found, test(scope, own))  # type: ignore[assignment]
            return found

        return claim(run)

    def _listed_tests(self) -> list[Callable[[Scope, Any], bool | None]]:
        """What stands after `in (`: several tests, or one range that is open at its beginning."""
        if self.at("<", "<=", ">", ">="):
            tests = [self.element()]
        else:
            first = self.expression()
            if self.at(".."):
                return [inside(self.range_from(first, closed=False))]
            tests = [inside(first)]
        while self.passes(","):
            tests.append(self.element())
        self.expect(")")
        return tests

    def element(self) -> Callable[[Scope, Any], bool | None]:
        """One test of a value: `< 5`, a range, a list or a value."""
        if self.at("<", "<=", ">", ">="):
            compare = COMPARISONS[self.take().text]
            bound = self.additive().run
            return lambda scope, value: compare(value, bound(scope))
        return inside(self.additive())

    # Arithmetic ---------------------------------------------------------------------------------

    def additive(self) -> Part:
        return self._calculated(("+", "-"), lambda: self._calculated(("*", "/"), self._power))

    def _calculated(self, signs: tuple[str, ...], inner: Callable[[], Part]) -> Part:
        part = inner()
        while self.at(*signs):
            part = arithmetic(self.take().text, part, inner())
        return part

    def _power(self) -> Part:
        part = self._signed()
        while self.passes("**"):
            part = arithmetic("**", part, self._signed())
        return part

    def _signed(self) -> Part:
        signs = 0
        while self.passes("-"):
            signs += 1
        part = self._postfix()
        if not signs:
            return part
        if signs > 1:
            raise FeelError(_("正负号只写一个"))
        if part.form == "literal" and part.kind == "number":
            return literal(-part.value)
        run = part.run
        return Part(lambda scope: negative(run(scope)), part.kind)

    def _postfix(self) -> Part:
        part = self._primary()
        while self.passes("."):
            part = part_of(part, self._word())
        return part

    def _word(self) -> str:
        token = self.take()
        if token.kind not in ("word", "name"):
            raise FeelError(_("应为名称，读到的是“{found}”"), found=found_at(token))
        return token.text

    # What stands alone --------------------------------------------------------------------------

    def _primary(self) -> Part:
        token = self.take()
        if token.kind == "number":
            return literal(NUMBERS.create_decimal(token.text))
        if token.kind == "text":
            return literal(token.text)
        if token.kind in ("word", "name"):
            return self._call(token.text) if self.at("(") else self._name(token.text)
        if token.kind in ("sign", "keyword") and (read := _PRIMARIES.get(token.text)):
            return read(self)
        raise FeelError(_("此处不应是“{found}”"), found=found_at(token))

    def _name(self, name: str) -> Part:
        if name not in self.names:
            raise FeelError(_("没有名为“{name}”的值"), name=name)

        def run(scope: Scope) -> Any:
            scope.effort.spend()
            return scope.names[name]

        return Part(run, form="name", value=name)

    def _call(self, name: str) -> Part:
        function = FUNCTIONS.get(name)
        if function is None or name in LEFT_OUT:
            raise FeelError(_("“{name}”不是可以调用的函数"), name=name)
        self.expect("(")
        arguments = [] if self.at(")") else self._several()
        self.expect(")")
        if not function.least <= len(arguments) <= function.most:
            told = {"name": name, "least": function.least, "most": function.most}
            raise FeelError(_("“{name}”要{least}到{most}个参数"), **told)
        call, runs = function, [part.run for part in arguments]

        def run(scope: Scope) -> Any:
            arguments = [each(scope) for each in runs]
            scope.effort.spend(1 + weight(arguments))
            return call.apply(arguments)

        constant = name in _LITERALS and all(part.form == "literal" for part in arguments)
        gives = arguments[0].kind if function.gives == AS_GIVEN else function.gives
        return checked_literal(name, run) if constant else Part(run, gives)

    def _several(self) -> list[Part]:
        parts = [self.expression()]
        while self.passes(","):
            parts.append(self.expression())
        return parts

    def _grouped(self) -> Part:
        part = self.expression()
        if self.at(".."):
            return self.range_from(part, closed=False)
        self.expect(")")
        return part

    def _bracketed(self) -> Part:
        if self.passes("]"):
            return listed([])
        parts = [self.expression()]
        if self.at(".."):
            return self.range_from(parts[0], closed=True)
        while self.passes(","):
            parts.append(self.expression())
        self.expect("]")
        return listed(parts)

    def _open_range(self) -> Part:
        return self.range_from(self.additive(), closed=False)

    def range_from(self, low: Part, closed: bool) -> Part:
        self.expect("..")
        high = self.additive()
        closing = self.expect(")", "[", "]")
        same_kind(low, high)

        def run(scope: Scope) -> Range:
            return Range(low.run(scope), high.run(scope), closed, CLOSINGS[closing])

        return Part(run, "range", "range", parts=(low, high))

    def _input(self) -> Part:
        self.asks = True
        return Part(lambda scope: scope.asked)

    def _at_literal(self) -> Part:
        token = self.take()
        if token.kind != "text":
            raise FeelError(_("@之后应为引号中的文字"))
        try:
            return literal(times.literal(token.text))
        except ValueError:
            raise FeelError(_("“{part}”不是日期、时刻或时长"), part=token.text) from None


_LITERALS = frozenset({"date", "time", "date and time", "duration"})
_PRIMARIES: dict[str, Callable[[Reader], Part]] = {
    "true": lambda reader: literal(True),
    "false": lambda reader: literal(False),
    "null": lambda reader: literal(None),
    "if": Reader._choice,
    "(": Reader._grouped,
    "[": Reader._bracketed,
    "]": Reader._open_range,
    "?": Reader._input,
    "@": Reader._at_literal,
}

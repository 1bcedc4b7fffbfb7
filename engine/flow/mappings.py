"""Which variables go into an activity that has its own, and come out again: `name, other = expression` or `*`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.flow.expressions import LITERAL_NAMES, TOO_LONG, Expression, ExpressionError, parse
from engine.foundation.language import _

MAX_LENGTH = 2_000
EVERYTHING = "*"

# A target in quotation marks may hold spaces, as the inputs of a decision do.
_PAIR = re.compile(r'(?P<target>[^\W\d]\w*|"[^"=]{1,100}")\s*=(?!=)\s*(?P<text>.+)', re.DOTALL)
_CLOSING = {"(": ")", "[": "]"}


@dataclass(frozen=True)
class DataMapping:
    """The targets with the expressions that fill them, in order; or everything as it is."""

    pairs: tuple[tuple[str, Expression], ...] = ()
    everything: bool = False

    @property
    def targets(self) -> frozenset[str]:
        return frozenset(target for target, _ in self.pairs)

    @property
    def names(self) -> frozenset[str]:
        """What the expressions read."""
        return frozenset(name for _, expression in self.pairs for name in expression.names)

    def apply(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the targets; raises ExpressionError."""
        if self.everything:
            return dict(variables)
        return {target: expression.evaluate(variables) for target, expression in self.pairs}


@lru_cache(maxsize=512)
def read_mapping(text: str) -> DataMapping:
    """The mapping in `text`; raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(TOO_LONG, most=MAX_LENGTH)
    if text.strip() == EVERYTHING:
        return DataMapping(everything=True)
    pairs = tuple(_pair(part.strip()) for part in _parts(text)) if text.strip() else ()
    targets = [target for target, _ in pairs]
    if len(set(targets)) < len(targets):
        raise ExpressionError(_("有一个名称写了两次"))
    return DataMapping(pairs)


def _pair(part: str) -> tuple[str, Expression]:
    found = _PAIR.fullmatch(part)
    target, text = (found["target"], found["text"]) if found else (part, part)
    if not found and not part.isidentifier():
        raise ExpressionError(_("“{part}”既不是名称，也不是“名称 = 表达式”"), part=part)
    name = target.strip('"')
    if name in LITERAL_NAMES or name.startswith("_") or not name.isprintable():
        raise ExpressionError(_("“{name}”不能用作变量的名称"), name=name)
    return name, parse(text)


def _parts(text: str) -> Iterator[str]:
    """Split at the commas that stand outside of quotation marks and brackets."""
    begin, open_brackets, quote = 0, [], ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in _CLOSING:
            open_brackets.append(_CLOSING[character])
        elif open_brackets and character == open_brackets[-1]:
            open_brackets.pop()
        elif character == "," and not open_brackets:
            yield text[begin:place]
            begin = place + 1
    yield text[begin:]

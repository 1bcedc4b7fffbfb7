"""Decision tables after chapter 8 of DMN 1.3, for random cells, written without a look at the engine.

A cell is a Python value that can be written as FEEL and asked directly; no text is read here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.flow.dmn import Column, DrawnDecision, DrawnTable

TYPES = ("number", "string", "date", "boolean")
OUTPUTS = ("甲", "乙", "丙")
POLICIES = ("UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
FAILED = "failed"


@dataclass
class Cell:
    """One cell: any of its `ranges` (low, high, low closed, high closed; None: no end) or `values`, or not."""

    ranges: list[tuple[Any, Any, bool, bool]] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    negated: bool = False
    anything: bool = False

    def passes(self, value: Any) -> bool:
        if self.anything:
            return True
        among = any(_same(value, each) for each in self.values)
        if value is None:
            # An order with null is unknown, and unknown stays so when it is negated.
            return not among if self.negated and not self.ranges else among and not self.negated
        return (among or any(_between(value, *each) for each in self.ranges)) != self.negated

    def written(self) -> str:
        if self.anything:
            return "-"
        parts = [_range(*each) for each in self.ranges] + [_value(each) for each in self.values]
        return f"not({', '.join(parts)})" if self.negated else ", ".join(parts)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _between(value: Any, low: Any, high: Any, low_closed: bool, high_closed: bool) -> bool:
    above = low is None or value > low or (low_closed and value == low)
    below = high is None or value < high or (high_closed and value == high)
    return above and below


def _range(low: Any, high: Any, low_closed: bool, high_closed: bool) -> str:
    if high is None:
        return f"{'>=' if low_closed else '>'} {_value(low)}"
    if low is None:
        return f"{'<=' if high_closed else '<'} {_value(high)}"
    return f"{'[' if low_closed else '('}{_value(low)}..{_value(high)}{']' if high_closed else ')'}"


def _value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return f'"{value}"' if isinstance(value, str) else str(value)


@dataclass
class RandomTable:
    """A table with its cells, its outputs (one or two), and what they are worth."""

    types: list[str]
    policy: str
    aggregation: str
    rules: list[tuple[list[Cell], list[Any]]]
    default: Any

    def drawn(self) -> DrawnDecision:
        listed = ", ".join(_value(each) for each in self.order)
        width = len(self.rules[0][1])
        outputs = [
            Column(f"out{place}", self.kind, listed, "" if self.default is None else _value(self.default))
            for place in range(width)
        ]
        inputs = [Column(f"in{place}", type) for place, type in enumerate(self.types)]
        rules = [
            ([cell.written() for cell in cells], [_value(v) for v in given]) for cells, given in self.rules
        ]
        return DrawnDecision("d", DrawnTable(inputs, outputs, rules, self.policy, self.aggregation))

    @property
    def kind(self) -> str:
        return "number" if self.aggregation else "string"

    @property
    def order(self) -> tuple[Any, ...]:
        return (1, 2, 5) if self.aggregation else OUTPUTS

    def result(self, values: list[Any]) -> Any:
        hits = [
            given
            for cells, given in self.rules
            if all(cell.passes(v) for cell, v in zip(cells, values, strict=True))
        ]
        if not hits and self.default is not None:
            return self.shaped([self.default] * len(self.rules[0][1]))
        if self.policy in ("UNIQUE", "ANY", "PRIORITY", "FIRST"):
            return self.single(hits)
        if self.policy == "OUTPUT ORDER":
            hits = sorted(hits, key=lambda given: [self.order.index(each) for each in given])
        return self.collected([self.shaped(given) for given in hits])

    def single(self, hits: list[list[Any]]) -> Any:
        if not hits:
            return None
        if self.policy == "UNIQUE" and len(hits) > 1:
            return FAILED
        if self.policy == "ANY" and any(hit != hits[0] for hit in hits):
            return FAILED
        if self.policy == "PRIORITY":
            return self.shaped(min(hits, key=lambda given: [self.order.index(each) for each in given]))
        return self.shaped(hits[0])

    def collected(self, results: list[Any]) -> Any:
        made = {"SUM": sum, "MIN": min, "MAX": max, "COUNT": len}.get(self.aggregation)
        if made is None:
            return results
        return made(results) if results or self.aggregation == "COUNT" else None

    @staticmethod
    def shaped(given: list[Any]) -> Any:
        return given[0] if len(given) == 1 else {f"out{place}": each for place, each in enumerate(given)}


def random_value(random: Random, type: str) -> Any:
    return {
        "number": lambda: random.choice([-1, 0, 1, 2, 2.5, 3]),
        "string": lambda: random.choice(["A", "B", "督办"]),
        "date": lambda: date(2026, 2, 27) + timedelta(days=random.randrange(4)),
        "boolean": lambda: random.random() < 0.5,
    }[type]()


def random_cell(random: Random, type: str) -> Cell:
    if random.random() < 0.2:
        return Cell(anything=True)
    cell = Cell(negated=random.random() < 0.25)
    for _ in range(random.randint(1, 2)):
        if type == "boolean" or random.random() < 0.5:
            cell.values.append(None if random.random() < 0.1 else random_value(random, type))
            continue
        low, high = sorted((random_value(random, type), random_value(random, type)))
        shape = random.choice([(low, high), (low, None), (None, high)])
        cell.ranges.append((*shape, random.random() < 0.5, random.random() < 0.5))
    return cell


def random_table(random: Random) -> RandomTable:
    types = [random.choice(TYPES) for _ in range(random.randint(1, 3))]
    policy = random.choice(POLICIES)
    aggregation = random.choice(["", "SUM", "MIN", "MAX", "COUNT"]) if policy == "COLLECT" else ""
    width = 1 if aggregation else random.randint(1, 2)
    values = (1, 2, 5) if aggregation else OUTPUTS
    rules = [
        ([random_cell(random, type) for type in types], [random.choice(values) for _ in range(width)])
        for _ in range(random.randint(1, 5))
    ]
    return RandomTable(types, policy, aggregation, rules, random.choice([None, None, values[0]]))

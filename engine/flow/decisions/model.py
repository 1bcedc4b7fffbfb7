"""Decisions as they are run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.flow.decisions.types import ANY, Type
from engine.flow.feel.parts import Part, Test


@dataclass(frozen=True)
class Input:
    """One input column: its expression, and the tests that its values must pass before any rule is asked."""

    label: str
    expression: Part
    type: Type = ANY
    allowed: Test | None = None


@dataclass(frozen=True)
class Output:
    """One output column. `values` lists what may come out, most important first; None where nothing is listed."""

    name: str
    type: Type = ANY
    values: tuple[Part, ...] | None = None
    default: Part | None = None


@dataclass(frozen=True)
class Rule:
    """One row: a test for each input (None: anything), an expression for each output."""

    name: str
    tests: tuple[Test | None, ...]
    entries: tuple[Part, ...]


@dataclass(frozen=True)
class Table:
    """A decision table; `policy` and `aggregation` as DMN spells them."""

    policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @property
    def is_single_hit(self) -> bool:
        return self.policy in ("UNIQUE", "ANY", "PRIORITY", "FIRST")


@dataclass(frozen=True)
class Decision:
    """One decision. `name` is how other decisions read its result; `reads` are the process variables it needs.

    `order` lists the decisions it needs, each after those that it needs itself, and it last of all.
    """

    id: str
    name: str
    title: str
    file: str
    type: Type
    logic: Table | Part
    inputs: Mapping[str, Type]
    requires: tuple[str, ...]
    order: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Drawn:
    """A decision as read from its file, before its requirements are known to exist."""

    decision: Decision
    line: int
    links: tuple[tuple[str, int], ...] = field(default=())


Values = Mapping[str, Any]

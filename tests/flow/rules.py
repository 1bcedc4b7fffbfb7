"""Decisions for generated processes, in DMN for the engine and in Python for the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.flow.decisions import NO_DECISIONS, AdmittedDecisions
from tests.flow.dmn import DrawnDecision, admitted, table


@dataclass(frozen=True)
class Rules:
    """Decisions as the engine has admitted them, and by id as the reference asks for them."""

    admitted: AdmittedDecisions = NO_DECISIONS
    asked: Mapping[str, Callable[[dict[str, Any]], Any]] = field(default_factory=dict)


NO_RULES = Rules()


def majority(data: dict[str, Any]) -> bool:
    return data["a"] + data["b"] + data["c"] >= 2


def exactly_one(data: dict[str, Any]) -> bool:
    return [data["a"], data["b"], data["c"]].count(True) == 1


INPUTS = ["a:boolean", "b:boolean", "c:boolean"]
RULES = Rules(
    admitted(
        DrawnDecision(
            "majority",
            table(INPUTS, ["out:boolean"], "true | true | - => true", "- | true | true => true",
                  "true | not(false) | true => true", "true | - | true => true", "- | - | - => false", policy="FIRST"),
        ),
        DrawnDecision(
            "exactly_one",
            table(["count([a, b, c]) - (if a then 0 else 1) - (if b then 0 else 1) - (if c then 0 else 1):number"],
                  ["out:boolean"], "1 => true", "not(1) => false"),
            ["ia", "ib", "ic"],
        ),
        inputs={f"i{name}": f"{name}:boolean" for name in "abc"},
    ),
    {"majority": majority, "exactly_one": exactly_one},
)  # fmt: skip

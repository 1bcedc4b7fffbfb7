"""Making a decision: its requirements in order, its table rule by rule, its hits by the hit policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.flow.decisions.errors import (
    DecisionFailed,
    InputMissing,
    InputNotAllowed,
    InputOfOtherKind,
    OutputNotListed,
    OutputOfOtherKind,
    SeveralHits,
    UnlikeOutputs,
)
from engine.flow.decisions.model import Decision, Output, Rule, Table
from engine.flow.decisions.types import Type, as_variable
from engine.flow.feel.building import in_value
from engine.flow.feel.functions import FUNCTIONS
from engine.flow.feel.parts import Effort, FeelError, Part, Scope
from engine.flow.feel.values import equal

NO_NAMES = Scope({})
AGGREGATES = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


def decide(decisions: Mapping[str, Decision], id: str, variables: Mapping[str, Any]) -> Any:
    """The result of a decision as a process variable: a value, an object of several outputs, or a list of these.

    Raises DecisionFailed, in one of its kinds.
    """
    effort = Effort()
    made: dict[str, Any] = {}
    for each in decisions[id].order:
        decision = decisions[each]
        names = {name: _input(name, type, variables) for name, type in decision.inputs.items()}
        names |= {decisions[other].name: made[other] for other in decision.requires}
        made[each] = _made(decision, Scope(names, effort=effort))
    try:
        return as_variable(made[id])
    except FeelError as error:
        raise DecisionFailed(id, error) from error


def _input(name: str, type: Type, variables: Mapping[str, Any]) -> Any:
    if name not in variables:
        raise InputMissing(name)
    try:
        value = type.read(variables[name])
    except ValueError as error:
        raise InputOfOtherKind(name, type.words, variables[name]) from error
    if type.allowed is not None and value is not None and type.allowed.holds(NO_NAMES, value) is not True:
        raise InputNotAllowed(name, name, variables[name])
    return value


def _made(decision: Decision, scope: Scope) -> Any:
    try:
        if isinstance(decision.logic, Part):
            result = decision.logic.run(scope)
        else:
            result = _Asked(decision.id, decision.logic, scope).result()
    except FeelError as error:
        raise DecisionFailed(decision.id, error) from error
    if not decision.type.fits(result):
        raise OutputOfOtherKind(decision.id, decision.name, decision.type.words, result)
    return result


class _Asked:
    """One table, asked once."""

    def __init__(self, id: str, table: Table, scope: Scope) -> None:
        self.id = id
        self.table = table
        self.scope = scope

    def result(self) -> Any:
        values = [self._input(place) for place in range(len(self.table.inputs))]
        hits = [rule for rule in self.table.rules if self._applies(rule, values)]
        if not hits and any(output.default is not None for output in self.table.outputs):
            return self._shaped([_run(output.default, self.scope) for output in self.table.outputs])
        return getattr(self, f"_{self.table.policy.lower().replace(' ', '_')}")(hits)

    def _input(self, place: int) -> Any:
        column = self.table.inputs[place]
        value = column.expression.run(self.scope)
        if not column.type.fits(value):
            raise InputOfOtherKind(column.label, column.type.words, value)
        if column.allowed is not None and column.allowed.holds(self.scope, value) is not True:
            raise InputNotAllowed(self.id, column.label, value)
        return value

    def _applies(self, rule: Rule, values: Sequence[Any]) -> bool:
        self.scope.effort.spend()
        return all(
            test is None or test.holds(self.scope, value) is True
            for test, value in zip(rule.tests, values, strict=True)
        )

    def _outputs(self, rule: Rule) -> list[Any]:
        values = [entry.run(self.scope) for entry in rule.entries]
        for output, value in zip(self.table.outputs, values, strict=True):
            if not output.type.fits(value):
                raise OutputOfOtherKind(self.id, output.name, output.type.words, value)
            if not in_listed(output, value):
                raise OutputNotListed(self.id, output.name, value)
        return values

    def _shaped(self, values: Sequence[Any]) -> Any:
        """One output is its value; several are an object."""
        outputs = self.table.outputs
        if len(outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(outputs, values, strict=True)}

    # Single hits --------------------------------------------------------------------------------

    def _unique(self, hits: list[Rule]) -> Any:
        if len(hits) > 1:
            raise SeveralHits(self.id, _names(hits))
        return self._first(hits)

    def _first(self, hits: list[Rule]) -> Any:
        return self._shaped(self._outputs(hits[0])) if hits else None

    def _any(self, hits: list[Rule]) -> Any:
        results = [self._outputs(rule) for rule in hits]
        if any(equal(result, results[0]) is not True for result in results):
            raise UnlikeOutputs(self.id, _names(hits))
        return self._shaped(results[0]) if results else None

    def _priority(self, hits: list[Rule]) -> Any:
        results = self._by_priority(hits)
        return self._shaped(results[0]) if results else None

    # Several hits -------------------------------------------------------------------------------

    def _output_order(self, hits: list[Rule]) -> list[Any]:
        return [self._shaped(values) for values in self._by_priority(hits)]

    def _rule_order(self, hits: list[Rule]) -> list[Any]:
        return [self._shaped(self._outputs(rule)) for rule in hits]

    def _collect(self, hits: list[Rule]) -> Any:
        results = self._rule_order(hits)
        if not self.table.aggregation:
            return results
        total = FUNCTIONS[AGGREGATES[self.table.aggregation]].apply([results])
        if total is None and results:
            raise DecisionFailed(self.id, f"{self.table.aggregation} of {results}")
        return total

    def _by_priority(self, hits: list[Rule]) -> list[list[Any]]:
        """By the first output column that lists its values, then the next; equals stay in the order of rules."""
        return sorted((self._outputs(rule) for rule in hits), key=self._rank)

    def _rank(self, values: list[Any]) -> list[int]:
        pairs = zip(self.table.outputs, values, strict=True)
        return [_place(output, value) or 0 for output, value in pairs if output.values is not None]


def _place(output: Output, value: Any) -> int | None:
    """Where a value stands among those listed."""
    listed = (part.run(NO_NAMES) for part in output.values or ())
    return next((place for place, each in enumerate(listed) if in_value(value, each) is True), None)


def in_listed(output: Output, value: Any) -> bool:
    """Whether an output may have the value."""
    return output.values is None or _place(output, value) is not None


def _run(part: Part | None, scope: Scope) -> Any:
    return None if part is None else part.run(scope)


def _names(rules: Sequence[Rule]) -> str:
    return "、".join(rule.name for rule in rules[:10])

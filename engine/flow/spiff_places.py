"""Where the tokens of a process stand in its definition, and how they are let go from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.flow.migration_plans import Go
from engine.flow.spiff_complex import ComplexGateway
from engine.flow.spiff_gateways import ParallelGateway, first_at_each_entrance, join
from engine.flow.spiff_loops import Repetition
from engine.flow.spiff_state import NodeTable
from engine.flow.spiff_tokens import Instance, Level


def go_on(instance: Instance, restarts: Sequence[tuple[int | None, Go]]) -> None:
    for owner, go in restarts:
        level: Level = instance if owner is None else instance.subprocesses[owner]
        start_at(level, go)
    for level in instance.levels():
        for spec in list(level.spec.task_specs.values()):
            if isinstance(spec, ParallelGateway):
                _complete(spec, level)
            elif isinstance(spec, ComplexGateway) and first_at_each_entrance(spec, level):
                spec._try(level)
    instance.run_queue()


def start_at(level: Level, go: Go) -> None:
    """Let a token arrive at a node, or leave it by the flows that its conditions choose."""
    spec = level.spec.task_specs[go.node]
    if go.after:
        spec.send(level, spec.choose(level.data))
    else:
        spec.arrive(level, 0)


def _complete(spec: ParallelGateway, level: Level) -> None:
    """Fire a join at which nothing is awaited any more."""
    while waiting := first_at_each_entrance(spec, level):
        if len(waiting) < spec.entrances:
            return
        join(spec, level, waiting.values())


def border(table: NodeTable, node: str | None) -> tuple[Any, ...]:
    """The boundary events on an activity; none where there is no such node."""
    return () if node is None else tuple(getattr(table.specs[table.numbers[node]], "boundary", ()))


def entrances(bookkeeping: Mapping[str, Any]) -> list[int]:
    """The entrances of a join that a token keeps: that by which it came, or those that were used."""
    return [bookkeeping["at"]] if "at" in bookkeeping else list(bookkeeping.get("reset", ()))


def shape(repeated: Any) -> tuple[object, ...] | None:
    """What must be alike for a half-done loop to go on."""
    if repeated is None:
        return None
    if isinstance(repeated, Repetition):
        return (Repetition, repeated.loop.test_before)
    loop = repeated.loop
    return (loop.sequential, loop.collection is None, loop.item, loop.results, loop.result)


def arrivals(table: NodeTable, node: str) -> Iterator[tuple[str, str, int]]:
    """The flows into a node: (id, source, entrance)."""
    for spec in table.specs:
        for flow in spec.flows:
            if flow.target == node:
                yield flow.id, spec.name, flow.entrance


def came_by(table: NodeTable, node: str, entrance: int) -> tuple[str, str]:
    """The source and id of the flow that leads to an entrance of a join."""
    return next((source, id_) for id_, source, at in arrivals(table, node) if at == entrance)

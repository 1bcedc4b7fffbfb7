"""Between a running process and its saved form."""

from __future__ import annotations

from typing import Any

from engine.flow.errors import StateUnreadable
from engine.flow.spiff_parser import ParsedProcess
from engine.flow.spiff_tokens import READY, STARTED, WAITING, Inner, Instance, Level, Token, Variables
from engine.flow.state import SavedState, SavedToken
from engine.flow.variables import copied

_STATES = (WAITING, READY, STARTED)
_STATE_NUMBERS = {state: number for number, state in enumerate(_STATES)}


class NodeTable:
    """The specs of a definition by number and their numbers by id."""

    def __init__(self, process: ParsedProcess, node_ids: list[str], fingerprint: int) -> None:
        by_name = {name: spec for level in process.levels() for name, spec in level.task_specs.items()}
        self.process = process
        self.specs: list[Any] = [by_name[name] for name in node_ids]
        self.numbers = {name: number for number, name in enumerate(node_ids)}
        self.fingerprint = fingerprint


def save(instance: Instance, table: NodeTable) -> SavedState:
    return SavedState(
        table.fingerprint,
        instance.serial,
        instance.last_number,
        instance.completed,
        instance.data,
        _saved_level(instance, table.numbers),
    )


def _saved_level(level: Level, numbers: dict[str, int]) -> list[SavedToken]:
    return [_saved(level.tasks[number], numbers) for number in level.task_tree._children]


def _saved(token: Token, numbers: dict[str, int]) -> SavedToken:
    level = token.workflow
    inner = level.top_workflow.subprocesses.get(token.id)
    return SavedToken(
        token.id,
        numbers[token.task_spec.name],
        _STATE_NUMBERS[token._state],
        token.internal_data,
        None if "of" not in token.internal_data else _difference(token.data, token.parent.data),
        [_saved(level.tasks[number], numbers) for number in token._children],
        None if inner is None else _saved_level(inner, numbers),
    )


def _difference(own: Variables, around: Variables) -> tuple[Variables, list[str]]:
    """What `own` changes against `around`; exact, types included (1 is not True, and 1.0 is not 1)."""
    changed = {
        name: value for name, value in own.items() if name not in around or not _same(value, around[name])
    }
    return changed, [name for name in around if name not in own]


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    # Inside lists and objects equality forgets types again; they are few and short, so they are simply saved.
    return type(one) not in (list, dict, float) and bool(one == other)


def load(saved: SavedState, table: NodeTable) -> Instance:
    """The process as it was; raises StateUnreadable if it belongs to another definition."""
    if saved.nodes != table.fingerprint:
        raise StateUnreadable("it belongs to another definition")
    process = table.process
    instance = Instance(process.spec, process.subprocesses, saved.serial, saved.last_number)
    instance.set_data_of_level(saved.data)
    instance.completed = saved.completed
    for row in saved.tokens:
        _restore(row, instance, None, table)
    return instance


def _restore(row: SavedToken, level: Level, parent: Token | None, table: NodeTable) -> None:
    token = Token(level, table.specs[row.node], parent or level.task_tree, _STATES[row.state], row.number)
    token.internal_data = row.bookkeeping
    if row.own is not None and parent is not None:
        changed, dropped = row.own
        kept = {name: copied(value) for name, value in parent.data.items() if name not in dropped}
        token.data = {**kept, **changed}
    for child in row.instances:
        _restore(child, level, token, table)
    if row.inner is not None:
        top = level.top_workflow
        inner = Inner(top.subprocess_specs[token.task_spec.spec], token)
        top.subprocesses[token.id] = inner
        for child in row.inner:
            _restore(child, inner, None, table)

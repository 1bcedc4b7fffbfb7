"""Between a running process and its saved form."""

from __future__ import annotations

from typing import Any, NamedTuple

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
    saving = _Saving(table.numbers, instance.subprocesses)
    return SavedState(
        table.fingerprint,
        instance.serial,
        instance.last_number,
        instance.completed,
        instance.data,
        saving.level(instance),
    )


class _Saving(NamedTuple):
    """What every token needs to be saved; there are ten of them for each unit that answers."""

    numbers: dict[str, int]
    inner_levels: dict[int, Inner]

    def level(self, level: Level) -> list[SavedToken]:
        tasks = level.tasks
        return [self.token(tasks[number]) for number in level.task_tree._children]

    def token(self, token: Token) -> SavedToken:
        bookkeeping = token.internal_data
        inner = self.inner_levels.get(token.id)
        tasks = token.workflow.tasks
        return SavedToken(
            token.id,
            self.numbers[token.task_spec.name],
            _STATE_NUMBERS[token._state],
            bookkeeping,
            _difference(token.data, token.parent.data) if "of" in bookkeeping else None,
            [self.token(tasks[number]) for number in token._children] if token._children else [],
            None if inner is None else self.level(inner),
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
    number, node, state, bookkeeping, own, instances, inner_rows = row
    token = Token(level, table.specs[node], parent or level.task_tree, _STATES[state], number)
    token.internal_data = bookkeeping
    if own is not None and parent is not None:
        changed, dropped = own
        kept = {name: copied(value) for name, value in parent.data.items() if name not in dropped}
        token.data = {**kept, **changed}
    for child in instances:
        _restore(child, level, token, table)
    if inner_rows is not None:
        top = level.top_workflow
        inner = Inner(top.subprocess_specs[token.task_spec.spec], token)
        top.subprocesses[token.id] = inner
        for child in inner_rows:
            _restore(child, inner, None, table)

"""Between a running process and its saved form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from engine.flow.errors import StateUnreadable
from engine.flow.spiff_parser import ParsedProcess
from engine.flow.spiff_tokens import READY, STARTED, WAITING, Inner, Instance, Level, Token, Variables
from engine.flow.spiff_undoing import Done
from engine.flow.state import SavedDone, SavedState, SavedToken, SavedUndoing
from engine.flow.variables import copied
from engine.foundation.language import _

OTHER_DEFINITION = _("它属于另一个流程定义。")
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
        [] if instance.completed else saving.done(instance.done, instance.data),
    )


class _Saving(NamedTuple):
    """What every token needs to be saved; there are ten of them for each unit that answers."""

    numbers: dict[str, int]
    inner_levels: dict[int, Inner]

    def level(self, level: Level) -> list[SavedToken]:
        tasks = level.tasks
        return [self.token(tasks[number]) for number in level.task_tree._children]

    def token(self, token: Token) -> SavedToken:
        inner = self.inner_levels.get(token.id)
        level = token.workflow
        tasks = level.tasks
        return SavedToken(
            token.id,
            self.numbers[token.task_spec.name],
            _STATE_NUMBERS[token._state],
            token.internal_data,
            None if token.data is level.data else _difference(token.data, token.parent.data),
            [self.token(tasks[number]) for number in token._children] if token._children else [],
            None if inner is None else self.level(inner),
            self.undoing(token, inner) if token.undo or token.inside or (inner and inner.done) else None,
        )

    def undoing(self, token: Token, inner: Inner | None) -> SavedUndoing:
        data = token.workflow.top_workflow.data
        return SavedUndoing(
            [(height, self.done([done], data)[0]) for height, done in token.undo],
            self.done(token.inside or (), data),
            self.done(inner.done if inner is not None else (), data),
        )

    def done(self, done: Sequence[Done], data: Variables) -> list[SavedDone]:
        return [
            SavedDone(
                self.numbers[each.spec.name],
                each.began,
                each.order,
                None if each.data is None else _difference(each.data, data),
                self.done(each.inside, data),
            )
            for each in done
        ]


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
        raise StateUnreadable(OTHER_DEFINITION)
    process = table.process
    instance = Instance(process.spec, process.subprocesses, saved.serial, saved.last_number)
    instance.set_data_of_level(saved.data)
    instance.completed = saved.completed
    if saved.done:
        instance.done = _restored_done(saved.done, instance, table)
    for row in saved.tokens:
        _restore(row, instance, None, table)
    return instance


def _restored_done(rows: Sequence[SavedDone], top: Instance, table: NodeTable) -> list[Done]:
    return [
        Done(
            table.specs[row.node],
            row.began,
            row.order,
            None if row.own is None else _changed(top.data, row.own),
            _restored_done(row.inside, top, table),
        )
        for row in rows
    ]


def _changed(around: Variables, own: tuple[Variables, list[str]]) -> Variables:
    changed, dropped = own
    return {**{name: copied(value) for name, value in around.items() if name not in dropped}, **changed}


def _restore(row: SavedToken, level: Level, parent: Token | None, table: NodeTable) -> None:
    number, node, state, bookkeeping, own, instances, inner_rows, undoing = row
    token = Token(level, table.specs[node], parent or level.task_tree, _STATES[state], number)
    token.internal_data = bookkeeping
    if own is not None:
        token.data = _changed(level.data if parent is None else parent.data, own)
    for child in instances:
        _restore(child, level, token, table)
    top = level.top_workflow
    if undoing is not None:
        token.undo = [(height, _restored_done([done], top, table)[0]) for height, done in undoing.undo]
        token.inside = _restored_done(undoing.inside, top, table)
    if inner_rows is not None:
        inner = Inner(top.subprocess_specs[token.task_spec.spec], token)
        top.subprocesses[token.id] = inner
        if undoing is not None:
            inner.done = _restored_done(undoing.done, top, table)
        for child in inner_rows:
            _restore(child, inner, None, table)

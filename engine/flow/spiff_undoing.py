"""Compensation: what has been completed is remembered where it can be undone, and undone in reverse order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.flow.spiff_tokens import STARTED, Inner, Level, Token, Variables
from engine.flow.variables import copied


@dataclass(eq=False)
class Done:
    """A completed activity that can be undone: when it began and was completed, its own data, what was done in it.

    Times are numbers of the instance, which only grow.
    """

    spec: Any
    began: int
    order: int
    data: Variables | None
    inside: list[Done]


def remember(token: Token) -> None:
    """An activity has been completed: keep what is needed to undo it, if it is drawn how."""
    if token.inside is None:
        return  # terminated, not completed
    if token.task_spec.loop is not None:
        token.workflow.done.extend(token.inside)
    else:
        _keep(token, token.workflow.done)


def remember_run(token: Token) -> None:
    """One run of a loop has been completed; it can be undone when the loop as a whole has been."""
    whole = token.whole
    if token.inside is not None and whole.inside is not None:
        _keep(token, whole.inside)


def _keep(token: Token, done: list[Done]) -> None:
    spec, top = token.task_spec, token.workflow.top_workflow
    if spec.undoer is None and not token.inside and not spec.undoes_itself:
        return
    top.last_number += 1
    own = copied(token.data) if token.data is not token.workflow.data else None
    done.append(Done(spec, token.whole.id, top.last_number, own, token.inside or []))


def compensate(token: Token, activity: str | None) -> bool:
    """Begin to undo all that the token can see, or one activity; says whether there is something to wait for.

    It sees its own level and, in an event subprocess, the level around that. Each is undone once, the last
    completed first, one after the other.
    """
    token.undo = _taken(token, activity)
    return _undo_next(token)


def _taken(token: Token, activity: str | None) -> list[tuple[int, Done]]:
    found, level, height = [], token.workflow, 0
    while True:
        taken = [done for done in level.done if activity in (None, done.spec.name)]
        level.done = [done for done in level.done if done not in taken]
        found += [(height, done) for done in taken]
        owner = getattr(level, "owner", None)
        if owner is None or not owner.task_spec.by_event:
            return _in_order(found)
        level, height = owner.workflow, height + 1


def _in_order(found: list[tuple[int, Done]]) -> list[tuple[int, Done]]:
    """In the order of completion, to be undone from the end.

    But what was done because of an event on the border of an activity comes after it, even when it was completed
    first (BPMN 2.0.2, 13.5.5).
    """
    left = sorted(found, key=lambda pair: pair[1].order)
    undone: list[tuple[int, Done]] = []
    while left:
        free = next(pair for pair in reversed(left) if not any(_caused(pair[1], other) for _, other in left))
        left.remove(free)
        undone.append(free)
    return undone[::-1]


def _caused(done: Done, other: Done) -> bool:
    """Whether the other was done because of an event on the border of this one, which was not over yet."""
    return other.spec.name in done.spec.aside and done.began < other.began < done.order


def _undo_next(token: Token) -> bool:
    if not token.undo:
        return False
    height, done = token.undo.pop()
    level = token.workflow
    for _ in range(height):
        level = level.owner.workflow  # type: ignore[attr-defined]
    if height < 0:
        level = level.top_workflow.subprocesses[token.id]
    if done.spec.undoer is not None:
        done.spec.undoer.enter(level, token, done.data)
    else:
        _reopen(level, done, token)
    return True


def _reopen(level: Level, done: Done, thrower: Token) -> None:
    """Undo a subprocess: by the event subprocess that says how, else by undoing what was completed in it."""
    level.top_workflow.entered.append(done.spec.name)
    token = level.spawn(done.spec, STARTED)
    token.internal_data["undoes"] = thrower.id
    if done.data is not None:
        token.data = copied(done.data)
    top = level.top_workflow
    inner = top.subprocesses[token.id] = Inner(top.subprocess_specs[done.spec.spec], token)
    handler: Any = inner.spec.undoing
    if handler is not None:
        inner.done = done.inside
        handler.enter(inner, token)
    else:
        token.undo = _in_order([(-1, each) for each in done.inside])
        _undo_next(token)


def undone(token: Token) -> None:
    """One who undoes is ready: whoever threw undoes the next, or goes on."""
    level = token.workflow
    thrower = level.top_workflow.find(token.internal_data["undoes"])
    level.top_workflow.depart(token.task_spec.name)
    level.remove(token)
    if thrower is None:
        level.rest()  # it has been interrupted meanwhile, or its level terminated
    elif not _undo_next(thrower):
        thrower.undo = []
        if "undoes" in thrower.internal_data:
            level.top_workflow.subprocesses.pop(thrower.id).clear()
            undone(thrower)
        else:
            level.top_workflow.guarded(thrower.task_spec.name, thrower.complete)

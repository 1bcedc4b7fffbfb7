"""A running process put on another way by hand: tokens taken out and let go elsewhere, as far as its scopes allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.flow.admission import AdmittedDefinition
from engine.flow.errors import NotModifiable, UnknownTask
from engine.flow.migration_plans import Go, can_start
from engine.flow.spiff import Running
from engine.flow.spiff_places import start_at
from engine.flow.spiff_tokens import Level, ServiceFunction, Token
from engine.flow.steps import Step


@dataclass(frozen=True)
class Cancel:
    """Take the token of this key out, with everything inside it."""

    key: str


@dataclass(frozen=True)
class Start:
    """Let a token go at a place, in the level of the token `near`, or the only level where that place is."""

    go: Go
    near: str = ""


Change = Cancel | Start


def modify(
    definition: AdmittedDefinition,
    state: bytes,
    changes: Sequence[Change],
    functions: Mapping[str, ServiceFunction],
    now: datetime,
) -> Step:
    """The process after these changes, moved on until it waits.

    What is started begins before anything is taken out, so that a level lives on where a token is moved within it.
    Raises NotModifiable (a place where nothing can be started, a level that is not running or runs several times,
    a level left with nothing), UnknownTask, StepFailed.
    """
    running = Running.resumed(definition, state, functions, now)
    starts = [_place(running, definition, each) for each in changes if isinstance(each, Start)]
    tokens = [_to_cancel(running, each.key) for each in changes if isinstance(each, Cancel)]
    for level, go in starts:
        start_at(level, go)
    for token in tokens:
        if token.id in token.workflow.tasks:  # not gone with one that it was inside of
            token.workflow.cancel(token)
    for level in running.instance.levels():
        if level.is_empty and not level.completed:
            raise NotModifiable("nothing-left", getattr(level.spec, "name", definition.key))
    running.instance.run_queue()
    return running.step()


def _place(running: Running, definition: AdmittedDefinition, start: Start) -> tuple[Level, Go]:
    node = definition.nodes.get(start.go.node)
    if node is None or not can_start(definition, start.go):
        raise NotModifiable("no-start", start.go.node)
    levels = _levels(running, node.parent)
    if start.near:
        around = set(map(id, _around(_token(running, start.near))))
        levels = [level for level in levels if id(level) in around]
    if len(levels) != 1:
        raise NotModifiable("several-scopes" if levels else "no-scope", start.go.node)
    return levels[0], start.go


def _levels(running: Running, parent: str) -> list[Level]:
    """The running levels of this process, called process or subprocess."""
    return [level for level in running.instance.levels() if level.spec.name == parent]


def _around(token: Token) -> list[Level]:
    """The level of a token, and those around it."""
    found: list[Level] = [token.workflow]
    while (owner := getattr(found[-1], "owner", None)) is not None:
        found.append(owner.workflow)
    return found


def _to_cancel(running: Running, key: str) -> Token:
    token = _token(running, key)
    if token.is_instance or token.internal_data.keys() & {"reset", "undoes"}:
        raise NotModifiable("instance", token.task_spec.name)  # its loop, or who undoes, counts on it
    waits_beside = token.task_spec.by_event and token.is_listening
    if waits_beside or token.internal_data.keys() & {"host", "race"}:
        raise NotModifiable("listener", token.task_spec.name)
    return token


def _token(running: Running, key: str) -> Token:
    serial, _, number = key.partition("-")
    token = None
    if serial == running.instance.serial.hex() and number.isascii() and number.isdigit():
        token = running.instance.find(int(number))
    if token is None:
        raise UnknownTask(key)
    return token

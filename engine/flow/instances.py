"""The moves of a process instance: each takes a state and gives a new one; nothing is kept between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.flow.admission import AdmittedDefinition
from engine.flow.errors import BpmnError
from engine.flow.spiff import Running
from engine.flow.steps import Awaited, OpenTask, Step

Variables = Mapping[str, Any]
ServiceFunction = Callable[[dict[str, Any]], Mapping[str, Any] | None]
Functions = Mapping[str, ServiceFunction]


def start(
    definition: AdmittedDefinition,
    variables: Variables,
    functions: Functions,
    now: datetime,
    event: str | None = None,
) -> Step:
    """A new instance, moved on until it waits. Raises UnknownStart, StepFailed, UnfitVariables.

    `event` is the node of one of `definition.beginnings`; without it the process begins where it begins on demand.
    """
    running = Running.new(definition, variables, functions, now)
    running.begin(event)
    return running.step()


def complete(
    definition: AdmittedDefinition,
    state: bytes,
    task_key: str,
    variables: Variables,
    functions: Functions,
    now: datetime,
) -> Step:
    """One open task done with these variables. Raises UnknownTask, StepFailed, UnfitVariables."""
    running = Running.resumed(definition, state, functions, now)
    running.complete(task_key, variables)
    return running.step()


def fail(
    definition: AdmittedDefinition,
    state: bytes,
    task_key: str,
    error: BpmnError,
    functions: Functions,
    now: datetime,
) -> Step:
    """One open task ended by an error of the process, which its nearest handler takes on.

    Raises UnknownTask, UnfitVariables, StepFailed with the error as its cause where nobody handles it.
    """
    running = Running.resumed(definition, state, functions, now)
    running.fail(task_key, error)
    return running.step()


def correlate(
    definition: AdmittedDefinition,
    state: bytes,
    message: str,
    variables: Variables,
    functions: Functions,
    now: datetime,
    task_key: str | None = None,
) -> Step:
    """A message for whatever waits for it; `caught` says whether anything did.

    With a `task_key` only the nearest listeners hear it: those on the task's own border, else in its
    subprocess, else on the borders of its neighbours there, else on the border of that subprocess, and so
    on outwards. Raises UnknownTask, StepFailed,
    UnfitVariables.
    """
    running = Running.resumed(definition, state, functions, now)
    caught = running.correlate(message, variables, task_key)
    return running.step(caught)


def signal(
    definition: AdmittedDefinition,
    state: bytes,
    name: str,
    variables: Variables,
    functions: Functions,
    now: datetime,
) -> Step:
    """A signal thrown elsewhere, for all who wait for it here; `caught` says whether anybody does.

    Raises StepFailed, UnfitVariables.
    """
    running = Running.resumed(definition, state, functions, now)
    return running.step(running.signal(name, variables))


def advance_clock(definition: AdmittedDefinition, state: bytes, functions: Functions, now: datetime) -> Step:
    """Every timer due by `now`, in the order in which they fell due; `caught` says whether any was."""
    running = Running.resumed(definition, state, functions, now)
    return running.step(running.advance_clock())


def open_tasks(definition: AdmittedDefinition, state: bytes, now: datetime) -> list[OpenTask]:
    """All open tasks of a state, for readers; nothing moves."""
    return Running.resumed(definition, state, {}, now).tasks()


def awaited(definition: AdmittedDefinition, state: bytes, now: datetime) -> list[Awaited]:
    """The messages that a state waits for, for readers; nothing moves."""
    return Running.resumed(definition, state, {}, now).awaited()

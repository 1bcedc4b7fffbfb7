"""What the case layer gets back from a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class OpenTask(NamedTuple):
    """A task that a person is asked to do. `key` stays the same for as long as it is open."""

    key: str
    node: str
    variables: dict[str, Any]


class Awaited(NamedTuple):
    """A message the process waits for: in which node, and on which open task if it listens there."""

    message: str
    node: str
    task_key: str | None


@dataclass(frozen=True)
class Step:
    """The process after a step, and what the step did. `state` is all that has to be kept.

    `opened` and `withdrawn` are against the state before; a task that was completed is not withdrawn.
    `entered` and `end_events` are element ids in order. `variables` are those of the process; an instance
    of a loop has its own.
    """

    state: bytes
    opened: list[OpenTask]
    withdrawn: list[str]
    open_keys: list[str]
    entered: list[str]
    completed: bool
    end_events: list[str]
    variables: dict[str, Any]
    next_timer: datetime | None
    thrown: list[str]
    caught: bool = False

"""What the case layer gets back from a step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
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
class Passage:
    """That a token entered an element, left it, or was taken away from it: entered | left | cancelled."""

    element: str
    how: str


@dataclass(frozen=True)
class Step:
    """The process after a step, and what the step did. `state` is all that has to be kept.

    `opened` and `withdrawn` are against the state before; a task that was completed is not withdrawn.
    `entered` and `end_events` are element ids in order, `passages` what was entered and left, one after the
    other; an activity with instances is entered once and left once. `taken` are the sequence flows that
    tokens went along, in order; not those to the events behind an event-based gateway, at which nothing stands.
    `variables` are those of the process; an instance of a loop has its own. `signals` were thrown, and have been
    heard by all who waited for them in this process; `awaited_signals` are those it waits for. `escalated` are the
    codes of escalations that nobody in the process handles.
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
    signals: list[str] = field(default_factory=list)
    awaited_signals: list[str] = field(default_factory=list)
    escalated: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    @property
    def left(self) -> list[str]:
        """The elements that were left, in order, those included from which a token was taken away."""
        return [passage.element for passage in self.passages if passage.how != "entered"]


def passages(entered: list[str], departures: Iterable[tuple[int, str, bool]]) -> list[Passage]:
    """One list from two: each departure says after how many entries it came."""
    told: list[Passage] = []
    count = 0
    for before, element, cancelled in departures:
        told += [Passage(name, "entered") for name in entered[count:before]]
        told.append(Passage(element, "cancelled" if cancelled else "left"))
        count = before
    return told + [Passage(name, "entered") for name in entered[count:]]

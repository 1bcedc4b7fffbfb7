"""Acts: what completing a task does to the tables. A process names them; it cannot invent them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.casework.access import Desk
from engine.casework.facts import AssignmentFacts, CaseFacts, TaskFacts
from engine.casework.happenings import Happening
from engine.definitions.folder import Folder, TaskSpec
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _


@dataclass(slots=True)
class Step:
    """One task being completed: who, on what, with which checked answers."""

    actor: Actor
    desk: Desk
    folder: Folder
    spec: TaskSpec
    answers: Mapping[str, Any]
    now: dt.datetime

    @property
    def case(self) -> CaseFacts:
        """The case."""
        return self.desk.case

    @property
    def task(self) -> TaskFacts:
        """The task."""
        return self.desk.task

    @property
    def assignment(self) -> AssignmentFacts:
        """The unit's assignment; an act for units is named only by tasks inside the units' part of the flow."""
        if self.desk.assignment is None:
            raise GuardRefused(_("这一步须由承办单位办理，但流程没有给出承办单位。"))
        return self.desk.assignment


@dataclass(slots=True)
class Outcome:
    """What an act gives back: the happenings, in order, and the flags the flow decides by."""

    happenings: list[Happening]
    flags: dict[str, Any] = field(default_factory=dict)


Act = Callable[[Step], Outcome]
ACTS: dict[str, Act] = {}


def act(name: str) -> Callable[[Act], Act]:
    """Register a function as the act `name`."""

    def register(function: Act) -> Act:
        if name in ACTS:
            raise ValueError(f"the act {name} is there already")
        ACTS[name] = function
        return function

    return register

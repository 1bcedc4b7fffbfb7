"""Acts: what completing a task does to the tables. A process names them; it cannot invent them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from engine.casework.facts import AssignmentFacts, CaseFacts, TaskFacts
from engine.casework.moving.happenings import Happening
from engine.definitions.folder import ActionSpec, Folder, TaskSpec
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.casework.attachments import FileStore


@dataclass(slots=True)
class Step:
    """One thing being done to a case, in a task or of somebody's own accord: who, on what, with checked answers."""

    actor: Actor
    case: CaseFacts
    folder: Folder
    spec: TaskSpec | ActionSpec
    answers: Mapping[str, Any]
    now: dt.datetime
    unit: AssignmentFacts | None = None
    at_hand: TaskFacts | None = None
    offers: Mapping[str, Mapping[int, str]] = field(default_factory=dict)  # of each field that picks a row
    action_id: int | None = None  # the row that an action has left
    store: FileStore | None = None  # where files that come with it are kept

    @property
    def task(self) -> TaskFacts:
        """The task being completed."""
        if self.at_hand is None:
            raise GuardRefused(_("这一步只能在待办任务中办理。"))
        return self.at_hand

    @property
    def assignment(self) -> AssignmentFacts:
        """The unit's assignment; an act for units is named only by tasks inside the units' part of the flow."""
        if self.unit is None:
            raise GuardRefused(_("这一步须由承办单位办理，但流程没有给出承办单位。"))
        return self.unit

    def chosen(self, name: str = "decision") -> dict[str, object]:
        """For messages: what was chosen in this field of the form, in the words of every language."""
        fields = self.folder.forms[self.spec.form].fields if self.spec.form else ()
        choices = (choice for field in fields if field.name == name for choice in field.choices)
        label = next((each.label for each in choices if each.value == self.answers.get(name)), None)
        return {"result": asdict(label)} if label else {}


@dataclass(slots=True)
class Outcome:
    """What an act gives back: the happenings, in order, the flags the flow decides by, messages for the flow.

    Messages go to the listeners nearest to the task at hand, before it is completed; what is said `afterwards` goes to
    those nearest to what it has opened, so that a task on whose own border it would be heard does not end itself.
    With an `error`, a code of the process, the task has ended without its result: the nearest error event of that code
    takes the case on, and where there is none the step fails. What the act has written stays with the case either way
    it goes on.
    """

    happenings: list[Happening]
    flags: dict[str, Any] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    afterwards: tuple[str, ...] = ()
    error: str = ""
    detail: dict[str, Any] = field(default_factory=dict)  # for an action's own happening
    told: dict[str, object] = field(default_factory=dict)


Act = Callable[[Step], Outcome]
Ground = Callable[[Actor, CaseFacts, ActionSpec, AssignmentFacts | None], None]
ACTS: dict[str, Act] = {}
ERRORS: dict[str, frozenset[str]] = {}  # act → the codes of the errors that it may end its task with
WORDS: dict[str, Mapping[str, str | tuple[str, ...]]] = {}  # act → what those that are texts may be
GROUNDS: dict[str, Ground] = {}
FLAGS: dict[str, Mapping[str, str]] = {}  # act → the flags it may give, with their types (engine.flow)


def act(
    name: str,
    gives: Mapping[str, str] | None = None,
    words: Mapping[str, str | tuple[str, ...]] | None = None,
    errors: frozenset[str] = frozenset(),
) -> Callable[[Act], Act]:
    """Register a function as the act `name`, with the flags and error codes it may give; diagrams can use no others.

    `words` says of a flag that is a text which it may be: the field of the form whose choice it is, or the texts.
    """

    def register(function: Act) -> Act:
        if name in ACTS:
            raise ValueError(f"the act {name} is there already")
        ACTS[name] = function
        FLAGS[name] = gives or {}
        WORDS[name] = words or {}
        ERRORS[name] = errors
        return function

    return register


def ground(name: str) -> Callable[[Ground], Ground]:
    """Register what the act `name` needs to have something to act on; the function refuses where there is nothing.

    It is asked when an action is offered and again when it is done: what is offered is not refused for want of it.
    """

    def register(function: Ground) -> Ground:
        if name in GROUNDS:
            raise ValueError(f"the ground of {name} is there already")
        GROUNDS[name] = function
        return function

    return register

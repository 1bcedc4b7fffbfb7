"""Moving a case on: the flow decides what opens next, and tasks, stage and end of the case follow it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.facts import (
    CASES,
    INSTANCE_COLUMNS,
    INSTANCES,
    AssignmentFacts,
    CaseFacts,
    Instance,
    read,
)
from engine.casework.moving.following import follow
from engine.casework.moving.happenings import Happening, happen
from engine.casework.moving.services import Ending, service_functions
from engine.casework.moving.stuck import on_the_way
from engine.casework.moving.suspension import MAY_MOVE, require_moving
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.errors import ConcurrentChange, GuardRefused
from engine.foundation.language import _
from models import ProcessInstance, db

_MOVE = INSTANCES.update().where(
    INSTANCES.c.case_id == sa.bindparam("of_case"),
    INSTANCES.c.revision == sa.bindparam("known_revision"),
    MAY_MOVE,
    # A row that was waited for is read anew, the case beside it is not: it may be of another version by now.
    sa.exists().where(
        CASES.c.id == sa.bindparam("of_case"), CASES.c.definition_id == sa.bindparam("of_definition")
    ),
)


class NotAwaited(GuardRefused):
    """The case has gone on, or has not come that far."""

    text = _("案件现在不在可以这样办理的环节。")


@dataclass(slots=True)
class Moving:
    """A case on the move: its flow's state, and the assignment at hand as it now stands, where there is one."""

    case: CaseFacts
    folder: Folder
    instance: Instance
    unit: AssignmentFacts | None = None


def start(
    case: CaseFacts, folder: Folder, variables: Mapping[str, Any], event: str | None = None
) -> list[int]:
    """Begin the flow of a new case, on demand or at a start event; gives the ids of the tasks it opened."""
    ending = Ending()
    with on_the_way(case, folder, opening=True):
        step = flow.start(folder.flow, dict(variables), service_functions(ending), clock.now(), event)
    row = {"case_id": case.id, "state": step.state, "revision": 1, "wakes_at": step.next_timer}
    db.session.execute(INSTANCES.insert().values(row))
    return follow(case, folder, step, ending)


def complete(moving: Moving, token: str, flags: Mapping[str, Any]) -> list[int]:
    """Complete an open task in the flow; gives the ids of the tasks that opened.

    Raises CaseStuck, CaseSuspended, ConcurrentChange when somebody else moved the case on meanwhile (the use case is
    then run again).
    """
    definition, state = moving.folder.flow, moving.instance.state
    return _move(
        moving, lambda given: flow.complete(definition, state, token, dict(flags), given, clock.now())
    )


def fail(moving: Moving, token: str, code: str, flags: Mapping[str, Any]) -> list[int]:
    """End an open task with an error of the process, which the nearest handler of the code takes on.

    Gives the ids of the tasks that opened. Raises CaseStuck where nobody handles it, CaseSuspended, ConcurrentChange.
    """
    definition, state = moving.folder.flow, moving.instance.state
    error = flow.BpmnError(code, flags)
    return _move(moving, lambda given: flow.fail(definition, state, token, error, given, clock.now()))


def correlate(
    moving: Moving,
    message: str,
    flags: Mapping[str, Any],
    token: str | None = None,
    *,
    heard: Sequence[Happening] = (),
) -> list[int]:
    """Give a message to the listeners nearest to the task of `token`, or to all; gives the ids of opened tasks.

    `heard` is what happens with it if somebody listens: before the tasks open, whose periods may begin by it.
    Raises NotAwaited when nobody listens, CaseStuck, CaseSuspended, ConcurrentChange.
    """
    definition, state = moving.folder.flow, moving.instance.state
    return _move(
        moving,
        lambda given: flow.correlate(definition, state, message, dict(flags), given, clock.now(), token),
        only_caught=True,
        heard=heard,
    )


def hear_signal(moving: Moving, name: str) -> list[int]:
    """Let a signal that another case has thrown be heard by all in this one who wait for it.

    Gives the ids of opened tasks. Raises NotAwaited when nobody does, CaseStuck, CaseSuspended, ConcurrentChange.
    """
    definition, state = moving.folder.flow, moving.instance.state
    return _move(
        moving,
        lambda given: flow.signal(definition, state, name, {}, given, clock.now()),
        only_caught=True,
    )


def locked_instance(case: CaseFacts) -> Instance:
    """The flow of a case, locked until the commit."""
    statement = sa.select(*INSTANCE_COLUMNS).where(INSTANCES.c.case_id == case.id).with_for_update()
    return read(Instance, ProcessInstance, db.session.execute(statement).one())


def _move(
    moving: Moving,
    step_with: Callable[[flow.Functions], flow.Step],
    *,
    only_caught: bool = False,
    heard: Sequence[Happening] = (),
) -> list[int]:
    """Take one step of the flow and write it down; NotAwaited where it had to be caught and was not."""
    ending = Ending()
    with on_the_way(moving.case, moving.folder):
        step = step_with(service_functions(ending))
    if only_caught and not step.caught:
        raise NotAwaited
    write_step(moving, step)
    if heard:
        happen(moving.case, moving.folder, heard)
    return follow(moving.case, moving.folder, step, ending, moving.unit)


def write_step(moving: Moving, step: flow.Step) -> None:
    """Write the state that a step has come to, if the case may move and nobody else has moved it on meanwhile.

    Raises CaseSuspended, ConcurrentChange.
    """
    known = moving.instance.revision
    changed = db.session.execute(
        _MOVE,
        {
            "of_case": moving.case.id,
            "of_congress": moving.case.congress_id,
            "of_definition": moving.case.definition_id,
            "known_revision": known,
            "state": step.state,
            "revision": known + 1,
            "wakes_at": step.next_timer,
        },
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        require_moving(moving.case)
        raise ConcurrentChange
    moving.instance.state, moving.instance.revision = step.state, known + 1

"""Moving a case on: the flow decides what opens next, and tasks, stage and end of the case follow it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.candidates import candidate
from engine.casework.facts import (
    ASSIGNMENT_COLUMNS,
    ASSIGNMENTS,
    CASES,
    INSTANCE_COLUMNS,
    INSTANCES,
    TASKS,
    UPDATE_CASE,
    AssignmentFacts,
    CaseFacts,
    Instance,
    read,
)
from engine.casework.happenings import Happening, happen, tell
from engine.casework.standing import Standing, standing_of
from engine.casework.stuck import on_the_way
from engine.casework.suspension import MAY_MOVE, require_moving
from engine.definitions.folder import Folder, TaskSpec
from engine.foundation import clock
from engine.foundation.errors import ConcurrentChange, GuardRefused
from engine.foundation.language import _
from engine.foundation.transaction import operation
from models import Assignment, ProcessInstance, db

NO_DUE_DATE = dt.date(9999, 12, 31)

_MOVE = INSTANCES.update().where(
    INSTANCES.c.case_id == sa.bindparam("of_case"),
    INSTANCES.c.revision == sa.bindparam("known_revision"),
    MAY_MOVE,
    # A row that was waited for is read anew, the case beside it is not: it may be of another version by now.
    sa.exists().where(
        CASES.c.id == sa.bindparam("of_case"), CASES.c.definition_id == sa.bindparam("of_definition")
    ),
)
_WITHDRAW = TASKS.update().where(
    TASKS.c.case_id == sa.bindparam("of_case"),
    TASKS.c.token.in_(sa.bindparam("tokens", expanding=True)),
    TASKS.c.open,
)
# The ids come in any order: to ask for one order would cost SQLite a statement for each row.
_OPEN = TASKS.insert().returning(TASKS.c.token, TASKS.c.id)
_UNITS = sa.select(*ASSIGNMENT_COLUMNS).where(ASSIGNMENTS.c.id.in_(sa.bindparam("ids", expanding=True)))


class NotAwaited(GuardRefused):
    """The case has gone on, or has not come that far."""

    text = _("案件现在不在可以这样办理的环节。")


@dataclass(slots=True)
class Ending:
    """What service tasks of the flow decided about the end of the case."""

    status: str | None = None
    outcome: str | None = None
    happenings: list[Happening] = field(default_factory=list)


def start(case: CaseFacts, folder: Folder, variables: Mapping[str, Any]) -> list[int]:
    """Begin the flow of a new case; gives the ids of the tasks it opened."""
    ending = Ending()
    with on_the_way(case, folder, opening=True):
        step = flow.start(folder.flow, dict(variables), service_functions(ending), clock.now())
    db.session.execute(INSTANCES.insert().values(case_id=case.id, state=step.state, revision=1))
    return follow(case, folder, step, ending)


@dataclass(slots=True)
class Moving:
    """A case on the move: its flow's state, and the assignment at hand as it now stands, where there is one."""

    case: CaseFacts
    folder: Folder
    instance: Instance
    unit: AssignmentFacts | None = None


def complete(moving: Moving, token: str, flags: Mapping[str, Any]) -> list[int]:
    """Complete an open task in the flow; gives the ids of the tasks that opened.

    Raises CaseStuck, CaseSuspended, ConcurrentChange when somebody else moved the case on meanwhile (the use case is
    then run again).
    """
    ending = Ending()
    state, functions = moving.instance.state, service_functions(ending)
    with on_the_way(moving.case, moving.folder):
        step = flow.complete(moving.folder.flow, state, token, dict(flags), functions, clock.now())
    return _move(moving, step, ending)


def correlate(moving: Moving, message: str, flags: Mapping[str, Any], token: str | None = None) -> list[int]:
    """Give a message to the listeners nearest to the task of `token`, or to all; gives the ids of opened tasks.

    Raises NotAwaited when nobody listens, CaseStuck, CaseSuspended, ConcurrentChange.
    """
    ending = Ending()
    state, functions = moving.instance.state, service_functions(ending)
    with on_the_way(moving.case, moving.folder):
        step = flow.correlate(moving.folder.flow, state, message, dict(flags), functions, clock.now(), token)
    if not step.caught:
        raise NotAwaited
    return _move(moving, step, ending)


def locked_instance(case: CaseFacts) -> Instance:
    """The flow of a case, locked until the commit."""
    statement = sa.select(*INSTANCE_COLUMNS).where(INSTANCES.c.case_id == case.id).with_for_update()
    return read(Instance, ProcessInstance, db.session.execute(statement).one())


def _move(moving: Moving, step: flow.Step, ending: Ending) -> list[int]:
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
        },
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        require_moving(moving.case)
        raise ConcurrentChange
    moving.instance.state, moving.instance.revision = step.state, known + 1
    return follow(moving.case, moving.folder, step, ending, moving.unit)


def service_functions(ending: Ending) -> dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]]:
    """The service functions that a flow may name."""

    def close_case(variables: dict[str, Any]) -> None:
        ending.status, ending.outcome = "closed", "completed"
        ending.happenings.append(Happening("case:closed"))

    return {"close_case": close_case}


def follow(
    case: CaseFacts, folder: Folder, step: flow.Step, ending: Ending, unit: AssignmentFacts | None = None
) -> list[int]:
    """Let tasks, stage and end of the case follow a step whose state is written; gives the ids of opened tasks."""
    _withdraw(case, step.withdrawn)
    standing = standing_of(case.id)
    opened = _open(case, folder, step.opened, unit, standing)
    if ending.happenings:
        happen(case, folder, ending.happenings)
    _restage(case, folder, step, ending, standing)
    return opened


def _withdraw(case: CaseFacts, tokens: Sequence[str]) -> None:
    if tokens:
        statement = _WITHDRAW.values(
            open=False, outcome="withdrawn", closed_at=clock.now(), revision=TASKS.c.revision + 1
        )
        db.session.execute(statement, {"of_case": case.id, "tokens": list(tokens)})


def _open(
    case: CaseFacts,
    folder: Folder,
    opened: Sequence[flow.OpenTask],
    at_hand: AssignmentFacts | None,
    standing: Standing,
) -> list[int]:
    """Write the tasks that the flow opened, and add them to how the case stands."""
    if not opened:
        return []
    units = _units(opened, at_hand)
    at = [(task, units[_assignment_of(task)]) for task in opened]
    rows = [_task_row(case, folder, task, unit, standing.due_dates) for task, unit in at]
    standing.at_work += [(task.node, unit.role if unit else None) for task, unit in at]
    numbered = db.session.execute(_OPEN, rows[0] if len(rows) == 1 else rows).all()
    id_of = {row.token: row.id for row in numbered}
    ids = [id_of[row["token"]] for row in rows]
    for task_id, row in zip(ids, rows, strict=True):
        action = f"task.{row['node']}:opened"
        told: dict[str, object] = {"task": row["name"], "due_on": _told_due(row["due_on"])}
        tell(case, folder, action, row["assignment_id"], told, task_id=task_id)
    return ids


def _told_due(due_on: dt.date) -> object:
    return "" if due_on == NO_DUE_DATE else due_on


def _task_row(
    case: CaseFacts,
    folder: Folder,
    task: flow.OpenTask,
    unit: AssignmentFacts | None,
    due_dates: Mapping[tuple[str, int | None], dt.date],
) -> dict[str, Any]:
    spec = folder.tasks[task.node]
    whom = candidate(case, folder, spec, unit)
    unit = whom.unit or unit
    assignment_id = unit.id if unit else None
    clock_key, due_on = due_by(spec, assignment_id, due_dates)
    return {
        "congress_id": case.congress_id,
        "case_id": case.id,
        "token": task.key,
        "node": task.node,
        "name": spec.title.zh,
        "role": whom.role or spec.role,
        "organization_id": whom.organization_id,
        "user_id": whom.user_id,
        "assignee_id": whom.assignee_id,
        "assignment_id": assignment_id,
        "priority": 0,
        "clock": clock_key,
        "due_on": due_on,
        "round": unit.round if unit else case.round,
        "open": True,
        "opened_at": clock.now(),
        "sent_by": operation().actor.organization_name or operation().actor.name,
        "revision": 1,
    }


def _assignment_of(task: flow.OpenTask) -> int | None:
    return task.variables.get("assignment_id")


def _units(
    opened: Sequence[flow.OpenTask], at_hand: AssignmentFacts | None
) -> dict[int | None, AssignmentFacts | None]:
    """The assignments that the opened tasks belong to; the one at hand is not read again."""
    known: dict[int | None, AssignmentFacts | None] = {None: None}
    if at_hand is not None:
        known[at_hand.id] = at_hand
    unknown = {_assignment_of(task) for task in opened} - known.keys()
    if unknown:
        for row in db.session.execute(_UNITS, {"ids": list(unknown)}):
            unit = read(AssignmentFacts, Assignment, row)
            known[unit.id] = unit
    return known


def due_by(
    spec: TaskSpec, assignment_id: int | None, due_dates: Mapping[tuple[str, int | None], dt.date]
) -> tuple[str | None, dt.date]:
    """The first of the task's clocks that runs, for the unit or for the whole case."""
    for key in spec.clocks:
        for subject in (assignment_id, None):
            if (key, subject) in due_dates:
                return key, due_dates[key, subject]
    return (spec.clocks[0] if spec.clocks else None), NO_DUE_DATE


def _said_of_outcome(case: CaseFacts) -> str | None:
    outcome: str | None = db.session.scalar(sa.select(CASES.c.outcome).where(CASES.c.id == case.id))
    return outcome


def _restage(case: CaseFacts, folder: Folder, step: flow.Step, ending: Ending, standing: Standing) -> None:
    """Let the case show the stage of its slowest answering unit, and end it when the flow has ended."""
    values: dict[str, Any] = {}
    if step.completed:
        values["closed_at"] = clock.now()
        if ending.status is not None:
            # What an act has said of the outcome (a closing opinion) stands.
            values |= {"status": ending.status, "outcome": _said_of_outcome(case) or ending.outcome}
    else:
        stage = _stage(case, folder, standing.at_work)
        if stage != case.stage:
            case.stage = values["stage"] = stage
    if values:
        db.session.execute(UPDATE_CASE, {"of_case": case.id, **values})


def _stage(case: CaseFacts, folder: Folder, at_work: Sequence[tuple[str, str | None]]) -> str:
    order = {stage.key: place for place, stage in enumerate(folder.stages)}
    answering = [node for node, role in at_work if role != "co"] or [node for node, _role in at_work]
    stages = [folder.tasks[node].stage for node in answering]
    return min(stages, key=lambda key: order[key], default=case.stage)

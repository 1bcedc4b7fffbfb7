"""After a step of the flow: tasks, stage, end and what goes out to other cases follow it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.candidates import candidate
from engine.casework.facts import (
    ASSIGNMENT_COLUMNS,
    ASSIGNMENTS,
    CASES,
    TASKS,
    UPDATE_CASE,
    AssignmentFacts,
    CaseFacts,
    read,
)
from engine.casework.moving.exchange import exchange
from engine.casework.moving.happenings import happen, tell
from engine.casework.moving.services import Ending
from engine.casework.standing import Standing, standing_of
from engine.definitions.folder import Folder, TaskSpec
from engine.foundation import clock
from engine.foundation.transaction import operation
from models import Assignment, db

NO_DUE_DATE = dt.date(9999, 12, 31)

_WITHDRAW = TASKS.update().where(
    TASKS.c.case_id == sa.bindparam("of_case"),
    TASKS.c.token.in_(sa.bindparam("tokens", expanding=True)),
    TASKS.c.open,
)
# The ids come in any order: to ask for one order would cost SQLite a statement for each row.
_OPEN = TASKS.insert().returning(TASKS.c.token, TASKS.c.id)
_UNITS = sa.select(*ASSIGNMENT_COLUMNS).where(ASSIGNMENTS.c.id.in_(sa.bindparam("ids", expanding=True)))


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
    exchange(case, folder, step)
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

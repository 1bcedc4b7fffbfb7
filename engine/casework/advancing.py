"""Moving a case on: the flow decides what opens next, and tasks, stage and end of the case follow it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.facts import ASSIGNMENTS, CASES, INSTANCES, TASKS, CaseFacts, Instance
from engine.casework.happenings import Happening, happen, tell
from engine.deadlines import clocks
from engine.definitions.folder import Folder, TaskSpec
from engine.foundation import clock
from engine.foundation.errors import ConcurrentChange
from engine.foundation.transaction import operation
from models import Deputy, Membership, Organization, User, db

NO_DUE_DATE = dt.date(9999, 12, 31)
CONGRESS_KINDS = ("congress_office", "deputies_committee", "committee", "session_secretariat")


@dataclass(slots=True)
class Ending:
    """What service tasks of the flow decided about the end of the case."""

    status: str | None = None
    outcome: str | None = None
    happenings: list[Happening] = field(default_factory=list)


@dataclass(slots=True)
class Candidate:
    """For whom a task is opened."""

    organization_id: int | None
    user_id: int | None
    assignee_id: int | None = None
    role: str = ""  # where it is not the role that the process names


def start(case: CaseFacts, folder: Folder, variables: Mapping[str, Any]) -> list[int]:
    """Begin the flow of a new case; gives the ids of the tasks it opened."""
    ending = Ending()
    step = flow.start(folder.flow, dict(variables), _functions(ending), clock.now())
    db.session.execute(INSTANCES.insert().values(case_id=case.id, state=step.state, revision=1))
    return _apply(case, folder, step, ending)


def complete(
    case: CaseFacts, folder: Folder, instance: Instance, token: str, flags: Mapping[str, Any]
) -> list[int]:
    """Complete an open task in the flow; gives the ids of the tasks that opened.

    Raises ConcurrentChange when somebody else moved the case on meanwhile (the use case is then run again).
    """
    ending = Ending()
    step = flow.complete(folder.flow, instance.state, token, dict(flags), _functions(ending), clock.now())
    changed = db.session.execute(
        INSTANCES.update()
        .where(INSTANCES.c.case_id == case.id, INSTANCES.c.revision == instance.revision)
        .values(state=step.state, revision=instance.revision + 1)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ConcurrentChange
    return _apply(case, folder, step, ending)


def _functions(ending: Ending) -> dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]]:
    """The service functions that a flow may name."""

    def close_case(variables: dict[str, Any]) -> None:
        ending.status, ending.outcome = "closed", "completed"
        ending.happenings.append(Happening("case:closed"))

    return {"close_case": close_case}


def _apply(case: CaseFacts, folder: Folder, step: flow.Step, ending: Ending) -> list[int]:
    _withdraw(case, step.withdrawn)
    opened = _open(case, folder, step.opened)
    if ending.happenings:
        happen(case, folder, ending.happenings)
    _restage(case, folder, step, ending)
    return opened


def _withdraw(case: CaseFacts, tokens: Sequence[str]) -> None:
    if tokens:
        db.session.execute(
            TASKS.update()
            .where(TASKS.c.case_id == case.id, TASKS.c.token.in_(tokens), TASKS.c.open)
            .values(open=False, outcome="withdrawn", closed_at=clock.now(), revision=TASKS.c.revision + 1)
        )


def _open(case: CaseFacts, folder: Folder, opened: Sequence[flow.OpenTask]) -> list[int]:
    if not opened:
        return []
    due_dates = clocks.due_dates(case.id)
    rows = [_task_row(case, folder, task, due_dates) for task in opened]
    insert = TASKS.insert().returning(TASKS.c.id, sort_by_parameter_order=True)
    ids = list(db.session.scalars(insert, rows))
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
    due_dates: Mapping[tuple[str, int | None], dt.date],
) -> dict[str, Any]:
    spec = folder.tasks[task.node]
    assignment_id = task.variables.get("assignment_id")
    unit = _unit(assignment_id)
    whom = _candidate(case, folder, spec, unit)
    clock_key, due_on = _due(spec, assignment_id, due_dates)
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


def _unit(assignment_id: int | None) -> Any:
    if assignment_id is None:
        return None
    columns = (ASSIGNMENTS.c.unit_id, ASSIGNMENTS.c.officer_id, ASSIGNMENTS.c.round)
    return db.session.execute(sa.select(*columns).where(ASSIGNMENTS.c.id == assignment_id)).one()


def _due(
    spec: TaskSpec, assignment_id: int | None, due_dates: Mapping[tuple[str, int | None], dt.date]
) -> tuple[str | None, dt.date]:
    """The first of the task's clocks that runs, for the unit or for the whole case."""
    for key in spec.clocks:
        for subject in (assignment_id, None):
            if (key, subject) in due_dates:
                return key, due_dates[key, subject]
    return (spec.clocks[0] if spec.clocks else None), NO_DUE_DATE


def _candidate(case: CaseFacts, folder: Folder, spec: TaskSpec, unit: Any) -> Candidate:
    if spec.at == "lead_deputy" and case.status == "draft":
        return Candidate(None, case.opened_by)  # what came on paper is handed in by whoever entered it
    if spec.at == "lead_deputy":
        return _for_lead_deputy(case, folder)
    if spec.at == "unit":
        officer = unit.officer_id if spec.role == "case_officer" else None
        return Candidate(unit.unit_id, None, officer)
    return Candidate(_office(case.congress_id, spec.role), None)


def _for_lead_deputy(case: CaseFacts, folder: Folder) -> Candidate:
    """The lead deputy; one without an account is served by the officers who enter what comes on paper (代填)."""
    user_id = db.session.scalar(
        sa.select(User.id)
        .join(Deputy, Deputy.user_id == User.id)
        .where(Deputy.id == case.lead_deputy_id, User.active)
    )
    if user_id is not None:
        return Candidate(None, user_id)
    for role in sorted(folder.opened_by):
        office = _office(case.congress_id, role)
        if office is not None:
            return Candidate(office, None, role=role)
    return Candidate(None, case.opened_by)


def _office(congress_id: int, role: str) -> int | None:
    """The first organ of the congress, in order of precedence, in which somebody holds the role."""
    statement = (
        sa.select(Organization.id)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(
            Organization.congress_id == congress_id,
            Organization.kind.in_(CONGRESS_KINDS),
            Organization.active,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
        .order_by(Organization.position, Organization.id)
        .limit(1)
    )
    return db.session.scalar(statement)


def _restage(case: CaseFacts, folder: Folder, step: flow.Step, ending: Ending) -> None:
    """Let the case show the stage of its slowest answering unit, and end it when the flow has ended."""
    values: dict[str, Any] = {}
    if step.completed:
        values["closed_at"] = clock.now()
        if ending.status is not None:
            values |= {"status": ending.status, "outcome": ending.outcome}
    else:
        stage = _stage(case, folder)
        if stage != case.stage:
            values["stage"] = stage
    if values:
        db.session.execute(CASES.update().where(CASES.c.id == case.id).values(values))


def _stage(case: CaseFacts, folder: Folder) -> str:
    rows = db.session.execute(
        sa.select(TASKS.c.node, ASSIGNMENTS.c.role)
        .outerjoin(ASSIGNMENTS, ASSIGNMENTS.c.id == TASKS.c.assignment_id)
        .where(TASKS.c.case_id == case.id, TASKS.c.open)
    ).all()
    order = {stage.key: place for place, stage in enumerate(folder.stages)}
    answering = [row.node for row in rows if row.role != "co"] or [row.node for row in rows]
    stages = [folder.tasks[node].stage for node in answering]
    return min(stages, key=lambda key: order[key], default=case.stage)

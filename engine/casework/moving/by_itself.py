"""A task that the system completes by itself, inside a use case: in a case made out of another, or by the public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.step import ACTS, Step
from engine.casework.facts import TASK_COLUMNS, TASKS, CaseFacts, TaskFacts, read
from engine.casework.moving import advancing
from engine.casework.moving.advancing import Moving, locked_instance
from engine.casework.moving.happenings import happen
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import ConcurrentChange
from models import Task, db

_OPEN = sa.select(*TASK_COLUMNS).where(TASKS.c.case_id == sa.bindparam("of_case"), TASKS.c.open)


def open_task(case: CaseFacts, node: str | None = None) -> TaskFacts | None:
    """The open task of a case at that node, or its only one."""
    statement = _OPEN if node is None else _OPEN.where(TASKS.c.node == node)
    row = db.session.execute(statement, {"of_case": case.id}).first()
    return read(TaskFacts, Task, row) if row else None


def complete_by_itself(
    actor: Actor, case: CaseFacts, folder: Folder, task: TaskFacts, answers: Mapping[str, Any]
) -> None:
    """Act on checked answers, close the task, record it, and move the case on. The task must be nobody's part.

    Raises ConcurrentChange where somebody has done it meanwhile.
    """
    instance, now = locked_instance(case), clock.now()
    spec = folder.tasks[task.node]
    outcome = ACTS[spec.act](Step(actor, case, folder, spec, answers, now, at_hand=task))
    closed = db.session.execute(
        TASKS.update()
        .where(TASKS.c.id == task.id, TASKS.c.open, TASKS.c.revision == task.revision)
        .values(
            open=False,
            outcome="completed",
            closed_at=now,
            closed_by=actor.user_id,
            assignee_id=actor.user_id,
            revision=task.revision + 1,
        )
    )
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        raise ConcurrentChange
    happen(case, folder, outcome.happenings)
    advancing.complete(Moving(case, folder, instance), task.token, outcome.flags)

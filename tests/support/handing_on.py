"""What scenarios do with an open task before it is done: take it, put it back, hand it to a colleague."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.casework.tasks import claim_task, delegate_task, release_task
from models import Assignment, Organization, Task, User, db

if TYPE_CHECKING:
    from tests.support.performance import Performance

Step = Mapping[str, Any]


def _claim(performance: Performance, step: Step) -> None:
    claim_task(performance._who(step), task_id=performance._task(step).id)


def _release(performance: Performance, step: Step) -> None:
    release_task(performance._who(step), task_id=performance._task(step).id)


def _delegate(performance: Performance, step: Step) -> None:
    """`with` names the colleague as `to`, and the reason."""
    given = dict(step["with"])
    to = performance.cast.users[given.pop("to")]
    delegate_task(performance._who(step), task_id=performance._task(step).id, to_user_id=to, **given)


DEEDS: dict[str, Callable[[Performance, Step], None]] = {
    "claim": _claim,
    "release": _release,
    "delegate": _delegate,
}


def held(case_id: int) -> list[tuple[str, str]]:
    """The open tasks of a case, `node` or `node@unit`, in order, each with who has taken it, "" for nobody."""
    statement = (
        sa.select(Task.node, Organization.code, User.username)
        .outerjoin(Assignment, Assignment.id == Task.assignment_id)
        .outerjoin(Organization, Organization.id == Assignment.unit_id)
        .outerjoin(User, User.id == Task.assignee_id)
        .where(Task.case_id == case_id, Task.open)
    )
    return sorted(
        (f"{node}@{code}" if code else node, (username or "").partition("@")[0])
        for node, code, username in db.session.execute(statement)
    )

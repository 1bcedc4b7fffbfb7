"""The doors of the case layer: load, permit and lock in one call; there is no other way to a case or task."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import (
    ASSIGNMENT_COLUMNS,
    ASSIGNMENTS,
    CASE_COLUMNS,
    CASES,
    INSTANCE_COLUMNS,
    INSTANCES,
    TASK_COLUMNS,
    TASKS,
    AssignmentFacts,
    CaseFacts,
    Instance,
    TaskFacts,
    read,
)
from engine.casework.visibility import DELEGATION_STAFF, visible_to
from engine.definitions.folder import Folder, TaskSpec
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, NotAllowed, NotFound, StaleTask, TaskWithdrawn
from engine.foundation.language import _
from engine.foundation.transaction import speak_for
from engine.people.substitutes import count_as_one
from models import (
    Assignment,
    Case,
    Deputy,
    ProcessInstance,
    Task,
    TaskDraft,
    User,
    db,
)


class ClaimedByAnother(DomainError):
    """A colleague has taken the task."""

    text = _("这件工作已由{who}领取。需要您办理时，请先请其放回或者转派。")


class CaseArchived(DomainError):
    """The file is closed for good (档案法 art. 37): nothing of it changes any more."""

    text = _("案件已经归档，不能再有改动。")


class TaskChanged(DomainError):
    """The page is older than the task."""

    text = _("您打开页面之后，这件工作有了变化，请核对后再提交。您填写的内容已保留。")


@dataclass(slots=True)
class Desk:
    """Everything a step works on."""

    task: TaskFacts
    case: CaseFacts
    instance: Instance
    assignment: AssignmentFacts | None
    has_drafts: bool
    head: audit.Head | None  # of the case's audit chain


_HAS_DRAFTS = sa.exists().where(TaskDraft.task_id == TASKS.c.id).label("has_drafts")
_HEAD = audit.HEADS.c.position.label("head_position"), audit.HEADS.c.hash.label("head_hash")
_WORK = (
    sa.select(*TASK_COLUMNS, *CASE_COLUMNS, *INSTANCE_COLUMNS, *ASSIGNMENT_COLUMNS, _HAS_DRAFTS, *_HEAD)
    .select_from(
        TASKS.join(CASES, CASES.c.id == TASKS.c.case_id)
        .join(INSTANCES, INSTANCES.c.case_id == TASKS.c.case_id)
        .outerjoin(audit.HEADS, audit.is_head_of(TASKS.c.case_id))
        .outerjoin(ASSIGNMENTS, ASSIGNMENTS.c.id == TASKS.c.assignment_id)
    )
    .where(TASKS.c.id == sa.bindparam("task_id"), CASES.c.congress_id == sa.bindparam("congress_id"))
)
_TASK_ALONE = (
    sa.select(*TASK_COLUMNS, CASES.c.definition_id, _HAS_DRAFTS)
    .select_from(TASKS.join(CASES, CASES.c.id == TASKS.c.case_id))
    .where(TASKS.c.id == sa.bindparam("task_id"), CASES.c.congress_id == sa.bindparam("congress_id"))
)
# Steps of one case stand in a row; steps of different cases never meet. SQLite has one writer anyway.
_WORK_LOCKED = _WORK.with_for_update(of=[INSTANCES, TASKS])


def task_to_work(actor: Actor, task_id: int, revision: int | None) -> Desk:
    """The open task with its case, locked, for one who may work on it.

    Raises NotFound, NotAllowed, ClaimedByAnother, StaleTask / TaskWithdrawn when it is no longer open, TaskChanged
    when `revision` is not the present one.
    """
    desk = _desk(_WORK_LOCKED, actor, task_id)
    require_candidate(actor, desk.task)
    require_not_archived(desk.case)
    if not desk.task.open:
        raise _gone(desk.task)
    require_free(actor, desk.task)
    if revision is not None and revision != desk.task.revision:
        raise TaskChanged
    speak_from(actor, {desk.task.role}, desk.task.organization_id, desk.task.assignee_id)
    if desk.head is not None:
        audit.foresee(desk.case.id, desk.head)
    return desk


def speak_from(
    actor: Actor, roles: Collection[str], organization_id: int | None, held_by: int | None = None
) -> None:
    """Let the trail say for whom the actor stands in, where he has none of these roles there himself."""
    if organization_id is None:
        return
    seats = [seat for role in roles if (seat := actor.seat(role, organization_id, held_by))]
    own = any(seat.absent_id is None for seat in seats)
    if seats and (not own or seats[0].absent_id == held_by):
        speak_for(seats[0].absent_name)


def same_eyes(actor: Actor, user_id: int | None) -> bool:
    """Whether a second pair of eyes would be lacking: the actor is this person, or one stands in for the other."""
    return count_as_one(actor.user_id, user_id)


def spec_at(folder: Folder, node: str) -> TaskSpec:
    """What a version says of a task; NotFound for one that it has no more, which can only be over."""
    spec = folder.tasks.get(node)
    if spec is None:
        raise NotFound
    return spec


def task_to_read(actor: Actor, task_id: int) -> Desk:
    """A task with its case for one of its candidates, open or not."""
    desk = _desk(_WORK, actor, task_id)
    require_candidate(actor, desk.task)
    return desk


def task_to_fill_in(actor: Actor, task_id: int) -> tuple[TaskFacts, int, bool]:
    """A task, open or not, for one of its candidates; the definition in which its form stands; whether anybody has a
    draft of it."""
    known = {"task_id": task_id, "congress_id": actor.congress_id}
    # Past the session, which has nothing to add: every form that is sent asks this.
    row = db.session.connection().execute(_TASK_ALONE, known).one_or_none()
    if row is None:
        raise NotFound
    task = read(TaskFacts, Task, row)
    require_candidate(actor, task)
    return task, row.definition_id, row.has_drafts


def _desk(statement: sa.Select[Any], actor: Actor, task_id: int) -> Desk:
    row = db.session.execute(statement, {"task_id": task_id, "congress_id": actor.congress_id}).one_or_none()
    if row is None:
        raise NotFound
    task = read(TaskFacts, Task, row)
    assignment = read(AssignmentFacts, Assignment, row) if task.assignment_id else None
    case, instance = read(CaseFacts, Case, row), read(Instance, ProcessInstance, row)
    head = audit.Head(row.head_position, row.head_hash) if row.head_hash else None
    return Desk(task, case, instance, assignment, row.has_drafts, head)


def is_candidate(actor: Actor, task: TaskFacts) -> bool:
    """Whether the task is meant for this person, by name or by the role he holds in the organization."""
    if actor.user_id is not None and actor.user_id == task.user_id:
        return True
    if task.user_id is not None or task.organization_id is None:
        return False  # a task that has no place belongs to nobody, not to everybody
    # Even the one who took it must still hold the role: a right that has ended leaves nothing behind.
    return actor.holds(task.role, task.organization_id)


def require_candidate(actor: Actor, task: TaskFacts) -> None:
    """Refuse one for whom the task is not meant: NotAllowed, or NotFound where he may not see its case."""
    if not is_candidate(actor, task):
        case_to_view(actor, task.case_id)
        raise NotAllowed


def is_free(actor: Actor, task: TaskFacts) -> bool:
    """Whether nobody has taken the task, or the actor, or one for whom he stands in."""
    if task.assignee_id in (None, actor.user_id):
        return True
    return actor.stands_in_for(task.assignee_id, task.role, task.organization_id)


def require_free(actor: Actor, task: TaskFacts) -> None:
    """Refuse with ClaimedByAnother when a colleague has taken it."""
    if not is_free(actor, task):
        raise ClaimedByAnother(who=name_of(task.assignee_id))


def _gone(task: TaskFacts) -> StaleTask:
    if task.outcome == "withdrawn" or task.closed_at is None:
        return TaskWithdrawn()
    when = task.closed_at.astimezone(clock.ZONE).strftime("%m-%d %H:%M")
    return StaleTask(who=name_of(task.closed_by), when=when)


def name_of(user_id: int | None) -> str:
    """The name of a user; the system where there is none."""
    if user_id is None:
        return "系统"
    return db.session.scalar(sa.select(User.name).where(User.id == user_id)) or "?"


def case_to_view(actor: Actor, case_id: int) -> CaseFacts:
    """A case the actor may see; NotFound otherwise, so that nobody learns that it exists."""
    row = db.session.execute(_view_of(actor), {"case_id": case_id}).one_or_none()
    if row is None:
        raise NotFound
    return read(CaseFacts, Case, row)


def sees(actor: Actor, case_id: int) -> bool:
    """Whether the actor may see the case."""
    return db.session.scalar(_sight_of(actor), {"case_id": case_id}) is not None


# Kept for each person, as the condition is: one that is made anew is gone through whole before it is known again.
@lru_cache(maxsize=512)
def _view_of(actor: Actor) -> sa.Select[Any]:
    return sa.select(*CASE_COLUMNS).where(CASES.c.id == sa.bindparam("case_id"), visible_to(actor))


@lru_cache(maxsize=512)
def _view_to_lock_of(actor: Actor) -> sa.Select[Any]:
    return _view_of(actor).with_for_update()


@lru_cache(maxsize=512)
def _sight_of(actor: Actor) -> sa.Select[Any]:
    return sa.select(CASES.c.id).where(CASES.c.id == sa.bindparam("case_id"), visible_to(actor))


def case_to_write(actor: Actor, case_id: int) -> CaseFacts:
    """A case the actor may edit while it is his draft, locked."""
    case = case_locked(actor, case_id)
    if case.opened_by != actor.user_id and not is_lead_deputy(actor, case):
        raise NotAllowed
    return case


def case_locked(actor: Actor, case_id: int) -> CaseFacts:
    """A case the actor may see, locked until the commit."""
    row = db.session.execute(_view_to_lock_of(actor), {"case_id": case_id}).one_or_none()
    if row is None:
        raise NotFound
    case = read(CaseFacts, Case, row)
    require_not_archived(case)
    return case


def require_not_archived(case: CaseFacts) -> None:
    """Refuse with CaseArchived any change to a case whose file is closed."""
    if case.archived_at is not None:
        raise CaseArchived


def is_lead_deputy(actor: Actor, case: CaseFacts) -> bool:
    """Whether the actor speaks for the case's proposer: its lead deputy (领衔代表), or its delegation's staff."""
    if case.delegation_id is not None:
        return actor.holds(DELEGATION_STAFF, case.delegation_id)
    return actor.deputy_id is not None and actor.deputy_id == case.lead_deputy_id


def assignment_of_actor(actor: Actor, case: CaseFacts, *roles: str) -> AssignmentFacts:
    """The open assignment of the case to the actor's own unit, where he holds one of `roles`; else NotAllowed.

    Of several (a unit may inherit another's) the one that it has still to answer.
    """
    units = {seat.organization_id for seat in actor.seats if seat.role in roles}
    statement = sa.select(*ASSIGNMENT_COLUMNS).where(
        ASSIGNMENTS.c.case_id == case.id, ASSIGNMENTS.c.unit_id.in_(units), ASSIGNMENTS.c.closed_at.is_(None)
    )
    answered = sa.case((ASSIGNMENTS.c.role == "co", 2), (ASSIGNMENTS.c.status == "replied", 1), else_=0)
    row = db.session.execute(statement.order_by(answered, ASSIGNMENTS.c.id)).first()
    if row is None:
        raise NotAllowed
    found = read(AssignmentFacts, Assignment, row)
    speak_from(actor, roles, found.unit_id)
    return found


def lead_deputy(case: CaseFacts) -> Deputy | None:
    """The lead deputy's row."""
    return db.session.get(Deputy, case.lead_deputy_id) if case.lead_deputy_id else None

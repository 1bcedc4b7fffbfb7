"""Tasks: completing one is the way a case moves; claiming, releasing and delegating say who does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import Desk, name_of, task_to_read, task_to_work
from engine.casework.acts.step import ACTS, Outcome, Step
from engine.casework.articles import cited_in
from engine.casework.attachments import FileStore
from engine.casework.choices import at_desk, holders, offers_for, options_of
from engine.casework.drafts import DRAFTS
from engine.casework.facts import TASKS
from engine.casework.moving import advancing
from engine.casework.moving.advancing import Moving
from engine.casework.moving.happenings import Happening, happen
from engine.definitions.catalogue import definition
from engine.definitions.legal_bases import require_basis
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import ConcurrentChange, GuardRefused, NotAllowed, StaleTask
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import db

_CLOSE = TASKS.update().where(
    TASKS.c.id == sa.bindparam("of_task"), TASKS.c.open, TASKS.c.revision == sa.bindparam("known_revision")
)
_FORGET_DRAFTS = DRAFTS.delete().where(DRAFTS.c.task_id == sa.bindparam("of_task"))


@dataclass(frozen=True, slots=True)
class Completed:
    """A completed task: its case, the tasks that opened, and whether it had been done before by the same person."""

    case_id: int
    opened: tuple[int, ...]
    already: bool = False


@use_case
def complete_task(
    actor: Actor,
    *,
    task_id: int,
    answers: Mapping[str, Any],
    revision: int | None = None,
    store: FileStore | None = None,
) -> Completed:
    """Do a task: check the answers, act on them, record it, move the case on. Files of its form are kept in `store`.

    A second sending of the same step by the same person does no harm and answers `already`. Raises InvalidAnswers
    (every fault at once), GuardRefused (BasisMissing among them), NotFound, NotAllowed, ClaimedByAnother, StaleTask,
    TaskChanged, AttachmentRefused.
    """
    try:
        desk = task_to_work(actor, task_id, revision)
    except StaleTask as gone:
        return _repeated(actor, task_id, gone)
    folder = definition(desk.case.definition_id)
    spec = folder.tasks.get(desk.task.node)
    if spec is None:  # taken over to another version while this waited for it
        raise ConcurrentChange
    spec = cited_in(desk.case, spec)
    require_basis(spec, desk.case.rule_pack_id)
    form = folder.forms[spec.form]
    offers = offers_for(at_desk(actor, desk), form)
    checked = form.check(answers, options_of(offers), clock.today())
    now = clock.now()
    step = Step(actor, desk.case, folder, spec, checked, now, desk.assignment, desk.task, offers, store=store)
    outcome = ACTS[spec.act](step)
    _close(desk, actor)
    happen(desk.case, folder, outcome.happenings)
    moving = Moving(desk.case, folder, desk.instance, desk.assignment)
    opened = [
        task_id
        for message in outcome.messages
        for task_id in advancing.correlate(moving, message, outcome.flags, desk.task.token)
    ]
    opened += _go_on(moving, desk, outcome)
    for message in outcome.afterwards if opened else ():
        token = db.session.scalar(sa.select(TASKS.c.token).where(TASKS.c.id == opened[-1]))
        opened += advancing.correlate(moving, message, {}, token)
    return Completed(desk.case.id, tuple(opened))


def _go_on(moving: Moving, desk: Desk, outcome: Outcome) -> list[int]:
    """Let the flow go on behind the task, or where the error that its act has ended it with is handled."""
    if not outcome.error:
        return advancing.complete(moving, desk.task.token, outcome.flags)
    failed = Happening(
        "flow:error",
        subject=f"task:{desk.task.id}",
        assignment_id=desk.task.assignment_id,
        detail={"task": desk.task.node, "code": outcome.error},
    )
    happen(moving.case, moving.folder, [failed])
    return advancing.fail(moving, desk.task.token, outcome.error, outcome.flags)


def _repeated(actor: Actor, task_id: int, gone: StaleTask) -> Completed:
    """The answer to a step that is done: harmless for the one who did it, stale for anybody else."""
    desk = task_to_read(actor, task_id)
    if desk.task.outcome == "completed" and desk.task.closed_by == actor.user_id:
        return Completed(desk.case.id, (), already=True)
    raise gone


def _close(desk: Desk, actor: Actor) -> None:
    changed = db.session.execute(
        _CLOSE,
        {
            "of_task": desk.task.id,
            "known_revision": desk.task.revision,
            "open": False,
            "outcome": "completed",
            "closed_at": clock.now(),
            "closed_by": actor.user_id,
            "assignee_id": actor.user_id,
            "revision": desk.task.revision + 1,
        },
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ConcurrentChange
    if desk.has_drafts:
        db.session.execute(_FORGET_DRAFTS, {"of_task": desk.task.id})


@use_case
def claim_task(actor: Actor, *, task_id: int) -> None:
    """Take an open task; taking it twice does no harm."""
    desk = task_to_work(actor, task_id, None)
    if desk.task.assignee_id == actor.user_id:
        return
    before = name_of(desk.task.assignee_id) if desk.task.assignee_id else None
    _reassign(desk, actor.user_id)
    _record(desk, "task:claimed", old=before, new=actor.name)


@use_case
def release_task(actor: Actor, *, task_id: int) -> None:
    """Put a task back that the actor has taken."""
    desk = task_to_work(actor, task_id, None)
    if desk.task.assignee_id is None:
        return
    before = name_of(desk.task.assignee_id)
    _reassign(desk, None)
    _record(desk, "task:released", old=before, new=None)


@use_case
def delegate_task(actor: Actor, *, task_id: int, to_user_id: int | None, reason: str = "") -> None:
    """Hand a task to a colleague who holds its role in its organization; NotAllowed where he does not.

    Raises as `task_to_work`, and then GuardRefused where nobody is named.
    """
    desk = task_to_work(actor, task_id, None)
    if to_user_id is None:
        raise GuardRefused(_("请选择转派给谁。"))
    if desk.task.assignee_id == to_user_id:
        return
    if to_user_id not in holders(desk.task.organization_id, desk.task.role):
        raise NotAllowed
    _reassign(desk, to_user_id)
    _record(desk, "task:delegated", old=actor.name, new=name_of(to_user_id), reason=reason)


def _reassign(desk: Desk, user_id: int | None) -> None:
    db.session.execute(
        TASKS.update()
        .where(TASKS.c.id == desk.task.id)
        .values(assignee_id=user_id, revision=desk.task.revision + 1)
    )


def _record(desk: Desk, action: str, **detail: Any) -> None:
    folder = definition(desk.case.definition_id)
    happening = Happening(
        action,
        subject=f"task:{desk.task.id}",
        assignment_id=desk.task.assignment_id,
        detail={"task": desk.task.node, **detail},
    )
    happen(desk.case, folder, [happening])

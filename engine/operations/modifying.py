"""A case put on another way by hand: planned by one, seen beforehand, carried out by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.access import same_eyes
from engine.casework.moving.following import follow
from engine.casework.moving.happenings import Happening, happen
from engine.casework.moving.services import Ending, service_functions
from engine.deadlines import clocks
from engine.deadlines.clocks import ClockState, ClockView
from engine.flow import Cancel, Change, Go, Start
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.operations.access import MAY_OPERATE, Running, locked_case, reason_given, running_case, write_flow
from engine.operations.standing import Place, places_in
from models import Modification, db

PLANS: sa.Table = Modification.__table__  # type: ignore[assignment]
MOST = 20  # changes in one plan


class OwnPlan(GuardRefused):
    """Four eyes: one plans, another carries it out."""

    text = _("调整流转须由另一位流程管理员复核执行，不能由计划的人自己执行。")


class PlanPending(GuardRefused):
    """A case has one plan at a time."""

    text = _("这件案件已有一份待执行的调整计划，请先执行或者放弃。")


class PlanStale(GuardRefused):
    """The case has moved on since the plan was made: what was seen beforehand is no longer what would happen."""

    text = _("案件在计划之后又有了进展，这份计划不再适用，请放弃后重新计划。")


class EndsWithoutOutcome(GuardRefused):
    """The case would be over without anybody having said how."""

    text = _("这样调整会让流程直接结束而没有办理结果，请改用流程自己的办结或者撤回途径。")


@dataclass(frozen=True, slots=True)
class Opening:
    """A task that would be opened, and for which unit."""

    node: str
    name: str
    assignment_id: int | None


@dataclass(frozen=True)
class Preview:
    """What a plan would do: tasks taken back and opened, clocks ended and run on, the end of the case."""

    withdrawn: tuple[Place, ...]
    opened: tuple[Opening, ...]
    ended: tuple[ClockView, ...]
    running: tuple[ClockView, ...]
    closes: bool
    live: tuple[str, ...]  # nodes at which tasks would be open


@dataclass
class _WorkedOut:
    step: flow.Step
    ending: Ending = field(default_factory=Ending)
    views: list[ClockView] = field(default_factory=list)


def read_changes(document: Mapping[str, Any]) -> tuple[list[Change], list[int]]:
    """The changes and clocks as a form sends them and a row keeps them. Raises InvalidAnswers.

    {"changes": [{"cancel": key}, {"before" | "after": node, "near": key}, {"move": key, "before" | "after": node}],
    "clocks": [id]}
    """
    written, clock_ids = document.get("changes"), document.get("clocks", [])
    if not isinstance(written, list) or not 0 < len(written) <= MOST or not isinstance(clock_ids, list):
        raise InvalidAnswers({"changes": [_("请至少选择一处调整，一次不超过 20 处。")]})
    return [change for each in written for change in _read(each)], [int(each) for each in clock_ids]


def _read(written: Mapping[str, Any]) -> list[Change]:
    if "cancel" in written:
        return [Cancel(str(written["cancel"]))]
    after = "after" in written
    go = Go(str(written["after" if after else "before"]), after=after)
    if "move" in written:
        key = str(written["move"])
        return [Start(go, key), Cancel(key)]
    return [Start(go, str(written.get("near", "")))]


@use_case
def plan_modification(actor: Actor, *, case_id: int, changes: Mapping[str, Any], reason: str) -> int:
    """Keep a plan for a case as it stands now; gives its id. Nothing moves.

    Raises NotAllowed, NotFound, CaseArchived, InvalidAnswers, PlanPending, EndsWithoutOutcome, NotModifiable,
    UnknownTask, StepFailed.
    """
    actor.require(*MAY_OPERATE)
    running = locked_case(actor, case_id)
    said = reason_given(reason)
    pending = sa.select(PLANS.c.id).where(PLANS.c.case_id == case_id, PLANS.c.state == "planned")
    if db.session.scalar(pending) is not None:
        raise PlanPending
    _work_out(running, changes)
    row = {
        "congress_id": actor.congress_id,
        "case_id": case_id,
        "changes": dict(changes),
        "reason": said,
        "revision": running.instance.revision,
        "state": "planned",
        "planned_at": clock.now(),
        "planned_by": actor.user_id,
    }
    id_ = int(db.session.execute(PLANS.insert().values(row).returning(PLANS.c.id)).scalar_one())
    _record(running, id_, "modification:planned", reason=said, changes=dict(changes))
    return id_


def preview(actor: Actor, *, modification_id: int) -> Preview:
    """What a plan would do to its case as it stands now.

    Raises NotAllowed, NotFound, PlanStale, and what planning refuses.
    """
    row = plan_row(actor, modification_id)
    running = running_case(actor, row.case_id)
    if running.instance.revision != row.revision:
        raise PlanStale
    return _preview(running, _work_out(running, row.changes))


def _preview(running: Running, found: _WorkedOut) -> Preview:
    places = places_in(running)
    nodes, step = running.folder.flow.nodes, found.step
    kept = [place.node for place in places if place.is_open and place.key in step.open_keys]
    now_running = [view for view in clocks.of_case(running.case.id) if view.running]
    return Preview(
        withdrawn=tuple(place for place in places if place.key in step.withdrawn),
        opened=tuple(
            Opening(task.node, nodes[task.node].name, task.variables.get("assignment_id"))
            for task in step.opened
        ),
        ended=tuple(found.views),
        running=tuple(view for view in now_running if view not in found.views),
        closes=step.completed,
        live=tuple(sorted({*kept, *(task.node for task in step.opened)})),
    )


@use_case
def apply_modification(actor: Actor, *, modification_id: int) -> bool:
    """Carry out another's plan; gives whether it was still to be done.

    Raises NotAllowed, NotFound, CaseArchived, OwnPlan, PlanStale, and what planning refuses.
    """
    row = plan_row(actor, modification_id, lock=True)
    if row.state != "planned":
        return False
    if same_eyes(actor, row.planned_by):
        raise OwnPlan
    running = locked_case(actor, row.case_id)
    if running.instance.revision != row.revision:
        raise PlanStale
    found = _work_out(running, row.changes)
    detail = _detail(running, row, found)
    happen(running.case, running.folder, [Happening("case:modified", detail=detail)])
    for view in found.views:
        clocks.end_one(view, state=ClockState.CANCELLED, reason=row.reason)
    write_flow(running, found.step.state, wakes_at=found.step.next_timer)
    follow(running.case, running.folder, found.step, found.ending)
    _decide(actor, modification_id, "applied")
    return True


@use_case
def discard_modification(actor: Actor, *, modification_id: int) -> bool:
    """Drop a plan, one's own or another's; gives whether it was still to be done. Raises NotAllowed, NotFound."""
    row = plan_row(actor, modification_id, lock=True)
    if row.state != "planned":
        return False
    _decide(actor, modification_id, "discarded")
    _record(running_case(actor, row.case_id), modification_id, "modification:discarded")
    return True


def plan_row(actor: Actor, modification_id: int, *, lock: bool = False) -> sa.Row[Any]:
    """A plan of the actor's congress. Raises NotAllowed, NotFound."""
    actor.require(*MAY_OPERATE)
    statement = sa.select(PLANS).where(
        PLANS.c.id == modification_id, PLANS.c.congress_id == actor.congress_id
    )
    row = db.session.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _work_out(running: Running, document: Mapping[str, Any]) -> _WorkedOut:
    """The step that the changes make, and the clocks that end with them; nothing is written."""
    changes, clock_ids = read_changes(document)
    ending = Ending()
    functions = service_functions(ending)
    step = flow.modify(running.folder.flow, running.instance.state, changes, functions, clock.now())
    if step.completed and ending.status is None:
        raise EndsWithoutOutcome
    views = [view for view in clocks.of_case(running.case.id) if view.running and view.id in clock_ids]
    return _WorkedOut(step, ending, views)


def _detail(running: Running, row: sa.Row[Any], found: _WorkedOut) -> dict[str, Any]:
    places = {place.key: place.node for place in places_in(running)}
    return {
        "reason": row.reason,
        "planned_by": row.planned_by,
        "withdrawn": [places.get(key, key) for key in found.step.withdrawn],
        "opened": [task.node for task in found.step.opened],
        "clocks": [view.key for view in found.views],
        "changes": row.changes,
    }


def _decide(actor: Actor, modification_id: int, state: str) -> None:
    db.session.execute(
        PLANS.update()
        .where(PLANS.c.id == modification_id)
        .values(state=state, decided_at=clock.now(), decided_by=actor.user_id)
    )


def _record(running: Running, modification_id: int, action: str, **detail: Any) -> None:
    audit.record(
        action,
        congress_id=running.case.congress_id,
        case_id=running.case.id,
        subject=f"modification:{modification_id}",
        **detail,
    )


def plans(actor: Actor, *, case_id: int | None = None) -> Sequence[sa.Row[Any]]:
    """The plans of the actor's congress that wait for a second pair of eyes, of one case if it is named."""
    actor.require(*MAY_OPERATE)
    mine = sa.select(PLANS).where(PLANS.c.congress_id == actor.congress_id, PLANS.c.state == "planned")
    if case_id is not None:
        mine = mine.where(PLANS.c.case_id == case_id)
    return db.session.execute(mine.order_by(PLANS.c.id)).all()

"""Extension (延期): what is wide or difficult may be answered within six months of T0, decided once, never twice.

`requires` of the action and of the task: `clocks` (which are extended: the unit's own and the case's).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.decisions import decide
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.facts import TASKS
from engine.casework.moving.happenings import Happening
from engine.deadlines import clocks
from engine.deadlines.calendars import calendar_of
from engine.deadlines.extending import Extension, NotExtendable, extend, extendable
from engine.definitions import rule_packs
from engine.foundation.clock import day_of
from models import db

_MOVE = TASKS.update().where(
    TASKS.c.case_id == sa.bindparam("of_case"),
    TASKS.c.clock == sa.bindparam("of_clock"),
    TASKS.c.open,
)
_OF_ASSIGNMENT = TASKS.c.assignment_id == sa.bindparam("of_assignment")


@act("request_extension")
def request_extension(step: Step) -> Outcome:
    """Ask for the longer period; refused where the unit's own has been extended before."""
    pack = rule_packs.pack(step.case.rule_pack_id)
    found = extendable(step.case.id, _keys(step), step.assignment.id, pack)
    if all(view.assignment_id is None for view in found):
        raise NotExtendable
    return Outcome([])


@act("decide_extension")
def decide_extension(step: Step) -> Outcome:
    """Decide on the request; agreed, the unit's period and the deputy's move to the longer rule, counted from T0."""
    outcome = decide(step)
    if step.answers["decision"] == "agreed":
        tell_extension(outcome.happenings[0], _extend(step))
    else:
        outcome.happenings[0].told |= _as_before(step)
    return outcome


def _as_before(step: Step) -> dict[str, object]:
    """The day by which the unit answers, which stays."""
    due = clocks.due_dates(step.case.id)
    own = (due.get((key, step.assignment.id)) for key in _keys(step))
    return {"due_on": next(filter(None, own), None)}


@act("extend_period")
def extend_period(step: Step) -> Outcome:
    """Extend at once, where the congress asks for no approval: for a settled action without a message."""
    happening = Happening(
        str(step.spec.requires["happening"]),
        subject=f"assignment:{step.assignment.id}",
        assignment_id=step.assignment.id,
        round=step.assignment.round,
    )
    tell_extension(happening, _extend(step))
    return Outcome([happening])


def _keys(step: Step) -> tuple[str, ...]:
    return tuple(step.spec.requires["clocks"])


def _extend(step: Step) -> list[Extension]:
    """The clocks move, and the open tasks with them."""
    case, unit = step.case, step.assignment
    moved = extend(
        case.id,
        _keys(step),
        unit.id,
        rule_packs.pack(case.rule_pack_id),
        calendar_of(case.congress_id),
        counted_from=day_of(case.assigned_at or step.now),
        reason=str(step.answers.get("reason") or ""),
    )
    views = {view.id: view for view in clocks.of_case(case.id)}
    for each in moved:
        _move_tasks(case.id, views[each.clock_id].key, views[each.clock_id].assignment_id, each.due_on)
    return moved


def _move_tasks(case_id: int, key: str, assignment_id: int | None, due_on: dt.date) -> None:
    about: dict[str, Any] = {"of_case": case_id, "of_clock": key}
    statement = _MOVE
    if assignment_id is not None:
        statement, about = _MOVE.where(_OF_ASSIGNMENT), {**about, "of_assignment": assignment_id}
    db.session.execute(statement.values(due_on=due_on), about)


def tell_extension(happening: Happening, moved: list[Extension]) -> None:
    """Say from which day to which."""
    due_on = max(each.due_on for each in moved)
    happening.detail |= {"old": min(each.old_due_on for each in moved).isoformat(), "new": due_on.isoformat()}
    happening.told |= {"due_on": due_on}

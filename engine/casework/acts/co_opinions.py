"""Co-opinions (会办意见): what a co-handling unit writes to the unit that answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from engine.casework.acts.moot import made_moot
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.facts import ASSIGNMENTS
from engine.casework.happenings import Happening
from engine.deadlines import clocks
from engine.foundation import clock
from models import CoOpinion, db

_WAITED_FOR = sa.select(ASSIGNMENTS.c.id).where(
    ASSIGNMENTS.c.case_id == sa.bindparam("of_case"),
    ASSIGNMENTS.c.role == "co",
    ASSIGNMENTS.c.closed_at.is_(None),
)

DueDates = Mapping[tuple[str, int | None], dt.date]
OPINIONS: sa.Table = CoOpinion.__table__  # type: ignore[assignment]


@act("give_co_opinion")
def give_co_opinion(step: Step) -> Outcome:
    """Write the opinion to the lead unit; the co-handling unit's own part is then done."""
    assignment = step.assignment
    opinion_id = db.session.scalar(
        OPINIONS.insert()
        .returning(OPINIONS.c.id)
        .values(
            case_id=step.case.id,
            assignment_id=assignment.id,
            round=assignment.round,
            position=step.answers["position"],
            text=step.answers["text"],
            given_by=step.actor.user_id,
            given_at=step.now,
        )
    )
    db.session.execute(
        ASSIGNMENTS.update()
        .where(ASSIGNMENTS.c.id == assignment.id)
        .values(status="closed", closed_at=step.now)
    )
    happening = Happening(
        "co_opinion:given",
        subject=f"co_opinion:{opinion_id}",
        assignment_id=assignment.id,
        round=assignment.round,
        detail={"position": step.answers["position"]},
    )
    lapsed, messages = made_moot(step)
    return Outcome([happening, *lapsed], messages=messages)


def missing_co_opinions(case_id: int) -> list[int]:
    """Assignments of co-handling units whose opinion is neither in nor overdue (an overdue one stops nobody)."""
    waiting = db.session.scalars(_WAITED_FOR, {"of_case": case_id}).all()
    if not waiting:
        return []
    due_dates = clocks.due_dates(case_id)
    today = clock.today()
    return [id_ for id_ in waiting if not _overdue(id_, due_dates, today)]


def _overdue(assignment_id: int, due_dates: DueDates, today: dt.date) -> bool:
    """Whether the last of the unit's running periods has passed: the opinion's own is the longest."""
    due = [day for (_key, subject), day in due_dates.items() if subject == assignment_id]
    return bool(due) and max(due) < today

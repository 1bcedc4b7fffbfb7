"""What an organization has in hand goes to the one it was merged into or became."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASE_COLUMNS, CASES, TASKS, CaseFacts, read
from engine.casework.moving.happenings import Happening, happen
from engine.definitions.catalogue import definition
from models import Case, db


def hand_over(old: tuple[int, str], new: tuple[int, str]) -> int:
    """Move open assignments and tasks from one organization (id, name) to another; gives how many cases it concerned.

    Where the successor has a part in the case already, it has both from now on, each with its own periods.
    """
    old_id, new_id = old[0], new[0]
    mine = sa.select(ASSIGNMENTS.c.id, ASSIGNMENTS.c.case_id).where(
        ASSIGNMENTS.c.unit_id == old_id, ASSIGNMENTS.c.closed_at.is_(None)
    )
    open_ = db.session.execute(mine.order_by(ASSIGNMENTS.c.id)).all()
    cases = _cases({row.case_id for row in open_})
    for row in open_:
        values = {"unit_id": new_id, "officer_id": None, "formerly_id": old_id}
        db.session.execute(ASSIGNMENTS.update().where(ASSIGNMENTS.c.id == row.id).values(**values))
        case = cases[row.case_id]
        happening = Happening(
            "assignment:inherited",
            subject=f"assignment:{row.id}",
            assignment_id=row.id,
            detail={"old": old[1], "new": new[1]},
        )
        happen(case, definition(case.definition_id), [happening])
    db.session.execute(
        TASKS.update()
        .where(TASKS.c.organization_id == old_id, TASKS.c.open)
        .values(organization_id=new_id, assignee_id=None, revision=TASKS.c.revision + 1)
    )
    return len(cases)


def _cases(ids: set[int]) -> dict[int, CaseFacts]:
    """The cases, locked in one order."""
    statement = sa.select(*CASE_COLUMNS).where(CASES.c.id.in_(ids)).order_by(CASES.c.id).with_for_update()
    found = (read(CaseFacts, Case, row) for row in db.session.execute(statement))
    return {case.id: case for case in found}

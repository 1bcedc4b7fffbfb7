"""What is wrong is put right (问题—整改—销号): the unit says how and by when, another person strikes it off."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotAllowed, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.performance.access import BUDGET_REVIEWER, may_fill, project
from engine.performance.keeping import PROBLEMS, REPORTS
from models import db

LONGEST = 2000


class NoRemedy(GuardRefused):
    """Nothing has been said yet about how the problem is put right."""

    text = _("还没有填写整改措施，不能销号。")


class OwnRemedy(GuardRefused):
    """Whoever planned the remedy does not strike the problem off."""

    text = _("整改措施是您填写的，须由他人销号。")


@use_case
def plan_remedy(actor: Actor, *, problem_id: int, measure: str, due_on: dt.date | None) -> None:
    """Say how a problem is put right and by when. Raises NotAllowed, NotFound, InvalidAnswers."""
    row, of = _problem(actor, problem_id)
    if not may_fill(actor, of.organization_id):
        raise NotAllowed
    errors: dict[str, list[str]] = {}
    if not 0 < len(measure.strip()) <= LONGEST:
        errors["measure"] = [_("请填写整改措施，不超过 2000 字。")]
    if due_on is None:
        errors["due_on"] = [_("请填写整改期限。")]
    if errors:
        raise InvalidAnswers(errors)
    if (row.measure, row.due_on) == (measure.strip(), due_on) or row.closed_at is not None:
        return
    values = {
        "measure": measure.strip(),
        "due_on": due_on,
        "planned_by": actor.user_id,
        "planned_at": clock.now(),
    }
    _change(actor, row, of, "performance:remedy_planned", values, measure=measure.strip(), due_on=str(due_on))


@use_case
def close_problem(actor: Actor, *, problem_id: int, note: str) -> None:
    """Strike a problem off, with what was found. Raises NotAllowed, NotFound, NoRemedy, OwnRemedy, InvalidAnswers."""
    actor.require(BUDGET_REVIEWER)
    row, of = _problem(actor, problem_id)
    if row.closed_at is not None:
        return
    if not row.measure:
        raise NoRemedy
    if same_eyes(actor, row.planned_by):
        raise OwnRemedy
    if not 0 < len(note.strip()) <= LONGEST:
        raise InvalidAnswers({"note": [_("请填写核查情况，不超过 2000 字。")]})
    values = {"note": note.strip(), "closed_by": actor.user_id, "closed_at": clock.now()}
    _change(actor, row, of, "performance:problem_closed", values, note=note.strip())


def _problem(actor: Actor, problem_id: int) -> tuple[sa.Row[Any], sa.Row[Any]]:
    """A problem, locked, and the project that he sees it in."""
    statement = (
        sa.select(PROBLEMS, REPORTS.c.project_id)
        .join(REPORTS, REPORTS.c.id == PROBLEMS.c.report_id)
        .where(PROBLEMS.c.id == problem_id)
        .with_for_update(of=PROBLEMS)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row, project(actor, row.project_id)


def _change(
    actor: Actor, row: sa.Row[Any], of: sa.Row[Any], action: str, values: dict[str, Any], **detail: Any
) -> None:
    db.session.execute(PROBLEMS.update().where(PROBLEMS.c.id == row.id).values(values))
    audit.record(
        action,
        congress_id=actor.congress_id,
        subject=f"performance:{of.id}",
        problem=row.code,
        place=row.place,
        **detail,
    )

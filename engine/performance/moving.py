"""The way of a self-evaluation: filled in, reviewed by the unit, confirmed by the congress, published by another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotAllowed
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.performance.access import BUDGET_REVIEWER, FILLING, PROJECTS, REVIEWING, project
from engine.performance.keeping import MOVES, REPORTS
from engine.performance.publishing import release, withdraw
from models import db

FIRST = "filling"
LONGEST_REASON = 2000


class WrongStage(GuardRefused):
    """The project is elsewhere by now."""

    text = _("这个项目现在不在这一步，请刷新后再看。")


class NoTotal(GuardRefused):
    """A report whose total cannot be computed goes no further."""

    text = _("总分无法计算，请先改正报告。")


class SameEyes(GuardRefused):
    """The step before was this person's own."""

    text = _("上一步是您自己办的，须由他人办理。")


@dataclass(frozen=True, slots=True)
class Move:
    """A step: from which stages to which, by which roles of the unit (`own`) and of the congress; `other` than who?"""

    key: str
    from_: tuple[str, ...]
    to: str
    own: tuple[str, ...] = ()
    congress: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()  # steps whose doer may not do this one
    reasoned: bool = False


# A project without a registered unit has nobody of its own: the congress fills in for it, and confirms at once.
STEPS = {
    move.key: move
    for move in (
        Move("submit", (FIRST,), "reviewing", own=(FILLING,), congress=(BUDGET_REVIEWER,)),
        Move("approve", ("reviewing",), "confirming", own=REVIEWING, not_by=("submit",)),
        Move(
            "confirm", ("confirming",), "confirmed", congress=(BUDGET_REVIEWER,), not_by=("submit", "approve")
        ),
        Move("publish", ("confirmed",), "published", congress=(BUDGET_REVIEWER,), not_by=("confirm",)),
        # A leak does not wait for a second pair of eyes; what is published again is released by two, as before.
        Move("withdraw", ("published",), "confirmed", congress=(BUDGET_REVIEWER,), reasoned=True),
        Move(
            "send_back",
            ("reviewing", "confirming", "confirmed"),
            FIRST,
            own=REVIEWING,
            congress=(BUDGET_REVIEWER,),
            reasoned=True,
        ),
    )
}

# What the public site has to know.
ON_SITE = {"publish": release, "withdraw": withdraw}


@use_case
def move_project(actor: Actor, *, project_id: int, move: str, version: int, reason: str = "") -> str:
    """Take the step, on the version that the page showed; gives the stage after it. The same step twice does no harm.

    Raises NotAllowed, NotFound, WrongStage, NoTotal, SameEyes, InvalidAnswers, PersonalDataLeft.
    """
    step = STEPS[move]
    row = project(actor, project_id, lock=True)
    if not permitted(actor, row, step):
        raise NotAllowed
    after = _after(row, step)
    if row.stage == after and move != "send_back" and _last(project_id).get(move) == actor.user_id:
        return after
    if row.stage not in step.from_ or row.version != version:
        raise WrongStage
    if step.reasoned and not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise InvalidAnswers({"reason": [_("请填写理由，不超过 2000 字。")]})
    if not step.reasoned and _total(project_id, version) is None:
        raise NoTotal
    if any(same_eyes(actor, doer) for key, doer in _last(project_id).items() if key in step.not_by):
        raise SameEyes
    if move in ON_SITE:
        ON_SITE[move](actor, row)
    _write(actor, project_id, move, version, after, reason.strip() if step.reasoned else "")
    return after


def permitted(actor: Actor, row: sa.Row[Any], step: Move) -> bool:
    """Whether his roles let him take the step with this project, wherever it stands."""
    unit = row.organization_id
    own = unit is not None and any(actor.holds(role, unit) for role in step.own)
    return own or bool(actor.roles.intersection(step.congress))


def steps_open(actor: Actor, row: sa.Row[Any]) -> list[str]:
    """The steps that he may take now."""
    done = _last(row.id)
    return [
        key
        for key, step in STEPS.items()
        if row.stage in step.from_
        and permitted(actor, row, step)
        and not any(same_eyes(actor, doer) for before, doer in done.items() if before in step.not_by)
    ]


def _after(row: sa.Row[Any], step: Move) -> str:
    """Without a unit there is nobody to review: what is handed in waits for the congress."""
    return "confirming" if step.key == "submit" and row.organization_id is None else step.to


def _last(project_id: int) -> dict[str, int | None]:
    """Who took each step since the project was last sent back."""
    found: dict[str, int | None] = {}
    statement = sa.select(MOVES.c.move, MOVES.c.made_by).where(MOVES.c.project_id == project_id)
    for move, doer in db.session.execute(statement.order_by(MOVES.c.id)):
        found = {} if move == "send_back" else {**found, move: doer}
    return found


def _total(project_id: int, version: int) -> Any:
    statement = sa.select(REPORTS.c.total_computed)
    return db.session.scalar(
        statement.where(REPORTS.c.project_id == project_id, REPORTS.c.version == version)
    )


def _write(actor: Actor, project_id: int, move: str, version: int, after: str, reason: str) -> None:
    row = {
        "project_id": project_id,
        "move": move,
        "version": version,
        "reason": reason,
        "made_by": actor.user_id,
        "made_at": clock.now(),
    }
    db.session.execute(MOVES.insert().values(row))
    db.session.execute(PROJECTS.update().where(PROJECTS.c.id == project_id).values(stage=after))
    audit.record(
        f"performance:{move}",
        congress_id=actor.congress_id,
        subject=f"performance:{project_id}",
        version=version,
        stage=after,
        reason=reason,
    )

"""A plan's months: who begins a matter is told when its month comes, who oversees once it is over without a case.

Told of is what stands in the adopted version and not what is merely proposed; a matter whose taking out is proposed is
left alone. Each month is told of once: a matter that an adjustment puts off is told of anew in its new month.
"""

from __future__ import annotations

import datetime as dt
import logging

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import Busy
from engine.foundation.transaction import use_case
from engine.planning.letters import holders, named, same, tell
from engine.planning.plans import ADOPTS, ITEMS, OFFICER, PLANNED, PLANS, latest
from models import Organization, PlanItem, SupervisionPlan, db

NO_CONGRESS = 0  # the sweep is for every congress; what it records names the one of each plan
OVERSEES = "supervisor"
BEGUN, OVER = "plan:month_begun", "plan:month_over"
TOLD = {BEGUN: "told_begun", OVER: "told_over"}

log = logging.getLogger(__name__)


def tell_of_plans(today: dt.date | None = None) -> int:
    """Let the plans of this year and the last say what the day has brought; gives how many matters were told of.

    Each is a transaction of its own: one that cannot be told keeps no other silent and is tried again next time.
    """
    day, actor, told = today or clock.today(), system_actor(NO_CONGRESS), 0
    for item_id, event, month in _due(day):
        try:
            told += _tell(actor, item_id=item_id, event=event, month=month)
        except Busy:
            raise
        except Exception:
            log.exception("the planned matter %s could not be told of", item_id)
    return told


def _due(today: dt.date) -> list[tuple[int, str, int]]:
    """Matter, what is to be told, and of which month, for those of which it has not been told."""
    due: list[tuple[int, str, int]] = []
    statement = sa.select(PLANS.c.id, PLANS.c.year).where(PLANS.c.year.in_((today.year - 1, today.year)))
    for plan in db.session.execute(statement.order_by(PLANS.c.id)).all():
        version = latest(plan.id)
        months = {each["id"]: int(each["month"]) for each in version.content["items"]} if version else {}
        waiting = sa.select(ITEMS.c.id, *(ITEMS.c[name] for name in TOLD.values())).where(
            ITEMS.c.plan_id == plan.id, ITEMS.c.case_id.is_(None), ITEMS.c.status == PLANNED
        )
        for item in db.session.execute(waiting.order_by(ITEMS.c.id)):
            event = _event(plan.year, months.get(item.id), today)
            if event and getattr(item, TOLD[event]) != months[item.id]:
                due.append((item.id, event, months[item.id]))
    return due


def _event(year: int, month: int | None, today: dt.date) -> str:
    if month is None or (year, month) > (today.year, today.month):
        return ""
    return BEGUN if (year, month) == (today.year, today.month) else OVER


@use_case
def _tell(actor: Actor, *, item_id: int, event: str, month: int) -> bool:
    """Tell of one matter; False where somebody else was faster or its case has begun."""
    actor.require("system")
    found = db.session.execute(
        sa.select(PlanItem, SupervisionPlan, Organization.name)
        .join(SupervisionPlan, SupervisionPlan.id == PlanItem.plan_id)
        .join(Organization, Organization.id == PlanItem.organ_id)
        .where(PlanItem.id == item_id)
        .with_for_update(of=PlanItem)
    ).one()
    item, plan, organ = found
    if item.case_id is not None or item.status != PLANNED or getattr(item, TOLD[event]) == month:
        return False
    db.session.execute(ITEMS.update().where(ITEMS.c.id == item.id).values({TOLD[event]: month}))
    audit.record(event, congress_id=plan.congress_id, subject=f"plan:{item.id}", year=plan.year, month=month)
    who = holders(plan.congress_id, {OFFICER}, item.organ_id)
    if event == OVER:
        who |= holders(plan.congress_id, {ADOPTS, OVERSEES})
    values = {"title": item.title, "organ": organ, "year": plan.year}
    tell(
        event,
        f"{item.id}/{month}",
        who,
        {name: same(value) for name, value in values.items()} | {"month": named(month)},
        congress_id=plan.congress_id,
        path=f"/plans/{plan.year}/items/{item.id}",
    )
    return True

"""What the pages of plans show: the years, one plan with the progress of each matter, and what anybody may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.casework.visibility import OVERSEEING, RESTRICTED, STANDING_MEMBER, visible_to
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed, NotFound
from engine.planning.plans import MAY_PROPOSE, OFFICER, PLANNED, PLANS, VERSIONS, YEARS
from models import Congress, Organization, PlanItem, PlanVersion, Publication, SupervisionPlan, db

_PUBLIC_STAGES = {"closed": "done", "declined": "ended", "withdrawn": "ended"}
MAY_READ = OVERSEEING | {*MAY_PROPOSE, STANDING_MEMBER}


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter of a plan, with how far its case has come; `case_id` only for one who may see the case."""

    item: PlanItem
    organ: str
    adopted: bool
    changed: bool  # otherwise than it was adopted
    case_id: int | None
    number: str | None
    folder: Folder | None
    stage: str
    status: str
    may_change: bool
    may_open: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan with its matters and versions, the latest first; `waiting` says that something is to be decided on."""

    year: int
    matters: tuple[Matter, ...]
    versions: tuple[PlanVersion, ...]
    waiting: bool


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """A plan as adopted, with what was adopted before, for anybody to read."""

    congress_id: int
    congress: str
    year: int
    versions: tuple[PlanVersion, ...]
    stages: Mapping[int, str]  # matter → planned | begun | done | ended
    published: Mapping[int, str]  # matter → the public number of its case, where the public may read that


def may_read(actor: Actor) -> bool:
    """Whether plans are shown to the actor before they are public."""
    return bool(actor.roles & MAY_READ)


def years(actor: Actor) -> list[int]:
    """The years that have a plan, the latest first."""
    if not may_read(actor):
        raise NotAllowed
    statement = sa.select(PLANS.c.year).where(PLANS.c.congress_id == actor.congress_id)
    return list(db.session.scalars(statement.order_by(PLANS.c.year.desc())))


def plan_page(actor: Actor, *, year: int) -> PlanPage:
    """The plan of a year as it stands, with what waits to be decided on; NotFound where there is none."""
    if not may_read(actor):
        raise NotAllowed
    plan_id = db.session.scalar(
        sa.select(PLANS.c.id).where(
            PLANS.c.congress_id == actor.congress_id, PLANS.c.year == min(year, YEARS[-1] + 1)
        )
    )
    if plan_id is None:
        raise NotFound
    versions = _versions([plan_id])
    adopted = {each["id"]: each for each in versions[0].content["items"]} if versions else {}
    matters = tuple(_matters(actor, plan_id, adopted))
    waiting = any(each.changed for each in matters)
    return PlanPage(year, matters, tuple(versions), waiting)


def _versions(plan_ids: Collection[int]) -> list[PlanVersion]:
    statement = sa.select(PlanVersion).where(PlanVersion.plan_id.in_(plan_ids))
    return list(db.session.scalars(statement.order_by(PlanVersion.number.desc())))


def _matters(actor: Actor, plan_id: int, adopted: Mapping[int, Mapping[str, Any]]) -> list[Matter]:
    statement = (
        sa.select(
            PlanItem,
            Organization.name,
            CASES.c.number,
            CASES.c.stage,
            CASES.c.status,
            CASES.c.definition_id,
            visible_to(actor).label("open"),
            (CASES.c.confidentiality == RESTRICTED).label("restricted"),
        )
        .join(Organization, Organization.id == PlanItem.organ_id)
        .outerjoin(CASES, CASES.c.id == PlanItem.case_id)
        .where(PlanItem.plan_id == plan_id)
        .order_by(PlanItem.month, PlanItem.id)
    )
    return [_matter(actor, row, adopted) for row in db.session.execute(statement)]


def _matter(actor: Actor, row: Any, adopted: Mapping[int, Mapping[str, Any]]) -> Matter:
    item, organ, number, stage, status, definition_id, is_open, restricted = row
    if restricted and not is_open:  # that it was begun is in the plan; the rest is its circle's
        number, stage, status, definition_id = None, "", "", None
    stands = adopted.get(item.id)
    planned = item.status == PLANNED
    own = actor.holds(OFFICER, item.organ_id)
    free = item.case_id is None and planned
    return Matter(
        item=item,
        organ=organ,
        adopted=stands is not None,
        changed=_differs(item, organ, stands) if planned else stands is not None,
        case_id=item.case_id if is_open else None,
        number=number,
        folder=definition(definition_id) if definition_id else None,
        stage=stage or "",
        status=status or "",
        may_change=free and (own or bool(actor.roles.intersection(MAY_PROPOSE) - {OFFICER})),
        may_open=free and own and stands is not None,
    )


def _differs(item: PlanItem, organ: str, stands: Mapping[str, Any] | None) -> bool:
    if stands is None:
        return True
    names = ("title", "channel", "process_key", "month", "grounds")
    return stands["organ"] != organ or any(stands[name] != getattr(item, name) for name in names)


def public_plans(year: int | None = None) -> list[PublicPlan]:
    """The plans that were adopted, the latest year first."""
    statement = (
        sa.select(PLANS.c.id, PLANS.c.year, PLANS.c.congress_id, Congress.name)
        .join(Congress, Congress.id == PLANS.c.congress_id)
        .where(PLANS.c.id.in_(sa.select(VERSIONS.c.plan_id)))
    )
    if year is not None:
        statement = statement.where(PLANS.c.year == min(year, YEARS[-1] + 1))
    rows = db.session.execute(statement.order_by(PLANS.c.year.desc(), PLANS.c.congress_id)).all()
    versions = _versions([row.id for row in rows])
    stages, published = _stages([row.id for row in rows]), _published([row.id for row in rows])
    return [
        PublicPlan(
            row.congress_id,
            row.name,
            row.year,
            tuple(each for each in versions if each.plan_id == row.id),
            stages,
            published,
        )
        for row in rows
    ]


def _stages(plan_ids: Collection[int]) -> dict[int, str]:
    """How far each matter has come, as much as anybody may know of it."""
    statement = (
        sa.select(PlanItem.id, PlanItem.case_id, CASES.c.status)
        .outerjoin(CASES, CASES.c.id == PlanItem.case_id)
        .where(PlanItem.plan_id.in_(plan_ids))
    )
    return {
        item_id: "planned" if case_id is None else _PUBLIC_STAGES.get(status, "begun")
        for item_id, case_id, status in db.session.execute(statement)
    }


def _published(plan_ids: Collection[int]) -> dict[int, str]:
    """The matters whose cases anybody may read, with their public numbers."""
    statement = (
        sa.select(PlanItem.id, Publication.public_id)
        .join(Publication, Publication.case_id == PlanItem.case_id)
        .where(PlanItem.plan_id.in_(plan_ids), Publication.state == "published")
    )
    return {item_id: public_id for item_id, public_id in db.session.execute(statement)}


def planned_as(case_id: int) -> tuple[int, str] | None:
    """The year and the title under which a case was planned, if it was."""
    row = db.session.execute(
        sa.select(SupervisionPlan.year, PlanItem.title)
        .join(PlanItem, PlanItem.plan_id == SupervisionPlan.id)
        .where(PlanItem.case_id == case_id)
    ).one_or_none()
    return (row.year, row.title) if row is not None else None

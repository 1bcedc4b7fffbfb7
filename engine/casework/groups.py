"""The group at work on a case (检查组): who leads it, who belongs to it, which deputies were invited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.foundation import clock
from engine.foundation.actor import Actor
from models import CaseMember, User, db

MEMBERS: sa.Table = CaseMember.__table__  # type: ignore[assignment]
LEADER, VICE, MEMBER, INVITED = "leader", "vice_leader", "member", "invited"
MOST_JOINED = 10

_BELONGS = sa.select(
    sa.exists().where(
        MEMBERS.c.case_id == sa.bindparam("of_case"),
        MEMBERS.c.user_id == sa.bindparam("of_user"),
        MEMBERS.c.ended_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class MemberView:
    """One of the group; `role` is leader | vice_leader | member | invited."""

    user_id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class JoinedCase:
    """A case that somebody is at work on as one of its group."""

    case_id: int
    definition_id: int
    title: str
    stage: str


def belongs(actor: Actor, case_id: int) -> bool:
    """Whether the actor is of the group at work on the case."""
    return bool(db.session.scalar(_BELONGS, {"of_case": case_id, "of_user": actor.user_id}))


def group_of(case_id: int) -> list[MemberView]:
    """The group as it now is, its leader first."""
    place = sa.case({LEADER: 0, VICE: 1, MEMBER: 2}, value=MEMBERS.c.role, else_=3)
    statement = (
        sa.select(MEMBERS.c.user_id, User.name, MEMBERS.c.role)
        .join(User, User.id == MEMBERS.c.user_id)
        .where(MEMBERS.c.case_id == case_id, MEMBERS.c.ended_at.is_(None))
        .order_by(place, MEMBERS.c.id)
    )
    return [MemberView(*row) for row in db.session.execute(statement)]


def joined(actor: Actor) -> list[JoinedCase]:
    """The cases now at work in whose group the actor is, the latest first; at most MOST_JOINED."""
    statement = (
        sa.select(CASES.c.id, CASES.c.definition_id, CASES.c.title, CASES.c.stage)
        .join(MEMBERS, MEMBERS.c.case_id == CASES.c.id)
        .where(
            MEMBERS.c.user_id == actor.user_id,
            MEMBERS.c.ended_at.is_(None),
            CASES.c.congress_id == actor.congress_id,
            CASES.c.status == "open",
        )
        .order_by(CASES.c.id.desc())
        .limit(MOST_JOINED)
    )
    return [JoinedCase(*row) for row in db.session.execute(statement)]


def set_group(case_id: int, roles: Mapping[int, str], by: int | None) -> tuple[int, int]:
    """Make the group consist of these, user id → role; who is not among them leaves. Gives how many came and went."""
    now = clock.now()
    present = {each.user_id: each.role for each in group_of(case_id)}
    gone = [user_id for user_id, role in present.items() if roles.get(user_id) != role]
    new = [user_id for user_id, role in roles.items() if present.get(user_id) != role]
    if gone:
        still = MEMBERS.c.case_id == case_id, MEMBERS.c.user_id.in_(gone), MEMBERS.c.ended_at.is_(None)
        db.session.execute(MEMBERS.update().where(*still).values(ended_at=now))
    if new:
        common = {"case_id": case_id, "added_by": by, "added_at": now}
        db.session.execute(
            MEMBERS.insert(), [{**common, "user_id": each, "role": roles[each]} for each in new]
        )
    return len(new), len(gone)

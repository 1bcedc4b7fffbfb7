"""Finding deputies of one's own congress, to invite them or to name one as lead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.readings.filters import escaped
from engine.foundation.actor import Actor
from models import Deputy, Organization, db

AT_MOST = 40


@dataclass(frozen=True, slots=True)
class FoundDeputy:
    """A deputy in office, as others may find him; how to reach him is not for lists."""

    id: int
    name: str
    delegation: str
    position: str


def find_deputies(
    actor: Actor, *, name: str = "", delegation_id: int | None = None, without: Collection[int] = ()
) -> list[FoundDeputy]:
    """Deputies in office by part of a name, of one delegation if it is named; at most AT_MOST."""
    statement = (
        sa.select(Deputy.id, Deputy.name, Organization.name.label("delegation"), Deputy.position)
        .join(Organization, Organization.id == Deputy.delegation_id)
        .where(Deputy.congress_id == actor.congress_id, Deputy.status == "in_office")
        .order_by(Organization.position, Organization.id, Deputy.name, Deputy.id)
        .limit(AT_MOST)
    )
    if name.strip():
        statement = statement.where(Deputy.name.like(f"%{escaped(name.strip())}%", escape="\\"))
    if delegation_id is not None:
        statement = statement.where(Deputy.delegation_id == delegation_id)
    if without:
        statement = statement.where(Deputy.id.not_in(without))
    return [FoundDeputy(*row) for row in db.session.execute(statement)]


def delegations(actor: Actor) -> dict[int, str]:
    """The delegations of the actor's congress, in order of precedence: id → name."""
    statement = (
        sa.select(Organization.id, Organization.name)
        .where(
            Organization.congress_id == actor.congress_id,
            Organization.kind == "delegation",
            Organization.active,
        )
        .order_by(Organization.position, Organization.id)
    )
    return {row.id: row.name for row in db.session.execute(statement)}

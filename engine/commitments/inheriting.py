"""A unit is merged into another or becomes it (并入、更名): what it owes and has in hand goes over."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.succession import hand_over
from engine.commitments.rows import COMMITMENTS, LIVE, Matter, change, enter, say, to_change
from engine.foundation import audit
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.people import access
from engine.people.grants import refuse_losing_administrators
from engine.people.roles import SYSTEM_ADMIN
from models import Organization, db


class NoSuccessor(GuardRefused):
    """The organization cannot take anything over."""

    text = _("“{name}”已停用或者已并入别的单位，不能承接。")


@use_case
def merge_organization(actor: Actor, *, organization_id: int, successor_id: int, reason: str) -> None:
    """Close an organization and let another take over its open work and promises. Doing it twice does no harm.

    Seats in a closed organization count for nothing; the successor's people get theirs from the security administrator.
    Raises NotAllowed, NotFound, InvalidAnswers, NoSuccessor, AdministratorsThere.
    """
    actor.require(SYSTEM_ADMIN)
    if organization_id == successor_id:
        raise InvalidAnswers({"successor_id": [_("不能并入自己。")]})
    # In one order, so that two who merge crosswise do not wait for each other.
    rows = {id_: access.organization(actor, id_) for id_ in sorted((organization_id, successor_id))}
    old, new = rows[organization_id], rows[successor_id]
    if old.successor_id == new.id:
        return
    if old.successor_id is not None:
        raise NoSuccessor(name=old.name)
    if not new.active or new.successor_id is not None:
        raise NoSuccessor(name=new.name)
    if len(reason.strip()) < 5:
        raise InvalidAnswers({"reason": [_("请写明依据，如机构改革方案的文号。")]})
    refuse_losing_administrators(actor, old.id)
    old.successor_id, old.active = new.id, False
    db.session.flush()
    _redirect(old, new)
    audit.record(
        "organization:merged",
        congress_id=actor.congress_id,
        subject=f"organization:{old.id}",
        old=old.name,
        new=new.name,
        reason=reason.strip()[:500],
    )
    hand_over((old.id, old.name), (new.id, new.name))
    for matter in _owed_by(old.id):
        _inherit(matter, old, new)


def _redirect(old: Organization, new: Organization) -> None:
    """Who came before the old one is led to the new one; who stood under it stands under the new one."""
    organizations: sa.Table = Organization.__table__  # type: ignore[assignment]
    for column in (organizations.c.successor_id, organizations.c.parent_id):
        statement = organizations.update().where(column == old.id, organizations.c.id != new.id)
        db.session.execute(statement.values({column.name: new.id}))


def _owed_by(unit_id: int) -> list[Matter]:
    ids = db.session.scalars(
        sa.select(COMMITMENTS.c.id)
        .where(COMMITMENTS.c.unit_id == unit_id, COMMITMENTS.c.status.in_((*LIVE, "fulfilled")))
        .order_by(COMMITMENTS.c.id)
    ).all()
    # The administrator of the system sees no cases; what moves here moves without his reading it.
    return [to_change(system_actor(0), id_) for id_ in ids]


def _inherit(matter: Matter, old: Organization, new: Organization) -> None:
    enter(matter.commitment.id, "inherited", old=old.name, new=new.name)
    change(matter.commitment, unit_id=new.id)
    say(matter, "commitment:inherited", old=old.name, new=new.name)

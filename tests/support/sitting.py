"""What scenarios do with meetings, and the setting that a folder's scenarios share: organs, people, meetings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.foundation.actor import system_actor
from engine.meetings.convening import convene
from models import Congress, Meeting, db
from tests.support.cast import Cast, deploy_shipped, enlist, join, organize

if TYPE_CHECKING:
    from tests.support.performance import Performance


def arranged(cast: Cast, setting: Mapping[str, Any]) -> Cast:
    """The cast with the organs, people and meetings of a setting."""
    for place, organ in enumerate(setting.get("organs", ())):
        made = organize(cast, organ["code"], organ["name"], organ["kind"], place)
        cast = replace(cast, organizations={**cast.organizations, organ["code"]: made})
    cast = enlist(cast, int(setting.get("more_deputies", 0)))
    for person in setting.get("people", ()):
        actor = join(cast, person["who"], person["at"], *person["roles"])
        cast = replace(cast, users={**cast.users, person["who"]: actor.user_id or 0})
    for below in setting.get("below", ()):
        cast = _settled_below(cast, below)
    for meeting in setting.get("meetings", ()):
        convene(system_actor(cast.congress_id), **meeting)
    return cast


def _settled_below(cast: Cast, below: Mapping[str, Any]) -> Cast:
    """The cast with people of a congress below it, who have one organ there."""
    row = Congress(
        code=below["code"],
        name=below["name"],
        short_name=below["name"],
        level=below["level"],
        parent_id=cast.congress_id,
        rule_pack="shanxi",
        contact_phone="",
    )
    db.session.add(row)
    db.session.commit()
    convene(system_actor(row.id), **below["session"])
    there = replace(cast, congress_id=row.id)
    organ = organize(there, f"{below['code']}_organ", below["organ"], "committee")
    there = replace(there, organizations={f"{below['code']}_organ": organ})
    users = {}
    for person in below["people"]:
        actor = join(replace(there, users={}), person["who"], f"{below['code']}_organ", *person["roles"])
        users[person["who"]] = actor.user_id or 0
    deploy_shipped(row.id)
    return replace(cast, users={**cast.users, **users})


def meeting_named(congress_id: int, name: str) -> Meeting:
    """A meeting by its name."""
    statement = sa.select(Meeting).where(Meeting.congress_id == congress_id, Meeting.name == name)
    return db.session.scalars(statement).one()


def _move(performance: Performance, step: Mapping[str, Any]) -> None:
    """Let a meeting begin, and end, on another day."""
    held = meeting_named(performance.cast.congress_id, step["meeting"])
    convene(
        performance._who(step),
        kind=held.kind,
        term=held.term,
        ordinal=held.ordinal,
        name=held.name,
        opens_on=step["to"],
        closes_on=step["to"],
        motions_until=held.motions_until,
    )


DEEDS: dict[str, Callable[[Any, Mapping[str, Any]], None]] = {"move_meeting": _move}

"""Versions of a kind of work in one's own congress: which one new cases take, which finish only, how many run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.casework.moving.suspension import SUSPENSIONS
from engine.definitions import choices
from engine.definitions.begun_by import shared_messages
from engine.definitions.catalogue import DEFINITIONS, current_all, definition
from engine.definitions.folder import Folder
from engine.definitions.problems import Problem, values_of
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.operations.access import MAY_OPERATE, reason_given
from models import db

RUNNING = ("draft", "open")


class StillActive(GuardRefused):
    """New cases take this version: one that is not there to be taken would leave them none."""

    text = _("新案件正在使用这个版本，请先启用另一个版本，或者暂停这个版本。")


class MessageTied(GuardRefused):
    """A message would begin a case of one of two kinds, and nothing says of which."""

    text = _(
        "消息“{name}”也能引发正在使用的“{other}”，两类的place都是{rank}，分不出先后。请先改其中一类的place，或者只留一类。"
    )


@dataclass(frozen=True, slots=True)
class Version:
    """One deployed version as the actor's congress has it; `state` is active | retired | open (neither)."""

    id: int
    folder: Folder
    state: str
    deployed_at: dt.datetime
    running: int
    total: int
    standstill: str  # the reason, where its cases stand still


def versions(actor: Actor) -> list[Version]:
    """Every version of every kind of work, by kind, the newest first. Raises NotAllowed."""
    actor.require(*MAY_OPERATE)
    rows = db.session.execute(
        sa.select(DEFINITIONS.c.id, DEFINITIONS.c.deployed_at).order_by(
            DEFINITIONS.c.key, DEFINITIONS.c.version.desc()
        )
    )
    return _versions(actor, {row.id: row.deployed_at for row in rows})


def version(actor: Actor, *, definition_id: int) -> Version:
    """One version. Raises NotAllowed, NotFound."""
    actor.require(*MAY_OPERATE)
    deployed_at = db.session.scalar(
        sa.select(DEFINITIONS.c.deployed_at).where(DEFINITIONS.c.id == definition_id)
    )
    if deployed_at is None:
        raise NotFound
    return _versions(actor, {definition_id: deployed_at})[0]


def shared(actor: Actor, folder: Folder) -> list[Problem]:
    """Which messages begin a case of this version's kind, or of another that the actor's congress works with."""
    begun = any(each.on == "message" for each in folder.begun_by)
    return shared_messages(folder, (each.folder for each in current_all(actor.congress_id))) if begun else []


def _versions(actor: Actor, deployed: Mapping[int, dt.datetime]) -> list[Version]:
    active = set(choices.active_ids(actor.congress_id).values())
    chosen = _retired(actor)
    counts, halted = _counts(actor), _standstills(actor)
    return [
        Version(
            id=id_,
            folder=definition(id_),
            state="active" if id_ in active else "retired" if id_ in chosen else "open",
            deployed_at=at,
            running=counts.get(id_, (0, 0))[0],
            total=counts.get(id_, (0, 0))[1],
            standstill=halted.get(id_, ""),
        )
        for id_, at in deployed.items()
    ]


def _retired(actor: Actor) -> set[int]:
    statement = sa.select(choices.CHOICES.c.definition_id).where(
        choices.CHOICES.c.congress_id == actor.congress_id, choices.CHOICES.c.state == choices.RETIRED
    )
    return set(db.session.scalars(statement))


def _counts(actor: Actor) -> dict[int, tuple[int, int]]:
    """Of each version: cases that run, and all."""
    running = sa.func.sum(sa.case((CASES.c.status.in_(RUNNING), 1), else_=0))
    statement = (
        sa.select(CASES.c.definition_id, running, sa.func.count())
        .where(CASES.c.congress_id == actor.congress_id)
        .group_by(CASES.c.definition_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(statement)}


def _standstills(actor: Actor) -> dict[int, str]:
    statement = sa.select(SUSPENSIONS.c.definition_id, SUSPENSIONS.c.reason).where(
        SUSPENSIONS.c.congress_id == actor.congress_id,
        SUSPENSIONS.c.definition_id.is_not(None),
        SUSPENSIONS.c.lifted_at.is_(None),
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


@use_case
def activate(actor: Actor, *, definition_id: int, reason: str) -> bool:
    """Let new cases of the actor's congress take this version; gives whether they took another before.

    Cases that run stay with theirs. Raises NotAllowed, NotFound, InvalidAnswers, MessageTied.
    """
    chosen = version(actor, definition_id=definition_id)
    said, key = reason_given(reason), chosen.folder.key
    before = choices.active_ids(actor.congress_id, key).get(key)
    if before == definition_id:
        return False
    for problem in shared(actor, chosen.folder):
        if problem.severity == "error":
            raise MessageTied(**values_of(problem))
    choices.choose(actor.congress_id, key, definition_id, choices.ACTIVE, by=actor.user_id, at=clock.now())
    old = definition(before).version if before is not None else None
    _record(actor, chosen, "definition:activated", old=old, new=chosen.folder.version, reason=said)
    return True


@use_case
def retire(actor: Actor, *, definition_id: int, reason: str) -> bool:
    """Let a version only finish what runs in the actor's congress; gives whether that is new.

    Activating it takes this back. Raises NotAllowed, NotFound, StillActive, InvalidAnswers.
    """
    chosen = version(actor, definition_id=definition_id)
    said = reason_given(reason)
    if chosen.state == "active":
        raise StillActive
    if chosen.state == "retired":
        return False
    choices.choose(
        actor.congress_id,
        chosen.folder.key,
        definition_id,
        choices.RETIRED,
        by=actor.user_id,
        at=clock.now(),
    )
    _record(actor, chosen, "definition:retired", version=chosen.folder.version, reason=said)
    return True


def _record(actor: Actor, chosen: Version, action: str, **detail: Any) -> None:
    audit.record(
        action,
        congress_id=actor.congress_id,
        subject=f"definition:{chosen.id}",
        key=chosen.folder.key,
        **detail,
    )

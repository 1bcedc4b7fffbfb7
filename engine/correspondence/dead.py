"""Dead letters: what could not be delivered, another try for it, or the decision to leave it.

The administrator sees to whom, over which channel, when, how often and why; of what it is about only the number of
the case, and not even that of a restricted one. What the letter says is not his business (三员分立).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import Case, ChatGroup, CorrespondenceSetting, Notification, User, db
from notifications import delivery

ADMINISTRATOR = "system_admin"
PAGE = 30
AT_ONCE = 1000  # letters that one click revives or gives up
LONGEST_REASON = 500  # characters
RESTRICTED = "restricted"  # a case of this confidentiality has no number here
DEAD: sa.ColumnElement[bool] = Notification.state == sa.literal_column("'dead'")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be delivered; `address` is a mail address, a phone without its middle, or a group."""

    id: int
    name: str
    channel: str
    address: str
    number: str
    written_at: dt.datetime
    attempts: int
    error: str | None


def dead_letters(actor: Actor, *, before: int | None = None, limit: int = PAGE) -> list[DeadLetter]:
    """The dead letters of the administrator's congress, newest first, after the id `before`. Raises NotAllowed."""
    actor.require(ADMINISTRATOR)
    n = Notification
    number = sa.case((Case.confidentiality == RESTRICTED, None), else_=Case.number)
    rows = (
        sa.select(
            n.id,
            User.name,
            n.channel,
            User.email,
            CorrespondenceSetting.phone,
            ChatGroup.title,
            number.label("number"),
            n.created_at,
            n.attempts,
            n.last_error,
        )
        .join(User, User.id == n.user_id)
        .outerjoin(CorrespondenceSetting, CorrespondenceSetting.user_id == n.user_id)
        .outerjoin(ChatGroup, ChatGroup.id == n.chat_group_id)
        .outerjoin(Case, Case.id == n.case_id)
        .where(n.congress_id == actor.congress_id, DEAD)
        .order_by(n.id.desc())
        .limit(limit)
    )
    if before is not None:
        rows = rows.where(n.id < before)
    return [_letter(row) for row in db.session.execute(rows)]


def dead_count(actor: Actor) -> int:
    """How many there are; nothing for who is not their administrator."""
    if ADMINISTRATOR not in actor.roles:
        return 0
    mine = sa.select(sa.func.count()).where(Notification.congress_id == actor.congress_id, DEAD)
    return db.session.scalar(mine) or 0


@use_case
def retry_letters(actor: Actor, *, ids: Sequence[int] | None) -> int:
    """Let dead letters of the administrator's congress (all of them: None) be tried anew; how many will be."""
    actor.require(ADMINISTRATOR)
    chosen = _chosen(actor, ids)
    revived = delivery.revive(db.session.connection(), actor.congress_id, chosen, clock.now())
    for letter in revived:
        audit.record("notification:retried", congress_id=actor.congress_id, subject=f"notification:{letter}")
    return len(revived)


@use_case
def give_up_letters(actor: Actor, *, ids: Sequence[int] | None, reason: str) -> int:
    """Leave dead letters (all of them: None) undelivered, for a reason; how many. Raises InvalidAnswers."""
    actor.require(ADMINISTRATOR)
    said = reason.strip()
    if not 0 < len(said) <= LONGEST_REASON:
        raise InvalidAnswers({"reason": [_("请说明不再发送的理由，不超过500字。")]})
    chosen = _chosen(actor, ids)
    given_up = delivery.give_up(db.session.connection(), actor.congress_id, chosen)
    for letter in given_up:
        subject = f"notification:{letter}"
        audit.record("notification:given_up", congress_id=actor.congress_id, subject=subject, reason=said)
    return len(given_up)


def _chosen(actor: Actor, ids: Sequence[int] | None) -> Sequence[int]:
    if ids is not None:
        return ids[:AT_ONCE]
    mine = sa.select(Notification.id).where(Notification.congress_id == actor.congress_id, DEAD)
    return db.session.scalars(mine.order_by(Notification.id).limit(AT_ONCE)).all()


def _letter(row: sa.Row[Any]) -> DeadLetter:
    where = {"sms": hidden(row.phone or ""), "chat": row.title or ""}.get(row.channel, row.email)
    number = row.number or ""
    return DeadLetter(
        row.id, row.name, row.channel, where, number, row.created_at, row.attempts, row.last_error
    )


def hidden(phone: str) -> str:
    """A phone as an administrator sees it: enough to recognise, not enough to call."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else ""

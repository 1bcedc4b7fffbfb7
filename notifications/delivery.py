"""Emptying the outbox: claim what is due, send it outside any transaction, mark what became of it.

Delivery is at least once. A claim is a lease: it moves `next_attempt_at` forward, so that a row whose
deliverer died comes back by itself. These functions change rows and never commit; the caller makes each a
transaction.
"""

from __future__ import annotations

import datetime as dt
import random
import smtplib
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from models import Case, ChatGroup, CorrespondenceSetting, Notification, User
from notifications.outbox import KEPT_INSIDE
from notifications.transports import Letter, Line, Transport
from notifications.wishes import PHONE_CODE

NOTIFICATIONS: sa.Table = Notification.__table__  # type: ignore[assignment]

LEASE = dt.timedelta(minutes=10)  # how long a claimed row is left alone
MINUTE = dt.timedelta(minutes=1)
PAUSES = (MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE, 360 * MINUTE)  # after the 1st, 2nd … failure
ATTEMPTS = 8  # after so many failures a letter is dead
JITTER = 0.2  # a pause grows by up to this share, so that failed letters do not come back all at once


# Where a letter goes, as it stands when it is sent; of a group, sealed. The code for a phone goes to that phone.
_ADDRESS = sa.case(
    (Notification.event == PHONE_CODE, CorrespondenceSetting.phone_asked),
    (Notification.channel == "sms", CorrespondenceSetting.phone),
    (Notification.channel == "chat", ChatGroup.sealed),
    else_=User.email,
)


def claim(
    connection: sa.Connection, now: dt.datetime, batch: int = 100, channel: str = "email"
) -> list[Letter]:
    """Take up to `batch` letters of a channel that are due, the longest waiting first, from all other deliverers."""
    n = NOTIFICATIONS.c
    due = (
        sa.select(n.id)
        .where(n.state == sa.literal_column("'waiting'"), n.next_attempt_at <= now, n.channel == channel)
        .order_by(n.next_attempt_at, n.id)
        .limit(batch)
        .with_for_update(skip_locked=True)  # SQLite has one writer, and leaves this out
        .cte("due")
    )
    lease = NOTIFICATIONS.update().where(n.id.in_(sa.select(due.c.id))).values(next_attempt_at=now + LEASE)
    claimed = set(connection.scalars(lease.returning(n.id)))
    return _letters(connection, sorted(claimed - call_off(connection, n.id.in_(claimed)))) if claimed else []


def call_off(connection: sa.Connection, which: sa.ColumnElement[bool]) -> set[int]:
    """Give up those of these letters that may not leave the house any more; which ones.

    Whose account was closed since they were written, and of a case that became restricted since. What a group is told
    is no one person's. On the screen they stay.
    """
    n = NOTIFICATIONS.c
    closed = sa.and_(n.channel != "chat", n.user_id.in_(sa.select(User.id).where(~User.active)))
    inside = n.case_id.in_(sa.select(Case.id).where(Case.confidentiality.in_(KEPT_INSIDE)))
    given_up = NOTIFICATIONS.update().where(which, sa.or_(closed, inside))
    return set(connection.scalars(given_up.values(state="given_up", next_attempt_at=None).returning(n.id)))


def _letters(connection: sa.Connection, ids: Sequence[int]) -> list[Letter]:
    rows = connection.execute(
        sa.select(
            Notification.id,
            Notification.key,
            User.name,
            _ADDRESS,
            Notification.subject,
            Notification.body,
            Notification.created_at,
            Notification.attempts,
        )
        .join(User, User.id == Notification.user_id)
        .outerjoin(CorrespondenceSetting, CorrespondenceSetting.user_id == Notification.user_id)
        .outerjoin(ChatGroup, ChatGroup.id == Notification.chat_group_id)
        .where(Notification.id.in_(ids))
        .order_by(Notification.id)
    )
    return [Letter(*row) for row in rows]


def send(transport: Transport, letters: Sequence[Letter]) -> Iterator[tuple[Letter, str]]:
    """Send letters one after another; each comes back with what went wrong, or ''.

    Letters are handed over while the caller iterates, so that he can mark each before the next goes out.
    One bad letter stops nothing; where the line breaks, a new one is opened for the rest; where none can be
    opened, the rest fails for that reason.
    """
    remaining = list(letters)
    while remaining:
        before = len(remaining)
        try:
            with transport.open() as line:
                yield from _send_over(line, remaining)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            if len(remaining) == before:  # not one could be handed over
                yield from ((letter, _reason(error)) for letter in remaining)
                return


def _send_over(line: Line, remaining: list[Letter]) -> Iterator[tuple[Letter, str]]:
    """Send over one line until it breaks; what was tried is taken off `remaining`."""
    while remaining:
        letter = remaining.pop(0)
        try:
            line.send(letter)
        except smtplib.SMTPServerDisconnected as error:
            yield letter, _reason(error)
            return
        except Exception as error:  # whatever is wrong with this letter must not keep the others waiting
            yield letter, _reason(error)
        else:
            yield letter, ""


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def mark_sent(connection: sa.Connection, letter: Letter, now: dt.datetime) -> None:
    """The letter is out."""
    connection.execute(
        NOTIFICATIONS.update()
        .where(NOTIFICATIONS.c.id == letter.id)
        .values(
            state="sent", sent_at=now, next_attempt_at=None, attempts=letter.attempts + 1, last_error=None
        )
    )


def mark_failed(connection: sa.Connection, letter: Letter, error: str, now: dt.datetime) -> None:
    """The letter waits for its next attempt, or is dead after the last; one that went out stays sent."""
    n = NOTIFICATIONS.c
    attempts = letter.attempts + 1
    dead = attempts >= ATTEMPTS
    connection.execute(
        NOTIFICATIONS.update()
        .where(n.id == letter.id, n.state == "waiting")
        .values(
            state="dead" if dead else "waiting",
            attempts=attempts,
            last_error=error,
            next_attempt_at=None if dead else next_attempt(now, attempts),
        )
    )


def release(connection: sa.Connection, letters: Sequence[Letter], now: dt.datetime) -> None:
    """Give claimed letters back untried."""
    n = NOTIFICATIONS.c
    ids = [letter.id for letter in letters]
    connection.execute(
        NOTIFICATIONS.update().where(n.id.in_(ids), n.state == "waiting").values(next_attempt_at=now)
    )


def revive(connection: sa.Connection, congress_id: int, ids: Sequence[int], now: dt.datetime) -> list[int]:
    """Let dead letters of one congress wait again with all their attempts before them; which ones did."""
    n = NOTIFICATIONS.c
    dead = n.id.in_(ids), n.congress_id == congress_id, n.state == "dead"
    again = NOTIFICATIONS.update().where(*dead).values(state="waiting", attempts=0, next_attempt_at=now)
    return sorted(connection.scalars(again.returning(n.id)))


def give_up(connection: sa.Connection, congress_id: int, ids: Sequence[int]) -> list[int]:
    """Leave dead letters of one congress undelivered for good; which ones were left."""
    n = NOTIFICATIONS.c
    dead = n.id.in_(ids), n.congress_id == congress_id, n.state == "dead"
    left = NOTIFICATIONS.update().where(*dead).values(state="given_up")
    return sorted(connection.scalars(left.returning(n.id)))


def next_attempt(now: dt.datetime, attempts: int) -> dt.datetime:
    """When a letter that failed `attempts` times is tried again."""
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    return now + pause * (1 + random.uniform(0, JITTER))

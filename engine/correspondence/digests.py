"""The daily digest: what a person had collected for him, in one letter a day, written once whatever crashes.

The letter and the end of what it tells of are one transaction, and its key holds the day: two processes cannot both
write it. It then goes out like any other mail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from models import CorrespondenceSetting, Notification, User, db
from notifications import delivery, outbox
from notifications.wishes import COLUMNS, DEFAULT, Wishes, wishes_in

EVENT = "digest:daily"
AT_ONCE = 200  # people of one transaction
LINES = 200  # of one letter; the rest comes the next day
SUBJECT = ("今日督办摘要：{count}条", "Your Duban digest: {count}")
OPENING = (
    "{name}：\n\n以下是为您汇总的消息，详情请登录督办系统查看。",
    "{name},\n\nThese messages were collected for you.",
)

Titled = Callable[[str, str], str]
NOTICES: sa.Table = Notification.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class _Reader:
    user_id: int
    congress_id: int
    name: str
    locale: str
    email: str
    wishes: Wishes


_READERS = (
    sa.select(User.id, User.congress_id, User.name, User.locale, User.email, *COLUMNS)
    .outerjoin(CorrespondenceSetting, CorrespondenceSetting.user_id == User.id)
    .where(User.id.in_(sa.bindparam("ids", expanding=True)))
)


def _reader(row: sa.Row[Any]) -> _Reader:
    return _Reader(row.id, row.congress_id, row.name, row.locale, row.email, wishes_in(row))


def write_digests(actor: Actor, *, works_today: Callable[[int], bool], title: Titled) -> int:
    """Write the digests whose hour has come, on working days only; how many there were.

    `works_today` says it of a congress, `title` names a happening in a language.
    """
    actor.require("system")
    written = 0
    for user_ids, congress_id in _due():
        if works_today(congress_id):
            for start in range(0, len(user_ids), AT_ONCE):
                some = user_ids[start : start + AT_ONCE]
                written += _write(actor, user_ids=some, title=title)
    return written


def _due() -> list[tuple[list[int], int]]:
    """Those for whom something is collected and whose hour has come, by congress; not those who had theirs today."""
    hour = clock.now().astimezone(clock.ZONE).hour
    wanted = sa.func.coalesce(CorrespondenceSetting.digest_hour, DEFAULT.digest_hour)
    rows = db.session.execute(
        sa.select(User.id, User.congress_id)
        .outerjoin(CorrespondenceSetting, CorrespondenceSetting.user_id == User.id)
        .where(
            User.id.in_(sa.select(NOTICES.c.user_id).where(_COLLECTED)),
            wanted <= hour,
        )
        .order_by(User.congress_id, User.id)
    ).all()
    had = set(
        db.session.scalars(sa.select(NOTICES.c.key).where(NOTICES.c.key.in_([_key(row.id) for row in rows])))
    )
    db.session.rollback()
    found: dict[int, list[int]] = {}
    for row in rows:
        if _key(row.id) not in had:
            found.setdefault(row.congress_id, []).append(row.id)
    return [(ids, congress_id) for congress_id, ids in found.items()]


_COLLECTED = NOTICES.c.state == sa.literal_column("'collected'")


@use_case
def _write(actor: Actor, *, user_ids: Sequence[int], title: Titled) -> int:
    """The digests of some people, and the end of what they tell of."""
    delivery.call_off(db.session.connection(), sa.and_(_COLLECTED, NOTICES.c.user_id.in_(user_ids)))
    readers = {row.id: _reader(row) for row in db.session.execute(_READERS, {"ids": list(user_ids)})}
    had = set(
        db.session.scalars(sa.select(NOTICES.c.key).where(NOTICES.c.key.in_([_key(id_) for id_ in user_ids])))
    )
    waiting = db.session.execute(
        sa.select(NOTICES.c.id, NOTICES.c.user_id, NOTICES.c.case_id, NOTICES.c.event, NOTICES.c.subject)
        .where(_COLLECTED, NOTICES.c.user_id.in_(user_ids))
        .order_by(NOTICES.c.user_id, NOTICES.c.id)
        .with_for_update()
    ).all()
    now = clock.now()
    letters, told = [], []
    for user_id, rows in _by_reader(waiting):
        if _key(user_id) in had:
            continue
        some = rows[:LINES]
        told += [row.id for row in some]
        if readers[user_id].email:
            letters.append(_letter(readers[user_id], some, now, title))
    if told:
        done = {"state": "sent", "sent_at": now}
        db.session.execute(NOTICES.update().where(NOTICES.c.id.in_(told)).values(**done))
    outbox.write(db.session.connection(), letters)
    return len(letters)


def _by_reader(rows: Iterable[Any]) -> Iterable[tuple[int, list[Any]]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found.items()


def _letter(reader: _Reader, rows: Sequence[Any], now: dt.datetime, title: Titled) -> dict[str, Any]:
    english = reader.locale == "en"
    groups: dict[str, list[str]] = {}
    for row in rows:
        lines = groups.setdefault(row.event, [])
        if row.subject not in lines:
            lines.append(row.subject)
    parts = [OPENING[english].format(name=reader.name)]
    for event, lines in groups.items():
        head = (
            f"{title(event, reader.locale)}（{len(lines)}）"
            if not english
            else f"{title(event, 'en')} ({len(lines)})"
        )
        parts.append("\n".join([head, *(f"· {line}" for line in lines)]))
    parts.append(outbox.address("/messages"))
    count = sum(len(lines) for lines in groups.values())
    return {
        "congress_id": reader.congress_id,
        "user_id": reader.user_id,
        "case_id": None,
        "channel": "email",
        "event": EVENT,
        "key": _key(reader.user_id),
        "subject": SUBJECT[english].format(count=count),
        "body": "\n\n".join(parts),
        "created_at": now,
        "state": "waiting",
        "attempts": 0,
        "next_attempt_at": reader.wishes.moment(now),
        "sent_at": None,
        "read_at": None,
        "last_error": None,
        "chat_group_id": None,
    }


def _key(user_id: int) -> str:
    return f"{EVENT}:{user_id}:{clock.today():%Y%m%d}"

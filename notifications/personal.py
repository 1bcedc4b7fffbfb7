"""Letters to persons that tell of no case: what concerns themselves, written by the use case that brings it about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models import CorrespondenceSetting, User
from notifications.messages import SUBJECT_LENGTH
from notifications.outbox import address, write
from notifications.wishes import COLUMNS, wishes_in

Pair = tuple[str, str]  # Chinese, English


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told: subject and body in both languages with {placeholders}, and the path that it leads to."""

    event: str
    key: str  # which occurrence: the same one tells a person once
    subject: Pair
    body: Pair
    path: str = "/"


def tell(
    connection: sa.Connection,
    user_ids: Collection[int],
    letter: Letter,
    values: Mapping[str, Pair],
    *,
    congress_id: int,
    now: dt.datetime,
) -> None:
    """Write the letter to these persons in the running transaction: on the screen, and by mail as each wishes.

    `values` are the words for the placeholders in both languages.
    """
    people = connection.execute(
        sa.select(User.id, User.email, User.locale, *COLUMNS)
        .outerjoin(CorrespondenceSetting, CorrespondenceSetting.user_id == User.id)
        .where(User.id.in_(sorted(user_ids)), User.active)
        .order_by(User.id)
    )
    rows: list[dict[str, Any]] = []
    for person in people:
        english = person.locale == "en"
        words = {name: pair[english] for name, pair in values.items()}
        common = {
            "congress_id": congress_id,
            "user_id": person.id,
            "case_id": None,
            "event": letter.event,
            "subject": letter.subject[english].format(**words)[:SUBJECT_LENGTH],
            "body": f"{letter.body[english].format(**words)}\n\n{address(letter.path)}",
            "created_at": now,
            "attempts": 0,
            "read_at": None,
            "last_error": None,
            "chat_group_id": None,
        }
        rows += _over_channels(common, f"{letter.event}:{letter.key}:{person.id}", person, now)
    write(connection, rows)


def _over_channels(
    common: Mapping[str, Any], key: str, person: sa.Row[Any], now: dt.datetime
) -> list[dict[str, Any]]:
    seen = {**common, "channel": "in_app", "key": f"{key}:in_app", "state": "sent"}
    rows = [{**seen, "next_attempt_at": None, "sent_at": now}]
    wishes = wishes_in(person)
    if person.email and "email" in wishes.channels("normal"):
        collected = wishes.collected("normal")
        goes = {**common, "channel": "email", "key": f"{key}:email", "sent_at": None}
        goes |= {"state": "collected" if collected else "waiting"}
        rows.append({**goes, "next_attempt_at": None if collected else wishes.moment(now)})
    return rows

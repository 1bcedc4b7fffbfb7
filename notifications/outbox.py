"""The outbox: messages written as rows with the change they tell of, in the same transaction."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models import Notification
from models.base import insert_unless
from notifications import briefs, posts
from notifications.circle import circle
from notifications.lookups import Asking, facts_of
from notifications.messages import SUBJECT_LENGTH, Notice, render
from notifications.recipients import Context, Recipient
from notifications.wishes import ZONE

NOTIFICATIONS: sa.Table = Notification.__table__  # type: ignore[assignment]

# A restricted case is not written about beyond its circle, nor outside the house: mail passes through foreign hands.
KEPT_INSIDE = frozenset({"restricted"})

# What stands before the subject for a substitute (代), in Chinese and English.
STANDING_IN = ("（代%s）", "(for %s) ")


@dataclass(frozen=True, slots=True)
class Telling:
    """One happening with the notices that tell of it."""

    notices: Sequence[Notice]
    context: Context


def rows(connection: sa.Connection, tellings: Sequence[Telling], now: dt.datetime) -> list[dict[str, Any]]:
    """The rows that tell everybody of these happenings: recipient × channel, each with its key, no key twice.

    Nobody is told what he did himself, unless the word `actor` names him. What several happenings of one
    operation are about is looked up once.
    """
    told: dict[str, dict[str, Any]] = {}
    today = now.astimezone(ZONE).date()
    groups = list(_by_subject(tellings))
    known = facts_of(connection, [alike[0].context for alike in groups])
    asking = Asking(connection, known, today, several=len(groups) > 1)
    for alike in groups:
        context = alike[0].context
        facts = known.about(context)
        words = {word for telling in alike for notice in telling.notices for word in notice.to}
        found = asking.people(words, context)
        if facts["confidentiality"] in KEPT_INSIDE and context.case_id is not None:
            found = _within(circle(connection, context.case_id, today), found)
        for telling in alike:
            for row in _rows_of(telling, facts, found, now):
                told.setdefault(row["key"], row)
    return posts.addressed(connection, list(told.values()))


def _within(known: Collection[int], found: Mapping[str, list[Recipient]]) -> dict[str, list[Recipient]]:
    return {word: [each for each in people if each.user_id in known] for word, people in found.items()}


def _by_subject(tellings: Sequence[Telling]) -> Iterable[list[Telling]]:
    groups: dict[tuple[int | None, ...], list[Telling]] = {}
    for telling in tellings:
        if telling.notices:
            groups.setdefault(tuple(telling.context.bound().values()), []).append(telling)
    return groups.values()


def _rows_of(
    telling: Telling, facts: Mapping[str, Any], found: Mapping[str, list[Recipient]], now: dt.datetime
) -> Iterator[dict[str, Any]]:
    """The first notice that applies to a person tells him; those after it pass him over."""
    told: set[int] = set()
    for notice in telling.notices:
        if not notice.applies(telling.context.values.get("days")):
            continue
        for recipient in _told_by(notice, found, telling.context):
            if recipient.user_id not in told:
                told.add(recipient.user_id)
                yield from _rows_to(recipient, notice, telling.context, facts, now)


def write(connection: sa.Connection, waiting: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows in bulk; one whose key is there already is left out, because that person was told."""
    if not waiting:
        return
    # In one order everywhere, so that two writers of the same keys never wait for each other in a ring.
    connection.execute(_insert(connection.dialect.name), sorted(waiting, key=lambda row: str(row["key"])))


@functools.cache
def _insert(dialect: str) -> sa.Executable:
    return insert_unless(NOTIFICATIONS, dialect).on_conflict_do_nothing(index_elements=[NOTIFICATIONS.c.key])


def _told_by(notice: Notice, found: Mapping[str, list[Recipient]], context: Context) -> Iterator[Recipient]:
    for word in notice.to:
        for recipient in found[word]:
            if word == "actor" or recipient.user_id != context.actor_user_id:
                yield recipient


def _rows_to(
    recipient: Recipient, notice: Notice, context: Context, facts: Mapping[str, Any], now: dt.datetime
) -> Iterator[dict[str, Any]]:
    link = _link(context.values.get("link"), context.case_id)
    values = {**facts, **context.values, "recipient": recipient.name, "link": link}
    subject, body = render(notice.texts, recipient.locale, values)
    if recipient.stands_for:
        subject = (STANDING_IN[recipient.locale == "en"] % recipient.stands_for + subject)[:SUBJECT_LENGTH]
    common = {
        "congress_id": context.congress_id,
        "user_id": recipient.user_id,
        "case_id": context.case_id,
        "event": notice.on,
        "subject": subject,
        "body": body,
        "created_at": now,
        "attempts": 0,
        "read_at": None,
        "last_error": None,
        "chat_group_id": None,
    }
    key = f"{notice.on}:{_subject(notice, context)}:{recipient.user_id}"
    yield {**common, "channel": "in_app", "key": f"{key}:in_app", "state": "sent", **_at(None, now)}
    if "email" in notice.channels and facts["confidentiality"] not in KEPT_INSIDE:
        for row in _outside(recipient, notice, facts, common, now):
            yield {**row, "key": f"{key}:{row['channel']}"}


def _outside(
    recipient: Recipient,
    notice: Notice,
    facts: Mapping[str, Any],
    common: Mapping[str, Any],
    now: dt.datetime,
) -> Iterator[dict[str, Any]]:
    """The rows that leave the house, over the channels that the reader wants for what is so important."""
    wishes = recipient.wishes
    collected = wishes.collected(notice.importance)
    goes = {**common, "state": "collected" if collected else "waiting"}
    goes |= _at(None if collected else wishes.moment(now), None)
    for channel in wishes.channels(notice.importance):
        if channel == "email" and recipient.email:
            yield {**goes, "channel": channel}
        elif channel == "sms" and wishes.phone:
            yield {**goes, "channel": channel, "body": briefs.sms(facts, recipient.locale)}
        elif channel == "chat" and recipient.organization_id is not None:
            post = briefs.post(facts, recipient.locale, _link(None, common["case_id"]))
            yield {**goes, "channel": channel, "body": post, "chat_group_id": recipient.organization_id}


def _at(next_attempt_at: dt.datetime | None, sent_at: dt.datetime | None) -> dict[str, Any]:
    return {"next_attempt_at": next_attempt_at, "sent_at": sent_at}


def _subject(notice: Notice, context: Context) -> str:
    """What the message is about: `case/7`, `assignment/3`, `task/12`, with the occurrence behind it."""
    ids = {"case": context.case_id, "assignment": context.assignment_id, "task": context.task_id}
    kind = notice.per if ids[notice.per] is not None else "case"
    about = f"{kind}/{ids[kind] or 0}"
    occurrence = context.series if notice.once and context.series else context.occurrence
    return f"{about}/{_short(occurrence)}" if occurrence else about


def _short(occurrence: str) -> str:
    """The occurrence, or its hash where a key would not have room for it."""
    return occurrence if len(occurrence) <= 20 else hashlib.sha256(occurrence.encode()).hexdigest()[:20]


def _link(path: object, case_id: int | None) -> str:
    """The whole address of a path (else of the case), as far as PUBLIC_URL says how we are reached."""
    path = str(path) if path else f"/cases/{case_id}" if case_id else "/"
    return address(path) if path.startswith("/") else path


def address(path: str) -> str:
    """The whole address of a path of ours."""
    return os.environ.get("PUBLIC_URL", "").rstrip("/") + path

"""A person's wishes: channels for each importance, digest, quiet hours, and a phone that is proved to be his."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Collection

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import operation, use_case
from models import CorrespondenceSetting, Notification, db
from notifications.wishes import COLUMNS, DEFAULT, IMPORTANCES, OUTSIDE, PHONE_CODE, Wishes, wishes_in

PHONE = re.compile(r"1[3-9][0-9]{9}")
LIFETIME = dt.timedelta(minutes=10)
AGAIN_AFTER = dt.timedelta(minutes=1)
TRIES = 5
DAY = 24 * 60

BAD_PHONE = _("请填写11位手机号码。")
BAD_CODE = _("验证码不对或者已过期。")
BAD_HOUR = _("请选择0至23点。")
BAD_TIME = _("请填写时间，例如22:00。")
CODE_TEXT = (
    "【督办】验证码{code}，10分钟内有效。请勿告诉他人。",
    "[Duban] Code {code}, good for 10 minutes.",
)
CODE_SUBJECT = ("手机验证码", "Code for your phone")


class TooSoon(GuardRefused):
    """A code has just been sent."""

    text = _("验证码刚刚发出，请过一分钟再试。")


def wishes_of(actor: Actor) -> Wishes:
    """What the actor has chosen, or what everybody gets."""
    row = db.session.execute(
        sa.select(*COLUMNS).where(CorrespondenceSetting.user_id == actor.user_id)
    ).one_or_none()
    return wishes_in(row) if row else DEFAULT


def phone_asked(actor: Actor) -> str:
    """The phone that waits for its code, if one does."""
    row = db.session.get(CorrespondenceSetting, actor.user_id)
    waits = row is not None and row.code_sent_at is not None and row.code_sent_at + LIFETIME > clock.now()
    return row.phone_asked if row is not None and waits else ""


@use_case
def choose(
    actor: Actor,
    *,
    channels: dict[str, Collection[str]],
    normal_in_digest: bool,
    digest_hour: int | None,
    quiet_from: int | None,
    quiet_to: int | None,
) -> None:
    """Keep what the actor wishes; times are minutes after midnight, None where nothing sensible was given."""
    errors = {
        name: [sentence]
        for name, value, below, sentence in (
            ("digest_hour", digest_hour, 24, BAD_HOUR),
            ("quiet_from", quiet_from, DAY, BAD_TIME),
            ("quiet_to", quiet_to, DAY, BAD_TIME),
        )
        if value is None or not 0 <= value < below
    }
    if errors:
        raise InvalidAnswers(errors)
    row = _row(actor)
    new = {
        importance: ",".join(way for way in OUTSIDE if way in channels.get(importance, ()))
        for importance in IMPORTANCES
    }
    new |= {"normal_in_digest": normal_in_digest, "digest_hour": digest_hour}  # type: ignore[dict-item]
    new |= {"quiet_from": quiet_from, "quiet_to": quiet_to}  # type: ignore[dict-item]
    old = {name: getattr(row, name) for name in new}
    if old == new:
        return
    for name, value in new.items():
        setattr(row, name, value)
    _record("correspondence:wishes_changed", actor, old=old, new=new)


@use_case
def ask_phone(actor: Actor, *, phone: str) -> None:
    """Send a code to a phone. Raises InvalidAnswers, TooSoon."""
    phone = re.sub(r"[\s-]", "", phone).removeprefix("+86")
    if not PHONE.fullmatch(phone):
        raise InvalidAnswers({"phone": [BAD_PHONE]})
    row, now = _row(actor), clock.now()
    if row.code_sent_at is not None and row.code_sent_at + AGAIN_AFTER > now:
        raise TooSoon
    code = f"{secrets.randbelow(1_000_000):06}"
    row.phone_asked, row.code_hash, row.code_sent_at, row.code_tries = phone, _hash(actor, code), now, 0
    english = actor.locale == "en"
    db.session.add(
        Notification(
            congress_id=actor.congress_id,
            user_id=actor.user_id,
            channel="sms",
            event=PHONE_CODE,
            key=f"{PHONE_CODE}:{actor.user_id}:{operation().id}",
            subject=CODE_SUBJECT[english],
            body=CODE_TEXT[english].format(code=code),
            created_at=now,
            state="waiting",
            attempts=0,
            next_attempt_at=now,
        )
    )
    _record("correspondence:phone_asked", actor)


@use_case
def prove_phone(actor: Actor, *, code: str) -> bool:
    """Take the phone for the actor's if the code is right; five wrong ones spend it."""
    row = _row(actor)
    alive = row.code_hash and row.code_sent_at and row.code_sent_at + LIFETIME > clock.now()
    if not alive or row.code_tries >= TRIES:
        return False
    if not secrets.compare_digest(str(row.code_hash), _hash(actor, code.strip())):
        row.code_tries += 1
        return False
    row.phone, row.phone_asked, row.code_hash, row.code_sent_at = row.phone_asked, "", None, None
    _record("correspondence:phone_proved", actor)
    return True


@use_case
def forget_phone(actor: Actor) -> None:
    """Send no SMS to the actor any more; a code on its way is void."""
    row = _row(actor)
    if row.phone or row.phone_asked:
        row.phone, row.phone_asked, row.code_hash, row.code_sent_at = "", "", None, None
        _record("correspondence:phone_forgotten", actor)


def _row(actor: Actor) -> CorrespondenceSetting:
    """The actor's row, locked; made with the defaults where there was none."""
    if actor.user_id is None:
        raise NotFound
    row = db.session.get(CorrespondenceSetting, actor.user_id, with_for_update=True)
    if row is None:
        kept = {name: getattr(DEFAULT, name) for name in DEFAULT.__slots__}
        row = CorrespondenceSetting(user_id=actor.user_id, phone_asked="", code_tries=0, **kept)
        db.session.add(row)
        db.session.flush()
    return row


def _hash(actor: Actor, code: str) -> str:
    return hashlib.sha256(f"{actor.user_id}:{code}".encode()).hexdigest()


def _record(action: str, actor: Actor, **detail: object) -> None:
    subject = f"user:{actor.user_id}"
    audit.record(action, congress_id=actor.congress_id, subject=subject, **detail)  # type: ignore[arg-type]

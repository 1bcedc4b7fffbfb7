"""What the two persons of a substitution are told: that it was arranged, changed or ended."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import operation
from models import Organization, Substitution, User, db
from notifications import personal

SETTINGS = "/account/notifications#substitutes"

SUBJECTS = {
    "substitute:named": (
        "代理安排：{absent}由{substitute}代理",
        "Substitution: {substitute} stands in for {absent}",
    ),
    "substitute:changed": (
        "代理安排有变更：{absent}由{substitute}代理",
        "Substitution changed: {substitute} for {absent}",
    ),
    "substitute:revoked": (
        "代理已结束：{absent}由{substitute}代理",
        "Substitution ended: {substitute} for {absent}",
    ),
}
BODY = (
    "单位：{unit}\n离岗：{absent}\n代理：{substitute}\n期间：{begins}至{ends}\n原因：{reason}\n办理人：{by}",
    "Organization: {unit}\nAbsent: {absent}\nSubstitute: {substitute}\nPeriod: {begins} to {ends}\nReason: {reason}\n"
    "Arranged by: {by}",
)
BY_THE_SYSTEM = ("系统", "the system")


def tell_both(actor: Actor, row: Substitution, event: str) -> None:
    """Tell the absent person and the substitute, except whoever did it himself."""
    who = {row.absent_id, row.substitute_id} - {actor.user_id}
    names = dict(
        db.session.execute(
            sa.select(User.id, User.name).where(User.id.in_((row.absent_id, row.substitute_id)))
        ).all()
    )
    unit = db.session.scalar(sa.select(Organization.name).where(Organization.id == row.organization_id)) or ""
    values = {
        "unit": _same(unit),
        "absent": _same(names.get(row.absent_id, "")),
        "substitute": _same(names.get(row.substitute_id, "")),
        "begins": _day(row.begins_on),
        "ends": _day(row.ends_on),
        "reason": _same(row.reason),
        "by": _same(actor.name) if actor.user_id is not None else BY_THE_SYSTEM,
    }
    letter = personal.Letter(event, f"{row.id}/{operation().id[:8]}", SUBJECTS[event], BODY, SETTINGS)
    personal.tell(db.session.connection(), who, letter, values, congress_id=row.congress_id, now=clock.now())


def _same(word: str) -> personal.Pair:
    return word, word


def _day(day: dt.date) -> personal.Pair:
    return f"{day.year}年{day.month}月{day.day}日", f"{day:%-d %B %Y}"

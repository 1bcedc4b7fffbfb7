"""Users: made by the system administrator, without any right until the security administrator gives one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.lines import unfit, visible
from engine.foundation.meanwhile import Seen, reconciled
from engine.foundation.transaction import use_case
from engine.people import access, departures, former_passwords, grants, passwords, sessions, substitutes
from engine.people.organizations import REQUIRED
from engine.people.refusals import AdministratorPassword, NoSuchUser, NotForOneself, PasswordNotAccepted
from engine.people.roles import ADMINISTRATORS, SECURITY_ADMIN, SYSTEM, SYSTEM_ADMIN
from engine.people.sign_in import usual_spelling
from models import User, db

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")
BAD_USERNAME = _("用户名由3至64个小写字母、数字、点、横线组成，以字母或数字开头。")
BAD_EMAIL = _("邮箱地址的格式不对。")
LANGUAGES = ("zh", "en")
TEXT_SIZES = ("normal", "large")


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user and the password that is told once and kept nowhere."""

    user_id: int
    username: str
    password: str


@use_case
def create_user(
    actor: Actor,
    *,
    username: str,
    name: str,
    email: str = "",
    locale: str = "zh",
    first_password: str | None = None,
    must_change: bool = True,
) -> NewUser:
    """Create a user without any role; the random first password must be changed at the first sign-in.

    Only the server itself (commands, demonstration data) may choose the password.
    """
    actor.require(SYSTEM_ADMIN, SYSTEM)
    return add_user(
        actor,
        username=username,
        name=name,
        email=email,
        locale=locale,
        first_password=first_password if actor.holds(SYSTEM) else None,
        must_change=must_change or not actor.holds(SYSTEM),
    )


def add_user(
    actor: Actor,
    *,
    username: str,
    name: str,
    email: str = "",
    locale: str = "zh",
    first_password: str | None = None,
    must_change: bool = True,
) -> NewUser:
    """`create_user` within a running use case that has asked for permission."""
    username = usual_spelling(username)
    name, email = visible(name), visible(email)
    _check(username, name, email)
    password = first_password or passwords.random_password()
    if found := passwords.problems(password, username):
        raise PasswordNotAccepted({"password": found})
    row = User(
        congress_id=actor.congress_id,
        username=username,
        name=name,
        email=email,
        password_hash=passwords.hashed(password),
        password_set_at=clock.now(),
        must_change_password=must_change,
        active=True,
        locale=locale,
        text_size="normal",
        shortcuts=True,
    )
    with access.unique(username):
        db.session.add(row)
    _record("user:created", actor, row.id, new={"username": username, "name": row.name})
    return NewUser(row.id, username, password)


@use_case
def change_user(actor: Actor, user_id: int, *, name: str, email: str, seen: Seen = None) -> None:
    """Correct a user's name or address.

    `seen`: what the fields held when the actor began to change them. Raises InvalidAnswers, ChangedMeanwhile.
    """
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.user(actor, user_id)
    said = {"name": visible(name), "email": visible(email)}
    _check(row.username, **said)
    old = {"name": row.name, "email": row.email}
    new = reconciled(said, seen, old)
    if old == new:
        return
    row.name, row.email = new["name"], new["email"]
    _record("user:changed", actor, row.id, old=old, new=new)


@use_case
def deactivate_user(actor: Actor, user_id: int) -> None:
    """Disable a user and end his sessions at once; not oneself, not the last administrator of a kind."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.user(actor, user_id)
    if not row.active:
        return
    if row.id == actor.user_id:
        raise NotForOneself
    grants.refuse_last_administrator(actor, row.id)
    row.active = False
    db.session.flush()
    substitutes.end_without_seat(actor, row.id)
    departures.rights_shrank(row.id, "user:deactivated")
    ended = sessions.end_all(row.id)
    _record("user:deactivated", actor, row.id, sessions=ended)


@use_case
def reactivate_user(actor: Actor, user_id: int) -> None:
    """Let a disabled user sign in again, with the roles that he still has."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.user(actor, user_id)
    if row.active:
        return
    row.active = True
    _record("user:reactivated", actor, row.id)


@use_case
def reset_password(actor: Actor, user_id: int) -> NewUser:
    """Give a user a new random password that must be changed, and end his sessions."""
    actor.require(SYSTEM_ADMIN, SYSTEM)
    row = access.user(actor, user_id)
    if not actor.holds(SYSTEM) and grants.roles_of(row.id) & ADMINISTRATORS:
        raise AdministratorPassword
    password = passwords.random_password()
    former_passwords.remember(row.id, row.password_hash)
    row.password_hash = passwords.hashed(password)
    row.password_set_at = clock.now()
    row.must_change_password = True
    sessions.end_all(row.id)
    _record("user:password_reset", actor, row.id)
    return NewUser(row.id, row.username, password)


@use_case
def end_sessions_of(actor: Actor, user_id: int) -> int:
    """Sign a user out everywhere; gives how many sessions that ended."""
    actor.require(SECURITY_ADMIN, SYSTEM)
    row = access.user(actor, user_id)
    ended = sessions.end_all(row.id)
    if ended:
        _record("user:sessions_ended", actor, row.id, sessions=ended)
    return ended


@use_case
def prefer(
    actor: Actor, *, locale: str | None = None, text_size: str | None = None, shortcuts: bool | None = None
) -> None:
    """Keep how the actor wants his screens; what is None stays as it is, an unknown word is refused."""
    if locale not in (None, *LANGUAGES) or text_size not in (None, *TEXT_SIZES):
        raise NotFound
    row = db.session.get_one(User, actor.user_id, with_for_update=True)
    wanted = {"locale": locale, "text_size": text_size, "shortcuts": shortcuts}
    new = {field: value for field, value in wanted.items() if value not in (None, getattr(row, field))}
    if not new:
        return
    old = {field: getattr(row, field) for field in new}
    for field, value in new.items():
        setattr(row, field, value)
    _record("user:preferences_changed", actor, row.id, old=old, new=new)


def user_named(username: str) -> int:
    """The id behind a user name, for commands on the server. Raises NoSuchUser."""
    user_id = db.session.scalar(sa.select(User.id).where(User.username == usual_spelling(username)))
    if user_id is None:
        raise NoSuchUser(username=username)
    return user_id


def _check(username: str, name: str, email: str) -> None:
    errors = unfit(User, name=name, email=email)
    if not USERNAME.fullmatch(username):
        errors["username"] = [BAD_USERNAME]
    if not name:
        errors["name"] = [REQUIRED]
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        errors["email"] = [BAD_EMAIL]
    if errors:
        raise InvalidAnswers(errors)


def _record(action: str, actor: Actor, user_id: int, **detail: Any) -> None:
    audit.record(action, congress_id=actor.congress_id, subject=f"user:{user_id}", **detail)


def username_exists(username: str) -> bool:
    """Whether an account of this name is there."""
    return db.session.scalar(sa.select(User.id).where(User.username == usual_spelling(username))) is not None

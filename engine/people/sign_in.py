"""Signing in and out, and changing one's password: every outcome leaves its trace."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.language import _
from engine.foundation.networks import network_of
from engine.foundation.transaction import use_case
from engine.foundation.turns import take_turns
from engine.people import former_passwords, lockout, passwords, sessions
from engine.people.refusals import LockedOut, PasswordNotAccepted, SignInRefused
from models import User, db

WRONG_PRESENT = _("现在的密码不对。")
UNCHANGED = _("新密码不能与现在的密码相同。")
HAD_BEFORE = _("新密码不能与最近用过的密码相同。")
DIFFERENT = _("两次填写的新密码不一致。")


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody signs in."""

    address: str
    browser: str = ""

    @property
    def network(self) -> str:
        """What failures are counted by: who is given many addresses has them in one network."""
        return network_of(self.address)


@dataclass(frozen=True, slots=True)
class Account:
    """What is read of an account before its password is tried."""

    user_id: int
    congress_id: int
    name: str
    username: str
    password_hash: str
    active: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """How an attempt ended: the secret of the new session, or how the name and the address now stand."""

    secret: str | None
    standing: lockout.Standing


def usual_spelling(username: str) -> str:
    """A user name as it is kept: one width, small letters, no blanks around it."""
    return unicodedata.normalize("NFKC", username).strip().lower()[:64]


def sign_in(username: str, password: str, place: Place, *, carried: str = "") -> str:
    """Sign in and give the secret of a new session; `carried` is the secret of the one that it replaces.

    Raises LockedOut or SignInRefused. The hash is computed before the transaction: it takes long, and
    nobody else should wait for it.
    """
    username = usual_spelling(username)
    _refuse_if_locked(lockout.standing(username, place.network))
    account = _account(username)
    right = passwords.matches(account.password_hash if account else None, password)
    if account is None or not right or not account.active:
        settled = _settle_failure(_nobody(account), username=username, account=account, place=place)
    else:
        anew = passwords.hashed(password) if passwords.outdated(account.password_hash) else None
        owner = Actor(account.user_id, account.name, account.congress_id)
        settled = _settle_success(owner, account=account, place=place, carried=carried, anew=anew)
    if settled.secret is None:
        _refuse_if_locked(settled.standing)
        raise SignInRefused(left=settled.standing.left, minutes=30)
    return settled.secret


@use_case
def _settle_failure(actor: Actor, *, username: str, account: Account | None, place: Place) -> Settled:
    """Keep a failure; of an unknown name only the attempt, for it belongs to no congress."""
    take_turns(f"name {username}", f"network {place.network}")
    before = lockout.standing(username, place.network)
    if before.seconds:
        return Settled(None, before)
    lockout.note(username, place.network, succeeded=False)
    after = lockout.standing(username, place.network)
    if account is not None:
        _trace("user:sign_in_failed", account, place)
        if after.seconds:
            _trace("user:locked_out", account, place, seconds=after.seconds)
    return Settled(None, after)


@use_case
def _settle_success(
    actor: Actor, *, account: Account, place: Place, carried: str, anew: str | None
) -> Settled:
    """Open the session, unless others' failures locked the account or its password was changed meanwhile."""
    take_turns(f"name {account.username}", f"network {place.network}")
    before = lockout.standing(account.username, place.network)
    user = db.session.get_one(User, account.user_id, with_for_update=True)
    if before.seconds or not user.active or user.password_hash != account.password_hash:
        return Settled(None, before)
    lockout.note(account.username, place.network, succeeded=True)
    user.last_seen_at = clock.now()
    if anew:
        user.password_hash = anew
    if carried:
        sessions.end_carried(carried)
    secret = sessions.begin(user.id, address=place.address, browser=place.browser)
    _trace("user:signed_in", account, place)
    return Settled(secret, before)


@use_case
def sign_out(actor: Actor, *, session_id: int) -> None:
    """End the session one is in; once ended it stays so."""
    if sessions.end_own(actor, session_id):
        subject = f"user:{actor.user_id}"
        audit.record("user:signed_out", congress_id=actor.congress_id, subject=subject, session=session_id)


def change_password(actor: Actor, *, present: str, new: str, again: str, place: Place) -> str:
    """Change one's own password, end all one's sessions and give the secret of a new one.

    Raises PasswordNotAccepted with every problem, or LockedOut: a stolen session is no place to guess.
    """
    account = _account_of(actor)
    _refuse_if_locked(lockout.standing(account.username, place.network))
    if not passwords.matches(account.password_hash, present):
        settled = _settle_failure(actor, username=account.username, account=account, place=place)
        _refuse_if_locked(settled.standing)
        raise PasswordNotAccepted({"present": [WRONG_PRESENT]})
    errors = {}
    if found := passwords.problems(new, account.username):
        errors["new"] = found
    elif new == present:
        errors["new"] = [UNCHANGED]
    elif former_passwords.had_before(account.user_id, new):
        errors["new"] = [HAD_BEFORE]
    if new != again:
        errors["again"] = [DIFFERENT]
    if errors:
        raise PasswordNotAccepted(errors)
    return _keep_password(actor, account=account, password_hash=passwords.hashed(new), place=place)


@use_case
def _keep_password(actor: Actor, *, account: Account, password_hash: str, place: Place) -> str:
    user = db.session.get_one(User, account.user_id, with_for_update=True)
    if user.password_hash != account.password_hash:
        raise PasswordNotAccepted({"present": [WRONG_PRESENT]})
    former_passwords.remember(user.id, user.password_hash)
    user.password_hash = password_hash
    user.password_set_at = clock.now()
    user.must_change_password = False
    sessions.end_all(user.id)
    _trace("user:password_changed", account, place)
    return sessions.begin(user.id, address=place.address, browser=place.browser)


def locked_for(username: str) -> dt.timedelta:
    """How long an account still is locked, wherever one signs in from."""
    return dt.timedelta(seconds=lockout.standing(username, "").seconds)


def _refuse_if_locked(standing: lockout.Standing) -> None:
    if standing.seconds:
        raise LockedOut(standing.seconds)


def _account(username: str) -> Account | None:
    user = db.session.scalar(sa.select(User).where(User.username == username))
    return _read(user) if user else None


def _account_of(actor: Actor) -> Account:
    return _read(db.session.get_one(User, actor.user_id))


def _read(user: User) -> Account:
    return Account(user.id, user.congress_id, user.name, user.username, user.password_hash, user.active)


def _nobody(account: Account | None) -> Actor:
    """Whoever failed: not to be taken for the account's owner."""
    return Actor(None, "未登录者", account.congress_id if account else 0)


def _trace(action: str, account: Account, place: Place, **detail: Any) -> None:
    subject = f"user:{account.user_id}"
    congress = account.congress_id
    audit.record(action, congress_id=congress, subject=subject, address=place.address, **detail)

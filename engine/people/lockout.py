"""Lockout: after so many failures an account, and a network, has to wait; counted from rows.

A network is an IPv4 address, or the network that an IPv6 connection has for itself (`foundation.networks`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.foundation import clock
from models import LoginAttempt, db


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures within `window` lock for `window` from the last of them."""

    failures: int
    window: dt.timedelta = dt.timedelta(minutes=30)


PER_ACCOUNT = Limit(5)
# Many honest people may share the network of an office.
PER_NETWORK = Limit(20)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a name and a network stand: seconds still to wait, and failures left before that."""

    seconds: int
    left: int


def standing(username: str, network: str) -> Standing:
    """Where a name and a network stand now; unknown names stand like known ones.

    An attempt during a lock is not tried, hence not counted: knocking keeps nobody out for longer.
    """
    account = _failures(_since_success(username), PER_ACCOUNT)
    place = _failures([LoginAttempt.address == network], PER_NETWORK)
    seconds = max(_wait(account, PER_ACCOUNT), _wait(place, PER_NETWORK))
    return Standing(seconds, max(0, min(_left(account, PER_ACCOUNT), _left(place, PER_NETWORK))))


def note(username: str, network: str, *, succeeded: bool) -> None:
    """Keep an attempt."""
    attempt = LoginAttempt(username=username, address=network, at=clock.now(), succeeded=succeeded)
    db.session.add(attempt)
    db.session.flush()


def _since_success(username: str) -> list[Any]:
    last = (
        sa.select(LoginAttempt.at)
        .where(LoginAttempt.username == username, LoginAttempt.succeeded)
        .order_by(LoginAttempt.at.desc())
        .limit(1)
    )
    conditions: list[Any] = [LoginAttempt.username == username]
    if (success := db.session.scalar(last)) is not None:
        conditions.append(LoginAttempt.at > success)
    return conditions


def _failures(conditions: list[Any], limit: Limit) -> list[dt.datetime]:
    """The last failures, newest first, as many as the limit asks about."""
    rows = (
        sa.select(LoginAttempt.at)
        .where(*conditions, ~LoginAttempt.succeeded, LoginAttempt.at > clock.now() - 2 * limit.window)
        .order_by(LoginAttempt.at.desc())
        .limit(limit.failures)
    )
    return list(db.session.scalars(rows))


def _wait(failures: list[dt.datetime], limit: Limit) -> int:
    if len(failures) < limit.failures or failures[0] - failures[-1] >= limit.window:
        return 0
    return max(0, -int((clock.now() - failures[0] - limit.window).total_seconds() // 1))


def _left(failures: list[dt.datetime], limit: Limit) -> int:
    """Failures that still fit: one that ended a lock, or is older than the window, no longer counts."""
    start = clock.now() - limit.window
    return limit.failures - sum(1 for at in failures if at > start)

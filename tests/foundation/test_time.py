"""Instants keep their zone in tables; the clock can be moved in one thread alone."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.foundation import clock
from models import LoginAttempt, db


def stored(instant: dt.datetime) -> dt.datetime:
    key = db.session.execute(
        sa.insert(LoginAttempt)
        .values(username="zhang", address="::1", at=instant, succeeded=True)
        .returning(LoginAttempt.id)
    ).scalar_one()
    return db.session.execute(sa.select(LoginAttempt.at).where(LoginAttempt.id == key)).scalar_one()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_an_instant_comes_back_the_same_and_in_utc(database: SQLAlchemy, zone: str) -> None:
    instant = dt.datetime(2026, 3, 2, 23, 59, 59, 123457, tzinfo=ZoneInfo(zone))
    back = stored(instant)
    assert back == instant
    assert back.tzinfo is dt.UTC


def test_a_naive_time_is_refused(database: SQLAlchemy) -> None:
    with pytest.raises(sa.exc.StatementError, match="must carry its time zone"):
        stored(dt.datetime(2026, 3, 2, 12, 0))


def test_instants_of_different_zones_are_sorted_by_when_they_were(database: SQLAlchemy) -> None:
    noon = dt.datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    earlier = dt.datetime(2026, 3, 2, 3, 0, tzinfo=dt.UTC)
    stored(noon)
    stored(earlier)
    assert list(db.session.execute(sa.select(LoginAttempt.at).order_by(LoginAttempt.at)).scalars()) == [
        earlier,
        noon,
    ]


def test_a_legal_day_begins_at_midnight_in_beijing(clock_at: Callable[[dt.datetime], None]) -> None:
    clock_at(dt.datetime(2026, 3, 2, 15, 59, 59, tzinfo=dt.UTC))
    assert clock.today() == dt.date(2026, 3, 2)
    clock_at(dt.datetime(2026, 3, 2, 16, 0, tzinfo=dt.UTC))
    assert clock.today() == dt.date(2026, 3, 3)


def test_a_moved_clock_is_moved_for_one_thread_only(clock_at: Callable[[dt.datetime], None]) -> None:
    clock_at(dt.datetime(2019, 1, 1, tzinfo=dt.UTC))
    seen: list[dt.datetime] = []
    thread = threading.Thread(target=lambda: seen.append(clock.now()))
    thread.start()
    thread.join()
    assert clock.now().year == 2019
    assert seen[0].year > 2019

"""The time, which tests and the demonstration data may move."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from zoneinfo import ZoneInfo

# Legal days begin and end by the clock of Beijing, wherever the server stands.
ZONE = ZoneInfo("Asia/Shanghai")

_moved: ContextVar[dt.datetime | None] = ContextVar("moved", default=None)


def now() -> dt.datetime:
    """The present instant, in UTC."""
    return _moved.get() or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The present legal day."""
    return day_of(now())


def day_of(instant: dt.datetime) -> dt.date:
    """The legal day on which an instant falls."""
    return instant.astimezone(ZONE).date()


@contextlib.contextmanager
def moved_to(instant: dt.datetime) -> Iterator[None]:
    """Let it be `instant` (aware) within the block, in this thread only."""
    token = _moved.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _moved.reset(token)

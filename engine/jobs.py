"""Work without a user: each job is claimed from tables, so that a second clock would do no harm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from engine.foundation import clock
from engine.foundation.actor import system_actor
from engine.foundation.audit_checkpoints import latest_checkpoint, take_checkpoint

# A checkpoint covers every congress, so it is taken on behalf of none.
NO_CONGRESS = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A function that the clock runs again and again."""

    name: str
    function: Callable[[], object]
    every: dt.timedelta


def seal_the_day() -> None:
    """Take one audit checkpoint per legal day, however often the program is started."""
    latest = latest_checkpoint()
    if latest is None or clock.day_of(latest.at) < clock.today():
        take_checkpoint(system_actor(NO_CONGRESS))


JOBS: list[Job] = [
    Job("audit checkpoint", seal_the_day, dt.timedelta(minutes=30)),
]

"""The sweep: once a minute, every clock whose day has come says so, once, whoever else sweeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from engine.casework.moving.advancing import NotAwaited
from engine.casework.moving.happenings import clock_happenings
from engine.casework.moving.suspension import CaseSuspended
from engine.casework.periods.clock_messages import long_overdue, speak
from engine.deadlines import wakings
from engine.deadlines.clocks import ClockHappening
from engine.foundation import audit, clock
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import Busy
from engine.foundation.transaction import use_case
from models import Clock, db

# Large enough that the claim costs little, small enough that on SQLite a person's change waits only briefly.
BATCH = 1000

# A sweep is for every congress; what it records names the congress of each clock.
NO_CONGRESS = 0


def sweep(today: dt.date | None = None, *, batch: int = BATCH) -> int:
    """Let every clock speak whose day has come; gives how many did.

    After days without a sweep each clock tells the last of what it missed. A batch that cannot be told is
    tried clock by clock, and a clock that cannot be told is set aside until tomorrow.
    """
    day = today or clock.today()
    told = 0
    speaking: list[ClockHappening] = []
    while True:
        claimed: list[int] = []
        try:
            told += _tell(
                system_actor(NO_CONGRESS), today=day, batch=batch, claimed=claimed, speaking=speaking
            )
        except Busy:
            raise
        except Exception:
            if not claimed:
                raise
            told += sum(_tell_alone(id, day, speaking) for id in tuple(claimed))
        if not claimed:
            break
    _speak(speaking, day)
    return told


def _speak(speaking: Sequence[ClockHappening], today: dt.date) -> None:
    """Let clocks that are long overdue move their cases on, each in a transaction of its own, after all are told."""
    for row in speaking:
        try:
            speak(system_actor(row.congress_id), clock_id=row.clock_id, case_id=row.case_id)
        except (NotAwaited, CaseSuspended):  # its period runs on, and says it again when it next reminds
            continue
        except Busy:
            raise
        except Exception as fault:  # it is said again when the clock next speaks
            reason = f"{type(fault).__name__}: {fault}"
            _set_aside(system_actor(NO_CONGRESS), clock_id=row.clock_id, today=today, reason=reason)


@use_case
def _tell(
    actor: Actor,
    *,
    today: dt.date,
    batch: int,
    claimed: list[int],
    speaking: list[ClockHappening],
    only: Collection[int] | None = None,
) -> int:
    actor.require("system")
    woken = wakings.wake(today, batch, claimed, only)
    for fault in woken.faults:
        _record_fault(fault.clock.id, fault.clock.congress_id, fault.clock.case_id, fault.reason)
    if woken.happenings:
        clock_happenings(woken.happenings)
        speaking += long_overdue(woken.happenings)
    return len(woken.happenings)


def _tell_alone(clock_id: int, today: dt.date, speaking: list[ClockHappening]) -> int:
    actor = system_actor(NO_CONGRESS)
    try:
        return _tell(actor, today=today, batch=1, claimed=[], speaking=speaking, only=[clock_id])
    except Busy:
        raise
    except Exception as fault:  # one clock that cannot be told must not keep the others silent
        _set_aside(actor, clock_id=clock_id, today=today, reason=f"{type(fault).__name__}: {fault}")
        return 0


@use_case
def _set_aside(actor: Actor, *, clock_id: int, today: dt.date, reason: str) -> None:
    actor.require("system")
    row = db.session.get(Clock, clock_id)
    if row is None:
        return
    wakings.postpone(clock_id, today, reason)
    _record_fault(clock_id, row.congress_id, row.case_id, reason)


def _record_fault(clock_id: int, congress_id: int, case_id: int, reason: str) -> None:
    audit.record(
        "clock:postponed",
        congress_id=congress_id,
        case_id=case_id,
        subject=f"clock:{clock_id}",
        reason=reason,
    )

"""Running clocks: legal periods as rows that start, change and end, each step kept as a row of its own."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine.deadlines.counting import Deadline, count
from engine.deadlines.milestones import MilestoneKind, next_milestone
from engine.deadlines.rules import Rule
from engine.deadlines.workdays import ONE_DAY, Calendar
from engine.foundation.clock import day_of, now
from engine.foundation.transaction import operation
from models import Clock, ClockChange, db
from models.base import one_of

CLOCKS: sa.Table = Clock.__table__  # type: ignore[assignment]
CHANGES: sa.Table = ClockChange.__table__  # type: ignore[assignment]


class ClockState(StrEnum):
    RUNNING = "running"
    WARNED = "warned"
    OVERDUE = "overdue"
    EXTENDED = "extended"  # still running, on the rule that took over
    SATISFIED = "satisfied"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"  # a right that was over before it was used
    RECOMPUTED = "recomputed"  # never a clock's own state: a change of its due date in the history


@dataclass(frozen=True, slots=True)
class NewClock:
    """A period that begins for a case, or for one of its assignments."""

    congress_id: int
    case_id: int
    assignment_id: int | None
    key: str
    rule: Rule
    round: int
    start_event: str
    started_on: dt.date
    meeting_id: int | None = None  # whose day it is counted from


@dataclass(frozen=True, slots=True)
class StartedClock:
    """What a clock that has just begun says."""

    id: int
    key: str
    assignment_id: int | None
    due_on: dt.date
    unrolled_on: dt.date
    provisional: bool


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as it stands; `ended_on` is the legal day on which it ended."""

    id: int
    congress_id: int
    case_id: int
    assignment_id: int | None
    key: str
    rule_id: str
    round: int
    start_event: str
    started_on: dt.date
    due_on: dt.date
    unrolled_on: dt.date
    provisional: bool
    state: ClockState
    ended_at: dt.datetime | None

    @property
    def running(self) -> bool:
        """Nothing has ended it yet; warned, overdue and extended clocks run on."""
        return self.ended_at is None

    @property
    def ended_on(self) -> dt.date | None:
        """The legal day on which it ended."""
        return day_of(self.ended_at) if self.ended_at else None

    @property
    def days_late(self) -> int:
        """Calendar days after the due date at which it ended; 0 while it runs or if it was met."""
        return max((self.ended_on - self.due_on).days, 0) if self.ended_on else 0


@dataclass(frozen=True, slots=True)
class ClockHappening:
    """A clock that warns, is overdue, or has a new due date; `days` are calendar days left or over."""

    clock_id: int
    congress_id: int
    case_id: int
    assignment_id: int | None
    key: str
    kind: str  # warned | overdue | recomputed | lapsed | extended
    due_on: dt.date
    days: int
    threshold: str  # the distance as the rule writes it; the old due date of a recomputed one
    on: dt.date  # the day of the milestone, or of the recount

    @property
    def name(self) -> str:
        """The word of the happening, as notices.toml writes it."""
        return f"clock.{self.key}:{self.kind}"

    @property
    def occurrence(self) -> str:
        """Tells it from every other happening of this clock, the weekly repetitions included."""
        return f"{self.series}/{self.on:%Y%m%d}"

    @property
    def series(self) -> str:
        """What it has in common with what this clock said and will say of the same due date."""
        return f"clock/{self.clock_id}/{self.due_on:%Y%m%d}"


STATE_OF = {MilestoneKind.WARN: ClockState.WARNED, MilestoneKind.OVERDUE: ClockState.OVERDUE}

_VIEW = [CLOCKS.c[name] for name in ClockView.__slots__]
# The ids come in any order: to ask for one order would cost SQLite a statement for each row.
_START = CLOCKS.insert().returning(CLOCKS.c.key, CLOCKS.c.assignment_id, CLOCKS.c.id)
_END = (
    CLOCKS.update()
    .where(CLOCKS.c.case_id == sa.bindparam("of_case"), CLOCKS.c.ended_at.is_(None))
    .returning(CLOCKS.c.id, CLOCKS.c.due_on)
)
_REMEMBER = CHANGES.insert().inline()
_OF_CASE = sa.select(*_VIEW).where(CLOCKS.c.case_id == sa.bindparam("of_case")).order_by(CLOCKS.c.id)
_DUE = (
    sa.select(CLOCKS.c.key, CLOCKS.c.assignment_id, CLOCKS.c.due_on)
    .where(CLOCKS.c.case_id == sa.bindparam("of_case"), CLOCKS.c.ended_at.is_(None))
    .order_by(CLOCKS.c.id)
)


def start(new: Sequence[NewClock], calendar: Calendar) -> list[StartedClock]:
    """Begin these clocks on the calendar of their congress, in the running operation; no key twice for one subject."""
    if not new:
        return []
    at = now()
    counted = [count(each.rule, each.started_on, calendar) for each in new]
    rows = [_row(each, deadline, calendar, day_of(at)) for each, deadline in zip(new, counted, strict=True)]
    inserted = db.session.execute(_START, rows[0] if len(rows) == 1 else rows).all()
    ids = {(row.key, row.assignment_id): row.id for row in inserted}
    started = [
        StartedClock(
            ids[each.key, each.assignment_id],
            each.key,
            each.assignment_id,
            deadline.due,
            deadline.unrolled,
            deadline.provisional,
        )
        for each, deadline in zip(new, counted, strict=True)
    ]
    history = [change(each.id, ClockState.RUNNING, None, each.due_on, "", at) for each in started]
    operation().add_later(_REMEMBER, history)
    return started


def end(
    case_id: int,
    keys: Collection[str] | None,
    assignment_id: int | None = None,
    *,
    state: str = ClockState.SATISFIED,
    reason: str = "",
) -> int:
    """End the running clocks of these keys (None: of every key), of one assignment or of the whole case.

    Gives the number of clocks ended.
    """
    if keys is not None and not keys:
        return 0
    at = now()
    values: dict[str, Any] = {"of_case": case_id, "state": state, "wakes_on": None, "ended_at": at}
    if assignment_id is not None:
        values["of_assignment"] = assignment_id
    of_keys = None if keys is None else tuple(sorted(keys))
    ended = db.session.execute(_ending(of_keys, assignment_id is not None), values).all()
    if ended:
        history = [change(row.id, state, row.due_on, row.due_on, reason, at) for row in ended]
        operation().add_later(_REMEMBER, history)
    return len(ended)


@functools.lru_cache(maxsize=256)
def _ending(keys: tuple[str, ...] | None, of_assignment: bool) -> sa.Executable:
    """The statement that ends clocks of these keys; a process has few sets of them, and building costs most."""
    statement = _END if keys is None else _END.where(one_of(CLOCKS.c.key, keys))
    if of_assignment:
        statement = statement.where(CLOCKS.c.assignment_id == sa.bindparam("of_assignment"))
    return statement


def end_one(view: ClockView, *, state: str, reason: str) -> None:
    """End one running clock."""
    at = now()
    values = {"state": state, "wakes_on": None, "ended_at": at}
    db.session.execute(
        CLOCKS.update().where(CLOCKS.c.id == view.id, CLOCKS.c.ended_at.is_(None)).values(values)
    )
    operation().add_later(_REMEMBER, [change(view.id, state, view.due_on, view.due_on, reason, at)])


def of_case(case_id: int) -> list[ClockView]:
    """Every clock of a case, those that have ended included, in the order in which they began."""
    rows = db.session.execute(_OF_CASE, {"of_case": case_id})
    return [ClockView(**row | {"state": ClockState(row["state"])}) for row in map(dict, rows.mappings())]


def due_dates(case_id: int) -> dict[tuple[str, int | None], dt.date]:
    """(key, assignment) → due date of the clocks that run; of two rounds the later."""
    rows = db.session.execute(_DUE, {"of_case": case_id})
    return {(key, assignment_id): due_on for key, assignment_id, due_on in rows}


def explain_clock(clock: ClockView, rule: Rule, calendar: Calendar) -> Deadline:
    """How the clock's due date came about; `counting.explain` puts it into steps.

    A clock that ended before a change of the calendar keeps its due date and may differ from the recount.
    """
    return count(rule, clock.started_on, calendar)


def change(
    clock_id: int, state: str, old: dt.date | None, new: dt.date, reason: str, at: dt.datetime
) -> dict[str, Any]:
    """A row of a clock's history."""
    return {
        "clock_id": clock_id,
        "at": at,
        "state": state,
        "old_due_on": old,
        "new_due_on": new,
        "reason": reason,
    }


def _row(new: NewClock, deadline: Deadline, calendar: Calendar, today: dt.date) -> dict[str, Any]:
    # What a meeting's deadline would have said before anybody knew of the meeting is not made up for.
    after = today - ONE_DAY if deadline.length.backward else new.started_on
    wakes = next_milestone(deadline, new.rule, calendar, after=after)
    return {
        "congress_id": new.congress_id,
        "case_id": new.case_id,
        "assignment_id": new.assignment_id,
        "meeting_id": new.meeting_id,
        "key": new.key,
        "rule_id": new.rule.id,
        "round": new.round,
        "start_event": new.start_event,
        "started_on": new.started_on,
        "due_on": deadline.due,
        "unrolled_on": deadline.unrolled,
        "provisional": deadline.provisional,
        "state": ClockState.RUNNING,
        "wakes_on": wakes.on if wakes else None,
        "notices_sent": 0,
        "ended_at": None,
    }

"""The calendar of each congress: its own years and those of the congresses above it, kept ready in memory."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from engine.deadlines.holidays import seed
from engine.deadlines.workdays import Calendar, DayKind, SpecialDay, YearCalendar, YearStatus
from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.clock import now
from engine.foundation.errors import NotFound
from engine.foundation.transaction import use_case
from models import CalendarDay, CalendarYear, Congress, db

# Another process learns of a changed calendar after this many seconds; the sweep counts again whatever
# began on the old one in between.
KEPT = 2.0


@dataclass(frozen=True, slots=True)
class _Kept:
    calendar: Calendar
    until: float


# By database, so that two databases in one process never see each other's years.
_kept: WeakKeyDictionary[Any, dict[int, _Kept]] = WeakKeyDictionary()


def calendar_of(congress_id: int) -> Calendar:
    """The calendar by which this congress counts, at most `KEPT` seconds old."""
    kept = _kept.setdefault(db.session.get_bind(), {})
    found = kept.get(congress_id)
    if found is None or found.until < time.monotonic():
        found = kept[congress_id] = _Kept(read_calendar(congress_id), time.monotonic() + KEPT)
    return found.calendar


def forget_calendars() -> None:
    """Let the next reading see what has just been changed."""
    _kept.clear()


def read_calendar(congress_id: int) -> Calendar:
    """The calendar as the running transaction sees it: shipped years, over them the stored ones."""
    years = stored_years(congress_id)
    days = _days_of([row.id for row in years.values()])
    stored = {
        year: YearCalendar(year, YearStatus(row.status), days.get(row.id, {}), row.source)
        for year, row in years.items()
    }
    return Calendar(seed() | stored)


class StoredYear(NamedTuple):
    """The head of a year as a congress keeps it."""

    id: int
    congress_id: int
    year: int
    status: str
    source: str


def stored_years(congress_id: int) -> dict[int, StoredYear]:
    """Year → the row that counts for this congress.

    A confirmed year goes before an estimated one, then the nearer congress before the one above it: what a
    lower congress corrected in an estimate ends with the notice.
    """
    line = _line_of(congress_id)
    rows = db.session.execute(
        sa.select(*(getattr(CalendarYear, name) for name in StoredYear._fields))
        .join(line, line.c.id == CalendarYear.congress_id)
        .order_by(CalendarYear.year, CalendarYear.status != YearStatus.CONFIRMED, line.c.distance)
    )
    years: dict[int, StoredYear] = {}
    for row in rows:
        years.setdefault(row.year, StoredYear(*row))
    return years


def _line_of(congress_id: int) -> sa.CTE:
    """The congress and those above it, with their distance."""
    line = (
        sa.select(Congress.id, Congress.parent_id, sa.literal(0).label("distance"))
        .where(Congress.id == congress_id)
        .cte("line", recursive=True)
    )
    above = sa.select(Congress.id, Congress.parent_id, line.c.distance + 1)
    return line.union_all(above.join(line, Congress.id == line.c.parent_id))


def below(congress_id: int) -> list[int]:
    """The congress and every one under it."""
    tree = sa.select(Congress.id).where(Congress.id == congress_id).cte("tree", recursive=True)
    tree = tree.union_all(sa.select(Congress.id).join(tree, Congress.parent_id == tree.c.id))
    return list(db.session.scalars(sa.select(tree.c.id).order_by(tree.c.id)))


def _days_of(year_ids: Collection[int]) -> dict[int, dict[dt.date, SpecialDay]]:
    columns = (CalendarDay.calendar_year_id, CalendarDay.day, CalendarDay.kind, CalendarDay.name)
    rows = db.session.execute(
        sa.select(*columns).where(CalendarDay.calendar_year_id.in_(year_ids)).order_by(CalendarDay.day)
    )
    days: dict[int, dict[dt.date, SpecialDay]] = {}
    for year_id, day, kind, name in rows:
        days.setdefault(year_id, {})[day] = SpecialDay(DayKind(kind), name)
    return days


def store_year(congress_id: int, year: YearCalendar) -> None:
    """Write a year of this congress in the running operation, in place of the one it had."""
    mine = sa.select(CalendarYear.id).where(
        CalendarYear.congress_id == congress_id, CalendarYear.year == year.year
    )
    head = {"status": year.status, "source": year.source, "changed_at": now()}
    id = db.session.scalar(mine)
    if id is None:
        new = sa.insert(CalendarYear).values(congress_id=congress_id, year=year.year, **head)
        id = db.session.execute(new.returning(CalendarYear.id)).scalar_one()
    else:
        db.session.execute(sa.update(CalendarYear).where(CalendarYear.id == id).values(**head))
        db.session.execute(sa.delete(CalendarDay).where(CalendarDay.calendar_year_id == id))
    days = [
        {"calendar_year_id": id, "day": day, "kind": special.kind, "name": special.name}
        for day, special in sorted(year.days.items())
    ]
    if days:
        db.session.execute(sa.insert(CalendarDay), days)


@use_case
def seed_calendars(actor: Actor, *, congress_id: int) -> tuple[int, ...]:
    """Give the congress at the root the shipped years: those it lacks, and notices for its estimates.

    Gives the years written; clocks that run on them are counted again by the next sweep. Raises NotAllowed, and
    NotFound for another congress than the actor's.
    """
    actor.require("system", "system_admin", "process_admin")
    if congress_id != actor.congress_id:
        raise NotFound
    root = db.session.scalars(
        sa.select(_line_of(congress_id).c.id).order_by(sa.literal_column("distance").desc()).limit(1)
    ).one()
    held = {year: row.status for year, row in stored_years(root).items()}
    new = [year for year in seed().values() if _is_news(year, held.get(year.year))]
    for year in new:
        store_year(root, year)
    if new:
        written = [year.year for year in new]
        audit.record("calendar:seeded", congress_id=root, subject=f"congress:{root}", years=written)
        forget_calendars()
    return tuple(year.year for year in new)


def _is_news(year: YearCalendar, held: str | None) -> bool:
    return held is None or (year.confirmed and held == YearStatus.ESTIMATED)

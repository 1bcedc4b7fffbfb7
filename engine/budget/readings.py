"""What the pages of budgets show: the figures of a month with what is to be noticed, and the months of a year."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from engine.budget.adjustments import adjustments
from engine.budget.checks import findings
from engine.budget.covered import held_against
from engine.budget.figures import BUDGETS, EXPENDITURE, REVENUE, Figures, Line
from engine.budget.findings import Bands, Finding, bands_of
from engine.budget.keeping import BUDGET_REVIEWER, LINES, MAY_KEEP, SHEETS
from engine.casework.visibility import MEETING_OFFICER, STANDING_MEMBER
from engine.deadlines.decided import in_force
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed, NotFound
from models import User, db

MAY_READ = frozenset({BUDGET_REVIEWER, MEETING_OFFICER, STANDING_MEMBER, "committee_officer", "supervisor"})
LINE_COLUMNS = [LINES.c[name] for name in Line.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a month's sheet."""

    sheet_id: int
    year: int
    month: int
    version: int
    unit: str
    filename: str
    reason: str
    kept_by: str
    kept_at: dt.datetime


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What one side of a budget had come to by the end of a month, in fen."""

    month: int
    revenue: int | None
    expenditure: int | None


@dataclass(frozen=True, slots=True)
class BudgetPage:
    """A month's figures: the version shown, all its versions, the months there are, and what is to be noticed."""

    shown: Version
    figures: Figures
    versions: list[Version]
    months: dict[int, list[int]]  # year → months, the latest first
    findings: list[Finding]
    bands: Bands
    has_before: bool
    course: dict[str, list[MonthTotal]]  # budget → the months of the year so far


def may_read(actor: Actor) -> bool:
    """Whether budget figures are any business of this person."""
    return bool(actor.roles & MAY_READ)


def may_keep(actor: Actor) -> bool:
    """Whether this person takes in figures."""
    return bool(actor.roles & set(MAY_KEEP))


def months_kept(actor: Actor) -> dict[int, list[int]]:
    """Year → months for which there are figures, the latest first. Raises NotAllowed."""
    if not may_read(actor):
        raise NotAllowed
    statement = (
        sa.select(SHEETS.c.year, SHEETS.c.month)
        .where(SHEETS.c.congress_id == actor.congress_id)
        .distinct()
        .order_by(SHEETS.c.year.desc(), SHEETS.c.month.desc())
    )
    found: dict[int, list[int]] = {}
    for year, month in db.session.execute(statement):
        found.setdefault(year, []).append(month)
    return found


def budget_page(actor: Actor, *, year: int, month: int, version: int | None = None) -> BudgetPage:
    """The figures of a month, by default in their latest version. Raises NotAllowed, NotFound."""
    months = months_kept(actor)
    latest = _latest(actor, year)
    versions = _versions(actor, year, month)
    shown = next((one for one in versions if version in (None, one.version)), None)
    if shown is None:
        raise NotFound
    sheets = {**latest, month: shown.sheet_id}
    by_month = _figures(year, sheets)
    bands = bands_of(in_force(actor.congress_id).pack)
    before = by_month.get(month - 1)
    approved = adjustments(actor, year, dt.date(year, month, calendar.monthrange(year, month)[1]))
    return BudgetPage(
        shown=shown,
        figures=by_month[month],
        versions=versions,
        months=months,
        findings=held_against(findings(by_month[month], before, bands), approved),
        bands=bands,
        has_before=before is not None or month == 1,
        course=_course(by_month, month),
    )


def _latest(actor: Actor, year: int) -> dict[int, int]:
    """Month → the latest sheet of it."""
    statement = (
        sa.select(SHEETS.c.month, SHEETS.c.id)
        .where(SHEETS.c.congress_id == actor.congress_id, SHEETS.c.year == year)
        .order_by(SHEETS.c.version)
    )
    return {month: sheet_id for month, sheet_id in db.session.execute(statement)}


def _versions(actor: Actor, year: int, month: int) -> list[Version]:
    statement = (
        sa.select(
            SHEETS.c.id.label("sheet_id"),
            *(SHEETS.c[name] for name in ("year", "month", "version", "unit", "filename", "reason")),
            sa.func.coalesce(User.name, "").label("kept_by"),
            SHEETS.c.kept_at,
        )
        .outerjoin(User, User.id == SHEETS.c.kept_by)
        .where(SHEETS.c.congress_id == actor.congress_id, SHEETS.c.year == year, SHEETS.c.month == month)
        .order_by(SHEETS.c.version.desc())
    )
    return [Version(**row._mapping) for row in db.session.execute(statement)]


def _figures(year: int, sheets: dict[int, int]) -> dict[int, Figures]:
    """Month → its figures; one query for the year."""
    statement = (
        sa.select(LINES.c.sheet_id, *LINE_COLUMNS)
        .where(LINES.c.sheet_id.in_(sheets.values()))
        .order_by(LINES.c.sheet_id, LINES.c.place)
    )
    lines: dict[int, list[Line]] = {}
    for sheet_id, *values in db.session.execute(statement):
        lines.setdefault(sheet_id, []).append(Line(*values))
    return {month: Figures(year, month, tuple(lines[sheet_id])) for month, sheet_id in sheets.items()}


def _course(by_month: dict[int, Figures], until: int) -> dict[str, list[MonthTotal]]:
    months = sorted(month for month in by_month if month <= until)
    return {
        budget: [
            MonthTotal(
                month,
                by_month[month].part(budget, REVENUE).total("cumulative"),
                by_month[month].part(budget, EXPENDITURE).total("cumulative"),
            )
            for month in months
        ]
        for budget in BUDGETS
        if any(budget in by_month[month].budgets() for month in months)
    }

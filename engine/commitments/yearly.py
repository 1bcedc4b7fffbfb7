"""The yearly report (Q4): what each unit promised this year and last, and what it kept by the day it had named."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.commitments.ledger import LedgerLine, lines_where, made_in
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.spreadsheets import harmless

ENDED = ("superseded", "withdrawn")


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A unit's promises of two years. `due` counts those whose day has come or that were kept before it; promises
    superseded by a new reply or given up by decision count nowhere."""

    unit_id: int
    unit: str
    lines: list[LedgerLine]
    made: int
    due: int
    kept_in_time: int
    kept: int
    lapsed: int

    @property
    def rate(self) -> float | None:
        """兑现率: kept by the due date out of those due, in percent; None where nothing was due."""
        return 100 * self.kept_in_time / self.due if self.due else None


def yearly_report(actor: Actor, year: int, today: dt.date | None = None) -> list[UnitYear]:
    """Each unit's promises of this year and the year before, as far as the actor may see them.

    Restricted cases stay out of it: a report is printed and passed on.
    """
    day = today or clock.today()
    lines = lines_where(
        actor, sa.or_(made_in(year), made_in(year - 1)), CASES.c.confidentiality != "restricted"
    )
    units: dict[int, list[LedgerLine]] = {}
    for line in lines:
        units.setdefault(line.unit_id, []).append(line)
    return [unit_year(found, day) for found in units.values()]


def unit_year(lines: Sequence[LedgerLine], today: dt.date) -> UnitYear:
    """The figures of one unit's lines."""
    counted = [line for line in lines if line.status not in ENDED]
    kept = [line for line in counted if line.status == "fulfilled"]
    in_time = [line for line in kept if line.fulfilled_on and line.fulfilled_on <= line.due_on]
    due = [line for line in counted if line.due_on < today or line.status == "fulfilled"]
    return UnitYear(
        unit_id=lines[0].unit_id,
        unit=lines[0].unit,
        lines=list(lines),
        made=len(counted),
        due=len(due),
        kept_in_time=len(in_time),
        kept=len(kept),
        lapsed=sum(line.live and line.due_on < today for line in counted),
    )


def workbook(
    summary: Sequence[Sequence[object]], lines: Sequence[Sequence[object]], names: tuple[str, str]
) -> bytes:
    """Two sheets, the figures and the promises one by one, each with its head; text is never a formula."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bg_color": "#EFE9DC", "border": 1})
    body = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    for name, rows in zip(names, (summary, lines), strict=True):
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(place, column, _cell(value), body if place else head)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 20, 18)
    book.close()
    return buffer.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else value

"""Keeping a month's figures: once for each month of a congress; a correction is a further version with its reason."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from engine.budget.amounts import UNITS
from engine.budget.figures import Figures
from engine.budget.reading import read_figures
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.people.roles import SYSTEM
from models import BudgetLine, BudgetSheet, Congress, db

BUDGET_REVIEWER = "budget_reviewer"
MAY_KEEP = (BUDGET_REVIEWER, SYSTEM)
FIRST_YEAR = 2000
REASON_LENGTH = 1000

SHEETS: sa.Table = BudgetSheet.__table__  # type: ignore[assignment]
LINES: sa.Table = BudgetLine.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept: the sheet and its version; `repeated` where that very file was the latest already."""

    sheet_id: int
    version: int
    lines: int
    repeated: bool


@use_case
def keep_figures(
    actor: Actor, *, year: int, month: int, filename: str, content: bytes, unit: str = "", reason: str = ""
) -> Kept:
    """Take in a file of figures, whole or not at all; the same file again changes nothing.

    Raises InvalidAnswers (no such month, no reason for a correction), FiguresRefused with every problem of the file,
    LedgerUnreadable.
    """
    actor.require(*MAY_KEEP)
    _require_month(year, month, unit)
    figures, written_in = read_figures(filename, content, year=year, month=month, unit=UNITS.get(unit))
    latest = _latest(actor, year, month)
    digest = hashlib.sha256(content).hexdigest()
    if latest is not None and latest.digest == digest:
        return Kept(latest.id, latest.version, len(figures.lines), repeated=True)
    if latest is not None and not reason.strip():
        raise InvalidAnswers({"reason": [_("这个月的数据已有，更正须说明理由。")]})
    version = latest.version + 1 if latest is not None else 1
    head: dict[str, Any] = {
        "year": year,
        "month": month,
        "version": version,
        "unit": written_in.key,
        "filename": filename[:500],
        "digest": digest,
        "reason": reason.strip()[:REASON_LENGTH] if version > 1 else "",
    }
    sheet_id = _write(actor, head, figures)
    audit.record(
        "budget:corrected" if version > 1 else "budget:kept",
        congress_id=actor.congress_id,
        subject=f"budget_sheet:{sheet_id}",
        **head,
        lines=len(figures.lines),
    )
    return Kept(sheet_id, version, len(figures.lines), repeated=False)


def _latest(actor: Actor, year: int, month: int) -> sa.Row[Any, Any, Any] | None:
    """The latest version of a month. Two who correct it at once come one after the other."""
    db.session.execute(sa.select(Congress.id).where(Congress.id == actor.congress_id).with_for_update())
    statement = (
        sa.select(SHEETS.c.id, SHEETS.c.version, SHEETS.c.digest)
        .where(SHEETS.c.congress_id == actor.congress_id, SHEETS.c.year == year, SHEETS.c.month == month)
        .order_by(SHEETS.c.version.desc())
        .limit(1)
    )
    return db.session.execute(statement).first()


def _write(actor: Actor, head: dict[str, Any], figures: Figures) -> int:
    row = {**head, "congress_id": actor.congress_id, "kept_by": actor.user_id, "kept_at": clock.now()}
    sheet_id = int(db.session.scalar(SHEETS.insert().values(row).returning(SHEETS.c.id)) or 0)
    db.session.execute(LINES.insert(), [{"sheet_id": sheet_id, **asdict(line)} for line in figures.lines])
    return sheet_id


def _require_month(year: int, month: int, unit: str) -> None:
    errors: dict[str, list[str]] = {}
    today = clock.today()
    if not FIRST_YEAR <= year <= today.year:
        errors["year"] = [_("请填写年份，不晚于今年。")]
    elif not 1 <= month <= 12 or (year, month) > (today.year, today.month):
        errors["month"] = [_("请选择月份，不晚于本月。")]
    if unit and unit not in UNITS:
        errors["unit"] = [_("请选择金额单位。")]
    if errors:
        raise InvalidAnswers(errors)

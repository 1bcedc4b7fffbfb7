"""What the standing committee has adjusted (预算法第六十七条、第六十九条): head by head, as the approved plan says it.

A folder says on which happening a case's plan is approved (`[effects]`: `keep_adjustment`), keeps the budget year as
its register field `year`, and has a form with the rows `heads`. The last plan put on record is the one approved.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import sqlalchemy as sa

from engine.budget.amounts import UNITS, parse_amount
from engine.budget.figures import BUDGETS, EXPENDITURE, REVENUE, SIDES
from engine.casework.access import visible_to
from engine.casework.facts import CASES, CaseFacts
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.actor import Actor
from models import BudgetAdjusted, CaseEntry, db
from models.base import insert_unless

ADJUSTED: sa.Table = BudgetAdjusted.__table__  # type: ignore[assignment]
FIELD, YEAR = "heads", "year"
WAN = UNITS["wan"]
KEYS = {words.zh: key for key, words in BUDGETS.items()}
TWO_SIDES = {SIDES[side].zh: side for side in (REVENUE, EXPENDITURE)}
WRITTEN = re.compile(
    rf"(?P<budget>{'|'.join(KEYS)})\s+(?P<side>{'|'.join(TWO_SIDES)})\s+(?P<code>[0-9]{{3,9}})\s*(?P<name>[^0-9\s]\S*)"
    r"\s+(?P<before>[0-9,.]+)\s+(?P<after>[0-9,.]+)"
)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A head as it was approved to stand from a day on, in fen; `open` says that the reader may open the case."""

    case_id: int
    number: str
    budget: str
    side: str
    code: str
    name: str
    before: int
    after: int
    approved_on: dt.date
    open: bool = False


def read_head(row: str) -> dict[str, str | int]:
    """A row of the plan, 「一般公共预算 支出 21303 水利 396,000 486,000」 in 万元; ValueError where it is none."""
    found = WRITTEN.fullmatch(row.strip())
    if found is None:
        raise ValueError(row)
    words = found.groupdict()
    before, after = (parse_amount(words[name], WAN) or 0 for name in ("before", "after"))
    head = {"budget": KEYS[words["budget"]], "side": TWO_SIDES[words["side"]]}
    return head | {"code": words["code"], "name": words["name"], "before": before, "after": after}


@effect("keep_adjustment")
def keep_adjustment(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Keep the heads of the plan that has just been approved; of a head that is named twice the last row counts."""
    entries = sa.select(CaseEntry.answers).where(CaseEntry.case_id == case.id).order_by(CaseEntry.id.desc())
    rows: list[str] = next(
        (answers[FIELD] for answers in db.session.scalars(entries) if answers.get(FIELD)), []
    )
    kept = db.session.scalar(sa.select(CASES.c.fields).where(CASES.c.id == case.id)) or {}
    common: dict[str, object] = {"case_id": case.id, "congress_id": case.congress_id, "year": int(kept[YEAR])}
    common["approved_on"] = happening.on or clock.today()
    heads = {(head["budget"], head["side"], head["code"]): head for head in map(read_head, rows)}
    if heads:
        made = [{**head, **common} for head in heads.values()]
        db.session.execute(insert_unless(ADJUSTED).on_conflict_do_nothing(), made)


def adjustments(actor: Actor, year: int, until: dt.date) -> list[Adjusted]:
    """What was approved for a year's budget by that day, the earliest first."""
    names = ("case_id", "budget", "side", "code", "name", "before", "after", "approved_on")
    statement = (
        sa.select(*(ADJUSTED.c[name] for name in names), CASES.c.number, visible_to(actor).label("open"))
        .join(CASES, CASES.c.id == ADJUSTED.c.case_id)
        .where(
            ADJUSTED.c.congress_id == actor.congress_id,
            ADJUSTED.c.year == year,
            ADJUSTED.c.approved_on <= until,
        )
        .order_by(ADJUSTED.c.approved_on, ADJUSTED.c.case_id, ADJUSTED.c.id)
    )
    return [
        Adjusted(**{**row._mapping, "number": row.number or "", "open": bool(row.open)})
        for row in db.session.execute(statement)
    ]

"""What a ledger's row says of a step: that it was done, on which day, and how the flow went on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from engine.casework.cases import update_case
from engine.casework.facts import ASSIGNMENTS, CaseFacts
from engine.casework.ledgers.rows import LedgerRow
from engine.casework.moving.happenings import Happening
from engine.foundation import clock
from models import db

Done = tuple[Happening | None, dict[str, Any]] | None


# What comes from a ledger went through its session long ago.
FLAGS = {"entry": "platform", "delegation_check": False}


def _submitted(case: CaseFacts, row: LedgerRow) -> Done:
    update_case(case, {"status": "open", "submitted_at": _noon(row.submitted_on) or clock.now()})
    return Happening("case:submitted", on=row.submitted_on, silent=True, detail={"ledger": True}), FLAGS


def _examined(case: CaseFacts, row: LedgerRow) -> Done:
    if row.number is None and not row.units:
        return None
    update_case(case, {"category": row.category})
    return None, {}


def _accepted(case: CaseFacts, row: LedgerRow) -> Done:
    update_case(case, {"number": row.number, "confidentiality": "public"})
    detail = {"number": row.number, "ledger": True}
    return Happening("case:accepted", on=row.submitted_on, silent=True, detail=detail), {"intake": "accepted"}


def _assigned(case: CaseFacts, row: LedgerRow) -> Done:
    if not row.units:
        return None
    at = _noon(row.assigned_on) or clock.now()
    values = [
        {"case_id": case.id, "instruction": "", "assigned_at": at, "round": 1, "status": "assigned", **unit}
        for unit in row.units
    ]
    insert = ASSIGNMENTS.insert().returning(ASSIGNMENTS.c.id, sort_by_parameter_order=True)
    ids = list(db.session.scalars(insert, values))
    update_case(case, {"assigned_at": at})
    flags = {
        "answering_units": [id_ for id_, unit in zip(ids, row.units, strict=True) if unit["role"] != "co"],
        "co_units": [id_ for id_, unit in zip(ids, row.units, strict=True) if unit["role"] == "co"],
        "routed": False,
    }
    detail = {"units": row.units, "ledger": True}
    return Happening("case:assigned", on=row.assigned_on, silent=True, detail=detail), flags


def _noon(day: dt.date | None) -> dt.datetime | None:
    """An instant within a legal day of which only the date is known."""
    return dt.datetime.combine(day, dt.time(12), clock.ZONE) if day else None


# Act → what a ledger's row says of it; an act that is not here is left to people.
DONE_BY_ROW: dict[str, Callable[[CaseFacts, LedgerRow], Done]] = {
    "submit_text": _submitted,
    "propose_intake": _examined,
    "confirm_intake": _accepted,
    "assign_units": _assigned,
}

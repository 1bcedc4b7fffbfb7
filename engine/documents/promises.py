"""The ledger of commitments on paper: what replies promised, by when, and what became of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.access import visible_to
from engine.casework.facts import CASES
from engine.definitions.folder import Folder
from engine.documents.handled import Wanted, in_meeting
from engine.documents.lists import listing
from engine.documents.matter import Data
from engine.documents.words import day
from engine.foundation import clock
from engine.foundation.actor import Actor
from models import Commitment, Organization, db

STATES = {
    "open": "推进中",
    "changed": "已调整，推进中",
    "carried_over": "已结转，推进中",
    "lapsed": "已逾期",
    "fulfilled": "已报兑现",
    "superseded": "已由新答复取代",
    "withdrawn": "经同意不再履行",
}
ENDED = ("fulfilled", "superseded", "withdrawn")
RATINGS = {"fulfilled": "已兑现", "not_fulfilled": "未兑现"}


@listing("commitments")
def _commitments(actor: Actor, folder: Folder, wanted: Wanted) -> Data:
    """Every commitment the actor may see, by what is due first; of one unit where it is wanted."""
    rows = db.session.execute(_rows(actor, wanted)).all()
    today = clock.today()
    return {
        "commitments": [_line(row, place) for place, row in enumerate(rows, start=1)],
        "total": str(len(rows)),
        "fulfilled": str(sum(row.status == "fulfilled" for row in rows)),
        "late": str(sum(row.status not in ENDED and row.due_on < today for row in rows)),
    }


def _rows(actor: Actor, wanted: Wanted) -> sa.Select[Any]:
    statement = (
        sa.select(
            *(getattr(Commitment, name) for name in ("what", "made_on", "due_on", "fulfilled_on")),
            Commitment.status,
            Commitment.rating,
            CASES.c.number,
            CASES.c.confidentiality,
            Organization.name.label("unit"),
        )
        .join(CASES, CASES.c.id == Commitment.case_id)
        .join(Organization, Organization.id == Commitment.unit_id)
        .where(visible_to(actor), CASES.c.process_key == wanted.process_key)
        .order_by(Commitment.due_on, Commitment.id)
    )
    if wanted.meeting_id is not None:
        statement = statement.where(in_meeting(wanted.meeting_id))
    if wanted.unit_id is not None:
        statement = statement.where(Commitment.unit_id == wanted.unit_id)
    return statement


def _line(row: Any, place: int) -> dict[str, str]:
    return {
        "place": str(place),
        "number": row.number or "",
        "unit": row.unit,
        "what": "（保密件）" if row.confidentiality == "restricted" else row.what,
        "made_on": day(row.made_on),
        "due_on": day(row.due_on),
        "fulfilled_on": day(row.fulfilled_on),
        "status": STATES.get(row.status, row.status),
        "rating": RATINGS.get(row.rating or "", ""),
    }

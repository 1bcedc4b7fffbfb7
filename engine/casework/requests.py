"""The rows that actions leave: requests that wait for a decision, and what is settled."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.definitions.sent_files import SentFile
from engine.foundation import clock
from engine.foundation.actor import Actor
from models import CaseAction, db
from models.base import one_of

ACTIONS: sa.Table = CaseAction.__table__  # type: ignore[assignment]


def one_click(actor: Actor, case_id: int, key: str, sending: str) -> str:
    """What a row keeps of a click, whatever a page calls it: nobody else's, of no other case or action; "" for none."""
    said = f"{actor.user_id}:{case_id}:{key}:{sending}"
    return hashlib.sha256(said.encode()).hexdigest() if sending else ""


def storable(value: Any) -> Any:
    """A checked answer as JSON keeps it: days as ISO dates, files by their names."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, SentFile):
        return value.name
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, Mapping):
        return {name: storable(each) for name, each in value.items()}
    return value


def pending(case: CaseFacts, key: str) -> int | None:
    """The id of the action of that key that waits for a decision, whatever part of the case it is about."""
    return db.session.scalar(
        sa.select(ACTIONS.c.id).where(
            ACTIONS.c.case_id == case.id, ACTIONS.c.key == key, ACTIONS.c.settled_at.is_(None)
        )
    )


def settle(case: CaseFacts, key: str, assignment_id: int | None, outcome: str) -> Mapping[str, Any]:
    """Settle the pending action of that key with a decision's outcome; gives its answers, {} where there is none."""
    pending = db.session.execute(
        sa.select(ACTIONS.c.id, ACTIONS.c.answers).where(
            ACTIONS.c.case_id == case.id,
            ACTIONS.c.key == key,
            ACTIONS.c.assignment_id.is_not_distinct_from(assignment_id),
            ACTIONS.c.settled_at.is_(None),
        )
    ).first()
    if pending is None:
        return {}
    db.session.execute(
        ACTIONS.update().where(ACTIONS.c.id == pending.id).values(outcome=outcome, settled_at=clock.now())
    )
    answers: Mapping[str, Any] = pending.answers
    return answers


def lapse(case: CaseFacts, keys: Collection[str], assignment_id: int | None) -> list[int]:
    """Settle as lapsed what is pending on an assignment, or on the whole case, and needs no decision; gives the ids."""
    if not keys:
        return []
    about = {"of_case": case.id, "of_assignment": assignment_id}
    values = {"outcome": "lapsed", "settled_at": clock.now()}
    return list(db.session.scalars(_lapsing(tuple(sorted(keys))), about | values))


@functools.lru_cache(maxsize=64)
def _lapsing(keys: tuple[str, ...]) -> sa.Executable:
    """The statement for these keys, of which each act that makes requests moot has its own."""
    return (
        ACTIONS.update()
        .where(
            ACTIONS.c.case_id == sa.bindparam("of_case"),
            one_of(ACTIONS.c.key, keys),
            ACTIONS.c.assignment_id.is_not_distinct_from(sa.bindparam("of_assignment")),
            ACTIONS.c.settled_at.is_(None),
        )
        .returning(ACTIONS.c.id)
    )

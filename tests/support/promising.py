"""What scenarios do to promises, and how they look in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.commitments.changing import approve_change, decide_change, request_change
from engine.commitments.inheriting import merge_organization
from engine.commitments.rating import rate_fulfilment
from engine.commitments.reporting import report_fulfilled, report_progress
from engine.meetings.convening import convene
from models import Commitment, CommitmentEntry, Organization, db

if TYPE_CHECKING:
    from tests.support.performance import Performance

Step = Mapping[str, Any]


def _owed(performance: Performance, step: Step) -> int:
    """The promise that the step names by its number, or the latest."""
    statement = sa.select(Commitment.id).where(Commitment.case_id == performance.case_id)
    if "promise" in step:
        statement = statement.where(Commitment.ordinal == step["promise"])
    return db.session.scalars(statement.order_by(Commitment.ordinal.desc())).all()[0]


def _report(performance: Performance, step: Step) -> None:
    report_progress(performance._who(step), commitment_id=_owed(performance, step), **step["with"])


def _fulfil(performance: Performance, step: Step) -> None:
    report_fulfilled(performance._who(step), commitment_id=_owed(performance, step), **step["with"])


def _ask_change(performance: Performance, step: Step) -> None:
    request_change(performance._who(step), commitment_id=_owed(performance, step), **step["with"])


def _change_of(commitment_id: int) -> int:
    statement = sa.select(CommitmentEntry.id).where(
        CommitmentEntry.commitment_id == commitment_id, CommitmentEntry.kind == "change"
    )
    return db.session.scalars(statement.order_by(CommitmentEntry.id.desc())).all()[0]


def _approve_change(performance: Performance, step: Step) -> None:
    owed = _owed(performance, step)
    approve_change(performance._who(step), commitment_id=owed, entry_id=_change_of(owed), **step["with"])


def _decide_change(performance: Performance, step: Step) -> None:
    owed = _owed(performance, step)
    decide_change(performance._who(step), commitment_id=owed, entry_id=_change_of(owed), **step["with"])


def _rate(performance: Performance, step: Step) -> None:
    rate_fulfilment(performance._who(step), commitment_id=_owed(performance, step), **step["with"])


def _merge_unit(performance: Performance, step: Step) -> None:
    """The unit is merged into another (机构改革)."""
    units = performance.cast.organizations
    merge_organization(
        performance._who(step),
        organization_id=units[step["unit"]],
        successor_id=units[step["with"]["into"]],
        reason=step["with"]["reason"],
    )


def _convene(performance: Performance, step: Step) -> None:
    """A session is registered; the first of a new term begins that term (换届)."""
    convene(performance._who(step), **step["with"])


DEEDS: dict[str, Callable[[Performance, Step], None]] = {
    "report": _report,
    "fulfil": _fulfil,
    "ask_change": _ask_change,
    "approve_change": _approve_change,
    "decide_change": _decide_change,
    "rate": _rate,
    "merge_unit": _merge_unit,
    "convene": _convene,
}


def named_of(case_id: int, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The promises of a case, in order, as far as each of `wanted` names them."""
    return [
        {name: row[name] for name in names} for row, names in zip(_promises(case_id), wanted, strict=True)
    ]


def _promises(case_id: int) -> list[dict[str, Any]]:
    statement = (
        sa.select(Commitment, Organization.code)
        .join(Organization, Organization.id == Commitment.unit_id)
        .where(Commitment.case_id == case_id)
        .order_by(Commitment.ordinal)
    )
    return [
        {
            "ordinal": row.ordinal,
            "status": row.status,
            "due": row.due_on,
            "first_due": row.first_due_on,
            "unit": unit,
            "rating": row.rating,
            "term": row.term,
        }
        for row, unit in db.session.execute(statement)
    ]

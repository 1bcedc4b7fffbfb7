"""The list of problems of a case, as far as a scenario asks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models import Organization, Problem, db


def listed(case_id: int, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every problem in order, with the names that the one asked for at its place has."""
    statement = (
        sa.select(Problem, Organization.code)
        .join(Organization, Organization.id == Problem.unit_id)
        .where(Problem.case_id == case_id)
        .order_by(Problem.ordinal)
    )
    found = []
    for place, (row, unit) in enumerate(db.session.execute(statement)):
        whole = {"ordinal": row.ordinal, "unit": unit, "status": row.status, "returned": row.returned}
        whole |= {"due": row.due_on, "text": row.text, "handed": row.assignment_id is not None}
        found.append({name: whole[name] for name in (asked[place] if place < len(asked) else whole)})
    return found

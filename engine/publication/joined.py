"""What is answered together with a case (并案): merged cases have no reply of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES, CaseFacts
from engine.foundation.clock import day_of
from engine.publication.access import RESTRICTED
from engine.publication.refusals import JoinedChanged
from models import Deputy, db

_JOINED = (
    sa.select(CASES.c.id, CASES.c.number, CASES.c.title, CASES.c.submitted_at, Deputy.name)
    .outerjoin(Deputy, Deputy.id == CASES.c.lead_deputy_id)
    .where(
        CASES.c.merged_into_id == sa.bindparam("into"),
        CASES.c.status.in_(("open", "closed")),
        CASES.c.confidentiality != RESTRICTED,
    )
    .order_by(CASES.c.id)
)


def joined_cases(case: CaseFacts) -> list[dict[str, Any]]:
    """Number, title and lead deputy of each case that is answered with this one; never of a restricted one.

    No more than these: the same is read of a case whose deputy refuses to have his text published.
    """
    return [
        {
            "case": row.id,
            "number": row.number or "",
            "title": row.title,
            "deputy": row.name or "",
            "submitted_on": day_of(row.submitted_at).isoformat() if row.submitted_at else "",
        }
        for row in db.session.execute(_JOINED, {"into": case.id})
    ]


def joined_in(content: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The cases that are answered with this one; versions of long ago do not name them."""
    found: Sequence[Mapping[str, Any]] = content.get("joined", ())
    return found


def require_joined(case: CaseFacts, content: Mapping[str, Any]) -> None:
    """Refuse with JoinedChanged a copy that names a case which was taken out since, or became restricted."""
    named = {each["case"] for each in joined_in(content)}
    if named and not named <= {each["case"] for each in joined_cases(case)}:
        raise JoinedChanged

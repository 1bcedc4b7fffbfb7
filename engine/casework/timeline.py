"""The timeline of a case: its audit events in the order in which they happened."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.vocabulary import happening_title
from models import AuditEvent, db


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    id: int
    at: dt.datetime
    action: str
    actor: str
    organization: str
    on_behalf_of: str
    subject: str
    detail: Mapping[str, Any]
    hash: str

    def title(self, locale: str) -> str:
        """What happened, in the reader's language."""
        return happening_title(self.action, locale)


def timeline(case_id: int) -> list[Entry]:
    """Everything that happened to a case, the latest first."""
    statement = (
        sa.select(AuditEvent)
        .where(AuditEvent.chain == f"case:{case_id}")
        .order_by(AuditEvent.position.desc())
    )
    return [
        Entry(
            id=row.id,
            at=row.at,
            action=row.action,
            actor=row.actor_name,
            organization=row.actor_organization,
            on_behalf_of=row.on_behalf_of,
            subject=row.subject,
            detail=json.loads(row.detail),
            hash=row.hash,
        )
        for row in db.session.scalars(statement)
    ]

"""The timeline of a case: its audit events in the order in which they happened, for one reader's eyes."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.casework.readings.actions import hidden_actions
from engine.casework.visibility import OVERSEEING
from engine.casework.vocabulary import happening_title
from engine.definitions.words import Words
from engine.foundation.actor import Actor
from models import Assignment, AuditEvent, Reply, Task, db


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

    def title(self, locale: str, own: Mapping[str, Words]) -> str:
        """What happened, in the reader's language; `own` are the words of the kind of work."""
        return happening_title(self.action, locale, own)


# What an organ does within its own walls is told to nobody outside: (pattern of the happening, whose matter it is).
INTERNAL = (
    (re.compile(r"intake:.*"), "office"),
    (re.compile(r"(incident|modification|timer|signal|message|flow):.*"), "office"),
    (re.compile(r"reply:(drafted|passed|returned|finding_overridden)"), "unit"),
    (re.compile(r"task:.*"), "holder"),
    (re.compile(r"case:(watched|unwatched)"), "person"),
)


def timeline(actor: Actor, case: CaseFacts) -> list[Entry]:
    """What happened to a case, as far as it is this actor's business, the latest first."""
    statement = (
        sa.select(AuditEvent)
        .where(AuditEvent.chain == f"case:{case.id}")
        .order_by(AuditEvent.position.desc())
    )
    within = _Within(actor, case)
    return [_entry(row) for row in db.session.scalars(statement).all() if within.sees(row)]


class _Within:
    """Inside which walls of a case an actor stands; asked of the database only when it matters."""

    def __init__(self, actor: Actor, case: CaseFacts) -> None:
        self.actor = actor
        self.case = case

    def sees(self, row: AuditEvent) -> bool:
        if row.subject.startswith("action:") and row.subject in self.hidden:
            return False
        whose = next((whose for pattern, whose in INTERNAL if pattern.fullmatch(row.action)), None)
        if whose is None:
            return True
        if whose == "office":
            return bool(self.actor.roles & OVERSEEING)
        if whose == "unit":
            return row.subject in self.replies
        if whose == "holder":
            return row.subject in self.tasks
        return self.actor.user_id is not None and row.actor_id == self.actor.user_id

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The actions that are kept from the actor."""
        return frozenset(f"action:{id_}" for id_ in hidden_actions(self.actor, self.case))

    @cached_property
    def replies(self) -> frozenset[str]:
        """The replies of the actor's own units."""
        statement = (
            sa.select(Reply.id)
            .join(Assignment, Assignment.id == Reply.assignment_id)
            .where(Reply.case_id == self.case.id, Assignment.unit_id.in_(self.actor.organization_ids))
        )
        return frozenset(f"reply:{id_}" for id_ in db.session.scalars(statement))

    @cached_property
    def tasks(self) -> frozenset[str]:
        """The tasks of the actor's own organizations, and those meant for him."""
        own = Task.organization_id.in_(self.actor.organization_ids)
        statement = sa.select(Task.id).where(
            Task.case_id == self.case.id, sa.or_(own, Task.user_id == self.actor.user_id)
        )
        return frozenset(f"task:{id_}" for id_ in db.session.scalars(statement))


def _entry(row: AuditEvent) -> Entry:
    return Entry(
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

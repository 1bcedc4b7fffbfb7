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

from engine.casework.attachments import OF_ENTRY
from engine.casework.entries import ENTRIES, WHOSE, Reader
from engine.casework.problems import PROBLEMS
from engine.casework.readings.actions import hidden_actions
from engine.casework.visibility import OVERSEEING
from engine.casework.vocabulary import happening_title
from engine.definitions.words import Words
from models import Assignment, Attachment, AuditEvent, Reply, Task, db

KEPT = frozenset({"action", "attachment", "problem"})  # subjects of which a reader may not know


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


def timeline(reader: Reader) -> list[Entry]:
    """What happened to a case, as far as it is this reader's business, the latest first."""
    statement = (
        sa.select(AuditEvent)
        .where(AuditEvent.chain == f"case:{reader.case.id}")
        .order_by(AuditEvent.position.desc())
    )
    within = _Within(reader)
    return [within.shown(row) for row in db.session.scalars(statement).all() if within.sees(row)]


class _Within:
    """Inside which walls of a case a reader stands; asked of the database only when it matters."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.actor = reader.actor
        self.case = reader.case

    def sees(self, row: AuditEvent) -> bool:
        kind, _, number = row.subject.partition(":")
        if kind in KEPT and int(number) in self._kept(kind):
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

    def shown(self, row: AuditEvent) -> Entry:
        """The line; that a step was taken is told, but not what it put on record to one who may not read that."""
        kind, _, number = row.subject.partition(":")
        sealed = kind == "entry" and int(number) in self.sealed
        return _entry(row, {} if sealed else json.loads(row.detail))

    def _kept(self, kind: str) -> frozenset[int]:
        if kind == "action":
            return self.hidden
        return self.closed_files if kind == "attachment" else self.foreign

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The actions that are kept from the reader."""
        return hidden_actions(self.reader)

    @cached_property
    def closed_files(self) -> frozenset[int]:
        """The files of entries that the reader may not open."""
        statement = (
            sa.select(Attachment.id.label("file_id"), *WHOSE)
            .join(ENTRIES, ENTRIES.c.id == Attachment.subject_id)
            .where(Attachment.case_id == self.case.id, Attachment.subject == OF_ENTRY)
        )
        rows = db.session.execute(statement)
        return frozenset(row.file_id for row in rows if not self.reader.opens_files_of(row))

    @cached_property
    def sealed(self) -> frozenset[int]:
        """The entries that are not for the reader."""
        rows = db.session.execute(sa.select(*WHOSE).where(ENTRIES.c.case_id == self.case.id))
        return frozenset(row.id for row in rows if not self.reader.reads(row))

    @cached_property
    def foreign(self) -> frozenset[int]:
        """The problems that are not the reader's business."""
        if self.reader.problems is None:
            return frozenset()
        every = db.session.scalars(sa.select(PROBLEMS.c.id).where(PROBLEMS.c.case_id == self.case.id))
        return frozenset(every) - self.reader.problems

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


def _entry(row: AuditEvent, detail: Mapping[str, Any]) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        action=row.action,
        actor=row.actor_name,
        organization=row.actor_organization,
        on_behalf_of=row.on_behalf_of,
        subject=row.subject,
        detail=detail,
        hash=row.hash,
    )

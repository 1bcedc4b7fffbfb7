"""Whether whoever gets a task is told of it: looked at after each step of a worked example."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from engine.foundation import clock
from models import Notification, Task, db
from notifications.messages import UNKNOWN
from notifications.recipients import Context, people

CANDIDATES = "candidates"


@dataclass
class TasksTold:
    """Nodes whose tasks came to people of whom nobody was told, and who are not those that brought them about."""

    seen_task: int = 0
    seen_message: int = 0
    untold: set[str] = field(default_factory=set)

    def with_a_hole(self) -> set[str]:
        """Happenings that were told in words in which a fact is missing."""
        texts = db.session.execute(sa.select(Notification.event, Notification.subject + Notification.body))
        return {f"{event}: {text}" for event, text in texts if UNKNOWN in text.replace("——", "")}

    def look(self, case_id: int, congress_id: int, actor_id: int | None) -> None:
        """Take in what a step has opened and what it has told."""
        told = set(
            db.session.scalars(
                sa.select(Notification.user_id).where(
                    Notification.case_id == case_id, Notification.id > self.seen_message
                )
            )
        )
        opened = sa.select(Task).where(Task.case_id == case_id, Task.id > self.seen_task, Task.open)
        for task in db.session.scalars(opened.order_by(Task.id)):
            context = Context(congress_id, case_id, task.assignment_id, task.id)
            found = people(db.session.connection(), [CANDIDATES], context, clock.today())[CANDIDATES]
            may = {each.user_id for each in found}
            if may and not may & (told | {actor_id}):
                self.untold.add(task.node)
        self.seen_task = db.session.scalar(sa.select(sa.func.max(Task.id))) or 0
        self.seen_message = db.session.scalar(sa.select(sa.func.max(Notification.id))) or 0

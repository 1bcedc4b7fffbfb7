"""What must hold of every case whatever befell it: task, flow, audit event and message go together."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from engine import flow
from engine.definitions.catalogue import definition
from engine.foundation import clock
from engine.foundation.audit_verification import verify
from models import AuditEvent, Case, Clock, Notification, ProcessInstance, Task, db

# What completing a task of the straight way records, once.
EVENT_OF = {
    "draft": "case:submitted",
    "intake": "intake:proposed",
    "intake_review": "case:accepted",
    "assign": "case:assigned",
    "sign_for": "assignment:signed_for",
    "draft_reply": "reply:drafted",
    "review_reply": "reply:passed",
    "sign_reply": "reply:signed",
    "evaluate": "evaluation:given",
}


def faults() -> list[str]:
    """Everything that is not as it must be, over all cases that went the straight way."""
    db.session.rollback()
    db.session.expire_all()
    found = [fault for case in db.session.scalars(sa.select(Case)) for fault in _of_case(case)]
    return found + [str(finding) for finding in verify().findings]


def _of_case(case: Case) -> list[str]:
    events = Counter(db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.case_id == case.id)))
    return [
        f"case {case.id}: {fault}" for fault in (*_flow_faults(case), *_event_faults(case, events)) if fault
    ]


def _flow_faults(case: Case) -> list[str]:
    """The open tasks are those the flow waits for, and a closed case has nothing that runs."""
    instance = db.session.get_one(ProcessInstance, case.id)
    waits = {
        task.key for task in flow.open_tasks(definition(case.definition_id).flow, instance.state, clock.now())
    }
    tasks = db.session.scalars(sa.select(Task).where(Task.case_id == case.id)).all()
    opened = {task.token for task in tasks if task.open}
    found = [f"the flow waits for {waits}, open are {opened}"] if waits != opened else []
    half = [task.id for task in tasks if task.open != (task.closed_at is None)]
    found += [f"half closed: {half}"] if half else []
    if case.status == "closed":
        outliving = [spec.key for spec in definition(case.definition_id).clocks if spec.outlives]
        running = sa.select(sa.func.count()).where(
            Clock.case_id == case.id, Clock.ended_at.is_(None), Clock.key.not_in(outliving)
        )
        found += ["open tasks in a closed case"] if opened else []
        found += ["a clock runs on in a closed case"] if db.session.scalar(running) else []
    return found


def _event_faults(case: Case, events: Counter[str]) -> list[str]:
    """As many events as tasks were completed, and a closing event if and only if the case is closed."""
    statement = sa.select(Task.node).where(Task.case_id == case.id, Task.outcome == "completed")
    done = Counter(db.session.scalars(statement))
    found = [
        f"{node}: {done[node]} tasks done, {events[event]} events"
        for node, event in EVENT_OF.items()
        if done[node] != events[event]
    ]
    if events["case:closed"] != int(case.status == "closed"):
        found.append(f"{case.status}, {events['case:closed']} closing events")
    return found


def messages_per_event(case_id: int) -> dict[str, float]:
    """Messages for each happening of a case, over all channels."""
    events = Counter(db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.case_id == case_id)))
    told = Counter(db.session.scalars(sa.select(Notification.event).where(Notification.case_id == case_id)))
    return {event: told[event] / count for event, count in events.items()}


def message_faults(pattern: dict[str, float]) -> list[str]:
    """Cases in which a happening was told more or less often than in a case that nothing befell."""
    db.session.rollback()
    return [
        f"case {case_id}: {event} was told {count} times instead of {pattern[event]}"
        for case_id in db.session.scalars(sa.select(Case.id))
        for event, count in messages_per_event(case_id).items()
        if count != pattern[event]
    ]

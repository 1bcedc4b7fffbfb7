"""Incidents: a step that the flow could not take stays as a row, though the step itself left nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from engine.casework.attachments import FileStore
from engine.casework.facts import TASKS
from engine.casework.moving.stuck import CaseStuck
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import Failure, after_failure, operation, use_case
from engine.operations.access import MAY_OPERATE, reason_given
from models import Incident, IncidentNote, db
from models.base import insert_unless

INCIDENTS: sa.Table = Incident.__table__  # type: ignore[assignment]
NOTES: sa.Table = IncidentNote.__table__  # type: ignore[assignment]
LONGEST_CAUSE = 2_000  # characters
LONGEST_NOTE = 2_000

RETRIED, MOOT, BY_HAND = "retried", "moot", "by_hand"


@after_failure(CaseStuck)
def _note(failure: Failure) -> None:
    """Keep what has just failed; the step's own transaction is gone."""
    stuck = failure.error
    assert isinstance(stuck, CaseStuck)
    arguments = _storable(failure.arguments)
    raise_incident(
        failure.actor,
        stuck=stuck,
        subject=_subject(failure.use_case, arguments, stuck),
        use_case_name=failure.use_case,
        arguments=arguments,
    )


def _storable(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as JSON keeps them; empty where it cannot, as with files (then nobody can try again by a click)."""
    asked = {name: value for name, value in arguments.items() if not isinstance(value, FileStore)}
    try:
        kept: dict[str, Any] = orjson.loads(orjson.dumps(asked))
    except TypeError:
        return {}
    return kept


def _subject(name: str, told: Mapping[str, Any], stuck: CaseStuck) -> str:
    """What was being done: the same again, failing at the same element, is the same incident."""
    if name == "complete_task":
        return f"task:{told.get('task_id')}"
    if name == "perform":
        return f"action:{told.get('case_id')}.{told.get('key')}.{told.get('assignment_id') or ''}"
    if name == "speak":
        return f"clock:{told.get('clock_id')}"
    if name == "tick":
        return f"timer:{told.get('case_id')}"
    if name == "hear":
        return f"event:{told.get('event_id')}"
    return f"case:{stuck.case_id}" if stuck.case_id else f"definition:{stuck.definition_id}"


@use_case
def raise_incident(
    actor: Actor, *, stuck: CaseStuck, subject: str, use_case_name: str, arguments: Mapping[str, Any]
) -> int:
    """Write down a failed step, or that it failed once more; gives the incident's id."""
    now, cause = clock.now(), f"{type(stuck.cause).__name__}: {stuck.cause}"[:LONGEST_CAUSE]
    again = {
        "cause": cause,
        "use_case": use_case_name,
        "arguments": _repeatable(use_case_name, arguments),
        "user_id": actor.user_id,
        "last_at": now,
    }
    first = {
        "congress_id": stuck.congress_id,
        "case_id": stuck.case_id,
        "definition_id": stuck.definition_id,
        "subject": subject[:500],
        "element": stuck.element,
        "first_at": now,
        "times": 1,
    }
    statement = insert_unless(INCIDENTS).values(first | again)
    statement = statement.on_conflict_do_update(
        index_elements=[INCIDENTS.c.congress_id, INCIDENTS.c.subject, INCIDENTS.c.element],
        index_where=INCIDENTS.c.resolved_at.is_(None),
        set_=again | {"times": INCIDENTS.c.times + 1},
    )
    row = db.session.execute(statement.returning(INCIDENTS.c.id, INCIDENTS.c.times)).one()
    audit.record(
        "incident:raised",
        congress_id=stuck.congress_id,
        case_id=stuck.case_id,
        subject=f"incident:{row.id}",
        element=stuck.element,
        cause=cause,
        times=row.times,
    )
    return int(row.id)


def _repeatable(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments so fixed that doing it again does the same thing, once, or is refused."""
    kept = dict(arguments)
    if name == "complete_task" and kept.get("revision") is None:
        revision = sa.select(TASKS.c.revision).where(TASKS.c.id == kept.get("task_id"))
        kept["revision"] = db.session.scalar(revision)
    if name == "perform" and not kept.get("sending"):
        kept["sending"] = f"incident:{operation().id}"
    return kept


@use_case
def annotate(actor: Actor, *, incident_id: int, text: str) -> None:
    """Write a note on an incident, open or not. Raises NotAllowed, NotFound, InvalidAnswers."""
    row = incident_row(actor, incident_id)
    said = text.strip()
    if not 0 < len(said) <= LONGEST_NOTE:
        raise InvalidAnswers({"text": [_("请填写备注，不超过 2000 字。")]})
    db.session.execute(
        NOTES.insert().values(incident_id=row.id, text=said, written_by=actor.user_id, written_at=clock.now())
    )
    record(row, "incident:annotated", text=said)


@use_case
def resolve(actor: Actor, *, incident_id: int, reason: str) -> None:
    """Put an incident aside that was settled by hand; resolved before, nothing changes.

    Raises NotAllowed, NotFound, InvalidAnswers.
    """
    row = incident_row(actor, incident_id)
    said = reason_given(reason)
    if row.resolved_at is None:
        settle(actor, row, BY_HAND, reason=said)


def incident_row(actor: Actor, incident_id: int) -> sa.Row[Any]:
    """An incident of the actor's congress, locked. Raises NotAllowed, NotFound."""
    actor.require(*MAY_OPERATE)
    statement = sa.select(INCIDENTS).where(
        INCIDENTS.c.id == incident_id, INCIDENTS.c.congress_id == actor.congress_id
    )
    row = db.session.execute(statement.with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def settle(actor: Actor, row: sa.Row[Any], resolution: str, **detail: Any) -> None:
    """Resolve an incident; what was filled in at that step is no longer kept with it."""
    db.session.execute(
        INCIDENTS.update()
        .where(INCIDENTS.c.id == row.id)
        .values(resolved_at=clock.now(), resolved_by=actor.user_id, resolution=resolution, arguments={})
    )
    record(row, "incident:resolved", new=resolution, **detail)


def record(row: sa.Row[Any], action: str, **detail: Any) -> None:
    """Say in the trail of its case, or else of the congress, what was done about an incident."""
    audit.record(
        action,
        congress_id=row.congress_id,
        case_id=row.case_id,
        subject=f"incident:{row.id}",
        element=row.element,
        **detail,
    )

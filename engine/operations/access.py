"""The door of this room: the process administrator, and a case of his own congress with its flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import require_not_archived
from engine.casework.facts import CASE_COLUMNS, CASES, INSTANCE_COLUMNS, INSTANCES, CaseFacts, Instance, read
from engine.casework.visibility import RESTRICTED
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.foundation.actor import Actor
from engine.foundation.errors import ConcurrentChange, InvalidAnswers, NotFound
from engine.foundation.language import _
from models import Case, ProcessInstance, db

MAY_OPERATE = ("process_admin",)
LONGEST_REASON = 500  # characters

_FLOW = sa.select(*INSTANCE_COLUMNS).where(INSTANCES.c.case_id == sa.bindparam("of_case"))
_FLOW_LOCKED = _FLOW.with_for_update()
_CASE = sa.select(*CASE_COLUMNS).where(
    CASES.c.id == sa.bindparam("of_case"), CASES.c.congress_id == sa.bindparam("of_congress")
)


@dataclass(slots=True)
class Running:
    """A case, the folder it runs by, and its flow."""

    case: CaseFacts
    folder: Folder
    instance: Instance


def running_case(actor: Actor, case_id: int) -> Running:
    """The case and how its flow stands, for reading. Raises NotAllowed, NotFound."""
    actor.require(*MAY_OPERATE, "system")
    return _running(actor.congress_id, case_id, _FLOW)


def locked_case(actor: Actor, case_id: int) -> Running:
    """The same, its flow locked until the commit. Raises NotAllowed, NotFound, CaseArchived."""
    actor.require(*MAY_OPERATE, "system")
    found = _running(actor.congress_id, case_id, _FLOW_LOCKED)
    require_not_archived(found.case)
    return found


def _running(congress_id: int, case_id: int, flow: sa.Select[Any]) -> Running:
    # The flow first: whoever waits for its lock must read the case as it stands afterwards.
    instance = db.session.execute(flow, {"of_case": case_id}).one_or_none()
    case = db.session.execute(_CASE, {"of_case": case_id, "of_congress": congress_id}).one_or_none()
    if instance is None or case is None:
        raise NotFound
    facts = read(CaseFacts, Case, case)
    return Running(facts, definition(facts.definition_id), read(Instance, ProcessInstance, instance))


def write_flow(running: Running, state: bytes, **also: Any) -> None:
    """Write the flow's state; not by the way of steps, as a case that stands still may be put right too.

    `also` are other columns: after a step, when its next timer is due (`wakes_at`).

    Raises ConcurrentChange when somebody else moved the case on meanwhile.
    """
    known = running.instance.revision
    changed = db.session.execute(
        INSTANCES.update()
        .where(INSTANCES.c.case_id == running.case.id, INSTANCES.c.revision == known)
        .values(state=state, revision=known + 1, **also)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ConcurrentChange
    running.instance.state, running.instance.revision = state, known + 1


def reason_given(reason: str, field: str = "reason") -> str:
    """The reason without blanks around it. Raises InvalidAnswers where there is none, or a whole essay."""
    said = reason.strip()
    if not 0 < len(said) <= LONGEST_REASON:
        raise InvalidAnswers({field: [_("请写明理由，不超过 500 字。")]})
    return said


def name_shown(case_number: str | None, title: str, confidentiality: str) -> tuple[str, str]:
    """Number and title as this room shows them: of a restricted case neither its matter nor that it has a number."""
    if confidentiality == RESTRICTED:
        return "", ""
    return case_number or "", title

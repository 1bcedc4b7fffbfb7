"""Restricted cases (保密): who is admitted to know of one, and who no longer."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.access import name_of
from engine.casework.acts.records import keep_entry, said
from engine.casework.acts.step import Outcome, Step, act, ground
from engine.casework.choices import viewers
from engine.casework.facts import (
    MEMBERSHIPS,
    ORGANIZATIONS,
    AssignmentFacts,
    CaseFacts,
)
from engine.casework.moving.happenings import Happening
from engine.definitions.folder import ActionSpec
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import CaseViewer, db
from models.base import insert_unless

VIEWERS: sa.Table = CaseViewer.__table__  # type: ignore[assignment]


class NobodyAdmitted(GuardRefused):
    """Nobody knows of it but by his work."""

    text = _("没有另外准予知悉的人；因工作知悉的，随工作交接而变。")


@act("admit_viewer")
def admit_viewer(step: Step) -> Outcome:
    """Let one more person know of the case; admitting him twice does no harm."""
    user_id = step.answers["person"]
    row = {
        "case_id": step.case.id,
        "user_id": user_id,
        "added_by": step.actor.user_id,
        "added_at": step.now,
    }
    db.session.execute(insert_unless(VIEWERS).values(row).on_conflict_do_nothing())
    return Outcome([Happening("viewer:named", detail={"new": name_of(user_id)})])


@ground("dismiss_viewer")
def somebody_admitted(actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> None:
    """Somebody was admitted. Raises NobodyAdmitted."""
    if not viewers(case.id):
        raise NobodyAdmitted


@act("dismiss_viewer")
def dismiss_viewer(step: Step) -> Outcome:
    """Let a person no longer know of the case, unless his work brings it to him."""
    user_id = step.answers["person"]
    chosen = sa.and_(VIEWERS.c.case_id == step.case.id, VIEWERS.c.user_id == user_id)
    db.session.execute(VIEWERS.delete().where(chosen))
    return Outcome([Happening("viewer:named", detail={"old": name_of(user_id)})])


@act("distribute")
def distribute(step: Step) -> Outcome:
    """Send the papers of a case to everybody who holds one of the roles `admits` in this congress: on record.

    They then know of the case, though it is restricted: those who are to deliberate on it must have read it. Sent
    again, it goes to whoever has come in the meantime. `requires`: `admits`, `happening`, `on`.
    """
    entry_id = keep_entry(step)
    seats = (
        sa.select(MEMBERSHIPS.c.user_id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == MEMBERSHIPS.c.organization_id)
        .where(
            ORGANIZATIONS.c.congress_id == step.case.congress_id,
            MEMBERSHIPS.c.role.in_(step.spec.requires["admits"]),
            MEMBERSHIPS.c.ended_at.is_(None),
        )
        .distinct()
    )
    common = {"case_id": step.case.id, "added_by": step.actor.user_id, "added_at": step.now}
    rows = [{**common, "user_id": user_id} for user_id in db.session.scalars(seats)]
    if rows:
        db.session.execute(insert_unless(VIEWERS).values(rows).on_conflict_do_nothing())
    happening = str(step.spec.requires["happening"])
    return Outcome([said(step, f"entry:{entry_id}", happening, admitted=len(rows))])

"""Letting cases stand still and move again: one case, or in one's own congress every case of a version."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES, USERS
from engine.casework.moving.happenings import Happening, happen
from engine.casework.moving.suspension import SUSPENSIONS
from engine.definitions.catalogue import DEFINITIONS, definition
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.operations.access import MAY_OPERATE, locked_case, name_shown, reason_given
from models import db
from models.base import insert_unless

IN_FORCE = SUSPENSIONS.c.lifted_at.is_(None)


class NothingToSuspend(GuardRefused):
    """A case that is over does not move anyway."""

    text = _("案件已经了结，无需暂停。")


@dataclass(frozen=True, slots=True)
class SuspensionLine:
    """One suspension in force, of a case or of a version."""

    case_id: int | None
    number: str
    title: str
    restricted: bool
    definition_id: int
    reason: str
    since: dt.datetime
    by: str


@use_case
def suspend_case(actor: Actor, *, case_id: int, reason: str) -> bool:
    """Let a case stand still; gives whether it moved before. Its periods run on.

    Raises NotAllowed, NotFound, CaseArchived, NothingToSuspend, InvalidAnswers.
    """
    running = locked_case(actor, case_id)
    said = reason_given(reason)
    if running.case.status not in ("draft", "open"):
        raise NothingToSuspend
    if not _suspend(actor, said, case_id=case_id):
        return False
    happen(running.case, running.folder, [Happening("case:suspended", detail={"reason": said})])
    return True


@use_case
def resume_case(actor: Actor, *, case_id: int, reason: str) -> bool:
    """Let a case move again; gives whether it stood still.

    Raises NotAllowed, NotFound, CaseArchived, InvalidAnswers.
    """
    running = locked_case(actor, case_id)
    said = reason_given(reason)
    if not _lift(actor, said, SUSPENSIONS.c.case_id == case_id):
        return False
    happen(running.case, running.folder, [Happening("case:resumed", detail={"reason": said})])
    return True


@use_case
def suspend_version(actor: Actor, *, definition_id: int, reason: str) -> bool:
    """Let every case of a version stand still in the actor's congress, and no new one be opened.

    Gives whether that changed anything. Raises NotAllowed, NotFound, InvalidAnswers.
    """
    key = _key(actor, definition_id)
    said = reason_given(reason)
    changed = _suspend(actor, said, definition_id=definition_id)
    if changed:
        _record(actor, definition_id, "definition:suspended", key=key, reason=said)
    return changed


@use_case
def resume_version(actor: Actor, *, definition_id: int, reason: str) -> bool:
    """Let them move again; gives whether they stood still. Raises NotAllowed, NotFound, InvalidAnswers."""
    key = _key(actor, definition_id)
    said = reason_given(reason)
    here = sa.and_(
        SUSPENSIONS.c.definition_id == definition_id, SUSPENSIONS.c.congress_id == actor.congress_id
    )
    changed = _lift(actor, said, here)
    if changed:
        _record(actor, definition_id, "definition:resumed", key=key, reason=said)
    return changed


def suspensions(actor: Actor) -> list[SuspensionLine]:
    """What stands still in the actor's congress, the latest first. Raises NotAllowed."""
    actor.require(*MAY_OPERATE)
    statement = (
        sa.select(
            SUSPENSIONS.c.case_id,
            CASES.c.number,
            CASES.c.title,
            CASES.c.confidentiality,
            sa.func.coalesce(CASES.c.definition_id, SUSPENSIONS.c.definition_id).label("definition_id"),
            SUSPENSIONS.c.reason,
            SUSPENSIONS.c.suspended_at,
            USERS.c.name,
        )
        .outerjoin(CASES, CASES.c.id == SUSPENSIONS.c.case_id)
        .outerjoin(USERS, USERS.c.id == SUSPENSIONS.c.suspended_by)
        .where(SUSPENSIONS.c.congress_id == actor.congress_id, IN_FORCE)
        .order_by(SUSPENSIONS.c.id.desc())
    )
    return [_line(row) for row in db.session.execute(statement)]


def _line(row: Any) -> SuspensionLine:
    number, title = name_shown(row.number, row.title or "", row.confidentiality or "")
    restricted = row.confidentiality == "restricted"
    return SuspensionLine(
        row.case_id,
        number,
        title,
        restricted,
        row.definition_id,
        row.reason,
        row.suspended_at,
        row.name or "",
    )


def _suspend(actor: Actor, reason: str, **what: int) -> bool:
    row = {
        "congress_id": actor.congress_id,
        "reason": reason,
        "suspended_at": clock.now(),
        "suspended_by": actor.user_id,
        **what,
    }
    # Asked for, not counted: psycopg does not say how many rows such an insert has added.
    added = insert_unless(SUSPENSIONS).values(row).on_conflict_do_nothing().returning(SUSPENSIONS.c.id)
    return db.session.scalar(added) is not None


def _lift(actor: Actor, reason: str, here: sa.ColumnElement[bool]) -> bool:
    lifted = db.session.execute(
        SUSPENSIONS.update()
        .where(here, IN_FORCE)
        .values(lifted_at=clock.now(), lifted_by=actor.user_id, lift_reason=reason)
    )
    return bool(lifted.rowcount)  # type: ignore[attr-defined]


def _key(actor: Actor, definition_id: int) -> str:
    """The kind of work that a version is of."""
    actor.require(*MAY_OPERATE)
    if db.session.scalar(sa.select(DEFINITIONS.c.id).where(DEFINITIONS.c.id == definition_id)) is None:
        raise NotFound
    return definition(definition_id).key


def _record(actor: Actor, definition_id: int, action: str, **detail: Any) -> None:
    audit.record(
        action,
        congress_id=actor.congress_id,
        subject=f"definition:{definition_id}",
        version=definition(definition_id).version,
        **detail,
    )

"""Contact with the deputies (沟通): a unit hears them before it answers (代表法 art. 51)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.access import assignment_of_actor, case_locked
from engine.casework.moving.happenings import Happening, happen
from engine.definitions.catalogue import definition
from engine.definitions.further_steps import CONTACT_FORM
from engine.definitions.legal_bases import require_step
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import ContactRecord, db

CONTACTS: sa.Table = ContactRecord.__table__  # type: ignore[assignment]

FORM = CONTACT_FORM


@use_case
def record_contact(actor: Actor, *, case_id: int, answers: Mapping[str, Any]) -> int:
    """Record a contact of the actor's unit with the deputies; gives its id. The very same record twice is kept once."""
    case = case_locked(actor, case_id)
    assignment = assignment_of_actor(actor, case, "case_officer", "registrar", "approver", "head")
    folder = definition(case.definition_id)
    if case.status != "open" or FORM not in folder.forms:
        raise GuardRefused(_("这件案件现在不能记录沟通。"))
    require_step("record_contact", folder, case.rule_pack_id)
    checked = folder.forms[FORM].check(answers, {}, clock.today())
    values = {
        "case_id": case.id,
        "assignment_id": assignment.id,
        "round": assignment.round,
        **{name: checked.get(name) or "" for name in ("method", "persons", "place", "summary")},
        "held_on": checked["held_on"],
        "recorded_by": actor.user_id,
    }
    same = sa.select(CONTACTS.c.id).where(*[CONTACTS.c[name] == value for name, value in values.items()])
    known = db.session.scalar(same)
    if known is not None:
        return known
    insert = CONTACTS.insert().returning(CONTACTS.c.id).values(recorded_at=clock.now(), **values)
    contact_id = int(db.session.scalar(insert) or 0)
    happening = Happening(
        "contact:recorded",
        subject=f"contact:{contact_id}",
        assignment_id=assignment.id,
        round=assignment.round,
        detail={"method": checked["method"], "held_on": checked["held_on"]},
    )
    happen(case, folder, [happening])
    return contact_id


def contacts_in_round() -> sa.ScalarSelect[int]:
    """How many contacts a unit has recorded in a round; bound to `of_case`, `of_assignment` and `in_round`."""
    return (
        sa.select(sa.func.count())
        .where(
            CONTACTS.c.case_id == sa.bindparam("of_case"),  # the table's index
            CONTACTS.c.assignment_id == sa.bindparam("of_assignment"),
            CONTACTS.c.round == sa.bindparam("in_round"),
        )
        .scalar_subquery()
    )

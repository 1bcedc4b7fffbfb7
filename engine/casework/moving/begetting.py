"""A case that begins by what another case has thrown: put forward by the same, and as secret as that one is.

Its folder says by which signals and messages, of which kinds of work (`[[begun_by]]`); nobody opens it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.cases import EVENT, Begun, Source, create
from engine.casework.facts import CASE_COLUMNS, CASES, CaseFacts, read
from engine.casework.moving.exchange import begins
from engine.casework.moving.happenings import Happening, happen
from engine.definitions.catalogue import Deployed, current, definition
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from models import Case, Deputy, db

IN_OFFICE = "in_office"
_CASE = sa.select(*CASE_COLUMNS).where(CASES.c.id == sa.bindparam("of_case"))


def begin_by(actor: Actor, event: Any) -> dict[str, Any]:
    """Begin the case that the row of `thrown_event` says, inside a use case; gives what is to be written into it.

    None begins where the version that new cases take does not begin so any more, or its proposer may put nothing
    forward (代表法 arts 61-62): the trail of the case that has thrown it says so. Raises CaseStuck, KindSuspended.
    """
    row = db.session.execute(_CASE, {"of_case": event.from_case_id}).one()
    thrower = read(CaseFacts, Case, row)
    deployed = _kind(thrower, event)
    lead = db.session.get(Deputy, thrower.lead_deputy_id) if thrower.lead_deputy_id else None
    if deployed is None or (lead is not None and lead.status != IN_OFFICE):
        _unheard(thrower, event)
        return {"outcome": "unheard"}
    start = next(
        each.node
        for each in deployed.folder.flow.beginnings
        if (each.kind, each.name) == (event.kind, event.name)
    )
    # Not whose it was: that a case is there at all may be a secret. The row knows.
    by = {event.kind: event.name, "event": event.id}
    begun = Begun(start, thrower.opened_by, thrower.title, thrower.confidentiality, by)
    source = Source(lead, thrower.delegation_id, EVENT, thrower.id, thrower.organ_id, begun)
    return {"outcome": "begun", "to_case_id": create(actor, deployed, source).id}


def _kind(thrower: CaseFacts, event: Any) -> Deployed | None:
    """The version that a new case takes, if it still begins so."""
    try:
        deployed = current(event.to_process, thrower.congress_id)
    except NotFound:
        return None
    return deployed if begins(deployed.folder, thrower, event.kind, event.name) else None


def _unheard(thrower: CaseFacts, event: Any) -> None:
    if thrower.archived_at is None:
        detail = {event.kind: event.name, "event": event.id, "begins": event.to_process}
        happening = Happening(f"{event.kind}:unheard", detail=detail)
        happen(thrower, definition(thrower.definition_id), [happening])

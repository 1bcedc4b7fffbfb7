"""Carrying a plan out: each matter opens its case, of the kind that the plan names, and the two are linked."""

from __future__ import annotations

from typing import Any

from engine.casework.cases import ORGAN, Source, create
from engine.casework.facts import CaseFacts
from engine.casework.moving.happenings import Happening, happen
from engine.casework.texts import write_text
from engine.definitions.catalogue import Deployed, current
from engine.definitions.forms import Field
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, NotAllowed
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.planning.plans import ITEMS, OFFICER, PLANNED, latest, locked
from models import PlanItem, db


class NotAdopted(GuardRefused):
    """It does not stand in the plan as it was adopted."""

    text = _("这一项还没有经主任会议通过，不能立案。")


@use_case
def open_item(actor: Actor, *, item_id: int) -> int:
    """Open the case of a matter in its committee's name; gives the case. Twice gives the same case. Raises NotAdopted.

    The draft begins with what the plan says under the same names (title, channel, grounds); its author completes it.
    """
    item, plan = locked(actor, item_id)
    if item.case_id is not None:
        return item.case_id
    if not actor.holds(OFFICER, item.organ_id):
        raise NotAllowed
    version = latest(plan.id)
    adopted = {each["id"] for each in version.content["items"]} if version else set()
    if item.id not in adopted or item.status != PLANNED:
        raise NotAdopted
    deployed = current(item.process_key, actor.congress_id)
    actor.require(*deployed.folder.opened_by)
    case = create(actor, deployed, Source(organ_id=item.organ_id, origin=ORGAN))
    _prefill(actor, case, deployed, item)
    values = {"case_id": case.id, "opened_at": clock.now()}
    db.session.execute(ITEMS.update().where(ITEMS.c.id == item.id).values(values))
    detail = {"year": plan.year, "item": item.id, "sources": item.sources.get("cases", [])}
    happen(case, deployed.folder, [Happening("plan:item_opened", subject=f"plan:{item.id}", detail=detail)])
    return case.id


def _fit(field: Field, value: Any) -> Any:
    """What the plan says for a field, unless the kind of work does not offer it."""
    offered = {choice.value for choice in field.choices}
    return field.default if value is None or (offered and value not in offered) else value


def _prefill(actor: Actor, case: CaseFacts, deployed: Deployed, item: PlanItem) -> None:
    folder = deployed.folder
    if not folder.text_form:
        return
    known: dict[str, Any] = {"title": item.title, "channel": item.channel, "grounds": item.grounds}
    fields = folder.forms[folder.text_form].fields
    body = {field.name: _fit(field, known.get(field.name)) for field in fields}
    write_text(actor, case, folder, body | {"title": item.title, "asks": []})

"""Co-signing (联名): the lead deputy invites, each co-signer reads and answers for himself."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from engine.casework.access import case_locked, case_to_write
from engine.casework.cases import require_in_office
from engine.casework.facts import CaseFacts
from engine.casework.moving.happenings import Happening, happen
from engine.casework.texts import COSIGNATURES, invitation, require_draft
from engine.definitions.catalogue import definition
from engine.definitions.legal_bases import require_step
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, NotAllowed, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import Deputy, db


@use_case
def invite_cosigners(actor: Actor, *, case_id: int, deputy_ids: Collection[int]) -> int:
    """Ask deputies of the same congress and in office to co-sign the present text; gives how many are newly asked."""
    case = case_to_write(actor, case_id)
    folder = definition(case.definition_id)
    require_draft(case)
    if not folder.cosigning:
        raise GuardRefused(_("这类事项不需要联名。"))
    require_step("invite_cosigners", folder, case.rule_pack_id)
    if case.text_version == 0:
        raise GuardRefused(_("请先保存文本，再邀请联名。"))
    deputies = [_deputy(case, deputy_id) for deputy_id in sorted(set(deputy_ids))]
    known = set(_asked(case))
    new = [deputy for deputy in deputies if deputy.id not in known]
    if new:
        db.session.execute(COSIGNATURES.insert(), [_invitation(case, deputy) for deputy in new])
        happen(case, folder, [invitation(case, [deputy.name for deputy in new])])
    return len(new)


def _deputy(case: CaseFacts, deputy_id: int) -> Deputy:
    deputy = db.session.get(Deputy, deputy_id)
    if deputy is None or deputy.congress_id != case.congress_id:
        raise NotFound
    if deputy.id == case.lead_deputy_id:
        raise GuardRefused(_("领衔代表不必再联名。"))
    require_in_office(deputy)
    return deputy


def _asked(case: CaseFacts) -> list[int]:
    statement = sa.select(COSIGNATURES.c.deputy_id).where(
        COSIGNATURES.c.case_id == case.id, COSIGNATURES.c.text_version == case.text_version
    )
    return list(db.session.scalars(statement))


def _invitation(case: CaseFacts, deputy: Deputy) -> dict[str, object]:
    return {
        "case_id": case.id,
        "deputy_id": deputy.id,
        "text_version": case.text_version,
        "status": "invited",
        "invited_at": clock.now(),
    }


@use_case
def answer_invitation(actor: Actor, *, case_id: int, text_version: int, confirmed: bool) -> None:
    """Confirm or decline to co-sign the version that was read; the same answer twice does no harm.

    Raises GuardRefused when the text has changed meanwhile or has been submitted.
    """
    if actor.deputy_id is None:
        raise NotAllowed
    case = case_locked(actor, case_id)
    row = _invited(actor.deputy_id, case)
    status = "confirmed" if confirmed else "declined"
    if row["status"] == status:
        return
    require_draft(case)
    folder = definition(case.definition_id)
    require_step("answer_invitation", folder, case.rule_pack_id)
    if confirmed:
        require_in_office(db.session.get_one(Deputy, actor.deputy_id))
    if text_version != case.text_version:
        raise GuardRefused(_("文本在您阅读之后有改动，请重新阅读后再答复。"))
    db.session.execute(
        COSIGNATURES.update()
        .where(COSIGNATURES.c.id == row["id"])
        .values(status=status, answered_at=clock.now())
    )
    detail = {"deputy": actor.name, "old": row["status"], "new": status, "version": text_version}
    happen(case, folder, [Happening(f"cosigner:{status}", detail=detail)])


def _invited(deputy_id: int, case: CaseFacts) -> sa.RowMapping:
    statement = sa.select(COSIGNATURES.c.id, COSIGNATURES.c.status).where(
        COSIGNATURES.c.case_id == case.id,
        COSIGNATURES.c.deputy_id == deputy_id,
        COSIGNATURES.c.text_version == case.text_version,
    )
    row = db.session.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound
    return row

"""Submitting a draft: the text is frozen, the list of co-signers closed, the matter becomes the congress's."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import meeting_in_session, require_in_office, update_case
from engine.casework.facts import CaseFacts
from engine.casework.happenings import Happening
from engine.casework.texts import COSIGNATURES, TEXTS, present_asks, present_text
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import Deputy, db

_FREEZE = TEXTS.update().where(
    TEXTS.c.case_id == sa.bindparam("of_case"), TEXTS.c.version == sa.bindparam("in_version")
)
_PRESENT = (
    COSIGNATURES.c.case_id == sa.bindparam("of_case"),
    COSIGNATURES.c.text_version == sa.bindparam("in_version"),
)
_LAPSE = COSIGNATURES.update().where(*_PRESENT, COSIGNATURES.c.status == "invited")
_CONFIRMED = sa.select(sa.func.count()).where(*_PRESENT, COSIGNATURES.c.status == "confirmed")


@act("submit_text")
def submit_text(step: Step) -> Outcome:
    """Freeze the text and hand it in."""
    case = step.case
    deputy = _require_whole(case)
    meeting_id = meeting_in_session(case.congress_id)
    db.session.execute(_FREEZE, {"of_case": case.id, "in_version": case.text_version, "frozen_at": step.now})
    confirmed = _close_list(case)
    update_case(case, {"status": "open", "submitted_at": step.now, "meeting_id": meeting_id})
    detail = {"version": case.text_version, "lead": deputy.name, "cosigners": confirmed}
    return Outcome([Happening("case:submitted", detail=detail)])


def _require_whole(case: CaseFacts) -> Deputy:
    text = present_text(case)
    if text is None or not text.title.strip():
        raise GuardRefused(_("还没有填写标题和正文。"))
    if not present_asks(case):
        raise GuardRefused(_("至少要写一条具体建议。"))
    deputy = db.session.get(Deputy, case.lead_deputy_id) if case.lead_deputy_id else None
    if deputy is None:
        raise GuardRefused(_("没有领衔代表，不能提交。"))
    require_in_office(deputy)
    return deputy


def _close_list(case: CaseFacts) -> int:
    """Invitations that were not answered lapse; gives how many co-signers confirmed."""
    present = {"of_case": case.id, "in_version": case.text_version}
    db.session.execute(_LAPSE, {**present, "status": "lapsed"})
    return db.session.scalar(_CONFIRMED, present) or 0

"""Submitting a draft: the text is frozen, the list of co-signers closed, the matter becomes the congress's."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.acts.forums import require_forum
from engine.casework.acts.moot import made_moot
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.acts.told_by_text import flag_of_text, said_by_text, take_from_text
from engine.casework.candidates import delegation_of, has_staff
from engine.casework.cases import (
    MOTION,
    ORIGINS,
    PAPER,
    PUBLIC,
    require_in_office,
    update_case,
)
from engine.casework.facts import CaseFacts
from engine.casework.moving.happenings import Happening
from engine.casework.sittings import meeting_in_session
from engine.casework.texts import COSIGNATURES, TEXTS, present_asks, present_text
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import Attachment, Deputy, Organization, db

_FREEZE = TEXTS.update().where(
    TEXTS.c.case_id == sa.bindparam("of_case"), TEXTS.c.version == sa.bindparam("in_version")
)
_PRESENT = (
    COSIGNATURES.c.case_id == sa.bindparam("of_case"),
    COSIGNATURES.c.text_version == sa.bindparam("in_version"),
)
_LAPSE = COSIGNATURES.update().where(*_PRESENT, COSIGNATURES.c.status == "invited")
_CONFIRMED = sa.select(sa.func.count()).where(*_PRESENT, COSIGNATURES.c.status == "confirmed")
_SCAN = sa.exists().where(Attachment.case_id == sa.bindparam("of_case"), Attachment.removed_at.is_(None))


class ScanMissing(GuardRefused):
    """What was entered from paper is proved by its scan."""

    text = _("代为录入的须附上纸质原件的扫描件，请先上传。")


class FilesMissing(GuardRefused):
    """What is alleged has to come with what bears it out (撤职案: 监督法 art. 62)."""

    text = _("须附有关材料，请先上传附件。")


@act(
    "submit_text",
    gives={"entry": "text", "delegation_check": "truth", "forum": "text"},
    words={"entry": ORIGINS},
)
def submit_text(step: Step) -> Outcome:
    """Freeze the text and hand it in; in session, a delegation with staff looks at it first.

    `requires`: `scan` (what an officer entered from paper), `files` (something must be attached), `forum` (the field of
    the text that names the body it is put before) with `forums`, see acts/forums.py; and what acts/told_by_text.py
    takes from the text.
    """
    case = step.case
    proposer = _require_whole(step)
    if step.spec.requires.get("scan") and _came_on_paper(case) and not _has_scan(case):
        raise ScanMissing
    if step.spec.requires.get("files") and not _has_scan(case):
        raise FilesMissing
    forum = require_forum(step)
    meeting_id = meeting_in_session(case.congress_id)
    db.session.execute(_FREEZE, {"of_case": case.id, "in_version": case.text_version, "frozen_at": step.now})
    confirmed = _close_list(case)
    update_case(case, {"status": "open", "submitted_at": step.now, "meeting_id": meeting_id})
    take_from_text(step)
    detail = {"version": case.text_version, "lead": proposer, "cosigners": confirmed, "origin": case.origin}
    flags = {
        "entry": case.origin,
        "delegation_check": _is_checked(case, meeting_id),
        "forum": forum,
        **flag_of_text(step),
    }
    return Outcome([Happening("case:submitted", detail=detail), *said_by_text(step)], flags)


def _came_on_paper(case: CaseFacts) -> bool:
    """Entered by an officer; a motion that was put forward here has its text here."""
    return case.origin == PAPER or (case.origin == MOTION and case.origin_id is None)


def _is_checked(case: CaseFacts, meeting_id: int | None) -> bool:
    """Whether the delegation's staff look at it before it is handed in: in session, and not their own papers."""
    if meeting_id is None or case.origin == MOTION or case.delegation_id is not None:
        return False
    if case.lead_deputy_id is None:
        return False
    return has_staff(delegation_of(case))


def _has_scan(case: CaseFacts) -> bool:
    return bool(db.session.scalar(sa.select(_SCAN), {"of_case": case.id}))


def _require_whole(step: Step) -> str:
    """Refuse what is not whole; gives the proposer's name."""
    case, form = step.case, step.folder.forms[step.folder.text_form or ""]
    text = present_text(case)
    if text is None or not text.title.strip():
        raise GuardRefused(_("还没有填写标题和正文。"))
    if "asks" in form and form.field("asks").required and not present_asks(case):
        raise GuardRefused(_("至少要写一条具体建议。"))
    if case.delegation_id is not None:
        return db.session.get_one(Organization, case.delegation_id).name
    if case.origin == PUBLIC:
        return "公众"
    if case.lead_deputy_id is None and case.organ_id is not None:
        return db.session.get_one(Organization, case.organ_id).name
    deputy = db.session.get(Deputy, case.lead_deputy_id) if case.lead_deputy_id else None
    if deputy is None:
        raise GuardRefused(_("没有领衔代表，不能提交。"))
    require_in_office(deputy)
    return deputy.name


def _close_list(case: CaseFacts) -> int:
    """Invitations that were not answered lapse; gives how many co-signers confirmed."""
    present = {"of_case": case.id, "in_version": case.text_version}
    db.session.execute(_LAPSE, {**present, "status": "lapsed"})
    return db.session.scalar(_CONFIRMED, present) or 0


@act("check_by_delegation", gives={"check": "text"}, words={"check": "decision"})
def check_by_delegation(step: Step) -> Outcome:
    """Pass a paper of the session on, or give it back to its author to be put right: it is then a draft again.

    What was asked about it before it was given back, `requires` names as moot (`lapses`).
    """
    decision = step.answers["decision"]
    reason = step.answers.get("reason") or ""
    lapsed: list[Happening] = []
    if decision == "returned":
        update_case(step.case, {"status": "draft", "submitted_at": None})
        lapsed, _messages = made_moot(step)
    happening = Happening(f"delegation_check:{decision}", detail={"reason": reason}, told={"reason": reason})
    return Outcome([happening, *lapsed], {"check": decision})

"""Withdrawing (撤回) what was put forward, all who signed it agreeing; and putting a declined one forward again."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.acts.step import Outcome, Step, act, ground
from engine.casework.cases import RESUBMISSION, Source, create, update_case
from engine.casework.facts import AssignmentFacts, CaseFacts
from engine.casework.moving.happenings import Happening
from engine.casework.requests import ACTIONS, pending, settle
from engine.casework.texts import COSIGNATURES, present_asks, present_text, write_text
from engine.definitions.catalogue import current
from engine.definitions.folder import ActionSpec, TaskSpec
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import Cosignature, Deputy, db

_CONFIRMED = sa.select(Deputy.user_id).join(Cosignature, Cosignature.deputy_id == Deputy.id)


class AnsweredAlready(GuardRefused):
    """One who signed answers once."""

    text = _("您已经答复过这次撤回。")


@act("request_withdrawal")
def request_withdrawal(step: Step) -> Outcome:
    """Withdraw a paper that one deputy signed; for a joint one, ask the others first."""
    if _confirmed(step.case):
        return Outcome([])
    return _withdrawn(step)


@ground("answer_withdrawal")
def not_answered_yet(actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> None:
    """Who agreed has said so. Raises AnsweredAlready."""
    if actor.user_id in _agreed(case, spec):
        raise AnsweredAlready


@act("answer_withdrawal")
def answer_withdrawal(step: Step) -> Outcome:
    """A co-signer's answer: one refusal settles it, the last consent withdraws."""
    if step.answers["decision"] == "refused":
        settle(step.case, str(step.spec.requires["settles"]), None, "refused")
        reason = str(step.answers.get("reason") or "")
        return Outcome([Happening("withdrawal:refused", detail={"reason": reason}, told={"reason": reason})])
    agreed = _agreed(step.case, step.spec, but=step.action_id)
    waiting = _confirmed(step.case) - agreed - {step.actor.user_id}
    return Outcome([]) if waiting else _withdrawn(step)


def _withdrawn(step: Step) -> Outcome:
    update_case(step.case, {"status": "withdrawn", "outcome": "withdrawn"})
    settle(step.case, str(step.spec.requires["settles"]), None, "agreed")
    return Outcome([Happening("case:withdrawn")], messages=(str(step.spec.requires["message"]),))


def _confirmed(case: CaseFacts) -> set[int | None]:
    """The users of the deputies who co-signed the present text."""
    statement = _CONFIRMED.where(
        COSIGNATURES.c.case_id == case.id,
        COSIGNATURES.c.text_version == case.text_version,
        COSIGNATURES.c.status == "confirmed",
    )
    return set(db.session.scalars(statement))


def _agreed(case: CaseFacts, spec: TaskSpec | ActionSpec, but: int | None = None) -> set[int | None]:
    """Who agreed since the request was made, the answer at hand left out."""
    since = pending(case, str(spec.requires["settles"])) or 0
    statement = sa.select(ACTIONS.c.done_by).where(
        ACTIONS.c.case_id == case.id,
        ACTIONS.c.key == str(spec.requires["answers"]),
        ACTIONS.c.id > since,
        ACTIONS.c.id != (but or 0),
    )
    return set(db.session.scalars(statement))


@act("resubmit")
def resubmit(step: Step) -> Outcome:
    """Open a new draft with the text of a declined case (修改后重提); it goes back to it by a link."""
    case = step.case
    lead = db.session.get(Deputy, case.lead_deputy_id) if case.lead_deputy_id else None
    source = Source(lead, case.delegation_id, RESUBMISSION, case.id)
    deployed = current(case.process_key, case.congress_id)
    draft = create(step.actor, deployed, source)
    text = present_text(case)
    if text is not None:
        asks = [ask.text for ask in present_asks(case)]
        write_text(step.actor, draft, deployed.folder, {**text.body, "title": text.title, "asks": asks})
    return Outcome([])

"""Whether a reply may go on: faults refuse it, findings want a written reason each, which is kept and recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.step import Step
from engine.casework.moving.happenings import Happening
from engine.casework.reply_findings import Finding, faults, findings, unanswered
from engine.casework.reply_matter import FINDINGS, ReplyMatter, matter_of_reply
from engine.definitions.words import Sentence
from engine.foundation import clock
from engine.foundation.errors import DomainError, InvalidAnswers
from engine.foundation.language import _
from models import db

_KEEP = FINDINGS.insert().inline()
_KEPT = sa.select(FINDINGS).where(FINDINGS.c.reply_id == sa.bindparam("of_reply")).order_by(FINDINGS.c.id)
FIELD = "findings"
UNANSWERED = _("还有{count}处提示需要逐条说明理由，才能继续。")


class ReplyUnfit(DomainError):
    """The reply has a fault that only its drafter can mend."""

    text = _("答复还不能通过：{faults}请退回修改。")


def require_sound(step: Step, matter: ReplyMatter) -> list[Finding]:
    """The findings of a draft, each answered with a reason; InvalidAnswers with every fault and what is unanswered."""
    places = {answer["ask_id"]: place for place, answer in enumerate(step.answers["answers"])}
    errors = faults(matter, step.folder, places, clock.today())
    found = findings(matter, step.folder)
    missing = unanswered(found, _given(step))
    if missing and _asks(step):
        errors[FIELD] = [Sentence(UNANSWERED, count=len(missing))]
    if errors:
        raise InvalidAnswers(errors)
    return found


def require_still_sound(step: Step, reply: Any) -> tuple[ReplyMatter, list[Happening]]:
    """Look again before a kept version is passed on or signed; what is noticed anew wants a reason from this person.

    Gives what was looked at, and what the audit trail is to say.
    """
    matter = matter_of_reply(step.case, step.assignment, reply)
    stopped = [
        sentence for said in faults(matter, step.folder, {}, clock.today()).values() for sentence in said
    ]
    if stopped:
        raise ReplyUnfit(faults="".join(stopped))
    new = [finding for finding in findings(matter, step.folder) if finding.key not in matter.overridden]
    missing = unanswered(new, _given(step))
    if missing and _asks(step):
        raise InvalidAnswers({FIELD: [Sentence(UNANSWERED, count=len(missing))]})
    return matter, keep_reasons(step, reply.id, new)


def _asks(step: Step) -> bool:
    """Whether the step's form has room for reasons; a folder of long ago has not."""
    return FIELD in step.folder.forms[step.spec.form]


def _given(step: Step) -> dict[str, str]:
    return {each["key"]: each["reason"] for each in step.answers.get(FIELD) or ()}


def keep_reasons(step: Step, reply_id: int, found: Sequence[Finding]) -> list[Happening]:
    """Keep each finding with its reason; gives what the audit trail is to say of them."""
    given = _given(step)
    answered = [finding for finding in found if given.get(finding.key)]
    if not answered:
        return []
    rows = [
        {
            "reply_id": reply_id,
            "key": finding.key,
            "template": finding.template,
            "shown": dict(finding.values),
            "reason": given[finding.key],
            "answered_by": step.actor.user_id,
            "answered_at": step.now,
        }
        for finding in answered
    ]
    db.session.execute(_KEEP, rows)
    return [
        Happening(
            "reply:finding_overridden",
            subject=f"reply:{reply_id}",
            assignment_id=step.assignment.id,
            round=step.assignment.round,
            detail={"finding": str(finding.sentence), "reason": given[finding.key]},
        )
        for finding in answered
    ]


def reasons_of(reply_id: int) -> Mapping[str, Any]:
    """The findings of a version that were answered: key → row of reply_finding."""
    return {row.key: row for row in db.session.execute(_KEPT, {"of_reply": reply_id})}

"""Replies (答复): drafted per ask, reviewed in the unit, signed by its head; a signed one is never changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.casework.acts.co_opinions import missing_co_opinions
from engine.casework.acts.moot import made_moot
from engine.casework.acts.reply_soundness import keep_reasons, require_sound, require_still_sound
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.contacts import contacts_in_round
from engine.casework.facts import ASSIGNMENTS, UPDATE_ASSIGNMENT, AssignmentFacts
from engine.casework.moving.happenings import Happening
from engine.casework.reply_matter import ANSWERS, SignedReply, keep_promises, matter_of_answers
from engine.foundation import clock
from engine.foundation.errors import DomainError, GuardRefused, InvalidAnswers
from engine.foundation.language import Sentence, _
from engine.people.substitutes import counts_as_one
from models import Reply, ReplyReview, db

REPLIES: sa.Table = Reply.__table__  # type: ignore[assignment]
REVIEWS: sa.Table = ReplyReview.__table__  # type: ignore[assignment]

_LATEST = (
    sa.select(REPLIES)
    .where(
        REPLIES.c.assignment_id == sa.bindparam("of_assignment"), REPLIES.c.round == sa.bindparam("in_round")
    )
    .order_by(REPLIES.c.version.desc())
    .limit(1)
)
# With whose part it is now: a unit may have been merged into another while this step waited for its turn.
_UNDER_REVIEW = _LATEST.add_columns(
    counts_as_one(REPLIES.c.drafted_by).label("own"),
    sa.select(ASSIGNMENTS.c.unit_id)
    .where(ASSIGNMENTS.c.id == REPLIES.c.assignment_id)
    .scalar_subquery()
    .label("unit_id"),
)
_BEFORE = sa.select(
    contacts_in_round().label("contacts"),
    *(
        _LATEST.with_only_columns(REPLIES.c[name]).scalar_subquery().label(name)
        for name in ("version", "grade")
    ),
)
_DRAFT = REPLIES.insert().returning(REPLIES.c.id)
_ANSWER = ANSWERS.insert().inline()
_REVIEW = REVIEWS.insert().inline()
_SIGN = REPLIES.update().where(REPLIES.c.id == sa.bindparam("of_reply"))


class NoContactYet(DomainError):
    """代表法 art. 51: the unit contacts the deputies and hears them."""

    text = _("答复之前至少要与代表沟通{count}次（代表法第五十一条）。请先记录沟通情况。")


class CoOpinionsMissing(DomainError):
    """The co-handling units still have time and have not answered."""

    text = _("还有{count}个会办单位没有提出意见，且尚未超期。")


class OwnDraft(DomainError):
    """Who drafted may not approve."""

    text = _("您是起草人，须由他人审核、签发。")


@act("draft_reply")
def draft_reply(step: Step) -> Outcome:
    """Write the next version of this round's reply: every ask answered, contact made, co-opinions in."""
    assignment = step.assignment
    before = db.session.execute(_BEFORE, _about(assignment)).one()
    _require_ready(step, before.contacts)
    answers = _whole_answers(step)
    found = require_sound(step, matter_of_answers(step.case, assignment, step.answers))
    values = {
        name: step.answers.get(name) or "" for name in ("grade", "body", "publicity", "publicity_reason")
    }
    values |= {name: step.answers.get(name) or "" for name in ("officer_name", "officer_phone")}
    reply_id = db.session.scalars(
        _DRAFT,
        {
            "case_id": step.case.id,
            "assignment_id": assignment.id,
            "round": assignment.round,
            "version": (before.version or 0) + 1,
            "drafted_by": step.actor.user_id,
            "drafted_at": step.now,
            **values,
        },
    ).one()
    keep_promises(reply_id, step.answers.get("commitments") or [])
    db.session.execute(_ANSWER, [{"reply_id": reply_id, **answer} for answer in answers])
    detail = {"grade": values["grade"], "old": before.grade, "new": values["grade"]}
    drafted = _happening(step, "reply:drafted", reply_id, detail)
    return Outcome([drafted, *keep_reasons(step, reply_id, found)])


def _require_ready(step: Step, contacts: int) -> None:
    needed = int(step.spec.requires.get("contacts", 0))
    if contacts < needed:
        raise NoContactYet(count=needed)
    if step.spec.requires.get("co_opinions") and step.assignment.role == "lead":
        missing = missing_co_opinions(step.case.id)
        if missing:
            raise CoOpinionsMissing(count=len(missing))


def _whole_answers(step: Step) -> list[dict[str, Any]]:
    """The answers, one for each ask; a hole is refused with the number of the ask."""
    given = {answer["ask_id"]: answer for answer in step.answers["answers"]}
    errors: dict[str, list[str]] = {
        f"answers-{place}": [Sentence(_("第{number}条建议还没有答复。"), number=place + 1)]
        for place, ask_id in enumerate(step.offers["answers"])
        if ask_id not in given
    }
    if errors:
        raise InvalidAnswers(errors)
    fallback = step.answers.get("grade") or ""
    return [
        {
            "ask_id": answer["ask_id"],
            "grade": answer.get("grade") or fallback,
            "text": answer["text"],
            "reason": answer.get("reason") or "",
        }
        for answer in given.values()
    ]


def _about(assignment: AssignmentFacts) -> dict[str, Any]:
    return {"of_case": assignment.case_id, "of_assignment": assignment.id, "in_round": assignment.round}


def _present(step: Step) -> Any:
    """The version under review; its drafter may not be the one who reviews."""
    eyes = {"one": step.actor.user_id, "today": clock.today()}
    reply = db.session.execute(_UNDER_REVIEW, _about(step.assignment) | eyes).one_or_none()
    if reply is None or reply.signed_at is not None:
        raise GuardRefused(_("没有待审核的答复。"))
    if reply.own:
        raise OwnDraft
    return reply


@act("review_reply", gives={"review": "text"}, words={"review": "decision"})
def review_reply(step: Step) -> Outcome:
    """Pass the reply on to signature or send it back to the officer; `requires`: `happenings` by decision."""
    reply = _present(step)
    decision = step.answers["decision"]
    noticed = require_still_sound(step, reply)[1] if decision != "returned" else []
    _record_review(step, reply.id, decision)
    action = step.spec.requires.get("happenings", {}).get(decision, f"reply:{decision}")
    happening = _happening(step, action, reply.id, {"decision": decision, "reason": _opinion(step)})
    return Outcome([*noticed, happening], {"review": decision})


@act("sign_reply", gives={"signing": "text"}, words={"signing": ("returned", "signed")})
def sign_reply(step: Step) -> Outcome:
    """Sign the reply (签发), which stops the legal clock and sends it to the deputy; or send it back."""
    reply = _present(step)
    decision = step.answers["decision"]
    _record_review(step, reply.id, decision)
    if decision == "returned":
        happening = _happening(
            step, "reply:returned", reply.id, {"decision": decision, "reason": _opinion(step)}
        )
        return Outcome([happening], {"signing": "returned"})
    matter, noticed = require_still_sound(step, reply)
    db.session.execute(
        _SIGN,
        {
            "of_reply": reply.id,
            "number": step.answers["number"],
            "signed_by": step.actor.user_id,
            "signed_at": step.now,
        },
    )
    db.session.execute(UPDATE_ASSIGNMENT, {"of_assignment": step.assignment.id, "status": "replied"})
    detail = {"number": step.answers["number"], "grade": reply.grade, "round": reply.round}
    told: dict[str, object] = {"result": reply.grade}
    signed = _happening(step, "reply:signed", reply.id, detail, told)
    signed.reply = SignedReply(
        reply.id,
        step.assignment.id,
        reply.unit_id,
        reply.publicity,
        reply.publicity_reason,
        matter.promises,
    )
    lapsed, messages = made_moot(step)
    return Outcome([*noticed, signed, *lapsed], {"signing": "signed"}, messages)


def _record_review(step: Step, reply_id: int, decision: str) -> None:
    db.session.execute(
        _REVIEW,
        {
            "reply_id": reply_id,
            "step": step.task.node,
            "decision": decision,
            "opinion": _opinion(step),
            "reviewed_by": step.actor.user_id,
            "reviewed_at": step.now,
        },
    )


def _opinion(step: Step) -> str:
    return step.answers.get("opinion") or ""


def _happening(
    step: Step,
    action: str,
    reply_id: int | None,
    detail: dict[str, Any],
    told: dict[str, object] | None = None,
) -> Happening:
    return Happening(
        action,
        subject=f"reply:{reply_id}",
        assignment_id=step.assignment.id,
        round=step.assignment.round,
        detail=detail,
        told={"reason": _opinion(step), **(told or {})},
    )

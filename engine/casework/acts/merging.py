"""Handling like cases together (并案): one is handled, the reply goes to every proposer, each evaluates it.

A merged case keeps its number, text and people and waits in its own flow until the main case is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.evaluations import DISSATISFIED
from engine.casework.acts.moot import made_moot
from engine.casework.acts.step import Outcome, Step, act, ground
from engine.casework.cases import update_case
from engine.casework.facts import ASSIGNMENTS, CASE_COLUMNS, CASES, AssignmentFacts, CaseFacts, read
from engine.casework.moving import advancing
from engine.casework.moving.advancing import Moving, locked_instance
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening, happen
from engine.casework.visibility import RESTRICTED, visible_to
from engine.definitions.catalogue import definition
from engine.definitions.folder import ActionSpec, Folder
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import Sentence, _
from models import Case, Evaluation, Reply, db
from models.base import among

KEY = ("proposed", "designated")  # key supervision follows the units' parts, of which a merged case has none

_BY_NUMBER = sa.select(*CASE_COLUMNS).where(
    CASES.c.congress_id == sa.bindparam("of_congress"),
    CASES.c.process_key == sa.bindparam("of_process"),
    CASES.c.number == sa.bindparam("with_number"),
)
_MERGED = (
    sa.select(*CASE_COLUMNS)
    .where(CASES.c.merged_into_id == sa.bindparam("into"), CASES.c.status == "open")
    .order_by(CASES.c.id)
)
_TOLD = (  # also those whose proposer has said what he thinks of an earlier reply
    sa.select(*CASE_COLUMNS)
    .where(
        CASES.c.merged_into_id == sa.bindparam("into"),
        CASES.c.status.in_(("open", "closed")),
        CASES.c.archived_at.is_(None),
    )
    .order_by(CASES.c.id)
)
# A part that has still to be answered.
_WAITING = ASSIGNMENTS.c.role != "co", among(ASSIGNMENTS.c.status, ("assigned", "signed_for"))
_UNANSWERED = sa.select(sa.func.count()).where(ASSIGNMENTS.c.case_id == sa.bindparam("of_case"), *_WAITING)
# The reply that holds: of each answering unit the signed one of its last round.
_REPLIES = (
    sa.select(Reply.id, Reply.assignment_id, Reply.round)
    .where(Reply.case_id == sa.bindparam("of_case"), Reply.signed_at.is_not(None))
    .order_by(Reply.assignment_id, Reply.round)
)


class NotMergeable(GuardRefused):
    """The named case cannot take this one in."""

    text = _("不能并入“{number}”：{reason}")


class NothingToMerge(GuardRefused):
    """No case that the actor may know of can take this one in."""

    text = _("现在没有可以并入的案件。")


@ground("merge")
def something_to_merge(actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> None:
    """There is an open case, not answered yet, that this one may join. Raises NothingToMerge."""
    others = sa.exists().where(*_taking_in(actor, case))
    if not db.session.scalar(sa.select(others)):
        raise NothingToMerge


def taking_in(actor: Actor, case: CaseFacts, ids: Sequence[int]) -> dict[int, str]:
    """Which of these cases can take this one in, with the numbers by which it joins them."""
    statement = sa.select(CASES.c.id, CASES.c.number).where(CASES.c.id.in_(ids), *_taking_in(actor, case))
    return {row.id: row.number for row in db.session.execute(statement)}


def _taking_in(actor: Actor, case: CaseFacts) -> list[sa.ColumnElement[bool]]:
    """What `_fault` asks, of every case there is."""
    unanswered = sa.exists().where(ASSIGNMENTS.c.case_id == CASES.c.id, *_WAITING)
    joined = CASES.alias()
    return [
        sa.literal(case.confidentiality != RESTRICTED and case.key_status not in KEY),
        CASES.c.congress_id == case.congress_id,
        CASES.c.process_key == case.process_key,
        CASES.c.id != case.id,
        CASES.c.status == "open",
        CASES.c.number.is_not(None),
        CASES.c.merged_into_id.is_(None),
        CASES.c.confidentiality != RESTRICTED,
        sa.or_(CASES.c.assigned_at.is_(None), unanswered),
        ~sa.exists().where(joined.c.merged_into_id == case.id, joined.c.status == "open"),
        visible_to(actor),
    ]


@act("merge")
def merge(step: Step) -> Outcome:
    """Let the case be handled together with the one whose number is given."""
    number = str(step.answers["main"]).strip()
    main = _main(step, number)
    update_case(step.case, {"merged_into_id": main.id})
    detail = {"number": step.case.number, "case": step.case.id}
    joined = Happening("case:joined", detail=detail, told={"reason": step.case.number or ""})
    happen(main, definition(main.definition_id), [joined])
    told: dict[str, object] = {"reason": number}
    merged = Happening("case:merged", detail={"into": number, "case": main.id}, told=told)
    lapsed, _messages = made_moot(step)
    return Outcome([merged, *lapsed])


def _main(step: Step, number: str) -> CaseFacts:
    """The case that is to take this one in; one that the actor may not know of is not there."""
    case = step.case
    about = {"of_congress": case.congress_id, "of_process": case.process_key, "with_number": number}
    row = db.session.execute(_BY_NUMBER.where(visible_to(step.actor)), about).one_or_none()
    if row is None:
        raise NotMergeable(number=number, reason=Sentence(_("没有这个编号的案件。")))
    main = read(CaseFacts, Case, row)
    fault = _fault(case, main)
    if fault:
        raise NotMergeable(number=number, reason=Sentence(fault))
    return main


def _fault(case: CaseFacts, main: CaseFacts) -> str:
    if main.id == case.id:
        return _("不能并入自身。")
    if RESTRICTED in (case.confidentiality, main.confidentiality):
        return _("涉密的件不能并案，须单独办理。")
    if case.key_status in KEY:
        return _("本件列为或者提名重点督办，不能并入他件；可以把他件并入本件。")
    if main.status != "open":
        return _("该件已经了结。")
    if main.merged_into_id is not None:
        return _("该件自己也并入了别的案件。")
    if main.assigned_at is not None and not db.session.scalar(_UNANSWERED, {"of_case": main.id}):
        return _("该件已经答复。")
    if db.session.execute(_MERGED, {"into": case.id}).first() is not None:
        return _("已有案件并入本件，请先拆出。")
    return ""


@act("separate")
def separate(step: Step) -> Outcome:
    """Take a merged case out again: it will be assigned on its own."""
    update_case(step.case, {"merged_into_id": None})
    return Outcome([])


@effect("answer_merged", "main_replied")
def answer_merged(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Once every answering unit of the main case has replied, the cases merged into it go on to evaluation.

    Those that have gone on already are told of a later reply.
    """
    if db.session.scalar(_UNANSWERED, {"of_case": case.id}):
        return
    told: dict[str, object] = {"reason": case.number or ""}
    for child in _children(case, _TOLD):
        replied = Happening("merged:replied", detail={"main": case.number}, told=told)
        if child.status != "open" or not _send(child, "main_replied", replied):
            anew = Happening("merged:replied_anew", detail={"main": case.number}, told=told)
            happen(child, definition(child.definition_id), [anew])


@effect("free_merged", "separated")
def free_merged(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """When the main case ends without having been answered, the cases merged into it are handled on their own."""
    for child in _children(case):
        separated = Happening("case:separated", detail={"main": case.number})
        if _send(child, "separated", separated):
            update_case(child, {"merged_into_id": None})


@effect("tell_merged")
def tell_merged(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """What becomes of a promise of the reply is told in each case that it answers as well: merged:fulfilled, …"""
    told = {**happening.told, "reason": case.number or "", "link": ""}
    for child in _children(case, _TOLD):
        action = f"merged:{happening.action.partition(':')[2]}"
        detail = {"main": case.number, "commitment": happening.detail.get("commitment")}
        happen(child, definition(child.definition_id), [Happening(action, detail=detail, told=told)])


def _children(case: CaseFacts, which: sa.Select[Any] = _MERGED) -> list[CaseFacts]:
    return [read(CaseFacts, Case, row) for row in db.session.execute(which, {"into": case.id})]


def _send(child: CaseFacts, message: str, happening: Happening) -> bool:
    """Tell a merged case's flow; one that waits no longer is left as it is."""
    folder = definition(child.definition_id)
    try:
        advancing.correlate(Moving(child, folder, locked_instance(child)), message, {}, heard=[happening])
    except advancing.NotAwaited:
        return False
    return True


@act("evaluate_merged", gives={"dissatisfied": "truth"})
def evaluate_merged(step: Step) -> Outcome:
    """Evaluate the reply to the main case on behalf of this one's proposer; it counts for every unit that replied."""
    if step.case.merged_into_id is None:
        raise GuardRefused(_("本件没有并入别的案件。"))
    answers = step.answers
    latest = {
        row.assignment_id: row for row in db.session.execute(_REPLIES, {"of_case": step.case.merged_into_id})
    }
    rows = [_evaluation(step, row) for row in latest.values()]
    if not rows:
        raise GuardRefused(_("还没有签发的答复，不能测评。"))
    db.session.execute(sa.insert(Evaluation), rows)
    dissatisfied = DISSATISFIED in (answers["attitude"], answers["result"])
    detail = {"attitude": answers["attitude"], "result": answers["result"]}
    happenings = [Happening("merged:evaluated", detail=detail)]
    if dissatisfied:
        why: dict[str, Any] = {"reason": answers.get("reasons") or ""}
        happenings.append(Happening("merged:dissatisfied", detail=why, told=why))
    return Outcome(happenings, {"dissatisfied": dissatisfied})


def _evaluation(step: Step, reply: Any) -> dict[str, Any]:
    answers = step.answers
    return {
        "case_id": step.case.id,
        "assignment_id": reply.assignment_id,
        "reply_id": reply.id,
        "round": reply.round,
        "deputy_id": step.case.lead_deputy_id,
        "attitude": answers["attitude"],
        "result": answers["result"],
        "reasons": answers.get("reasons") or "",
        "channel": "platform" if step.actor.deputy_id == step.case.lead_deputy_id else "paper",
        "given_by": step.actor.user_id,
        "given_at": step.now,
    }


@act("decide_merged", gives={"separate": "text"}, words={"separate": "decision"})
def decide_merged(step: Step) -> Outcome:
    """A dissatisfied proposer of a merged case: handle his case on its own, or close it with written reasons."""
    decision = step.answers["decision"]
    if decision == "ordered":
        update_case(step.case, {"merged_into_id": None})
    reason = step.answers.get("reason") or ""
    happening = Happening(
        "case:separated" if decision == "ordered" else "merged:waived",
        detail={"reason": reason},
        told={"reason": reason},
    )
    return Outcome([happening], {"separate": decision})

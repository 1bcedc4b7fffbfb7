"""Key supervision (重点督办, 代表法 art. 52): proposed, decided by the chairpersons' council, planned, reported on."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import update_case
from engine.casework.moving.happenings import Happening
from engine.casework.requests import settle
from models import KeySupervision, db
from models.base import insert_unless

KEYS: sa.Table = KeySupervision.__table__  # type: ignore[assignment]
PROPOSED, DESIGNATED, REFUSED, REPORTED = "proposed", "designated", "refused", "reported"


@act("propose_key")
def propose_key(step: Step) -> Outcome:
    """Propose the case; it is proposed once."""
    row = {
        "case_id": step.case.id,
        "grounds": step.answers["grounds"],
        "proposal": step.answers["reason"],
        "proposed_by": step.actor.user_id,
        "proposed_at": step.now,
        **dict.fromkeys(("meeting", "leader", "plan", "result"), ""),
    }
    statement = insert_unless(KEYS).values(row)
    db.session.execute(statement.on_conflict_do_update(index_elements=[KEYS.c.case_id], set_=row))
    update_case(step.case, {"key_status": PROPOSED})
    return Outcome([])


@act("decide_key")
def decide_key(step: Step) -> Outcome:
    """Write down what the council decided: who takes charge, which committee supervises; or that it is not chosen."""
    answers = step.answers
    status = DESIGNATED if answers["decision"] == "agreed" else REFUSED
    values = {
        "meeting": answers["meeting"],
        "decided_on": answers["decided_on"],
        "leader": answers.get("leader") or "",
        "committee_id": answers.get("committee"),
    }
    db.session.execute(KEYS.update().where(KEYS.c.case_id == step.case.id).values(values))
    update_case(step.case, {"key_status": status})
    settle(step.case, str(step.spec.requires["settles"]), None, str(answers["decision"]))
    detail = {"meeting": answers["meeting"], "leader": values["leader"]}
    told: dict[str, object] = {"reason": values["leader"]}
    return Outcome([Happening(f"key:{status}", detail=detail, told=told)])


@act("plan_key")
def plan_key(step: Step) -> Outcome:
    """Write the supervising committee's plan and the day of its report."""
    values = {"plan": step.answers["plan"], "report_by": step.answers.get("report_by")}
    db.session.execute(KEYS.update().where(KEYS.c.case_id == step.case.id).values(values))
    return Outcome([])


@act("report_key")
def report_key(step: Step) -> Outcome:
    """Write the result that the committee reports to the council."""
    values = {
        "result": step.answers["result"],
        "effect": step.answers["effect"],
        "reported_at": step.now,
    }
    db.session.execute(KEYS.update().where(KEYS.c.case_id == step.case.id).values(values))
    update_case(step.case, {"key_status": REPORTED})
    return Outcome([])

"""Co-opinions (会办意见): what a co-handling unit writes to the unit that answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.moot import made_moot
from engine.casework.acts.step import Outcome, Step, act, ground
from engine.casework.facts import ASSIGNMENTS, AssignmentFacts, CaseFacts
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening
from engine.casework.requests import ACTIONS
from engine.deadlines import clocks
from engine.deadlines.clocks import ClockState
from engine.definitions.folder import ActionSpec, Folder
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import Assignment, CoOpinion, Organization, db

_ANSWERING = ASSIGNMENTS.alias()
# A unit that answers itself, since it has inherited that part, need not tell itself its opinion first.
_WAITED_FOR = sa.select(ASSIGNMENTS.c.id).where(
    ASSIGNMENTS.c.case_id == sa.bindparam("of_case"),
    ASSIGNMENTS.c.role == "co",
    ASSIGNMENTS.c.closed_at.is_(None),
    ~sa.exists().where(
        _ANSWERING.c.case_id == ASSIGNMENTS.c.case_id,
        _ANSWERING.c.unit_id == ASSIGNMENTS.c.unit_id,
        _ANSWERING.c.role != "co",
        _ANSWERING.c.closed_at.is_(None),
    ),
)

_GIVEN = (
    sa.select(ASSIGNMENTS.c.unit_id, ASSIGNMENTS.c.id, ASSIGNMENTS.c.round)
    .where(
        ASSIGNMENTS.c.case_id == sa.bindparam("of_case"),
        ASSIGNMENTS.c.role == "co",
        ASSIGNMENTS.c.status == "closed",
    )
    .order_by(ASSIGNMENTS.c.id)
)
_POSITIONS = (
    sa.select(Organization.name, Organization.short_name, CoOpinion.position)
    .join(Assignment, Assignment.id == CoOpinion.assignment_id)
    .join(Organization, Organization.id == Assignment.unit_id)
    .where(CoOpinion.case_id == sa.bindparam("of_case"))
    .order_by(CoOpinion.id)
)

_SENT_BACK = sa.select(ACTIONS.c.answers).where(
    ACTIONS.c.case_id == sa.bindparam("of_case"),
    ACTIONS.c.key == sa.bindparam("of_key"),
    ACTIONS.c.id != sa.bindparam("not_this"),
    ACTIONS.c.outcome.is_distinct_from(
        "lapsed"
    ),  # with the unit that had sent it back, when another took its part
)

DueDates = Mapping[tuple[str, int | None], dt.date]
OPINIONS: sa.Table = CoOpinion.__table__  # type: ignore[assignment]


@act("give_co_opinion")
def give_co_opinion(step: Step) -> Outcome:
    """Write the opinion to the lead unit; the co-handling unit's own part is then done."""
    assignment = step.assignment
    opinion_id = db.session.scalar(
        OPINIONS.insert()
        .returning(OPINIONS.c.id)
        .values(
            case_id=step.case.id,
            assignment_id=assignment.id,
            round=assignment.round,
            position=step.answers["position"],
            text=step.answers["text"],
            given_by=step.actor.user_id,
            given_at=step.now,
        )
    )
    db.session.execute(
        ASSIGNMENTS.update()
        .where(ASSIGNMENTS.c.id == assignment.id)
        .values(status="closed", closed_at=step.now)
    )
    happening = Happening(
        "co_opinion:given",
        subject=f"co_opinion:{opinion_id}",
        assignment_id=assignment.id,
        round=assignment.round,
        detail={"position": step.answers["position"]},
    )
    lapsed, messages = made_moot(step)
    return Outcome([happening, *lapsed], messages=messages)


def missing_co_opinions(case_id: int) -> list[int]:
    """Assignments of co-handling units whose opinion is neither in nor overdue (an overdue one stops nobody)."""
    waiting = db.session.scalars(_WAITED_FOR, {"of_case": case_id}).all()
    if not waiting:
        return []
    due_dates = clocks.due_dates(case_id)
    today = clock.today()
    return [id_ for id_ in waiting if not _overdue(id_, due_dates, today)]


def _overdue(assignment_id: int, due_dates: DueDates, today: dt.date) -> bool:
    """Whether the last of the unit's running periods has passed: the opinion's own is the longest."""
    due = [day for (_key, subject), day in due_dates.items() if subject == assignment_id]
    return bool(due) and max(due) < today


# An empty opinion is sent back once; the lead unit names those who disagree.


class NoOpinionYet(GuardRefused):
    """There is nothing to send back."""

    text = _("该单位还没有提出会办意见，或者不是本案的会办单位。")


class SentBackBefore(GuardRefused):
    """An opinion is sent back once."""

    text = _("该单位的会办意见已经退回过一次，不能再退。")


@ground("send_opinion_back")
def an_opinion_to_send_back(
    actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None
) -> None:
    """An opinion is there that was not sent back before. Raises NoOpinionYet, SentBackBefore."""
    given = _given(case.id)
    if not given:
        raise NoOpinionYet
    if given.keys() <= _sent_back(case.id, spec.key):
        raise SentBackBefore


@act("send_opinion_back")
def send_opinion_back(step: Step) -> Outcome:
    """Send a co-handling unit's empty opinion back to it, once; its part is open again with a short period."""
    asked = step.answers["unit"]
    co = _given(step.case.id).get(asked)
    if co is None:
        raise NoOpinionYet
    key = step.spec.key if isinstance(step.spec, ActionSpec) else ""
    if asked in _sent_back(step.case.id, key, but=step.action_id):
        raise SentBackBefore
    db.session.execute(
        ASSIGNMENTS.update().where(ASSIGNMENTS.c.id == co.id).values(status="signed_for", closed_at=None)
    )
    reason = str(step.answers.get("reason") or "")
    happening = Happening(
        "co_opinion:returned",
        subject=f"assignment:{co.id}",
        assignment_id=co.id,
        round=co.round,
        detail={"reason": reason},
        told={"reason": reason},
    )
    return Outcome([happening])


def _given(case_id: int) -> dict[int, Any]:
    """The units that have given an opinion, each with the id and round of its last part in the case."""
    return {row.unit_id: row for row in db.session.execute(_GIVEN, {"of_case": case_id})}


def _sent_back(case_id: int, key: str, but: int | None = None) -> set[int]:
    """The units whose opinion was sent back before, by an action of this key other than the one at hand."""
    earlier = db.session.scalars(_SENT_BACK, {"of_case": case_id, "of_key": key, "not_this": but or 0})
    return {answers.get("unit") for answers in earlier}


@act("redo_co_opinion")
def redo_co_opinion(step: Step) -> Outcome:
    """Give the opinion anew; the request that sent it back is settled."""
    outcome = give_co_opinion(step)
    db.session.execute(
        ACTIONS.update()
        .where(
            ACTIONS.c.case_id == step.case.id,
            ACTIONS.c.key == str(step.spec.requires["settles"]),
            ACTIONS.c.settled_at.is_(None),
        )
        .values(outcome="done", settled_at=step.now)
    )
    return outcome


def differing_opinions(case_id: int, positions: tuple[str, ...] = ("disagree",)) -> dict[str, str]:
    """Names and short names of the units whose latest opinion takes one of these positions."""
    latest: dict[str, tuple[str, str]] = {}
    for row in db.session.execute(_POSITIONS, {"of_case": case_id}):
        latest[row.name] = (row.short_name, row.position)
    return {name: short for name, (short, position) in latest.items() if position in positions}


@effect("close_parts_sent_back")
def close_parts_sent_back(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """A co-opinion that was sent back need not be given anew once the lead unit has answered: it stands."""
    given = sa.exists().where(CoOpinion.assignment_id == ASSIGNMENTS.c.id)
    closed = db.session.scalars(
        ASSIGNMENTS.update()
        .where(
            ASSIGNMENTS.c.case_id == case.id,
            ASSIGNMENTS.c.role == "co",
            ASSIGNMENTS.c.closed_at.is_(None),
            given,
        )
        .values(status="closed", closed_at=clock.now())
        .returning(ASSIGNMENTS.c.id)
    )
    for assignment_id in list(closed):
        clocks.end(case.id, None, assignment_id, state=ClockState.CANCELLED, reason=happening.action)

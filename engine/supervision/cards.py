"""Warning cards (黄牌、红牌): issued by rule when a period passes, or by hand; two yellow ones make a red one.

No law defines the cards: they are the congress's own way of working. Which happenings bring which is in the process
folder's `[effects]`, how many yellow ones make a red one in the rule pack (practice `yellows_make_red`).
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.acts.step import Outcome, Step, act, ground
from engine.casework.facts import ASSIGNMENTS, AssignmentFacts, CaseFacts
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening, happen
from engine.definitions.folder import ActionSpec, Folder
from engine.definitions.rule_packs import pack
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from engine.foundation.transaction import operation
from models import WarningCard, db

CARDS: sa.Table = WarningCard.__table__  # type: ignore[assignment]
YELLOW, RED = "yellow", "red"
BY_HAND, YELLOWS = "by_hand", "yellows"
USUAL_YELLOWS = 2  # in packs that cases pinned before they said it


class NoCard(GuardRefused):
    """There is none of that colour to lift."""

    text = _("这个单位在本件上没有可以撤销的警示牌。")


@effect("yellow_card")
def yellow_card(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Give the unit a yellow card for what happened, once a round; the second one brings a red one."""
    _by_rule(case, folder, happening, YELLOW)


@effect("red_card")
def red_card(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Give the unit a red card for what happened, once a round."""
    _by_rule(case, folder, happening, RED)


def _by_rule(case: CaseFacts, folder: Folder, happening: Happening, colour: str) -> None:
    if happening.assignment_id is None:
        return
    round_ = _round(happening.assignment_id)
    if _issued(happening.assignment_id, happening.action, round_):
        return
    happen(case, folder, _issue(case, happening.assignment_id, colour, happening.action, round_, ""))


def _round(assignment_id: int) -> int:
    statement = sa.select(ASSIGNMENTS.c.round).where(ASSIGNMENTS.c.id == assignment_id)
    return db.session.scalar(statement) or 1


def _issued(assignment_id: int, cause: str, round_: int) -> bool:
    same = sa.exists().where(
        CARDS.c.assignment_id == assignment_id, CARDS.c.cause == cause, CARDS.c.round == round_
    )
    return bool(db.session.scalar(sa.select(same)))


def _issue(
    case: CaseFacts, assignment_id: int, colour: str, cause: str, round_: int, reason: str
) -> list[Happening]:
    """Write the card, and the red one that it may bring; gives what happened."""
    row = {
        "congress_id": case.congress_id,
        "case_id": case.id,
        "assignment_id": assignment_id,
        "colour": colour,
        "cause": cause,
        "round": round_,
        "reason": reason,
        "issued_by": operation().actor.user_id,
        "issued_at": clock.now(),
        "lifted_reason": "",
    }
    card_id = db.session.scalar(CARDS.insert().values(row).returning(CARDS.c.id))
    happening = Happening(
        f"card:{colour}",
        subject=f"card:{card_id}",
        assignment_id=assignment_id,
        round=round_,
        detail={"cause": cause, "reason": reason},
        told={"reason": reason},
    )
    if colour == YELLOW and _yellows(assignment_id) == _yellows_make_red(case):
        return [happening, *_issue(case, assignment_id, RED, YELLOWS, round_, "")]
    return [happening]


def _yellows_make_red(case: CaseFacts) -> int:
    return pack(case.rule_pack_id).practised("yellows_make_red", USUAL_YELLOWS)


def _yellows(assignment_id: int) -> int:
    """How many yellow cards of this part of the case stand."""
    standing = (
        CARDS.c.assignment_id == assignment_id,
        CARDS.c.colour == YELLOW,
        CARDS.c.lifted_at.is_(None),
    )
    return db.session.scalar(sa.select(sa.func.count()).select_from(CARDS).where(*standing)) or 0


@act("issue_card")
def issue_card(step: Step) -> Outcome:
    """Give a card by hand, with its reason."""
    unit, reason = step.assignment, str(step.answers["reason"])
    colour = str(step.answers["colour"])
    return Outcome(_issue(step.case, unit.id, colour, f"{BY_HAND}:{step.action_id}", unit.round, reason))


@ground("lift_card")
def a_card_to_lift(actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> None:
    """A card of this part of the case stands. Raises NoCard."""
    standing = sa.exists().where(
        CARDS.c.case_id == case.id,
        CARDS.c.assignment_id == (unit.id if unit else None),
        CARDS.c.lifted_at.is_(None),
    )
    if not db.session.scalar(sa.select(standing)):
        raise NoCard


@act("lift_card")
def lift_card(step: Step) -> Outcome:
    """Lift the latest card of the colour, with the reason; it stays on record."""
    unit, colour = step.assignment, str(step.answers["colour"])
    latest = db.session.scalar(
        sa.select(sa.func.max(CARDS.c.id)).where(
            CARDS.c.assignment_id == unit.id, CARDS.c.colour == colour, CARDS.c.lifted_at.is_(None)
        )
    )
    if latest is None:
        raise NoCard
    lifted = {
        "lifted_by": step.actor.user_id,
        "lifted_at": step.now,
        "lifted_reason": str(step.answers["reason"]),
    }
    db.session.execute(CARDS.update().where(CARDS.c.id == latest).values(lifted))
    return Outcome([])

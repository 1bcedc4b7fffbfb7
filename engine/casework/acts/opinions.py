"""Handing opinions over (交办审议意见): point by point, to one or several bodies, which sign for them and report."""

from __future__ import annotations

from typing import Any

from engine.casework.acts.assignments import ASSIGNED, hand_to_units
from engine.casework.acts.moot import made_moot
from engine.casework.acts.records import day_of, keep_entry
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import update_case
from engine.casework.texts import ASKS, TEXTS, present_text
from models import db


@act("hand_over", gives=ASSIGNED)
def hand_over(step: Step) -> Outcome:
    """Hand numbered points to the units of the plan; every one is answered point by point, as asks are.

    The form has `points` and `units`. The points become the asks of a new version of the case's text, frozen at once.
    `requires`: `happening` (`case:assigned` where it is not said), `on`.
    """
    keep_entry(step)
    _write_points(step, list(step.answers["points"]))
    action = str(step.spec.requires.get("happening", "case:assigned"))
    outcome = hand_to_units(step, action, None)
    outcome.happenings[0].on = day_of(step)
    lapsed, messages = made_moot(step)
    return Outcome([*outcome.happenings, *lapsed], outcome.flags, messages)


def _write_points(step: Step, points: list[str]) -> None:
    case, before = step.case, present_text(step.case)
    version = case.text_version + 1
    body: dict[str, Any] = dict(before.body) if before else {}
    row = {"case_id": case.id, "version": version, "title": case.title, "body": body}
    row |= {"written_by": step.actor.user_id, "written_at": step.now, "frozen_at": step.now}
    db.session.execute(TEXTS.insert().values(row))
    asks = [
        {"case_id": case.id, "text_version": version, "number": number, "text": text}
        for number, text in enumerate(points, start=1)
    ]
    db.session.execute(ASKS.insert(), asks)
    update_case(case, {"text_version": version})

"""Off the public site, and the latest version on it again, while the case takes steps; after that see taking_down.py.

`withdraw_report` and `put_report_back` are acts of actions. Of a closed case only the one is offered that can be done.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.acts.records import keep_entry, require_other_hand
from engine.casework.acts.step import Outcome, Step, act, ground
from engine.casework.facts import AssignmentFacts, CaseFacts
from engine.definitions.folder import ActionSpec
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from engine.performance.opening import project_of
from engine.performance.publishing import public_number, release, withdraw
from engine.performance.rows import PROJECTS
from models import db


class NotPublic(GuardRefused):
    """Taken down already: there is nothing left to take down."""

    text = _("报告现在没有公开，不必再撤下。")


class StillPublic(GuardRefused):
    """Nothing was taken down that could be published again."""

    text = _("报告现在是公开的，不必重新公开。")


@ground("withdraw_report")
def still_there(actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> None:
    """After the close there must be something to take down. Raises NotPublic."""
    if case.status == "closed" and not _read_by_public(case):
        raise NotPublic


@ground("put_report_back")
def taken_down(actor: Actor, case: CaseFacts, spec: ActionSpec, unit: AssignmentFacts | None) -> None:
    """What the public reads is not published again. Raises StillPublic."""
    if _read_by_public(case):
        raise StillPublic


def _read_by_public(case: CaseFacts) -> bool:
    project_id = db.session.scalar(sa.select(PROJECTS.c.id).where(PROJECTS.c.case_id == case.id))
    return project_id is not None and public_number(project_id) != ""


@act("withdraw_report")
def withdraw_report(step: Step) -> Outcome:
    """Take the report off the public site. A leak does not wait for a second pair of eyes."""
    row = project_of(step.case)
    keep_entry(step)
    withdraw(row)
    return Outcome([])


@act("put_report_back")
def put_report_back(step: Step) -> Outcome:
    """Put the latest version on the public site again."""
    require_other_hand(step)
    row = project_of(step.case)
    keep_entry(step)
    release(step.actor, row)
    return Outcome([])

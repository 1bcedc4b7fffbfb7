"""Extending a period of the whole case (延长期限): once, to the rule that its own names, from its own first day.

`requires` of such an action: `clocks`, `happening`. It is settled at once and sends no message.
"""

from __future__ import annotations

from engine.casework.acts.extensions import tell_extension
from engine.casework.acts.records import keep_entry
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.facts import TASKS
from engine.casework.moving.happenings import Happening
from engine.deadlines.calendars import calendar_of
from engine.deadlines.extending import NotExtendable, extend, extendable
from engine.definitions import rule_packs
from models import db


@act("extend_case_period")
def extend_case_period(step: Step) -> Outcome:
    """Make the case's own period longer, with its open tasks. Raises NotExtendable for one that was extended before."""
    case, pack = step.case, rule_packs.pack(step.case.rule_pack_id)
    keys = tuple(step.spec.requires["clocks"])
    found = [view for view in extendable(case.id, keys, None, pack) if view.assignment_id is None]
    if not found:
        raise NotExtendable
    keep_entry(step)
    moved = []
    for view in found:
        moved += extend(
            case.id,
            (view.key,),
            None,
            pack,
            calendar_of(case.congress_id),
            counted_from=view.started_on,
            reason=str(step.answers.get("reason") or ""),
        )
        open_tasks = TASKS.c.case_id == case.id, TASKS.c.clock == view.key, TASKS.c.open
        db.session.execute(TASKS.update().where(*open_tasks).values(due_on=moved[-1].due_on))
    happening = Happening(str(step.spec.requires["happening"]), subject=f"action:{step.action_id}")
    tell_extension(happening, moved)
    return Outcome([happening])

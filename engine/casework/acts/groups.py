"""Making the group that works on a case (组成检查组): leader, members, deputies invited (监督法 art. 33)."""

from __future__ import annotations

from engine.casework.acts.records import keep_entry, said
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.groups import INVITED, LEADER, MEMBER, set_group
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _


@act("form_group")
def form_group(step: Step) -> Outcome:
    """Make the group consist of those in `leader` (one), `members` and `deputies`; whoever is left out leaves it.

    They see the case and may do the actions that lie `at` the group. `requires`: `happening`, `on`.
    """
    answers = step.answers
    leaders: list[int] = answers["leader"]
    if len(leaders) != 1:
        raise InvalidAnswers({"leader": [_("请确定一名组长。")]})
    roles = dict.fromkeys(answers.get("deputies") or (), INVITED)
    roles |= dict.fromkeys(answers.get("members") or (), MEMBER)
    roles |= dict.fromkeys(leaders, LEADER)
    entry_id = keep_entry(step)
    came, went = set_group(step.case.id, roles, step.actor.user_id)
    action = str(step.spec.requires["happening"])
    return Outcome([said(step, f"entry:{entry_id}", action, members=len(roles), came=came, went=went)])

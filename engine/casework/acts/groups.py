"""Making the group that works on a case: an inspection's (监督法 art. 33), a committee of inquiry (art. 57)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from engine.casework.acts.records import ENTRIES, keep_columns, keep_entry, said
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.entries import spec_of_entry
from engine.casework.facts import USERS
from engine.casework.groups import INVITED, LEADER, MEMBER, VICE, group_of, set_group
from engine.definitions.words import Sentence
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from models import db

# Field of the form → what those named there are; who is named twice is what stands later.
FIELDS = {"deputies": INVITED, "members": MEMBER, "vice_leaders": VICE, "leader": LEADER}
HAS_AN_INTEREST = _("{names}与这一问题有利害关系，已经回避，不能参加。")


@act("form_group")
def form_group(step: Step) -> Outcome:
    """Make the group consist of those in `leader` (one), `vice_leaders`, `members`, `deputies`; who is left out leaves.

    They see the case and may do the actions that lie `at` the group. `requires`: `happening`, `on`, `sets`, `keeps`,
    and `recused`, the steps done by the act recuse: whoever stands aside by one of them may not be named again.
    """
    answers = step.answers
    leaders: list[int] = answers["leader"]
    if len(leaders) != 1:
        raise InvalidAnswers({"leader": [_("请确定一名组长。")]})
    _require_no_interest(step)
    roles = {user_id: role for name, role in FIELDS.items() for user_id in answers.get(name) or ()}
    entry_id = keep_entry(step)
    keep_columns(step)
    came, went = set_group(step.case.id, roles, step.actor.user_id)
    action = str(step.spec.requires["happening"])
    return Outcome([said(step, f"entry:{entry_id}", action, members=len(roles), came=came, went=went)])


def _require_no_interest(step: Step) -> None:
    """Refuse those who stand aside (监督法 art. 57), field by field."""
    aside = _stand_aside(step)
    named = {name: aside.intersection(step.answers.get(name) or ()) for name in FIELDS}
    problems: dict[str, list[str]] = {
        name: [Sentence(HAS_AN_INTEREST, names="、".join(_names(those)))]
        for name, those in named.items()
        if those
    }
    if problems:
        raise InvalidAnswers(problems)


def _stand_aside(step: Step) -> set[int]:
    """Whoever has stood aside, or was made to, by one of the steps that `recused` names."""
    steps = step.spec.requires.get("recused", ())
    entries = sa.select(ENTRIES.c.node, ENTRIES.c.entered_by, ENTRIES.c.answers)
    found: set[int] = set()
    for row in db.session.execute(
        entries.where(ENTRIES.c.case_id == step.case.id, ENTRIES.c.node.in_(steps))
    ):
        spec = spec_of_entry(step.folder, row.node)
        fields = spec.requires.get("persons", ()) if spec else ()
        found |= _persons(row.answers, fields) if fields else {row.entered_by}
    return found


def _persons(answers: Mapping[str, object], fields: Collection[str]) -> set[int]:
    named = [answers.get(name) for name in fields]
    return {user_id for each in named if isinstance(each, list) for user_id in each}


def _names(users: Collection[int]) -> list[str]:
    return list(db.session.scalars(sa.select(USERS.c.name).where(USERS.c.id.in_(users)).order_by(USERS.c.id)))


@act("recuse")
def recuse(step: Step) -> Outcome:
    """Somebody stands aside for his interest in the matter (回避): he leaves the group, on record with the reason.

    `requires`: `persons`, the fields that name them; without it, it is whoever does it himself.
    """
    fields = step.spec.requires.get("persons", ())
    aside = _persons(step.answers, fields) if fields else {step.actor.user_id}
    keep_entry(step)
    present = group_of(step.case.id)
    stays = {each.user_id: each.role for each in present if each.user_id not in aside}
    set_group(step.case.id, stays, step.actor.user_id)
    return Outcome([], detail={"left": len(present) - len(stays)})

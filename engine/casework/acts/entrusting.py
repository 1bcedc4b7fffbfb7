"""Work done together with the congresses below (委托检查、联动检查, 监督法 art. 34): a case of theirs for each.

Nobody looks across the border of a congress. What the one above learns is told to it: that the case was taken up,
declined, ended (the effect `tell_above`), and the report that the one below hands up, with its files (the act
`report_above`). Both sides' trails say so.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from engine.casework.acts.linked import open_linked
from engine.casework.acts.records import RECORDED, keep_entry, said
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.candidates import office_of
from engine.casework.cases import Source, update_case
from engine.casework.choices import holders
from engine.casework.facts import CASE_COLUMNS, CASES, CaseFacts, read
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening, happen
from engine.definitions.catalogue import current, definition
from engine.definitions.folder import Folder
from engine.foundation.errors import GuardRefused, NotFound
from engine.foundation.language import _
from models import Case, Congress, db

ENTRUSTED = "entrusted"  # what the new case says of where it comes from

_ABOVE = sa.select(*CASE_COLUMNS).where(CASES.c.id == sa.bindparam("of_case")).with_for_update()


class NotAbove(GuardRefused):
    """The case was not entrusted by a congress above."""

    text = _("这件案件不是上级人大委托或者联动办理的。")


class NotOfThisLevel(GuardRefused):
    """The law lets only congresses of other levels do it."""

    text = _("只有全国和省级人大常委会可以委托下一级检查；可以选择联动检查。")


class KindLacking(GuardRefused):
    """A congress below has no such kind of work."""

    text = _("{congress}还没有启用这类工作。")


@act("entrust")
def entrust(step: Step) -> Outcome:
    """Open a case of the same kind in each of the `congresses` below, handed in, in the name of its own organ.

    `requires`: `role` (the organ that takes it is the first in which somebody holds it), `copies` as for
    decide_and_open, `happening`, and `levels` (value of the field `mode` → the levels of congress that may).
    """
    _require_level(step)
    entry_id = keep_entry(step)
    names = _names(step.answers["congresses"])
    for congress_id, name in names.items():
        _entrust_to(step, congress_id, name)
    action = str(step.spec.requires.get("happening", RECORDED))
    return Outcome([said(step, f"entry:{entry_id}", action, congress="、".join(names.values()))])


def _require_level(step: Step) -> None:
    """Only the levels that the law names may do it in that mode."""
    levels = step.spec.requires.get("levels", {}).get(step.answers.get("mode"))
    level = db.session.scalar(sa.select(Congress.level).where(Congress.id == step.case.congress_id))
    if levels is not None and level not in levels:
        raise NotOfThisLevel


def _names(ids: list[int]) -> dict[int, str]:
    found = db.session.execute(
        sa.select(Congress.id, Congress.name).where(Congress.id.in_(ids)).order_by(Congress.id)
    )
    return {row.id: row.name for row in found}


def _entrust_to(step: Step, congress_id: int, name: str) -> None:
    try:
        deployed = current(step.case.process_key, congress_id)
    except NotFound as lacking:
        raise KindLacking(congress=name) from lacking
    role = str(step.spec.requires["role"])
    organ_id = office_of(congress_id, role)
    officers = holders(organ_id, role)
    if not officers:
        raise KindLacking(congress=name)
    there = replace(step, actor=replace(step.actor, congress_id=congress_id))
    made = open_linked(there, deployed, Source(None, None, ENTRUSTED, step.case.id, organ_id))
    update_case(made, {"opened_by": next(iter(officers))})  # to whom it comes back if its text is sent back


@act("report_above")
def report_above(step: Step) -> Outcome:
    """Put the answers on record here and, with their files, in the case of the congress that entrusted this one."""
    above = _above(step.case)
    if above is None:
        raise NotAbove
    entry_id = keep_entry(step)
    there = replace(step, case=above, unit=None)
    theirs = keep_entry(there)
    congress = _names([step.case.congress_id])[step.case.congress_id]
    happen(
        above,
        definition(above.definition_id),
        [said(there, f"entry:{theirs}", "linked:reported", congress=congress)],
    )
    return Outcome([said(step, f"entry:{entry_id}", str(step.spec.requires.get("happening", RECORDED)))])


@effect("tell_above")
def tell_above(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Let the case of the congress above know what happened to the one that it entrusted to this congress."""
    above = _above(case)
    if above is None or above.archived_at is not None:
        return
    congress = _names([case.congress_id])[case.congress_id]
    told = Happening(
        "linked:moved",
        subject=f"case:{above.id}",
        detail={"congress": congress, "happening": happening.action, "number": case.number},
        told={"reason": congress},
    )
    happen(above, definition(above.definition_id), [told])


def _above(case: CaseFacts) -> CaseFacts | None:
    if case.origin != ENTRUSTED or case.origin_id is None:
        return None
    return read(CaseFacts, Case, db.session.execute(_ABOVE, {"of_case": case.origin_id}).one())

"""By which article a step of a case is done: the folder's, or the one it names for where the case is.

What differs is declared: `basis_where` by a register field of the case (the forum it is before), `basis_of_step` by the
step that a unit has in hand. Whoever reads or does a step takes its specification from here, so that the button says
what the guard asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES, TASKS, AssignmentFacts, CaseFacts
from engine.casework.texts import present_text
from engine.definitions.citing import Spec, cited_here
from engine.definitions.folder import ActionSpec, Folder, TaskSpec
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import db

_KEPT = sa.select(CASES.c.fields).where(CASES.c.id == sa.bindparam("of_case"))
_IN_HAND = (
    sa.select(TASKS.c.node)
    .where(TASKS.c.case_id == sa.bindparam("of_case"), TASKS.c.assignment_id == sa.bindparam("of_unit"))
    .where(TASKS.c.open)
    .order_by(TASKS.c.due_on.is_(None), TASKS.c.due_on, TASKS.c.id)
    .limit(1)
)


class NotNow(GuardRefused):
    """The case or the assignment is not where this may be done."""

    text = _("案件现在不在可以“{action}”的环节。")


def cited_in(case: CaseFacts, spec: Spec) -> Spec:
    """A step with the article it rests on in this case."""
    return cited_here(spec, _kept(case, spec)) if spec.basis_where else spec


def action_in(case: CaseFacts, folder: Folder, spec: ActionSpec, unit: AssignmentFacts | None) -> ActionSpec:
    """An action with the article it rests on now: its own, or that of the step which the unit must do first.

    NotNow where it rests on such a step and the unit has none in hand.
    """
    if not spec.basis_of_step or unit is None:
        return cited_in(case, spec)
    node = str(db.session.scalar(_IN_HAND, {"of_case": case.id, "of_unit": unit.id}))
    if node not in folder.tasks:
        raise NotNow(action=spec.title)
    return replace(spec, basis=cited_in(case, folder.tasks[node]).basis)


def _kept(case: CaseFacts, spec: TaskSpec | ActionSpec) -> Mapping[str, Any]:
    """The register fields of the case; while it is a draft, as its text would have them kept."""
    kept = db.session.scalar(_KEPT, {"of_case": case.id}) or {}
    text = present_text(case) if case.status == "draft" else None
    if text is None:
        return kept
    return {**kept, **{name: text.body.get(field) for name, field in spec.requires.get("keeps", {}).items()}}

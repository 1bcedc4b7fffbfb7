"""The same done for many cases, or to many problems of one: a use case for each, so that one refusal stops no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.casework.access import Desk, case_to_view, spec_at, task_to_read
from engine.casework.actions import perform, spec_of
from engine.casework.tasks import complete_task
from engine.definitions.catalogue import definition
from engine.definitions.folder import ActionSpec
from engine.definitions.forms import Form
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, GuardRefused
from engine.foundation.language import _

MOST = 500  # tasks or problems at a time
PICKS = "problem"  # the type of the field in which an action picks what it is done to


class NotInBulk(DomainError):
    """A step that needs somebody's judgement in each case."""

    text = _("这一步须逐件办理，不能批量。")


class TooManyAtOnce(GuardRefused):
    """More than one person can look through."""

    text = _("一次最多办理{most}件，现在选了{count}件。")


@dataclass(frozen=True, slots=True)
class BulkLine:
    """What became of one task; `refusal` None where it was done (`already`: before this time)."""

    task_id: int
    case_id: int | None
    number: str | None
    title: str
    refusal: DomainError | None
    already: bool = False


def complete_in_bulk(actor: Actor, *, task_ids: Sequence[int]) -> list[BulkLine]:
    """Complete tasks whose step allows it, each with an empty form; tasks done before by the actor do no harm."""
    wanted = list(dict.fromkeys(task_ids))
    if len(wanted) > MOST:
        raise TooManyAtOnce(most=MOST, count=len(wanted))
    return [_complete(actor, task_id) for task_id in wanted]


def _complete(actor: Actor, task_id: int) -> BulkLine:
    try:
        desk = task_to_read(actor, task_id)
    except DomainError as refusal:
        return BulkLine(task_id, None, None, "", refusal)
    try:
        _require_bulk(desk)
        completed = complete_task(actor, task_id=task_id, answers={})
    except DomainError as refusal:
        return BulkLine(task_id, desk.case.id, desk.case.number, desk.case.title, refusal)
    return BulkLine(task_id, desk.case.id, desk.case.number, desk.case.title, None, completed.already)


def _require_bulk(desk: Desk) -> None:
    if not spec_at(definition(desk.case.definition_id), desk.task.node).bulk:
        raise NotInBulk


def picked_in(spec: ActionSpec, form: Form) -> str:
    """The field in which the action picks a problem; NotInBulk where it may not be done to several at once."""
    found = [field.name for field in form.fields if field.type == PICKS]
    if not spec.bulk or not found:
        raise NotInBulk
    return found[0]


def perform_in_bulk(
    actor: Actor, *, case_id: int, key: str, picked: Sequence[int], answers: Mapping[str, Any], sending: str
) -> dict[int, DomainError | None]:
    """Do an action to each of the problems `picked`, with the same answers; what became of each, a refusal or None.

    `sending` marks one click: what it has done is not done again. Raises NotFound, NotInBulk, TooManyAtOnce.
    """
    folder = definition(case_to_view(actor, case_id).definition_id)
    spec = spec_of(folder, key)
    field = picked_in(spec, folder.forms[spec.form])
    wanted = list(dict.fromkeys(picked))
    if len(wanted) > MOST:
        raise TooManyAtOnce(most=MOST, count=len(wanted))
    found: dict[int, DomainError | None] = {}
    for each in wanted:
        try:
            one = {**answers, field: each}
            perform(actor, case_id=case_id, key=key, answers=one, sending=sending and f"{sending}.{each}")
            found[each] = None
        except DomainError as refusal:
            found[each] = refusal
    return found

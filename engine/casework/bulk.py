"""Doing the same step for many cases: one use case for each, so that one refusal stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.casework.access import Desk, spec_at, task_to_read
from engine.casework.tasks import complete_task
from engine.definitions.catalogue import definition
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, GuardRefused
from engine.foundation.language import _

MOST = 500  # tasks at a time


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

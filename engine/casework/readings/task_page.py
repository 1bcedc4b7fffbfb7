"""The page of one task: its form, what was typed into it before, and the case around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import Desk, name_of, spec_at, task_to_fill_in, task_to_read
from engine.casework.acts.reply_soundness import reasons_of
from engine.casework.articles import cited_in
from engine.casework.choices import at_desk, holders, offers_for, options_for
from engine.casework.drafts import Draft, draft_of
from engine.casework.facts import AssignmentFacts, TaskFacts
from engine.casework.readings.case_page import CasePage, case_page
from engine.casework.readings.case_units import UnitView
from engine.casework.texts import present_text
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder, TaskSpec
from engine.definitions.forms import Form
from engine.foundation import clock
from engine.foundation.actor import Actor
from models import CaseEntry, Task, db


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the page of a task shows; `draft` is None where nothing was kept."""

    task: TaskFacts
    folder: Folder
    spec: TaskSpec
    form: Form
    case: CasePage
    due_on: dt.date
    opened_at: dt.datetime
    sent_by: str
    assignment: AssignmentFacts | None
    unit: UnitView | None
    others: list[UnitView]
    offers: Mapping[str, Mapping[int, str]]
    answers: Mapping[str, Any]
    draft: Draft | None
    assignee: str | None
    closed_by: str | None
    colleagues: Mapping[int, str]  # to whom it may be handed

    @property
    def needs_contact(self) -> bool:
        """The step wants a contact with the deputies in this round, and there is none yet."""
        if self.unit is None or not self.spec.requires.get("contacts"):
            return False
        return not any(contact.round == self.task.round for contact in self.unit.contacts)


@dataclass(frozen=True, slots=True)
class TaskForm:
    """A task's form without the case around it: enough to read what was sent."""

    open: bool
    spec: TaskSpec
    form: Form
    has_drafts: bool  # somebody's: only then is there anything to compare with


def task_form(actor: Actor, *, task_id: int) -> TaskForm:
    """The form of a task, open or not, for one of its candidates. Raises NotFound, NotAllowed."""
    task, definition_id, has_drafts = task_to_fill_in(actor, task_id)
    folder = definition(definition_id)
    spec = spec_at(folder, task.node)
    return TaskForm(task.open, spec, folder.forms[spec.form], has_drafts)


def task_page(actor: Actor, *, task_id: int) -> TaskPage:
    """The page of a task, open or not, for one of its candidates. Raises NotFound, NotAllowed."""
    desk = task_to_read(actor, task_id)
    folder = definition(desk.case.definition_id)
    spec = cited_in(desk.case, spec_at(folder, desk.task.node))
    case = case_page(actor, case_id=desk.case.id)
    own = [unit for unit in case.units if unit.assignment.id == desk.task.assignment_id]
    row = db.session.execute(
        sa.select(Task.due_on, Task.opened_at, Task.sent_by).where(Task.id == task_id)
    ).one()
    answers, draft = _typed(actor, desk, own[0] if own else None, folder)
    shared = desk.task.user_id is None
    found = holders(desk.task.organization_id, desk.task.role) if shared else {}
    return TaskPage(
        task=desk.task,
        folder=folder,
        spec=spec,
        form=folder.forms[spec.form],
        case=case,
        due_on=row.due_on,
        opened_at=row.opened_at,
        sent_by=row.sent_by,
        assignment=desk.assignment,
        unit=own[0] if own else None,
        others=[unit for unit in case.units if unit not in own],
        offers=offers_for(at_desk(actor, desk), folder.forms[spec.form]),
        answers=answers,
        draft=draft,
        assignee=name_of(desk.task.assignee_id) if desk.task.assignee_id else None,
        closed_by=name_of(desk.task.closed_by) if desk.task.closed_by else None,
        colleagues={id_: name for id_, name in found.items() if id_ != actor.user_id},
    )


def check_answers(actor: Actor, *, task_id: int, answers: Mapping[str, Any]) -> None:
    """Refuse with InvalidAnswers what the task's form would not take; nothing is done."""
    desk = task_to_read(actor, task_id)
    folder = definition(desk.case.definition_id)
    form = folder.forms[spec_at(folder, desk.task.node).form]
    form.check(answers, options_for(at_desk(actor, desk), form), clock.today())


def _from_entry(desk: Desk, node: str, form: Form) -> dict[str, Any]:
    """What an earlier step put on record, as far as this form has fields for it; a declaration is made anew."""
    statement = sa.select(CaseEntry.answers).where(
        CaseEntry.case_id == desk.case.id,
        CaseEntry.node == node,
        CaseEntry.assignment_id.is_not_distinct_from(desk.task.assignment_id),
    )
    answers = db.session.scalar(statement.order_by(CaseEntry.id.desc()).limit(1)) or {}
    return {name: value for name, value in answers.items() if name in form and value is not True}


def typed_before(actor: Actor, desk: Desk, spec: TaskSpec) -> tuple[Mapping[str, Any], Draft | None]:
    """One's own draft, its answers first, else what the text lets the form begin with."""
    kept = draft_of(actor, desk.task.id)
    return (kept.answers, kept) if kept else (_from_text(desk, spec.requires.get("begins", {})), None)


def _from_text(desk: Desk, begins: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What the text that was put forward lets the form begin with: of its field `of`, each value names another."""
    text = present_text(desk.case) if begins else None
    body = text.body if text else {}
    given = {name: values.get(str(body.get(values["of"]))) for name, values in begins.items()}
    return {name: value for name, value in given.items() if value is not None}


def _typed(
    actor: Actor, desk: Desk, unit: UnitView | None, folder: Folder
) -> tuple[Mapping[str, Any], Draft | None]:
    """What the form begins with: one's own draft, else the version of this round that was sent back."""
    spec = spec_at(folder, desk.task.node)
    form = folder.forms[spec.form]
    begun = typed_before(actor, desk, spec)
    if begun[1] is not None or "begins" in spec.requires:
        return begun
    if "prefill" in spec.requires:
        return _from_entry(desk, str(spec.requires["prefill"]), form), None
    if unit is None or not unit.replies or "answers" not in form:
        return {}, None
    last = unit.replies[-1]
    if last.reply.round != desk.task.round:
        return {}, None
    answers: dict[str, Any] = {
        each.name: getattr(last.reply, each.name) for each in form.fields if hasattr(last.reply, each.name)
    }
    reasons = form.field("answers").reasons
    answers["answers"] = [
        {"ask_id": ask_id, "grade": answer.grade, "text": answer.text}
        | ({"reason": answer.reason} if reasons else {})
        for ask_id, answer in last.answers.items()
    ]
    answers["commitments"] = [promise.as_typed() for promise in last.promises]
    answers["findings"] = [
        {"key": key, "reason": row.reason} for key, row in reasons_of(last.reply.id).items()
    ]
    return answers, None

"""A draft being written: what is kept, what was typed but is not whole yet, and what a change would undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_to_view, is_lead_deputy
from engine.casework.choices import units
from engine.casework.drafts import Draft, draft_of
from engine.casework.facts import TASKS, CaseFacts
from engine.casework.texts import COSIGNATURES, present_asks, present_text, require_draft
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.definitions.forms import Form
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from models import db

SUBMITS = "submit_text"


@dataclass(frozen=True, slots=True)
class Writing:
    """A draft in the hands of one who may write it.

    `task_id` is the open task that hands it in, None when that is for somebody else; `typed` are answers that were
    saved on the way and differ from the text as kept.
    """

    case: CaseFacts
    folder: Folder
    form: Form
    task_id: int | None
    revision: int
    kept: Mapping[str, Any]
    typed: Mapping[str, Any] | None
    draft: Draft | None
    offers: Mapping[str, Mapping[int, str]]

    @property
    def answers(self) -> Mapping[str, Any]:
        """What the form shows."""
        return self.kept if self.typed is None else self.typed

    @property
    def now(self) -> Draft | None:
        """The draft with what the form shows: once the text is kept nothing is left in it, but it was changed then."""
        return replace(self.draft, answers=self.answers) if self.draft else None

    @property
    def is_whole(self) -> bool:
        """The text is kept as it was last typed."""
        return self.typed is None and self.case.text_version > 0


def writing(actor: Actor, *, case_id: int) -> Writing:
    """The draft for its author. Raises NotFound, NotAllowed, and TextSubmitted once he has handed it in."""
    case = case_to_view(actor, case_id)
    folder = definition(case.definition_id)
    mine = case.opened_by == actor.user_id or is_lead_deputy(actor, case)
    if folder.text_form is None or (case.status != "draft" and not mine):
        raise NotFound
    if not mine:
        raise NotAllowed
    require_draft(case)
    form = folder.forms[folder.text_form]
    task = _task(actor, case, folder)
    kept, offers = kept_answers(case, form), _offers(case, form)
    saved = draft_of(actor, task.id) if task else None
    typed = saved.answers if saved and saved.answers else None
    if typed is not None and _checked(form, typed, offers) == kept:
        typed = None
    return Writing(
        case=case,
        folder=folder,
        form=form,
        task_id=task.id if task else None,
        revision=task.revision if task else 0,
        kept=kept,
        typed=typed,
        draft=saved,
        offers=offers,
    )


def _checked(form: Form, answers: Mapping[str, Any], offers: Mapping[str, Mapping[int, str]]) -> Any:
    """The answers as the form takes them, or its refusal."""
    try:
        options = {name: frozenset(offered) for name, offered in offers.items()}
        return form.check(answers, options, clock.today())
    except InvalidAnswers as refusal:
        return refusal


def _task(actor: Actor, case: CaseFacts, folder: Folder) -> sa.Row[Any, Any] | None:
    nodes = [node for node, spec in folder.tasks.items() if spec.act == SUBMITS]
    mine = sa.or_(TASKS.c.user_id == actor.user_id, TASKS.c.assignee_id == actor.user_id)
    statement = sa.select(TASKS.c.id, TASKS.c.revision).where(
        TASKS.c.case_id == case.id, TASKS.c.open, TASKS.c.node.in_(nodes), mine
    )
    return db.session.execute(statement).first()


def kept_answers(case: CaseFacts, form: Form) -> dict[str, Any]:
    """The present text as answers of its form; a kind of work without asks has none among them."""
    text = present_text(case)
    if text is None:
        return {}
    whole = {**text.body, "title": text.title, "asks": [ask.text for ask in present_asks(case)]}
    return {name: answer for name, answer in whole.items() if name in form}


def _offers(case: CaseFacts, form: Form) -> dict[str, Mapping[int, str]]:
    return {field.name: units(case.congress_id) for field in form.fields if field.type == "units_wish"}


def signers_to_ask_again(draft: Writing, answers: Mapping[str, Any]) -> int:
    """How many deputies would have to sign anew if these answers were kept; raises InvalidAnswers."""
    checked = _checked(draft.form, answers, draft.offers)
    if isinstance(checked, InvalidAnswers):
        raise checked
    if not draft.kept or checked == draft.kept:
        return 0
    return invited(draft.case)


def invited(case: CaseFacts) -> int:
    """How many deputies were asked to sign the present text and have not declined."""
    statement = sa.select(sa.func.count()).where(
        COSIGNATURES.c.case_id == case.id,
        COSIGNATURES.c.text_version == case.text_version,
        COSIGNATURES.c.status.in_(("invited", "confirmed")),
    )
    return db.session.scalar(statement) or 0


def faults_of(draft: Writing) -> dict[str, list[str]]:
    """What still keeps the text from being handed in, by field."""
    checked = _checked(draft.form, draft.answers, draft.offers)
    return checked.errors if isinstance(checked, InvalidAnswers) else {}

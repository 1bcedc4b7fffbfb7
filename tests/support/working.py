"""A process that does one task after another and says so, until it is killed."""

from __future__ import annotations

import sqlalchemy as sa

from models import Case, Task, db
from tests.support.cast import Cast
from tests.support.databases import bare_app
from tests.support.journey import Journey
from tests.support.killed import Tell

ANSWERS: dict[str, tuple[str, dict[str, object]]] = {
    "draft": ("deputy1", {"confirmed": True}),
    "intake": ("intake", {"result": "accepted", "category": "environment", "confidentiality": "public"}),
    "intake_review": ("reviewer", {"decision": "confirmed"}),
    "assign": ("assigner", {}),
    "sign_for": ("slt_clerk", {}),
    "draft_reply": ("slt_clerk", {}),
    "review_reply": ("slt_deputy_head", {"decision": "passed"}),
    "sign_reply": ("slt_head", {"decision": "signed", "number": "1号"}),
    "evaluate": ("deputy1", {"attitude": "satisfied", "result": "satisfied"}),
}


def next_task(cast: Cast) -> int:
    """Do the open task of the oldest case that is not closed, or of a new one; gives its id."""
    journey = Journey(cast)
    journey.case_id = db.session.scalar(sa.select(sa.func.min(Case.id)).where(Case.status != "closed")) or 0
    if not journey.case_id or journey.case.text_version == 0:
        _begin(journey)
    task = db.session.scalars(sa.select(Task).where(Task.case_id == journey.case_id, Task.open)).one()
    task_id, node = task.id, task.node
    who, answers = ANSWERS[node]
    if node == "assign":
        answers = {"units": [{"unit_id": cast.organizations["slt"], "role": "lead", "scope": ""}]}
    if node == "draft_reply":
        journey.contact()
        answers = dict(journey.answers())
    journey.do(who, node, **answers)
    return task_id


def _begin(journey: Journey) -> None:
    """Open a case, or write the text of one that was only opened."""
    if journey.case_id:
        journey.write()
    else:
        journey.draft()


def work(url: str, cast: Cast, tell: Tell) -> None:
    """Do task after task, telling the id of each once its completion has been acknowledged; never comes to an end."""
    with bare_app(url).app_context():
        while True:
            tell(next_task(cast))

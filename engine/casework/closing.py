"""What still stands in the way before the file of a case can be closed for good; each room names its own matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, TASKS, CaseFacts
from engine.deadlines import clocks
from engine.foundation.language import _
from models import CaseAction, Evaluation, Organization, Reply, db


@dataclass(frozen=True, slots=True)
class Blocker:
    """One matter that is not settled: a Chinese sentence with {names}, and where on the case page it is settled."""

    key: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    anchor: str = "handling"

    @property
    def template(self) -> str:
        """The sentence, which is also the translation key."""
        return self.text


Finding = Callable[[CaseFacts], Iterable[Blocker]]
BLOCKERS: dict[str, Finding] = {}


def blocker(name: str) -> Callable[[Finding], Finding]:
    """Register what finds the unsettled matters of one kind."""

    def register(function: Finding) -> Finding:
        if name in BLOCKERS:
            raise ValueError(f"the blocker {name} is there already")
        BLOCKERS[name] = function
        return function

    return register


def blockers_of(case: CaseFacts) -> list[Blocker]:
    """Everything that still stands in the way, in the order in which the rooms were made known."""
    return [found for finding in BLOCKERS.values() for found in finding(case)]


@blocker("open_case")
def _open_case(case: CaseFacts) -> Iterable[Blocker]:
    if case.status in ("draft", "open"):
        yield Blocker("open_case", _("案件还没有办结。"))


@blocker("open_tasks")
def _open_tasks(case: CaseFacts) -> Iterable[Blocker]:
    statement = (
        sa.select(TASKS.c.name, Organization.name.label("unit"))
        .select_from(TASKS)
        .outerjoin(Organization, Organization.id == TASKS.c.organization_id)
        .where(TASKS.c.case_id == case.id, TASKS.c.open)
        .order_by(TASKS.c.id)
    )
    for name, unit in db.session.execute(statement):
        yield Blocker(
            "open_tasks", _("还有工作没有办完：{task}（{unit}）。"), {"task": name, "unit": unit or "—"}
        )


@blocker("unevaluated_replies")
def _unevaluated_replies(case: CaseFacts) -> Iterable[Blocker]:
    """A reply that waits for its evaluation; once the case is closed, «not returned» is an answer too (未反馈)."""
    if case.status != "open":
        return
    evaluated = sa.exists().where(Evaluation.reply_id == Reply.id)
    statement = (
        sa.select(Organization.name)
        .join(ASSIGNMENTS, ASSIGNMENTS.c.unit_id == Organization.id)
        .join(Reply, Reply.assignment_id == ASSIGNMENTS.c.id)
        .where(Reply.case_id == case.id, Reply.signed_at.is_not(None), ~evaluated)
        .order_by(Reply.id)
    )
    for unit in db.session.scalars(statement):
        yield Blocker("unevaluated_replies", _("{unit}的答复还没有代表测评。"), {"unit": unit})


@blocker("undecided_requests")
def _undecided_requests(case: CaseFacts) -> Iterable[Blocker]:
    statement = sa.select(sa.func.count()).where(
        CaseAction.case_id == case.id, CaseAction.outcome.is_(None), CaseAction.settled_at.is_(None)
    )
    count = db.session.scalar(statement)
    if count and case.status == "open":
        yield Blocker("undecided_requests", _("还有{count}项申请没有答复。"), {"count": count})


@blocker("running_clocks")
def _running_clocks(case: CaseFacts) -> Iterable[Blocker]:
    for view in clocks.of_case(case.id):
        if view.running:
            yield Blocker(
                "running_clocks",
                _("还有期限没有了结：{due_on}到期。"),
                {"due_on": view.due_on.isoformat()},
            )

"""What still stands in the way before files of cases can be closed for good; each room names its own matters.

A room is asked about a page of cases at once: a list that says which are ready costs as many statements as one case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, TASKS, CaseFacts
from engine.deadlines.running import running_of
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


Cases = Mapping[int, CaseFacts]  # by their ids
Finding = Callable[[Cases], Iterable[tuple[int, Blocker]]]
BLOCKERS: dict[str, Finding] = {}


def blocker(name: str) -> Callable[[Finding], Finding]:
    """Register what finds the unsettled matters of one kind, each with the id of its case."""

    def register(function: Finding) -> Finding:
        if name in BLOCKERS:
            raise ValueError(f"the blocker {name} is there already")
        BLOCKERS[name] = function
        return function

    return register


def blockers_of(case: CaseFacts) -> list[Blocker]:
    """Everything that still stands in the way, in the order in which the rooms were made known."""
    return blockers_in([case])[case.id]


def blockers_in(cases: Iterable[CaseFacts]) -> dict[int, list[Blocker]]:
    """The same of several cases, by their ids; of one that is ready the list is empty."""
    asked = {case.id: case for case in cases}
    found: dict[int, list[Blocker]] = {case_id: [] for case_id in asked}
    for finding in BLOCKERS.values():
        for case_id, one in finding(asked):
            found[case_id].append(one)
    return found


@blocker("open_case")
def _open_case(cases: Cases) -> Iterable[tuple[int, Blocker]]:
    for case in cases.values():
        if case.status in ("draft", "open"):
            yield case.id, Blocker("open_case", _("案件还没有办结。"))


@blocker("open_tasks")
def _open_tasks(cases: Cases) -> Iterable[tuple[int, Blocker]]:
    statement = (
        sa.select(TASKS.c.case_id, TASKS.c.name, Organization.name.label("unit"))
        .select_from(TASKS)
        .outerjoin(Organization, Organization.id == TASKS.c.organization_id)
        .where(TASKS.c.case_id.in_(cases), TASKS.c.open)
        .order_by(TASKS.c.id)
    )
    for case_id, name, unit in db.session.execute(statement):
        told = {"task": name, "unit": unit or "—"}
        yield case_id, Blocker("open_tasks", _("还有工作没有办完：{task}（{unit}）。"), told)


@blocker("unevaluated_replies")
def _unevaluated_replies(cases: Cases) -> Iterable[tuple[int, Blocker]]:
    """A reply that waits for its evaluation; once the case is closed, «not returned» is an answer too (未反馈)."""
    running = _running(cases)
    if not running:
        return
    evaluated = sa.exists().where(Evaluation.reply_id == Reply.id)
    statement = (
        sa.select(Reply.case_id, Organization.name)
        .join(ASSIGNMENTS, ASSIGNMENTS.c.unit_id == Organization.id)
        .join(Reply, Reply.assignment_id == ASSIGNMENTS.c.id)
        .where(Reply.case_id.in_(running), Reply.signed_at.is_not(None), ~evaluated)
        .order_by(Reply.id)
    )
    for case_id, unit in db.session.execute(statement):
        yield case_id, Blocker("unevaluated_replies", _("{unit}的答复还没有代表测评。"), {"unit": unit})


@blocker("undecided_requests")
def _undecided_requests(cases: Cases) -> Iterable[tuple[int, Blocker]]:
    running = _running(cases)
    if not running:
        return
    statement = (
        sa.select(CaseAction.case_id, sa.func.count())
        .where(CaseAction.case_id.in_(running), CaseAction.outcome.is_(None), CaseAction.settled_at.is_(None))
        .group_by(CaseAction.case_id)
    )
    for case_id, count in db.session.execute(statement):
        yield case_id, Blocker("undecided_requests", _("还有{count}项申请没有答复。"), {"count": count})


def _running(cases: Cases) -> list[int]:
    return [case.id for case in cases.values() if case.status == "open"]


@blocker("running_clocks")
def _running_clocks(cases: Cases) -> Iterable[tuple[int, Blocker]]:
    for case_id, due_on in running_of(cases.keys()):
        told = {"due_on": due_on.isoformat()}
        yield case_id, Blocker("running_clocks", _("还有期限没有了结：{due_on}到期。"), told)

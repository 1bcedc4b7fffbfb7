"""The main job in short words: a suggestion carried from draft to evaluation by the cast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.actions import perform
from engine.casework.cases import open_case
from engine.casework.choices import asks
from engine.casework.contacts import record_contact
from engine.casework.tasks import Completed, complete_task
from engine.casework.texts import save_text
from engine.foundation import clock
from models import Assignment, Case, ProcessInstance, Task, db
from tests.support.cast import Cast

TEXT = {
    "title": "关于加快煤矸石综合利用项目落地的建议",
    "background": "煤矸石堆存量大，占用土地，综合利用率不高。",
    "asks": ["出台综合利用的支持政策。", "建立部门联席会议。"],
    "publicity": "agree",
}


class Journey:
    """One case and what its people do next; each method is one click of one person."""

    def __init__(self, cast: Cast, process_key: str = "suggestion") -> None:
        self.cast = cast
        self.process_key = process_key
        self.case_id = 0

    def draft(self, deputy: str = "deputy1", **text: Any) -> Journey:
        """Open a case and save its text."""
        self.case_id = open_case(self.cast.actor(deputy), process_key=self.process_key)
        return self.write(deputy, **text)

    def write(self, deputy: str = "deputy1", **text: Any) -> Journey:
        """Save the text of the draft."""
        save_text(self.cast.actor(deputy), case_id=self.case_id, answers={**TEXT, **text})
        return self

    def task(self, node: str, unit: str | None = None) -> Task:
        """The open task at a node, of one unit if several have it."""
        statement = sa.select(Task).where(Task.case_id == self.case_id, Task.node == node, Task.open)
        if unit is not None:
            statement = statement.join(Assignment, Assignment.id == Task.assignment_id).where(
                Assignment.unit_id == self.cast.organizations[unit]
            )
        return db.session.scalars(statement).one()

    def do(self, who: str, node: str, unit: str | None = None, /, **answers: Any) -> Completed:
        """Complete the open task at a node."""
        task_id = self.task(node, unit).id
        return complete_task(self.cast.actor(who), task_id=task_id, answers=answers)

    def act(self, who: str, key: str, unit: str | None = None, /, **answers: Any) -> int:
        """Do an action of one's own accord, about one unit's assignment or the whole case."""
        assignment_id = self.assignment(unit) if unit is not None else None
        actor = self.cast.actor(who)
        return perform(actor, case_id=self.case_id, key=key, answers=answers, assignment_id=assignment_id)

    def assignment(self, unit: str) -> int:
        """The id of a unit's open assignment."""
        statement = sa.select(Assignment.id).where(
            Assignment.case_id == self.case_id,
            Assignment.unit_id == self.cast.organizations[unit],
            Assignment.closed_at.is_(None),
        )
        return db.session.scalars(statement).one()

    def submit(self) -> Journey:
        """Hand the draft in."""
        self.do("deputy1", "draft", confirmed=True)
        return self

    def accept(self) -> Journey:
        """Let intake and review accept it."""
        self.do("intake", "intake", result="accepted", category="environment", confidentiality="public")
        self.do("reviewer", "intake_review", decision="confirmed")
        return self

    def assign(self, **roles: str) -> Journey:
        """Hand it to units: assign(slt="lead", czt="co")."""
        units = [
            {"unit_id": self.cast.organizations[code], "role": role, "scope": f"{code}的部分"}
            for code, role in (roles or {"slt": "lead"}).items()
        ]
        self.do("assigner", "assign", units=units, instruction="请认真办理。")
        return self

    def sign_for(self, unit: str = "slt", node: str = "sign_for") -> Journey:
        """Let a unit sign for it."""
        self.do(f"{unit}_clerk", node, unit)
        return self

    def contact(self, unit: str = "slt", who: str = "") -> Journey:
        """Record a contact with the deputy; the unit's clerk does, unless another is named."""
        answers = {
            "held_on": clock.today().isoformat(),
            "method": "telephone",
            "persons": "王代表",
            "place": "",
            "summary": "听取了代表的意见。",
        }
        record_contact(self.cast.actor(who or f"{unit}_clerk"), case_id=self.case_id, answers=answers)
        return self

    def answers(self, **over: Any) -> Mapping[str, Any]:
        """A whole draft reply."""
        case = db.session.get_one(Case, self.case_id)
        given = [
            {"ask_id": id_, "grade": "B", "text": "已列入计划，年内完成。"}
            for id_ in asks(case.id, case.text_version)
        ]
        return {
            "answers": given,
            "grade": "B",
            "commitments": [{"what": "完成改造并投入使用。", "due": self.promised_on(), "milestones": ""}],
            "body": "感谢您对我省工作的关心。现就有关情况答复如下，请予审阅。",
            "publicity": "full",
            "officer_name": "经办人",
            "officer_phone": "0351-1234567",
            **over,
        }

    def promised_on(self, days: int = 240) -> str:
        """The day by which the unit promises."""
        return (clock.today() + dt.timedelta(days=days)).isoformat()

    def reply(self, unit: str = "slt") -> Journey:
        """Draft, review and sign a reply."""
        self.do(f"{unit}_clerk", "draft_reply", unit, **self.answers())
        self.do(f"{unit}_deputy_head", "review_reply", unit, decision="passed")
        self.do(f"{unit}_head", "sign_reply", unit, decision="signed", number="晋水函〔2026〕1号")
        return self

    def evaluate(self, result: str = "satisfied", unit: str = "slt") -> Journey:
        """Let the deputy evaluate."""
        reasons = "没有解决问题。" if result == "dissatisfied" else ""
        self.do("deputy1", "evaluate", unit, attitude="satisfied", result=result, reasons=reasons)
        return self

    def redo(self, unit: str = "slt", decision: str = "ordered") -> Journey:
        """Let the congress decide on a redo."""
        self.do("assigner", "decide_redo", unit, decision=decision, reason="请重新研究办理。")
        return self

    @property
    def case(self) -> Case:
        """The case as it stands."""
        db.session.expire_all()
        return db.session.get_one(Case, self.case_id)

    def traces(self) -> dict[str, object]:
        """Everything a step could leave behind: equal traces mean that nothing was changed."""
        db.session.expire_all()
        found: dict[str, object] = {
            table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in db.metadata.sorted_tables
        }
        found["open"] = [tuple(row) for row in db.session.execute(sa.select(Task.id, Task.revision))]
        found["flow"] = list(db.session.scalars(sa.select(ProcessInstance.revision)))
        columns = (Case.status, Case.stage, Case.number, Case.round, Case.text_version)
        found["cases"] = [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(Case.id))]
        return found

    def open_nodes(self) -> list[str]:
        """The nodes at which tasks are open."""
        statement = sa.select(Task.node).where(Task.case_id == self.case_id, Task.open)
        return sorted(db.session.scalars(statement))

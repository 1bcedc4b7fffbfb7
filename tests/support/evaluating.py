"""What scenarios and tests do to self-evaluations: reports filled in, and their cases taken on, task by task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.casework.actions import perform
from engine.casework.cases import open_case
from engine.casework.tasks import complete_task
from engine.casework.texts import save_text
from engine.definitions.catalogue import definition
from engine.foundation import clock
from engine.foundation.actor import Actor, system_actor
from engine.performance.keeping import Kept, keep_form
from engine.performance.opening import take_over
from engine.performance.report import Report
from engine.performance.rows import MOVES, PROJECTS
from models import Assignment, Case, PerformanceProject, Task, db
from tests.performance.reports import clean, with_cell, with_line
from tests.support.cast import Cast

if TYPE_CHECKING:
    from tests.support.performance import Performance

# The straight way of a report of slt: task, whose it is, what is answered.
WAY = (
    ("fill", "slt_clerk", {"confirmed": True}),
    ("review", "slt_deputy_head", {"decision": "passed"}),
    ("sign", "slt_head", {"decision": "signed"}),
    ("confirm", "reviewer_one", {"decision": "confirmed"}),
    ("publish", "reviewer_two", {"decision": "published"}),
)


def do(cast: Cast, project_id: int, who: str, node: str, **answers: Any) -> None:
    """Let somebody do the open task at a node of the project's case."""
    waiting = sa.select(Task).where(Task.case_id == case_of(project_id).id, Task.node == node, Task.open)
    task = db.session.scalars(waiting).one()
    complete_task(cast.actor(who), task_id=task.id, answers=answers, revision=task.revision)


def act(cast: Cast, project_id: int, who: str, key: str, **answers: Any) -> None:
    """Let somebody do an action to the project's case, or to the part of the unit that fills it in."""
    case = case_of(project_id)
    of_unit = definition(case.definition_id).actions[key].of == "assignment"
    part = sa.select(Assignment.id).where(Assignment.case_id == case.id, Assignment.role != "co")
    about = db.session.scalars(part).one() if of_unit else None
    perform(cast.actor(who), case_id=case.id, key=key, answers=answers, assignment_id=about)


def take_on(cast: Cast, project_id: int, until: str, **others: str) -> None:
    """Take the project's case on through the task `until`; `others` do a task instead of whose it usually is."""
    for node, who, answers in WAY:
        do(cast, project_id, others.get(node, who), node, **answers)
        if node == until:
            return
    raise LookupError(until)


def case_of(project_id: int) -> Case:
    """The case of a project as it stands."""
    db.session.expire_all()
    project = db.session.get_one(PerformanceProject, project_id)
    return db.session.get_one(Case, project.case_id)


def without_budget(report: Report) -> Report:
    """The report with nothing budgeted, so that its total cannot be computed."""
    for column in ("小计", "中央级", "省级", "上年结转"):
        report = with_cell(report, "全年预算资金", column, "")
    return with_cell(report, "全年预算资金", "年度总金额", "0")


REPORTS: Mapping[str, Callable[[Report], Report]] = {
    "sound": lambda report: report,
    "flawed": lambda report: with_line(report, "工程合格率", target="100%"),
    "without_budget": without_budget,
}


def kept(cast: Cast, actor: Actor, asked: Mapping[str, Any]) -> Kept:
    """Keep a report: `report` is one of REPORTS, `project` its name, `goal` other words in it, `unit` whose it is."""
    report = REPORTS[asked.get("report", "sound")](clean())
    report = replace(report, project=asked.get("project", report.project))
    if "goal" in asked:
        report = replace(report, annual_goal=asked["goal"])
    unit = cast.organizations[asked["unit"]] if "unit" in asked else None
    return keep_form(actor, report=report, organization_id=unit, budget_head="213")


def asked(cast: Cast, who: str, name: str, year: int) -> int:
    """A project whose report the congress asks slt for; gives the project."""
    actor = cast.actor(who)
    case_id = open_case(actor, process_key="performance_review")
    save_text(
        actor, case_id=case_id, answers={"title": name, "year": year, "budget_head": "213", "demand": ""}
    )
    for answers in ({"confirmed": True}, {"unit": cast.organizations["slt"], "instruction": "请填报。"}):
        task = db.session.scalars(sa.select(Task).where(Task.case_id == case_id, Task.open)).one()
        complete_task(actor, task_id=task.id, answers=answers)
    return db.session.scalars(sa.select(PerformanceProject.id).filter_by(case_id=case_id)).one()


def forget_case(cast: Cast, project_id: int, steps: Mapping[str, str]) -> None:
    """Let a project be one from before there were cases, with steps of its own: step → who took it. Commits."""
    db.session.execute(PROJECTS.update().where(PROJECTS.c.id == project_id).values(case_id=None))
    for number, (move, who) in enumerate(steps.items()):
        made = {"made_by": cast.users[who], "made_at": clock.now() - dt.timedelta(days=30 - number)}
        row = {"project_id": project_id, "move": move, "version": 1, "reason": "", **made}
        db.session.execute(MOVES.insert().values(row))
    db.session.commit()


# What scenarios do


def _fill(performance: Performance, step: Mapping[str, Any]) -> None:
    made = kept(performance.cast, performance._who(step), step.get("with", {}))
    performance.case_id = case_of(made.project_id).id


def _take_over(performance: Performance, step: Mapping[str, Any]) -> None:
    """The project as one that had taken these `steps` before there were cases; its case opens where they left it."""
    project_id = db.session.scalars(sa.select(PerformanceProject.id)).one()
    forget_case(performance.cast, project_id, step["with"]["steps"])
    take_over(system_actor(performance.cast.congress_id), project_id=project_id)
    performance.case_id = case_of(project_id).id


DEEDS = {"fill": _fill, "take_over": _take_over}

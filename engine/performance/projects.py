"""What the pages show of projects: the list, and one project with its case, its versions and its problems."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.casework.access import is_candidate
from engine.casework.facts import CASES, TASK_COLUMNS, TASKS, USERS, TaskFacts, read
from engine.casework.problems import PROBLEMS as LISTED
from engine.casework.problems import SETTLED
from engine.casework.visibility import visible_to
from engine.deadlines.decided import in_force
from engine.definitions.catalogue import definition
from engine.definitions.words import Words
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.performance.access import may_fill, project, visible
from engine.performance.assessing import Assessment, assess
from engine.performance.earlier import FILLING_IN, standing
from engine.performance.linking import may_link
from engine.performance.opening import case_of, is_filled_in
from engine.performance.problems import Problem
from engine.performance.publishing import public_number
from engine.performance.records import report_from
from engine.performance.remedies import Remedy, remedies
from engine.performance.report import Report
from engine.performance.rows import MOVES, PROBLEMS, PROJECTS, REPORTS
from engine.performance.scheme import Scheme, scheme_of
from engine.performance.taking_down import may_take_down
from models import Task, db

MOST = 200  # on a page
STORED = "stored"  # that a version was kept, among the steps


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project as the list shows it."""

    id: int
    name: str
    year: int
    unit: str
    budget_head: str
    case_id: int | None
    status: str  # of the case; "" where it has none
    stage: Words | None
    version: int
    total: Decimal | None
    grade: str
    problems: int | None  # None, as the figures before it, of one whose report is still to come
    unsettled: int


@dataclass(frozen=True, slots=True)
class KeptProblem:
    """A problem of the latest version and how far it is put right."""

    id: int
    problem: Problem
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class Step:
    """A version that was kept (`move` is «stored»), or a step from before there were cases."""

    move: str
    version: int
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Work:
    """What waits in the case: who sees the case is led there, who has a task to the task."""

    seen: bool
    number: str
    waiting: tuple[Words, ...]  # what the open tasks are
    own: tuple[tuple[int, Words], ...]  # those that are his, with their keys


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """One project, its latest version assessed by the rules in force today."""

    line: ProjectLine
    assessment: Assessment | None  # None while its report is only asked for
    problems: tuple[KeptProblem, ...]
    steps: tuple[Step, ...]
    work: Work | None  # None for a project from before there were cases
    may_fill: bool
    may_link: bool
    public_id: str  # under which the public reads it; "" while it does not
    may_take_down: bool  # from the public site, the case being archived


def projects(actor: Actor, year: int | None = None) -> list[ProjectLine]:
    """The projects that he sees, the latest year first. Raises NotAllowed."""
    here = visible(actor) if year is None else sa.and_(visible(actor), PROJECTS.c.year == year)
    statement = _lines().where(here).order_by(PROJECTS.c.year.desc(), PROJECTS.c.name, PROJECTS.c.id)
    return [_line(row) for row in db.session.execute(statement.limit(MOST))]


def project_page(actor: Actor, project_id: int) -> ProjectPage:
    """One project, with its report or without one yet. Raises NotAllowed, NotFound."""
    row = project(actor, project_id)
    line = _line(db.session.execute(_lines().where(PROJECTS.c.id == project_id)).one())
    return ProjectPage(
        line=line,
        assessment=assess(_stated(row), _scheme(actor)) if row.version else None,
        problems=tuple(_problems(project_id, row.version)),
        steps=tuple(_steps(project_id)),
        work=_work(actor, row),
        may_fill=_waits_for_report(row) and may_fill(actor, row.organization_id),
        may_link=may_link(actor, row.organization_id),
        public_id=public_number(project_id),
        may_take_down=may_take_down(actor, row),
    )


def asked_for(actor: Actor, project_id: int) -> dict[str, str]:
    """What is known of a project whose report is asked for, as the form types it. Raises NotAllowed, NotFound."""
    row = project(actor, project_id)
    known = {
        "project": row.name,
        "year": row.year,
        "unit": row.organization_id,
        "budget_head": row.budget_head,
    }
    return {name: str(value or "") for name, value in known.items()}


def stated_report(actor: Actor, project_id: int) -> tuple[Report, Scheme]:
    """What the latest version of a project states, and by what it is scored. Raises NotAllowed, NotFound."""
    return _stated(project(actor, project_id)), _scheme(actor)


def _waits_for_report(row: sa.Row[Any]) -> bool:
    case = case_of(row)
    return standing(row) == FILLING_IN if case is None else is_filled_in(case)


def _work(actor: Actor, row: sa.Row[Any]) -> Work | None:
    case = case_of(row)
    if case is None:
        return None
    statement = sa.select(*TASK_COLUMNS).where(TASKS.c.case_id == case.id, TASKS.c.open).order_by(TASKS.c.id)
    tasks = [read(TaskFacts, Task, each) for each in db.session.execute(statement)]
    titles = {task.id: definition(case.definition_id).tasks[task.node].title for task in tasks}
    seen = db.session.scalar(sa.select(sa.exists().where(CASES.c.id == case.id, visible_to(actor))))
    return Work(
        seen=bool(seen),
        number=case.number or "",
        waiting=tuple(dict.fromkeys(titles.values())),
        own=tuple((task.id, titles[task.id]) for task in tasks if is_candidate(actor, task)),
    )


def _scheme(actor: Actor) -> Scheme:
    return scheme_of(in_force(actor.congress_id).pack)


def _stated(row: sa.Row[Any]) -> Report:
    statement = sa.select(REPORTS.c.stated).where(
        REPORTS.c.project_id == row.id, REPORTS.c.version == row.version
    )
    record = db.session.scalar(statement)
    if record is None:
        raise NotFound
    return report_from(record)


def _lines() -> sa.Select[Any]:
    done = sa.exists().where(LISTED.c.id == PROBLEMS.c.case_problem_id, LISTED.c.status.in_(SETTLED))
    left = PROBLEMS.c.report_id == REPORTS.c.id, PROBLEMS.c.closed_at.is_(None), ~done
    unsettled = sa.select(sa.func.count()).where(*left).scalar_subquery()
    latest = sa.and_(REPORTS.c.project_id == PROJECTS.c.id, REPORTS.c.version == PROJECTS.c.version)
    return (
        sa.select(
            PROJECTS,
            REPORTS.c.total_computed.label("total"),
            sa.func.coalesce(REPORTS.c.grade, "").label("grade"),
            REPORTS.c.problems,
            unsettled.label("unsettled"),
            sa.func.coalesce(CASES.c.status, "").label("status"),
            CASES.c.stage,
            CASES.c.definition_id,
        )
        .outerjoin(REPORTS, latest)
        .outerjoin(CASES, CASES.c.id == PROJECTS.c.case_id)
    )


def _line(row: sa.Row[Any]) -> ProjectLine:
    names = ("id", "name", "year", "unit", "budget_head", "case_id", "status", "version")
    figures = ("total", "grade", "problems", "unsettled")
    stage = definition(row.definition_id).stage(row.stage).title if row.definition_id else None
    return ProjectLine(stage=stage, **{name: getattr(row, name) for name in (*names, *figures)})


def _problems(project_id: int, version: int) -> list[KeptProblem]:
    statement = (
        sa.select(PROBLEMS)
        .join(REPORTS, REPORTS.c.id == PROBLEMS.c.report_id)
        .where(REPORTS.c.project_id == project_id, REPORTS.c.version == version)
        .order_by(PROBLEMS.c.position)
    )
    rows = db.session.execute(statement).all()
    done = remedies(rows[0].report_id) if rows else {}
    return [
        KeptProblem(row.id, Problem(row.code, row.place, row.stated, row.computed), done[row.id])
        for row in rows
    ]


def _steps(project_id: int) -> list[Step]:
    """Versions, and steps from before there were cases, in the order they came."""
    name = sa.func.coalesce(USERS.c.name, "")
    versions = (
        sa.select(
            *(
                sa.literal(STORED).label("move"),
                REPORTS.c.version,
                REPORTS.c.filename,
                name,
                REPORTS.c.made_at,
            )
        )
        .outerjoin(USERS, USERS.c.id == REPORTS.c.made_by)
        .where(REPORTS.c.project_id == project_id)
    )
    moves = (
        sa.select(MOVES.c.move, MOVES.c.version, MOVES.c.reason, name, MOVES.c.made_at)
        .outerjoin(USERS, USERS.c.id == MOVES.c.made_by)
        .where(MOVES.c.project_id == project_id, MOVES.c.move != STORED)
    )
    steps = [Step(*row) for statement in (versions, moves) for row in db.session.execute(statement)]
    return sorted(steps, key=lambda step: step.at)

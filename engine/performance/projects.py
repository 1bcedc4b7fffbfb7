"""What the pages show of projects: the list, and one project with its versions, steps and problems."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.deadlines.decided import in_force
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.performance.access import PROJECTS, may_fill, project, visible
from engine.performance.assessing import Assessment, assess
from engine.performance.keeping import MOVES, PROBLEMS, REPORTS
from engine.performance.linking import may_link
from engine.performance.moving import steps_open
from engine.performance.problems import Problem
from engine.performance.publishing import public_number
from engine.performance.records import report_from
from engine.performance.report import Report
from engine.performance.scheme import Scheme, scheme_of
from models import User, db

MOST = 200  # on a page
USERS: sa.Table = User.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project as the list shows it."""

    id: int
    name: str
    year: int
    unit: str
    budget_head: str
    stage: str
    version: int
    total: Decimal | None
    grade: str
    problems: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class KeptProblem:
    """A problem of the latest version and how far it is put right."""

    id: int
    problem: Problem
    measure: str
    due_on: dt.date | None
    planned_by: int | None
    note: str
    closed_by: str
    closed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken, or a version that was kept (`move` is «stored»)."""

    move: str
    version: int
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """One project, its latest version assessed by the rules in force today."""

    line: ProjectLine
    assessment: Assessment
    problems: tuple[KeptProblem, ...]
    steps: tuple[Step, ...]
    open_steps: tuple[str, ...]
    may_fill: bool
    may_link: bool
    public_id: str  # under which the public reads it; "" while it does not


def projects(actor: Actor, year: int | None = None) -> list[ProjectLine]:
    """The projects that he sees, the latest year first. Raises NotAllowed."""
    here = visible(actor) if year is None else sa.and_(visible(actor), PROJECTS.c.year == year)
    statement = _lines().where(here).order_by(PROJECTS.c.year.desc(), PROJECTS.c.name, PROJECTS.c.id)
    return [_line(row) for row in db.session.execute(statement.limit(MOST))]


def project_page(actor: Actor, project_id: int) -> ProjectPage:
    """One project. Raises NotAllowed, NotFound."""
    row = project(actor, project_id)
    line = _line(db.session.execute(_lines().where(PROJECTS.c.id == project_id)).one())
    return ProjectPage(
        line=line,
        assessment=assess(_stated(row), _scheme(actor)),
        problems=tuple(_problems(project_id, row.version)),
        steps=tuple(_steps(project_id)),
        open_steps=tuple(steps_open(actor, row)),
        may_fill=row.stage == "filling" and may_fill(actor, row.organization_id),
        may_link=may_link(actor, row.organization_id),
        public_id=public_number(project_id),
    )


def stated_report(actor: Actor, project_id: int) -> tuple[Report, Scheme]:
    """What the latest version of a project states, and by what it is scored. Raises NotAllowed, NotFound."""
    return _stated(project(actor, project_id)), _scheme(actor)


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
    unsettled = (
        sa.select(sa.func.count())
        .where(PROBLEMS.c.report_id == REPORTS.c.id, PROBLEMS.c.closed_at.is_(None))
        .scalar_subquery()
    )
    latest = sa.and_(REPORTS.c.project_id == PROJECTS.c.id, REPORTS.c.version == PROJECTS.c.version)
    return sa.select(
        PROJECTS,
        REPORTS.c.total_computed.label("total"),
        REPORTS.c.grade,
        REPORTS.c.problems,
        unsettled.label("unsettled"),
    ).join(REPORTS, latest)


def _line(row: sa.Row[Any]) -> ProjectLine:
    names = ("id", "name", "year", "unit", "budget_head", "stage", "version")
    figures = ("total", "grade", "problems", "unsettled")
    return ProjectLine(**{name: getattr(row, name) for name in (*names, *figures)})


def _problems(project_id: int, version: int) -> list[KeptProblem]:
    statement = (
        sa.select(PROBLEMS, USERS.c.name.label("closer"))
        .join(REPORTS, REPORTS.c.id == PROBLEMS.c.report_id)
        .outerjoin(USERS, USERS.c.id == PROBLEMS.c.closed_by)
        .where(REPORTS.c.project_id == project_id, REPORTS.c.version == version)
        .order_by(PROBLEMS.c.position)
    )
    return [
        KeptProblem(
            row.id,
            Problem(row.code, row.place, row.stated, row.computed),
            row.measure,
            row.due_on,
            row.planned_by,
            row.note,
            row.closer or "",
            row.closed_at,
        )
        for row in db.session.execute(statement)
    ]


def _steps(project_id: int) -> list[Step]:
    """Versions and steps in the order they came."""
    statement = (
        sa.select(
            MOVES.c.move, MOVES.c.version, MOVES.c.reason, sa.func.coalesce(USERS.c.name, ""), MOVES.c.made_at
        )
        .outerjoin(USERS, USERS.c.id == MOVES.c.made_by)
        .where(MOVES.c.project_id == project_id)
        .order_by(MOVES.c.id)
    )
    return [Step(*row) for row in db.session.execute(statement)]

"""The case of a project: opened in the name of the congress's organ with the first report that is kept.

The kind of work is the one that has the act `take_up_project`; nothing here knows it by name.
"""

from __future__ import annotations

import contextlib
from typing import Any

import sqlalchemy as sa

from engine.casework.candidates import office_of
from engine.casework.cases import ORGAN, Source, create
from engine.casework.facts import CASE_COLUMNS, CASES, TASKS, CaseFacts, read
from engine.casework.moving.by_itself import complete_by_itself, open_task
from engine.casework.moving.suspension import KindSuspended
from engine.casework.texts import write_text
from engine.definitions.catalogue import Deployed, current_all, definition
from engine.foundation import clock
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.people.roles import SYSTEM
from engine.performance.rows import PROJECTS
from models import Case, db
from models.base import insert_unless

TAKE_UP, HAND_IN = "take_up_project", "hand_in_report"  # acts, see reviewing.py


class NoSuchWork(GuardRefused):
    """The congress has no work that takes a self-evaluation up, or nobody to do it."""

    text = _("本级人大没有启用绩效评价，或者还没有预算审查机构，不能保存报告。")


def project_row(actor: Actor, values: dict[str, Any]) -> sa.Row[Any]:
    """The project of this congress, year and name, made of `values` where there is none, locked."""
    row = {
        "congress_id": actor.congress_id,
        "version": 0,
        "made_by": actor.user_id,
        "made_at": clock.now(),
        **values,
    }
    key = [PROJECTS.c.congress_id, PROJECTS.c.year, PROJECTS.c.name]
    db.session.execute(insert_unless(PROJECTS).values(row).on_conflict_do_nothing(index_elements=key))
    statement = sa.select(PROJECTS).where(*(column == row[column.name] for column in key))
    return db.session.execute(statement.with_for_update()).one()


def open_review(actor: Actor, project: sa.Row[Any]) -> CaseFacts:
    """Open the project's case, inside a use case, and take the project up. Raises NoSuchWork, KindSuspended."""
    deployed, organ_id = _work(project.congress_id)
    folder = deployed.folder
    case = create(actor, deployed, Source(organ_id=organ_id, origin=ORGAN))
    known = {"year": project.year, "budget_head": project.budget_head}
    fields = folder.forms[folder.text_form or ""].fields
    body = {field.name: known.get(field.name, field.default) for field in fields}
    write_text(actor, case, folder, body | {"title": project.name})
    for answers in ({"confirmed": True}, {"unit": project.organization_id, "instruction": ""}):
        task = open_task(case)
        assert task is not None
        complete_by_itself(actor, case, folder, task, answers)
    return case


@use_case
def take_over(actor: Actor, *, project_id: int) -> int | None:
    """Open the case of a project from before there were cases, where its steps have left it; gives the case.

    One that has a case keeps it. Raises NoSuchWork, KindSuspended.
    """
    actor.require(SYSTEM)
    statement = sa.select(PROJECTS).where(
        PROJECTS.c.id == project_id, PROJECTS.c.congress_id == actor.congress_id, PROJECTS.c.version > 0
    )
    project = db.session.execute(statement.with_for_update()).one_or_none()
    if project is None or project.case_id is not None:
        return project.case_id if project else None
    return open_review(actor, project).id


def take_all_over() -> int:
    """The job: open the cases of all projects that have none; gives how many. A congress without the work waits."""
    waiting = sa.select(PROJECTS.c.id, PROJECTS.c.congress_id).where(
        PROJECTS.c.case_id.is_(None), PROJECTS.c.version > 0
    )
    rows = db.session.execute(waiting.order_by(PROJECTS.c.id)).all()
    db.session.rollback()
    done = 0
    for row in rows:
        with contextlib.suppress(NoSuchWork, KindSuspended):
            done += take_over(system_actor(row.congress_id), project_id=row.id) is not None
    return done


def _work(congress_id: int) -> tuple[Deployed, int]:
    """The kind of work that takes projects up, and the organ whose it is."""
    for each in current_all(congress_id):
        if any(spec.act == TAKE_UP for spec in each.folder.tasks.values()):
            organs = (office_of(congress_id, role) for role in each.folder.organ_roles)
            for organ_id in filter(None, organs):
                return each, organ_id
    raise NoSuchWork


def case_of(project: sa.Row[Any]) -> CaseFacts | None:
    """The case of a project, if it has one yet."""
    if project.case_id is None:
        return None
    row = db.session.execute(sa.select(*CASE_COLUMNS).where(CASES.c.id == project.case_id)).one()
    return read(CaseFacts, Case, row)


def is_filled_in(case: CaseFacts) -> bool:
    """Whether the case waits for the report to be handed in, so that it may still change."""
    tasks = definition(case.definition_id).tasks.values()
    nodes = [spec.node for spec in tasks if spec.act == HAND_IN]
    waiting = sa.exists().where(TASKS.c.case_id == case.id, TASKS.c.open, TASKS.c.node.in_(nodes))
    return bool(db.session.scalar(sa.select(waiting)))


def project_of(case: CaseFacts) -> sa.Row[Any]:
    """The project of a case, locked."""
    return db.session.execute(
        sa.select(PROJECTS).where(PROJECTS.c.case_id == case.id).with_for_update()
    ).one()

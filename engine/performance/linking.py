"""What projects have to do with cases: which case a project or one of its indicators concerns, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_to_view
from engine.casework.facts import CASES
from engine.casework.readings.filters import escaped
from engine.casework.visibility import RESTRICTED, visible_to
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.performance.access import (
    BUDGET_REVIEWER,
    OVERSEEING,
    PUBLICATIONS,
    REVIEWING,
    SEEING,
    may_fill,
    project,
    visible,
)
from engine.performance.rows import INDICATORS, PROJECTS, REPORTS
from models import PerformanceLink, User, db

LINKS: sa.Table = PerformanceLink.__table__  # type: ignore[assignment]
LONGEST = 2000
FOUND_AT_MOST = 10
SHORTEST = 2  # signs of a title that are looked for
OUT_OF_SIGHT = ("draft", "withdrawn")  # of those who only find by number or title


def may_link(actor: Actor, organization_id: int | None) -> bool:
    """Whether he may say what a project of this unit has to do with cases: its unit, and those who oversee."""
    own = organization_id is not None and any(actor.holds(role, organization_id) for role in REVIEWING)
    return own or may_fill(actor, organization_id) or bool(actor.roles.intersection(OVERSEEING))


def nameable(actor: Actor) -> sa.ColumnElement[bool]:
    """The cases whose number and title he may find and link: those that he sees.

    A budget reviewer besides these any case of his congress that has a number, to say which budget head and indicator
    answer it (预算法第七十九条); he does not see them for that. Restricted cases are for their circle alone.
    """
    if BUDGET_REVIEWER not in actor.roles:
        return visible_to(actor)
    general = sa.and_(
        CASES.c.congress_id == actor.congress_id,
        CASES.c.number.is_not(None),
        CASES.c.status.not_in(OUT_OF_SIGHT),
        CASES.c.confidentiality != RESTRICTED,
    )
    return sa.or_(visible_to(actor), general)


def find_cases(actor: Actor, *, project_id: int, words: str) -> list[tuple[str, str]]:
    """Number and title of the cases that he could link, by number or by words of the title, the latest first.

    Raises NotAllowed, NotFound.
    """
    if not may_link(actor, project(actor, project_id).organization_id):
        raise NotAllowed
    asked = words.strip()[:100]
    if len(asked) < SHORTEST:
        return []
    titled = [CASES.c.title.like(f"%{escaped(word)}%", escape="\\") for word in asked.split()]
    statement = (
        sa.select(CASES.c.number, CASES.c.title)
        .where(
            nameable(actor), CASES.c.number.is_not(None), sa.or_(CASES.c.number == asked, sa.and_(*titled))
        )
        .order_by(CASES.c.id.desc())
        .limit(FOUND_AT_MOST)
    )
    return [(row.number, row.title) for row in db.session.execute(statement)]


@use_case
def link_case(actor: Actor, *, project_id: int, number: str, reason: str, indicator: str = "") -> int:
    """Link a project, or one of its indicators, to the case with this number; gives the link. Twice does no harm.

    A case that he may not name is as one that does not exist. Raises NotAllowed, NotFound, InvalidAnswers.
    """
    row = _project(actor, project_id)
    case_id, errors = _case_numbered(actor, number.strip())
    if indicator and indicator not in indicators(row.id, row.version):
        errors["indicator"] = [_("这个项目的最新报告没有这项指标。")]
    if not 0 < len(reason.strip()) <= LONGEST:
        errors["reason"] = [_("请填写关联的理由，不超过 2000 字。")]
    if case_id is None or errors:
        raise InvalidAnswers(errors)
    same = (LINKS.c.project_id == row.id, LINKS.c.case_id == case_id, LINKS.c.indicator == indicator)
    there = db.session.scalar(sa.select(LINKS.c.id).where(*same, LINKS.c.removed_at.is_(None)))
    if there is not None:
        return int(there)
    return _write(actor, row, case_id, indicator, reason.strip())


@use_case
def unlink_case(actor: Actor, *, project_id: int, link_id: int, reason: str) -> None:
    """Take a link off, saying why; it stays in the history. Twice does no harm.

    Raises NotAllowed, NotFound, InvalidAnswers.
    """
    row = _project(actor, project_id)
    of_project = (LINKS.c.id == link_id, LINKS.c.project_id == row.id)
    link = db.session.execute(sa.select(LINKS).where(*of_project)).one_or_none()
    if link is None:
        raise NotFound
    if db.session.scalar(sa.select(CASES.c.id).where(CASES.c.id == link.case_id, nameable(actor))) is None:
        raise NotFound
    if link.removed_at is not None:
        return
    if not 0 < len(reason.strip()) <= LONGEST:
        raise InvalidAnswers({"unlinking": [_("请填写解除关联的理由，不超过 2000 字。")]})
    values = {"removed_reason": reason.strip(), "removed_by": actor.user_id, "removed_at": clock.now()}
    db.session.execute(LINKS.update().where(*of_project).values(values))
    _record(actor, "performance:unlinked", row.id, link.case_id, link.indicator, reason.strip())


def _project(actor: Actor, project_id: int) -> sa.Row[Any]:
    """A project whose links he may change, locked."""
    row = project(actor, project_id, lock=True)
    if not may_link(actor, row.organization_id):
        raise NotAllowed
    return row


def _case_numbered(actor: Actor, number: str) -> tuple[int | None, dict[str, list[str]]]:
    """The one case that he may name under a number, or what is wrong with the number."""
    if not number:
        return None, {"number": [_("请填写案件编号。")]}
    statement = sa.select(CASES.c.id).where(CASES.c.number == number[:100], nameable(actor)).limit(2)
    found = db.session.scalars(statement).all()
    if len(found) == 1:
        return int(found[0]), {}
    # Numbers are issued by each kind of work on its own.
    several = _("有几件案件都用这个编号，无法确定是哪一件。")
    return None, {"number": [several if found else _("没有找到这个编号的案件，或者您无权查看。")]}


def _write(actor: Actor, row: sa.Row[Any], case_id: int, indicator: str, reason: str) -> int:
    values = {
        "project_id": row.id,
        "case_id": case_id,
        "indicator": indicator,
        "reason": reason,
        "made_by": actor.user_id,
        "made_at": clock.now(),
        "removed_reason": "",
    }
    link_id = int(db.session.execute(LINKS.insert().values(values).returning(LINKS.c.id)).scalar_one())
    _record(actor, "performance:linked", row.id, case_id, indicator, reason)
    return link_id


def _record(actor: Actor, action: str, project_id: int, case_id: int, indicator: str, reason: str) -> None:
    """On the congress's chain, by the key of the case: the file of a case stays as it is, and names nothing here."""
    audit.record(
        action,
        congress_id=actor.congress_id,
        subject=f"performance:{project_id}",
        case=case_id,
        indicator=indicator,
        reason=reason,
    )


# What pages show


@dataclass(frozen=True, slots=True)
class CaseLink:
    """A link as the project's page shows it; `open` says whether he sees the case."""

    id: int
    case_id: int
    number: str | None
    title: str
    indicator: str
    reason: str
    by: str
    at: dt.datetime
    removed_reason: str
    removed_by: str
    removed_at: dt.datetime | None
    open: bool


@dataclass(frozen=True, slots=True)
class ProjectLink:
    """A link as the case's page shows it; `open` says whether he sees the project in the house."""

    project_id: int
    name: str
    year: int
    unit: str
    budget_head: str
    indicator: str
    reason: str
    at: dt.datetime
    public_id: str
    open: bool


def indicators(project_id: int, version: int) -> list[str]:
    """The names of the indicators of a version, in their order, each once."""
    statement = (
        sa.select(INDICATORS.c.name)
        .join(REPORTS, REPORTS.c.id == INDICATORS.c.report_id)
        .where(REPORTS.c.project_id == project_id, REPORTS.c.version == version)
        .order_by(INDICATORS.c.position)
    )
    return list(dict.fromkeys(db.session.scalars(statement)))


def links_of_project(actor: Actor, project_id: int) -> list[CaseLink]:
    """The links of a project to cases that he may name, those taken off at the end. Raises NotAllowed, NotFound."""
    project(actor, project_id)
    maker, remover = sa.alias(User.__table__), sa.alias(User.__table__)
    statement = (
        sa.select(
            *(LINKS.c.id, LINKS.c.case_id, CASES.c.number, CASES.c.title, LINKS.c.indicator, LINKS.c.reason),
            *(sa.func.coalesce(maker.c.name, ""), LINKS.c.made_at, LINKS.c.removed_reason),
            *(sa.func.coalesce(remover.c.name, ""), LINKS.c.removed_at),
            sa.case((visible_to(actor), sa.true()), else_=sa.false()),
        )
        .join(CASES, CASES.c.id == LINKS.c.case_id)
        .outerjoin(maker, maker.c.id == LINKS.c.made_by)
        .outerjoin(remover, remover.c.id == LINKS.c.removed_by)
        .where(LINKS.c.project_id == project_id, nameable(actor))
        .order_by(LINKS.c.removed_at.is_not(None), LINKS.c.id)
    )
    rows: list[Any] = list(db.session.execute(statement))
    return [CaseLink(*row) for row in rows]


def links_of_case(actor: Actor, case_id: int) -> list[ProjectLink]:
    """What projects a case that he sees is linked to: those he sees in the house, and those that everybody reads.

    Raises NotFound.
    """
    case = case_to_view(actor, case_id)
    inside = visible(actor) if actor.roles.intersection(SEEING) else sa.false()
    read = PUBLICATIONS.c.released.is_not(None)
    statement = (
        sa.select(
            *(PROJECTS.c.id, PROJECTS.c.name, PROJECTS.c.year, PROJECTS.c.unit, PROJECTS.c.budget_head),
            *(LINKS.c.indicator, LINKS.c.reason, LINKS.c.made_at),
            sa.case((read, PUBLICATIONS.c.public_id), else_=""),
            sa.case((inside, sa.true()), else_=sa.false()),
        )
        .join(PROJECTS, PROJECTS.c.id == LINKS.c.project_id)
        .outerjoin(PUBLICATIONS, PUBLICATIONS.c.project_id == PROJECTS.c.id)
        .where(
            LINKS.c.case_id == case.id,
            LINKS.c.removed_at.is_(None),
            PROJECTS.c.congress_id == actor.congress_id,
            sa.or_(inside, read),
        )
        .order_by(PROJECTS.c.year.desc(), LINKS.c.id)
    )
    rows: list[Any] = list(db.session.execute(statement))
    return [ProjectLink(*row) for row in rows]

"""Keeping a report: project, version, figures, problems, one transaction; the same report twice does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.deadlines.decided import in_force
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.performance.access import PROJECTS, may_fill, unit_filled_for
from engine.performance.assessing import Assessment, assess
from engine.performance.completing import completed
from engine.performance.files import read_blocks
from engine.performance.filling import require_readable
from engine.performance.reading import read_report
from engine.performance.records import fingerprint, record_of
from engine.performance.report import Report
from engine.performance.scheme import scheme_of
from models import (
    PerformanceFunding,
    PerformanceIndicator,
    PerformanceMove,
    PerformanceProblem,
    PerformanceReport,
    db,
)
from models.base import insert_unless

REPORTS: sa.Table = PerformanceReport.__table__  # type: ignore[assignment]
MOVES: sa.Table = PerformanceMove.__table__  # type: ignore[assignment]
FUNDING: sa.Table = PerformanceFunding.__table__  # type: ignore[assignment]
INDICATORS: sa.Table = PerformanceIndicator.__table__  # type: ignore[assignment]
PROBLEMS: sa.Table = PerformanceProblem.__table__  # type: ignore[assignment]
FILE, FORM = "file", "form"
STORED = "stored"  # the step of keeping a version
EARLIEST, LATEST = 2000, 2100
LONGEST_NAME = 200


class NotWhole(GuardRefused):
    """A report without a table, or without a single indicator: nothing of it is kept."""

    text = _("报告缺少资金表或者指标表，没有保存。")


class ProjectElsewhere(GuardRefused):
    """Another unit has a project of this name in this year."""

    text = _("{year}年已有同名项目，由{unit}填报。")


class PastFilling(GuardRefused):
    """The project has been handed in; only one that was sent back is filled in again."""

    text = _("这个项目已经报送，退回以后才能修改。")


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a report: `repeated` where the project's latest version says the same already."""

    project_id: int
    version: int
    problems: int
    repeated: bool


@use_case
def keep_file(
    actor: Actor,
    *,
    filename: str,
    content: bytes,
    name: str = "",
    year: int | None = None,
    organization_id: int | None = None,
    budget_head: str = "",
) -> Kept:
    """Keep what a file states, as it states it; name and year where the file does not say them.

    Raises ReportUnreadable, NotWhole, ProjectElsewhere, PastFilling, NotAllowed, InvalidAnswers.
    """
    report = read_report(read_blocks(filename, content))
    report = _named(report, report.project or name, report.year or year)
    return _keep(actor, report, organization_id, budget_head, FILE, filename)


@use_case
def keep_form(
    actor: Actor, *, report: Report, organization_id: int | None = None, budget_head: str = ""
) -> Kept:
    """Keep what a form states, every figure that follows computed. Raises as `keep_file`."""
    require_readable(report)
    report = completed(report, scheme_of(in_force(actor.congress_id).pack))
    report = _named(report, report.project, report.year)
    return _keep(actor, report, organization_id, budget_head, FORM, "")


def _named(report: Report, name: str, year: int | None) -> Report:
    errors: dict[str, list[str]] = {}
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        errors["project"] = [_("请填写项目名称，不超过 200 字。")]
    if year is None or not EARLIEST <= year <= LATEST:
        errors["year"] = [_("请填写年度，如 2025。")]
    if errors:
        raise InvalidAnswers(errors)
    return replace(report, project=name.strip(), year=year)


def _keep(
    actor: Actor,
    report: Report,
    organization_id: int | None,
    budget_head: str,
    source: str,
    filename: str,
) -> Kept:
    unit = unit_filled_for(actor, organization_id)
    pack = in_force(actor.congress_id).pack
    found = assess(report, scheme_of(pack))
    if not found.whole:
        raise NotWhole
    project = _project(actor, report, unit, budget_head.strip()[:64])
    said = fingerprint(report)
    if said == _latest_fingerprint(project):
        return Kept(project.id, project.version, len(found.problems), True)
    if project.stage != "filling":
        raise PastFilling
    version = project.version + 1
    rules = f"{pack.key} {pack.version}"
    report_id = _write_report(actor, project.id, version, found, said, source, filename, rules)
    _write_figures(report_id, found)
    _write_step(actor, project.id, version, filename)
    changed = {"version": version} | (
        {"budget_head": budget_head.strip()[:64]} if budget_head.strip() else {}
    )
    db.session.execute(PROJECTS.update().where(PROJECTS.c.id == project.id).values(changed))
    audit.record(
        "performance:stored",
        congress_id=actor.congress_id,
        subject=f"performance:{project.id}",
        name=report.project,
        year=report.year,
        version=version,
        total=str(found.total) if found.total is not None else None,
        problems=len(found.problems),
    )
    return Kept(project.id, version, len(found.problems), False)


def _project(actor: Actor, report: Report, unit: tuple[int | None, str], budget_head: str) -> sa.Row[Any]:
    """The project of this name and year, made where there is none, locked."""
    organization_id, name = unit
    row = {
        "congress_id": actor.congress_id,
        "organization_id": organization_id,
        "name": report.project,
        "year": report.year,
        "unit": name,
        "budget_head": budget_head,
        "stage": "filling",
        "version": 0,
        "made_by": actor.user_id,
        "made_at": clock.now(),
    }
    key = [PROJECTS.c.congress_id, PROJECTS.c.year, PROJECTS.c.name]
    db.session.execute(insert_unless(PROJECTS).values(row).on_conflict_do_nothing(index_elements=key))
    statement = sa.select(PROJECTS).where(*(column == row[column.name] for column in key))
    project = db.session.execute(statement.with_for_update()).one()
    if not may_fill(actor, project.organization_id):
        raise ProjectElsewhere(year=report.year, unit=project.unit or _("人大预算审查机构"))
    return project


def _latest_fingerprint(project: sa.Row[Any]) -> str | None:
    statement = sa.select(REPORTS.c.fingerprint)
    latest = statement.where(REPORTS.c.project_id == project.id, REPORTS.c.version == project.version)
    return db.session.scalar(latest)


def _write_report(
    actor: Actor,
    project_id: int,
    version: int,
    found: Assessment,
    said: str,
    source: str,
    filename: str,
    rules: str,
) -> int:
    row = {
        "project_id": project_id,
        "version": version,
        "source": source,
        "filename": filename[:500],
        "fingerprint": said,
        "stated": record_of(found.report),
        "rules": rules,
        "total_stated": found.total_stated,
        "total_computed": found.total,
        "execution": found.execution,
        "grade": found.grade.value if found.grade else "",
        "problems": len(found.problems),
        "made_by": actor.user_id,
        "made_at": clock.now(),
    }
    return int(db.session.execute(REPORTS.insert().values(row).returning(REPORTS.c.id)).scalar_one())


def _write_step(actor: Actor, project_id: int, version: int, filename: str) -> None:
    """That a version was kept stands among the steps of the project."""
    row = {
        "project_id": project_id,
        "move": STORED,
        "version": version,
        "reason": filename[:500],
        "made_by": actor.user_id,
        "made_at": clock.now(),
    }
    db.session.execute(MOVES.insert().values(row))


def _write_figures(report_id: int, found: Assessment) -> None:
    _write(
        FUNDING,
        [
            {"report_id": report_id, "row_name": row, "column_name": column, "value": value}
            for (row, column), value in found.values.items()
            if value is not None
        ],
    )
    _write(
        INDICATORS,
        [
            {
                "report_id": report_id,
                "position": position,
                **{
                    name: getattr(each.line, name)
                    for name in ("level1", "level2", "name", "target", "actual")
                },
                "reason": each.line.reason,
                "weight": each.weight,
                "score_stated": each.stated,
                "score_computed": each.computed,
            }
            for position, each in enumerate(found.indicators, start=1)
        ],
    )
    _write(
        PROBLEMS,
        [
            {
                "report_id": report_id,
                "position": position,
                **{name: getattr(each, name) for name in ("code", "place", "stated", "computed")},
                "measure": "",
                "note": "",
            }
            for position, each in enumerate(found.problems, start=1)
        ],
    )


def _write(table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(table.insert(), list(rows))

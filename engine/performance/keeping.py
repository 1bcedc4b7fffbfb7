"""Keeping a report: project, version, figures, problems, one transaction; the same report twice does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.casework.matters import matter_changed
from engine.casework.moving.happenings import Happening, happen
from engine.deadlines.decided import in_force
from engine.definitions.catalogue import definition
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.performance.access import may_fill, unit_filled_for
from engine.performance.assessing import Assessment, assess
from engine.performance.completing import completed
from engine.performance.earlier import FILLING_IN, standing
from engine.performance.files import read_blocks
from engine.performance.filling import require_readable
from engine.performance.opening import case_of, is_filled_in, open_review, project_row
from engine.performance.reading import read_report
from engine.performance.records import fingerprint, record_of
from engine.performance.report import Report
from engine.performance.rows import FUNDING, INDICATORS, PROBLEMS, PROJECTS, REPORTS
from engine.performance.scheme import scheme_of
from models import db

FILE, FORM = "file", "form"
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
    _require_filling(project)
    version = project.version + 1
    rules = f"{pack.key} {pack.version}"
    report_id = _write_report(actor, project.id, version, found, said, source, filename, rules)
    _write_figures(report_id, found)
    changed = {"version": version} | (
        {"budget_head": budget_head.strip()[:64]} if budget_head.strip() else {}
    )
    _tell_case(actor, project.id, changed, found)
    return Kept(project.id, version, len(found.problems), False)


def _require_filling(project: sa.Row[Any]) -> None:
    """Refuse with PastFilling a report that has been handed in; one whose evaluation was ended may begin anew."""
    case = case_of(project)
    if case is None and standing(project) != FILLING_IN:
        raise PastFilling
    if case is not None and case.status != "withdrawn" and not is_filled_in(case):
        raise PastFilling


def _tell_case(actor: Actor, project_id: int, changed: dict[str, Any], found: Assessment) -> None:
    """Let the project have the version and its case know of it; a project without one begins one."""
    of_project = PROJECTS.c.id == project_id
    db.session.execute(PROJECTS.update().where(of_project).values(changed))
    project = db.session.execute(sa.select(PROJECTS).where(of_project)).one()
    case = case_of(project)
    if case is None or case.status == "withdrawn":
        case = open_review(actor, project)
    detail = {
        "name": found.report.project,
        "year": found.report.year,
        "version": project.version,
        "total": str(found.total) if found.total is not None else None,
        "problems": len(found.problems),
    }
    stored = Happening("performance:stored", subject=f"performance:{project_id}", detail=detail)
    happen(case, definition(case.definition_id), [stored])
    matter_changed(case)


def _project(actor: Actor, report: Report, unit: tuple[int | None, str], budget_head: str) -> sa.Row[Any]:
    """The project of this name and year, made where there is none, locked."""
    organization_id, name = unit
    values = {
        "organization_id": organization_id,
        "name": report.project,
        "year": report.year,
        "unit": name,
        "budget_head": budget_head,
    }
    project = project_row(actor, values)
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
